"""How long a scanned text takes to be understood, over all kinds and the slowest, and where the time goes.

`python -m benchmarks.barcodes` prints the profile of reading every kind, function by function.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter_ns

from benchmarks.figure import Figure, median, percentile
from retail.barcode import BarcodeRule, read

ROUNDS = 2_000
ALLOWED_US = 30.0
GTIN = "04006381333931"
SCANS = {
    "EAN-13": "4006381333931",
    "UPC-A": "036000291452",
    "EAN-8": "96385074",
    "UPC-E": "04252614",
    "UPC-E of six digits": "425261",
    "ITF-14": "10012345678902",
    "EAN-13 with add-on": "]E3977147396801207",
    "damaged EAN-13": "4006381333932",
    "weight label": "2012345012844",
    "price label": "2112345005072",
    "price label with inner check digit": "2212346146856",
    "label with weight and price": "231234501299012840",
    "label by a nomenclature": "2412345005073",
    "GS1 with trade item": f"01{GTIN}",
    "GS1 with 4 elements": f"01{GTIN}1726123110LOT7\x1d21SER123456",
    "GS1 with weight and price": f"]e001{GTIN}310300128439221299\x1d10AB12",
    "GS1 with internal elements": f"]d201{GTIN}21{'A' * 13}\x1d91EE06\x1d92{'B' * 44}",
    "GS1 in brackets": f"(01){GTIN}(17)261231(10)LOT7(21)SER123456",
    "GS1 with a bad date": f"]C101{GTIN}17261301",
    "Digital Link": f"https://id.gs1.org/01/{GTIN}/10/LOT7/21/SER1?17=261231&3103=001284",
    "Digital Link with escapes": f"https://shop.example/tea/01/{GTIN}/10/LOT%2F7?17=261231&linkType=all",
    "web address": "https://shop.example/offers?page=1",
    "payment code": "134567890123456789",
    "member card": "MBR00008817",
    "member card of a rule": "VIP-00008817",
    "coupon": "CPNSPRING5",
    "gift card": "GFT1234567890128",
    "receipt": "T2-000412-7",
    "pickup code": f"EVP1.{'A' * 60}.{'B' * 86}",
    "place": "LOC-A-03",
    "own code": "SHELF-LABEL-17",
    "own code of 256 signs": "x" * 256,
    "Chinese text": "茉莉花茶" * 64,
    "control characters": "tea\x00" * 64,
    "a page of text": "x" * 4_000,
}
"""One of each kind of text."""

RULES = (
    BarcodeRule(position=1, pattern="20IIIIINNNNNC", kind="weight"),
    BarcodeRule(position=2, pattern="21IIIIINNNNNC", kind="price"),
    BarcodeRule(position=3, pattern="22IIIIPNNNNNC", kind="price"),
    BarcodeRule(position=4, pattern="23IIIIINNNNNWWWWWC", kind="price"),
    BarcodeRule(position=5, pattern="24.....{NNNDD}", kind="price"),
    BarcodeRule(position=6, pattern="VIP-.*", kind="member"),
)

STAGES = {
    "telling kinds apart": ("barcode.py",),
    "the shop's rules": ("label_rule.py",),
    "GS1 elements": ("gs1.py",),
    "their contents": ("element_content.py",),
    "trade item numbers": ("gtin.py",),
    "receipt numbers": ("receipt_number.py",),
    "hiding secrets": ("scan.py", "_own", "_refused", "_hides_secrets", "_is_secret"),
}
"""Where the time goes: the parts of reading by their modules, or by functions of another module."""


def measure() -> tuple[Figure, ...]:
    """Return the figures of `retail.barcode`: the average over all kinds of texts, and the slowest kind.

    Of one kind the median is judged and its p99 told: a machine that is interrupted a thousand times a second
    puts an interruption into more than every hundredth reading of 20 us, whatever the reading does.
    """
    by_kind = {kind: _samples_us(text, _read) for kind, text in SCANS.items()}
    p99 = {kind: percentile(samples, 99) for kind, samples in by_kind.items()}
    limit = percentile(_samples_us(GTIN, _sum_of_digits), 99)
    usual = {kind: median(samples) for kind, samples in by_kind.items()}
    slowest = max(usual, key=lambda kind: usual[kind])
    average = sum(usual.values()) / len(usual)
    every = f"the average of {len(SCANS)} kinds of texts, median {average:.2f} us"
    one = f"{slowest}, p99 {p99[slowest]:.2f} us"
    return (
        _figure("read a barcode", "p99", sum(p99.values()) / len(p99), limit, every, tuple(SCANS.values())),
        _figure("read the slowest barcode", "median", usual[slowest], limit, one, (SCANS[slowest],)),
    )


def _figure(
    name: str, target: str, product: float, limit: float, detail: str, texts: Sequence[str]
) -> Figure:
    shares = ", ".join(f"{stage} {share:.0%}" for stage, share in _shares(texts).items() if share >= 0.005)
    return Figure(
        name=name,
        product=product,
        limit=limit,
        unit="us",
        allowed=ALLOWED_US,
        target=target,
        detail=f"{detail}, {len(RULES)} rules; {shares} (as profiled); limit: the sum of fourteen digits",
    )


def _shares(texts: Sequence[str]) -> dict[str, float]:
    """Return which part of the time of reading each stage takes itself, as the profiler sees it.

    What is built into Python counts for the function that calls it.
    """
    stats = _profile(texts).stats  # type: ignore[attr-defined]  # typeshed leaves `stats` out
    own: Counter[tuple[str, str]] = Counter()
    for (file, _, name), (_, _, seconds, _, callers) in stats.items():
        if file == "~":
            for (calling, _, caller), (_, _, inside, _) in callers.items():
                own[Path(calling).name, caller] += inside
        else:
            own[Path(file).name, name] += seconds
    stage_of = {each: stage for stage, members in STAGES.items() for each in members}
    shares = dict.fromkeys(STAGES, 0.0)
    for (file, name), seconds in own.items():
        stage = stage_of.get(name) or stage_of.get(file)
        if stage:
            shares[stage] += seconds / own.total()
    return shares


def _profile(texts: Sequence[str], rounds: int = 200) -> pstats.Stats:
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(rounds):
        for text in texts:
            read(text, RULES)
    profiler.disable()
    return pstats.Stats(profiler)


def _read(text: str) -> object:
    return read(text, RULES)


def _sum_of_digits(text: str) -> object:
    return sum(map(int, text))


def _samples_us(text: str, work: Callable[[str], object]) -> list[float]:
    for _ in range(50):
        work(text)
    samples = []
    gc.collect()
    for _ in range(ROUNDS):
        begun = perf_counter_ns()
        work(text)
        samples.append((perf_counter_ns() - begun) / 1e3)
    return samples


if __name__ == "__main__":
    _profile(tuple(SCANS.values())).sort_stats("tottime").print_stats(25)
