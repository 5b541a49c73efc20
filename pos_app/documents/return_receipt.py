"""The receipt of a return: what came back, its tax as it was, and how it was paid back.

Everything on it is taken from the frozen `Return`; nothing is computed again.
"""

from __future__ import annotations

from pos_app.documents import figures
from pos_app.documents.labels import label, tender_label
from pos_app.documents.layout import Barcode, Block, Document, Gap, Rule, TextRow
from pos_app.documents.receipt import INDENT, head, in_receipt_language
from pos_app.documents.receipt_data import ReturnReceipt
from pos_app.documents.rows import banner, centred, largest_size, left, pair, two_sides
from pos_app.documents.tax_table import tax_table
from retail.quantity import SellingUnit
from retail.returns.record import ReturnLine
from retail.sale import TenderKind


def lay_out_return(data: ReturnReceipt, columns: int) -> Document:
    """Return the receipt on paper of `columns` columns (48 on 80 mm, 32 on 58 mm)."""
    returned = data.returned
    tax_columns = max((len(line.tax_code) for line in returned.lines), default=0)
    end = columns - (tax_columns + 1 if tax_columns else 0)
    blocks: list[Block] = [
        *head(data, columns),
        *banner(label("return", data.language), columns),
        Rule(),
        *_reference(data, columns),
        Rule(),
        *(row for line in returned.lines for row in _item(line, data, columns, end)),
        Rule(),
        *_sums(data, columns, end),
        *_tax(data, columns),
        *_foot(data, columns),
    ]
    return Document(columns, tuple(blocks))


def _reference(data: ReturnReceipt, columns: int) -> list[TextRow]:
    returned, language = data.returned, data.language
    till = f"{label('till', language)} {returned.till_number}"
    cashier = f"{label('cashier', language)} {returned.cashier_name}" if returned.cashier_name else ""
    return [
        *two_sides(
            f"{label('receipt', language)} {returned.receipt_number}",
            figures.moment(returned.completed_at, language),
            columns,
        ),
        *two_sides(f"{till}   {cashier}".strip(), "", columns),
        *left(f"{label('return_of', language)} {returned.sale_receipt_number}", columns, bold=True),
    ]


def _item(line: ReturnLine, data: ReturnReceipt, columns: int, end: int) -> list[TextRow]:
    """Return one line that came back: name, how much of it, why, and what was paid for it."""
    paid = figures.amount(-line.paid_minor, data.digits)
    quantity = figures.quantity(line.quantity, line.unit)
    how_many = f"{quantity} x" if line.unit is SellingUnit.PIECE else quantity
    why = label(line.reason.value, data.language)
    return [
        *left(in_receipt_language(line.name, data.language), columns, hang=INDENT),
        *pair(f"{how_many}  {why}", paid, end, columns=columns, start=INDENT, after=line.tax_code),
    ]


def _sums(data: ReturnReceipt, columns: int, end: int) -> list[Block]:
    """Return what is withheld, tax on top, what is paid back, and by which tenders."""
    returned, language = data.returned, data.language
    rows: list[Block] = []
    sums: list[tuple[str, int]] = []
    added = sum(line.charged_minor - line.paid_minor for line in returned.lines)
    if added:
        sums.append((label("tax_added", language), -added))
    if returned.promotion_lost_minor:
        sums.append((label("promotion_lost", language), returned.promotion_lost_minor))
    for text, minor in sums:
        rows += pair(text, figures.amount(minor, data.digits), end, columns=columns)
    total = f"{data.symbol}{figures.amount(returned.refund_minor, data.digits)}"
    word = label("paid_back", language)
    size = largest_size(f"{word} {total}", end)
    rows += pair(word, total, end, columns=columns, bold=True, size=size)
    if returned.cash_rounding_minor:
        rounding = figures.amount(returned.cash_rounding_minor, data.digits)
        rows += pair(label("cash_rounding", language), rounding, end, columns=columns)
    for tender in returned.tenders:
        by_terminal = tender.reference and tender.kind is not TenderKind.CASH
        reference = f"  {label('reference', language)} {tender.reference}" if by_terminal else ""
        text = tender_label(tender.kind, language) + reference
        rows += pair(text, figures.amount(tender.amount_minor, data.digits), end, columns=columns)
    return rows


def _tax(data: ReturnReceipt, columns: int) -> list[Block]:
    if not data.returned.tax_totals:
        return []
    return [Rule(), *tax_table(data.returned, columns, data.language, data.digits)]


def _foot(data: ReturnReceipt, columns: int) -> list[Block]:
    return [
        Rule(),
        *left(label("signature", data.language), columns),
        Gap(40),
        Rule(),
        Gap(8),
        Barcode(data.returned.receipt_number),
        *centred(data.returned.receipt_number, columns),
        Gap(10),
        *centred(in_receipt_language(data.thanks_text, data.language), columns, bold=True),
        *centred(label("printed_by", data.language), columns),
    ]
