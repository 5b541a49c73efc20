"""`verify`, `backup` and `restore`: a journal is audited, copied and put back by one command each."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from pos_app.commands import run
from pos_app.database.connection import Database
from pos_app.database.files import open_journal
from pos_app.database.folder_lock import lock_folder
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import SCHEMA_VERSION
from pos_app.database.keys import KEY_FILE
from pos_app.database.mirror import MIRROR_FOLDER, Mirror
from pos_app.database.mirror_rows import MirrorSource
from pos_app.database.safety import open_checked_journal
from pos_app.database.upkeep import restore
from pos_app.services.mirroring import Mirroring
from tests.database.till_files import KEY, TILL, complete, files_in, journal_on

SOLD = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a till that sold something, with its key and its mirror, closed."""
    made = tmp_path / "till"
    made.mkdir()
    (made / KEY_FILE).write_text(KEY)
    database = open_journal(made, KEY)
    journal = journal_on(database)
    journal.enrol(TILL)
    for number in range(SOLD):
        complete(journal, f"basket-{number}")
    mirroring = Mirroring(MirrorSource(database), Mirror(made / MIRROR_FOLDER, KEY))
    mirroring.run_once()
    mirroring.close()
    database.close()
    return made


def opened(folder: Path) -> tuple[Database, Journal]:
    database = open_journal(folder, KEY)
    return database, journal_on(database)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sound_journal_passes_and_nothing_of_it_changes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert run(["verify", "--data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"{SOLD + 1} facts in 1 lives, {SOLD} sales, SGD {SOLD * 840:,}" in said
    assert "未发现问题" in said
    assert contents(folder) == before


def test_every_flipped_bit_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "journal.db"
    whole = path.read_bytes()
    chance = random.Random(5)
    for _ in range(25):
        place = chance.randrange(len(whole))
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        assert run(["verify", "--data", str(folder)]) == 1, place
    assert "findings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "UPDATE journal SET body = replace(body, '840', '839') WHERE device_seq = 5",
            "not what its hash says",
        ),
        ("DELETE FROM journal WHERE device_seq = 5", "what was between is missing"),
        ("DELETE FROM journal WHERE device_seq > 11", "the mirror has number 12"),
        ("UPDATE sales SET total_minor = 1 WHERE sale_id = 'basket-3'", "the list says"),
        ("UPDATE identity SET acked_seq = 99", "the centre has 99"),
        ("UPDATE journal SET prev_hash = hash WHERE device_seq = 5", "not what its hash says"),
    ],
)
def test_an_auditor_is_told_what_somebody_changed(
    folder: Path, capsys: pytest.CaptureFixture[str], change: str, found: str
) -> None:
    database = Database(folder / "journal.db", KEY)
    with database.write() as connection:
        connection.exec_driver_sql(change)
    database.close()
    assert run(["verify", "--data", str(folder)]) == 1
    assert found in capsys.readouterr().out


def test_a_copy_without_its_key_is_checked_with_a_key_file(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "evidence"
    copy.mkdir()
    shutil.copy(folder / "journal.db", copy)
    assert run(["verify", "--data", str(copy)]) == 2, "no key, no word"
    assert run(["verify", "--data", str(copy), "--key-file", str(folder / KEY_FILE)]) == 0
    assert files_in(copy) == ["journal.db"]


def test_a_folder_without_a_journal_is_refused(tmp_path: Path) -> None:
    assert run(["verify", "--data", str(tmp_path)]) == 2
    assert run(["backup", "--data", str(tmp_path), "--to", str(tmp_path / "to")]) == 2
    assert run(["restore", "--data", str(tmp_path), "--from", str(tmp_path)]) == 2
    assert files_in(tmp_path) == []


def test_a_backup_is_made_while_the_till_sells_and_brings_it_back(folder: Path, tmp_path: Path) -> None:
    database, journal = opened(folder)
    with lock_folder(folder):
        assert run(["backup", "--data", str(folder), "--to", str(tmp_path / "kept"), "--with-keys"]) == 0
        assert run(["verify", "--data", str(folder)]) == 0, "also while the till runs"
        assert run(["restore", "--data", str(folder), "--from", str(tmp_path / "kept")]) == 2
    assert run(["backup", "--data", str(folder), "--to", str(tmp_path / "kept")]) == 2, "never over another"
    later = complete(journal, "after-the-backup")
    database.close()
    shutil.rmtree(folder)
    assert run(["restore", "--data", str(folder), "--from", str(tmp_path / "kept")]) == 0
    database, journal = opened(folder)
    who = journal.identity()
    assert who is not None
    assert who.incarnation != TILL.incarnation
    assert len(journal.sales()) == SOLD
    assert journal.sale(later.receipt_number) is None, "the backup is older"
    database.close()
    assert run(["verify", "--data", str(folder)]) == 0


def test_a_restore_takes_from_the_mirror_what_the_backup_lacks(folder: Path, tmp_path: Path) -> None:
    assert run(["backup", "--data", str(folder), "--to", str(tmp_path / "kept")]) == 0
    database, journal = opened(folder)
    later = complete(journal, "after-the-backup")
    mirroring = Mirroring(MirrorSource(database), Mirror(folder / MIRROR_FOLDER, KEY))
    mirroring.run_once()
    mirroring.close()
    database.close()
    assert run(["restore", "--data", str(folder), "--from", str(tmp_path / "kept")]) == 0
    database, journal = opened(folder)
    assert journal.sale(later.receipt_number) is not None
    assert complete(journal, "next").receipt_number != later.receipt_number
    database.close()
    assert (folder / "replaced-001" / "journal.db").exists()


def test_a_restore_that_is_cut_short_leaves_no_room_for_what_an_earlier_salvage_left(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["backup", "--data", str(folder), "--to", str(tmp_path / "kept")]) == 0
    (tmp_path / "begun").mkdir()
    open_journal(tmp_path / "begun", KEY).close()
    shutil.copy2(tmp_path / "begun" / "journal.db", folder / "journal.db.salvaged")

    really_copy = shutil.copy2

    def cut_short(source: Path, target: Path) -> None:
        if target.parent == folder:
            raise KeyboardInterrupt
        really_copy(source, target)

    mirror = Mirror(folder / MIRROR_FOLDER, KEY)
    monkeypatch.setattr("pos_app.database.upkeep.shutil.copy2", cut_short)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "kept", folder, KEY, mirror, journal_on)
    database = open_checked_journal(folder, KEY, mirror, journal_on)
    assert len(journal_on(database).sales()) == SOLD, "put right from the mirror"
    database.close()


def test_a_damaged_backup_replaces_nothing(folder: Path, tmp_path: Path) -> None:
    assert run(["backup", "--data", str(folder), "--to", str(tmp_path / "kept")]) == 0
    content = bytearray((tmp_path / "kept" / "journal.db").read_bytes())
    content[20_000] ^= 1
    (tmp_path / "kept" / "journal.db").write_bytes(content)
    before = contents(folder)
    assert run(["restore", "--data", str(folder), "--from", str(tmp_path / "kept")]) == 2
    assert contents(folder) == before


def test_a_journal_of_another_version_is_not_judged(folder: Path) -> None:
    database = Database(folder / "journal.db", KEY)
    with database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    assert run(["verify", "--data", str(folder)]) == 2
