"""Old and new together: a till of the version before at this centre, and this till at a centre of before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos_app.viewmodels.sentences import Sentences
from retail.journal import verify_chain
from sync.client.enrolment import enrol
from sync.client.status import SyncState
from sync.client.transport import Transport
from sync.protocol import PREVIOUS_VERSION, PROTOCOL_VERSION
from tests.database.till_files import complete
from tests.sync.both_sides import CentreProcess, TillSide, centre_command, wait_until
from tests.sync.previous_version import STREAMS, PreviousCentre, PreviousTill


@pytest.fixture
def old_till(centre: CentreProcess) -> Iterator[PreviousTill]:
    """A till of the version before."""
    made = PreviousTill(centre.url)
    yield made
    made.close()


@pytest.fixture
def old_centre(centre: CentreProcess) -> Iterator[PreviousCentre]:
    """A centre of the version before."""
    made = PreviousCentre(centre.port)
    yield made
    made.close()


def enrol_through(till: TillSide, old_centre: PreviousCentre, code: str) -> None:
    transport = Transport(old_centre.url, trust=till.outbox.trust())
    try:
        enrol(
            transport,
            till.outbox,
            server_url=old_centre.url,
            code=code,
            till_name="Till",
            software_version="test",
        )
    finally:
        transport.close()


def test_the_version_before_is_the_one_whose_messages_are_kept() -> None:
    assert (PROTOCOL_VERSION, PREVIOUS_VERSION) == (2, 1)


def test_a_till_of_the_version_before_enrols_loads_follows_and_sends(
    old_till: PreviousTill, centre: CentreProcess
) -> None:
    answer = old_till.enrol(centre.enrolment_code())
    assert answer.status_code in {200, 201}
    assert answer.json()["token"], "it lives on a lasting token"
    for stream in STREAMS:
        old_till.load(stream)
    assert len(old_till.rows["catalogue"]) > 60
    assert old_till.push()["acked_seq"] == 5
    assert old_till.push()["acked_seq"] == 5, "sent again, counted once"
    assert centre.receipts() == ["T2-000412-7"]
    centre_command("load-demo", "--data", str(centre.folder), "--products", "62")
    assert old_till.follow("catalogue", wait=20) >= 2
    assert old_till.follow("prices") >= 2
    for stream in STREAMS:
        old_till.follow(stream)


def test_a_till_of_two_versions_ago_is_refused_with_a_sentence(centre: CentreProcess) -> None:
    till = PreviousTill(centre.url, version="0")
    answer = till.enrol(centre.enrolment_code())
    till.close()
    assert (answer.status_code, answer.json()["code"]) == (426, "protocol_mismatch")
    assert answer.json()["message"]["en"].startswith(
        "Till and centre speak different versions. Go on selling"
    )
    assert answer.json()["message"]["zh"]
    assert answer.headers["Evertill-Protocol"] == str(PROTOCOL_VERSION)


def test_a_till_goes_on_with_a_centre_of_the_version_before_until_that_is_updated(
    till: TillSide, centre: CentreProcess, old_centre: PreviousCentre
) -> None:
    enrol_through(till, old_centre, centre.enrolment_code())
    identity = till.journal.identity()
    assert identity is not None
    assert identity.token, "that centre gave a lasting token"
    till.new_engine()
    till.start()
    wait_until(till.is_synced, 60.0)
    complete(till.journal, "basket-1")
    till.engine.wake()
    wait_until(lambda: till.outbox.waiting().count == 0, 30.0)
    assert centre.receipts() == ["T2-000001-0"]
    assert till.engine.status.state is not SyncState.ATTENTION
    assert ("/v1/journal", "1") in old_centre.asked
    assert till.cache.product_by_code(("9520000010263",)) is not None
    old_centre.updated = True
    till.engine.try_now()
    complete(till.journal, "basket-2")
    till.engine.wake()
    wait_until(lambda: till.outbox.waiting().count == 0, 30.0)
    wait_until(lambda: _token_of(till) == "", 30.0)
    assert centre.ask("SELECT public_key <> '' FROM device") == [(1,)], "its own key counts from now on"
    complete(till.journal, "basket-3")
    till.engine.wake()
    wait_until(lambda: till.outbox.waiting().count == 0, 30.0)
    assert len(centre.receipts()) == 3
    assert verify_chain(till.unsent()) == 0


def _token_of(till: TillSide) -> str:
    identity = till.journal.identity()
    assert identity is not None
    return identity.token


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (0, "The centre is too old for this till and must be updated. Go on selling: nothing is lost."),
        (9, "This till must be updated before it can send again. Nothing is lost."),
    ],
)
def test_a_till_sells_on_beside_a_centre_that_it_cannot_speak_to_and_says_which_is_too_old(
    till: TillSide,
    centre: CentreProcess,
    version: int,
    said: str,
    expected_logs: Callable[[str], None],
    tmp_path: Path,
) -> None:
    till.enrol_at(centre)
    stranger = PreviousCentre(centre.port, version)
    till.outbox.move_centre(stranger.url)
    till.new_engine()
    complete(till.journal, "basket-1")
    report = till.engine.run_once(5.0)
    stranger.close()
    assert report.problem == ("centre_too_old" if version == 0 else "too_old")
    assert report.status.state is SyncState.ATTENTION
    assert till.outbox.waiting().count == 2, "the sale and the enrolment are kept"
    assert Sentences(lambda: 2).link_problem(report.problem) == said
