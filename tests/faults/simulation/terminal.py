"""A card terminal with books of its own: what it has taken stays taken, whatever becomes of the till."""

from __future__ import annotations

import random

from pos_app.devices.ports import TerminalAnswer, TerminalOutcome


class Terminal:
    """Knows each attempt by its id, so that every question may be asked again."""

    def __init__(self) -> None:
        self.books: dict[str, tuple[str, int]] = {}

    def charge(self, attempt_id: str, amount_minor: int, chance: random.Random) -> TerminalAnswer:
        """Ask for money; most customers have it."""
        if attempt_id not in self.books:
            outcome = "approved" if chance.random() < 0.85 else "declined"
            self.books[attempt_id] = (outcome, amount_minor)
        return self.query(attempt_id)

    def query(self, attempt_id: str) -> TerminalAnswer:
        """Say what became of an attempt."""
        outcome, _ = self.books.get(attempt_id, ("unknown", 0))
        return TerminalAnswer(TerminalOutcome(outcome), reference=f"R-{attempt_id[:8]}")
