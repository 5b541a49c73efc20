"""The rules about what lies around a till: terminals, paper, open baskets, and what a person is told.

It imports nothing of the product, as `oracle.py`, which judges by all rules.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from tests.faults.simulation.evidence import Left


def differences(what: str, one: Counter[str], other: Counter[str]) -> Iterator[str]:
    """Complain of every key that two counts do not agree about."""
    for key in sorted(one.keys() | other.keys()):
        if one[key] != other[key]:
            yield f"{what} {key}: {one[key]} and {other[key]}"


def terminals_agree(left: Left) -> Iterator[str]:
    """Rule 9: what a terminal took is a tender of one sale, or of a basket that is still open; what it gave
    back is a tender of one return.

    A disk that was put back has baskets open that were paid for and sold: the same money in two sales is
    said, and a basket of such a disk counts only while nothing was sold for the money in it.
    """
    tenders: Counter[str] = Counter()
    said = {row["subject"] for row in left.tables["alert"] if row["code"] == "payment_counted_twice"}
    for row in left.tables["sale_tender"]:
        attempt = row["attempt_id"]
        if attempt and not (attempt in said and attempt in tenders):
            tenders[attempt] += row["amount_minor"]
    for fact in left.of("sale.returned"):
        for tender in fact["returned"]["tenders"]:
            if tender.get("attempt_id"):
                tenders[tender["attempt_id"]] += abs(int(tender["amount_minor"]))
    for till in left.tills:
        sold = set(tenders) if till.name in left.shown["tills_restored"] else set()
        for row in till.tables["open_sales"]:
            for tender in json.loads(row["body"])["tenders"]:
                if tender.get("attempt_id") and tender["attempt_id"] not in sold:
                    tenders[tender["attempt_id"]] += int(tender["amount_minor"])
    taken: dict[str, int] = {}
    for book in left.shown["terminals"].values():
        taken |= {name: amount for name, (outcome, amount) in book.items() if outcome == "approved"}
    yield from differences("card payment", Counter(taken), tenders)


def paper_tells_no_other_story(left: Left) -> Iterator[str]:
    """Rule 10: a printed sale is at the centre; a second print of it says that it is a copy.

    Nobody can keep a disk that was put back from using a number again before it reaches the centre; of two
    sales with one number somebody is told, and no till that was left alone makes them.
    """
    booked = {(row["receipt_number"], row["sale_id"]) for row in left.tables["sale"]}
    said = {row["subject"] for row in left.tables["alert"] if row["code"] == "receipt_repeated"}
    originals: Counter[tuple[str, str]] = Counter()
    for one in left.shown["printed"]:
        if one["kind"] != "receipt":
            continue
        sale = json.loads(one["body"])["sale"]
        number, sale_id = sale["receipt_number"], sale["sale_id"]
        if (number, sale_id) not in booked:
            yield f"{number} is on paper and not at the centre"
        if not one["copy"]:
            originals[number, sale_id] += 1
    yield from (
        f"{number} was printed {n} times as an original" for (number, _), n in originals.items() if n > 1
    )
    for number, times in Counter(number for number, _ in booked).items():
        if times > 1 and (number not in said or not left.shown["tills_restored"]):
            yield f"{number} is the number of {times} sales, and nobody was told"


def open_baskets_survive(left: Left) -> Iterator[str]:
    """Rule 11: whoever stood at a till that died goes on where they were."""
    yield from left.shown["baskets_lost"]


def nothing_unexpected(left: Left) -> Iterator[str]:
    """Rule 12: no alarm and no warning that the troubles of this world do not explain."""
    restored = left.shown["tills_restored"]
    twice = set(came_from_two_lives(left).values())
    for row in left.tables["alert"]:
        gone = row["code"] in ALARMS_THAT_GO and row["resolved_at"]
        if row["code"] == "quarantined.sale_repeated" and row["detail"] in twice:
            continue
        if not gone and row["code"] not in (*ALARMS, *(ALARMS_OF_OLD_DISKS if restored else ())):
            yield f"alarm {row['code']}: {row['subject']} {row['detail']}"
    for said in left.shown["warnings"]:
        if "checksum_mismatch" in said and not any(one in said for one in left.shown["rows_lost"]):
            yield f"no row was lost on the way, and yet {said}"
    expected = (*WARNINGS, *(WARNINGS_OF_OLD_DISKS if restored else ()))
    yield from (said for said in left.shown["warnings"] if not any(one in said for one in expected))


ALARMS = ("oversold", "order_conflict", "refund_at_desk")
ALARMS_THAT_GO = ("quarantined.attempt_unknown",)
"""Raised for what came before what it refers to, and resolved when that came."""
ALARMS_OF_OLD_DISKS = ("conflict", "receipt_repeated", "payment_counted_twice", "returned_more_than_sold")
WARNINGS = ("is fetched again", "the centre has less than before")
WARNINGS_OF_OLD_DISKS = ("the centre has other facts under the same numbers",)


def came_from_two_lives(left: Left) -> dict[str, str]:
    """Return the events that wait for a person, each with its sale, that a disk put back twice brought again.

    The first time the till wrote the sale again in its next life; the second disk of before knows nothing of
    that life, so it does so once more. The centre books the sale once, and says so.
    """
    restored = Counter(left.shown["tills_restored"])
    suspects = {till.identity["device_id"] for till in left.tills if restored[till.name] > 1}
    booked: dict[str, str] = {}
    for row in left.tables["inbox"]:
        if row["kind"] == "sale.completed" and row["outcome"] == "applied":
            body = json.loads(row["envelope"])["body"]
            booked[_sale_of(body)] = body
    found = {}
    for row in left.tables["inbox"]:
        if row["reason"] == "sale_repeated" and row["device_id"] in suspects:
            body = json.loads(row["envelope"])["body"]
            if booked.get(_sale_of(body)) == body:
                found[row["event_id"]] = _sale_of(body)
    return found


def _sale_of(body: str) -> str:
    return str(json.loads(body)["sale"]["sale_id"])
