"""`python -m tests.long.random_texts --count 1000000`: read random and damaged texts; none may raise.

The same seed gives the same texts. It ends with the error, the text and its rules when a law is broken.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from decimal import Decimal

from retail.barcode import (
    LONGEST_CODE,
    UNREADABLE_REASONS,
    BarcodeRule,
    EmbeddedCode,
    ProductCode,
    Scan,
    Secret,
    Unreadable,
    check_digit,
    read,
)
from retail.freshness import freshness
from retail.label_price import LabelPriceRefused, label_price_minor
from retail.label_rule import KINDS

NOW = "2026-11-22T10:00:00+08:00"
GTIN = "04006381333931"
SEEDS = (
    "4006381333931",
    "036000291452",
    "96385074",
    "04252614",
    "425261",
    "10012345678902",
    "2012345012844",
    "2112345005072",
    "261234501299012847",
    "134567890123456789",
    "2845123456789012",
    "6212345678901234567",
    "]E04006381333931",
    "]E3977147396801207",
    f"01{GTIN}172601313103001284",
    f"]C101{GTIN}10LOT7\x1d21SER1\x1d15260101",
    f"]d201{GTIN}70032601041830\x1d39329781299\x1d99a",
    f"(01){GTIN}(17)260131(10)A7(3952)000350",
    f"(01){GTIN}(10)A7(10)A8",
    "(410)9521234567899",
    "00395011013000000034",
    f"02{GTIN}3712",
    f"https://id.gs1.org/01/{GTIN}/10/A%2F7/21/S1?17=260131&3103=000195&linkType=x#y",
    "https://example.com/page",
    "MBR00008817",
    "CPN-SPRING5",
    "STF0001",
    "T2-000412-7",
    "GFT1234567890128",
    "PKP471107",
    "EVP1.eyJvIjoxfQ.c2ln",
    "LOC-A-03",
    "BAG-T-14",
    "ENR-7KQ2-M9XD",
    "SHELF-17",
    "茉莉花茶",
)
"""One of each kind of text; most random texts are made by damaging these."""

ALPHABETS = (
    "0123456789",
    "0123456789()]CEdQe\x1d",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-./:%?&=#",
    "MBRCPNSTFGFTPKPEVP1.LOCENR-0123456789",
    " \t\r\n\x00\x02\x03\x1b\x1c\x1d\x1e\x7f\x85\xa0\u2028\ufeff\u200f",
    "٠١٢٣٤٥٦٧٨٩０１２３²③½ßŉıİſKéñ茶🍵\ud800\udfff",
)
PATTERN_SIGNS = "0123456789IINNWPVC..{}{NNDDD}|*.*AB-()"


def check_random_texts(count: int, *, seed: int = 1) -> Counter[str]:
    """Read `count` random texts by random rules; return how often each meaning came out.

    Every text must give a meaning or a reason, the same one each time; what it means must be usable: dates
    and prices can be judged, nothing unprintable or secret is shown. Raises `AssertionError` otherwise, or
    whatever `read` raises.
    """
    chance = random.Random(seed)
    rules = random_rules(chance)
    found: Counter[str] = Counter()
    for number in range(count):
        if number % 500 == 0:
            rules = random_rules(chance)
        fits = rules and number % 10 == 0
        text = fitting(chance.choice(rules).pattern, chance) if fits else random_text(chance)
        try:
            found[check(text, rules)] += 1
        except Exception as broken:
            broken.add_note(f"text {text!r}, rules {rules!r}, seed {seed}, number {number}")
            raise
    return found


def check(text: str, rules: tuple[BarcodeRule, ...]) -> str:
    """Read one text, hold it to the laws, and return the name of its meaning or its reason."""
    scan = read(text, rules)
    assert isinstance(scan, Scan)
    assert read(text, rules) == scan
    if isinstance(scan, Unreadable):
        assert scan.reason in UNREADABLE_REASONS
        assert scan.code.isprintable()
        assert len(scan.code) <= 64
        return scan.reason
    if isinstance(scan, Secret):
        assert scan.text
        assert repr(scan) == f"{type(scan).__name__}({len(scan.text)} characters)"
    if isinstance(scan, ProductCode):
        assert scan.candidates
        assert len(set(scan.candidates)) == len(scan.candidates)
        assert all(0 < len(form) <= LONGEST_CODE for form in scan.candidates)
        freshness(scan, NOW)
    if isinstance(scan, ProductCode | EmbeddedCode):
        assert scan.weight is None or (scan.weight.is_finite() and scan.weight >= Decimal(0))
        assert scan.count is None or scan.count >= 0
        try:
            price = label_price_minor(scan, currency_code="EUR", digits=2)
        except LabelPriceRefused:
            price = None
        assert price is None or price >= 0
    return type(scan).__name__


def random_text(chance: random.Random) -> str:
    """Return a text: mostly a damaged one of a known kind, else two in one, or signs of one alphabet."""
    kind = chance.random()
    if kind < 0.7:
        return damaged(chance.choice(SEEDS), chance)
    if kind < 0.75:
        return chance.choice(SEEDS) + chance.choice(SEEDS)
    length = chance.randint(0, 40) if kind < 0.98 else chance.randint(0, 2 * LONGEST_CODE)
    return "".join(chance.choices(chance.choice(ALPHABETS), k=length))


def fitting(pattern: str, chance: random.Random) -> str:
    """Return a text that nearly fits a rule's pattern: digits for its letters, perhaps a check digit."""
    text = "".join(
        sign if sign.isdigit() else chance.choice("0123456789") for sign in pattern if sign not in "{}"
    )
    return text[:-1] + str(check_digit(text[:-1])) if text and chance.random() < 0.5 else text


def damaged(text: str, chance: random.Random) -> str:
    """Return a text with up to four signs changed, lost, added, doubled or moved."""
    for _ in range(chance.randint(0, 4)):
        place = chance.randint(0, len(text))
        sign = chance.choice(chance.choice(ALPHABETS))
        change = chance.randint(0, 4)
        if change == 0:
            text = text[:place] + sign + text[place + 1 :]
        elif change == 1:
            text = text[:place] + text[place + 1 :]
        elif change == 2:
            text = text[:place] + sign + text[place:]
        elif change == 3:
            text = text[:place] + text[max(0, place - 3) :]
        else:
            text = text[place:] + text[:place]
    return text


def random_rules(chance: random.Random) -> tuple[BarcodeRule, ...]:
    """Return up to six rules, some with sense and some without."""
    sound = ("20IIIIINNNNNC", "21.....{NNNDD}", "26IIIIINNNNNWWWWWC", "22IIIIPNNNNNC", "A.*|B..", "1.*")
    return tuple(
        BarcodeRule(
            position=chance.randint(-2, 5),
            pattern=chance.choice(sound)
            if chance.random() < 0.5
            else "".join(chance.choices(PATTERN_SIGNS, k=chance.randint(0, 18))),
            kind=chance.choice((*KINDS, "price", "weight", "nothing")),
            value_decimals=chance.choice((0, 0, 0, 1, -1, 9)),
        )
        for _ in range(chance.randint(0, 6))
    )


def main(arguments: list[str]) -> None:
    """Run the laws over many texts and print what came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.long.random_texts", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    found = check_random_texts(options.count, seed=options.seed)
    seconds = time.monotonic() - begun
    for name, times in found.most_common():
        sys.stdout.write(f"{times:>10,}  {name}\n")
    sys.stdout.write(f"{found.total():>10,}  texts in {seconds:.0f} s, none raised (seed {options.seed})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
