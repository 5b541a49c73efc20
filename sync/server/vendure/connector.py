"""Rounds between one Vendure shop and one store: orders in, stock out, and what became of the orders."""

from __future__ import annotations

import logging
import time
from threading import Event
from typing import Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database.vendure_rows import know_channel
from sync.server.orders.values import OrderProblem
from sync.server.vendure.arriving import Arriving
from sync.server.vendure.client import VendureClient, VendureProblem
from sync.server.vendure.connection import Connection, alert
from sync.server.vendure.stock import StockFollower
from sync.server.vendure.telling import tell
from sync.server.vendure.watching import watch_orders

_log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 2.0
AGAIN_SECONDS: Final = 60.0
"""How often Vendure is told again what it refused, and asked about refunds that are open."""

SILENT_SECONDS: Final = 600.0
"""After so long without a round that worked, a person is told."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What a round has done, in orders and in variants whose stock was written.

    `not_taken` are all orders that wait because they cannot be taken.
    """

    taken: int = 0
    not_taken: int = 0
    cancelled: int = 0
    told: int = 0
    not_told: int = 0
    stock_written: int = 0


class Connector:
    """Keeps one shop and one store in step. One object for one thread.

    Raises `ConnectionRefused` when it is made for a store or a channel that cannot be worked with.
    """

    def __init__(self, centre: Centre, connection: Connection) -> None:
        self._centre = centre
        self._connection = connection
        self._client = VendureClient(connection.access)
        self._arriving = Arriving(centre, self._client, connection)
        self._stock = StockFollower(centre, self._client, connection)
        self._again_at = 0.0
        with centre.database.write() as write:
            if not know_channel(write, connection.channel_id):
                raise ConnectionRefused("withdrawn", f"The channel {connection.channel_id} was withdrawn.")
        store = next((one for one in centre.orders.stores() if one.store_id == connection.store_id), None)
        if store is None:
            raise ConnectionRefused(
                "not_online", f"There is no store {connection.store_id} that sells online."
            )
        self._digits = store.settings.currency_digits

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> None:
        """Look whether the shop counts money as the store does; raises `ConnectionRefused` when not."""
        settings, _ = self._client.settings()
        precision = settings.server_config.money_strategy_precision
        if precision != self._digits:
            raise ConnectionRefused(
                "other_precision",
                f"Vendure counts money with {precision} decimals, the store with {self._digits}.",
            )

    def run_once(self, now: str) -> Round:
        """Run one round; raises `VendureProblem`, and whatever was done until then stands."""
        again = time.monotonic() >= self._again_at
        arrivals = self._arriving.take(again=again)
        watched = watch_orders(self._centre, self._client, self._connection)
        # Before anything leaves Vendure's stock as a fulfilment, it must be in it.
        written = self._stock.follow(watched.held_back)
        telling = tell(self._centre, self._client, self._connection, now, digits=self._digits, again=again)
        # A fulfilment takes goods out of Vendure's stock by itself.
        self._stock.doubt(telling.skus)
        if again:
            self._again_at = time.monotonic() + AGAIN_SECONDS
        return Round(
            taken=arrivals.taken,
            not_taken=arrivals.refused,
            cancelled=watched.cancelled,
            told=telling.told,
            not_told=telling.refused,
            stock_written=written,
        )


class ConnectionRefused(Exception):
    """A connection that cannot be; `code` is `withdrawn`, `not_online` or `other_precision`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def run_alone(centre: Centre, connection: Connection) -> Round:
    """Run one round by itself; raises `ConnectionRefused` and `VendureProblem`."""
    connector = Connector(centre, connection)
    try:
        connector.check()
        return connector.run_once(now_text())
    finally:
        connector.close()


def keep_in_step(
    centre: Centre, connection: Connection, stopping: Event, *, every_seconds: float = EVERY_SECONDS
) -> None:
    """Run rounds until told to stop. A round that fails is logged, and the next comes in its time.

    Raises `ConnectionRefused`.
    """
    connector = Connector(centre, connection)
    checked, silent_since, problem_said = False, time.monotonic(), ""
    try:
        while not stopping.is_set():
            try:
                if not checked:
                    connector.check()
                    checked = True
                done = connector.run_once(now_text())
                silent_since, problem_said = time.monotonic(), ""
                if done != Round():
                    _log.info("%s: %s", connection.channel_id, done)
            except ConnectionRefused:
                raise
            except (VendureProblem, OrderProblem, SQLAlchemyError) as problem:
                said = str(problem) if not isinstance(problem, SQLAlchemyError) else type(problem).__name__
                if said != problem_said:
                    _log.warning("%s must wait: %s", connection.channel_id, said)
                    problem_said = said
                silent_since = _say_silence(centre, connection, silent_since, said)
            except Exception as error:  # noqa: BLE001  # whatever one round met, the next must come
                _log.exception("%s: a round failed", connection.channel_id)
                silent_since = _say_silence(centre, connection, silent_since, type(error).__name__)
            stopping.wait(every_seconds)
    finally:
        connector.close()


def _say_silence(centre: Centre, connection: Connection, silent_since: float, said: str) -> float:
    """Have a person look at a shop that was silent for too long; return since when it counts from now on."""
    if time.monotonic() - silent_since < SILENT_SECONDS:
        return silent_since
    try:
        alert(centre, "vendure_unreachable", f"{connection.channel_id} {now_text()}", said)
    except SQLAlchemyError as error:
        _log.warning("the alarm about %s must wait: %s", connection.channel_id, type(error).__name__)
    return time.monotonic()
