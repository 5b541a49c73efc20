"""A flipped bit: what it takes from the journal is noticed or put right, and nothing false is believed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.disk.flipped import Flipper, killed_till
from tests.faults.disk.journal_oracle import Told

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the till is killed in a fork")

FLIPS = 20


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> tuple[Path, Told]:
    """Give the files of a till that was killed while it sold, and what it had acknowledged."""
    folder = tmp_path_factory.mktemp("killed") / "till"
    return folder, killed_till(folder)


@pytest.mark.slow
def test_no_flipped_bit_takes_an_acknowledged_sale_unnoticed(
    killed: tuple[Path, Told], expected_logs: Callable[[str], None]
) -> None:
    expected_logs(r"journal")
    outcome = Flipper(*killed).flip_some(FLIPS, seed=3)
    assert outcome.complaints == []
    assert outcome.cured["journal.db-wal: put right from the mirror"] > 0
    for file in ("journal.db", "cache.db"):
        noticed = sum(count for name, count in outcome.noticed.items() if name.startswith(f"{file}: "))
        noticed += outcome.cured[f"{file}: put right from the mirror"]
        assert noticed == FLIPS, "each page is under the seal of its key"


def test_without_its_mirror_a_till_would_lose_sales_to_a_flipped_log(
    killed: tuple[Path, Told], tmp_path: Path
) -> None:
    template, told = killed
    bare = tmp_path / "till"
    shutil.copytree(template, bare)
    shutil.rmtree(bare / "mirror")
    outcome = Flipper(bare, told).flip_some(FLIPS, seed=3, files=["journal.db-wal"])
    assert outcome.complaints, "this test cannot see a lost sale"
