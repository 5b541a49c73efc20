"""A document in a printer's own letters: fast and small, as far as its fonts reach.

Chinese goes as GBK between `FS &` and `FS .`; everything else in one Latin code page. The narrow yen
sign U+00A5 is no letter of GBK and differs between code pages, so it is printed as the wide `￥`.
What neither can hold is printed as `?`: paper shows that something was there.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from pos_app.documents import code128
from pos_app.documents.columns import character_columns, columns_of
from pos_app.documents.escpos import end_job, start_job
from pos_app.documents.image import BARCODE_DOTS, BARCODE_MODULE_DOTS, render
from pos_app.documents.layout import (
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
from pos_app.documents.printer_profile import PrinterProfile
from pos_app.documents.text import cell_start

if TYPE_CHECKING:
    from escpos.printer import Dummy

CODE_PAGES: dict[str, tuple[str, int]] = {
    "CP437": ("cp437", 0),
    "CP850": ("cp850", 2),
    "CP1252": ("cp1252", 16),
    "CP866": ("cp866", 17),
    "CP852": ("cp852", 18),
    "CP858": ("cp858", 19),
}
"""Python's codec and Epson's `ESC t` number by code page."""

CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
INVERSE_ON, INVERSE_OFF = b"\x1dB\x01", b"\x1dB\x00"
SIZES: dict[Size, int] = {Size.NORMAL: 0x00, Size.LARGE: 0x01, Size.DOUBLE: 0x11}
"""`GS !` argument: high nibble width, low nibble height; it sizes Chinese letters as well."""

NATIVE_SIZE_OF: dict[Size, Size] = {
    Size.NORMAL: Size.NORMAL,
    Size.LARGE: Size.NORMAL,
    Size.DOUBLE: Size.DOUBLE,
}
"""How wide a size is in a printer's own letters: large is double height only."""

CENTRE, LEFT = b"\x1ba\x01", b"\x1ba\x00"
QR_MODULE_DOTS = 6


def encode_native(document: Document, profile: PrinterProfile, *, opens_drawer: bool = False) -> bytes:
    """Return one print job in the printer's own letters."""
    printer = start_job(profile, opens_drawer=opens_drawer)
    raw(printer, CHINESE_OFF + b"\x1bt" + bytes([_code_page_number(profile)]))
    for block in document.blocks:
        _encode_block(printer, block, document, profile)
    return end_job(printer, profile)


def raw(printer: Dummy, data: bytes) -> None:
    """Add bytes that python-escpos has no call for."""
    printer._raw(data)  # noqa: SLF001 -- python-escpos' documented door for raw bytes


def _code_page_number(profile: PrinterProfile) -> int:
    return CODE_PAGES[profile.code_page][1] if profile.code_page_number < 0 else profile.code_page_number


def native_bytes(text: str, profile: PrinterProfile) -> bytes:
    """Return a text in code page and GBK, switching as it goes and ending outside Chinese mode."""
    codec, _ = CODE_PAGES[profile.code_page]
    out = b""
    for wide, letters in groupby(native_text(text), key=lambda letter: character_columns(letter) == 2):
        group = "".join(letters)
        if wide and profile.chinese:
            out += CHINESE_ON + group.encode("gbk", errors="replace").replace(b"?", b"??") + CHINESE_OFF
        elif wide:
            out += b"??" * len(group)
        else:
            out += group.encode(codec, errors="replace")
    return out


def native_text(text: str) -> str:
    """Return a text with the yen sign that a GBK printer has."""
    return text.replace("\u00a5", "\uffe5")


def _encode_block(printer: Dummy, block: Block, document: Document, profile: PrinterProfile) -> None:
    match block:
        case TextRow():
            raw(printer, _row(block, profile))
        case Rule():
            raw(printer, b"-" * document.columns + b"\n")
        case Banner(text=text):
            filled = text.join(_sides(text, document.columns))
            raw(
                printer, INVERSE_ON + BOLD_ON + native_bytes(filled, profile) + BOLD_OFF + INVERSE_OFF + b"\n"
            )
        case Gap(dots=dots):
            raw(printer, b"\x1bJ" + bytes([min(255, dots)]))
        case Logo():
            printer.image(render(Document(document.columns, (block,))), impl="bitImageRaster")
        case QrCode(data=data):
            _qr(printer, data)
        case QrBeside(data=data, rows=rows):
            _qr(printer, data)
            shift = min((cell.start for row in rows for cell in row.cells), default=0)
            for row in rows:
                raw(printer, _row(_moved_left(row, shift), profile))
        case Barcode(data=data):
            raw(printer, CENTRE + _barcode(data, document.dots) + LEFT)
        case _:
            assert_never(block)


def _sides(text: str, columns: int) -> tuple[str, str]:
    free = max(0, columns - columns_of(native_text(text)))
    return " " * (free // 2), " " * (free - free // 2)


def _moved_left(row: TextRow, columns: int) -> TextRow:
    cells = tuple(Cell(cell.text, cell.start - columns, cell.width, cell.align) for cell in row.cells)
    return TextRow(cells, row.bold, row.size)


def _row(row: TextRow, profile: PrinterProfile) -> bytes:
    """Return a row: spaces in the normal size up to each cell, its text in the row's size."""
    wide = NATIVE_SIZE_OF[row.size]
    out, column = b"", 0
    for cell in row.cells:
        text = native_text(cell.text)
        start = max(column, cell_start(Cell(text, cell.start, cell.width, cell.align), wide))
        sized = native_bytes(text, profile)
        if row.size is not Size.NORMAL:
            sized = b"\x1d!" + bytes([SIZES[row.size]]) + sized + b"\x1d!\x00"
        out += b" " * (start - column) + sized
        column = start + columns_of(text, wide)
    return (BOLD_ON + out + BOLD_OFF if row.bold else out) + b"\n"


def _qr(printer: Dummy, data: str) -> None:
    """Print a QR code by the printer's own command (`GS ( k`), error correction M, in the middle."""
    raw(printer, CENTRE)
    printer.qr(data, ec=1, size=QR_MODULE_DOTS, native=True)
    raw(printer, LEFT)


def _barcode(data: str, dots: int) -> bytes:
    """Return Code 128 by `GS k 73` in code set B, without the printer's own line of text."""
    bars = len(code128.modules(data)) + 20
    module = next((width for width in BARCODE_MODULE_DOTS if bars * width <= dots), BARCODE_MODULE_DOTS[-1])
    content = b"{B" + data.replace("{", "{{").encode("ascii")
    height = b"\x1dh" + bytes([BARCODE_DOTS])
    return (
        height
        + b"\x1dw"
        + bytes([max(2, module)])
        + b"\x1dH\x00"
        + b"\x1dk\x49"
        + bytes([len(content)])
        + content
    )
