"""The import contracts bite: a copy of the house with one arrow turned per contract breaks every one."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TURNED: dict[str, tuple[str, str]] = {
    "sides": ("sync/server/__init__.py", "import pos_app"),
    "centre-without-client": ("sync/server/api/__init__.py", "import sync.client"),
    "till-layers": ("pos_app/database/open_sales.py", "import pos_app.services"),
    "views-show-only": ("pos_app/ui/__init__.py", "import retail.basket"),
    "viewmodels-call-services": ("pos_app/viewmodels/__init__.py", "import sync.protocol"),
    "pure-rules": ("retail/__init__.py", "import sqlite3"),
    "wire-without-sql": ("sync/client/__init__.py", "import sqlalchemy"),
    "sql-in-database": ("pos_app/services/__init__.py", "import sqlalchemy"),
    "http-in-transport": ("pos_app/workers/__init__.py", "import requests"),
    "services-without-qt": ("pos_app/devices/__init__.py", "import PySide6.QtCore"),
    "centre-without-qt": ("sync/server/__init__.py", "import PySide6.QtCore"),
    "acyclic": ("retail/quantity.py", "import retail.basket"),
}
"""For each contract of setup.cfg a module, and an import that it must not have."""


def contracts() -> dict[str, str]:
    """Return the contracts' names by their identifiers."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): parser[section]["name"]
        for section in parser.sections()
        if section.startswith(prefix)
    }


def test_each_contract_breaks_when_an_arrow_turns(tmp_path: Path) -> None:
    for package in ("retail", "sync", "pos_app"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    for module, line in TURNED.values():
        with (tmp_path / module).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")

    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert [name for name in contracts().values() if f"{name} BROKEN" not in said] == []


def test_every_contract_has_an_arrow_to_turn() -> None:
    assert set(TURNED) == set(contracts())
