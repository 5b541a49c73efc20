"""Files whose names, too, must outlive a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def force_all(folder: Path) -> None:
    """Bring every file beneath a folder to the disk, and the names of all; raises `OSError`.

    What a library wrote (an archive that was unpacked) was forced by nobody.
    """
    for path in folder.rglob("*"):
        if path.is_dir():
            force_names(path)
        else:
            _force_content(path)
    force_names(folder)


def _force_content(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)  # Windows forces only what may be written
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
