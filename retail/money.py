"""Exact money: whole minor units, named rounding, allocation without loss, cash and its pieces.

An amount is an `int` in minor units of a currency (cents, yen, fils). A unit price is a `Decimal` in
minor units, which may be finer than one. No float ever comes near either.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum
from typing import Final

import msgspec

LARGEST_AMOUNT_MINOR: Final = 999_999_999_999
"""No price, line, tender or document is larger: twelve digits are exact in every system that reads us."""

MOST_CHANGE_STEPS: Final = 200_000
"""The search for change from a short drawer gives up after this many combinations."""


class UnknownCurrency(ValueError):
    """A code that is not an ISO 4217 currency."""

    code = "unknown_currency"

    def __init__(self, currency_code: str) -> None:
        super().__init__(f"unknown currency {currency_code!r}")
        self.currency_code = currency_code


class AmountRefused(ValueError):
    """An amount that cannot be taken; `code` names the reason for a translated sentence.

    Codes: `zero`, `negative`, `too_large`, `not_a_number`.
    """

    def __init__(self, code: str, amount: object) -> None:
        super().__init__(f"amount {amount!r} refused: {code}")
        self.code = code
        self.amount = amount


class AllocationImpossible(ValueError):
    """An amount cannot be divided over these weights (none, negative, or all zero)."""


class ChangeImpossible(ValueError):
    """The amount cannot be handed over in the given notes and coins."""

    def __init__(self, amount_minor: int) -> None:
        super().__init__(f"no notes and coins make {amount_minor}")
        self.amount_minor = amount_minor


class Currency(msgspec.Struct, frozen=True):
    """A currency: its ISO 4217 code, how many decimals it has, and the symbol that people know."""

    code: str
    digits: int
    symbol: str


_CODES_BY_DIGITS: Final[dict[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
        "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
        "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
        "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
        "TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""ISO 4217 list one (active codes), by number of decimals."""

_SYMBOLS: Final[dict[str, str]] = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "C$",
    "CNY": "¥",
    "CZK": "Kč",
    "DKK": "kr",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "IDR": "Rp",
    "ILS": "₪",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MOP": "MOP$",
    "MYR": "RM",
    "NOK": "kr",
    "NZD": "NZ$",
    "PHP": "₱",
    "PLN": "zł",
    "SEK": "kr",
    "SGD": "S$",
    "THB": "฿",
    "TRY": "₺",
    "TWD": "NT$",
    "UAH": "₴",
    "USD": "$",
    "VND": "₫",
}

CURRENCIES: Final[dict[str, Currency]] = {
    code: Currency(code, digits, _SYMBOLS.get(code, code))
    for digits, codes in _CODES_BY_DIGITS.items()
    for code in codes.split()
}
"""Every currency by its code."""


def currency(code: str) -> Currency:
    """Return a currency by its ISO 4217 code; raises `UnknownCurrency`."""
    found = CURRENCIES.get(code)
    if found is None:
        raise UnknownCurrency(code)
    return found


class Rounding(StrEnum):
    """How a value between two whole minor units becomes one of them; `up` is away from zero."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


_DECIMAL_ROUNDING: Final[dict[Rounding, str]] = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
}


def round_to_minor(value: Decimal, rounding: Rounding) -> int:
    """Round a value in minor units to a whole number of them; raises `AmountRefused("not_a_number")`."""
    if not value.is_finite():
        raise AmountRefused("not_a_number", value)
    return int(value.to_integral_value(rounding=_DECIMAL_ROUNDING[rounding]))


def round_ratio(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round `numerator / denominator` to a whole number, exactly; the denominator is positive."""
    if rounding is Rounding.HALF_UP and numerator >= 0:  # by far the most frequent
        return (2 * numerator + denominator) // (2 * denominator)
    whole, rest = divmod(abs(numerator), denominator)
    if rest:
        twice = 2 * rest
        if rounding is Rounding.UP:
            whole += 1
        elif rounding is Rounding.HALF_UP:
            whole += twice >= denominator
        elif rounding is Rounding.HALF_EVEN:
            whole += twice > denominator or (twice == denominator and whole % 2 == 1)
    return -whole if numerator < 0 else whole


def checked_amount(amount_minor: int) -> int:
    """Return an amount that can be taken from a customer; raises `AmountRefused`."""
    if amount_minor < 0:
        raise AmountRefused("negative", amount_minor)
    if amount_minor == 0:
        raise AmountRefused("zero", amount_minor)
    if amount_minor > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", amount_minor)
    return amount_minor


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount in proportion to weights, so that the shares sum to it exactly.

    The method of the largest remainder (Hamilton): each share is its exact part rounded down, and what
    is left goes one by one to the largest remainders, ties to the earlier. Negative totals mirror
    positive ones. Raises `AllocationImpossible` for a negative weight, or weights that sum to zero when
    there is something to divide.
    """
    if total < 0:
        return tuple(-share for share in allocate(-total, weights))
    whole_weight = sum(weights)
    if whole_weight <= 0:
        if total == 0 and all(weight == 0 for weight in weights):
            return (0,) * len(weights)
        raise AllocationImpossible(f"cannot divide {total} over weights {tuple(weights)!r}")
    if min(weights) < 0:
        raise AllocationImpossible(f"a weight is negative: {tuple(weights)!r}")
    parts = [divmod(total * weight, whole_weight) for weight in weights]
    shares = [share for share, _ in parts]
    left = total - sum(shares)
    if left:
        by_remainder = sorted(range(len(parts)), key=lambda position: -parts[position][1])
        for position in by_remainder[:left]:
            shares[position] += 1
    return tuple(shares)


class CashRounding(msgspec.Struct, frozen=True):
    """Cash is paid in steps of `increment_minor` (1 means: no rounding of cash)."""

    increment_minor: int = 1
    rounding: Rounding = Rounding.HALF_UP

    def __post_init__(self) -> None:
        if self.increment_minor < 1:
            raise AmountRefused("zero" if self.increment_minor == 0 else "negative", self.increment_minor)

    def rounded(self, amount_minor: int) -> int:
        """Return the amount that is paid when it is paid in cash."""
        return round_ratio(amount_minor, self.increment_minor, self.rounding) * self.increment_minor


def change_in_pieces(
    amount_minor: int,
    denominations_minor: Sequence[int],
    available: Mapping[int, int] | None = None,
) -> tuple[tuple[int, int], ...]:
    """Return the notes and coins to hand over as `(denomination, count)`, largest first.

    Largest pieces are taken first; when that does not come out (a drawer without fives), fewer of the
    large ones are tried. `available` limits the count of each piece, `None` means enough of each.
    Raises `ChangeImpossible`, or `AmountRefused("negative")`.
    """
    if amount_minor < 0:
        raise AmountRefused("negative", amount_minor)
    pieces = sorted({piece for piece in denominations_minor if piece > 0}, reverse=True)
    limits = [amount_minor // piece if available is None else available.get(piece, 0) for piece in pieces]
    if amount_minor and (not pieces or amount_minor % math.gcd(*pieces)):
        raise ChangeImpossible(amount_minor)
    counts = _piece_counts(amount_minor, pieces, limits)
    if counts is None:
        raise ChangeImpossible(amount_minor)
    return tuple((piece, count) for piece, count in zip(pieces, counts, strict=True) if count)


def _piece_counts(amount: int, pieces: Sequence[int], limits: Sequence[int]) -> list[int] | None:
    """Search counts depth first, most of the largest first; `None` when nothing makes the amount."""
    counts: list[int] = []
    rests: list[int] = [amount]
    dead_ends: set[tuple[int, int]] = set()
    for _ in range(MOST_CHANGE_STEPS):
        depth, rest = len(counts), rests[-1]
        if rest == 0:
            return counts + [0] * (len(pieces) - depth)
        if depth < len(pieces) and (depth, rest) not in dead_ends:
            count = max(0, min(rest // pieces[depth], limits[depth]))
            counts.append(count)
            rests.append(rest - count * pieces[depth])
            continue
        while counts and counts[-1] == 0:
            counts.pop()
            rests.pop()
            dead_ends.add((len(counts), rests[-1]))
        if not counts:
            return None
        counts[-1] -= 1
        rests[-1] += pieces[len(counts) - 1]
    return None
