"""One measured figure beside the limit that was measured in the same run, and how it is printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


class NotMeasured(Exception):
    """A benchmark could not measure what it is for; the text says why. Never a figure that looks fine."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the product needs, what the machine's own limit is, and what is allowed.

    `product`, `limit` and `allowed` share `unit`; smaller is better. `limit` is the same work done
    without the product (a bare window, a raw write), so the ratio says what the product adds.
    `target` says in words how `allowed` comes about. `detail` is for whoever looks closer.
    """

    name: str
    product: float
    limit: float
    unit: str
    allowed: float
    target: str
    detail: str = ""

    @property
    def ratio(self) -> float:
        """Return product ÷ limit; infinite when the limit could not be told from nothing."""
        return self.product / self.limit if self.limit else math.inf

    @property
    def ok(self) -> bool:
        """Say whether the product is within what is allowed."""
        return self.product <= self.allowed

    def line(self) -> str:
        """Return `name | product | limit | ratio | target | ok/short`."""
        cells = (
            self.name,
            f"{self.product:.2f} {self.unit}",
            f"{self.limit:.2f} {self.unit}",
            f"{self.ratio:.2f}",
            f"<= {self.allowed:.2f} {self.unit} ({self.target})",
            "ok" if self.ok else "short",
        )
        return " | ".join(cells)

    def as_json(self) -> dict[str, str | float | bool]:
        """Return the figure for machines; the numbers are not rounded."""
        return {
            "name": self.name,
            "product": self.product,
            "limit": self.limit,
            "ratio": self.ratio,
            "unit": self.unit,
            "allowed": self.allowed,
            "target": self.target,
            "detail": self.detail,
            "ok": self.ok,
        }


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the smallest sample that `percent` of all samples do not exceed (nearest rank)."""
    if not samples:
        raise ValueError("no samples")
    rank = max(1, math.ceil(len(samples) * percent / 100))
    return sorted(samples)[rank - 1]


def median(samples: Sequence[float]) -> float:
    """Return the middle sample (the lower of two)."""
    return percentile(samples, 50)
