"""Puts functions of ours in the place of the C library's, for the libraries that are loaded already.

A shared library reaches `pwrite` or `fsync` through slots that the dynamic linker has filled in. This
module reads from each library's own tables where those slots are and writes other addresses into them. So
the very calls are seen that the shipped database driver makes, and neither a compiler nor a changed driver
is needed. ELF on Linux with 64 bits and relocations with addends: x86-64 and ARM64.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

POSSIBLE = sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}

_SLOT_KINDS = {"x86_64": {1, 6, 7}, "aarch64": {257, 1025, 1026}}
"""Relocations that hold the plain address of a symbol: absolute, global data, jump slot (each psABI)."""

_LOAD, _DYNAMIC, _POSITION_FIXED = 1, 2, 2
_STRINGS, _SYMBOLS, _ADDENDS, _ADDENDS_SIZE, _JUMPS_SIZE, _JUMPS = 5, 6, 7, 8, 2, 23
_ENTRY = struct.Struct("<QQq")
_PAGE = mmap.PAGESIZE

_libc = ctypes.CDLL(None, use_errno=True)


_for_ever: list[Any] = []
"""Every callback that was ever put anywhere. When a slot has its former address again, a thread can still be
inside of the callback, or wait there for the interpreter: freed under its feet it takes the process along."""


class Interposed:
    """Functions put in the place of others; `take_back` puts the former ones in again."""

    def __init__(self) -> None:
        self._before: list[tuple[int, int]] = []
        self.found: dict[str, set[str]] = {}
        """For each library, the names that it calls and that are ours now."""

    def put(self, library: Path, functions: Mapping[str, Any]) -> None:
        """Let a loaded library call these C callbacks by these names."""
        _for_ever.append(functions)
        found = self.found.setdefault(library.name, set())
        for name, slot in slots(library):
            if name in functions:
                address = ctypes.cast(functions[name], ctypes.c_void_p).value
                assert address is not None
                self._before.append((slot, ctypes.c_uint64.from_address(slot).value))
                _store(slot, address)
                found.add(name)

    def take_back(self) -> None:
        """Restore every slot; harmless twice."""
        while self._before:
            _store(*self._before.pop())


def slots(library: Path) -> Iterator[tuple[str, int]]:
    """Give the name and the address of every slot through which a loaded library reaches a symbol."""
    loaded_at = _loaded_at(library)  # before it is mapped a second time, to be read
    # Not read into memory: the driver has 21 MB, which the C library would keep when they are freed.
    with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        kind, table, count = _header(content)
        segments = [struct.unpack_from("<IIQQQQQQ", content, table + 56 * index) for index in range(count)]
        where = next(segment for segment in segments if segment[0] == _DYNAMIC)
        words = struct.unpack_from(f"<{where[5] // 8}Q", content, where[2])
    first = min(segment[3] for segment in segments if segment[0] == _LOAD)
    base = 0 if kind == _POSITION_FIXED else loaded_at - first
    entries = dict(zip(words[::2], words[1::2], strict=True))
    wanted = _SLOT_KINDS[platform.machine()]
    for start, size in ((_ADDENDS, _ADDENDS_SIZE), (_JUMPS, _JUMPS_SIZE)):
        if start not in entries:
            continue
        relocations = ctypes.string_at(base + entries[start], entries[size])
        for offset, what, addend in _ENTRY.iter_unpack(relocations):
            symbol, relocation = what >> 32, what & 0xFFFFFFFF
            if symbol and relocation in wanted and addend == 0:
                name = ctypes.c_uint32.from_address(base + entries[_SYMBOLS] + 24 * symbol).value
                yield ctypes.string_at(base + entries[_STRINGS] + name).decode(), base + offset


def libraries_of_this_program() -> list[Path]:
    """Return Python's own files among what is loaded: the program, and its library where it has one."""
    program = Path("/proc/self/exe").resolve()
    return [program, *(path for path in _loaded_files() if path.name.startswith("libpython3."))]


def real(name: str, result: Any, *arguments: Any) -> Any:
    """Return a function of the C library itself, which sets `ctypes.get_errno`."""
    return ctypes.CFUNCTYPE(result, *arguments, use_errno=True)((name, _libc))


def _header(content: mmap.mmap) -> tuple[int, int, int]:
    """Return what kind of file it is, and where its table of segments is and how long."""
    assert content[:6] == b"\x7fELF\x02\x01", "not a little-endian ELF file of 64 bits"
    kind = struct.unpack_from("<H", content, 16)[0]
    table = struct.unpack_from("<Q", content, 32)[0]
    count = struct.unpack_from("<H", content, 56)[0]
    return kind, table, count


def _mappings() -> Iterator[tuple[int, int, Path]]:
    """Give where each mapping of a file begins, at which place of the file, and the file."""
    for line in Path("/proc/self/maps").read_text("utf-8").splitlines():
        columns = line.split(maxsplit=5)
        if len(columns) == 6 and columns[5].startswith("/"):
            yield int(columns[0].split("-")[0], 16), int(columns[2], 16), Path(columns[5])


def _loaded_files() -> set[Path]:
    return {path for _start, _offset, path in _mappings()}


def _loaded_at(library: Path) -> int:
    wanted = library.resolve()
    return next(start for start, offset, path in _mappings() if offset == 0 and path == wanted)


def _store(slot: int, address: int) -> None:
    """Write an address into a slot, also where the linker has made it read-only (RELRO)."""
    page = slot // _PAGE * _PAGE
    writable = mmap.PROT_READ | mmap.PROT_WRITE
    if _libc.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(_PAGE), writable):
        raise OSError(ctypes.get_errno(), "mprotect")
    ctypes.c_uint64.from_address(slot).value = address
