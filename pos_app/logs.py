"""The till's log file: for whoever looks after the till, without amounts or personal data."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

LOG_FILE = "till.log"
LARGEST_FILE_BYTES = 2_000_000
KEPT_FILES = 5


def write_logs(folder: Path) -> None:
    """Write warnings and notices of this process to `till.log`, five files of 2 MB at most."""
    handler = logging.handlers.RotatingFileHandler(
        folder / LOG_FILE, maxBytes=LARGEST_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
