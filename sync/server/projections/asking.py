"""What a projection must know before anything is written: asked for all of them in one round trip."""

from __future__ import annotations

from collections.abc import Callable

Asking = Callable[[], None]
"""Called once the round trip was made; raises `Quarantined` when the events cannot be applied."""
