"""`python -m pos_app.ui.prepare_fonts`: cuts the Regular and the Bold out of the variable Noto Sans.

Qt draws a variable font's bold by smearing its regular, unless each QFont names the axis, and then the
Chinese beside it stays thin. Two plain files, made once at set-up, give the designers' bold everywhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from pos_app.ui.fonts import PREPARED, WEIGHTS, variable_latin

KEPT: tuple[tuple[int, int], ...] = ((0x20, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x22FF))
"""Characters of the plain cuts: Latin, Greek and Cyrillic with their marks, punctuation, signs, arrows."""


def prepare(folder: Path = PREPARED) -> list[Path]:
    """Write the plain cuts that are missing or older than their source; return what was written."""
    source = variable_latin()
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, weight in WEIGHTS.items():
        target = folder / name
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        cut = TTFont(source)
        kept = Subsetter()
        kept.populate(unicodes=[code for first, last in KEPT for code in range(first, last + 1)])
        kept.subset(cut)
        instantiateVariableFont(cut, {"wght": weight, "wdth": 100}, updateFontNames=True, inplace=True)
        partial = target.with_suffix(".part")
        cut.save(partial)
        partial.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in prepare():
        sys.stdout.write(f"{path.name}\n")
