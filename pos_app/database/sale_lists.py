"""The lists of completed sales and returns."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from pos_app.database.journal_tables import journal, returns, sales
from pos_app.database.lives import first_unsent_position
from retail.events import SaleReturned
from retail.returns.record import Return


class SaleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list of sales; `tender_kinds` are values of `TenderKind`.

    `at_centre` says that the centre has acknowledged it.
    """

    sale_id: str
    receipt_number: str
    completed_at: str
    cashier_name: str
    currency: str
    item_count: int
    total_minor: int
    tender_kinds: tuple[str, ...]
    at_centre: bool


_select_sales = (
    select(
        sales.c.position,
        *(sales.c[name] for name in SaleSummary.__struct_fields__ if name in sales.c),
    )
    .order_by(sales.c.position.desc())
    .limit(bindparam("limit"))
)
_select_sales_by_text = _select_sales.where(
    sales.c.receipt_number.contains(bindparam("text"), autoescape=False)
    | sales.c.cashier_name.contains(bindparam("text"), autoescape=False)
    | sales.c.completed_at.startswith(bindparam("text"), autoescape=False)
)


def latest_sales(connection: Connection, limit: int, text: str) -> tuple[SaleSummary, ...]:
    """Return the latest sales, newest first; `text` is part of a receipt number, name or date."""
    unsent_from = connection.execute(first_unsent_position).scalar()
    if text:
        found = connection.execute(_select_sales_by_text, {"limit": limit, "text": text})
    else:
        found = connection.execute(_select_sales, {"limit": limit})
    rows = [dict(row) for row in found.mappings()]
    return tuple(_summary(row, unsent_from) for row in rows)


def _summary(row: dict[str, object], unsent_from: int | None) -> SaleSummary:
    position = row.pop("position")
    assert isinstance(position, int)
    row["tender_kinds"] = tuple(str(row["tender_kinds"]).split())
    # SQLAlchemy's keys are a subclass of `str`, which msgspec does not take for one.
    fields = {str(name): value for name, value in row.items()}
    fields["at_centre"] = unsent_from is None or position < unsent_from
    return msgspec.convert(fields, SaleSummary)


class PastReturn(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list of returns, with the return itself."""

    returned: Return
    at_centre: bool


_return_decoder = msgspec.json.Decoder(SaleReturned)
_select_returns = (
    select(journal.c.position, journal.c.body)
    .join(returns, returns.c.position == journal.c.position)
    .order_by(returns.c.position.desc())
    .limit(bindparam("limit"))
)
_select_returns_by_text = _select_returns.where(
    returns.c.receipt_number.contains(bindparam("text"), autoescape=False)
    | func.json_extract(journal.c.body, "$.returned.sale_receipt_number").contains(
        bindparam("text"), autoescape=False
    )
    | func.json_extract(journal.c.body, "$.returned.cashier_name").contains(
        bindparam("text"), autoescape=False
    )
    | func.json_extract(journal.c.body, "$.returned.completed_at").startswith(
        bindparam("text"), autoescape=False
    )
)
_select_return = _select_returns.where(returns.c.receipt_number == bindparam("receipt"))


def latest_returns(connection: Connection, limit: int, text: str) -> tuple[PastReturn, ...]:
    """Return the latest returns, newest first; `text` is part of a receipt number, name or date."""
    unsent_from = connection.execute(first_unsent_position).scalar()
    if text:
        found = connection.execute(_select_returns_by_text, {"limit": limit, "text": text})
    else:
        found = connection.execute(_select_returns, {"limit": limit})
    return tuple(
        PastReturn(
            returned=_return_decoder.decode(row.body).returned,
            at_centre=unsent_from is None or row.position < unsent_from,
        )
        for row in found
    )


def return_of_number(connection: Connection, receipt_number: str) -> Return | None:
    """Return a return by its own receipt number."""
    row = connection.execute(_select_return, {"receipt": receipt_number, "limit": 1}).first()
    return None if row is None else _return_decoder.decode(row.body).returned
