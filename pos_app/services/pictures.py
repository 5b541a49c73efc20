"""Product pictures that this till has fetched: files named by what they hold, the least used let go.

Nothing here is worth anything: a picture that is missing, damaged or let go is fetched again. For one
thread (the picture worker's); another thread only opens files whose path it was given.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from sync.protocol import is_picture_name, picture_name

FOLDER = "pictures"
"""In the till's folder."""

MOST_BYTES = 64 * 1024 * 1024
_UNFINISHED = ".new-"


class KeptPictures:
    """A folder of at most so many bytes. Errors of the disk come as `OSError`; nothing half is left."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def find(self, name: str) -> Path | None:
        """Return the file of a picture and note that it was used; None when it is not here.

        A damaged file counts as not here, and is thrown away.
        """
        if not is_picture_name(name):
            return None
        path = self._folder / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        if picture_name(content) != name:
            path.unlink(missing_ok=True)
            return None
        path.touch()
        return path

    def keep(self, name: str, content: bytes) -> Path:
        """Store a picture whole, let the least recently used go, and return its file."""
        assert picture_name(content) == name, "a picture is checked before it is kept"
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / name
        made = tempfile.NamedTemporaryFile(dir=self._folder, prefix=_UNFINISHED, delete=False)  # noqa: SIM115  # closed below, and then renamed
        try:
            with made as file:
                file.write(content)
            Path(made.name).replace(path)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise
        self._let_go(spare=path)
        return path

    def _let_go(self, spare: Path) -> None:
        kept = []
        for file in self._folder.iterdir():
            if file == spare:
                continue
            if file.name.startswith(_UNFINISHED):
                file.unlink(missing_ok=True)  # of a till that died while it wrote
                continue
            facts = file.stat()
            kept.append((facts.st_mtime_ns, facts.st_size, file))
        total = sum(size for _used, size, _file in kept) + spare.stat().st_size
        for _used, size, file in sorted(kept):
            if total <= self._most_bytes:
                return
            file.unlink(missing_ok=True)
            total -= size
