"""What a scan or a key came to while picking: the words, tone and sign of the scan slot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import PickCode, PickOutcome
from pos_app.viewmodels.pickup_picking_screen import ScanSlot
from pos_app.viewmodels.pickup_refusals import PickupRefusals
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.sell_presenter import clock_time
from pos_app.viewmodels.sentences import grouped_digits
from retail.quantity import SellingUnit

PERSONAL = ("locked_by_other", "handed_to_other")
"""Refusals whose detail is a staff id."""


class PickingSentences(QObject):
    """Turns outcomes into what the slot says. Each slot has a serial of its own."""

    def __init__(
        self,
        words: PickupWords,
        refusals: PickupRefusals,
        *,
        now: Callable[[], str],
        number_of: Callable[[str], str],
        name_of: Callable[[str], str],
        place_of: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._refusals = refusals
        self._now = now
        self._number_of = number_of
        self._name_of = name_of
        self._place_of = place_of
        self._serial = 0

    def slot(self, outcome: PickOutcome) -> ScanSlot:
        """Return the slot for an outcome: green, red, or a question."""
        lead, text = self._said(outcome)
        if outcome.done:
            return self.say(text, lead=lead, tone="ok", icon=self._icon(outcome.code))
        if outcome.asks:
            return self.say(text, lead=lead, tone="ask", icon="info")
        return self.say(text, lead=lead, tone="bad", icon="short")

    def say(self, text: str, *, lead: str = "", tone: str = "ok", icon: str = "done") -> ScanSlot:
        """Return a new message with the time of now."""
        self._serial += 1
        now = self._now()
        time = now[11:19] if len(now) >= 19 else clock_time(now)
        return ScanSlot(serial=self._serial, tone=tone, icon=icon, lead=lead, text=text, time=time)

    @staticmethod
    def _icon(code: PickCode) -> str:
        return {
            PickCode.SUBSTITUTED: "substitute",
            PickCode.SHORTED: "short",
            PickCode.SET_LATER: "later",
            PickCode.UNDONE: "undo",
            PickCode.PAUSED: "hold",
            PickCode.TOTE_ASSIGNED: "bag",
            PickCode.BAG_IN_HAND: "bag",
            PickCode.STAGED: "location",
        }.get(code, "done")

    def _said(self, outcome: PickOutcome) -> tuple[str, str]:
        """Return the bold lead and the rest."""
        for sentences in (self._done, self._asked, self._about_goods, self._about_codes):
            found = sentences(outcome).get(outcome.code)
            if found is not None:
                return found
        return "", self._refused(outcome)

    def _refused(self, outcome: PickOutcome) -> str:
        code = outcome.refusal or outcome.code.value
        detail = self._name_of(outcome.detail) if code in PERSONAL else outcome.detail
        return self._refusals.sentence(code, detail)

    # ---- what was done ------------------------------------------------------------------------

    def _done(self, outcome: PickOutcome) -> dict[PickCode, tuple[str, str]]:
        name, bag = self._name(outcome), outcome.bag_id
        scanned = self._scanned(outcome)
        return {
            PickCode.BEGUN: ("", self.tr("Picking begins. Scan the first item.")),
            PickCode.PICKED: (name, scanned),
            PickCode.LINE_COMPLETE: (name, scanned),
            PickCode.SUBSTITUTED: (name, self.tr("goes in as the swap")),
            PickCode.SHORTED: (name, self.tr("marked short")),
            PickCode.ASKED: (name, self.tr("the customer is asked. Go on with the rest.")),
            PickCode.SET_LATER: (name, self.tr("set aside to the end of the walk")),
            PickCode.TOTE_ASSIGNED: (bag, self._tote(outcome)),
            PickCode.BAG_IN_HAND: (bag, self.tr("in hand: scan its place")),
            PickCode.STAGED: (bag, self.tr("put away: {place}").format(place=self._place_of(outcome.detail))),
            PickCode.PAUSED: ("", self.tr("Paused. Nothing is lost.")),
            PickCode.FINISHED: ("", self.tr("Everything is picked. Put the bags away.")),
            PickCode.NOTHING_PICKED: (
                "",
                self.tr("Nothing of the order could be had. The customer is told."),
            ),
            PickCode.READY: (self._number(outcome), self.tr("is ready: the customer is told")),
            PickCode.UNDONE: (name, self.tr("taken back")),
            PickCode.CHOSEN: (name, self.tr("in hand")),
            PickCode.RENEWED: ("", self.tr("Picking goes on")),
        }

    def _tote(self, outcome: PickOutcome) -> str:
        temperature = self._words.temperature(outcome.temperature)
        return self.tr("takes the goods of this kind: {temperature}").format(temperature=temperature)

    def _scanned(self, outcome: PickOutcome) -> str:
        product = outcome.product
        if product is not None and product.unit is not SellingUnit.PIECE:
            return self.tr("{quantity} weighed").format(
                quantity=self._words.quantity(outcome.quantity, product.unit)
            )
        return self.tr("{picked} of {wanted} scanned").format(
            picked=f"{outcome.picked.normalize():f}", wanted=f"{outcome.wanted.normalize():f}"
        )

    def _asked(self, outcome: PickOutcome) -> dict[PickCode, tuple[str, str]]:
        temperature = self._words.temperature(outcome.temperature)
        return {
            PickCode.NEEDS_WEIGHT: (self._name(outcome), self.tr("put it on the scale, or type the weight")),
            PickCode.NEEDS_TOTE: (
                self._name(outcome),
                self.tr("scan a tote first: {temperature}. Not counted yet.").format(temperature=temperature),
            ),
            PickCode.NEEDS_BAG: (outcome.detail, self.tr("is a place. Scan the bag first, then the place.")),
        }

    # ---- what was refused ---------------------------------------------------------------------

    def _about_goods(self, outcome: PickOutcome) -> dict[PickCode, tuple[str, str]]:
        name = self._name(outcome)
        return {
            PickCode.WRONG_PRODUCT: (name, self.tr("is not in this order. Put it back; not counted.")),
            PickCode.WRONG_ORDER: (
                name,
                self.tr("belongs to {order}, not to this tote. Not counted.").format(
                    order=self._number(outcome)
                ),
            ),
            PickCode.ALREADY_COMPLETE: (name, self.tr("is complete already. Put it back; not counted.")),
            PickCode.LINE_IS_SHORT: (name, self.tr("was marked short. Take that back first (Ctrl+Z).")),
            PickCode.NOT_IN_CATALOGUE: (
                grouped_digits(outcome.detail),
                self.tr("is not in the catalogue. Not counted."),
            ),
            PickCode.GOODS_EXPIRED: (name, self.tr("is past its date. Put it aside; not counted.")),
            PickCode.LABEL_WITHOUT_WEIGHT: (name, self.tr("the label says no weight. Weigh it here.")),
        }

    def _about_codes(self, outcome: PickOutcome) -> dict[PickCode, tuple[str, str]]:
        return {
            PickCode.UNREADABLE: ("", self.tr("That code cannot be read. Scan again; nothing was counted.")),
            PickCode.TOTE_IN_USE: (
                outcome.bag_id,
                self.tr("is in use for {order}. Scan another tote.").format(order=outcome.detail),
            ),
            PickCode.WRONG_TEMPERATURE: (
                (
                    self._place_of(outcome.detail),
                    self.tr("is no place for {bag}: keep ambient, chilled and frozen apart.").format(
                        bag=outcome.bag_id
                    ),
                )
                if outcome.detail
                else (outcome.bag_id, self.tr("is for other goods: keep ambient, chilled and frozen apart."))
            ),
            PickCode.UNKNOWN_PLACE: (outcome.detail, self.tr("is no place of this store. Scan its label.")),
            PickCode.PICKUP_CODE: (
                self._number(outcome),
                self.tr("A customer is here with a pickup code: open Hand over."),
            ),
            PickCode.NOT_FOR_PICKING: ("", self._not_for_picking(outcome.detail)),
            PickCode.NOT_PICKING: ("", self.tr("No order is being picked here. Choose one on the board.")),
        }

    def _not_for_picking(self, kind: str) -> str:
        return {
            "member_card": self.tr("A member's card means nothing here. Nothing was counted."),
            "coupon_code": self.tr("Coupons are used in Sell. Nothing was counted."),
            "receipt_code": self.tr("A receipt means nothing here. Open it in Shift."),
            "payment_code": self.tr("Payment codes are taken at the desk. It was not stored."),
        }.get(kind, self.tr("This code means nothing while picking. Nothing was counted."))

    def _name(self, outcome: PickOutcome) -> str:
        return self._words.text(outcome.product.name) if outcome.product is not None else ""

    def _number(self, outcome: PickOutcome) -> str:
        return self._number_of(outcome.order_id) if outcome.order_id else ""
