"""A disk that refuses one call or all from then on: a sentence, nothing half done, and sales afterwards."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pos_app.database.problems import CODES
from pos_app.opening import SENTENCES
from pos_app.viewmodels.sentences import Sentences
from tests.faults.disk.interposing import POSSIBLE
from tests.faults.disk.refusing import FAULTS, Outcome, RefusingDisk, prepared, refuse_each, refuse_one
from tests.faults.disk.watched_folder import Call

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="calls of the C library are watched on Linux only")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Path:
    """Give the files of a till that has sold once."""
    return prepared(tmp_path_factory.mktemp("template") / "till")


@pytest.mark.slow
def test_whatever_the_disk_refuses_no_sale_is_lost_and_selling_goes_on(template: Path) -> None:
    outcome = Outcome()
    refuse_each("first start", None, list(FAULTS), outcome, step=47, begin=5)
    refuse_each("selling", template, list(FAULTS), outcome, step=59, begin=2)
    assert outcome.complaints == []
    assert sum(outcome.runs.values()) > 40
    assert {"write", "sync"} <= {call.split()[0] for call in outcome.calls}
    said = {name.split(": ")[1] for name in outcome.sentences}
    assert said >= {"disk_full", "read_only", "disk_failing", "write_failed"}


@pytest.mark.parametrize("number", [*range(1, 9), 12, 17])  # 12 and 17 once damaged the journal
def test_a_sync_that_fails_and_forgets_takes_no_acknowledged_sale(template: Path, number: int) -> None:
    outcome = Outcome()
    assert refuse_one("selling", template, "sync fails and forgets", number, outcome), "no such sync"
    assert outcome.complaints == []


@pytest.mark.parametrize(("name", "number"), [("sync fails and forgets", 8), ("error once", 104)])
def test_a_new_file_whose_sync_failed_is_thrown_away(name: str, number: int) -> None:
    outcome = Outcome()
    assert refuse_one("first start", None, name, number, outcome), "no such call"
    assert outcome.complaints == []


def test_a_file_that_opened_for_reading_only_is_opened_again(template: Path) -> None:
    outcome = Outcome()
    assert refuse_one("selling", template, "error once", 3, outcome)
    assert outcome.calls == {"open journal.db": 1}, "the third call is another one now"
    assert outcome.complaints == []


def test_every_problem_of_a_file_has_its_sentence_at_the_start_and_while_selling() -> None:
    assert set(CODES) - {"write_failed", "disk_failing"} <= set(SENTENCES)
    assert set(CODES) <= set(Sentences(lambda: 2)._of_the_till())


def test_the_call_of_a_number_is_refused_and_a_full_disk_takes_what_needs_no_room(tmp_path: Path) -> None:
    disk = RefusingDisk(tmp_path, FAULTS["full from now on"], 2)
    grows, stays = Call("write", "journal.db", 4096, grows=True), Call("write", "journal.db", 4096)
    answers = [disk.judge(call).error for call in (grows, stays, grows, stays, grows)]
    assert answers == [0, 0, errno.ENOSPC, 0, errno.ENOSPC]


def test_a_handle_that_is_synced_again_is_told(tmp_path: Path) -> None:
    disk = RefusingDisk(tmp_path, FAULTS["error once"], 1)
    for handle in (1, 2, 1):
        disk.judge(Call("sync", "journal.db-wal", file=1, handle=handle))
    assert list(disk.retried.values()) == ["journal.db-wal was synced again after its sync had failed"]
