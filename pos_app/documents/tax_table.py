"""The tax table of a receipt: each class with its rate, net, tax and gross, and their total."""

from __future__ import annotations

from pos_app.documents import figures
from pos_app.documents.columns import columns_of
from pos_app.documents.labels import label
from pos_app.documents.layout import Align, Cell, TextRow
from pos_app.documents.rows import pair
from retail.returns.record import Return
from retail.sale import Sale

WIDE_ENDS = (15, 26, 36, 48)
"""Where rate, net, tax and gross end on 48 columns."""

NARROW_ENDS = (9, 17, 24, 32)
"""The same on 32 columns."""

Line = tuple[str, str, str, str, str]
"""Class, rate, net, tax, gross: finished texts."""


def tax_table(sale: Sale | Return, columns: int, language: str, digits: int) -> list[TextRow]:
    """Return the table as rows; figures too long for its columns turn it into a list."""
    lines = [_words(language)]
    for total in sale.tax_totals:
        money = (total.net_minor, total.tax_minor, total.gross_minor)
        lines.append(_line(total.code, figures.percent(total.rate), money, digits))
    sums = (
        sum(total.net_minor for total in sale.tax_totals),
        sum(total.tax_minor for total in sale.tax_totals),
        sum(total.gross_minor for total in sale.tax_totals),
    )
    lines.append(_line(label("tax_total", language), "", sums, digits))
    ends = WIDE_ENDS if columns >= WIDE_ENDS[-1] else NARROW_ENDS
    if columns < ends[-1] or not all(_fits(line, ends) for line in lines):
        return _as_list(lines, columns)
    return [_table_row(line, ends, bold=line is lines[-1]) for line in lines]


def _line(code: str, rate: str, money: tuple[int, int, int], digits: int) -> Line:
    net, tax, gross = (figures.amount(minor, digits) for minor in money)
    return code, rate, net, tax, gross


def _words(language: str) -> Line:
    return (
        label("tax", language),
        label("rate", language),
        label("net", language),
        label("tax_amount", language),
        label("gross", language),
    )


def _fits(line: Line, ends: tuple[int, ...]) -> bool:
    """Say whether each figure leaves a free column before it; a row without rate has more room."""
    taken = columns_of(line[0])
    for text, end in zip(line[1:], ends, strict=True):
        if text and end - columns_of(text) < taken + 1:
            return False
        taken = end if text else taken
    return True


def _table_row(line: Line, ends: tuple[int, ...], *, bold: bool) -> TextRow:
    cells = [Cell(line[0], 0, columns_of(line[0]))]
    start = columns_of(line[0])
    for text, end in zip(line[1:], ends, strict=True):
        if text:
            cells.append(Cell(text, start, end - start, Align.RIGHT))
            start = end
    return TextRow(tuple(cells), bold)


def _as_list(lines: list[Line], columns: int) -> list[TextRow]:
    words = lines[0]
    rows: list[TextRow] = []
    for line in lines[1:]:
        rows += pair(f"{line[0]} {line[1]}".strip(), "", columns, columns=columns, bold=True)
        for word, figure in zip(words[2:], line[2:], strict=True):
            rows += pair(word, figure, columns, columns=columns, start=2)
    return rows
