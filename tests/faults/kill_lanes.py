"""Runs the command that kills tills in several lanes at once, and adds up what they say.

The lanes kill beside each other, and then play their days one after the other: a day is typed by hands that
live in the till's own thread, and a scan comes apart when several tills compete for the processors.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time

from tests.faults.processes import ROOT

KILLS = re.compile(r"^(\d+) kills, (.*)$")
READY = "ready for the day"


def wait_for_turn() -> None:
    """Say that this lane has killed enough, and wait until it may play its day."""
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


def run_lanes(module: str, kills: int, lanes: int, seed: int) -> int:
    """Share the kills out over the lanes, each with a seed of its own; return the exit code of the worst."""
    began = time.monotonic()
    running = [
        _Lane(module, number, kills // lanes + (number < kills % lanes), seed + number)
        for number in range(lanes)
    ]
    for lane in running:
        lane.ready.wait()
    killing = time.monotonic() - began
    for lane in running:
        lane.play_the_day()
    verdicts = [found for lane in running for found in map(KILLS.match, lane.said) if found]
    killed = sum(int(found[1]) for found in verdicts)
    failed = [lane.number for lane in running if not any("kills, passed" in line for line in lane.said)]
    sys.stdout.write(
        f"{killed} kills in {lanes} lanes in {killing:.0f} s, judged after {time.monotonic() - began:.0f} s: "
        + (f"FAILED in {failed}\n" if failed else "all passed\n")
    )
    return int(bool(failed))


class _Lane:
    """One process that kills one till; what it says is passed on line by line."""

    def __init__(self, module: str, number: int, kills: int, seed: int) -> None:
        self.number = number
        self.said: list[str] = []
        self.ready = threading.Event()
        words = ["--kills", str(kills), "--seed", str(seed), "--in-lane"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def play_the_day(self) -> None:
        """Let it play its day and judge; return when it has ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._listener.join()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip())
            sys.stdout.write(f"{self.number}| {line}")
            sys.stdout.flush()
            if line.rstrip() == READY:
                self.ready.set()
        self.ready.set()
