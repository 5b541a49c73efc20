"""Who may do what alone, who must be asked, and that nobody approves beyond their own rights."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket import ManualDiscount, PriceRefused
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.staff import (
    ACTS,
    LEAST_ROLE,
    ROLES,
    Act,
    ActRefused,
    Approval,
    ApprovalRefused,
    Measure,
    Permission,
    Rights,
    StaffMember,
    approve,
    discount_percent,
    needs_approval,
    price_reduction_percent,
)


def staff(role: str, staff_id: str = "") -> StaffMember:
    return StaffMember(staff_id=staff_id or f"E-{role}", display_name=role.title(), role=role)


NOBODY = StaffMember(staff_id="", display_name="?", role="manager")


def act(permission: Permission, size: str = "1") -> Act:
    """Return an act of this size in whatever it is measured by."""
    match ACTS[permission].measure:
        case None:
            return Act(permission=permission)
        case Measure.REFUND_MINOR:
            return Act(permission=permission, amount_minor=int(size))
        case _:
            return Act(permission=permission, percent=Decimal(size))


def may_alone(role: str, what: Act) -> bool:
    return needs_approval(staff(role), what) is None


def test_every_permission_has_its_rule_and_every_role_its_limits() -> None:
    assert set(ACTS) == set(Permission)
    assert LEAST_ROLE in ROLES
    for rights in ROLES.values():
        assert set(rights.limits) == set(Measure)


def test_each_role_may_all_that_the_role_before_it_may() -> None:
    ranked = list(ROLES.values())
    for less, more in pairwise(ranked):
        assert less.permissions <= more.permissions
        assert all(less.limits[measure] <= more.limits[measure] for measure in Measure)


def test_the_limits_are_those_that_the_examples_tell() -> None:
    limits = {role: tuple(rights.limits[measure] for measure in Measure) for role, rights in ROLES.items()}
    assert limits == {
        "cashier": (10, 10, 5_000),
        "shift_lead": (20, 25, 20_000),
        "supervisor": (50, 50, 100_000),
        "manager": (100, 100, LARGEST_AMOUNT_MINOR),
        "owner": (100, 100, LARGEST_AMOUNT_MINOR),
    }


def test_what_takes_nothing_off_is_within_every_limit() -> None:
    for permission in (Permission.PRICE_OVERRIDE, Permission.LINE_DISCOUNT, Permission.RETURN):
        assert may_alone("cashier", act(permission, "0"))


def test_a_price_below_cost_needs_a_reason() -> None:
    with pytest.raises(ApprovalRefused) as refused:
        approve(staff("cashier"), staff("manager"), act(Permission.PRICE_BELOW_COST))
    assert refused.value.code == "no_reason"


def test_a_role_that_nobody_knows_has_the_rights_of_a_cashier() -> None:
    for permission in Permission:
        for size in ("1", "100"):
            what = act(permission, size)
            assert may_alone("astronaut", what) is may_alone("cashier", what)
    newcomer = StaffMember(staff_id="E1", display_name="Noor")
    assert (newcomer.role, newcomer.key) == ("cashier", "E1")


@pytest.mark.parametrize(
    ("role", "what", "code", "roles"),
    [
        ("cashier", act(Permission.LINE_DISCOUNT, "10"), None, ()),
        (
            "cashier",
            act(Permission.LINE_DISCOUNT, "10.01"),
            "over_limit",
            ("shift_lead", "supervisor", "manager", "owner"),
        ),
        ("supervisor", act(Permission.LINE_DISCOUNT, "60"), "over_limit", ("manager", "owner")),
        (
            "cashier",
            act(Permission.OPEN_DRAWER),
            "not_permitted",
            ("shift_lead", "supervisor", "manager", "owner"),
        ),
        ("shift_lead", act(Permission.OPEN_DRAWER), None, ()),
        ("cashier", act(Permission.RETURN, "5000"), None, ()),
        ("cashier", act(Permission.RETURN, "20001"), "over_limit", ("supervisor", "manager", "owner")),
        (
            "manager",
            act(Permission.RETURN_WITHOUT_RECEIPT, "100"),
            "second_person",
            ("supervisor", "manager", "owner"),
        ),
        ("owner", act(Permission.RETURN_WITHOUT_RECEIPT, "100"), None, ()),
    ],
)
def test_the_till_is_told_whether_somebody_must_be_asked_why_and_who(
    role: str, what: Act, code: str | None, roles: tuple[str, ...]
) -> None:
    needed = needs_approval(staff(role), what)
    if code is None:
        assert needed is None
        return
    assert needed is not None
    assert (needed.code, needed.roles) == (code, roles)
    assert (needed.act, needed.requested_by) == (what, f"E-{role}")


def test_an_approval_says_who_allowed_what_to_whom_and_why() -> None:
    what = Act(permission=Permission.LINE_DISCOUNT, percent=Decimal(15), about="line-3")
    approval = approve(staff("cashier"), staff("supervisor"), what, " dented tin ")
    assert approval == Approval(
        act=what, requested_by="E-cashier", approved_by="E-supervisor", reason="dented tin"
    )
    assert msgspec.json.decode(msgspec.json.encode(approval), type=Approval) == approval


@pytest.mark.parametrize(
    ("approver", "what", "reason", "code"),
    [
        (staff("cashier", "E-9"), act(Permission.VOID_SALE), "", "not_permitted"),
        (staff("astronaut"), act(Permission.VOID_SALE), "", "not_permitted"),
        (staff("supervisor"), act(Permission.LINE_DISCOUNT, "51"), "", "over_limit"),
        (staff("manager", "E-1"), act(Permission.RETURN_WITHOUT_RECEIPT), "lost", "same_person"),
        (staff("supervisor"), act(Permission.AGE_OVERRIDE), "  ", "no_reason"),
        (NOBODY, act(Permission.VOID_SALE), "", "nobody"),
    ],
)
def test_an_approval_that_cannot_be_given_is_refused(
    approver: StaffMember, what: Act, reason: str, code: str
) -> None:
    with pytest.raises(ApprovalRefused) as refused:
        approve(staff("manager", "E-1"), approver, what, reason)
    assert (refused.value.code, refused.value.act) == (code, what)
    assert code in str(refused.value)


def test_who_needs_no_second_person_may_approve_for_themselves() -> None:
    owner = staff("owner")
    assert approve(owner, owner, act(Permission.RETURN_WITHOUT_RECEIPT), "known").approved_by == "E-owner"
    manager = staff("manager")
    assert approve(manager, manager, act(Permission.VOID_SALE)).approved_by == "E-manager"


def test_a_second_manager_allows_what_one_alone_may_not() -> None:
    what = act(Permission.RETURN_WITHOUT_RECEIPT, "9000")
    approval = approve(staff("manager", "E-1"), staff("manager", "E-2"), what, "gift")
    assert (approval.requested_by, approval.approved_by) == ("E-1", "E-2")


BAD_ACTS = [
    (Act(permission=Permission.LINE_DISCOUNT), "no_measure"),
    (Act(permission=Permission.RETURN), "no_measure"),
    (Act(permission=Permission.RETURN, percent=Decimal(5)), "wrong_measure"),
    (Act(permission=Permission.RETURN, percent=Decimal(5), amount_minor=5), "wrong_measure"),
    (Act(permission=Permission.LINE_DISCOUNT, amount_minor=5), "wrong_measure"),
    (Act(permission=Permission.VOID_SALE, amount_minor=5), "wrong_measure"),
    (Act(permission=Permission.VOID_SALE, percent=Decimal(5)), "wrong_measure"),
    (Act(permission=Permission.LINE_DISCOUNT, percent=Decimal("NaN")), "not_a_number"),
    (Act(permission=Permission.PRICE_OVERRIDE, percent=Decimal(-1)), "negative"),
    (Act(permission=Permission.RETURN, amount_minor=-1), "negative"),
    (Act(permission=Permission.SALE_DISCOUNT, percent=Decimal("100.01")), "over_hundred_percent"),
    (Act(permission=Permission.RETURN, amount_minor=LARGEST_AMOUNT_MINOR + 1), "too_large"),
]


@pytest.mark.parametrize(("what", "code"), BAD_ACTS)
def test_an_act_that_makes_no_sense_is_refused_and_never_let_through(what: Act, code: str) -> None:
    with pytest.raises(ActRefused) as asking:
        needs_approval(staff("owner"), what)
    with pytest.raises(ActRefused) as approving:
        approve(staff("cashier"), staff("owner"), what, "because")
    assert asking.value.code == approving.value.code == code
    assert asking.value.act == what


def test_a_store_may_have_a_table_of_its_own() -> None:
    strict = {
        "cashier": Rights(frozenset({Permission.LINE_DISCOUNT}), {Measure.DISCOUNT_PERCENT: Decimal(1)})
    }
    assert needs_approval(staff("cashier"), act(Permission.LINE_DISCOUNT, "1"), strict) is None
    needed = needs_approval(staff("cashier"), act(Permission.LINE_DISCOUNT, "2"), strict)
    assert needed is not None
    assert (needed.code, needed.roles) == ("over_limit", ())
    with pytest.raises(ApprovalRefused):
        approve(staff("cashier"), staff("manager"), act(Permission.VOID_SALE), "", strict)


def test_where_a_table_says_nothing_nothing_is_allowed() -> None:
    needed = needs_approval(staff("cashier"), act(Permission.VOID_LINE), {})
    assert needed is not None
    assert needed.code == "not_permitted"
    unlimited = {"cashier": Rights(frozenset(Permission), {})}
    needed = needs_approval(staff("cashier"), act(Permission.RETURN, "1"), unlimited)
    assert needed is not None
    assert needed.code == "over_limit"


@pytest.mark.parametrize(
    ("shelf", "asked", "percent"),
    [
        ("1000", "900", "10"),
        ("1000", "1000", "0"),
        ("1000", "1200", "0"),
        ("850", "849", "0.1177"),
        ("300", "200", "33.3334"),
        ("1000000", "1", "99.9999"),
        ("10000000", "0.0001", "100"),
    ],
)
def test_a_reduction_is_told_in_percent_of_the_shelf_price_rounded_up(
    shelf: str, asked: str, percent: str
) -> None:
    assert price_reduction_percent(Decimal(shelf), Decimal(asked)) == Decimal(percent)


@pytest.mark.parametrize(("shelf", "asked"), [("0", "5"), ("5", "0"), ("NaN", "5"), ("5", "-1")])
def test_a_reduction_from_or_to_a_price_that_cannot_be_is_refused(shelf: str, asked: str) -> None:
    with pytest.raises(PriceRefused):
        price_reduction_percent(Decimal(shelf), Decimal(asked))


@pytest.mark.parametrize(
    ("discount", "base", "percent"),
    [
        (ManualDiscount(percent=Decimal("12.5")), 1000, "12.5"),
        (ManualDiscount(amount_minor=125), 1000, "12.5"),
        (ManualDiscount(amount_minor=1), 3000, "0.0334"),
        (ManualDiscount(amount_minor=5000), 1000, "100"),
    ],
)
def test_a_discount_is_told_in_percent_of_what_it_is_given_on(
    discount: ManualDiscount, base: int, percent: str
) -> None:
    assert discount_percent(discount, base) == Decimal(percent)


def test_a_discount_on_nothing_has_no_percentage() -> None:
    with pytest.raises(AmountRefused):
        discount_percent(ManualDiscount(amount_minor=5), 0)


PEOPLE = st.builds(staff, st.sampled_from([*ROLES, "astronaut"]), st.sampled_from(["E-1", "E-2", "E-3"]))
ANY_ACT = st.one_of(
    st.builds(
        lambda permission, size: act(permission, str(size)),
        st.sampled_from(list(Permission)),
        st.integers(0, 100),
    ),
    st.builds(
        lambda permission, amount: Act(permission=permission, amount_minor=amount),
        st.sampled_from([Permission.RETURN, Permission.RETURN_WITHOUT_RECEIPT]),
        st.integers(0, LARGEST_AMOUNT_MINOR),
    ),
)


@given(requester=PEOPLE, approver=PEOPLE, what=ANY_ACT, reason=st.sampled_from(["", "because"]))
def test_nobody_approves_beyond_their_own_rights(
    requester: StaffMember, approver: StaffMember, what: Act, reason: str
) -> None:
    try:
        approval = approve(requester, approver, what, reason)
    except ApprovalRefused:
        return
    rights = ROLES.get(approver.role, ROLES[LEAST_ROLE])
    rule = ACTS[what.permission]
    assert what.permission in rights.permissions
    if rule.measure is not None:
        size = what.amount_minor if what.percent is None else what.percent
        assert size is not None
        assert size <= rights.limits[rule.measure]
    if rule.second_person and not rights.alone:
        assert approval.approved_by != approval.requested_by


@given(requester=PEOPLE, what=ANY_ACT)
def test_whoever_is_named_as_able_to_approve_can(requester: StaffMember, what: Act) -> None:
    needed = needs_approval(requester, what)
    if needed is None:
        return
    for role in ROLES:
        approver = staff(role, "E-other")
        if role in needed.roles:
            assert approve(requester, approver, what, "because").approved_by == "E-other"
        else:
            with pytest.raises(ApprovalRefused):
                approve(requester, approver, what, "because")


@given(
    shelf=st.decimals(min_value="0.0001", max_value=10**9, places=4),
    asked=st.decimals(min_value="0.0001", max_value=10**9, places=4),
)
def test_rounding_never_hides_a_reduction(shelf: Decimal, asked: Decimal) -> None:
    percent = price_reduction_percent(shelf, asked)
    assert 0 <= percent <= 100
    assert shelf * (100 - percent) <= asked * 100
    assert (percent == 0) is (asked >= shelf)
