"""Whatever happens to `journal.db`, what was sold is found again in its mirror, and nothing is made up."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from pos_app.database.connection import Database
from pos_app.database.identity import Identity
from pos_app.database.journal import Journal
from pos_app.database.mirror import MIRROR_FOLDER, Mirror, MirroredFact, MirrorReport
from pos_app.database.mirror_rows import MirrorSource
from pos_app.database.outbox import Outbox
from pos_app.database.problems import DatabaseProblem
from pos_app.database.safety import open_checked_journal, report_of, report_seen
from pos_app.database.salvage import SALVAGED_FILE, salvage
from pos_app.database.salvage_reading import SalvageReport
from pos_app.services.mirroring import Mirroring
from retail.events import PickupStepped
from retail.journal import verify_chain
from tests.database.ship_schema import STEP, STEP_MOVES
from tests.database.till_files import (
    KEY,
    OTHER_KEY,
    TILL,
    attempt,
    complete,
    files_in,
    journal_on,
    open_sale,
)

BUSY_DAY = 40


def mirror_in(folder: Path) -> Mirror:
    return Mirror(folder / MIRROR_FOLDER, KEY)


def mirror_all(database: Database, folder: Path) -> None:
    mirroring = Mirroring(MirrorSource(database), mirror_in(folder))
    while mirroring.run_once():
        pass
    assert mirroring.standing.behind == 0
    mirroring.close()


def opened(folder: Path) -> tuple[Database, Journal]:
    database = open_checked_journal(folder, KEY, mirror_in(folder), journal_on)
    return database, journal_on(database)


def report_in(journal: Journal) -> SalvageReport:
    report = report_of(journal)
    assert report is not None
    return report


@pytest.fixture
def day(tmp_path: Path, journal_database: Database, journal: Journal) -> Path:
    """Give the folder of a till with a day behind it, mirrored and closed."""
    for number in range(BUSY_DAY):
        complete(journal, f"basket-{number}")
    journal.start_payment(attempt("attempt-1", "basket-open"), open_sale("basket-open"))
    journal.record(PickupStepped(step=STEP), STEP_MOVES)
    journal.set_local_setting("theme", "dark")
    Outbox(journal_database, journal).acknowledge(TILL.incarnation, 10, "epoch-1")
    mirror_all(journal_database, tmp_path)
    journal_database.close()
    return tmp_path


def who(journal: Journal) -> Identity:
    found = journal.identity()
    assert found is not None
    return found


def assert_all_sold(database: Database, journal: Journal) -> None:
    """Check that the day is whole: sales, numbers, the open sale, the attempt, the step and its stock."""
    assert len(journal.sales(1000)) == BUSY_DAY
    assert who(journal).next_receipt_counter == TILL.next_receipt_counter + BUSY_DAY
    assert [each.basket.basket_id for each in journal.open_sales()] == ["basket-open"]
    assert [each.attempt_id for each in journal.unresolved_attempts()] == ["attempt-1"]
    assert journal.local_setting("theme") == "dark"
    facts = MirrorSource(database).facts_after(0, 1000)
    assert verify_chain(f.envelope for f in facts if f.envelope.incarnation == TILL.incarnation) == 43
    assert [fact.moves for fact in facts if fact.envelope.kind == "pickup.stepped"] == [
        tuple((move.product_id, move.location.value, str(move.quantity)) for move in STEP_MOVES)
    ]


def flip(path: Path, place: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)


def test_a_sound_till_opens_without_a_report_and_nothing_is_moved(day: Path) -> None:
    database, journal = opened(day)
    assert report_of(journal) is None
    assert_all_sold(database, journal)
    assert who(journal).incarnation == TILL.incarnation
    database.close()
    assert not list(day.glob("damaged-*"))


def test_the_mirror_says_nothing_readable_and_another_key_opens_none_of_it(day: Path) -> None:
    everything = b"".join(path.read_bytes() for path in (day / MIRROR_FOLDER).iterdir())
    assert b"Noor" not in everything
    assert b"receipt" not in everything
    report = MirrorReport()
    assert list(Mirror(day / MIRROR_FOLDER, OTHER_KEY).read(report)) == []
    assert report.unreadable


@pytest.mark.parametrize("page", ["first", "of the facts", "every third"])
def test_a_damaged_journal_is_put_right_from_its_mirror(day: Path, page: str) -> None:
    path = day / "journal.db"
    pages = path.stat().st_size // 4096
    wanted = {"first": [0], "of the facts": range(10, pages - 2), "every third": range(0, pages, 3)}[page]
    for number in wanted:
        flip(path, number * 4096 + 1000)
    database = None
    if page == "of the facts":
        with pytest.raises(DatabaseProblem):
            check_whole(path)
    try:
        database, journal = opened(day)
        if report_of(journal) is None:  # the quick look saw nothing wrong: the whole check does
            database.close()
            database, journal = salvaged(day)
        assert_all_sold(database, journal)
        report = report_in(journal)
        assert report.kept + report.from_mirror == 43
        assert report.missing == 0
        assert report.new_incarnation
        assert who(journal).incarnation != TILL.incarnation
        assert (day / report_folder(day) / "journal.db").exists(), "the damaged file is kept"
        complete(journal, "basket-after")
        assert len({each.receipt_number for each in journal.sales(1000)}) == BUSY_DAY + 1
        waiting = Outbox(database, journal)
        first = waiting.unsent(1000, 10_000_000)
        assert first is not None
        assert [each.device_seq for each in first.events] == list(range(11, 44)), "the old life goes first"
        report_seen(journal)
        assert report_of(journal) is None
    finally:
        if database is not None:
            database.close()


def check_whole(path: Path) -> None:
    database = Database(path, KEY, read_only=True)
    try:
        database.check()
    finally:
        database.close()


def salvaged(folder: Path) -> tuple[Database, Journal]:
    salvage(folder, KEY, mirror_in(folder), "damaged", journal_on)
    return opened(folder)


def report_folder(folder: Path) -> str:
    return sorted(folder.glob("damaged-*"))[-1].name


def test_without_a_mirror_what_can_be_read_is_kept_and_the_loss_is_said(day: Path) -> None:
    shutil.rmtree(day / MIRROR_FOLDER)
    sound = (day / "journal.db").read_bytes()
    lost, kept = 0, 0
    for page in range(24, len(sound) // 4096, 9):
        (day / "journal.db").write_bytes(sound)
        flip(day / "journal.db", page * 4096 + 500)
        database, journal = salvaged(day)
        report = report_in(journal)
        database.close()
        there = len(journal_facts(day))
        assert there == report.kept + 1 + report.new_incarnation, "what was kept, and what says so"
        assert report.kept + report.missing <= 43
        assert report.new_incarnation or not report.missing
        lost, kept = lost + report.missing, kept + report.kept
    assert lost, "some page held facts"
    assert kept > 10 * lost


def journal_facts(folder: Path) -> list[str]:
    database = Database(folder / "journal.db", KEY, read_only=True)
    try:
        return [fact.envelope.kind for fact in MirrorSource(database).facts_after(0, 1000)]
    finally:
        database.close()


def test_a_first_page_that_is_gone_without_a_mirror_is_left_for_a_person(day: Path) -> None:
    shutil.rmtree(day / MIRROR_FOLDER)
    flip(day / "journal.db", 1000)
    before = (day / "journal.db").read_bytes()
    with pytest.raises(DatabaseProblem) as caught:
        opened(day)
    assert caught.value.code == "wrong_key"
    assert (day / "journal.db").read_bytes() == before


def test_a_wrong_key_is_no_damage(day: Path) -> None:
    with pytest.raises(DatabaseProblem) as caught:
        open_checked_journal(day, OTHER_KEY, Mirror(day / MIRROR_FOLDER, OTHER_KEY), journal_on)
    assert caught.value.code == "wrong_key"
    assert not list(day.glob("damaged-*"))


def test_an_older_copy_is_noticed_without_any_network_and_no_receipt_is_used_twice(day: Path) -> None:
    shutil.copy(day / "journal.db", day / "image.db")
    database, journal = opened(day)
    later = [complete(journal, f"later-{number}").receipt_number for number in range(3)]
    mirror_all(database, day)
    database.close()
    shutil.move(day / "image.db", day / "journal.db")
    database, journal = opened(day)
    report = report_in(journal)
    assert (report.reason, report.from_mirror) == ("rolled_back", 3)
    assert len(journal.sales(1000)) == BUSY_DAY + 3
    assert complete(journal, "next").receipt_number not in later
    database.close()


def test_a_log_that_ends_early_is_noticed(day: Path) -> None:
    """SQLite throws away what follows a flipped bit in the write-ahead log, without a word."""
    database, journal = opened(day)
    for number in range(5):
        complete(journal, f"later-{number}")
    mirror_all(database, day)
    crashed = day / "crashed"
    crashed.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(day / f"journal.db{ending}", crashed / f"journal.db{ending}")
    shutil.copytree(day / MIRROR_FOLDER, crashed / MIRROR_FOLDER)
    database.close()
    flip(crashed / "journal.db-wal", 32 + 24 + 100)
    again, kept = opened(crashed)
    assert len(kept.sales(1000)) == BUSY_DAY + 5
    assert report_in(kept).reason == "rolled_back"
    again.close()


@pytest.fixture
def crashed(tmp_path: Path, journal_database: Database, journal: Journal) -> Path:
    """Give the files of a till without a mirror that was killed after ten sales, all in its log."""
    journal_database.checkpoint()
    for number in range(10):
        complete(journal, f"basket-{number}")
        journal.save_open_sale(open_sale("basket-open", lines=number + 1))
    folder = tmp_path / "crashed"
    folder.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"journal.db{ending}", folder / f"journal.db{ending}")
    return folder


def test_flipped_bits_of_a_log_take_no_sale_away_without_a_mirror(crashed: Path, tmp_path: Path) -> None:
    log = crashed / "journal.db-wal"
    size = log.stat().st_size
    chance = random.Random(7)
    cured = 0
    for number in range(6):
        folder = tmp_path / f"try-{number}"
        shutil.copytree(crashed, folder)
        flip(folder / "journal.db-wal", chance.randrange(32, size * 3 // 4), chance.randrange(8))
        database, journal = opened(folder)
        report = report_of(journal)
        sold = len(journal.sales(1000))
        numbers = {each.receipt_number for each in journal.sales(1000)}
        database.close()
        assert len(numbers) == sold
        assert sold == 10 or (report is not None and report.new_incarnation), "either whole, or it is said"
        cured += sold == 10
    assert cured >= 4, "a damaged page costs the facts of that page at most, and a later one brings most back"


@pytest.mark.parametrize("place", [2, 10, 18, 26])
def test_a_log_with_a_damaged_header_is_not_forgotten(crashed: Path, place: int) -> None:
    flip(crashed / "journal.db-wal", place)
    database, journal = opened(crashed)
    assert len(journal.sales(1000)) == 10
    assert report_in(journal).missing == 0
    database.close()


def test_a_torn_end_of_a_log_is_no_damage(crashed: Path) -> None:
    log = crashed / "journal.db-wal"
    content = log.read_bytes()
    log.write_bytes(content[: len(content) - 2000])
    database, journal = opened(crashed)
    assert report_of(journal) is None
    assert len(journal.sales(1000)) >= 9
    database.close()


def test_a_missing_journal_beside_its_mirror_is_made_again(day: Path) -> None:
    (day / "journal.db").unlink()
    database, journal = opened(day)
    assert_all_sold(database, journal)
    database.close()


def test_a_salvage_that_was_cut_short_is_finished(day: Path) -> None:
    flip(day / "journal.db", 1000)
    database, journal = opened(day)
    database.close()
    (day / "journal.db").rename(day / SALVAGED_FILE)
    (day / "journal.db-wal").write_bytes(b"left from before")
    database, journal = opened(day)
    assert_all_sold(database, journal)
    database.close()
    assert SALVAGED_FILE not in files_in(day)


def test_flipped_bits_of_the_mirror_are_never_believed(day: Path) -> None:
    segment = next((day / MIRROR_FOLDER).iterdir())
    whole = segment.read_bytes()
    true = {
        (record.position, record.envelope.hash)
        for record in mirror_in(day).read()
        if isinstance(record, MirroredFact)
    }
    chance = random.Random(11)
    for _ in range(200):
        flip(segment, chance.randrange(len(whole)), chance.randrange(8))
        report = MirrorReport()
        read = {
            (record.position, record.envelope.hash)
            for record in mirror_in(day).read(report)
            if isinstance(record, MirroredFact)
        }
        assert read <= true
        assert report.unreadable, "and it is noticed"
        assert len(true) - len(read) <= 1, "one bit costs one record"
        segment.write_bytes(whole)


def test_a_mirror_that_cannot_be_written_stops_nothing(
    journal_database: Database, journal: Journal, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    mirroring = Mirroring(MirrorSource(journal_database), Mirror(tmp_path / "file" / "deeper", KEY))
    assert not mirroring.run_once()
    assert mirroring.standing.problem == "unreachable"
    complete(journal, "basket-1")
    (tmp_path / "file").unlink()
    mirroring.run_once()
    assert mirroring.standing.problem == ""
    assert mirroring.standing.behind == 0
    mirroring.close()
