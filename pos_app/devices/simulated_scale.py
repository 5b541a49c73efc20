"""A scale that is no scale: what lies on it stands in a file, for demonstrations and tests."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from pos_app.devices.ports import ScaleUnavailable


class SimulatedScale:
    """A `Scale` that reads kilograms such as `1.284` from a text file.

    An empty or missing file is an empty scale (`refused`), `moving` a weight that does not settle
    (`timed_out`), anything else a scale out of order (`broken`).
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def weight(self) -> Decimal:
        """Return the kilograms on the scale."""
        word = self._path.read_text(encoding="utf-8").strip() if self._path.exists() else ""
        if not word:
            raise ScaleUnavailable("refused", "nothing on the scale")
        if word == "moving":
            raise ScaleUnavailable("timed_out", "the weight is moving")
        try:
            kilograms = Decimal(word)
        except InvalidOperation as error:
            raise ScaleUnavailable("broken", word) from error
        if not kilograms.is_finite() or kilograms <= 0:
            raise ScaleUnavailable("refused", "nothing on the scale")
        return kilograms

    def close(self) -> None:
        """Nothing is held open."""
