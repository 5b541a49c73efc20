"""The shop of a race: a real centre and two real tills on files, all in one process and under one clock.

What is slow to make (a centre with a store, two enrolled and stocked tills) is made once as a template and
copied for every seed. Between till and centre lies a wire that can be offline, cut, late or doubled.
"""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import msgspec
import zstandard

from pos_app.database.cache import Cache
from pos_app.database.connection import Database
from pos_app.database.files import open_cache, open_journal
from pos_app.database.journal import Journal
from pos_app.database.outbox import Outbox
from pos_app.database.pickup import PickupRows
from pos_app.database.spool import Spool
from pos_app.database.streams import Streams
from pos_app.services.approving import Approving
from pos_app.services.clock import Clock
from pos_app.services.handing_over import HandingOver
from pos_app.services.lookup import Lookup
from pos_app.services.order_payments import OrderPayments
from pos_app.services.orders import Orders
from pos_app.services.paying import Paying, WhoSells
from pos_app.services.picking import Picking
from pos_app.services.preferences import Preferences
from pos_app.services.promises import Promises
from pos_app.services.receipts import Receipts
from pos_app.services.rules import RulesInForce
from pos_app.services.selling import Selling
from pos_app.services.staffing import Staffing
from retail.pickup.desk_rules import PickupDesk
from retail.quantity import SellingUnit
from retail.stock import StockCause, movements
from retail.stock_level import StockLevel
from sync.client import engine
from sync.client.engine import Engine
from sync.client.ports import Credentials
from sync.client.problems import TransportProblem
from sync.client.transport import Transport
from sync.protocol import STREAMS, EnrolmentRequest, JournalAnswer, JournalBatch
from sync.server import clock as server_clock
from sync.server import enrolment
from sync.server.centre import Centre
from sync.server.database import shop_rows, stock_rows
from sync.server.database.upgrade import epoch_of
from sync.server.demo.load import Wanted, load_demo
from sync.server.demo.store import STORE_ID
from sync.server.intake import land
from sync.server.orders import promising
from sync.server.orders.levels import GoodsChange, publish_goods, read_levels
from sync.server.refusals import Refused
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from sync.server.snapshots import snapshot_page
from sync.server.streams import Publication, changes_page, publish, stream_id
from tests.database.till_files import KEY

RACED, SUBSTITUTE = "P1009", "P1008"
"""The product with ten pieces, and what could stand in for it."""

MOVING = ("stock", "orders")
"""The streams that change in a race; the others are fetched once more at its end."""

PIECES = {RACED: 10, SUBSTITUTE: 6}
TILL_NUMBERS = (1, 2)
OPENING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""Nine in the morning in the store."""

SINGAPORE = timezone(timedelta(hours=8))

Answer = tuple[int, Mapping[str, str], bytes]


class Wall:
    """The clock that everybody looks at."""

    def __init__(self, now: datetime = OPENING) -> None:
        self.seconds = now.timestamp()

    def text(self) -> str:
        """Return the moment, RFC 3339 in UTC."""
        moment = datetime.fromtimestamp(self.seconds, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def in_the_store(self) -> str:
        """Return the moment as the store's clocks show it."""
        return datetime.fromtimestamp(self.seconds, SINGAPORE).isoformat(timespec="milliseconds")

    def till_clock(self, chance: random.Random) -> Clock:
        """Return a till's clock, with ids of a seed."""

        def new_id() -> str:
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))

        return Clock(now=self.in_the_store, monotonic_ms=lambda: int(self.seconds * 1000), new_id=new_id)


@contextmanager
def one_world(wall: Wall, chance: random.Random) -> Iterator[None]:
    """Let everything in this process follow one clock and one seed, so that a seed tells one story."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Moment:
            return cls.fromtimestamp(wall.seconds, tz)

    def token(size: int | None = None) -> str:
        return f"{chance.getrandbits(8 * (size or 32)):0{2 * (size or 32)}x}"

    with ExitStack() as stack:
        for target, name, new in (
            (server_clock, "datetime", Moment),
            (promising, "time", SimpleNamespace(monotonic=lambda: wall.seconds)),
            (uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4)),
        ):
            stack.enter_context(patch.object(target, name, new))
        stack.enter_context(patch("secrets.token_urlsafe", token))
        stack.enter_context(patch("secrets.token_hex", token))
        stack.enter_context(patch("secrets.randbelow", chance.randrange))
        yield


# ---- the wire --------------------------------------------------------------------------------------------


class Line:
    """What lies between one till and the centre. `trouble` says what becomes of the next request."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self.cut = False
        self.trouble: Callable[[], str] = lambda: ""
        self.late: list[bytes] = []
        self._said: dict[str, int] = {}

    def carry(self, method: str, path: str, token: str, content: bytes, asked: Mapping[str, Any]) -> Answer:
        """Carry a request there and its answer back, or fail as a network does."""
        trouble = "offline" if self.cut else self.trouble()
        if trouble == "offline":
            raise TransportProblem("unreachable", "no network")
        if trouble == "late" and method == "POST":
            self.late.append(content)
            raise TransportProblem("timed_out", "the request is still on its way")
        answer = self._answered(path, token, content, asked)
        if trouble == "doubled":
            answer = self._answered(path, token, content, asked)
        if trouble == "lost":
            raise TransportProblem("timed_out", "the answer was lost")
        return answer

    def arrives_late(self) -> None:
        """Let what was on its way arrive now; nobody waits for the answer."""
        self._journal(self.late.pop(0))

    def _answered(self, path: str, token: str, content: bytes, asked: Mapping[str, Any]) -> Answer:
        try:
            return 200, {"Content-Type": "application/json"}, self._answer(path, token, content, asked)
        except Refused as refused:
            body = msgspec.json.encode(refused.answer)
            return refused.status, {"Content-Type": "application/json"}, body

    def _answer(self, path: str, token: str, content: bytes, asked: Mapping[str, Any]) -> bytes:
        database = self._centre.database
        if path == "/v1/journal":
            return self._journal(content)
        with database.read() as connection:
            epoch = epoch_of(connection)
            if path == "/v1/health":
                return msgspec.json.encode({"status": "ok", "epoch": epoch})
            device = enrolment.device_of_token(connection, token)
            if path.startswith("/v1/snapshots/"):
                raise Refused("not_found")  # as of a centre that only has pages; these streams are short
            _, _, _, name, what = unquote(path).split("/")
            wanted = stream_id(name, device.store_id)
            if what == "changes":
                asked_for = {each: asked[each] for each in ("epoch", "after", "limit")}
                return msgspec.json.encode(changes_page(connection, wanted, **asked_for))
            page = snapshot_page(
                connection,
                wanted,
                as_of=int(asked.get("as_of", 0)),
                after_key=str(asked.get("after_key", "")),
                limit=int(asked["limit"]),
            )
            return msgspec.json.encode(page)

    def _journal(self, content: bytes) -> bytes:
        batch = msgspec.json.decode(content, type=JournalBatch)
        with self._centre.database.write() as connection:
            device = enrolment.device_of_id(connection, batch.device_id)
            receipt = land(connection, device, batch)
            epoch = epoch_of(connection)
        if receipt.conflicts:
            raise Refused("conflict", acked_seq=receipt.acked_seq)
        self._centre.hearing.heard(batch.device_id)
        return msgspec.json.encode(
            JournalAnswer(acked_seq=receipt.acked_seq, epoch=epoch, quarantined=receipt.quarantined)
        )


class OverTheLine(Transport):
    """The real transport of a till, on a line instead of a socket."""

    def __init__(self, credentials: Credentials, line: Line) -> None:
        super().__init__(credentials.server_url, credentials.token)
        self._line = line
        self._as_token = credentials.token

    def _exchange(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        data: bytes | None,
        parameters: Mapping[str, str | int] | None,
        read_seconds: float,
        deadline: float,
        most_bytes: int = 0,
        *,
        taken: Callable[[int, Mapping[str, str], Any], bytes] | None = None,
    ) -> Answer:
        assert taken is None, "no files come over this line"
        content = data or b""
        if headers.get("Content-Encoding") == "zstd":
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=16_000_000)
        return self._line.carry(method, path, self._as_token, content, parameters or {})


# ---- a till ----------------------------------------------------------------------------------------------


class RacingTill:
    """A till without its window, wired as the program wires it; it can be closed and opened again."""

    def __init__(self, folder: Path, number: int, line: Line, wall: Wall, chance: random.Random) -> None:
        self.folder = folder
        self.number = number
        self.line = line
        self.clock = wall.till_clock(chance)
        self.believes_online = True
        self.open()

    def open(self) -> None:
        """Open the files and wire the services, as at the start of the program."""
        self._open_files()
        clock = self.clock
        self.journal = Journal(
            self._journal_file, now=clock.now, monotonic_ms=clock.monotonic_ms, new_id=clock.new_id
        )
        self.outbox = Outbox(self._journal_file, self.journal)
        self.cache = Cache(self._cache_file)
        self.streams = Streams(self._cache_file, clock.now)
        self.engine = self._new_engine()
        self.rules = RulesInForce(self.cache)
        self.staffing = Staffing(self.journal, self.cache, clock.monotonic_ms)
        self.staffing.restore()
        self.approving = Approving(self.staffing)
        self._wire_orders()
        self._wire_selling()

    def _open_files(self) -> None:
        self._journal_file: Database = open_journal(self.folder, KEY)
        self._cache_file: Database = open_cache(self.folder, KEY)

    def _new_engine(self) -> Engine:
        return Engine(self.outbox, self.outbox, self.streams, now=self.clock.now, connect=self._connect)

    def _connect(self, credentials: Credentials) -> Transport:
        return OverTheLine(credentials, self.line)

    def _wire_orders(self) -> None:
        self.orders = Orders(
            self.journal, PickupRows(self._cache_file, self._journal_file), self.clock, self._cashier_id
        )
        self.promises = Promises(
            self.orders,
            self.approving,
            open_sales=self.journal.open_sales,
            cashier_id=self._cashier_id,
            till_id=self._till_id,
        )
        self.picking = Picking(self.orders, self.cache, self.rules)

    def _wire_selling(self) -> None:
        self.selling = Selling(
            self.journal,
            self.cache,
            self.rules,
            self.clock,
            self.approving,
            self.promises,
            has_network=lambda: self.believes_online,
            cashier_id=self._cashier_id,
        )
        payments = OrderPayments(self.orders, self._cashier_id)
        preferences = Preferences(self.journal)
        self.spool = Spool(self._journal_file, self.clock.now)
        self.receipts = Receipts(self.journal, self.spool, self.rules, preferences)
        self.paying = Paying(
            self.journal,
            self.rules,
            self.selling,
            self.receipts,
            self.clock,
            self._who_sells,
            payments,
            has_network=lambda: self.believes_online,
        )
        self.handing_over = HandingOver(
            self.orders,
            self.selling,
            Lookup(self.cache, self.rules),
            payments,
            others_heard=lambda: self.believes_online,
        )
        self.selling.restore()

    def close(self) -> None:
        """Close the files; what was not stored is forgotten."""
        self._journal_file.close()
        self._cache_file.close()

    def synchronise(self, streams: tuple[str, ...] = MOVING) -> str:
        """Send and fetch these streams once; return the problem's code, empty when everything went well."""
        with patch.object(engine, "STREAMS", streams):
            report = self.engine.run_once(60)
        for stream in self._changed_streams(report.streams_changed):
            self.orders.refresh(stream)
        self.picking.stock_changed()
        self.believes_online = not report.problem
        self.selling.network_changed()
        return report.problem

    def _changed_streams(self, changed: tuple[str, ...]) -> tuple[str, ...]:
        # A fetch that was cut short has stored rows all the same.
        return changed or ("orders", "stock")

    def shelf_moves(self, after: int) -> list[tuple[int, str, str, Decimal, str]]:
        """Return what facts above a position moved of the shelf: position, kind, product, quantity, body."""
        with self._journal_file.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT j.position, j.kind, m.product_id, m.quantity, j.body FROM stock_moves m "
                "JOIN journal j ON j.position = m.position "
                "WHERE m.location = 'shelf' AND j.position > ? ORDER BY j.position, m.number",
                (after,),
            ).all()
        return [(row[0], row[1], row[2], Decimal(row[3]), row[4]) for row in rows]

    def _cashier_id(self) -> str:
        on_duty = self.staffing.on_duty
        return on_duty.staff_id if on_duty else ""

    def _till_id(self) -> str:
        who = self.journal.identity()
        return "" if who is None else who.till_id

    def _who_sells(self) -> WhoSells:
        who = self.journal.identity()
        assert who is not None
        staff = self.staffing.on_duty
        assert staff is not None
        return WhoSells(who.store_id, who.till_id, who.till_number, staff.staff_id, staff.display_name)


# ---- made once, copied for every seed -------------------------------------------------------------------


def make_template(folder: Path, policy: str) -> Path:
    """Make a centre with the raced product and two enrolled, stocked tills; return the folder."""
    wall, chance = Wall(), random.Random(policy)
    with one_world(wall, chance):
        centre = Centre(Settings(data=folder / "centre"))
        load_demo(centre.database, Wanted(products=33, promotions=0, members=1), pictures=centre.pictures)
        _enrol_tills(folder, centre)
        stock_the_shelves(centre, policy)
        for number in TILL_NUMBERS:
            till = RacingTill(_till_folder(folder, number), number, Line(centre), wall, chance)
            assert not till.synchronise(STREAMS)
            assert till.orders.desk is not None
            till.close()
        with centre.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        centre.close()
    return folder


def _till_folder(folder: Path, number: int) -> Path:
    return folder / f"till-{number}"


def _enrol_tills(folder: Path, centre: Centre) -> None:
    for number in TILL_NUMBERS:
        till_folder = _till_folder(folder, number)
        till_folder.mkdir(parents=True)
        enrol_in_process(till_folder, centre, STORE_ID, number, software_version="race")


def enrol_in_process(
    till_folder: Path, centre: Centre, store_id: str, number: int, *, software_version: str
) -> str:
    """Enrol a till without a network, in whatever journal its folder has; return its device id."""
    database = open_journal(till_folder, KEY)
    clock = Clock()
    journal = Journal(database, now=clock.now, monotonic_ms=clock.monotonic_ms, new_id=clock.new_id)
    outbox = Outbox(database, journal)
    device_id = outbox.device_id()
    with centre.database.write() as connection:
        code = enrolment.new_code(connection, store_id=store_id, till_number=number)
        answer = enrolment.enrol(
            connection,
            EnrolmentRequest(
                code=code,
                device_id=device_id,
                till_name=f"Till {number}",
                software_version=software_version,
            ),
        )
    outbox.enrolled(answer, server_url="http://127.0.0.1:1", software_version=software_version)
    database.close()
    return device_id


def stock_the_shelves(centre: Centre, policy: str) -> None:
    """Bring the shelf to the pieces of the race, put the policy on it, and let the desk take many orders."""
    with centre.database.write() as connection:
        products = shop_rows.products_by_id(connection, list(PIECES))
        there = stock_rows.on_hand(connection, STORE_ID, list(PIECES))
        for product_id, pieces in PIECES.items():
            assert products[product_id].unit is SellingUnit.PIECE
            counted = movements(
                StockCause.COUNT,
                store_id=STORE_ID,
                product_id=product_id,
                unit=SellingUnit.PIECE,
                quantity=Decimal(pieces) - there.get(product_id, Decimal(0)),
                event_id="race",
            )
            stock_rows.add_movements(connection, counted)
        levels = read_levels(connection, STORE_ID, list(PIECES))
        puts: list[StockLevel] = [
            msgspec.structs.replace(
                level,
                # What is never promised online is what the tills may sell by themselves.
                safety_stock=Decimal(4 if policy == "strict" and level.product_id == RACED else 0),
                policy=policy if level.product_id == RACED else "soft",
            )
            for level in levels.values()
        ]
        publish(connection, {("stock", STORE_ID): Publication(puts=puts)})
    with centre.database.write() as connection:
        publish_goods(connection, GoodsChange(products=frozenset((STORE_ID, one) for one in PIECES)))
    with centre.database.write() as connection:
        stream = ("settings", STORE_ID)
        (desk,) = shop_rows.read_rows(connection, stream, "pickup_desk", PickupDesk)
        rules = msgspec.structs.replace(desk.slots, pickers=40)
        wide = msgspec.structs.replace(desk, slots=rules, collect_hours=2)
        publish(connection, {stream: Publication(puts=[wide])})


class RaceShop:
    """A copy of a template for one seed: the centre and both tills, open."""

    def __init__(self, template: Path, folder: Path, wall: Wall, chance: random.Random) -> None:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        self.folder = folder
        self.centre = Centre(Settings(data=folder / "centre", payments=SIMULATED_PAYMENTS))
        self.lines = {number: Line(self.centre) for number in TILL_NUMBERS}
        self.tills = {
            number: RacingTill(_till_folder(folder, number), number, self.lines[number], wall, chance)
            for number in TILL_NUMBERS
        }

    @property
    def centre_file(self) -> Path:
        """The centre's database, for whoever judges."""
        return self.folder / "centre" / "centre.db"

    def close(self) -> None:
        """Close all files."""
        for till in self.tills.values():
            till.close()
        self.centre.close()
