"""The keys of a till: in the system's keyring where it has one, else each in a private file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from pos_app.database.problems import DatabaseProblem, file_problems
from sync.durable_files import force_names

KEY_FILE = "till.key"
DEVICE_KEY_FILE = "device.key"
KEYRING_SERVICE = "evertill"
_KEY_DIGITS = 64


class TillKeys(msgspec.Struct, frozen=True):
    """The two keys of a till, each 64 hexadecimal digits: of its databases, and of the device (Ed25519)."""

    database: str
    device: str

    def __repr__(self) -> str:
        return "TillKeys()"


def database_key(folder: Path, *, use_keyring: bool = True) -> str:
    """Return the folder's key as 64 hexadecimal digits, making one for a new folder.

    The key file is asked first: it is there exactly when no keyring was usable at the first start. Raises
    `DatabaseProblem`: `wrong_key` when the folder has databases but their key is gone or is no key,
    `read_only`, `disk_full` or `disk_failing` when a new key cannot be stored.
    """
    place = _Place(folder, KEY_FILE, str(folder.resolve()))
    found = _known_key(place, use_keyring=use_keyring)
    if found is not None:
        return found
    if any(folder.glob("*.db")):
        raise DatabaseProblem("wrong_key", f"{folder} has databases, but their key is gone")
    return _new_key(place, use_keyring=use_keyring)


def device_key(folder: Path, *, use_keyring: bool = True) -> str:
    """Return the device's own key, 64 hexadecimal digits, making one when there is none.

    A till that lost it gets another one, and must be enrolled again: the centre knows the old one only.
    Raises `DatabaseProblem` as `database_key` does.
    """
    place = _Place(folder, DEVICE_KEY_FILE, f"{folder.resolve()} device")
    return _known_key(place, use_keyring=use_keyring) or _new_key(place, use_keyring=use_keyring)


def till_keys(folder: Path, *, use_keyring: bool = True) -> TillKeys:
    """Return both keys of a folder; raises `DatabaseProblem`."""
    database = database_key(folder, use_keyring=use_keyring)
    return TillKeys(database=database, device=device_key(folder, use_keyring=use_keyring))


class _Place(msgspec.Struct, frozen=True):
    """Where a key is kept: under an account of the keyring, or in a file."""

    folder: Path
    file: str
    account: str


def _known_key(place: _Place, *, use_keyring: bool) -> str | None:
    return _key_of_file(place) or (_key_of_keyring(place) if use_keyring else None)


def _new_key(place: _Place, *, use_keyring: bool) -> str:
    key = secrets.token_hex(_KEY_DIGITS // 2)
    if not (use_keyring and _store_in_keyring(place, key)):
        _store_in_file(place, key)
    return key


def _key_of_file(place: _Place) -> str | None:
    try:
        text = (place.folder / place.file).read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DatabaseProblem("wrong_key", f"{place.file}: {error}") from error
    return _checked(text, place.file)


def _checked(text: str, where: str) -> str:
    if len(text) != _KEY_DIGITS or any(each not in "0123456789abcdef" for each in text):
        raise DatabaseProblem("wrong_key", f"{where} does not hold a key")
    return text


def _store_in_file(place: _Place, key: str) -> None:
    """Write the file whole or not at all, readable by nobody else."""
    folder = place.folder
    partial = folder / f"{place.file}.new"
    with file_problems(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / place.file)
        force_names(folder)  # no database may outlive the key's name


def _key_of_keyring(place: _Place) -> str | None:
    import keyring  # noqa: PLC0415  # slow, and only asked when there is no key file
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        text = keyring.get_password(KEYRING_SERVICE, place.account)
    except KeyringError:
        return None  # no backend, or locked: the file is the fallback
    return None if text is None else _checked(text, "the keyring")


def _store_in_keyring(place: _Place, key: str) -> bool:
    import keyring  # noqa: PLC0415  # slow, and only asked when there is no key file
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(KEYRING_SERVICE, place.account, key)
        return keyring.get_password(KEYRING_SERVICE, place.account) == key
    except KeyringError:
        return False
