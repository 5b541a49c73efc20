"""Paying back by a terminal, under the rules of a charge: stored before it is asked, never repeated.

What is being paid back is kept until its return is recorded, so a till that starts again goes on where it
was: an attempt without a result is in doubt and is asked about, and money that went back has its return.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from pos_app.database.journal import Attempt, Journal
from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.services.clock import Clock
from pos_app.services.paying import TerminalRequest, outcome_word, query_of
from retail.events import OF_RETURN, PaymentResolved, PaymentStarted
from retail.payment import AttemptState
from retail.returns.policy import WantedLine
from retail.returns.record import Return
from retail.sale import RefundTender, Sale, TenderKind

SETTING: Final = "open_return"
"""Under which name a till keeps what it is paying back."""


class AskedOf(msgspec.Struct, frozen=True, kw_only=True):
    """One refund at a terminal: which of the sale's tenders goes back, and under which attempt."""

    position: int
    attempt_id: str


class OpenRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A return that is being paid back. `begun_at` is the moment that its figures are of."""

    return_id: str
    sale: Sale
    elsewhere: tuple[Return, ...]
    lines: tuple[WantedLine, ...]
    approved_by: str
    begun_at: str
    print_receipt: bool
    asked: tuple[AskedOf, ...] = ()


class Refunding:
    """Keeps one open refund at a time. Used by the UI thread only; the terminal itself is asked elsewhere."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self.open: OpenRefund | None = None

    def restore(self) -> None:
        """Read what was being paid back when the till ended, unless its return was recorded after all."""
        kept = self._journal.local_setting(SETTING)
        if not kept:
            return
        found = msgspec.json.decode(kept, type=OpenRefund)
        done = self._journal.returns_of(found.sale.sale_id)
        if any(one.return_id == found.return_id for one in done):
            self._journal.set_local_setting(SETTING, "")
        else:
            self.open = found

    def begin(self, refund: OpenRefund) -> None:
        """Keep what is to be paid back."""
        self._journal.set_local_setting(SETTING, msgspec.json.encode(refund).decode())
        self.open = refund

    def finish(self) -> None:
        """The return is recorded: nothing is open any more."""
        self._journal.set_local_setting(SETTING, "")
        self.open = None

    # ---- where it stands ----------------------------------------------------------------------

    def waiting(self) -> Attempt | None:
        """Return the refund that has no result yet, None when every one has its final word."""
        return next((each for _, each in self._attempts() if _is_open(each)), None)

    def approved(self) -> dict[int, Attempt]:
        """Return the refunds that were made, by the position of the tender that went back."""
        return {position: each for position, each in self._attempts() if each.state == AttemptState.APPROVED}

    def refused(self) -> frozenset[int]:
        """Return the positions that the terminal did not pay back."""
        return frozenset(
            position
            for position, each in self._attempts()
            if not _is_open(each) and each.state != AttemptState.APPROVED
        )

    def is_of(self, attempt_id: str) -> bool:
        """Say whether an attempt is one of what is being paid back."""
        return self.open is not None and any(one.attempt_id == attempt_id for one in self.open.asked)

    # ---- asking -------------------------------------------------------------------------------

    def ask(self, tender: RefundTender, currency: str) -> TerminalRequest:
        """Store a refund of one of the sale's tenders, and return what to ask the terminal."""
        assert self.open is not None, "begun before"
        known = next((one for one in self.open.asked if one.position == tender.position), None)
        if known is None:
            known = AskedOf(position=tender.position, attempt_id=self._clock.new_id())
            self.begin(replace(self.open, asked=(*self.open.asked, known)))
        self._journal.record(
            PaymentStarted(
                attempt_id=known.attempt_id,
                basket_id=f"{OF_RETURN}{self.open.return_id}",
                tender=tender.kind,
                amount_minor=tender.amount_minor,
                currency=currency,
            )
        )
        return TerminalRequest(
            "refund",
            known.attempt_id,
            TenderKind(tender.kind),
            tender.amount_minor,
            currency,
            payment_reference=tender.reference,
            pays_back=True,
        )

    def ask_again(self) -> TerminalRequest | None:
        """Return a question about the refund that has no result yet, None when there is none."""
        waiting = self.waiting()
        return None if waiting is None else query_of(waiting)

    def left_over(self) -> tuple[TerminalRequest, ...]:
        """Return questions about refunds in doubt of which nothing else is known, as after a salvage."""
        return tuple(
            query_of(each)
            for each in self._journal.unresolved_attempts()
            if each.basket_id.startswith(OF_RETURN) and not self.is_of(each.attempt_id)
        )

    def answered(self, request: TerminalRequest, answer: TerminalAnswer) -> None:
        """Store the terminal's final word; one that came before stands."""
        attempt = self._journal.attempt(request.attempt_id)
        if attempt is None or not _is_open(attempt):
            return
        approved = answer.outcome is TerminalOutcome.APPROVED
        self._journal.resolve_payment(
            PaymentResolved(
                attempt_id=request.attempt_id,
                outcome="approved" if approved else outcome_word(answer.outcome, was_approved=False),
                reference=answer.reference,
                reason=answer.reason,
            ),
            None,
        )

    def _attempts(self) -> list[tuple[int, Attempt]]:
        """Return the stored attempts of what is open; one that was planned and not stored was never asked."""
        asked = () if self.open is None else self.open.asked
        found = [(one.position, self._journal.attempt(one.attempt_id)) for one in asked]
        return [(position, each) for position, each in found if each is not None]


def _is_open(attempt: Attempt) -> bool:
    return AttemptState(attempt.state) in (AttemptState.STARTED, AttemptState.IN_DOUBT)
