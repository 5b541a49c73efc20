"""A new `journal.db` from what can be read of a damaged one and from its mirror.

Only facts whose own SHA-256 proves them are believed. They keep their places and numbers; what is projected
from them is made again. The damaged files are kept beside, never deleted. Unless the old file could be read
to its end, the till goes on under a new incarnation: a number that might be missing is not used again.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from pos_app.database.connection import Database
from pos_app.database.files import JOURNAL_FILE
from pos_app.database.journal import Journal
from pos_app.database.journal_tables import (
    earlier_lives,
    identity,
    journal,
    local_settings,
    open_sales,
    print_jobs,
    stock_moves,
)
from pos_app.database.lives import follow
from pos_app.database.lost_frames import RECOVERED_FOLDER
from pos_app.database.migrations import JOURNAL, bring_up_to_date
from pos_app.database.mirror import Mirror, MirroredFact
from pos_app.database.open_sales import OpenSale
from pos_app.database.problems import DatabaseProblem
from pos_app.database.projections import AttemptUnknown, project
from pos_app.database.salvage_reading import Found, SalvageReport, read_what_can_be
from retail.events import (
    BasketVoided,
    PaymentStarted,
    PickupStepped,
    SaleCompleted,
    SaleReturned,
    TillRecovered,
)
from retail.journal import fact_of
from retail.payment import IllegalStep
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number
from sync.durable_files import force_names

SALVAGED_FILE = "journal.db.salvaged"
REPORT_SETTING = "salvage_report"
"""Where the till keeps what the last salvage did, until a person has seen it."""

ENDINGS = ("", "-wal", "-shm")

_open_sale_decoder = msgspec.json.Decoder(OpenSale)


class NothingToSalvage(DatabaseProblem):
    """Neither the damaged file nor a mirror says who this till is: a person must enrol it again."""

    def __init__(self, path: Path) -> None:
        super().__init__("damaged", f"{path.name} is damaged, and there is no mirror of it")


def salvage(
    folder: Path, key: str, mirror: Mirror, reason: str, journal_on: Callable[[Database], Journal]
) -> SalvageReport:
    """Put `journal.db` right and say what was done; raises `NothingToSalvage`, then nothing was touched.

    Nobody may have it open. It can be cut short at any moment and is begun again at the next start.
    """
    path = folder / JOURNAL_FILE
    report = SalvageReport(reason=reason)
    found = read_what_can_be(path, key, mirror, report)
    if found.state.identity is None:
        raise NothingToSalvage(path)
    made = folder / SALVAGED_FILE
    for ending in ENDINGS:
        Path(f"{made}{ending}").unlink(missing_ok=True)
    database = Database(made, key)
    try:
        bring_up_to_date(database, JOURNAL)
        _fill(database, found, report)
        _begin_again(journal_on(database), found, report)
    finally:
        database.close()
    report.kept_in = _put_in_place(folder, made)
    return report


def put_in_place_if_left(folder: Path) -> None:
    """Finish a salvage that was cut short after the damaged file was put aside."""
    made, path = folder / SALVAGED_FILE, folder / JOURNAL_FILE
    if made.exists() and not path.exists():
        _move_aside(folder, folder / f"damaged-{_last_aside(folder):03d}")
        made.rename(path)


# ---- writing ---------------------------------------------------------------------------------------


def _fill(database: Database, found: Found, report: SalvageReport) -> None:
    """Write every fact at its place and make again what follows from it."""
    who = found.state.identity
    assert who is not None
    facts = _in_places(found)
    counter = max([who.next_receipt_counter, *(_counter_after(fact) for fact in facts)])
    seqs = [fact.envelope.device_seq for fact in facts if fact.envelope.incarnation == who.incarnation]
    head = max(seqs, default=0)
    missing = set(range(1, head + 1)) - set(seqs)
    report.missing = len(missing)
    report.missing_at_centre = sum(1 for seq in missing if seq <= who.acked_seq)
    who = msgspec.structs.replace(
        who,
        next_receipt_counter=counter,
        acked_seq=min(who.acked_seq, head) if report.tail_known else who.acked_seq,
    )
    with database.write() as connection:
        connection.execute(insert(identity), {"only": 1, **msgspec.structs.asdict(who)})
        for name, value in found.state.settings.items():
            connection.execute(insert(local_settings), {"name": name, "value": value})
        for incarnation, acked_seq, last_seq in found.state.earlier_lives:
            life = {"incarnation": incarnation, "acked_seq": acked_seq, "last_seq": last_seq}
            connection.execute(insert(earlier_lives), life)
        done = _Done()
        for fact in facts:
            _write_fact(connection, fact, done)
        for body in found.state.open_sales:
            _write_open_sale(connection, body, done)
        for job in found.jobs:
            connection.execute(insert(print_jobs), job)


def _in_places(found: Found) -> list[MirroredFact]:
    """Return the facts in their order; of two that claim one place (a copy sold on), one goes to the end."""
    facts = sorted(found.facts.values(), key=lambda fact: fact.position)
    taken: set[int] = set()
    after = max((fact.position for fact in facts), default=0)
    placed: list[MirroredFact] = []
    for fact in facts:
        position = fact.position
        if position in taken:
            after += 1
            position = after
        taken.add(position)
        placed.append(msgspec.structs.replace(fact, position=position))
    return placed


def _counter_after(fact: MirroredFact) -> int:
    try:
        told = fact_of(fact.envelope)
    except msgspec.DecodeError:
        return 1
    number = ""
    if isinstance(told, SaleCompleted):
        number = told.sale.receipt_number
    elif isinstance(told, SaleReturned):
        number = told.returned.receipt_number
    try:
        return parse_receipt_number(number)[1] + 1 if number else 1
    except NotAReceiptNumber:
        return 1


@dataclass(slots=True)
class _Done:
    """Where each thing that can happen once was projected, and which baskets are over."""

    places: dict[str, int] = field(default_factory=dict)
    baskets: set[str] = field(default_factory=set)


def _write_fact(connection: Connection, fact: MirroredFact, done: _Done) -> None:
    row = {"position": fact.position, **msgspec.structs.asdict(fact.envelope)}
    try:
        with connection.begin_nested():
            connection.execute(insert(journal), row)
    except IntegrityError:
        return  # the same event once more: a record that was mirrored twice
    try:
        told = fact_of(fact.envelope)
    except msgspec.DecodeError:
        return  # of a newer program: kept and sent, projected from by nobody here
    once = ""
    match told:
        case SaleCompleted(sale=sale):
            once = f"sale {sale.sale_id}"
            done.baskets.add(sale.basket_id or sale.sale_id)
        case SaleReturned(returned=returned):
            once = f"return {returned.return_id}"
        case PickupStepped(step=step):
            once = f"step {step.step_id}"
        case PaymentStarted(attempt_id=attempt_id):
            once = f"attempt {attempt_id}"
        case BasketVoided(basket_id=basket_id):
            done.baskets.add(basket_id)
        case _:
            pass
    if once and once in done.places:
        follow(connection, done.places[once], fact.position)
        return
    try:
        with connection.begin_nested():
            project(connection, fact.position, fact.envelope, told)
            for number, (product_id, location, quantity) in enumerate(fact.moves, start=1):
                move = {"product_id": product_id, "location": location, "quantity": quantity}
                connection.execute(insert(stock_moves), {"position": fact.position, "number": number, **move})
    except (IntegrityError, AttemptUnknown, IllegalStep):
        return  # what it follows from is missing: the fact itself is kept, and the centre judges it
    if once:
        done.places[once] = fact.position


def _write_open_sale(connection: Connection, body: str, done: _Done) -> None:
    try:
        sale = _open_sale_decoder.decode(body)
    except msgspec.DecodeError:
        return
    basket_id = sale.basket.basket_id
    if basket_id not in done.baskets:
        with connection.begin_nested():
            connection.execute(insert(open_sales), {"basket_id": basket_id, "body": body})


def _begin_again(kept: Journal, found: Found, report: SalvageReport) -> None:
    """Go on under a new incarnation where the end is not certain, and tell the centre what was done."""
    who = kept.identity()
    assert who is not None
    if not report.tail_known:
        kept.begin_incarnation(str(uuid.uuid4()))
        report.new_incarnation = True
    for fact in found.others:  # of a copy that sold on: their numbers are another's
        try:
            kept.record(fact_of(fact.envelope))
        except (IntegrityError, AttemptUnknown, IllegalStep, msgspec.DecodeError):
            continue  # it is here under another number already
    kept.record(
        TillRecovered(
            reason=report.reason,
            kept=report.kept,
            from_mirror=report.from_mirror,
            missing=report.missing,
            missing_at_centre=report.missing_at_centre,
            tail_known=report.tail_known,
            earlier_incarnation=who.incarnation if report.new_incarnation else "",
        )
    )
    kept.set_local_setting(REPORT_SETTING, msgspec.json.encode(report).decode())


def _put_in_place(folder: Path, made: Path) -> str:
    """Put the damaged files aside and the new one in their place; return the name of the folder."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    aside = folder / f"damaged-{_last_aside(folder) + 1:03d}"
    aside.mkdir(mode=0o700)
    _move_aside(folder, aside)
    made.rename(folder / JOURNAL_FILE)
    force_names(folder)
    shutil.rmtree(folder / RECOVERED_FOLDER, ignore_errors=True)
    return aside.name


def _move_aside(folder: Path, aside: Path) -> None:
    for ending in ENDINGS:
        part = folder / f"{JOURNAL_FILE}{ending}"
        if part.exists():
            part.rename(aside / part.name)


def _last_aside(folder: Path) -> int:
    return max((int(each.name.removeprefix("damaged-")) for each in folder.glob("damaged-[0-9]*")), default=0)
