"""The centre's commands about personal data: `export-member`, `erase-member`, `forget-old`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.pruning import prune
from sync.server.settings import Settings
from sync.server.staffing.members import ErasureRefused, UnknownMember, erase_member, export_member

BY_COMMAND = "command"
"""Who forgot a member, when it was no person who was signed in."""


def add_personal_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Add the commands to the centre's; return those that need a database."""
    exporting = commands.add_parser("export-member", help="write all that is held about a member as JSON")
    exporting.add_argument("member")
    exporting.add_argument("--out", type=Path, help="the file to write, readable by you only; else printed")
    exporting.set_defaults(run=_export)
    erasing = commands.add_parser("erase-member", help="forget a member; sales stay as figures")
    erasing.add_argument("member")
    erasing.set_defaults(run=_erase)
    forgetting = commands.add_parser(
        "forget-old", help="throw away now what is older than it is kept; the running centre does so hourly"
    )
    forgetting.set_defaults(run=_forget)
    return [exporting, erasing, forgetting]


def _opened(options: argparse.Namespace) -> Centre:
    return Centre(Settings(data=options.data, database=options.database))


def _export(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.read() as connection:
            held = export_member(connection, options.member)
    except UnknownMember:
        return _nobody(options.member)
    finally:
        centre.close()
    content = msgspec.json.format(msgspec.json.encode(held), indent=2)
    if options.out is None:
        print(content.decode())  # noqa: T201  # the command's answer
        return 0
    with os.fdopen(os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    return 0


def _erase(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.write() as connection:
            streams = erase_member(connection, options.member, by=BY_COMMAND)
        for stream in streams:
            centre.snapshots.forget(stream)
    except UnknownMember:
        return _nobody(options.member)
    except ErasureRefused as refused:
        numbers = ", ".join(refused.numbers)
        return _sorry(
            f"Orders are still open: {numbers}. Nothing was changed. "
            f"仍有未完成的订单：{numbers}。未作任何更改。"
        )
    finally:
        centre.close()
    return 0


def _forget(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        count = prune(centre.database, now_text())
    finally:
        centre.close()
    print(f"{count} rows forgotten")  # noqa: T201  # the command's answer
    return 0


def _nobody(member: str) -> int:
    return _sorry(f"Nothing is held about {member[:80]}. 没有 {member[:80]} 的数据。")


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command's refusal
    return 1
