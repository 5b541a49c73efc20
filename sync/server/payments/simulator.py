"""A payment provider that moves no money, for trying out and for tests: like a real one in everything else.

It keeps its own books, a file for each payment, so that it remembers what the centre forgot when the two part
in the middle of a question.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

import msgspec
from msgspec.structs import replace

from sync.server.channels.signing import check_signature, new_secret, signed_headers
from sync.server.payments.provider import Answered, Charge, ChargeKind, ChargeOutcome

FOLDER = "pay-simulator"
PAGE_PATH = "/pay/simulator/"


class UnknownPayment(LookupError):
    """There is no payment of that name."""


class _Operation(msgspec.Struct, frozen=True, kw_only=True):
    kind: ChargeKind
    amount_minor: int
    outcome: ChargeOutcome


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment: `left_minor` may still be captured, `taken_minor` still be refunded."""

    charge: Charge
    reference: str
    outcome: ChargeOutcome = ChargeOutcome.OPEN
    left_minor: int = 0
    taken_minor: int = 0
    operations: dict[str, _Operation] = {}


class Simulator:
    """The simulator, with its books in a folder. One object per process."""

    name = "simulator"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._secret = new_secret()
        self.on_notice: Callable[[Mapping[str, str], bytes], None] = lambda _headers, _body: None

    def ask(self, charge: Charge) -> Answered:
        """Make a charge, or say what came of it."""
        with self._lock:
            if charge.kind is ChargeKind.AUTHORISE:
                payment = self._read(_reference(charge.charge_id))
                if payment is None:
                    payment = Payment(charge=charge, reference=_reference(charge.charge_id))
                    self._write(payment)
                return _answered(payment)
            return self._operate(charge)

    def look_up(self, charge_id: str) -> Answered | None:
        """Say what came of an authorisation; of what was asked later, `ask` says the same again."""
        with self._lock:
            payment = self._read(_reference(charge_id))
        return None if payment is None else _answered(payment)

    def charge_of_notice(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the charge that a notice is about."""
        check_signature(self._secret, headers, body, now=int(time.time()))
        return msgspec.json.decode(body, type=dict[str, str])["charge_id"]

    def payment(self, reference: str) -> Payment:
        """Return a payment for its page; raises `UnknownPayment`."""
        with self._lock:
            found = self._read(reference)
        if found is None:
            raise UnknownPayment(reference)
        return found

    def decide(self, reference: str, *, approves: bool) -> Payment:
        """Take the customer's decision, the first one, and tell the centre; raises `UnknownPayment`."""
        with self._lock:
            payment = self._read(reference)
            if payment is None:
                raise UnknownPayment(reference)
            if payment.outcome is ChargeOutcome.OPEN:
                left = payment.charge.amount_minor if approves else 0
                outcome = ChargeOutcome.DONE if approves else ChargeOutcome.DECLINED
                payment = replace(payment, outcome=outcome, left_minor=left)
                self._write(payment)
        body = msgspec.json.encode({"charge_id": payment.charge.charge_id})
        message_id = f"msg_{secrets.token_hex(8)}"
        self.on_notice(signed_headers(self._secret, message_id, int(time.time()), body), body)
        return payment

    def _operate(self, charge: Charge) -> Answered:
        payment = self._read(charge.authorised_reference)
        if payment is None:
            return Answered(outcome=ChargeOutcome.DECLINED)
        known = payment.operations.get(charge.charge_id)
        if known is None:
            payment, known = _operated(payment, charge)
            self._write(payment)
        return Answered(outcome=known.outcome, reference=charge.charge_id)

    def _path(self, reference: str) -> Path:
        # Hashed, so that no text from an address can lead to another folder.
        return self._folder / f"{hashlib.sha256(reference.encode()).hexdigest()[:40]}.json"

    def _read(self, reference: str) -> Payment | None:
        try:
            return msgspec.json.decode(self._path(reference).read_bytes(), type=Payment)
        except FileNotFoundError:
            return None

    def _write(self, payment: Payment) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(payment.reference)
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(msgspec.json.encode(payment))
        aside.replace(path)


def _operated(payment: Payment, charge: Charge) -> tuple[Payment, _Operation]:
    amount, left, taken = charge.amount_minor, payment.left_minor, payment.taken_minor
    there = taken if charge.kind is ChargeKind.REFUND else left
    done = 0 < amount <= there
    operation = _Operation(
        kind=charge.kind,
        amount_minor=amount,
        outcome=ChargeOutcome.DONE if done else ChargeOutcome.DECLINED,
    )
    if done and charge.kind is ChargeKind.REFUND:
        taken -= amount
    elif done:
        left -= amount
        taken += amount if charge.kind is ChargeKind.CAPTURE else 0
    operations = {**payment.operations, charge.charge_id: operation}
    return replace(payment, left_minor=left, taken_minor=taken, operations=operations), operation


def _reference(charge_id: str) -> str:
    """Return what the simulator calls a payment: nobody guesses it who does not know the charge."""
    return f"sim_{hashlib.sha256(f'simulated {charge_id}'.encode()).hexdigest()[:32]}"


def _answered(payment: Payment) -> Answered:
    return Answered(
        outcome=payment.outcome, reference=payment.reference, address=PAGE_PATH + payment.reference
    )
