"""What a scan or a key came to at the collection desk, in a sentence with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import CodeVerdict, DeskCode, DeskOutcome
from pos_app.viewmodels.pickup_picking_screen import ScanSlot
from pos_app.viewmodels.pickup_refusals import PickupRefusals
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.sell_presenter import clock_time
from pos_app.viewmodels.sentences import grouped_digits
from retail.pickup.handover import Hindrance, Missing
from retail.pickup.order import PickupOrder
from retail.pickup.steps import StepKind


class DeskSentences(QObject):
    """Turns outcomes into what the slot says. Each slot has a serial of its own."""

    def __init__(
        self,
        words: PickupWords,
        refusals: PickupRefusals,
        *,
        now: Callable[[], str],
        order_of: Callable[[str], PickupOrder | None],
        name_of: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._refusals = refusals
        self._now = now
        self._order_of = order_of
        self._name_of = name_of
        self._serial = 0

    def say(self, text: str, *, lead: str = "", tone: str = "ok", icon: str = "done") -> ScanSlot:
        """Return a new message with the time of now."""
        self._serial += 1
        return ScanSlot(
            serial=self._serial, tone=tone, icon=icon, lead=lead, text=text, time=self._now()[11:19]
        )

    def slot(self, outcome: DeskOutcome) -> ScanSlot:
        """Return the slot for an outcome."""
        if outcome.code is DeskCode.CODE_REFUSED and outcome.verdict is not None:
            lead, text = self.verdict(outcome.verdict, outcome.order_id, outcome.detail)
            return self.say(text, lead=lead, tone="bad", icon="short")
        if outcome.code is DeskCode.MISSING:
            return self.say(self.missing_sentence(outcome.missing), tone="bad", icon="short")
        for sentences in (self._done, self._refused):
            found = sentences(outcome).get(outcome.code)
            if found is not None:
                lead, text = found
                tone = "ok" if outcome.done else "ask" if outcome.code is DeskCode.OTHER_ORDER else "bad"
                icon = {"ok": "done", "ask": "info", "bad": "short"}[tone]
                return self.say(text, lead=lead, tone=tone, icon=icon)
        code = outcome.refusal or outcome.code.value
        if code == Hindrance.SECOND_HANDOVER:
            lead, text = self.verdict(CodeVerdict.USED, outcome.order_id)
            return self.say(text, lead=lead, tone="bad", icon="short")
        return self.say(self._refusals.sentence(code, outcome.detail), tone="bad", icon="short")

    # ---- codes --------------------------------------------------------------------------------

    def verdict(self, verdict: CodeVerdict, order_id: str = "", detail: str = "") -> tuple[str, str]:
        """Return why a pickup code opens nothing, and what to do: the bold lead and the rest."""
        order = self._order_of(order_id) if order_id else None
        number = (order.number or order.order_id) if order is not None else ""
        if verdict is CodeVerdict.USED:
            return number, self._used(order)
        sentences = {
            CodeVerdict.NOT_READY: self.tr("is not ready yet. Ask the picker, or let the customer wait."),
            CodeVerdict.PAST_ITS_DATE: self.tr(
                "was not collected in time: its goods go back. Ask a supervisor."
            ),
            CodeVerdict.CANCELLED: self.tr("was cancelled. Nothing is handed over."),
            CodeVerdict.SHORT: self.tr("Nothing of the order could be had. The customer pays nothing."),
            CodeVerdict.FORGED: self.tr(
                "This code was not made by this store. Hand nothing over; ask for the order and an ID."
            ),
            CodeVerdict.OTHER_STORE: self.tr("This order waits in another store: {detail}."),
            CodeVerdict.UNKNOWN_KEY: self.tr(
                "This code is not of this chain, or it is too old. Search by name."
            ),
            CodeVerdict.UNKNOWN_ORDER: self.tr(
                "The code is genuine, but the order has not reached this till. Wait for the network."
            ),
            CodeVerdict.UNREADABLE: self.tr(
                "That code cannot be read, or a digit is wrong. Scan again, or ask for the digits again."
            ),
            CodeVerdict.WRONG_DIGITS: self.tr("No order here has these digits. Ask for them again."),
            CodeVerdict.TOO_MANY_TRIES: self.tr(
                "Wrong digits too often: wait {detail} s. Scanning goes on working."
            ),
            CodeVerdict.NO_DESK: self.tr("This store hands over no online orders."),
        }
        return number, sentences.get(verdict, "").format(detail=detail).replace(": .", ".")

    def _used(self, order: PickupOrder | None) -> str:
        handed = (
            [d for d in order.history if d.kind == StepKind.HAND_OVER and not d.undone_by] if order else []
        )
        if not handed:
            return self.tr("This order was handed over already. Hand nothing over again.")
        return self.tr("was handed over by {name} on {day} at {time}. Hand nothing over again.").format(
            day=self._words.weekday(handed[-1].at),
            time=clock_time(handed[-1].at),
            name=self._name_of(handed[-1].by),
        )

    # ---- what was done, what was not ----------------------------------------------------------

    def _done(self, outcome: DeskOutcome) -> dict[DeskCode, tuple[str, str]]:
        bag, money = outcome.bag_id, self._words.money(outcome.amount_minor)
        name, number = self._goods(outcome), self._number(outcome)
        return {
            DeskCode.OPENED: (number, self.tr("is open. Check who collects.")),
            DeskCode.VERIFIED: (number, self.tr("the pickup code matches")),
            DeskCode.IDENTITY_SEEN: ("", self.tr("The name was checked on a document")),
            DeskCode.AGE_SEEN: ("", self.tr("The age was checked")),
            DeskCode.COLLECTOR_SET: ("", self.tr("Noted who collects")),
            DeskCode.BAG_TICKED: (bag, self.tr("is here")),
            DeskCode.BAG_UNTICKED: (bag, self.tr("tick taken back")),
            DeskCode.BAG_LEFT: (bag, self.tr("stays here this time")),
            DeskCode.BAG_BROUGHT: (bag, self.tr("goes after all")),
            DeskCode.GIVING_BACK: ("", self.tr("Scan what is given back, one scan a piece. F8 ends it.")),
            DeskCode.GIVING_BACK_ENDED: ("", self.tr("Nothing more is given back")),
            DeskCode.CLOSED: ("", self.tr("The order was put aside")),
            DeskCode.SLIP_TAKEN: ("", self.tr("The paper slip was taken off the bags")),
            DeskCode.REFUSED_LINE: (name, self.tr("stays here and is not charged")),
            DeskCode.GIVEN_BACK: (name, self.tr("given back, not charged")),
            DeskCode.MEMBER_MATCHES: ("", self.tr("The member's card is the customer's")),
            DeskCode.PAYMENT_BEGUN: ("", self.tr("{money} to pay").format(money=money)),
            DeskCode.PAYMENT_GIVEN_UP: ("", self.tr("Nothing was paid. The order stays open.")),
            DeskCode.HANDED_OVER: (number, self.tr("handed over. Thank the customer.")),
            DeskCode.PARTLY_HANDED_OVER: (number, self.tr("handed over in part: the rest stays here")),
            DeskCode.UNDONE: ("", self.tr("Taken back")),
        }

    def _refused(self, outcome: DeskOutcome) -> dict[DeskCode, tuple[str, str]]:
        name = self._words.text(outcome.product.name) if outcome.product is not None else ""
        return {
            DeskCode.OTHER_ORDER: (self._number(outcome), self.tr("is another order. Open it instead?")),
            DeskCode.NOTHING_DUE: ("", self.tr("Nothing is due: hand the bags over.")),
            DeskCode.MONEY_TAKEN: (
                "",
                self.tr("Money was taken for this order: complete the payment, or give it back first."),
            ),
            DeskCode.UNKNOWN_BAG: (
                outcome.bag_id or outcome.detail,
                self.tr("does not belong to this order. Take it back to its place."),
            ),
            DeskCode.ALREADY_TICKED: (outcome.bag_id, self.tr("was scanned already")),
            DeskCode.NOT_IN_ORDER: (name, self.tr("is in none of these bags. Nothing was changed.")),
            DeskCode.NOT_IN_CATALOGUE: (grouped_digits(outcome.detail), self.tr("is not in the catalogue")),
            DeskCode.UNREADABLE: ("", self.tr("That code cannot be read. Scan again.")),
            DeskCode.OTHER_MEMBER: (
                "",
                self.tr("This member's card is not the customer's. Check who collects."),
            ),
            DeskCode.NOT_FOR_DESK: ("", self.tr("This code means nothing here. Nothing was changed.")),
            DeskCode.NO_ORDER: ("", self.tr("Open an order first: scan the pickup code.")),
        }

    # ---- what is missing ----------------------------------------------------------------------

    def missing_words(self, missing: Iterable[Missing], *, sign: bool = False) -> str:
        """Return what stands between the bags and their handover: `ID, 1 bag and payment to go`."""
        these = tuple(missing)
        kinds = {each.what for each in these}
        if Hindrance.SECOND_HANDOVER in kinds:
            return self.tr("handed over already")
        if Hindrance.NOT_READY in kinds:
            return self.tr("not ready yet")
        if Hindrance.PROXY_NOT_ALLOWED in kinds:
            return self.tr("only the customer may collect")
        bags = sum(1 for each in these if each.what is Hindrance.BAG_MISSING)
        parts = []
        if Hindrance.NOT_VERIFIED in kinds or Hindrance.PROXY_NEEDS_CODE in kinds:
            parts.append(self.tr("code"))
        if Hindrance.SLIP_MISSING in kinds:
            parts.append(self.tr("slip"))
        if Hindrance.AGE_NOT_CONFIRMED in kinds:
            parts.append(self.tr("ID"))
        if bags:
            parts.append(self.tr("1 bag") if bags == 1 else self.tr("{count} bags").format(count=bags))
        if Hindrance.NOT_PAID in kinds:
            parts.append(self.tr("payment"))
        if sign:
            parts.append(self.tr("signature"))
        if not parts:
            return ""
        listed = parts[0]
        if len(parts) > 1:
            first = self.tr(", ").join(parts[:-1])
            listed = self.tr("{first} and {last}").format(first=first, last=parts[-1])
        return self.tr("{what} to go").format(what=listed)

    def missing_sentence(self, missing: Iterable[Missing]) -> str:
        """Return the same as a sentence for the slot."""
        words = self.missing_words(missing)
        return self.tr("Not handed over: {what}.").format(what=words)

    def _goods(self, outcome: DeskOutcome) -> str:
        """Return what goods an outcome is about: those that were scanned, else those of its line."""
        if outcome.product is not None:
            return self._words.text(outcome.product.name)
        order = self._order_of(outcome.order_id) if outcome.line_id else None
        lines = order.lines if order is not None else ()
        return next(
            (self._words.text(one.product.name) for one in lines if one.line_id == outcome.line_id), ""
        )

    def _number(self, outcome: DeskOutcome) -> str:
        order = self._order_of(outcome.order_id) if outcome.order_id else None
        return (order.number or order.order_id) if order is not None else outcome.order_id
