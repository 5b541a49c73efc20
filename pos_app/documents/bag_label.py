"""The label of a bag: read across a room, scanned at the shelf and at the desk.

The order's number is as large as the paper allows. The barcode holds `BAG-` and the bag's id, and nothing
about the customer; an id that Code 128 set B cannot hold stands in a QR code.
"""

from __future__ import annotations

from pos_app.documents.layout import Banner, Barcode, Block, Document, Gap, QrCode, Rule
from pos_app.documents.pickup_data import BagLabel
from pos_app.documents.pickup_labels import pickup_label, temperature_label
from pos_app.documents.rows import banner, centred, headline, two_sides
from retail.barcode import BAG_PREFIX

LONGEST_BARCODE = 14
"""Letters of a code that fit 58 mm paper at two dots a module (11 modules a letter, 35 more)."""


def lay_out_bag_label(data: BagLabel, columns: int) -> Document:
    """Return the label on paper of `columns` columns."""
    language = data.language
    blocks: list[Block] = [*headline(data.order_number, columns)]
    if data.copy:
        blocks += banner(pickup_label("copy", language), columns)
    blocks += centred(data.name, columns, bold=True)
    blocks += _temperature(data, columns)
    bag = pickup_label("bag_of", language).format(place=data.place, count=data.of)
    window = pickup_label("collect", language).format(window=data.window) if data.window else ""
    blocks += two_sides(bag, window, columns)
    if data.location:
        blocks += centred(pickup_label("waits_in", language).format(location=data.location), columns)
    if data.minimum_age:
        blocks += centred(pickup_label("age", language).format(age=data.minimum_age), columns, bold=True)
    blocks += [Gap(8), _code(data.bag_id), *headline(data.bag_id, columns), Rule()]
    return Document(columns, tuple(blocks))


def _temperature(data: BagLabel, columns: int) -> list[Banner]:
    return banner(temperature_label(data.temperature, data.language), columns, tall=True)


def _code(bag_id: str) -> Barcode | QrCode:
    code = f"{BAG_PREFIX}-{bag_id}"
    readable = code.isascii() and code.isprintable() and len(code) <= LONGEST_BARCODE
    return Barcode(code) if readable else QrCode(code)
