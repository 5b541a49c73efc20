"""Opening the till from a command line: files, devices, enrolment; a sentence when it cannot be."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from pos_app.bootstrap import SOFTWARE_VERSION, Till, open_till
from pos_app.database.problems import DatabaseProblem
from pos_app.settings import (
    SettingsProblem,
    TillSettings,
    printer_of_address,
    read_settings,
    write_settings,
)
from retail.catalogue import LocalisedText

SENTENCES: Final[dict[str, LocalisedText]] = {
    "in_use": LocalisedText(
        "Another Evertill already runs on {folder}. Use that window, or give this one a folder of its own.",
        "另一个 Evertill 正在使用 {folder}。请使用那个窗口，或为本机指定另一个文件夹。",
    ),
    "wrong_key": LocalisedText(
        "The key does not open the till's database in {folder}. Nothing was changed. "
        "Put the right key back, or ask whoever set this till up.",
        "密钥无法打开 {folder} 中的收银数据库，数据未改动。请放回正确的密钥，或联系安装人员。",
    ),
    "read_only": LocalisedText(
        "The till cannot write in {folder}. Nothing was changed. Give this user the right to write there.",
        "收银机无法写入 {folder}，数据未改动。请为当前用户开放写入权限。",
    ),
    "disk_full": LocalisedText(
        "The disk of {folder} is full. Nothing was changed and no sale is lost. "
        "Free some space and start again.",
        "{folder} 所在磁盘已满，数据未改动，销售记录未丢失。请清理空间后重新启动。",
    ),
    "damaged": LocalisedText(
        "The till's journal in {folder} is damaged. It was not touched. Do not delete it: call for help.",
        "{folder} 中的销售日志已损坏，程序未作改动。请勿删除，并立即求助。",
    ),
    "disk_failing": LocalisedText(
        "The disk of {folder} gives errors. Nothing was changed. Do not sell on this till: call for help.",
        "{folder} 所在磁盘出错，数据未改动。请勿在本机继续销售，并立即求助。",
    ),
    "too_new": LocalisedText(
        "The files in {folder} were written by a newer Evertill. Update this till, then start again.",
        "{folder} 中的文件由更新版本的 Evertill 写入。请先升级本机再启动。",
    ),
    "enrolment": LocalisedText(
        "This till is not enrolled yet. Get a one-time code from the back office and start with "
        "--centre ADDRESS --enrolment-code CODE.",
        "本机尚未登记。请在后台获取一次性登记码，并用 --centre 地址 --enrolment-code 登记码 启动。",
    ),
    "enrolment_failed": LocalisedText(
        "The centre at {centre} did not enrol this till ({why}). "
        "Check the address and the code, then try again.",
        "中心 {centre} 未能登记本机（{why}）。请检查地址和登记码后重试。",
    ),
    "not_secure": LocalisedText(
        "{centre} would be spoken to in the open, where anybody can listen. Nothing was sent. "
        "Give the centre a certificate and an address that begins with https.",
        "与 {centre} 的连接未加密，可能被窃听，未发送任何数据。请为中心配置证书，并使用 https 开头的地址。",
    ),
    "bad_pin": LocalisedText(
        "The centre's pin is 64 hexadecimal digits. Nothing was changed. Copy it again from the back office.",
        "中心的指纹应为 64 位十六进制字符，数据未改动。请从后台重新复制。",
    ),
}
"""What is said when the till cannot open, by code. Both languages: nobody has chosen one yet."""


PUBLIC: Final = "public"
"""In the place of a pin: the public authorities count (again)."""


class CannotOpen(Exception):
    """The till cannot open; the text says why, what is safe and what to do, in both languages."""

    def __init__(self, code: str, **about: object) -> None:
        sentence = SENTENCES[code]
        super().__init__(f"{sentence.en}\n{sentence.zh}".format(**about))
        self.code = code


def opened(options: argparse.Namespace) -> Till:
    """Return the till of a command line, enrolled; raises `CannotOpen` or `SettingsProblem`."""
    folder: Path = options.data
    settings = _settings(options)
    try:
        till = open_till(folder, settings)
    except DatabaseProblem as problem:
        raise CannotOpen(problem.code, folder=folder) from problem
    try:
        if options.printer:
            write_settings(folder, settings)
        _take_pin(till, options)
        identity = till.journal.identity()
        if identity is None or options.enrol_again:
            _enrol(till, options)
        elif options.centre and options.centre != identity.server_url:
            till.outbox.move_centre(options.centre)
        for name in ("language", "theme"):
            if getattr(options, name):
                till.preferences.choose(name, getattr(options, name))
    except BaseException:
        till.close()
        raise
    return till


def _settings(options: argparse.Namespace) -> TillSettings:
    settings = read_settings(options.data)
    if not options.printer:
        return settings
    printer = printer_of_address(options.printer, width_mm=options.paper, mode=options.print_mode)
    return replace(settings, printers={**settings.printers, "receipt": printer})


def _enrol(till: Till, options: argparse.Namespace) -> None:
    """Enrol before there is a window: the one network call that anybody waits for, bounded by its timeout.

    A till that the centre no longer takes for what it is enrols again with a new code, and keeps its journal.
    """
    from sync.client.enrolment import enrol  # noqa: PLC0415  # once in a till's life
    from sync.client.transport import Transport, TransportProblem  # noqa: PLC0415  # as above

    if not (options.centre and options.enrolment_code):
        raise CannotOpen("enrolment")
    transport = Transport(options.centre, trust=till.outbox.trust())
    try:
        enrol(
            transport,
            till.outbox,
            server_url=options.centre,
            code=options.enrolment_code,
            till_name=options.till_name,
            software_version=SOFTWARE_VERSION,
        )
    except TransportProblem as problem:
        code = "not_secure" if problem.code == "not_secure" else "enrolment_failed"
        why = problem.detail if problem.code == "refused" else problem.code
        raise CannotOpen(code, centre=options.centre, why=why) from problem
    finally:
        transport.close()


def _take_pin(till: Till, options: argparse.Namespace) -> None:
    """Keep the pin of the centre's authority: given alone, or together with the enrolment code."""
    if not (options.centre_pin or options.enrolment_code):
        return
    from sync.client.enrolment import parted_code  # noqa: PLC0415  # once in a till's life
    from sync.client.trust import is_pin  # noqa: PLC0415  # as above

    pin = options.centre_pin.strip().lower() or parted_code(options.enrolment_code)[1]
    if pin == PUBLIC:
        till.outbox.trust_pin("")
    elif is_pin(pin):
        till.outbox.trust_pin(pin)
    elif pin:
        raise CannotOpen("bad_pin")


__all__ = ["SENTENCES", "CannotOpen", "SettingsProblem", "opened"]
