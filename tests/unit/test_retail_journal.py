"""The journal's envelope: canonical bytes, and a chain in which nothing can be changed, lost or moved."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.events import DrawerOpened, ReceiptReprinted
from retail.journal import (
    FIRST_HASH,
    ChainBroken,
    Envelope,
    canonical_body,
    content_hash,
    fact_of,
    seal,
    verify_chain,
)


def chain(length: int) -> list[Envelope]:
    made: list[Envelope] = []
    for seq in range(1, length + 1):
        made.append(
            seal(
                DrawerOpened(cashier_id="staff-1", reason=f"change {seq}"),
                event_id=f"event-{seq}",
                device_id="device-1",
                incarnation="incarnation-1",
                device_seq=seq,
                business_time="2026-03-14T14:33:00+08:00",
                monotonic_ms=seq * 1000,
                prev_hash=made[-1].hash if made else FIRST_HASH,
            )
        )
    return made


def test_a_sealed_fact_reads_back() -> None:
    fact = ReceiptReprinted(receipt_number="T2-000412-7", cashier_id="staff-1")
    envelope = replace(chain(1)[0], body=canonical_body(fact))
    assert fact_of(envelope) == fact


def test_a_sealed_envelope_carries_kind_version_and_its_own_hash() -> None:
    envelope = chain(1)[0]
    assert (envelope.kind, envelope.schema_version) == ("drawer.opened", 2)
    assert envelope.hash == content_hash(envelope)
    assert len(envelope.hash) == 64


def test_canonical_bytes_have_sorted_keys_and_no_spaces() -> None:
    body = canonical_body(DrawerOpened(cashier_id="staff-1", reason="零钱"))
    assert body == '{"approved_by":"","cashier_id":"staff-1","kind":"drawer.opened","reason":"零钱"}'
    assert list(json.loads(body)) == sorted(json.loads(body))


def test_a_good_chain_verifies_from_anywhere() -> None:
    envelopes = chain(5)
    assert verify_chain(envelopes) == 5
    assert verify_chain(envelopes[2:], prev_hash=envelopes[1].hash, first_seq=3) == 3
    assert verify_chain([]) == 0


@pytest.mark.parametrize("missing", [0, 1, 3])
def test_a_missing_envelope_breaks_the_chain_where_it_is_missing(missing: int) -> None:
    envelopes = chain(5)
    del envelopes[missing]
    with pytest.raises(ChainBroken) as broken:
        verify_chain(envelopes)
    assert broken.value.device_seq == missing + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prev_hash": "f" * 64}, "does not follow its predecessor"),
        ({"body": "{}"}, "content does not match its hash"),
        ({"hash": "f" * 64}, "content does not match its hash"),
        ({"device_seq": 9}, "found number 9 in its place"),
    ],
)
def test_a_broken_chain_says_how_it_is_broken(change: dict[str, object], said: str) -> None:
    envelopes = chain(3)
    envelopes[1] = replace(envelopes[1], **change)
    with pytest.raises(ChainBroken, match=said) as broken:
        verify_chain(envelopes)
    assert broken.value.device_seq == 2


CHANGES = st.sampled_from(
    [
        {"event_id": "other"},
        {"device_id": "other"},
        {"incarnation": "other"},
        {"kind": "other"},
        {"schema_version": 9},
        {"business_time": "2026-03-14T14:33:01+08:00"},
        {"monotonic_ms": 7},
        {"prev_hash": "f" * 64},
        {"body": "{}"},
        {"hash": "f" * 64},
    ]
)


@given(st.integers(0, 4), CHANGES)
def test_any_change_breaks_the_chain_where_it_was_made(place: int, change: dict[str, object]) -> None:
    envelopes = chain(5)
    envelopes[place] = replace(envelopes[place], **change)
    with pytest.raises(ChainBroken) as broken:
        verify_chain(envelopes)
    assert broken.value.device_seq == place + 1
