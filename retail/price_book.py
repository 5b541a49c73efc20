"""What price lists ask for a product now: every row of a store read once, then asked for each basket.

Lists are asked in the order of their position, then id. The first that holds now for this customer and
has a price for the product decides; when none has, the store's price stays.

A list's price for a product is its own row with the deepest quantity break that is reached; without
one, a price derived by the list's rule from the store's price or from another list's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from retail.basket import PRICE_PLACES, checked_price
from retail.catalogue import ListPrice, LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR, currency, round_ratio, to_whole
from retail.occasion import ConditionInvalid, Conditions, Occasion
from retail.price_list import PriceList, SkippedPriceRow, conditions_of, list_fault, price_fault

_ONE: Final = Decimal(1)
_FINEST: Final = _ONE.scaleb(-PRICE_PLACES)

_PLACES: Final = 2 * PRICE_PLACES + 2
"""How many decimals a price times a percentage has at most: those of both, and two for the hundred.

With the twelve digits of the largest price these are fewer than the 28 of decimal arithmetic: it is exact.
"""

_Break = tuple[Decimal, Decimal]
"""From which quantity, and the price."""

_Prices = dict[str, dict[str, tuple[_Break, ...]]]
"""Prices by list and product, the deepest quantity break first."""


class PriceListsRefused(ValueError):
    """Price lists that cannot be published as they are; `problems` names every row that is wrong."""

    code = "price_lists_refused"

    def __init__(self, problems: Sequence[SkippedPriceRow]) -> None:
        first = problems[0]
        super().__init__(f"{len(problems)} price rows cannot be used, first {first.key!r}: {first.reason}")
        self.problems = tuple(problems)


class Quote(msgspec.Struct, frozen=True, gc=False):
    """What a price list asks for one selling unit, and which list it was."""

    unit_price_minor: Decimal
    list_id: str
    label: LocalisedText


def _reached(breaks: tuple[_Break, ...], quantity: Decimal) -> Decimal | None:
    """Return the price of the first break that the quantity reaches; the deepest comes first."""
    for minimum, price in breaks:
        if quantity >= minimum:
            return price
    return None


class _PreparedList:
    """A list with its conditions read and its prices found by product. Read-only once the book is made."""

    __slots__ = ("conditions", "derives", "factor", "parent", "prices", "row", "scope")

    def __init__(self, row: PriceList, prices: dict[str, tuple[_Break, ...]], conditions: Conditions) -> None:
        self.row = row
        self.prices = prices
        self.conditions = conditions
        self.parent: _PreparedList | None = None
        self.derives = row.derives
        self.factor = (100 + row.percent) / 100
        self.scope = (
            frozenset(row.product_ids),
            frozenset(row.category_ids),
            frozenset(row.excluded_product_ids),
            frozenset(row.excluded_category_ids),
        )

    def derives_for(self, product_id: str, category_id: str) -> bool:
        """Say whether the list has a rule, and the product is one that it is for."""
        if not self.derives:
            return False
        products, categories, without_products, without_categories = self.scope
        if product_id in without_products or category_id in without_categories:
            return False
        return not (products or categories) or product_id in products or category_id in categories

    def derived(self, price: Decimal) -> Decimal | None:
        """Return the price that the rule makes of another; None when it could not be asked."""
        row = self.row
        exact = price * self.factor + row.amount_minor
        if exact <= 0:
            return None
        step = row.round_to_minor
        if not step:
            step = _FINEST if price % _ONE else _ONE
        if step == _ONE:
            multiple = to_whole(exact, row.rounding)
        else:
            steps = round_ratio(int(exact.scaleb(_PLACES)), int(step.scaleb(_PLACES)), row.rounding)
            multiple = Decimal(steps)
        rounded = max(_ONE, multiple) * step - row.below_step_minor
        return rounded if rounded <= LARGEST_AMOUNT_MINOR else None


_Reach = tuple[bool, frozenset[str], frozenset[str]]
"""What lists may have prices for: whether everything, else which products and which categories."""


def _reach(lists: Iterable[_PreparedList]) -> _Reach:
    products: set[str] = set()
    categories: set[str] = set()
    everything = False
    for one in lists:
        products.update(one.prices)
        if one.derives:
            of_products, of_categories, _, _ = one.scope
            products |= of_products
            categories |= of_categories
            everything |= not (of_products or of_categories)
    return everything, frozenset(products), frozenset(categories)


class OccasionPrices:
    """The lists that hold in one case, in the order in which they are asked; false when there are none."""

    __slots__ = ("_lists", "_of_lines", "_reach")

    def __init__(self, lists: tuple[_PreparedList, ...], of_lines: _Prices, reach: _Reach) -> None:
        self._lists = lists
        self._of_lines = of_lines
        self._reach = reach

    def __bool__(self) -> bool:
        return bool(self._lists)

    def touch(self, product_id: str, category_id: str) -> bool:
        """Say whether there may be a quote for a product; most are on no list, and need not be asked for."""
        everything, products, categories = self._reach
        return everything or product_id in products or category_id in categories or bool(self._of_lines)

    def quote(
        self, *, product_id: str, category_id: str, base_price_minor: Decimal, quantity: Decimal
    ) -> Quote | None:
        """Return the price of the first list that has one, None when the store's price stays.

        `quantity` is what quantity breaks are compared with. From a store's price of nothing none is
        derived. Raises `PriceRefused` for one that cannot be, where a price is to be derived from it.
        """
        for asked in self._lists:
            price = self._own_price(asked, product_id, quantity)
            if price is None and asked.derives:
                price = self._derived_price(asked, product_id, category_id, base_price_minor, quantity)
            if price is not None:
                return Quote(price, asked.row.list_id, asked.row.name)
        return None

    def _own_price(self, asked: _PreparedList, product_id: str, quantity: Decimal) -> Decimal | None:
        """Return the price of the deepest quantity break that is reached, None where there is none."""
        breaks = asked.prices.get(product_id)
        if self._of_lines:
            breaks = self._of_lines.get(asked.row.list_id, {}).get(product_id, breaks)
        return None if breaks is None else _reached(breaks, quantity)

    def _derived_price(
        self,
        asked: _PreparedList,
        product_id: str,
        category_id: str,
        base_price_minor: Decimal,
        quantity: Decimal,
    ) -> Decimal | None:
        """Go from list to list to one with a price of its own, or to the store's price, and derive back.

        None where one of them has no rule for the product.
        """
        rules: list[_PreparedList] = []
        here: _PreparedList | None = asked
        price: Decimal | None = None
        while here is not None and price is None:
            if not here.derives_for(product_id, category_id):
                return None
            rules.append(here)
            here = here.parent
            price = None if here is None else self._own_price(here, product_id, quantity)
        if price is None:
            if base_price_minor == 0:
                return None
            price = checked_price(base_price_minor)
        for rule in reversed(rules):
            price = rule.derived(price)
            if price is None:
                return None
        return price


NO_PRICES: Final = OccasionPrices((), {}, _reach(()))
"""Where no list holds."""


class PriceBook:
    """Every price list of a store, read and indexed once; false when there is nothing to ask.

    Rows that cannot be used are left out and stand in `skipped`, so that the till goes on selling. What
    stands does not depend on the order of the rows. Read-only once made; may be shared between threads.
    """

    __slots__ = ("_lists", "_reach", "skipped")

    def __init__(
        self, lists: Iterable[PriceList], prices: Iterable[ListPrice], *, currency_code: str
    ) -> None:
        """Index the rows of a store that sells in this currency; raises `UnknownCurrency`."""
        currency(currency_code)
        rows = sorted(lists, key=lambda row: (row.position, row.list_id))
        skipped: list[SkippedPriceRow] = []
        by_list = _index_prices(prices, {row.list_id for row in rows}, skipped)
        prepared = _prepare_lists(rows, by_list, currency_code, skipped)
        self._lists = tuple(prepared.values())
        self._reach = _reach(self._lists)
        self.skipped = tuple(skipped)

    def __bool__(self) -> bool:
        return bool(self._lists)

    def for_occasion(self, occasion: Occasion, prices: Sequence[ListPrice] = ()) -> OccasionPrices:
        """Return the lists that hold in this case: asked once for a basket, then once for each line.

        `prices` are those that the basket's lines brought along, from a store with too many to keep here;
        for their products they stand in place of the book's. Those that cannot be used are passed over.
        """
        lists = tuple([one for one in self._lists if not one.conditions.refusal(occasion)])
        if not lists:
            return NO_PRICES
        of_lines: _Prices = {}
        if prices:
            of_lines = _index_prices(prices, {one.row.list_id for one in self._lists}, [])
        return OccasionPrices(lists, of_lines, self._reach)

    def quote(
        self,
        *,
        product_id: str,
        category_id: str,
        base_price_minor: Decimal,
        quantity: Decimal,
        occasion: Occasion,
    ) -> Quote | None:
        """Return the price of one product in one case; see `OccasionPrices.quote`."""
        return self.for_occasion(occasion).quote(
            product_id=product_id,
            category_id=category_id,
            base_price_minor=base_price_minor,
            quantity=quantity,
        )


def check_price_lists(
    lists: Iterable[PriceList], prices: Iterable[ListPrice], *, currency_code: str
) -> PriceBook:
    """Return the book when every row can be used; raises `PriceListsRefused` with all that cannot."""
    rows, of_rows = tuple(lists), tuple(prices)
    book = PriceBook(rows, of_rows, currency_code=currency_code)
    skipped = {each.key for each in book.skipped if each.row == "price_list"}
    with_prices = {each.list_id for each in of_rows if not price_fault(each)}
    empty = [
        SkippedPriceRow("price_list", row.list_id, "empty")
        for row in rows
        if not (row.derives or row.list_id in with_prices or row.list_id in skipped)
    ]
    if book.skipped or empty:
        raise PriceListsRefused((*book.skipped, *empty))
    return book


def _index_prices(prices: Iterable[ListPrice], known: set[str], skipped: list[SkippedPriceRow]) -> _Prices:
    """Return the prices by list and product, the deepest quantity break first.

    Of two prices for the same quantity the lower stands (the customer may have read either).
    """
    found: dict[str, dict[str, dict[Decimal, Decimal]]] = {}
    for row in prices:
        reason = "unknown_list" if row.list_id not in known else price_fault(row)
        if reason:
            skipped.append(SkippedPriceRow("list_price", row.key, reason))
            continue
        breaks = found.setdefault(row.list_id, {}).setdefault(row.product_id, {})
        present = breaks.get(row.minimum_quantity)
        if present is not None:
            skipped.append(SkippedPriceRow("list_price", row.key, "duplicate"))
        breaks[row.minimum_quantity] = (
            row.unit_price_minor if present is None else min(present, row.unit_price_minor)
        )
    return {
        list_id: {
            product_id: tuple(sorted(breaks.items(), reverse=True)) for product_id, breaks in of_list.items()
        }
        for list_id, of_list in found.items()
    }


def _prepare_lists(
    rows: Sequence[PriceList],
    prices: _Prices,
    currency_code: str,
    skipped: list[SkippedPriceRow],
) -> dict[str, _PreparedList]:
    """Return the lists that can be used by their id, in the order in which they are asked."""
    times = Counter(row.list_id for row in rows)
    # What stands twice is left out, so what it is based on must not make others a circle.
    based_on = {row.list_id: row.based_on if times[row.list_id] == 1 else "" for row in rows}
    prepared: dict[str, _PreparedList] = {}
    for row in rows:
        own = prices.get(row.list_id, {})
        reason = "duplicate" if times[row.list_id] > 1 else list_fault(row, currency_code)
        reason = reason or _foundation_fault(row, based_on)
        if not reason:
            try:
                prepared[row.list_id] = _PreparedList(row, own, conditions_of(row))
            except ConditionInvalid as invalid:
                reason = invalid.reason
        if reason:
            skipped.append(SkippedPriceRow("price_list", row.list_id, reason))
    _tie(prepared, skipped)
    return prepared


def _tie(prepared: dict[str, _PreparedList], skipped: list[SkippedPriceRow]) -> None:
    """Tie each list to the one it is based on, and leave out those whose foundation was left out."""
    cut = True
    while cut:
        cut = False
        for list_id, one in list(prepared.items()):
            if one.row.based_on and one.row.based_on not in prepared:
                skipped.append(SkippedPriceRow("price_list", list_id, "based_on_skipped_list"))
                del prepared[list_id]
                cut = True
    for one in prepared.values():
        one.parent = prepared.get(one.row.based_on)


def _foundation_fault(row: PriceList, based_on: dict[str, str]) -> str:
    """Return what is wrong with the list that a list is based on, straight or through others."""
    if row.based_on and row.based_on not in based_on:
        return "unknown_list"
    here, seen = row.based_on, {""}
    while here not in seen:
        if here == row.list_id:
            return "cycle"
        seen.add(here)
        here = based_on.get(here, "")
    return ""
