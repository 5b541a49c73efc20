"""What a store lives through with online orders, as scenes to look at, walked by real steps of a till.

A scene opens its own till below a folder and gives it first; then it yields the name of every state worth
looking at, while the till is in it. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from draw_pickup import COOKIE_CODE, EGGS_CODE, LEVELS, ORDER, WINE_CODE, board_rows
from msgspec.structs import replace

from pos_app.bootstrap import Till
from pos_app.devices.ports import DeviceProblem, TerminalAnswer, TerminalOutcome
from pos_app.services.paying import TerminalRequest
from pos_app.services.return_view import FoundReceipt
from pos_app.services.standing import CentreStanding, LinkState
from retail.catalogue import LocalisedText
from retail.pickup.order import OtherOrder, PaymentKind, PickupOrder, ShortReason, Slot
from retail.pickup.steps import Answer, AnswerStore, OfferStore
from retail.sale import Sale, TenderKind
from retail.stock_level import StockLevel
from tests.fakes import pickup_board
from tests.fakes.pickup_orders import ASK, do, online
from tests.fakes.pickup_till import (
    BEANS,
    COOKIE,
    DIGITS,
    EGGS,
    MILK,
    NOON,
    OAT_MILK,
    OTHER_KEY,
    WINE,
    Wall,
    code_of,
    line,
    order,
    pickup_till,
    scale_label,
)
from tests.fakes.stocked_till import stock, stocked_till
from tests.features.test_returning import TEA, TEE, sell
from tests.ui.test_pickup_handover import waiting

Shown = Iterator[str]
Scene = Callable[[Till], Shown]

QUEEN = LocalisedText("Queen Street Market", "皇后街市集")
BEANS_CODE = "9520000010195"
OFFLINE = CentreStanding(
    state=LinkState.OFFLINE,
    offline_since="2026-03-14T14:21:00.000+08:00",
    waiting_since="2026-03-14T14:22:10.000+08:00",
    waiting_count=14,
    waiting_sales=11,
    waiting_pickups=3,
)
SLOT = Slot(starts_at="2026-03-14T15:00:00+08:00", ends_at="2026-03-14T15:30:00+08:00")
UNTIL = "2026-03-14T15:05:00+08:00"
LOCK = "2026-03-14T14:50:00+08:00"
SCENES: dict[str, tuple[Callable[[Path], Till], Scene]] = {}
"""Every scene by name: how its till is opened, and what it lives through."""


def scene(opened: Callable[[Path], Till]) -> Callable[[Scene], Scene]:
    """List a scene with the till that it needs."""

    def keep(walked: Scene) -> Scene:
        SCENES[walked.__name__] = (opened, walked)
        return walked

    return keep


def _orders_of_other_stores() -> tuple[PickupOrder, ...]:
    """Return an order that another store is offered for, one that moved there, and one taken over."""
    new, goods = pickup_board.new, pickup_board.goods
    lost = new("P-4843", "N. Ito", ("15:30", "16:00"), goods(2), at_risk=("ambient-0",))
    there = OtherOrder(order_id="o-2", number="P-0007", store_id="S2", store_name=QUEEN)

    def offered(of: PickupOrder) -> PickupOrder:
        return do(
            of,
            OfferStore,
            line_id="ambient-0",
            store_id="S2",
            store_name=QUEEN,
            quantity="1",
            answer_until=UNTIL,
        )

    asked = offered(lost)
    moves = offered(replace(lost, order_id="P-4844", number="P-4844"))
    moved = do(
        moves,
        AnswerStore,
        line_id="ambient-0",
        offered=moves.offers[0].offer_id,
        agrees=True,
        quantity="1",
        moved_to=there,
    )
    return asked, moved, new("P-4845", "K. Obi", ("15:30", "16:00"), goods(1), moved_from=there)


def _board_till(folder: Path) -> Till:
    till = stocked_till(folder)
    rows = board_rows(*pickup_board.mock_orders(), *_orders_of_other_stores())
    stock(till, rows)
    for stream in rows:
        till.rows_changed(stream)
    return till


@scene(_board_till)
def board(till: Till) -> Shown:
    """Show the board, orders on it, a batch, searching, and what a scan says."""
    pickup = till.view_model.pickup
    till.view_model.go("pickup")
    yield "board"
    for number in ("P-4833", "P-4836", "P-4817", "P-4843", "P-4844", "P-4845"):
        pickup.board.select(number)
        pickup.board.toggle_detail(number)
        yield f"board-detail-{number}"
        pickup.board.toggle_detail(number)
    pickup.board.select("P-4833")
    for number in ("P-4833", "P-4835", "P-4838"):
        pickup.board.toggle_mark(number)
    yield "board-batch"
    pickup.board.clear_marks()
    pickup.board.toggle_alarm("late")
    yield "board-late-only"
    pickup.board.toggle_alarm("late")
    pickup.board.search("nobody of this name")
    yield "board-found-nothing"
    pickup.board.search("")
    till.view_model.scan(code_of(key=OTHER_KEY))
    yield "board-refused"
    till.view_model.go("sell")
    till.view_model.scan(TEA)
    arrived = pickup_board.new("P-4850", "Li N.", ("16:00", "16:30"), pickup_board.goods(2))
    stock(till, {"orders": (*till.orders.all(), arrived)})
    till.rows_changed("orders")
    yield "sell-new-order"


def _desk_till(*orders: PickupOrder) -> Callable[[Path], Till]:
    return lambda folder: pickup_till(folder, *orders, levels=LEVELS)


@scene(_desk_till(ORDER, order(line(COOKIE, "1", 350), order_id="order-2", number="P-4831", slot=SLOT)))
def picking(till: Till) -> Shown:
    """Pick an order: scans, a wrong one, a weight, short, a swap, and bags put away."""
    model, scan = till.view_model.pickup.picking, till.view_model.pickup.scan
    till.view_model.go("pickup")
    till.view_model.pickup.open_picking(("order-1",))
    yield "picking"
    scan(COOKIE_CODE)
    yield "picking-tote"
    for text in ("BAG-T-14", COOKIE_CODE):
        scan(text)
    yield "picking-scanned"
    scan("9520000010263")
    yield "picking-wrong"
    scan(COOKIE_CODE)
    model.plus()
    yield "picking-weight"
    scan(scale_label("30030", 550))
    model.choose(f"order-1\n{BEANS}")
    model.open_panel("short")
    yield "picking-short"
    till.picking.short("order-1", BEANS, ShortReason.NOT_FOUND)
    scan(WINE_CODE)
    model.choose(f"order-1\n{MILK}")
    yield "picking-swap"
    model.open_panel("substitute")
    yield "picking-swap-list"
    model.panel_cancel()
    for text in ("BAG-T-15", EGGS_CODE):
        scan(text)
    model.open_panel("pause")
    yield "picking-pause"
    model.panel_cancel()
    till.picking.substitute("order-1", MILK, OAT_MILK)
    model.refresh()
    yield "staging"
    for text in ("BAG-T-14", "LOC-B-03", "BAG-T-15"):
        scan(text)
    yield "staging-second"
    scan("LOC-B-03")
    yield "staging-wrong-place"
    scan("LOC-FRIDGE-2")
    yield "staging-done"


def _questions() -> PickupOrder:
    """Return an order being picked: a customer asked about a swap, another store offered for a line."""
    of = order(
        line(MILK, "1", 260, wish=ASK),
        line(COOKIE, "2", 560),
        line(BEANS, "1", 320, wish=ASK),
        line(EGGS, "1", 590, wish=ASK),
        at_risk=(BEANS,),
        slot=SLOT,
    )
    return do(
        of, OfferStore, line_id=BEANS, store_id="S2", store_name=QUEEN, quantity="1", answer_until=UNTIL
    )


@scene(_desk_till(_questions()))
def asking(till: Till) -> Shown:
    """Pick an order whose customer is asked: about a swap, and whether another store will do."""
    model = till.view_model.pickup.picking
    till.view_model.go("pickup")
    till.view_model.pickup.open_picking(("order-1",))
    till.view_model.pickup.scan("BAG-T-14")
    model.choose(f"order-1\n{BEANS}")
    yield "picking-other-store"
    model.choose(f"order-1\n{MILK}")
    till.view_model.pickup.scan("BAG-T-15")
    model.use_offer(OAT_MILK, ask=True)
    yield "picking-asked"
    now = till.orders.order("order-1")
    assert now is not None
    asked = now.history[-1].step_id
    agreed = do(now, Answer, by="customer", at=NOON, line_id=MILK, asked=asked, agrees=True)
    stock(till, {"orders": (agreed,)})
    till.rows_changed("orders")
    yield "picking-agreed"


@scene(
    _desk_till(
        waiting(slot=SLOT),
        waiting("order-2", "P-4831", slot=SLOT, payment=online(PaymentKind.AUTHORISED, 1000, 10**6)),
        waiting("order-3", "P-4840", slot=SLOT, payment=online(PaymentKind.PAID, 4290)),
    )
)
def handover(till: Till) -> Shown:
    """Hand orders over: found, checked, bags, refused items, parts, and paid in two places."""
    model, scan = till.view_model.pickup.handover, till.view_model.pickup.scan
    till.view_model.go("pickup")
    scan(code_of())
    yield "handover-code"
    model.check()
    scan("BAG-T-141")
    yield "handover-bag"
    scan("BAG-T-142")
    yield "handover-wrong-bag"
    model.hand_over()
    yield "handover-not-yet"
    model.open_panel("refuse")
    yield "handover-refuse"
    model.panel_choose(WINE)
    yield "handover-refuse-reason"
    model.panel_choose("0")
    till.handing_over.refuse_line(COOKIE, "Changed mind")
    model.panel_cancel()
    model.refresh()
    yield "handover-refused"
    model.open_panel("more")
    yield "handover-more"
    model.panel_choose("bags")
    yield "handover-stays"
    model.panel_cancel()
    model.open_panel("not_collected")
    yield "handover-not-collected"
    model.panel_cancel()
    model.back()
    till.view_model.go("pickup")
    yield from _handover_in_parts(till)
    yield from _paid_in_two_places(till)


def _handover_in_parts(till: Till) -> Shown:
    model = till.view_model.pickup.handover
    till.view_model.pickup.open_handover("order-3")
    yield "handover-name"
    model.check()
    model.check()
    till.handing_over.leave("T-143")
    till.handing_over.tick("T-153")
    model.refresh()
    yield "handover-part"
    model.hand_over()
    yield "handover-entry"
    model.open_panel("digits")
    for digit in DIGITS[:4]:
        model.panel_key(digit)
    yield "handover-digits"
    model.panel_cancel()
    till.view_model.pickup.open_handover("order-3")
    yield "handover-rest"
    model.back()


def _paid_in_two_places(till: Till) -> Shown:
    model, scan = till.view_model.pickup.handover, till.view_model.pickup.scan
    scan(code_of("order-2"))
    model.take_payment()
    yield "handover-pay-last"
    model.check()
    scan("BAG-T-142")
    scan("BAG-T-152")
    yield "handover-due"
    till.centre_changed(OFFLINE)
    model.refresh()
    yield "handover-offline"
    till.centre_changed(CentreStanding(state=LinkState.SYNCED))
    model.take_payment()
    yield "pay-online-part"
    till.view_model.pay.use_amount(10_000)
    yield "pay-online-cash"
    till.view_model.pay.complete()
    yield "handover-done"


WALL = Wall()
"""The clock of the returns: a terminal's answer is waited for by it."""


@scene(lambda folder: pickup_till(folder, wall=WALL))
def returns(till: Till) -> Shown:
    """Take goods back: a receipt found, chosen, and paid back by a terminal that answers or does not."""
    till.returning.terminals = frozenset({TenderKind.CARD})
    model = till.view_model.returns
    asked: list[TerminalRequest] = []
    model.terminal_asked.connect(asked.append)
    sale = sell(till, TEA, TEA, TEE, card=True)
    model.ask()
    yield "return-number"
    till.view_model.scan(sale.receipt_number)
    yield "return-found"
    model.receipt_answered(sale.receipt_number, "offline")
    till.view_model.scan(TEA)
    yield "return-chosen"
    model.act("reason")
    yield "return-reason"
    model.step_back()
    model.act("all")
    model.confirm()
    if model.approval_waits:
        yield "return-approval"
        supervisor = next(each for each in till.cache.staff() if each.role == "supervisor")
        model.badge(supervisor)
        if model.screen.panel is not None and model.screen.panel.choices:
            model.choose(model.screen.panel.choices[0][0])
    yield "return-terminal"
    model.terminal_answered(asked[-1], DeviceProblem("timed_out", "no answer"))
    WALL.monotonic_ms += 60_000
    model.terminal_answered(asked[-1], DeviceProblem("timed_out", "no answer"))
    yield "return-terminal-silent"
    model.confirm()
    model.terminal_answered(asked[-1], TerminalAnswer(TerminalOutcome.DECLINED))
    yield "return-terminal-refused"


@scene(stocked_till)
def returns_of_orders(till: Till) -> Shown:
    """Take back what was ordered and paid online."""
    online_sale = _sold_online(till)
    till.view_model.returns.open("p-0007")
    yield "return-asking"
    till.view_model.returns.receipt_answered("P-0007", FoundReceipt(online_sale, (), ()))
    till.view_model.returns.act("all")
    yield "return-online"
    till.view_model.returns.confirm()
    yield "return-online-done"


def _sold_online(till: Till) -> Sale:
    from retail.sale import Tender  # noqa: PLC0415 - beside its one use

    sale = sell(till, TEA, TEE)
    return replace(
        sale,
        sale_id="online-1",
        receipt_number="W-000001-6",
        order_id="order-7",
        order_number="P-0007",
        cash_rounding_minor=0,
        change_minor=0,
        tenders=(Tender(kind=TenderKind.ONLINE, amount_minor=sale.total_minor, reference="pi_7"),),
    )


@scene(
    lambda folder: pickup_till(
        folder,
        order(line(BEANS, "2", 640), number="P-4840", slot=SLOT),
        order(line(COOKIE, "2", 560), order_id="order-2", number="P-4841", slot=SLOT),
        levels=(
            StockLevel(product_id=BEANS, on_hand=Decimal(3), place="A2-01"),
            StockLevel(product_id=COOKIE, on_hand=Decimal(3), policy="strict", quotas={"S1-T2": Decimal(1)}),
        ),
    )
)
def selling(till: Till) -> Shown:
    """Sell beside orders: goods that are promised, the badge on the rail, and no network."""
    till.view_model.go("sell")
    for code in (TEA, BEANS_CODE, BEANS_CODE):
        till.view_model.scan(code)
    yield "sell-promised"
    till.view_model.sell.panel_cancel()
    for code in (COOKIE_CODE, COOKIE_CODE):
        till.view_model.scan(code)
    yield "sell-promised-strict"
    till.view_model.sell.panel_cancel()
    till.centre_changed(OFFLINE)
    yield "sell-offline"
    till.view_model.go("pickup")
    yield "board-offline"
