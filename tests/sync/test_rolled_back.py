"""A till's disk is an older copy of itself, or a copy of it sells elsewhere: nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from retail.journal import Envelope, verify_chain
from sync.client.status import SyncState
from tests.database.till_files import complete
from tests.sync.both_sides import CentreProcess, TillSide, wait_until

Announce = Callable[[str], None]


def sell(till: TillSide, *baskets: str) -> list[str]:
    return [complete(till.journal, basket).receipt_number for basket in baskets]


def keep_a_copy(till: TillSide, tmp_path: Path) -> Path:
    """Copy the till's folder as an image of its disk does."""
    till.close()
    kept = tmp_path / "image"
    shutil.copytree(tmp_path / "till", kept)
    return kept


def restored(tmp_path: Path, image: Path) -> TillSide:
    """Put the copy in the till's place."""
    shutil.rmtree(tmp_path / "till")
    shutil.copytree(image, tmp_path / "till")
    return TillSide(tmp_path / "till")


def is_told(till: TillSide) -> bool:
    return till.engine.status.state is SyncState.ATTENTION


def at_the_centre(centre: CentreProcess) -> list[str]:
    return sorted(sale for (sale,) in centre.ask("SELECT sale_id FROM sale"))


def check_chains(centre: CentreProcess) -> int:
    """Verify every life at the centre from its first fact on; return how many there are."""
    lives: dict[str, list[Envelope]] = {}
    for (text,) in centre.ask("SELECT envelope FROM inbox ORDER BY incarnation, device_seq"):
        envelope = msgspec.json.decode(text, type=Envelope)
        lives.setdefault(envelope.incarnation, []).append(envelope)
    for envelopes in lives.values():
        verify_chain(envelopes)
    return len(lives)


def heal(till: TillSide) -> None:
    till.start()
    wait_until(lambda: till.unsent() == () and till.outbox.waiting().count == 0)
    till.close()


def test_a_disk_that_was_rolled_back_uses_no_number_twice(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path, expected_logs: Announce
) -> None:
    expected_logs(r"WARNING sync\.client\.sender: the centre has other facts under the same numbers")
    sold = sell(enrolled, "b1")
    image = keep_a_copy(enrolled, tmp_path)
    till = TillSide(tmp_path / "till")
    sold += sell(till, "b2", "b3", "b4")
    till.engine.run_once(30)
    till.close()
    back = restored(tmp_path, image)
    back.start()
    wait_until(lambda: is_told(back))
    sold += sell(back, "b5", "b6")
    back.engine.wake()
    wait_until(lambda: back.outbox.waiting().count == 0)
    back.close()
    assert at_the_centre(centre) == ["b1", "b2", "b3", "b4", "b5", "b6"]
    assert len(set(sold)) == 6, "no receipt number was used twice"
    assert centre.receipts() == sorted(sold)
    assert check_chains(centre) == 2
    assert centre.ask("SELECT count(*) FROM inbox WHERE outcome <> 'applied'") == [(0,)]


def test_what_a_rolled_back_till_sold_without_the_centre_is_there_exactly_once(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path, expected_logs: Announce
) -> None:
    expected_logs(r"WARNING sync\.client\.sender: the centre has other facts under the same numbers")
    sell(enrolled, "b1")
    image = keep_a_copy(enrolled, tmp_path)
    till = TillSide(tmp_path / "till")
    sell(till, "b2", "b3", "b4")
    till.engine.run_once(30)
    till.close()
    back = restored(tmp_path, image)
    centre.kill()
    sell(back, "c2", "c3")
    centre.start()
    heal(back)
    again = TillSide(tmp_path / "till")
    sold = sell(again, "c4")
    heal(again)
    assert at_the_centre(centre) == ["b1", "b2", "b3", "b4", "c2", "c3", "c4"]
    assert centre.ask("SELECT count(*) FROM sale WHERE receipt_number = ?", sold[0]) == [(1,)]
    assert check_chains(centre) == 2
    assert centre.ask("SELECT count(*) FROM inbox WHERE outcome <> 'applied'") == [(0,)]


def test_a_copy_that_sold_more_than_the_first_till_breaks_no_chain(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path, expected_logs: Announce
) -> None:
    expected_logs(r"WARNING sync\.client\.sender: the centre has other facts under the same numbers")
    sell(enrolled, "b1")
    enrolled.engine.run_once(30)
    image = keep_a_copy(enrolled, tmp_path)
    till = TillSide(tmp_path / "till")
    sell(till, "b2")
    till.engine.run_once(30)
    till.close()
    back = restored(tmp_path, image)
    centre.kill()
    sell(back, "c2", "c3", "c4", "c5")
    centre.start()
    heal(back)
    assert at_the_centre(centre) == ["b1", "b2", "c2", "c3", "c4", "c5"]
    assert check_chains(centre) == 2
    assert centre.ask("SELECT count(*) FROM alert WHERE code = 'chain_broken'") == [(0,)]
    till = TillSide(tmp_path / "till")
    assert len(till.journal.sales()) == 5, "b1 and what the copy sold, none doubled by writing it again"
    assert all(each.at_centre for each in till.journal.sales())
    till.close()


def test_a_power_cut_between_the_lives_loses_nothing(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path
) -> None:
    sell(enrolled, "b1", "b2")
    before = enrolled.journal.identity()
    assert before is not None
    enrolled.outbox.begin_incarnation()
    sell(enrolled, "b3")
    assert enrolled.outbox.waiting().count == 5
    assert enrolled.outbox.waiting().sales == 3
    first = enrolled.unsent()
    assert {each.incarnation for each in first} == {before.incarnation}, "the earlier life goes first"
    enrolled.engine.run_once(30)
    assert enrolled.outbox.waiting().count == 0
    assert at_the_centre(centre) == ["b1", "b2", "b3"]
    assert check_chains(centre) == 2
