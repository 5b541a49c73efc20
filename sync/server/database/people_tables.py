"""Tables of the people who use the back office: who they are, their sessions, and what they have sent."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from sync.server.database.metadata import metadata, row_number

person = Table(
    "person",
    metadata,
    Column("person_id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("stores", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("password_set_at", String(40), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("removed_at", String(40)),
    comment="Who may sign in to the back office. `stores` is a JSON list, empty for every store. The row of "
    "somebody who was removed stays without a password, so that the name in old records means nobody else.",
)

person_session = Table(
    "person_session",
    metadata,
    Column("session_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("begun_at", String(40), nullable=False),
    Column("seen_at", String(40), nullable=False),
    Index(None, "person_id"),
    comment="Browsers that are signed in; the cookie itself is kept as SHA-256 only.",
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("subject", String(120), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", String(40), nullable=False),
    comment="How often a name, or an address, has failed to sign in lately; gone once it succeeds.",
)

person_act = Table(
    "person_act",
    metadata,
    Column("act_id", row_number, primary_key=True, autoincrement=True),
    Column("person_id", String(40), nullable=False),
    Column("act", String(120), nullable=False),
    Column("about", String(200), nullable=False),
    Column("address", String(60), nullable=False),
    Column("at", String(40), nullable=False),
    Index(None, "at"),
    comment="Every form that somebody has sent, noted before it was carried out: who, what, about what.",
)

erased_member = Table(
    "erased_member",
    metadata,
    Column("member_id", String(80), primary_key=True),
    Column("erased_at", String(40), nullable=False),
    Column("by", String(40), nullable=False),
    comment="Members who asked to be forgotten: a number that leads to nobody, so that none comes back.",
)
