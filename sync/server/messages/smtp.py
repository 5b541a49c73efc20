"""Carries letters to a mail server by SMTP (RFC 5321), encrypted unless the server is on this machine."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import msgspec

from sync.server.messages.port import Letter, NotSent, Uncertain

TIMEOUT_SECONDS = 15.0


class MailRefused(ValueError):
    """A mail server's address, or a sender's, that cannot be; `code` is `bad_server` or `bad_sender`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server: encrypted from the beginning, by STARTTLS, or not at all where `plain`."""

    host: str
    port: int
    sender: Address
    user: str = ""
    password: str = ""
    encrypted: bool = False
    plain: bool = False


def mail_server(address: str, sender: str) -> MailServer:
    """Read `smtp://user:password@host:port` or `smtps://…` and the sender's address; raises `MailRefused`."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as unreadable:
        raise MailRefused("bad_server", "the port is not a number") from unreadable
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise MailRefused("bad_server", "smtp://host:port or smtps://host:port")
    try:
        from_address = Address(addr_spec=sender, display_name="")
    except (ValueError, IndexError) as unreadable:
        raise MailRefused("bad_sender", sender) from unreadable
    encrypted = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if encrypted else 587),
        sender=from_address,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        encrypted=encrypted,
        plain=not encrypted and _is_this_machine(parts.hostname),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Smtp:
    """Sends each letter over a connection of its own."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, letter: Letter) -> None:
        """Send a letter; raises `NotSent` and `Uncertain`."""
        content = self._message(letter).as_bytes(policy=SMTP)
        handing_over = False
        connection = None
        try:
            connection = self._connected()
            _accepted(connection.mail(self._server.sender.addr_spec))
            _accepted(connection.rcpt(letter.email.strip()))
            handing_over = True
            _accepted(connection.data(content))
        except smtplib.SMTPResponseException as refused:
            raise NotSent(f"SMTP {refused.smtp_code}", again=refused.smtp_code < 500) from refused
        except (OSError, smtplib.SMTPException) as failed:
            if handing_over:
                raise Uncertain(type(failed).__name__) from failed
            raise NotSent(f"mail server: {type(failed).__name__}", again=True) from failed
        finally:
            # Without QUIT: what was said with 250 is taken, and a failing goodbye must not undo that.
            if connection is not None:
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        connection: smtplib.SMTP
        if server.encrypted:
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.ehlo_or_helo_if_needed()
            if not (server.encrypted or server.plain):
                connection.starttls(context=context)
                connection.ehlo()
            if server.user:
                connection.login(server.user, server.password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        try:
            letter.email.encode("ascii")
            message["To"] = Address(display_name=letter.name, addr_spec=letter.email.strip())
        except (ValueError, IndexError) as unreadable:
            raise NotSent("bad address", again=False) from unreadable
        message["From"] = self._server.sender
        message["Subject"] = letter.subject
        message["Date"] = formatdate()
        # The same message has the same id, so that a mailbox can tell one that came twice.
        digest = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{digest}@{self._server.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.language.replace("_", "-")
        message.set_content(letter.text)
        return message


def _accepted(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, said)
