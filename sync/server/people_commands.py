"""The centre's commands about people: `python -m sync.server add-person | list-people | …`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database.people_rows import people, remove_person
from sync.server.database.shop_rows import read_stores
from sync.server.permissions import ROLES
from sync.server.settings import Settings
from sync.server.staffing.passwords import new_password
from sync.server.staffing.people import PersonRefused, checked_person

_SENTENCES: dict[str, str] = {
    "bad_sign_in_name": "A sign-in name is 2 to 40 small letters, digits, dots, hyphens and underscores. "
    "登录名须为 2 至 40 个小写字母、数字、点、连字符或下划线。",
    "bad_name": "A name is at most 80 characters that can be printed. 姓名最多 80 个可显示的字符。",
    "bad_role": "There is no such role. 没有这个角色。",
    "no_store": "Managers and clerks need their stores: --store S1. 经理和店员须指定门店：--store S1。",
    "unknown_store": "There is no such store. 没有这个门店。",
    "stores_not_wanted": "Owners and auditors see every store; leave --store out. "
    "店主和审计员可查看所有门店，请勿使用 --store。",
    "name_taken": "There is, or was, somebody of this sign-in name. 该登录名已被使用。",
}


def add_people_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Add the commands to the centre's; return those that need a database."""
    adding = commands.add_parser(
        "add-person", help="let somebody into the back office; prints a password once"
    )
    adding.add_argument("person", help="the sign-in name: small letters, digits, dots, hyphens")
    adding.add_argument("--role", required=True, choices=[str(role) for role in ROLES])
    adding.add_argument(
        "--store", action="append", default=[], help="a manager's or clerk's; may be repeated"
    )
    adding.add_argument("--name", default="", help="how the person is called on pages")
    adding.set_defaults(run=_add)
    listing = commands.add_parser("list-people", help="list who may use the back office")
    listing.set_defaults(run=_list)
    removing = commands.add_parser("remove-person", help="let somebody in no more; what they did stays known")
    removing.add_argument("person")
    removing.set_defaults(run=_remove)
    resetting = commands.add_parser("reset-password", help="print a new password for somebody, once")
    resetting.add_argument("person")
    resetting.set_defaults(run=_reset)
    return [adding, listing, removing, resetting]


def _opened(options: argparse.Namespace) -> Centre:
    return Centre(Settings(data=options.data, database=options.database))


def _add(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.read() as connection:
            known = [store.store_id for store in read_stores(connection)]
        added = checked_person(options.person, options.name, options.role, options.store, known)
        password = new_password()
        if not centre.staffing.add(added, password):
            raise PersonRefused("name_taken", options.person)
    except PersonRefused as refused:
        about = f" ({refused.about})" if refused.about else ""
        return _sorry(_SENTENCES[refused.code] + about)
    finally:
        centre.close()
    print(f"password {password}")  # noqa: T201  # the command's answer
    return 0


def _list(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.read() as connection:
            found = people(connection)
    finally:
        centre.close()
    for one in found:
        stores = ",".join(one.person.stores) or "*"
        print(f"{one.person.person_id}\t{one.person.role}\t{stores}\t{one.person.name}\t{one.seen_at or '-'}")  # noqa: T201  # the command's answer
    return 0


def _remove(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.write() as connection:
            removed = remove_person(connection, options.person, at=now_text())
    finally:
        centre.close()
    return 0 if removed else _nobody(options.person)


def _reset(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        password = new_password()
        known = centre.staffing.reset_password(options.person, password)
    finally:
        centre.close()
    if not known:
        return _nobody(options.person)
    print(f"password {password}")  # noqa: T201  # the command's answer
    return 0


def _nobody(person: str) -> int:
    return _sorry(f"There is nobody called {person[:80]}. 没有登录名 {person[:80]}。")


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command's refusal
    return 1
