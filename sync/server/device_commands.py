"""The centre's commands about tills: `python -m sync.server list-devices | revoke-device | salvage | …`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from sync.server.authority import SERVER_DAYS, make_certificate
from sync.server.centre import Centre
from sync.server.database.device_rows import DeviceRow, all_devices
from sync.server.database.till_disk import DiskUnreadable
from sync.server.device_list import UnknownDevice, revoke_device
from sync.server.refusals import Refused
from sync.server.salvage import salvage
from sync.server.settings import Settings

_DISK: Final[dict[str, str]] = {
    "no_journal": "There is no journal.db in this folder. Nothing was changed. "
    "该文件夹中没有 journal.db，未作改动。",
    "no_key": "This till left no key in escrow that this centre can open. Nothing was changed. "
    "本中心没有可用的该收银机托管密钥，未作改动。",
    "wrong_key": "None of the keys that this till left opens the disk. Nothing was changed. "
    "托管密钥均无法打开该磁盘，未作改动。",
    "other_device": "The disk is another till's. Nothing was changed. 该磁盘属于另一台收银机，未作改动。",
    "damaged": "The journal of the disk is damaged from its first page on. Nothing was changed. "
    "该磁盘上的日志从首页起已损坏，未作改动。",
}


def add_device_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Add the commands to the centre's; return those that need a database."""
    listing = commands.add_parser("list-devices", help="list the tills' devices, and who is shut out")
    listing.set_defaults(run=_list)
    revoking = commands.add_parser("revoke-device", help="shut a device out, such as a stolen till")
    revoking.add_argument("--device", required=True, help="its id, as list-devices shows it")
    revoking.add_argument("--why", required=True, help="kept with who and when")
    revoking.add_argument("--who", default="command line", help="who does it; kept")
    revoking.set_defaults(run=_revoke)
    saving = commands.add_parser("salvage", help="land what a dead till had not sent, from its disk")
    saving.add_argument("--device", required=True, help="its id, as list-devices shows it")
    saving.add_argument("--disk", type=Path, required=True, help="the till's folder; it is only read")
    saving.set_defaults(run=_salvage)
    certifying = commands.add_parser(
        "make-certificate", help="make the centre's own authority, once, and a certificate for serving"
    )
    certifying.add_argument(
        "--name", action="append", required=True, help="a name or address of this centre; may be repeated"
    )
    certifying.add_argument("--days", type=int, default=SERVER_DAYS, help="how long the certificate holds")
    certifying.set_defaults(run=_certify)
    return [listing, revoking, saving, certifying]


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(data=options.data, database=options.database)


def _list(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        with centre.database.read() as connection:
            devices = all_devices(connection)
    finally:
        centre.close()
    for device in devices:
        print(_line(device))  # noqa: T201  # the command's answer
    return 0


def _line(device: DeviceRow) -> str:
    state = "shut out" if device.revoked_at else "replaced" if device.replaced_at else "trusted"
    key = "key" if device.public_key else "token only"
    about = f" {device.revoked_at} by {device.revoked_by}: {device.revoked_why}" if device.revoked_at else ""
    heard = device.heard_at or "never"
    return f"{device.device_id}  {device.till_id}  {device.till_name}  {key}  heard {heard}  {state}{about}"


def _revoke(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        with centre.database.write() as connection:
            news = revoke_device(connection, options.device, by=options.who, why=options.why)
    except UnknownDevice:
        return _sorry(f"There is no device {options.device}; see list-devices. 没有设备 {options.device}。")
    finally:
        centre.close()
    print("shut out" if news else "was shut out already")  # noqa: T201  # the command's answer
    return 0


def _salvage(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        done = salvage(centre, options.device, options.disk)
    except Refused:
        return _sorry(f"There is no device {options.device}; see list-devices. 没有设备 {options.device}。")
    except DiskUnreadable as unreadable:
        return _sorry(_DISK[unreadable.code])
    finally:
        centre.close()
    print(  # noqa: T201  # the command's answer
        f"{done.found} facts on the disk, {done.landed} landed now, {done.quarantined} in quarantine, "
        f"{done.conflicts} contradict what is here"
    )
    if done.damaged:
        return _sorry(
            "The journal is damaged and was read as far as it goes; the till's mirror may have more. "
            "日志已损坏，仅读取了可读部分；收银机的镜像中可能有更多记录。"
        )
    return 0


def _certify(options: argparse.Namespace) -> int:
    try:
        made = make_certificate(options.data, options.name, days=options.days)
    except ValueError as wrong:
        return _sorry(f"No certificate can be made for {wrong}. 无法为 {wrong} 生成证书。")
    print(f"--certificate {made.certificate} --private-key {made.private_key}")  # noqa: T201  # the command's answer
    print(f"--centre-pin {made.pin}")  # noqa: T201  # for tills; it also comes with every enrolment code
    return 0


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command's refusal
    return 1
