"""The product as an outsider sees it: a centre process, and the lives of a till process."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[2]
LISTENING = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")
START_SECONDS = 90
DOES = re.compile(r" does (\w+)")


class NotStarted(Exception):
    """A process did not come up; the text is what it said."""


def environment(home: Path) -> dict[str, str]:
    """Return the surroundings of a process: no screen, no keyring, no folder of the user's."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR"}}
    folders = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    return {
        **kept,
        **{name: str(home) for name in ("HOME", *folders)},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TZ": "Asia/Singapore",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


class CentreProcess:
    """A centre with the demo store, on a port that it keeps over its restarts."""

    def __init__(self, folder: Path, *, products: int) -> None:
        self.folder = folder
        self._environment = environment(folder / "home")
        self.port = 0
        self._process: subprocess.Popen[str] | None = None
        self._run("load-demo", "--products", str(products), "--promotions", "12", "--members", "20")
        self.enrolment_code = self._run("enrolment-code", "--store", "S1").strip()

    @property
    def database(self) -> Path:
        """Return the centre's SQLite file."""
        return self.folder / "centre.db"

    def start(self) -> None:
        """Start serving; raises `NotStarted`."""
        log = (self.folder / "centre.log").open("ab")
        command = [*_python("sync.server"), "serve", "--data", str(self.folder), "--port", str(self.port)]
        with log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = LISTENING.search(line)
        if found is None:
            raise NotStarted(f"the centre said {line!r}; see {self.folder / 'centre.log'}")
        self.port = int(found[1])

    def kill(self) -> None:
        """SIGKILL, at whatever it is doing."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop answering without closing anything."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """SIGTERM, as a person would."""
        self._signal(signal.SIGTERM)

    def _signal(self, which: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(which)
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def check_prices(self) -> None:
        """Have every sale that waits for it priced again."""
        self._run("check-prices")

    def _run(self, *words: str) -> str:
        command = [*_python("sync.server"), words[0], "--data", str(self.folder), *words[1:]]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        if done.returncode:
            raise NotStarted(f"{' '.join(words)}: {done.stderr}")
        return done.stdout


class Process(Protocol):
    """A started till, as `subprocess.Popen` shows it."""

    def poll(self) -> int | None:
        """Return how it ended, None while it lives."""

    def kill(self) -> None:
        """SIGKILL."""

    def wait(self, timeout: float) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired`."""


class TillProcess:
    """One life of the till on a folder; the same folder gets one life after the other."""

    def __init__(
        self,
        folder: Path,
        *,
        centre: str,
        code: str,
        printer: str,
        seed: int,
        start: Callable[[list[str], Path], Process] | None = None,
    ) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._log = folder.parent / "till-output.log"
        self._told_before = _size(folder / "till.log")
        words = ["--data", str(folder), "--centre", centre, "--enrolment-code", code, "--printer", printer]
        words += ["--print-mode", "native", "--cashier-seed", str(seed)]
        self._output_before = _size(self._log)
        self._process: Process = (start or self._started)(words, self._log)

    def _started(self, words: list[str], log: Path) -> Process:
        with log.open("ab") as out:
            return subprocess.Popen(
                [*_python("pos_app.scripted_day"), *words],
                cwd=ROOT,
                env=environment(self._folder.parent / "home"),
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )

    @property
    def ended(self) -> int | None:
        """Return the exit code of a till that ended by itself."""
        return self._process.poll()

    def kill(self) -> int:
        """SIGKILL; return the exit code, which is not -9 when the till had ended before."""
        if self._process.poll() is None:
            self._process.kill()
        return self._process.wait(timeout=30)

    def wait(self, seconds: float) -> int | None:
        """Wait for its own end; return the exit code, None when the time was not enough."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=seconds)
        return None

    @property
    def doing(self) -> str:
        """Return what the cashier did last, `start` before the first act."""
        told = DOES.findall(_text_from(self._folder / "till.log", self._told_before))
        return told[-1] if told else "start"

    @property
    def output(self) -> str:
        """Return what this life said on its terminal."""
        return _text_from(self._log, self._output_before)


def journal_writes(folder: Path) -> int:
    """Return a mark that changes whenever the till writes its journal."""
    with contextlib.suppress(OSError):
        return (folder / "journal.db-wal").stat().st_mtime_ns
    return 0


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _text_from(path: Path, offset: int) -> str:
    if not path.exists():
        return ""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(offset if offset <= size else 0)
        return file.read().decode(errors="replace")
