"""A till is closed while its threads still have something to say."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.program import Program
from sync.client.status import SyncState, SyncStatus


def test_what_a_thread_said_last_does_not_reach_a_closed_till(qtbot: QtBot, till: Till) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    program = Program(application, till)
    qtbot.addWidget(program.window)
    program.start(size=(1366, 768))
    qtbot.wait(50)  # the threads begin after the first picture
    heard: list[str] = []
    till.view_model.status.changed.connect(lambda: heard.append("status"))

    def says() -> None:
        program.threads.sync.status_changed.emit(SyncStatus(state=SyncState.ATTENTION))
        program.threads.sync.rows_changed.emit("orders")

    speaker = threading.Thread(target=says)
    speaker.start()
    speaker.join()
    assert program.stop()
    qtbot.wait(50)  # what was said comes out of the queue now; an exception there fails the test

    assert heard == []
    application.removeEventFilter(program.input.filter)
