"""The till's own line icons, tinted in a colour of the theme.

`icon("cash", "onPrimary", 24)` gives a pixmap of 24 design pixels (scaled, sharp at the screen's device
pixel ratio) of the drawing that the tokens name for that meaning, or of the file of that name in
`resources/icons`. Each drawing is an SVG on a 24 grid with stroke 2 in `currentColor`. Pixmaps are
cached by drawing, colour, size and ratio; only icons that are shown are ever rendered.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from pos_app.ui.theme import RESOURCES, theme

ICON_FOLDER = RESOURCES / "icons"
UNKNOWN_ICON = "square"


def icon(name: str, colour_token: str, size: int = 24) -> QPixmap:
    """The drawing in a token's colour at `size` design pixels; an unknown name gives a plain square."""
    return tinted(name, theme().colour(colour_token), size)


def tinted(name: str, colour: QColor, size: int = 24) -> QPixmap:
    """Like `icon`, in any colour (such as a category's)."""
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen is not None else 1.0
    return _render(theme().icon_file(name), colour.name(), theme().px(size), ratio)


def button_icon(name: str, colour_token: str, size: int = 24) -> QIcon:
    """The same as a QIcon, for Qt's own buttons."""
    return QIcon(icon(name, colour_token, size))


def has_icon(name: str) -> bool:
    """Whether there is a drawing of that name or meaning."""
    return (ICON_FOLDER / f"{theme().icon_file(name)}.svg").is_file()


@lru_cache(maxsize=512)
def _source(file_name: str) -> str:
    path = ICON_FOLDER / f"{file_name}.svg"
    if not path.is_file():
        path = ICON_FOLDER / f"{UNKNOWN_ICON}.svg"
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _render(file_name: str, colour: str, pixels: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(file_name).replace("currentColor", colour).encode()))
    pixmap = QPixmap(round(pixels * ratio), round(pixels * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
