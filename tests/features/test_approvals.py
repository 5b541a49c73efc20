"""A cashier goes beyond her own rights: somebody allows it by badge or PIN, or it does not happen."""

from __future__ import annotations

import pytest

from pos_app.bootstrap import Till
from pos_app.services.approving import Approving
from pos_app.services.outcomes import Asked, Changed, Refused
from pos_app.services.pins import FREE_TRIES, PinCheck
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.screens import EntryPanel
from retail.events import BasketVoided, DrawerOpened, Fact, ReceiptReprinted
from retail.journal import fact_of
from retail.sale import DiscountSource, Sale
from retail.staff import ROLES, Act, Approval, Permission, Rights
from tests.fakes.full_disk import full_disk, use_up

TEE, TEA, WINE = "9520000010218", "9520000010188", "9520000010317"
CASHIER, SUPERVISOR, COLLEAGUE, MANAGER = "STF0001", "STF0002", "STF0003", "STF0004"
SUPERVISOR_PIN, COLLEAGUE_PIN, NOBODYS_PIN = "2222", "3333", "9999"


@pytest.fixture
def checks(till: Till) -> list[PinCheck]:
    """PINs are worked out at once, in the test's own thread."""
    asked: list[PinCheck] = []

    def answer(check: PinCheck) -> None:
        asked.append(check)
        till.pins.show(check, check.owner())

    till.pins.asked.connect(answer)
    return asked


def discount(till: Till, percent: str, kind: str = "discount") -> None:
    sell = till.view_model.sell
    sell.open_panel(kind)
    for key in percent:
        sell.panel_key(key)
    sell.panel_confirm()


def charge(till: Till, minor: str) -> None:
    sell = till.view_model.sell
    sell.open_panel("price")
    for key in minor:
        sell.panel_key(key)
    sell.panel_confirm()


def money_off(till: Till, minor: str, kind: str = "discount") -> None:
    sell = till.view_model.sell
    sell.open_panel(kind)
    sell.panel_choose("amount")
    for key in minor:
        sell.panel_key(key)
    sell.panel_confirm()


def type_pin(till: Till, pin: str) -> None:
    for key in pin:
        till.view_model.sell.type_key(key)
    till.view_model.sell.confirm_typed()


def panel(till: Till) -> EntryPanel:
    shown = till.view_model.sell.screen.panel
    assert shown is not None, "nothing is asked"
    return shown


def waits(till: Till) -> bool:
    shown = till.view_model.sell.screen.panel
    return shown is not None and shown.kind == "approval"


def total(till: Till) -> str:
    return till.view_model.sell.screen.total


def said(till: Till) -> str:
    shown = till.view_model.sell.screen.feedback
    return f"{shown.bold_lead} {shown.text}".strip() if shown else ""


def paid_in_cash(till: Till) -> Sale:
    till.view_model.go("pay")
    till.view_model.pay.use_amount(20_000)
    till.view_model.pay.complete()
    sale = till.receipts.latest()
    assert sale is not None
    return sale


def latest_fact(till: Till) -> Fact:
    unsent = till.outbox.unsent(1_000, 10_000_000)
    assert unsent is not None
    return fact_of(unsent.events[-1])


# ---- what a cashier may do alone --------------------------------------------------------------


def test_a_small_discount_and_a_small_price_change_are_the_cashiers_own(till: Till) -> None:
    till.view_model.scan(TEE)
    discount(till, "5")
    assert total(till) == "27.55"
    till.view_model.scan(TEA)
    charge(till, "765")
    assert total(till) == "35.20"
    assert not waits(till)
    sale = paid_in_cash(till)
    assert [each.approved_by for line in sale.lines for each in line.discounts] == [""]
    assert [each.price_approved_by for each in sale.lines] == ["", ""]


def test_whoever_may_everything_is_not_asked(till: Till) -> None:
    till.view_model.scan(MANAGER)
    till.view_model.scan(TEE)
    discount(till, "90")
    discount(till, "50", "sale_discount")
    assert (total(till), waits(till)) == ("1.45", False)
    till.view_model.sell.void_sale()
    till.view_model.sell.panel_confirm()
    fact = latest_fact(till)
    assert isinstance(fact, BasketVoided)
    assert (fact.cashier_id, fact.approved_by) == ("E0004", "")


def test_a_price_that_was_typed_from_the_start_is_typed_again_by_whoever_sells(till: Till) -> None:
    sell = till.view_model.sell
    sell.tap_tile("open_price")
    for key in "1000":
        sell.panel_key(key)
    sell.panel_confirm()
    charge(till, "100")
    assert (total(till), waits(till)) == ("1.00", False)


# ---- what somebody else must allow ------------------------------------------------------------


def test_a_large_discount_waits_for_a_supervisors_badge_and_the_record_says_whose(till: Till) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    asked = panel(till)
    assert asked.title == "Discount 30\N{NO-BREAK SPACE}% on Heavy cotton tee, sage, M: −8.70"
    assert asked.detail == "29.00 → 20.30 · This is more than Noor A. may give alone."
    assert asked.hint_detail == "May approve: supervisor, manager, owner"
    assert (total(till), asked.mode, asked.entry) == ("29.00", "pin", "")

    till.view_model.scan(SUPERVISOR)
    assert (total(till), waits(till)) == ("20.30", False)
    assert said(till) == "Mei T. allowed: Heavy cotton tee, sage, M: discount changed"
    assert till.view_model.status.screen.cashier == "Noor A.", "who allows does not take the till over"

    sale = paid_in_cash(till)
    (given,) = sale.lines[0].discounts
    assert (given.source, given.amount_minor, given.approved_by) == (DiscountSource.MANUAL, 870, "E0002")
    assert sale.cashier_id == "E0001"
    till.view_model.go("shift")
    assert ("Discount, allowed by Mei T.", "−8.70") in till.view_model.shift.screen.detail_rows


def test_a_lower_price_is_allowed_by_pin_with_its_reason(till: Till, checks: list[PinCheck]) -> None:
    till.view_model.scan(TEA)
    charge(till, "600")
    assert panel(till).title == "Price of Jasmine tea 茉莉花茶 100 g: 8.50 → 6.00"
    assert panel(till).detail.startswith("−29.5\N{NO-BREAK SPACE}% · ")
    till.view_model.sell.panel_choose("damaged")
    type_pin(till, SUPERVISOR_PIN)
    assert (total(till), len(checks)) == ("6.00", 1)
    line = paid_in_cash(till).lines[0]
    assert (line.price_approved_by, line.price_reason) == ("E0002", "Damaged")
    till.view_model.go("shift")
    assert ("Price, allowed by Mei T.", "6.00") in till.view_model.shift.screen.detail_rows


def test_a_discount_on_the_sale_is_never_a_cashiers_own(till: Till) -> None:
    till.view_model.scan(TEE)
    money_off(till, "100", "sale_discount")
    assert panel(till).title == "Discount on the sale: −1.00"
    assert panel(till).detail == "−3.5\N{NO-BREAK SPACE}% · Noor A. may not do this alone."
    till.view_model.sell.panel_choose("goodwill")
    till.view_model.scan(SUPERVISOR)
    sale = paid_in_cash(till)
    assert sale.total_minor == 2_800
    assert [(each.label.en, each.approved_by) for each in sale.discounts] == [("Goodwill", "E0002")]
    till.view_model.go("shift")
    assert ("Goodwill, allowed by Mei T.", "−1.00") in till.view_model.shift.screen.detail_rows


def test_giving_up_a_sale_is_recorded_with_who_allowed_it_and_why(till: Till) -> None:
    till.view_model.scan(TEE)
    till.view_model.sell.void_sale()
    till.view_model.sell.panel_confirm()
    assert panel(till).title == "Give up this sale: 29.00"
    till.view_model.sell.panel_choose("left")
    till.view_model.scan(SUPERVISOR)
    fact = latest_fact(till)
    assert isinstance(fact, BasketVoided)
    assert (fact.cashier_id, fact.approved_by, fact.reason) == ("E0001", "E0002", "Customer left")
    assert (total(till), said(till)) == ("0.00", "Mei T. allowed: Sale given up, 29.00")


def test_the_drawer_opens_once_when_somebody_allows_it(till: Till) -> None:
    queued: list[bool] = []
    till.view_model.sell.queued.connect(lambda: queued.append(True))
    till.view_model.sell.open_panel("drawer")
    till.view_model.sell.panel_choose("change")
    assert panel(till).title == "Open the drawer: Change money"
    assert till.spool.waiting()[0] == 0
    till.view_model.scan(SUPERVISOR)
    till.view_model.scan(SUPERVISOR)  # the second time it only changes who is on duty
    fact = latest_fact(till)
    assert fact == DrawerOpened(cashier_id="E0001", reason="change", approved_by="E0002")
    assert (till.spool.waiting()[0], queued) == (1, [True])
    assert till.view_model.status.screen.cashier == "Mei T."


def test_two_acts_of_one_step_are_allowed_one_after_the_other(till: Till) -> None:
    """A lower price makes the money that is off the line a larger share of it."""
    till.view_model.scan(TEE)
    money_off(till, "290")
    assert total(till) == "26.10"
    charge(till, "1450")
    assert panel(till).title.startswith("Price of Heavy cotton tee")
    till.view_model.scan(SUPERVISOR)
    assert panel(till).title == "Discount on Heavy cotton tee, sage, M: −2.90"
    assert total(till) == "26.10", "not half of it is done"
    till.view_model.scan(MANAGER)
    assert total(till) == "11.60"
    line = paid_in_cash(till).lines[0]
    assert (line.price_approved_by, line.discounts[0].approved_by) == ("E0002", "E0004")


def test_fewer_pieces_do_not_slip_a_larger_discount_through(till: Till) -> None:
    till.view_model.scan(TEA)
    till.view_model.sell.open_panel("quantity")
    till.view_model.sell.panel_key("1")
    till.view_model.sell.panel_key("0")
    till.view_model.sell.panel_confirm()
    money_off(till, "850")  # 10 % of ten
    assert total(till) == "76.50"
    till.view_model.sell.open_panel("quantity")
    till.view_model.sell.panel_key("1")
    till.view_model.sell.panel_confirm()
    assert panel(till).title == "Discount on Jasmine tea 茉莉花茶 100 g: −8.50"
    assert total(till) == "76.50"
    till.view_model.scan(SUPERVISOR)
    assert "more than Mei T. may approve" in panel(till).error, "half is as far as a supervisor goes"


def test_several_small_price_changes_are_asked_about_as_the_large_one(till: Till) -> None:
    till.view_model.scan(TEA)
    charge(till, "765")
    assert total(till) == "7.65"
    charge(till, "689")
    assert panel(till).title.endswith("8.50 → 6.89")


# ---- refused, cancelled, and in between -------------------------------------------------------


@pytest.mark.parametrize(
    ("badge", "sentence"),
    [
        (CASHIER, "This is more than Noor A. may approve. Nothing was changed."),
        (COLLEAGUE, "This is more than Arun K. may approve. Nothing was changed."),
        ("STF0099", "This staff badge is not known in this store."),
    ],
)
def test_who_may_not_allow_it_is_told_so_and_it_waits_on(till: Till, badge: str, sentence: str) -> None:
    sounds: list[str] = []
    till.view_model.scan(TEE)
    discount(till, "30")
    till.view_model.sounded.connect(sounds.append)
    till.view_model.scan(badge)
    assert (panel(till).error, sounds, total(till)) == (sentence, ["refuse"], "29.00")
    assert till.view_model.status.screen.cashier == "Noor A."
    till.view_model.scan(MANAGER)
    assert total(till) == "20.30"


def test_a_colleague_with_the_same_rights_cannot_open_the_drawer_either(till: Till) -> None:
    till.view_model.sell.open_panel("drawer")
    till.view_model.sell.panel_choose("check")
    till.view_model.scan(COLLEAGUE)
    assert panel(till).error == "Arun K. may not approve this. Nothing was changed."


def test_wrong_pins_are_said_and_after_some_the_till_makes_everybody_wait(
    till: Till, checks: list[PinCheck]
) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    till.view_model.sell.confirm_typed()
    assert panel(till).error == "Type a PIN first, or scan a badge."
    for _ in range(FREE_TRIES):
        type_pin(till, NOBODYS_PIN)
        assert panel(till).error == "This PIN is not known. Nothing was changed."
    type_pin(till, SUPERVISOR_PIN)
    assert "Too many wrong PINs. Wait" in panel(till).error
    assert (len(checks), total(till)) == (FREE_TRIES, "29.00")
    till.view_model.lock_till()
    for key in SUPERVISOR_PIN:
        till.view_model.lock.press(key)
    till.view_model.lock.confirm()
    assert "Too many wrong PINs" in till.view_model.lock.screen.error, "the lock counts the same tries"
    till.view_model.scan(CASHIER)
    assert till.view_model.mode == "sell"


def test_a_pin_of_somebody_without_the_right_is_no_wrong_pin(till: Till, checks: list[PinCheck]) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    for _ in range(FREE_TRIES + 1):
        type_pin(till, COLLEAGUE_PIN)
        assert "more than Arun K. may approve" in panel(till).error
    assert len(checks) == FREE_TRIES + 1


def test_a_pin_is_shown_as_dots_and_taken_back_digit_by_digit(till: Till) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    sell = till.view_model.sell
    for key in "0123456789*":
        sell.type_key(key)
    assert panel(till).entry == "●" * 8
    sell.panel_key("back")
    assert panel(till).entry == "●" * 7
    sell.panel_key("clear")
    assert panel(till).entry == ""
    assert sell.screen.pending_quantity == ""


def test_while_a_pin_is_worked_out_the_till_goes_on_and_a_badge_overtakes_it(till: Till) -> None:
    asked: list[PinCheck] = []
    till.pins.asked.connect(asked.append)
    till.view_model.scan(TEE)
    discount(till, "30")
    type_pin(till, SUPERVISOR_PIN)
    assert panel(till).detail == "Checking the PIN …"
    till.view_model.sell.type_key("1")
    till.view_model.sell.confirm_typed()
    assert (len(asked), panel(till).entry) == (1, "●●●●"), "one PIN at a time"
    till.view_model.scan(TEA)
    assert total(till) == "37.50", "a scan is never held up"
    till.view_model.scan(MANAGER)
    assert total(till) == "28.80"
    till.pins.show(asked[0], asked[0].owner())  # too late: somebody else has allowed it
    assert paid_in_cash(till).lines[0].discounts[0].approved_by == "E0004"


def test_cancelling_returns_to_the_sale_as_it_was(till: Till, checks: list[PinCheck]) -> None:
    till.view_model.scan(TEE)
    before = till.selling.open_sale
    discount(till, "30")
    assert till.view_model.sell.panel_cancel()
    assert (till.view_model.sell.screen.panel, till.selling.open_sale) == (None, before)
    till.view_model.scan(SUPERVISOR)
    assert total(till) == "29.00", "what was given up cannot be allowed any more"
    assert not checks


def test_a_scan_joins_the_sale_and_the_figures_follow(till: Till) -> None:
    till.view_model.scan(TEE)
    discount(till, "30", "sale_discount")
    assert "−8.70" in panel(till).title
    till.view_model.scan(TEA)
    assert "−11.25" in panel(till).title
    till.view_model.scan(SUPERVISOR)
    assert total(till) == "26.25"


def test_a_scan_that_asks_a_question_of_its_own_is_refused_until_then(till: Till) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    till.view_model.scan(WINE)
    assert said(till) == "This asks a question. Finish the approval first; nothing was added."
    assert (waits(till), total(till)) == (True, "29.00")


@pytest.mark.parametrize("away", ["void_line", "undo", "hold"])
def test_what_is_gone_cannot_be_allowed(till: Till, away: str) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    getattr(till.view_model.sell, away)()
    assert not waits(till)
    till.view_model.scan(SUPERVISOR)
    assert till.view_model.status.screen.cashier == "Mei T."


@pytest.mark.parametrize("mode", ["pay", "stock", "locked"])
def test_leaving_the_screen_gives_it_up(till: Till, mode: str) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    till.view_model.lock_till() if mode == "locked" else till.view_model.go(mode)
    till.view_model.scan(SUPERVISOR)
    till.view_model.go("sell")
    assert (till.view_model.sell.screen.panel, total(till)) == (None, "29.00")


def test_another_question_takes_its_place(till: Till) -> None:
    till.view_model.scan(TEE)
    discount(till, "30")
    till.view_model.sell.open_panel("note")
    assert panel(till).kind == "note"
    till.view_model.sell.panel_cancel()
    assert till.view_model.sell.screen.panel is None


def test_money_taken_is_said_before_anybody_is_asked(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan(TEE)
    till.view_model.go("pay")
    till.view_model.pay.use_amount(500)
    till.view_model.pay.take()
    till.view_model.pay.back()
    sell.void_sale()
    sell.panel_confirm()
    assert "Money was taken" in panel(till).error


def test_with_a_full_disk_nothing_is_done_and_it_waits_on(till: Till) -> None:
    till.view_model.scan(TEE)
    till.view_model.sell.void_sale()
    till.view_model.sell.panel_confirm()
    with full_disk(till):
        use_up(till)
        till.view_model.scan(SUPERVISOR)
        assert "The disk is full" in said(till)
        assert (waits(till), total(till)) == (True, "29.00")
    till.view_model.scan(SUPERVISOR)
    assert total(till) == "0.00"


# ---- other tables of roles, other acts --------------------------------------------------------


@pytest.fixture
def strict(till: Till) -> Till:
    """A shop where a cashier may do nothing alone."""
    till.approving.roles = ROLES | {"cashier": Rights(frozenset(), {})}
    return till


def test_in_a_strict_shop_even_a_void_is_asked_about(strict: Till) -> None:
    strict.view_model.scan(TEA)
    strict.view_model.scan(TEE)
    strict.view_model.sell.void_line()
    assert panel(strict).title == "Void Heavy cotton tee, sage, M: −29.00"
    assert panel(strict).choices == ()
    strict.view_model.scan(SUPERVISOR)
    assert (total(strict), said(strict)) == (
        "8.50",
        "Mei T. allowed: Heavy cotton tee, sage, M voided, −29.00",
    )


def test_and_a_copy_wherever_it_is_asked_for(strict: Till) -> None:
    strict.view_model.scan(TEE)
    number = paid_in_cash(strict).receipt_number
    jobs = strict.spool.waiting()[0]
    for ask in (strict.view_model.print_last, lambda: strict.view_model.shift.act("reprint")):
        strict.view_model.go("shift")
        strict.view_model.shift.select(number)
        ask()
        assert strict.view_model.mode == "sell", "what waits is seen beside the sale"
        assert panel(strict).title == f"Print receipt {number} again"
        strict.view_model.scan(SUPERVISOR)
        fact = ReceiptReprinted(receipt_number=number, cashier_id="E0001", approved_by="E0002")
        assert latest_fact(strict) == fact
        assert said(strict) == f"Mei T. allowed: {number} prints again, marked COPY"
    assert strict.spool.waiting()[0] == jobs + 2


def test_a_copy_of_no_sale_is_asked_of_nobody(strict: Till) -> None:
    strict.view_model.print_last()
    assert not waits(strict)
    assert said(strict) == "There is no sale on this till yet."
    assert strict.watched_acts.reprint("T2-000001-2") == Refused("receipt_unknown", "T2-000001-2")


def ask_for_money(till: Till) -> list[Approval | None]:
    """Ask for what nobody does alone, and never without a reason."""
    done: list[Approval | None] = []

    def pay(approval: Approval | None) -> Changed:
        done.append(approval)
        return Changed("drawer")

    asked = Asked(Act(permission=Permission.RETURN_WITHOUT_RECEIPT, amount_minor=500))
    till.view_model.sell.tell(till.approving.do_or_ask(lambda: asked, pay))
    return done


def test_where_the_rule_wants_a_reason_nobody_allows_it_without(till: Till) -> None:
    done = ask_for_money(till)
    assert (panel(till).choices_label, len(panel(till).choices)) == ("Reason", 4)
    till.view_model.scan(SUPERVISOR)
    assert panel(till).error == "Choose a reason first, then scan the badge again."
    sell = till.view_model.sell
    sell.panel_choose("mistake")
    sell.panel_choose("mistake")
    assert panel(till).selected_choice == "", "chosen again, it is taken back"
    sell.panel_choose("complaint")
    till.view_model.scan(SUPERVISOR)
    (approval,) = done
    assert approval is not None
    assert (approval.requested_by, approval.approved_by, approval.reason) == ("E0001", "E0002", "Complaint")


def test_what_takes_two_people_is_not_allowed_by_the_one_who_asks(till: Till) -> None:
    till.view_model.scan(MANAGER)
    done = ask_for_money(till)
    assert panel(till).detail == "Nobody does this alone: a second person allows it."
    till.view_model.sell.panel_choose("complaint")
    till.view_model.scan(MANAGER)
    assert panel(till).error == "Somebody else than Li Wei must approve this."
    till.view_model.scan(SUPERVISOR)
    assert len(done) == 1


def test_with_nobody_on_duty_the_least_rights_hold(till: Till) -> None:
    nobody = Approving(Staffing(till.journal, till.cache, till.clock.monotonic_ms))
    needed = nobody.needed(Act(permission=Permission.OPEN_DRAWER))
    assert needed is not None
    assert needed.requested_by == ""
    supervisor = till.cache.staff_by_badge(SUPERVISOR)
    assert supervisor is not None
    assert nobody.approve(supervisor) == Refused("approval_gone")


# ---- the lock, which asks for PINs too --------------------------------------------------------


def unlock(till: Till, pin: str) -> None:
    for key in pin:
        till.view_model.lock.press(key)
    till.view_model.lock.confirm()


def test_a_pin_unlocks_and_puts_its_owner_on_duty(till: Till, checks: list[PinCheck]) -> None:
    till.view_model.lock_till()
    unlock(till, NOBODYS_PIN)
    assert till.view_model.lock.screen.error == "This PIN is not known. Nothing was unlocked."
    unlock(till, COLLEAGUE_PIN)
    assert (till.view_model.mode, till.view_model.status.screen.cashier) == ("sell", "Arun K.")
    assert (len(checks), till.view_model.lock.screen.entry) == (2, "")


def test_a_badge_opens_the_lock_while_a_pin_is_worked_out(till: Till) -> None:
    asked: list[PinCheck] = []
    till.pins.asked.connect(asked.append)
    till.view_model.lock_till()
    unlock(till, COLLEAGUE_PIN)
    assert till.view_model.lock.screen.detail == "Checking the PIN …"
    unlock(till, "1")
    assert (len(asked), till.view_model.lock.screen.entry) == (1, "●●●●")
    till.view_model.scan(SUPERVISOR)
    assert till.view_model.mode == "sell"
    till.pins.show(asked[0], asked[0].owner())
    assert till.view_model.status.screen.cashier == "Mei T.", "who opened it stays on duty"


def test_the_lock_asks_for_a_pin_before_it_checks_one(till: Till, checks: list[PinCheck]) -> None:
    till.view_model.lock_till()
    till.view_model.lock.confirm()
    assert till.view_model.lock.screen.error == "Type a PIN first, or scan a badge."
    assert not checks
