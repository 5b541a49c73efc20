"""What a sound shop leaves behind, made by hand: two sales on paper and at the centre, to plant bugs in."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.oracle import Complaint, Evidence, TillLeftBehind, gather, judge

TILL, DEVICE, LIFE = "S1-1", "device-1", "life-1"
CASH_SALE, CARD_SALE = "T1-000001-2", "T1-000002-8"
SCHEMA = """
CREATE TABLE inbox (inbox_id INTEGER PRIMARY KEY, event_id TEXT, envelope TEXT, outcome TEXT);
CREATE TABLE incarnation (device_id TEXT, incarnation TEXT, acked_seq INTEGER, head_hash TEXT);
CREATE TABLE conflict (event_id TEXT);
CREATE TABLE alert (code TEXT);
CREATE TABLE till (till_id TEXT, till_number INTEGER);
CREATE TABLE sale (sale_id TEXT, receipt_number TEXT, total_minor INTEGER, change_minor INTEGER,
    cash_rounding_minor INTEGER, tax_minor INTEGER, price_check TEXT);
CREATE TABLE sale_line (sale_id TEXT, paid_minor INTEGER);
CREATE TABLE sale_tax (sale_id TEXT);
CREATE TABLE sale_tender (sale_id TEXT, kind TEXT, amount_minor INTEGER, attempt_id TEXT);
CREATE TABLE payment_attempt (attempt_id TEXT, basket_id TEXT, state TEXT);
"""


def receipt(number: str, total: str, *, kicks: int = 0, copy: bool = False, cut: bool = True) -> bytes:
    """Return a receipt's bytes: a picture, Chinese letters, sums, and the knife."""
    picture = b"\x1dv0\x00\x02\x00\x03\x00" + b"\x1b@\x10\x04\x01T"  # commands in a picture are dots
    head = b"\x1c&\xb8\xb1\xb1\xbe\x1c." + (b" COPY\n" if copy else b"\n")
    text = f"Receipt {number}\nRice    7.90\nTOTAL   ${total}\n".encode()
    code = number.encode()
    barcode = b"\x1dk\x49" + bytes([len(code)]) + code
    return b"\x1b@" + b"\x1bp\x00\x32\x32" * kicks + picture + head + text + (barcode + b"\x1dV\x01") * cut


def sale(number: str, total: int, tender: dict[str, Any], change: int = 0) -> dict[str, Any]:
    """Return a sale's record as it stands in its fact."""
    return {
        "sale_id": f"basket-{number}",
        "receipt_number": number,
        "till_id": TILL,
        "tax_included": True,
        "lines": [{"paid_minor": total}],
        "total_minor": total,
        "tax_minor": 0,
        "cash_rounding_minor": 0,
        "change_minor": change,
        "tenders": [tender],
    }


@dataclass(slots=True)
class SoundShop:
    """A folder with a centre's database and terminal books, and the paper of its printer."""

    folder: Path
    paper: list[bytes] = field(default_factory=list)
    books: dict[str, dict[str, Any]] = field(default_factory=dict)
    journal: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    left: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def opened(cls, folder: Path) -> SoundShop:
        """Return a shop that sold rice for cash and tea by card, and closed in order."""
        shop = cls(folder)
        with closing(sqlite3.connect(shop.database)) as connection:
            connection.executescript(SCHEMA)
        shop.sql("INSERT INTO till VALUES (?, 1)", TILL)
        shop.sql("INSERT INTO incarnation VALUES (?, ?, 0, ?)", DEVICE, LIFE, "0" * 64)
        shop.fact({"kind": "till.enrolled"})
        shop.sell(sale(CASH_SALE, 790, {"kind": "cash", "amount_minor": 1000, "attempt_id": ""}, change=210))
        shop.paper.append(receipt(CASH_SALE, "7.90", kicks=1))
        shop.charge("attempt-1", 850, f"basket-{CARD_SALE}")
        shop.sell(sale(CARD_SALE, 850, {"kind": "card", "amount_minor": 850, "attempt_id": "attempt-1"}))
        shop.paper.append(receipt(CARD_SALE, "8.50"))
        return shop

    @property
    def database(self) -> Path:
        """Return the centre's file."""
        return self.folder / "centre.db"

    def sql(self, statement: str, *values: object) -> None:
        """Change the centre's database."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            assert connection.execute(statement, values).rowcount != 0, "the plant changes something"

    def fact(self, body: dict[str, Any], *, lost: bool = False) -> None:
        """Write a fact into the till's journal, and land it at the centre unless it is lost."""
        seq = len(self.journal) + 1
        envelope: dict[str, Any] = {
            "event_id": f"event-{seq}",
            "device_id": DEVICE,
            "incarnation": LIFE,
            "device_seq": seq,
            "kind": body["kind"],
            "schema_version": 1,
            "business_time": "2026-03-14T10:00:00+08:00",
            "monotonic_ms": seq,
            "prev_hash": self.journal[-1][2] if self.journal else "0" * 64,
            "body": json.dumps(body, ensure_ascii=False),
        }
        content = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        envelope["hash"] = hashlib.sha256(content.encode()).hexdigest()
        self.journal.append((LIFE, seq, envelope["hash"], body["kind"], envelope["body"]))
        if not lost:
            row = (envelope["event_id"], json.dumps(envelope))
            self.sql("INSERT INTO inbox (event_id, envelope, outcome) VALUES (?, ?, 'applied')", *row)
            self.sql("UPDATE incarnation SET acked_seq = ?, head_hash = ?", seq, envelope["hash"])

    def sell(self, made: dict[str, Any], *, lost: bool = False) -> None:
        """Complete a sale, and book it at the centre unless it is lost."""
        self.fact({"kind": "sale.completed", "sale": made}, lost=lost)
        if not lost:
            self.book(made)

    def book(self, made: dict[str, Any]) -> None:
        """Put a sale into the centre's projections."""
        sums = [made[name] for name in ("total_minor", "change_minor", "cash_rounding_minor", "tax_minor")]
        self.sql(
            "INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, 'same')",
            made["sale_id"],
            made["receipt_number"],
            *sums,
        )
        self.sql("INSERT INTO sale_line VALUES (?, ?)", made["sale_id"], made["lines"][0]["paid_minor"])
        for tender in made["tenders"]:
            self.sql(
                "INSERT INTO sale_tender VALUES (?, ?, ?, ?)",
                made["sale_id"],
                tender["kind"],
                tender["amount_minor"],
                tender["attempt_id"],
            )

    def charge(self, attempt_id: str, amount_minor: int, basket_id: str) -> None:
        """Let the terminal take money once, and the centre know of it."""
        self.books[attempt_id] = {"amount_minor": amount_minor, "outcome": "approved", "times_charged": 1}
        self.sql("INSERT INTO payment_attempt VALUES (?, ?, 'approved')", attempt_id, basket_id)

    def evidence(self) -> Evidence:
        """Return all that is left behind."""
        book = self.folder / "card-attempts.json"
        book.write_text(json.dumps(self.books))
        till = TillLeftBehind(journal=tuple(self.journal), **{"acked_seq": len(self.journal), **self.left})
        return gather(self.database, self.paper, [book, self.folder / "mobile-attempts.json"], till)

    def complaints(self) -> list[Complaint]:
        """Return what the oracle says."""
        return judge(self.evidence())
