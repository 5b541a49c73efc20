"""The question about goods that are promised online: which order, how long, and what may be done."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import OrderAtRisk, PromisedGoods
from pos_app.services.promises import Promises
from pos_app.viewmodels.money_text import quantity
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sentences import Sentences
from retail.availability.counter import Choice, SaleVerdict

KIND = "promised"


class PromisedPanel(QObject):
    """Shows what waits in `Promises`, always with the figures of now."""

    def __init__(self, promises: Promises, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.promises = promises
        self._sentences = sentences

    def panel(self, error: str = "") -> EntryPanel | None:
        """Return the question, None when nothing waits (any more)."""
        promised = self.promises.waiting()
        if promised is None:
            return None
        count = len(promised.orders)
        return EntryPanel(
            kind=KIND,
            title=self.tr("Promised online: {name}").format(
                name=promised.name.in_language(self._sentences.language)
            ),
            detail=self._detail(promised),
            mode="choice",
            choices=tuple((each.value, self._choice(each)) for each in promised.choices),
            error=error,
            hint=self._lead(count),
            hint_detail="\n".join(self._order(promised, each) for each in promised.orders),
            hint_icon="pickup",
            choices_label=self.tr("What now?"),
        )

    def _lead(self, count: int) -> str:
        if not count:
            return self.tr("This till's share is sold")
        return (
            self.tr("1 order would come up short")
            if count == 1
            else self.tr("{count} orders would come up short").format(count=count)
        )

    def _detail(self, promised: PromisedGoods) -> str:
        if promised.verdict is SaleVerdict.SUPERVISOR_ONLY:
            return self.tr("Nothing was added yet. Only a supervisor may sell it.")
        return self.tr("Nothing was added yet. The customer with it in hand comes first, if you say so.")

    def _order(self, promised: PromisedGoods, risk: OrderAtRisk) -> str:
        lost = quantity(risk.quantity, promised.product.unit)
        who = self.tr(", ").join(part for part in (risk.number, risk.customer) if part)
        if risk.minutes_left is None:
            return self.tr("{order}: {count} missing").format(order=who, count=lost)
        if risk.minutes_left < 0:
            return self.tr("{order}: {count} missing, late by {minutes} min").format(
                order=who, count=lost, minutes=-risk.minutes_left
            )
        hours, minutes = divmod(risk.minutes_left, 60)
        left = (
            self.tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
            if hours
            else self.tr("{minutes} min").format(minutes=minutes)
        )
        return self.tr("{order}: {count} missing, to be ready in {left}").format(
            order=who, count=lost, left=left
        )

    def _choice(self, choice: Choice) -> str:
        return {
            Choice.SELL_AND_RELEASE: self.tr("Sell it, warn the picker"),
            Choice.TAKE_ANOTHER: self.tr("Do not sell it"),
            Choice.ASK_SUPERVISOR: self.tr("Ask a supervisor"),
        }[choice]
