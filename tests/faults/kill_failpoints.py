"""The named places at which a till is killed: functions of the product, wrapped from outside.

The product has no switch for tests. A till that is to die at a failpoint is started by `kill_nursery`, which
puts `dies_at` around the function; SIGKILL comes in its own thread, before the call or after its return.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Failpoint:
    """A place in the product. `most_calls`: it dies at the n-th call, n drawn from 1 to this.

    `needs` is what must go wrong around the till for it to come there (`kill_at_failpoints.NEEDS`).
    """

    name: str
    place: str
    most_calls: int = 1
    needs: str = ""


FIRST_START = (
    Failpoint("key", "pos_app.database.keys:_new_key"),
    Failpoint("schema", "pos_app.database.files:bring_up_to_date"),
    Failpoint("device", "pos_app.database.outbox:Outbox.device_id"),
    Failpoint("place asked for", "sync.client.transport:Transport.post"),
    Failpoint("place stored", "pos_app.database.journal:Journal.enrol"),
    Failpoint("snapshot begun", "pos_app.database.streams:Streams.begin_bootstrap", 3),
    Failpoint("snapshot staged", "pos_app.database.streams:Streams.stage", 3),
    Failpoint("snapshot swapped in", "pos_app.database.streams:Streams.finish_bootstrap", 2),
)
"""A new till's way to its first sale, in its order: each life comes further than the one before."""

SELLING = (
    Failpoint("any commit", "sqlalchemy.engine.default:DefaultDialect.do_commit", 12),
    Failpoint("inside a transaction", "pos_app.database.journal:Journal._append", 3),
    Failpoint("open sale", "pos_app.database.journal:Journal.save_open_sale", 5),
    Failpoint("sale", "pos_app.database.journal:Journal.complete_sale", 2),
    Failpoint("payment begun", "pos_app.database.journal:Journal.start_payment", 2),
    Failpoint("payment resolved", "pos_app.database.journal:Journal.resolve_payment", 2),
    Failpoint("batch taken", "pos_app.database.outbox:Outbox.unsent", 3),
    Failpoint("batch sent", "sync.client.transport:Transport.post", 3),
    Failpoint("batch acknowledged", "pos_app.database.outbox:Outbox.acknowledge", 2),
    Failpoint("changes received", "sync.client.transport:Transport.get", 4),
    Failpoint("changes stored", "pos_app.database.streams:Streams.apply_changes"),
    Failpoint("receipt claimed", "pos_app.database.spool:Spool.claim", 3),
    Failpoint("receipt sent to the printer", "pos_app.devices.two_way_printer:TwoWayPrinter.send", 2),
    Failpoint("receipt finished", "pos_app.database.spool:Spool.finish", 2),
    Failpoint("receipt failed", "pos_app.database.spool:Spool.fail", needs="printer"),
    Failpoint("receipts recovered", "pos_app.database.spool:Spool.recover"),
    Failpoint("drawer", "pos_app.database.spool:Spool.drawer_may_open", 2),
    Failpoint("drawer kicked", "pos_app.services.printing:Printing._print", 2),
    Failpoint("terminal asked", "pos_app.devices.simulated_terminal:SimulatedTerminal.charge", 2),
    Failpoint("terminal's books", "pos_app.devices.simulated_terminal:SimulatedTerminal._write_books", 2),
    Failpoint(
        "terminal asked again", "pos_app.devices.simulated_terminal:SimulatedTerminal.query", needs="terminal"
    ),
    Failpoint("terminal answered", "pos_app.services.paying:Paying.answered", 2),
)
"""What a selling till does again and again: each commit, send, receive, print, drawer and terminal."""

BY_NAME = {point.name: point for point in (*FIRST_START, *SELLING)}

TELLING: tuple[tuple[str, str], ...] = (
    ("key", AFTER),
    ("place asked for", AFTER),
    ("snapshot swapped in", BEFORE),
    ("any commit", BEFORE),
    ("sale", AFTER),
    ("payment begun", AFTER),
    ("terminal asked", AFTER),
    ("batch sent", AFTER),
    ("changes stored", AFTER),
    ("receipt sent to the printer", AFTER),
    ("drawer", AFTER),
    ("inside a transaction", AFTER),
)
"""The twelve that the short run kills at: what was done is known to one side only, each in its own way."""


def every() -> list[tuple[str, str]]:
    """Return each failpoint with each side, those of a first start in their order before all others."""
    return [(point.name, side) for point in (*FIRST_START, *SELLING) for side in (BEFORE, AFTER)]


def dies_at(name: str, side: str, call: int) -> None:
    """Let this process die at the so-many-th call of a failpoint; for a process that is to be killed."""
    owner, attribute = found(BY_NAME[name].place)
    setattr(owner, attribute, _deadly(getattr(owner, attribute), side, call))


def found(place: str) -> tuple[Any, str]:
    """Return what holds the function, a module or a class, and the function's name in it."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *holders, attribute = path.split(".")
    for holder in holders:
        owner = getattr(owner, holder)
    return owner, attribute


def _deadly(function: Callable[..., Any], side: str, call: int) -> Callable[..., Any]:
    calls = 0

    @functools.wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if side == BEFORE and calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        if side == AFTER and calls >= call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped
