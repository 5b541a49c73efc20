"""Answers a case: finds the verb, reads the JSON, asks the rules, and says refusals as JSON too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from retail.door import desk_cases, money_cases

Case = (
    desk_cases.PriceCase
    | money_cases.TaxCase
    | money_cases.SettleCase
    | money_cases.ChangeCase
    | money_cases.BarcodeCase
    | money_cases.UnitPriceCase
    | money_cases.RoundCase
    | money_cases.AllocateCase
    | desk_cases.ReturnCase
    | desk_cases.PointsCase
    | desk_cases.PromotionsCase
    | desk_cases.PickupCase
    | desk_cases.PromiseCase
    | desk_cases.ReserveCase
)

VERBS: Final[Mapping[str, type[Case]]] = {
    "price": desk_cases.PriceCase,
    "tax": money_cases.TaxCase,
    "settle": money_cases.SettleCase,
    "change": money_cases.ChangeCase,
    "barcode": money_cases.BarcodeCase,
    "unit-price": money_cases.UnitPriceCase,
    "round": money_cases.RoundCase,
    "allocate": money_cases.AllocateCase,
    "return": desk_cases.ReturnCase,
    "points": desk_cases.PointsCase,
    "check-promotions": desk_cases.PromotionsCase,
    "pickup": desk_cases.PickupCase,
    "promise": desk_cases.PromiseCase,
    "reserve": desk_cases.ReserveCase,
}
"""Every verb with the case it reads."""


def answer(verb: str, case: bytes) -> tuple[int, bytes]:
    """Return exit code and JSON for a verb and its case; refusals are answers too."""
    kind = VERBS.get(verb)
    if kind is None:
        return _unknown(verb)
    try:
        return 0, _encode(msgspec.json.decode(case, type=kind).answer())
    except (msgspec.DecodeError, UnicodeDecodeError) as unreadable:
        return 1, _refusal("bad_case", str(unreadable))
    except (ValueError, LookupError) as refused:
        code = getattr(refused, "code", "") or _snake_case(type(refused).__name__)
        return 1, _refusal(code, str(refused))


def schema(verb: str) -> tuple[int, bytes]:
    """Return exit code and the JSON Schema (draft 2020-12) of a verb's case."""
    kind = VERBS.get(verb)
    if kind is None:
        return _unknown(verb)
    return 0, _encode(msgspec.json.schema(kind))


_encode: Callable[[Any], bytes] = msgspec.json.Encoder(decimal_format="string").encode


def _unknown(verb: str) -> tuple[int, bytes]:
    return 2, _refusal("unknown_verb", f"There is no {verb!r}; the verbs are {', '.join(VERBS)}.")


def _refusal(code: str, sentence: str) -> bytes:
    return _encode({"error": {"code": code, "sentence": sentence}})


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
