"""The worked examples of `docs/examples/pickup.md`, run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from retail.pickup.amounts import line_amounts, money_of
from retail.pickup.closing import is_overdue, reminder_due
from retail.pickup.handover import age_on, born_on_or_before
from retail.pickup.order import (
    LineState,
    OrderPayment,
    PaymentKind,
    PickupOrder,
    ShortReason,
    Substitute,
    SubstitutionWish,
    Terms,
)
from retail.pickup.parts import units
from retail.pickup.reducer import applied
from retail.pickup.steps import (
    Answer,
    AskCustomer,
    Cancel,
    Expire,
    FinishPicking,
    PausePicking,
    PickLine,
    Remind,
    ReturnUnits,
    ShortLine,
    StartReturn,
    Step,
    StepRefused,
    SubstituteLine,
)
from retail.pickup.substitution import Verdict, judge_substitute
from tests.fakes.pickup_orders import (
    ASK,
    CHICKEN,
    OAT_MILK,
    SAME_PRICE,
    TOO_LATE,
    do,
    hand_over,
    handing_over,
    line,
    online,
    pick,
    picking,
    ready,
    step,
    up_to_amount,
    up_to_percent,
)
from tests.fakes.worked_examples import Example, examples, place_of


def minor(text: str) -> Decimal:
    return Decimal(text) * 100


@pytest.mark.parametrize("example", examples("pickup", "When some of a line is missing"), ids=place_of)
def test_when_some_of_a_line_is_missing(example: Example) -> None:
    quantity, _, _, each = example["Ordered"].split(",")[0].split(" ")
    of = picking(
        line(quantity=quantity, unit_price=str(minor(each)), amount=example.minor("Shown for the line"))
    )
    of = do(of, ShortLine, line_id="yogurt", quantity=example["Missing"], short_reason=ShortReason.NOT_FOUND)
    left = Decimal(quantity) - Decimal(example["Missing"])
    if left:
        of = pick(of, "yogurt", str(left))
    (amount,) = line_amounts(of)
    assert amount.charge_minor == example.minor("Costs")
    assert amount.refund_minor == example.minor("Goes back")


@pytest.mark.parametrize("example", examples("pickup", "What a weight costs"), ids=place_of)
def test_what_a_weight_costs(example: Example) -> None:
    price = minor(example["Price of one kilogram"])
    shown = int((Decimal(example["Ordered"]) * price).to_integral_value())
    terms = Terms(heavier_is_charged=example["Weight decides"] == "yes")
    of = picking(line(CHICKEN, example["Ordered"], str(price), shown), terms=terms)
    if example["Costs"] == "refused":
        with pytest.raises(StepRefused) as refusal:
            pick(of, "chicken", example["Weighed"])
        assert refusal.value.code == "too_heavy"
        return
    of = pick(of, "chicken", example["Weighed"])
    wanted = units(of.lines[0], LineState.TO_PICK)
    if example["Costs"] == "more wanted":
        assert wanted > 0
    else:
        assert wanted == 0
        assert money_of(of).charge_minor == example.minor("Costs")


def wish_of(text: str) -> SubstitutionWish:
    if text.startswith("up to"):
        limit = text.split(" ")[2]
        return up_to_percent(limit) if "%" in text else up_to_amount(int(minor(limit)))
    return {"same price": SAME_PRICE, "ask me": ASK, "none": SubstitutionWish()}[text]


VERDICTS = {"use it": Verdict.USE, "ask": Verdict.ASK, "leave it": Verdict.NO}


@pytest.mark.parametrize("example", examples("pickup", "What a substitute costs"), ids=place_of)
def test_what_a_substitute_costs(example: Example) -> None:
    ordered = line(
        quantity="1",
        unit_price=str(minor(example["Ordered, each"])),
        wish=wish_of(example["The customer wishes"]),
    )
    price = minor(example["Substitute, each"])
    offer = Substitute(product=OAT_MILK, unit_price_minor=price, quantity=Decimal(1), covers=Decimal(1))
    judged = judge_substitute(ordered, Terms(), offer)
    assert judged.verdict is VERDICTS[example["The picker may"]]
    of = picking(ordered)
    if judged.verdict is Verdict.NO:
        assert money_of(of).charge_minor == example.minor("Costs")
        return
    assert judged.charge_minor == example.minor("Costs")
    of = substituted(of, price, asks=judged.verdict is Verdict.ASK)
    assert money_of(of).charge_minor == example.minor("Costs")


def substituted(of: PickupOrder, price: Decimal, *, asks: bool) -> PickupOrder:
    fields: dict[str, Any] = {
        "line_id": "yogurt",
        "product": OAT_MILK,
        "unit_price_minor": price,
        "quantity": "1",
        "covers": "1",
    }
    if asks:
        of = do(of, AskCustomer, **fields)
        of = do(of, Answer, line_id="yogurt", asked=of.history[-1].step_id, agrees=True)
    return do(of, SubstituteLine, bag_id="T-1", **fields)


@pytest.mark.parametrize(
    "example", examples("pickup", "What is paid, taken, due and given back"), ids=place_of
)
def test_what_is_paid_taken_due_and_given_back(example: Example) -> None:
    arrangement, _, amount = example["Online"].partition(" ")
    payment = OrderPayment()
    if amount:
        payment = online(PaymentKind(arrangement), int(minor(amount)))
        ceiling = None if example["Ceiling"] == "—" else example.minor("Ceiling")
        payment = OrderPayment(ceiling_minor=ceiling, entries=payment.entries)
    of = picking(line(quantity="3"), payment=payment)
    assert money_of(of).shown_minor == example.minor("Shown")
    there = example.minor("Costs now") // 300
    if there:
        of = pick(of, "yogurt", str(there))
    if there < 3:
        of = do(of, ShortLine, line_id="yogurt", short_reason=ShortReason.NOT_FOUND)
    money = money_of(of)
    assert money.charge_minor == example.minor("Costs now")
    assert money.capture_minor == example.minor("Taken")
    assert money.release_minor == example.minor("Let go")
    assert money.due_minor == example.minor("Due")
    assert money.refund_minor == example.minor("Goes back")


@pytest.mark.parametrize("example", examples("pickup", "How old somebody is"), ids=place_of)
def test_how_old_somebody_is(example: Example) -> None:
    born, today = dt.date.fromisoformat(example["Born"]), dt.date.fromisoformat(example["Today"])
    assert age_on(born, today) == int(example["Age"])


@pytest.mark.parametrize("example", examples("pickup", "The date beside the document"), ids=place_of)
def test_the_date_beside_the_document(example: Example) -> None:
    today, age = dt.date.fromisoformat(example["Today"]), int(example["Age needed"])
    latest = born_on_or_before(today, age)
    assert latest == dt.date.fromisoformat(example["Born on or before"])
    assert age_on(latest, today) == age
    assert age_on(latest + dt.timedelta(days=1), today) == age - 1


@pytest.mark.parametrize("example", examples("pickup", "When the customer is reminded"), ids=place_of)
def test_when_the_customer_is_reminded(example: Example) -> None:
    of = ready(collect_until=f"{example['Kept until']}:00+08:00")
    minutes = {"24 h": 1440, "1 h": 60, "—": None}
    for sent in example.items("Sent so far"):
        of = do(of, Remind, minutes_before=minutes[sent], by="centre")
    now = f"{example['Now']}:00+08:00"
    assert reminder_due(of, (1440, 60), now) == minutes[example["To send"]]
    assert is_overdue(of, now) is (example["Expired"] == "yes")


def all_put_back() -> PickupOrder:
    return do(do(do(ready(), Cancel, reason="no"), StartReturn), ReturnUnits, line_id="yogurt")


MEANWHILE: dict[str, Callable[[], tuple[PickupOrder, PickupOrder]]] = {
    "cancelled while picking": lambda: (picking(), do(picking(), Cancel, reason="no")),
    "cancelled when ready": lambda: (ready(), do(ready(), Cancel, reason="no")),
    "expired": lambda: (ready(), do(ready(), Expire, at=TOO_LATE)),
    "handed over elsewhere": lambda: (ready(), hand_over(ready())),
    "paused by a colleague": lambda: (picking(), do(picking(), PausePicking)),
    "all put back": lambda: (ready(), all_put_back()),
}
"""What the till still saw, and what the centre had by then."""


def step_at_the_till(text: str, seen: PickupOrder) -> Step:
    if text == "hand over":
        return handing_over(seen)
    if text == "finish":
        finish: Step = step(seen, FinishPicking)
        return finish
    picked: Step = step(seen, PickLine, line_id="yogurt", product_id="yogurt", quantity="1", bag_id="T-1")
    return picked


@pytest.mark.parametrize("example", examples("pickup", "When a till was offline"), ids=place_of)
def test_when_a_till_was_offline(example: Example) -> None:
    seen, centre = MEANWHILE[example["Meanwhile at the centre"]]()
    outcome = applied(centre, [step_at_the_till(example["The till's step"], seen)])
    assert outcome.order.state == example["The order is then"]
    assert bool(outcome.refused) is (example["Counts"] == "no")
    conflict = outcome.order.conflicts[-1]
    assert conflict.code == example["A person sees"]
    assert conflict.taken is (example["Counts"] == "yes")
