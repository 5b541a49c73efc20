"""Reads the fields of one form and collects every problem, so that a person sees all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from retail.catalogue import LocalisedText, Product
from retail.money import LARGEST_AMOUNT_MINOR
from sync.server.editing import typed
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.typed import Unreadable

Find = Callable[[Collection[str]], Mapping[str, Product]]
"""Finds the product that a text names (an id, an item number, a code), for each text that names one."""

T = TypeVar("T")


def unknown_product(text: str) -> LocalisedText:
    """Return the sentence for a text that names no product."""
    return LocalisedText(
        f"The store has no product “{text}” (no such id, item number or code).",
        f"门店没有商品“{text}”（编号、货号和条码均无匹配）。",
    )


class Reading:
    """Fields of a form as values. What cannot be read gives the empty value and a problem at its field."""

    __slots__ = ("_find", "digits", "form", "problems")

    def __init__(self, form: Form, *, digits: int, find: Find) -> None:
        """Read amounts with the currency's `digits`, and look products up with `find`."""
        self.form = form
        self.digits = digits
        self.problems: list[FieldProblem] = []
        self._find = find

    def wrong(self, field: str, sentence: LocalisedText) -> None:
        """Remember that a field is wrong."""
        self.problems.append(FieldProblem(field, sentence))

    def line(self, name: str, longest: int = typed.LONGEST_LINE) -> str:
        """Read a text on one line."""
        return self._read(name, lambda text: typed.read_line(text, longest), "")

    def amount(self, name: str) -> int:
        """Read an amount in minor units; left empty it is 0."""
        return self._read(name, lambda text: typed.read_amount(text, self.digits) if text else 0, 0)

    def unit_price(self, name: str, *, negative: bool = False) -> Decimal:
        """Read a price in minor units, which may be finer than the currency; left empty it is 0."""

        def read(text: str) -> Decimal:
            return typed.read_unit_price(text, self.digits, negative=negative) if text else Decimal(0)

        return self._read(name, read, Decimal(0))

    def decimal(self, name: str) -> Decimal:
        """Read a number; left empty it is 0."""
        return self._read(name, lambda text: typed.read_decimal(text) if text else Decimal(0), Decimal(0))

    def whole(self, name: str, *, least: int = 0, most: int = LARGEST_AMOUNT_MINOR, without: int = 0) -> int:
        """Read a whole number between bounds; left empty it is `without`."""

        def read(text: str) -> int:
            return typed.read_whole(text, least=least, most=most) if text else without

        return self._read(name, read, without)

    def whole_numbers(self, name: str, most: int) -> tuple[int, ...]:
        """Read whole numbers from 1: of boxes that are ticked, or separated by commas."""
        texts = ",".join(self.form.texts(name))

        def read(text: str) -> tuple[int, ...]:
            return tuple(sorted({typed.read_whole(one, least=1, most=most) for one in typed.read_list(text)}))

        nothing: tuple[int, ...] = ()
        return self._told(name, read, texts, nothing)

    def words(self, name: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return self._read(name, typed.read_list, ())

    def ticked(self, name: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """Read which boxes are ticked, each once, in the order of the page."""
        texts = "\n".join(self.form.texts(name))
        nothing: tuple[str, ...] = ()
        found = self._told(name, typed.read_list, texts, nothing)
        return found if allowed is None else tuple(self.choice_of(name, one, allowed) for one in found)

    def choice(self, name: str, choices: Collection[str], without: str = "") -> str:
        """Read one of several words."""
        return self.choice_of(name, self.form.text(name) or without, choices)

    def choice_of(self, name: str, text: str, choices: Collection[str]) -> str:
        """Take a word if it is one of the choices; otherwise the field is wrong."""
        return self._told(name, lambda word: typed.read_choice(word, choices), text, next(iter(choices)))

    def products(self, name: str) -> tuple[str, ...]:
        """Read a list of products, as ids; each may be typed as an id, an item number or a code."""
        return self.product_ids(name, self.words(name))

    def product_ids(self, name: str, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the ids of the products that texts name; those that name none are told at the field."""
        found = self._find(texts) if texts else {}
        for text in texts:
            if text not in found:
                self.wrong(name, unknown_product(text))
        return tuple(dict.fromkeys(found[text].product_id for text in texts if text in found))

    def _read(self, name: str, read: Callable[[str], T], without: T) -> T:
        return self._told(name, read, self.form.text(name), without)

    def _told(self, name: str, read: Callable[[str], T], text: str, without: T) -> T:
        try:
            return read(text)
        except Unreadable as unreadable:
            self.wrong(name, unreadable.sentence)
            return without


def ids_text(ids: Iterable[str]) -> str:
    """Return ids as they stand in a field: one a line."""
    return "\n".join(ids)
