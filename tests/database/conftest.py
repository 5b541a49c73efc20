"""An enrolled till's two files in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.database.cache import Cache
from pos_app.database.connection import Database
from pos_app.database.files import open_cache, open_journal
from pos_app.database.journal import Journal
from pos_app.database.outbox import Outbox
from pos_app.database.spool import Spool
from pos_app.database.streams import Streams
from tests.database.till_files import KEY, NOW, TILL, journal_on


@pytest.fixture
def journal_database(tmp_path: Path) -> Iterator[Database]:
    """Give an open `journal.db`."""
    database = open_journal(tmp_path, KEY)
    yield database
    database.close()


@pytest.fixture
def cache_database(tmp_path: Path) -> Iterator[Database]:
    """Give an open `cache.db`."""
    database = open_cache(tmp_path, KEY)
    yield database
    database.close()


@pytest.fixture
def journal(journal_database: Database) -> Journal:
    """Give the journal of an enrolled till."""
    made = journal_on(journal_database)
    made.enrol(TILL, "0.1.0")
    return made


@pytest.fixture
def outbox(journal_database: Database, journal: Journal) -> Outbox:
    """Give the journal as synchronisation sees it."""
    return Outbox(journal_database, journal)


@pytest.fixture
def spool(journal_database: Database) -> Spool:
    """Give the print spool."""
    return Spool(journal_database, lambda: NOW)


@pytest.fixture
def streams(cache_database: Database) -> Streams:
    """Give the store of the streams."""
    return Streams(cache_database, lambda: NOW)


@pytest.fixture
def cache(cache_database: Database) -> Cache:
    """Give the questions about the centre's rows."""
    return Cache(cache_database)
