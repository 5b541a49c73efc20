"""What the processes of a soak use, looked at every few seconds from outside, and whether it stays flat."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

TICKS = os.sysconf("SC_CLK_TCK")
TEN_MINUTES = 600.0
MOST_RATIO = 1.03
"""What the median memory of the last sixth may be of that of the sixth before."""

MOST_MORE = 4
"""So many threads and files more in the last third are no leak: a connection that was just opened."""

FEWEST_SAMPLES = 12


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process used at a moment."""

    seconds: float
    memory_mb: float
    threads: int
    files: int


@dataclass(slots=True)
class Watched:
    """One process, as long as it lives. `tills` is how many run in it, 0 for the centre."""

    name: str
    pid: int
    tills: int
    samples: list[Sample] = field(default_factory=list)

    def look(self, now: float) -> None:
        """Take a sample; a process that has ended gives none."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("ascii", errors="replace")
            files = sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())
        except OSError:
            return
        words = dict(line.partition(":")[::2] for line in status.splitlines())
        if "VmRSS" in words:
            memory = int(words["VmRSS"].split()[0]) / 1024
            self.samples.append(Sample(now, memory, int(words["Threads"]), files))


def processor_seconds(pid: int) -> float:
    """Return how long a process has computed so far, 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a process stayed flat.

    `memory_mb` are the medians of the last third's halves, `slope_mb` is the slope in that third; threads and
    files are the medians of the second and of the last third.
    """

    name: str
    memory_mb: tuple[float, float]
    slope_mb: float
    threads: tuple[float, float]
    files: tuple[float, float]
    most_slope_mb: float | None
    course_mb: tuple[float, ...] = ()
    """The median of every two minutes of its life."""

    @property
    def complaints(self) -> list[str]:
        """Return what grew."""
        said = []
        before, after = self.memory_mb
        if after > before * MOST_RATIO:
            said.append(f"{self.name}: memory grew from {before:.1f} to {after:.1f} MB")
        if self.most_slope_mb is not None and self.slope_mb > self.most_slope_mb:
            said.append(f"{self.name}: memory grows by {self.slope_mb:.2f} MB in ten minutes")
        for what, (one, other) in (("threads", self.threads), ("open files", self.files)):
            if other > one * 1.1 + MOST_MORE:
                said.append(f"{self.name}: {one:.0f} {what}, then {other:.0f}")
        return said

    def __str__(self) -> str:
        slope = f"{self.slope_mb:+.2f} MB in 10 minutes"
        return (
            f"{self.name:10s} {self.memory_mb[0]:6.1f} → {self.memory_mb[1]:6.1f} MB ({slope}), "
            f"threads {self.threads[0]:.0f} → {self.threads[1]:.0f}, "
            f"files {self.files[0]:.0f} → {self.files[1]:.0f}; "
            f"MB every two minutes: {' '.join(f'{each:.0f}' for each in self.course_mb)}"
        )


def verdict(
    watched: Watched, began: float, ended: float, *, most_slope_mb: float | None = None
) -> Verdict | None:
    """Judge a process by the last third of a run, when it lived through the second; None when it did not.

    The second third is there to warm up: memory that is only used again later is asked for once, in a curve
    that bends, and a straight line through the bend would call it growth.
    """
    third = (ended - began) / 3
    second = [one for one in watched.samples if began + third <= one.seconds < began + 2 * third]
    last = [one for one in watched.samples if began + 2 * third <= one.seconds <= ended]
    if min(len(second), len(last)) < FEWEST_SAMPLES:
        return None

    def both(of: Callable[[Sample], float]) -> tuple[float, float]:
        return median(map(of, second)), median(map(of, last))

    memory = [one.memory_mb for one in last]
    half = len(memory) // 2
    return Verdict(
        watched.name,
        (median(memory[:half]), median(memory[half:])),
        slope([(one.seconds, one.memory_mb) for one in last]) * TEN_MINUTES,
        both(lambda one: one.threads),
        both(lambda one: one.files),
        most_slope_mb,
        tuple(median(each) for each in _every_two_minutes(watched.samples)),
    )


def _every_two_minutes(samples: Sequence[Sample]) -> list[list[float]]:
    found: dict[int, list[float]] = {}
    for one in samples:
        found.setdefault(int(one.seconds // (TEN_MINUTES / 5)), []).append(one.memory_mb)
    return [found[place] for place in sorted(found)]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the median of the slopes between each two points, which no single step moves.

    Theil, "A rank-invariant method of linear and polynomial regression analysis" (1950); Sen (1968).
    """
    slopes = [
        (height - before) / (later - earlier)
        for place, (later, height) in enumerate(points)
        for earlier, before in points[:place]
        if later > earlier
    ]
    return median(slopes) if slopes else 0.0


class Throttle:
    """Lets all processes together use so much of one processor, by the pause between two acts."""

    def __init__(self, share: float, pause: float) -> None:
        self._share = share
        self.pause = pause
        self.used: Counter[str] = Counter()
        self._known: dict[int, float] = {}
        self._at = time.monotonic()

    def look(self, pids: Mapping[int, str]) -> bool:
        """Look at what was used since the last look, by what; return whether the pause is another now."""
        now = time.monotonic()
        here = {pid: processor_seconds(pid) for pid in pids}
        spent = {pid: seconds - self._known.get(pid, 0.0) for pid, seconds in here.items() if seconds}
        share = sum(spent.values()) / max(0.001, now - self._at)
        for pid, seconds in spent.items():
            self.used[pids[pid]] += seconds  # type: ignore[assignment]  # a counter of seconds
        self._known, self._at = here, now
        before = self.pause
        if share > self._share:
            self.pause = min(5.0, self.pause * 1.2)
        elif share < self._share * 0.85:
            self.pause = max(0.02, self.pause * 0.9)
        return self.pause != before
