"""Draws the pictures of the README with the till's own widgets and receipt layout: `python3 run.py pictures`.

The values are the design's (`tests/fakes`), so that the same code always gives the same pictures.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from pos_app.documents.image import to_png
from pos_app.documents.receipt import lay_out_receipt
from pos_app.ui.gallery import main as draw_gallery
from tests.fakes.mock_sale import mock_receipt

FOLDER = Path(__file__).resolve().parent

SCREENS: dict[str, str] = {
    "sell.png": "sell-en-light-1366.png",
    "sell-dark-zh.png": "sell-zh_CN-dark-1366.png",
    "pay.png": "pay-en-light-1366.png",
    "offline.png": "offline-en-light-1366.png",
}
"""Each picture of the README, and the gallery's picture that it is."""

RECEIPT_COLUMNS = 48
"""80 mm paper."""


def main() -> int:
    """Draw all of them beside this file."""
    wanted = sorted({name.split("-")[0] for name in SCREENS.values()})
    with tempfile.TemporaryDirectory() as gallery:
        code = draw_gallery(["--out", gallery, *wanted])
        if code:
            return code
        for name, drawn in SCREENS.items():
            shutil.copyfile(Path(gallery, drawn), FOLDER / name)
    receipt = lay_out_receipt(mock_receipt(pickup=False), RECEIPT_COLUMNS)
    (FOLDER / "receipt.png").write_bytes(to_png(receipt))
    return 0


if __name__ == "__main__":
    sys.exit(main())
