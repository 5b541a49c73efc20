"""`python -m pos_app verify | backup | restore`: what is done to a till's files without its window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from pos_app.bootstrap import journal_on
from pos_app.database.connection import Database
from pos_app.database.files import JOURNAL_FILE
from pos_app.database.keys import DEVICE_KEY_FILE, KEY_FILE, database_key
from pos_app.database.mirror import MIRROR_FOLDER, Mirror
from pos_app.database.problems import DatabaseProblem
from pos_app.database.upkeep import SETTINGS_FILE, back_up, restore, verify
from pos_app.database.whole_check import Checked
from pos_app.services.clock import Clock
from pos_app.settings import SettingsProblem, read_settings
from retail.catalogue import LocalisedText

FOUND_SOMETHING = 1
CANNOT = 2

SENTENCES: Final[dict[str, LocalisedText]] = {
    "no_journal": LocalisedText("There is no journal in {folder}.", "{folder} 中没有销售日志。"),
    "problem": LocalisedText(
        "{folder} cannot be read ({why}). Nothing was changed.", "无法读取 {folder}（{why}）。未作任何更改。"
    ),
    "exists": LocalisedText(
        "{folder} exists already. Name a folder that does not.", "{folder} 已存在，请指定新的文件夹。"
    ),
    "checked": LocalisedText(
        "Checked: {facts} facts in {lives} lives, {sales} sales, {totals}; every page, hash, chain, number, "
        "receipt and total. Mirror: {mirrored} of them, {segments} files.",
        "已检查：{lives} 个世代共 {facts} 条记录，{sales} 笔销售，{totals}；"
        "逐页核对哈希、链、编号、小票与金额。"
        "镜像含其中 {mirrored} 条，共 {segments} 个文件。",
    ),
    "sound": LocalisedText("Nothing is wrong.", "未发现问题。"),
    "found": LocalisedText("{count} findings:", "发现 {count} 个问题："),
    "told": LocalisedText("For your information:", "供参考："),
    "backed_up": LocalisedText(
        "The journal is in {folder}. It opens only with this till's key{keys}.",
        "日志已备份到 {folder}，只有使用本机密钥才能打开{keys}。",
    ),
    "restored": LocalisedText(
        "{kept} facts are restored, {from_mirror} more came from the mirror, {missing} are missing. "
        "The till goes on under new numbers and tells the centre. What stood here before is in replaced-*.",
        "已恢复 {kept} 条记录，另有 {from_mirror} 条来自镜像，缺少 {missing} 条。"
        "收银机将改用新编号继续并告知中心。原有文件保留在 replaced-* 中。",
    ),
}
"""What the commands say, in both languages: nobody has chosen one here."""


def run(arguments: Sequence[str]) -> int:
    """Do what a command line asks for; 1 when `verify` found something, 2 when it cannot be done, else 0."""
    options = _parser().parse_args(arguments)
    folder: Path = options.data
    try:
        command: Callable[[argparse.Namespace], int] = options.run
        return command(options)
    except (DatabaseProblem, SettingsProblem, OSError) as problem:
        if isinstance(problem, FileExistsError):
            _say("exists", folder=options.to, wrong=True)
        else:
            _say("problem", folder=folder, why=problem, wrong=True)
        return CANNOT


def _verify(options: argparse.Namespace) -> int:
    folder: Path = options.data
    if not (folder / JOURNAL_FILE).exists():
        _say("no_journal", folder=folder, wrong=True)
        return CANNOT
    key = _key(options)
    checked = Checked()
    findings = verify(folder, key, _mirror(options, key), checked)
    totals = ", ".join(f"{currency} {minor:,}" for currency, minor in sorted(checked.total_minor.items()))
    _say(
        "checked",
        facts=f"{checked.facts:,}",
        lives=checked.lives,
        sales=f"{checked.sales:,}",
        totals=totals or "0",
        mirrored=f"{checked.mirrored:,}",
        segments=checked.mirror.segments,
    )
    serious = [each.text for each in findings if each.serious]
    told = [each.text for each in findings if not each.serious]
    if told:
        _say("told")
        _list(told)
    if not serious:
        _say("sound")
        return 0
    _say("found", count=len(serious))
    _list(serious)
    return FOUND_SOMETHING


def _backup(options: argparse.Namespace) -> int:
    folder: Path = options.data
    if not (folder / JOURNAL_FILE).exists():
        _say("no_journal", folder=folder, wrong=True)
        return CANNOT
    database = Database(folder / JOURNAL_FILE, _key(options), read_only=True)
    try:
        back_up(database, folder, options.to, with_keys=options.with_keys)
    finally:
        database.close()
    keys = f" ({KEY_FILE}, {DEVICE_KEY_FILE})" if options.with_keys else ""
    _say("backed_up", folder=options.to, keys=keys)
    return 0


def _restore(options: argparse.Namespace) -> int:
    folder, backup = options.data, getattr(options, "from")
    if not (backup / JOURNAL_FILE).exists():
        _say("no_journal", folder=backup, wrong=True)
        return CANNOT
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (KEY_FILE, DEVICE_KEY_FILE, SETTINGS_FILE):
        if (backup / name).exists() and not (folder / name).exists():
            (folder / name).write_bytes((backup / name).read_bytes())
            (folder / name).chmod(0o600)
    key = _key(options)
    report = restore(backup, folder, key, _mirror(options, key), partial(journal_on, clock=Clock()))
    _say("restored", kept=report.kept, from_mirror=report.from_mirror, missing=report.missing)
    return 0


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "verify": _verify,
    "backup": _backup,
    "restore": _restore,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pos_app", description="A till's files, without its window."
    )
    commands = parser.add_subparsers(required=True)
    helps = {
        "verify": "check a journal, also a copy of one; changes nothing; exit status 1 on a finding",
        "backup": "copy the journal into a new folder; the till may run",
        "restore": "put a backup in a till's place, under a new incarnation",
    }
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=helps[name])
        one.set_defaults(run=command)
        one.add_argument("--data", type=Path, required=True, help="the till's folder, or a copy of it")
        one.add_argument("--mirror", type=Path, default=None, help="the mirror's folder, if elsewhere")
        one.add_argument("--key-file", type=Path, default=None, help="a file with the databases' key")
        if name == "backup":
            one.add_argument("--to", type=Path, required=True, help="a folder that does not exist yet")
            one.add_argument("--with-keys", action="store_true", help="the key files too: lock it up")
        if name == "restore":
            one.add_argument("--from", type=Path, required=True, help="a folder that `backup` made")
    return parser


def _key(options: argparse.Namespace) -> str:
    if options.key_file is None:
        return database_key(options.data)
    text = options.key_file.read_text("ascii").strip()
    if len(text) != 64:
        raise DatabaseProblem("wrong_key", f"{options.key_file} holds no key")
    return str(text)


def _mirror(options: argparse.Namespace, key: str) -> Mirror:
    if options.mirror is not None:
        return Mirror(options.mirror, key)
    named = read_settings(options.data).mirror_folder
    return Mirror(Path(named) if named else options.data / MIRROR_FOLDER, key)


def _list(texts: Sequence[str]) -> None:
    sys.stdout.writelines(f"  - {each}\n" for each in texts)


def _say(code: str, *, wrong: bool = False, **about: object) -> None:
    sentence = SENTENCES[code]
    stream = sys.stderr if wrong else sys.stdout
    stream.write(f"{sentence.en}\n{sentence.zh}\n".format(**about))
