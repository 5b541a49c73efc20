"""Passwords: kept as Argon2id (RFC 9106) with a salt each, judged by length as NIST SP 800-63B advises."""

from __future__ import annotations

import os
import secrets
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync.server.settings import PasswordCost

SHORTEST: Final = 12
LONGEST: Final = 200
FEWEST_DIFFERENT: Final = 5
_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


class PasswordRefused(ValueError):
    """A new password that will not do; `code` is `too_short`, `too_long`, `too_simple`, `same` or `wrong`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"password refused: {code}")
        self.code = code


def new_password() -> str:
    """Return a password that nobody guesses: 20 letters and digits (99 bits), none of them mistaken."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def check_new(password: str, person_id: str) -> None:
    """Refuse a password that is easily guessed; raises `PasswordRefused`."""
    if len(password) < SHORTEST:
        raise PasswordRefused("too_short")
    if len(password) > LONGEST:
        raise PasswordRefused("too_long")
    if len(set(password.lower())) < FEWEST_DIFFERENT or person_id in password.lower():
        raise PasswordRefused("too_simple")


def password_hash(password: str, cost: PasswordCost) -> str:
    """Return what is kept instead of a password, in the PHC string format. Slow on purpose."""
    kdf = Argon2id(
        salt=os.urandom(_SALT_BYTES),
        length=_DIGEST_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive_phc_encoded(password.encode("utf-8", "surrogatepass"))


def is_password(password: str, kept: str) -> bool:
    """Say whether this is the password; never for an empty hash. Slow on purpose."""
    try:
        Argon2id.verify_phc_encoded(password.encode("utf-8", "surrogatepass"), kept)
    except InvalidKey:
        return False
    return True
