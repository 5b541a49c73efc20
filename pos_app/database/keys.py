"""The key of the till's databases: in the system's keyring where it has one, else in a private file."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from pos_app.database.problems import DatabaseProblem

KEY_FILE = "till.key"
KEYRING_SERVICE = "evertill"
_KEY_DIGITS = 64


def database_key(folder: Path, *, use_keyring: bool = True) -> str:
    """Return the folder's key as 64 hexadecimal digits, making one for a new folder.

    The key file is asked first: it is there exactly when no keyring was usable at the first start. Raises
    `DatabaseProblem`: `wrong_key` when the folder has databases but their key is gone or is no key,
    `read_only` when a new key cannot be stored.
    """
    found = _key_of_file(folder) or (_key_of_keyring(folder) if use_keyring else None)
    if found is not None:
        return found
    if any(folder.glob("*.db")):
        raise DatabaseProblem("wrong_key", f"{folder} has databases, but their key is gone")
    key = secrets.token_hex(_KEY_DIGITS // 2)
    if not (use_keyring and _store_in_keyring(folder, key)):
        _store_in_file(folder, key)
    return key


def _key_of_file(folder: Path) -> str | None:
    try:
        text = (folder / KEY_FILE).read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DatabaseProblem("wrong_key", f"{KEY_FILE}: {error}") from error
    return _checked(text, KEY_FILE)


def _checked(text: str, where: str) -> str:
    if len(text) != _KEY_DIGITS or any(each not in "0123456789abcdef" for each in text):
        raise DatabaseProblem("wrong_key", f"{where} does not hold a key")
    return text


def _store_in_file(folder: Path, key: str) -> None:
    """Write the file whole or not at all, readable by nobody else."""
    partial = folder / f"{KEY_FILE}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / KEY_FILE)
        _sync_names(folder)
    except OSError as error:
        code = "disk_full" if error.errno == errno.ENOSPC else "read_only"
        raise DatabaseProblem(code, f"{folder}: {error.strerror}") from error


def _sync_names(folder: Path) -> None:
    """Force a folder's names to the disk, where the system can: no database may outlive the key's name."""
    if os.name == "nt":
        return  # a folder cannot be opened there, and NTFS keeps names in its journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key_of_keyring(folder: Path) -> str | None:
    import keyring  # noqa: PLC0415  # slow, and only asked when there is no key file
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        text = keyring.get_password(KEYRING_SERVICE, str(folder.resolve()))
    except KeyringError:
        return None  # no backend, or locked: the file is the fallback
    return None if text is None else _checked(text, "the keyring")


def _store_in_keyring(folder: Path, key: str) -> bool:
    import keyring  # noqa: PLC0415  # slow, and only asked when there is no key file
    from keyring.errors import KeyringError  # noqa: PLC0415

    account = str(folder.resolve())
    try:
        keyring.set_password(KEYRING_SERVICE, account, key)
        return keyring.get_password(KEYRING_SERVICE, account) == key
    except KeyringError:
        return False
