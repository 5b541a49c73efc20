"""Draws the pictures of the README: the till itself, with the demo store's goods: `python3 run.py pictures`.

A real till on real files sells the sale that its pictures show, so a picture never promises what the
program does not do. The clock stands still: the same code always gives the same pictures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import draw_pickup
from PySide6.QtWidgets import QApplication

from pos_app.bootstrap import Till
from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.documents.image import to_png
from pos_app.documents.receipt import lay_out_receipt
from pos_app.program import Program
from pos_app.services.standing import CentreStanding, LinkState
from tests.fakes.stocked_till import stocked_till

FOLDER = Path(__file__).resolve().parent
SIZE = (1366, 768)
MEMBER, COUPON, ONLINE_COUPON = "MBR00008817", "CPNSPRING5", "CPNWELCOME10"
OAT_MILK, SOURDOUGH, TEE, TEA, SALAD = (
    "9520000010263",
    "9520000010072",
    "9520000010218",
    "9520000010188",
    "9520000010157",
)
PAYMENT_CODE = "281234567890123456"
FLAT_WHITE, CROISSANT, BANANAS = "P1001", "P1006", "P1011"
RECEIPT_COLUMNS = 48
"""80 mm paper."""


def main() -> int:
    """Draw all of them beside this file."""
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        till = stocked_till(Path(folder) / "till")
        program = Program(application, till)
        program.window.resize(*SIZE)
        program.window.show()
        try:
            _sell(till)
            _keep(program, "sell.png")
            till.view_model.settings.choose("language", "zh_CN")
            till.view_model.settings.choose("theme", "dark")
            _keep(program, "sell-dark-zh.png")
            till.view_model.settings.choose("language", "en")
            till.view_model.settings.choose("theme", "light")
            _pay(program, till)
            _lose_the_network(program, till)
        finally:
            application.removeEventFilter(program.input.filter)
            program.window.close()
            program.stop()
        draw_pickup.draw(application, Path(folder))
    return 0


def _keep(program: Program, name: str) -> None:
    for _ in range(3):  # what was shown may ask to be painted once more
        program.application.processEvents()
    program.window.grab().save(str(FOLDER / name))


def _sell(till: Till) -> None:
    """Fill the basket of the design's pictures."""
    scan, sell = till.view_model.scan, till.view_model.sell
    for code in (MEMBER, OAT_MILK, OAT_MILK, SOURDOUGH):
        scan(code)
    sell.tap_tile(BANANAS)
    for key in "1284":
        sell.panel_key(key)
    sell.panel_confirm()
    for key in "2*":
        sell.type_key(key)
    for tile in (FLAT_WHITE, CROISSANT):
        sell.tap_tile(tile)
    for code in (TEE, TEA, COUPON):
        scan(code)
    sell.select_line(sell.screen.lines[-2].line_id)


def _pay(program: Program, till: Till) -> None:
    pay = till.view_model.pay
    till.view_model.go("pay")
    approved = TerminalAnswer(TerminalOutcome.APPROVED, "7741")
    pay.terminal_asked.connect(lambda request: pay.terminal_answered(request, approved))
    for key in "4000":
        pay.press(key)
    till.view_model.scan(PAYMENT_CODE)
    pay.choose_tender("cash")
    pay.use_amount(5000)
    _keep(program, "pay.png")
    pay.complete()
    sale = till.receipts.latest()
    assert sale is not None, "the sale of the pictures was not completed"
    data = till.receipts.data_of(sale, copy=False)
    (FOLDER / "receipt.png").write_bytes(to_png(lay_out_receipt(data, RECEIPT_COLUMNS)))


def _lose_the_network(program: Program, till: Till) -> None:
    till.centre_changed(
        CentreStanding(
            state=LinkState.OFFLINE,
            offline_since="2026-03-14T14:21:00.000+08:00",
            waiting_since="2026-03-14T14:22:10.000+08:00",
            waiting_count=14,
            waiting_sales=11,
            waiting_pickups=3,
        )
    )
    for code in (MEMBER, OAT_MILK, OAT_MILK, SOURDOUGH, TEE, ONLINE_COUPON, SALAD):
        till.view_model.scan(code)
    _keep(program, "offline.png")


if __name__ == "__main__":
    sys.exit(main())
