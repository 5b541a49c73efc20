"""The till's two font families, from the packages that carry them.

Noto Sans is loaded before the first window: the plain Regular and Bold that `prepare_fonts` cut at set-up,
or the variable font itself, whose bold Qt can only smear, when nobody has cut them. The
Chinese font is 19 MB and is loaded only when the system has no suitable family: at once when the
language is Chinese, else after the first window is on the screen. It has only a Regular weight; Qt draws
its bold.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtGui import QFontDatabase

LATIN_FAMILY = "Noto Sans"
CHINESE_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei UI",
    "PingFang SC",
)
LATIN_FILE = "NotoSans[wdth,wght].ttf"
PREPARED = Path(__file__).resolve().parents[2] / "resources" / "fonts"
WEIGHTS: dict[str, int] = {"NotoSans-Regular.ttf": 400, "NotoSans-Bold.ttf": 700}
"""The plain cuts and their weights; not kept in the repository, `prepare_fonts` makes them."""


class FontError(Exception):
    """A font package is not installed, or its file cannot be read; the message names the file."""


_loaded: set[str] = set()
"""What this process has added, since Qt would happily add the same file twice."""


def load_latin() -> None:
    """Add Noto Sans to the application. Needs a QGuiApplication. Raises FontError."""
    if LATIN_FAMILY in _loaded:
        return
    cuts = [PREPARED / name for name in WEIGHTS]
    for path in cuts if all(path.exists() for path in cuts) else [variable_latin()]:
        _add(path)
    _loaded.add(LATIN_FAMILY)


def variable_latin() -> Path:
    """Return the variable Noto Sans of its package."""
    return Path(str(files("fontpkg_noto_sans").joinpath("files", LATIN_FILE)))


def has_chinese() -> bool:
    """Whether a family that draws Chinese is there, ours or the system's."""
    return "chinese" in _loaded or any(QFontDatabase.hasFamily(family) for family in CHINESE_FAMILIES)


def load_chinese() -> None:
    """Add Noto Sans CJK unless the system has a Chinese family. Raises FontError."""
    if has_chinese():
        return
    from noto_cjk_sans_otc import FONT_PATH  # noqa: PLC0415 - 19 MB, off the start-up path

    _add(Path(str(FONT_PATH)))
    _loaded.add("chinese")


def _add(path: Path) -> None:
    if QFontDatabase.addApplicationFont(str(path)) < 0:
        raise FontError(f"the font {path} could not be loaded")
