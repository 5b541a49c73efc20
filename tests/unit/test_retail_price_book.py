"""What price lists ask for a product: which list decides, by what rule, and what is left out and told."""

from __future__ import annotations

import random
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket import PriceRefused, checked_price
from retail.catalogue import ListPrice, LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR, Rounding, UnknownCurrency, round_ratio
from retail.occasion import Moment, Occasion
from retail.price_book import PriceBook, PriceListsRefused, Quote, check_price_lists
from retail.price_list import PriceList, SkippedPriceRow

NOW = Moment("2026-03-14T14:33:00+08:00")  # a Saturday
IN_STORE = Occasion(NOW)


def a_list(list_id: str, **fields: object) -> PriceList:
    """Return a list named by its id; numbers may be given as text."""
    read = {
        name: Decimal(value)
        if name in ("percent", "amount_minor", "round_to_minor", "below_step_minor")
        else value
        for name, value in fields.items()  # type: ignore[arg-type]  # such values are texts
    }
    return PriceList(list_id=list_id, name=LocalisedText(list_id.upper()), **read)  # type: ignore[arg-type]


def a_price(list_id: str, minor: str, quantity: str = "0", product: str = "tea") -> ListPrice:
    return ListPrice(
        list_id=list_id,
        product_id=product,
        unit_price_minor=Decimal(minor),
        minimum_quantity=Decimal(quantity),
    )


def book(*rows: PriceList | ListPrice) -> PriceBook:
    return PriceBook(
        [row for row in rows if isinstance(row, PriceList)],
        [row for row in rows if isinstance(row, ListPrice)],
        currency_code="SGD",
    )


def asked(
    of: PriceBook,
    *,
    product: str = "tea",
    category: str = "pantry",
    base: str = "850",
    quantity: str = "1",
    occasion: Occasion = IN_STORE,
) -> Quote | None:
    return of.quote(
        product_id=product,
        category_id=category,
        base_price_minor=Decimal(base),
        quantity=Decimal(quantity),
        occasion=occasion,
    )


def minor(of: PriceBook, **case: str) -> Decimal | None:
    quote = asked(of, **case)  # type: ignore[arg-type]  # no case here names an occasion
    return None if quote is None else quote.unit_price_minor


def test_without_lists_there_is_nothing_to_ask() -> None:
    empty = book()
    assert not empty
    assert not empty.for_occasion(IN_STORE)
    assert asked(empty) is None


def test_a_price_names_its_list() -> None:
    assert asked(book(a_list("web"), a_price("web", "799"))) == Quote(
        Decimal(799), "web", LocalisedText("WEB")
    )


def test_a_product_that_no_list_prices_keeps_the_store_price() -> None:
    assert asked(book(a_list("web"), a_price("web", "799")), product="bread") is None


def test_the_list_asked_first_decides_also_when_a_later_one_is_cheaper() -> None:
    rows = (a_price("web", "799"), a_price("sale", "500"))
    assert minor(book(a_list("web", position=1), a_list("sale", position=2), *rows)) == 799
    assert minor(book(a_list("web", position=2), a_list("sale", position=1), *rows)) == 500


def test_lists_of_one_position_are_asked_by_their_id() -> None:
    assert minor(book(a_list("b"), a_list("a"), a_price("b", "1"), a_price("a", "2"))) == 2


def test_a_list_without_a_price_for_the_product_leaves_it_to_the_next() -> None:
    made = book(
        a_list("web", position=1),
        a_list("sale", position=2),
        a_price("web", "799", product="bread"),
        a_price("sale", "500"),
    )
    assert minor(made) == 500


CASES = [
    ({"channels": ("online",)}, Occasion(NOW, channel="online")),
    ({"member_tiers": ("gold",)}, Occasion(NOW, is_member=True, tier="gold")),
    ({"member_tiers": ("*",)}, Occasion(NOW, is_member=True, tier="silver")),
    ({"member_groups": ("employee",)}, Occasion(NOW, is_member=True, groups=("employee",))),
    ({"hours": ("17:00-19:00",)}, Occasion(Moment("2026-03-14T17:00:00+08:00"))),
    ({"weekdays": (7,)}, Occasion(Moment("2026-03-15T12:00:00+08:00"))),
    ({"month_days": (15,)}, Occasion(Moment("2026-03-15T12:00:00+08:00"))),
    ({"starts_at": "2026-04-01T00:00:00"}, Occasion(Moment("2026-04-01T00:00:00+08:00"))),
    ({"ends_at": "2026-03-14T14:33:00"}, Occasion(Moment("2026-03-14T14:32:59+08:00"))),
]


@pytest.mark.parametrize(("condition", "occasion"), CASES)
def test_a_list_holds_when_and_for_whom_it_says(condition: dict[str, object], occasion: Occasion) -> None:
    made = book(a_list("special", **condition), a_price("special", "700"))
    assert asked(made) is None
    quote = asked(made, occasion=occasion)
    assert quote is not None
    assert quote.unit_price_minor == 700
    assert made.for_occasion(occasion)
    assert not made.for_occasion(IN_STORE)


BREAKS = (
    a_list("trade"),
    a_price("trade", "800"),
    a_price("trade", "750", "6"),
    a_price("trade", "700", "12"),
)


@pytest.mark.parametrize(
    ("quantity", "price"), [("1", 800), ("5", 800), ("6", 750), ("11", 750), ("12", 700), ("99999", 700)]
)
def test_the_deepest_quantity_that_is_reached_decides(quantity: str, price: int) -> None:
    assert minor(book(*BREAKS), quantity=quantity) == price


def test_below_the_first_quantity_the_next_list_or_the_store_decides() -> None:
    from_six = (a_list("trade", position=1), a_price("trade", "750", "6"))
    assert asked(book(*from_six), quantity="5") is None
    assert minor(book(*from_six, a_list("web"), a_price("web", "799")), quantity="5") == 799


def test_weighed_goods_have_breaks_in_grams() -> None:
    made = book(a_list("trade"), a_price("trade", "280", "0.5"))
    assert (minor(made, quantity="0.499"), minor(made, quantity="0.5")) == (None, 280)


RULES = [
    ({"percent": "-10"}, "850", "765"),
    ({"percent": "-10"}, "855", "770"),  # 769.5: half a cent goes up
    ({"percent": "-10", "rounding": Rounding.DOWN}, "855", "769"),
    ({"percent": "-10"}, "0.4512", "0.4061"),  # a price finer than a cent stays one
    ({"percent": "5"}, "850", "893"),
    ({"amount_minor": "-50"}, "850", "800"),
    ({"amount_minor": "25.5"}, "850", "876"),
    ({"percent": "-10", "amount_minor": "20"}, "850", "785"),
    ({"round_to_minor": "100"}, "850", "900"),
    ({"round_to_minor": "100", "rounding": Rounding.HALF_EVEN}, "850", "800"),
    ({"percent": "-10", "round_to_minor": "100", "below_step_minor": "1"}, "850", "799"),
    ({"round_to_minor": "100", "rounding": Rounding.UP, "below_step_minor": "1"}, "801", "899"),
    ({"round_to_minor": "100", "below_step_minor": "1"}, "20", "99"),  # never rounded to nothing
    ({"round_to_minor": "0.05"}, "850.07", "850.05"),
]


@pytest.mark.parametrize(("rule", "base", "price"), RULES)
def test_a_rule_derives_the_price(rule: dict[str, object], base: str, price: str) -> None:
    assert minor(book(a_list("rule", **rule)), base=base) == Decimal(price)


def test_a_price_of_its_own_goes_before_the_rule() -> None:
    made = book(a_list("rule", percent="-10"), a_price("rule", "600", "6"))
    assert (minor(made), minor(made, quantity="6")) == (765, 600)


@pytest.mark.parametrize(
    "rule",
    [{"amount_minor": "-850"}, {"amount_minor": "-900"}, {"percent": "900", "amount_minor": "999999999000"}],
)
def test_a_rule_whose_price_could_not_be_asked_has_none(rule: dict[str, object]) -> None:
    assert asked(book(a_list("rule", **rule))) is None


SCOPES = [
    ({}, ["tea", "bread", "milk"]),
    ({"product_ids": ("tea",)}, ["tea"]),
    ({"category_ids": ("bakery",)}, ["bread"]),
    ({"product_ids": ("tea",), "category_ids": ("bakery",)}, ["tea", "bread"]),
    ({"excluded_product_ids": ("tea",)}, ["bread", "milk"]),
    ({"excluded_category_ids": ("pantry",)}, ["bread"]),
    ({"product_ids": ("tea",), "excluded_category_ids": ("pantry",)}, []),
]


@pytest.mark.parametrize(("scope", "priced"), SCOPES)
def test_a_rule_is_for_the_products_it_names_less_those_it_excludes(
    scope: dict[str, object], priced: list[str]
) -> None:
    made = book(a_list("rule", percent="-10", **scope))
    shelves = {"tea": "pantry", "bread": "bakery", "milk": "pantry"}
    found = [product for product, shelf in shelves.items() if asked(made, product=product, category=shelf)]
    assert found == priced


def test_a_row_holds_outside_the_scope_of_the_rule() -> None:
    made = book(a_list("rule", percent="-10", product_ids=("bread",)), a_price("rule", "600"))
    assert minor(made) == 600


def test_a_list_is_based_on_the_prices_of_another() -> None:
    made = book(
        a_list("trade", position=9, channels=("online",)),
        a_price("trade", "800"),
        a_price("trade", "700", "12"),
        a_list("staff", position=1, based_on="trade", percent="-10"),
    )
    assert (minor(made), minor(made, quantity="12")) == (720, 630)


def test_rules_are_applied_from_the_foundation_up_each_rounded() -> None:
    made = book(
        a_list("first", position=9, percent="-10", round_to_minor="10"),
        a_list("second", position=8, based_on="first", percent="-10"),
        a_list("third", position=1, based_on="second", amount_minor="1"),
    )
    assert minor(made, base="857") == 694  # 771.3 → 770; 693; 694


def test_what_the_foundation_does_not_price_is_not_derived() -> None:
    made = book(
        a_list("trade", position=9), a_price("trade", "800"), a_list("staff", position=1, based_on="trade")
    )
    assert (minor(made), minor(made, product="bread")) == (800, None)


def test_a_foundation_whose_price_could_not_be_asked_gives_none() -> None:
    made = book(
        a_list("first", position=9, amount_minor="-850"),
        a_list("second", position=1, based_on="first", amount_minor="100"),
    )
    assert asked(made) is None


def test_a_store_price_that_cannot_be_asked_is_refused_where_a_price_is_derived_from_it() -> None:
    made = book(a_list("rule", percent="-10"))
    with pytest.raises(PriceRefused):
        asked(made, base="NaN")


def test_what_costs_nothing_in_the_store_is_not_given_a_price_by_a_rule() -> None:
    made = book(a_list("rule", amount_minor="50"), a_price("rule", "400", product="bread"))
    assert asked(made, base="0") is None
    assert minor(made, base="0", product="bread") == 400


def test_a_store_in_an_unknown_currency_has_no_book() -> None:
    with pytest.raises(UnknownCurrency):
        PriceBook([], [], currency_code="SGP")


SKIPPED = [
    ((a_list("x", percent="-10", currency_code="EUR"),), {("x", "other_currency")}),
    ((a_list("x", percent="-10", hours=("25:00-26:00",)),), {("x", "bad_hours")}),
    ((a_list("x", percent="-200"),), {("x", "bad_percent")}),
    ((a_list("x"), a_price("x", "-5")), {("tea|x|0", "negative")}),
    ((a_list("x", percent="-10", based_on="y"),), {("x", "unknown_list")}),
    ((a_list("x", based_on="x"),), {("x", "cycle")}),
    ((a_list("x", based_on="y"), a_list("y", based_on="x")), {("x", "cycle"), ("y", "cycle")}),
    (
        (a_list("x", based_on="y"), a_list("y", based_on="y")),
        {("x", "based_on_skipped_list"), ("y", "cycle")},
    ),
    (
        (a_list("x", based_on="y"), a_list("y", based_on="z"), a_list("z", percent="NaN")),
        {("x", "based_on_skipped_list"), ("y", "based_on_skipped_list"), ("z", "bad_percent")},
    ),
    (
        (a_list("x", percent="-10"), a_list("x", percent="-20")),
        {("x", "duplicate")},
    ),
    ((a_price("gone", "700"),), {("tea|gone|0", "unknown_list")}),
    ((a_list("", percent="-10"), a_price("", "700")), {("", "no_id")}),
]


@pytest.mark.parametrize(("rows", "told"), SKIPPED)
def test_rows_that_cannot_be_used_are_left_out_and_told_and_the_till_sells_on(
    rows: tuple[PriceList | ListPrice, ...], told: set[tuple[str, str]]
) -> None:
    made = book(*rows, a_list("good", position=500), a_price("good", "799"))
    assert {(one.key, one.reason) for one in made.skipped} == told
    assert minor(made) == 799


def test_of_two_prices_for_one_quantity_the_lower_stands_whatever_their_order() -> None:
    rows = [a_price("web", "799", "6"), a_price("web", "750", "6.0"), a_price("web", "790", "6")]
    for order in (rows, rows[::-1]):
        made = book(a_list("web"), *order)
        assert minor(made, quantity="6") == 750
        assert made.skipped == (SkippedPriceRow("list_price", "tea|web|6", "duplicate"),) * 2


def test_the_back_office_hears_of_every_row_that_cannot_be_used() -> None:
    lists = [
        a_list("x", percent="-200"),
        a_list("y", based_on="z"),
        a_list("good", percent="-10"),
        a_list("without"),
    ]
    prices = [a_price("good", "0"), a_price("gone", "5")]
    with pytest.raises(PriceListsRefused) as refused:
        check_price_lists(lists, prices, currency_code="SGD")
    told = [(one.row, one.key, one.reason) for one in refused.value.problems]
    assert told == [
        ("list_price", "tea|good|0", "zero"),
        ("list_price", "tea|gone|0", "unknown_list"),
        ("price_list", "x", "bad_percent"),
        ("price_list", "y", "unknown_list"),
        ("price_list", "without", "empty"),
    ]
    assert refused.value.code == "price_lists_refused"
    assert "5 price rows" in str(refused.value)


def test_lists_that_are_right_are_a_book_at_once() -> None:
    made = check_price_lists([a_list("good", percent="-10")], [], currency_code="SGD")
    assert minor(made) == 765


PRICES = st.decimals(min_value="0.0001", max_value=10**7, places=4) | st.integers(1, 10**9).map(Decimal)
PERCENTS = st.decimals(min_value="-99.9999", max_value=1000, places=4)
STEPS = st.sampled_from(["0", "0.0001", "0.05", "1", "3", "5", "10", "100", "1000"])


@given(
    base=PRICES,
    percent=PERCENTS,
    amount=st.decimals(min_value=-(10**6), max_value=10**6, places=2),
    step=STEPS,
    rounding=st.sampled_from(list(Rounding)),
    below=st.integers(0, 4),
)
def test_a_derived_price_is_exactly_what_the_rule_says_and_never_nothing(
    base: Decimal, percent: Decimal, amount: Decimal, step: str, rounding: Rounding, below: int
) -> None:
    below_step = (Decimal(step) * below / 5).quantize(Decimal("0.0001"), ROUND_DOWN)
    made = book(
        a_list(
            "rule",
            percent=percent,
            amount_minor=amount,
            round_to_minor=step,
            rounding=rounding,
            below_step_minor=below_step,
        )
    )
    if not (percent or amount or Decimal(step)):
        return
    quote = minor(made, base=str(base))
    exact = Fraction(base) * (100 + Fraction(percent)) / 100 + Fraction(amount)
    if exact <= 0:
        assert quote is None
        return
    assert quote is not None
    assert checked_price(quote) == quote
    finest = Fraction(1) if base == int(base) else Fraction(1, 10_000)
    in_steps = exact / (Fraction(step) or finest)
    multiple = max(1, round_ratio(in_steps.numerator, in_steps.denominator, rounding))
    assert Fraction(quote) == multiple * (Fraction(step) or finest) - Fraction(below_step)


@given(
    breaks=st.dictionaries(st.integers(0, 50), st.integers(1, 10**6), max_size=8),
    smaller=st.integers(1, 60),
    more=st.integers(0, 60),
)
def test_more_of_a_product_never_falls_back_to_a_shallower_quantity(
    breaks: dict[int, int], smaller: int, more: int
) -> None:
    made = book(a_list("trade"), *(a_price("trade", str(cost), str(least)) for least, cost in breaks.items()))

    def reached(quantity: int) -> int:
        """Return the deepest break that should be reached, checked against the price that is asked."""
        deepest = max((least for least in breaks if least <= quantity), default=-1)
        assert minor(made, quantity=str(quantity)) == breaks.get(deepest)
        return deepest

    assert reached(smaller) <= reached(smaller + more)


@given(seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_changes_no_price(seed: int) -> None:
    chance = random.Random(seed)
    names = ["a", "b", "c", "d"]
    lists = [
        a_list(
            name,
            position=chance.choice((1, 2)),
            percent=str(chance.choice((-10, 0, 5, -200))),
            based_on=chance.choice(("", "", *names)),
        )
        for name in chance.choices(names, k=5)
    ]
    prices = [
        a_price(chance.choice([*names, "gone"]), str(chance.randint(-1, 9)), str(chance.choice((0, 6))))
        for _ in range(8)
    ]
    made = book(*lists, *prices)
    shuffled = book(*chance.sample(lists, len(lists)), *chance.sample(prices, len(prices)))
    assert set(made.skipped) == set(shuffled.skipped)
    for quantity in ("1", "6"):
        assert asked(made, quantity=quantity) == asked(shuffled, quantity=quantity)


def test_the_largest_price_can_be_derived_and_no_larger_one() -> None:
    made = book(a_list("rule", percent="0.0001"))
    assert asked(made, base=str(LARGEST_AMOUNT_MINOR)) is None
    assert (
        minor(book(a_list("rule", round_to_minor="1")), base=str(LARGEST_AMOUNT_MINOR))
        == LARGEST_AMOUNT_MINOR
    )


def test_lists_that_stand_twice_make_no_circle_of_those_based_on_them() -> None:
    rows = [a_list("x", based_on="y"), a_list("x", percent="-10")]
    for order in (rows, rows[::-1]):
        made = book(*order, a_list("y", based_on="x"))
        assert {(one.key, one.reason) for one in made.skipped} == {
            ("x", "duplicate"),
            ("y", "based_on_skipped_list"),
        }


def test_prices_that_a_line_brought_along_stand_in_place_of_the_books() -> None:
    made = book(
        a_list("web"), a_list("gold", percent="-10", based_on="web", position=1), a_price("web", "800")
    )
    brought = (
        a_price("web", "700"),
        a_price("web", "600", "6"),
        a_price("web", "-1", "3"),
        a_price("gone", "1"),
    )
    lists = made.for_occasion(IN_STORE, brought)

    def quoted(quantity: str, product: str = "tea") -> Quote | None:
        return lists.quote(
            product_id=product,
            category_id="pantry",
            base_price_minor=Decimal(850),
            quantity=Decimal(quantity),
        )

    assert quoted("1") == Quote(Decimal(630), "gold", LocalisedText("GOLD"))
    assert quoted("6") == Quote(Decimal(540), "gold", LocalisedText("GOLD"))
    assert quoted("1", "rice") is None
    assert minor(made) == 720


def test_lists_without_prices_are_kept_for_lines_that_bring_theirs_along() -> None:
    made = book(a_list("web"))
    assert made.skipped == ()
    assert minor(made) is None


def test_a_product_that_no_list_touches_need_not_be_asked_for() -> None:
    made = book(
        a_list("web"),
        a_list("happy", percent="-10", category_ids=("drinks",), product_ids=("tea",)),
        a_price("web", "300", product="rice"),
    )
    lists = made.for_occasion(IN_STORE)
    assert lists.touch("rice", "pantry")
    assert lists.touch("tea", "pantry")
    assert lists.touch("cola", "drinks")
    assert not lists.touch("soap", "household")
    assert minor(made, product="soap", category="household") is None
    assert made.for_occasion(IN_STORE, [a_price("web", "1", product="soap")]).touch("soap", "household")
    assert book(a_list("all", percent="-10")).for_occasion(IN_STORE).touch("soap", "household")
    assert not book().for_occasion(IN_STORE).touch("soap", "household")
