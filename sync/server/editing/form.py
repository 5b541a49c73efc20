"""What a person typed into a page's fields, as texts by name; and what is wrong with one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

import msgspec

from retail.catalogue import LocalisedText

MOST_FIELDS = 5_000
"""More than any page has."""


class FormUnreadable(ValueError):
    """A body that is no form of ours."""


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with a field, in a sentence; an empty `field` means the page as a whole.

    A `doubt` is no fault: who has read it may publish all the same.
    """

    field: str
    sentence: LocalisedText
    doubt: bool = False


class Form:
    """Texts by field name; a field may have several. Never changed once made."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts = {name: tuple(some) for name, some in texts.items()}

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[str, str]]) -> Form:
        """Return a form from names and texts as a browser sends them; line ends become `\\n`."""
        texts: dict[str, list[str]] = {}
        for name, text in pairs:
            texts.setdefault(name, []).append(text.replace("\r\n", "\n"))
        return cls(texts)

    def text(self, name: str) -> str:
        """Return a field's text without the spaces around it, nothing for a field that is not there."""
        return next(iter(self._texts.get(name, ())), "").strip()

    def whole(self, name: str) -> str:
        """Return a field's text as it was typed, spaces and all: a password."""
        return next(iter(self._texts.get(name, ())), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every text of a field, such as the boxes that were ticked."""
        return tuple(text.strip() for text in self._texts.get(name, ()) if text.strip())

    def ticked(self, name: str) -> bool:
        """Say whether a box is ticked."""
        return bool(self.text(name))

    def names(self) -> Iterable[str]:
        """Return the names of all fields."""
        return self._texts.keys()

    def with_texts(self, texts: Mapping[str, Sequence[str]]) -> Form:
        """Return the form with other texts in some fields."""
        return Form({**self._texts, **texts})


def read_form(body: bytes) -> Form:
    """Read an `application/x-www-form-urlencoded` body; raises `FormUnreadable`."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as unreadable:
        raise FormUnreadable("not a form") from unreadable
    return Form.of_pairs(pairs)
