"""What the till asks of a device, and how a device says that it cannot.

Every implementation bounds each call by its own timeout, never touches Qt, and is used by one thread at
a time. Text never travels through these ports except as bytes or as values of `documents`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class DeviceProblem(Exception):
    """A device cannot do what was asked. `code` is stable and translated for people.

    Codes: `unreachable`, `paper_out`, `cover_open`, `not_installed`, `refused`, `timed_out`, `broken`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class PrinterUnavailable(DeviceProblem):
    """Nothing was printed, or it cannot be known whether all of it was."""


class TerminalUnavailable(DeviceProblem):
    """The terminal gave no answer: the attempt is in doubt until `query` answers."""


class ScaleUnavailable(DeviceProblem):
    """The scale gives no weight."""


class PrinterState(StrEnum):
    """What a printer says of itself."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    UNKNOWN = "unknown"  # it cannot be asked (a file, a one-way line)


class ReceiptPrinter(Protocol):
    """A byte sink for ESC/POS, with a status."""

    def send(self, data: bytes) -> None:
        """Send one job's bytes and return when the printer has taken them; raises `PrinterUnavailable`."""

    def state(self) -> PrinterState:
        """Ask the printer how it is; raises `PrinterUnavailable`."""

    def close(self) -> None:
        """Let go of the device; harmless twice."""


class TerminalOutcome(StrEnum):
    """A terminal's final word about an attempt."""

    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # the terminal has never heard of the attempt


@dataclass(frozen=True, slots=True)
class TerminalAnswer:
    """What became of an attempt; `reference` is what the acquirer prints on the slip."""

    outcome: TerminalOutcome
    reference: str = ""
    reason: str = ""


class PaymentTerminal(Protocol):
    """A card terminal or a mobile-code gateway. `attempt_id` makes every call repeatable.

    `pays_back` says whether it has refunds at all; without them what it took goes back otherwise.
    """

    pays_back: bool

    def charge(
        self, attempt_id: str, amount_minor: int, currency: str, payment_code: str = ""
    ) -> TerminalAnswer:
        """Ask for money once per `attempt_id`; raises `TerminalUnavailable` when the answer is lost."""

    def refund(
        self, attempt_id: str, amount_minor: int, currency: str, payment_reference: str
    ) -> TerminalAnswer:
        """Pay back once per `attempt_id`; raises `TerminalUnavailable` when the answer is lost.

        `payment_reference` is the acquirer's for the payment that goes back, in whole or in part.
        """

    def query(self, attempt_id: str) -> TerminalAnswer:
        """Ask what became of an attempt, without charging or paying back; raises `TerminalUnavailable`."""

    def cancel(self, attempt_id: str) -> TerminalAnswer:
        """Stop or reverse an attempt; the answer says what holds now; raises `TerminalUnavailable`."""

    def close(self) -> None:
        """Let go of the device."""


class Scale(Protocol):
    """A shop scale."""

    def weight(self) -> Decimal:
        """Return a stable weight in kilograms; raises `ScaleUnavailable` (moving, negative, no answer)."""

    def close(self) -> None:
        """Let go of the device."""


class Scanner(Protocol):
    """A scanner with a line of its own (not a keyboard wedge)."""

    def listen(self, heard: Callable[[str], None]) -> None:
        """Read codes until `close`; `heard` is called on the caller's thread. Raises `DeviceProblem`."""

    def close(self) -> None:
        """Make `listen` return."""
