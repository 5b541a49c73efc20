"""`python -m tests.long.vendure_for_real --vendure FOLDER`: a real Vendure and a real centre in step.

It needs Node 20 and a folder with Vendure's packages, which are never part of this repository. In an empty
folder:

    npm install @vendure/core@3.5.6 @vendure/common@3.5.6 better-sqlite3
    npm rebuild better-sqlite3 bcrypt

Everything runs on this machine, in a temporary folder, and takes about two minutes. Each line that is printed
was seen to be so; the run ends with an error at the first thing that is not.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
from sqlalchemy import select

from retail.pickup.amounts import money_of
from retail.pickup.order import OrderState, PickupOrder, ShortReason, Temperature
from retail.pickup.steps import FinishPicking, MarkReady, PickLine, ShortLine, StageBag, StartPicking, Step
from sync.protocol import ChangePage, EnrolmentAnswer
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.demo.goods import shown_goods
from sync.server.demo.store import STORE_ID
from sync.server.settings import Settings
from tests.faults.processes import ROOT, CentreProcess, environment
from tests.long.vendure_process import PASSWORD, USER, ShopProduct, VendureProcess
from tests.server.ordering import LOCK_UNTIL, handing_over, step, stepped
from tests.server.tills import Till, ask_to_enrol

MILK, TEA, UNKNOWN = "1016", "1018", "V-404"
PATIENCE_SECONDS = 60
Found = TypeVar("Found")

_began = time.monotonic()


def say(sentence: str) -> None:
    """Print what was seen."""
    print(f"{time.monotonic() - _began:6.1f} s  {sentence}", flush=True)  # noqa: T201  # the command's answer


def until(what: str, look: Callable[[], Found]) -> Found:
    """Look until there is something; return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"not seen in {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.2)
    return found


class Story:
    """The shop, the centre's folder, a till, and the connector as a process."""

    def __init__(self, folder: Path, shop: VendureProcess, process: CentreProcess) -> None:
        self.folder = folder
        self.shop = shop
        self.process = process
        self.centre = Centre(Settings(data=process.folder))
        self.channel = f"vendure:{STORE_ID.lower()}"
        self.till = self._enrolled(process)
        self._password = folder / "password"
        self._password.write_text(PASSWORD, encoding="utf-8")

    def _enrolled(self, process: CentreProcess) -> Till:
        client = httpx.Client(base_url=f"http://127.0.0.1:{process.port}", trust_env=False)
        answer = ask_to_enrol(client, process.enrolment_code, "till-1")  # type: ignore[arg-type]  # of one base class
        assert answer.status_code == 201, answer.text
        enrolled = msgspec.json.decode(answer.content, type=EnrolmentAnswer)
        return Till(client, enrolled, "till-1")  # type: ignore[arg-type]  # of one base class

    def command(self, *more: str) -> list[str]:
        """Return the connector's command."""
        words = ["--url", self.shop.address, "--user", USER, "--password-file", str(self._password)]
        given = ["--store", STORE_ID, "--data", str(self.process.folder), *words, *more]
        return [sys.executable, "-m", "sync.server", "vendure-sync", *given]

    @contextmanager
    def connector(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the connector as a service does, and stop it as one."""
        with (self.folder / "connector.log").open("ab") as log:
            running = subprocess.Popen(
                self.command(), cwd=ROOT, env=environment(self.folder / "home"), stderr=log, stdout=log
            )
        try:
            yield running
        finally:
            if running.poll() is None:
                running.send_signal(signal.SIGTERM)
                assert running.wait(timeout=30) == 0

    def once(self) -> str:
        """Run one round by itself."""
        done = subprocess.run(
            self.command("--once"),
            cwd=ROOT,
            env=environment(self.folder / "home"),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def available(self, sku: str) -> int:
        """Return what the store may promise now."""
        product_id = f"P{sku}"
        return int(self.centre.orders.availability(STORE_ID, [product_id])[product_id])

    def in_step(self, sku: str) -> bool:
        """Say whether Vendure may sell exactly what the store may promise."""
        return self.shop.for_sale(sku) == self.available(sku)

    def at_the_till(self, code: str) -> PickupOrder | None:
        """Return an order as a till reads it from its stream."""
        after, epoch, found = 0, "", None
        while True:
            answer = self.till.get("/v1/streams/orders/changes", after=after, epoch=epoch)
            page = msgspec.json.decode(answer.content, type=ChangePage)
            for change in page.changes:
                if change.op == "put":
                    order = msgspec.json.decode(change.row, type=PickupOrder)
                    found = order if order.outside_reference == code else found
            if not page.changes:
                return found
            after, epoch = page.changes[-1].seq, page.epoch

    def alerts(self, code: str) -> list[str]:
        """Return the details of the alarms of a code."""
        with self.centre.database.read() as connection:
            found = connection.execute(select(tables.alert.c.detail).filter_by(code=code))
            return [str(one) for one in found.scalars()]

    def count_of(self, code: str) -> int:
        """Return how many orders stand under a code of Vendure."""
        placed = self.centre.orders.order_of_reference(self.channel, code)
        return 0 if placed is None else 1


def pick_with_a_short(order: PickupOrder) -> list[Step]:
    """Return a picker's steps: of the milk one piece cannot be found, all else is there."""
    steps: list[Step] = [step(StartPicking, order, OrderState.PLACED, lock_until=LOCK_UNTIL)]
    for line in order.lines:
        bag, said = f"BAG{line.line_id}", {"line_id": line.line_id}
        short = line.product.sku == MILK
        picked = line.quantity - 1 if short else line.quantity
        about = {"product_id": line.product.product_id, "quantity": picked, "bag_id": bag}
        steps.append(step(PickLine, order, OrderState.PICKING, **said, **about))
        if short:
            steps.append(
                step(ShortLine, order, OrderState.PICKING, **said, short_reason=ShortReason.NOT_FOUND)
            )
        cold = Temperature(line.product.temperature)
        steps.append(step(StageBag, order, OrderState.PICKING, bag_id=bag, location="A1", temperature=cold))
    steps.append(step(FinishPicking, order, OrderState.PICKING))
    steps.append(step(MarkReady, order, OrderState.PICKED))
    return steps


def stock_is_published(story: Story) -> None:
    """The connector starts as a service; Vendure's stock becomes the store's."""
    for sku in (MILK, TEA):
        until(f"the stock of {sku}", lambda sku=sku: story.in_step(sku) and story.available(sku))  # type: ignore[misc]  # bound at once
        name = story.shop.variants()[sku]["name"]
        say(f"Vendure may sell {story.shop.for_sale(sku)} of {sku} {name}, as the store may promise")
    assert story.shop.for_sale(UNKNOWN) == 0
    say(f"{UNKNOWN}, which the store does not know, was left as it was")


def an_order_is_collected(story: Story) -> str:
    """A customer orders in Vendure; the order comes to the till, is picked short and handed over."""
    shop = story.shop
    code = shop.buy((MILK, 3), (TEA, 2))
    bought = time.monotonic()
    order = until("the order at the till", lambda: story.at_the_till(code))
    say(f"{code} is {order.number} at the till, {time.monotonic() - bought:.1f} s after it was paid")
    total = sum(line.amount_minor for line in order.lines)
    assert total == shop.order(code)["totalWithTax"], (total, shop.order(code)["totalWithTax"])
    (difference,) = story.alerts("shown_price_differs")
    say(f"it costs {total} as in Vendure; the alarm says: {difference}")
    until("the note", lambda: shop.order(code)["notes"])
    say(f"Vendure's note: {shop.order(code)['notes'][0]}")
    until("stock in step", lambda: story.in_step(MILK) and story.in_step(TEA))
    say(f"still in step: {shop.for_sale(MILK)} milk for sale, {shop.variants()[MILK]['allocated']} held back")

    answer = story.till.send(*(stepped(story.till, one) for one in pick_with_a_short(order)))
    ready = until("Shipped", lambda: (found := shop.order(code))["state"] == "Shipped" and found)
    quantities = {one["productVariant"]["sku"]: one["quantity"] for one in ready["lines"]}
    assert quantities == {MILK: 2, TEA: 2}, quantities
    assert [one["trackingCode"] for one in ready["fulfillments"]] == [order.number]
    assert ready["payments"][0]["state"] == "Settled"
    say(f"picked short by one milk (journal acknowledged to {answer.acked_seq}): Vendure has {quantities},")
    say(f"  state {ready['state']}, payment settled, note: {ready['notes'][-1]}")
    until("stock in step", lambda: story.in_step(MILK))
    say(f"what was not found is off the stock on both sides: {shop.for_sale(MILK)}")

    now = story.at_the_till(code)
    assert now is not None
    assert now.state is OrderState.READY, now.state
    story.till.send(stepped(story.till, handing_over(now)))
    until("Delivered", lambda: shop.order(code)["state"] == "Delivered")
    say("handed over at the till: Delivered in Vendure")
    return code


def a_refund_is_written_down(story: Story, code: str) -> None:
    """What the shopkeeper gives back in Vendure is written down at the centre."""
    order = story.at_the_till(code)
    assert order is not None
    owed = money_of(order).refund_minor
    story.shop.give_back(code, owed)
    say(f"{owed} given back in Vendure; one round by itself: {story.once()}")
    placed = story.centre.orders.order_of_reference(story.channel, code)
    assert placed is not None
    assert money_of(placed.order).refund_minor == 0
    say("the centre owes the customer nothing any more")


def a_counter_sale_is_followed(story: Story) -> None:
    """Somebody buys at the counter; Vendure may sell that much less."""
    before = story.shop.for_sale(MILK)
    story.till.send(story.till.sell(sku=MILK, quantity=5))
    until("the counter sale", lambda: story.shop.for_sale(MILK) == before - 5)
    say(f"five milk sold at the counter: Vendure may sell {before - 5} instead of {before}")


def what_cannot_be_taken_is_said(story: Story) -> None:
    """An unknown item number and too little stock: a note, an alarm, and nothing in the book."""
    shop = story.shop
    shop.set_stock(UNKNOWN, 5)
    code = shop.buy((UNKNOWN, 1), (MILK, 1))
    until("the note", lambda: shop.order(code)["notes"])
    say(f"unknown item number, Vendure's note: {shop.order(code)['notes']}")
    shop.set_stock(TEA, 900)
    greedy = shop.buy((TEA, 880))
    until("the note", lambda: shop.order(greedy)["notes"])
    say(f"too little stock, Vendure's note: {shop.order(greedy)['notes']}")
    time.sleep(5)
    for one in (code, greedy):
        assert story.count_of(one) == 0
        assert len(shop.order(one)["notes"]) == 1, shop.order(one)["notes"]
    say(f"rounds later still one note each; alarms: {sorted(story.alerts('vendure_not_taken'))}")
    courier = shop.buy((MILK, 1), method="courier")
    time.sleep(5)
    assert story.count_of(courier) == 0
    assert shop.order(courier)["notes"] == []
    say("an order for the courier was left alone")
    for one in (code, greedy, courier):
        shop.cancel(one)
    until("stock in step", lambda: story.in_step(MILK))


def cancelling_goes_both_ways(story: Story) -> None:
    """What is cancelled on one side is cancelled on the other, and its goods may be sold again."""
    shop, orders = story.shop, story.centre.orders
    before = shop.for_sale(MILK)
    ours, theirs = shop.buy((MILK, 1)), shop.buy((MILK, 2))
    first = until("the order at the till", lambda: story.at_the_till(ours))
    second = until("the order at the till", lambda: story.at_the_till(theirs))
    orders.cancel(first.order_id, "The customer called the store.")
    until("Cancelled", lambda: shop.order(ours)["state"] == "Cancelled")
    until("the payment", lambda: shop.order(ours)["payments"][0]["state"] == "Cancelled")
    say(f"cancelled at the centre: Cancelled in Vendure with its payment, notes {shop.order(ours)['notes']}")
    shop.cancel(theirs)

    def is_cancelled() -> bool:
        found = orders.order(second.order_id)
        return found is not None and found.state is OrderState.CANCELLED

    until("cancelled at the centre", is_cancelled)
    until("the goods", lambda: shop.for_sale(MILK) == before)
    say(f"cancelled in Vendure: cancelled at the centre, and {before} milk for sale again")


def nothing_doubles_when_it_dies(story: Story) -> None:
    """The connector is killed at any moment, again and again, while orders come in."""
    codes = []
    for pause in (0.6, 0.9, 1.2, 1.5, 1.8, 2.1):
        with story.connector() as running:
            codes.append(story.shop.buy((TEA, 1)))
            time.sleep(pause)
            running.kill()
            running.wait()
    with story.connector():
        for code in codes:
            until("the order at the till", lambda code=code: story.at_the_till(code))  # type: ignore[misc]  # bound at once
            until("the note", lambda code=code: story.shop.order(code)["notes"])  # type: ignore[misc]  # bound at once
        until("stock in step", lambda: story.in_step(TEA))
        time.sleep(3)
    assert [len(story.shop.order(code)["notes"]) for code in codes] == [1] * len(codes)
    say(f"killed {len(codes)} times: each of {len(codes)} orders is in the book once, with one note")


def run(packages: Path) -> None:
    """Run the story."""
    own_price = {
        one.product.sku: int(one.unit_price_minor)
        for one in shown_goods()
        if one.unit_price_minor is not None
    }
    products = [
        ShopProduct(MILK, "Whole milk 1 L", own_price[MILK]),
        ShopProduct(TEA, "茉莉花茶 100 g", own_price[TEA] - 50),
        ShopProduct(UNKNOWN, "Only in the web shop", 990),
    ]
    with tempfile.TemporaryDirectory(prefix="evertill-vendure-") as name:
        folder = Path(name)
        shop = VendureProcess(packages.resolve(), folder / "vendure", products)
        try:
            process = CentreProcess(folder / "centre", products=60)
            process.start()
            try:
                shop.wait()
                say("Vendure and the centre are up")
                story = Story(folder, shop, process)
                with story.connector():
                    stock_is_published(story)
                    code = an_order_is_collected(story)
                    a_refund_is_written_down(story, code)
                    a_counter_sale_is_followed(story)
                    what_cannot_be_taken_is_said(story)
                    cancelling_goes_both_ways(story)
                nothing_doubles_when_it_dies(story)
                story.centre.close()
            except BaseException:
                log = folder / "connector.log"
                sys.stderr.write(log.read_text(encoding="utf-8") if log.exists() else "")
                raise
            finally:
                process.stop()
        finally:
            shop.stop()
    say("done")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vendure", type=Path, required=True, help="a folder with Vendure's npm packages")
    options = parser.parse_args()
    if shutil.which("node") is None:
        sys.exit("Node 20 is needed, and there is no `node` here.")
    if not (options.vendure / "node_modules" / "@vendure" / "core").is_dir():
        sys.exit(f"{options.vendure} has no node_modules/@vendure/core. {__doc__}")
    run(options.vendure)


if __name__ == "__main__":
    main()
