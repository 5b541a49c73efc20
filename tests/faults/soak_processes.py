"""The processes of a soak: the store that they begin with, the centre, and the processes of tills."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from retail.catalogue import Product
from retail.pickup.desk_rules import PickupDesk
from retail.stock import StockCause, movements
from sync.protocol import STREAMS
from sync.server.centre import Centre
from sync.server.database import shop_rows, stock_rows
from sync.server.database.upgrade import epoch_of
from sync.server.demo.load import Wanted, load_demo
from sync.server.enrolment import new_code
from sync.server.orders.levels import GoodsChange, publish_goods
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from sync.server.streams import Publication, publish, read_head, stream_id
from tests.faults.processes import ROOT, environment
from tests.faults.race_shop import stock_the_shelves
from tests.faults.simulation.template import FIRST_STORE
from tests.sync.both_sides import CentreProcess

PLENTY = Decimal(9_000)
MORNING = 10
START_SECONDS = 120.0
ANSWER_SECONDS = 30.0
LAST_WORDS = 20_000
"""Characters: room for the stacks of all threads."""


def made_store(folder: Path, tills: int) -> dict[int, str]:
    """Make a store in which nothing runs out; return the enrolment code of each till by its number."""
    centre = Centre(Settings(data=folder, payments=SIMULATED_PAYMENTS))
    load_demo(centre.database, Wanted(products=60, promotions=8, members=10))
    stock_the_shelves(centre, "soft")
    with centre.database.write() as connection:
        goods = shop_rows.read_rows(connection, ("catalogue", ""), "product", Product)
        for product in goods:
            moved = movements(
                StockCause.RECEIPT,
                store_id=FIRST_STORE,
                product_id=product.product_id,
                unit=product.unit,
                quantity=PLENTY,
                event_id="soak",
            )
            stock_rows.add_movements(connection, moved)
        sold = frozenset((FIRST_STORE, one.product_id) for one in goods)
        publish_goods(connection, GoodsChange(products=sold))
    _open_the_desk(centre)
    with centre.database.write() as connection:
        codes = {
            number: new_code(connection, store_id=FIRST_STORE, till_number=number)
            for number in range(1, tills + 1)
        }
    centre.close()
    return codes


def _open_the_desk(centre: Centre) -> None:
    """Let it be morning at the collection desk, whatever the hour is here: orders come all the time."""
    offset = (MORNING - datetime.now(UTC).hour + 12) % 24 - 12
    stream = ("settings", FIRST_STORE)
    with centre.database.write() as connection:
        (desk,) = shop_rows.read_rows(connection, stream, "pickup_desk", PickupDesk)
        publish(connection, {stream: Publication(puts=[replace(desk, offset=f"{offset:+03d}:00")])})


class SoakCentre(CentreProcess):
    """The centre process of tills; it keeps its port over its lives."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.arguments = ("--payments", SIMULATED_PAYMENTS)

    @property
    def pid(self) -> int:
        """Return the process' number."""
        assert self._process is not None
        return self._process.pid

    def freeze(self) -> None:
        """Stop answering without closing anything."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """SIGTERM, as a person would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)
        self._forget()

    def _forget(self) -> None:

        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None


class TillsProcess:
    """Several tills in one process, over all its lives."""

    def __init__(self, folder: Path, codes: dict[int, str], *, centre: str, printer: str, seed: int) -> None:
        self.numbers = list(codes)
        self._folder = folder
        self._words = [sys.executable, "-X", "faulthandler", "-m", "tests.faults.soak_till", str(folder)]
        self._words += ["--centre", centre, "--printer", printer, "--seed", str(seed)]
        self._words += ["--tills", ",".join(f"{number}:{code}" for number, code in codes.items())]
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / f"output-{self.numbers[0]}.log"
        self.deaths: list[str] = []
        """How they ended where nobody had killed them, with their last words."""

    @property
    def pid(self) -> int:
        """Return the process' number."""
        assert self._process is not None
        return self._process.pid

    @property
    def dead(self) -> bool:
        """Tell whether they have ended by themselves."""
        return self._process is not None and self._process.poll() is not None

    def start(self) -> None:
        """Start the tills; they are ready a moment later, whether anybody answers them or not."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                cwd=ROOT,
                env=environment(self._folder / "home"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        """Wait until every till has its files open, and its place at the centre."""
        assert self._heard("ready", START_SECONDS) is not None, f"tills {self.numbers} did not start"

    def kill(self) -> None:
        """SIGKILL, at whatever they are doing; who is dead already is remembered in `deaths`."""
        if self._process is not None:
            if self.dead:
                self.deaths.append(
                    f"tills {self.numbers} ended with {self._process.returncode}: {self._said()}"
                )
            self._process.kill()
            self._process.wait()
            self._forget()

    def say(self, line: str) -> None:
        """Tell them something; a process that has ended does not hear it, and is found out at the end."""
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return

    def stands(self) -> list[dict[str, Any]]:
        """Return where each till stands (`soak_till.OpenedTill.stand`)."""
        self.say("stand")
        told = self._heard("stands", ANSWER_SECONDS)
        if told is None:
            return [{"till": number, "silent": True} for number in self.numbers]
        stands: list[dict[str, Any]] = told["stands"]
        return stands

    def end(self) -> list[str]:
        """Let them close their files and end; return what went wrong."""
        self.say("end")
        told = self._heard("ended", ANSWER_SECONDS)
        if told is None or not all(told["ended"]) or self._process is None:
            return [f"tills {self.numbers} did not end in order: {told}", *self._asked_why()]
        code = self._process.wait(30)
        self._forget()
        return [f"tills {self.numbers} ended with {code}"] if code else []

    def _asked_why(self) -> list[str]:
        """Let who is silent say where its threads are; who is dead is told of by `kill`."""
        if self._process is None or self.dead:
            return []
        self._process.send_signal(signal.SIGABRT)
        self._process.wait(30)
        said = self._said()
        self._forget()
        return [said]

    def _said(self) -> str:
        """Return the last words of the process on its standard error, its threads' stacks among them."""
        return self._log.read_text("utf-8", "replace")[-LAST_WORDS:]

    def _heard(self, what: str, seconds: float) -> dict[str, Any] | None:
        """Return the next thing of a kind that they say."""
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self._process.stdout], [], [], left)
            if not ready:
                break
            line = self._process.stdout.readline()
            if not line:
                break
            told: dict[str, Any] = json.loads(line)
            if what in told:
                return told
        return None

    def _forget(self) -> None:
        assert self._process is not None
        for end in (self._process.stdin, self._process.stdout):
            assert end is not None
            try:
                end.close()
            except BrokenPipeError:
                continue
        self._process = None


def stands_as(stand: dict[str, Any], centre: Centre) -> list[str]:
    """Return what a till has not done yet, and where it is behind the centre."""
    if stand.get("silent"):
        return [f"till {stand['till']} says nothing"]
    with centre.database.read() as connection:
        epoch = epoch_of(connection)
        heads = {name: read_head(connection, stream_id(name, FIRST_STORE)).head for name in STREAMS}
    said = [f"{stand[what]} {what}" for what in ("waiting", "printing", "doubts") if stand[what]]
    said += [
        f"{name} at {stand['cursors'].get(name)}, not {head}"
        for name, head in heads.items()
        if stand["cursors"].get(name) != [epoch, head]
    ]
    return [f"till {stand['till']}: {', '.join(said)} {stand['problem']}"] if said else []
