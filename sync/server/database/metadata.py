"""What every table is made with: one metadata, and the two types that databases spell differently."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

row_number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts a primary key up by itself only when it is a plain INTEGER."""

byte_order = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte everywhere, so that pages by key are the same on every database."""
