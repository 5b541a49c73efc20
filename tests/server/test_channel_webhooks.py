"""What a channel is told: written with the change, posted in the order of each order, for three days."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from msgspec.structs import replace
from sqlalchemy import select

from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.reducer import apply
from retail.pickup.steps import AskCustomer, Cancel, Extend, StartPicking
from sync.server.centre import Centre
from sync.server.channels.book import ChannelRefused, NewChannel, channel_of_token, new_channel
from sync.server.channels.deliveries import OUTCOMES, Attempt, Outcome, delay_after, send_due
from sync.server.channels.outgoing import KINDS, order_changed, told_kind
from sync.server.channels.posting import AddressRefused
from sync.server.channels.signing import check_signature
from sync.server.clock import now_text, text_after
from sync.server.database import tables
from sync.server.database.channel_rows import channel_of_id, channels, withdraw_channel
from sync.server.database.delivery_rows import feed
from sync.server.database.order_tables import webhook_delivery
from sync.server.refusals import Refused
from sync.server.settings import Settings
from tests.fakes.pickup_orders import ASK, OAT_MILK, line, order, step
from tests.fakes.receiver import Receiver, closed_port, receiving

MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def market(centre: Centre, receiver: Receiver) -> NewChannel:
    """A channel whose receiver is on this machine."""
    with centre.database.write() as connection:
        return new_channel(connection, "market", webhook_url=receiver.address, allow_private=True)


def placed(order_id: str = "P-1") -> PickupOrder:
    return order(order_id=order_id, channel="market", outside_reference=f"M-{order_id}")


def tell(centre: Centre, before: PickupOrder | None, after: PickupOrder) -> PickupOrder:
    with centre.database.write() as connection:
        order_changed(connection, before, after)
    return after


def cancelled(of: PickupOrder) -> PickupOrder:
    return apply(of, step(of, Cancel, by="customer", reason="not wanted"))


def rows(centre: Centre) -> list[Any]:
    with centre.database.read() as connection:
        return list(connection.execute(select(webhook_delivery).order_by(webhook_delivery.c.delivery_id)))


def alerts(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        return sorted(connection.execute(select(tables.alert.c.code)).scalars())


def types(receiver: Receiver) -> list[str]:
    return [json.loads(one.body)["type"] for one in receiver.received]


def test_a_change_is_posted_signed_and_in_full(
    centre: Centre, market: NewChannel, receiver: Receiver
) -> None:
    tell(centre, None, placed())
    assert send_due(centre.database, now_text()) == 1
    assert send_due(centre.database, text_after(now_text(), 60 * MINUTE)) == 0
    (got,) = receiver.received
    sent_at = int(got.headers["webhook-timestamp"])
    check_signature(market.webhook_secret, got.headers, got.body, now=sent_at)
    told = json.loads(got.body)
    assert told["type"] == "order.placed"
    assert told["data"]["outside_reference"] == "M-P-1"
    assert told["data"]["due_minor"] == 600
    assert told["data"]["lines"][0]["parts"][0]["state"] == "to_pick"
    assert got.headers["webhook-id"] == "msg_P-1_0"


def test_an_order_that_was_undone_with_its_transaction_is_told_to_nobody(
    centre: Centre, market: NewChannel
) -> None:
    def fail_after_writing() -> None:
        with centre.database.write() as connection:
            order_changed(connection, None, placed())
            raise RuntimeError("the order could not be stored")

    with pytest.raises(RuntimeError):
        fail_after_writing()
    assert rows(centre) == []


def test_the_same_change_is_written_once(centre: Centre, market: NewChannel) -> None:
    tell(centre, None, placed())
    tell(centre, None, placed())
    assert len(rows(centre)) == 1


def test_orders_of_nobody_we_know_are_told_to_nobody(centre: Centre, market: NewChannel) -> None:
    tell(centre, None, replace(placed(), channel="shop"))
    with centre.database.write() as connection:
        assert withdraw_channel(connection, "market")
        assert not withdraw_channel(connection, "market")
    tell(centre, None, placed())
    assert rows(centre) == []


def test_a_later_change_of_an_order_waits_for_the_earlier_one(
    centre: Centre, market: NewChannel, receiver: Receiver
) -> None:
    first = tell(centre, None, placed())
    tell(centre, first, cancelled(first))
    tell(centre, None, placed("P-2"))
    receiver.answers = [500]
    now = text_after(now_text(), MINUTE)
    assert send_due(centre.database, now) == 1
    later = text_after(now, MINUTE)
    assert send_due(centre.database, later) == 3
    of_first = [
        kind for kind, one in zip(types(receiver), receiver.received, strict=True) if b"P-1" in one.body
    ]
    assert of_first == ["order.placed", "order.placed", "order.cancelled"]
    ids = [one.headers["webhook-id"] for one in receiver.received if b"P-1" in one.body]
    assert ids[0] == ids[1], "a repeated message is the same message"


@pytest.mark.parametrize(
    ("status", "told_at_once"), [(500, False), (503, False), (429, False), (302, True), (404, True)]
)
def test_what_is_not_taken_is_tried_for_three_days_and_then_a_person_is_told(
    centre: Centre, market: NewChannel, receiver: Receiver, status: int, told_at_once: bool
) -> None:
    first = tell(centre, None, placed())
    tell(centre, first, cancelled(first))
    receiver.headers = {"Location": receiver.address}
    now = start = text_after(now_text(), MINUTE)
    attempts = 0
    receiver.answers = [status] * 40
    while now < text_after(start, timedelta(days=3)):
        attempts += send_due(centre.database, now)
        now = text_after(now, timedelta(minutes=30))
    assert alerts(centre) == (["webhook_refused"] if told_at_once else [])
    assert 15 <= attempts <= 30
    while "webhook_given_up" not in alerts(centre):
        assert now < text_after(start, timedelta(days=4))
        attempts += send_due(centre.database, now)
        now = text_after(now, timedelta(minutes=30))
    receiver.answers = []
    send_due(centre.database, text_after(now, MINUTE))
    assert types(receiver)[-1] == "order.cancelled", "the next one is told all the same"
    assert [one.state for one in rows(centre)] == ["given_up", "delivered"]
    assert len(receiver.received) == attempts + 1


def test_a_receiver_that_is_down_is_left_alone_for_a_moment_and_asked_again(centre: Centre) -> None:
    address = f"http://127.0.0.1:{closed_port()}/"
    with centre.database.write() as connection:
        new_channel(connection, "market", webhook_url=address, allow_private=True)
    for number in range(3):
        tell(centre, None, placed(f"P-{number}"))
    now = text_after(now_text(), MINUTE)
    assert send_due(centre.database, now) == 1, "one that is down is not asked three times"
    assert send_due(centre.database, now) == 0
    assert [one.last_error for one in rows(centre)][:1] == ["unreachable"]
    assert alerts(centre) == []
    assert send_due(centre.database, text_after(now, MINUTE)) == 1


def test_a_receiver_that_is_gone_is_never_posted_to_again(
    centre: Centre, market: NewChannel, receiver: Receiver
) -> None:
    tell(centre, None, placed())
    tell(centre, None, placed("P-2"))
    receiver.answers = [410]
    now = text_after(now_text(), MINUTE)
    assert send_due(centre.database, now) == 1
    assert alerts(centre) == ["webhook_gone"]
    tell(centre, None, placed("P-3"))
    assert send_due(centre.database, text_after(now, timedelta(days=1))) == 0
    assert {one.state for one in rows(centre)} == {"given_up"}
    with centre.database.read() as connection:
        found = channel_of_id(connection, "market")
    assert found is not None
    assert found.settings.webhook_stopped == "HTTP 410"


def test_an_interrupted_post_is_made_again_under_the_same_name(
    centre: Centre, market: NewChannel, receiver: Receiver
) -> None:
    tell(centre, None, placed())
    now = text_after(now_text(), MINUTE)

    def die() -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.server.channels.deliveries.post", lambda *_, **__: die())
        with pytest.raises(KeyboardInterrupt):
            send_due(centre.database, now)
    assert send_due(centre.database, now) == 0
    assert send_due(centre.database, text_after(now, 2 * MINUTE)) == 1
    assert [one.state for one in rows(centre)] == ["delivered"]


def test_nothing_holds_the_database_while_a_receiver_thinks(
    centre: Centre, market: NewChannel, receiver: Receiver
) -> None:
    tell(centre, None, placed())
    wrote = threading.Event()

    def write_meanwhile() -> None:
        tell(centre, None, placed("P-2"))
        wrote.set()

    receiver.before_answer = lambda: wrote.is_set() or write_meanwhile()
    send_due(centre.database, text_after(now_text(), MINUTE))
    assert wrote.is_set()


def test_a_receiver_is_listened_to_when_it_asks_for_time() -> None:
    assert delay_after(1, Attempt(status=503, retry_after_seconds=900)) == timedelta(seconds=900)
    assert delay_after(1, Attempt(status=503, retry_after_seconds=999_999)) == timedelta(hours=6)
    assert timedelta(seconds=4) <= delay_after(1, Attempt(status=503)) <= timedelta(seconds=6)
    assert timedelta(hours=4.8) <= delay_after(50, Attempt(error="too_slow")) <= timedelta(hours=7.2)


def test_every_status_has_one_outcome() -> None:
    assert {Attempt(status=status).outcome for status in range(200, 300)} == {Outcome.TAKEN}
    assert Attempt(status=410).outcome is Outcome.GONE
    assert Attempt(status=102).outcome is Outcome.TOLD
    assert all(Attempt(error=error).outcome in Outcome for error in OUTCOMES if not error[0].isdigit())


def test_which_changes_are_told() -> None:
    first = order(line(OAT_MILK, "2", wish=ASK), channel="market")
    picking = apply(first, step(first, StartPicking, lock_until="2026-11-22T14:15:00+08:00"))
    asked = apply(
        picking,
        step(
            picking,
            AskCustomer,
            line_id="oat-milk",
            product=line().product,
            unit_price_minor=line().unit_price_minor,
            quantity=line().quantity,
            covers=line().quantity,
        ),
    )
    renewed = apply(picking, step(picking, StartPicking, lock_until="2026-11-22T14:25:00+08:00"))
    longer = apply(first, step(first, Extend, collect_until="2026-11-23T20:00:00+08:00"))
    assert told_kind(None, first) == "order.placed"
    assert told_kind(first, picking) == "order.picking"
    assert told_kind(picking, asked) == "order.asked"
    assert told_kind(picking, renewed) == ""
    assert told_kind(first, longer) == "order.extended"
    assert told_kind(first, replace(first, at_risk=("oat-milk",))) == "order.at_risk"
    assert {f"order.{state}" for state in OrderState} < set(KINDS)


def test_the_feed_numbers_what_is_committed_and_misses_nothing(centre: Centre, market: NewChannel) -> None:
    def read(after: int = 0, limit: int = 10) -> list[tuple[int, str]]:
        with centre.database.write() as connection:
            found = feed(connection, "market", after=after, limit=limit)
        return [(entry.number, entry.order_id) for entry in found]

    assert read() == []
    tell(centre, None, placed("P-1"))
    tell(centre, None, placed("P-2"))
    assert read(limit=1) == [(1, "P-1")]
    tell(centre, None, placed("P-3"))
    assert read(after=1) == [(2, "P-2"), (3, "P-3")]
    assert read(after=3) == []


def test_a_channel_is_known_by_its_key_and_shown_it_once(centre: Centre) -> None:
    with centre.database.write() as connection:
        made = new_channel(connection, "outside")
        assert channel_of_token(connection, made.key).channel_id == "outside"
        assert made.webhook_secret == ""
        assert [one.channel_id for one in channels(connection)] == ["outside"]
        with pytest.raises(Refused, match="unknown_channel"):
            channel_of_token(connection, made.key + "x")
        for name, code in (
            ("outside", "name_taken"),
            ("shop", "bad_name"),
            ("A b", "bad_name"),
            ("", "bad_name"),
        ):
            with pytest.raises(ChannelRefused, match=code):
                new_channel(connection, name)
        with pytest.raises(AddressRefused, match="not_https"):
            new_channel(connection, "other", webhook_url="http://shop.example/")
        withdraw_channel(connection, "outside")
        with pytest.raises(Refused, match="unknown_channel"):
            channel_of_token(connection, made.key)


def test_the_key_itself_is_kept_nowhere(centre: Centre) -> None:
    with centre.database.write() as connection:
        made = new_channel(connection, "outside")
        stored = connection.execute(select(tables.metadata.tables["channel"])).one()
    assert made.key not in str(stored)


def certified(folder: Path, *names: x509.GeneralName) -> tuple[ssl.SSLContext, Path]:
    """Return what serves under a certificate that is signed by itself, and the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "market.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return context, certificate


LOOPBACK = x509.IPAddress(ip_address("127.0.0.1"))


def told_over_tls(centre: Centre, receiver: Receiver) -> None:
    with centre.database.write() as connection:
        new_channel(connection, "market", webhook_url=receiver.address, allow_private=True)
    tell(centre, None, placed())
    send_due(centre.database, text_after(now_text(), MINUTE))


@pytest.mark.parametrize(
    ("name", "trusted"), [(LOOPBACK, False), (x509.DNSName("other.example"), True)], ids=["stranger", "name"]
)
def test_a_receiver_with_a_wrong_certificate_is_told_nothing_and_a_person_is(
    centre: Centre,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: x509.GeneralName,
    trusted: bool,
) -> None:
    context, certificate = certified(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiving(context) as receiver:
        told_over_tls(centre, receiver)
        assert receiver.received == []
    assert alerts(centre) == ["webhook_refused"]
    assert [(one.state, one.last_error) for one in rows(centre)] == [("waiting", "bad_certificate")]


def test_a_receiver_with_the_right_certificate_is_told(
    centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = certified(tmp_path, LOOPBACK)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiving(context) as receiver:
        told_over_tls(centre, receiver)
        assert types(receiver) == ["order.placed"]
    assert alerts(centre) == []


@pytest.mark.postgresql
def test_two_centres_at_one_database_post_each_change_once(
    new_postgresql: Callable[[str], str], tmp_path: Path, receiver: Receiver
) -> None:
    address = new_postgresql("empty_centre")
    centres = [Centre(Settings(data=tmp_path / name, database=address)) for name in ("one", "two")]
    try:
        with centres[0].database.write() as connection:
            new_channel(connection, "market", webhook_url=receiver.address, allow_private=True)
        for number in range(20):
            tell(centres[0], None, placed(f"P-{number}"))
        now = text_after(now_text(), MINUTE)
        together = threading.Barrier(4)

        def post_all(centre: Centre) -> int:
            together.wait()
            return sum(send_due(centre.database, now) for _ in range(20))

        with ThreadPoolExecutor(4) as pool:
            made = sum(pool.map(post_all, [*centres, *centres]))
        ids = [one.headers["webhook-id"] for one in receiver.received]
        assert made == len(ids) == len(set(ids)) == 20
        assert {one.state for one in rows(centres[0])} == {"delivered"}
    finally:
        for one in centres:
            one.close()
