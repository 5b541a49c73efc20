"""The pickup board with 500 orders: how long a frame of scrolling takes, and a second of its countdowns.

Product: one step of the wheel over a column of the real window (painted cards, three columns of them), timed
from the event until it is painted. Limit: a QListView with as many rows of plain text, scrolled by the same
steps in the same process, in turns. Beside it, what a minute costs in which every countdown changes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, QPointF, QStringListModel, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView

from benchmarks.figure import Figure, NotMeasured, median, percentile
from benchmarks.paint_watch import PaintWatch
from benchmarks.places import empty_folder
from benchmarks.shop import product
from pos_app.bootstrap import Till, open_till
from pos_app.database.identity import Identity
from pos_app.services.clock import Clock
from pos_app.settings import TillSettings
from pos_app.ui.main_window import MainWindow
from pos_app.ui.pickup_column import CardList
from pos_app.ui.pickup_screen import PickupScreen
from pos_app.ui.theme import theme
from retail.availability.slot import SlotRules
from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import (
    Contact,
    OrderPayment,
    PaymentEntry,
    PaymentKind,
    PickupLine,
    PickupOrder,
    Slot,
    Temperature,
)
from retail.pickup.reducer import apply
from retail.pickup.steps import FinishPicking, MarkReady, PickLine, StageBag, StartPicking, Step
from retail.store import StoreSettings
from sync.protocol import STREAMS, Row

ORDERS = 500
LINES = 8
STEPS = 600
TICKS = 120
WARM_UP = 40
NOTCH = 120
"""One notch of a wheel, in eighths of a degree."""

FRAME_MS = 1000 / 60
NOON = datetime.fromisoformat("2026-11-22T12:00:00+08:00")


class MovingClock:
    """The till's clock, which the benchmark moves on."""

    def __init__(self) -> None:
        self.now = NOON

    def text(self) -> str:
        """Return the time as the till reads it."""
        return self.now.isoformat(timespec="milliseconds")


def measure() -> tuple[Figure, ...]:
    """Return the 99th percentile of a frame of scrolling."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(application, QApplication)
    clock = MovingClock()
    with empty_folder("pickup-board") as folder:
        till = open_till(folder, TillSettings(), Clock(now=clock.text))
        try:
            _fill(till)
            with _window(application, till) as window, _bare_list(application) as bare:
                cards = _fullest(window)
                frames, plain = _scroll(application, cards, bare)
                ticks, texts = _tick(application, till, window, clock, bare)
        finally:
            till.close()
    return (
        Figure(
            name="board_scroll",
            product=percentile(frames, 99),
            limit=percentile(plain, 99),
            unit="ms",
            allowed=FRAME_MS,
            target=f"p99, one frame at {ORDERS} orders",
            detail=f"median {median(frames):.2f} ms over {len(frames)} frames, worst {max(frames):.2f} ms; "
            f"a minute in which every countdown changes: median {median(ticks):.2f} ms, "
            f"{median(texts):.2f} ms for as many plain texts",
        ),
    )


# ---- the orders ---------------------------------------------------------------------------------------


def _orders() -> tuple[PickupOrder, ...]:
    """Return orders that stand in all three columns, made by real steps."""
    made = []
    for number in range(ORDERS):
        order = _placed(number)
        if number % 5 >= 2:
            order = _picked(order, all_of_it=number % 5 == 4)
        made.append(order)
    return tuple(made)


def _placed(number: int) -> PickupOrder:
    begins = NOON + timedelta(minutes=30 * (number % 24) - 60)
    kept = tuple(Temperature)
    lines = tuple(
        PickupLine(
            line_id=f"L{place}",
            product=product(1 + number + place),
            quantity=Decimal(1 + place % 3),
            unit_price_minor=Decimal(250),
            amount_minor=250 * (1 + place % 3),
            temperature=kept[place % 3],
        )
        for place in range(LINES)
    )
    paid = PaymentEntry(
        kind=PaymentKind.PAID, amount_minor=sum(each.amount_minor for each in lines), reference="1"
    )
    return PickupOrder(
        order_id=f"O{number:04d}",
        store_id="S1",
        number=f"P-{4000 + number}",
        currency="SGD",
        placed_at=NOON.isoformat(),
        slot=Slot(starts_at=begins.isoformat(), ends_at=(begins + timedelta(minutes=30)).isoformat()),
        ready_by=begins.isoformat(),
        collect_until=(begins + timedelta(hours=48)).isoformat(),
        contact=Contact(name=f"Customer {number}", phone_tail=f"{number:04d}"),
        lines=lines,
        payment=OrderPayment(entries=(paid,)) if number % 3 else OrderPayment(),
    )


def _picked(order: PickupOrder, *, all_of_it: bool) -> PickupOrder:
    """Return an order half picked, or ready to be collected."""
    made = 0

    def take(kind: type[Any], **fields: Any) -> None:
        nonlocal order, made
        made += 1
        header = {
            "step_id": f"{order.order_id}-{made}",
            "order_id": order.order_id,
            "by": "tomas",
            "at": NOON.isoformat(),
            "made_in": order.state,
        }
        step: Step = kind(**header, **fields)
        order = apply(order, step)

    take(StartPicking, lock_until=(NOON + timedelta(days=1)).isoformat())
    for line in order.lines if all_of_it else order.lines[: LINES // 2]:
        take(
            PickLine,
            line_id=line.line_id,
            product_id=line.product.product_id,
            quantity=line.quantity,
            bag_id=f"{order.number}-{line.temperature}",
        )
    if all_of_it:
        take(FinishPicking)
        for bag in order.bags:
            take(StageBag, bag_id=bag.bag_id, location=f"A-{made}", temperature=bag.temperature)
        take(MarkReady)
    return order


def _fill(till: Till) -> None:
    """Put the orders into the till's encrypted cache, as the centre's stream would."""
    till.journal.enrol(
        Identity(
            device_id="device",
            incarnation="incarnation",
            store_id="S1",
            till_id="S1-T1",
            till_number=1,
            token="token",
            server_url="http://127.0.0.1:1",
            next_receipt_counter=1,
        )
    )
    hours = SlotRules(opening=())
    settings = StoreSettings(store_id="S1", name=LocalisedText("Bench"), currency="SGD")
    rows: dict[str, tuple[Row, ...]] = {
        "settings": (settings, PickupDesk(store_id="S1", slots=hours)),
        "orders": _orders(),
    }
    for stream in STREAMS:
        some = rows.get(stream, ())
        till.streams.begin_bootstrap(stream, "epoch", len(some), len(some))
        bodies = [(f"{each.__struct_config__.tag}:{each.key}", msgspec.json.encode(each)) for each in some]
        till.streams.stage(stream, bodies, bodies[-1][0] if bodies else "")
        if not till.streams.finish_bootstrap(stream, lambda: True):
            raise NotMeasured(f"the rows of {stream} were not taken")


# ---- the windows --------------------------------------------------------------------------------------


@contextmanager
def _window(application: QApplication, till: Till) -> Iterator[MainWindow]:
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    window = MainWindow(till.view_model)
    till.start()
    window.resize(1366, 768)
    window.show()
    till.view_model.go("pickup")
    application.processEvents()
    try:
        yield window
    finally:
        window.close()


@contextmanager
def _bare_list(application: QApplication) -> Iterator[QListView]:
    """Show a list of plain texts, as long as the board's and as large as one of its columns."""
    bare = QListView()
    bare.setModel(
        QStringListModel([f"P-{4000 + number}  Customer {number}  12 items" for number in range(ORDERS)])
    )
    bare.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    bare.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    bare.verticalScrollBar().setSingleStep(40)
    bare.resize(393, 482)
    bare.show()
    application.processEvents()
    try:
        yield bare
    finally:
        bare.close()


def _fullest(window: MainWindow) -> CardList:
    screen = window.page("pickup")
    assert isinstance(screen, PickupScreen)
    lists = screen.current_page.findChildren(CardList)
    shown = sum(len(each.cards) for each in lists)
    if shown != ORDERS:
        raise NotMeasured(f"{ORDERS} orders gave {shown} cards")
    return max(lists, key=lambda each: len(each.cards))


# ---- the measurements ---------------------------------------------------------------------------------


def _scroll(application: QApplication, cards: CardList, bare: QListView) -> tuple[list[float], list[float]]:
    frames: list[float] = []
    plain: list[float] = []
    watches = PaintWatch(cards.viewport()), PaintWatch(bare.viewport())
    directions = [-1, -1]
    for number in range(WARM_UP + STEPS):
        for place, (view, samples) in enumerate(((cards, frames), (bare, plain))):
            bar = view.verticalScrollBar()
            if bar.value() in (bar.minimum(), bar.maximum()):
                directions[place] = -1 if bar.value() == bar.minimum() else 1
            taken = _wheel_ms(application, view, watches[place], directions[place])
            if number >= WARM_UP:
                samples.append(taken)
    return frames, plain


def _wheel_ms(application: QApplication, view: QListView, watch: PaintWatch, direction: int) -> float:
    port = view.viewport()
    middle = QPointF(port.rect().center())
    event = QWheelEvent(
        middle,
        port.mapToGlobal(middle),
        QPoint(),
        QPoint(0, direction * NOTCH),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - Qt takes it by place only
    )
    application.processEvents()
    watch.painted = False
    started = time.perf_counter()
    application.sendEvent(port, event)
    watch.until_painted(application, started)
    return (time.perf_counter() - started) * 1000


def _tick(
    application: QApplication, till: Till, window: MainWindow, clock: MovingClock, bare: QListView
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of a minute on the board, and of as many plain texts that change."""
    board = till.view_model.pickup.board
    watch, bare_watch = PaintWatch(_fullest(window).viewport()), PaintWatch(bare.viewport())
    model = bare.model()
    assert isinstance(model, QStringListModel)
    ticks: list[float] = []
    texts: list[float] = []
    for number in range(TICKS):
        clock.now += timedelta(minutes=1)
        application.processEvents()
        watch.painted = False
        started = time.perf_counter()
        board.refresh()
        watch.until_painted(application, started)
        ticks.append((time.perf_counter() - started) * 1000)
        application.processEvents()
        bare_watch.painted = False
        started = time.perf_counter()
        model.setStringList([f"P-{4000 + each}  Customer {each}  {number} min" for each in range(ORDERS)])
        bare_watch.until_painted(application, started)
        texts.append((time.perf_counter() - started) * 1000)
    return ticks, texts
