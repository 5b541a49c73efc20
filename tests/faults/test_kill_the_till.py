"""A short run of `kill_the_till`: a real till, killed while it sells, loses and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kill_the_till import KillTheTill


@pytest.mark.slow
def test_a_till_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    outcome = KillTheTill(tmp_path, kills=6, seed=4, products=60).run()
    assert outcome.complaints == []
    assert outcome.kills == 6
    assert outcome.figures["receipt numbers on paper"] >= 3, "the scripted day alone prints three"
    assert len(outcome.acts_hit) > 1, "not only starts were hit"
