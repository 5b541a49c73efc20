"""The till looks after its own files: a failing disk, a damaged journal, a lost mirror reach a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till, open_till
from pos_app.database.mirror import MIRROR_FOLDER, Mirror
from pos_app.services.safety import Safety, SafetyStanding
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import TillSettings
from pos_app.viewmodels.screens import AttentionRow
from pos_app.workers.safety_worker import SafetyWorker
from sync.client.ports import StreamStore
from tests.fakes.failing_disk import failing_disk
from tests.fakes.stocked_till import demo_store, stock, stocked_till
from tests.faults.disk.interposing import POSSIBLE

TEA = "9520000010188"


def sell(till: Till) -> None:
    till.view_model.scan(TEA)
    till.view_model.go("pay")
    till.view_model.pay.use_amount(1000)
    till.view_model.pay.take()
    till.view_model.pay.complete()


def attention(till: Till) -> dict[str, AttentionRow]:
    till.view_model.go("settings")
    till.view_model.settings.refresh()
    return {row.code: row for row in till.view_model.settings.screen.attention}


def safety_of(till: Till, mirror_folder: Path | None = None) -> Safety:
    key = till.files.keys.database
    mirror = Mirror(mirror_folder or till.files.mirror_folder, key)
    return Safety(till.files.folder, key, till.files.journal, till.files.cache, mirror, now=till.clock.now)


def no_centre(_streams: StreamStore) -> None:
    raise AssertionError("nothing is to be fetched")


@pytest.mark.skipif(not POSSIBLE, reason="calls of the system can be replaced on Linux only")
@pytest.mark.parametrize("error", [errno.EIO, errno.EROFS, errno.ENOSPC])
def test_a_sale_that_the_disk_refuses_is_told_and_can_be_completed_again(till: Till, error: int) -> None:
    till.view_model.scan(TEA)
    till.view_model.go("pay")
    till.view_model.pay.use_amount(1000)
    till.view_model.pay.take()
    before = till.journal.next_receipt_counter()
    with failing_disk() as disk:
        disk.fail("fsync", file="journal.db-wal", error=error, times=1)
        till.view_model.pay.complete()
        assert disk.failed
    assert "was not kept" in till.view_model.pay.screen.error
    assert till.receipts.sales() == ()
    assert till.selling.open_sale.tenders, "the basket and its money stay"
    till.view_model.pay.complete()
    assert len(till.receipts.sales()) == 1
    assert till.journal.next_receipt_counter() == before + 1


def test_a_damaged_journal_is_put_right_at_the_start_and_the_screen_says_what_was_done(
    till: Till, folder: Path
) -> None:
    for _ in range(3):
        sell(till)
    till.view_model.scan(TEA)
    safety = safety_of(till)
    safety.mirror(lambda: True)
    safety.close()
    till.close()
    content = bytearray((folder / "journal.db").read_bytes())
    content[1000] ^= 1
    (folder / "journal.db").write_bytes(content)
    again = open_till(folder, TillSettings())
    try:
        again.start()
        assert len(again.receipts.sales()) == 3
        assert len(again.view_model.sell.screen.lines) == 1, "the open sale came from the mirror"
        row = attention(again)["salvaged"]
        assert row.detail.startswith("4 records kept, 4 of them from the mirror, 0 missing here.")
        assert row.action_label == "Seen"
        again.view_model.settings.seen("salvaged")
        assert "salvaged" not in attention(again)
        copied: list[str] = []
        again.view_model.settings.copied.connect(copied.append)
        again.view_model.settings.copy_diagnostics()
        assert "Mirror of the journal" in copied[0]
        assert "token" not in copied[0]
        assert again.files.keys.database not in copied[0]
    finally:
        again.close()


def test_what_needs_a_person_stands_in_the_bar_and_in_settings(till: Till) -> None:
    till.safety_changed(SafetyStanding(skew_seconds=-601, cache="damaged", journal_problem="damaged"))
    till.centre_changed(CentreStanding(state=LinkState.ATTENTION, problem="conflict"))
    rows = attention(till)
    assert list(rows) == ["journal_damaged", "centre", "clock", "cache_damaged"]
    assert rows["clock"].title == "The clock is wrong by 10 minutes"
    chip = next(each for each in till.view_model.status.screen.chips if each.chip_id == "attention")
    assert chip.label == "3 to look at"
    till.safety_changed(SafetyStanding(skew_seconds=299))
    assert list(attention(till)) == ["centre"]


def test_every_figure_has_its_words_in_both_languages(till: Till) -> None:
    till.safety_changed(SafetyStanding(free_bytes=400 * 1024 * 1024))
    assert "disk" in attention(till)
    sections = till.view_model.settings.screen.diagnostics
    assert [len(section.rows) for section in sections] == [4, 5, 4, 7, 5]
    assert all(name and value for section in sections for name, value in section.rows)


def test_the_worker_mirrors_what_is_sold_and_checks_the_whole(till: Till, qtbot: QtBot) -> None:
    told: list[SafetyStanding] = []
    worker = SafetyWorker(
        safety_of(till), no_centre, release=till.files.journal.release_thread, first_check_seconds=0
    )
    worker.standing_changed.connect(told.append)
    sell(till)
    worker.start()
    qtbot.waitUntil(lambda: bool(told) and bool(told[-1].checked_at), timeout=10_000)
    assert told[-1].mirror.behind == 0
    assert told[-1].journal_problem == ""
    sell(till)
    assert worker.stop(), "within two seconds, and what was sold last is mirrored"
    fact, _ = Mirror(till.files.mirror_folder, till.files.keys.database).head()
    assert fact is not None
    assert fact.position == len(till.receipts.sales()) + 1


def test_a_mirror_without_its_disk_is_said_and_selling_goes_on(till: Till, tmp_path: Path) -> None:
    (tmp_path / "unplugged").write_text("no folder")
    safety = safety_of(till, tmp_path / "unplugged" / MIRROR_FOLDER)
    safety.mirror(lambda: True)
    till.safety_changed(safety.standing)
    assert "cannot be written" in attention(till)["mirror"].detail
    till.view_model.go("sell")
    sell(till)
    assert len(till.receipts.sales()) == 1
    safety.close()


def test_a_cache_that_breaks_is_exchanged_while_others_read(till: Till) -> None:
    safety = safety_of(till)
    till.files.cache.damage = "cache.db: found by somebody"
    safety.mirror(lambda: True)
    assert safety.standing.cache == "damaged"

    def fetch(streams: StreamStore) -> None:
        real, till.streams = till.streams, streams  # type: ignore[assignment]  # what `stock` fills
        try:
            stock(till, demo_store())
        finally:
            till.streams = real

    assert safety.renew_cache(fetch)
    till.cache_renewed()
    till.view_model.scan(TEA)
    assert till.view_model.sell.screen.lines
    safety.close()


@pytest.fixture
def mirrored_elsewhere(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Till]:
    """Give a till whose mirror is on another disk."""
    till = stocked_till(tmp_path / "till", settings=TillSettings(mirror_folder=str(tmp_path / "disk2")))
    yield till
    till.close()


def test_the_mirror_may_be_on_another_disk(mirrored_elsewhere: Till, tmp_path: Path) -> None:
    sell(mirrored_elsewhere)
    safety = safety_of(mirrored_elsewhere)
    safety.mirror(lambda: True)
    safety.close()
    assert [path.name for path in (tmp_path / "disk2").iterdir()] == ["journal-000001.mirror"]
