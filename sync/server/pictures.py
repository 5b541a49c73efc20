"""The centre's product pictures: files that are named by what they hold, so one never changes.

A picture that no product names any more stays: a till that was away may still ask for it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sync.durable_files import force_names
from sync.protocol import MAX_PICTURE_BYTES, is_picture_name, picture_name

FOLDER = "pictures"
"""In the centre's data folder."""


class PictureStore:
    """One folder of pictures. `keep` is atomic: nobody ever reads half a picture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes | None:
        """Return a picture's bytes; None when there is none of that name, or it is larger than agreed."""
        if not is_picture_name(name):
            return None
        try:
            with (self.folder / name).open("rb") as file:
                content = file.read(MAX_PICTURE_BYTES + 1)
        except FileNotFoundError:
            return None
        return content if len(content) <= MAX_PICTURE_BYTES else None

    def keep(self, content: bytes) -> str:
        """Keep a picture and return its name. Raises `OSError`; then nothing is kept."""
        name = picture_name(content)
        assert name, "what is kept has been judged before"
        target = self.folder / name
        if self.read(name) != content:
            self.folder.mkdir(parents=True, exist_ok=True)
            made = tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-", delete=False)  # noqa: SIM115  # closed below, and then renamed
            try:
                with made as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(made.name).replace(target)
                force_names(self.folder)
            except BaseException:
                Path(made.name).unlink(missing_ok=True)
                raise
        return name
