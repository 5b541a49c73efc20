"""The columns of the pickup board: which orders stand where, and which of them the filters let through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from pos_app.services.orders import Orders
from pos_app.viewmodels.pickup_cards import CardWriter, column_of
from pos_app.viewmodels.pickup_screens import (
    COLUMNS,
    NEW,
    PICKING,
    READY,
    BoardCard,
    BoardColumn,
    BoardFilter,
)
from pos_app.viewmodels.pickup_words import ICONS, PickupWords
from retail.pickup.order import PickupOrder, Temperature

LATE, SOON = "late", "soon"
_SOON_LEVELS = frozenset({"soon", "urgent"})

Pair = tuple[PickupOrder, BoardCard]


@dataclass(slots=True)
class Filters:
    """What the board is narrowed down to; nothing set lets everything through.

    `alarm` is `late` or `soon`, `temperature` a value of `Temperature`.
    """

    text: str = ""
    member: str = ""
    alarm: str = ""
    temperature: str = ""

    @property
    def any(self) -> bool:
        return bool(self.text or self.member or self.alarm or self.temperature)


@dataclass(frozen=True, slots=True)
class WrittenBoard:
    """The columns with all their orders, filtered or not."""

    columns: tuple[BoardColumn, ...]
    alarms: tuple[BoardFilter, ...]
    by_id: dict[str, Pair]


class ColumnWriter(QObject):
    """Writes the columns."""

    def __init__(
        self,
        orders: Orders,
        cards: CardWriter,
        words: PickupWords,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._orders = orders
        self._cards = cards
        self._words = words
        self._found: tuple[tuple[PickupOrder, ...], str, frozenset[str]] = ((), "", frozenset())

    def written(self, filters: Filters, marked: frozenset[str], now: datetime) -> WrittenBoard:
        """Return the board at a time."""
        orders = self._orders.all()
        self._cards.begin()
        pairs: dict[str, list[Pair]] = {each: [] for each in COLUMNS}
        for order in orders:
            column = column_of(order)
            if column:
                pairs[column].append((order, self._cards.card(order, column, now)))
        for some in pairs.values():
            some.sort(key=lambda pair: self._cards.sort_key(*pair))
        shows = self._judge(filters, orders)
        return WrittenBoard(
            columns=tuple(self._column(each, pairs[each], shows, marked) for each in COLUMNS),
            alarms=self._alarms([card for _, card in (*pairs[NEW], *pairs[PICKING])], filters),
            by_id={order.order_id: (order, card) for some in pairs.values() for order, card in some},
        )

    def temperatures(self, filters: Filters) -> tuple[BoardFilter, ...]:
        """Return the filter by temperature."""
        return (
            BoardFilter("", self.tr("All"), selected=not filters.temperature),
            *(
                BoardFilter(
                    each.value,
                    self._words.temperature(each),
                    ICONS[each],
                    selected=filters.temperature == each,
                )
                for each in Temperature
            ),
        )

    def _judge(
        self, filters: Filters, orders: tuple[PickupOrder, ...]
    ) -> Callable[[PickupOrder, BoardCard], bool]:
        """Return what says whether an order is shown; the text is looked up once, not at every tick."""
        typed = filters.text.strip()
        if self._found[1] != typed or self._found[0] != orders:
            fitting = self._orders.find(typed) if typed else ()
            self._found = (orders, typed, frozenset(each.order_id for each in fitting))
        found = self._found[2]

        def shows(order: PickupOrder, card: BoardCard) -> bool:
            level = card.chip.level if card.chip is not None else ""
            return (
                (not typed or order.order_id in found)
                and (not filters.member or order.contact.member_id == filters.member)
                and (filters.alarm != LATE or level == "late")
                and (filters.alarm != SOON or level in _SOON_LEVELS)
                and (
                    not filters.temperature
                    or any(line.temperature == filters.temperature for line in order.lines)
                )
            )

        return shows

    def _column(
        self,
        column_id: str,
        pairs: list[Pair],
        shows: Callable[[PickupOrder, BoardCard], bool],
        marked: frozenset[str],
    ) -> BoardColumn:
        titles = {NEW: self.tr("New"), PICKING: self.tr("Picking"), READY: self.tr("Ready")}
        hints = {
            NEW: self.tr("soonest first"),
            PICKING: self.tr("scan a tote to open"),
            READY: self.tr("customers here first"),
        }
        marks = len(marked) if column_id == NEW else 0
        title, detail, icon = self._empty(column_id, filtered=bool(pairs))
        return BoardColumn(
            column_id=column_id,
            title=titles[column_id],
            count=str(len(pairs)),
            hint=self.tr("{count} marked").format(count=marks) if marks else hints[column_id],
            cards=tuple(card for order, card in pairs if shows(order, card)),
            empty_icon=icon,
            empty_title=title,
            empty_detail=detail,
        )

    def _empty(self, column_id: str, *, filtered: bool) -> tuple[str, str, str]:
        if filtered:
            return self.tr("Nothing fits the filter"), self.tr("Esc shows every order again."), "search"
        return {
            NEW: (self.tr("No new order"), self.tr("The next one rings and stands here."), "pickup"),
            PICKING: (self.tr("Nobody is picking"), self.tr("Choose a new order, press Enter."), "scan"),
            READY: (self.tr("Nothing to collect"), self.tr("Orders that are picked wait here."), "location"),
        }[column_id]

    def _alarms(self, cards: list[BoardCard], filters: Filters) -> tuple[BoardFilter, ...]:
        levels = [card.chip.level for card in cards if card.chip is not None]
        soon = sum(1 for each in levels if each in _SOON_LEVELS)
        desk = self._orders.desk
        words = self.tr("due within {minutes} min").format(minutes=desk.soon_minutes if desk else 0)
        return (
            BoardFilter(
                LATE, self.tr("late"), "warning", str(levels.count("late")), "late", filters.alarm == LATE
            ),
            BoardFilter(SOON, words, "timer", str(soon), "soon", filters.alarm == SOON),
        )
