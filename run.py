#!/usr/bin/env python3
"""Evertill's one command: sets itself up, then runs. `python3 run.py help` says what it can do.

Needs nothing but Python 3.11 or newer: what follows is the standard library only, and this file alone
parses on older Pythons, so that they can be told.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Evertill needs Python 3.11 or newer; this is Python %d.%d.\n"
        "Evertill 需要 Python 3.11 或更高版本；当前为 Python %d.%d。" % (sys.version_info[:2] * 2)
    )

from launch.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
