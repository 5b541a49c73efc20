"""Bugs of the centre: each gives a block in which a function of the product is exchanged for a wrong one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from sync.server import intake, looks, streams
from sync.server.database import inbox_rows, stock_rows
from sync.server.orders import promising
from sync.server.projections import goods
from tests.faults.simulation import centre_side


def no_dedup() -> AbstractContextManager[object]:
    """What is here already is booked as if it were new."""
    real_sort, real_add = intake._sort_out, inbox_rows.add_envelopes
    landed: set[str] = set()

    def all_new(batch: Any, here: Any) -> Any:
        parts = real_sort(batch, here)
        repeated = {one.device_seq for one in parts.repeated}
        again = [one for one in batch.events if one.device_seq in repeated]
        return replace(parts, fresh=[*again, *parts.fresh], repeated=())

    def add(trip: Any, envelopes: Any) -> None:
        real_add(trip, [one for one in envelopes if one[0].event_id not in landed])
        landed.update(one[0].event_id for one in envelopes)

    @contextmanager
    def planted() -> Iterator[None]:
        with patch.object(intake, "_sort_out", all_new), patch.object(inbox_rows, "add_envelopes", add):
            yield

    return planted()


def acknowledged_beyond_a_gap() -> AbstractContextManager[object]:
    """The highest number that came is acknowledged, whatever is missing below it."""
    real = intake._advanced

    def highest(found: Any, parts: Any) -> Any:
        place, broken = real(found, parts)
        last = parts.fresh[-1] if parts.fresh else None
        if last is None or last.device_seq <= place.acked_seq:
            return place, broken
        return place._replace(acked_seq=last.device_seq, head_hash=last.hash), []

    return patch.object(intake, "_advanced", highest)


def a_gap_stays() -> AbstractContextManager[object]:
    """What landed beyond a gap does not count as here when that gap is closed (found by seed 31)."""
    real = intake._advanced

    def forgets(found: Any, parts: Any) -> Any:
        return real(replace(found, beyond_gap=()), parts)

    return patch.object(intake, "_advanced", forgets)


def last_writer_wins() -> AbstractContextManager[object]:
    """Each process remembers the balances that it wrote, and writes the sum of what it knows."""
    real = stock_rows.add_movements
    known: dict[tuple[int, Any], int] = {}

    def remembers(connection: Any, moved: Sequence[Any]) -> Any:
        changes = real(connection, moved)
        for key, change in changes.items():
            mine = (id(connection.engine), key)
            table = stock_rows.stock_balance
            here = (
                (table.c.store_id == key.store_id)
                & (table.c.product_id == key.product_id)
                & (table.c.location == str(key.location))
            )
            now = connection.execute(table.select().where(here)).one().quantity_milli
            before = known.get(mine, now - stock_rows.to_milli(change))
            known[mine] = before + stock_rows.to_milli(change)
            connection.execute(table.update().where(here).values(quantity_milli=known[mine]))
        return changes

    return patch.object(stock_rows, "add_movements", remembers)


def stock_moves_the_other_way() -> AbstractContextManager[object]:
    """A sale puts goods on the shelf."""
    real = goods.sale_movements

    def other_way(sale: Any, *, event_id: str) -> Any:
        return tuple(replace(one, quantity=-one.quantity) for one in real(sale, event_id=event_id))

    return patch.object(goods, "sale_movements", other_way)


def reservation_without_lock() -> AbstractContextManager[object]:
    """What may be promised is looked up once and remembered, instead of read under the lock."""
    owner = next(
        one for one in vars(promising).values() if isinstance(one, type) and hasattr(one, "known_locked")
    )
    real = owner.known_locked
    remembered: dict[tuple[str, ...], Any] = {}

    def stale(self: Any, trip: Any, desk: Any, units: Any, now: str) -> Any:
        fresh = real(self, trip, desk, units, now)
        key = tuple(sorted(units))

        def known() -> Any:
            return remembered.setdefault(key, fresh())

        return known

    return patch.object(owner, "known_locked", stale)


def removals_are_lost() -> AbstractContextManager[object]:
    """A page leaves out what was removed."""
    return _changed_pages(
        lambda page, _limit: replace(page, changes=tuple(one for one in page.changes if one.op == "put"))
    )


def versions_are_split() -> AbstractContextManager[object]:
    """A page ends in the middle of a version, and its cursor says that all of it is here."""
    return _changed_pages(lambda page, limit: replace(page, changes=page.changes[:limit]))


def _changed_pages(change: Any) -> AbstractContextManager[object]:
    real = streams.changes_page

    def page(connection: Any, stream: Any, *, epoch: str, after: int, limit: int) -> Any:
        return change(real(connection, stream, epoch=epoch, after=after, limit=limit), limit)

    @contextmanager
    def planted() -> Iterator[None]:
        with patch.object(centre_side, "changes_page", page), patch.object(looks, "changes_page", page):
            yield

    return planted()


def restored_under_the_same_epoch() -> AbstractContextManager[object]:
    """A backup is put back, and nobody is told that this is another life of the centre."""
    return patch.object(centre_side, "renew_epoch", lambda _connection: "")


def checksum_not_moved() -> AbstractContextManager[object]:
    """The checksum of a stream knows nothing of its quick keys."""
    real = streams.row_checksum

    def share(key: str, row: bytes) -> int:
        return 0 if key.startswith("quick_key:") else real(key, row)

    return patch.object(streams, "row_checksum", share)


def versions_are_passed_by() -> AbstractContextManager[object]:
    """A version that got its number before, and was committed after, another one is missed."""

    def without_the_first(page: Any, _limit: int) -> Any:
        numbers = sorted({one.seq for one in page.changes})
        if len(numbers) < 2:
            return page
        return replace(page, changes=tuple(one for one in page.changes if one.seq != numbers[0]))

    return _changed_pages(without_the_first)
