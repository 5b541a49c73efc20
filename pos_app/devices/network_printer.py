"""A printer on the network: raw bytes over TCP, port 9100 by custom."""

from __future__ import annotations

import select
import socket

from pos_app.devices.ports import PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.two_way_printer import SLICE_SECONDS, TwoWayPrinter

DEFAULT_PORT = 9100
CONNECT_SECONDS = 1.5
LAST_READS = 8
"""How often the line is read before it is closed, however much the printer has to say."""


def parse_address(address: str) -> tuple[str, int]:
    """Return host and port of `host`, `host:port` or `[v6]:port`; raises `PrinterUnavailable`."""
    host, colon, port = address.rpartition(":")
    if not colon or address.endswith("]"):
        host, port = address, str(DEFAULT_PORT)
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise PrinterUnavailable("broken", f"not an address: {address!r}")
    return host.strip("[]"), int(port)


class NetworkLine:
    """An open connection to a printer."""

    def __init__(self, address: str) -> None:
        host, port = parse_address(address)
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            raise PrinterUnavailable("unreachable", f"{address}: {error}") from error
        self._socket.settimeout(0)  # every wait is a `select` of one slice

    def write(self, data: bytes) -> int:
        """Write what the connection takes within a slice."""
        _, writable, _ = select.select((), (self._socket,), (), SLICE_SECONDS)
        return self._socket.send(data) if writable else 0

    def read(self) -> bytes:
        """Return bytes that came within a slice; a connection closed by the printer is an `OSError`."""
        readable, _, _ = select.select((self._socket,), (), (), SLICE_SECONDS)
        if not readable:
            return b""
        received = self._socket.recv(256)
        if not received:
            raise ConnectionResetError("the printer closed the connection")
        return received

    def close(self) -> None:
        """Close the connection when the printer has taken what was sent.

        Closing while an answer lies unread would reset the connection, and a printer may then throw
        away the end of the job.
        """
        try:
            self._socket.shutdown(socket.SHUT_WR)
            for _ in range(LAST_READS):
                readable, _, _ = select.select((self._socket,), (), (), SLICE_SECONDS)
                if not readable or not self._socket.recv(256):
                    return
        except OSError:  # the printer has gone first, and with it the reason to wait
            return
        finally:
            self._socket.close()


def network_printer(settings: PrinterSettings) -> TwoWayPrinter:
    """Return the printer at `settings.address`; nothing is connected until a job or a question."""
    return TwoWayPrinter(
        lambda: NetworkLine(settings.address),
        status_timeout_ms=settings.status_timeout_ms,
        job_timeout_ms=settings.job_timeout_ms,
    )
