"""A document as plain text on its grid, for golden tests, logs and screen readers."""

from __future__ import annotations

from typing import assert_never

from pos_app.documents.columns import character_columns, columns_of
from pos_app.documents.layout import (
    HALF_COLUMNS,
    Align,
    Banner,
    Barcode,
    Block,
    Cell,
    Document,
    Gap,
    Logo,
    QrBeside,
    QrCode,
    Rule,
    Size,
    TextRow,
)


def to_text(document: Document) -> str:
    """Return the document's lines; a double-size letter is followed by the columns it takes more."""
    lines: list[str] = []
    for block in document.blocks:
        lines.extend(_block_lines(block, document.columns))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _block_lines(block: Block, columns: int) -> list[str]:
    match block:
        case TextRow():
            lines = [_row_line(block)]
        case Rule():
            lines = ["-" * columns]
        case Banner(text=text):
            lines = [f"[{text}]".center(columns - (columns_of(text) - len(text)), "#")]
        case QrBeside(data=data, rows=rows):
            lines = [f"<QR {data}>", *(_row_line(row) for row in rows)]
        case QrCode(data=data):
            lines = [f"<QR {data}>".center(columns)]
        case Barcode(data=data):
            lines = [f"<CODE128 {data}>".center(columns)]
        case Logo():
            lines = ["<LOGO>".center(columns)]
        case Gap():
            lines = []
        case _:
            assert_never(block)
    return lines


def _row_line(row: TextRow) -> str:
    line = ""
    for cell in row.cells:
        start = cell_start(cell, row.size)
        line += " " * (start - columns_of(line)) + spread(cell.text, row.size)
    return line


def cell_start(cell: Cell, size: Size) -> int:
    """Return the column at which a cell's text begins, rounded to the left."""
    free = cell.width - columns_of(cell.text, size)
    if cell.align is Align.RIGHT:
        return cell.start + free
    return cell.start + (free // 2 if cell.align is Align.CENTRE else 0)


def spread(text: str, size: Size) -> str:
    """Return a text with the columns that its size adds filled with spaces."""
    if HALF_COLUMNS[size] != HALF_COLUMNS[Size.DOUBLE]:
        return text
    return "".join(character + " " * character_columns(character) for character in text).rstrip()
