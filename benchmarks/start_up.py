"""From the command to a till that takes a scan, with 100,000 products, against a bare PySide6 window.

Product: `python -m pos_app` on the folder of an enrolled till, as a process of its own, until its window is
painted and no event is left; a scan is then typed and must become a line, else the figure is worthless and
the benchmark fails. Limit: an empty window, in the same way. Runs alternate; medians are compared.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import shop
from benchmarks.figure import Figure, NotMeasured, median
from benchmarks.places import ROOT

RUNS = 7
WARM_UP = 1
ALLOWED_MORE_SECONDS = 1.0
ALLOWED_MIB = 150.0


def measure() -> tuple[Figure, ...]:
    """Return the time to ready, in seconds, and the memory then held, in MiB."""
    with shop.till_folder("start-up") as folder:
        return measured(
            folder,
            shop.pieces(1)[0].codes[0],
            name="start_up",
            products=shop.PRODUCTS,
            allowed_more_seconds=ALLOWED_MORE_SECONDS,
            allowed_mib=ALLOWED_MIB,
        )


def measured(
    folder: Path,
    code: str,
    *,
    name: str,
    products: int,
    allowed_more_seconds: float,
    allowed_mib: float,
) -> tuple[Figure, ...]:
    """Measure the till of a folder; `code` is of a product that it can sell by the piece."""
    till: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for number in range(WARM_UP + RUNS):
        bare_run = _run("bare")
        till_run = _run("till", code, "--data", str(folder))
        if number >= WARM_UP:
            bare.append(bare_run)
            till.append(till_run)
    floor = median([seconds for seconds, _ in bare])
    return (
        Figure(
            name=name,
            product=median([seconds for seconds, _ in till]),
            limit=floor,
            unit="s",
            allowed=floor + allowed_more_seconds,
            target=f"bare window + {allowed_more_seconds} s",
            detail=f"{RUNS} runs each, {products:,} products",
        ),
        Figure(
            name=f"{name}_memory",
            product=median([mib for _, mib in till]),
            limit=median([mib for _, mib in bare]),
            unit="MiB",
            allowed=allowed_mib,
            target="resident, after a scan",
        ),
    )


def _run(*arguments: str) -> tuple[float, float]:
    """Start a window; return (seconds until it was ready, MiB it then held)."""
    command = [sys.executable, "-m", "benchmarks.started", *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=Path(ROOT), env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        raise NotMeasured(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    if not said["scanned"]:
        after = said["ready"] - started
        raise NotMeasured(
            f"the till was painted after {after:.1f} s but did not take a scan:\n{done.stderr[-2000:]}"
        )
    return said["ready"] - started, said["memory_mib"]
