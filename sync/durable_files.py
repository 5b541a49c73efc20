"""Files whose names, too, must outlive a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def force_names(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can; raises `OSError`.

    To force a file's content does not force the entry of its folder (POSIX `fsync`, Linux fsync(2)).
    """
    if os.name == "nt":
        return  # a folder cannot be opened there, and NTFS keeps names in its journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
