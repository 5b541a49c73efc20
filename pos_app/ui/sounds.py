"""Plays the till's tones beside the picture, never instead of it, and never in the picture's thread.

    play("accept")      returns at once; an unknown name is refused
    mute(True)          silence

PySide6-Essentials has no sound module, so the system plays: winsound on Windows, else the first of
`PLAYERS` that is installed. Where none is, or it fails, the window system's beep takes over.
"""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from pos_app.ui.tones import TONES, ToneUnknown, wav

PLAYERS: tuple[tuple[str, ...], ...] = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
"""Programs that play a WAV file, in the order in which they are tried."""

LONGEST_PLAY_S = 3
MOST_WAITING = 3
"""Tones that may wait; a till that scans faster than it sounds skips tones, not scans."""

PlayFile = Callable[[Path], bool]
"""Plays a file to its end and answers whether it could."""


def system_player() -> PlayFile | None:
    """How this system plays a WAV file, or None when it cannot."""
    if sys.platform == "win32":
        return _play_on_windows
    command = next((each for each in PLAYERS if shutil.which(each[0])), None)
    if command is None:
        return None

    def play_with_program(path: Path) -> bool:
        try:
            done = subprocess.run(
                [*command, str(path)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST_PLAY_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0

    return play_with_program


def _play_on_windows(path: Path) -> bool:
    import winsound  # noqa: PLC0415 - Windows only

    try:
        winsound.PlaySound(str(path), winsound.SND_FILENAME)  # type: ignore[attr-defined,unused-ignore]  # Windows only
    except RuntimeError:
        return False
    return True


class TonePlayer(QObject):
    """One thread that plays tones in order. `beeped` tells that the beep took a tone's place."""

    beeped = Signal(str)
    _unplayable = Signal(str)

    def __init__(self, play_file: PlayFile | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.muted = False
        self._play_file = play_file
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._unplayable.connect(self._beep)

    def play(self, name: str) -> None:
        """Play a tone, and return at once. Raises ToneUnknown."""
        if name not in TONES:
            raise ToneUnknown(f"no tone named {name!r}")
        if self.muted:
            return
        if self._play_file is None:
            self._beep(name)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tones", daemon=True)
            self._thread.start()
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(name)

    def close(self) -> None:
        """End the thread; what still waits is not played."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(LONGEST_PLAY_S + 1)
            self._thread = None

    def _run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="evertill-tones-") as folder:
            while (name := self._waiting.get()) is not None:
                path = Path(folder) / f"{name}.wav"
                if not path.exists():
                    path.write_bytes(wav(name))
                play_file = self._play_file
                if play_file is None or not play_file(path):
                    self._play_file = None
                    self._unplayable.emit(name)

    def _beep(self, name: str) -> None:
        QApplication.beep()
        self.beeped.emit(name)


@lru_cache(maxsize=1)
def _application_player() -> TonePlayer:
    return TonePlayer(system_player())


def play(name: str) -> None:
    """Play a tone of the till. Raises ToneUnknown."""
    _application_player().play(name)


def mute(muted: bool) -> None:
    """Silence all tones, or let them be heard again."""
    _application_player().muted = muted
