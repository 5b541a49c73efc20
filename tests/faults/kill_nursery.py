"""Starts the lives of a till quickly, and at a failpoint when asked: forks of one that has imported all.

A life of a second would spend another one on importing Qt. The nursery imports once and forks; from there
on it is the same program with the same arguments. It speaks lines of JSON on its standard input and output.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests.faults.processes import ROOT

PROGRAM = "pos_app.scripted_day.__main__"
PACKAGES = ("pos_app", "sync.client", "retail")
FORKED_SECONDS = 90.0


class Nursery:
    """A process that starts tills; `stop` ends it and every till that it has started."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.kill_nursery"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._changed = threading.Condition()
        self._born: list[int] = []
        self._ended: dict[int, int] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def start(self, words: list[str], log: Path, failpoint: tuple[str, str, int] | None) -> Life:
        """Start a till with these arguments, which says what it says into a file."""
        assert self._process.stdin is not None
        request = {"words": words, "log": str(log), "failpoint": failpoint}
        with self._changed:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            assert self._changed.wait_for(lambda: bool(self._born), FORKED_SECONDS), "the nursery is dead"
            return Life(self, self._born.pop())

    def code_of(self, pid: int, seconds: float) -> int | None:
        """Return how a till ended, waiting so long for it; None while it lives."""
        with self._changed:
            self._changed.wait_for(lambda: pid in self._ended, seconds)
            return self._ended.get(pid)

    def stop(self) -> None:
        """End everything; harmless twice."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._changed:
                if "born" in told:
                    self._born.append(told["born"])
                else:
                    self._ended[told["ended"]] = told["code"]
                self._changed.notify_all()


class Life:
    """A till that the nursery has started, to be used as a process of one's own."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self._pid = pid

    def poll(self) -> int | None:
        """Return how it ended, None while it lives."""
        return self._nursery.code_of(self._pid, 0.0)

    def kill(self) -> None:
        """SIGKILL, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it ended this very moment
                os.kill(self._pid, signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired`."""
        code = self._nursery.code_of(self._pid, timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a till of the nursery", timeout)
        return code


def serve() -> int:
    """Fork a till for each line that comes, tell of each that ends, until there are no more lines."""
    program = _imported()
    ears, mouth = os.pipe()
    os.set_blocking(mouth, False)
    signal.set_wakeup_fd(mouth)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    living: set[int] = set()
    while True:
        ready, _, _ = select.select([0, ears], [], [])
        if ears in ready:
            os.read(ears, 4096)
            _tell_ended(living)
        if 0 in ready:
            line = sys.stdin.readline()
            if not line:
                break
            child = os.fork()
            if not child:
                _live(program, json.loads(line), (ears, mouth))
            living.add(child)
            _tell(born=child)
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return 0


def _imported() -> Any:
    """Import the program and everything that it loads later, as far as it is of this repository."""
    program = importlib.import_module(PROGRAM)
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        for found in pkgutil.walk_packages(path, package + "."):
            if not found.name.endswith("__main__") and ".migrations.versions" not in found.name:
                importlib.import_module(found.name)
    return program


def _live(program: Any, request: dict[str, Any], pipe: tuple[int, int]) -> None:
    """Be a till in a fresh child; never returns."""
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in pipe:
            os.close(descriptor)
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for here, there in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(here, there)
        sys.argv = [PROGRAM, *request["words"]]
        if request["failpoint"]:
            from tests.faults.kill_failpoints import dies_at  # noqa: PLC0415  # in this child alone

            dies_at(*request["failpoint"])
        code = program.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  # said in its log, and told by its exit code
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _tell_ended(living: set[int]) -> None:
    for pid in tuple(living):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            living.discard(pid)
            _tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def _tell(**what: int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(serve())
