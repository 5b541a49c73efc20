"""The secrets in the centre's folder: made once, whole, private, and on the disk before they count."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.server.key_files import kept_secret


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "some.key"
    assert kept_secret(path, lambda: b"first") == b"first"
    assert kept_secret(path, lambda: b"second") == b"first"
    assert [file.name for file in tmp_path.iterdir()] == ["some.key"]


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX")
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    kept_secret(tmp_path / "some.key", lambda: b"secret")
    assert (tmp_path / "some.key").stat().st_mode & 0o777 == 0o600


def test_whoever_starts_at_once_has_the_same_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes: what one makes between the other's look and its own making counts for both."""
    path = tmp_path / "some.key"

    def overtaken() -> bytes:
        monkeypatch.setattr(os, "getpid", lambda: 2)
        assert kept_secret(path, lambda: b"the other's") == b"the other's"
        monkeypatch.setattr(os, "getpid", lambda: 1)
        return b"mine"

    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert kept_secret(path, overtaken) == b"the other's"
    assert [file.name for file in tmp_path.iterdir()] == ["some.key"]


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be forced to the disk there")
def test_it_is_on_the_disk_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut, a name without its content or a content without its name would be another key."""
    order: list[str] = []
    really_sync, really_link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        order.append("folder" if os.path.samestat(os.fstat(descriptor), tmp_path.stat()) else "content")
        really_sync(descriptor)

    def linked(source: Path, target: Path) -> None:
        order.append("name")
        really_link(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    kept_secret(tmp_path / "some.key", lambda: b"secret")
    assert order == ["content", "name", "folder"]
