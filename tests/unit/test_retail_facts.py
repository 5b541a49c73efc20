"""Frozen samples of each fact in each version: today's code reads them, and writes them byte for byte.

A sample is never edited once shipped. A new version of a kind gets a file of its own; the older one
must still be read, and every field of it must still be there.
"""

from __future__ import annotations

import json
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from retail.basket import PriceSource
from retail.events import SCHEMA_VERSIONS, Fact, SaleCompleted, SaleReturned
from retail.journal import canonical_body
from retail.returns.left import returnable
from sync.server.judging import return_differences, sale_differences

SAMPLES = sorted((Path(__file__).resolve().parents[1] / "golden" / "events").glob("*.json"))
DECODER: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(Fact)


def kind_and_version(sample: Path) -> tuple[str, int]:
    kind, _, version = sample.stem.rpartition(".v")
    return kind, int(version)


def test_each_fact_has_a_sample_of_each_version() -> None:
    expected = {(kind, one) for kind, newest in SCHEMA_VERSIONS.items() for one in range(1, newest + 1)}
    assert {kind_and_version(sample) for sample in SAMPLES} == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_is_read_and_written_as_it_was(sample: Path) -> None:
    frozen = sample.read_text(encoding="utf-8")
    kind, version = kind_and_version(sample)
    fact = DECODER.decode(frozen)
    assert type(fact).__struct_config__.tag == kind
    assert_still_there(fact, json.loads(frozen), kind)
    if version == SCHEMA_VERSIONS[kind]:
        assert canonical_body(fact) == frozen


def assert_still_there(value: object, frozen: object, where: str) -> None:
    """Check that a value has every field of a sample, with what stood there, all the way down."""
    if isinstance(frozen, dict):
        assert isinstance(value, msgspec.Struct), where
        for name, inside in frozen.items():
            if name == value.__struct_config__.tag_field:
                assert inside == value.__struct_config__.tag
            else:
                assert_still_there(getattr(value, name), inside, f"{where}.{name}")
    elif isinstance(frozen, list):
        assert isinstance(value, tuple), where
        for place, (one, inside) in enumerate(zip(value, frozen, strict=True)):
            assert_still_there(one, inside, f"{where}[{place}]")
    else:
        assert (str(value) if isinstance(value, Decimal) else value) == frozen, where


def structs_in(kind: object) -> set[type[msgspec.Struct]]:
    """Return every struct that a fact is made of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        inside = [structs_in(hint) for hint in get_type_hints(kind).values()]
        return {kind}.union(*inside)
    return set().union(*map(structs_in, get_args(kind)))


def test_what_is_left_out_is_left_out_of_equal_facts_alike() -> None:
    """msgspec tells a default by identity, so a default must be a value of which there is only one."""
    copied = msgspec.json.Decoder(dict[str, object]).decode
    for struct in structs_in(Fact):
        if struct.__struct_config__.omit_defaults:
            for field in msgspec.structs.fields(struct):
                default = field.default
                assert (
                    default is msgspec.NODEFAULT
                    or isinstance(default, Enum)
                    or default in ("", 0, False, True, None, ())
                ), f"{struct.__name__}.{field.name}"
                if isinstance(default, str | int | bool | None) and not isinstance(default, Enum):
                    assert copied(msgspec.json.encode({"x": default}))["x"] is default


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_holds_no_float_and_no_white_space_outside_texts(sample: Path) -> None:
    def refuse(text: str) -> None:
        pytest.fail(f"a float: {text}")

    frozen = sample.read_text(encoding="utf-8")
    parsed = json.loads(frozen, parse_float=refuse)
    assert json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == frozen


def test_the_frozen_sale_balances() -> None:
    (sample,) = [one for one in SAMPLES if one.stem == "sale.completed.v1"]
    fact = DECODER.decode(sample.read_bytes())
    assert isinstance(fact, SaleCompleted)
    sale = fact.sale
    assert sum(line.paid_minor for line in sale.lines) == sale.total_minor == 6022
    tendered = sum(tender.amount_minor for tender in sale.tenders)
    assert tendered - sale.change_minor == sale.total_minor + sale.cash_rounding_minor


def test_the_frozen_sale_of_version_2_shows_all_that_is_new_and_balances() -> None:
    (sample,) = [one for one in SAMPLES if one.stem == "sale.completed.v2"]
    fact = DECODER.decode(sample.read_bytes())
    assert isinstance(fact, SaleCompleted)
    sale = fact.sale
    assert list(sale_differences(sale)) == []
    elsewhere = {PriceSource.OPEN, PriceSource.ORDER}
    assert {line.price_source for line in sale.lines} == set(PriceSource) - elsewhere
    assert {tender.kind.value for tender in sale.tenders} == {"gift_card", "card", "cash"}
    assert [len(total.parts) for total in sale.tax_totals] == [1, 2, 0]
    assert sale.member is not None
    assert sale.priced_under is not None
    assert sale.member.points_redeemed == sale.priced_under.points_redeemed == 200
    assert [use.promotion_id for use in sale.priced_under.uses] == ["spring5", "tea-3-for-2"]
    assert {one.promotion_id for one in sale.promotions} == {"gold-tee", "tea-3-for-2", "spring5"}
    assert {line.price_approved_by for line in sale.lines} == {"", "staff-3"}


def test_the_frozen_return_is_one_of_the_frozen_sale_and_balances() -> None:
    facts = {one.stem: DECODER.decode(one.read_bytes()) for one in SAMPLES}
    sold, back = facts["sale.completed.v2"], facts["sale.returned.v1"]
    assert isinstance(sold, SaleCompleted)
    assert isinstance(back, SaleReturned)
    assert list(return_differences(back.returned)) == []
    left = returnable(sold.sale, (back.returned,))
    assert [line.quantity_left for line in left] == [2, 1, 2, Decimal("0.236"), 1, 1]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "null",
        '{"kind":"sale.imagined"}',
        '{"kind":"drawer.opened"}',
        '{"kind":"payment.started","amount_minor":1.5}',
    ],
)
def test_a_body_that_is_no_fact_is_refused(body: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        DECODER.decode(body)
