"""What one argument of a promotion is to the person who fills it in, and what a kind of promotion is."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from retail.catalogue import LocalisedText


class Typed(StrEnum):
    """How an argument is typed, and what its text in the row is then."""

    NUMBER = "number"
    """Digits, as they stand: a percentage, a count."""
    AMOUNT = "amount"
    """Major units; whole minor units in the row."""
    UNIT_PRICE = "unit_price"
    """Major units, perhaps finer than the currency; minor units with decimals in the row."""
    CHOICE = "choice"
    YES = "yes"
    """A box; `yes` in the row, or nothing."""
    PRODUCTS = "products"
    CATEGORIES = "categories"
    STEPS = "steps"
    """Rows of two fields: from what on, and what then holds; `from:what|from:what` in the row."""
    PRODUCT_GROUPS = "product_groups"
    """Rows of a count and products; `2*id,id|id` in the row."""
    CATEGORY_GROUPS = "category_groups"


class Argument(msgspec.Struct, frozen=True, kw_only=True):
    """One argument: how it is typed and what the page says about it.

    `needed` says that the kind cannot do without it; of arguments with a choice between them, the sentence
    says so. Of steps, `first` and `second` say how the two fields are typed and labelled.
    """

    name: str
    typed: Typed
    label: LocalisedText
    sentence: LocalisedText
    needed: bool = True
    choices: tuple[tuple[str, LocalisedText], ...] = ()
    first: tuple[Typed, LocalisedText] | None = None
    second: tuple[Typed, LocalisedText] | None = None


class KindForm(msgspec.Struct, frozen=True, kw_only=True):
    """One kind: its name, what it does in a sentence, what its limits count, and its arguments."""

    name: LocalisedText
    sentence: LocalisedText
    limits: LocalisedText
    arguments: tuple[Argument, ...]
