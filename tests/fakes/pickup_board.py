"""The order book of the pickup board's mock: twelve orders at 14:34 on a Saturday, made by real steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import (
    CodeVerdict,
    FoundByCode,
    NotDone,
    PickingView,
    ShownStock,
    StepDone,
    StepOutcome,
)
from pos_app.viewmodels.pickup import PickupViewModel
from pos_app.viewmodels.pickup_bell import OrderBell
from pos_app.viewmodels.pickup_board import PickupBoardViewModel
from pos_app.viewmodels.sentences import Sentences
from retail.availability.slot import SlotRules
from retail.barcode import PickupCode, Scan, read
from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk, StagingPlace
from retail.pickup.order import (
    Contact,
    OrderState,
    PaymentKind,
    PickupLine,
    PickupOrder,
    Slot,
    Temperature,
)
from retail.pickup.reducer import apply
from retail.pickup.steps import (
    AskCustomer,
    CustomerArrived,
    ReturnUnits,
    StartPicking,
    StartReturn,
    Step,
    StepKind,
    StepRefused,
    Undo,
    kind_of,
)
from tests.fakes.pickup_orders import ASK, do, line, made_ready, online, order, pick, picked_up, product

NOW = "2026-03-14T14:34:00+08:00"
STAFF = {"tomas": "Tomas K.", "noor": "Noor A."}
AMBIENT, CHILLED, FROZEN = Temperature.AMBIENT, Temperature.CHILLED, Temperature.FROZEN

PLACES = {
    "B-03": ("B-03", "B-03", AMBIENT),
    "A-04": ("A-04", "A-04", AMBIENT),
    "A-11": ("A-11", "A-11", AMBIENT),
    "A-12": ("A-12", "A-12", AMBIENT),
    "C-02": ("Rail C-02", "挂架 C-02", AMBIENT),
    "F2": ("Fridge 2", "冷藏柜 2", CHILLED),
    "Z1": ("Freezer 1", "冷冻柜 1", FROZEN),
    "Z2": ("Freezer 2", "冷冻柜 2", FROZEN),
}

DESK = PickupDesk(
    store_id="S1",
    slots=SlotRules(opening=(), usual_per_hour=80),
    offset="+08:00",
    places=tuple(
        StagingPlace(code=code, name=LocalisedText(en, zh), temperature=kept)
        for code, (en, zh, kept) in PLACES.items()
    ),
)


def at(clock: str, day: str = "2026-03-14") -> str:
    """Return a time of the mock's day."""
    return f"{day}T{clock}:00+08:00"


def goods(
    count: int, kept: Temperature = AMBIENT, price: str = "250", **fields: Any
) -> tuple[PickupLine, ...]:
    """Return lines of so many pieces of one temperature."""
    return tuple(
        line(
            product(f"{kept.value}-{place}"),
            "1",
            price,
            line_id=f"{kept.value}-{place}",
            temperature=kept,
            **fields,
        )
        for place in range(count)
    )


def new(
    number: str, name: str, window: tuple[str, str], lines: tuple[PickupLine, ...], **fields: Any
) -> PickupOrder:
    """Return an order as it was placed, paid online unless a test says otherwise."""
    total = sum(each.amount_minor for each in lines)
    usual: dict[str, Any] = {
        "order_id": number,
        "number": number,
        "slot": Slot(starts_at=at(window[0]), ends_at=at(window[1])),
        "ready_by": at(window[0]),
        "collect_until": at("20:00", "2026-03-16"),
        "placed_at": at("12:00"),
        "contact": Contact(name=name, phone_tail=number[-4:], member_id=f"M-{number}"),
        "payment": online(PaymentKind.PAID, total),
    }
    return order(*lines, **(usual | fields))


def due(**fields: Any) -> dict[str, Any]:
    """Return the fields of an order that is paid at the desk."""
    from retail.pickup.order import OrderPayment  # noqa: PLC0415 - beside its one use

    return {"payment": OrderPayment(), **fields}


def begun(of: PickupOrder, by: str, done: int) -> PickupOrder:
    """Return the order with its first lines picked by somebody."""
    lock = at("14:45")
    of = do(of, StartPicking, by=by, at=at("14:20"), lock_until=lock)
    for each in of.lines[:done]:
        of = pick(of, each.line_id, str(each.quantity), f"T-{of.number[-2:]}-{each.temperature}", by=by)
    return of


def waits(of: PickupOrder, ready_at: str, *bags: tuple[str, str]) -> PickupOrder:
    """Return the order picked, its goods spread over bags at these places (bag id, place)."""
    of = do(of, StartPicking, by="tomas", at=at("13:00"), lock_until=at("14:00"))
    by_kept: dict[Temperature, list[str]] = {}
    for bag_id, place in bags:
        by_kept.setdefault(PLACES[place][2], []).append(bag_id)
    for number, each in enumerate(of.lines):
        some = by_kept[each.temperature]
        of = pick(of, each.line_id, str(each.quantity), some[number % len(some)], by="tomas")
    from retail.pickup.steps import FinishPicking, MarkReady, StageBag  # noqa: PLC0415 - beside their one use

    of = do(of, FinishPicking, by="tomas", at=at(ready_at))
    for bag_id, place in bags:
        of = do(of, StageBag, bag_id=bag_id, location=place, temperature=PLACES[place][2])
    return do(of, MarkReady, by="tomas", at=at(ready_at))


def mock_orders() -> tuple[PickupOrder, ...]:
    """Return the orders of the design's picture."""
    wine = (line(product("wine", minimum_age=18), "1", "4770", line_id="wine"),)
    swap = line(product("oat-milk"), "1", "330", line_id="swap", wish=ASK)
    asked = begun(
        new(
            "P-4836",
            "Mei X.",
            ("15:15", "15:45"),
            (*goods(8, price="355"), swap),
            **due(),
        ),
        "tomas",
        4,
    )
    asked = do(
        asked,
        AskCustomer,
        line_id="swap",
        product=product("soy-milk"),
        unit_price_minor="350",
        quantity="1",
        covers="1",
    )
    here = waits(
        new(
            "P-4817",
            "D. Rossi",
            ("14:00", "14:30"),
            (*wine, *goods(1, CHILLED, "0"), *goods(1, FROZEN, "0")),
            **due(),
        ),
        "13:50",
        ("B-1", "B-03"),
        ("B-2", "F2"),
        ("B-3", "Z2"),
    )
    return (
        new("P-4833", "R. Tan", ("14:30", "15:00"), (*goods(7), *goods(4, CHILLED), *goods(1, FROZEN))),
        new("P-4835", "E. Novak", ("14:45", "15:15"), (*goods(2), *goods(1, CHILLED))),
        new(
            "P-4838",
            "Wei J.",
            ("15:00", "15:30"),
            (
                *goods(14, price="410"),
                *goods(7, CHILLED, "410"),
            ),
            **due(),
        ),
        new("P-4841", "S. Amari", ("15:30", "16:00"), goods(1)),
        begun(new("P-4829", "H. Osei", ("14:40", "15:10"), (*goods(6), *goods(6, CHILLED))), "tomas", 7),
        begun(new("P-4831", "L. Brandt", ("14:55", "15:25"), goods(5, CHILLED)), "noor", 3),
        asked,
        do(here, CustomerArrived, by="customer", at=at("14:31"), note="bay 3"),
        waits(new("P-4821", "A. Kaya", ("14:15", "14:45"), goods(2)), "14:22", ("A-1", "A-11")),
        waits(
            new("P-4824", "Zhou Q.", ("14:20", "14:50"), (*goods(5), *goods(1, FROZEN))),
            "14:09",
            ("A-2", "A-12"),
            ("A-3", "A-12"),
            ("A-4", "A-12"),
            ("A-5", "Z1"),
        ),
        waits(
            new("P-4826", "B. Lund", ("14:25", "14:55"), goods(1, price="5800"), **due()),
            "13:56",
            ("A-6", "C-02"),
        ),
        waits(
            new("P-4798", "J. Mbeki", ("10:00", "10:30"), goods(1), collect_until=at("18:00")),
            "09:30",
            ("A-7", "A-04"),
        ),
    )


class BookOfOrders:
    """An order book in memory: the rules of steps are the real ones, nothing is stored."""

    def __init__(self, orders: tuple[PickupOrder, ...] = (), desk: PickupDesk | None = DESK) -> None:
        self._orders = orders
        self.desk = desk
        self.time = NOW
        self.staff = "noor"
        self.steps: list[Step] = []
        self.refreshed: list[str] = []
        self.codes: dict[str, FoundByCode] = {}
        self.shelf: dict[str, ShownStock] = {}

    # ---- what there is

    def refresh(self, stream: str = "") -> None:
        self.refreshed.append(stream)

    def put(self, *orders: PickupOrder) -> None:
        """Replace or add orders, as a pull does."""
        by_id = {each.order_id: each for each in (*self._orders, *orders)}
        self._orders = tuple(by_id.values())

    def drop(self, order_id: str) -> None:
        self._orders = tuple(each for each in self._orders if each.order_id != order_id)

    def all(self) -> tuple[PickupOrder, ...]:
        return self._orders

    def order(self, order_id: str) -> PickupOrder | None:
        return next((each for each in self._orders if each.order_id == order_id), None)

    def stock(self, product_id: str) -> ShownStock:
        return self.shelf.get(product_id, ShownStock(Decimal(0)))

    def find(self, text: str) -> tuple[PickupOrder, ...]:
        wanted = text.casefold()
        return tuple(
            each
            for each in self._orders
            if wanted in each.number.casefold()
            or wanted in each.contact.name.casefold()
            or each.contact.phone_tail.endswith(wanted)
        )

    def by_code(self, code: PickupCode) -> FoundByCode:
        return self.codes.get(code.code, FoundByCode(CodeVerdict.WRONG_DIGITS))

    def of_bag(self, bag_id: str) -> PickupOrder | None:
        return next((each for each in self._orders if any(bag.bag_id == bag_id for bag in each.bags)), None)

    # ---- steps

    def now(self) -> str:
        return self.time

    def who(self) -> str:
        return self.staff

    def header(self, of: PickupOrder) -> dict[str, Any]:
        step_id = f"s-{len(self.steps) + 1}"
        return {
            "step_id": step_id,
            "order_id": of.order_id,
            "by": self.staff,
            "at": self.time,
            "made_in": of.state,
        }

    def take(self, step: Step) -> PickupOrder:
        of = self.order(step.order_id)
        assert of is not None
        after = apply(of, step)
        self.steps.append(step)
        self.put(after)
        return after

    def _attempt(self, order_id: str, make: Callable[[dict[str, Any]], Step]) -> StepOutcome:
        of = self.order(order_id)
        assert of is not None
        step = make(self.header(of))
        try:
            return StepDone(self.take(step), step.step_id, kind_of(step))
        except StepRefused as refused:
            return NotDone(refused.code, order_id)

    def start_return(self, order_id: str) -> StepOutcome:
        return self._attempt(order_id, lambda header: StartReturn(**header))

    def return_units(
        self, order_id: str, line_id: str, quantity: Decimal | None = None, *, fit_for_sale: bool = True
    ) -> StepOutcome:
        return self._attempt(
            order_id,
            lambda header: ReturnUnits(
                **header, line_id=line_id, quantity=quantity, fit_for_sale=fit_for_sale
            ),
        )

    def undo(self, order_id: str, step_id: str, reason: str) -> StepOutcome:
        return self._attempt(order_id, lambda header: Undo(**header | {"reason": reason}, undoes=step_id))


class PageStub(QObject):
    """A page's view-model that notes what it was asked: for tests of what leads to it."""

    changed = Signal()
    left = Signal(str)
    sounded = Signal(str)
    announced = Signal(str)
    troubled = Signal(str)
    queued = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.screen = SimpleNamespace(head=SimpleNamespace(number=""))

    def open(self, about: Any) -> None:
        self.calls.append(("open", about))
        self.screen.head.number = about

    def show(self) -> None:
        self.calls.append(("show",))

    def close(self) -> None:
        self.calls.append(("close",))

    def scan(self, text: str) -> None:
        self.calls.append(("scan", text))

    def refresh(self) -> None:
        self.calls.append(("refresh",))


class Papers:
    """Notes what is printed."""

    def __init__(self) -> None:
        self.printed: list[PickingView] = []

    def print_pick_list(self, view: PickingView) -> None:
        self.printed.append(view)


class NoLookup:
    """A look-up that knows one member and one product by their codes."""

    def __init__(self) -> None:
        self.by_card: dict[str, Any] = {}
        self.by_scan: dict[str, Any] = {}

    def members(self, text: str) -> tuple[Any, ...]:
        return tuple(each for card, each in self.by_card.items() if card == text)

    def product_by_scan(self, text: str) -> Any:
        return self.by_scan.get(text)


def meaning_of(text: str) -> Scan:
    """Return what a scan means by no store's rules."""
    return read(text, ())


class BoardDesk:
    """A board with everything around it, for tests."""

    def __init__(self, *orders: PickupOrder, desk: PickupDesk | None = DESK, language: str = "en") -> None:
        self.book = BookOfOrders(orders, desk)
        self.papers, self.lookup = Papers(), NoLookup()
        self.picking, self.handover = PageStub(), PageStub()
        self.complete_since = NOW
        self.as_of = ""
        sentences = Sentences(lambda: 2)
        sentences.language = language
        book = cast("Orders", self.book)
        self.board = PickupBoardViewModel(
            book,
            sentences,
            papers=cast("Any", self.papers),
            name_of=lambda staff_id: STAFF.get(staff_id, staff_id),
            as_of=lambda: self.as_of,
        )
        self.pickup = PickupViewModel(
            book,
            cast("Any", self.lookup),
            sentences,
            board=self.board,
            picking=self.picking,
            handover=self.handover,
            bell=OrderBell(book, lambda: bool(self.complete_since)),
            meaning_of=meaning_of,
        )

    def cards(self, column_id: str) -> list[str]:
        """Return the numbers in a column, as they stand."""
        column = next(each for each in self.board.screen.columns if each.column_id == column_id)
        return [card.number for card in column.cards]

    def card(self, number: str) -> Any:
        """Return one card."""
        return next(
            card for column in self.board.screen.columns for card in column.cards if card.number == number
        )


__all__ = [
    "BoardDesk",
    "OrderState",
    "StepKind",
    "at",
    "due",
    "goods",
    "made_ready",
    "mock_orders",
    "new",
    "picked_up",
    "replace",
]


@contextmanager
def mock_board() -> Iterator[BoardDesk]:
    """Show the mock's board, as it is come to; its clock stops in the end."""
    desk = BoardDesk(*mock_orders())
    desk.pickup.enter()
    yield desk
    desk.board.close()


def numbers_of(desk: BoardDesk) -> tuple[list[str], list[str], list[str]]:
    """Return the orders' numbers of the three columns: new, being picked, ready."""
    return desk.cards("new"), desk.cards("picking"), desk.cards("ready")
