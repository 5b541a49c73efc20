"""Which certificates a till takes for the centre's: those of the authority whose pin came with its code.

The authority's certificate is fetched from the centre itself, over a connection that is not believed yet, and
is worth nothing unless its public key has the pin. Only then, over a connection that the authority vouches
for, does the till say anything. Without a pin the public authorities count.
"""

from __future__ import annotations

import hashlib
import re
import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from sync.client.problems import TransportProblem
from sync.protocol import AuthorityAnswer

if TYPE_CHECKING:
    import ssl

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PIN: Final = re.compile(r"[0-9a-f]{64}")
_LARGEST: Final = 16 * 1024


def is_pin(text: str) -> bool:
    """Say whether a text can be a pin: 64 hexadecimal digits in small letters."""
    return _PIN.fullmatch(text) is not None


def check_address(url: str) -> None:
    """Refuse to speak plain HTTP to anything but this machine; raises `TransportProblem`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return  # no address at all: whoever connects says so
    if parts.scheme == "http" and host and host not in LOOPBACK and not host.startswith("127."):
        raise TransportProblem("not_secure", f"plain HTTP to {host}")


class Trust:
    """The trust in one pinned authority; shared by the threads of a till, asked for once in its life."""

    def __init__(self, pin: str) -> None:
        self.pin = pin
        self._guard = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def context(self, server_url: str, seconds: float) -> ssl.SSLContext:
        """Return how to connect to the centre: its authority vouches, and the name must be right.

        Raises `TransportProblem`: `not_the_centre` when whoever answers has no authority of this pin.
        """
        with self._guard:
            known = self._context
        if known is not None:
            return known
        import ssl  # noqa: PLC0415  # no part of starting: whoever connects needs it

        certificate = _fetched(server_url, seconds)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            made.load_verify_locations(cadata=certificate)
            (found,) = made.get_ca_certs(binary_form=True)
        except (ssl.SSLError, ValueError) as error:
            raise TransportProblem("not_the_centre", "its authority is no certificate") from error
        if _pin_of(found) != self.pin:
            raise TransportProblem("not_the_centre", "another authority than the pinned one vouches for it")
        with self._guard:
            self._context = made
        return made


def _pin_of(certificate: bytes) -> str:
    from cryptography import x509  # noqa: PLC0415  # once in a till's life, and only with a pin
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    public = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _fetched(server_url: str, seconds: float) -> str:
    """Ask whoever answers for the authority's certificate; nothing of this till is said."""
    import http.client  # noqa: PLC0415  # once in the life of a program, and only with a pin
    import ssl  # noqa: PLC0415  # as above

    parts = urlsplit(server_url)
    unproven = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unproven.check_hostname = False
    unproven.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=seconds, context=unproven
    )
    try:
        connection.request("GET", f"{parts.path}/v1/authority", headers={"Accept": "application/json"})
        content = connection.getresponse().read(_LARGEST)
        return msgspec.json.decode(content, type=AuthorityAnswer).certificate
    except (ssl.SSLError, msgspec.DecodeError, http.client.HTTPException) as error:
        raise TransportProblem("not_the_centre", f"no authority: {error}") from error
    except TimeoutError as error:
        raise TransportProblem("timed_out", str(error)) from error
    except OSError as error:
        raise TransportProblem("unreachable", str(error)) from error
    finally:
        connection.close()
