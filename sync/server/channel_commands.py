"""The centre's commands about sales channels: `python -m sync.server channel add | list | remove`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sync.server.centre import Centre
from sync.server.channels.book import ChannelRefused, new_channel
from sync.server.channels.posting import AddressRefused
from sync.server.database.channel_rows import channels, withdraw_channel
from sync.server.settings import Settings

_SENTENCES: dict[str, str] = {
    "bad_name": "A channel's name is 1 to 40 small letters, digits and hyphens, and not `shop`. "
    "渠道名称须为 1 至 40 个小写字母、数字或连字符，且不能为 shop。",
    "name_taken": "There is, or was, a channel of this name. 该渠道名称已被使用。",
    "bad_address": "The webhook's address cannot be read. 无法读取 webhook 地址。",
    "not_https": "A webhook's address begins with https://, or needs --allow-private. "
    "webhook 地址须以 https:// 开头，否则需要 --allow-private。",
    "private_address": "The webhook's address is inside a private network; --allow-private lets it be. "
    "webhook 地址位于内部网络；如确需使用，请加 --allow-private。",
}


def add_channel_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Add the commands to the centre's; return those that need a database."""
    about = commands.add_parser("channel", help="outside shops and marketplaces that place orders")
    kinds = about.add_subparsers(required=True, metavar="add|list|remove")
    adding = kinds.add_parser("add", help="add a channel; print its key and webhook secret, once")
    adding.add_argument("name", help="small letters, digits and hyphens")
    adding.add_argument("--webhook", default="", metavar="URL", help="where it wants to be told of changes")
    adding.add_argument(
        "--allow-private",
        action="store_true",
        help="let the webhook be inside a private network, or not https",
    )
    adding.set_defaults(run=_add)
    listing = kinds.add_parser("list", help="list the channels")
    listing.set_defaults(run=_list)
    removing = kinds.add_parser("remove", help="withdraw a channel's key; its orders stay")
    removing.add_argument("name")
    removing.set_defaults(run=_remove)
    return [adding, listing, removing]


def _opened(options: argparse.Namespace) -> Centre:
    return Centre(Settings(data=options.data, database=options.database))


def _add(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.write() as connection:
            made = new_channel(
                connection, options.name, webhook_url=options.webhook, allow_private=options.allow_private
            )
    except (ChannelRefused, AddressRefused) as refused:
        return _sorry(_SENTENCES[refused.code])
    finally:
        centre.close()
    print(f"key {made.key}")  # noqa: T201  # the command's answer
    if made.webhook_secret:
        print(f"webhook-secret {made.webhook_secret}")  # noqa: T201  # the command's answer
    return 0


def _list(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.read() as connection:
            found = channels(connection)
    finally:
        centre.close()
    for one in found:
        webhook = one.webhook_url or "-"
        if one.settings.webhook_stopped:
            webhook += f" (stopped: {one.settings.webhook_stopped})"
        print(f"{one.channel_id}\t{one.kind}\t{one.created_at}\t{webhook}")  # noqa: T201  # the command's answer
    return 0


def _remove(options: argparse.Namespace) -> int:
    centre = _opened(options)
    try:
        with centre.database.write() as connection:
            removed = withdraw_channel(connection, options.name)
    finally:
        centre.close()
    return 0 if removed else _sorry(f"There is no channel {options.name}. 没有渠道 {options.name}。")


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command's refusal
    return 1
