"""Tax rows read, checked and solved once, until they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from retail.catalogue import TaxClass
from retail.money import Rounding
from retail.tax.chains import Chain, class_chain, joined, under_position, with_lone_taxes, written_out
from retail.tax.checks import by_key, check_positions, checked_tax, checked_tax_class
from retail.tax.refusals import TaxRowRefused, UnknownFiscalPosition, UnknownTaxClass
from retail.tax.rows import FiscalPosition, Tax, TaxGroup
from retail.tax.scheme import Scheme, scheme_of


class TaxRounding(StrEnum):
    """Where tax is rounded: once per tax of a document, or on each line.

    Directive 2006/112/EC leaves the choice to the member states (CJEU C-484/06 *Ahold*).
    """

    DOCUMENT = "document"
    LINE = "line"


_AT_HOME: Final = FiscalPosition(position_id="")


class PreparedTaxes:
    """The taxes of a store, solved for every class under every fiscal position.

    Read-only; may be shared between threads. `included` is what the store says of its prices, for taxes
    that do not say it themselves.
    """

    __slots__ = ("_plain", "_schemes", "groups", "included", "positions", "rounding", "tax_rounding")

    def __init__(
        self,
        tax_classes: Iterable[TaxClass],
        taxes: Iterable[Tax] = (),
        groups: Iterable[TaxGroup] = (),
        positions: Iterable[FiscalPosition] = (),
        *,
        included: bool,
        tax_rounding: TaxRounding,
        rounding: Rounding,
    ) -> None:
        """Check and solve the rows; raises `TaxRowRefused` or `TaxRateRefused` for what cannot be."""
        self.included = included
        self.tax_rounding = tax_rounding
        self.rounding = rounding
        self.groups: Mapping[str, TaxGroup] = by_key(groups)
        self.positions: Mapping[str, FiscalPosition] = by_key(positions)
        known, classes = by_key(taxes), by_key(tax_classes)
        for tax in known.values():
            checked_tax(tax, known, self.groups)
        for tax_class in classes.values():
            checked_tax_class(tax_class)
            for tax_id in tax_class.taxes:
                if tax_id not in known:
                    raise TaxRowRefused("unknown_tax", tax_class.tax_class_id, tax_id)
        check_positions(self.positions, classes, known)
        self._schemes = self._solved(classes, with_lone_taxes(classes, known))
        self._plain = frozenset(
            position_id
            for position_id, schemes in self._schemes.items()
            if tax_rounding is TaxRounding.DOCUMENT and not any(one.itemised for one in schemes.values())
        )

    def _solved(
        self, classes: Mapping[str, TaxClass], taxes: Mapping[str, Tax]
    ) -> dict[str, dict[str, Scheme]]:
        """Return by position, then by class, what is charged."""
        unmapped = written_out(taxes)
        for tax_class in classes.values():
            joined(tax_class.tax_class_id, [unmapped[tax_id] for tax_id in tax_class.taxes])
        solved = {}
        for position in (_AT_HOME, *self.positions.values()):
            chains = under_position(position, taxes, unmapped)
            used = {key: classes[position.tax_classes.get(key, key)] for key in classes}
            solved[position.position_id] = {
                key: self._scheme(tax_class, class_chain(tax_class, chains), taxes)
                for key, tax_class in used.items()
            }
        return solved

    def _scheme(self, tax_class: TaxClass, chain: Chain, taxes: Mapping[str, Tax]) -> Scheme:
        plain = not tax_class.taxes and chain == (taxes[tax_class.tax_class_id],)
        return scheme_of(tax_class, chain, included=self.included, itemised=not plain)

    def schemes(self, position_id: str) -> Mapping[str, Scheme]:
        """Return what is charged on each class; raises `UnknownFiscalPosition`. Empty is no position."""
        found = self._schemes.get(position_id)
        if found is None:
            raise UnknownFiscalPosition(position_id)
        return found

    def is_plain(self, position_id: str) -> bool:
        """Say whether every class is one percentage under a position, and is rounded by document."""
        return position_id in self._plain

    def scheme(self, tax_class_id: str, position_id: str = "") -> Scheme:
        """Return what is charged on a class; raises `UnknownTaxClass` or `UnknownFiscalPosition`."""
        found = self.schemes(position_id).get(tax_class_id)
        if found is None:
            raise UnknownTaxClass(tax_class_id)
        return found

    def tax_class(self, tax_class_id: str, position_id: str = "") -> TaxClass:
        """Return the class that is used for a class; raises `UnknownTaxClass` or `UnknownFiscalPosition`."""
        return self.scheme(tax_class_id, position_id).tax_class
