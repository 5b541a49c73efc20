"""The taxes of one class as straight lines: so much of the price, and so much of what the goods measure.

With the base `b` of a line and its measures `m` (pieces, litres), every tax is `α·b + Σ β·m`: a
percentage has α = rate, a fixed amount β = amount, a division α = rate / (1 − rate), and a tax on top of
others adds theirs. A price `P` contains the base and the included taxes, `P = (1 + Σα)·b + Σ β·m`, which
is solved for `b` once, here. What is left for a sale are whole numbers over one common denominator.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from retail.catalogue import TaxClass
from retail.quantity import SellingUnit
from retail.tax.line import MEASURE_PLACES
from retail.tax.rows import Tax, TaxKind

_Form = tuple[Fraction, ...]
"""So much of the base (or of the price), then so much of each step of a measure (see `retail.tax.line`)."""


class Charge(NamedTuple):
    """One tax of a class; `amount` and `base` are so much of the price, then so much of each measure."""

    tax: Tax
    included: bool
    builds_on: tuple[int, ...]
    """Places of the earlier taxes that belong to its base."""
    amount: tuple[int, ...]
    base: tuple[int, ...]


class Scheme(NamedTuple):
    """All that is charged on one class; its numbers are over `denominator`."""

    tax_class: TaxClass
    rate: Decimal
    """The percentages that are charged, added up; what they come to on each other is in `charges`."""
    itemised: bool
    """False for the plain class, one percentage, which documents show without parts."""
    charges: tuple[Charge, ...]
    measures: tuple[SellingUnit, ...]
    """The units that its fixed taxes count."""
    denominator: int
    contained: _Form
    """What a price holds: so much for each one of its base, so much of each measure."""


def numerator_of(form: Sequence[int], price_minor: int, measures: Sequence[int]) -> int:
    """Return a charge's amount or base for a price and its measures, over the scheme's denominator."""
    if not measures:
        return form[0] * price_minor
    return form[0] * price_minor + sum([part * held for part, held in zip(form[1:], measures, strict=True)])


def scheme_of(tax_class: TaxClass, taxes: Sequence[Tax], *, included: bool, itemised: bool) -> Scheme:
    """Solve the taxes of a class, in their order; `included` is what the store says of its prices."""
    measures = tuple(dict.fromkeys(tax.per for tax in taxes if tax.kind is TaxKind.FIXED))
    goods = (Fraction(1), *[Fraction(0)] * len(measures))
    bases: list[_Form] = []
    amounts: list[_Form] = []
    built: list[tuple[int, ...]] = []
    for tax in taxes:
        builds = tax.base_is_affected and tax.kind is not TaxKind.FIXED
        below = [place for place in range(len(amounts)) if builds and taxes[place].affects_next]
        base = _sum([goods, *[amounts[place] for place in below]])
        built.append(tuple(below))
        bases.append(base)
        amounts.append(_amount(tax, base, measures))
    inside = [_is_inside(tax, included=included) for tax in taxes]
    contained = _sum([goods, *[amount for amount, within in zip(amounts, inside, strict=True) if within]])
    of_price = [_of_price(form, contained) for form in (*amounts, *bases)]
    denominator = math.lcm(*[part.denominator for form in of_price for part in form])
    whole = [tuple(int(part * denominator) for part in form) for form in of_price]
    charges = zip(taxes, inside, built, whole[: len(taxes)], whole[len(taxes) :], strict=True)
    charged = sum((tax.rate for tax in taxes if not tax.reverse_charge), Decimal(0))
    return Scheme(
        tax_class=tax_class,
        rate=charged if itemised else tax_class.rate,
        itemised=itemised,
        charges=tuple(Charge(*each) for each in charges),
        measures=measures,
        denominator=denominator,
        contained=contained,
    )


def _is_inside(tax: Tax, *, included: bool) -> bool:
    """Say whether prices contain a tax; what the buyer owes is never in them."""
    return not tax.reverse_charge and (included if tax.included is None else tax.included)


def _amount(tax: Tax, base: _Form, measures: Sequence[SellingUnit]) -> _Form:
    """Return what a tax comes to, as so much of the goods' base and of each measure."""
    if tax.reverse_charge:
        return (Fraction(0),) * len(base)
    if tax.kind is TaxKind.FIXED:
        amount = Fraction(tax.amount_minor) / 10**MEASURE_PLACES
        return (Fraction(0), *[amount if unit is tax.per else Fraction(0) for unit in measures])
    rate = Fraction(tax.rate) / 100
    factor = rate / (1 - rate) if tax.kind is TaxKind.DIVISION else rate
    return tuple(factor * part for part in base)


def _of_price(form: _Form, contained: _Form) -> _Form:
    """Turn so much of the goods' base into so much of the price that contains it."""
    of_price = form[0] / contained[0]
    measured = zip(form[1:], contained[1:], strict=True)
    return (of_price, *[own - of_price * within for own, within in measured])


def _sum(forms: Iterable[_Form]) -> _Form:
    return tuple(sum(parts, Fraction(0)) for parts in zip(*forms, strict=True))
