"""`python -m pos_app.ui.compile_translations`: makes the .qm files that the till loads.

With `--update` it first reads the texts out of the sources into the .ts files (lupdate). It ends with an
error, and names the texts, when one has no translation.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import PySide6

from pos_app.ui.translations import TRANSLATIONS

POS_APP = Path(__file__).resolve().parents[1]
SOURCE_FOLDERS = (POS_APP / "ui", POS_APP / "viewmodels")


class ToolFailed(Exception):
    """A tool of Qt could not be run or refused; the message holds what it said."""


class Message(NamedTuple):
    """One text of the .ts file. `translation` is empty while it is unfinished."""

    context: str
    source: str
    translation: str


def sources() -> tuple[Path, ...]:
    """Every module that may show a text."""
    return tuple(path for folder in SOURCE_FOLDERS for path in sorted(folder.rglob("*.py")))


def read_messages(path: Path) -> Iterator[Message]:
    """The texts of a .ts file that are still in the sources."""
    root = ET.parse(path).getroot()  # noqa: S314 - our own file, not the world's
    for context in root.iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            kind = "" if translation is None else translation.get("type", "")
            if kind in ("vanished", "obsolete"):
                continue
            text = "" if translation is None or kind == "unfinished" else translation.text or ""
            yield Message(name, message.findtext("source", ""), text)


def update(path: Path) -> None:
    """Read the texts out of the sources into a .ts file; translations that are there stay."""
    _run("lupdate", ["-no-obsolete", "-locations", "none", *map(str, sources()), "-ts", str(path)])


def compile_file(path: Path) -> Path:
    """Make the .qm file of a .ts file and return it."""
    made = path.with_suffix(".qm")
    _run("lrelease", ["-silent", str(path), "-qm", str(made)])
    return made


def _run(tool: str, arguments: Sequence[str]) -> None:
    folder = Path(PySide6.__file__).parent
    program = folder / (f"{tool}.exe" if os.name == "nt" else tool)
    try:
        done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ToolFailed(f"{tool}: {error}") from error
    if done.returncode != 0:
        raise ToolFailed(f"{tool}: {done.stdout}{done.stderr}".strip())


def main(given: Sequence[str] | None = None) -> int:
    """Compile every language; 1 when a text has no translation."""
    parser = argparse.ArgumentParser(prog="python -m pos_app.ui.compile_translations", description=__doc__)
    parser.add_argument("--update", action="store_true", help="first read the texts out of the sources")
    options = parser.parse_args(given)
    missing = 0
    for path in sorted(TRANSLATIONS.glob("evertill_*.ts")):
        if options.update:
            update(path)
        made = compile_file(path)
        messages = tuple(read_messages(path))
        untranslated = [message for message in messages if not message.translation]
        missing += len(untranslated)
        sys.stdout.write(f"{made.name}: {len(messages)} texts, {len(untranslated)} without a translation\n")
        for message in untranslated:
            sys.stdout.write(f"  {message.context}: {message.source}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
