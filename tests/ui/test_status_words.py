"""What the offline banner says is saved here: how many sales, how many pickup updates, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from pos_app.services.standing import CentreStanding, LinkState
from pos_app.ui.translations import speak
from pos_app.viewmodels.status import StatusViewModel

NOW = "2026-03-14T14:31:00+08:00"
LOST = "2026-03-14T14:19:00+08:00"


@pytest.fixture
def status(qapp: QApplication) -> Iterator[StatusViewModel]:
    assert qapp is not None
    made = StatusViewModel(
        now=lambda: NOW, cashier=lambda: "", card_limit=lambda: "", problem_sentence=lambda _code: ""
    )
    yield made
    made.stop()


def said(status: StatusViewModel, count: int, sales: int, pickups: int) -> str:
    status.show_centre(
        CentreStanding(
            state=LinkState.OFFLINE,
            waiting_count=count,
            waiting_sales=sales,
            waiting_pickups=pickups,
            offline_since=LOST,
        )
    )
    banner = status.screen.banner
    assert banner is not None
    return banner.detail


@pytest.mark.parametrize(
    ("count", "sales", "pickups", "words"),
    [
        (0, 0, 0, "Everything sold so far is at the centre."),
        (1, 1, 0, "1 sale is saved on this till."),
        (11, 11, 0, "11 sales are saved on this till."),
        (1, 0, 1, "1 pickup update is saved on this till."),
        (3, 0, 3, "3 pickup updates are saved on this till."),
        (1, 0, 0, "1 record is saved on this till."),
        (4, 0, 0, "4 records are saved on this till."),
        (4, 1, 0, "4 records are saved on this till: 1 sale."),
        (2, 1, 1, "2 records are saved on this till: 1 sale, 1 pickup update."),
        (14, 11, 3, "14 records are saved on this till: 11 sales, 3 pickup updates."),
    ],
)
def test_what_is_saved_here_is_counted(
    status: StatusViewModel, count: int, sales: int, pickups: int, words: str
) -> None:
    assert said(status, count, sales, pickups) == words


def test_it_is_counted_in_chinese(status: StatusViewModel) -> None:
    speak("zh_CN")
    try:
        assert said(status, 14, 11, 3) == "本机已保存 14 条记录，其中 11 笔销售、3 条取货更新。"
        assert said(status, 3, 0, 3) == "本机已保存 3 条取货更新。"
    finally:
        speak("en")
