"""The verbs of editing the prices on one list: show, write one, remove one, bring many from a file."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from retail.catalogue import ListPrice, LocalisedText, Price, Product
from retail.price_list import PriceList
from sync.server.csv_lines import Problem
from sync.server.database.shop_rows import list_price_texts, prices_of, products_by_id, row_texts
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.list_price_csv import read_list_prices, read_quantity, write_list_prices
from sync.server.editing.price_list_desk import mark_of_prices
from sync.server.editing.price_list_problems import price_problems
from sync.server.editing.publishing import Change, RowsChanged, lock_prices, mark_of, publish_changes
from sync.server.editing.reading import Reading
from sync.server.editing.shop import Finder, Shop, read_shop


class ListPriceRow(msgspec.Struct, frozen=True):
    """A price on a list beside its product, and what that costs in the store; None for what is gone."""

    price: ListPrice
    product: Product | None
    shelf_price: Price | None


class FileRefused(ValueError):
    """A file with problems; nothing of it was published."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems, the first: {problems[0].message.en}")
        self.problems = tuple(problems)


class ListGone(LookupError):
    """The store has no such price list."""


class Brought(msgspec.Struct, frozen=True):
    """What a file did to a list."""

    added: int
    changed: int
    removed: int


class Written(msgspec.Struct, frozen=True):
    """What came of writing one price: the row when it was published, or what is wrong."""

    price: ListPrice | None
    problems: tuple[FieldProblem, ...] = ()


def key_of_price(key: str) -> str:
    """Return the stream key of a price on a list from the row's key."""
    return f"list_price:{key}"


def prices_on_list(connection: Connection, shop: Shop, list_id: str) -> tuple[list[ListPrice], str]:
    """Return every price on a list, and the mark of all of them."""
    texts = list_price_texts(connection, shop.store_id, list_id)
    prices = [msgspec.json.decode(text, type=ListPrice) for text in texts.values()]
    return sorted(prices, key=lambda one: (one.product_id, one.minimum_quantity)), mark_of_prices(texts)


def with_products(connection: Connection, shop: Shop, prices: Sequence[ListPrice]) -> list[ListPriceRow]:
    """Return prices beside their products."""
    ids = {price.product_id for price in prices}
    products, shelf = products_by_id(connection, ids), prices_of(connection, shop.store_id, ids)
    return [ListPriceRow(one, products.get(one.product_id), shelf.get(one.product_id)) for one in prices]


def price_with_key(
    connection: Connection, shop: Shop, list_id: str, key: str
) -> tuple[ListPrice | None, str]:
    """Return one price of a list by its key and its mark; None when it is not there."""
    text = row_texts(connection, shop.prices, [key_of_price(key)]).get(key_of_price(key), "")
    price = msgspec.json.decode(text, type=ListPrice) if text else None
    return (price, mark_of(text)) if price is not None and price.list_id == list_id else (None, "")


def write_price(connection: Connection, store_id: str, list_id: str, form: Form) -> Written:
    """Publish one price as typed; a price that is edited (`original_key`) gives way to it.

    Raises `RowsChanged`, `ListGone`, `NoSuchStore`.
    """
    shop = _locked(connection, store_id, list_id)
    reading = Reading(form, digits=shop.digits, find=Finder(connection))
    price = _read_price(reading, list_id)
    original = form.text("original_key")
    if price is None:
        return Written(None, tuple(reading.problems))
    present = row_texts(connection, shop.prices, [key_of_price(price.key)])
    if present and price.key != original:
        reading.wrong("product", _THERE)
    problems = (*reading.problems, *price_problems(shop, [price]))
    if problems:
        return Written(None, problems)
    seen = {key_of_price(original): form.text("price_seen")} if original else {}
    moved = original not in ("", price.key)
    removes = [key_of_price(original)] if moved else []
    publish_changes(connection, [Change(store_id=store_id, seen=seen, puts=[price], removes=removes)])
    return Written(price)


def remove_price(connection: Connection, store_id: str, list_id: str, form: Form) -> str:
    """Remove the price that the form names (`original_key`) and return its key; raises as `write_price`."""
    shop = _locked(connection, store_id, list_id)
    key = form.text("original_key")
    price, _ = price_with_key(connection, shop, list_id, key)
    if price is None:
        raise RowsChanged(())
    seen = {key_of_price(key): form.text("price_seen")}
    publish_changes(connection, [Change(store_id=store_id, seen=seen, removes=[key_of_price(key)])])
    return key


def bring_file(
    connection: Connection, store_id: str, list_id: str, text: str, *, seen: str, whole: bool
) -> Brought:
    """Publish the prices of a CSV file; with `whole` those that it does not name are removed.

    `seen` is the mark of the list's prices as they were shown. Raises `FileRefused`, `RowsChanged`,
    `ListGone`, `NoSuchStore`; then nothing was published.
    """
    shop = _locked(connection, store_id, list_id)
    texts = list_price_texts(connection, store_id, list_id)
    if mark_of_prices(texts) != seen:
        raise RowsChanged(())
    prices, problems = read_list_prices(text, list_id=list_id, digits=shop.digits, find=Finder(connection))
    if problems:
        raise FileRefused(problems)
    present = {key: msgspec.json.decode(row, type=ListPrice) for key, row in texts.items()}
    wanted = {key_of_price(price.key): price for price in prices}
    removes = [key for key in present if key not in wanted] if whole else []
    publish_changes(connection, [Change(store_id=store_id, seen={}, puts=prices, removes=removes)])
    return Brought(
        added=len(wanted.keys() - present.keys()),
        changed=sum(present[key] != price for key, price in wanted.items() if key in present),
        removed=len(removes),
    )


def file_of(connection: Connection, shop: Shop, list_id: str) -> str:
    """Return the prices on a list as CSV."""
    prices, _ = prices_on_list(connection, shop, list_id)
    products = products_by_id(connection, {price.product_id for price in prices})
    return write_list_prices(prices, products, shop.digits)


def named_list(shop: Shop, list_id: str) -> PriceList:
    """Return a list by its id; raises `ListGone`."""
    found = next((one for one in shop.price_lists if one.list_id == list_id), None)
    if found is None:
        raise ListGone(list_id)
    return found


def _locked(connection: Connection, store_id: str, list_id: str) -> Shop:
    """Return the store after everybody else was kept from its prices."""
    lock_prices(connection, [read_shop(connection, store_id).store_id])
    shop = read_shop(connection, store_id)
    named_list(shop, list_id)
    return shop


def _read_price(reading: Reading, list_id: str) -> ListPrice | None:
    """Return the price that the fields say, None when they say none."""
    text = reading.line("product")
    ids = reading.product_ids("product", [text] if text else [])
    if not text:
        reading.wrong("product", LocalisedText("Which product?", "请填写商品。"))
    unit_price = reading.unit_price("price")
    quantity = read_quantity(reading.form.text("from_quantity"))
    if quantity is None:
        reading.wrong(
            "from_quantity",
            LocalisedText(
                "Write a quantity from 0 to 99999 with at most three decimals.",
                "请填写 0 到 99999 的数量，最多三位小数。",
            ),
        )
    if reading.problems or quantity is None or not ids:
        return None
    return ListPrice(
        list_id=list_id, product_id=ids[0], unit_price_minor=unit_price, minimum_quantity=quantity
    )


_THERE = LocalisedText(
    "This product has a price from this quantity on the list already. Edit that one.",
    "该商品此数量起在表上已有价格。请编辑该价格。",
)
