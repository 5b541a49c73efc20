"""The receipt: what a sale looks like on paper.

Everything on it is taken from the frozen `Sale`; nothing is computed again but sums of its figures.
Amounts end two columns before the paper's edge, where the tax letter of a line stands.
"""

from __future__ import annotations

from pos_app.documents import figures
from pos_app.documents.columns import columns_of, printable
from pos_app.documents.labels import label, tender_label
from pos_app.documents.layout import (
    Barcode,
    Block,
    Document,
    Gap,
    Logo,
    QrBeside,
    QrCode,
    Rule,
    Size,
    TextRow,
)
from pos_app.documents.receipt_data import PickupItem, PickupSlip, ReceiptData, ReturnReceipt
from pos_app.documents.rows import banner, centred, headline, largest_size, left, pair, two_sides
from pos_app.documents.tax_table import tax_table
from retail.catalogue import LocalisedText
from retail.quantity import SellingUnit
from retail.sale import AppliedDiscount, DiscountSource, SaleLine, TenderKind

__all__ = ["PickupItem", "PickupSlip", "ReceiptData", "in_receipt_language", "lay_out_receipt"]

INDENT = 2
"""Columns by which the second lines of an item are moved in."""

QR_COLUMNS = 18
"""Columns kept for a QR code that has text beside it."""


def lay_out_receipt(data: ReceiptData, columns: int) -> Document:
    """Return the receipt on paper of `columns` columns (48 on 80 mm, 32 on 58 mm)."""
    tax_columns = max((len(line.tax_code) for line in data.sale.lines), default=0)
    end = columns - (tax_columns + 1 if tax_columns else 0)
    blocks: list[Block] = [
        *head(data, columns),
        Rule(),
        *_reference(data, columns),
        Rule(),
        *(row for line in data.sale.lines for row in _item(line, data, columns, end)),
        Rule(),
        *_sums(data, columns, end),
        *_paid(data, columns, end),
        *_tax(data, columns),
        *_points(data, columns, end),
        *_pickup(data, columns),
        *_foot(data, columns),
    ]
    return Document(columns, tuple(blocks))


def in_receipt_language(text: LocalisedText, language: str) -> str:
    """Return a text in the receipt's language; in `both`, English then Chinese when they differ."""
    if language != "both":
        return text.in_language(language)
    return text.en if not text.zh or text.zh in text.en else f"{text.en}  {text.zh}".strip()


def head(data: ReceiptData | ReturnReceipt, columns: int) -> list[Block]:
    """Return the head of a receipt: whose it is, and whether it is a copy."""
    telephone = f"{label('telephone', data.language)} {data.telephone}" if data.telephone else ""
    address = in_receipt_language(data.address, data.language)
    contact = [f"{address}    {telephone}".strip()]
    if columns_of(printable(contact[0])) > columns:
        contact = [address, telephone]
    tax = f"{label('tax_number', data.language)} {data.tax_number}" if data.tax_number else ""
    name = data.store_name.in_language("zh_CN" if data.language == "zh_CN" else "en")
    blocks: list[Block] = [Gap(11), Logo(data.logo), Gap(14), *headline(name.upper(), columns), Gap(4)]
    if data.language == "both" and data.store_name.zh and data.store_name.zh != data.store_name.en:
        blocks += centred(data.store_name.zh, columns, bold=True)
    for text in (*contact, tax):
        blocks += centred(text, columns)
    if data.copy:
        blocks += banner(label("copy", data.language), columns)
    return blocks


def _reference(data: ReceiptData, columns: int) -> list[TextRow]:
    sale, language = data.sale, data.language
    till = data.till_name or f"{label('till', language)} {sale.till_number}"
    cashier = f"{label('cashier', language)} {sale.cashier_name}" if sale.cashier_name else ""
    member = (
        f"{label('member', language)} **{sale.member.card_tail}"
        if sale.member and sale.member.card_tail
        else ""
    )
    rows = two_sides(
        f"{label('receipt', language)} {sale.receipt_number}",
        figures.moment(sale.completed_at, language),
        columns,
    )
    rows += two_sides(f"{till}   {cashier}".strip(), member, columns)
    if sale.order_number:
        rows += left(f"{label('order', language)} {sale.order_number}", columns, bold=True)
    return rows


def _item(line: SaleLine, data: ReceiptData, columns: int, end: int) -> list[TextRow]:
    """Return one sold line: name, options, how many at what price, and what was taken off."""
    name = in_receipt_language(line.name, data.language)
    gross = figures.amount(line.gross_minor, data.digits)
    single = line.unit is SellingUnit.PIECE and line.quantity == 1
    rows: list[TextRow] = []
    second_name = ""
    if data.language == "both" and columns_of(printable(name)) > (
        end - len(gross) - 1 if single else columns
    ):
        name, second_name = line.name.en, "" if line.name.zh in line.name.en else line.name.zh
    if single:
        rows += pair(name, gross, end, columns=columns, hang=INDENT, after=line.tax_code)
    else:
        rows += left(name, columns, hang=INDENT)
    for text in (second_name, line.options, line.note):
        rows += left(text, columns, start=INDENT)
    if not single:
        each = figures.unit_price(line.unit_price_minor, data.digits)
        sign = figures.UNIT_SIGNS[line.unit]
        how_many = f"{figures.quantity(line.quantity, line.unit)} x {each}{'/' + sign if sign else ''}"
        rows += pair(how_many, gross, end, columns=columns, start=INDENT, after=line.tax_code)
    for discount in line.discounts:
        text = _discount_text(discount, data.language)
        rows += pair(
            text, figures.amount(-discount.amount_minor, data.digits), end, columns=columns, start=INDENT
        )
    return rows


DISCOUNT_WORDS: dict[DiscountSource, str] = {
    DiscountSource.PROMOTION: "offer",
    DiscountSource.MANUAL: "discount",
    DiscountSource.COUPON: "coupon",
}
"""The word before a discount's label; a member's discount says itself who gave it."""


def _discount_text(discount: AppliedDiscount, language: str) -> str:
    """Return a coupon's code, else a discount's label, after the word of its source unless it begins so."""
    text = discount.coupon_code or discount.label.in_language(language)
    word = label(DISCOUNT_WORDS[discount.source], language) if discount.source in DISCOUNT_WORDS else ""
    if not word or text.startswith(word.rstrip(":：")):
        return text
    return word + text if word.endswith("：") else f"{word} {text}".strip()


SUM_WORDS: dict[str, tuple[DiscountSource, ...]] = {
    "offers": (DiscountSource.PROMOTION, DiscountSource.MEMBER),
    "discounts": (DiscountSource.MANUAL,),
    "coupons": (DiscountSource.COUPON,),
}
"""How the discounts of lines are added up under the subtotal."""


def _sums(data: ReceiptData, columns: int, end: int) -> list[Block]:
    sale, language = data.sale, data.language
    items = label("items_one" if sale.item_count == 1 else "items_many", language).format(
        count=sale.item_count
    )
    sums = [(items, sale.subtotal_minor)]
    for name, sources in SUM_WORDS.items():
        taken = sum(d.amount_minor for line in sale.lines for d in line.discounts if d.source in sources)
        if taken:
            sums.append((label(name, language), -taken))
    sums += [(_discount_text(discount, language), -discount.amount_minor) for discount in sale.discounts]
    if not sale.tax_included:
        sums.append((label("tax_added", language), sale.tax_minor))
    blocks: list[Block] = []
    for text, minor in sums:
        blocks += pair(text, figures.amount(minor, data.digits), end, columns=columns)
    total = _with_symbol(sale.total_minor, data)
    word = label("total", language)
    size = largest_size(f"{word} {total}", end)
    blocks += pair(word, total, end, columns=columns, bold=True, size=size)
    if sale.saved_minor > 0:
        saved = figures.amount(sale.saved_minor, data.digits)
        blocks += banner(label("saved", language).format(amount=saved), columns)
    return blocks


def _with_symbol(minor: int, data: ReceiptData) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{data.symbol}{figures.amount(abs(minor), data.digits)}"


def _paid(data: ReceiptData, columns: int, end: int) -> list[Block]:
    """Return the tenders, cash last, with the rounding that only cash has before it."""
    sale, language = data.sale, data.language
    sums: list[tuple[str, int]] = []
    for tender in sale.tenders:
        if tender.kind is not TenderKind.CASH:
            reference = f"  {label('reference', language)} {tender.reference}" if tender.reference else ""
            sums.append((tender_label(tender.kind, language) + reference, tender.amount_minor))
    if sale.cash_rounding_minor:
        sums.append((label("cash_rounding", language), sale.cash_rounding_minor))
    cash = [tender.amount_minor for tender in sale.tenders if tender.kind is TenderKind.CASH]
    sums += [(tender_label(TenderKind.CASH, language), minor) for minor in cash]
    rows: list[Block] = []
    for text, minor in sums:
        rows += pair(text, figures.amount(minor, data.digits), end, columns=columns)
    if cash:
        change = figures.amount(sale.change_minor, data.digits)
        rows += pair(label("change", language), change, end, columns=columns, bold=True)
    return rows


def _tax(data: ReceiptData, columns: int) -> list[Block]:
    return (
        [Rule(), *tax_table(data.sale, columns, data.language, data.digits)] if data.sale.tax_totals else []
    )


def _points(data: ReceiptData, columns: int, end: int) -> list[Block]:
    member = data.sale.member
    if member is None:
        return []
    earned = f"{label('points', data.language)}  {member.points_earned:+,}"
    balance = f"{label('balance', data.language)} {member.points_balance:,}"
    return [Rule(), *pair(earned, balance, end, columns=columns)]


def _pickup(data: ReceiptData, columns: int) -> list[Block]:
    slip = data.pickup
    if slip is None:
        return []
    beside = columns >= 2 * QR_COLUMNS + 8
    start = QR_COLUMNS if beside else 0
    rows = _pickup_rows(slip, data, columns, start)
    blocks: list[Block] = [*banner(label("to_collect", data.language), columns, tall=True)]
    if beside:
        blocks.append(QrBeside(slip.code_text or slip.order_number, tuple(rows)))
    else:
        blocks += [QrCode(slip.code_text or slip.order_number), Gap(8), *rows]
    return [*blocks, Gap(4), *centred(label("show_code", data.language), columns)]


def _pickup_rows(slip: PickupSlip, data: ReceiptData, columns: int, start: int) -> list[TextRow]:
    language = data.language
    rows = left(slip.order_number, columns, start=start, bold=True, size=Size.DOUBLE)
    for text in (slip.day, slip.window):
        rows += left(text, columns, start=start)
    for item in slip.items:
        name = item.name.in_language("zh_CN" if language == "zh_CN" else "en")
        rows += left(f"{item.quantity} x {name}", columns, start=start)
        if language == "both" and item.name.zh not in item.name.en:
            rows += left(item.name.zh, columns, start=start + 4)
    due = label("due_at_desk", language).format(amount=_with_symbol(slip.due_minor, data))
    rows += left(due if slip.due_minor else label("paid_online", language), columns, start=start)
    return [*rows, *left(slip.spoken_code, columns, start=start, bold=True, size=Size.LARGE)]


def _foot(data: ReceiptData, columns: int) -> list[Block]:
    blocks: list[Block] = [Rule()]
    returns = data.returns_text
    texts = (returns.en, returns.zh) if data.language == "both" else (returns.in_language(data.language),)
    for text in texts:
        blocks += centred(text, columns)
    blocks += [
        Gap(8),
        Barcode(data.sale.receipt_number),
        *centred(data.sale.receipt_number, columns),
        Gap(10),
    ]
    blocks += centred(in_receipt_language(data.thanks_text, data.language), columns, bold=True)
    return [*blocks, *centred(label("printed_by", data.language), columns)]
