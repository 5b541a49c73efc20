"""What holds for whatever taxes a shop has: sums, round trips, mirrors, shares, reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.catalogue import TaxClass
from retail.money import Rounding
from retail.quantity import SellingUnit
from retail.tax import (
    FiscalPosition,
    PreparedTaxes,
    Tax,
    TaxableLine,
    TaxGroup,
    TaxKind,
    TaxRounding,
    document_taxes,
    explain,
    line_taxes,
    plain_totals,
    tax_groups,
    tax_totals,
)
from tests.fakes.taxes import prepare_taxes, tax_class

HALVES = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN)
GROUPS = (TaxGroup(group_id="g1", position=1), TaxGroup(group_id="g0"))


class Shop(NamedTuple):
    """Rules as rows, before they are prepared."""

    classes: tuple[TaxClass, ...]
    taxes: tuple[Tax, ...]
    included: bool
    tax_rounding: TaxRounding
    rounding: Rounding

    def prepared(self, *, included: bool | None = None) -> PreparedTaxes:
        return PreparedTaxes(
            self.classes,
            self.taxes,
            GROUPS,
            included=self.included if included is None else included,
            tax_rounding=self.tax_rounding,
            rounding=self.rounding,
        )


@st.composite
def taxes(draw: st.DrawFn, number: int) -> Tax:
    kind = draw(st.sampled_from([TaxKind.PERCENT, TaxKind.PERCENT, TaxKind.FIXED, TaxKind.DIVISION]))
    fixed = kind is TaxKind.FIXED
    reverse = kind is TaxKind.PERCENT and draw(st.integers(0, 5)) == 0
    return Tax(
        tax_id=f"t{number}",
        kind=kind,
        rate=Decimal(0) if fixed else draw(st.decimals(0, 50, places=3)),
        amount_minor=draw(st.decimals(0, 300, places=2)) if fixed else Decimal(0),
        per=draw(st.sampled_from([SellingUnit.PIECE, SellingUnit.LITRE])) if fixed else SellingUnit.PIECE,
        included=draw(st.sampled_from([None, False] if reverse else [None, False, True])),
        affects_next=False if reverse else draw(st.booleans()),
        base_is_affected=draw(st.booleans()),
        group_id=draw(st.sampled_from(["", "g0", "g1"])),
        reverse_charge=reverse,
    )


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    rows = tuple(draw(taxes(number)) for number in range(4))
    ids = [tax.tax_id for tax in rows]
    chains = st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True)
    return Shop(
        classes=(
            tax_class("A", *draw(chains)),
            tax_class("B", *draw(chains)),
            tax_class("P", rate=str(draw(st.decimals(0, 100, places=3)))),
        ),
        taxes=rows,
        included=draw(st.booleans()),
        tax_rounding=draw(st.sampled_from(TaxRounding)),
        rounding=draw(st.sampled_from(Rounding)),
    )


LINES = st.lists(
    st.builds(
        TaxableLine,
        tax_class_id=st.sampled_from("ABP"),
        amount_minor=st.integers(-(10**6), 10**6),
        quantity=st.integers(-20, 20).map(Decimal),
        unit=st.just(SellingUnit.PIECE),
        net_content=st.decimals("0.1", 3000, places=1),
        content_unit=st.just("ml"),
    ),
    max_size=12,
)


@given(shops(), LINES)
def test_each_total_is_the_sum_of_its_parts_and_the_document_the_sum_of_its_lines(
    shop: Shop, lines: list[TaxableLine]
) -> None:
    totals = document_taxes(lines, shop.prepared())
    for total in totals:
        assert total.net_minor + total.tax_minor == total.gross_minor
        if total.parts:
            assert sum(part.tax_minor for part in total.parts) == total.tax_minor
    on_top = sum(part.tax_minor for total in totals for part in total.parts if not part.included) + sum(
        total.tax_minor for total in totals if not total.parts and not shop.included
    )
    assert sum(total.gross_minor for total in totals) == sum(line.amount_minor for line in lines) + on_top
    if all(part.included for total in totals for part in total.parts) and shop.included:
        assert sum(total.gross_minor for total in totals) == sum(line.amount_minor for line in lines)


@given(shops(), LINES)
def test_shares_of_lines_sum_to_the_totals_exactly(shop: Shop, lines: list[TaxableLine]) -> None:
    prepared = shop.prepared()
    totals = document_taxes(lines, prepared)
    shares = line_taxes(lines, totals, prepared)
    for total in totals:
        of_class = [
            taxes
            for line, taxes in zip(lines, shares, strict=True)
            if line.tax_class_id == total.tax_class_id
        ]
        found = [sum(one.amount_minor for one in of_tax) for of_tax in zip(*of_class, strict=True)]
        assert found == ([part.tax_minor for part in total.parts] or [total.tax_minor])


@given(shops(), LINES)
def test_a_return_of_everything_mirrors_the_sale(shop: Shop, lines: list[TaxableLine]) -> None:
    prepared = shop.prepared()
    returned = [replace(line, amount_minor=-line.amount_minor, quantity=-line.quantity) for line in lines]
    sold, back = document_taxes(lines, prepared), document_taxes(returned, prepared)
    assert [(one.net_minor, one.tax_minor, one.gross_minor) for one in back] == [
        (-one.net_minor, -one.tax_minor, -one.gross_minor) for one in sold
    ]
    shares, back_shares = line_taxes(lines, sold, prepared), line_taxes(returned, back, prepared)
    assert [[one.amount_minor for one in taxes] for taxes in back_shares] == [
        [-one.amount_minor for one in taxes] for taxes in shares
    ]


@given(shops(), LINES)
def test_taxes_do_not_depend_on_the_order_of_the_lines(shop: Shop, lines: list[TaxableLine]) -> None:
    prepared = shop.prepared()
    assert document_taxes(lines, prepared) == document_taxes(lines[::-1], prepared)


@given(shops(), LINES)
def test_groups_sum_to_the_taxes_of_the_document(shop: Shop, lines: list[TaxableLine]) -> None:
    prepared = shop.prepared()
    totals = document_taxes(lines, prepared)
    groups = tax_groups(totals, prepared)
    assert sum(group.tax_minor for group in groups) == sum(total.tax_minor for total in totals)
    assert [group.group_id for group in groups] == [
        group_id for group_id in ("g0", "g1", "") if group_id in {group.group_id for group in groups}
    ]


@given(shops(), LINES)
def test_every_explanation_adds_up(shop: Shop, lines: list[TaxableLine]) -> None:
    prepared = shop.prepared()
    totals = document_taxes(lines, prepared)
    explained = explain(lines, prepared)
    assert sum(tax.tax_minor for tax in explained) == sum(total.tax_minor for total in totals)
    least = Decimal("0.000001")
    for tax in explained:
        assert tax.exact_minor + tax.difference_minor == tax.tax_minor
        assert sum(share.amount_minor for share in tax.shares) == tax.tax_minor
        told = sum((share.exact_minor for share in tax.shares), Decimal(0))
        assert abs(told - tax.exact_minor) <= least * (len(tax.shares) + 1)
        for share in tax.shares:
            assert abs(share.amount_minor - share.exact_minor) < 1 + least
            assert abs(share.alone_minor - share.exact_minor) < 1 + least
        if tax.reverse_charge:
            assert tax.tax_minor == tax.exact_minor == 0
        elif tax.kind is TaxKind.FIXED:
            assert abs(tax.unit_amount_minor * tax.measure - tax.exact_minor) <= least
        else:
            assert abs(tax.exact_base_minor * tax.rate / 100 - tax.exact_minor) <= 2 * least
        if shop.tax_rounding is TaxRounding.DOCUMENT:
            assert abs(tax.difference_minor) < 1


@given(shops(), LINES)
def test_taking_taxes_out_of_what_they_were_added_to_comes_back_within_one_a_rounding(
    shop: Shop, lines: list[TaxableLine]
) -> None:
    plain = as_the_store_says(shop)
    on_top = plain.prepared(included=False)
    added = line_taxes(lines, document_taxes(lines, on_top), on_top)
    whole = [
        replace(line, amount_minor=line.amount_minor + sum(one.amount_minor for one in taxes))
        for line, taxes in zip(lines, added, strict=True)
    ]
    inside = plain.prepared(included=True)
    taken = line_taxes(whole, document_taxes(whole, inside), inside)
    for put_on, taken_out in zip(added, taken, strict=True):
        assert [one.tax_id for one in put_on] == [one.tax_id for one in taken_out]
    for out, back in zip(document_taxes(lines, on_top), document_taxes(whole, inside), strict=True):
        of_class = sum(line.tax_class_id == out.tax_class_id for line in lines)
        charges = max(1, len(out.parts))
        roundings = charges * (of_class if shop.tax_rounding is TaxRounding.LINE else 1)
        # Each tax is rounded when it is added, and again when it is taken out.
        assert abs(back.net_minor - out.net_minor) <= 2 * roundings


def as_the_store_says(shop: Shop) -> Shop:
    return shop._replace(taxes=tuple(replace(tax, included=None) for tax in shop.taxes))


@given(st.integers(-(10**9), 10**9), st.decimals(0, 100, places=3), st.sampled_from(HALVES))
def test_one_tax_added_and_taken_out_again_comes_back_to_the_net_within_one(
    net: int, rate: Decimal, rounding: Rounding
) -> None:
    shop = Shop(
        classes=(tax_class("P", rate=str(rate)),),
        taxes=(),
        included=True,
        tax_rounding=TaxRounding.DOCUMENT,
        rounding=rounding,
    )
    (added,) = document_taxes([TaxableLine("P", net)], shop.prepared(included=False))
    (inside,) = document_taxes([TaxableLine("P", added.gross_minor)], shop.prepared())
    assert abs(inside.net_minor - net) <= 1
    assert inside.gross_minor == added.gross_minor


@given(
    LINES,
    st.decimals(0, 100, places=3),
    st.booleans(),
    st.sampled_from(TaxRounding),
    st.sampled_from(Rounding),
)
def test_one_percentage_is_the_same_as_a_plain_class_and_as_a_tax_of_its_own(
    lines: list[TaxableLine], rate: Decimal, included: bool, tax_rounding: TaxRounding, rounding: Rounding
) -> None:
    plain = tax_class("P", rate=str(rate))
    own = Shop(
        (tax_class("P", "t"),), (Tax(tax_id="t", rate=rate),), included, tax_rounding, rounding
    ).prepared()
    of_class = [replace(line, tax_class_id="P") for line in lines]
    totals = document_taxes(of_class, own)
    simple = tax_totals(
        [("P", line.amount_minor) for line in of_class],
        {"P": plain},
        included=included,
        tax_rounding=tax_rounding,
        rounding=rounding,
    )
    assert [(one.net_minor, one.tax_minor, one.rate) for one in totals] == [
        (one.net_minor, one.tax_minor, one.rate) for one in simple
    ]
    assert all(one.parts == () for one in simple)


@given(
    st.dictionaries(st.sampled_from("ABC"), st.integers(-(10**6), 10**6)),
    st.tuples(*[st.decimals(0, 100, places=3)] * 3),
    st.booleans(),
    st.sampled_from(Rounding),
    st.sampled_from(("", "moved")),
)
def test_amounts_of_plain_classes_come_to_what_their_lines_come_to(
    amounts: dict[str, int], rates: tuple[Decimal, ...], included: bool, rounding: Rounding, position: str
) -> None:
    prepared = prepare_taxes(
        [
            tax_class(key, rate=str(rate), code=code)
            for key, rate, code in zip("ABC", rates, "YXY", strict=True)
        ],
        positions=[FiscalPosition(position_id="moved", tax_classes={"A": "C"})],
        included=included,
        rounding=rounding,
    )
    assert prepared.is_plain(position)
    lines = [TaxableLine(key, part) for key, amount in amounts.items() for part in (amount - 7, 7)]
    assert plain_totals(amounts, prepared, position) == document_taxes(lines, prepared, position)


@pytest.mark.parametrize(
    ("tax_rounding", "taxes", "plain"),
    [
        (TaxRounding.DOCUMENT, (), True),
        (TaxRounding.LINE, (), False),
        (TaxRounding.DOCUMENT, ("t",), False),
    ],
)
def test_a_class_with_taxes_of_its_own_or_rounded_by_line_is_not_plain(
    tax_rounding: TaxRounding, taxes: tuple[str, ...], plain: bool
) -> None:
    classes = [tax_class("A", rate="9"), tax_class("B", *taxes)]
    prepared = prepare_taxes(classes, [Tax(tax_id="t", rate=Decimal(5))], tax_rounding=tax_rounding)
    assert prepared.is_plain("") is plain
