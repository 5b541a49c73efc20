"""Secrets that lie in the centre's folder: files that only their owner reads, and never in the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sync.durable_files import force_names


def kept_secret(path: Path, new: Callable[[], bytes]) -> bytes:
    """Return the secret in a file, which is made of what `new` gives when there is none.

    Two processes that start at once have the same secret, and a whole one: it is written aside and linked.
    It is on the disk, name and all, before it is used: what a key has signed or sealed outlives a power cut,
    and so must the key. Raises `OSError`.
    """
    if not path.exists():
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(new())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    # Whoever made it, this process before a power cut or another one just now, may not have come to this.
    force_names(path.parent)
    return path.read_bytes()
