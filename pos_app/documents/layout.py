"""A laid-out paper document: blocks on a grid of printer columns, before it is dots or bytes.

One layout serves every output: dots (`image`), ESC/POS bytes (`escpos`), and text (`text`). Positions
are whole columns (12 dots); a size takes its own number of half columns for each column of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    """Where a text stands in its cell."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Size(StrEnum):
    """Letter sizes. `LARGE` is half as big again in dots, and double height on a native printer."""

    NORMAL = "normal"
    LARGE = "large"
    DOUBLE = "double"


HALF_COLUMNS: dict[Size, int] = {Size.NORMAL: 2, Size.LARGE: 3, Size.DOUBLE: 4}
"""Half columns that one column of text takes at a size."""

DOTS_PER_COLUMN = 12
"""At 203 dots per inch: 48 columns on 80 mm paper (576 dots), 32 on 58 mm (384 dots)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text placed within `width` columns from column `start`."""

    text: str
    start: int
    width: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line of text made of cells that do not overlap."""

    cells: tuple[Cell, ...]
    bold: bool = False
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class Rule:
    """A dashed line across the paper."""


@dataclass(frozen=True, slots=True)
class Banner:
    """White bold text centred on a black bar."""

    text: str
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty paper, in dots."""

    dots: int


@dataclass(frozen=True, slots=True)
class Logo:
    """The shop's picture (PNG bytes), or Evertill's own mark when empty."""

    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code, centred."""

    data: str


@dataclass(frozen=True, slots=True)
class QrBeside:
    """A QR code at the left with rows of text at its right (their columns count from the paper's edge)."""

    data: str
    rows: tuple[TextRow, ...]


@dataclass(frozen=True, slots=True)
class Barcode:
    """A Code 128 barcode, centred."""

    data: str


Block = TextRow | Rule | Banner | Gap | Logo | QrCode | QrBeside | Barcode


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks from top to bottom on paper of `columns` columns."""

    columns: int
    blocks: tuple[Block, ...]

    @property
    def dots(self) -> int:
        """The width in dots."""
        return self.columns * DOTS_PER_COLUMN
