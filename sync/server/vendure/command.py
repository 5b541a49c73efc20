"""`python -m sync.server vendure-sync`: keeps a Vendure shop and a store in step until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from retail.pickup.order import WishKind
from sync.server.centre import Centre
from sync.server.settings import Settings

ADMIN_API = "/admin-api"
SUBSTITUTES = (WishKind.NONE, WishKind.SAME_PRICE, WishKind.ASK)
"""What may be wished for all customers of a shop: the others need a limit of each customer."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command to the centre's; its parser still lacks what all commands of the centre have."""
    syncing = commands.add_parser("vendure-sync", help="hand out the orders of a Vendure shop in a store")
    syncing.add_argument("--url", required=True, help="the shop's admin API, such as http://127.0.0.1:3000")
    syncing.add_argument("--user", required=True, help="an administrator of the shop")
    syncing.add_argument("--password-file", type=Path, required=True, help="a file with the password")
    syncing.add_argument("--store", required=True, help="the store that hands the orders out")
    syncing.add_argument("--name", default="", help="a name for the connection; the store's without it")
    syncing.add_argument(
        "--method", default="click-and-collect", help="the code of the shipping method to collect"
    )
    syncing.add_argument("--location", default="", help="the stock location; the first without it")
    syncing.add_argument("--handler", default="manual-fulfillment", help="the code of the fulfilment handler")
    syncing.add_argument("--channel-token", default="", help="for shops of several Vendure channels")
    syncing.add_argument("--language", default="en", help="of messages to customers, such as zh_CN")
    syncing.add_argument(
        "--ages-asked", action="store_true", help="the shop asks buyers for their age where it matters"
    )
    syncing.add_argument(
        "--substitutes",
        choices=SUBSTITUTES,
        default=WishKind.NONE,
        help="what customers want when something has run out",
    )
    syncing.add_argument(
        "--once", action="store_true", help="one round, and an exit code that says how it went"
    )
    syncing.set_defaults(run=run)
    return syncing


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when the shop or the store cannot be worked with."""
    from sync.server.vendure.client import Access, VendureProblem  # noqa: PLC0415  # requests, only for this
    from sync.server.vendure.connection import Connection  # noqa: PLC0415
    from sync.server.vendure.connector import ConnectionRefused, keep_in_step, run_alone  # noqa: PLC0415

    logging.getLogger("sync.server.vendure").setLevel(logging.INFO)
    connection = Connection(
        name=options.name or options.store.lower(),
        store_id=options.store,
        access=Access(
            url=_address(options.url),
            user=options.user,
            password=options.password_file.read_text(encoding="utf-8").strip(),
            channel_token=options.channel_token,
        ),
        method=options.method,
        handler=options.handler,
        location=options.location,
        language=options.language,
        ages_asked=options.ages_asked,
        substitutes=WishKind(options.substitutes),
    )
    stopping = Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: stopping.set())
    centre = Centre(Settings(data=options.data, database=options.database))
    try:
        if options.once:
            print(run_alone(centre, connection))  # noqa: T201  # the command's answer
        else:
            keep_in_step(centre, connection, stopping)
    except (ConnectionRefused, VendureProblem) as refused:
        print(refused, file=sys.stderr)  # noqa: T201  # the command's refusal
        return 1
    finally:
        centre.close()
    return 0


def _address(url: str) -> str:
    """Return the address of the admin API; of a bare shop, the one that Vendure has by itself."""
    return url if urlsplit(url).path.strip("/") else url.rstrip("/") + ADMIN_API
