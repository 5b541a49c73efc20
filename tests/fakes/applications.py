"""The centre's application around one centre after another: building it takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar

from sync.server.app import create_app
from sync.server.centre import Centre

_idle: list[Litestar] = []


@contextmanager
def application(centre: Centre) -> Iterator[Litestar]:
    """Lend an application that serves this centre; whatever a centre keeps, it keeps itself."""
    app = _idle.pop() if _idle else create_app(centre)
    app.state["centre"] = centre
    try:
        yield app
    finally:
        _idle.append(app)
