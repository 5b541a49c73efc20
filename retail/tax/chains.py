"""Which taxes follow each other on a class of goods: groups written out, fiscal positions applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from retail.catalogue import TaxClass
from retail.tax.checks import children_first
from retail.tax.refusals import TaxRowRefused
from retail.tax.rows import FiscalPosition, Tax

Chain = tuple[Tax, ...]
"""The taxes of something in the order in which they are counted; no group is among them."""


def with_lone_taxes(tax_classes: Mapping[str, TaxClass], taxes: Mapping[str, Tax]) -> dict[str, Tax]:
    """Return the taxes and, under the class's own id, the one tax of each class that lists none.

    Raises `TaxRowRefused` where a tax and such a class share an id.
    """
    found = dict(taxes)
    for one in tax_classes.values():
        if not one.taxes:
            if one.tax_class_id in taxes:
                raise TaxRowRefused("duplicate", one.tax_class_id)
            found[one.tax_class_id] = Tax(tax_id=one.tax_class_id, name=one.name, rate=one.rate)
    return found


def class_chain(tax_class: TaxClass, chains: Mapping[str, Chain]) -> Chain:
    """Return the taxes of a class; one that lists none has the tax with its own id."""
    return _without_repetition([chains[tax_id] for tax_id in tax_class.taxes or (tax_class.tax_class_id,)])


def written_out(taxes: Mapping[str, Tax]) -> dict[str, Chain]:
    """Return the chain behind each tax: itself, or what a group comes to.

    Raises `TaxRowRefused` for a group that contains itself or a tax twice.
    """
    chains: dict[str, Chain] = {}
    for tax_id in children_first(taxes):
        tax = taxes[tax_id]
        chains[tax_id] = joined(tax_id, [chains[child] for child in tax.children]) if tax.children else (tax,)
    return chains


def joined(row_id: str, chains: Iterable[Chain]) -> Chain:
    """Return chains after each other; raises `TaxRowRefused("repeated_tax")` when a tax comes twice."""
    together: dict[str, Tax] = {}
    for chain in chains:
        for tax in chain:
            if tax.tax_id in together:
                raise TaxRowRefused("repeated_tax", row_id, tax.tax_id)
            together[tax.tax_id] = tax
    return tuple(together.values())


def under_position(
    position: FiscalPosition, taxes: Mapping[str, Tax], unmapped: Mapping[str, Chain]
) -> dict[str, Chain]:
    """Return the chain behind each tax when a position holds; `unmapped` are those without any.

    A tax that is mapped to none stays as an exempt one, with the position's reason. Where several taxes
    lead to the same one it is charged once.
    """
    chains: dict[str, Chain] = {}
    for tax_id in unmapped:
        tax = taxes[tax_id]
        targets = position.taxes.get(tax_id)
        if targets is None:
            parts = [chains[child] for child in tax.children] or [(tax,)]
        else:
            parts = [unmapped[target] for target in targets] or [(_exempt(tax, position.reason),)]
        chains[tax_id] = _without_repetition(parts)
    return chains


def _without_repetition(chains: Iterable[Chain]) -> Chain:
    together: list[Tax] = []
    for chain in chains:
        together += [tax for tax in chain if tax not in together]
    return tuple(together)


def _exempt(tax: Tax, reason: str) -> Tax:
    return Tax(
        tax_id=tax.tax_id, name=tax.name, group_id=tax.group_id, included=False, exemption_reason=reason
    )
