"""Pictures of every screen from values, without a store behind them: `python -m pos_app.ui.gallery`.

The values come from an object with the view-models of the contract; `--from package.module:factory` names
it (by default the tests' fakes, which hold the design's own values). Each picture is
`<screen>-<language>-<theme>-<width>.png`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from pos_app.ui import fonts
from pos_app.ui.main_window import MainWindow
from pos_app.ui.sell_page import SellPage
from pos_app.ui.theme import theme
from pos_app.ui.translations import speak

SIZES = ((1366, 768), (1920, 1080))
FROZEN_BAR = 0.62
"""How far the feedback slot's bar has run in the design's pictures."""


class Picture(NamedTuple):
    """One picture: what is shown, and in which language."""

    name: str
    language: str = "en"
    offline: bool = False
    mode: str = "sell"
    panel: str = ""
    search: str = ""


PICTURES = (
    Picture("sell"),
    Picture("sell", "zh_CN"),
    Picture("offline", offline=True),
    Picture("pay", mode="pay"),
    Picture("search", search="oat"),
    Picture("empty"),
    Picture("held"),
    *(
        Picture(f"panel-{kind}", panel=kind)
        for kind in ("price", "discount", "note", "more", "age", "approval", "refused")
    ),
)


def pictures(out: Path, make_till: Callable[..., Any], names: tuple[str, ...] = ()) -> Iterator[Path]:
    """Draw every picture in both themes and sizes into a folder; yields the files."""
    out.mkdir(parents=True, exist_ok=True)
    fonts.load_chinese()
    for picture in PICTURES:
        if names and picture.name not in names:
            continue
        for name in ("light", "dark"):
            for width, height in SIZES:
                yield _draw(out, make_till, picture, name, QSize(width, height))


def _draw(out: Path, make_till: Callable[..., Any], picture: Picture, name: str, size: QSize) -> Path:
    scale = theme().initial_scale(size.width(), size.height())
    theme().switch(name=name, scale=scale, language=picture.language, mirrored=False)
    speak(picture.language)
    till = make_till(picture.language, offline=picture.offline)
    _prepare(till, picture)
    window = MainWindow(till)
    window.resize(size)
    window.show()
    if picture.mode != "sell":
        till.go(picture.mode)
    page = window.page("sell")
    assert isinstance(page, SellPage)
    if picture.search:
        page.focus_search()
        page.search.edit.setText(picture.search)
    QApplication.processEvents()
    if page.slot.shown is not None and page.slot.shown.seconds:
        page.slot.freeze(FROZEN_BAR)
    path = out / f"{picture.name}-{picture.language}-{name}-{size.width()}.png"
    window.grab().save(str(path))
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    return path


def _prepare(till: Any, picture: Picture) -> None:
    from dataclasses import replace  # noqa: PLC0415 - beside its one use

    screen = till.sell.screen
    if picture.panel:
        module = importlib.import_module(type(till).__module__)
        till.sell.show(replace(screen, panel=module.PANELS[picture.panel]))
    elif picture.name == "held":
        module = importlib.import_module(type(till).__module__)
        till.sell.show(replace(screen, held=module.HELD, held_open=True))
    elif picture.name == "empty":
        till.sell.show(
            replace(
                screen,
                lines=(),
                member=None,
                feedback=None,
                selected_line_id="",
                items_label="0 items",
                subtotal_label="",
                saved_amount="",
                total="0.00",
                can_pay=False,
            )
        )


def main(arguments: list[str] | None = None) -> int:
    """Draw the gallery; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m pos_app.ui.gallery", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--from", dest="source", default="tests.fakes.viewmodels:FakeTill")
    parser.add_argument("names", nargs="*", help="only these screens")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    module, _, factory = options.source.partition(":")
    make_till = getattr(importlib.import_module(module), factory)
    for path in pictures(options.out, make_till, tuple(options.names)):
        sys.stdout.write(f"{path}\n")
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
