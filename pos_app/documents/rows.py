"""The few shapes of text row that documents are made of."""

from __future__ import annotations

from collections.abc import Sequence

from pos_app.documents.columns import columns_of, printable, wrap
from pos_app.documents.layout import Align, Banner, Cell, Size, TextRow


def centred(text: str, columns: int, *, bold: bool = False, size: Size = Size.NORMAL) -> list[TextRow]:
    """Return a text in the middle of the paper, over as many rows as it needs."""
    return [
        TextRow((Cell(piece, 0, columns, Align.CENTRE),), bold=bold, size=size)
        for piece in wrap(printable(text), columns, size)
    ]


def largest_size(text: str, columns: int) -> Size:
    """Return the largest size in which a text stands on one row; the normal one when none does."""
    sizes = (Size.DOUBLE, Size.LARGE)
    return next((size for size in sizes if columns_of(printable(text), size) <= columns), Size.NORMAL)


def headline(text: str, columns: int) -> list[TextRow]:
    """Return a bold title as large as fits on one row, or wrapped at the large size."""
    plain = printable(text)
    size = Size.DOUBLE if columns_of(plain, Size.DOUBLE) <= columns else Size.LARGE
    return centred(plain, columns, bold=True, size=size)


def banner(text: str, columns: int, *, tall: bool = False) -> list[Banner]:
    """Return black bars for a text; a long one takes several."""
    return [Banner(piece, tall) for piece in wrap(printable(text), columns - 2)]


def left(
    text: str, columns: int, *, start: int = 0, hang: int = 0, bold: bool = False, size: Size = Size.NORMAL
) -> list[TextRow]:
    """Return a text from column `start` on, over as many rows as it needs, all but the first moved in."""
    pieces = wrap(printable(text), columns - start, size, hang=hang)
    return _rows(pieces, start, hang, columns, bold=bold, size=size)


def _rows(
    pieces: Sequence[str], start: int, hang: int, columns: int, *, bold: bool, size: Size
) -> list[TextRow]:
    starts = (start + (hang if place else 0) for place in range(len(pieces)))
    cells = (Cell(piece, at, columns - at) for piece, at in zip(pieces, starts, strict=True))
    return [TextRow((cell,), bold, size) for cell in cells]


def pair(
    text: str,
    value: str,
    end: int,
    *,
    columns: int,
    start: int = 0,
    hang: int = 0,
    after: str = "",
    bold: bool = False,
    size: Size = Size.NORMAL,
) -> list[TextRow]:
    """Return a text at the left and a value that ends at column `end`, never cut and never overlapping.

    `after` stands at the paper's right edge (a tax letter). A text that leaves no room for the value
    wraps, its later rows moved in by `hang`, and the value gets the last row, alone when it must.
    """
    plain, figure = printable(text), printable(value)
    figure_columns = columns_of(figure, size)
    room = end - figure_columns - 1 - start
    pieces = list(wrap(plain, columns - start, size, hang=hang)) or [""]
    if columns_of(pieces[-1], size) > room - (hang if pieces[1:] else 0):
        rewrapped = wrap(plain, room, size, hang=hang) if room >= 8 else ()
        pieces = list(rewrapped) if rewrapped else [*pieces, ""]
    rows = _rows(pieces[:-1], start, hang, columns, bold=bold, size=size)
    last, taken = start + (hang if rows else 0), columns_of(pieces[-1], size)
    value_start = max(0, min(last + taken, end - figure_columns))
    cells = [Cell(pieces[-1], last, taken)] if pieces[-1] else []
    cells.append(Cell(figure, value_start, end - value_start, Align.RIGHT))
    if after:
        cells.append(Cell(printable(after), end, columns - end, Align.RIGHT))
    return [*rows, TextRow(tuple(cells), bold, size)]


def two_sides(text: str, other: str, columns: int) -> list[TextRow]:
    """Return two texts at the paper's two edges; the second goes under the first when both do not fit."""
    first, second = printable(text), printable(other)
    if not second:
        return left(first, columns)
    if first and columns_of(first) + 1 + columns_of(second) > columns:
        return [*left(first, columns), *left(second, columns)]
    cells = (Cell(first, 0, columns_of(first)), Cell(second, 0, columns, Align.RIGHT))
    return [TextRow(tuple(cell for cell in cells if cell.text))]
