"""A promotion is tried on a small basket before it is published: what comes off, or why nothing does."""

from __future__ import annotations

from sync.server.demo.store import STORE_ID
from tests.server.browsing import Browser, Fill, Page

TEN_PERCENT: Fill = {"label": "Ten off", "argument.percent": "10"}
GOLD: Fill = {"try_coupons": "ten", "try_tier": "gold"}


def new_page(browser: Browser, wanted: str = "percent_off") -> Page:
    return browser.read("/backoffice/promotions/new", store=STORE_ID, kind=wanted)


TRIALS: list[tuple[Fill, str]] = [
    ({}, "It takes nothing off"),
    ({"try_basket": ""}, "Write what is in the basket"),
    ({"try_basket": "1 x nothing"}, "no product “nothing”"),
    ({"try_basket": "0 x 1001"}, "more than nothing"),
    ({"try_basket": "1.5 x 1001"}, "sold by the piece"),
    ({"try_basket": "99999 x 1001;" * 51}, "At most 50 lines"),
    ({"try_moment": "noon"}, "Write a time"),
    ({"try_moment": "0001-01-01T00:00"}, "Write a time"),
    ({"try_participants": "many"}, "whole number"),
    ({"try_coupons": "OTHER"}, "coupon is not on this basket"),
    ({"try_coupons": "ten", "try_tier": "silver"}, "for other members"),
    (
        {**GOLD, "try_moment": "2026-11-20T10:00"},
        "not hold on this day",
    ),
    (
        {**GOLD, "try_moment": "2026-11-22T20:00"},
        "not hold at this hour",
    ),
    (
        {**GOLD, "try_moment": "2026-11-22T10:00", "try_channel": "online"},
        "not hold in this channel",
    ),
    ({**GOLD, "try_moment": "2026-11-22T10:00"}, "saves 0.55"),
]


def test_a_trial_says_what_comes_off_or_why_nothing_does(browser: Browser) -> None:
    page = new_page(browser)
    conditions: Fill = {
        **TEN_PERCENT,
        "coupon_code": "TEN",
        "member_tiers": "gold",
        "weekdays": ["7"],
        "hours": "09:00-12:00",
        "channels": ["store"],
        "try_basket": "1 x 1001",
    }
    for fill, says in TRIALS:
        tried = browser.press(page, "try", {**conditions, **fill})
        assert says in tried.visible, (fill, tried.visible)


def test_a_trial_names_who_is_better_and_what_is_missing(browser: Browser) -> None:
    worse = {"label": "Worse", "argument.percent": "1", "exclusive": "yes", "product_ids": "1026"}
    page = browser.press(new_page(browser), "try", {**worse, "try_basket": "2 x 1026"})
    assert "Other promotions take these lines" in page.visible
    page = browser.press(new_page(browser), "try", {**worse, "try_basket": "2 x 1001"})
    assert "Nothing in the basket is in its scope" in page.visible
    gift = {"label": "Gift", "argument.gift_products": "1006", "argument.buy": "1", "product_ids": "1001"}
    page = browser.press(new_page(browser, "gift_with_purchase"), "try", {**gift, "try_basket": "1 x 1001"})
    assert "Still free: 1 of P1006." in page.visible
    points = {"label": "Points", "argument.multiplier": "3"}
    page = browser.press(
        new_page(browser, "points_multiplier"), "try", {**points, "try_basket": "1001", "try_member": "yes"}
    )
    assert "Points: 5 without it, 1" in page.visible


def test_a_trial_with_something_wrong_prices_nothing(browser: Browser) -> None:
    page = browser.press(new_page(browser), "try", {"argument.percent": "200", "try_basket": "1 x 1001"})
    assert page.status == 422
    assert "Without it" not in page.visible
