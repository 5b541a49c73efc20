"""Draws every screen of online orders into a folder, for people who look for what is ugly or clipped.

    python docs/pictures/draw_screens.py FOLDER [SCENE ...]

The till's screens come in both languages, light and dark, at 1366 x 768 and 1920 x 1080; then the
storefront's pages, where a browser is. With names of scenes, those of the till alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import draw_shop
from PySide6.QtWidgets import QApplication
from till_scenes import SCENES

from pos_app.program import Program
from pos_app.ui.translations import speak
from tests.web.chromium import missing_browser


class Look(NamedTuple):
    """How a screen is looked at; `scale` is the tokens' for a screen of this size."""

    theme: str
    size: tuple[int, int]
    scale: str

    @property
    def name(self) -> str:
        return f"{self.theme}-{self.size[0]}"


SMALL, LARGE = (1366, 768), (1920, 1080)
LOOKS = {
    "en": (Look("light", SMALL, "1.0"), Look("light", LARGE, "1.4"), Look("dark", SMALL, "1.0")),
    "zh_CN": (Look("dark", SMALL, "1.0"), Look("dark", LARGE, "1.4"), Look("light", SMALL, "1.0")),
}


def main(arguments: list[str]) -> int:
    """Draw them; 2 when no folder is named."""
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    into, wanted = Path(arguments[0]), arguments[1:]
    into.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    for name in wanted or SCENES:
        for language in LOOKS:
            with tempfile.TemporaryDirectory() as folder:
                _draw(application, name, language, Path(folder), into)
    if wanted or missing_browser():
        return 0
    return draw_shop.main([str(into / "shop")])


def _draw(application: QApplication, name: str, language: str, folder: Path, into: Path) -> None:
    opened, walked = SCENES[name]
    speak("en")  # as a program begins: a till that starts writes its first cards before a language is chosen
    till = opened(folder / "till")
    program = Program(application, till)
    choose = till.view_model.settings.choose
    choose("language", language)
    program.window.show()
    try:
        for state in walked(till):
            for look in LOOKS[language]:
                choose("theme", look.theme)
                choose("scale", look.scale)
                program.window.resize(*look.size)
                for _ in range(3):  # what was shown may ask to be painted once more
                    application.processEvents()
                program.window.grab().save(str(into / f"{state}-{language[:2]}-{look.name}.png"))
    finally:
        application.removeEventFilter(program.input.filter)
        program.window.close()
        program.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
