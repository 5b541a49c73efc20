"""The processes that `run.py` starts: each in a group of its own, watched, and stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

from launch.environment import ROOT, child_environment
from launch.words import say, say_text, word

STOP_SECONDS = 8.0
POLL_SECONDS = 0.1
LAST_LINES = 12


class StopAsked(BaseException):
    """The user (Ctrl-C) or the system (SIGTERM, a closed terminal) asks `run.py` to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ChildFailed(Exception):
    """A child stopped by itself or never got ready; the user has been shown its last words."""


def heed_signals() -> None:
    """Turn the signals that mean stop into `StopAsked`, raised in the main thread."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _raise_stop)


def _raise_stop(number: int, _frame: FrameType | None) -> None:
    raise StopAsked(number)


@contextlib.contextmanager
def _signals_ignored() -> Iterator[None]:
    """Let nothing interrupt the stopping of children: it is bounded by itself."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class Child:
    """One running process; `name` is for people, `log` holds all that it says (None: the user sees it)."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    may_end: bool = False
    """Whether its window may be closed without ending the others."""

    def last_words(self) -> str:
        """Return the end of its log and where the whole of it is."""
        if self.log is None:
            return ""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        end = "\n".join("  " + line for line in lines[-LAST_LINES:])
        return f"{end}\n{word('whole_log', path=self.log)}"


class Children:
    """The children of one run. Leaving the `with` block, however that happens, stops all of them.

    Each child leads its own process group, so what it starts stops with it. On Linux the kernel ends
    them too if this process is killed outright.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []

    def __enter__(self) -> Children:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _signals_ignored():
            self.stop()

    def start(
        self, name: str, command: list[str], log_name: str = "", *, may_end: bool = False, **environment: str
    ) -> Child:
        """Start a process; what it prints goes to a log, or without a name for one to the user."""
        log = self._logs / log_name if log_name else None
        with log.open("wb") if log else contextlib.nullcontext() as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=child_environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (no threads here)
            )
        child = Child(name, process, log, may_end)
        self._children.append(child)
        return child

    def wait_for_file(self, child: Child, file: Path, seconds: float) -> str:
        """Return a file's text once the child has written it; raises `ChildFailed` after saying why."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check_alive()
            with contextlib.suppress(FileNotFoundError):
                text = file.read_text(encoding="utf-8").strip()
                if text:
                    return text
            time.sleep(POLL_SECONDS)
        say("too_slow", name=child.name, seconds=int(seconds))
        say_text(child.last_words())
        raise ChildFailed

    def wait_for_end(self, child: Child) -> int:
        """Return a child's exit code when it ends; raises `ChildFailed` when another one ends first."""
        while child.process.poll() is None:
            self.check_alive(except_for=child)
            time.sleep(POLL_SECONDS)
        return child.process.returncode

    def check_alive(self, except_for: Child | None = None) -> None:
        """Raise `ChildFailed` after telling the user when a child has ended by itself."""
        for child in self._children:
            code = child.process.poll()
            closed = child.may_end and code == 0
            if code is not None and child is not except_for and not closed:
                say("died", name=child.name, code=code)
                say_text(child.last_words())
                raise ChildFailed

    def stop(self) -> None:
        """Stop all children, the last started first; kills what has not ended after `STOP_SECONDS`."""
        for child in reversed(self._children):
            _signal_group(child.process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(child.process, getattr(signal, "SIGKILL", signal.SIGTERM))
            child.process.wait()
        self._children.clear()


def run_to_end(name: str, command: list[str], **environment: str) -> str:
    """Run a short command and return what it printed; raises `ChildFailed` after showing its words."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=child_environment(**environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=os.name != "nt",
    ) as process:
        try:
            output, errors = process.communicate()
        except BaseException:
            _signal_group(process, signal.SIGTERM)
            raise
    if process.returncode:
        say("command_failed", name=name, code=process.returncode)
        say_text("\n".join(("  " + line) for line in (output + errors).splitlines()[-LAST_LINES:]))
        raise ChildFailed
    return output


def run_in_front(command: list[str], **environment: str) -> int:
    """Run a command that talks to the user's terminal itself; return its exit code, however it ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=child_environment(**environment))
    try:
        return process.wait()
    except StopAsked as asked:
        # Ctrl-C reached the child as well (one terminal, one group); other signals reached only us.
        if asked.number != signal.SIGINT:
            process.terminate()
        with _signals_ignored():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        raise


def _signal_group(process: subprocess.Popen[bytes] | subprocess.Popen[str], number: int) -> None:
    """Signal a child and all that it started; harmless when they are gone."""
    if os.name == "nt":
        with contextlib.suppress(OSError):
            process.send_signal(number)
        return
    # The group outlives its leader while a grandchild runs, so it is signalled even then.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """Ask the Linux kernel to end this child when its parent is killed (prctl PR_SET_PDEATHSIG)."""
    import ctypes  # noqa: PLC0415 (only in the child, only on Linux)

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def child_name(key: str) -> str:
    """Return what people call a child, in their language."""
    return word(f"name_{key}")
