"""A process of its own that makes the text index of a large snapshot (`make_index`), as the till sees it.

The till starts it, tells it on its standard input what to make, and waits for its end. It ends by itself when
the till does. The key comes over that input, and is seen in no list of processes.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
"""Where the till's own code lies, whatever folder it was started in."""

LOOKS_SECONDS = 0.1
END_SECONDS = 5.0

STALLED_SECONDS = 120.0
"""So long it writes nothing before the till gives it up: a segment takes seconds."""

LAST_WORDS = 2_000

_log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-m", "pos_app.database.make_index")


class Order(msgspec.Struct, frozen=True):
    """What such a process is asked for: an index at `path`, under `key`, of the sealed `file` of a stream."""

    path: str
    key: str
    stream: str
    file: str


class IndexProcess:
    """One such process, as the till sees it. Used by one thread."""

    def __init__(self, path: Path, key: str, stream: str, file: Path) -> None:
        self._path = path
        self._problem = ""
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                _COMMAND,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            assert self._process.stdin is not None
            order = Order(str(path.resolve()), key, stream, str(file.resolve()))
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            self._problem = f"it could not be started: {error}"

    def wait(self, keep_going: Callable[[], bool]) -> str:
        """Wait until it is done, or `keep_going` says no; return what went wrong, empty for nothing."""
        if self._process is None or self._problem:
            return self._problem
        size, grew_at = -1, time.monotonic()
        while keep_going():
            try:
                code = self._process.wait(LOOKS_SECONDS)
            except subprocess.TimeoutExpired:
                before, size = size, self._size()
                if size != before:
                    grew_at = time.monotonic()
                elif time.monotonic() - grew_at > STALLED_SECONDS:
                    return f"its file has not grown for {STALLED_SECONDS:.0f} s"
            else:
                return f"it ended with {code}: {self._last_words()}" if code else ""
        return "it was not waited for"

    def end(self) -> None:
        """End it if it has not ended; harmless twice."""
        if self._process is None:
            return
        self._process.kill()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            # It waits for a disk that does not answer; when that does, it ends, and nobody need wait for it.
            _log.warning("process %d was told to end, and has not yet", self._process.pid)
        for pipe in (self._process.stdin, self._process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # the order had not been read when it was killed
        self._process = None

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def _last_words(self) -> str:
        assert self._process is not None
        assert self._process.stderr is not None
        return self._process.stderr.read().decode(errors="replace")[-LAST_WORDS:].strip()
