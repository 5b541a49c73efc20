"""The worked examples are many, each says where it comes from, and each is run by a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.worked_examples import FOLDER, tables

FILES = sorted(FOLDER.glob("*.md"))
SUBJECTS = [path for path in FILES if path.stem != "README"]
TESTS = Path(__file__).parent


def test_there_are_at_least_three_hundred() -> None:
    assert sum(len(rows) for path in SUBJECTS for _, rows in tables(path)) >= 300


@pytest.mark.parametrize("path", SUBJECTS, ids=lambda path: path.stem)
def test_every_example_names_its_source(path: Path) -> None:
    without = [row.place for _, rows in tables(path) for row in rows if not row.cells.get("Source")]
    assert without == []


@pytest.mark.parametrize("path", SUBJECTS, ids=lambda path: path.stem)
def test_every_table_is_run_by_the_test_of_its_subject(path: Path) -> None:
    run = (TESTS / f"test_examples_{path.stem}.py").read_text(encoding="utf-8")
    not_run = [heading for heading, _ in tables(path) if f'"{heading}"' not in run]
    assert not_run == []
