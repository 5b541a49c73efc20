"""An upgrade that ends anywhere goes on, and comes to the database of one that nobody disturbed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from pos_app.commands import run
from pos_app.database.connection import Database
from pos_app.database.files import open_journal
from pos_app.database.migrations import JOURNAL, Schema, runner
from pos_app.database.migrations.runner import migrate
from pos_app.opening import CannotOpen, opened
from pos_app.program import parser
from sync.server.cli import main
from tests.database.till_files import KEY
from tests.faults.disk.interposing import POSSIBLE
from tests.faults.disk.platter import FATES
from tests.faults.processes import ROOT
from tests.faults.upgrades import FULL, KILLED, KINDS, SYNC_FAILS, Upgrade, content, shipped

on_linux = pytest.mark.skipif(not POSSIBLE, reason="calls of the system can be replaced on Linux only")

OLD = [(name, kept) for name in ("journal", "cache", "centre") for kept in shipped(name)]

AT_ONCE = """
import sys
import alembic.command, alembic.config
from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
upgrade(database)
print("done", flush=True)
"""


@on_linux
@pytest.mark.parametrize(("name", "kept"), OLD, ids=lambda one: getattr(one, "stem", ""))
def test_an_upgrade_that_was_killed_or_lost_its_power_goes_on(name: str, kept: Path, tmp_path: Path) -> None:
    one = Upgrade(name, kept, tmp_path)
    of_till = name != "centre"
    one.cut([KILLED], every=1 if of_till else 16, resume_every=8)
    one.cut([each for each in FATES if each != KILLED], every=9 if of_till else 60, resume_every=6)
    assert one.outcome.complaints == []
    assert one.outcome.not_begun
    assert one.outcome.finished
    assert one.before != one.after


@on_linux
@pytest.mark.parametrize(("name", "kept"), OLD, ids=lambda one: getattr(one, "stem", ""))
def test_an_upgrade_on_a_full_disk_goes_on_when_there_is_room(name: str, kept: Path, tmp_path: Path) -> None:
    one = Upgrade(name, kept, tmp_path)
    one.refuse(FULL if name != "centre" else FULL[:1], every=25 if name != "centre" else 90)
    assert one.outcome.complaints == []
    assert one.outcome.refused
    assert one.outcome.said, "whoever started the program is told"


@on_linux
@pytest.mark.parametrize(("name", "kept"), OLD, ids=lambda one: getattr(one, "stem", ""))
def test_an_upgrade_whose_sync_fails_is_not_believed(name: str, kept: Path, tmp_path: Path) -> None:
    """SQLite goes on when the names in a folder cannot be forced: the journal of another mode came back."""
    one = Upgrade(name, kept, tmp_path)
    one.refuse([SYNC_FAILS])
    assert one.outcome.complaints == []
    assert one.outcome.refused > 2
    assert one.outcome.said, "whoever started the program is told"


@on_linux
def test_an_upgrade_in_two_transactions_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def halved(database: Database, schema: Schema) -> None:
        migrate(database, schema)
        with database.write() as connection:
            connection.execute(text("CREATE TABLE second_half (number INTEGER)"))

    monkeypatch.setattr(runner, "migrate", halved)
    one = Upgrade("journal", shipped("journal")[-1], tmp_path)
    one.cut([KILLED])
    assert any("neither the old database nor the new one" in said for said in one.outcome.complaints)
    assert any("goes on to another database" in said for said in one.outcome.complaints)


def test_a_till_that_was_upgraded_a_moment_ago_is_left_alone(tmp_path: Path) -> None:
    shutil.copy(shipped("journal")[0], tmp_path / "journal.db")
    late = Database(tmp_path / "journal.db", KEY)
    open_journal(tmp_path, KEY).close()
    before = content(tmp_path, KINDS["journal"])
    migrate(late, JOURNAL)
    late.close()
    assert content(tmp_path, KINDS["journal"]) == before


def test_two_processes_that_upgrade_one_centre_at_once_do_it_once(tmp_path: Path) -> None:
    for folder in (tmp_path / "alone", tmp_path / "both"):
        folder.mkdir()
        shutil.copy(shipped("centre")[0], folder / "centre.db")
    KINDS["centre"].open(tmp_path / "alone")
    upgrade_at_once(f"sqlite:///{tmp_path / 'both' / 'centre.db'}")
    assert content(tmp_path / "both", KINDS["centre"]) == content(tmp_path / "alone", KINDS["centre"])


def test_a_till_with_files_of_a_newer_program_says_so_and_touches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "till"
    folder.mkdir()
    (folder / "till.key").write_text(KEY)
    open_journal(folder, KEY).close()
    newer = Database(folder / "journal.db", KEY)
    with newer.write() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {JOURNAL.version + 1}")
    newer.close()
    before = (folder / "journal.db").read_bytes()
    with pytest.raises(CannotOpen, match="written by a newer Evertill") as caught:
        opened(parser().parse_args(["--data", str(folder)]))
    assert caught.value.code == "too_new"
    assert run(["verify", "--data", str(folder)]) == 2
    assert "too_new" in capsys.readouterr().err
    assert (folder / "journal.db").read_bytes() == before


def test_a_centre_with_data_of_a_newer_program_says_so_and_touches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    KINDS["centre"].open(tmp_path)
    with closing(sqlite3.connect(tmp_path / "centre.db")) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    before = content(tmp_path, KINDS["centre"])
    assert main(["serve", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "of a newer centre; nothing was touched" in said
    assert "更新版本的中心" in said
    assert content(tmp_path, KINDS["centre"]) == before


def upgrade_at_once(url: str) -> None:
    """Start two processes, let both upgrade one centre at the same moment, and wait until both have."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    said = []
    for each in both:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in both:
        out, _ = each.communicate(timeout=60)
        said.append((out, each.returncode))
    assert said == [("done\n", 0)] * 2
