"""What keys of the on-screen keypad do to digits that were typed so far."""

from __future__ import annotations


def after_key(typed: str, key: str, longest: int, *, keeps_zeros: bool = True) -> str:
    """Return what is typed after a key: digits (`00` is one), `back` or `clear`; another key does nothing.

    What would be longer is cut; zeros in front go where they mean nothing.
    """
    if key == "clear":
        return ""
    if key == "back":
        return typed[:-1]
    if not (key.isdecimal() and key.isascii()):
        return typed
    longer = typed + key
    return (longer if keeps_zeros else longer.lstrip("0"))[:longest]
