"""Who looks at the storefront, and how money, quantities, stock and times are said to a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

import msgspec

from retail.catalogue import LocalisedText
from retail.quantity import SellingUnit
from retail.store import StoreSettings
from sync.server.web.frame import amount

ROOT: Final = "/shop"

_UNITS: Final[dict[SellingUnit, tuple[str, str]]] = {
    SellingUnit.PIECE: ("", ""),
    SellingUnit.KILOGRAM: ("kg", "千克"),
    SellingUnit.LITRE: ("l", "升"),
    SellingUnit.METRE: ("m", "米"),
}
_WEEKDAYS: Final = (
    ("Mon", "周一"),
    ("Tue", "周二"),
    ("Wed", "周三"),
    ("Thu", "周四"),
    ("Fri", "周五"),
    ("Sat", "周六"),
    ("Sun", "周日"),
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ShopView(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a page of the storefront.

    `token` is what its forms carry, `pieces` what is in the basket, `order_key` opens the visitor's newest
    order. `notice` is a sentence about what was just done (`to_basket`: the basket is the way on from it),
    `problem` one about what could not be done.
    """

    language: str
    token: str = ""
    store: StoreSettings | None = None
    path: str = ROOT
    query: Mapping[str, str] = {}
    pieces: int = 0
    order_key: str = ""
    notice: str = ""
    to_basket: bool = False
    problem: str = ""

    @property
    def chinese(self) -> bool:
        return self.language.startswith("zh")

    def say(self, english: str, chinese: str) -> str:
        """Return one of two texts."""
        return chinese if self.chinese else english

    def text(self, text: LocalisedText) -> str:
        """Return a text in the language."""
        return text.in_language(self.language)

    def place_of(self, settings: StoreSettings) -> str:
        """Return where a store is: its name and its address."""
        parts = (self.text(settings.name), settings.address)
        return self.say(", ", "，").join(part for part in parts if part)

    def at(self, place: str = "", **query: str) -> str:
        """Return the address of a page of this store."""
        assert self.store is not None, "a page outside of any store"
        return address(f"{ROOT}/s/{self.store.store_id}{place}", **query)

    def itself(self, **query: str) -> str:
        """Return this page's own address, with other parts of the query."""
        return address(self.path, **{**self.query, **query})

    def money(self, minor: int) -> str:
        """Return an amount of the store's money, such as `$4.20`."""
        assert self.store is not None, "no store, no money"
        sign = "−" if minor < 0 else ""
        return f"{sign}{self.store.currency_symbol}{amount(abs(minor), self.store.currency_digits)}"

    def unit_money(self, minor: Decimal, unit: SellingUnit) -> str:
        """Return what one unit costs, such as `$4.20` or `$12.90/kg`, as exactly as it is asked."""
        assert self.store is not None, "no store, no money"
        digits = self.store.currency_digits
        if minor == minor.to_integral_value():
            asked = self.money(int(minor))
        else:
            asked = f"{self.store.currency_symbol}{minor.scaleb(-digits).normalize():f}"
        measure = self.say(*_UNITS[unit])
        return f"{asked}/{measure}" if measure else asked

    def quantity(self, quantity: Decimal, unit: SellingUnit) -> str:
        """Return a quantity with its unit, such as `3` or `1.25 kg`."""
        measure = self.say(*_UNITS[unit])
        return f"{plain(quantity)} {measure}".strip()

    def left(self, available: Decimal, unit: SellingUnit, plenty: int) -> str:
        """Return how much there is, in words that never promise more."""
        if available <= 0:
            return self.say("sold out", "已售完")
        if available >= plenty:
            return self.say("in stock", "有货")
        amount_left = self.quantity(available, unit)
        return self.say(f"{amount_left} left", f"剩 {amount_left}" + ("" if unit.value != "piece" else " 件"))

    def day(self, moment: str) -> str:
        """Return the day of an RFC 3339 moment as its own clock shows it, such as `Mon 23 Nov`."""
        when = datetime.fromisoformat(moment)
        weekday = self.say(*_WEEKDAYS[when.weekday()])
        return self.say(
            f"{weekday} {when.day} {_MONTHS[when.month - 1]}", f"{when.month}月{when.day}日 {weekday}"
        )

    def span(self, starts_at: str, ends_at: str) -> str:
        """Return the time of day of a slot."""
        return f"{clock(starts_at)}–{clock(ends_at)}"

    def moment(self, moment: str) -> str:
        """Return day and time of day."""
        return f"{self.day(moment)} {clock(moment)}"


def clock(moment: str) -> str:
    """Return the time of day of an RFC 3339 moment, as its own clock shows it."""
    return datetime.fromisoformat(moment).strftime("%H:%M")


def plain(number: Decimal) -> str:
    """Return a decimal without an exponent or zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def address(path: str, **query: str) -> str:
    """Return an address with a query, without the parts that are empty."""
    given = {name.rstrip("_"): text for name, text in query.items() if text}
    return f"{path}?{urlencode(given)}" if given else path


def order_address(page_key: str, place: str = "") -> str:
    """Return the address of an order's own page, or of a page below it."""
    return f"{ROOT}/o/{page_key}{place}"
