"""The style sheet that the design tokens generate: plain Qt widgets styled by property.

Short on purpose: Qt matches every rule against every widget, so whatever is painted by hand
(`controls.py`, the delegates) is not named here.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QColor

GROUNDS = ("canvas", "surface", "sunken", "frame", "frameRaised", "primaryTint", "warningTint", "dangerTint")
LABEL_TONES = (
    "text2",
    "text3",
    "primary",
    "warning",
    "danger",
    "promo",
    "onFrame",
    "onFrame2",
    "onPrimaryTint",
)
LABEL_ROLES = (
    "caption",
    "small",
    "body",
    "bodyLarge",
    "line",
    "amount",
    "title",
    "heading",
    "action",
    "entry",
)
BUTTON_VARIANTS = ("pay", "primary", "secondary", "destructive", "frame")


class Look(Protocol):
    """What the style sheet needs of the theme."""

    def colour(self, token: str) -> QColor:
        """The colour of a token."""

    def colours_of(self, control: str) -> dict[str, QColor]:
        """The colours of a control."""

    def px(self, value: float) -> int:
        """Scaled pixels."""

    def font_size(self, role: str) -> int:
        """The pixel size of a type role."""

    def number(self, *path: str) -> object:
        """Another value of the tokens."""


def style_sheet(look: Look) -> str:
    """The whole sheet for the look's theme, scale and language."""
    rules = [*_grounds(look), *_labels(look), *_buttons(look), *_fields(look), *_scroll_bars(look)]
    return "\n".join(rules)


def _grounds(look: Look) -> list[str]:
    return [f'QWidget[ground="{name}"]{{background:{look.colour(name).name()};}}' for name in GROUNDS]


def _labels(look: Look) -> list[str]:
    bold = look.number("font", "weights", "bold")
    rules = ["QLabel{background:transparent;}"]
    for role in LABEL_ROLES:
        weight = 700 if look.number("font", "scale", role, "weight") == bold else 400
        rules.append(f'QLabel[role="{role}"]{{font-size:{look.font_size(role)}px;font-weight:{weight};}}')
    rules.append('QLabel[bold="true"]{font-weight:700;}')
    rules += [f'QLabel[tone="{tone}"]{{color:{look.colour(tone).name()};}}' for tone in LABEL_TONES]
    return rules


def _buttons(look: Look) -> list[str]:
    radius, padding, height = look.px(10), look.px(14), look.px(48) - 2
    rules = []
    for variant in BUTTON_VARIANTS:
        colours = look.colours_of(f"button.{variant}")
        border = colours.get("border", colours["bg"]).name()
        name = f'QPushButton[variant="{variant}"]'
        rules.append(
            f"{name}{{background:{colours['bg'].name()};color:{colours['fg'].name()};"
            f"border:1px solid {border};border-radius:{radius}px;"
            f"padding:0 {padding}px;min-height:{height}px;}}"
        )
        if "hover" in colours:
            rules.append(f"{name}:hover{{background:{colours['hover'].name()};}}")
        if "pressed" in colours:
            rules.append(f"{name}:pressed{{background:{colours['pressed'].name()};}}")
        rules.append(f"{name}:focus{{border:3px solid {look.colour('focus').name()};}}")
    off = look.colours_of("button.disabled")
    rules.append(
        f"QPushButton[variant]:disabled{{background:{off['bg'].name()};color:{off['fg'].name()};"
        f"border:1px dashed {off['border'].name()};}}"
    )
    return rules


def _fields(look: Look) -> list[str]:
    colours = look.colours_of("field")
    return [
        f"QLineEdit{{background:{colours['bg'].name()};color:{colours['fg'].name()};"
        f"border:2px solid {colours['border'].name()};border-radius:{look.px(10)}px;"
        f"placeholder-text-color:{colours['placeholder'].name()};"
        f"padding:0 {look.px(14)}px;min-height:{look.px(48) - 4}px;"
        f"font-size:{look.font_size('bodyLarge')}px;}}",
        f"QLineEdit:focus{{border:3px solid {colours['focus'].name()};}}",
        'QLineEdit[bare="true"],QLineEdit[bare="true"]:focus{border:none;background:transparent;padding:0;'
        "min-height:0;}",
        f"QTableView,QListView{{background:{look.colour('surface').name()};border:none;"
        f"gridline-color:{look.colour('border').name()};"
        f"selection-background-color:{look.colour('primaryTint').name()};"
        f"selection-color:{look.colour('text').name()};}}",
        f"QToolTip{{background:{look.colour('surface').name()};color:{look.colour('text').name()};"
        f"border:1px solid {look.colour('borderStrong').name()};}}",
    ]


def _scroll_bars(look: Look) -> list[str]:
    width, handle = look.px(10), look.colour("borderStrong").name()
    return [
        f"QScrollBar:vertical{{background:transparent;width:{width}px;margin:0;}}",
        f"QScrollBar::handle:vertical{{background:{handle};border-radius:{width // 2 - 1}px;"
        f"min-height:{look.px(48)}px;margin:1px;}}",
        f"QScrollBar:horizontal{{background:transparent;height:{width}px;margin:0;}}",
        f"QScrollBar::handle:horizontal{{background:{handle};border-radius:{width // 2 - 1}px;"
        f"min-width:{look.px(48)}px;margin:1px;}}",
        "QScrollBar::add-line,QScrollBar::sub-line{width:0;height:0;}",
        "QScrollBar::add-page,QScrollBar::sub-page{background:transparent;}",
    ]
