"""Goods for other goods: what comes back pays for what is bought, and only the difference changes hands."""

from __future__ import annotations

import msgspec

from retail.pricing import PricedBasket
from retail.returns.priced_return import PricedReturn
from retail.sale import RefundTender, Tender, TenderKind


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A return and a sale that are settled as one, in minor units.

    `credit = min(refund of the return, total of the sale)` goes from one to the other and is no money in the
    drawer. What remains is either `due` from the customer or `refund` to them; one of the two is 0. The sale
    is settled with `sale_tender` among its tenders (`retail.payment.settle`: cash rounding touches only what
    is due), the return with `refund_tender` beside those of `split_refund(…, exchange.refund_minor, …)`.
    """

    credit_minor: int
    due_minor: int
    refund_minor: int

    def sale_tender(self, return_id: str) -> Tender | None:
        """Return what the sale takes from the return, None when there is nothing to take."""
        if not self.credit_minor:
            return None
        return Tender(kind=TenderKind.EXCHANGE, amount_minor=self.credit_minor, reference=return_id)

    def refund_tender(self, sale_id: str) -> RefundTender | None:
        """Return what the return gives to the sale, None when there is nothing to give."""
        if not self.credit_minor:
            return None
        return RefundTender(kind=TenderKind.EXCHANGE, amount_minor=self.credit_minor, reference=sale_id)


def exchange(returned: PricedReturn, bought: PricedBasket) -> Exchange:
    """Return how a return and a new basket are settled together."""
    credit = min(returned.refund_minor, bought.total_minor)
    return Exchange(
        credit_minor=credit,
        due_minor=bought.total_minor - credit,
        refund_minor=returned.refund_minor - credit,
    )
