"""What the sending and the fetching thread of one engine share."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.client.ports import Credentials, IdentityStore, JournalSource, StreamStore
from sync.client.standing import Standing

if TYPE_CHECKING:
    from sync.client.transport import Transport


class Surroundings:
    """The databases, the standing, and the transports that `stop` must break off."""

    def __init__(
        self,
        journal: JournalSource,
        identity: IdentityStore,
        streams: StreamStore,
        standing: Standing,
        connect: Callable[[Credentials], Transport],
    ) -> None:
        self.journal = journal
        self.identity = identity
        self.streams = streams
        self.standing = standing
        self.jitter = random.Random()  # noqa: S311  # jitter is no secret
        self.stopping = threading.Event()
        self._connect = connect
        self._transports: list[Transport] = []
        self._guard = threading.Lock()

    def with_streams(self, streams: StreamStore) -> Surroundings:
        """Return the same surroundings with another store of the streams; they are stopped together."""
        other = Surroundings(self.journal, self.identity, streams, self.standing, self._connect)
        other.stopping = self.stopping
        other._transports = self._transports
        other._guard = self._guard
        return other

    def keep_going(self) -> bool:
        """Say whether nobody has asked to stop."""
        return not self.stopping.is_set()

    def open_transport(self, credentials: Credentials) -> Transport:
        """Make a transport for the calling thread."""
        transport = self._connect(credentials)
        with self._guard:
            self._transports.append(transport)
        if self.stopping.is_set():
            transport.break_off()
        return transport

    def stop(self) -> None:
        """Ask both threads to end, and break their requests off."""
        self.stopping.set()
        with self._guard:
            transports = list(self._transports)
        for transport in transports:
            transport.break_off()
