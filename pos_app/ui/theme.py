"""The look of the till, read from `resources/design/tokens.json`: colours, type, sizes, live switching.

There is one `Theme` for the application, `theme()`. How a widget uses it:

    from pos_app.ui.theme import theme
    theme().colour("primary")            a QColor of the current theme; also "category.cafe"
    theme().px(16)                       design pixels -> device-independent pixels at the current scale
    theme().font("body")                 a TypeFace of the type scale (micro caption small body bodyLarge line
                                         amount title heading action entry total); bold=True for the bold cut
    theme().line_height("body")          the line's height, scaled; Chinese has 2 more
    theme().colours_of("button.primary") the `control` entry as {"bg": QColor, "fg": QColor, ...}
    theme().changed.connect(...)         after any switch: re-lay out and repaint; texts change with Qt's
                                         own QEvent.LanguageChange

`theme().switch(name=..., scale=..., language=..., mirrored=...)` changes the look live: it sets the
application's palette, font and style sheet and then emits `changed` once. The style sheet styles plain
Qt widgets by property, so that a page needs no colours of its own:

    QWidget[ground="canvas|surface|sunken|frame"]      backgrounds (set WA_StyledBackground)
    QLabel[role="<type scale name>"], [tone="text2|text3|primary|warning|danger|promo|onFrame|onFrame2"]
    QPushButton[variant="primary|secondary|destructive|frame|pay"], QLineEdit, QScrollBar, QTableView

Own painted widgets (`controls.py`) ask the theme directly.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from pos_app.ui import fonts
from pos_app.ui.style_sheet import style_sheet
from pos_app.ui.type_face import TypeFace

RESOURCES = Path(__file__).resolve().parents[2] / "resources"

CHINESE = "zh_CN"

PALETTE_ROLES: tuple[tuple[QPalette.ColorRole, str], ...] = (
    (QPalette.ColorRole.Window, "canvas"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.PlaceholderText, "text3"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "danger"),
    (QPalette.ColorRole.Highlight, "primary"),
    (QPalette.ColorRole.HighlightedText, "onPrimary"),
    (QPalette.ColorRole.ToolTipBase, "surface"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Link, "primary"),
)


class TokenError(Exception):
    """A name that the tokens file does not have; the message names it."""


class Theme(QObject):
    """The current look. `name` is `light` or `dark`, `language` `en` or `zh_CN`, `scale` 1.0 to 1.5."""

    changed = Signal()

    def __init__(self, tokens: dict[str, Any]) -> None:
        super().__init__()
        self._tokens = tokens
        self.name = "light"
        self.scale = 1.0
        self.language = "en"
        self.mirrored = False
        self._colours: dict[str, QColor] = {}
        self._faces: dict[tuple[str, bool | None], TypeFace] = {}
        self._faces_of_size: dict[tuple[int, bool, float], TypeFace] = {}
        self._read_colours()

    def colour(self, token: str) -> QColor:
        """The colour of a token, `primary` or `category.cafe`. Raises TokenError."""
        try:
            return self._colours[token]
        except KeyError:
            raise TokenError(f"no colour named {token!r} in the design tokens") from None

    def category_colour(self, category: str) -> QColor:
        """The bar colour of a category; a category without a colour of its own gets the one of `home`."""
        return self._colours.get(f"category.{category}", self._colours["category.home"])

    def colours_of(self, control: str) -> dict[str, QColor]:
        """The colours of one `control` entry, such as `button.primary`. Raises TokenError."""
        try:
            entry = self._tokens["control"][control]
        except KeyError:
            raise TokenError(f"no control named {control!r} in the design tokens") from None
        return {part: self._colours[token] for part, token in entry.items() if token in self._colours}

    def icon_file(self, name: str) -> str:
        """The drawing that stands for a meaning (`cash` -> `banknote`); other names are drawings already."""
        return str(self._tokens["icons"]["map"].get(name, name))

    def number(self, *path: str) -> Any:
        """Any other value of the tokens file, such as `number("undo", "slot_s")`, unscaled."""
        value: Any = self._tokens
        for part in path:
            value = value[part]
        return value

    def px(self, value: float) -> int:
        """Design pixels as whole pixels at the current scale."""
        return round(value * self.scale)

    @property
    def is_chinese(self) -> bool:
        """Whether the language needs the Chinese type rules."""
        return self.language == CHINESE

    def font_size(self, role: str) -> int:
        """The pixel size of a type role at the current scale."""
        return self.px(self._tokens["font"]["scale"][role]["size"])

    def font(self, role: str, *, bold: bool | None = None) -> TypeFace:
        """The font of a type role; `bold` overrides the role's own weight. Raises TokenError."""
        face = self._faces.get((role, bold))
        if face is None:
            face = self._faces[role, bold] = self._face_of_role(role, bold=bold)
        return face

    def _face_of_role(self, role: str, *, bold: bool | None) -> TypeFace:
        scale = self._tokens["font"]["scale"]
        if role not in scale:
            raise TokenError(f"no type role named {role!r} in the design tokens")
        if bold is None:
            bold = scale[role]["weight"] == self._tokens["font"]["weights"]["bold"]
        spacing = scale[role].get("letterSpacing", 0) * self.scale
        return self.font_of_size(self.font_size(role), bold=bold, spacing=spacing)

    def font_of_size(self, pixels: int, *, bold: bool = False, spacing: float = 0) -> TypeFace:
        """A font of the till's families at a whole pixel size, with so many pixels more between letters.

        Both are scaled already.
        """
        face = self._faces_of_size.get((pixels, bold, spacing))
        if face is None:
            font = QFont()
            font.setFamilies(list(self._tokens["font"]["families"]["ui"]))
            font.setPixelSize(max(pixels, 1))
            font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            if spacing:
                font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
            face = self._faces_of_size[pixels, bold, spacing] = TypeFace(font)
        return face

    def line_height(self, role: str) -> int:
        """The height of one line of a type role; Chinese lines are 2 design pixels higher."""
        add = self._tokens["font"]["zh"]["lineAdd"] if self.is_chinese else 0
        return self.px(self._tokens["font"]["scale"][role]["line"] + add)

    def switch(
        self,
        *,
        name: str | None = None,
        scale: float | None = None,
        language: str | None = None,
        mirrored: bool | None = None,
    ) -> None:
        """Change any part of the look, dress the application in it, and emit `changed` once."""
        self.name = name or self.name
        self.scale = scale or self.scale
        self.language = language or self.language
        self.mirrored = self.mirrored if mirrored is None else mirrored
        self._read_colours()
        self._forget_faces()
        if self.is_chinese:
            fonts.load_chinese()
        self.dress()
        self.changed.emit()

    def dress(self) -> None:
        """Give the application this look: style, font, palette and style sheet."""
        application = cast("QApplication", QApplication.instance())
        # What was measured before the Chinese font was there does not hold with it.
        application.fontDatabaseChanged.connect(self._forget_faces, Qt.ConnectionType.UniqueConnection)
        fonts.load_latin()
        if application.style().objectName().lower() != "fusion" and not application.styleSheet():
            application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(self.font("body"))
        application.setPalette(self.palette())
        application.setStyleSheet(style_sheet(self))

    def _forget_faces(self) -> None:
        self._faces.clear()
        self._faces_of_size.clear()

    def palette(self) -> QPalette:
        """The palette for everything that Qt draws by itself."""
        palette = QPalette()
        for role, token in PALETTE_ROLES:
            palette.setColor(role, self.colour(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabledText"))
        return palette

    def initial_scale(self, width: int, height: int) -> float:
        """The scale for a screen of this size: the tokens' table, else the largest step that leaves room."""
        table = self._tokens["scale"]["default"]
        if f"{width}x{height}" in table:
            return float(table[f"{width}x{height}"])
        least_width, least_height = self._tokens["scale"]["min_logical_size"]
        fitting = [
            step
            for step in self._tokens["scale"]["steps"]
            if width >= least_width * step and height >= least_height * step
        ]
        return float(max(fitting, default=1.0))

    def _read_colours(self) -> None:
        self._colours = {name: QColor(value) for name, value in self._tokens["color"][self.name].items()}
        for category, value in self._tokens["category"][self.name].items():
            self._colours[f"category.{category}"] = QColor(value)


@lru_cache(maxsize=1)
def theme() -> Theme:
    """The application's one theme. The first call reads the tokens file; no QApplication is needed yet."""
    text = (RESOURCES / "design" / "tokens.json").read_text(encoding="utf-8")
    return Theme(json.loads(text))
