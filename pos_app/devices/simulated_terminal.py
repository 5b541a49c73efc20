"""A payment terminal that is no terminal: for demonstrations, training and tests.

It keeps its own books in a file, as the acquirer would: a charge is stored before it is answered, an
attempt is charged at most once, and `query` answers truthfully after the till has crashed.

What it does is chosen, in this order, by
1. the control file, JSON: `{"next": ["declined", "lost_answer"], "always": "approved", "slow_ms": 3000}`.
   `next` is used up one charge at a time; both keys are optional;
2. the last two digits of the amount, when `amounts_decide` (see `OUTCOME_OF_LAST_DIGITS`);
3. else it approves.

A mobile-code gateway also wants a payment code (16 to 24 digits beginning 10-15 or 25-30) and declines
without one. The code is never stored.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from enum import StrEnum
from pathlib import Path

import msgspec

from pos_app.devices.ports import TerminalAnswer, TerminalOutcome, TerminalUnavailable

PAYMENT_CODE = re.compile(r"(?:1[0-5]|2[5-9]|30)[0-9]{14,22}")


class Behaviour(StrEnum):
    """What the terminal does with one charge."""

    APPROVED = "approved"
    DECLINED = "declined"
    CODE_REFUSED = "payment_code_invalid"  # a gateway that gets no payment code, or a wrong one
    CANCELLED = "cancelled"  # the customer presses the red key
    NEVER_HEARD = "never_heard"  # no answer, and a query says that the attempt is unknown
    LATE_APPROVAL = "late_approval"  # no answer; the first query has none either, the second says approved
    LOST_ANSWER = "lost_answer"  # charged, the answer is lost; a query says approved
    SLOW = "slow"  # approved after `slow_ms`; can be cancelled until then


OUTCOME_OF_LAST_DIGITS: dict[int, Behaviour] = {
    51: Behaviour.DECLINED,
    57: Behaviour.CANCELLED,
    91: Behaviour.NEVER_HEARD,
    92: Behaviour.LATE_APPROVAL,
    93: Behaviour.LOST_ANSWER,
    94: Behaviour.SLOW,
}
"""By the last two digits of the amount in minor units, as test hosts of acquirers do."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What the books say of one attempt. `queries_unanswered` counts down to the first answer."""

    amount_minor: int
    currency: str
    outcome: TerminalOutcome
    reference: str = ""
    reason: str = ""
    times_charged: int = 0
    times_refunded: int = 0
    queries_unanswered: int = 0


class Control(msgspec.Struct, kw_only=True):
    """The control file."""

    next: list[Behaviour] = msgspec.field(default_factory=list)
    always: Behaviour | None = None
    slow_ms: int = 3000


class SimulatedTerminal:
    """A `PaymentTerminal` on two files in `folder`: `{name}-attempts.json` and `{name}-control.json`.

    `cancel` and `close` may be called from another thread while a charge waits.
    """

    pays_back = True

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "card",
        needs_payment_code: bool = False,
        amounts_decide: bool = True,
        answer_ms: int = 0,
    ) -> None:
        self._books = folder / f"{name}-attempts.json"
        self._control = folder / f"{name}-control.json"
        self._needs_payment_code = needs_payment_code
        self._amounts_decide = amounts_decide
        self._answer_ms = answer_ms
        self._lock = threading.Lock()
        self._interrupted = threading.Event()
        self._closed = False
        self._charging: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def charge(
        self, attempt_id: str, amount_minor: int, currency: str, payment_code: str = ""
    ) -> TerminalAnswer:
        """Ask for money once per attempt; raises `TerminalUnavailable` when the answer is lost."""
        return self._move(attempt_id, amount_minor, currency, payment_code)

    def refund(
        self, attempt_id: str, amount_minor: int, currency: str, payment_reference: str
    ) -> TerminalAnswer:
        """Pay back once per attempt; raises `TerminalUnavailable` when the answer is lost.

        Any reference will do: what the acquirer took before these books began is paid back too.
        """
        assert payment_reference, "what goes back was paid"
        return self._move(attempt_id, amount_minor, currency, None)

    def _move(
        self, attempt_id: str, amount_minor: int, currency: str, payment_code: str | None
    ) -> TerminalAnswer:
        """Take money, or pay it back where there is no payment code to ask for."""
        with self._lock:
            known = self._read_books().get(attempt_id)
            if known is not None:
                return _answer(known)
            if self._charging:
                raise TerminalUnavailable("refused", "busy with another attempt")
            behaviour, wait_ms = self._behaviour(amount_minor, payment_code)
            self._charging.add(attempt_id)
            self._interrupted.clear()
        try:
            self._interrupted.wait((self._answer_ms + wait_ms) / 1000)
            if self._closed or behaviour is Behaviour.NEVER_HEARD:
                raise TerminalUnavailable("timed_out", "no answer")
            entry = _entry(attempt_id, amount_minor, currency, behaviour)
            if payment_code is None:
                entry = msgspec.structs.replace(entry, times_charged=0, times_refunded=entry.times_charged)
            held = self._store_unless_known(attempt_id, entry)
        finally:
            self._charging.discard(attempt_id)
        if held is entry and behaviour in {Behaviour.LATE_APPROVAL, Behaviour.LOST_ANSWER}:
            raise TerminalUnavailable("timed_out", "the answer is lost")
        return _answer(held)

    def query(self, attempt_id: str) -> TerminalAnswer:
        """Say what became of an attempt, from the books."""
        with self._lock:
            books = self._read_books()
            known = books.get(attempt_id)
            if known is None and attempt_id in self._charging:
                raise TerminalUnavailable("timed_out", "the customer has not confirmed yet")
            if known is None:
                return TerminalAnswer(TerminalOutcome.UNKNOWN)
            if known.queries_unanswered:
                left = known.queries_unanswered - 1
                books[attempt_id] = msgspec.structs.replace(known, queries_unanswered=left)
                self._write_books(books)
                raise TerminalUnavailable("timed_out", "the customer has not confirmed yet")
            return _answer(known)

    def cancel(self, attempt_id: str) -> TerminalAnswer:
        """Stop an attempt, or pay an approved one back; a declined one stays declined."""
        with self._lock:
            books = self._read_books()
            known = books.get(attempt_id)
            if known is None:
                known = Attempt(amount_minor=0, currency="", outcome=TerminalOutcome.CANCELLED)
            elif known.outcome is TerminalOutcome.APPROVED:
                known = msgspec.structs.replace(
                    known, outcome=TerminalOutcome.CANCELLED, reason="reversed", queries_unanswered=0
                )
            books[attempt_id] = known
            self._write_books(books)
            self._interrupted.set()
        return _answer(known)

    def close(self) -> None:
        """End a waiting charge; the books stay."""
        self._closed = True
        self._interrupted.set()

    def attempts(self) -> dict[str, Attempt]:
        """Return the books: for tests, and for whoever doubts them."""
        with self._lock:
            return self._read_books()

    def _behaviour(self, amount_minor: int, payment_code: str | None) -> tuple[Behaviour, int]:
        """Return what to do with the next charge and how long to wait; uses up one `next`."""
        wants_code = self._needs_payment_code and payment_code is not None
        if wants_code and not PAYMENT_CODE.fullmatch(payment_code or ""):
            return Behaviour.CODE_REFUSED, 0
        control = self._read_control()
        if control.next:
            chosen = control.next.pop(0)
            _write(self._control, msgspec.json.encode(control))
        elif control.always is not None:
            chosen = control.always
        elif self._amounts_decide:
            chosen = OUTCOME_OF_LAST_DIGITS.get(amount_minor % 100, Behaviour.APPROVED)
        else:
            chosen = Behaviour.APPROVED
        return chosen, control.slow_ms if chosen is Behaviour.SLOW else 0

    def _store_unless_known(self, attempt_id: str, entry: Attempt) -> Attempt:
        """Store an attempt and return it, or what the books got meanwhile (it was cancelled)."""
        with self._lock:
            books = self._read_books()
            if attempt_id in books:
                return books[attempt_id]
            books[attempt_id] = entry
            self._write_books(books)
        return entry

    def _read_books(self) -> dict[str, Attempt]:
        try:
            return msgspec.json.decode(self._books.read_bytes(), type=dict[str, Attempt])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError as error:
            raise TerminalUnavailable("broken", f"{self._books}: {error}") from error

    def _write_books(self, books: dict[str, Attempt]) -> None:
        _write(self._books, msgspec.json.encode(books))

    def _read_control(self) -> Control:
        try:
            return msgspec.json.decode(self._control.read_bytes(), type=Control)
        except FileNotFoundError:
            return Control()
        except msgspec.DecodeError as error:
            raise TerminalUnavailable("broken", f"{self._control}: {error}") from error


def simulated_mobile_gateway(folder: Path, *, answer_ms: int = 0) -> SimulatedTerminal:
    """Return a gateway for mobile payment codes, with books of its own."""
    return SimulatedTerminal(folder, name="mobile", needs_payment_code=True, answer_ms=answer_ms)


REFUSALS: dict[Behaviour, TerminalOutcome] = {
    Behaviour.DECLINED: TerminalOutcome.DECLINED,
    Behaviour.CODE_REFUSED: TerminalOutcome.DECLINED,
    Behaviour.CANCELLED: TerminalOutcome.CANCELLED,
}
"""Behaviours that charge nothing; the others approve."""


def _entry(attempt_id: str, amount_minor: int, currency: str, behaviour: Behaviour) -> Attempt:
    if behaviour in REFUSALS:
        return Attempt(
            amount_minor=amount_minor,
            currency=currency,
            outcome=REFUSALS[behaviour],
            reason=behaviour.value,
        )
    return Attempt(
        amount_minor=amount_minor,
        currency=currency,
        outcome=TerminalOutcome.APPROVED,
        reference=_reference(attempt_id),
        times_charged=1,
        queries_unanswered=1 if behaviour is Behaviour.LATE_APPROVAL else 0,
    )


def _answer(attempt: Attempt) -> TerminalAnswer:
    return TerminalAnswer(attempt.outcome, attempt.reference, attempt.reason)


def _reference(attempt_id: str) -> str:
    """Return four digits that are always the same for an attempt."""
    return (
        f"{int.from_bytes(hashlib.blake2b(attempt_id.encode(), digest_size=4).digest(), 'big') % 10_000:04d}"
    )


def _write(path: Path, data: bytes) -> None:
    """Replace a file so that a crash leaves the old or the new one, never half of it."""
    partial = path.with_suffix(".part")
    with partial.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)
