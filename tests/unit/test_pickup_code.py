"""The pickup code: what is signed opens its order, and any other text is refused with a reason."""

from __future__ import annotations

import base64

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode import PickupCode, read
from retail.gtin import has_check_digit
from retail.pickup.desk_rules import CodeKey
from sync.pickup_code import CodeRefused, PickupPass, checked, digest_of, new_digits, public_text, sign

ORDER = "0198a4b00c117e108f520d1e6b7a9c02"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = (CodeKey(key_id="k1", public=public_text(PRIVATE)),)
PASS = PickupPass("k1", "S1", ORDER, "2026-03-14T06:30:00Z")


def refusal(text: str, keys: tuple[CodeKey, ...] = KEYS, store_id: str = "S1") -> str:
    with pytest.raises(CodeRefused) as refused:
        checked(text, keys, store_id)
    return refused.value.code


def test_a_signed_code_is_a_pickup_code_for_the_scanner_and_opens_its_order() -> None:
    text = sign(PASS, PRIVATE)
    assert read(text, ()) == PickupCode(text)
    assert checked(text, KEYS, "S1") == PASS


def test_a_code_fits_a_coarse_qr_code() -> None:
    # QR version 8 at level L holds 192 bytes, version 7 154 (ISO/IEC 18004:2015, table 7).
    assert len(sign(PASS, PRIVATE)) <= 154


@pytest.mark.parametrize("order_id", [ORDER, ORDER.upper(), "0198a4b0-0c11-7e10-8f52-0d1e6b7a9c02", "web-1"])
def test_every_order_id_comes_back_as_it_was(order_id: str) -> None:
    one = PickupPass("k1", "S1", order_id, "2026-03-14T06:30:00Z")
    assert checked(sign(one, PRIVATE), KEYS, "S1").order_id == order_id


def test_the_time_is_the_same_moment_to_the_minute() -> None:
    local = PickupPass("k1", "S1", ORDER, "2026-03-14T14:30:59+08:00")
    assert checked(sign(local, PRIVATE), KEYS, "S1").expires_at == "2026-03-14T06:30:00Z"


def test_a_code_is_past_from_its_minute_on() -> None:
    assert not PASS.is_past("2026-03-14T14:29:59+08:00")
    assert PASS.is_past("2026-03-14T14:30:00+08:00")


def test_a_code_of_another_store_says_which() -> None:
    text = sign(PickupPass("k1", "S2", ORDER, PASS.expires_at), PRIVATE)
    with pytest.raises(CodeRefused) as refused:
        checked(text, KEYS, "S1")
    assert (refused.value.code, refused.value.store_id) == ("other_store", "S2")


def test_a_code_of_another_chain_or_a_withdrawn_key_is_unknown() -> None:
    assert refusal(sign(PASS, PRIVATE), keys=()) == "unknown_key"


def test_a_code_that_somebody_else_signed_is_forged() -> None:
    assert refusal(sign(PASS, Ed25519PrivateKey.generate())) == "forged"


def test_a_key_that_is_none_lets_nothing_through() -> None:
    assert refusal(sign(PASS, PRIVATE), keys=(CodeKey(key_id="k1", public="AAAA"),)) == "forged"


def test_another_order_under_the_same_signature_is_forged() -> None:
    mine, other = sign(PASS, PRIVATE), sign(PickupPass("k1", "S1", "f" * 32, PASS.expires_at), PRIVATE)
    assert refusal(f"{other.rpartition('.')[0]}.{mine.rpartition('.')[2]}") == "forged"


@given(st.integers(0, 10**9), st.characters())
def test_a_code_with_any_other_sign_in_it_opens_nothing(at: int, sign_in_place: str) -> None:
    text = sign(PASS, PRIVATE)
    place = at % len(text)
    changed = text[:place] + sign_in_place + text[place + 1 :]
    try:
        found = checked(changed, KEYS, "S1")
    except CodeRefused as refused:
        reason = refused.code
    else:
        # The last sign of base64 has bits that say nothing: the same bytes in other clothes.
        reason = "forged" if found == PASS else "opened another order"
    assert reason in {"unreadable", "unknown_key", "forged"}


@given(st.text() | st.text().map("EVP1.{}".format) | st.text("AZaz09-_.=").map("EVP1.{}".format))
def test_any_text_is_refused_with_a_reason(text: str) -> None:
    assert refusal(text) in {"unreadable", "unknown_key", "forged"}


def test_times_that_no_clock_shows_are_unreadable() -> None:
    for minutes in (10**14, -(10**14)):
        content = msgspec.msgpack.encode(["k1", "S1", b"", minutes])
        text = "EVP1." + base64.urlsafe_b64encode(content).decode().rstrip("=") + ".AAAA"
        assert refusal(text) == "unreadable"


def test_digits_have_a_check_digit_and_open_only_their_own_order() -> None:
    digits = new_digits()
    assert len(digits) == 6
    assert has_check_digit(digits)
    assert read(f"PKP{digits}", ()) == PickupCode(f"PKP{digits}")
    assert digest_of(ORDER, f"pkp {digits[:3]}-{digits[3:]} ") == digest_of(ORDER, digits)
    assert digest_of("another", digits) != digest_of(ORDER, digits)
