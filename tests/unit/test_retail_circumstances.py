"""What decides prices and taxes of an open sale beside its lines: set, taken back, and refused."""

from __future__ import annotations

import pytest

from retail.basket import Basket, PromotionUse, attach_member
from retail.circumstances import (
    CircumstanceRefused,
    redeem_points,
    set_channel,
    set_fiscal_position,
    set_service,
    set_uses,
)
from retail.loyalty.refusal import PointsRefused
from retail.tax.refusals import UnknownFiscalPosition, UnknownService
from tests.fakes.shop import member

EMPTY = Basket(basket_id="basket-1")
WITH_MEMBER = attach_member(EMPTY, member("gold"))


def test_a_sale_is_in_the_store_unless_it_is_set_online() -> None:
    online = set_channel(EMPTY, "online")
    assert (EMPTY.channel, online.channel) == ("store", "online")
    assert set_channel(online, "store") == EMPTY


@pytest.mark.parametrize("channel", ["", "telephone", "Store"])
def test_a_channel_that_nobody_sells_in_is_refused(channel: str) -> None:
    with pytest.raises(CircumstanceRefused) as refused:
        set_channel(EMPTY, channel)
    assert (refused.value.code, refused.value.what) == ("unknown_channel", channel)
    assert "unknown_channel" in str(refused.value)


@pytest.mark.parametrize("service", ["eat_in", "take_away"])
def test_a_sale_is_eaten_in_or_taken_away_and_may_be_neither_again(service: str) -> None:
    served = set_service(EMPTY, service)
    assert served.service == service
    assert set_service(served, "") == EMPTY


def test_a_service_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownService):
        set_service(EMPTY, "drive_through")


def test_a_fiscal_position_is_one_that_the_store_has() -> None:
    moved = set_fiscal_position(EMPTY, "export", {"export", "diplomat"})
    assert moved.fiscal_position == "export"
    assert set_fiscal_position(moved, "", ()) == EMPTY
    with pytest.raises(UnknownFiscalPosition):
        set_fiscal_position(EMPTY, "exprot", {"export"})


def test_points_are_given_and_taken_back() -> None:
    given = redeem_points(WITH_MEMBER, 300)
    assert given.points_to_redeem == 300
    assert redeem_points(given, 0) == WITH_MEMBER
    assert redeem_points(EMPTY, 0) == EMPTY


@pytest.mark.parametrize(("points", "code"), [(-1, "negative"), (10**12, "too_large")])
def test_a_number_of_points_that_cannot_be_is_refused(points: int, code: str) -> None:
    with pytest.raises(PointsRefused) as refused:
        redeem_points(WITH_MEMBER, points)
    assert refused.value.code == code


def test_points_without_a_member_are_refused() -> None:
    with pytest.raises(CircumstanceRefused) as refused:
        redeem_points(EMPTY, 300)
    assert refused.value.code == "no_member"


def test_what_is_known_of_promotions_replaces_what_was_known() -> None:
    tea, bread = PromotionUse(promotion_id="tea", by_member=1), PromotionUse(promotion_id="bread", today=4)
    known = set_uses(EMPTY, [tea, bread])
    assert known.uses == (bread, tea)
    assert set_uses(EMPTY, [bread, tea]) == known
    assert set_uses(known, [tea]).uses == (tea,)
    assert set_uses(known, ()) == EMPTY


@pytest.mark.parametrize(
    ("uses", "code"),
    [
        ([PromotionUse(promotion_id="")], "no_promotion"),
        ([PromotionUse(promotion_id="tea"), PromotionUse(promotion_id="tea", today=1)], "duplicate"),
        ([PromotionUse(promotion_id="tea", by_member=-1)], "negative"),
        ([PromotionUse(promotion_id="tea", today=-1)], "negative"),
        ([PromotionUse(promotion_id="tea", in_campaign=10**12)], "too_large"),
        ([PromotionUse(promotion_id="tea", participants=10**12)], "too_large"),
    ],
)
def test_uses_that_cannot_be_are_refused(uses: list[PromotionUse], code: str) -> None:
    with pytest.raises(CircumstanceRefused) as refused:
        set_uses(EMPTY, uses)
    assert refused.value.code == code
