"""Serves the centre with uvicorn: starts fast, says where it listens, stops at once when told."""

from __future__ import annotations

import signal
import socket
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType

import uvicorn

from sync.server.allocator import share_arenas
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.interpreter import set_up_for_serving
from sync.server.settings import Settings

STOP_WITHIN_SECONDS = 5
"""Requests that still run after this are cut; a till sends its batch again."""


class AddressTaken(OSError):
    """Another program listens where the centre was told to."""


class NotSecure(Exception):
    """Asked to serve others than this machine in the open, where anybody could listen."""


class CertificateRefused(Exception):
    """The certificate or its private key cannot be served with; the text says why."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, centre: Centre, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._centre = centre
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Long polls hold their requests open for 25 s: they are sent home first.
        self._centre.wakeups.close()
        super().handle_exit(sig, frame)


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `announce` hears the address once requests are taken.

    The address is also in `address.txt` of the data folder while the centre runs. Raises `NotSecure`,
    `CertificateRefused` and `AddressTaken` before anything is served.
    """
    if settings.certificate is None and not _is_this_machine(settings.host):
        raise NotSecure(settings.host)
    _check_certificate(settings)
    share_arenas()
    with _listen(settings) as listening:
        _serve_on(listening, settings, announce)


def _serve_on(listening: socket.socket, settings: Settings, announce: Callable[[str], None]) -> None:
    centre = Centre(settings)
    centre.storefront.open()
    host, port = listening.getsockname()[:2]
    scheme = "http" if settings.certificate is None else "https"
    address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    address_file = settings.data / "address.txt"

    def ready() -> None:
        address_file.write_text(address + "\n", encoding="utf-8")
        announce(address)

    config = uvicorn.Config(
        create_app(centre),
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
        backlog=512,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.private_key,
    )
    server = _Server(config, centre, ready)
    set_up_for_serving()
    # A signal during start-up counts as well; and uvicorn raises it again after it has stopped, where
    # a clean stop shall not look like a death by signal.
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, server.handle_exit)
    try:
        server.run(sockets=[listening])
    finally:
        address_file.unlink(missing_ok=True)
        centre.close()


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_certificate(settings: Settings) -> None:
    if settings.certificate is None:
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.certificate, settings.private_key)
    except (ssl.SSLError, OSError) as wrong:
        raise CertificateRefused(f"{settings.certificate}: {wrong.strerror or wrong}") from wrong


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise AddressTaken(*error.args) from error
    return listening
