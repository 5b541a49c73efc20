"""What the pickup board shows, as frozen values made of finished texts; like `screens`, for orders."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.viewmodels.pickup_words import Countdown, Tag
from pos_app.viewmodels.screens import Feedback

NEW, PICKING, READY = "new", "picking", "ready"
COLUMNS = (NEW, PICKING, READY)
"""The board's columns from left to right."""


@dataclass(frozen=True, slots=True)
class PickerRow:
    """Who picks and how far it is: `done` of `of` items."""

    name: str
    initials: str
    words: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One order. `look` is `tall` (three rows), `short` (two) or `here` (a customer waits).

    `side` stands where the chip would, `notice` is a tag there. `edge` is the colour token of the left
    edge, empty for none. `money` is `paid`, `authorised` or `due` with its words.
    """

    order_id: str
    number: str
    name: str
    look: str
    items: str = ""
    collect: str = ""
    chip: Countdown | None = None
    side: str = ""
    notice: Tag | None = None
    edge: str = ""
    tags: tuple[Tag, ...] = ()
    places: tuple[Tag, ...] = ()
    picker: PickerRow | None = None
    money: str = ""
    money_words: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of the card."""
        tall = self.look == "tall"
        parts = (
            self.number,
            self.name,
            self.chip.text if self.chip is not None else self.side,
            self.notice.text if self.notice is not None else "",
            self.items if tall else "",
            self.collect if tall else "",
            f"{self.picker.name} {self.picker.words}" if self.picker is not None else "",
            *(tag.text for tag in self.places),
            *(tag.text for tag in self.tags),
            self.money_words,
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column. `count` is how many there are in all, `cards` those that the filters let through."""

    column_id: str
    title: str
    count: str
    hint: str
    cards: tuple[BoardCard, ...] = ()
    empty_icon: str = ""
    empty_title: str = ""
    empty_detail: str = ""


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """A filter that can be on: a chip above the board, or a temperature."""

    filter_id: str
    text: str
    icon: str = ""
    number: str = ""
    level: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class BoardAction:
    """A button of the band. A disabled one says why in `why_not`."""

    action_id: str
    label: str
    key: str
    enabled: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """One line of an order in its detail."""

    line_id: str
    quantity: str
    name: str
    detail: str
    amount: str
    icon: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An open card: the whole order beside the board, with what can be done to it."""

    order_id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[OrderLineRow, ...]
    selected_line: str = ""
    actions: tuple[BoardAction, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardScreen:
    """Everything the board shows. `marked` are the new orders chosen to be picked together."""

    heading: str = ""
    columns: tuple[BoardColumn, ...] = ()
    selected_id: str = ""
    marked: frozenset[str] = frozenset()
    alarms: tuple[BoardFilter, ...] = ()
    temperatures: tuple[BoardFilter, ...] = ()
    search_hint: str = ""
    search_text: str = ""
    band_title: str = ""
    band_detail: str = ""
    band_chip: Countdown | None = None
    actions: tuple[BoardAction, ...] = ()
    main: BoardAction | None = None
    detail: OrderDetail | None = None
    feedback: Feedback | None = None
    no_desk: bool = False
    """The store takes no online orders: the page says so instead of showing three empty columns."""
