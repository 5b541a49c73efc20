"""What a shop takes back: its policy as data, and the refusals that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.catalogue import ProductKind
from retail.occasion import Moment
from retail.returns.record import SELLERS_FAULT, Condition, ReturnReason
from retail.sale import Sale, SaleLine, TenderKind


class PromotionPolicy(StrEnum):
    """What a promotion is worth when only a part of its goods is kept."""

    KEEP = "keep"  # each piece goes back at what was paid for it
    RECOMPUTE = "recompute"  # what is kept costs what it would have cost alone


class GiftPolicy(StrEnum):
    """What happens when a purchase comes back without the gift that came with it."""

    KEEP = "keep"
    CHARGE = "charge"  # its price is withheld, unless what is kept still earns it


class RulesDiffer(StrEnum):
    """What to do when the prices of the day cannot be found again, so that nothing can be recomputed."""

    KEEP = "keep"
    REFUSE = "refuse"


class RefundOrder(StrEnum):
    """To which of the tenders that paid a refund goes."""

    SAME_MEANS = "same_means"  # in the order of `TENDERS_BY_TURN`
    PROPORTIONAL = "proportional"  # to each its part, by largest remainder
    STORE_CREDIT = "store_credit"  # to none: all of it becomes store credit


TENDERS_BY_TURN: Final[tuple[TenderKind, ...]] = (
    TenderKind.ONLINE,
    TenderKind.CARD,
    TenderKind.MOBILE_CODE,
    TenderKind.GIFT_CARD,
    TenderKind.STORE_CREDIT,
    TenderKind.EXCHANGE,
    TenderKind.POINTS,
    TenderKind.CASH,
)
"""Whose turn it is: electronic money first, so that a card never becomes cash (card schemes ask for a refund
to the card that paid); then what can only be spent here; cash last."""


class WithoutReceipt(StrEnum):
    """What becomes of goods whose sale nobody can name."""

    REFUSED = "refused"
    STORE_CREDIT = "store_credit"
    CASH = "cash"


class ReturnPolicy(msgspec.Struct, frozen=True, kw_only=True, tag="return_policy", tag_field="row"):
    """One store's policy; a row that goes down to tills.

    `return_days` and `fault_days` are days after the day of the sale, both days whole, 0 for no limit; the
    second holds for goods that come back for the seller's fault (two years: Directive (EU) 2019/771, article
    10). `final_*` name goods that were sold for good, which a fault opens again. `approvable` are codes of
    `ReturnRefused` that somebody may lift. Without a receipt at most `without_receipt_most_minor` is paid,
    0 for no limit. What was paid online goes back where it came from; with `cash_for_online` out of the
    drawer, to which the customer has to agree (see `retail.returns.refund`). What a terminal took goes back
    by it; `instead_of_terminal` (cash, or store credit) is given when it refuses or is away.
    """

    policy_id: str = "returns"
    return_days: int = 30
    fault_days: int = 730
    returnable_kinds: tuple[ProductKind, ...] = (ProductKind.GOODS, ProductKind.SERVICE)
    final_product_ids: tuple[str, ...] = ()
    final_category_ids: tuple[str, ...] = ()
    final_promotion_ids: tuple[str, ...] = ()
    promotions: PromotionPolicy = PromotionPolicy.KEEP
    gifts: GiftPolicy = GiftPolicy.KEEP
    rules_differ: RulesDiffer = RulesDiffer.KEEP
    exchange_keeps_promotions: bool = True
    refund_order: RefundOrder = RefundOrder.SAME_MEANS
    cash_for_online: bool = False
    instead_of_terminal: TenderKind = TenderKind.CASH
    without_receipt: WithoutReceipt = WithoutReceipt.REFUSED
    without_receipt_most_minor: int = 0
    approvable: tuple[str, ...] = ("too_late", "final_sale", "above_limit")

    @property
    def key(self) -> str:
        return self.policy_id


REFUSALS: Final[dict[str, str]] = {
    "nothing_to_return": "Nothing was chosen to come back.",
    "unknown_line": "The receipt has no such line.",
    "line_repeated": "The same line was chosen twice.",
    "already_returned": "All of this line has come back before.",
    "more_than_left": "More was chosen than is left of this line.",
    "other_sale": "An earlier return belongs to another sale.",
    "earlier_differ": "The earlier returns of this sale do not fit its figures.",
    "before_sale": "The return would be earlier than its sale; a clock is wrong.",
    "too_late": "The time in which this may come back is over.",
    "final_sale": "This was sold for good.",
    "kind_not_returnable": "Deposits, deliveries and gift cards are not taken back here.",
    "rules_differ": "The prices of the day cannot be found again, and the policy asks for them.",
    "more_than_paid": "More would be paid back than was paid.",
    "not_same_day": "A sale is undone on its own day only; later its goods are returned.",
    "without_receipt": "Nothing is taken back without a receipt.",
    "approval_needed": "Somebody who may approve this has to.",
    "no_recent_price": "No recent price of this product is known.",
    "above_limit": "This is more than is paid back without a receipt.",
}
"""Every code of a refusal with its sentence."""


class ReturnRefused(ValueError):
    """Something that does not come back; `code` is a key of `REFUSALS`, `line_number` 0 for the whole."""

    def __init__(self, code: str, line_number: int = 0) -> None:
        super().__init__(REFUSALS[code])
        self.code = code
        self.line_number = line_number


class WantedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come back of one line of a sale."""

    line_number: int
    quantity: Decimal
    reason: ReturnReason = ReturnReason.CHANGED_MIND
    condition: Condition = Condition.SELLABLE


_DAY: Final = 24 * 60 * 60 * 1_000_000
"""Microseconds, the unit of `Moment`."""


def line_refusal(sale: Sale, line: SaleLine, reason: ReturnReason, policy: ReturnPolicy, now: str) -> str:
    """Return why the policy does not take a line back at a moment (a code), or nothing when it does.

    Codes: `before_sale`, `kind_not_returnable`, `final_sale`, `too_late`. The day of the sale does not count
    and the last day counts whole, as periods do in the Union (Regulation 1182/71, article 3).
    """
    days = days_between(sale.completed_at, now)
    if days < 0:
        return "before_sale"
    if line.product_kind not in policy.returnable_kinds:
        return "kind_not_returnable"
    fault = reason in SELLERS_FAULT
    if not fault and _is_final(line, policy):
        return "final_sale"
    limit = policy.fault_days if fault else policy.return_days
    return "too_late" if limit and days > limit else ""


def days_between(earlier: str, later: str) -> int:
    """Return how many midnights lie between two local times; raises `ValueError` for what is no time."""
    return Moment(later).wall // _DAY - Moment(earlier).wall // _DAY


def is_lifted(code: str, policy: ReturnPolicy, approved_by: str) -> bool:
    """Say whether a refusal may be lifted by approval, and is."""
    return bool(approved_by) and code in policy.approvable


def all_for_sellers_fault(reasons: Sequence[ReturnReason]) -> bool:
    """Say whether everything comes back for a reason that the customer does not answer for."""
    return all(reason in SELLERS_FAULT for reason in reasons)


def _is_final(line: SaleLine, policy: ReturnPolicy) -> bool:
    return (
        line.product_id in policy.final_product_ids
        or line.category_id in policy.final_category_ids
        or any(discount.promotion_id in policy.final_promotion_ids for discount in line.discounts)
    )
