"""Signatures of collectors: kept at the till as drawings, named by an id that goes with the handover.

Only a store whose rules want one asks for it. A drawing is strokes of points in thousandths of its width, so
it is small, holds no picture of anything else, and can be printed at any size.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sync.durable_files import force_names

Stroke = tuple[tuple[int, int], ...]
"""Points of one movement of the pen, in thousandths of the width of the field."""

WIDTH: Final = 1000
MOST_POINTS: Final = 5000
LEAST_POINTS: Final = 8
"""Fewer are a slip of the finger."""


class SignatureRefused(ValueError):
    """A drawing that is none; `code` is `empty` or `too_long`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"signature refused: {code}")
        self.code = code


class Signatures:
    """Keeps drawings in a folder of this till, one SVG file each."""

    def __init__(self, folder: Path, new_id: Callable[[], str]) -> None:
        self._folder = folder
        self._new_id = new_id

    def keep(self, strokes: Sequence[Stroke]) -> str:
        """Store a drawing and return its id; raises `SignatureRefused`, and `OSError` from the disk."""
        points = sum(len(stroke) for stroke in strokes)
        if points < LEAST_POINTS:
            raise SignatureRefused("empty")
        if points > MOST_POINTS:
            raise SignatureRefused("too_long")
        signature_id = self._new_id()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / f"{signature_id}.svg"
        unfinished = file.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8") as out:
            out.write(drawing(strokes))
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
        force_names(self._folder)
        return signature_id


def drawing(strokes: Sequence[Stroke]) -> str:
    """Return strokes as an SVG drawing of lines."""
    height = max((y for stroke in strokes for _, y in stroke), default=0)
    paths = "".join(
        '<path d="M' + " L".join(f"{x} {y}" for x, y in stroke) + '"/>' for stroke in strokes if stroke
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" fill="none" '
        f'stroke="currentColor" stroke-width="4" stroke-linecap="round">{paths}</svg>'
    )
