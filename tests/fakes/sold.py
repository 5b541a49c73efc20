"""Sales and returns as values, made by the rules themselves: priced, paid, recorded, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from retail.basket import Basket
from retail.checkout import compose_sale
from retail.money import CashRounding
from retail.payment import settle
from retail.pricing import PricingRules, prepare, price
from retail.receipt_number import receipt_number
from retail.returns.completion import compose_return
from retail.returns.lost import RulesOfTheDay
from retail.returns.policy import ReturnPolicy, WantedLine
from retail.returns.priced_return import PricedReturn, price_return
from retail.returns.record import Condition, Return, ReturnReason
from retail.returns.refund import split_refund
from retail.sale import RefundTender, Sale, Tender, TenderKind
from retail.sold_basket import under_what
from tests.fakes.shop import NOW, rules

FIVE_CENTS = CashRounding(5)
NEXT_DAY = "2026-03-15T10:00:00+08:00"


def cash(amount_minor: int) -> Tender:
    return Tender(kind=TenderKind.CASH, amount_minor=amount_minor)


def paid_by(kind: TenderKind, amount_minor: int) -> Tender:
    return Tender(kind=kind, amount_minor=amount_minor, reference=f"ref-{kind}")


def sold(
    basket: Basket,
    what: PricingRules | None = None,
    *tenders: Tender,
    rounding: CashRounding = FIVE_CENTS,
    balance: int | None = None,
) -> Sale:
    """Sell a basket on 14 March 2026; what the tenders do not pay is paid in cash, without change."""
    made = what or rules()
    priced = price(basket, prepare(made), NOW)
    due = settle(priced.total_minor, tenders, rounding, cash_next=True).remaining_minor
    given = (*tenders, cash(due)) if due else tenders
    member = basket.member
    return compose_sale(
        priced,
        settle(priced.total_minor, given, rounding, cash_next=True),
        given,
        sale_id="sale-1",
        receipt_number=receipt_number(2, 412),
        store_id="S1",
        till_id="S1-T2",
        till_number=2,
        cashier_id="staff-1",
        cashier_name="Noor A.",
        completed_at=NOW,
        currency=made.currency_code,
        tax_included=made.tax_included,
        member=member,
        member_balance=balance,
        priced_under=under_what(
            basket,
            priced_at=NOW,
            network=True,
            versions={"catalogue": 12, "prices": 34, "settings": 5},
            points_redeemed=priced.points_redeemed,
        ),
    )


def version_1(sale: Sale) -> Sale:
    """Return a sale as version 1 had it: no taxes by line, no promotions, not what it was priced under."""
    return replace(
        sale,
        lines=tuple(replace(line, taxes=(), amount_on_label=False) for line in sale.lines),
        promotions=(),
        priced_under=None,
    )


def rules_of_the_day(basket: Basket, what: PricingRules) -> RulesOfTheDay:
    """Return the rules and products that a basket was sold under."""
    return RulesOfTheDay(
        prepared=prepare(what),
        products={line.product.product_id: line.product for line in basket.lines},
        prices={line.product.product_id: line.unit_price_minor for line in basket.lines},
    )


def wanted(
    *lines: tuple[int, str],
    reason: ReturnReason = ReturnReason.CHANGED_MIND,
    condition: Condition = Condition.SELLABLE,
) -> tuple[WantedLine, ...]:
    """Return wishes such as `(1, "2")`: of line 1, two pieces."""
    return tuple(
        WantedLine(line_number=number, quantity=Decimal(quantity), reason=reason, condition=condition)
        for number, quantity in lines
    )


def everything(sale: Sale) -> tuple[WantedLine, ...]:
    return wanted(*((line.line_number, str(line.quantity)) for line in sale.lines))


def taken_back(
    sale: Sale,
    earlier: Sequence[Return],
    lines: Sequence[WantedLine],
    policy: ReturnPolicy | None = None,
    *,
    of_the_day: RulesOfTheDay | None = None,
    rounding: CashRounding = FIVE_CENTS,
    now: str = NEXT_DAY,
) -> Return:
    """Take lines of a sale back and pay for them."""
    made = policy or ReturnPolicy()
    priced = price_return(sale, earlier, lines, made, now=now, rules=of_the_day)
    return recorded(sale, earlier, priced, made, rounding=rounding, now=now)


def recorded(
    sale: Sale,
    earlier: Sequence[Return],
    priced: PricedReturn,
    policy: ReturnPolicy | None = None,
    *,
    exchanged: RefundTender | None = None,
    rounding: CashRounding = FIVE_CENTS,
    reversal: bool = False,
    now: str = NEXT_DAY,
) -> Return:
    """Pay a priced return back and record it."""
    refund = split_refund(
        sale,
        earlier,
        priced.refund_minor - (exchanged.amount_minor if exchanged else 0),
        (policy or ReturnPolicy()).refund_order,
        cash_rounding=rounding,
        reversal=reversal,
    )
    return compose_return(
        priced,
        refund,
        return_id=f"return-{len(earlier) + 1}",
        receipt_number=receipt_number(2, 500 + len(earlier)),
        store_id="S1",
        till_id="S1-T2",
        till_number=2,
        cashier_id="staff-1",
        cashier_name="Noor A.",
        completed_at=now,
        exchanged=exchanged,
    )
