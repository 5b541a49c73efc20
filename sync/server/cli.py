"""The centre's commands: `python -m sync.server serve | load-demo | import-catalogue | …`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError

from retail.receipt_number import MOST_TILLS
from sync.protocol import PIN_MARK
from sync.server.authority import pin_in
from sync.server.catalogue_import import CatalogueRefused, import_catalogue, read_text
from sync.server.centre import Centre
from sync.server.channel_commands import add_channel_commands
from sync.server.database.inbox_rows import quarantined_events
from sync.server.database.stock_rows import broken_balances
from sync.server.database.upgrade import SchemaTooNew, renew_epoch
from sync.server.demo.load import Wanted, load_demo, write_demo
from sync.server.device_commands import add_device_commands
from sync.server.enrolment import UnknownStore, device_of_id, new_code
from sync.server.intake import judge_again
from sync.server.logs import FORMATS, TEXT, set_up_logs
from sync.server.messages.smtp import MailRefused, mail_server
from sync.server.orders.stock_import import StockRefusedIn, import_stock
from sync.server.people_commands import add_people_commands
from sync.server.personal_commands import add_personal_commands
from sync.server.picture_import import PictureIntake
from sync.server.price_checks import check_waiting
from sync.server.running_commands import add_running_commands
from sync.server.settings import AT_HANDOVER, CAPTURES, NO_PAYMENTS, PAYMENTS, Settings
from sync.server.vendure.command import add_command as add_vendure_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0 done, 1 could not, 2 asked wrongly."""
    options = _parser().parse_args(arguments)
    set_up_logs(getattr(options, "log_format", TEXT))
    try:
        return int(options.run(options))
    except MailRefused as refused:
        return _sorry(f"Messages cannot be sent by mail: {refused}. 无法通过邮件发送消息。")
    except SchemaTooNew as error:
        return _sorry(
            f"This data is of a newer centre; nothing was touched: {error}. Update this centre, then start "
            "it again. 数据由更新版本的中心写入，未作任何改动。请先升级本中心再启动。"
        )
    except DatabaseError as error:
        return _sorry(f"The database cannot be used: {error.orig}. Nothing half done is kept.")
    except OSError as error:
        return _sorry(f"{error.filename or options.data} cannot be used: {error.strerror}.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sync.server", description="The Evertill centre.")
    commands = parser.add_subparsers(required=True, metavar="command")

    serving = _add_serving(commands)

    writing = commands.add_parser("demo-data", help="write the demo store as CSV files")
    writing.add_argument("--out", type=Path, required=True)
    writing.set_defaults(run=_demo_data)

    loading = commands.add_parser("load-demo", help="load the demo store into the centre")
    loading.set_defaults(run=_load_demo)
    for command in (writing, loading):
        command.add_argument("--seed", type=int, default=7)
        command.add_argument("--products", type=int, default=5_000)
        command.add_argument("--promotions", type=int, default=24)
        command.add_argument("--members", type=int, default=200)

    importing = commands.add_parser("import-catalogue", help="import a shop's own catalogue from CSV")
    importing.add_argument("file", type=Path)
    importing.add_argument("--store", default="S1", help="whose prices the file has")
    importing.add_argument("--encoding", default="utf-8", help="such as gb18030, for older spreadsheets")
    importing.set_defaults(run=_import_catalogue)

    stocking = commands.add_parser("import-stock", help="set what is on the shelves from CSV")
    stocking.add_argument("file", type=Path)
    stocking.add_argument("--store", default="S1", help="whose shelves the file has")
    stocking.add_argument("--encoding", default="utf-8", help="such as gb18030, for older spreadsheets")
    stocking.set_defaults(run=_import_stock)

    counting = commands.add_parser("check-stock", help="hold every balance against its ledger")
    counting.set_defaults(run=_check_stock)

    code = commands.add_parser("enrolment-code", help="print a one-time code for a till")
    code.add_argument("--store", required=True)
    code.add_argument("--till", type=int, help="the till's number; the next free one without it")
    code.set_defaults(run=_enrolment_code)

    judging = commands.add_parser("judge-again", help="try what is in quarantine again, after an update")
    judging.set_defaults(run=_judge_again)

    pricing = commands.add_parser("check-prices", help="price again every sale that waits for it")
    pricing.set_defaults(run=_check_prices)

    renewing = commands.add_parser("new-epoch", help="begin a new epoch, after a backup was restored")
    renewing.set_defaults(run=_new_epoch)

    about_channels = add_channel_commands(commands)
    running = add_running_commands(commands)
    about_people = (*add_people_commands(commands), *add_personal_commands(commands))
    about_tills = add_device_commands(commands)

    own = (serving, loading, importing, stocking, counting, code, judging, pricing, renewing)
    settled = (*own, *about_tills)
    for command in (*settled, *about_channels, *running, *about_people, add_vendure_command(commands)):
        command.add_argument("--data", type=Path, required=True, help="the centre's folder")
        command.add_argument("--database", default="", help="a PostgreSQL address instead of SQLite")
    return parser


def _add_serving(commands: Any) -> argparse.ArgumentParser:
    serving: argparse.ArgumentParser = commands.add_parser(
        "serve", help="serve tills until SIGINT or SIGTERM"
    )
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serving.set_defaults(run=_serve)
    serving.add_argument("--log-format", choices=FORMATS, default=TEXT, help="lines for people or programs")
    serving.add_argument("--certificate", type=Path, help="PEM file for TLS; needed to serve other machines")
    serving.add_argument("--private-key", type=Path, help="PEM file with the certificate's private key")
    serving.add_argument("--public-address", default="", help="what customers call the centre, for links")
    serving.add_argument("--mail-from", default="", help="the sender of messages, such as shop@shop.example")
    serving.add_argument(
        "--mail-server",
        default=os.environ.get("EVERTILL_MAIL_SERVER", ""),
        help="smtp://host:port or smtps://host; with a password better in EVERTILL_MAIL_SERVER; "
        "messages go into messages.jsonl without it",
    )
    serving.add_argument(
        "--payments",
        choices=PAYMENTS,
        default=NO_PAYMENTS,
        help="who takes money online: a simulator that moves none, for trying out; without it orders are "
        "paid at the desk",
    )
    serving.add_argument(
        "--capture",
        choices=CAPTURES,
        default=AT_HANDOVER,
        help="when money that was authorised online is taken: at the handover, or when the goods are ready",
    )
    return serving


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        data=options.data,
        host=getattr(options, "host", "127.0.0.1"),
        port=getattr(options, "port", 0),
        database=options.database,
        public_address=getattr(options, "public_address", ""),
        mail_server=getattr(options, "mail_server", ""),
        mail_from=getattr(options, "mail_from", ""),
        payments=getattr(options, "payments", NO_PAYMENTS),
        capture=getattr(options, "capture", AT_HANDOVER),
        certificate=getattr(options, "certificate", None),
        private_key=getattr(options, "private_key", None),
    )


def _serve(options: argparse.Namespace) -> int:
    from sync.server.serving import (  # noqa: PLC0415  # the web framework, only to serve
        AddressTaken,
        CertificateRefused,
        NotSecure,
        serve,
    )

    if options.mail_server:
        mail_server(options.mail_server, options.mail_from)  # refused before anything is listened on
    try:
        serve(_settings(options), lambda address: print(f"listening on {address}", flush=True))  # noqa: T201  # the announced line
    except NotSecure as open_to_all:
        return _sorry(
            f"{open_to_all} would be served in the open. Make a certificate (make-certificate) and give "
            "--certificate and --private-key, or serve 127.0.0.1 behind somebody who speaks TLS. "
            f"{open_to_all} 将以明文提供服务。请用 make-certificate 生成证书，"
            "并指定 --certificate 和 --private-key。"
        )
    except CertificateRefused as refused:
        return _sorry(f"This certificate cannot be served with: {refused}. 无法使用该证书：{refused}。")
    except AddressTaken as error:
        return _sorry(f"{options.host}:{options.port} cannot be listened on: {error.strerror}.")
    return 0


def _demo_data(options: argparse.Namespace) -> int:
    for path in write_demo(options.out, _wanted(options)):
        print(path)  # noqa: T201  # what was written
    return 0


def _load_demo(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        count = load_demo(
            centre.database,
            _wanted(options),
            _show_progress,
            pictures=centre.pictures,
            code_keys=(centre.code_keys.own,),
        )
    finally:
        centre.close()
    print(f"{count} products loaded")  # noqa: T201  # the command's answer
    return 0


def _import_catalogue(options: argparse.Namespace) -> int:
    try:
        text = read_text(options.file, options.encoding)
    except OSError as error:
        return _sorry(f"{options.file} cannot be read: {error.strerror}.")
    except LookupError:
        return _sorry(f"There is no encoding {options.encoding}.")
    except CatalogueRefused as refused:
        return _refused(refused)
    centre = Centre(_settings(options))
    try:
        with PictureIntake(options.file.parent, centre.pictures) as pictures:
            result = import_catalogue(
                centre.database,
                text,
                store_id=options.store,
                pictures=pictures,
                on_progress=_show_progress,
            )
    except CatalogueRefused as refused:
        return _refused(refused)
    except UnknownStore:
        return _no_store(options.store)
    finally:
        centre.close()
    print(f"{result.added} added, {result.changed} changed, {result.unchanged} unchanged")  # noqa: T201  # the command's answer
    return 0


def _import_stock(options: argparse.Namespace) -> int:
    try:
        text = read_text(options.file, options.encoding)
    except LookupError:
        return _sorry(f"There is no encoding {options.encoding}.")
    except CatalogueRefused as refused:
        return _refused(refused)
    centre = Centre(_settings(options))
    try:
        count = import_stock(centre.database, text, store_id=options.store)
    except StockRefusedIn as refused:
        return _refused(refused)
    except UnknownStore:
        return _no_store(options.store)
    finally:
        centre.close()
    print(f"{count} products stocked")  # noqa: T201  # the command's answer
    return 0


def _check_stock(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        with centre.database.read() as connection:
            broken = broken_balances(connection)
    finally:
        centre.close()
    for key, difference in broken.items():
        print(f"{key.store_id} {key.product_id} {key.location}: {difference:+f}", file=sys.stderr)  # noqa: T201  # what differs
    if broken:
        return _sorry(f"{len(broken)} balances are not the sum of their ledger.")
    print("every balance is the sum of its ledger")  # noqa: T201  # the command's answer
    return 0


def _refused(refused: CatalogueRefused | StockRefusedIn) -> int:
    for problem in refused.problems:
        print(f"{problem.message.en}\n    {problem.message.zh}", file=sys.stderr)  # noqa: T201  # the command's refusal
    return _sorry("Nothing was imported. 未导入任何内容。")


def _show_progress(step: str, done: int, total: int) -> None:
    end = "\n" if done >= total else "\r"
    print(f"{step} {done}/{total}", end=end, file=sys.stderr, flush=True)  # noqa: T201  # progress


def _enrolment_code(options: argparse.Namespace) -> int:
    if options.till is not None and not 1 <= options.till <= MOST_TILLS:
        return _sorry(f"A till's number is 1 to {MOST_TILLS}, not {options.till}.")
    centre = Centre(_settings(options))
    try:
        with centre.database.write() as connection:
            code = new_code(connection, store_id=options.store, till_number=options.till)
    except UnknownStore:
        return _no_store(options.store)
    finally:
        centre.close()
    pin = pin_in(options.data)
    print(f"{code}{PIN_MARK}{pin}" if pin else code)  # noqa: T201  # the command's answer
    return 0


def _judge_again(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        with centre.database.read() as connection:
            waiting = quarantined_events(connection)
        applied = 0
        for event_id, device_id in waiting:
            with centre.database.write() as connection:
                applied += judge_again(connection, device_of_id(connection, device_id), event_id)
    finally:
        centre.close()
    print(f"{applied} of {len(waiting)} applied")  # noqa: T201  # the command's answer
    return 0


def _check_prices(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        checked = check_waiting(centre.database)
    finally:
        centre.close()
    print(f"{checked.sales} sales priced again, {checked.differing} differ")  # noqa: T201  # the command's answer
    return 0


def _new_epoch(options: argparse.Namespace) -> int:
    centre = Centre(_settings(options))
    try:
        with centre.database.write() as connection:
            epoch = renew_epoch(connection)
    finally:
        centre.close()
    print(epoch)  # noqa: T201  # the command's answer
    return 0


def _wanted(options: argparse.Namespace) -> Wanted:
    return Wanted(
        seed=options.seed,
        products=options.products,
        promotions=options.promotions,
        members=options.members,
    )


def _no_store(store_id: str) -> int:
    return _sorry(f"There is no store {store_id}. `load-demo` makes S1. 没有门店 {store_id}。")


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201  # the command's refusal
    return 1
