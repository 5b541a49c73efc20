"""A centre with a small demo store, served by a process of its own, and a till that is enrolled at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.both_sides import CentreProcess, TillSide, load_demo


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a centre's folder with a demo store of 60 products, to be copied."""
    folder = tmp_path_factory.mktemp("centre")
    load_demo(folder, products=60)
    return folder


@pytest.fixture
def centre(tmp_path: Path, small_store: Path) -> Iterator[CentreProcess]:
    """Give a centre that serves."""
    folder = tmp_path / "centre"
    shutil.copytree(small_store, folder)
    process = CentreProcess(folder)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[TillSide]:
    """Give a till that is not enrolled yet."""
    side = TillSide(tmp_path / "till")
    yield side
    side.close()


@pytest.fixture
def enrolled(till: TillSide, centre: CentreProcess) -> TillSide:
    """Give a till that is enrolled at the centre."""
    till.enrol_at(centre)
    return till
