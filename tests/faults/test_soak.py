"""A moment of the soak: everything fails once, nothing is lost; and what grows would be noticed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.faults.soak import Soak
from tests.faults.soak_figures import Sample, Watched, slope, verdict
from tests.faults.soak_processes import SoakCentre, TillsProcess, made_store
from tests.sync.both_sides import wait_until

MINUTES_30 = 1800.0


@pytest.mark.slow
def test_tills_that_sell_while_everything_fails_lose_and_double_nothing(tmp_path: Path) -> None:
    outcome = Soak(tmp_path, seconds=8, tills=2, seed=3, share=0.6).run()
    assert outcome.complaints == []
    assert outcome.judgement.complaints == []
    assert outcome.troubles["centre killed"]
    assert outcome.troubles["tills killed"]
    assert outcome.judgement.figures["sales booked"] >= outcome.judgement.figures["sales shown as paid"] > 0


def test_tills_that_die_by_themselves_are_told_of_with_their_last_words(tmp_path: Path) -> None:
    codes = made_store(tmp_path / "centre", 1)
    served = SoakCentre(tmp_path / "centre")
    served.start()
    line = f"http://127.0.0.1:{served.port}"
    tills = TillsProcess(tmp_path, codes, centre=line, printer="tcp://127.0.0.1:9", seed=1)
    tills.start()
    tills.wait_until_ready()
    served.kill()
    assert not tills.dead
    os.kill(tills.pid, signal.SIGSEGV)
    assert [each["silent"] for each in tills.stands()] == [True]
    wait_until(lambda: tills.dead)  # who writes down its memory has closed its mouth before
    tills.kill()
    (death,) = tills.deaths
    assert death.startswith("tills [1] ended with -11: ")
    assert "Segmentation fault" in death


def watched(grows_mb: float = 0.0, *, files: float = 0.0, until: float = MINUTES_30) -> Watched:
    """A process that needs 100 MB after its start, and grows by so much in ten minutes."""
    process = Watched("tills 1-5", 1, 5)
    for seconds in range(0, int(until), 5):
        warm = min(100.0, 60 + seconds / 4) + (seconds % 3) * 0.2
        grown = grows_mb * seconds / 600
        process.samples.append(Sample(seconds, warm + grown, 80, 150 + int(files * seconds / 600)))
    return process


def judged(process: Watched) -> list[str] | None:
    found = verdict(process, 0.0, MINUTES_30, most_slope_mb=5.0)
    return None if found is None else found.complaints


def test_a_process_that_has_warmed_up_is_flat() -> None:
    assert judged(watched()) == []
    assert judged(watched(4.0)) == []


def test_a_process_that_grows_is_noticed() -> None:
    slowly, fast = judged(watched(5.2)), judged(watched(40.0))
    assert slowly is not None
    assert [said.partition("5.2")[0] for said in slowly] == ["tills 1-5: memory grows by "]
    assert fast is not None
    assert fast[0].startswith("tills 1-5: memory grew from ")


def test_files_that_are_never_closed_are_noticed() -> None:
    found = judged(watched(files=40.0))
    assert found is not None
    assert "open files" in found[0]


def test_a_process_that_was_killed_late_is_not_judged() -> None:
    assert judged(watched(until=1000.0)) is None


def test_the_slope_is_that_of_most_points() -> None:
    assert slope([(0, 1), (10, 3), (20, 5)]) == pytest.approx(0.2)
    assert slope([(0, 1), (10, 3), (20, 5), (30, 7), (40, 99)]) == pytest.approx(0.2)
    assert slope([(5, 7)]) == 0.0
