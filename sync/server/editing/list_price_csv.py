"""The prices of one list as CSV: columns `sku`, `price`, `from_quantity`; the whole file or nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from retail.catalogue import ListPrice, Product
from retail.quantity import LARGEST_QUANTITY, WEIGHT_PLACES
from sync.server.csv_lines import Problem, read_lines
from sync.server.editing import typed
from sync.server.editing.reading import Find
from sync.server.editing.typed import Unreadable
from sync.server.streams import LARGEST_VERSION

COLUMNS: Final = ("sku", "price", "from_quantity")
REQUIRED_COLUMNS: Final = ("sku", "price")
MOST_LINES: Final = LARGEST_VERSION // 2
"""A list that is replaced whole, each price by another, is still one version that tills read as changes."""

MOST_PROBLEMS: Final = 200

_QUANTITY: Final = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,9})?", re.ASCII)


def read_quantity(text: str) -> Decimal | None:
    """Read from which quantity a price holds; empty is 0, None for what is none."""
    if not text:
        return Decimal(0)
    if _QUANTITY.fullmatch(text) is None or len(text.partition(".")[2].rstrip("0")) > WEIGHT_PLACES:
        return None
    quantity = Decimal(typed.plain_text(Decimal(text)))
    return quantity if quantity <= LARGEST_QUANTITY else None


def read_list_prices(
    text: str, *, list_id: str, digits: int, find: Find
) -> tuple[list[ListPrice], list[Problem]]:
    """Read a whole file; the prices are only to be used when there are no problems."""
    problems: list[Problem] = []
    lines = list(read_lines(text, COLUMNS, REQUIRED_COLUMNS, problems, most_lines=MOST_LINES + 1))
    named = {fields["sku"] for _, fields in lines}
    products = find({one for one in named if one and one.isprintable() and len(one) <= typed.LONGEST_LINE})
    prices: list[ListPrice] = []
    seen: set[str] = set()
    for line, fields in lines:
        price = _price(line, fields, products, list_id, digits, problems)
        if price is None:
            continue
        if price.key in seen:
            problems.append(Problem(line=line, column="sku", code="repeated_price", value=fields["sku"]))
        seen.add(price.key)
        prices.append(price)
    return prices, problems[:MOST_PROBLEMS]


def write_list_prices(prices: Iterable[ListPrice], products: Mapping[str, Product], digits: int) -> str:
    """Return the CSV text that `read_list_prices` reads back to the same prices."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for price in prices:
        product = products.get(price.product_id)
        writer.writerow(
            (
                price.product_id if product is None else product.sku,
                typed.major_text(price.unit_price_minor, digits),
                typed.plain_text(price.minimum_quantity),
            )
        )
    return out.getvalue()


def _price(
    line: int,
    fields: Mapping[str, str],
    products: Mapping[str, Product],
    list_id: str,
    digits: int,
    problems: list[Problem],
) -> ListPrice | None:
    before = len(problems)
    product = products.get(fields["sku"])
    if product is None:
        code = "unknown_product" if fields["sku"] else "empty"
        problems.append(Problem(line=line, column="sku", code=code, value=fields["sku"]))
    unit_price = Decimal(0)
    try:
        unit_price = typed.read_unit_price(fields["price"], digits)
        if unit_price == 0:
            problems.append(Problem(line=line, column="price", code="price_zero"))
    except Unreadable:
        problems.append(Problem(line=line, column="price", code="not_a_price", value=fields["price"]))
    text = fields.get("from_quantity", "")
    quantity = read_quantity(text)
    if quantity is None:
        problems.append(Problem(line=line, column="from_quantity", code="not_a_quantity", value=text))
    if product is None or quantity is None or len(problems) > before:
        return None
    return ListPrice(
        list_id=list_id,
        product_id=product.product_id,
        unit_price_minor=unit_price,
        minimum_quantity=quantity,
    )
