"""Who works in a store, what they may do alone, and what somebody else must allow.

The till asks `needs_approval` before it does something. When it is told that an approval is needed, it
shows who may give one, reads that person's badge or PIN, and calls `approve`; what comes back goes on the
line, the discount or the fact as `approved_by`. Nobody approves what they might not do themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from retail.basket import PRICE_PLACES, ManualDiscount, checked_price
from retail.money import LARGEST_AMOUNT_MINOR, checked_amount


class StaffMember(msgspec.Struct, frozen=True, kw_only=True, tag="staff", tag_field="row"):
    """Someone who may work a till; the PIN never leaves the centre in clear (`pin_hash` is scrypt).

    `role` is one of `ROLES`; any other has the rights of a cashier.
    """

    staff_id: str
    display_name: str
    badge_code: str = ""
    pin_hash: str = ""
    role: str = "cashier"

    @property
    def key(self) -> str:
        return self.staff_id


class Permission(StrEnum):
    """What not everybody may do."""

    VOID_LINE = "void_line"
    REPRINT = "reprint"
    LINE_DISCOUNT = "line_discount"
    PRICE_OVERRIDE = "price_override"
    RETURN = "return"  # of a sale that is known
    RETURN_OUTSIDE_POLICY = "return_outside_policy"  # too late, or sold for good
    SALE_DISCOUNT = "sale_discount"
    VOID_SALE = "void_sale"
    OPEN_DRAWER = "open_drawer"  # without a sale
    FISCAL_POSITION = "fiscal_position"  # other taxes than the member's or the store's
    SELL_RESERVED_STOCK = "sell_reserved_stock"
    RETURN_WITHOUT_RECEIPT = "return_without_receipt"
    AGE_OVERRIDE = "age_override"  # a sale without the check of age that the till asks for
    PRICE_BELOW_COST = "price_below_cost"


class Measure(StrEnum):
    """What an act is measured by, where a role may do it up to a limit."""

    DISCOUNT_PERCENT = "discount_percent"
    OVERRIDE_PERCENT = "override_percent"
    REFUND_MINOR = "refund_minor"


class ActRule(NamedTuple):
    """How an act is measured, whether it takes a second person whoever asks, and whether a reason."""

    measure: Measure | None = None
    second_person: bool = False
    reason: bool = False


# A second person for refunds of unknown sales: Minnesota State Auditor, "Cash Register Theft Schemes: Voids
# and Returns" (2018): who rings up may not approve, and where the manager does it, somebody else approves.
ACTS: Final[dict[Permission, ActRule]] = {
    Permission.VOID_LINE: ActRule(),
    Permission.REPRINT: ActRule(),
    Permission.LINE_DISCOUNT: ActRule(Measure.DISCOUNT_PERCENT),
    Permission.PRICE_OVERRIDE: ActRule(Measure.OVERRIDE_PERCENT),
    Permission.RETURN: ActRule(Measure.REFUND_MINOR),
    Permission.RETURN_OUTSIDE_POLICY: ActRule(Measure.REFUND_MINOR),
    Permission.SALE_DISCOUNT: ActRule(Measure.DISCOUNT_PERCENT),
    Permission.VOID_SALE: ActRule(),
    Permission.OPEN_DRAWER: ActRule(),
    Permission.FISCAL_POSITION: ActRule(),
    Permission.SELL_RESERVED_STOCK: ActRule(),
    Permission.RETURN_WITHOUT_RECEIPT: ActRule(Measure.REFUND_MINOR, second_person=True, reason=True),
    Permission.AGE_OVERRIDE: ActRule(reason=True),
    Permission.PRICE_BELOW_COST: ActRule(reason=True),
}
"""What is asked of each act."""


class Rights(NamedTuple):
    """What a role may do, and how far; `alone` may do without a second person (there may be none)."""

    permissions: frozenset[Permission]
    limits: Mapping[Measure, Decimal]
    alone: bool = False


def _limits(discount_percent: int, override_percent: int, refund_minor: int) -> dict[Measure, Decimal]:
    return {
        Measure.DISCOUNT_PERCENT: Decimal(discount_percent),
        Measure.OVERRIDE_PERCENT: Decimal(override_percent),
        Measure.REFUND_MINOR: Decimal(refund_minor),
    }


_EVERYTHING: Final = frozenset(Permission)

ROLES: Final[dict[str, Rights]] = {
    "cashier": Rights(
        frozenset(
            {
                Permission.VOID_LINE,
                Permission.REPRINT,
                Permission.LINE_DISCOUNT,
                Permission.PRICE_OVERRIDE,
                Permission.RETURN,
            }
        ),
        _limits(10, 10, 5_000),
    ),
    "shift_lead": Rights(
        _EVERYTHING
        - {Permission.RETURN_WITHOUT_RECEIPT, Permission.AGE_OVERRIDE, Permission.PRICE_BELOW_COST},
        _limits(20, 25, 20_000),
    ),
    "supervisor": Rights(_EVERYTHING - {Permission.PRICE_BELOW_COST}, _limits(50, 50, 100_000)),
    "manager": Rights(_EVERYTHING, _limits(100, 100, LARGEST_AMOUNT_MINOR)),
    "owner": Rights(_EVERYTHING, _limits(100, 100, LARGEST_AMOUNT_MINOR), alone=True),
}
"""The rights of each role, from the least to the most.

Refunds are in the minor units of a currency with cents; a store that sells in another currency, or trusts
otherwise, hands a table of its own to the functions.
"""

LEAST_ROLE: Final = "cashier"
"""Whoever has no role of the table has the rights of this one."""

_NONE: Final = Rights(frozenset(), {})


class ActRefused(ValueError):
    """An act that makes no sense; `code` names the reason for a translated sentence.

    Codes: `no_measure` (a percentage or an amount is missing), `wrong_measure` (there is one that this act
    has not), `not_a_number`, `negative`, `over_hundred_percent`, `too_large`.
    """

    def __init__(self, code: str, act: object) -> None:
        super().__init__(f"{act!r} refused: {code}")
        self.code = code
        self.act = act


class ApprovalRefused(ValueError):
    """An approval that this person cannot give; `code` names the reason for a translated sentence.

    Codes: `not_permitted`, `over_limit` (of the approver's own rights), `same_person` (somebody else must),
    `no_reason`, `nobody` (no staff id).
    """

    def __init__(self, code: str, act: Act, approver: str) -> None:
        super().__init__(f"{approver!r} cannot approve {act.permission}: {code}")
        self.code = code
        self.act = act
        self.approver = approver


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody wants to do, and how much of it: `percent` for discounts and overrides,
    `amount_minor` for refunds, neither for the rest. `about` is the line, the sale or the product.
    """

    permission: Permission
    percent: Decimal | None = None
    amount_minor: int | None = None
    about: str = ""


class ApprovalNeeded(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody must allow an act, and which roles may.

    `code` is `not_permitted`, `over_limit`, or `second_person` (nobody does this alone).
    """

    act: Act
    requested_by: str
    code: str
    roles: tuple[str, ...]


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who allowed what to whom, and why: what the journal keeps of it. Both are staff ids."""

    act: Act
    requested_by: str
    approved_by: str
    reason: str = ""


def needs_approval(
    staff: StaffMember, act: Act, roles: Mapping[str, Rights] = ROLES
) -> ApprovalNeeded | None:
    """Return what must be allowed before the act, None when it may be done; raises `ActRefused`."""
    size = _size(act)
    rights = _rights(staff, roles)
    code = _beyond(rights, act, size)
    if not code and ACTS[act.permission].second_person and not rights.alone:
        code = "second_person"
    if not code:
        return None
    able = tuple(name for name, theirs in roles.items() if not _beyond(theirs, act, size))
    return ApprovalNeeded(act=act, requested_by=staff.staff_id, code=code, roles=able)


def approve(
    requested_by: StaffMember,
    approver: StaffMember,
    act: Act,
    reason: str = "",
    roles: Mapping[str, Rights] = ROLES,
) -> Approval:
    """Return the approval of an act by somebody who may do it; raises `ApprovalRefused` or `ActRefused`."""
    size = _size(act)
    rule = ACTS[act.permission]
    rights = _rights(approver, roles)
    code = "" if approver.staff_id else "nobody"
    code = code or _beyond(rights, act, size)
    if not code and rule.second_person and not rights.alone and approver.staff_id == requested_by.staff_id:
        code = "same_person"
    if not code and rule.reason and not reason.strip():
        code = "no_reason"
    if code:
        raise ApprovalRefused(code, act, approver.staff_id)
    return Approval(
        act=act,
        requested_by=requested_by.staff_id,
        approved_by=approver.staff_id,
        reason=reason.strip(),
    )


def price_reduction_percent(shelf_price_minor: Decimal, unit_price_minor: Decimal) -> Decimal:
    """Return by how many percent a price is below the shelf's, 0 for one that is not below.

    Rounded up to four decimals, so that no limit is passed by rounding. Raises `PriceRefused`.
    """
    shelf, asked = checked_price(shelf_price_minor), checked_price(unit_price_minor)
    return _percent_of(max(shelf - asked, Decimal(0)), shelf)


def discount_percent(discount: ManualDiscount, base_minor: int) -> Decimal:
    """Return how many percent of an amount a discount by hand is, rounded up to four decimals.

    The discount is one that `retail.basket` took. Raises `AmountRefused` for a base of nothing.
    """
    base = Decimal(checked_amount(base_minor))
    if discount.percent is not None:
        return discount.percent
    return min(_percent_of(Decimal(discount.amount_minor or 0), base), Decimal(100))


def _percent_of(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal(1).scaleb(-PRICE_PLACES), ROUND_UP)


def _rights(staff: StaffMember, roles: Mapping[str, Rights]) -> Rights:
    return roles.get(staff.role) or roles.get(LEAST_ROLE, _NONE)


def _size(act: Act) -> Decimal:
    """Return how much of an act there is, 0 where that is not measured; raises `ActRefused`."""
    measure = ACTS[act.permission].measure
    refund = measure is Measure.REFUND_MINOR
    given = act.amount_minor if refund else act.percent
    other = act.percent if refund else act.amount_minor
    if other is not None or (measure is None and given is not None):
        raise ActRefused("wrong_measure", act)
    if measure is None:
        return Decimal(0)
    if given is None:
        raise ActRefused("no_measure", act)
    size = Decimal(given)
    if not size.is_finite():
        raise ActRefused("not_a_number", act)
    if size < 0:
        raise ActRefused("negative", act)
    if not refund and size > 100:
        raise ActRefused("over_hundred_percent", act)
    if size > LARGEST_AMOUNT_MINOR:
        raise ActRefused("too_large", act)
    return size


def _beyond(rights: Rights, act: Act, size: Decimal) -> str:
    """Return why an act is beyond somebody's rights (a code), or nothing when it is not."""
    if act.permission not in rights.permissions:
        return "not_permitted"
    measure = ACTS[act.permission].measure
    if measure is not None and size > rights.limits.get(measure, 0):
        return "over_limit"
    return ""
