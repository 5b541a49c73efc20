"""The centre's log: lines for people, or a JSON object a line for programs. Neither names anybody.

What people are called, their telephone numbers, addresses and keys are no part of what the code logs. Other
people's texts may carry them: a database says which key was taken, a library which address was asked. So such
texts are masked, and of an error that was not foreseen a JSON line has the kind and the places only.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

TEXT: Final = "text"
JSON: Final = "json"
FORMATS: Final = (TEXT, JSON)

REQUESTS: Final = "sync.server.requests"
"""Who logs a line for each answered request; heard in JSON only."""

_MASKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?i)\b(bearer|password|token|secret|key)([=: ]+)\S+"), r"\1\2…"),
    (re.compile(r"\bevc_[\w-]+"), "evc_…"),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), "://…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<![\w.-])\+?\d(?:[ -]?\d){7,14}(?![\w.:-])"), "…"),
)
"""What looks like a key, a password in an address, an e-mail address, or a telephone number."""

_FIELDS: Final = "evertill_fields"


def masked(said: str) -> str:
    """Return a text without what looks like somebody's address, number or key."""
    for pattern, instead in _MASKS:
        said = pattern.sub(instead, said)
    return said


def with_fields(**fields: object) -> dict[str, Any]:
    """Return what `extra` of a log call takes so that these fields stand in a JSON line by their names."""
    return {_FIELDS: fields}


class TextLines(logging.Formatter):
    """`LEVEL logger message`, and where an error came from, masked."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, the fields of the call, and `error`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
            **getattr(record, _FIELDS, {}),
        }
        kind, error, _trace = record.exc_info or (None, None, None)
        if kind is not None and error is not None:
            line["error"] = {"kind": f"{kind.__module__}.{kind.__qualname__}", "places": _places(error)}
        return msgspec.json.encode(line, enc_hook=str).decode()


def _places(error: BaseException) -> list[str]:
    """Return where an error passed, innermost last: places of the code, and nothing of what it worked on."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def set_up_logs(kind: str) -> None:
    """Write the log of this process to its error output in one of `FORMATS`, unless it is written already."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if kind == JSON else TextLines())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if kind == JSON else logging.WARNING)
