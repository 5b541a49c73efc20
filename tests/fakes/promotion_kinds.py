"""Hypothesis strategies for promotions of every kind, and for lines in play of six products."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from retail.money import Rounding
from retail.promotions.kind import LARGEST_COUNT, LineInPlay, Terms

CATEGORY_OF = {"p0": "c0", "p1": "c0", "p2": "c1", "p3": "c1", "p4": "c2", "p5": "c2"}

_percents = st.sampled_from(("1", "3", "10", "12.5", "33.3333", "50", "99.9", "100"))
_amounts = st.integers(1, 3000).map(str)
_counts = st.integers(1, 4).map(str)
_groups = st.one_of(
    st.sampled_from(("c0|c1", "c0,c1|c2", "2*c0|c1", "c2|3*c0|2*c1")).map(
        lambda text: ("group_categories", text)
    ),
    st.sampled_from(("p0|p1", "p0,p2|2*p3", "p5|p4,p3|p0")).map(lambda text: ("group_products", text)),
)


def _fixed(**arguments: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(arguments)


def _one_more(
    base: st.SearchStrategy[dict[str, str]], *others: st.SearchStrategy[dict[str, str]]
) -> st.SearchStrategy[dict[str, str]]:
    """Join the arguments with those of one of the others."""
    return st.tuples(base, st.one_of(*others)).map(lambda both: both[0] | both[1])


def _with_groups(arguments: st.SearchStrategy[dict[str, str]]) -> st.SearchStrategy[dict[str, str]]:
    return st.tuples(arguments, _groups).map(lambda both: both[0] | {both[1][0]: both[1][1]})


def _rising(
    thresholds: st.SearchStrategy[int], values: st.SearchStrategy[int], *, falling: bool = False
) -> st.SearchStrategy[dict[str, str]]:
    def tiers(points: tuple[set[int], set[int]]) -> dict[str, str]:
        pairs = zip(sorted(points[0]), sorted(points[1], reverse=falling), strict=False)
        return {"tiers": "|".join(f"{threshold}:{value}" for threshold, value in pairs)}

    return st.tuples(
        st.sets(thresholds, min_size=1, max_size=3), st.sets(values, min_size=1, max_size=3)
    ).map(tiers)


_no_more = st.just({})

ARGUMENTS: dict[str, st.SearchStrategy[dict[str, str]]] = {
    "percent_off": _fixed(percent=_percents),
    "percent_off_basket": _one_more(_fixed(percent=_percents), _no_more, _fixed(at_most_minor=_amounts)),
    "amount_off": _fixed(amount_minor=_amounts, per=st.sampled_from(("piece", "measure", "line"))),
    "amount_off_basket": _one_more(_fixed(amount_minor=_amounts), _no_more, _fixed(minimum_minor=_amounts)),
    "fixed_price": _fixed(price_minor=st.sampled_from(("1", "99", "250.5", "700", "0.3333"))),
    "n_for_price": _fixed(quantity=st.integers(2, 5).map(str), price_minor=_amounts),
    "buy_x_get_y": _one_more(
        _one_more(
            _fixed(buy=_counts, get=_counts),
            _no_more,
            _fixed(which=st.sampled_from(("cheapest", "same"))),
            _fixed(get_products=st.sampled_from(("p2", "p4,p5", "p0"))),
            _fixed(get_categories=st.sampled_from(("c0", "c1,c2")), get_products=st.just("p3")),
        ),
        _no_more,
        _fixed(percent=_percents),
        _fixed(amount_minor=_amounts),
        _fixed(price_minor=_amounts),
    ),
    "bundle_saving": _with_groups(_fixed(saving_minor=_amounts)),
    "bundle_price": _with_groups(st.one_of(_fixed(price_minor=_amounts), _fixed(percent=_percents))),
    "quantity_tiers": _rising(st.integers(1, 12), st.integers(1, 100)),
    "tiered_amount": _rising(st.integers(2000, 9000), st.integers(1, 2000)),
    "tiered_percent": _rising(st.integers(1, 9000), st.integers(1, 100)),
    "gift_with_purchase": _one_more(
        _one_more(
            _fixed(gift_products=st.sampled_from(("p0", "p1,p4"))),
            _fixed(spend_minor=_amounts),
            _fixed(buy=_counts),
        ),
        _no_more,
        _fixed(gift_quantity=_counts),
        _fixed(repeat=st.sampled_from(("yes", "no"))),
    ),
    "group_buy_price": _rising(st.integers(1, 50), st.integers(1, 2000), falling=True),
    "shipping_off": st.one_of(_fixed(percent=_percents), _fixed(amount_minor=_amounts)),
    "points_multiplier": _fixed(multiplier=st.sampled_from(("1.5", "2", "10"))),
    "employee_price": _one_more(
        _fixed(percent=st.sampled_from(("10", "30", "33.3333"))),
        _no_more,
        _fixed(on_top=st.sampled_from(("yes", "no"))),
        _fixed(on_top=st.just("yes"), floor_percent=st.sampled_from(("0", "50", "66.6"))),
    ),
}
"""The arguments that each kind may have; every one of them can be evaluated."""

SCOPES = st.sampled_from(
    (
        {},
        {"category_ids": ("c0",)},
        {"product_ids": ("p0", "p3")},
        {"product_ids": ("p4",), "category_ids": ("c1",)},
    )
)


def line(
    product_id: str,
    pieces: int,
    price_minor: int,
    *,
    weight: str = "",
    discounted_minor: int = 0,
    order: int = 0,
) -> LineInPlay:
    """Return a line of pieces at a price, or of goods by weight."""
    quantity = Decimal(weight) if weight else Decimal(pieces)
    gross_minor = int(quantity * price_minor)
    return LineInPlay(
        product_id,
        CATEGORY_OF.get(product_id, "c9"),
        0 if weight else pieces,
        gross_minor,
        max(0, gross_minor - discounted_minor),
        quantity=quantity,
        unit_price_minor=Decimal(price_minor),
        order=order,
    )


def in_scope(lines: list[LineInPlay], products: set[str], categories: set[str]) -> list[LineInPlay]:
    """Return the lines that the engine would hand to a kind of this scope."""
    if not products and not categories:
        return lines
    return [one for one in lines if one.product_id in products or one.category_id in categories]


def terms(*, limited: bool = True) -> st.SearchStrategy[Terms]:
    """Return terms of every rounding; with `limited` the number of uses may be small."""
    most = st.one_of(st.just(LARGEST_COUNT), st.integers(1, 7)) if limited else st.just(LARGEST_COUNT)
    return st.builds(Terms, rounding=st.sampled_from(Rounding), most=most, participants=st.integers(0, 60))


@st.composite
def lines_in_play(draw: st.DrawFn, *, discounted: bool = True) -> list[LineInPlay]:
    """Return up to six lines in their order; some by weight, some that cost less than at the shelf."""
    made = []
    for order in range(draw(st.integers(0, 6))):
        product_id = draw(st.sampled_from(sorted(CATEGORY_OF)))
        price_minor = draw(st.integers(1, 2500))
        if draw(st.integers(0, 4)) == 0:
            weight = f"0.{draw(st.integers(1, 999)):03d}"
            made.append(line(product_id, 0, price_minor, weight=weight, order=order))
        else:
            pieces = draw(st.integers(1, 6))
            off = draw(st.integers(0, 400)) if discounted else 0
            made.append(line(product_id, pieces, price_minor, discounted_minor=off, order=order))
    return made
