"""`python -m retail VERB < case.json`: ask the rules of trade a question, get the answer as JSON.

For support, connectors and outside test suites. Each verb reads one case from standard input, and the
fields of the case are those of the struct with its name below. Exit code 0 with the answer, 1 with
`{"error": {"code", "sentence"}}` for a case that is refused, 2 for an unknown verb.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from retail.barcode import BarcodeRule, ProductCode, Secret, read
from retail.basket import Basket
from retail.catalogue import TaxClass
from retail.freshness import freshness
from retail.money import CashRounding, Rounding, allocate, change_in_pieces, round_to_minor
from retail.payment import settle
from retail.pricing import PricingRules, prepare, price
from retail.sale import Tender
from retail.tax import TaxRounding, checked_tax_class, tax_totals


class PriceCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A basket, the rules, and the moment in RFC 3339 local time; answers a `PricedBasket`."""

    basket: Basket
    rules: PricingRules
    now: str

    def answer(self) -> object:
        return price(self.basket, prepare(self.rules), self.now)


class TaxCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pairs of tax class id and amount paid; answers the totals by class."""

    paid: tuple[tuple[str, int], ...]
    tax_classes: tuple[TaxClass, ...]
    included: bool
    tax_rounding: TaxRounding = TaxRounding.DOCUMENT
    rounding: Rounding = Rounding.HALF_UP

    def answer(self) -> object:
        classes = {one.tax_class_id: checked_tax_class(one) for one in self.tax_classes}
        totals = tax_totals(
            self.paid,
            classes,
            included=self.included,
            tax_rounding=self.tax_rounding,
            rounding=self.rounding,
        )
        return {"tax_totals": totals}


class SettleCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A total and the tenders so far; answers a `Settlement`."""

    total_minor: int
    tenders: tuple[Tender, ...] = ()
    cash_rounding: CashRounding = CashRounding()
    cash_next: bool = False

    def answer(self) -> object:
        return settle(self.total_minor, self.tenders, self.cash_rounding, cash_next=self.cash_next)


class ChangeCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount and the notes and coins, perhaps with how many there are; answers `[piece, count]` pairs."""

    amount_minor: int
    denominations_minor: tuple[int, ...]
    available: dict[int, int] | None = None

    def answer(self) -> object:
        return {"pieces": change_in_pieces(self.amount_minor, self.denominations_minor, self.available)}


class BarcodeCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and the store's rules; answers what it means. A payment code or a gift card is never repeated.

    With `now`, the answer for a product with dates says what they mean at that moment.
    """

    text: str
    rules: tuple[BarcodeRule, ...] = ()
    now: str = ""

    def answer(self) -> object:
        scan = read(self.text, self.rules)
        meaning = {"meaning": type(scan).__name__}
        if isinstance(scan, Secret):
            counted = "digits" if scan.text.isdigit() else "characters"
            return {**meaning, counted: len(scan.text)}
        if self.now and isinstance(scan, ProductCode):
            meaning["freshness"] = freshness(scan, self.now)
        return {**meaning, **msgspec.to_builtins(scan)}


class RoundCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value in minor units, as text or number; answers the whole minor units."""

    value: Decimal
    rounding: Rounding = Rounding.HALF_UP

    def answer(self) -> object:
        return {"minor": round_to_minor(self.value, self.rounding)}


class AllocateCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount and weights; answers the shares."""

    total: int
    weights: tuple[int, ...]

    def answer(self) -> object:
        return {"shares": allocate(self.total, self.weights)}


Case = PriceCase | TaxCase | SettleCase | ChangeCase | BarcodeCase | RoundCase | AllocateCase

VERBS: Final[Mapping[str, type[Case]]] = {
    "price": PriceCase,
    "tax": TaxCase,
    "settle": SettleCase,
    "change": ChangeCase,
    "barcode": BarcodeCase,
    "round": RoundCase,
    "allocate": AllocateCase,
}
"""Every verb with the case it reads."""


def answer(verb: str, case: bytes) -> tuple[int, bytes]:
    """Return exit code and JSON for a verb and its case; refusals are answers too."""
    kind = VERBS.get(verb)
    if kind is None:
        return 2, _refusal("unknown_verb", f"There is no {verb!r}; the verbs are {', '.join(VERBS)}.")
    try:
        return 0, _encode(msgspec.json.decode(case, type=kind).answer())
    except msgspec.DecodeError as unreadable:
        return 1, _refusal("bad_case", str(unreadable))
    except (ValueError, LookupError) as refused:
        code = getattr(refused, "code", "") or _snake_case(type(refused).__name__)
        return 1, _refusal(code, str(refused))


_encode: Callable[[Any], bytes] = msgspec.json.Encoder(decimal_format="string").encode


def _refusal(code: str, sentence: str) -> bytes:
    return _encode({"error": {"code": code, "sentence": sentence}})


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def main(arguments: list[str]) -> int:
    """Answer one case from standard input to standard output; return the exit code."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    code, text = answer(arguments[0], sys.stdin.buffer.read() if arguments[0] in VERBS else b"")
    sys.stdout.buffer.write(msgspec.json.format(text, indent=2) + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
