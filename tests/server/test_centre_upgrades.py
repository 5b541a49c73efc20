"""Upgrades of a centre over PostgreSQL that end in the middle, or that two processes begin at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.test_upgrades import upgrade_at_once
from tests.faults.upgrades import shipped
from tests.faults.upgrades_postgresql import Upgrade, content

pytestmark = pytest.mark.postgresql


@pytest.mark.parametrize("kept", shipped("centre"), ids=lambda path: path.stem)
def test_an_upgrade_that_ends_at_a_statement_leaves_the_old_database_and_goes_on(
    kept: Path, postgresql: str
) -> None:
    one = Upgrade(postgresql, kept)
    last = one.outcome.statements
    one.end_at((last // 3, last // 2, last - 4, last))
    assert one.outcome.complaints == []
    assert one.outcome.ended == 4
    assert one.before != one.after


def test_two_processes_that_upgrade_one_centre_at_once_do_it_once(postgresql: str) -> None:
    one = Upgrade(postgresql, shipped("centre")[0])
    both = one.new()
    upgrade_at_once(both)
    assert content(both) == one.after
