"""Processes that a benchmark starts, and what they need: memory and processor time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.figure import NotMeasured
from benchmarks.places import ROOT

STOP_SECONDS = 30.0


class Served(NamedTuple):
    """A process that listens, and where."""

    url: str
    pid: int

    def processor_seconds(self) -> float:
        """Return the processor time that it has used up to now."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self) -> float:
        """Return the memory that it holds now."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def centre_on(folder: Path) -> Iterator[Served]:
    """Run a centre on this folder."""
    with listening(["sync.server", "serve", "--data", str(folder), "--port", "0"]) as served:
        yield served


@contextmanager
def listening(module: Sequence[str]) -> Iterator[Served]:
    """Run a module that says `listening on ADDRESS` when it does; it is ended with the block."""
    if not Path("/proc/self/stat").exists():
        raise NotMeasured("this system does not tell what another process needs")
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            line = running.stdout.readline()
            if not line.startswith("listening on "):
                raise NotMeasured(f"{module[0]} said {line!r}")
            yield Served(line.split()[-1], running.pid)
        finally:
            running.terminate()
            try:
                running.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                running.kill()
