"""What answers when the till calls: the centre, or something that only pretends to be one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
import zstandard

from sync.client.problems import TransportProblem
from sync.client.transport import Transport
from sync.protocol import ErrorAnswer
from tests.sync.pretender import HTML, Pretender, answer


class Said(msgspec.Struct):
    """What the tests ask for."""

    status: str


@pytest.fixture
def pretender() -> Iterator[Pretender]:
    made = Pretender()
    yield made
    made.close()


@pytest.fixture
def transport(pretender: Pretender) -> Iterator[Transport]:
    made = Transport(pretender.url, "secret-token")
    yield made
    made.close()


PROBLEMS: list[tuple[str, bytes, str, int, bool]] = [
    ("a hotel's login page", answer(HTML, kind="text/html"), "not_the_centre", 200, True),
    ("a redirect to it", answer("", status="302 Found", kind="text/html"), "not_the_centre", 302, True),
    (
        "a page that is not found",
        answer(HTML, status="404 No", kind="text/html"),
        "not_the_centre",
        404,
        True,
    ),
    (
        "a gateway without its centre",
        answer(HTML, status="502 Bad", kind="text/html"),
        "unreachable",
        0,
        True,
    ),
    ("json that is none", answer("{'status'"), "not_the_centre", 200, True),
    ("json of something else", answer('{"hello": 1}'), "not_the_centre", 200, True),
    ("no json at all", answer(""), "not_the_centre", 200, True),
    ("no type", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "not_the_centre", 200, True),
    ("no http", b"SSH-2.0-OpenSSH_9.2\r\n", "unreachable", 0, True),
    ("nothing", b"", "unreachable", 0, True),
    ("an answer cut short", answer('{"status": "ok"}')[:-5], "unreachable", 0, True),
    ("zstd that is none", answer("abc", headers="Content-Encoding: zstd\r\n"), "not_the_centre", 200, True),
    ("another packing", answer("abc", headers="Content-Encoding: br\r\n"), "not_the_centre", 200, True),
    ("an error without a reason", answer("{}", status="400 Bad"), "not_the_centre", 400, True),
    (
        "a refusal",
        answer('{"code":"not_enrolled","message":{"en":"No","zh":"否"}}', status="401 No"),
        "refused",
        401,
        False,
    ),
    (
        "a till that is too old",
        answer('{"code":"protocol_mismatch","message":{"en":"No","zh":"否"}}', status="426 Old"),
        "too_old",
        426,
        False,
    ),
    (
        "a centre that is broken",
        answer('{"code":"centre_failed","message":{"en":"No","zh":"否"}}', status="500 Oh"),
        "unreachable",
        500,
        False,
    ),
]


@pytest.mark.parametrize(
    ("sent", "code", "status", "offline"), [each[1:] for each in PROBLEMS], ids=[each[0] for each in PROBLEMS]
)
def test_whatever_answers_has_one_of_five_names(
    pretender: Pretender, transport: Transport, sent: bytes, code: str, status: int, offline: bool
) -> None:
    pretender.pieces = [sent]
    with pytest.raises(TransportProblem) as caught:
        transport.get("/v1/health", Said)
    problem = caught.value
    assert (problem.code, problem.status, problem.is_offline) == (code, status, offline), problem


def test_the_centre_is_understood(pretender: Pretender, transport: Transport) -> None:
    pretender.pieces = [answer('{"status": "ok", "news": 3}')]
    assert transport.get("/v1/health", Said, {"after": 3}).status == "ok"
    request = pretender.requests[0].decode()
    assert request.startswith("GET /v1/health?after=3 HTTP/1.1")
    assert "Evertill-Protocol: 2" in request
    assert "Authorization: Bearer secret-token" in request
    assert "Accept-Encoding: zstd" in request


def test_bodies_travel_packed_both_ways(pretender: Pretender, transport: Transport) -> None:
    packed = zstandard.compress(b'{"status": "ok"}')
    pretender.pieces = [answer(packed, headers="Content-Encoding: zstd\r\n")]
    assert transport.post("/v1/journal", Said("x" * 5000), Said).status == "ok"
    assert b"Content-Encoding: zstd" in pretender.requests[0]
    assert len(pretender.requests[0]) < 1000


def test_a_bomb_is_not_unpacked(pretender: Pretender, transport: Transport) -> None:
    packed = zstandard.compress(b" " * (80 * 1024 * 1024))
    pretender.pieces = [answer(packed, headers="Content-Encoding: zstd\r\n")]
    with pytest.raises(TransportProblem) as caught:
        transport.get("/v1/health", Said)
    assert (caught.value.code, caught.value.detail) == ("not_the_centre", "the answer unpacks without end")


def test_a_refusal_carries_what_the_centre_said(pretender: Pretender, transport: Transport) -> None:
    body = '{"code":"too_many_requests","message":{"en":"Later","zh":"稍后"},"acked_seq":7}'
    pretender.pieces = [answer(body, status="429 Later", headers="Retry-After: 12\r\n")]
    with pytest.raises(TransportProblem) as caught:
        transport.get("/v1/health", Said)
    assert caught.value.retry_after == 12
    assert isinstance(caught.value.answer, ErrorAnswer)
    assert caught.value.answer.acked_seq == 7


def test_silence_ends_at_the_timeout(pretender: Pretender, transport: Transport) -> None:
    pretender.pieces, pretender.pause = [b"HTTP/1.1 200 OK\r\n"], 10
    began = time.monotonic()
    with pytest.raises(TransportProblem) as caught:
        transport.get("/v1/health", Said, read_seconds=0.3)
    assert caught.value.code == "timed_out"
    assert time.monotonic() - began < 2


def test_an_answer_that_drips_ends_at_the_deadline(
    pretender: Pretender, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.transport.CONNECT_SECONDS", 0.3)
    whole = answer("x" * 200)
    pretender.pieces = [whole[:90], *(whole[90 + n : 91 + n] for n in range(len(whole) - 90))]
    pretender.pause = 0.1
    began = time.monotonic()
    with pytest.raises(TransportProblem) as caught:
        transport.get("/v1/health", Said, read_seconds=0.5)
    assert caught.value.code == "timed_out"
    assert time.monotonic() - began < 5


def test_nobody_there_is_unreachable_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(TransportProblem) as caught:
        Transport(f"http://127.0.0.1:{port}").get("/v1/health", Said)
    assert caught.value.code == "unreachable"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("address", ["", "nonsense", "http://", "ftp://x", "https://no such host/"])
def test_an_address_that_is_none_is_unreachable(address: str) -> None:
    with pytest.raises(TransportProblem) as caught:
        Transport(address).get("/v1/health", Said)
    assert caught.value.code == "unreachable"


def test_a_waiting_request_is_broken_off_from_another_thread(
    pretender: Pretender, transport: Transport
) -> None:
    pretender.pieces, pretender.pause = [b"HTTP/1.1 200 OK\r\n"], 10
    ended: list[tuple[str, float]] = []

    def ask() -> None:
        try:
            transport.get("/v1/streams/prices/changes", Said, read_seconds=30)
        except TransportProblem as problem:
            ended.append((problem.code, time.monotonic()))

    asking = threading.Thread(target=ask)
    asking.start()
    wait_for(lambda: bool(pretender.requests))
    began = time.monotonic()
    transport.break_off()
    asking.join(5)
    assert ended[0][0] == "unreachable"
    assert ended[0][1] - began < 1
    with pytest.raises(TransportProblem):
        transport.get("/v1/health", Said)


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
