"""What a process did to the files of a folder, in order, and what it told the world in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.faults.disk.watched_folder import GO_ON, Call, Verdict


class Created(msgspec.Struct, frozen=True, tag=True):
    """A name for a new, empty file; `file` is its number for the whole recording."""

    file: int
    name: str


class Wrote(msgspec.Struct, frozen=True, tag=True):
    """Bytes at a place of a file."""

    file: int
    offset: int
    data: bytes


class Resized(msgspec.Struct, frozen=True, tag=True):
    """Another length."""

    file: int
    length: int


class Synced(msgspec.Struct, frozen=True, tag=True):
    """Everything written to the file so far is on the disk."""

    file: int


class SyncFailed(msgspec.Struct, frozen=True, tag=True):
    """What was on its way to the disk will never be there; that a later sync succeeds says nothing of it."""

    file: int


class SyncedFolder(msgspec.Struct, frozen=True, tag=True):
    """Every name given or taken in the folder so far is on the disk."""

    name: str


class Renamed(msgspec.Struct, frozen=True, tag=True):
    """Another name; a file that had it loses it."""

    old: str
    new: str


class Removed(msgspec.Struct, frozen=True, tag=True):
    """A name taken away."""

    name: str


class Said(msgspec.Struct, frozen=True, tag=True):
    """What the process acknowledged to the world."""

    text: str


Operation = Created | Wrote | Resized | Synced | SyncFailed | SyncedFolder | Renamed | Removed | Said

_format = msgspec.msgpack.Decoder(list[Operation])


@dataclass(slots=True)
class Recorder:
    """A witness that writes everything down; the syncs of the numbers in `lies` are made to do nothing."""

    lies: frozenset[int] = frozenset()
    operations: list[Operation] = field(default_factory=list)
    _syncs: int = 0

    def judge(self, call: Call) -> Verdict:
        """Let every call through; let the syncs that are to be lies do nothing."""
        if call.kind != "sync":
            return GO_ON
        self._syncs += 1
        return Verdict(lie=True) if self._syncs in self.lies else GO_ON

    def found(self, file: int, name: str, content: bytes) -> None:
        self.operations += [Created(file, name), Wrote(file, 0, content), Synced(file)]
        self.operations.append(SyncedFolder(name.rpartition("/")[0]))

    def created(self, file: int, name: str) -> None:
        self.operations.append(Created(file, name))

    def wrote(self, file: int, offset: int, data: bytes) -> None:
        self.operations.append(Wrote(file, offset, data))

    def resized(self, file: int, length: int) -> None:
        self.operations.append(Resized(file, length))

    def synced(self, file: int) -> None:
        self.operations.append(Synced(file))

    def sync_failed(self, file: int, name: str) -> None:
        self.operations.append(SyncFailed(file))

    def synced_folder(self, name: str) -> None:
        self.operations.append(SyncedFolder(name))

    def renamed(self, old: str, new: str) -> None:
        self.operations.append(Renamed(old, new))

    def removed(self, name: str) -> None:
        self.operations.append(Removed(name))

    def said(self, text: str) -> None:
        self.operations.append(Said(text))

    def save(self, path: Path) -> None:
        """Store the recording, outside the folder that was watched."""
        path.write_bytes(msgspec.msgpack.encode(self.operations))


def recording(path: Path) -> list[Operation]:
    """Read a stored recording."""
    return _format.decode(path.read_bytes())
