"""The in-place questions of the picking page: short, weight, tote, swap, pause, taking over, taking back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import PickingView, SubstituteOffers
from pos_app.viewmodels.in_place_questions import WEIGHT_DIGITS, InPlaceQuestion
from pos_app.viewmodels.pickup_picking_hand import PickingHand
from pos_app.viewmodels.pickup_picking_screen import ListPanel, ListRow, Panel
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sell_presenter import clock_time
from retail.pickup.order import Done, PickupOrder, ShortReason, WishKind
from retail.pickup.steps import StepKind
from retail.pickup.substitution import Verdict
from retail.pickup.undo import NOT_UNDONE

MODES: Final[dict[str, str]] = {
    "take_over": "confirm",
    "short": "choice",
    "weight": "number",
    "tote": "text",
    "substitute": "list",
    "pause": "choice",
    "more": "choice",
    "undo": "list",
    "undo_reason": "choice",
}
"""Every question that can be asked here, and how it is answered."""

ANYBODY: Final = "anybody"
MOST_COLLEAGUES: Final = 7
MOST_FOUND: Final = 20


@dataclass(frozen=True, slots=True)
class Question(InPlaceQuestion):
    """A question of the picking page; `about` is the order, `line_id` the line."""

    MODES: ClassVar = MODES

    line_id: str = ""
    chosen: str = ""


class PickingPanels(QObject):
    """Words and rows of the panels."""

    def __init__(
        self,
        words: PickupWords,
        hand: PickingHand,
        *,
        colleagues: Callable[[], Iterable[tuple[str, str]]],
        name_of: Callable[[str], str],
        offers_of: Callable[[str, str, str], SubstituteOffers | None],
        parent: QObject | None = None,
    ) -> None:
        """`colleagues` are (staff id, name) of who else may go on."""
        super().__init__(parent)
        self._words = words
        self._hand = hand
        self._colleagues = colleagues
        self._name_of = name_of
        self._offers_of = offers_of

    def panel(self, question: Question, view: PickingView) -> Panel:
        """Return a question as the screen shows it."""
        if question.kind == "substitute":
            return self._substitute(question)
        if question.kind == "undo":
            return self._undo(question, view)
        return EntryPanel(
            kind=question.kind,
            title=self._title(question),
            detail=self._detail(question),
            mode=question.mode,
            entry=f"{question.weight:.{WEIGHT_DIGITS}f}" if question.kind == "weight" else question.typed,
            unit="kg" if question.kind == "weight" else "",
            choices=self.choices(question),
            error=question.error,
            confirm_label={
                "take_over": self.tr("Take over"),
                "weight": self.tr("Into the tote"),
                "tote": self.tr("Use this tote"),
            }.get(question.kind, ""),
        )

    def _title(self, question: Question) -> str:
        name = question.name
        return {
            "take_over": self.tr("{name} is picking this order").format(name=name),
            "short": self.tr("Short: {name}").format(name=name),
            "weight": self.tr("Weight of {name}").format(name=name),
            "tote": self.tr("Which tote? {name}").format(name=name),
            "pause": self.tr("Pause"),
            "more": self.tr("More"),
            "undo_reason": self.tr("Why is it taken back?"),
        }[question.kind]

    def _detail(self, question: Question) -> str:
        return {
            "take_over": self.tr("Speak with {name} first. What is picked stays picked.").format(
                name=question.name
            ),
            "short": self.tr("Why can it not be had? The customer does not pay for it."),
            "weight": self.tr("Put the goods on the scale, or type grams"),
            "tote": self.tr("Scan the label of a tote, or type it"),
            "pause": self.tr("What is picked stays picked. Who goes on?"),
            "undo_reason": question.name,
        }.get(question.kind, "")

    def choices(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Return the choices of a question as (id, words)."""
        match question.kind:
            case "short":
                return tuple((each.value, self._words.short_reason(each)) for each in PICKERS_REASONS)
            case "pause":
                return (
                    (ANYBODY, self.tr("Anybody")),
                    *(
                        (staff_id, self.tr("Hand to {name}").format(name=name))
                        for staff_id, name in tuple(self._colleagues())[:MOST_COLLEAGUES]
                    ),
                )
            case "more":
                return (
                    ("print_list", self.tr("Print pick list")),
                    ("tote", self.tr("Use another tote")),
                    ("undo", self.tr("Take a step back")),
                )
            case "undo_reason":
                return (
                    ("mistake", self.tr("Mistake")),
                    ("found", self.tr("Found after all")),
                    ("damaged", self.tr("Damaged")),
                    ("customer", self.tr("Customer asked for it")),
                )
        return ()

    # ---- swaps --------------------------------------------------------------------------------

    def _substitute(self, question: Question) -> ListPanel:
        found = self._offers_of(question.about, question.line_id, question.typed)
        offers = found.offers if found is not None else ()
        rows = tuple(
            ListRow(
                key=each.product.product_id,
                title=self._words.text(each.product.name),
                detail=self._hand.offer_detail(each),
                amount=self._verdict(each.verdict, each.code),
                tone={Verdict.USE: "ok", Verdict.ASK: "warn", Verdict.NO: "off"}[each.verdict],
            )
            for each in offers
        )
        return ListPanel(
            kind="substitute",
            title=self.tr("Instead of {name}").format(name=question.name),
            detail=self._limit(found),
            rows=rows,
            empty=self.tr("Nothing found. Scan what you hold, or type its name.")
            if question.typed
            else self.tr("Nothing on this shelf stands in for it. Type a name."),
            search_hint=self.tr("Search, or scan what you hold"),
            typed=question.typed,
            error=question.error,
        )

    def _limit(self, found: SubstituteOffers | None) -> str:
        if found is None:
            return ""
        words = self._words.wish(found.wish)
        sentence = words[:1].upper() + words[1:]
        if found.wish.kind in (WishKind.UP_TO_AMOUNT, WishKind.UP_TO_PERCENT):
            return self.tr("{wish}. Anything dearer is asked first.").format(wish=sentence)
        return sentence + self.tr(".")

    def _verdict(self, verdict: Verdict, code: str) -> str:
        if verdict is Verdict.USE:
            return self.tr("Use as swap")
        if verdict is Verdict.NO:
            return self.tr("not wanted")
        return self.tr("Too dear: ask") if code == "too_dear" else self.tr("Ask customer")

    # ---- taking back --------------------------------------------------------------------------

    def _undo(self, question: Question, view: PickingView) -> ListPanel:
        rows = tuple(
            ListRow(
                key=f"{order.order_id}\n{done.step_id}",
                title=self._done(order, done),
                detail=self.tr("{time} by {name}").format(
                    time=clock_time(done.at), name=self._name_of(done.by)
                ),
                amount=(order.number or order.order_id) if len(view.orders) > 1 else "",
            )
            for order in view.orders
            for done in reversed(order.history)
            if not done.undone_by and done.kind not in NOT_UNDONE and done.kind in UNDONE_HERE
        )
        return ListPanel(
            kind="undo",
            title=self.tr("Take a step back"),
            detail=self.tr("The newest first. Why is asked next, and kept."),
            rows=rows,
            empty=self.tr("Nothing was done yet that could be taken back."),
            error=question.error,
        )

    def _done(self, order: PickupOrder, done: Done) -> str:
        line = next((each for each in order.lines if each.line_id == done.about), None)
        about = self._words.text(line.product.name) if line is not None else done.about
        sentence = {
            StepKind.PICK_LINE: self.tr("Picked: {about}"),
            StepKind.SHORT_LINE: self.tr("Marked short: {about}"),
            StepKind.SUBSTITUTE_LINE: self.tr("Swapped: {about}"),
            StepKind.ASK_CUSTOMER: self.tr("Customer asked: {about}"),
            StepKind.OFFER_STORE: self.tr("Another store offered: {about}"),
            StepKind.ANSWER_STORE: self.tr("Answer about another store: {about}"),
            StepKind.STAGE_BAG: self.tr("Put away: {about}"),
            StepKind.FINISH_PICKING: self.tr("Picking finished"),
        }[StepKind(done.kind)]
        return sentence.format(about=about)


PICKERS_REASONS: Final = tuple(each for each in ShortReason if each is not ShortReason.MOVED)
"""What a picker may say: that goods are another store's now follows from the customer's yes alone."""

UNDONE_HERE: Final = frozenset(
    {
        StepKind.PICK_LINE,
        StepKind.SHORT_LINE,
        StepKind.SUBSTITUTE_LINE,
        StepKind.ASK_CUSTOMER,
        StepKind.OFFER_STORE,
        StepKind.ANSWER_STORE,
        StepKind.STAGE_BAG,
        StepKind.FINISH_PICKING,
    }
)
"""What a picker takes back here; other steps are taken back where they are taken."""
