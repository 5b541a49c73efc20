"""The journal of this till and what is projected from it: the only place where a sale becomes one.

One `BEGIN IMMEDIATE` transaction writes the journal row, its projection and the print jobs (the commit
rule of the synchronisation protocol). The journal is the outbox: what the centre does not have yet is
every row above `acked_seq`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from pos_app.database import sale_lists
from pos_app.database.connection import Database
from pos_app.database.identity import Identity, NotEnrolled
from pos_app.database.journal_tables import (
    attempts,
    identity,
    journal,
    local_settings,
    open_sales,
    returns,
    sales,
)
from pos_app.database.lives import end_life, facts_above, facts_of, follow, last_seq_of
from pos_app.database.open_sales import OpenSale
from pos_app.database.problems import DatabaseProblem
from pos_app.database.projections import project
from pos_app.database.sale_lists import SaleSummary, latest_sales
from pos_app.database.spool import PrintJobRequest, insert_job
from retail.events import (
    BasketVoided,
    Fact,
    PaymentResolved,
    PaymentStarted,
    SaleCompleted,
    SaleReturned,
    TillEnrolled,
)
from retail.journal import FIRST_HASH, Envelope, fact_of, seal
from retail.payment import AttemptState
from retail.returns.record import Return
from retail.sale import Sale
from retail.stock import StockMovement

__all__ = [
    "Attempt",
    "FurtherFact",
    "Identity",
    "Journal",
    "NotEnrolled",
    "SaleAlreadyCompleted",
    "SaleSummary",
]


_log = logging.getLogger(__name__)


class SaleAlreadyCompleted(Exception):
    """This basket is a sale already; `receipt_number` is the sale's. Nothing was written."""

    def __init__(self, receipt_number: str) -> None:
        super().__init__(receipt_number)
        self.receipt_number = receipt_number


class FurtherFact(NamedTuple):
    """A fact to store in the transaction of another, and what it moves of the stock."""

    fact: Fact
    moves: tuple[StockMovement, ...] = ()


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A payment attempt as stored. `state` is a value of `retail.payment.AttemptState`."""

    attempt_id: str
    basket_id: str
    tender: str
    amount_minor: int
    currency: str
    state: str
    reference: str
    started_at: str


_encoder = msgspec.json.Encoder(decimal_format="string")
_open_sale_decoder = msgspec.json.Decoder(OpenSale)

_LAST_EVENT = "last_event"
"""Where a connection remembers the last fact that was written with it."""

_UNRESOLVED = (AttemptState.STARTED.value, AttemptState.IN_DOUBT.value)

_identity_columns = tuple(identity.c[name] for name in Identity.__struct_fields__)
_select_identity = select(*_identity_columns)
_insert_identity = insert(identity)
_take_counter = update(identity).values(next_receipt_counter=bindparam("following"))
_renew_identity = update(identity).values(incarnation=bindparam("renewed"), acked_seq=0)
_last_row = (
    select(journal.c.device_seq, journal.c.hash)
    .where(journal.c.incarnation == bindparam("of_incarnation"))
    .order_by(journal.c.device_seq.desc())
    .limit(1)
)
_insert_row = insert(journal)
_event_exists = select(journal.c.position).where(journal.c.event_id == bindparam("event"))
_sale_exists = select(sales.c.receipt_number).where(sales.c.sale_id == bindparam("sale"))
_select_open_sales = select(open_sales.c.body).order_by(open_sales.c.position)
_insert_open_sale = upsert(open_sales)
_save_open_sale = _insert_open_sale.on_conflict_do_update(
    index_elements=[open_sales.c.basket_id], set_={"body": _insert_open_sale.excluded.body}
)
_delete_open_sale = delete(open_sales).where(open_sales.c.basket_id == bindparam("basket"))
_attempt_columns = tuple(attempts.c[name] for name in Attempt.__struct_fields__)
_select_attempt = select(*_attempt_columns).where(attempts.c.attempt_id == bindparam("attempt"))
_select_attempts = (
    select(*_attempt_columns)
    .where(attempts.c.basket_id == bindparam("basket"))
    .order_by(attempts.c.started_at, attempts.c.attempt_id)
)
_select_attempts_open = _select_attempts.where(attempts.c.state.in_(_UNRESOLVED))
_select_unresolved = (
    select(*_attempt_columns)
    .where(attempts.c.state.in_(_UNRESOLVED))
    .order_by(attempts.c.started_at, attempts.c.attempt_id)
)
_sale_body = (
    select(journal.c.body)
    .join(sales, sales.c.position == journal.c.position)
    .where(sales.c.receipt_number == bindparam("receipt"))
)
_sale_body_by_id = (
    select(journal.c.body)
    .join(sales, sales.c.position == journal.c.position)
    .where(sales.c.sale_id == bindparam("sale"))
)
_return_bodies = (
    select(journal.c.body)
    .join(returns, returns.c.position == journal.c.position)
    .where(returns.c.sale_id == bindparam("sale"))
    .order_by(returns.c.position)
)
_select_setting = select(local_settings.c.value).where(local_settings.c.name == bindparam("setting"))
_insert_setting = upsert(local_settings)
_save_setting = _insert_setting.on_conflict_do_update(
    index_elements=[local_settings.c.name], set_={"value": _insert_setting.excluded.value}
)
_sale_decoder = msgspec.json.Decoder(SaleCompleted)
_return_decoder = msgspec.json.Decoder(SaleReturned)


class Journal:
    """The till's facts. Every method is one transaction; any raises `DatabaseProblem`.

    `now` gives RFC 3339 local time, `monotonic_ms` a clock for durations, `new_id` a UUID version 7.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], str],
        monotonic_ms: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._now = now
        self._monotonic_ms = monotonic_ms
        self._new_id = new_id

    # ---- identity -----------------------------------------------------------------------------

    def identity(self) -> Identity | None:
        """Return who this till is, or None before enrolment."""
        with self._database.read() as connection:
            return _identity_in(connection)

    def enrol(self, new: Identity, software_version: str = "") -> Envelope:
        """Store a first identity, and `till.enrolled` as the first fact of its incarnation."""
        with self._written() as connection:
            assert _identity_in(connection) is None, "this till is enrolled already"
            connection.execute(_insert_identity, {"only": 1, **msgspec.structs.asdict(new)})
            enrolled = TillEnrolled(
                store_id=new.store_id,
                till_id=new.till_id,
                till_number=new.till_number,
                software_version=software_version,
            )
            return self._append(connection, new, enrolled)

    def begin_incarnation(self, incarnation: str, agreed_up_to: int | None = None) -> int:
        """Go on under a new incarnation, numbered from 1 again: the first fact says who this till is.

        What the centre does not have of the life that ends stays to be sent. Facts above `agreed_up_to`,
        whose numbers stand for something else at the centre, are written again under the new incarnation;
        returns how many.
        """
        with self._written() as connection:
            ended = _known_identity(connection)
            last_seq = last_seq_of(connection, ended.incarnation)
            agreed = last_seq if agreed_up_to is None else min(agreed_up_to, last_seq)
            end_life(connection, ended, agreed)
            renewed = msgspec.structs.replace(ended, incarnation=incarnation, acked_seq=0)
            connection.execute(_renew_identity, {"renewed": incarnation})
            enrolled = TillEnrolled(
                store_id=renewed.store_id,
                till_id=renewed.till_id,
                till_number=renewed.till_number,
                software_version="",
            )
            self._append(connection, renewed, enrolled)
            rows = facts_above(connection, ended.incarnation, agreed)
            for position, envelope in rows:
                self._write_again(connection, renewed, position, envelope)
        return len(rows)

    def write_again(self, incarnation: str, numbers: Sequence[int]) -> int:
        """Write the facts of an earlier life again, under the life in force; returns how many.

        For facts whose numbers stand for something else at the centre: there they have not happened yet.
        """
        with self._written() as connection:
            who = _known_identity(connection)
            assert who.incarnation != incarnation, "facts are written again in a later life"
            rows = facts_of(connection, incarnation, numbers)
            for position, envelope in rows:
                self._write_again(connection, who, position, envelope)
        return len(rows)

    def raise_receipt_counter(self, last: int) -> bool:
        """Use no receipt number up to `last`, which the centre has seen of this till; say if that is news."""
        with self._database.write() as connection:
            who = _identity_in(connection)
            if who is None or who.next_receipt_counter > last:
                return False
            connection.execute(_take_counter, {"following": last + 1})
        return True

    # ---- facts --------------------------------------------------------------------------------

    def record(self, fact: Fact, moves: Sequence[StockMovement] = ()) -> Envelope:
        """Store a fact and its projection; raises `NotEnrolled`. A sale goes through `complete_sale`.

        `moves` are what a step of an order moved of the stock; those of sales follow from the sale.
        """
        with self._written() as connection:
            return self._append(connection, _known_identity(connection), fact, moves)

    def complete_sale(
        self,
        basket_id: str,
        make_sale: Callable[[int], Sale],
        print_jobs: Callable[[Sale], Sequence[PrintJobRequest]],
        further_facts: Callable[[Sale], Sequence[FurtherFact]] = lambda _sale: (),
    ) -> Sale:
        """Make a basket a sale: receipt counter, journal row, projection and print jobs in one transaction.

        `make_sale` gets the receipt counter; `further_facts` are stored after the sale, such as the payment
        of an online order. On any error, also of the calls, nothing has happened and the counter is not used
        up. Raises `SaleAlreadyCompleted` when the sale's id was completed before.
        """
        with self._written() as connection:
            who = _known_identity(connection)
            sale = make_sale(who.next_receipt_counter)
            before = connection.execute(_sale_exists, {"sale": sale.sale_id}).scalar()
            if before is not None:
                raise SaleAlreadyCompleted(before)
            connection.execute(_take_counter, {"following": who.next_receipt_counter + 1})
            self._append(connection, who, SaleCompleted(sale=sale))
            for further in further_facts(sale):
                self._append(connection, who, further.fact, further.moves)
            for request in print_jobs(sale):
                insert_job(connection, request, self._now())
            connection.execute(_delete_open_sale, {"basket": basket_id})
        return sale

    def complete_return(
        self,
        sale_id: str,
        make_return: Callable[[int, tuple[Return, ...]], Return],
        print_jobs: Callable[[Return], Sequence[PrintJobRequest]],
    ) -> Return:
        """Record a return: receipt counter, journal row, projection and print jobs in one transaction.

        `make_return` gets the counter and the returns of the sale that this journal has. On any error, also
        of the calls, nothing has happened and the counter is not used up.
        """
        with self._written() as connection:
            who = _known_identity(connection)
            made = make_return(who.next_receipt_counter, _returns_in(connection, sale_id))
            connection.execute(_take_counter, {"following": who.next_receipt_counter + 1})
            self._append(connection, who, SaleReturned(returned=made))
            for request in print_jobs(made):
                insert_job(connection, request, self._now())
        return made

    def next_receipt_counter(self) -> int:
        """Return the counter that the next completed sale takes; 1 before enrolment."""
        who = self.identity()
        return 1 if who is None else who.next_receipt_counter

    # ---- open sales ---------------------------------------------------------------------------

    def open_sales(self) -> tuple[OpenSale, ...]:
        """Return the sales not completed, the one begun last at the end."""
        with self._database.read() as connection:
            bodies = connection.execute(_select_open_sales).scalars().all()
        return tuple(_open_sale_decoder.decode(body) for body in bodies)

    def save_open_sale(self, sale: OpenSale) -> None:
        """Store a sale as it stands now.

        It survives a crash of the program at any moment. While nothing is paid it is not forced to the
        disk at once, so that no scan waits for the disk; with a tender taken it is.
        """
        stored = self._database.write(durable=bool(sale.tenders))
        with _kept(lambda: sale in self.open_sales()), stored as connection:
            _put_open_sale(connection, sale)

    def void_open_sale(self, sale: OpenSale, fact: BasketVoided) -> None:
        """Give an open sale up; the fact stays."""
        assert sale.basket.basket_id == fact.basket_id
        self.record(fact)

    # ---- payment attempts ---------------------------------------------------------------------

    def start_payment(self, fact: PaymentStarted, sale: OpenSale) -> None:
        """Store an attempt and its sale, durably, before the terminal is asked."""
        with self._written() as connection:
            self._append(connection, _known_identity(connection), fact)
            _put_open_sale(connection, sale)

    def resolve_payment(self, fact: PaymentResolved, sale: OpenSale | None) -> None:
        """Store an attempt's result together with the sale as it stands after it (None: no sale to save).

        Raises `retail.payment.IllegalStep` for a step that the table of attempts does not have, and
        `AttemptUnknown`; then nothing is stored.
        """
        with self._written() as connection:
            self._append(connection, _known_identity(connection), fact)
            if sale is not None:
                _put_open_sale(connection, sale)

    def attempt(self, attempt_id: str) -> Attempt | None:
        """Return one attempt."""
        with self._database.read() as connection:
            row = connection.execute(_select_attempt, {"attempt": attempt_id}).mappings().first()
        return None if row is None else Attempt(**row)

    def attempts(self, basket_id: str) -> tuple[Attempt, ...]:
        """Return a sale's attempts, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(_select_attempts, {"basket": basket_id}).mappings().all()
        return tuple(Attempt(**row) for row in rows)

    def attempts_open(self, basket_id: str) -> tuple[Attempt, ...]:
        """Return a sale's attempts that have no result yet."""
        with self._database.read() as connection:
            rows = connection.execute(_select_attempts_open, {"basket": basket_id}).mappings().all()
        return tuple(Attempt(**row) for row in rows)

    def unresolved_attempts(self) -> tuple[Attempt, ...]:
        """Return every attempt without a result: in doubt after a crash, to be asked about."""
        with self._database.read() as connection:
            rows = connection.execute(_select_unresolved).mappings().all()
        return tuple(Attempt(**row) for row in rows)

    # ---- completed sales ----------------------------------------------------------------------

    def sales(self, limit: int = 100, text: str = "") -> tuple[SaleSummary, ...]:
        """Return the latest sales, newest first; `text` is part of a receipt number, name or date."""
        with self._database.read() as connection:
            return latest_sales(connection, limit, text)

    def sale(self, receipt_number: str) -> Sale | None:
        """Return a completed sale by its receipt number."""
        with self._database.read() as connection:
            body = connection.execute(_sale_body, {"receipt": receipt_number}).scalar()
        return None if body is None else _sale_decoder.decode(body).sale

    def sale_by_id(self, sale_id: str) -> Sale | None:
        """Return a completed sale by its id."""
        with self._database.read() as connection:
            body = connection.execute(_sale_body_by_id, {"sale": sale_id}).scalar()
        return None if body is None else _sale_decoder.decode(body).sale

    def returns_of(self, sale_id: str) -> tuple[Return, ...]:
        """Return what came back of a sale at this till, the earliest first."""
        with self._database.read() as connection:
            return _returns_in(connection, sale_id)

    def past_returns(self, limit: int = 100, text: str = "") -> tuple[sale_lists.PastReturn, ...]:
        """Return the latest returns at this till, newest first; `text` as for `sales`."""
        with self._database.read() as connection:
            return sale_lists.latest_returns(connection, limit, text)

    def returned(self, receipt_number: str) -> Return | None:
        """Return a return at this till by its own receipt number."""
        with self._database.read() as connection:
            return sale_lists.return_of_number(connection, receipt_number)

    # ---- settings of this till ----------------------------------------------------------------

    def local_setting(self, name: str) -> str | None:
        """Return a setting of this till alone (language, theme, devices …), or None."""
        with self._database.read() as connection:
            return connection.execute(_select_setting, {"setting": name}).scalar()

    def set_local_setting(self, name: str, value: str) -> None:
        """Store a setting of this till alone."""
        with self._database.write() as connection:
            connection.execute(_save_setting, {"name": name, "value": value})

    # ---- inside -------------------------------------------------------------------------------

    @contextmanager
    def _written(self) -> Iterator[Connection]:
        """Give a connection that facts are written with; they stand or fall together, also on the disk."""
        last = ""
        with _kept(lambda: bool(last) and self._holds(last)), self._database.write() as connection:
            connection.info.pop(_LAST_EVENT, None)
            yield connection
            last = connection.info.get(_LAST_EVENT, "")

    def _holds(self, event_id: str) -> bool:
        with self._database.read() as connection:
            return connection.execute(_event_exists, {"event": event_id}).first() is not None

    def _append(
        self, connection: Connection, who: Identity, fact: Fact, moves: Sequence[StockMovement] = ()
    ) -> Envelope:
        position, envelope = self._seal(connection, who, fact, self._now(), self._monotonic_ms())
        project(connection, position, envelope, fact, moves)
        return envelope

    def _write_again(self, connection: Connection, who: Identity, position: int, before: Envelope) -> None:
        """Seal a fact once more; what is projected from it belongs to the new row, and is not done twice."""
        new, _ = self._seal(connection, who, fact_of(before), before.business_time, before.monotonic_ms)
        follow(connection, position, new)

    def _seal(
        self, connection: Connection, who: Identity, fact: Fact, business_time: str, monotonic_ms: int
    ) -> tuple[int, Envelope]:
        last = connection.execute(_last_row, {"of_incarnation": who.incarnation}).first()
        envelope = seal(
            fact,
            event_id=self._new_id(),
            device_id=who.device_id,
            incarnation=who.incarnation,
            device_seq=1 if last is None else last.device_seq + 1,
            business_time=business_time,
            monotonic_ms=monotonic_ms,
            prev_hash=FIRST_HASH if last is None else last.hash,
        )
        inserted = connection.execute(_insert_row, msgspec.structs.asdict(envelope))
        connection.info[_LAST_EVENT] = envelope.event_id
        return inserted.inserted_primary_key[0], envelope  # type: ignore[index]  # one row has one key


@contextmanager
def _kept(is_there: Callable[[], bool]) -> Iterator[None]:
    """Let an error of the disk pass when what was written is there: what it kept counts, not what it said."""
    try:
        yield
    except DatabaseProblem as problem:
        if problem.code != "write_failed" or not is_there():
            raise
        _log.info("the disk gave an error, and has kept the step all the same: %s", problem)


def _identity_in(connection: Connection) -> Identity | None:
    row = connection.execute(_select_identity).mappings().first()
    return None if row is None else Identity(**row)


def _known_identity(connection: Connection) -> Identity:
    found = _identity_in(connection)
    if found is None:
        raise NotEnrolled
    return found


def _returns_in(connection: Connection, sale_id: str) -> tuple[Return, ...]:
    bodies = connection.execute(_return_bodies, {"sale": sale_id}).scalars().all()
    return tuple(_return_decoder.decode(body).returned for body in bodies)


def _put_open_sale(connection: Connection, sale: OpenSale) -> None:
    body = _encoder.encode(sale).decode()
    connection.execute(_save_open_sale, {"basket_id": sale.basket.basket_id, "body": body})
