"""A process with several real tills, without windows, and the people who never stop working at them.

    python -m tests.faults.soak_till FOLDER --centre URL --printer tcp://… --tills 1:CODE,2:CODE --seed 1

Files, services, view-models, workers and their threads are those of the program; only the window is missing.
Orders come as lines on the standard input (`SoakingTills.hear`), every line of the standard output is JSON.
What a screen has called paid, given back or handed over is written to `shown.jsonl` in the till's folder
right after the call that says so has returned.
"""

from __future__ import annotations

import argparse
import errno
import json
import logging
import os
import random
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer

from pos_app.bootstrap import Till
from pos_app.opening import opened
from pos_app.program import parser
from pos_app.services.standing import LinkState
from pos_app.threads import Threads
from sync.protocol import STREAMS
from tests.fakes.failing_disk import failing_disk
from tests.faults.disk.interposing import POSSIBLE
from tests.faults.simulation.evidence import TILL_KEY
from tests.faults.soak_people import PeopleAtTill

SHOWN = "shown.jsonl"
TOLD_MS = 500
LOOKED_FOR_ORDERS_MS = 200


class OpenedTill:
    """One till with its threads, and who works there. `tell` writes down what its screen said."""

    def __init__(self, folder: Path, number: int, code: str, options: argparse.Namespace) -> None:
        self.number = number
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "till.key").exists():
            # The judge opens the files with it.
            (folder / "till.key").write_text(TILL_KEY)
        words = ["--data", str(folder), "--centre", options.centre, "--enrolment-code", code]
        words += ["--till-name", f"Till {number}", "--printer", options.printer, "--print-mode", "native"]
        self._shown = os.open(folder / SHOWN, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.till: Till = opened(parser().parse_args(words))
        self.threads = Threads(self.till)
        self.people = PeopleAtTill(self, random.Random(f"{options.seed} {number} {os.getpid()}"))
        self.till.start()
        self.threads.start()
        self._look_for_basket()

    def tell(self, what: str, **about: Any) -> None:
        """Write down what was shown; whoever is killed afterwards has said it."""
        os.write(self._shown, json.dumps({"what": what, **about}).encode() + b"\n")

    def work(self) -> None:
        """Let whoever stands here do one thing."""
        self.tell("begins")
        self.people.act()
        sale = self.till.selling.open_sale
        self.tell("basket", basket_id=sale.basket.basket_id, lines=len(sale.basket.lines))

    def stand(self) -> dict[str, Any]:
        """Return what is not done yet, and where its streams stand."""
        till = self.till
        cursors = {name: till.streams.cursor(name) for name in STREAMS}
        return {
            "till": self.number,
            "waiting": till.outbox.waiting().count,
            "printing": till.spool.waiting()[0],
            "doubts": len(till.paying.unresolved()),
            "green": till.centre.state is LinkState.SYNCED,
            "cursors": {name: [one.epoch, one.after] for name, one in cursors.items() if one is not None},
            "problem": till.centre.problem,
        }

    def close(self) -> bool:
        """Say what the screens show of each order, end the threads and close the files."""
        self.till.orders.refresh("orders")
        orders = {one.order_id: str(one.state) for one in self.till.orders.all()}
        self.tell("orders", orders=orders)
        ended = self.threads.stop()
        self.till.close()
        os.close(self._shown)
        return ended

    def _look_for_basket(self) -> None:
        """Hold what is open against what was open; only when nobody was in the middle of something."""
        said = [json.loads(line) for line in (self.folder / SHOWN).read_text().splitlines()[-1:]]
        if said and said[0]["what"] == "basket" and said[0]["lines"]:
            now = self.till.selling.open_sale.basket
            if (now.basket_id, len(now.lines)) != (said[0]["basket_id"], said[0]["lines"]):
                self.tell("basket_lost", basket_id=said[0]["basket_id"])


class SoakingTills:
    """All tills of this process, one thread of work for the hands, and the ear for orders."""

    def __init__(self, application: QCoreApplication, tills: list[OpenedTill], pause: float) -> None:
        self._application = application
        self._tills = tills
        self._next = 0
        self._full: ExitStack | None = None
        self._disk: Any = None
        self._buffer = b""
        self._ear = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self._ear.activated.connect(self._listen)
        self._hands = QTimer()
        self._hands.timeout.connect(self._work)
        self._hands.start(int(pause * 1000))
        self._mouth = QTimer()
        self._mouth.timeout.connect(self._look_at_doubts)
        self._mouth.start(TOLD_MS)

    def _work(self) -> None:
        till = self._tills[self._next % len(self._tills)]
        self._next += 1
        till.work()

    def _look_at_doubts(self) -> None:
        for each in self._tills:
            each.people.ask_about_doubts()

    def _listen(self) -> None:
        data = os.read(0, 65_536)
        if not data:
            os._exit(3)  # whoever started this process is gone
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self.hear(line.decode())

    def hear(self, line: str) -> None:
        """Do what a line says: `pause 1.5`, `disk full`, `disk well`, `finish`, `stand`, `end`."""
        word, _, rest = line.partition(" ")
        match word:
            case "pause":
                if self._hands.isActive():
                    self._hands.start(int(float(rest) * 1000))
            case "disk":
                self._disk_is(full=rest == "full")
            case "finish":
                self._disk_is(full=False)
                self._hands.stop()
            case "stand":
                say(stands=[each.stand() for each in self._tills])
            case "end":
                self._mouth.stop()
                say(ended=[each.close() for each in self._tills])
                self._application.exit(0)

    def _disk_is(self, *, full: bool) -> None:
        """Let no byte be written any more, or let every byte through again."""
        if not POSSIBLE or full is (self._full is not None):
            return
        if self._full is not None:
            self._disk.heal()
            self._full.close()
            self._full = None
            return
        self._full = ExitStack()
        self._disk = self._full.enter_context(failing_disk())
        self._disk.fail("pwrite64", error=errno.ENOSPC)


def say(**what: Any) -> None:
    """Say something to whoever started this process."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the process until it is told to end, or killed."""
    known = argparse.ArgumentParser(prog="python -m tests.faults.soak_till", description=__doc__)
    known.add_argument("folder", type=Path)
    known.add_argument("--centre", required=True)
    known.add_argument("--printer", required=True)
    known.add_argument("--tills", required=True, help="number:code, with commas between")
    known.add_argument("--pause", type=float, default=1.0, help="seconds between two acts")
    known.add_argument("--seed", type=int, default=1)
    options = known.parse_args()
    logging.basicConfig(
        filename=options.folder / f"tills-{options.tills.partition(':')[0]}.log",
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    application = QCoreApplication(sys.argv[:1])
    tills = []
    for each in options.tills.split(","):
        number, _, code = each.partition(":")
        tills.append(OpenedTill(options.folder / f"till-{number}", int(number), code, options))
    _soaking = SoakingTills(application, tills, options.pause)
    say(ready=[each.number for each in tills])
    return int(application.exec())


if __name__ == "__main__":
    sys.exit(main())
