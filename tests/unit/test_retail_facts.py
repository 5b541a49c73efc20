"""Frozen samples of each fact in each version: today's code reads them, and writes them byte for byte.

A sample is never edited once shipped. A new version of a kind gets a file of its own; the older one
must still be read, and every field of it must still be there.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from retail.events import SCHEMA_VERSIONS, Fact, SaleCompleted
from retail.journal import canonical_body

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
    if version == SCHEMA_VERSIONS[kind]:
        assert canonical_body(fact) == frozen
    else:
        assert json.loads(frozen).items() <= json.loads(canonical_body(fact)).items()


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
