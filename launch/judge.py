"""An independent judge of receipts for the tests: emupos, which needs a Python of its own (3.13 or newer).

It is no dependency of Evertill. Where such a Python is found, `run.py test` gives it an environment beside
the project's; where none is, the tests that would use it say so and are skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from launch.environment import ROOT
from launch.words import say

JUDGE = ROOT / ".venv-emupos"
LOCK = ROOT / "requirements-emupos.lock"
PYTHONS = ("python3.14", "python3.13", "python3", "python")
OLDEST = (3, 13)


def emupos_command() -> str:
    """Return the path of emupos, installed if need be; empty when it cannot be had, after saying why."""
    command = JUDGE / ("Scripts/emupos.exe" if os.name == "nt" else "bin/emupos")
    stamp = JUDGE / "evertill.stamp"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if command.exists() and stamp.exists() and stamp.read_text() == wanted:
        return str(command)
    python = _new_enough_python()
    if not python:
        say("no_judge")
        return ""
    say("judge")
    pip = [str(command.with_name("python")), "-m", "pip", "install", "--require-hashes", "--no-deps"]
    steps = (
        [python, "-m", "venv", "--clear", str(JUDGE)],
        [*pip, "--only-binary", ":all:", "--quiet", "--disable-pip-version-check", "-r", str(LOCK)],
    )
    for step in steps:
        if subprocess.run(step, capture_output=True, check=False).returncode:
            say("judge_failed")
            return ""
    stamp.write_text(wanted)
    return str(command)


def _new_enough_python() -> str:
    """Return the first Python that is new enough: on the PATH, or one that pyenv keeps."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"), reverse=True)
    for name in (*PYTHONS, *map(str, kept)):
        found = shutil.which(name)
        if found is None:
            continue
        question = f"import sys, ensurepip; sys.exit(sys.version_info < {OLDEST})"
        if subprocess.run([found, "-c", question], capture_output=True, check=False).returncode == 0:
            return found
    return ""
