"""What a printer answers about itself: `DLE EOT n` at once, `GS r 1` when all before it is printed."""

from __future__ import annotations

from pos_app.devices.ports import PrinterState

ASK_PRINTER = b"\x10\x04\x01"
ASK_OFFLINE_CAUSE = b"\x10\x04\x02"
ASK_PAPER = b"\x10\x04\x04"
ASK_WHEN_PRINTED = b"\x1dr\x01"

FIXED_MASK, FIXED_BITS = 0b1001_0011, 0b0001_0010
"""Bits that are the same in every `DLE EOT` answer; another byte is not an answer to it."""

PRINTED_MASK = 0b1001_0000
"""Bits that are zero in every `GS r` answer."""

OFFLINE = 0b0000_1000  # of ASK_PRINTER
COVER_OPEN = 0b0000_0100  # of ASK_OFFLINE_CAUSE
STOPPED_BY_PAPER_END = 0b0010_0000
ERROR = 0b0100_0000
PAPER_NEAR_END = 0b0000_1100  # of ASK_PAPER
PAPER_END = 0b0110_0000

NOT_READY_CODES: dict[PrinterState, str] = {
    PrinterState.PAPER_OUT: "paper_out",
    PrinterState.COVER_OPEN: "cover_open",
}
"""States in which nothing can be printed, and the code of the problem."""


def is_answer(byte: int) -> bool:
    """Say whether a byte can be an answer to `DLE EOT`."""
    return byte & FIXED_MASK == FIXED_BITS


def says_printed(byte: int) -> bool:
    """Say whether a byte is the answer to `ASK_WHEN_PRINTED`, whose fixed bits differ from `DLE EOT`'s."""
    return byte & PRINTED_MASK == 0


def state_from(offline_cause: int, paper: int) -> PrinterState:
    """Return the state that two answers describe; an open cover hides the paper, so it is told first."""
    if offline_cause & COVER_OPEN:
        return PrinterState.COVER_OPEN
    if paper & PAPER_END or offline_cause & STOPPED_BY_PAPER_END:
        return PrinterState.PAPER_OUT
    if paper & PAPER_NEAR_END:
        return PrinterState.PAPER_LOW
    return PrinterState.READY
