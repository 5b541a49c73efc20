"""Goods promised to online orders, in the hands of a customer at the till: what may be done.

`Selling` asks before it adds something. What was allowed stays with the open sale, and becomes
`promise.overridden` in the transaction that completes it.
"""

from __future__ import annotations

from decimal import Decimal

from pos_app.services.outcomes import Outcome
from pos_app.services.pickup_outcomes import PromisedGoods
from retail.availability.counter import Choice
from retail.basket import Basket
from retail.catalogue import Product


class Promises:
    """What stands between a scan and the sale of promised goods. Used by the UI thread only."""

    def check(self, basket: Basket, product: Product, quantity: Decimal) -> PromisedGoods | None:
        """Return who would lose what, if so much more of a product went on the sale; None when nobody."""
        raise NotImplementedError

    def waiting(self) -> PromisedGoods | None:
        """Return what waits for a choice with the figures of now, None when nothing does."""
        raise NotImplementedError

    def choose(self, choice: Choice) -> Outcome:
        """Do what the cashier chose: sell it (`Added`), leave it (`Changed("take_another")`), or ask.

        `ask_supervisor` answers `NeedsApproval` (or sells at once, where the cashier may); the approval
        then sells it.
        """
        raise NotImplementedError

    def cancel(self) -> None:
        """Forget what waits; nothing was added."""
        raise NotImplementedError
