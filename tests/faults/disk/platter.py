"""What a disk holds after the power went: all that was forced to it, and of the rest whatever chance left.

The rules are those that POSIX promises and no more. Bytes that were written before the last completed
`fsync` of their file are there. Of later ones any part is there: whole writes in any choice, sectors of 512
bytes torn out of them, a longer file whose new part reads as zeros. Names given, changed or taken are there
when their folder was forced to the disk after that; of later ones any choice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.faults.disk.recording import (
    Created,
    Operation,
    Removed,
    Renamed,
    Resized,
    Said,
    Synced,
    SyncedFolder,
    SyncFailed,
    Wrote,
)

SECTOR_BYTES = 512

Change = Wrote | Resized
Naming = Created | Renamed | Removed
Image = dict[str, bytes]
"""The files that are there, by name."""

Choice = Callable[[random.Random, int], Sequence[bool]]
"""Of so many changes that were not forced to the disk, which are there."""


def none(_chance: random.Random, count: int) -> Sequence[bool]:
    """The disk wrote nothing of its own accord."""
    return [False] * count


def every(_chance: random.Random, count: int) -> Sequence[bool]:
    """The disk wrote everything at once."""
    return [True] * count


def first_ones(chance: random.Random, count: int) -> Sequence[bool]:
    """The disk wrote in order, and came so far."""
    far = chance.randint(0, count)
    return [number < far for number in range(count)]


def any_of_them(chance: random.Random, count: int) -> Sequence[bool]:
    """The disk wrote in an order of its own."""
    share = chance.random()
    return [chance.random() < share for _ in range(count)]


def all_but_one(chance: random.Random, count: int) -> Sequence[bool]:
    """One write was still on its way."""
    late = chance.randrange(count) if count else 0
    return [number != late for number in range(count)]


def last_alone(_chance: random.Random, count: int) -> Sequence[bool]:
    """The latest write came first."""
    return [number == count - 1 for number in range(count)]


@dataclass(frozen=True, slots=True)
class Fate:
    """How the power went: which changes are there, whether they are torn, and which names are there."""

    changes: Choice
    torn: bool
    names: Choice


FATES: dict[str, Fate] = {
    "nothing": Fate(none, torn=False, names=none),
    "everything": Fate(every, torn=False, names=every),
    "in order": Fate(first_ones, torn=False, names=first_ones),
    "reordered": Fate(any_of_them, torn=False, names=any_of_them),
    "torn": Fate(any_of_them, torn=True, names=every),
    "all torn": Fate(every, torn=True, names=any_of_them),
    "one late": Fate(all_but_one, torn=False, names=every),
    "last first": Fate(last_alone, torn=False, names=none),
    "names late": Fate(every, torn=False, names=none),
}


@dataclass(slots=True)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    later: list[Change] = field(default_factory=list)


class Platter:
    """The disk under a recorded run; `do` each operation in order, and cut the power wherever you like."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._later_names: list[Naming] = []
        self.said: list[str] = []

    def do(self, operation: Operation) -> None:
        """Go on by one operation."""
        match operation:
            case Wrote(file=file) | Resized(file=file):
                self._files[file].later.append(operation)
            case Synced(file=file):
                one = self._files[file]
                for change in one.later:
                    _apply(one.durable, change)
                one.later.clear()
            case SyncFailed(file=file):
                self._files[file].later.clear()
            case Created(file=file):
                self._files[file] = _File()
                self._later_names.append(operation)
            case Renamed() | Removed():
                self._later_names.append(operation)
            case SyncedFolder(name=folder):
                held = [each for each in self._later_names if _folder_of(each) == folder]
                self._later_names = [each for each in self._later_names if _folder_of(each) != folder]
                for naming in held:
                    _name(self._names, naming)
            case Said(text=text):
                self.said.append(text)

    def safe_content(self, file: int) -> bytes:
        """Return what of a file is on the disk for certain."""
        return bytes(self._files[file].durable)

    def after_power_loss(self, fate: Fate, chance: random.Random) -> Image:
        """Return what is there when the power goes now."""
        names = dict(self._names)
        kept = fate.names(chance, len(self._later_names))
        for naming, is_there in zip(self._later_names, kept, strict=True):
            if is_there:
                _name(names, naming)
        return {name: bytes(self._content(file, fate, chance)) for name, file in names.items()}

    def _content(self, file: int, fate: Fate, chance: random.Random) -> bytearray:
        one = self._files[file]
        content = bytearray(one.durable)
        for change, is_there in zip(one.later, fate.changes(chance, len(one.later)), strict=True):
            if not is_there:
                continue
            if fate.torn and isinstance(change, Wrote):
                _tear(content, change, chance)
            else:
                _apply(content, change)
        return content


def _apply(content: bytearray, change: Change) -> None:
    if isinstance(change, Resized):
        _stretch(content, change.length)
        del content[change.length :]
        return
    end = change.offset + len(change.data)
    _stretch(content, end)
    content[change.offset : end] = change.data


def _stretch(content: bytearray, length: int) -> None:
    if len(content) < length:
        content.extend(bytes(length - len(content)))


def _tear(content: bytearray, change: Wrote, chance: random.Random) -> None:
    """Apply some sectors of a write; the file may have its new length all the same."""
    share = chance.random()
    if chance.random() < 0.5:
        _stretch(content, change.offset + len(change.data))
    for piece in _sectors(change):
        if chance.random() < share:
            _apply(content, piece)


def _sectors(change: Wrote) -> Iterator[Wrote]:
    """Give the parts of a write that lie in one sector each."""
    at, end = change.offset, change.offset + len(change.data)
    while at < end:
        until = min(end, (at // SECTOR_BYTES + 1) * SECTOR_BYTES)
        data = change.data[at - change.offset : until - change.offset]
        yield Wrote(file=change.file, offset=at, data=data)
        at = until


def _name(names: dict[str, int], naming: Naming) -> None:
    """Apply a change of names, as far as what it is about is there."""
    match naming:
        case Created(file=file, name=name):
            names[name] = file
        case Renamed(old=old, new=new):
            # A folder takes along what is in it.
            for name in [each for each in names if each == old or each.startswith(f"{old}/")]:
                names[new + name.removeprefix(old)] = names.pop(name)
        case Removed(name=name):
            names.pop(name, None)


def _folder_of(naming: Naming) -> str:
    name = naming.new if isinstance(naming, Renamed) else naming.name
    return name.rpartition("/")[0]
