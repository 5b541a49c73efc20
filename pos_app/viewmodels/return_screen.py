"""What the return screen shows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.viewmodels.screens import EntryPanel, Feedback


@dataclass(frozen=True, slots=True)
class ReturnScreen:
    """A sale's lines with what is left, what comes back, and what is paid for it.

    `actions` are (id, label, key) of the band, the first of them pays back. `preview` are rows of the hand.
    """

    title: str
    sale_title: str = ""
    columns: tuple[str, ...] = ()
    numeric_columns: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    row_ids: tuple[str, ...] = ()
    selected_id: str = ""
    empty: str = ""
    preview_title: str = ""
    preview: tuple[tuple[str, str], ...] = ()
    panel: EntryPanel | None = None
    feedback: Feedback | None = None
    note: str = ""
    refund: str = ""
    symbol: str = ""
    actions: tuple[tuple[str, str, str], ...] = ()
