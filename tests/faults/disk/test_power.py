"""The power goes while a till sells: nothing that it acknowledged is lost, and the test would notice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.disk.interposing import POSSIBLE
from tests.faults.disk.platter import FATES, Platter
from tests.faults.disk.power import (
    Outcome,
    every_write,
    record,
    some_writes,
    sync_before_an_acknowledgement,
    try_cuts,
)
from tests.faults.disk.recording import (
    Created,
    Operation,
    Renamed,
    Resized,
    Said,
    Synced,
    SyncedFolder,
    Wrote,
)

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="calls of the C library are watched on Linux only")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> list[Operation]:
    """Give the recording of a till as it is."""
    return record(tmp_path_factory.mktemp("honest"), sales=6)


def cut(operations: list[Operation], images: int) -> Outcome:
    return try_cuts(operations, some_writes(operations, seed=7, most=images))


@pytest.mark.slow
@pytest.mark.usefixtures("qapp")
def test_no_acknowledged_sale_is_lost_wherever_the_power_goes(honest: list[Operation]) -> None:
    outcome = cut(honest, 400)
    assert outcome.lost == []
    assert outcome.wrong == []
    assert outcome.acknowledged == 6
    assert outcome.images > 250, "hardly any cut left a disk of its own"
    assert set(outcome.fates) == set(FATES)


def test_a_first_start_that_is_cut_off_can_be_made_again(honest: list[Operation]) -> None:
    log_is_there = next(n for n, each in enumerate(honest) if getattr(each, "name", "") == "journal.db-wal")
    outcome = try_cuts(honest, every_write(honest[: log_is_there + 4], seeds=1))
    assert outcome.wrong == []
    assert outcome.images > 10


@pytest.mark.slow
@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("planted", ["normal", "early", "lie"])
def test_a_till_that_promises_too_early_is_caught(
    tmp_path: Path, honest: list[Operation], planted: str
) -> None:
    lies = sync_before_an_acknowledgement(honest, sale=2) if planted == "lie" else 0
    outcome = cut(record(tmp_path, sales=6, planted=planted, lies=lies), 60)
    assert outcome.lost, f"planted {planted}, and no image lost a sale"


def after(operations: list[Operation], fate: str) -> dict[str, bytes]:

    platter = Platter()
    for operation in operations:
        platter.do(operation)
    return platter.after_power_loss(FATES[fate], random.Random(0))


NEW = [Created(1, "a"), SyncedFolder("")]


def test_what_was_forced_to_the_disk_is_there_and_the_rest_is_not() -> None:
    done: list[Operation] = [*NEW, Wrote(1, 0, b"one"), Synced(1), Wrote(1, 3, b"two"), Resized(1, 1)]
    assert after(done, "nothing") == {"a": b"one"}
    assert after(done, "everything") == {"a": b"o"}
    assert after(done[:-1], "last first") == {"a": b"onetwo"}


def test_a_name_is_lost_when_its_folder_was_not_forced_to_the_disk() -> None:
    done: list[Operation] = [Created(1, "a"), Wrote(1, 0, b"one"), Synced(1)]
    assert after(done, "nothing") == {}
    done += [SyncedFolder(""), Renamed("a", "b"), Said("x")]
    assert after(done, "nothing") == {"a": b"one"}
    assert after(done, "everything") == {"b": b"one"}


def test_a_write_on_its_way_is_torn_at_sectors() -> None:
    long = bytes(range(256)) * 16
    seen = set()
    for seed in range(40):
        platter = Platter()
        for operation in [*NEW, Resized(1, 4096), Synced(1), Wrote(1, 100, long[100:])]:
            platter.do(operation)
        left = platter.after_power_loss(FATES["all torn"], random.Random(seed))["a"]
        sectors = [left[at : at + 512] for at in range(0, 4096, 512)]
        for number, sector in enumerate(sectors):
            whole = bytes(100) + long[100:512] if number == 0 else long[number * 512 : number * 512 + 512]
            assert sector in {bytes(512), whole}
        seen.add(left)
    assert len(seen) > 20
