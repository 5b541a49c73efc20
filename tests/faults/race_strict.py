"""What the judge of a race says of goods that are strictly kept: nobody loses any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.faults.race_evidence import OFF_THE_SHELF, OVER, STILL_OPEN, Left, facts, milli, parts_of


def strict_is_never_oversold(left: Left) -> Iterator[str]:
    """Rule 9: of goods strictly kept no order loses a piece to the counter without a supervisor's word.

    What is left are pieces that were really taken across a decision that was made elsewhere: picked for an
    order that was called off meanwhile, or wanted again by one that had let go of them; and what a till
    sold that no line has told yet that they are kept strictly.
    """
    for product_id in sorted(left.strict):
        lost = sum(
            int(row["short_milli"]) for row in left.tables["reservation"] if row["product_id"] == product_id
        )
        allowed = sum(
            milli(fact["quantity"])
            for fact in facts(left, "promise.overridden")
            if fact["product_id"] == product_id and fact["approved_by"]
        )
        crossed = sum(_crossed(order, product_id) for order in left.orders.values())
        unaware = _sold_unaware(left, product_id)
        if lost > allowed + crossed + unaware:
            yield (
                f"{product_id}: orders lost {lost}, supervisors allowed {allowed}, {crossed} crossed, "
                f"{unaware} sold before it was strict there"
            )


def _sold_unaware(left: Left, product_id: str) -> int:
    """Return how much of a product was sold by tills that could not know that it is strictly kept."""
    return sum(
        milli(line["quantity"])
        for sale in left.sales
        if sale["sale_id"] in left.unaware
        for line in sale["lines"]
        if line["product_id"] == product_id
    )


def _crossed(order: dict[str, Any], product_id: str) -> int:
    """Return how much of a product an order took, or wants or wanted, after it had been let go of."""
    called_off = any(done["kind"] in ("cancel", "expire") for done in order["history"])
    found_again = {
        done["about"] for done in order["history"] if done["kind"] == "short_line" and done["undone_by"]
    }
    return sum(
        milli(part["covers"])
        for line in order["lines"]
        if line["product"]["product_id"] == product_id
        for part in parts_of(line)
        if line["line_id"] in found_again
        or (
            called_off
            and (part["trail"][-1]["state"] if part["trail"] else "to_pick") in (*STILL_OPEN, *OFF_THE_SHELF)
            and (part["trail"] or order["state"] not in OVER)
        )
    )


def nothing_is_sold_twice(left: Left) -> Iterator[str]:
    """Rule 10: no more of a product left the shelf than there was: sold, in a bag or handed over."""
    there: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for row in left.tables["stock_movement"]:
        if row["cause"] in ("receipt", "count"):
            there[row["product_id"]] += row["quantity_milli"]
        elif row["location"] == "shelf" and row["cause"] in ("sale", "pick", "put_back"):
            gone[row["product_id"]] -= row["quantity_milli"]
    for product_id, quantity in gone.items():
        known = quantity - _sold_unaware(left, product_id)
        if product_id in left.strict and known > there[product_id]:
            yield f"{product_id}: {quantity} sold and picked, {there[product_id]} there"
