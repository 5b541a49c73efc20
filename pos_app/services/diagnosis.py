"""What somebody on the telephone asks for first, and what needs a person: codes and figures, no words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pos_app.database.cache import Cache
from pos_app.database.cache_tables import SCHEMA_VERSION as CACHE_VERSION
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import SCHEMA_VERSION as JOURNAL_VERSION
from pos_app.database.outbox import Outbox
from pos_app.database.problems import DatabaseProblem
from pos_app.database.safety import report_of, report_seen
from pos_app.database.streams import Streams
from pos_app.services.safety import SMALL_DISK_BYTES, SafetyStanding
from pos_app.services.standing import CentreStanding, LinkState
from sync.client.skew import ALARMING_SECONDS
from sync.protocol import PROTOCOL_VERSION, STREAMS

SALVAGED = "salvaged"
"""The code of what a person confirms as seen."""


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that needs a person. `figures` fill the sentence of the code."""

    code: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of diagnostics: in which section, under which name, and what stands there.

    A `value` that is a word of ours (`state`, `mirror`, `cache`) is translated where it is shown.
    """

    section: str
    name: str
    value: str


class Diagnosis:
    """Reads how the till stands; every answer is a few short reads."""

    def __init__(
        self,
        journal: Journal,
        outbox: Outbox,
        streams: Streams,
        cache: Cache,
        *,
        folder: Path,
        version: str,
        centre: Callable[[], CentreStanding],
        safety: Callable[[], SafetyStanding],
    ) -> None:
        self._journal, self._outbox, self._streams, self._cache = journal, outbox, streams, cache
        self._folder, self._version = folder, version
        self._centre, self._safety = centre, safety

    def figures(self) -> tuple[Figure, ...]:
        """Return the lines in their order. Nothing in them is a secret or says who a customer is."""
        return (*self._till(), *self._link(), *self._queue(), *self._rows(), *self._files())

    def attention(self) -> tuple[Attention, ...]:
        """Return what needs a person, the gravest first."""
        safety, centre = self._safety(), self._centre()
        found: list[Attention] = []
        if safety.journal_problem:
            found.append(Attention("journal_damaged"))
        report = report_of(self._journal)
        if report is not None:
            counts = (report.kept + report.from_mirror, report.from_mirror, report.missing)
            code = "rolled_back" if report.reason == "rolled_back" else SALVAGED
            if report.reason == "restored":
                code = "restored"
            found.append(Attention(code, tuple(f"{count:,}" for count in counts)))
        if centre.state is LinkState.ATTENTION:
            found.append(Attention("centre", (centre.problem,)))
        if safety.skew_seconds is not None and abs(safety.skew_seconds) > ALARMING_SECONDS:
            found.append(Attention("clock", (str(abs(safety.skew_seconds) // 60),)))
        if 0 <= safety.free_bytes < SMALL_DISK_BYTES:
            found.append(Attention("disk", (str(safety.free_bytes // 1_000_000),)))
        if safety.mirror.problem:
            found.append(Attention("mirror", (safety.mirror.problem,)))
        if safety.cache:
            found.append(Attention(f"cache_{safety.cache}"))
        in_doubt = len(self._journal.unresolved_attempts())
        if in_doubt:
            found.append(Attention("in_doubt", (str(in_doubt),)))
        return tuple(found)

    def seen(self) -> None:
        """A person has read what was done to the journal."""
        report_seen(self._journal)

    # ---- inside -------------------------------------------------------------------------------

    def _till(self) -> tuple[Figure, ...]:
        who = self._journal.identity()
        versions = f"{self._version} · protocol {PROTOCOL_VERSION} · {JOURNAL_VERSION}/{CACHE_VERSION}"
        return (
            Figure("till", "version", versions),
            Figure("till", "till", f"{who.till_id} · {who.store_id}" if who else "-"),
            Figure("till", "device", who.device_id if who else "-"),
            Figure("till", "incarnation", who.incarnation if who else "-"),
        )

    def _link(self) -> tuple[Figure, ...]:
        who, centre, skew = self._journal.identity(), self._centre(), self._safety().skew_seconds
        return (
            Figure("link", "centre", who.server_url if who else "-"),
            Figure("link", "state", centre.state.value),
            Figure("link", "problem", centre.problem or "-"),
            Figure("link", "epoch", (who.epoch if who else "") or "-"),
            Figure("link", "skew", "-" if skew is None else f"{skew:+,} s"),
        )

    def _queue(self) -> tuple[Figure, ...]:
        who, waiting = self._journal.identity(), self._outbox.waiting()
        return (
            Figure("queue", "waiting", f"{waiting.count:,}"),
            Figure("queue", "oldest", waiting.since[:19].replace("T", " ") or "-"),
            Figure("queue", "acknowledged", f"{who.acked_seq:,}" if who else "-"),
            Figure("queue", "receipt", f"{who.next_receipt_counter:,}" if who else "-"),
        )

    def _rows(self) -> tuple[Figure, ...]:
        try:
            counts = self._cache.counts()
            cursors = {stream: self._streams.cursor(stream) for stream in STREAMS}
        except DatabaseProblem:
            return (Figure("streams", "cache", "damaged"),)
        return tuple(
            Figure(
                "streams",
                stream,
                "-"
                if cursor is None
                else f"{cursor.after:,} · {counts.get(stream, 0):,} · {cursor.checksum[:8]}",
            )
            for stream, cursor in cursors.items()
        )

    def _files(self) -> tuple[Figure, ...]:
        safety = self._safety()
        mirror = safety.mirror.problem or ("behind" if safety.mirror.behind else "whole")
        if safety.mirror.behind > 0 and not safety.mirror.problem:
            mirror = f"behind {safety.mirror.behind:,}"
        elif safety.mirror.behind < 0 and not safety.mirror.problem:
            mirror = "-"
        return (
            Figure("files", "mirror", mirror),
            Figure("files", "checked", safety.checked_at[:19].replace("T", " ") or "-"),
            Figure("files", "cache", safety.cache or "whole"),
            Figure("files", "free", "-" if safety.free_bytes < 0 else f"{safety.free_bytes / 10**9:,.1f} GB"),
            Figure("files", "folder", str(self._folder)),
        )
