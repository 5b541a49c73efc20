"""Runs the worked examples of `docs/examples/loyalty.md`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from retail.catalogue import ProductKind
from retail.loyalty.birthday import birthday_points_due
from retail.loyalty.earning import earn
from retail.loyalty.lots import PointsAccount, PointsLot, balance, spend, take_back
from retail.loyalty.program import (
    BirthdayPeriod,
    Bonus,
    LeapBirthday,
    LoyaltyProgram,
    PointsRounding,
    PreparedProgram,
    Shortfall,
    Tier,
    TierFall,
    TierPeriod,
    prepare_program,
)
from retail.loyalty.redeeming import check_redemption, redeemable, worth_of
from retail.loyalty.refusal import PointsRefused
from retail.loyalty.reversal import Returned, points_to_give_back, points_to_take_back, reversal
from retail.loyalty.tiers import tier_of
from retail.term import Term, TermEnd, end_of, last_day
from tests.fakes.worked_examples import Example, examples, place_of


class Line(msgspec.Struct, frozen=True):
    remaining_minor: int
    product_id: str = ""
    category_id: str = ""
    product_kind: ProductKind = ProductKind.GOODS
    pieces: int = 1


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


def at(day: str) -> str:
    return f"{day}T12:00:00+08:00"


def program(text: str, **settings: Any) -> PreparedProgram:
    """Read a programme such as `1 per 1.00, each line`."""
    rate, *rest = text.split(", ")
    points, step = rate.split(" per ")
    settings |= {"points": int(points), "step_minor": minor(step)}
    for part in rest:
        if part == "each line":
            settings["rounding"] = PointsRounding.LINE
        elif part == "whole steps":
            settings["whole_steps"] = True
        elif part == "also on points":
            settings["points_paid_earns"] = True
        else:
            settings["minimum_spend_minor"] = minor(part.removeprefix("from "))
    return prepare_program(LoyaltyProgram(**settings))


def term(text: str) -> Term:
    """Read a term such as `36 months, to the next 09-30`."""
    if text == "never":
        return Term()
    length, _, end = text.partition(", to the ")
    number, unit = length.split()
    settings: dict[str, Any] = {unit: int(number)}
    if end == "end of the month":
        settings["to_end_of"] = TermEnd.MONTH
    elif end:
        settings |= {"to_end_of": TermEnd.YEAR, "year_ends": end.removeprefix("next ")}
    return Term(**settings)


@pytest.mark.parametrize("row", examples("loyalty", "Points for what is paid"), ids=place_of)
def test_points_for_what_is_paid(row: Example) -> None:
    earned = earn(program(row["Programme"]), [Line(minor(paid)) for paid in row.items("Lines")])
    assert earned.points == sum(earned.by_line()) == int(row["Points"])


@pytest.mark.parametrize("row", examples("loyalty", "Members of a tier earn more"), ids=place_of)
def test_members_of_a_tier_earn_more(row: Example) -> None:
    tiers = (Tier(tier_id="theirs", multiplier=Decimal(row["Tier"])),)
    found = earn(
        program(row["Programme"], tiers=tiers),
        [Line(row.minor("Paid"))],
        tier="theirs",
        multiplier=Decimal(row["Promotion"]),
    )
    assert found.points == int(row["Points"])


@pytest.mark.parametrize("row", examples("loyalty", "What earns nothing"), ids=place_of)
def test_what_earns_nothing(row: Example) -> None:
    line = Line(row.minor("Paid"), category_id=row["Category"], product_kind=ProductKind(row["Kind"]))
    found = earn(program("1 per 1.00", excluded_category_ids=("tobacco", "baby_milk")), [line])
    assert found.points == int(row["Points"])


@pytest.mark.parametrize("row", examples("loyalty", "Bonus points"), ids=place_of)
def test_bonus_points(row: Example) -> None:
    points, pieces, product = row["Bonus"].replace("for ", "").split()
    bonus = Bonus(bonus_id="b", points=int(points), pieces=int(pieces), product_ids=(product,))
    lines = []
    for bought in row.items("Bought"):
        count, _, name, paid = bought.split()
        lines.append(Line(minor(paid), name, pieces=int(count)))
    tiers = (Tier(tier_id="theirs", multiplier=Decimal("1.5")),)
    found = earn(program("1 per 1.00", bonuses=(bonus,), tiers=tiers), lines, tier="theirs")
    figures = (int(row["Base"]), int(row["Extra"]), int(row["Points"]))
    assert (found.base, found.bonus, found.points) == figures


@pytest.mark.parametrize("row", examples("loyalty", "Points paid earn no points"), ids=place_of)
def test_points_paid_earn_no_points(row: Example) -> None:
    found = earn(
        program(row["Programme"]),
        [Line(row.minor("Total"))],
        paid_with_points_minor=row.minor("Paid with points"),
    )
    assert found.points == int(row["Points"])


@pytest.mark.parametrize("row", examples("loyalty", "When points expire"), ids=place_of)
def test_when_points_expire(row: Example) -> None:
    found = term(row["Rule"])
    if row["Last day"] == "—":
        assert end_of(found, at(row["Earned on"])) == ""
    else:
        assert last_day(found, date.fromisoformat(row["Earned on"])).isoformat() == row["Last day"]
        assert end_of(found, at(row["Earned on"])) > f"{row['Last day']}T23:59:59"


@pytest.mark.parametrize("row", examples("loyalty", "What points are worth"), ids=place_of)
def test_what_points_are_worth(row: Example) -> None:
    points, worth = row["Worth"].split(" = ")
    club = prepare_program(
        LoyaltyProgram(
            worth_points=int(points),
            worth_minor=minor(worth),
            smallest_points=int(row["Smallest"]),
            step_points=int(row["Step"]),
            largest_share=Decimal(row["Largest share"].removesuffix(" %")),
        )
    )
    found = redeemable(club, int(row["Balance"]), row.minor("Due"))
    assert found == (int(row["Points"]), row.minor("Off"))
    if found.points:
        assert check_redemption(club, found.points, int(row["Balance"]), row.minor("Due")) == found


@pytest.mark.parametrize("row", examples("loyalty", "Points that may not be redeemed"), ids=place_of)
def test_points_that_may_not_be_redeemed(row: Example) -> None:
    club = prepare_program(
        LoyaltyProgram(
            worth_points=100,
            worth_minor=100,
            smallest_points=500,
            step_points=100,
            largest_share=Decimal(50),
            offline_points=600,
        )
    )
    asked = (club, int(row["Asked for"]), int(row["Balance"]), row.minor("Due"))
    online = {"reached": True, "away": False}[row["Centre"]]
    if row["Reason"] == "—":
        assert check_redemption(*asked, online=online).points == int(row["Asked for"])
        return
    with pytest.raises(PointsRefused) as refused:
        check_redemption(*asked, online=online)
    assert refused.value.code == row["Reason"].replace(" ", "_")


def lot(place: int, text: str) -> PointsLot:
    found = re.fullmatch(r"(\d+)(?: until (.+))?", text)
    assert found is not None, text
    points = int(found[1])
    over = end_of(Term(to_end_of=TermEnd.MONTH), at(found[2])) if found[2] else ""
    return PointsLot(
        lot_id=str(place), earned_at=at("2026-01-01"), points=points, left=points, expires_at=over
    )


@pytest.mark.parametrize("row", examples("loyalty", "The oldest points go first"), ids=place_of)
def test_the_oldest_points_go_first(row: Example) -> None:
    account = PointsAccount(lots=tuple(lot(place, text) for place, text in enumerate(row.items("Lots"))))
    after, _ = spend(account, int(row["Spent"]), at(row["Day"]), "sale")
    assert [one.left for one in after.lots] == [int(left) for left in row.items("Left")]
    assert balance(after, at(row["Day"])) == int(row["Balance"])


@pytest.mark.parametrize(
    "row", examples("loyalty", "Goods that come back take their points along"), ids=place_of
)
def test_goods_that_come_back_take_their_points_along(row: Example) -> None:
    amounts = (row.minor("Paid"), row.minor("Returned before"), row.minor("Returned now"))
    assert points_to_take_back(int(row["Earned"]), *amounts) == int(row["Taken back"])


@pytest.mark.parametrize("row", examples("loyalty", "Redeemed points come back"), ids=place_of)
def test_redeemed_points_come_back(row: Example) -> None:
    amounts = (row.minor("Took off"), row.minor("Came back before"), row.minor("Comes back now"))
    gives_back = {"gives back": True, "keeps": False}[row["Programme"]]
    redeemed = int(row["Redeemed"])
    found = reversal(
        earned=0,
        paid=Returned(0, 0, 0),
        redeemed=redeemed,
        worth=Returned(*amounts),
        gives_back=gives_back,
    )
    assert found.give_back == int(row["Given back"])
    if gives_back:
        assert points_to_give_back(redeemed, *amounts) == int(row["Given back"])


@pytest.mark.parametrize("row", examples("loyalty", "When the points are gone already"), ids=place_of)
def test_when_the_points_are_gone_already(row: Example) -> None:
    club = prepare_program(
        LoyaltyProgram(worth_points=100, worth_minor=100, shortfall=Shortfall(row["Programme"]))
    )
    lots = (lot(0, row["Balance"]),) if int(row["Balance"]) else ()
    now = at("2026-11-22")
    found = take_back(
        PointsAccount(lots=lots),
        int(row["To take back"]),
        now,
        sale_id="sale",
        reference="return",
        shortfall=club.program.shortfall,
    )
    assert (found.taken, found.shortfall) == (int(row["Taken"]), int(row["Missing"]))
    assert balance(found.account, now) == int(row["Balance after"])
    assert worth_of(club, found.to_charge) == row.minor("Kept from the refund")


@pytest.mark.parametrize("row", examples("loyalty", "Tiers by spending"), ids=place_of)
def test_tiers_by_spending(row: Example) -> None:
    tiers = []
    for text in row.items("Tiers"):
        name, threshold = text.split()
        tiers.append(Tier(tier_id=name, from_spend_minor=minor(threshold)))
    by_year = row["Rule"].startswith("year")
    club = prepare_program(
        LoyaltyProgram(
            tiers=tuple(tiers),
            tier_period=TierPeriod.CALENDAR_YEAR if by_year else TierPeriod.ROLLING,
            tier_days=365,
            tier_kept=Term(months=12, to_end_of=TermEnd.YEAR) if by_year else Term(),
            tier_falls=TierFall.ONE_TIER if row["Rule"].endswith("one tier") else TierFall.TO_SPENDING,
        )
    )
    bought = [text.split() for text in row.items("Bought")]
    found = tier_of(club, [(at(day), minor(amount)) for day, amount in bought], at(row["On"]))
    assert found.tier_id == row["Tier"]
    assert (found.ends_on or "—", found.falls_to or "—") == (row["Through"], row["Then"])
    if row["Missing to the next"] == "—":
        assert found.next_tier_id == ""
    else:
        assert found.missing_minor == row.minor("Missing to the next")


@pytest.mark.parametrize("row", examples("loyalty", "Birthdays"), ids=place_of)
def test_birthdays(row: Example) -> None:
    kept_on = {"28 February": LeapBirthday.FEBRUARY_28, "1 March": LeapBirthday.MARCH_1}
    period = {"on the day": BirthdayPeriod.DAY, "in the month": BirthdayPeriod.MONTH}
    club = prepare_program(
        LoyaltyProgram(
            birthday_points=200,
            birthday_period=period[row["Given"]],
            leap_birthday=kept_on[row["29 February is kept on"]],
        )
    )
    years = {int(year) for year in row.items("Given in")}
    assert birthday_points_due(club, row["Birthday"], at(row["Today"]), years) == int(row["Points"])
