"""Who may do what in the back office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the schema one step forward."""
    _make_people()
    _make_records()


def _make_people() -> None:
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("stores", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_set_at", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("removed_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        comment="Who may sign in to the back office. `stores` is a JSON list, empty for every store. The row "
        "of somebody who was removed stays without a password, so that the name in old records means nobody "
        "else.",
    )
    op.create_table(
        "person_session",
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_person_session_person_id")
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_person_session")),
        comment="Browsers that are signed in; the cookie itself is kept as SHA-256 only.",
    )
    op.create_index(op.f("ix_person_session_person_id"), "person_session", ["person_id"])


def _make_records() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_failure")),
        comment="How often a name, or an address, has failed to sign in lately; gone once it succeeds.",
    )
    op.create_table(
        "person_act",
        sa.Column("act_id", _row_number, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_person_act")),
        comment="Every form that somebody has sent, noted before it was carried out: who, what, about what.",
    )
    op.create_index(op.f("ix_person_act_at"), "person_act", ["at"])
    op.create_table(
        "erased_member",
        sa.Column("member_id", sa.String(length=80), nullable=False),
        sa.Column("erased_at", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_erased_member")),
        comment="Members who asked to be forgotten: a number that leads to nobody, so that none comes back.",
    )
