"""Commands carried out on paper: the second half of the virtual printer.

Raster pictures are put on the paper dot by dot; the printer's own letters are drawn on its grid of 12
by 24 dots. What was printed as letters is also kept as text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pos_app.devices.escpos_reader import Command
from pos_app.documents import code128
from pos_app.documents.columns import character_columns
from pos_app.documents.escpos_native import CODE_PAGES
from pos_app.documents.image import BLACK, WHITE, draw_letter, qr_image
from pos_app.documents.layout import DOTS_PER_COLUMN

if TYPE_CHECKING:
    from PIL.Image import Image

LINE_DOTS = 30
MARGIN_DOTS = 32
CODECS: dict[int, str] = {number: codec for codec, number in CODE_PAGES.values()}


@dataclass(slots=True)
class Modes:
    """How the printer would print the next letter."""

    bold: bool = False
    inverse: bool = False
    chinese: bool = False
    align: int = 0
    wide: int = 1
    high: int = 1
    code_page: int = 0
    barcode_dots: int = 162
    barcode_module: int = 3


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter waiting for its line to end."""

    text: str
    columns: int
    modes: Modes


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """A piece of paper that was cut off: its picture (one bit, without margins) and its text."""

    image: Image
    text: str
    unknown_commands: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Paper:
    """A roll of paper `dots` wide, and the printer's modes. `carry_out` prints; `cut` takes the piece."""

    dots: int = 576
    modes: Modes = field(default_factory=Modes)
    _strips: list[Image] = field(default_factory=list)
    _line: list[Letter] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _unknown: list[bytes] = field(default_factory=list)
    _qr: bytes = b""

    @property
    def is_blank(self) -> bool:
        """Say whether nothing is on the paper since the last cut."""
        return not self._strips and not self._line

    def carry_out(self, command: Command) -> None:
        """Print, or change a mode."""
        if command.name == b"":
            self._letters(command.data)
            return
        action = ACTIONS.get(command.name)
        if action is None:
            self._unknown.append(command.name + command.data[:8])
        else:
            action(self, command.data)

    def cut(self) -> PrintedPaper:
        """End the line, cut the paper off and return it."""
        from PIL import Image  # noqa: PLC0415 -- loaded on first use

        if self._line:
            self.end_line()
        height = sum(strip.height for strip in self._strips)
        image = Image.new("L", (self.dots, max(1, height)), WHITE)
        top = 0
        for strip in self._strips:
            image.paste(strip, (0, top))
            top += strip.height
        piece = PrintedPaper(image.convert("1"), "\n".join(self._text) + "\n", tuple(self._unknown))
        self._strips, self._text, self._unknown = [], [], []
        return piece

    def _letters(self, data: bytes) -> None:
        codec = CODECS.get(self.modes.code_page, "cp437")
        text = data.decode("gbk" if self.modes.chinese else codec, errors="replace")
        for letter in text:
            columns = character_columns(letter) * self.modes.wide
            if sum(waiting.columns for waiting in self._line) + columns > self.dots // DOTS_PER_COLUMN:
                self.end_line()
            self._line.append(Letter(letter, columns, replace(self.modes)))

    def end_line(self) -> None:
        """Draw the letters of a line, or feed one line of empty paper."""
        high = max((letter.modes.high for letter in self._line), default=1)
        strip = self._strip(LINE_DOTS * high)
        column = self._start(sum(letter.columns for letter in self._line))
        for letter in self._line:
            modes = letter.modes
            picture = draw_letter(letter.text, bold=modes.bold, inverse=modes.inverse)
            size = (letter.columns * DOTS_PER_COLUMN, LINE_DOTS * modes.high)
            strip.paste(picture.resize(size), (column, LINE_DOTS * (high - modes.high)))
            column += size[0]
        self._text.append("".join(letter.text for letter in self._line).rstrip())
        self._line = []
        self._strips.append(strip)

    def _start(self, columns: int) -> int:
        free = self.dots - columns * DOTS_PER_COLUMN
        return max(0, (0, free // 2, free)[self.modes.align])

    def _strip(self, height: int) -> Image:
        from PIL import Image  # noqa: PLC0415 -- loaded on first use

        return Image.new("L", (self.dots, height), WHITE)

    def feed(self, dots: int) -> None:
        """Feed empty paper."""
        if self._line:
            self.end_line()
        if dots:
            self._strips.append(self._strip(dots))

    def raster(self, data: bytes) -> None:
        """Put a picture of `GS v 0` on the paper; what is wider than the paper is lost."""
        from PIL import Image  # noqa: PLC0415 -- loaded on first use

        bytes_wide, height = data[2] + 256 * data[3], data[4] + 256 * data[5]
        flipped = bytes(byte ^ 0xFF for byte in data[6:])
        picture = Image.frombytes("1", (bytes_wide * 8, height), flipped).convert("L")
        self._put(picture, self._aligned(picture.width))

    def _aligned(self, dots: int) -> int:
        return max(0, (0, (self.dots - dots) // 2, self.dots - dots)[self.modes.align])

    def _put(self, picture: Image, left: int) -> None:
        if self._line:
            self.end_line()
        strip = self._strip(picture.height)
        strip.paste(picture, (left, 0))
        self._strips.append(strip)

    def qr(self, data: bytes) -> None:
        """Keep (function 80) or print (function 81) a QR code of `GS ( k`."""
        function = data[4:5] if data[:1] == b"k" else b""
        if function == b"P":
            self._qr = data[6:]
        elif function == b"Q":
            picture = qr_image(self._qr.decode(errors="replace"))
            self._put(picture, self._aligned(picture.width))
            self._text.append(f"<QR {self._qr.decode(errors='replace')}>")

    def barcode(self, data: bytes) -> None:
        """Print a Code 128 barcode of `GS k 73`; other kinds are reported as unknown."""
        if data[:1] != b"I" or data[2:4] != b"{B":
            self._unknown.append(b"\x1dk" + data[:8])
            return
        from PIL import Image  # noqa: PLC0415 -- loaded on first use

        text = data[4:].decode("ascii", errors="replace").replace("{{", "{")
        bars = code128.modules(text)
        picture = Image.new("L", (len(bars), 1), WHITE)
        for place, black in enumerate(bars):
            picture.putpixel((place, 0), BLACK if black else WHITE)
        picture = picture.resize((len(bars) * self.modes.barcode_module, self.modes.barcode_dots), 0)
        self._put(picture, self._aligned(picture.width))
        self._text.append(f"<CODE128 {text}>")


def _reset(paper: Paper, _data: bytes) -> None:
    paper.modes = Modes()


def _size(paper: Paper, data: bytes) -> None:
    paper.modes.wide, paper.modes.high = (data[0] >> 4) + 1, (data[0] & 0x0F) + 1


def _mode(name: str, value: Callable[[int], int]) -> Callable[[Paper, bytes], None]:
    def change(paper: Paper, data: bytes) -> None:
        setattr(paper.modes, name, value(data[0] if data else 0))

    return change


def _ignore(_paper: Paper, _data: bytes) -> None:
    """Taken and without effect on what these documents look like."""


ACTIONS: dict[bytes, Callable[[Paper, bytes], None]] = {
    b"\n": lambda paper, _data: paper.end_line(),
    b"\r": _ignore,
    b"\x1b@": _reset,
    b"\x1bE": _mode("bold", lambda value: value & 1),
    b"\x1bG": _mode("bold", lambda value: value & 1),
    b"\x1bJ": lambda paper, data: paper.feed(data[0]),
    b"\x1ba": _mode("align", lambda value: min(2, value & 0x0F)),
    b"\x1bd": lambda paper, data: paper.feed(data[0] * LINE_DOTS),
    b"\x1bt": _mode("code_page", int),
    b"\x1b2": _ignore,
    b"\x1b3": _ignore,
    b"\x1c&": _mode("chinese", lambda _value: 1),
    b"\x1c.": _mode("chinese", lambda _value: 0),
    b"\x1c!": _ignore,
    b"\x1d!": _size,
    b"\x1dB": _mode("inverse", lambda value: value & 1),
    b"\x1dH": _ignore,
    b"\x1dh": _mode("barcode_dots", int),
    b"\x1dw": _mode("barcode_module", int),
    b"\x1dk": lambda paper, data: paper.barcode(data),
    b"\x1d(": lambda paper, data: paper.qr(data),
    b"\x1dv": lambda paper, data: paper.raster(data),
}
"""What each command does, by name."""
