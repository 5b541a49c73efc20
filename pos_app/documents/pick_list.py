"""The pick list: one walk through the store on paper, for when a picker has no screen at hand.

The rows stand as they were given, in the order of the walk; a bar says where another temperature begins. In a
batch each row names its order, so that nothing lands in the neighbour's tote.
"""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.documents import figures
from pos_app.documents.columns import columns_of, printable
from pos_app.documents.layout import Barcode, Block, Document, Gap, Rule, TextRow
from pos_app.documents.pickup_data import PickList, PickListOrder, PickListRow
from pos_app.documents.pickup_labels import pickup_label, temperature_label
from pos_app.documents.receipt import in_receipt_language
from pos_app.documents.rows import banner, centred, headline, left, pair, two_sides
from retail.pickup.order import WishKind
from retail.quantity import SellingUnit

PLACE_COLUMNS = 9
"""Columns kept for the code of a place; a longer code has a row of its own."""

TICK = "[ ]"


def lay_out_pick_list(data: PickList, columns: int) -> Document:
    """Return the list on paper of `columns` columns (48 on 80 mm, 32 on 58 mm)."""
    language = data.language
    blocks: list[Block] = [*headline(pickup_label("pick_list", language), columns)]
    if data.copy:
        blocks += banner(pickup_label("copy", language), columns)
    if len(data.orders) > 1:
        many = pickup_label("batch", language).format(count=len(data.orders))
        blocks += centred(many, columns, bold=True)
    for order in data.orders:
        blocks += [Rule(), *_head(order, language, columns)]
    blocks += _rows(data, columns)
    printed = pickup_label("printed", language).format(at=figures.moment(data.printed_at, language))
    blocks += [Rule(), *centred(printed, columns)]
    if len(data.orders) == 1 and data.orders[0].number.isascii():
        blocks += [Gap(8), Barcode(data.orders[0].number)]
    return Document(columns, tuple(blocks))


def _head(order: PickListOrder, language: str, columns: int) -> Iterator[TextRow]:
    items = pickup_label("items_one" if order.items == 1 else "items_many", language)
    yield from left(f"{order.number}  {order.name}".strip(), columns, bold=True)
    window = pickup_label("collect", language).format(window=order.window) if order.window else ""
    yield from two_sides(window, items.format(count=order.items), columns)
    if order.note:
        yield from left(pickup_label("note", language).format(text=order.note), columns)


def _rows(data: PickList, columns: int) -> Iterator[Block]:
    before: PickListRow | None = None
    for row in data.rows:
        if before is None or row.temperature is not before.temperature:
            yield from banner(temperature_label(row.temperature, data.language), columns)
        yield from _row(row, data, columns)
        before = row


def _row(row: PickListRow, data: PickList, columns: int) -> Iterator[Block]:
    place = row.place or pickup_label("no_place", data.language)
    start = PLACE_COLUMNS
    name = in_receipt_language(row.name, data.language)
    if columns_of(printable(place)) >= start:
        yield from left(place, columns, bold=True)
        place = ""
    quantity = figures.quantity(row.quantity, row.unit)
    if row.unit is not SellingUnit.PIECE:
        quantity = pickup_label("about", data.language).format(quantity=quantity)
    lead = place + " " * (start - columns_of(printable(place)))
    first, *more = pair(name, f"{quantity} {TICK}", columns, columns=columns, start=start, bold=True)
    yield _with_lead(first, lead)
    yield from more
    for detail in _details(row, data):
        yield from left(detail, columns, start=start)
    yield Gap(6)


def _with_lead(row: TextRow, lead: str) -> TextRow:
    """Return the row with the place before it, in the columns that are kept for it."""
    found = left(lead.rstrip(), PLACE_COLUMNS) if lead.strip() else []
    cells = found[0].cells if found else ()
    return TextRow((*cells, *row.cells), bold=row.bold, size=row.size)


def _details(row: PickListRow, data: PickList) -> Iterator[str]:
    language = data.language
    bag_of_order = "  ".join(
        each for each in (row.order_number if len(data.orders) > 1 else "", row.bag) if each
    )
    if bag_of_order:
        yield f"> {bag_of_order}"
    if row.minimum_age:
        yield pickup_label("age", language).format(age=row.minimum_age)
    yield _wish(row, data)
    if row.note:
        yield pickup_label("note", language).format(text=row.note)


def _wish(row: PickListRow, data: PickList) -> str:
    wish = row.wish
    limit = ""
    if wish.kind is WishKind.UP_TO_PERCENT:
        limit = f"{wish.percent.normalize():f}"
    elif wish.kind is WishKind.UP_TO_AMOUNT:
        limit = figures.amount(wish.amount_minor, data.digits)
    return pickup_label(f"wish_{wish.kind.value}", data.language).format(limit=limit)
