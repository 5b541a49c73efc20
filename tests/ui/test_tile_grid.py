"""The tiles are painted when they change, without anybody having to touch the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from pos_app.ui.tile_grid import TileGrid
from pos_app.viewmodels.screens import Tile


class Paints(QObject):
    """Counts the paint events of a widget; `grab` would paint by itself and hide that none came."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def tiles(*names: str) -> tuple[Tile, ...]:
    return tuple(Tile(name, name.capitalize(), "1.00", "bakery", "bread") for name in names)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ("bun", "roll")),
        (("bun", "roll"), ("tea", "milk")),
        (("bun", "roll", "tea"), ("bun",)),
    ],
    ids=["the first tiles", "another shelf", "fewer tiles"],
)
def test_other_tiles_are_painted_at_once(
    qtbot: QtBot, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    grid = TileGrid()
    qtbot.addWidget(grid)
    grid.resize(640, 480)
    grid.show()
    grid.show_tiles(tiles(*before))
    qtbot.wait(30)
    paints = Paints()
    grid.viewport().installEventFilter(paints)
    grid.show_tiles(tiles(*after))
    qtbot.waitUntil(lambda: paints.count > 0, timeout=1000)


def test_equal_tiles_are_not_painted_again(qtbot: QtBot) -> None:
    grid = TileGrid()
    qtbot.addWidget(grid)
    grid.resize(640, 480)
    grid.show()
    grid.show_tiles(tiles("bun", "roll"))
    qtbot.wait(30)
    paints = Paints()
    grid.viewport().installEventFilter(paints)
    grid.show_tiles(tiles("bun", "roll"))
    qtbot.wait(30)
    assert paints.count == 0
