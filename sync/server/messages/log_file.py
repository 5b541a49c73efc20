"""Carries letters into a file, one JSON object a line: for whoever has a carrier of their own."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

import msgspec

from sync.server.clock import now_text
from sync.server.messages.port import Letter, NotSent

FILE = "messages.jsonl"


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    letter: Letter


class LogFile:
    """Appends to a file that only the centre's own user may read: it has addresses and pickup codes in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()

    def send(self, letter: Letter) -> None:
        """Append a letter; raises `NotSent` when the file cannot be written."""
        line = msgspec.json.encode(_Line(at=now_text(), letter=letter)) + b"\n"
        try:
            with self._lock:
                file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                try:
                    written = os.write(file, line)
                finally:
                    os.close(file)
        except OSError as error:
            raise NotSent(f"file: {error.strerror}", again=True) from error
        if written != len(line):
            raise NotSent("file: disk full", again=False)
