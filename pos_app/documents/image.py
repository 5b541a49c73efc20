"""A document as black and white dots, at 203 dots per inch, exactly as a raster printer prints it.

Text is drawn on the column grid with Noto Sans Mono CJK SC, in which a Latin letter is half an em
and a Chinese one a whole em. Pillow is imported on first use: a till starts without it.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pos_app.documents import code128
from pos_app.documents.columns import character_columns
from pos_app.documents.layout import (
    DOTS_PER_COLUMN,
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
from pos_app.documents.mark import draw_mark

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

DOTS_PER_INCH = 203
FONT_INDEX = 7
"""Noto Sans Mono CJK SC within the collection."""

EM_DOTS: dict[Size, int] = {size: half * DOTS_PER_COLUMN for size, half in HALF_COLUMNS.items()}
ROW_DOTS: dict[Size, int] = {Size.NORMAL: 30, Size.LARGE: 50, Size.DOUBLE: 66}
BASELINE: dict[Size, int] = {Size.NORMAL: 22, Size.LARGE: 38, Size.DOUBLE: 51}
"""Dots from the top of a row to the baseline of its letters."""

OVERSAMPLING = 4
STEM_SHIFT = 1
"""In quarters of a dot to the right: upright stems of the normal size then fall on whole dots."""

BOLD_STROKE: dict[Size, int] = {Size.NORMAL: 2, Size.LARGE: 3, Size.DOUBLE: 4}
"""In quarters of a dot around a letter: bold by stroke, for the font has one weight."""

GLYPH_MARGIN = 2

RULE_DOTS = 26
RULE_TOP = 11
DASH, DASH_GAP = 6, 4
BANNER_DOTS = {False: 36, True: 44}
BANNER_ABOVE, BANNER_BELOW = 7, 11
QR_DOTS = 176
"""A QR code is drawn with the largest whole dots per module that stay within this."""

QR_LEFT = 12
BARCODE_DOTS = 84
BARCODE_MODULE_DOTS = (3, 2, 1)
BLACK, WHITE = 0, 255
THRESHOLD = 128

_drawing = threading.Lock()
"""FreeType faces are shared between calls and are not safe to use from two threads."""


def render(document: Document, *, margin_dots: int = 0) -> Image:
    """Return the document as a one-bit image, with white paper of `margin_dots` around it when wanted."""
    from PIL import Image  # noqa: PLC0415 -- loaded on first use

    heights = [_height(block, document) for block in document.blocks]
    size = (document.dots + 2 * margin_dots, max(1, sum(heights)) + 2 * margin_dots)
    paper = Image.new("L", size, WHITE)
    top = margin_dots
    with _drawing:
        for block, height in zip(document.blocks, heights, strict=True):
            strip = _draw(block, document, height)
            if strip is not None:
                paper.paste(strip, (margin_dots, top))
            top += height
    return paper.point(lambda level: WHITE if level >= THRESHOLD else BLACK, mode="1")


def to_png(document: Document, *, margin_dots: int = 32) -> bytes:
    """Return the document as a PNG picture on paper with margins."""
    out = io.BytesIO()
    render(document, margin_dots=margin_dots).save(out, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()


def to_pdf(document: Document, *, margin_dots: int = 32) -> bytes:
    """Return the document as a PDF of one page of its true size on paper."""
    out = io.BytesIO()
    render(document, margin_dots=margin_dots).save(out, format="PDF", resolution=DOTS_PER_INCH)
    return out.getvalue()


def _height(block: Block, document: Document) -> int:
    match block:
        case TextRow(size=size):
            height = ROW_DOTS[size]
        case Rule():
            height = RULE_DOTS
        case Banner(tall=tall):
            height = BANNER_ABOVE + BANNER_DOTS[tall] + BANNER_BELOW
        case Gap(dots=dots):
            height = dots
        case Logo(picture=picture):
            height = draw_mark(picture, document.dots).height
        case QrCode():
            height = QR_DOTS
        case QrBeside(rows=rows):
            height = max(QR_DOTS + 8, sum(ROW_DOTS[row.size] for row in rows))
        case Barcode():
            height = BARCODE_DOTS
        case _:
            assert_never(block)
    return height


def _draw(block: Block, document: Document, height: int) -> Image | None:
    """Draw one block on a strip of paper of the document's width, or nothing for empty paper."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- loaded on first use

    if isinstance(block, Gap):
        return None
    strip = Image.new("L", (document.dots, height), WHITE)
    draw = ImageDraw.Draw(strip)
    match block:
        case TextRow():
            _draw_row(draw, block, 0)
        case Rule():
            for left in range(0, document.dots, DASH + DASH_GAP):
                draw.rectangle(
                    (left, RULE_TOP, min(left + DASH, document.dots) - 1, RULE_TOP + 1), fill=BLACK
                )
        case Banner():
            _draw_banner(draw, block, document)
        case Logo(picture=picture):
            mark = draw_mark(picture, document.dots)
            strip.paste(mark, ((document.dots - mark.width) // 2, 0))
        case QrCode(data=data):
            code = qr_image(data)
            strip.paste(code, ((document.dots - code.width) // 2, 0))
        case QrBeside(data=data, rows=rows):
            strip.paste(qr_image(data), (QR_LEFT, 0))
            top = 0
            for row in rows:
                _draw_row(draw, row, top)
                top += ROW_DOTS[row.size]
        case Barcode(data=data):
            _draw_barcode(draw, data, document.dots)
    return strip


def _draw_banner(draw: ImageDraw, block: Banner, document: Document) -> None:
    bar = BANNER_DOTS[block.tall]
    draw.rectangle((0, BANNER_ABOVE, document.dots - 1, BANNER_ABOVE + bar - 1), fill=BLACK)
    cell = Cell(block.text, 0, document.columns, Align.CENTRE)
    top = BANNER_ABOVE + (bar - ROW_DOTS[Size.NORMAL]) // 2 + 1
    _draw_cell(draw, cell, Pen(bold=True, ink=WHITE), top)


def _draw_row(draw: ImageDraw, row: TextRow, top: int) -> None:
    for cell in row.cells:
        _draw_cell(draw, cell, Pen(row.size, row.bold), top)


@dataclass(frozen=True, slots=True)
class Pen:
    """How letters are drawn."""

    size: Size = Size.NORMAL
    bold: bool = False
    ink: int = BLACK

    @property
    def half(self) -> int:
        """Dots that one column of text takes at this size."""
        return DOTS_PER_COLUMN * HALF_COLUMNS[self.size] // 2

    def write(self, draw: ImageDraw, text: str, left: int, top: int) -> None:
        """Draw letters on the grid from the left end of their row; a wide letter takes two columns."""
        for letter in text:
            if not letter.isspace():
                place = (left - GLYPH_MARGIN, top)
                draw.bitmap(place, _glyph(letter, self.size, self.bold), fill=self.ink)
            left += character_columns(letter) * self.half


def _draw_cell(draw: ImageDraw, cell: Cell, pen: Pen, top: int) -> None:
    width = sum(map(character_columns, cell.text)) * pen.half
    left = cell.start * DOTS_PER_COLUMN
    if cell.align is not Align.LEFT:
        free = cell.width * DOTS_PER_COLUMN - width
        left += free if cell.align is Align.RIGHT else free // 2
    pen.write(draw, cell.text, left, top)


@lru_cache(maxsize=2048)
def _glyph(letter: str, size: Size, bold: bool) -> Image:
    """Return a letter's dots with `GLYPH_MARGIN` at both sides.

    It is drawn four times as large and then judged dot by dot, so that equal stems get equal dots
    wherever the letter stands; the font's own hints leave some stems a dot wider than others.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- loaded on first use

    width, height = EM_DOTS[size] + 2 * GLYPH_MARGIN, ROW_DOTS[size]
    large = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING), 0)
    ImageDraw.Draw(large).text(
        (GLYPH_MARGIN * OVERSAMPLING + STEM_SHIFT, BASELINE[size] * OVERSAMPLING),
        letter,
        font=_font(size),
        fill=255,
        anchor="ls",
        stroke_width=BOLD_STROKE[size] if bold else 0,
    )
    dots = large.resize((width, height), Image.Resampling.BOX)
    return dots.point(lambda level: 255 if level >= THRESHOLD else 0, mode="1")


def _draw_barcode(draw: ImageDraw, data: str, dots: int) -> None:
    """Draw Code 128 as large as fits with its quiet zones of ten modules."""
    bars = code128.modules(data)
    wanted = len(bars) + 20
    module = next((width for width in BARCODE_MODULE_DOTS if wanted * width <= dots), BARCODE_MODULE_DOTS[-1])
    left = (dots - len(bars) * module) // 2
    for place, black in enumerate(bars):
        if black:
            start = left + place * module
            draw.rectangle((start, 0, start + module - 1, BARCODE_DOTS - 1), fill=BLACK)


def draw_letter(letter: str, *, bold: bool, inverse: bool) -> Image:
    """Return one letter in the cell that a printer's own font gives it, in grey levels."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- loaded on first use

    width = character_columns(letter) * DOTS_PER_COLUMN
    cell = Image.new("L", (max(1, width), ROW_DOTS[Size.NORMAL]), BLACK if inverse else WHITE)
    if not letter.isspace():
        with _drawing:
            Pen(bold=bold, ink=WHITE if inverse else BLACK).write(ImageDraw.Draw(cell), letter, 0, 0)
    return cell.point(lambda level: WHITE if level >= THRESHOLD else BLACK)


def qr_image(data: str) -> Image:
    """Return a QR code (error correction M) of at most `QR_DOTS` dots, without its quiet zone."""
    import segno  # noqa: PLC0415 -- loaded on first use
    from PIL import Image  # noqa: PLC0415 -- loaded on first use

    matrix = segno.make_qr(data, error="m", boost_error=False).matrix
    module = max(1, QR_DOTS // len(matrix))
    image = Image.new("L", (len(matrix), len(matrix)), WHITE)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                image.putpixel((x, y), BLACK)
    return image.resize((image.width * module, image.height * module), Image.Resampling.NEAREST)


@lru_cache(maxsize=len(Size))
def _font(size: Size) -> FreeTypeFont:
    from noto_cjk_sans_otc import FONT_PATH  # noqa: PLC0415 -- loaded on first use
    from PIL import ImageFont  # noqa: PLC0415 -- loaded on first use

    return ImageFont.truetype(str(Path(str(FONT_PATH))), EM_DOTS[size] * OVERSAMPLING, index=FONT_INDEX)
