"""A centre that is restored from a backup is refilled by its tills: every sale is there once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sync.client.status import SyncState
from tests.database.till_files import complete
from tests.sync.both_sides import CentreProcess, TillSide, centre_command, wait_until


def test_tills_give_a_restored_centre_what_its_backup_did_not_have(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("is fetched again: new_epoch")
    first = [complete(enrolled.journal, name).receipt_number for name in ("b1", "b2")]
    enrolled.start()
    wait_until(lambda: centre.receipts() == sorted(first))
    backup = tmp_path / "centre.backup"
    centre_command("backup", "--data", str(centre.folder), "--to", str(backup))
    later = [complete(enrolled.journal, name).receipt_number for name in ("b3", "b4", "b5")]
    enrolled.engine.wake()
    wait_until(lambda: centre.receipts() == sorted(first + later))
    epoch = centre.ask("SELECT epoch FROM centre")
    centre.kill()
    shutil.rmtree(centre.folder)
    centre_command("restore", "--data", str(centre.folder), "--from", str(backup))
    assert centre.receipts() == sorted(first)
    assert centre.ask("SELECT epoch FROM centre") != epoch
    centre.start()
    enrolled.engine.try_now()
    wait_until(lambda: centre.receipts() == sorted(first + later))
    wait_until(enrolled.is_synced)
    assert enrolled.engine.status.state is SyncState.SYNCED
    assert centre.ask("SELECT COUNT(*), COUNT(DISTINCT event_id) FROM inbox") == [(6, 6)]
    assert centre_command("rebuild", "--data", str(centre.folder), "--check").startswith("6 facts")
