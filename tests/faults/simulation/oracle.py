"""The judge of a simulated world: it knows the files, SQL, JSON and SHA-256, and nothing of the product.

Rules 1 to 8 are the invariants of the synchronisation protocol; 9 holds the books of the card terminals
against all others, 10 the paper, 11 what was open when a till died, and 12 says whatever nobody planned for.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults import race_evidence
from tests.faults.race_oracle import (
    goods_are_where_orders_say,
    oversold_is_said,
    promises_are_kept,
    slots_hold_what_is_booked,
    steps_count_once,
)
from tests.faults.race_strict import nothing_is_sold_twice, strict_is_never_oversold
from tests.faults.race_walks import walks_are_legal
from tests.faults.simulation.evidence import CHAIN_WIDE, STREAMS, Left, Row
from tests.faults.simulation.oracle_at_the_counter import (
    came_from_two_lives,
    differences,
    nothing_unexpected,
    open_baskets_survive,
    paper_tells_no_other_story,
    terminals_agree,
)

FIRST_HASH = "0" * 64
CENTRES_OWN = race_evidence.CENTRES_OWN
HASHED = (
    "event_id",
    "device_id",
    "incarnation",
    "device_seq",
    "kind",
    "schema_version",
    "business_time",
    "monotonic_ms",
    "prev_hash",
    "body",
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that must not be; `rule` is the number in `RULES`."""

    rule: int
    text: str


def judge(left: Left) -> list[Complaint]:
    """Return every complaint, by rule."""
    return [Complaint(rule, text) for rule, check in RULES.items() for text in check(left)]


def paid_is_at_the_centre_once(left: Left) -> Iterator[str]:
    """Rule 1: what a screen called paid, or gave back, is at the centre exactly once, to the cent."""
    landed = Counter(fact["sale"]["sale_id"] for fact in left.of("sale.completed"))
    booked = Counter(row["sale_id"] for row in left.tables["sale"])
    totals = {row["sale_id"]: row["total_minor"] for row in left.tables["sale"]}
    for one in left.shown["paid"]:
        sale_id = one["sale_id"]
        if landed[sale_id] != 1 or booked[sale_id] != 1:
            yield (
                f"{one['till']}: {one['receipt_number']} was shown as paid; "
                f"it landed {landed[sale_id]} times and is booked {booked[sale_id]} times"
            )
        elif totals[sale_id] != one["total_minor"]:
            yield f"{one['receipt_number']}: {one['total_minor']} shown, {totals[sale_id]} booked"
    back = Counter(row["return_id"] for row in left.tables["sale_return"])
    for one in left.shown["returned"]:
        if back[one["return_id"]] != 1:
            yield f"{one['till']}: return {one['return_id']} is booked {back[one['return_id']]} times"
    yield from (f"sale {sale_id} landed {times} times" for sale_id, times in landed.items() if times > 1)
    journals = {
        json.loads(row["body"])["sale"]["sale_id"]
        for till in left.tills
        for row in till.tables["journal"]
        if row["kind"] == "sale.completed"
    }
    if not left.shown["tills_restored"]:
        of_tills = {
            row["sale_id"] for row in left.tables["sale"] if not row["device_id"].startswith(CENTRES_OWN)
        }
        missing = (landed.keys() & of_tills) - journals
        yield from (f"sale {one} is at the centre and in no till" for one in missing)


def money_balances(left: Left) -> Iterator[str]:
    """Rule 2: tenders are sales, in projections, facts, and the control totals of each journal."""
    tendered, due = _tendered(left.tables["sale_tender"]), Counter[str]()
    for row in left.tables["sale"]:
        due[row["sale_id"]] = row["total_minor"] + row["cash_rounding_minor"] + row["change_minor"]
    yield from differences("tenders of a sale", tendered, due)
    facts = Counter[str]()
    for fact in left.of("sale.completed"):
        facts[fact["sale"]["sale_id"]] += sum(one["amount_minor"] for one in fact["sale"]["tenders"])
    yield from differences("tenders of a fact", tendered, facts)
    lines = Counter[str]()
    for row in left.tables["sale_line"]:
        lines[row["sale_id"]] += row["paid_minor"]
    for row in left.tables["sale"]:
        if not 0 <= row["total_minor"] - lines[row["sale_id"]] <= row["tax_minor"]:
            yield f"{row['receipt_number']}: lines make {lines[row['sale_id']]}, total {row['total_minor']}"
    yield from _control_totals(left)
    yield from _returns(left)


def _tendered(rows: list[Row]) -> Counter[str]:
    found = Counter[str]()
    for row in rows:
        found[row["sale_id"]] += row["amount_minor"]
    return found


def _control_totals(left: Left) -> Iterator[str]:
    lives: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for till in left.tills:
        for row in till.tables["journal"]:
            lives[row["device_id"], row["incarnation"]].append(row)
    for said in left.shown["totals"]:
        rows = lives[said["device_id"], said["incarnation"]]
        sales = [json.loads(row["body"])["sale"] for row in rows if row["kind"] == "sale.completed"]
        tenders = Counter[str]()
        for sale in sales:
            for tender in sale["tenders"]:
                tenders[tender["kind"]] += tender["amount_minor"]
        own = {
            "events": len(rows),
            "missing": 0,
            "sales": len(sales),
            "total_minor": sum(sale["total_minor"] for sale in sales),
            "change_minor": sum(sale["change_minor"] for sale in sales),
            "tenders_minor": dict(tenders),
            "head_hash": max(rows, key=lambda row: int(row["device_seq"]))["hash"],
        }
        yield from (
            f"control totals of {said['incarnation']}: {name} {said[name]} counted, {value} written"
            for name, value in own.items()
            if said[name] != value
        )


def _told_of_returns(left: Left) -> set[str]:
    """Return the sales of which more came back than was sold, and somebody was told.

    A till whose old disk is put back has forgotten what it took back since, and offline nobody tells it.
    """
    if not left.shown["tills_restored"]:
        return set()
    about = [row["subject"] for row in left.tables["alert"] if row["code"] == "returned_more_than_sold"]
    return {
        row["sale_id"]
        for row in left.tables["sale"]
        if any(one.startswith(f"{row['receipt_number']} ") for one in about)
    }


def _returns(left: Left) -> Iterator[str]:
    sold = {(row["sale_id"], row["line_number"]): row for row in left.tables["sale_line"]}
    sale_of = {row["return_id"]: row["sale_id"] for row in left.tables["sale_return"]}
    back: Counter[tuple[str, int]] = Counter()
    paid: Counter[tuple[str, int]] = Counter()
    for row in left.tables["sale_return_line"]:
        key = (sale_of[row["return_id"]], row["line_number"])
        back[key] += milli(row["quantity"])
        paid[key] += row["paid_minor"]
    told = _told_of_returns(left)
    for key in back:
        if key in sold and (
            back[key] > milli(sold[key]["quantity"]) or paid[key] > max(0, sold[key]["paid_minor"])
        ):
            if key[0] in told:
                continue
            yield f"line {key[1]} of {key[0]}: {back[key]} for {paid[key]} came back of {dict(sold[key])}"


def chains_verify(left: Left) -> Iterator[str]:
    """Rule 3: numbers without gaps, hashes of what they cover, the same journals on both sides.

    A disk that was put back may write under numbers that the centre has already; then the centre says so, and
    has the same fact under a number of another life. What follows such a fact, and was not sent before that
    was found, has no place in its first life either.
    """
    at_centre: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in left.tables["inbox"]:
        at_centre[row["device_id"], row["incarnation"]][row["device_seq"]] = json.loads(row["envelope"])
    heads = {(row["device_id"], row["incarnation"]): row for row in left.tables["incarnation"]}
    for life, envelopes in at_centre.items():
        last = yield from _chain(f"centre, {life[1]}", envelopes)
        if life[0].startswith(CENTRES_OWN):
            continue  # it sends nothing, so nothing is acknowledged
        head = heads.get(life)
        if head is None or (head["acked_seq"], head["head_hash"]) != last:
            yield f"centre, {life[1]}: its head is not number {last[0]}"
    contradicted = {
        (row["device_id"], row["incarnation"], row["device_seq"]) for row in left.tables["conflict"]
    }
    for till in left.tills:
        lives: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
        for row in till.tables["journal"]:
            lives[row["device_id"], row["incarnation"]][row["device_seq"]] = row
        for life, rows in lives.items():
            yield from _ends(_chain(f"{till.name}, {life[1]}", rows))
            for number, row in rows.items():
                there = at_centre[life].get(number)
                if there is None:
                    if _follows_another(at_centre[life], rows, number) and _is_written_again(
                        left, till.name, at_centre, row
                    ):
                        continue
                    yield f"{till.name}: number {number} of {life[1]} ({row['kind']}) is not at the centre"
                elif any(there[name] != row[name] for name in (*HASHED, "hash")):
                    if (*life, number) in contradicted and _is_written_again(left, till.name, at_centre, row):
                        contradicted.remove((*life, number))
                    else:
                        yield f"{till.name}: number {number} of {life[1]} is another at the centre"
    yield from (f"conflict: {device} {number}" for device, _life, number in sorted(contradicted))


def _follows_another(at_centre: Mapping[int, Row], rows: Mapping[int, Row], number: int) -> bool:
    """Say whether a fact comes after the centre's head of its life, which is another fact than the till's."""
    head = max(at_centre, default=number)
    return head < number and head in rows and at_centre[head]["hash"] != rows[head]["hash"]


def _is_written_again(
    left: Left, name: str, at_centre: Mapping[tuple[str, str], Mapping[int, Row]], row: Row
) -> bool:
    others = (
        there
        for (device, life), facts in at_centre.items()
        if device == row["device_id"] and life != row["incarnation"]
        for there in facts.values()
    )
    again = sum((there["kind"], there["body"]) == (row["kind"], row["body"]) for there in others)
    return name in left.shown["tills_restored"] and again >= 1


def _ends(chain: Iterator[str]) -> Iterator[str]:
    yield from chain


def _chain(where: str, envelopes: Mapping[int, Row]) -> Any:
    previous, expected = FIRST_HASH, 0
    for number in sorted(envelopes):
        envelope, expected = envelopes[number], expected + 1
        if number != expected:
            yield f"{where}: number {expected} is missing, {number} follows"
            expected = number
        if envelope["prev_hash"] != previous:
            yield f"{where}: number {number} does not follow its predecessor"
        if _hash_of(envelope) != envelope["hash"]:
            yield f"{where}: number {number} does not have the hash of its content"
        previous = envelope["hash"]
    return expected, previous


def _hash_of(envelope: Mapping[str, Any]) -> str:
    content = {name: envelope[name] for name in HASHED}
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def ledger_is_balance(left: Left) -> Iterator[str]:
    """Rule 4: each balance is the sum of its ledger, and the ledger is what facts and deliveries say."""
    ledger: Counter[tuple[str, ...]] = Counter()
    causes: Counter[tuple[str, ...]] = Counter()
    for row in left.tables["stock_movement"]:
        place = row["store_id"], row["product_id"], row["location"]
        ledger[place] += row["quantity_milli"]
        if row["cause"] in ("sale", "return"):
            causes[*place, row["cause"]] += row["quantity_milli"]
    balances = {
        (row["store_id"], row["product_id"], row["location"]): row["quantity_milli"]
        for row in left.tables["stock_balance"]
    }
    for key in sorted(ledger.keys() | balances.keys()):
        if ledger[key] != balances.get(key, 0):
            yield f"{' '.join(key)}: ledger {ledger[key]}, balance {balances.get(key)}"
    wanted: Counter[tuple[str, ...]] = Counter()
    for fact in left.of("sale.completed"):
        sale = fact["sale"]
        if not sale.get("order_id"):
            for line in sale["lines"]:
                wanted[sale["store_id"], line["product_id"], "shelf", "sale"] -= milli(line["quantity"])
    for fact in left.of("sale.returned"):
        back = fact["returned"]
        if back.get("kind") == "void":
            continue  # the centre's own, of a handover that was undone: its goods went back with that step
        for line in back["lines"]:
            if line.get("restock", True):
                key = (back["store_id"], line["product_id"], "shelf", "return")
                wanted[key] += milli(line["quantity"])
    for key in sorted(wanted.keys() | causes.keys()):
        if wanted[key] != causes[key]:
            yield f"{' '.join(key)}: facts moved {wanted[key]}, the ledger says {causes[key]}"


def replicas_are_the_centres(left: Left) -> Iterator[str]:
    """Rule 6: each till has the centre's rows byte for byte, and both have their checksums."""
    heads = {(row["stream"], row["scope"]): row for row in left.tables["stream_head"]}
    rows: dict[tuple[str, str], dict[str, bytes]] = defaultdict(dict)
    for row in left.tables["stream_row"]:
        rows[row["stream"], row["scope"]][row["key"]] = row["row"].encode()
    for key, head in heads.items():
        if head["checksum"] != checksum(rows[key]):
            yield f"{key}: the centre's checksum is not that of its rows"
    epoch = left.tables["centre"][0]["epoch"]
    for till in left.tills:
        for stream in STREAMS:
            key = (stream, "" if stream in CHAIN_WIDE else till.store_id)
            head, cursor = heads.get(key), till.cursors.get(stream)
            here = till.rows[stream]
            if cursor is None:
                yield f"{till.name}: {stream} was never fetched"
                continue
            if here != rows[key]:
                yield f"{till.name}: its rows of {stream} are not the centre's"
            said = (cursor["epoch"], cursor["after_seq"], cursor["checksum"])
            wanted = (epoch, head["head"] if head else 0, checksum(rows[key]))
            if said != wanted:
                yield f"{till.name}: {stream} stands at {said}, the centre at {wanted}"


def checksum(rows: Mapping[str, bytes]) -> str:
    """Return the checksum of a stream's rows, as the protocol describes it."""
    shares = (
        int.from_bytes(hashlib.blake2b(key.encode() + b"\0" + row, digest_size=8).digest(), "big")
        for key, row in rows.items()
    )
    return f"{sum(shares) % 2**64:016x}"


def nothing_is_stuck(left: Left) -> Iterator[str]:
    """Rule 7: every queue is empty, nothing waits for an answer, and what landed was applied."""
    for till in left.tills:
        who = till.identity
        head = max(
            row["device_seq"] for row in till.tables["journal"] if row["incarnation"] == who["incarnation"]
        )
        if who["acked_seq"] != head:
            yield f"{till.name}: {head - who['acked_seq']} facts wait"
    yield from left.shown["complaints"]
    twice = came_from_two_lives(left)
    for row in left.tables["inbox"]:
        if row["outcome"] != "applied" and row["event_id"] not in twice:
            why = f"{row['reason']} {row['detail']}"
            yield f"event {row['event_id']} ({row['kind']}) is {row['outcome']}: {why}"


def nothing_is_oversold(left: Left) -> Iterator[str]:
    """Rule 5: strict goods are never oversold, soft ones only with an alarm; promises hold."""
    yield from left.shown["promised_too_much"]
    race = _as_a_race(left)
    for check in (promises_are_kept, oversold_is_said, strict_is_never_oversold, nothing_is_sold_twice):
        yield from check(race)


def handed_over_once(left: Left) -> Iterator[str]:
    """Rule 8: what was handed over is so once, in orders and ledger; offline only against the paper slip."""
    race = _as_a_race(left)
    for check in (steps_count_once, walks_are_legal, goods_are_where_orders_say, slots_hold_what_is_booked):
        yield from check(race)
    for one in left.shown["handed_over"]:
        if not one["others_heard"] and not one["slip"]:
            yield f"{one['till']} {one['said']}: nobody was heard, and no slip was asked for"
    states = {order_id: order["state"] for order_id, order in race.orders.items()}
    for name, orders in left.shown["orders_shown"].items():
        for order_id, state in orders.items():
            if states.get(order_id) != state:
                yield f"{name} shows {order_id} as {state}, the centre as {states.get(order_id)}"


def _as_a_race(left: Left) -> race_evidence.Left:
    """Return the same evidence as the judge of a race reads it: nobody brings goods back there."""
    tables = dict(left.tables)
    tables["stock_movement"] = [
        {**row, "cause": "receipt"} if row["cause"] == "return" else row for row in tables["stock_movement"]
    ]
    # The other stores sell from shelves that nobody ever booked anything onto.
    tables["stock_balance"] = [row for row in tables["stock_balance"] if row["store_id"] == "S1"]
    levels = [json.loads(row["row"]) for row in tables["stream_row"] if row["stream"] == "stock"]
    return race_evidence.Left(
        tables,
        {},
        {},
        {row["order_id"]: json.loads(row["body"]) for row in tables["pickup_order"]},
        [fact["sale"] for fact in left.of("sale.completed")],
        frozenset(each["product_id"] for each in levels if each["policy"] == "strict"),
        frozenset(one["sale_id"] for one in left.shown["paid"] if not one["knew_what_is_strict"]),
    )


def milli(quantity: str) -> int:
    """Return a quantity in thousandths, from its decimal text."""
    whole, _, parts = str(quantity).partition(".")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole or "0")) * 1000 + int((parts + "000")[:3]))


RULES: dict[int, Callable[[Left], Iterator[str]]] = {
    1: paid_is_at_the_centre_once,
    2: money_balances,
    3: chains_verify,
    4: ledger_is_balance,
    5: nothing_is_oversold,
    6: replicas_are_the_centres,
    7: nothing_is_stuck,
    8: handed_over_once,
    9: terminals_agree,
    10: paper_tells_no_other_story,
    11: open_baskets_survive,
    12: nothing_unexpected,
}
"""Every rule, by its number."""
