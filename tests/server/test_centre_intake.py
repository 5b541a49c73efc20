"""The journal lands first and is judged later; sending again is always safe."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import zstandard
from litestar.testing import TestClient
from sqlalchemy import Table, func, select

from retail.events import (
    BasketVoided,
    DrawerOpened,
    PaymentResolved,
    PaymentStarted,
    ReceiptReprinted,
    SaleCompleted,
    TillEnrolled,
)
from retail.journal import Envelope, content_hash
from retail.sale import TenderKind
from sync.protocol import MAX_BATCH_BYTES, ErrorAnswer, JournalBatch, Member
from sync.server.bodies import LARGEST_BODY
from sync.server.centre import Centre
from sync.server.control_totals import ControlTotals
from sync.server.database import tables
from sync.server.enrolment import device_of_token
from sync.server.intake import judge_again
from tests.server.tills import Till, enrolled_till


def count(centre: Centre, table: Table, **where: object) -> int:
    with centre.database.read() as connection:
        found: int = connection.execute(
            select(func.count()).select_from(table).filter_by(**where)
        ).scalar_one()
        return found


def reasons(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        rows = connection.execute(
            select(tables.inbox.c.reason).where(tables.inbox.c.outcome == "quarantined")
        )
        return [row.reason for row in rows]


def alerts(centre: Centre) -> set[str]:
    with centre.database.read() as connection:
        return set(connection.execute(select(tables.alert.c.code)).scalars())


def resealed(envelope: Envelope, **changes: object) -> Envelope:
    """Give the envelope with other content and a hash that fits it."""
    changed = msgspec.structs.replace(envelope, **changes)
    return msgspec.structs.replace(changed, hash=content_hash(changed))


def test_a_sale_is_stored_with_its_lines_tenders_and_taxes(shop: Centre, till: Till) -> None:
    answer = till.send(till.sell(sku="1001", quantity=2))
    assert (answer.acked_seq, answer.quarantined) == (1, 0)
    with shop.database.read() as connection:
        sale = connection.execute(select(tables.sale)).one()
    assert (sale.total_minor, sale.receipt_number[:9], sale.store_id) == (1100, "T1-000001", "S1")
    assert [count(shop, table) for table in (tables.sale_line, tables.sale_tender, tables.sale_tax)] == [
        1,
        1,
        1,
    ]


def test_sending_again_changes_nothing_and_gets_the_same_answer(shop: Centre, till: Till) -> None:
    events = [till.sell(member_id="M0001") for _ in range(3)]
    first = till.send(*events)
    assert till.send(*events) == first
    assert till.send(events[1]) == first
    assert count(shop, tables.sale) == 3
    assert count(shop, tables.member_points) == 3


def test_each_kind_of_fact_finds_its_place(shop: Centre, till: Till) -> None:
    facts = (
        TillEnrolled(store_id="S1", till_id="S1-T1", till_number=1, software_version="0.1.0"),
        PaymentStarted(
            attempt_id="a1", basket_id="b1", tender=TenderKind.CARD, amount_minor=550, currency="SGD"
        ),
        PaymentResolved(attempt_id="a1", outcome="approved", reference="7741"),
        BasketVoided(basket_id="b2", cashier_id="E0001", line_count=2, total_minor=900, reason="left"),
        ReceiptReprinted(receipt_number="T1-000001-2", cashier_id="E0001"),
        DrawerOpened(cashier_id="E0001", reason="change"),
    )
    answer = till.send(*(till.seal(fact) for fact in facts))
    assert (answer.acked_seq, answer.quarantined) == (6, 0)
    with shop.database.read() as connection:
        attempt = connection.execute(select(tables.payment_attempt)).one()
    assert (attempt.state, attempt.reference) == ("approved", "7741")
    assert count(shop, tables.watched_act) == 3


def test_the_same_number_with_another_content_is_refused_and_both_are_kept(shop: Centre, till: Till) -> None:
    first = till.sell()
    till.send(first)
    other = resealed(first, event_id="another-event")
    following = till.sell()
    answer = till.post(till.batch(other, following))
    assert answer.status_code == 409
    refusal = msgspec.json.decode(answer.content, type=ErrorAnswer)
    assert (refusal.code, refusal.acked_seq) == ("conflict", 2)
    assert refusal.message.zh
    assert count(shop, tables.conflict) == 1
    assert "conflict" in alerts(shop)
    assert till.send(following).acked_seq == 2
    assert count(shop, tables.sale) == 2


def test_the_same_event_from_a_cloned_journal_is_refused_without_blocking_the_queue(
    shop: Centre, till: Till, client: TestClient
) -> None:
    first = till.sell()
    till.send(first)
    clone = Till(client, till.enrolled, till.device_id)
    copied = resealed(first, incarnation=clone.incarnation)
    assert clone.post(clone.batch(copied)).status_code == 409
    fresh = resealed(till.sell(), incarnation=clone.incarnation, prev_hash=copied.hash)
    assert clone.send(fresh).acked_seq == 2
    assert count(shop, tables.sale) == 2


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("unknown_kind", {"kind": "moon.landed", "body": '{"kind":"moon.landed"}'}),
        ("newer_version", {"schema_version": 99}),
        ("unreadable", {"body": "{"}),
        ("unreadable", {"kind": "drawer.opened", "schema_version": 1}),
        ("unreadable", {"body": '{"kind":"sale.completed","sale":{"total_minor":1}}'}),
    ],
)
def test_what_cannot_be_read_is_quarantined_and_the_queue_goes_on(
    shop: Centre, till: Till, reason: str, changes: dict[str, object]
) -> None:
    strange = resealed(till.sell(), **changes)
    answer = till.send(strange, till.sell())
    assert (answer.acked_seq, answer.quarantined) == (2, 1)
    assert reasons(shop) == [reason]
    assert f"quarantined.{reason}" in alerts(shop)
    assert count(shop, tables.sale) == 1


def test_a_sale_whose_lines_do_not_make_its_total_is_quarantined(shop: Centre, till: Till) -> None:
    sale = msgspec.structs.replace(till.sale(), total_minor=1)
    answer = till.send(till.seal(SaleCompleted(sale=sale)))
    assert (answer.acked_seq, answer.quarantined) == (1, 1)
    assert reasons(shop) == ["totals_differ"]


def test_a_sale_of_another_store_is_quarantined(shop: Centre, till: Till) -> None:
    sale = msgspec.structs.replace(till.sale(), store_id="S9")
    till.send(till.seal(SaleCompleted(sale=sale)))
    assert reasons(shop) == ["other_store"]


def test_a_sale_that_came_before_under_another_event_is_not_booked_twice(shop: Centre, till: Till) -> None:
    sale = till.sale()
    till.send(till.seal(SaleCompleted(sale=sale)))
    till.send(till.seal(SaleCompleted(sale=sale)))
    assert (count(shop, tables.sale), reasons(shop)) == (1, ["sale_repeated"])


def test_one_bad_event_leaves_the_good_ones_of_its_batch_applied(shop: Centre, till: Till) -> None:
    sale = till.sale()
    events = [
        till.sell(),
        till.seal(SaleCompleted(sale=sale)),
        till.seal(SaleCompleted(sale=sale)),
        till.sell(),
    ]
    assert till.send(*events).quarantined == 1
    assert count(shop, tables.sale) == 3


def test_an_amount_beyond_every_column_is_quarantined_and_not_lost(
    shop: Centre, till: Till, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("cannot be applied: cannot_be_stored")
    huge = BasketVoided(basket_id="b", cashier_id="E0001", line_count=1, total_minor=10**25)
    answer = till.send(till.seal(huge), till.sell())
    assert (answer.acked_seq, answer.quarantined) == (2, 1)
    assert reasons(shop) == ["cannot_be_stored"]
    assert count(shop, tables.sale) == 1


def test_content_that_does_not_match_its_hash_is_quarantined(shop: Centre, till: Till) -> None:
    damaged = msgspec.structs.replace(till.sell(), hash="f" * 64)
    assert till.send(damaged).quarantined == 1
    assert reasons(shop) == ["hash_differs"]


def started_and_resolved(till: Till) -> tuple[Envelope, Envelope]:
    """Seal a payment's start and its outcome."""
    card = TenderKind.CARD
    begun = PaymentStarted(attempt_id="late", basket_id="b", tender=card, amount_minor=1, currency="SGD")
    return till.seal(begun), till.seal(PaymentResolved(attempt_id="late", outcome="approved"))


@pytest.mark.parametrize("again", [False, True], ids=["only what was missing", "all of it again"])
def test_what_landed_beyond_a_gap_is_judged_again_when_the_gap_closes(
    shop: Centre, till: Till, again: bool
) -> None:
    started, resolved = started_and_resolved(till)
    sold = till.sell()
    first = till.send(resolved, sold)
    assert (first.acked_seq, first.quarantined) == (0, 1)
    assert reasons(shop) == ["attempt_unknown"]
    last = till.send(started, resolved, sold) if again else till.send(started)
    assert (last.acked_seq, last.quarantined) == (3, 0)
    assert reasons(shop) == []
    with shop.database.read() as connection:
        assert connection.execute(select(tables.payment_attempt.c.state)).scalars().all() == ["approved"]
        alarms = connection.execute(select(tables.alert.c.resolved_at)).scalars().all()
    assert len(alarms) == 1
    assert alarms[0]


def test_what_is_still_missing_keeps_waiting_when_a_gap_closes(shop: Centre, till: Till) -> None:
    missing = till.sell()
    resolved = till.seal(PaymentResolved(attempt_id="nobody's", outcome="approved"))
    assert till.send(resolved).quarantined == 1
    last = till.send(missing, resolved)
    assert (last.acked_seq, last.quarantined) == (2, 1)
    assert reasons(shop) == ["attempt_unknown"]


def test_an_outcome_without_its_attempt_waits_until_it_can_be_judged_again(shop: Centre, till: Till) -> None:
    resolved = till.seal(PaymentResolved(attempt_id="late", outcome="approved"))
    started = till.seal(
        PaymentStarted(
            attempt_id="late", basket_id="b", tender=TenderKind.CARD, amount_minor=1, currency="SGD"
        )
    )
    till.send(resolved)
    assert reasons(shop) == ["attempt_unknown"]
    till.send(started)
    with shop.database.write() as connection:
        device = device_of_token(connection, till.enrolled.token)
        assert judge_again(connection, device, resolved.event_id)
    assert reasons(shop) == []


def test_a_nul_in_a_text_neither_breaks_the_centre_nor_holds_up_the_queue(
    shop: Centre, till: Till, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("cannot be applied: cannot_be_stored")  # PostgreSQL has no NUL in its texts
    broken = resealed(till.sell(), kind="sale\0completed")
    assert till.post(till.batch(broken)).status_code == 400
    reason = BasketVoided(basket_id="b", cashier_id="E\0001", line_count=1, total_minor=1)
    again = Till(till.client, till.enrolled, till.device_id)
    again.send(again.seal(reason), again.sell())
    assert count(shop, tables.sale) == 1
    assert till.get("/v1/streams/prices/snapshot", after_key="\0").status_code == 400


def test_a_gap_is_not_acknowledged_over(till: Till) -> None:
    first, second, third = till.sell(), till.sell(), till.sell()
    assert till.send(first).acked_seq == 1
    assert till.send(third).acked_seq == 1
    assert till.send(second).acked_seq == 3


def test_a_conflict_beyond_a_gap_takes_no_place_of_what_landed_first(shop: Centre, till: Till) -> None:
    first, second, third, fourth = (till.sell() for _ in range(4))
    till.send(first)
    till.send(third)
    other = resealed(third, business_time="2026-03-14T10:00:00.000Z")
    assert till.post(till.batch(second, other)).json()["acked_seq"] == 3
    assert alerts(shop) == {"conflict"}
    assert till.send(fourth).acked_seq == 4
    assert alerts(shop) == {"conflict"}


def test_an_empty_batch_asks_how_far_the_journal_is(till: Till) -> None:
    till.send(till.sell())
    assert till.send().acked_seq == 1


def test_a_broken_chain_is_alarmed_and_its_sales_are_kept(shop: Centre, till: Till) -> None:
    till.send(till.sell())
    till.send(resealed(till.sell(), prev_hash="e" * 64))
    assert "chain_broken" in alerts(shop)
    assert count(shop, tables.sale) == 2


def test_points_are_granted_once_and_published(shop: Centre, till: Till) -> None:
    event = till.sell(sku="1001", quantity=2, member_id="M0001")
    till.send(event)
    till.send(event)
    page = till.get("/v1/streams/members/changes", after=1).json()
    assert [change["key"] for change in page["changes"]] == ["member:M0001"]
    assert msgspec.convert(page["changes"][0]["row"], Member).points == 1284 + 11


def test_tills_that_serve_one_member_at_once_all_count(shop: Centre, client: TestClient) -> None:
    tills = [enrolled_till(shop, client, f"device-{number}") for number in range(4)]

    def work(till: Till) -> None:
        for _ in range(5):
            till.send(till.sell(sku="1001", quantity=2, member_id="M0001"))

    with ThreadPoolExecutor(4) as pool:
        for working in [pool.submit(work, till) for till in tills]:
            working.result(timeout=30)
    page = tills[0].get("/v1/streams/members/changes", after=1).json()
    assert page["changes"][-1]["row"]["points"] == 1284 + 20 * 11
    assert page["head"] == 21


def test_control_totals_count_quarantined_sales_too(till: Till) -> None:
    wrong = msgspec.structs.replace(till.sale(), subtotal_minor=7)
    last = till.sell()
    till.send(last, till.seal(SaleCompleted(sale=wrong)))
    answer = till.get("/v1/control-totals", incarnation=till.incarnation, first_seq=1, last_seq=3)
    totals = msgspec.json.decode(answer.content, type=ControlTotals)
    assert (totals.events, totals.sales, totals.quarantined, totals.missing) == (2, 2, 1, 1)
    assert totals.total_minor == 1100
    assert totals.tenders_minor == {"cash": 2000}
    assert totals.head_hash == ""


def test_a_batch_may_travel_packed(shop: Centre, till: Till) -> None:
    body = zstandard.compress(msgspec.json.encode(till.batch(till.sell())))
    answer = till.client.post(
        "/v1/journal",
        content=body,
        headers={**till.headers, "Content-Type": "application/json", "Content-Encoding": "zstd"},
    )
    assert answer.status_code == 200
    assert count(shop, tables.sale) == 1


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (zstandard.compress(b"0" * (LARGEST_BODY + 1)), "zstd", 413),
        (b"0" * (LARGEST_BODY + 1), "identity", 413),
        (b"no zstd", "zstd", 400),
        (zstandard.compress(b"x" * 5000)[:-9], "zstd", 400),
        (b"{}", "br", 415),
        (b"{", "identity", 400),
        (b"[]", "identity", 400),
        (b"\xff\xfe", "identity", 400),
    ],
)
def test_a_body_that_is_too_large_or_no_batch_is_refused_in_both_languages(
    shop: Centre, till: Till, body: bytes, encoding: str, status: int
) -> None:
    answer = till.client.post(
        "/v1/journal",
        content=body,
        headers={**till.headers, "Content-Type": "application/json", "Content-Encoding": encoding},
    )
    assert answer.status_code == status
    refusal = msgspec.json.decode(answer.content, type=ErrorAnswer)
    assert refusal.message.en
    assert refusal.message.zh
    assert count(shop, tables.inbox) == 0


def test_more_events_than_agreed_are_refused(shop: Centre, till: Till) -> None:
    fact = DrawerOpened(cashier_id="E0001", reason="change")
    events = [till.seal(fact) for _ in range(501)]
    assert till.post(till.batch(*events)).status_code == 413
    assert till.send(*events[:500]).acked_seq == 500
    assert LARGEST_BODY > MAX_BATCH_BYTES


def test_a_batch_of_another_device_or_out_of_order_stores_nothing(
    shop: Centre, till: Till, client: TestClient
) -> None:
    first, second = till.sell(), till.sell()
    other = enrolled_till(shop, client, "device-2")
    assert other.post(till.batch(first)).status_code == 403
    assert till.post(till.batch(second, first)).status_code == 400
    assert till.post(till.batch(other.sell())).status_code == 400
    foreign = JournalBatch(device_id=till.device_id, incarnation="x" * 200, events=())
    assert till.post(foreign).status_code == 400
    assert count(shop, tables.inbox) == 0


def test_a_gap_is_closed_by_a_batch_that_repeats_what_landed_behind_it(till: Till) -> None:
    first, second, third, fourth = (till.sell() for _ in range(4))
    assert till.send(first).acked_seq == 1
    assert till.send(third).acked_seq == 1, "it lands, and waits for the second"
    assert till.send(second, third, fourth).acked_seq == 4
    assert till.send(fourth).acked_seq == 4


def test_an_event_that_stands_twice_in_a_batch_lands_with_the_content_of_the_one_that_lands(
    shop: Centre, till: Till
) -> None:
    """The first stands at a place that is taken, so the second is the one that is kept."""
    opened = till.seal(DrawerOpened(cashier_id="E0001", reason="change"))
    till.send(opened)
    taken = resealed(opened, event_id="twice")
    voided = BasketVoided(basket_id="b", cashier_id="E0001", line_count=1, total_minor=1, reason="left")
    kept = till.seal(voided, event_id="twice")
    assert till.post(till.batch(taken, kept)).status_code == 409
    with shop.database.read() as connection:
        stored = connection.execute(select(tables.inbox).filter_by(event_id="twice")).one()
    assert (stored.kind, stored.hash) == ("basket.voided", kept.hash)
    assert msgspec.json.decode(stored.envelope, type=Envelope) == kept
