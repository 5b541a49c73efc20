"""The paper window shows what the printer's folder holds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from pos_app.ui.paper_window import PaperWindow


def paper(folder: Path, number: int) -> None:
    picture = QPixmap(576, 300)
    picture.fill(QColor("white"))
    picture.save(str(folder / f"receipt-{number:04}.png"))
    (folder / f"receipt-{number:04}.txt").write_text(f"receipt {number}", encoding="utf-8")


def test_it_says_when_there_is_no_paper_yet(qtbot: QtBot, tmp_path: Path) -> None:
    window = PaperWindow(tmp_path)
    qtbot.addWidget(window)
    assert window._title.text() == "No paper yet. Complete a sale."


def test_a_new_receipt_appears_by_itself(qtbot: QtBot, tmp_path: Path) -> None:
    window = PaperWindow(tmp_path)
    qtbot.addWidget(window)
    paper(tmp_path, 1)
    qtbot.waitUntil(lambda: window._title.text() == "Paper 1")
    paper(tmp_path, 12)
    qtbot.waitUntil(lambda: window._title.text() == "Paper 12")
    assert window.accessibleDescription() == "receipt 12"


def test_a_half_written_picture_is_not_shown(qtbot: QtBot, tmp_path: Path) -> None:
    window = PaperWindow(tmp_path)
    qtbot.addWidget(window)
    (tmp_path / "receipt-0001.png").write_bytes(b"")
    window.look()
    assert window._shown == ""


def test_the_buttons_give_the_printer_its_faults(qtbot: QtBot, tmp_path: Path) -> None:
    window = PaperWindow(tmp_path)
    qtbot.addWidget(window)
    qtbot.mouseClick(window._buttons["paper_out"], Qt.MouseButton.LeftButton)
    assert (tmp_path / "fault.txt").read_text(encoding="utf-8") == "paper_out"
    qtbot.mouseClick(window._buttons[""], Qt.MouseButton.LeftButton)
    assert (tmp_path / "fault.txt").read_text(encoding="utf-8") == ""


def test_drawer_openings_are_counted(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"kind": "drawer"}\n{"kind": "receipt"}\n{"kind": "drawer"}\n')
    window = PaperWindow(tmp_path)
    qtbot.addWidget(window)
    assert window._detail.text() == "Drawer opened: 2"
