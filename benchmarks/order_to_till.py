"""How long after a customer has pressed the button an order is on a till's board, while twenty tills listen.

A real centre process; one whole till of ours (files, threads, view-models, no window) and nineteen others
that hold the same long poll open. Orders come in over HTTP as an outside shop sends them. Product: from
sending an order until the till's board has its card. Limit: until a listener with nothing behind it has the
answer to its long poll, in the same run; what lies between the two is the till's own work.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection

from benchmarks.figure import Figure, NotMeasured, percentile
from pos_app.bootstrap import Till, open_till
from pos_app.settings import TillSettings
from pos_app.threads import Threads
from sync.client.enrolment import enrol as enrol_at
from sync.client.signing import DeviceKey
from sync.client.transport import Transport
from sync.protocol import EnrolmentRequest
from sync.server.centre import Centre
from sync.server.channels.book import new_channel
from sync.server.database.storefront_rows import products_behind
from sync.server.demo.load import Wanted, load_demo
from sync.server.demo.store import STORE_ID
from sync.server.enrolment import enrol, new_code
from sync.server.settings import Settings

TILLS = 20
ORDERS = 120
WARM_UP = 10
PRODUCTS = 2_000
ALLOWED_MS = 500.0
PAUSE_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 30.0
"""As long as nothing happens for this time, something is broken and nothing is measured."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A centre that serves, and what is needed to speak with it."""

    address: str
    channel_token: str
    listeners: tuple[tuple[str, str, str], ...]
    till_code: str
    product_id: str
    slots: tuple[str, ...]


def measure() -> tuple[Figure, ...]:
    """Return the 99th percentile from a customer's button to the till's board."""
    with tempfile.TemporaryDirectory(prefix="evertill-bench-") as name:
        folder = Path(name)
        with _serving(folder / "centre") as shop, _listeners(shop, folder) as heard:
            shown = _shown(folder / "till", shop)
            arrived = heard()
    sent = {order_id: moment for order_id, moment, _ in shown}
    bare = [
        (moment - sent[one]) * 1000 for one, moments in arrived.items() if one in sent for moment in moments
    ]
    ours = [(seen - moment) * 1000 for _, moment, seen in shown]
    if len(bare) < ORDERS * (TILLS - 1) * 0.9:
        raise NotMeasured(f"only {len(bare)} of {ORDERS * (TILLS - 1)} answers came to the other tills")
    return (
        Figure(
            name="order to board",
            product=percentile(ours, 99),
            limit=percentile(bare, 99),
            unit="ms",
            allowed=ALLOWED_MS,
            target=f"p99, {TILLS} tills long-polling",
            detail=f"{ORDERS} orders, median {percentile(ours, 50):.0f} ms; a bare listener's median "
            f"{percentile(bare, 50):.0f} ms",
        ),
    )


@contextmanager
def _serving(folder: Path) -> Iterator[Shop]:
    """Load the demo store, enrol the tills, and serve it from a process of its own."""
    folder.mkdir()
    centre = Centre(Settings(data=folder))
    try:
        load_demo(centre.database, Wanted(products=PRODUCTS), code_keys=(centre.code_keys.own,))
        with centre.database.write() as connection:
            channel = new_channel(connection, "bench")
            listeners = tuple(_listener(connection, centre, number) for number in range(TILLS - 1))
            till_code = new_code(connection, store_id=STORE_ID)
        slots = tuple(slot.starts_at for slot in centre.orders.slots(STORE_ID) if not slot.refusal)
        product_id = _plentiful(centre)
    finally:
        centre.close()
    command = [sys.executable, "-m", "sync.server", "serve", "--data", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise NotMeasured(f"the centre does not start: {line!r}")
        try:
            yield Shop(line.split()[-1], channel.key, listeners, till_code, product_id, slots)
        finally:
            process.terminate()
            process.wait()


def _listener(connection: Connection, centre: Centre, number: int) -> tuple[str, str, str]:
    """Enrol another till; return its device, the seed of its key, and a token that outlives the measuring."""
    device_id, seed = f"listener-{number}", secrets.token_hex(32)
    request = EnrolmentRequest(
        code=new_code(connection, store_id=STORE_ID),
        device_id=device_id,
        till_name="Listener",
        software_version="bench",
        public_key=DeviceKey(seed).public,
    )
    enrol(connection, request)
    return device_id, seed, centre.device_passes.token(device_id)


@contextmanager
def _listeners(shop: Shop, folder: Path) -> Iterator[Callable[[], dict[str, list[float]]]]:
    """Let the other tills listen, in a process of their own; what is yielded ends them, and is what came."""
    heard = folder / "heard.json"
    environment = {**os.environ, "EVERTILL_BENCH_TILLS": json.dumps(shop.listeners)}
    command = [sys.executable, "-m", "benchmarks.order_listeners", shop.address, str(heard)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        if process.stdout.readline().strip() != "listening":
            raise NotMeasured("the other tills do not listen")

        def end() -> dict[str, list[float]]:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(LONGEST_WAIT_SECONDS)
            found: dict[str, list[float]] = json.loads(heard.read_text(encoding="utf-8"))
            return found

        try:
            yield end
        finally:
            process.kill()


def _shown(folder: Path, shop: Shop) -> list[tuple[str, float, float]]:
    """Place orders while a till runs; return for each its id, when it was sent and when the board had it."""
    QApplication.instance() or QApplication(["bench"])
    till = open_till(folder, TillSettings())
    threads: Threads | None = None
    try:
        _enrol(till, shop)
        threads = Threads(till)
        till.start()
        threads.start()
        till.view_model.pickup.enter()
        _run_until(lambda: till.cache.is_ready() and till.orders.desk is not None)
        shown = [_one(till, shop, number) for number in range(WARM_UP + ORDERS)]
    finally:
        if threads is not None:
            threads.stop()
        till.close()
    return shown[WARM_UP:]


def _enrol(till: Till, shop: Shop) -> None:
    transport = Transport(shop.address)
    enrol_at(
        transport,
        till.outbox,
        server_url=shop.address,
        code=shop.till_code,
        till_name="Bench",
        software_version="bench",
    )
    transport.close()


def _one(till: Till, shop: Shop, number: int) -> tuple[str, float, float]:
    answer: list[dict[str, Any]] = []
    sent = time.monotonic()
    sending = threading.Thread(target=lambda: answer.append(_place(shop, number)))
    sending.start()
    seen: dict[str, float] = {}

    def is_shown() -> bool:
        moment = time.monotonic()
        for column in till.view_model.pickup.board.screen.columns:
            for card in column.cards:
                seen.setdefault(card.order_id, moment)
        return bool(answer) and answer[0]["order"]["order_id"] in seen

    _run_until(is_shown)
    sending.join()
    order_id = answer[0]["order"]["order_id"]
    _run_for(PAUSE_SECONDS)
    return order_id, sent, seen[order_id]


def _place(shop: Shop, number: int) -> dict[str, Any]:
    asked = {
        "reference": f"B-{number}",
        "store_id": STORE_ID,
        "lines": [{"product_id": shop.product_id, "quantity": "1"}],
        "contact": {"name": "Rachel Tan", "phone": "+65 5550 0142"},
        "slot_starts_at": shop.slots[number % len(shop.slots)],
        "payment": "desk",
    }
    answer = requests.post(
        f"{shop.address}/v1/channel/orders",
        json=asked,
        headers={"Authorization": f"Bearer {shop.channel_token}"},
        timeout=10,
    )
    if answer.status_code != 201:
        raise NotMeasured(f"an order was not taken: {answer.text}")
    placed: dict[str, Any] = answer.json()
    return placed


def _plentiful(centre: Centre) -> str:
    """Return a product of which there is enough for every order."""
    with centre.database.read() as connection:
        some = [one.product_id for one in products_behind(connection, "", 500) if not one.minimum_age]
    available = centre.orders.availability(STORE_ID, some)
    product_id, most = max(available.items(), key=lambda pair: pair[1])
    if most < WARM_UP + ORDERS:
        raise NotMeasured(f"the demo store has only {most} of {product_id}")
    return product_id


def _run_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if time.monotonic() > deadline:
            raise NotMeasured("an order did not come to the board")
        time.sleep(0.001)


def _run_for(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.001)
