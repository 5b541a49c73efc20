"""The handover slip: what was ordered, what is in the bags, and what was paid for it.

It is no receipt: what was paid at the desk has one of its own. Without a time of handover it is the slip
that waits with the bags, which the desk takes in where the store's other tills cannot be heard.
"""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.documents import figures
from pos_app.documents.layout import Barcode, Block, Document, Gap, Rule, TextRow
from pos_app.documents.pickup_data import HandoverSlip, SlipLine
from pos_app.documents.pickup_labels import pickup_label
from pos_app.documents.receipt import in_receipt_language
from pos_app.documents.rows import banner, centred, headline, largest_size, left, pair

INDENT = 2


def lay_out_handover_slip(data: HandoverSlip, columns: int) -> Document:
    """Return the slip on paper of `columns` columns."""
    language = data.language
    blocks: list[Block] = [
        *centred(in_receipt_language(data.store_name, language), columns, bold=True),
        *banner(pickup_label("slip" if data.handed_at else "to_collect", language), columns, tall=True),
    ]
    if data.copy:
        blocks += banner(pickup_label("copy", language), columns)
    blocks += [*headline(data.order_number, columns), *centred(data.name, columns), *_who(data, columns)]
    blocks.append(Rule())
    for line in data.lines:
        blocks += _line(line, data, columns)
    blocks += [Rule(), *_sums(data, columns)]
    if data.signature_wanted:
        blocks += [Gap(70), Rule(), *centred(pickup_label("signature", language), columns)]
    if data.order_number.isascii():
        blocks += [Gap(10), Barcode(data.order_number)]
    return Document(columns, tuple(blocks))


def _who(data: HandoverSlip, columns: int) -> Iterator[TextRow]:
    language = data.language
    if data.handed_at:
        at = pickup_label("handed_at", language).format(at=figures.moment(data.handed_at, language))
        by = pickup_label("handed_by", language).format(name=data.handed_by) if data.handed_by else ""
        yield from centred(f"{at} {by}".strip(), columns)
        yield from centred(pickup_label(data.collector, language), columns)
    if data.bags:
        yield from centred(pickup_label("bags", language).format(bags=", ".join(data.bags)), columns)


def _line(line: SlipLine, data: HandoverSlip, columns: int) -> Iterator[TextRow]:
    language = data.language
    name = in_receipt_language(line.name, language)
    quantity = figures.quantity(line.quantity, line.unit)
    amount = figures.amount(line.amount_minor, data.digits)
    yield from pair(f"{quantity} x {name}", amount, columns, columns=columns)
    if line.state == "swapped":
        instead = pickup_label("swapped", language).format(
            name=in_receipt_language(line.instead_of, language)
        )
        yield from left(instead, columns, start=INDENT)
    elif line.state != "taken":
        yield from left(pickup_label(line.state, language), columns, start=INDENT)


def _sums(data: HandoverSlip, columns: int) -> Iterator[TextRow]:
    language = data.language
    sums = [("charge", data.charge_minor), ("paid", data.paid_minor), ("refund", data.refund_minor)]
    if data.shown_minor != data.charge_minor:
        sums.insert(0, ("shown", data.shown_minor))
    for name, minor in sums:
        if minor or name == "charge":
            amount = figures.amount(minor, data.digits)
            yield from pair(pickup_label(name, language), amount, columns, columns=columns)
    if data.due_minor:
        word = pickup_label("due", language)
        due = f"{data.symbol}{figures.amount(data.due_minor, data.digits)}"
        size = largest_size(f"{word} {due}", columns)
        yield from pair(word, due, columns, columns=columns, bold=True, size=size)
