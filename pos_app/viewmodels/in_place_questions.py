"""Questions that a screen asks in its hand pane: what was typed into the open one, by keys and by text.

One panel is open at a time; the record stays in sight and scans go on working.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final, Self

from PySide6.QtCore import QObject, Signal

from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.keypad import after_key

LONGEST_NUMBER: Final = 9
LONGEST_TEXT: Final = 120
WEIGHT_DIGITS: Final = 3

NUMBERS: Final = frozenset({"number", "amount"})
TEXTS: Final = frozenset({"text", "list"})


@dataclass(frozen=True, slots=True)
class InPlaceQuestion:
    """An open panel. `typed` holds digits without a point, or free text; `about` is what it is asked of."""

    MODES: ClassVar[Mapping[str, str]]
    """Every question that a screen can ask, and how it is answered."""

    kind: str
    about: str = ""
    name: str = ""
    typed: str = ""
    error: str = ""

    @property
    def mode(self) -> str:
        """Return how this question is answered."""
        return self.MODES[self.kind]

    @property
    def longest(self) -> int:
        """Return how many digits or letters may be typed."""
        return LONGEST_NUMBER if self.mode in NUMBERS else LONGEST_TEXT

    @property
    def keeps_zeros(self) -> bool:
        """True where a zero in front counts: in a text or a code, not in a number."""
        return self.mode not in NUMBERS

    def with_key(self, key: str) -> Self:
        """Return the question after a key of the keypad; unchanged where nothing is typed."""
        if self.mode not in NUMBERS | TEXTS:
            return self
        typed = after_key(self.typed, key, self.longest, keeps_zeros=self.keeps_zeros)
        return replace(self, typed=typed, error="")

    def with_text(self, text: str) -> Self:
        """Return the question with another text typed."""
        return replace(self, typed=text[: self.longest], error="")

    @property
    def number(self) -> int:
        """Return the digits typed so far as an integer, 0 when none or when it is no number."""
        return int(self.typed) if self.typed.isdecimal() else 0

    @property
    def weight(self) -> Decimal:
        """Return the digits typed as kilograms: grams enter as typed."""
        return Decimal(self.number).scaleb(-WEIGHT_DIGITS)


def grams(kilograms: Decimal) -> str:
    """Return a weight as it would be typed: the inverse of `InPlaceQuestion.weight`."""
    return str(int(kilograms.scaleb(WEIGHT_DIGITS).to_integral_value()))


class InPlaceQuestions(QObject):
    """Typing into whatever question is open. A screen's own questions derive from it."""

    sounded = Signal(str)
    troubled = Signal(str)

    _question: InPlaceQuestion | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._question = None

    def _refresh(self) -> None:
        """Build the screen again; the screen itself does it."""

    @guarded
    def panel_key(self, key: str) -> None:
        """Press a key of the panel's keypad."""
        if self._question is not None:
            self._question = self._question.with_key(key)
            self._refresh()

    @guarded
    def panel_text(self, text: str) -> None:
        """Replace the text typed into the panel."""
        if self._question is not None and self._question.mode in TEXTS:
            self._question = self._question.with_text(text)
            self._refresh()

    @guarded
    def panel_cancel(self) -> bool:
        """Close the question; nothing was changed. False when none was open."""
        had, self._question = self._question is not None, None
        if had:
            self._refresh()
        return had
