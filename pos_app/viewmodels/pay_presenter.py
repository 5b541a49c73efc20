"""Builds what the Pay screen shows from where paying stands. No state of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from pos_app.services.outcomes import BasketView
from pos_app.services.paying import PayView
from pos_app.viewmodels.money_text import MINUS, amount
from pos_app.viewmodels.screens import HandBack, SuggestedAmount, SumRow, TenderButton, TenderRow
from pos_app.viewmodels.sell_presenter import SellPresenter
from retail.money import AmountRefused, ChangeImpossible, change_in_pieces
from retail.payment import Settlement
from retail.sale import AppliedDiscount, DiscountSource, TenderKind
from retail.store import StoreSettings

ICONS = {
    TenderKind.CASH: "cash",
    TenderKind.CARD: "card",
    TenderKind.MOBILE_CODE: "mobileCode",
    TenderKind.ONLINE: "done",
}
CENT_SIGNS = {"$": "¢", "€": "c", "£": "p"}
"""Currencies whose coins below one are named by a sign of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the cashier has chosen and typed: a tender kind and an amount (0: nothing typed)."""

    kind: TenderKind
    amount_minor: int
    settlement: Settlement
    """Where paying would stand if this were taken."""


class PayPresenter(QObject):
    """Turns figures into the finished texts of the Pay screen."""

    def __init__(
        self, sell: SellPresenter, tax_included: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sell = sell
        self._tax_included = tax_included

    def sums(self, view: BasketView) -> tuple[SumRow, ...]:
        """Return how the total came about: items, offers, coupons, discounts given by hand."""
        money, priced = self._sell.money, view.priced
        rows = [SumRow(self._sell.items(view), money(priced.subtotal_minor))]
        taken = [each for line in priced.lines for each in line.discounts]
        for manual, label in ((False, self.tr("{count} promotions")), (True, self.tr("{count} discounts"))):
            of_kind = [each for each in taken if (each.source is DiscountSource.MANUAL) == manual]
            if of_kind:
                names = {each.promotion_id or each.label.en for each in of_kind}
                words = label.format(count=len(names))
                if len(names) == 1:
                    words = self.tr("1 discount") if manual else self.tr("1 promotion")
                minor = sum(each.amount_minor for each in of_kind)
                rows.append(SumRow(words, money(-minor), icon="promotion", tone="promo"))
        for each in priced.discounts:
            rows.append(
                SumRow(
                    self.discount_name(each),
                    money(-each.amount_minor),
                    icon="coupon" if each.source is DiscountSource.COUPON else "promotion",
                    tone="promo",
                )
            )
        if not self._tax_included():
            rows.append(SumRow(self.tr("Tax"), money(priced.tax_minor)))
        return tuple(rows)

    def tenders(self, pay: PayView, entry: Entry | None, rounding_step_minor: int) -> tuple[TenderRow, ...]:
        """Return the tenders: taken, in doubt, the rounding, and what is being typed."""
        rows = []
        for index, each in enumerate(pay.tenders):
            detail = ""
            if each.kind is TenderKind.ONLINE:
                detail = self.tr("With the order, not at this till")
            elif each.kind is not TenderKind.CASH:
                detail = self.tr("Approved {time} · ref {reference}").format(
                    time=each.approved_at[11:19], reference=each.reference
                )
            rows.append(
                TenderRow(
                    tender_id=each.attempt_id or f"cash:{index}",
                    title=self.tender_name(each.kind),
                    detail=detail,
                    amount=self._sell.money(each.amount_minor),
                    icon=ICONS[each.kind],
                    state="approved",
                    removable=each.kind is not TenderKind.ONLINE,
                )
            )
        rows += [self._attempt(each.attempt_id, each.tender, each.amount_minor) for each in pay.attempts]
        settlement = entry.settlement if entry else pay.settlement
        if settlement.cash_rounding_minor:
            rows.append(self._rounding(settlement, rounding_step_minor))
        if entry is not None and entry.amount_minor:
            rows.append(
                TenderRow(
                    tender_id="entry",
                    title=self.tender_name(entry.kind),
                    detail=self.tr("To pay {amount}").format(
                        amount=self._sell.money(settlement.due_minor - pay.settlement.paid_minor)
                    ),
                    amount=self._sell.money(entry.amount_minor),
                    icon=ICONS[entry.kind],
                    state="entry",
                    selected=True,
                )
            )
        return tuple(rows)

    def _attempt(self, attempt_id: str, tender: str, amount_minor: int) -> TenderRow:
        return TenderRow(
            tender_id=attempt_id,
            title=self.tender_name(TenderKind(tender)),
            detail=self.tr("Checking with the terminal"),
            amount=self._sell.money(amount_minor),
            icon=ICONS[TenderKind(tender)],
            state="checking",
        )

    def _rounding(self, settlement: Settlement, step_minor: int) -> TenderRow:
        return TenderRow(
            tender_id="rounding",
            title=self.tr("Cash rounding to {step}").format(step=self._sell.money(step_minor)),
            detail="",
            amount=self._sell.money(settlement.cash_rounding_minor),
            icon="coins",
            state="rounding",
        )

    def discount_name(self, discount: AppliedDiscount) -> str:
        """Return the name of what was taken off."""
        if discount.source is DiscountSource.COUPON:
            return self.tr("Coupon {code}").format(code=discount.coupon_code)
        return self._sell.words(discount.label) or self.tr("Discount")

    def tender_name(self, kind: TenderKind) -> str:
        """Return the name of a way to pay."""
        return {
            TenderKind.CASH: self.tr("Cash"),
            TenderKind.CARD: self.tr("Card"),
            TenderKind.MOBILE_CODE: self.tr("Mobile code"),
            TenderKind.GIFT_CARD: self.tr("Gift card"),
            TenderKind.STORE_CREDIT: self.tr("Store credit"),
            TenderKind.POINTS: self.tr("Points"),
            TenderKind.EXCHANGE: self.tr("Exchange"),
            TenderKind.ONLINE: self.tr("Paid online"),
        }[kind]

    def buttons(self, chosen: TenderKind, *, offline: bool) -> tuple[TenderButton, ...]:
        """Return the ways to pay."""
        waits = self.tr("Waits for the network")
        return (
            TenderButton("cash", self.tr("Cash"), "cash", "F5", selected=chosen is TenderKind.CASH),
            TenderButton("card", self.tr("Card"), "card", "F6", selected=chosen is TenderKind.CARD),
            TenderButton(
                "mobile_code",
                self.tr("Mobile code"),
                "mobileCode",
                "F7",
                selected=chosen is TenderKind.MOBILE_CODE,
                enabled=not offline,
                why_not=waits if offline else "",
            ),
            TenderButton(
                "other",
                self.tr("Gift, points…"),
                "giftCard",
                "F8",
                enabled=False,
                why_not=self.tr("This store takes no gift cards or points yet"),
            ),
        )

    def suggestions(self, amounts: tuple[int, ...], typed: int) -> tuple[SuggestedAmount, ...]:
        """Return the likely next amounts."""
        return tuple(
            SuggestedAmount(each, self._sell.money(each), exact=index == 0, selected=each == typed)
            for index, each in enumerate(amounts)
        )

    def hand_back(self, change_minor: int, settings: StoreSettings) -> tuple[tuple[HandBack, ...], str]:
        """Return the change as notes and coins, and `4 notes, 3 coins`."""
        if change_minor <= 0 or not settings.denominations_minor:
            return (), ""
        try:
            pieces = change_in_pieces(change_minor, settings.denominations_minor)
        except (ChangeImpossible, AmountRefused):
            return (), self.tr("No notes and coins make this amount")
        smallest_note = settings.smallest_note_minor or 0
        shown = tuple(
            HandBack(piece_label(value, settings), f"× {count}", note=value >= smallest_note)
            for value, count in pieces
        )
        notes = sum(count for value, count in pieces if value >= smallest_note)
        coins = sum(count for value, count in pieces if value < smallest_note)
        parts = []
        if notes:
            parts.append(self.tr("1 note") if notes == 1 else self.tr("{count} notes").format(count=notes))
        if coins:
            parts.append(self.tr("1 coin") if coins == 1 else self.tr("{count} coins").format(count=coins))
        return shown, self.tr(", ").join(parts)

    def band_sum(self, pay: PayView, entry: Entry | None) -> str:
        """Return the sum behind the change, `40.00 + 50.00 − 60.20`, or what is due, `60.20 − 40.00`."""
        paid = [each.amount_minor for each in pay.tenders]
        settlement = pay.settlement
        if entry is not None and entry.amount_minor:
            paid.append(entry.amount_minor)
            settlement = entry.settlement
        if not paid:
            return ""
        terms, due = [self._sell.money(each) for each in paid], self._sell.money(settlement.due_minor)
        if sum(paid) < settlement.due_minor:
            return f" {MINUS} ".join([due, *terms])
        return f"{' + '.join(terms)} {MINUS} {due}"


def piece_label(value_minor: int, settings: StoreSettings) -> str:
    """Return what a note or coin is called: `$20`, `50¢`, `¥0.50`."""
    digits, symbol = settings.currency_digits, settings.currency_symbol
    whole, rest = divmod(value_minor, 10**digits)
    if rest == 0:
        return f"{symbol}{whole}"
    if whole == 0 and digits == 2 and symbol in CENT_SIGNS:
        return f"{value_minor}{CENT_SIGNS[symbol]}"
    return f"{symbol}{amount(value_minor, digits)}"
