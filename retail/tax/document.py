"""What the taxes of a document come to, by class of goods.

Sources: Directive 2006/112/EC art. 78 and 79 (taxes and duties belong to the taxable amount, discounts
do not) and art. 226 (what an invoice shows); rounding by line and by document: CJEU C-484/06 *Ahold*.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from retail.catalogue import TaxClass
from retail.money import Rounding, apportion, checked_size, round_ratio
from retail.sale import TaxPart, TaxTotal
from retail.tax.exact import in_decimals
from retail.tax.line import TaxableLine, measure
from retail.tax.prepared import PreparedTaxes, TaxRounding
from retail.tax.refusals import UnknownTaxClass
from retail.tax.rows import TaxKind
from retail.tax.scheme import Scheme, numerator_of


def tax_in(amount_minor: int, rate: Decimal, *, included: bool, rounding: Rounding) -> int:
    """Return the tax of an amount: the part inside it when `included`, else what is added to it."""
    numerator, denominator = rate.as_integer_ratio()
    base = 100 * denominator + numerator if included else 100 * denominator
    return round_ratio(amount_minor * numerator, base, rounding)


def tax_totals(
    paid: Iterable[tuple[str, int]],
    tax_classes: Mapping[str, TaxClass],
    *,
    included: bool,
    tax_rounding: TaxRounding,
    rounding: Rounding,
) -> tuple[TaxTotal, ...]:
    """Return what each tax class comes to, where every class is one percentage; see `document_taxes`.

    `paid` are `(tax_class_id, amount in minor units)` of each line after all discounts.
    """
    prepared = PreparedTaxes(
        tax_classes.values(), included=included, tax_rounding=tax_rounding, rounding=rounding
    )
    lines = []
    for tax_class_id, amount in paid:
        tax_class = tax_classes.get(tax_class_id)
        if tax_class is None:
            raise UnknownTaxClass(tax_class_id)
        lines.append(TaxableLine(tax_class.tax_class_id, amount))
    return document_taxes(lines, prepared)


def document_taxes(
    lines: Sequence[TaxableLine], prepared: PreparedTaxes, position_id: str = ""
) -> tuple[TaxTotal, ...]:
    """Return what each tax class comes to under a fiscal position, ordered by the letter on the receipt.

    For each total `gross = net + tax` holds exactly, and the sum of `gross` is the document's total: the
    amounts of the lines, plus the taxes that are not in them. By document each tax is rounded once, over
    all classes that have it, and what it came to is divided between them. A price below the fixed taxes
    that it contains leaves a net below zero: the shop pays them. Raises `LineNotTaxable`,
    `UnknownFiscalPosition`, `QuantityRefused`, or `AmountRefused("too_large")`.
    """
    classes = [
        _OfClass(scheme, [lines[place] for place in places])
        for scheme, places in places_by_scheme(lines, prepared, position_id)
    ]
    if prepared.tax_rounding is TaxRounding.LINE:
        for one in classes:
            one.round_lines(prepared.rounding)
    else:
        _round_document(classes, prepared.rounding)
    return tuple([one.total() for one in classes])


def plain_totals(
    amounts: Mapping[str, int], prepared: PreparedTaxes, position_id: str
) -> tuple[TaxTotal, ...]:
    """Return the totals of amounts by tax class where every class is plain (`PreparedTaxes.is_plain`).

    They are those of `document_taxes`: no class shares its tax with another, so each is rounded by itself.
    """
    found: dict[str, tuple[Scheme, int]] = {}
    for tax_class_id, amount in amounts.items():
        scheme = prepared.scheme(tax_class_id, position_id)
        used = scheme.tax_class.tax_class_id
        found[used] = (scheme, amount + found[used][1] if used in found else amount)
    by_letter = sorted(found.values(), key=lambda one: (one[0].tax_class.code, one[0].tax_class.tax_class_id))
    return tuple([_plain_total(scheme, amount, prepared.rounding) for scheme, amount in by_letter])


def _plain_total(scheme: Scheme, amount: int, rounding: Rounding) -> TaxTotal:
    (charge,) = scheme.charges
    tax = round_ratio(charge.amount[0] * checked_size(amount), scheme.denominator, rounding)
    net = amount - tax if charge.included else amount
    return TaxTotal(
        tax_class_id=scheme.tax_class.tax_class_id,
        code=scheme.tax_class.code,
        rate=scheme.rate,
        net_minor=net,
        tax_minor=tax,
        gross_minor=checked_size(net + tax),
    )


def places_by_scheme(
    lines: Sequence[TaxableLine], prepared: PreparedTaxes, position_id: str
) -> list[tuple[Scheme, list[int]]]:
    """Return the places of lines by what is charged on them, in the order of the letters on the receipt.

    Raises `UnknownTaxClass` or `UnknownFiscalPosition`.
    """
    by_class: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        by_class.setdefault(line.tax_class_id, []).append(place)
    found: dict[str, tuple[Scheme, list[int]]] = {}
    for tax_class_id, places in by_class.items():
        scheme = prepared.scheme(tax_class_id, position_id)
        found.setdefault(scheme.tax_class.tax_class_id, (scheme, []))[1].extend(places)
    by_letter = sorted(found.values(), key=lambda one: (one[0].tax_class.code, one[0].tax_class.tax_class_id))
    return [(scheme, sorted(places)) for scheme, places in by_letter]


def exact_lines(scheme: Scheme, form: Sequence[int], lines: Sequence[TaxableLine]) -> list[int]:
    """Return a charge's amount or base on each line before rounding, over the scheme's denominator."""
    if not scheme.measures:
        return [form[0] * line.amount_minor for line in lines]
    return [
        numerator_of(form, line.amount_minor, [measure(line, unit) for unit in scheme.measures])
        for line in lines
    ]


class _OfClass:
    """The lines of one class while their taxes are counted; `taxes` are those of the scheme's charges."""

    __slots__ = ("amount", "lines", "measures", "scheme", "taxes")

    def __init__(self, scheme: Scheme, lines: Sequence[TaxableLine]) -> None:
        self.scheme = scheme
        self.lines = lines
        self.amount = checked_size(sum([line.amount_minor for line in lines]))
        self.measures = [sum([measure(line, unit) for line in lines]) for unit in scheme.measures]
        self.taxes = [0] * len(scheme.charges)

    def round_lines(self, rounding: Rounding) -> None:
        """Round each tax on each line."""
        scheme = self.scheme
        self.taxes = [
            sum(
                [
                    round_ratio(exact, scheme.denominator, rounding)
                    for exact in exact_lines(scheme, charge.amount, self.lines)
                ]
            )
            for charge in scheme.charges
        ]

    def exact(self, place: int) -> int:
        """Return what a charge comes to before rounding, over the scheme's denominator."""
        return numerator_of(self.scheme.charges[place].amount, self.amount, self.measures)

    def total(self) -> TaxTotal:
        """Return the class with its rounded taxes; raises `AmountRefused("too_large")`."""
        scheme = self.scheme
        within = [tax for charge, tax in zip(scheme.charges, self.taxes, strict=True) if charge.included]
        net, tax = self.amount - sum(within), sum(self.taxes)
        return TaxTotal(
            tax_class_id=scheme.tax_class.tax_class_id,
            code=scheme.tax_class.code,
            rate=scheme.rate,
            net_minor=net,
            tax_minor=tax,
            gross_minor=checked_size(net + tax),
            parts=tuple([self._part(place, net) for place in range(len(self.taxes))])
            if scheme.itemised
            else (),
        )

    def _part(self, place: int, net: int) -> TaxPart:
        charge = self.scheme.charges[place]
        tax = charge.tax
        below = sum([self.taxes[earlier] for earlier in charge.builds_on])
        itself = self.taxes[place] if tax.kind is TaxKind.DIVISION else 0
        return TaxPart(
            tax_id=tax.tax_id,
            name=tax.name,
            rate=tax.rate,
            base_minor=net + below + itself,
            tax_minor=self.taxes[place],
            exact_minor=in_decimals(self.exact(place), self.scheme.denominator),
            group_id=tax.group_id,
            included=charge.included,
            reverse_charge=tax.reverse_charge,
            reason=tax.exemption_reason,
        )


def _round_document(classes: Sequence[_OfClass], rounding: Rounding) -> None:
    """Round each tax once over all classes that have it, and divide what it came to between them."""
    having: dict[str, list[tuple[_OfClass, int]]] = {}
    for one in classes:
        for place, charge in enumerate(one.scheme.charges):
            having.setdefault(charge.tax.tax_id, []).append((one, place))
    for shared in having.values():
        if len(shared) == 1:  # by far the most frequent: there is nothing to divide
            ((one, place),) = shared
            one.taxes[place] = round_ratio(one.exact(place), one.scheme.denominator, rounding)
            continue
        denominator = math.lcm(*[one.scheme.denominator for one, _ in shared])
        exact = [one.exact(place) * (denominator // one.scheme.denominator) for one, place in shared]
        total = round_ratio(sum(exact), denominator, rounding)
        for (one, place), share in zip(shared, apportion(total, exact, denominator), strict=True):
            one.taxes[place] = share
