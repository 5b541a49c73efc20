"""What an answered panel does: each question's verb, and the figures that a question starts with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QObject

from pos_app.services.lookup import Lookup
from pos_app.services.outcomes import BasketView, Outcome, Refused
from pos_app.services.selling import Selling
from pos_app.services.watched_acts import WatchedActs
from pos_app.viewmodels.money_text import per_unit
from pos_app.viewmodels.panels import Question
from pos_app.viewmodels.pictures import ProductPictures
from pos_app.viewmodels.promised_panel import PromisedPanel
from pos_app.viewmodels.sentences import Sentences, grouped_digits
from retail.availability.counter import Choice
from retail.basket import ManualDiscount
from retail.quantity import SellingUnit

_NEEDS_LINE = frozenset({"quantity", "price", "discount", "note"})
_NEEDS_SALE = frozenset({"sale_discount", "sale_note", "coupon", "hold", "void_sale"})


class PanelAnswers(QObject):
    """Answers the Sell screen's questions by calling the services."""

    def __init__(
        self,
        selling: Selling,
        lookup: Lookup,
        watched_acts: WatchedActs,
        promised: PromisedPanel,
        *,
        pictures: ProductPictures | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.pictures = pictures or ProductPictures(parent=self)
        self._selling = selling
        self._lookup = lookup
        self._watched_acts = watched_acts
        self.promised = promised

    def question(self, kind: str, view: BasketView, selected: str) -> Question | None:
        """Return a question to open, or None when there is nothing to ask it about."""
        if kind in _NEEDS_SALE and not view.open_sale.basket.lines:
            return None
        if kind not in _NEEDS_LINE:
            return Question(kind, choice="percent" if kind == "sale_discount" else "")
        lines = view.open_sale.basket.lines
        if not lines:
            return None
        line = next((each for each in lines if each.line_id == selected), lines[-1])
        if kind == "quantity" and line.product.unit is not SellingUnit.PIECE:
            kind = "weight"
        typed = line.note if kind == "note" else ""
        return Question(kind, about=line.line_id, typed=typed, choice="percent" if kind == "discount" else "")

    def answer(self, question: Question) -> Outcome | Question:
        """Do what the answer asks for. A `Question` comes back when there is more to ask."""
        selling, about = self._selling, question.about
        match question.kind:
            case "quantity":
                return selling.set_quantity(about, Decimal(question.number))
            case "weight":
                return self._weigh(question)
            case "price":
                return selling.override_price(about, question.number)
            case "open_price":
                return selling.add_open_price(about, question.number, question.quantity)
            case "discount":
                return selling.discount_line(about, self._discount(question))
            case "sale_discount":
                return selling.discount_sale(self._discount(question))
            case "note":
                return selling.note_line(about, question.typed.strip())
            case "sale_note":
                return selling.note_sale(question.typed.strip())
            case "coupon":
                return selling.add_coupon(question.typed.strip().upper())
            case "hold":
                return selling.hold(question.typed.strip())
            case "void_sale":
                return selling.void_sale()
            case "member":
                return self._member(question)
            case "age":
                return self._age_checked(question)
            case "promised":
                return self.promised.promises.choose(Choice(question.choice))
            case "drawer":
                return self._watched_acts.open_drawer(question.choice)
        return Refused(question.kind)

    def _weigh(self, question: Question) -> Outcome:
        if not question.number:
            return Refused("weight_needed")
        lines = self._selling.open_sale.basket.lines
        if any(each.line_id == question.about for each in lines):
            return self._selling.set_quantity(question.about, question.weight)
        return self._selling.add_weighed(question.about, question.weight)

    def _age_checked(self, question: Question) -> Outcome:
        self._selling.confirm_age(question.age)
        if question.scan_text == question.about:
            return self._selling.add_product(question.about, question.quantity)
        return self._selling.scan(question.scan_text, question.quantity)

    def _member(self, question: Question) -> Outcome | Question:
        text = question.choice or question.typed.strip()
        found = self._lookup.members(text)
        exact = [each for each in found if question.choice == each.member_id]
        if len(exact) == 1 or len(found) == 1:
            return self._selling.attach_member((exact or list(found))[0])
        if not found:
            return Refused("member_unknown", text)
        choices = tuple(
            (each.member_id, f"{each.display_name.en} {each.display_name.zh} · {each.card_number[-4:]}")
            for each in found[:6]
        )
        return replace(question, choices=choices)

    @staticmethod
    def _discount(question: Question) -> ManualDiscount | None:
        if question.choice.endswith("%"):
            return ManualDiscount(percent=Decimal(question.choice[:-1]))
        if question.number == 0:
            return None
        if question.choice == "percent":
            return ManualDiscount(percent=Decimal(question.number))
        return ManualDiscount(amount_minor=question.number)

    def product_for_open_price(self, tile_id: str) -> str:
        """Return the product that stands behind the Open price or Gift card tile, empty when none does."""
        return self._lookup.open_price_product(tile_id)

    def picture_name(self, product_id: str) -> str:
        """Return what a product's picture is called, empty when it has none."""
        found = self._lookup.product(product_id)
        return found.product.picture if found is not None else ""

    def price_sentence(self, product_id: str, sentences: Sentences) -> str:
        """Return one line about a product's price, tax and code."""
        found = self._lookup.product(product_id)
        if found is None:
            return sentences.refusal("line_gone")
        product = found.product
        price = (
            per_unit(found.unit_price_minor, sentences.digits, product.unit)
            if found.unit_price_minor is not None
            else self.tr("no price")
        )
        code = grouped_digits(product.codes[0]) if product.codes else product.sku
        parts = (
            product.name.in_language(sentences.language),
            price,
            self.tr("tax {rate}").format(rate=self._lookup.tax_rate_text(product.tax_class_id)),
            code,
        )
        return " · ".join(each for each in parts if each)
