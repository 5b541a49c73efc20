"""Many writers and readers of one stream, in a size for every run of the tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.readers import Outcome, Seen, run
from tests.server.conftest import new_postgresql, postgresql

__all__ = ["new_postgresql", "postgresql"]


@pytest.mark.postgresql
def test_readers_miss_no_change_of_many_writers_and_a_naive_one_does(
    new_postgresql: Callable[[str], str],
) -> None:
    outcome = run(new_postgresql("empty_centre"), writers=8, readers=3, changes=6_400, processes=1)
    assert outcome.complaints == ()
    assert outcome.versions == 64
    assert outcome.logged > 6_400


def test_a_reader_that_misses_a_change_is_told_of() -> None:
    whole, short = Seen(2, 0, 20, "ab"), Seen(2, 0, 19, "ab")
    outcome = Outcome(
        versions=2,
        logged=20,
        checksum="ab",
        readers=(whole, short),
        naive_rows=2,
        naive_missed=0,
        seconds=1.0,
    )
    assert [complaint.split(" ")[0:2] for complaint in outcome.complaints] == [
        ["reader", "1"],
        ["the", "naive"],
    ]
