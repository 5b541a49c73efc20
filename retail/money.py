"""Exact money: whole minor units, named rounding, allocation without loss, cash and its pieces.

An amount is an `int` in minor units of a currency (cents, yen, fils). A unit price is a `Decimal` in
minor units, which may be finer than one. No float ever comes near either. Everything is symmetric
about zero: what a return gives back mirrors what its sale took.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from enum import StrEnum
from typing import Final

import msgspec

LARGEST_AMOUNT_MINOR: Final = 999_999_999_999
"""No price, line, tender or document is larger: twelve digits are exact in every system that reads us."""

MOST_CURRENCY_DIGITS: Final = 4
"""ISO 4217 knows no currency with more decimals (the Chilean unidad de fomento has four)."""

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

    Codes: `zero`, `negative`, `too_large`, `not_a_number`, and for a text also `empty` and `too_precise`.
    """

    def __init__(self, code: str, amount: object) -> None:
        super().__init__(f"amount {amount!r} refused: {code}")
        self.code = code
        self.amount = amount


class AllocationImpossible(ValueError):
    """An amount cannot be divided over these weights (none, negative, or all zero)."""

    code = "allocation_impossible"


class ChangeImpossible(ValueError):
    """The amount cannot be handed over in the given notes and coins."""

    code = "change_impossible"

    def __init__(self, amount_minor: int, sentence: str = "no notes and coins make") -> None:
        super().__init__(f"{sentence} {amount_minor}")
        self.amount_minor = amount_minor


class ChangeNotFound(ChangeImpossible):
    """The search for notes and coins was given up after `MOST_CHANGE_STEPS`; there may be an answer."""

    code = "change_not_found"

    def __init__(self, amount_minor: int) -> None:
        super().__init__(amount_minor, "the search ended before it found notes and coins that make")


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
    """How a value between two whole minor units becomes one of them; `up` is away from zero.

    The names are those of IEEE 754-2019 section 4.3 in a shopkeeper's words; `half_down` is what New
    Zealand's Reserve Bank leaves to the shop for a cash amount that ends in five cents.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"


_TO_WHOLE: Final[dict[Rounding, Callable[[Decimal], Decimal]]] = {
    Rounding.HALF_UP: Context(rounding=ROUND_HALF_UP).to_integral_value,
    Rounding.HALF_EVEN: Context(rounding=ROUND_HALF_EVEN).to_integral_value,
    Rounding.HALF_DOWN: Context(rounding=ROUND_HALF_DOWN).to_integral_value,
    Rounding.UP: Context(rounding=ROUND_UP).to_integral_value,
    Rounding.DOWN: Context(rounding=ROUND_DOWN).to_integral_value,
}
"""Rounds a number to a whole one; a context of its own for each is much faster than to name the rounding."""

_LARGEST_DIGITS: Final = len(str(LARGEST_AMOUNT_MINOR))


def to_whole(value: Decimal, rounding: Rounding) -> Decimal:
    """Round a finite number to a whole one."""
    return _TO_WHOLE[rounding](value)


def round_to_minor(value: Decimal, rounding: Rounding) -> int:
    """Round a value in minor units to a whole number of them.

    Raises `AmountRefused("not_a_number")`, or `AmountRefused("too_large")` before a number such as
    `1E+999999999` is ever written out.
    """
    if not value.is_finite():
        raise AmountRefused("not_a_number", value)
    if value.adjusted() >= _LARGEST_DIGITS:
        raise AmountRefused("too_large", value)
    return int(_TO_WHOLE[rounding](value))


def round_ratio(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round `numerator / denominator` to a whole number, exactly; the denominator is positive."""
    assert denominator > 0, "a ratio is written with its sign above the line"
    if rounding is Rounding.HALF_UP and numerator >= 0:  # by far the most frequent
        return (2 * numerator + denominator) // (2 * denominator)
    whole, rest = divmod(abs(numerator), denominator)
    if rest:
        twice = 2 * rest
        if rounding is Rounding.UP:
            whole += 1
        elif rounding is Rounding.HALF_UP:
            whole += twice >= denominator
        elif rounding is Rounding.HALF_DOWN:
            whole += twice > denominator
        elif rounding is Rounding.HALF_EVEN:
            whole += twice > denominator or (twice == denominator and whole % 2 == 1)
    return -whole if numerator < 0 else whole


def checked_amount(amount_minor: int) -> int:
    """Return an amount that can be taken from a customer; raises `AmountRefused`."""
    if amount_minor < 0:
        raise AmountRefused("negative", amount_minor)
    if amount_minor == 0:
        raise AmountRefused("zero", amount_minor)
    return checked_size(amount_minor)


def checked_size(amount_minor: int) -> int:
    """Return an amount of either sign that a document can show; raises `AmountRefused("too_large")`."""
    if not -LARGEST_AMOUNT_MINOR <= amount_minor <= LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", amount_minor)
    return amount_minor


_AMOUNT_TEXT: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_LONGEST_QUOTE: Final = 40
"""A refusal repeats no more of a text than this."""


def parse_amount(text: str, digits: int, *, negative: bool = False) -> int:
    """Read an amount such as `12.34` in minor units of a currency with `digits` decimals.

    There is one notation, so that `1,234` of one country is never taken for `1.234` of another: ASCII
    digits, a point before the decimals, and a minus in front where `negative` amounts may be. Fewer
    decimals than the currency has are filled with zeros. Raises `AmountRefused`: `empty`; `negative`;
    `too_large`; `too_precise` (more decimals than the currency has, zeros too: `1.000` may have meant a
    thousand); `not_a_number` for everything else (NaN, exponents, separators, spaces, signs, currencies).
    """
    assert 0 <= digits <= MOST_CURRENCY_DIGITS, "the decimals of a currency"
    quoted = text[:_LONGEST_QUOTE]
    if not text:
        raise AmountRefused("empty", quoted)
    found = _AMOUNT_TEXT.fullmatch(text)
    if found is None:
        raise AmountRefused("not_a_number", quoted)
    sign, whole, decimals = found[1], found[2].lstrip("0"), found[3] or ""
    if sign and not negative:
        raise AmountRefused("negative", quoted)
    if len(decimals) > digits:
        raise AmountRefused("too_precise", quoted)
    if len(whole) + digits > _LARGEST_DIGITS:
        raise AmountRefused("too_large", quoted)
    minor = int(whole + decimals.ljust(digits, "0") or "0")
    return -minor if sign else minor


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount in proportion to weights, so that the shares sum to it exactly.

    The method of the largest remainder (Hamilton): each share is its exact part rounded down, and what
    is left goes one by one to the largest remainders, ties to the earlier. Negative totals mirror
    positive ones. Raises `AllocationImpossible` for a negative weight, or weights that sum to zero when
    there is something to divide, and `AmountRefused("too_large")`.
    """
    checked_size(total)
    whole_weight = sum(weights)
    if whole_weight <= 0:
        if total == 0 and all(weight == 0 for weight in weights):
            return (0,) * len(weights)
        raise AllocationImpossible(f"cannot divide {total} over weights {tuple(weights)!r}")
    if min(weights) < 0:
        raise AllocationImpossible(f"a weight is negative: {tuple(weights)!r}")
    return apportion(total, [total * weight for weight in weights], whole_weight)


def apportion(total: int, numerators: Sequence[int], denominator: int) -> tuple[int, ...]:
    """Round the exact shares `numerator / denominator` so that together they come to `total`.

    Each share is rounded towards zero; what is then missing (or too much) goes one by one to the
    largest remainders of its sign, ties to the earlier, so every share stays within one of its exact
    value and mirrored shares give the mirrored answer. `total` is the sum of the shares rounded either
    way; raises `AllocationImpossible` for one that is further away than there are remainders.
    """
    if numerators and min(numerators) < 0:
        shares = [one // denominator if one >= 0 else -(-one // denominator) for one in numerators]
        rests = [one - share * denominator for one, share in zip(numerators, shares, strict=True)]
    else:
        shares = [one // denominator for one in numerators]
        rests = [one % denominator for one in numerators]
    left = total - sum(shares)
    if left:
        step = 1
        if left < 0:
            step, rests = -1, [-rest for rest in rests]
        takers = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[: abs(left)]
        if len(takers) < abs(left) or rests[takers[-1]] <= 0:
            raise AllocationImpossible(f"exact shares that do not come to {total}")
        for position in takers:
            shares[position] += step
    return tuple(shares)


class CashRounding(msgspec.Struct, frozen=True):
    """Cash is paid in steps of `increment_minor` (1 means: no rounding of cash); raises `AmountRefused`."""

    increment_minor: int = 1
    rounding: Rounding = Rounding.HALF_UP

    def __post_init__(self) -> None:
        checked_amount(self.increment_minor)

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
    Raises `ChangeImpossible`, its `ChangeNotFound`, or `AmountRefused` for an amount below nothing, a piece
    of nothing, a count below nothing, and what is too large.
    """
    if amount_minor:
        checked_amount(amount_minor)
    pieces = sorted({checked_amount(piece) for piece in denominations_minor}, reverse=True)
    limits = [amount_minor // piece for piece in pieces]
    if available is not None:
        if any(count < 0 for count in available.values()):
            raise AmountRefused("negative", min(available.values()))
        limits = [min(limit, available.get(piece, 0)) for piece, limit in zip(pieces, limits, strict=True)]
    usable = [(piece, limit) for piece, limit in zip(pieces, limits, strict=True) if limit]
    return _largest_first(amount_minor, usable)


def _largest_first(amount: int, usable: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Search counts depth first, most of the largest first; `usable` are pieces with their limits.

    A branch is given up as soon as the smaller pieces cannot make the rest: because all of them together
    are less, because it is no multiple of what they have in common, or because it was tried before.
    """
    reach, steps = [0], [0]
    for piece, limit in reversed(usable):
        reach.insert(0, reach[0] + piece * limit)
        steps.insert(0, math.gcd(steps[0], piece))
    counts: list[int] = []
    rests: list[int] = [amount]
    dead_ends: set[tuple[int, int]] = set()
    for _ in range(MOST_CHANGE_STEPS):
        depth, rest = len(counts), rests[-1]
        if rest == 0:
            return tuple((usable[place][0], count) for place, count in enumerate(counts) if count)
        if rest <= reach[depth] and rest % steps[depth] == 0 and (depth, rest) not in dead_ends:
            piece, limit = usable[depth]
            count = min(rest // piece, limit)
            counts.append(count)
            rests.append(rest - count * piece)
            continue
        while counts and (counts[-1] == 0 or rests[-1] + usable[len(counts) - 1][0] > reach[len(counts)]):
            counts.pop()
            rests.pop()
            dead_ends.add((len(counts), rests[-1]))
        if not counts:
            raise ChangeImpossible(amount)
        counts[-1] -= 1
        rests[-1] += usable[len(counts) - 1][0]
    raise ChangeNotFound(amount)
