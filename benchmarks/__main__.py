"""`python -m benchmarks [--json] [names]`: measure, print one line a figure, exit 1 when one is short."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module

from benchmarks.figure import Figure, NotMeasured

BENCHMARKS: tuple[str, ...] = (
    "start_up",
    "scan_to_paint",
    "durable_complete",
    "search",
    "pricing",
    "barcodes",
    "storefront",
    "orders",
    "intake",
    "order_to_till",
    "pickup_board",
    "price_change",
    "idle_tills",
    "million_bootstrap",
    "million_till",
)
"""Every benchmark: a module of this package with `measure() -> tuple[Figure, ...]`."""


def main(arguments: list[str]) -> int:
    """Run the named benchmarks (all without a name) and return the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    parser.add_argument("names", nargs="*", metavar="name", help=" ".join(BENCHMARKS))
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {' '.join(unknown)}; there are: {' '.join(BENCHMARKS)}")
    figures: list[Figure] = []
    failed = False
    for name in options.names or BENCHMARKS:
        try:
            measured: tuple[Figure, ...] = import_module(f"benchmarks.{name}").measure()
        except NotMeasured as reason:
            print(f"{name} | not measured | {reason}", file=sys.stderr, flush=True)
            failed = True
            continue
        figures += measured
        if not options.json:
            print(*(figure.line() for figure in measured), sep="\n", flush=True)
    if options.json:
        print(json.dumps([figure.as_json() for figure in figures], indent=2))
    return 1 if failed or not all(figure.ok for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
