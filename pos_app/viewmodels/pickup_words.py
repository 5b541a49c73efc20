"""Words and figures that every screen about an order uses: times, places, wishes, reasons, what is paid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject

from pos_app.viewmodels.money_text import MINUS, amount
from pos_app.viewmodels.money_text import quantity as quantity_text
from pos_app.viewmodels.sell_presenter import clock_time
from pos_app.viewmodels.sentences import Sentences
from retail.catalogue import LocalisedText
from retail.occasion import Moment
from retail.pickup.amounts import PaymentState, costs_nothing, payment_state
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import (
    OfferState,
    OrderState,
    PickupOrder,
    ShortReason,
    StoreOffer,
    SubstitutionWish,
    Temperature,
    WishKind,
)
from retail.quantity import SellingUnit

MICROSECONDS_A_MINUTE: Final = 60_000_000
_PLACE: Final = re.compile(r"([A-Z]+)(\d+)-(\d+)", re.ASCII)

ICONS: Final[dict[Temperature, str]] = {
    Temperature.AMBIENT: "ambient",
    Temperature.CHILLED: "chilled",
    Temperature.FROZEN: "frozen",
}
"""The drawing of each temperature."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A small sign: its words, its icon and its tone (`plain`, `info`, `warn`, `bad`, `ok`)."""

    text: str
    icon: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Countdown:
    """Minutes until an order must be ready; `level` is `calm`, `soon`, `urgent`, `late`, `here` or `done`."""

    text: str
    level: str


class PickupWords(QObject):
    """Turns an order's values into the words of the screen's language."""

    def __init__(self, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sentences = sentences

    def text(self, words: LocalisedText) -> str:
        """Return a text in the screen's language."""
        return words.in_language(self._sentences.language)

    def money(self, minor: int) -> str:
        """Return an amount without its currency."""
        return amount(minor, self._sentences.digits)

    def difference(self, minor: int) -> str:
        """Return a difference with its sign: `+1.40`, `−0.60`, or that there is none."""
        if not minor:
            return self.tr("same price")
        return f"{'+' if minor >= 0 else MINUS}{amount(abs(minor), self._sentences.digits)}"

    # ---- goods --------------------------------------------------------------------------------

    def temperature(self, temperature: Temperature) -> str:
        """Return how goods are kept."""
        return {
            Temperature.AMBIENT: self.tr("Ambient"),
            Temperature.CHILLED: self.tr("Chilled"),
            Temperature.FROZEN: self.tr("Frozen"),
        }[temperature]

    def quantity(self, quantity: Decimal, unit: SellingUnit) -> str:
        """Return `2` for pieces, `0.214 kg` for a weight."""
        return quantity_text(quantity, unit)

    def ordered(self, quantity: Decimal, unit: SellingUnit) -> str:
        """Return an ordered weight as people say it: `600 g`, `1.2 kg`."""
        if unit is SellingUnit.KILOGRAM and quantity < 1:
            return f"{(quantity * 1000).normalize():f} g"
        return f"{quantity.normalize():f} {unit.value if unit is not SellingUnit.PIECE else ''}".strip()

    def place(self, code: str) -> str:
        """Return a shelf's code in words: `Aisle C, bay 1, shelf 4`; another code as it stands."""
        found = _PLACE.fullmatch(code)
        if found is None:
            return code
        return self.tr("Aisle {aisle}, bay {bay}, shelf {shelf}").format(
            aisle=found[1], bay=int(found[2]), shelf=int(found[3])
        )

    def wish(self, wish: SubstitutionWish) -> str:
        """Return what the customer wants when something has run out."""
        match wish.kind:
            case WishKind.SAME_PRICE:
                return self.tr("customer accepts a swap at the same price")
            case WishKind.UP_TO_PERCENT:
                return self.tr("customer accepts a swap up to +{percent} %").format(
                    percent=f"{wish.percent.normalize():f}"
                )
            case WishKind.UP_TO_AMOUNT:
                limit = self.difference(wish.amount_minor)
                return self.tr("customer accepts a swap up to {limit}").format(limit=limit)
            case WishKind.ASK:
                return self.tr("ask the customer first")
        return self.tr("customer wants no swap")

    def short_reason(self, reason: ShortReason) -> str:
        """Return why something could not be picked, as the picker chooses it."""
        return {
            ShortReason.NOT_FOUND: self.tr("None on the shelf"),
            ShortReason.SOLD_OUT: self.tr("Sold out"),
            ShortReason.DAMAGED: self.tr("Damaged"),
            ShortReason.PAST_ITS_DATE: self.tr("Past its date"),
            ShortReason.SUBSTITUTE_DECLINED: self.tr("Customer wants no swap"),
            ShortReason.CUSTOMER_CHANGED: self.tr("Customer changed the order"),
            ShortReason.MOVED: self.tr("Moved to another store"),
        }[reason]

    def store_offer(self, offer: StoreOffer) -> str:
        """Return where the offer of another store for a line stands."""
        store = self.text(offer.store_name)
        if offer.moved_to is not None:
            return self.tr("moved to {store}: {number}").format(store=store, number=offer.moved_to.number)
        if offer.state is OfferState.OPEN:
            return self.tr("customer asked until {time}: collect at {store}?").format(
                time=clock_time(offer.answer_until), store=store
            )
        return self.tr("not collected at {store}").format(store=store)

    # ---- orders -------------------------------------------------------------------------------

    def window(self, order: PickupOrder) -> str:
        """Return when the customer comes: `14:40–15:10`, empty when nobody said."""
        times = [clock_time(each) for each in (order.slot.starts_at, order.slot.ends_at) if each]
        return "–".join(times)

    def countdown(self, order: PickupOrder, now: str, desk: PickupDesk | None) -> Countdown | None:
        """Return how long until an order must be ready, or that its customer waits."""
        if order.here_since:
            waited = _minutes(order.here_since, now)
            return Countdown(self.tr("Here, {minutes} min").format(minutes=max(waited, 0)), "here")
        if order.state in (OrderState.HANDED_OVER, OrderState.COMPLETED):
            return Countdown(self.tr("Collected"), "done")
        if order.state is OrderState.PARTLY_HANDED_OVER:
            return Countdown(self.tr("Partly collected"), "done")
        if order.state is OrderState.READY:
            return Countdown(self.tr("Ready"), "done")
        if not order.ready_by:
            return None
        left = _minutes(now, order.ready_by)
        if left < 0:
            return Countdown(self.tr("Late {minutes} min").format(minutes=-left), "late")
        urgent, soon = (desk.urgent_minutes, desk.soon_minutes) if desk is not None else (10, 30)
        level = "urgent" if left <= urgent else "soon" if left <= soon else "calm"
        hours, minutes = divmod(left, 60)
        text = (
            self.tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
            if hours
            else self.tr("{minutes} min").format(minutes=minutes)
        )
        return Countdown(text, level)

    def staging_place(self, code: str, desk: PickupDesk | None) -> str:
        """Return what a place for bags is called; its code when it has no name."""
        places = desk.places if desk is not None else ()
        return next((self.text(each.name) for each in places if each.code == code), "") or code

    def payment(self, order: PickupOrder) -> Tag:
        """Return whether an order is paid, reserved online, due at the desk, or costs nothing any more."""
        if costs_nothing(order):
            return Tag(self.tr("Nothing to pay"), "paid", "ok")
        return {
            PaymentState.PAID: Tag(self.tr("Paid"), "paid", "ok"),
            PaymentState.AUTHORISED: Tag(self.tr("Reserved online"), "card", "ok"),
            PaymentState.DUE: Tag(self.tr("Pay at the desk"), "due", "warn"),
        }[payment_state(order)]

    def day(self, iso_date: str) -> str:
        """Return a day as people read it: `14 March 2008`; a text that is none as it stands."""
        try:
            at = datetime.fromisoformat(iso_date)
        except ValueError:
            return iso_date
        return self.tr("{day} {month} {year}").format(day=at.day, month=self._month(at.month), year=at.year)

    def weekday(self, moment: str) -> str:
        """Return a day of this year as people say it: `Fri 13 March`."""
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            return moment
        names = (
            self.tr("Mon"),
            self.tr("Tue"),
            self.tr("Wed"),
            self.tr("Thu"),
            self.tr("Fri"),
            self.tr("Sat"),
            self.tr("Sun"),
        )
        return self.tr("{weekday} {day} {month}").format(
            weekday=names[at.weekday()], day=at.day, month=self._month(at.month)
        )

    def _month(self, number: int) -> str:
        return (
            self.tr("January"),
            self.tr("February"),
            self.tr("March"),
            self.tr("April"),
            self.tr("May"),
            self.tr("June"),
            self.tr("July"),
            self.tr("August"),
            self.tr("September"),
            self.tr("October"),
            self.tr("November"),
            self.tr("December"),
        )[number - 1]


def _minutes(start: str, end: str) -> int:
    """Return the whole minutes between two times, rounded towards what is worse for the store."""
    return (Moment(end).exact - Moment(start).exact) // MICROSECONDS_A_MINUTE
