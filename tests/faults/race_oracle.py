"""The judge of a race: plain SQL on the files that are left, and JSON; it knows nothing of the product.

`judge` returns every complaint; none means that nothing was promised or handed over twice, and that every
book says the same.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.faults.oracle import FIRST_HASH, Complaint, hash_of
from tests.faults.race_evidence import (
    CENTRES_OWN,
    OFF_THE_SHELF,
    OVER,
    STILL_OPEN,
    Left,
    Row,
    facts,
    facts_of_centre,
    gather,
    milli,
    parts_of,
)
from tests.faults.race_strict import nothing_is_sold_twice, strict_is_never_oversold
from tests.faults.race_walks import walks_are_legal

IN_A_BAG = ("picked", "refused")
TAKEN_FROM_STOCK = ("not_found", "damaged", "past_its_date")
"""Why something short is not on the shelf either."""

ALARMS_OF_A_RACE = ("oversold", "order_conflict", "refund_at_desk")
"""What a race may well bring; any other alarm is a fault."""


def looking_into(centre: Path) -> sqlite3.Connection:
    """Return a connection that only looks."""
    return sqlite3.connect(f"file:{centre}?mode=ro", uri=True)


def promises_held(centre: sqlite3.Connection) -> list[Complaint]:
    """Say where more is promised than lies on the shelf: never so after a transaction of the centre."""
    found = centre.execute(
        "SELECT r.product_id, SUM(r.quantity_milli), (SELECT b.quantity_milli FROM stock_balance b WHERE "
        "b.store_id = r.store_id AND b.product_id = r.product_id AND b.location = 'shelf') AS lies "
        "FROM reservation r WHERE r.state IN ('held', 'confirmed') GROUP BY r.store_id, r.product_id"
    ).fetchall()
    return [
        Complaint(7, f"{product}: {promised / 1000:g} promised, {(lies or 0) / 1000:g} on the shelf")
        for product, promised, lies in found
        if promised > max(0, lies or 0)
    ]


def refused_steps(centre: sqlite3.Connection) -> set[str]:
    """Return the steps that the centre refused: what hands took with them goes back where it was."""
    return {row[0] for row in centre.execute("SELECT step_id FROM pickup_step WHERE outcome = 'refused'")}


def judge(folder: Path, shown: Mapping[int, Mapping[str, str]]) -> tuple[list[Complaint], Counter[str]]:
    """Return every complaint by rule, and what there was to judge."""
    left = gather(folder, shown)
    return [Complaint(rule, text) for rule, check in CHECKS.items() for text in check(left)], figures(left)


# ---- the rules -------------------------------------------------------------------------------------------


def everything_arrived_once(left: Left) -> Iterator[str]:
    """Rule 1: each journal is at the centre, whole, in one chain, applied, and nothing waits."""
    landed = {
        (row["incarnation"], row["device_seq"]): row
        for row in left.tables["inbox"]
        if not row["device_id"].startswith(CENTRES_OWN)
    }
    if len(landed) != sum(len(till["journal"]) for till in left.tills.values()):
        yield f"{len(landed)} events at the centre, not as many as the tills wrote"
    yield from (
        f"event {row['event_id']} ({row['kind']}) is {row['outcome']}: {row['reason']} {row['detail']}"
        for row in left.tables["inbox"]
        if row["outcome"] != "applied"
    )
    for number, till in left.tills.items():
        (who,) = till["identity"]
        previous = FIRST_HASH
        for row in sorted(till["journal"], key=lambda each: int(each["device_seq"])):
            at_centre = landed.get((row["incarnation"], row["device_seq"]))
            if at_centre is None or at_centre["hash"] != row["hash"]:
                yield f"till {number}: number {row['device_seq']} is not at the centre as it was written"
                continue
            envelope = json.loads(at_centre["envelope"])
            if envelope["prev_hash"] != previous or hash_of(envelope) != row["hash"]:
                yield f"till {number}: number {row['device_seq']} breaks the chain"
            previous = row["hash"]
        head = max(int(row["device_seq"]) for row in till["journal"])
        if who["acked_seq"] != head:
            yield f"till {number}: {head - who['acked_seq']} facts wait"
    yield from (f"conflict: {json.dumps(row)}" for row in left.tables["conflict"])


def money_balances(left: Left) -> Iterator[str]:
    """Rule 2: tenders are sales, at the tills and at the centre; what an order was paid stands in it once."""
    booked = left.tables["sale"]
    tendered = sum(row["amount_minor"] for row in left.tables["sale_tender"])
    due = sum(row["total_minor"] + row["cash_rounding_minor"] + row["change_minor"] for row in booked)
    if tendered != due:
        yield f"{tendered} tendered, {due} sold"
    written = [
        json.loads(row["body"])["sale"]
        for till in left.tills.values()
        for row in till["journal"]
        if row["kind"] == "sale.completed"
    ]
    own = facts_of_centre(left, "sale.completed")
    told = [*written, *(fact["sale"] for fact in own)]
    figures_of = {each["sale_id"]: each["total_minor"] for each in told}
    if {row["sale_id"]: row["total_minor"] for row in booked} != figures_of or len(told) != len(booked):
        yield "the sales that were made and those that are booked differ"
    for order_id, order in left.orders.items():
        entries = order["payment"]["entries"]
        twice = [ref for ref, n in Counter(each["reference"] for each in entries).items() if n > 1]
        yield from (f"{order['number']}: {reference} counts more than once" for reference in twice)
        paid = {
            each["reference"]: each["amount_minor"] + each.get("online_minor", 0)
            for each in entries
            if each["kind"] == "paid"
        }
        sold = {each["sale_id"]: each["total_minor"] for each in written if each.get("order_id") == order_id}
        if paid != sold:
            yield f"{order['number']}: its payments are {paid}, the desk sold {sold}"
        sums = Counter[str]()
        for each in entries:
            sums[each["kind"]] += each["amount_minor"]
        if sums["captured"] + sums["voided"] > sums["authorised"] or sums["refunded"] > sums["captured"]:
            yield f"{order['number']}: money that cannot have moved: {dict(sums)}"


def goods_of_an_order_are_sold_once(left: Left) -> Iterator[str]:
    """Rule 14: whoever sells an order's goods, desk or centre, no piece and no money is in two sales.

    Two tills that cannot hear each other may both take a customer's money, or one takes it for what the other
    has not found: then somebody is told to give it back.
    """
    told = [row["detail"] for row in left.tables["alert"] if row["code"] == "refund_at_desk"]
    undone = {
        fact["returned"]["sale_id"]
        for fact in facts(left, "sale.returned")
        if fact["returned"]["kind"] == "void"
    }
    sales: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for sale in left.sales:
        if sale.get("order_id") and sale["sale_id"] not in undone:
            sales[sale["order_id"]].append(sale)
    for order_id, made in sales.items():
        order = left.orders[order_id]
        sold, taken = Counter[str](), Counter[str]()
        for sale in made:
            for line in sale["lines"]:
                sold[line["product_id"]] += milli(line["quantity"])
        for line in order["lines"]:
            for part in parts_of(line):
                for product_id, quantity in _picked_of(line, part).items():
                    taken[product_id] += quantity
        gives_back = any(order["number"] in one for one in told)
        for product_id, quantity in sold.items():
            if quantity > taken[product_id] and not gives_back:
                yield f"{order['number']} {product_id}: {quantity} sold, {taken[product_id]} were in its bags"
        online = sum(
            tender["amount_minor"]
            for sale in made
            for tender in sale["tenders"]
            if tender["kind"] == "online"
        )
        came = sum(
            each["amount_minor"]
            for each in order["payment"]["entries"]
            if each["kind"] in ("authorised", "captured")
        )
        if online > came:
            yield f"{order['number']}: {online} of online money in sales, {came} came"


def _picked_of(line: dict[str, Any], part: dict[str, Any]) -> dict[str, int]:
    """Return what of a part was ever in a bag, by the product that was."""
    found: dict[str, int] = {}
    for passage in part["trail"]:
        if passage["state"] == "picked":
            other = passage["substitute"]
            product_id = (line if other is None else other)["product"]["product_id"]
            found[product_id] = max(found.get(product_id, 0), milli(passage["quantity"]))
    return found


def ledger_is_balance(left: Left) -> Iterator[str]:
    """Rule 3: each balance is the sum of its ledger, by store, product and location."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in left.tables["stock_movement"]:
        sums[row["store_id"], row["product_id"], row["location"]] += row["quantity_milli"]
    balances = {
        (row["store_id"], row["product_id"], row["location"]): row["quantity_milli"]
        for row in left.tables["stock_balance"]
    }
    for key in sums.keys() | balances.keys():
        if sums[key] != balances.get(key, 0):
            yield f"{' '.join(key)}: ledger {sums[key]}, balance {balances.get(key)}"


def steps_count_once(left: Left) -> Iterator[str]:
    """Rule 5: a step that was taken is in its order once, one that was refused is not; no second handover."""
    in_history = Counter(done["step_id"] for order in left.orders.values() for done in order["history"])
    yield from (f"step {step_id} was taken {n} times" for step_id, n in in_history.items() if n > 1)
    for row in left.tables["pickup_step"]:
        if (row["outcome"] == "taken") is not (in_history[row["step_id"]] == 1):
            times = in_history[row["step_id"]]
            yield f"step {row['step_id']} ({row['kind']}) is {row['outcome']}, and stands {times} times"
    arrived = {
        json.loads(json.loads(row["envelope"])["body"])["step"]["step_id"]
        for row in left.tables["inbox"]
        if row["kind"] == "pickup.stepped"
    }
    yield from (
        f"step {missing} arrived and is in no book"
        for missing in arrived - {row["step_id"] for row in left.tables["pickup_step"]}
    )
    for order in left.orders.values():
        gave = Counter(
            passage["step_id"]
            for line in order["lines"]
            for part in parts_of(line)
            for passage in part["trail"]
            if passage["state"] == "handed_over"
        )
        for done in order["history"]:
            if done["kind"] == "hand_over" and not done["undone_by"] and not gave[done["step_id"]]:
                yield f"{order['number']}: a handover of nothing counts ({done['step_id']})"


def goods_are_where_orders_say(left: Left) -> Iterator[str]:
    """Rule 6: shelf and pickup shelf hold what was there, less what was sold, picked and handed over."""
    expected: Counter[tuple[str, str]] = Counter()
    for row in left.tables["stock_movement"]:
        if row["cause"] in ("receipt", "count"):
            expected[row["product_id"], row["location"]] += row["quantity_milli"]
    for sale in left.sales:
        if not sale.get("order_id"):
            for line in sale["lines"]:
                expected[line["product_id"], "shelf"] -= milli(line["quantity"])
    handed: Counter[str] = Counter()
    for order in left.orders.values():
        for line in order["lines"]:
            for part in parts_of(line):
                _count_part(line, part, expected, handed)
    found: Counter[tuple[str, str]] = Counter()
    gone: Counter[str] = Counter()
    for row in left.tables["stock_movement"]:
        found[row["product_id"], row["location"]] += row["quantity_milli"]
        if row["cause"] == "hand_over":
            gone[row["product_id"]] -= row["quantity_milli"]
    for key in expected.keys() | found.keys():
        if expected[key] != found[key]:
            yield f"{' '.join(key)}: the ledger says {found[key]}, sales and orders {expected[key]}"
    for product_id in handed.keys() | gone.keys():
        if handed[product_id] != gone[product_id]:
            yield f"{product_id}: {gone[product_id]} given by the ledger, {handed[product_id]} by orders"


def _count_part(
    line: dict[str, Any],
    part: dict[str, Any],
    expected: Counter[tuple[str, str]],
    handed: Counter[str],
) -> None:
    now = part["trail"][-1] if part["trail"] else {"state": "to_pick"}
    product_id = line["product"]["product_id"]
    if now["state"] == "short":
        if now["reason"] in TAKEN_FROM_STOCK:
            expected[product_id, "shelf"] -= milli(part["covers"])
        return
    if now["state"] not in OFF_THE_SHELF:
        return
    if now["substitute"] is not None:
        product_id = now["substitute"]["product"]["product_id"]
    quantity = milli(now["quantity"])
    expected[product_id, "shelf"] -= quantity
    if now["state"] in IN_A_BAG:
        expected[product_id, "pickup"] += quantity
    if now["state"] == "handed_over":
        handed[product_id] += quantity


def promises_are_kept(left: Left) -> Iterator[str]:
    """Rule 7: what is reserved is what open orders still need, less what they were told that they lost."""
    by_order: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(left.tables["reservation"], key=lambda each: int(each["number"])):
        by_order[row["order_id"], row["product_id"]].append(row)
    phases = {row["order_id"]: row["state"] for row in left.tables["pickup_order"]}
    for order_id, order in left.orders.items():
        wanted = Counter({} if phases[order_id] == "released" else _still_to_pick(order))
        for product_id in wanted.keys() | {one for of, one in by_order if of == order_id}:
            rows = by_order[order_id, product_id]
            kept = sum(row["quantity_milli"] for row in rows if row["state"] in ("held", "confirmed"))
            ended = not rows or rows[-1]["state"] in ("released", "expired")
            lost = 0 if ended else int(rows[-1]["short_milli"])
            if kept != max(0, wanted[product_id] - lost):
                yield (
                    f"{order['number']} ({phases[order_id]}) {product_id}: {kept} reserved, "
                    f"{wanted[product_id]} to pick, {lost} lost; {[row['state'] for row in rows]}"
                )


def _still_to_pick(order: dict[str, Any]) -> dict[str, int]:
    found: Counter[str] = Counter()
    if order["state"] not in OVER:
        for line in order["lines"]:
            for part in parts_of(line):
                if not part["trail"] or part["trail"][-1]["state"] in STILL_OPEN:
                    found[line["product"]["product_id"]] += milli(part["covers"])
    return found


def oversold_is_said(left: Left) -> Iterator[str]:
    """Rule 8: who lost goods to the counter is named in an alarm, and the shelf is to be counted."""
    said = [row["detail"] for row in left.tables["alert"] if row["code"] == "oversold"]
    counted = {row["product_id"] for row in left.tables["recount_task"]}
    numbers = {order_id: order["number"] for order_id, order in left.orders.items()}
    for row in left.tables["reservation"]:
        number = numbers[row["order_id"]]
        if row["short_milli"] and not any(f"{number}" in each for each in said):
            yield f"{number} lost {row['short_milli']} of {row['product_id']}, and nobody was told"
        if row["short_milli"] and row["product_id"] not in counted:
            yield f"{row['product_id']} was oversold and is not to be counted"
    for order in left.orders.values():
        if order["at_risk"] and not any(order["number"] in each for each in said):
            yield f"{order['number']} is at risk, and nobody was told"
    for row in left.tables["stock_balance"]:
        if row["quantity_milli"] < 0 and row["product_id"] not in counted:
            yield f"{row['product_id']} is below nothing in {row['location']} and is not to be counted"


def replicas_are_the_centres(left: Left) -> Iterator[str]:
    """Rule 11: each till has the centre's rows byte for byte, and shows its orders as the centre has them."""
    heads = {(row["stream"], row["scope"]): row for row in left.tables["stream_head"]}
    rows: dict[tuple[str, str], dict[str, bytes]] = defaultdict(dict)
    for row in left.tables["stream_row"]:
        rows[row["stream"], row["scope"]][row["key"]] = row["row"].encode()
    for key, head in heads.items():
        if head["checksum"] != _checksum(rows[key]):
            yield f"{key}: the centre's checksum is not that of its rows"
    for number, till in left.tills.items():
        for cursor in till["cursors"]:
            (key,) = [one for one in heads if one[0] == cursor["stream"]]
            if (cursor["after_seq"], cursor["checksum"]) != (heads[key]["head"], heads[key]["checksum"]):
                yield f"till {number}: {cursor['stream']} stands at {cursor['after_seq']}"
        for stream in ("orders", "stock", "settings"):
            (key,) = [one for one in heads if one[0] == stream]
            if {row["key"]: bytes(row["body"]) for row in till[f"{stream}_rows"]} != rows[key]:
                yield f"till {number}: its rows of {stream} are not the centre's"
        for row in till["orders_rows"]:
            order = json.loads(row["body"])
            if left.orders[order["order_id"]] != {
                name: order[name] for name in left.orders[order["order_id"]]
            }:
                yield f"till {number}: {order['number']} is not the centre's order"
            if left.shown[number].get(order["order_id"]) != order["state"]:
                yield f"till {number} shows {order['number']} otherwise than the centre has it"
    standing = {
        row["order_id"] for row in left.tables["pickup_order"] if row["state"] not in ("held", "released")
    }
    published = {json.loads(row)["order_id"] for row in rows["orders", "S1"].values()}
    if standing != published:
        yield f"orders that stand and are on no till, or the other way: {standing ^ published}"


def only_known_alarms(left: Left) -> Iterator[str]:
    """Rule 12: no alarm that a race does not explain, and every charge was made."""
    for row in left.tables["alert"]:
        if row["code"] not in ALARMS_OF_A_RACE:
            yield f"alarm {row['code']}: {row['subject']} {row['detail']}"
    for row in left.tables["payment_charge"]:
        if row["kind"] != "authorise" and row["state"] != "booked":
            yield f"charge {row['charge_id']} is {row['state']}"


def slots_hold_what_is_booked(left: Left) -> Iterator[str]:
    """Rule 13: a slot is taken as far as standing orders take it."""
    wanted: Counter[str] = Counter()
    for row in left.tables["pickup_order"]:
        wanted[row["slot_starts_at"]] += row["slot_count"]
    for row in left.tables["slot_booking"]:
        if row["booked"] != wanted[row["starts_at"]]:
            yield f"slot {row['starts_at']}: {row['booked']} booked, orders take {wanted[row['starts_at']]}"


CHECKS = {
    1: everything_arrived_once,
    2: money_balances,
    3: ledger_is_balance,
    4: walks_are_legal,
    5: steps_count_once,
    6: goods_are_where_orders_say,
    7: promises_are_kept,
    8: oversold_is_said,
    9: strict_is_never_oversold,
    10: nothing_is_sold_twice,
    11: replicas_are_the_centres,
    12: only_known_alarms,
    13: slots_hold_what_is_booked,
    14: goods_of_an_order_are_sold_once,
}
"""Every rule, by its number."""


def figures(left: Left) -> Counter[str]:
    """Return what there was to judge: a race in which nothing happened proves nothing."""
    found: Counter[str] = Counter()
    found["orders"] = len(left.orders)
    found["sales"] = len(left.sales)
    found["events"] = len(left.tables["inbox"])
    for row in left.tables["pickup_step"]:
        found[f"steps {row['outcome']}"] += 1
        if row["code"] == "second_handover":
            found["second handovers refused"] += 1
    for row in left.tables["pickup_order"]:
        found[f"order {row['state']}"] += 1
    for row in left.tables["alert"]:
        found[f"alarm {row['code']}"] += 1
    found["promises broken with a supervisor's word"] = sum(
        bool(fact["approved_by"]) for fact in facts(left, "promise.overridden")
    )
    return found


def _checksum(rows: Mapping[str, bytes]) -> str:
    shares = (
        int.from_bytes(hashlib.blake2b(key.encode() + b"\0" + row, digest_size=8).digest(), "big")
        for key, row in rows.items()
    )
    return f"{sum(shares) % 2**64:016x}"
