"""From the last key of a scan to the painted line: real window, 100,000 products, 50 lines, 200 promotions.

Product: the Enter of a scanned code arrives as a key event of the window system; the time runs until the
record has painted and no event is left. On the way the scan is told from typing, the product found in the
encrypted cache, the whole basket priced, the open sale saved, and every changed row and tile drawn. Limit: a
plain list of fifty texts in which one changes and is painted. Both alternate in one process.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication, QListWidget

from benchmarks import shop
from benchmarks.figure import Figure, NotMeasured, median, percentile
from benchmarks.keyboard import press_enter, type_characters
from benchmarks.paint_watch import PaintWatch
from pos_app.bootstrap import Till, open_till
from pos_app.program import set_up_for_selling
from pos_app.settings import TillSettings
from pos_app.ui.main_window import MainWindow
from pos_app.ui.record_list import RecordList
from pos_app.ui.scan_filter import ScanFilter
from pos_app.ui.theme import theme

LINES = 50
ROUNDS = 400
WARM_UP = 30
FRAME_MS = 1000 / 60
MOST_TORN = 20
"""How many scans the machine may tear apart by stalling before the figure means nothing."""


def measure() -> tuple[Figure, ...]:
    """Return the 99th percentile of both, in milliseconds."""
    with shop.till_folder("scan-to-paint") as folder:
        return measured(folder, [each.codes[0] for each in shop.pieces(LINES)], name="scan_to_paint")


def measured(folder: Path, codes: list[str], *, name: str) -> tuple[Figure, ...]:
    """Measure the till of a folder with the codes of `LINES` products that are sold by the piece."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(application, QApplication)
    product: list[float] = []
    limit: list[float] = []
    torn = 0
    till = open_till(folder, TillSettings())
    try:
        with _window(application, till) as window, _bare_list() as bare:
            _fill(application, till, codes)
            set_up_for_selling()
            record = window.findChild(RecordList)
            assert record is not None
            painted = PaintWatch(record.viewport())
            bare_painted = PaintWatch(bare.viewport())
            for number in range(WARM_UP + ROUNDS):
                bare_ms = _bare_ms(application, bare, bare_painted, number)
                taken = _scans_taken(till)
                scan_ms = _scan_ms(application, window, painted, codes[number * 7 % LINES])
                if _scans_taken(till) == taken:
                    torn += 1  # the machine stalled between two keys for longer than a scanner may
                elif number >= WARM_UP:
                    limit.append(bare_ms)
                    product.append(scan_ms)
    finally:
        till.close()
    if torn > MOST_TORN:
        raise NotMeasured(
            f"{torn} of {WARM_UP + ROUNDS} scans were not taken for scans; is the machine busy?"
        )
    return (
        Figure(
            name=name,
            product=percentile(product, 99),
            limit=percentile(limit, 99),
            unit="ms",
            allowed=FRAME_MS,
            target="p99, one frame",
            detail=f"median {median(product):.2f} ms over {ROUNDS} scans, worst {max(product):.2f} ms",
        ),
    )


@contextmanager
def _window(application: QApplication, till: Till) -> Iterator[MainWindow]:
    """Show the till's window as the till does, with its scan filter."""
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    window = MainWindow(till.view_model)
    scans = ScanFilter()
    scans.scanned.connect(till.view_model.scan)
    application.installEventFilter(scans)
    till.start()
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    application.processEvents()
    try:
        yield window
    finally:
        application.removeEventFilter(scans)
        window.close()


@contextmanager
def _bare_list() -> Iterator[QListWidget]:
    bare = QListWidget()
    bare.addItems([f"Harbour fresh milk {number}    1    4.20" for number in range(LINES)])
    bare.resize(640, 600)
    bare.show()
    try:
        yield bare
    finally:
        bare.close()


def _fill(application: QApplication, till: Till, codes: list[str]) -> None:
    """Put one piece of each product on the sale."""
    for code in codes:
        till.view_model.scan(code)
        application.processEvents()
    lines = len(till.view_model.sell.screen.lines)
    if lines < LINES:
        raise NotMeasured(f"{LINES} scans gave {lines} lines: {till.view_model.sell.screen.feedback}")


def _scans_taken(till: Till) -> int:
    """Return a number that grows with each scan that reached the sale."""
    feedback = till.view_model.sell.screen.feedback
    return feedback.serial if feedback is not None else 0


def _scan_ms(application: QApplication, window: MainWindow, watch: PaintWatch, code: str) -> float:
    type_characters(window, code)
    application.processEvents()
    watch.painted = False
    started = time.perf_counter()
    press_enter(window)
    watch.until_painted(application, started)
    return (time.perf_counter() - started) * 1000


def _bare_ms(application: QApplication, bare: QListWidget, watch: PaintWatch, number: int) -> float:
    application.processEvents()
    watch.painted = False
    started = time.perf_counter()
    item = bare.item(number % 12)
    assert item is not None
    item.setText(f"Harbour fresh milk {number}    2    8.40")
    watch.until_painted(application, started)
    return (time.perf_counter() - started) * 1000
