"""The centre's commands for who runs it: `python -m sync.server rebuild | backup | restore`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from sync.server.backup import BackupRefused, back_up, restore
from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from sync.server.rebuild import rebuild
from sync.server.settings import Settings


def add_running_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Add the commands to the centre's; return those that need a database."""
    rebuilding = commands.add_parser(
        "rebuild", help="make sales, stock and all that follows from the tills' facts anew, and compare"
    )
    rebuilding.add_argument("--check", action="store_true", help="only compare; 1 when anything differs")
    rebuilding.set_defaults(run=_rebuild)
    saving = commands.add_parser("backup", help="write the whole centre into one file, also while it serves")
    saving.add_argument("--to", type=Path, required=True, metavar="FILE")
    saving.set_defaults(run=_backup)
    restoring = commands.add_parser("restore", help="make an empty folder the centre that a backup holds")
    restoring.add_argument("--from", type=Path, required=True, metavar="FILE", dest="source")
    restoring.set_defaults(run=_restore)
    return [rebuilding, saving, restoring]


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(data=options.data, database=options.database)


def _rebuild(options: argparse.Namespace) -> int:
    url = _settings(options).database_url
    database = Database(url)
    try:
        upgrade(database)
    finally:
        database.close()
    found = rebuild(url, check_only=options.check, on_progress=_show_progress)
    for one in found.differences:
        some = ", ".join(one.some) + (" …" if one.many > len(one.some) else "")
        print(f"{one.table}: {one.many} differ ({some})", file=sys.stderr)  # noqa: T201  # what differs
    if not found.differences:
        print(f"{found.events} facts: everything that follows from them is as it is served")  # noqa: T201  # the answer
        return 0
    if options.check:
        return _sorry("What is served is not what the facts say. `rebuild` without --check puts it right.")
    print(f"{found.events} facts: what differed was put right")  # noqa: T201  # the command's answer
    return 0


def _show_progress(events: int) -> None:
    print(f"facts {events}", end="\r", file=sys.stderr, flush=True)  # noqa: T201  # progress


def _backup(options: argparse.Namespace) -> int:
    try:
        size = back_up(_settings(options), options.to)
    except BackupRefused as refused:
        return _sorry(str(refused))
    print(f"{options.to}: {size} bytes")  # noqa: T201  # the command's answer
    return 0


def _restore(options: argparse.Namespace) -> int:
    try:
        epoch = restore(_settings(options), options.source)
    except BackupRefused as refused:
        return _sorry(str(refused))
    print(f"restored; the centre begins its life {epoch}, and tills refill it")  # noqa: T201  # the command's answer
    return 0


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command's refusal
    return 1
