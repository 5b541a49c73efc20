"""Draws the pictures of online orders at the till: board, picking, handing over (part of `run.py pictures`).

A real till on real files holds the orders; they are picked and handed over by real steps, and the clock
stands still, so that the same code always gives the same pictures.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QApplication

from pos_app.bootstrap import Till
from pos_app.program import Program
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupOrder, ShortReason, Slot
from retail.stock_level import StockLevel
from sync.protocol import Row
from tests.fakes import pickup_board
from tests.fakes.pickup_orders import ASK, up_to_percent
from tests.fakes.pickup_till import (
    BEANS,
    CHICKEN,
    COOKIE,
    EGGS,
    MILK,
    OAT_MILK,
    WINE,
    code_of,
    line,
    order,
    pickup_till,
    scale_label,
)
from tests.fakes.stocked_till import demo_store, stock, stocked_till

FOLDER = Path(__file__).resolve().parent
SIZE = (1366, 768)
PICKERS = ((b'"tomas"', b'"E0003"'), (b'"noor"', b'"E0001"'))
COOKIE_CODE, WINE_CODE, EGGS_CODE = "9520000010096", "9520000010317", "9520000010171"
LEVELS = tuple(
    StockLevel(product_id=product_id, on_hand=Decimal(on_hand), place=place)
    for product_id, on_hand, place in (
        (COOKIE, 9, "A1-04"),
        (BEANS, 0, "E2-07"),
        (CHICKEN, 5, "D3-04"),
        (WINE, 24, "E3-05"),
        (EGGS, 30, "C1-02"),
        (MILK, 0, "C1-04"),
        (OAT_MILK, 6, "C1-05"),
    )
)
ORDER = order(
    line(COOKIE, "2", 560),
    line(CHICKEN, "0.600", 768),
    line(BEANS, "1", 320),
    line(WINE, "1", 1890),
    line(EGGS, "1", 590, wish=ASK),
    line(MILK, "1", 260, wish=up_to_percent("100")),
    slot=Slot(starts_at="2026-03-14T15:00:00+08:00", ends_at="2026-03-14T15:30:00+08:00"),
)


def draw(application: QApplication, folder: Path) -> None:
    """Draw all of them beside this file; the tills' files are kept below `folder` while it lasts."""
    _board(application, stocked_till(folder / "board"))
    _at_work(application, pickup_till(folder / "work", ORDER, levels=LEVELS))


def _keep(program: Program, name: str) -> None:
    for _ in range(3):  # what was shown may ask to be painted once more
        program.application.processEvents()
    program.window.grab().save(str(FOLDER / name))


def _shown(application: QApplication, till: Till) -> Program:
    program = Program(application, till)
    program.window.resize(*SIZE)
    program.window.show()
    till.view_model.go("pickup")
    return program


def board_rows(*orders: PickupOrder) -> dict[str, tuple[Row, ...]]:
    """Return what comes down to a till of the board's store: its desk, and orders that its staff picks."""
    others = tuple(row for row in demo_store()["settings"] if not isinstance(row, PickupDesk))
    return {"settings": (*others, pickup_board.DESK), "orders": _by_our_staff(orders)}


def _board(application: QApplication, till: Till) -> None:
    arrived = board_rows(*pickup_board.mock_orders())
    stock(till, arrived)
    for stream in arrived:
        till.rows_changed(stream)
    program = _shown(application, till)
    try:
        _keep(program, "pickup-board.png")
        till.view_model.settings.choose("language", "zh_CN")
        till.view_model.settings.choose("theme", "dark")
        _keep(program, "pickup-board-dark-zh.png")
        till.view_model.settings.choose("language", "en")
        till.view_model.settings.choose("theme", "light")
    finally:
        _end(program)


def _by_our_staff(orders: tuple[PickupOrder, ...]) -> tuple[PickupOrder, ...]:
    """Return the orders with staff of the demo store as their pickers, whose names the till knows."""
    text = msgspec.json.encode(orders)
    for picker, staff_id in PICKERS:
        text = text.replace(picker, staff_id)
    return msgspec.json.decode(text, type=tuple[PickupOrder, ...])


def _at_work(application: QApplication, till: Till) -> None:
    program = _shown(application, till)
    scan, picking = till.view_model.pickup.scan, till.picking
    try:
        till.view_model.pickup.open_picking(("order-1",))
        for text in (COOKIE_CODE, "BAG-T-14", COOKIE_CODE, COOKIE_CODE, scale_label("30030", 550)):
            scan(text)
        picking.short("order-1", BEANS, ShortReason.NOT_FOUND)
        scan(WINE_CODE)
        till.view_model.pickup.picking.choose(f"order-1\n{EGGS}")
        for text in (EGGS_CODE, "BAG-T-15", EGGS_CODE):
            scan(text)
        _keep(program, "pickup-pick.png")
        picking.substitute("order-1", MILK, OAT_MILK)
        for text in ("BAG-T-14", "LOC-B-03", "BAG-T-15", "LOC-FRIDGE-2"):
            scan(text)
        till.view_model.pickup.picking.mark_ready()
        till.view_model.pickup.open_handover("order-1")
        scan(code_of())
        scan("BAG-T-14")
        _keep(program, "pickup-handover.png")
    finally:
        _end(program)


def _end(program: Program) -> None:
    program.application.removeEventFilter(program.input.filter)
    program.window.close()
    program.stop()
