"""The centre's clock: RFC 3339 text in UTC, which sorts as time does; and the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now_text(*, plus: timedelta = timedelta(0)) -> str:
    """Return the present moment, or one that far away, such as `2026-03-14T06:33:07.120Z`."""
    moment = datetime.now(UTC) + plus
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wall_text(text: str = "") -> str:
    """Return a moment with the offset of the clock on this machine's wall; without a text the present one.

    A text without an offset means that clock. Raises `ValueError` for what is no time.
    """
    if not text:
        return datetime.now().astimezone().isoformat(timespec="seconds")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment.isoformat()
    try:
        return moment.astimezone().isoformat()
    except OverflowError as beyond:
        raise ValueError(f"a time that no clock shows: {text!r}") from beyond


def text_after(moment: str, later: timedelta) -> str:
    """Return the moment that is so much later than another, written as `now_text` writes it."""
    found = datetime.fromisoformat(moment).astimezone(UTC) + later
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
