"""Words for what waits for somebody's approval: what it is, with its figures, who may allow it, and why."""

from __future__ import annotations

import unicodedata
from decimal import ROUND_UP, Decimal

from PySide6.QtCore import QObject

from pos_app.services.outcomes import Asked, NeedsApproval
from pos_app.viewmodels.money_text import MINUS, amount, unit_price
from pos_app.viewmodels.panels import PanelTexts
from pos_app.viewmodels.sentences import Sentences
from retail.staff import Permission

LONGEST_NAME = 44
"""Letters of a product's name in a title; a Chinese character is as wide as two."""

_TENTH = Decimal("0.1")
_NO_BREAK = "\N{NO-BREAK SPACE}"

Choices = tuple[tuple[str, str], ...]


class ApprovalTexts(QObject):
    """Words of the approval panel."""

    def __init__(self, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sentences = sentences
        self._panels = PanelTexts(self)

    def title(self, asked: Asked) -> str:
        """Return what is to be allowed, with its figures: `Discount 30 % on Cotton tee: −8.70`."""
        name = _short(asked.name.in_language(self._sentences.language)) if asked.name else ""
        match asked.act.permission:
            case Permission.LINE_DISCOUNT | Permission.SALE_DISCOUNT:
                return self._discount_title(asked, name)
            case Permission.PRICE_OVERRIDE:
                before, after = (
                    unit_price(each, self._sentences.digits)
                    for each in (asked.before_minor, asked.after_minor)
                )
                return self.tr("Price of {name}: {before} → {after}").format(
                    name=name, before=before, after=after
                )
            case Permission.VOID_SALE:
                return self.tr("Give up this sale: {amount}").format(amount=self._money(asked.before_minor))
            case Permission.VOID_LINE:
                taken = self._money(asked.change_minor)
                return self.tr("Void {name}: {amount}").format(name=name, amount=taken)
            case Permission.OPEN_DRAWER:
                why = dict(self._panels.drawer_reasons()).get(asked.detail, asked.detail)
                return self.tr("Open the drawer: {reason}").format(reason=why)
            case Permission.SELL_RESERVED_STOCK:
                return self.tr("Sell what is promised online: {name}").format(name=name)
            case Permission.RETURN | Permission.RETURN_OUTSIDE_POLICY:
                paid = self._money(asked.after_minor)
                return self.tr("Pay back {amount} for receipt {number}").format(
                    amount=paid, number=asked.detail
                )
            case Permission.REPRINT:
                return self.tr("Print receipt {number} again").format(number=asked.detail)
        return self.tr("Approval")

    def _discount_title(self, asked: Asked, name: str) -> str:
        taken = self._money(asked.change_minor)
        percent = asked.discount.percent if asked.discount is not None else None
        if percent is not None:
            return (
                self.tr("Discount {percent} on {name}: {amount}")
                if name
                else self.tr("Discount {percent} on the sale: {amount}")
            ).format(percent=_percent(percent), name=name, amount=taken)
        return (
            self.tr("Discount on {name}: {amount}") if name else self.tr("Discount on the sale: {amount}")
        ).format(name=name, amount=taken)

    def why(self, needs: NeedsApproval, cashier: str) -> str:
        """Return why this is not done at once, and how far it goes where that is not in the title."""
        code = needs.needed.code
        if code == "second_person":
            sentence = self.tr("Nobody does this alone: a second person allows it.")
        elif code == "over_limit":
            sentence = self.tr("This is more than {name} may give alone.").format(name=cashier)
        else:
            sentence = self.tr("{name} may not do this alone.").format(name=cashier)
        size = self._size(needs.asked)
        return f"{size} · {sentence}" if size else sentence

    def _size(self, asked: Asked) -> str:
        """Return the percentage of what is given in money or by a price, else from what to what it goes."""
        percent, discount = asked.act.percent, asked.discount
        if percent is None or not percent:
            return ""
        if discount is None or discount.percent is None:
            return f"{MINUS}{_percent(percent)}"
        return f"{self._money(asked.before_minor)} → {self._money(asked.after_minor)}"

    def who_may(self, roles: tuple[str, ...]) -> str:
        """Return who may allow it, from the least to the most."""
        names = self.tr(", ").join(self._sentences.role(each) for each in roles)
        return self.tr("May approve: {roles}").format(roles=names)

    def reasons(self, permission: Permission, *, wanted: bool) -> Choices:
        """Return the reasons that are offered, some always where one is `wanted`; kept in these words."""
        offered: dict[Permission, Choices] = {
            Permission.LINE_DISCOUNT: self._goods_reasons(),
            Permission.PRICE_OVERRIDE: self._goods_reasons(),
            Permission.SALE_DISCOUNT: self._customer_reasons(),
            Permission.VOID_SALE: (
                ("left", self.tr("Customer left")),
                ("cannot_pay", self.tr("Cannot pay")),
                ("mistake", self.tr("Mistake")),
                ("training", self.tr("Training")),
            ),
        }
        return offered.get(permission, self._customer_reasons() if wanted else ())

    def _customer_reasons(self) -> Choices:
        return (
            ("goodwill", self.tr("Goodwill")),
            ("complaint", self.tr("Complaint")),
            ("agreed", self.tr("Agreed")),
            ("mistake", self.tr("Mistake")),
        )

    def _goods_reasons(self) -> Choices:
        return (
            ("damaged", self.tr("Damaged")),
            ("short_date", self.tr("Short date")),
            ("shelf_price", self.tr("Shelf price")),
            ("goodwill", self.tr("Goodwill")),
        )

    def _money(self, minor: Decimal) -> str:
        return amount(int(minor), self._sentences.digits)


def _percent(percent: Decimal) -> str:
    """Return a percentage with at most one decimal, rounded up: never less than what is given."""
    shown = percent.quantize(_TENTH, ROUND_UP)
    whole = shown.to_integral_value()
    return f"{whole if shown == whole else shown}{_NO_BREAK}%"


def _short(name: str) -> str:
    """Return a name that leaves room for the figures after it in two lines of a title."""
    room = LONGEST_NAME
    for place, character in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return name[:place].rstrip() + "…"
    return name
