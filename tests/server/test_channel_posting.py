"""Signed posts to strangers: what is signed, where nothing is sent, and what a receiver comes to."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from sync.server.channels import posting
from sync.server.channels.posting import AddressRefused, NoAnswer, checked_address, is_public, post
from sync.server.channels.signing import (
    SignatureRefused,
    check_signature,
    new_secret,
    signed_headers,
)
from tests.fakes.receiver import closed_port, dripping, receiving

BODY = b'{"test": 2432232314}'
NOW = 1_614_265_330


def test_a_message_is_signed_as_the_specification_signs_its_example() -> None:
    """The example of the Standard Webhooks specification, which its libraries are tested with."""
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, BODY
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signature_holds_for_its_own_message_and_minutes_only() -> None:
    secret = new_secret()
    headers = signed_headers(secret, "msg_1", NOW, BODY)
    check_signature(secret, headers, BODY, now=NOW + 299)
    with_another_beside = {**headers, "webhook-signature": "v1,AAAA " + headers["webhook-signature"]}
    check_signature(secret, with_another_beside, BODY, now=NOW)
    for code, changed, body, now in (
        ("forged", {}, BODY + b" ", NOW),
        ("forged", {"webhook-id": "msg_2"}, BODY, NOW),
        ("forged", {"webhook-timestamp": str(NOW + 1)}, BODY, NOW),
        ("forged", {"webhook-signature": "v1,ü"}, BODY, NOW),
        ("too_old", {}, BODY, NOW + 301),
        ("too_new", {}, BODY, NOW - 301),
        ("header_missing", {"webhook-timestamp": "soon"}, BODY, NOW),
    ):
        with pytest.raises(SignatureRefused) as refused:
            check_signature(secret, {**headers, **changed}, body, now=now)
        assert refused.value.code == code
    with pytest.raises(SignatureRefused, match="forged"):
        check_signature(new_secret(), headers, BODY, now=NOW)
    with pytest.raises(SignatureRefused, match="header_missing"):
        check_signature(secret, {}, BODY, now=NOW)
    with pytest.raises(SignatureRefused, match="bad_secret"):
        signed_headers("whsec_?", "msg_1", NOW, BODY)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:a00:1::1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_an_address_inside_is_known_however_it_is_written(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://shop.example/hook", "not_https"),
        ("ftp://shop.example/hook", "bad_address"),
        ("https:///hook", "bad_address"),
        ("https://shop.example:0/", "bad_address"),
        ("https://shop.example:99999/", "bad_address"),
        ("https://user:word@shop.example/", "bad_address"),
        ("https://shop.example/#part", "bad_address"),
        ("https://shop.example/a b", "bad_address"),
        ("https://shop.example/\r\nX-Evil: 1", "bad_address"),
        ("https://shop.example/" + "a" * 600, "bad_address"),
        ("https://192.168.1.1/", "private_address"),
        ("https://[::1]/", "private_address"),
    ],
)
def test_addresses_that_are_never_posted_to(address: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        checked_address(address, allow_private=False)
    assert refused.value.code == code


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with pytest.raises(AddressRefused) as refused:
        post("https://shop.example/hook", b"", {}, allow_private=False)
    assert refused.value.code == "private_address"


def test_a_post_arrives_as_it_was_and_an_answer_is_only_an_answer() -> None:
    with receiving() as receiver:
        receiver.headers = {"Location": "http://127.0.0.1:1/other", "Retry-After": "90"}
        receiver.answers = [200, 302, 500]
        given = [post(f"{receiver.address}?a=1", b"{}", {"X-A": "b"}, allow_private=True) for _ in range(3)]
    assert [answer.status for answer in given] == [200, 302, 500]
    assert given[0].retry_after_seconds == 90
    assert [one.path for one in receiver.received] == ["/hook?a=1"] * 3
    assert receiver.received[0].body == b"{}"
    assert receiver.received[0].headers["x-a"] == "b"


def test_a_receiver_that_is_not_there_or_is_none_is_named() -> None:
    for code, address in (
        ("unreachable", f"http://127.0.0.1:{closed_port()}/"),
        ("unknown_host", "http://no-such-shop.invalid/"),
    ):
        with pytest.raises(NoAnswer) as none:
            post(address, b"{}", {}, allow_private=True)
        assert none.value.code == code


def test_a_receiver_that_drips_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.15)
    with dripping(0.02) as address, pytest.raises(NoAnswer) as none:
        post(address, b"{}", {}, allow_private=True)
    assert none.value.code == "too_slow"


def test_plain_words_on_the_port_of_https_are_no_answer() -> None:
    with receiving() as receiver, pytest.raises(NoAnswer) as none:
        post(receiver.address.replace("http:", "https:"), b"{}", {}, allow_private=True)
    assert none.value.code == "unreachable"
