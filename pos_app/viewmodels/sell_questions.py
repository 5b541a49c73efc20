"""The in-place questions of the Sell screen: opened, typed into, answered, closed. Nothing here is modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_fields
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from pos_app.services.lookup import Lookup
from pos_app.services.open_basket import line_of
from pos_app.services.outcomes import NotInCatalogue, Outcome, Refused
from pos_app.services.selling import Selling
from pos_app.viewmodels.approvals import ApprovalDesk
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.in_place_questions import InPlaceQuestions, grams
from pos_app.viewmodels.panel_answers import PanelAnswers
from pos_app.viewmodels.panels import PanelTexts, Question
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sell_presenter import SellPresenter
from pos_app.viewmodels.sentences import Sentences


class SellQuestions(InPlaceQuestions):
    """What the Sell screen asks beside the record. `SellViewModel` is the screen that they belong to."""

    receipt_recognised = Signal(str)
    returns_asked = Signal()
    weight_asked = Signal()

    def __init__(
        self,
        selling: Selling,
        lookup: Lookup,
        sentences: Sentences,
        answers: PanelAnswers,
        approvals: ApprovalDesk,
        symbol: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._selling = selling
        self._lookup = lookup
        self._sentences = sentences
        self._answers = answers
        self._approvals = approvals
        self._symbol = symbol
        self._presenter = SellPresenter(lookup, sentences, self)
        self._texts = PanelTexts(self)
        self._question: Question | None = None
        self._selected = ""
        answers.pictures.came.connect(self._picture_came)
        approvals.changed.connect(self._approval_changed)
        approvals.sounded.connect(self.sounded)
        approvals.troubled.connect(self.troubled)
        approvals.done.connect(self._approved)

    # ---- what the screen does with them -------------------------------------------------------

    def _tell(self, outcome: Outcome, *, keep_selection: bool = False) -> None:
        """Show an outcome; the screen itself does it."""

    def _add_product(self, product_id: str) -> None:
        """Add a product to the sale; the screen itself does it."""

    # ---- panels -------------------------------------------------------------------------------

    @guarded
    def open_panel(self, kind: str) -> None:
        """Open a question in the hand pane, in the place of what was asked before."""
        self._approvals.close()
        self._question = self._answers.question(kind, self._selling.view(), self._selected)
        if self._question is None:
            self._tell(Refused("empty_sale"))
            return
        self._question = with_fields(self._question, name=self._name_of(self._question))
        self._refresh()

    @guarded
    def panel_key(self, key: str) -> None:
        """Press a key of the panel's keypad."""
        if self._approvals.waits:
            self._approvals.press(key)
        else:
            super().panel_key(key)

    @guarded
    def weight_read(self, kilograms: Decimal) -> None:
        """The scale has settled: fill an open weight question, unless a weight is being typed."""
        question = self._question
        if question is not None and question.kind == "weight" and not question.typed:
            self._question = with_fields(question, typed=grams(kilograms))
            self._refresh()

    @guarded
    def panel_choose(self, choice_id: str) -> None:
        """Pick one of the panel's choices."""
        if self._approvals.waits:
            self._approvals.choose_reason(choice_id)
        elif self._question is None:
            return
        elif self._question.kind == "more":
            self._choose_more(choice_id)
        elif self._question.kind in {"discount", "sale_discount"} and choice_id in {"percent", "amount"}:
            self._question = with_fields(self._question, choice=choice_id, typed="", error="")
            self._refresh()
        else:
            self._answer(with_fields(self._question, choice=choice_id))

    @guarded
    def panel_confirm(self) -> None:
        """Answer the open panel."""
        if self._approvals.waits:
            self._approvals.confirm()
        elif self._question is None:
            return
        elif self._question.kind == "price_check":
            self._check_price(self._question.typed)
        elif self._question.mode != "choice":
            self._answer(self._question)

    @guarded
    def _approval_changed(self) -> None:
        self._refresh()

    @guarded
    def _approved(self, outcome: Outcome) -> None:
        self._tell(outcome, keep_selection=True)

    def _close_panel(self) -> bool:
        """Close whatever is asked; nothing was changed. False when nothing was."""
        was_asked = self._question is not None
        if self._question is not None and self._question.kind == "promised":
            self._answers.promised.promises.cancel()
        self._question = None
        return self._approvals.close() or was_asked

    def _answer(self, question: Question) -> None:
        answered = self._answers.answer(question)
        if isinstance(answered, Question):
            self._question = answered
            self.sounded.emit("refuse" if answered.error else "accept")
            self._refresh()
            return
        if isinstance(answered, Refused):
            self._question = with_fields(
                question, error=self._sentences.refusal(answered.code, answered.detail)
            )
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._question = None
        self._tell(answered, keep_selection=True)

    def _choose_more(self, choice_id: str) -> None:
        self._question = None
        if choice_id == "reprint":
            self.receipt_recognised.emit("")
            self._refresh()
        elif choice_id == "open_price":
            self._open_price_for("open_price")
        elif choice_id == "returns":
            self.returns_asked.emit()
            self._refresh()
        else:
            self.open_panel(choice_id)

    def _open_price_for(self, tile_id: str) -> None:
        product_id = self._answers.product_for_open_price(tile_id)
        if product_id:
            self._add_product(product_id)
        else:
            self._tell(Refused("no_price"))

    def _check_price(self, text: str) -> None:
        found = self._lookup.product_by_scan(text)
        if found is None:
            hits = self._lookup.search(text, limit=1)
            found = hits[0] if hits else None
        if found is None:
            self._tell(NotInCatalogue(text))
        else:
            self._show_price(found.product.product_id)

    def _show_price(self, product_id: str) -> None:
        detail = self._answers.price_sentence(product_id, self._sentences)
        self._question = Question("price_check", about=product_id, detail=detail)
        self.sounded.emit("accept")
        self._refresh()

    def _name_of(self, question: Question) -> str:
        line = line_of(self._selling.view(), question.about)
        return self._presenter.words(line.product.name) if line else question.name

    def _panel(self) -> EntryPanel | None:
        if self._approvals.waits:
            return self._approvals.panel()
        if self._question is not None and self._question.kind == "promised":
            return self._promised_panel(self._question)
        if self._question is None:
            return None
        panel = self._texts.panel(self._question, self._sentences.digits, self._symbol())
        name = self._checked_picture()
        return with_fields(panel, picture=self._answers.pictures.file_of(name)) if name else panel

    def _promised_panel(self, question: Question) -> EntryPanel | None:
        """Return the question about promised goods; it is over when they are promised no more."""
        panel = self._answers.promised.panel(question.error)
        if panel is None:
            self._question = None
        return panel

    def _checked_picture(self) -> str:
        question = self._question
        if question is None or question.kind != "price_check" or not question.about:
            return ""
        return self._answers.picture_name(question.about)

    @guarded
    def _picture_came(self, name: str) -> None:
        if name == self._checked_picture():
            self._refresh()
