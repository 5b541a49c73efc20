"""Short runs of the kills: a real till, killed where it matters most, loses and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kill_at_failpoints import run
from tests.faults.kill_failpoints import BY_NAME, TELLING, every, found


@pytest.mark.slow
def test_a_till_killed_at_the_telling_failpoints_and_by_chance_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    outcome = run(tmp_path, TELLING, seed=4, more=2)
    assert outcome.complaints == []
    assert outcome.kills == len(TELLING) + 2
    assert outcome.figures["receipt numbers on paper"] >= 3, "the scripted day alone prints three"
    assert len(outcome.acts_hit) > 1, "not only starts were hit"


def test_each_failpoint_is_hit_on_both_sides_and_the_telling_ones_are_among_them() -> None:
    assert len(every()) == 2 * len(BY_NAME)
    assert set(TELLING) <= set(every())


def test_each_failpoint_is_a_function_of_the_product() -> None:
    for point in BY_NAME.values():
        owner, name = found(point.place)
        assert callable(getattr(owner, name)), point
