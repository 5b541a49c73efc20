"""The whole centre in one file, and a centre from such a file.

A backup holds the database in one state, taken while the centre serves, and beside it whatever else is in the
data folder: keys, pictures, and what the payment simulator knows. It is as secret as the folder. SQLite
is copied by `VACUUM INTO`, PostgreSQL by `pg_dump`. A restored centre begins a new life: tills notice, fetch
everything again, and send it the sales that the backup did not have.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from sync.durable_files import force_all, force_names
from sync.server.clock import now_text
from sync.server.database.backup_rows import copy_sqlite, is_empty
from sync.server.database.sessions import Database
from sync.server.database.upgrade import NEWEST_REVISION, epoch_of, renew_epoch, schema_revision, upgrade
from sync.server.settings import Settings
from sync.server.snapshots import FOLDER as SNAPSHOTS

MANIFEST: Final = "manifest.json"
SQLITE_FILE: Final = "centre.db"
POSTGRESQL_FILE: Final = "centre.pgdump"
LEFT_OUT: Final = ("centre.db", "centre.db-wal", "centre.db-shm", "address.txt")
"""Of the data folder: the database is copied by itself, and the address is that of a running centre."""

MADE_AGAIN: Final = (SNAPSHOTS,)
"""Folders of what the centre makes from its database whenever it is wanted."""

FORMAT: Final = 1


class BackupRefused(Exception):
    """A backup or restore that cannot be; the text says why, and what is as it was."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is: of which life and schema, and the SHA-256 of each of its files."""

    format: int
    made_at: str
    epoch: str
    revision: str
    database: str
    files: Mapping[str, str]


def back_up(settings: Settings, file: Path) -> int:
    """Write a backup, whole or not at all; return its length in bytes. Raises `BackupRefused`.

    A file that is there already is not written over.
    """
    if file.exists():
        raise BackupRefused(f"{file} is there already; nothing was written.")
    if not settings.data.is_dir():
        raise BackupRefused(f"{settings.data} is no centre's folder; nothing was written.")
    half = file.with_name(f".{file.name}.half")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".evertill-backup-") as folder:
        copy = Path(folder)
        database = Database(settings.database_url)
        try:
            with database.read() as connection:
                epoch, revision = epoch_of(connection), schema_revision(connection)
        finally:
            database.close()
        name = _copy_database(settings, copy)
        files = {name: copy / name, **dict(_beside(settings.data))}
        manifest = Manifest(
            format=FORMAT,
            made_at=now_text(),
            epoch=epoch,
            revision=revision,
            database=name,
            files={one: _digest(path) for one, path in files.items()},
        )
        try:
            _pack(half, manifest, files)
            half.rename(file)
        finally:
            half.unlink(missing_ok=True)
        force_names(file.parent)
    return file.stat().st_size


def restore(settings: Settings, file: Path) -> str:
    """Make an empty folder (and an empty PostgreSQL database) the centre of a backup; return its new epoch.

    Raises `BackupRefused`: for a file that is none or damaged, a newer schema, and a centre that is there.
    """
    if settings.data.exists() and any(settings.data.iterdir()):
        raise BackupRefused(
            f"{settings.data} is not empty; move what is there aside first. Nothing was touched."
        )
    settings.data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data.parent, prefix=".evertill-restore-") as folder:
        unpacked = Path(folder) / "centre"
        unpacked.mkdir(mode=0o700)
        manifest = _unpack(file, unpacked)
        if manifest.revision > NEWEST_REVISION:
            raise BackupRefused(
                "The backup is of a newer centre. Nothing was touched; update this one first."
            )
        if (manifest.database == POSTGRESQL_FILE) is not bool(settings.database):
            kind = "PostgreSQL" if manifest.database == POSTGRESQL_FILE else "SQLite"
            raise BackupRefused(
                f"The backup is of a centre over {kind}. Nothing was touched; restore it there."
            )
        if settings.database:
            _restore_postgresql(settings, unpacked / POSTGRESQL_FILE)
            (unpacked / POSTGRESQL_FILE).unlink()
        epoch = _new_life(settings if settings.database else msgspec.structs.replace(settings, data=unpacked))
        force_all(unpacked)
        if settings.data.exists():
            settings.data.rmdir()
        unpacked.rename(settings.data)
        force_names(settings.data.parent)
    return epoch


def _copy_database(settings: Settings, folder: Path) -> str:
    if not settings.database:
        copy_sqlite(settings.database_url, folder / SQLITE_FILE)
        return SQLITE_FILE
    target = folder / POSTGRESQL_FILE
    _run_tool("pg_dump", settings, "--format=custom", "--no-owner", "--no-acl", f"--file={target}")
    return POSTGRESQL_FILE


def _restore_postgresql(settings: Settings, dump: Path) -> None:
    database = Database(settings.database_url)
    try:
        with database.read() as connection:
            empty = is_empty(connection)
    finally:
        database.close()
    if not empty:
        raise BackupRefused(
            "The PostgreSQL database is not empty; make a new one for it. Nothing was touched."
        )
    _run_tool(
        "pg_restore", settings, "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error", str(dump)
    )


def _run_tool(name: str, settings: Settings, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; a password goes by its environment, which others cannot read."""
    program = shutil.which(name)
    if program is None:
        raise BackupRefused(
            f"{name} is not on the path; it comes with PostgreSQL's client programs, of at least the version "
            "of the server. Nothing was done."
        )
    url = make_url(settings.database_url)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(
        [program, f"--dbname={_conninfo(url)}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise BackupRefused(f"{name} could not do it: {last[0]}. Nothing half done is kept.")


def _conninfo(url: URL) -> str:
    plain = url.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)


def _new_life(settings: Settings) -> str:
    database = Database(settings.database_url)
    try:
        upgrade(database)
        with database.write() as connection:
            return renew_epoch(connection)
    except SQLAlchemyError as error:
        raise BackupRefused(f"The database of the backup cannot be used: {type(error).__name__}.") from error
    finally:
        database.close()


def _beside(data: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if path.is_symlink() or not path.is_file() or name in LEFT_OUT:
            continue
        if name.partition("/")[0] not in MADE_AGAIN:
            yield name, path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    # Keys and everything sold: for nobody else on this machine.
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as archive:
            said = msgspec.json.format(msgspec.json.encode(manifest))
            about = tarfile.TarInfo(MANIFEST)
            about.size, about.mode = len(said), 0o600
            archive.addfile(about, io.BytesIO(said))
            for name, path in files.items():
                archive.add(path, arcname=name, recursive=False)
        out.flush()
        os.fsync(out.fileno())


def _unpack(file: Path, folder: Path) -> Manifest:
    """Unpack a backup and hold every file against its SHA-256; raises `BackupRefused`."""
    try:
        with tarfile.open(file, mode="r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (tarfile.TarError, EOFError, OSError, msgspec.DecodeError) as error:
        raise BackupRefused(f"{file} is no whole backup: {error}. Nothing was touched.") from error
    (folder / MANIFEST).unlink()
    if manifest.format > FORMAT:
        raise BackupRefused("The backup is of a newer centre. Nothing was touched; update this one first.")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if found != set(manifest.files):
        raise BackupRefused(f"{file} is no whole backup: files are missing. Nothing was touched.")
    for name, digest in manifest.files.items():
        if _digest(folder / name) != digest:
            raise BackupRefused(f"{file} is damaged: {name} is not what was saved. Nothing was touched.")
    return manifest
