"""A real browser for the storefront's stories: Chromium and its driver, from Debian's packages.

It is no dependency of Evertill. Where both are found, or can be installed, `run.py test` drives them; where
not, the tests that would use them say so and are skipped.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from launch.libraries import LibrariesMissing, install_packages
from launch.words import say

PROGRAMS = ("chromium", "chromedriver")
PACKAGES = ("chromium", "chromium-driver")
DEBIAN = Path("/etc/debian_version")


def wanted_by(arguments: list[str]) -> bool:
    """Say whether tests of these arguments may open a browser: all of them, or those of the storefront."""
    places = [each for each in arguments if each.startswith("tests")]
    return not places or any(each.rstrip("/") == "tests" or "web" in each for each in places)


def ensure_browser() -> bool:
    """Have a browser where this system's packages bring one; return whether it is there."""
    if all(shutil.which(program) for program in PROGRAMS):
        return True
    # Ubuntu's package of this name is an empty one that asks for snap, which no container has.
    if sys.platform != "linux" or not DEBIAN.is_file() or shutil.which("snap"):
        say("no_browser")
        return False
    try:
        install_packages(list(PACKAGES))
    except LibrariesMissing:
        say("no_browser")
        return False
    return all(shutil.which(program) for program in PROGRAMS)
