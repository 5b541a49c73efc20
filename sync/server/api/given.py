"""What the framework hands to every handler."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from sync.server.centre import Centre

AnyRequest = Request[Any, Any, State]
GivenCentre = NamedDependency[Centre]
"""The running centre; a handler takes it by the name `centre`."""
