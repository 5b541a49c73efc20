"""A list model over frozen rows that tells a view only what changed.

`set_rows` compares the new rows with the old ones by their keys: equal rows are not mentioned, changed
ones are announced singly, inserted and removed ones as such. So a scan repaints one line, not fifty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
"""The role under which a delegate finds the frozen row itself."""


LONG_RUN = 12
"""From so many neighbours on, it is cheaper to paint what is in sight than to be told of each row."""


class RowModel(QAbstractListModel, Generic[Row]):
    """Rows with a key each and a spoken name each. The same key must not occur twice."""

    def __init__(
        self, key: Callable[[Row], str], spoken: Callable[[Row], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._key, self._spoken = key, spoken
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as last set."""
        return self._rows

    def row_of(self, key: str) -> int:
        """The row number of a key, -1 when it is not there."""
        return next((place for place, row in enumerate(self._rows) if self._key(row) == key), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """How many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """The row for delegates, its spoken name for everyone else."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == ROW_ROLE:
            return self._rows[index.row()]
        if role in (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.DisplayRole)):
            return self._spoken(self._rows[index.row()])
        return None

    def set_rows(self, rows: Sequence[Row]) -> tuple[int, ...]:
        """Show these rows; returns the places of new and changed ones."""
        new = tuple(rows)
        if new == self._rows:
            return ()
        old_keys, new_keys = [self._key(row) for row in self._rows], [self._key(row) for row in new]
        head = _common(old_keys, new_keys)
        tail = _common(old_keys[head:][::-1], new_keys[head:][::-1])
        removed, added = len(old_keys) - head - tail, len(new_keys) - head - tail
        old = self._rows
        if removed:
            self.beginRemoveRows(QModelIndex(), head, head + removed - 1)
            self._rows = old[:head] + old[head + removed :]
            self.endRemoveRows()
        if added:
            self.beginInsertRows(QModelIndex(), head, head + added - 1)
            self._rows = self._rows[:head] + new[head : head + added] + self._rows[head:]
            self.endInsertRows()
        changed = [
            place
            for place, (before, after) in enumerate(zip(self._rows, new, strict=True))
            if before != after
        ]
        self._rows = new
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first), self.index(last))
        return tuple(sorted({*changed, *range(head, head + added)}))

    def touch(self, place: int) -> None:
        """Tell the views to look at a row again though its value is the same."""
        if 0 <= place < len(self._rows):
            index = self.index(place)
            self.dataChanged.emit(index, index)


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Return long runs of places as first and last, all others singly: a view paints all of a run."""
    start = 0
    while start < len(places):
        end = start
        while end + 1 < len(places) and places[end + 1] == places[end] + 1:
            end += 1
        if end - start >= LONG_RUN:
            yield places[start], places[end]
        else:
            yield from ((place, place) for place in places[start : end + 1])
        start = end + 1


def _common(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
