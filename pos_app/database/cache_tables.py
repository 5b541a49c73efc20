"""The tables of `cache.db`: what the centre told us. Changed only together with a migration.

Each stream has a table of rows as they came (`<stream>_rows`), and the catalogue and the members have
look-up tables made from those rows. A table under bootstrap has a twin whose name ends in `_staged`;
the twin takes the table's place by renaming. No look-up has a named index: a name would survive
renaming and be taken at the next bootstrap.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

from sync.protocol import STREAMS

SCHEMA_VERSION = 4

STAGED = "_staged"

metadata = MetaData()
staged_metadata = MetaData()

# `checksum` is the sum of the rows' shares modulo 2**64, as 16 hexadecimal digits. `current_at` is when
# the till last knew that it had everything.
cursors = Table(
    "cursors",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("after_seq", Integer, nullable=False),
    Column("checksum", Text, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("current_at", Text, nullable=False),
)

# A bootstrap under way. `file` is the name of the snapshot's file, empty when it comes page by page; then
# `checksum` is that of what is staged so far, else that of the whole.
bootstraps = Table(
    "bootstraps",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("as_of", Integer, nullable=False),
    Column("after_key", Text, nullable=False),
    Column("staged", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("checksum", Text, nullable=False),
    Column("file", Text, nullable=False, server_default=""),
)


def _rows_table(stream: str, holder: MetaData, ending: str) -> Table:
    return Table(
        f"{stream}_rows{ending}",
        holder,
        Column("key", Text, primary_key=True),
        Column("body", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _look_ups(holder: MetaData, ending: str) -> None:
    # `rank` orders by popularity, the most popular first; it is the row number of the text search.
    Table(
        f"product_ranks{ending}",
        holder,
        Column("rank", Integer, primary_key=True, autoincrement=False),
        Column("product_id", Text, nullable=False, unique=True),
        Column("category_id", Text, nullable=False),
    )
    Table(
        f"product_codes{ending}",
        holder,
        Column("code", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        PrimaryKeyConstraint("code", "product_id"),
        sqlite_with_rowid=False,
    )
    Table(
        f"category_products{ending}",
        holder,
        Column("category_id", Text, nullable=False),
        Column("rank", Integer, nullable=False),
        PrimaryKeyConstraint("category_id", "rank"),
        sqlite_with_rowid=False,
    )
    Table(
        f"member_numbers{ending}",
        holder,
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("member_id", Text, nullable=False, unique=True),
    )
    Table(
        f"member_cards{ending}",
        holder,
        Column("card_number", Text, nullable=False),
        Column("member_id", Text, nullable=False),
        PrimaryKeyConstraint("card_number", "member_id"),
        sqlite_with_rowid=False,
    )


def _gathered(name: str, *columns: str) -> None:
    # Only while a snapshot is staged: rows as they come. Put in the order of a key at the end, they cost a
    # fraction of what each at its place would.
    Table(f"{name}{STAGED}", staged_metadata, *(Column(column, Text, nullable=False) for column in columns))


for _stream in STREAMS:
    _rows_table(_stream, metadata, "")
    _rows_table(_stream, staged_metadata, STAGED)
_look_ups(metadata, "")
_look_ups(staged_metadata, STAGED)
_gathered("gathered_codes", "code", "product_id")

# FTS5, without a copy of the text (the rows have it), rows can be removed by number. `prefix` keeps what
# one to three letters match ready-made, so a single letter is as fast as a word.
SEARCH_TABLES: dict[str, str] = {
    "product_search": "names, sounds",
    "member_search": "names",
}


def search_table_sql(name: str, ending: str = "") -> str:
    """Return the statement that makes a text search table."""
    return (
        f"CREATE VIRTUAL TABLE {name}{ending} USING fts5({SEARCH_TABLES[name]}, content='', "
        "contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
    )


LOOK_UPS_OF_STREAM: dict[str, tuple[str, ...]] = {
    "catalogue": ("product_ranks", "product_codes", "category_products"),
    "members": ("member_numbers", "member_cards"),
}

GATHERED_OF_STREAM: dict[str, tuple[str, ...]] = {"catalogue": ("gathered_codes",)}
"""Staged tables that have no twin."""

SEARCH_OF_STREAM: dict[str, str] = {"catalogue": "product_search", "members": "member_search"}
