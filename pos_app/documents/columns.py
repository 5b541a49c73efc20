"""How many printer columns a text takes, and how it breaks when it takes too many.

A printer's grid is one column for a Latin character and two for a Chinese one (East Asian Width `W`
and `F`, Unicode Standard Annex 11). Typographic signs that a Chinese printer draws double-wide and a
Latin one single-wide are replaced first, so that every printer agrees on the columns.
"""

from __future__ import annotations

import unicodedata
from math import ceil

from pos_app.documents.layout import HALF_COLUMNS, Size

REPLACEMENTS = str.maketrans(
    {
        "\u2212": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2026": "...",
        "\u00d7": "x",
        "\u00b7": ".",
        "\u2022": ".",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u3000": "  ",
        "\t": " ",
    }
)
"""Signs of ambiguous width, and spaces that are not the plain one."""


def printable(text: str) -> str:
    """Return the text as a printer can show it: one line, no control characters, signs of sure width."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", " ").replace("\n", " ").translate(REPLACEMENTS)
    return "".join(character for character in plain if unicodedata.category(character)[0] != "C")


def character_columns(character: str) -> int:
    """Return 2 for a wide character, 0 for a combining one, else 1."""
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def columns_of(text: str, size: Size = Size.NORMAL) -> int:
    """Return how many normal columns a text takes at a size, rounded up."""
    return ceil(sum(map(character_columns, text)) * HALF_COLUMNS[size] / 2)


def wrap(text: str, width: int, size: Size = Size.NORMAL, *, hang: int = 0) -> tuple[str, ...]:
    """Break a text into pieces of at most `width` normal columns, at spaces or between Chinese characters.

    Every piece but the first has `hang` columns less, for those who move it in.
    A word longer than the width is broken anywhere. Nothing is lost but the spaces at a break. An
    empty text gives no piece.
    """
    pieces: list[str] = []
    line = ""
    for token in _tokens(text):
        if columns_of((line + token).rstrip(), size) <= width - (hang if pieces else 0):
            line += token
            continue
        if line.strip():
            pieces.append(line.rstrip())
        line = token.lstrip()
        while columns_of(line.rstrip(), size) > (room := width - (hang if pieces else 0)):
            head = _longest_head(line, room, size)
            pieces.append(line[:head])
            line = line[head:]
    if line.strip():
        pieces.append(line.rstrip())
    return tuple(pieces)


def _tokens(text: str) -> list[str]:
    """Split a text where a line may break: before a run of spaces, and around each wide character."""
    tokens: list[str] = []
    token = ""
    for character in text:
        wide = character_columns(character) == 2
        starts_gap = character == " " and not token.endswith(" ")
        previous_wide = bool(token) and character_columns(token[-1]) == 2
        if token and (wide or starts_gap or previous_wide) and not token.isspace():
            tokens.append(token)
            token = ""
        token += character
    if token:
        tokens.append(token)
    return tokens


def _longest_head(text: str, width: int, size: Size) -> int:
    """Return how many characters fit; at least one, so that breaking always ends."""
    head = 1
    while head < len(text) and columns_of(text[: head + 1], size) <= width:
        head += 1
    return head
