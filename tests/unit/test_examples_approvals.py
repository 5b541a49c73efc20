"""The worked examples of approvals: each row is asked of the real table of roles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.staff import (
    Act,
    ApprovalRefused,
    Permission,
    StaffMember,
    approve,
    needs_approval,
    price_reduction_percent,
)
from tests.fakes.worked_examples import Example, examples, place_of


def somebody(described: str) -> StaffMember:
    """Return the person that `manager`, `the same manager` or `another manager` means."""
    role = described.rsplit(maxsplit=1)[-1]
    other = " another" if described.startswith("another") else ""
    return StaffMember(staff_id=role + other, display_name=described, role=role)


def an_act(permission: str, how_much: str) -> Act:
    wanted = Permission(permission)
    if how_much == "—":
        return Act(permission=wanted)
    if how_much.endswith(" %"):
        return Act(permission=wanted, percent=Decimal(how_much.removesuffix(" %")))
    return Act(permission=wanted, amount_minor=int(Decimal(how_much) * 100))


@pytest.mark.parametrize("row", examples("approvals", "Does somebody have to be asked"), ids=place_of)
def test_does_somebody_have_to_be_asked(row: Example) -> None:
    needed = needs_approval(somebody(row["Who"]), an_act(row["Wants"], row["How much"]))
    found = ("no", ()) if needed is None else (f"yes, {needed.code}", needed.roles)
    assert found == (row["Asked"], row.items("May be allowed by"))


@pytest.mark.parametrize("row", examples("approvals", "Can this person allow it"), ids=place_of)
def test_can_this_person_allow_it(row: Example) -> None:
    reason = row["Reason"].replace("—", "")
    try:
        approve(
            somebody(row["Who asks"]),
            somebody(row["Who allows"]),
            an_act(row["What"], row["How much"]),
            reason,
        )
        answer = "allowed"
    except ApprovalRefused as refused:
        answer = refused.code
    assert answer == row["Answer"]


@pytest.mark.parametrize("row", examples("approvals", "How much comes off"), ids=place_of)
def test_how_much_comes_off(row: Example) -> None:
    percent = price_reduction_percent(Decimal(row["Shelf price"]) * 100, Decimal(row["Price asked"]) * 100)
    assert percent == Decimal(row["Comes off"].removesuffix(" %"))
