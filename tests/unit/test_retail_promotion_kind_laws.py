"""What holds for every kind of promotion, whatever its arguments and whatever is bought."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.promotions.kind import LARGEST_COUNT, Kind, LineInPlay, Phase, Terms
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from tests.fakes.promotion_kinds import ARGUMENTS, SCOPES, in_scope, line, lines_in_play, terms
from tests.fakes.shop import promotion

MONEY_KINDS = sorted(set(KINDS) - {"points_multiplier"})

ROUNDED_BY_LINE = {"percent_off", "quantity_tiers", "employee_price", "fixed_price", "group_buy_price"}
"""Kinds that round on each line: where a limit moves to another line, that may cost a minor unit on each."""

SEPARABLE = ("amount_off", "employee_price", "fixed_price", "group_buy_price", "percent_off")

A_THIRD = settings(max_examples=settings().max_examples // 3)
"""Each law is tried on each kind, so a third of the usual examples are many."""


def read(kind: str, scope: dict[str, tuple[str, ...]], arguments: dict[str, str]) -> tuple[Kind, Promotion]:
    row = promotion("offer", kind, arguments=arguments, **scope)
    return KINDS[kind](row), row


def touched(kind: Kind, row: Promotion, lines: list[LineInPlay]) -> list[LineInPlay]:
    products, categories = kind.scope(row)
    return in_scope(lines, set(products), set(categories))


def saved(kind: Kind, row: Promotion, lines: list[LineInPlay], under: Terms) -> int:
    result = kind.savings(touched(kind, row, lines), under)
    return 0 if isinstance(result, str) else sum(amount for _, amount in result[1])


def test_every_kind_is_held_to_the_laws() -> None:
    assert set(ARGUMENTS) == set(KINDS)


@pytest.mark.parametrize("name", MONEY_KINDS)
@A_THIRD
@given(st.data())
def test_savings_stay_within_their_lines_and_uses_within_their_limit(name: str, data: st.DataObject) -> None:
    kind, row = read(name, data.draw(SCOPES), data.draw(ARGUMENTS[name]))
    lines, under = touched(kind, row, data.draw(lines_in_play())), data.draw(terms())
    before = [one.remaining_minor for one in lines]
    result = kind.savings(lines, under)
    assert [one.remaining_minor for one in lines] == before
    if isinstance(result, str):
        assert result
        return
    uses, amounts = result
    assert 1 <= uses <= under.most
    assert sum(amount for _, amount in amounts) > 0
    assert all(0 <= amount <= one.remaining_minor for one, amount in amounts)
    assert len({id(one) for one, _ in amounts}) == len(amounts)
    assert {id(one) for one, _ in amounts} <= {id(one) for one in lines}


@pytest.mark.parametrize("name", MONEY_KINDS)
@A_THIRD
@given(st.data())
def test_the_order_of_scans_changes_nothing(name: str, data: st.DataObject) -> None:
    kind, row = read(name, data.draw(SCOPES), data.draw(ARGUMENTS[name]))
    lines, under = touched(kind, row, data.draw(lines_in_play())), data.draw(terms())
    shuffled = data.draw(st.permutations(lines))
    results = [kind.savings(one, under) for one in (lines, shuffled)]
    if isinstance(results[0], str) or isinstance(results[1], str):
        assert results[0] == results[1]
        return
    uses, sums, by_line = zip(
        *(
            (
                result[0],
                sum(amount for _, amount in result[1]),
                {one.order: amount for one, amount in result[1]},
            )
            for result in results
            if not isinstance(result, str)
        ),
        strict=True,
    )
    assert uses[0] == uses[1]
    assert sums[0] == sums[1]
    if (
        not kind.on_document and kind.phase is not Phase.SHIPPING
    ):  # the engine hands those their lines in order
        assert by_line[0] == by_line[1]


@pytest.mark.parametrize("name", MONEY_KINDS)
@A_THIRD
@given(st.data())
def test_one_piece_more_never_makes_the_whole_dearer_than_its_price(name: str, data: st.DataObject) -> None:
    kind, row = read(name, data.draw(SCOPES), data.draw(ARGUMENTS[name]))
    lines, under = data.draw(lines_in_play(discounted=False)), data.draw(terms())
    before = saved(kind, row, lines, under)
    with_pieces = [one for one in lines if one.pieces]
    if with_pieces and data.draw(st.booleans()):
        grown = data.draw(st.sampled_from(with_pieces))
        more = [
            line(one.product_id, one.pieces + 1, int(one.unit_price_minor), order=one.order)
            if one is grown
            else one
            for one in lines
        ]
    else:
        price_minor = data.draw(st.integers(1, 2500))
        more = [
            *lines,
            line(data.draw(st.sampled_from(("p0", "p1", "p3", "p5"))), 1, price_minor, order=len(lines)),
        ]
    slack = len(more) if name in ROUNDED_BY_LINE and under.most < LARGEST_COUNT else 0
    assert saved(kind, row, more, under) >= before - slack


@pytest.mark.parametrize("name", MONEY_KINDS)
@A_THIRD
@given(st.data())
def test_a_higher_limit_never_saves_less(name: str, data: st.DataObject) -> None:
    kind, row = read(name, data.draw(SCOPES), data.draw(ARGUMENTS[name]))
    lines, under = data.draw(lines_in_play()), data.draw(terms())
    slack = len(lines) if name in ROUNDED_BY_LINE else 0
    higher = replace(under, most=under.most + data.draw(st.integers(1, 3)))
    assert saved(kind, row, lines, higher) >= saved(kind, row, lines, under) - slack


@pytest.mark.parametrize("name", SEPARABLE)
@given(st.data())
def test_separable_kinds_treat_each_line_as_if_it_were_alone(name: str, data: st.DataObject) -> None:
    kind, row = read(name, {}, data.draw(ARGUMENTS[name]))
    lines, under = data.draw(lines_in_play()), data.draw(terms(limited=False))
    assert kind.separable
    assert saved(kind, row, lines, under) == sum(saved(kind, row, [one], under) for one in lines)


def pieces_of(lines: list[LineInPlay]) -> list[tuple[str, int]]:
    return [(one.product_id, int(one.unit_price_minor)) for one in lines for _ in range(one.pieces)]


@st.composite
def few_pieces(draw: st.DrawFn) -> list[LineInPlay]:
    prices = draw(st.lists(st.tuples(st.sampled_from(("p0", "p1", "p2")), st.integers(1, 20)), max_size=6))
    return [line(product_id, 1, price, order=order) for order, (product_id, price) in enumerate(prices)]


def best_grouping(prices: list[int], size: int, price_minor: int, most: int) -> int:
    """Try every way to put pieces into groups of a size; return the most that can be saved."""
    if most == 0 or len(prices) < size:
        return 0
    first, rest = prices[0], prices[1:]
    best = best_grouping(rest, size, price_minor, most)
    for others in combinations(range(len(rest)), size - 1):
        left = [price for position, price in enumerate(rest) if position not in others]
        saving = first + sum(rest[position] for position in others) - price_minor
        best = max(best, saving + best_grouping(left, size, price_minor, most - 1))
    return best


@given(few_pieces(), st.integers(2, 3), st.integers(1, 50), st.integers(1, 3))
def test_no_other_grouping_saves_more_than_that_of_n_for_price(
    lines: list[LineInPlay], size: int, price_minor: int, most: int
) -> None:
    kind, row = read("n_for_price", {}, {"quantity": str(size), "price_minor": str(price_minor)})
    expected = best_grouping([price for _, price in pieces_of(lines)], size, price_minor, most)
    assert saved(kind, row, lines, Terms(most=most)) == expected


def best_choice(
    pieces: list[tuple[str, int]],
    bought: str,
    got: str,
    buy: int,
    get: int,
    most: int,
    spare: int = 0,
    taken: int = 0,
) -> int:
    """Try to buy, get or leave each piece; return the most that can be free."""
    if not pieces:
        uses = -(-taken // get)
        return 0 if uses <= min(most, spare // buy) else -1
    (product_id, price), *rest = pieces
    outcomes = [best_choice(rest, bought, got, buy, get, most, spare, taken)]
    if product_id in bought.split(","):
        outcomes.append(best_choice(rest, bought, got, buy, get, most, spare + 1, taken))
    if product_id in got.split(","):
        free = best_choice(rest, bought, got, buy, get, most, spare, taken + 1)
        outcomes.append(price + free if free >= 0 else -1)
    return max(outcomes)


@given(
    few_pieces(),
    st.sampled_from((("p0", "p1"), ("p0,p1", "p1,p2"), ("p0,p1,p2", "p1"))),
    st.integers(1, 2),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_no_other_choice_from_another_set_saves_more(
    lines: list[LineInPlay], sets: tuple[str, str], buy: int, get: int, most: int
) -> None:
    bought, got = sets
    arguments = {"buy": str(buy), "get": str(get), "get_products": got}
    kind, row = read("buy_x_get_y", {"product_ids": tuple(bought.split(","))}, arguments)
    expected = best_choice(pieces_of(lines), bought, got, buy, get, most)
    assert saved(kind, row, lines, Terms(most=most)) == expected


@given(st.lists(st.integers(1, 999), max_size=12), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
def test_the_cheapest_of_each_group_are_got_and_groups_begin_with_the_dearest(
    prices: list[int], buy: int, get: int, most: int
) -> None:
    kind, row = read("buy_x_get_y", {}, {"buy": str(buy), "get": str(get)})
    lines = [line("p0", 1, price, order=order) for order, price in enumerate(prices)]
    down = sorted(prices, reverse=True)[: most * (buy + get)]
    expected = sum(price for place, price in enumerate(down) if place % (buy + get) >= buy)
    assert saved(kind, row, lines, Terms(most=most)) == expected
