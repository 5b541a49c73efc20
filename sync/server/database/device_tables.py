"""What the centre keeps to know its tills: secrets of its own, and the tills' database keys in escrow."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from sync.server.database.metadata import metadata

centre_secret = Table(
    "centre_secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("created_at", String(40), nullable=False),
    comment="Keys of the centre's own that all its processes share. None of them opens anything by itself: a "
    "token holds only with the signature of the till's key.",
)

key_escrow = Table(
    "key_escrow",
    metadata,
    Column("device_id", ForeignKey("device.device_id"), primary_key=True),
    Column("wrapped_hash", String(64), primary_key=True),
    Column("wrapped", Text, nullable=False),
    Column("received_at", String(40), nullable=False),
    comment="The database keys of tills, wrapped for this centre; the key that opens them is not in here.",
)
