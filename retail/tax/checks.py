"""Tax rows are checked once, when they are prepared: what contradicts itself never reaches a sale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Final, Protocol, TypeVar

from retail.catalogue import TaxClass
from retail.money import LARGEST_AMOUNT_MINOR
from retail.tax.refusals import TaxRateRefused, TaxRowRefused
from retail.tax.rows import SERVICES, FiscalPosition, Tax, TaxGroup, TaxKind

RATE_PLACES: Final = 6
"""Decimals of a rate, or of an amount per unit; also how exactly an amount is told before it is rounded."""


class _Row(Protocol):
    @property
    def key(self) -> str: ...


_AnyRow = TypeVar("_AnyRow", bound=_Row)


def by_key(rows: Iterable[_AnyRow]) -> dict[str, _AnyRow]:
    """Return rows by their keys; raises `TaxRowRefused` for a key that is empty or stands twice."""
    found: dict[str, _AnyRow] = {}
    for row in rows:
        if not row.key:
            raise TaxRowRefused("no_id", type(row).__name__)
        if row.key in found:
            raise TaxRowRefused("duplicate", row.key)
        found[row.key] = row
    return found


def checked_tax_class(tax_class: TaxClass) -> TaxClass:
    """Return the class, or raise `TaxRateRefused` for a rate outside 0 to 100 percent."""
    _check_rate(tax_class.tax_class_id, tax_class.rate)
    return tax_class


def _check_rate(row_id: str, rate: Decimal) -> None:
    if not rate.is_finite() or not 0 <= rate <= 100 or rate != round(rate, RATE_PLACES):
        raise TaxRateRefused(row_id, rate)


def checked_tax(tax: Tax, taxes: Mapping[str, Tax], groups: Mapping[str, TaxGroup]) -> Tax:
    """Return a tax that does not contradict itself; raises `TaxRowRefused` or `TaxRateRefused`."""
    _check_rate(tax.tax_id, tax.rate)
    if tax.kind is TaxKind.DIVISION and tax.rate == 100:
        raise TaxRateRefused(tax.tax_id, tax.rate)
    amount = tax.amount_minor
    if (
        not amount.is_finite()
        or not 0 <= amount <= LARGEST_AMOUNT_MINOR
        or amount != round(amount, RATE_PLACES)
    ):
        raise TaxRowRefused("amount_refused", tax.tax_id, amount)
    if tax.group_id and tax.group_id not in groups:
        raise TaxRowRefused("unknown_tax_group", tax.tax_id, tax.group_id)
    code = _contradiction(tax)
    if code:
        raise TaxRowRefused(code, tax.tax_id)
    for child in tax.children:
        if child not in taxes:
            raise TaxRowRefused("unknown_tax", tax.tax_id, child)
    return tax


def _contradiction(tax: Tax) -> str:
    """Return what is wrong within a row (a code of `SENTENCES`), or nothing."""
    is_group, is_fixed = tax.kind is TaxKind.GROUP, tax.kind is TaxKind.FIXED
    if is_group:
        bare = Tax(
            tax_id=tax.tax_id, name=tax.name, kind=tax.kind, children=tax.children, group_id=tax.group_id
        )
        return "no_children" if not tax.children else "" if tax == bare else "group_with_figures"
    if tax.children:
        return "children"
    if (tax.rate and is_fixed) or (tax.amount_minor and not is_fixed):
        return "rate_and_amount"
    if tax.reverse_charge:
        if tax.included:
            return "reverse_charge_included"
        return "reverse_charge_counted" if tax.affects_next or tax.kind is not TaxKind.PERCENT else ""
    return "charged_and_exempt" if tax.exemption_reason and (tax.rate or tax.amount_minor) else ""


def children_first(taxes: Mapping[str, Tax]) -> tuple[str, ...]:
    """Return the tax ids so that a group follows its children; raises `TaxRowRefused("cycle")`."""
    try:
        return tuple(TopologicalSorter({one.tax_id: one.children for one in taxes.values()}).static_order())
    except CycleError as cycle:
        raise TaxRowRefused("cycle", cycle.args[1][0]) from cycle


def check_positions(
    positions: Mapping[str, FiscalPosition], tax_classes: Mapping[str, TaxClass], taxes: Mapping[str, Tax]
) -> None:
    """Raise `TaxRowRefused` for positions that name what does not exist, or exempt without a reason."""
    plain = {one.tax_class_id for one in tax_classes.values() if not one.taxes}
    served: set[str] = set()
    for position in positions.values():
        position_id = position.position_id
        for tax_class_id in (*position.tax_classes, *position.tax_classes.values()):
            if tax_class_id not in tax_classes:
                raise TaxRowRefused("unknown_tax_class", position_id, tax_class_id)
        for tax_id, targets in position.taxes.items():
            for named in (tax_id, *targets):
                if named not in taxes and not (named == tax_id and named in plain):
                    raise TaxRowRefused("unknown_tax", position_id, named)
            if not targets and not position.reason:
                raise TaxRowRefused("no_reason", position_id, tax_id)
        if position.service:
            if position.service not in SERVICES:
                raise TaxRowRefused("unknown_service", position_id, position.service)
            if position.service in served:
                raise TaxRowRefused("service_taken", position_id, position.service)
            served.add(position.service)
