"""Where benchmarks write: a real disk beside the demo's data, never a memory file system."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data" / "benchmarks"


@contextmanager
def empty_folder(name: str) -> Iterator[Path]:
    """Give an empty folder that is gone afterwards."""
    folder = DATA / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
