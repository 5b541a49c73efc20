"""Runs a command that kills tills in several lanes at once, and adds up what they say."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time

from tests.faults.processes import ROOT

KILLS = re.compile(r"^(\d+) kills, (.*)$")


def run_lanes(module: str, kills: int, lanes: int, seed: int) -> int:
    """Share the kills out over the lanes, each with a seed of its own; return the exit code of the worst."""
    began = time.monotonic()
    shares = [kills // lanes + (lane < kills % lanes) for lane in range(lanes)]
    said: list[list[str]] = [[] for _ in shares]
    threads = [
        threading.Thread(target=_run, args=(module, share, seed + lane, lane, said[lane]))
        for lane, share in enumerate(shares)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdicts = [found for lines in said for found in map(KILLS.match, lines) if found]
    killed = sum(int(found[1]) for found in verdicts)
    failed = [lane for lane, lines in enumerate(said) if not any("kills, passed" in line for line in lines)]
    sys.stdout.write(
        f"{killed} kills in {lanes} lanes and {time.monotonic() - began:.0f} s, "
        + (f"FAILED in {failed}\n" if failed else "all passed\n")
    )
    return int(bool(failed))


def _run(module: str, kills: int, seed: int, lane: int, said: list[str]) -> None:
    command = [sys.executable, "-m", module, "--kills", str(kills), "--seed", str(seed)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            sys.stdout.write(f"{lane}| {line}")
            sys.stdout.flush()
