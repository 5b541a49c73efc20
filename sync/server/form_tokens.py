"""Proves that a form came from a page of this centre: a token that is bound to the browser's session.

A page of another site can make a browser post to this one, but it can read neither the cookie nor the page
(OWASP, Cross-Site Request Forgery Prevention: signed double-submit cookie).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from sync.server.key_files import kept_secret

KEY_FILE = "form.key"
_KEY_BYTES = 32


class FormTokens:
    """Makes and judges tokens with the key in a folder; it is made when there is none."""

    def __init__(self, folder: Path) -> None:
        self._key = kept_secret(folder / KEY_FILE, lambda: secrets.token_bytes(_KEY_BYTES))

    @staticmethod
    def new_session() -> str:
        """Return the session of a browser that has none yet."""
        return secrets.token_urlsafe(24)

    def token(self, session: str) -> str:
        """Return the token of a session."""
        return hmac.new(self._key, session.encode(), hashlib.sha256).hexdigest()

    def holds(self, session: str, token: str) -> bool:
        """Say whether a token is that of the session."""
        return bool(session) and hmac.compare_digest(self.token(session).encode(), token.encode())
