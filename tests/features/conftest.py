"""Stories run on a real till: its own folder, its own files, the demo store's goods."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till
from tests.fakes.stocked_till import stocked_till


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "till"


@pytest.fixture
def till(folder: Path, qapp: QCoreApplication) -> Iterator[Till]:
    opened = stocked_till(folder)
    yield opened
    opened.close()
