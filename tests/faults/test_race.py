"""Fifty buyers and two tills race for ten pieces: a few seeds each time, those that failed once for ever."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.faults.race import Track
from tests.faults.race_bugs import BUGS

FAILED_ONCE: tuple[int, ...] = ()
"""Seeds that found a bug: they are run for ever."""

SEEDS = range(1, 6)
"""A few for every run; `python -m tests.faults.race --seeds 1000` is the long race."""

SEEDS_FOR_A_BUG = range(1, 30)
"""Where the known seed tells another story since: how soon a bug is found."""


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Track:
    folder: Path = tmp_path_factory.mktemp("race")
    return Track(folder)


def test_nothing_is_promised_or_handed_over_twice_however_the_race_goes(track: Track) -> None:
    seen: Counter[str] = Counter()
    for seed in (*FAILED_ONCE, *SEEDS):
        outcome = track.run(seed)
        assert not outcome.complaints, (seed, outcome.complaints, outcome.story)
        seen.update(outcome.figures)
    # A race in which nothing happened proves nothing.
    for what in ("order cancelled", "alarm oversold", "steps refused", "sales", "order released"):
        assert seen[what], what


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_loses_the_race(track: Track, name: str) -> None:
    bug = BUGS[name]
    with bug.plant():
        for seed in (bug.seed, *SEEDS_FOR_A_BUG):
            if bug.rules & {one.rule for one in track.run(seed).complaints}:
                return
    pytest.fail(f"no seed noticed that {name}")


def test_a_seed_tells_one_story(track: Track) -> None:
    first, second = track.run(3), track.run(3)
    assert first.story == second.story
    assert first.figures == second.figures
