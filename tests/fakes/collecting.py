"""The two who meet in click & collect: a customer with a browser, and a cashier with a till's window."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import segno
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from pos_app.bootstrap import Till, open_till
from pos_app.program import Program
from pos_app.scripted_day.hands import Hands
from pos_app.settings import TillSettings, printer_of_address
from pos_app.ui.action_button import ActionButton
from pos_app.ui.pickup_picking_page import PickingPage
from pos_app.ui.pickup_screen import PickupScreen
from pos_app.viewmodels.pickup_picking_screen import ListPanel
from pos_app.viewmodels.pickup_screens import READY, BoardCard
from retail.pickup.order import PickupOrder
from sync.client.enrolment import enrol
from sync.client.transport import Transport
from sync.server.centre import Centre
from sync.server.demo.desk import pickup_desk
from sync.server.demo.load import Wanted, load_demo
from sync.server.enrolment import new_code
from sync.server.settings import Settings
from sync.server.streams import Publication, publish
from tests.fakes.online_shop import HERE, desk, open_online
from tests.sync.both_sides import FIRST_CODE, CentreProcess
from tests.web.person import click, go, patiently, sees, write

WINDOW = (1366, 768)
BADGE = "STF0001"
CASH = "10000"
"""A note of 100.00, as it is typed."""


def make_store(folder: Path) -> None:
    """Make a centre's folder: a demo store that sells online at any hour, and a code for till 2."""
    centre = Centre(Settings(data=folder))
    try:
        load_demo(centre.database, Wanted(products=60), code_keys=(centre.code_keys.own,))
        open_online(centre, {}, with_sister=False)
        rules = replace(
            pickup_desk(),
            slots=replace(desk(HERE).slots, cut_off_minutes=0),
            code_keys=(centre.code_keys.own,),
        )
        with centre.database.write() as connection:
            publish(connection, {("settings", HERE): Publication(puts=[rules])})
            code = new_code(connection, store_id=HERE, till_number=2)
    finally:
        centre.close()
    (folder / FIRST_CODE).write_text(code)


class Customer:
    """Someone who orders with a browser. `at` is the centre's address; the order's page stays open."""

    def __init__(self, page: Chrome, at: str) -> None:
        self.page = page
        self._at = at

    def add(self, product_id: str, quantity: str = "1") -> None:
        """Put something into the basket from its own page."""
        self.page.get(f"{self._at}/shop/s/{HERE}/product?id={product_id}")
        write(self.page, "#quantity", quantity)
        go(self.page, "main form .main")

    def wish(self, product_id: str, value: str) -> None:
        """Say in the basket what may be taken where something has run out."""
        self.page.get(f"{self._at}/shop/s/{HERE}/basket")
        Select(self.page.find_element(By.ID, f"wish-{product_id}")).select_by_value(value)
        go(self.page, f"form:has(#wish-{product_id}) button[value=update]")

    def check_out(self) -> None:
        """Choose the first slot, pay at the desk, order. The page is then the order's own."""
        self.page.get(f"{self._at}/shop/s/{HERE}/checkout")
        write(self.page, "#name", "Rachel Tan")
        write(self.page, "#phone", "5550 3306")
        write(self.page, "#email", "rachel@example.com")
        slots = self.page.find_elements(By.CSS_SELECTOR, "#slot option")
        next(one for one in slots if one.get_attribute("value") and one.is_enabled()).click()
        click(self.page, "input[value=desk]")
        for box in self.page.find_elements(By.NAME, "age"):
            box.click()
        go(self.page, "button.pay")
        assert self.sees("The store has your order.")

    def comes(self, note: str) -> None:
        """Say "I'm here"."""
        go(self.page, ".here a")
        write(self.page, "#note", note)
        go(self.page, "button.pay")
        assert self.sees(note)

    def answers(self, question: str, *, agrees: bool) -> None:
        """Answer what the store asks on the order's page."""
        self.read_again()
        assert self.sees(question)
        go(self.page, f".ask button[value={'yes' if agrees else 'no'}]")

    def cancels(self) -> None:
        """Cancel the order, and say that this is meant."""
        go(self.page, "a.danger")
        go(self.page, "button.danger")
        assert self.sees("This order was cancelled.")

    def read_again(self) -> str:
        """Read the page as it is now."""
        self.page.get(self.page.current_url.partition("#")[0])
        return patiently(lambda: str(self.page.find_element(By.TAG_NAME, "main").text))

    def has_code(self, text: str) -> bool:
        """Say whether the QR code on the page is a drawing of this text."""
        drawing = segno.make(text, error="m").svg_inline(border=0, omitsize=True, dark="#000")
        path = re.search(r' d="([^"]+)"', drawing)
        shown = patiently(lambda: self.page.find_element(By.CSS_SELECTOR, ".qr svg path").get_attribute("d"))
        return path is not None and shown == path[1]

    def sees(self, text: str) -> bool:
        """Wait until a text is on the page, which is read again by itself."""
        return sees(self.page, text)


class Cashier(Hands):
    """Someone at a till with its real window and threads: keys, scans through the filter, taps."""

    @property
    def order(self) -> PickupOrder:
        """Return the only order that there is here."""
        (order,) = self.program.till.orders.all()
        return order

    @property
    def pages(self) -> PickupScreen:
        """Return the three pages of Pickup."""
        pages = self.program.window.page("pickup")
        assert isinstance(pages, PickupScreen)
        return pages

    def tap(self, widget: QWidget) -> None:
        """Tap the middle of something that is seen."""
        assert widget.isVisible(), widget
        self._click(widget.mapTo(self.program.window, QPoint(widget.width() // 2, widget.height() // 2)))

    def tap_button(self, text: str) -> None:
        """Tap a button by what it says."""
        shown = [each for each in self.pages.findChildren(ActionButton) if each.isVisible()]
        found = [each for each in shown if each.text() == text]
        assert found, (text, [each.text() for each in shown])
        self.tap(found[0])

    def take_in_hand(self, name: str) -> None:
        """Go through the walk with the arrow keys until a product is the task."""
        picking = self.till.pickup.picking
        self.press(*[Qt.Key.Key_Up] * len(picking.screen.rows))
        for _ in picking.screen.rows:
            if picking.screen.task is not None and picking.screen.task.name == name:
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError((name, picking.screen.rows))

    def choose_row(self, title: str) -> None:
        """Choose a row of the open list with the arrow keys, and take it with Enter."""
        panel = self.till.pickup.picking.screen.panel
        assert isinstance(panel, ListPanel), panel
        place = next(at for at, row in enumerate(panel.rows) if row.title == title)
        page = self.pages.current_page
        assert isinstance(page, PickingPage)
        while (at := page.list.rows.currentIndex().row()) != place:
            self.press(Qt.Key.Key_Down if at < place else Qt.Key.Key_Up)
        self.press(Qt.Key.Key_Return)

    @property
    def said(self) -> str:
        """Return what the page's slot says."""
        pickup = self.till.pickup
        if pickup.page == "board":
            shown = pickup.board.screen.feedback
            return f"{shown.bold_lead} {shown.text}".strip() if shown else ""
        slot = getattr(pickup, pickup.page).screen.slot
        return f"{slot.lead} {slot.text}".strip()

    def cards(self, column: str = READY) -> tuple[BoardCard, ...]:
        """Return the cards of a column of the board."""
        columns = self.till.pickup.board.screen.columns
        return next(each.cards for each in columns if each.column_id == column)

    def pay_in_cash(self) -> None:
        """F9, a note of 100.00, Enter: as for any sale."""
        self.press(Qt.Key.Key_F9)
        self.wait_for("Pay", lambda: self.till.mode == "pay")
        self.type(CASH)
        self.press(Qt.Key.Key_Return)
        self.wait_for("it is paid", lambda: self.till.mode != "pay")

    def is_synced(self) -> None:
        """Wait until the centre has everything."""
        self.wait_for(
            "synced",
            lambda: not self.till.status.offline and not self.program.till.outbox.waiting().count,
            60,
        )

    def is_offline(self) -> None:
        """Wait until the till knows that nobody hears it."""
        self.wait_for("offline", lambda: self.till.status.offline, 60)


def open_program(folder: Path, centre: CentreProcess, address: str, printer: str) -> Program:
    """Open a till on its folder with window and threads; enrolled the first time, E0001 signed in."""
    settings = TillSettings(printers={"receipt": printer_of_address(f"tcp://{printer}", mode="native")})
    till = open_till(folder, settings)
    if till.journal.identity() is None:
        _enrol(till, centre, address)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    till.view_model.settings.choose("sounds", "off")
    program = Program(application, till)
    program.start(size=WINDOW)
    program.window.activateWindow()
    hands = Cashier(program, None, framed=True)
    hands.wait_for("the store is here", lambda: bool(till.view_model.sell.screen.tiles), 60)
    if till.view_model.mode == "locked":
        hands.scan(BADGE)
    return program


def close_program(program: Program) -> None:
    """End a till as closing its window does; every thread ends in time."""
    program.application.removeEventFilter(program.input.filter)
    program.window.close()
    program.window.deleteLater()
    assert program.stop()


def _enrol(till: Till, centre: CentreProcess, address: str) -> None:
    transport = Transport(centre.url)
    try:
        enrol(
            transport,
            till.outbox,
            server_url=address,
            code=centre.enrolment_code(),
            till_name="Till 2",
            software_version="test",
        )
    finally:
        transport.close()


class Watch:
    """Writes down every state in which a till shows an order, to see that it never goes back."""

    def __init__(self, program: Program) -> None:
        self.states: list[str] = []
        self._orders = program.till.orders
        program.till.view_model.pickup.changed.connect(self.look)

    def look(self) -> None:
        """Write the state down, if it is another one."""
        for order in self._orders.all():
            if not self.states or self.states[-1] != order.state.value:
                self.states.append(order.state.value)


def ledger(centre: CentreProcess, product_id: str) -> Decimal:
    """Return what the ledger says of a product in the store."""
    (row,) = centre.ask("SELECT SUM(quantity_milli) FROM stock_movement WHERE product_id = ?", product_id)
    return Decimal(row[0] or 0) / 1000


def balances_are_their_ledger(centre: CentreProcess) -> bool:
    """Say whether every balance of the centre is the sum of its movements."""
    summed = "SELECT store_id, product_id, location, SUM(quantity_milli) FROM stock_movement GROUP BY 1, 2, 3"
    kept = "SELECT store_id, product_id, location, quantity_milli FROM stock_balance"
    return {row for row in centre.ask(summed) if row[3]} == {row for row in centre.ask(kept) if row[3]}
