"""What customers are told: every occasion in both languages, by mail or into a file, and never twice."""

from __future__ import annotations

import email
import email.policy
import json
import re
import stat
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from retail.catalogue import LocalisedText
from retail.pickup.order import OrderState, PaymentEntry, PaymentKind, PickupOrder
from retail.store import StoreSettings
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import tables
from sync.server.database.order_rows import BookedOrder, add_order
from sync.server.database.order_tables import message
from sync.server.database.outbox_rows import ToTell, queue_messages
from sync.server.database.round_trip import RoundTrip
from sync.server.messages.letters import letter_to
from sync.server.messages.log_file import LogFile
from sync.server.messages.port import Letter, NotSent, Uncertain
from sync.server.messages.sending import Post
from sync.server.messages.smtp import MailRefused, Smtp, mail_server
from sync.server.messages.texts import LETTERS
from sync.server.orders.consequences import TOLD
from tests.fakes.pickup_orders import line, online, order
from tests.fakes.receiver import MailServer, closed_port, taking_mail

STORE = StoreSettings(store_id="S1", name=LocalisedText("Orchard", "乌节店"), currency_symbol="$")


def booked(of: PickupOrder, language: str = "en", email_address: str = "tan@shop.example") -> BookedOrder:
    return BookedOrder(
        order=of,
        phase="",
        request_hash="",
        slot_count=1,
        payment="desk",
        total_minor=600,
        hold_until="",
        contact_name="Rachel Tan",
        phone="+65 9123 4567",
        email=email_address,
        language=language,
        digits="123455",
        page_key="page-key",
    )


def letter(kind: str = "ready", language: str = "en", of: PickupOrder | None = None, **about: Any) -> Letter:
    return letter_to(
        booked(of or order(number="P-0007"), language),
        STORE,
        kind=kind,
        key=f"{kind}:P-1:a",
        about=about or {"line_id": "yogurt"},
        public_address="https://shop.example/",
    )


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_is_whole_in_both_languages(kind: str, language: str) -> None:
    made = letter(kind, language)
    assert "P-0007" in made.subject
    assert "https://shop.example/shop/o/page-key" in made.text
    assert "{" not in made.subject + made.text
    assert bool(re.search("[一-鿿]", made.subject + made.text)) is (language == "zh_CN")
    assert made.email == "tan@shop.example"


def test_every_occasion_of_the_order_book_has_a_letter() -> None:
    assert {*TOLD.values(), "confirmed", "at_risk", "short", "released"} <= LETTERS.keys()


def test_a_letter_says_what_matters_for_its_occasion() -> None:
    ready = letter()
    assert "123455" in ready.text
    assert "Orchard" in ready.text
    assert "2026-11-22 20:00" in ready.text
    assert "yogurt" in letter("at_risk", line_ids=["yogurt"]).text
    assert "goes back" not in ready.text
    cancelled = order(
        line(amount=600),
        number="P-0007",
        state=OrderState.CANCELLED,
        payment=online(PaymentKind.AUTHORISED, 600),
    )
    assert "$6.00 goes back to you" in letter("cancelled", of=cancelled).text
    void = PaymentEntry(kind=PaymentKind.VOIDED, amount_minor=600, reference="v")
    settled = msgspec.structs.replace(
        cancelled,
        payment=msgspec.structs.replace(cancelled.payment, entries=(*cancelled.payment.entries, void)),
    )
    assert "$6.00 goes back to you" in letter("cancelled", of=settled).text


def test_a_file_holds_a_line_for_each_letter_and_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    carrier = LogFile(path)
    carrier.send(letter())
    carrier.send(letter(language="zh_CN"))
    lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    assert [one["letter"]["language"] for one in lines] == ["en", "zh_CN"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(NotSent) as refused:
        LogFile(tmp_path / "missing" / "messages.jsonl").send(letter())
    assert refused.value.again


def by_mail(server: MailServer) -> Smtp:
    return Smtp(mail_server(f"smtp://127.0.0.1:{server.port}", "shop@shop.example"))


def test_a_letter_goes_by_mail_as_it_was_written() -> None:
    with taking_mail() as server:
        by_mail(server).send(letter(language="zh_CN"))
        by_mail(server).send(letter(language="zh_CN"))
    got = [email.message_from_string(text, policy=email.policy.default) for text in server.letters]
    assert isinstance(got[0], EmailMessage)
    assert got[0]["Subject"] == "订单 P-0007 已备好"
    assert got[0]["To"] == "Rachel Tan <tan@shop.example>"
    assert "123455" in got[0].get_content()
    assert got[0]["Message-ID"] == got[1]["Message-ID"]


@pytest.mark.parametrize(("answer", "again"), [("450 later", True), ("550 unknown", False)])
def test_what_a_mail_server_says_decides_whether_it_is_asked_again(answer: str, again: bool) -> None:
    with taking_mail() as server:
        server.answers = [answer]
        with pytest.raises(NotSent) as refused:
            by_mail(server).send(letter())
    assert refused.value.again is again
    assert refused.value.code == f"SMTP {answer[:3]}"


def test_a_mail_server_that_is_down_is_asked_again() -> None:
    carrier = Smtp(mail_server(f"smtp://127.0.0.1:{closed_port()}", "shop@shop.example"))
    with pytest.raises(NotSent) as refused:
        carrier.send(letter())
    assert refused.value.again


def test_a_mail_server_that_falls_silent_with_the_letter_in_hand_is_not_asked_again() -> None:
    with taking_mail() as server:
        server.hangs_up = True
        with pytest.raises(Uncertain):
            by_mail(server).send(letter())


@pytest.mark.parametrize(
    "address", ["no address", "a,b@c.example", "ü@c.example", "a@c.example\r\nBcc: d@e.f", ""]
)
def test_an_address_that_is_none_is_never_tried(address: str) -> None:
    with taking_mail() as server, pytest.raises(NotSent) as refused:
        by_mail(server).send(msgspec.structs.replace(letter(), email=address))
    assert not refused.value.again
    assert server.letters == []


def test_a_mail_server_elsewhere_is_spoken_to_in_secret() -> None:
    assert not mail_server("smtp://mail.example", "shop@shop.example").plain
    assert mail_server("smtps://u:p%40@mail.example", "shop@shop.example").password == "p@"
    assert mail_server("smtps://mail.example", "shop@shop.example").port == 465
    for address, sender, code in (
        ("http://mail.example", "shop@shop.example", "bad_server"),
        ("smtp://mail.example:x", "shop@shop.example", "bad_server"),
        ("smtp://", "shop@shop.example", "bad_server"),
        ("smtp://mail.example", "shop", "bad_sender"),
    ):
        with pytest.raises(MailRefused) as refused:
            mail_server(address, sender)
        assert refused.value.code == code


class Carrier:
    """A carrier that does what the test says."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.fail: Callable[[], None] = lambda: None

    def send(self, letter: Letter) -> None:
        self.fail()
        self.letters.append(letter)


@pytest.fixture
def waiting(shop: Centre) -> Centre:
    """A centre with an order of the demo store and two messages about it."""
    made = booked(order(number="P-0007"))
    with shop.database.write() as connection:
        trip = RoundTrip(connection)
        add_order(trip, made)
        trip.run()
        told = [ToTell(kind=kind, order_id="P-1", key="a") for kind in ("confirmed", "ready")]
        queue_messages(connection, told)
        queue_messages(connection, told)
    return shop


def states(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        return list(connection.execute(select(message.c.state).order_by(message.c.message_id)).scalars())


def alert_count(centre: Centre) -> int:
    with centre.database.read() as connection:
        return len(connection.execute(select(tables.alert).filter_by(code="message_not_sent")).all())


def raising(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_each_message_is_sent_once(waiting: Centre) -> None:
    carrier = Carrier()
    post = Post(waiting.database, carrier)
    now = text_after(now_text(), timedelta(minutes=1))
    assert post.send_due(now) == 2
    assert post.send_due(now) == 0
    assert [one.kind for one in carrier.letters] == ["confirmed", "ready"]
    assert states(waiting) == ["sent", "sent"]


def test_what_was_not_taken_is_sent_later_and_given_up_after_a_day(waiting: Centre) -> None:
    carrier = Carrier()
    post = Post(waiting.database, carrier)
    now = text_after(now_text(), timedelta(minutes=1))
    carrier.fail = raising(NotSent("SMTP 450", again=True))
    assert post.send_due(now) == 1, "whoever cannot take one is not asked to take the next at once"
    carrier.fail = lambda: None
    assert post.send_due(text_after(now, timedelta(minutes=1))) == 2
    assert states(waiting) == ["sent", "sent"]


def test_a_message_that_nobody_takes_ends_with_a_person(waiting: Centre) -> None:
    carrier = Carrier()
    carrier.fail = raising(NotSent("SMTP 450", again=True))
    post = Post(waiting.database, carrier)
    post.send_due(text_after(now_text(), timedelta(days=2)))
    carrier.fail = raising(NotSent("SMTP 550", again=False))
    post.send_due(text_after(now_text(), timedelta(minutes=1)))
    assert states(waiting) == ["not_sent", "not_sent"]
    assert alert_count(waiting) == 2


def test_what_may_have_been_sent_is_never_sent_again(waiting: Centre) -> None:
    carrier = Carrier()
    post = Post(waiting.database, carrier)
    now = text_after(now_text(), timedelta(minutes=1))
    carrier.fail = raising(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        post.send_due(now)
    carrier.fail = raising(Uncertain("silence"))
    post.send_due(now)
    carrier.fail = lambda: None
    assert post.send_due(text_after(now, timedelta(hours=1))) == 0
    assert states(waiting) == ["uncertain", "uncertain"]
    assert alert_count(waiting) == 2
    assert carrier.letters == []


def test_a_kind_that_nobody_knows_keeps_the_others_from_nothing(waiting: Centre) -> None:
    with waiting.database.write() as connection:
        queue_messages(connection, [ToTell(kind="telegram", order_id="P-1", key="b")])
    assert Post(waiting.database, Carrier()).send_due(text_after(now_text(), timedelta(minutes=1))) == 3
    assert states(waiting) == ["sent", "sent", "not_sent"]
