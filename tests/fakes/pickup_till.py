"""A till of a store with a collection desk, and as much of a centre as two tills need to hear each other."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from pos_app.bootstrap import Till, open_till
from pos_app.database.identity import Identity
from pos_app.services.clock import Clock, uuid7
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import TillSettings
from retail.availability.slot import SlotRules
from retail.catalogue import LocalisedText, Product
from retail.events import PickupStepped
from retail.gtin import check_digit
from retail.journal import Envelope
from retail.pickup.desk_rules import CodeKey, PickupDesk, StagingPlace
from retail.pickup.order import Contact, PickupLine, PickupOrder, SubstitutionWish, Temperature
from retail.pickup.reducer import applied
from retail.pickup.steps import Answer, Cancel, Expire
from retail.stock_level import StockLevel
from sync.pickup_code import PickupPass, digest_of, public_text, sign
from sync.protocol import Row
from tests.fakes import pickup_orders
from tests.fakes.stocked_till import JOURNAL, copy_made_before, demo_store, new_folder, stock

NOON = "2026-03-14T14:33:00.000+08:00"
DIGITS = f"73920{check_digit('73920')}"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
MILK, OAT_MILK, EGGS, CHICKEN, WINE, COOKIE, BEANS = (
    "P1016",
    "P1026",
    "P1017",
    "P1030",
    "P1031",
    "P1009",
    "P1019",
)

DESK = PickupDesk(
    store_id="S1",
    slots=SlotRules(opening=()),
    offset="+08:00",
    places=(
        StagingPlace(code="B-03", name=LocalisedText("Shelf B-03", "货架 B-03")),
        StagingPlace(
            code="FRIDGE-2", name=LocalisedText("Fridge 2", "冷藏柜 2"), temperature=Temperature.CHILLED
        ),
    ),
    code_keys=(CodeKey(key_id="k1", public=public_text(KEY)),),
)


class Wall:
    """A clock on the wall, which a test may turn."""

    def __init__(self, now: str = NOON) -> None:
        self.now = now
        self.monotonic_ms = 0


def rows(*orders: PickupOrder, levels: Iterable[StockLevel] = ()) -> dict[str, tuple[Row, ...]]:
    """Return the demo store's rows with a desk; what is dairy is chilled."""
    found: dict[str, tuple[Row, ...]] = dict(demo_store())
    found["catalogue"] = tuple(
        replace(row, temperature="chilled")
        if isinstance(row, Product) and row.category_id == "dairy"
        else row
        for row in found["catalogue"]
    )
    found["settings"] = (*(row for row in found["settings"] if not isinstance(row, PickupDesk)), DESK)
    found["stock"] = tuple(levels)
    found["orders"] = orders
    return found


def product(product_id: str) -> Product:
    """Return a product of the store."""
    catalogue = rows()["catalogue"]
    return next(row for row in catalogue if isinstance(row, Product) and row.product_id == product_id)


def line(product_id: str, quantity: str = "1", amount: int = 500, **fields: Any) -> PickupLine:
    """Return an ordered line of the store's own goods, called after its product."""
    of = product(product_id)
    usual: dict[str, Any] = {
        "unit_price": str(Decimal(amount) / Decimal(quantity)),
        "amount": amount,
        "temperature": Temperature(of.temperature),
        "wish": SubstitutionWish(),
    }
    return pickup_orders.line(of, quantity, **(usual | fields))


def order(
    *lines: PickupLine, order_id: str = "order-1", number: str = "P-4829", **fields: Any
) -> PickupOrder:
    """Return an order as it comes down to the tills, due this afternoon."""
    usual: dict[str, Any] = {
        "placed_at": "2026-03-14T12:00:00+08:00",
        "ready_by": "2026-03-14T15:00:00+08:00",
        "collect_until": "2026-03-16T15:00:00+08:00",
        "contact": Contact(name="H. Osei", phone_tail="3306", member_id="M1"),
        "code_digest": digest_of(order_id, DIGITS),
    }
    return pickup_orders.order(*lines, order_id=order_id, number=number, **(usual | fields))


def code_of(order_id: str = "order-1", *, store_id: str = "S1", key: Ed25519PrivateKey = KEY) -> str:
    """Return the long form of an order's pickup code."""
    return sign(PickupPass("k1", store_id, order_id, "2026-03-16T15:00:00+08:00"), key)


def scale_label(plu: str, grams: int) -> str:
    """Return a label with a weight, by the store's own rule."""
    digits = f"20{plu}{grams:05d}"
    return f"{digits}{check_digit(digits)}"


@cache
def _stocked_before() -> Path:
    """Make the folder of a till that is nobody's yet and has the store's rows, once per test run."""
    folder = new_folder()
    till = open_till(folder, TillSettings(), Clock(now=lambda: NOON))
    stock(till, rows())
    till.close()
    return folder


def pickup_till(
    folder: Path,
    *orders: PickupOrder,
    levels: Iterable[StockLevel] = (),
    wall: Wall | None = None,
    number: int = 2,
    online: bool = True,
    identity: Identity | None = None,
) -> Till:
    """Return a till on its folder with these rows; on a folder of before, with what that holds."""
    on_wall = wall or Wall()
    clock = Clock(now=lambda: on_wall.now, monotonic_ms=lambda: on_wall.monotonic_ms)
    if not (folder / JOURNAL).exists():
        copy_made_before(_stocked_before(), folder)
    till = open_till(folder, TillSettings(), clock)
    if till.journal.identity() is None:
        till.journal.enrol(
            identity
            or Identity(
                device_id=uuid7(),
                incarnation=uuid7(),
                store_id="S1",
                till_id=f"S1-T{number}",
                till_number=number,
                token="token",
                server_url="http://127.0.0.1:1",
                next_receipt_counter=412,
            )
        )
        stock(till, {"stock": tuple(levels), "orders": orders})
    state = LinkState.SYNCED if online else LinkState.OFFLINE
    till.centre_changed(CentreStanding(state=state))
    till.start()
    return till


class Centre:
    """The centre's book of orders: it folds the steps of tills as they arrive, and tells all tills."""

    def __init__(self, *orders: PickupOrder) -> None:
        self.orders = {each.order_id: each for each in orders}
        self._decode = msgspec.json.Decoder(PickupStepped).decode

    def hear(self, till: Till) -> None:
        """Take what a till has to say, in its order, and acknowledge it."""
        outgoing = till.outbox.unsent(500, 10_000_000)
        if outgoing is None:
            return
        for envelope in outgoing.events:
            self._take(envelope)
        last = outgoing.events[-1]
        till.outbox.acknowledge(last.incarnation, last.device_seq, "epoch-1")

    def _take(self, envelope: Envelope) -> None:
        if envelope.kind == "pickup.stepped":
            step = self._decode(envelope.body).step
            self.orders[step.order_id] = applied(self.orders[step.order_id], (step,)).order

    def tell(self, *tills: Till) -> None:
        """Send every order down to tills, as a pull would."""
        for till in tills:
            stock(till, {"orders": tuple(self.orders.values())})
            till.rows_changed("orders")

    def answers(self, order_id: str, line_id: str, asked: str, *, agrees: bool) -> None:
        """Let the customer answer a question on the order's page."""
        self._does(order_id, Answer, by="customer", line_id=line_id, asked=asked, agrees=agrees)

    def cancels(self, order_id: str) -> None:
        """Let the customer cancel on the order's page."""
        self._does(order_id, Cancel, by="customer", reason="changed my mind")

    def expires(self, order_id: str) -> None:
        """Give up waiting for the customer."""
        self._does(order_id, Expire, by="centre", at="2026-03-17T00:00:00+08:00")

    def _does(self, order_id: str, kind: type[Any], **fields: Any) -> None:
        now = self.orders[order_id]
        self.orders[order_id] = pickup_orders.do(now, kind, step_id=uuid7(), **fields)
