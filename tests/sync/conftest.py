"""A centre with a small demo store, served by a process of its own, and a till that is enrolled at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.both_sides import FIRST_CODE, CentreProcess, TillSide, centre_command


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a centre's folder with a demo store of 60 products, to be copied."""
    folder = tmp_path_factory.mktemp("centre")
    centre_command("load-demo", "--data", str(folder), "--products", "60")
    code = centre_command("enrolment-code", "--data", str(folder), "--store", "S1", "--till", "2")
    (folder / FIRST_CODE).write_text(code)
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
