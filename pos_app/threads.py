"""Starts the till's threads and carries frozen values between them and the view-models."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QObject

from pos_app.bootstrap import Till
from pos_app.database.mirror import Mirror
from pos_app.database.problems import DatabaseProblem
from pos_app.devices.ports import DeviceProblem, PaymentTerminal, PrinterState, Scale, Scanner
from pos_app.devices.simulated_scale import SimulatedScale
from pos_app.devices.simulated_terminal import SimulatedTerminal
from pos_app.services.pictures import FOLDER, KeptPictures
from pos_app.services.printing import Printing
from pos_app.services.safety import Safety
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import SIMULATED
from pos_app.workers.device_worker import DeviceWorker, ScannerWorker
from pos_app.workers.picture_worker import PictureWorker
from pos_app.workers.pin_worker import PinWorker
from pos_app.workers.print_worker import PrintWorker
from pos_app.workers.receipt_worker import ReceiptWorker
from pos_app.workers.safety_worker import SafetyWorker
from pos_app.workers.sync_worker import SyncWorker
from pos_app.workers.terminal_worker import TerminalWorker
from retail.sale import TenderKind
from sync.client.status import SyncStatus

TERMINAL_FOLDER = "terminal"
SCALE_FILE = "scale.txt"


class _Heard(QObject):
    """Carries what a thread said to the screen's thread, until the threads are stopped.

    It waits in that thread's queue. By the time that it comes out there, the till may be closed, and its
    files with it.
    """

    def __init__(self, slot: Callable[..., object], threads: Threads) -> None:
        super().__init__(threads)
        self._slot = slot
        self._threads = threads

    def hear(self, *said: object) -> None:
        """Pass it on."""
        if not self._threads.stopped:
            self._slot(*said)


class Threads(QObject):
    """Sync, pictures, printing, terminals, scanners, PINs and device tests, each on a thread of its own."""

    def __init__(self, till: Till) -> None:
        super().__init__()
        self._till = till
        self._started = False
        self.stopped = False
        release = till.files.journal.release_thread
        self.printing = PrintWorker(
            Printing(till.spool, till.settings.printers), till.clock.now, release=release
        )
        terminals = self._terminals()
        till.returning.terminals = frozenset(kind for kind, each in terminals.items() if each.pays_back)
        self.terminals = TerminalWorker(terminals)
        self.devices = DeviceWorker()
        self.pins = PinWorker()
        self.sync = SyncWorker(
            till.outbox,
            till.outbox,
            till.streams,
            now=till.clock.now,
            release=self._release_databases,
            tend=self._tend_databases,
        )
        self.safety = SafetyWorker(self._safety(), self.sync.fetch_into, release=self._release_databases)
        self.pictures = PictureWorker(
            KeptPictures(till.files.folder / FOLDER), till.outbox.credentials, release=release
        )
        self.receipts = ReceiptWorker(till.outbox.credentials, release=release)
        self.scanners = [ScannerWorker(_opens(port), port) for port in till.settings.scanners]
        self._scale = self._make_scale()
        self._connect()

    def _connect(self) -> None:
        till, view_model, heard = self._till, self._till.view_model, self._while_running
        self.sync.status_changed.connect(heard(self._sync_status))
        self.sync.rows_changed.connect(heard(till.rows_changed))
        self.safety.standing_changed.connect(heard(till.safety_changed))
        self.safety.cache_renewed.connect(heard(till.cache_renewed))
        view_model.status.try_now_asked.connect(self.sync.try_now)
        self.printing.standing_changed.connect(heard(view_model.status.show_printer))
        self.terminals.answered.connect(heard(view_model.pay.terminal_answered))
        self.terminals.answered.connect(heard(view_model.returns.terminal_answered))
        view_model.returns.terminal_asked.connect(self.terminals.ask)
        self.terminals.answered.connect(self.sync.wake)
        view_model.pay.terminal_asked.connect(self.terminals.ask)
        view_model.pay.completed.connect(self._wake)
        view_model.shift.printed.connect(self.printing.wake)
        view_model.sell.queued.connect(self.printing.wake)
        view_model.pickup.queued.connect(self.printing.wake)
        view_model.pickup.stepped.connect(self._wake)
        view_model.pickup.picking.weight_asked.connect(self._weigh)
        till.pins.asked.connect(self.pins.ask)
        self.pins.answered.connect(heard(till.pins.show))
        view_model.sell.weight_asked.connect(self._weigh)
        view_model.returns.receipt_asked.connect(self.receipts.ask)
        self.receipts.answered.connect(heard(view_model.returns.receipt_answered))
        view_model.returns.recorded.connect(self._wake)
        till.pictures.asked.connect(self.pictures.ask)
        self.pictures.answered.connect(heard(till.pictures.show))
        view_model.settings.test_asked.connect(self._test)
        view_model.status.chip_tapped.connect(self._chip)
        self.devices.answered.connect(heard(self._device_answered))
        for scanner in self.scanners:
            scanner.heard.connect(heard(view_model.scan))
            scanner.plugged.connect(heard(view_model.status.show_scanner))

    def start(self) -> None:
        """Start every thread."""
        self._started = True
        self.printing.start()
        self.terminals.start()
        self.devices.start()
        self.pins.start()
        self.pictures.start()
        self.receipts.start()
        self.sync.start()
        self.safety.start()
        for scanner in self.scanners:
            scanner.start()

    def stop(self) -> bool:
        """End every thread; return whether each ended in time. What they said last is not heard any more."""
        self.stopped = True
        if not self._started:
            return True
        stops = [
            self.sync.stop,
            self.safety.stop,
            self.pictures.stop,
            self.receipts.stop,
            self.printing.stop,
            self.terminals.stop,
            self.devices.stop,
            self.pins.stop,
        ]
        stops += [scanner.stop for scanner in self.scanners]
        ended = [stop() for stop in stops]  # each is stopped, whatever the one before said
        return all(ended)

    # ---- what is asked of threads -------------------------------------------------------------

    def _wake(self) -> None:
        self._till.fact_recorded()
        self.printing.wake()
        self.sync.wake()
        self.safety.wake()

    def _weigh(self) -> None:
        if self._scale is not None:
            self.devices.ask("scale", self._scale.weight)

    def _chip(self, chip_id: str) -> None:
        if chip_id == "printer":
            self.printing.wake()
        elif chip_id == "attention":
            self._till.view_model.go("settings")
        elif chip_id in {"centre", "waiting"}:
            self.sync.try_now()

    def _test(self, device_id: str) -> None:
        kind, _, name = device_id.partition(":")
        if kind == "printer":
            self.devices.ask(device_id, lambda: self._test_printer(name))
        elif kind == "scale" and self._scale is not None:
            self.devices.ask(device_id, self._scale.weight)
        else:
            self._till.view_model.settings.show_test(device_id, "")

    def _test_printer(self, name: str) -> object:
        from pos_app.devices.printers import open_printer  # noqa: PLC0415  # not part of starting

        printer = open_printer(self._till.settings.printers[name])
        try:
            state = printer.state()
        finally:
            printer.close()
        if state in {PrinterState.PAPER_OUT, PrinterState.COVER_OPEN}:
            raise DeviceProblem(state.value)
        return state

    # ---- what threads answer ------------------------------------------------------------------

    def _while_running(self, slot: Callable[..., object]) -> Callable[..., None]:
        return _Heard(slot, self).hear

    def _device_answered(self, name: str, answer: object) -> None:
        view_model = self._till.view_model
        if name == "scale":
            if isinstance(answer, Decimal):
                view_model.weight_read(answer)
            return
        if not isinstance(answer, DeviceProblem) and name.startswith("printer:"):
            try:
                self._till.receipts.print_test()
            except DatabaseProblem as problem:
                view_model.settings.show_test(name, problem.code)
                return
            self.printing.wake()
        problem_code = answer.code if isinstance(answer, DeviceProblem) else ""
        view_model.settings.show_test(name, problem_code)

    def _sync_status(self, status: SyncStatus) -> None:
        self._till.centre_changed(
            CentreStanding(
                state=LinkState(status.state.value),
                waiting_count=status.waiting_count,
                waiting_sales=status.waiting_sales,
                waiting_pickups=status.waiting_pickups,
                waiting_since=status.waiting_since,
                offline_since=status.offline_since,
                last_synced_at=status.last_synced_at,
                problem=status.last_problem,
                loading_done=status.loading.rows if status.loading else 0,
                loading_total=status.loading.total if status.loading else 0,
            )
        )

    # ---- devices ------------------------------------------------------------------------------

    def _terminals(self) -> dict[TenderKind, PaymentTerminal]:
        settings = self._till.settings
        if settings.terminal != SIMULATED:
            return {}
        folder = self._till.files.folder / TERMINAL_FOLDER
        decide = settings.terminal_amounts_decide
        return {
            TenderKind.CARD: SimulatedTerminal(folder, amounts_decide=decide),
            TenderKind.MOBILE_CODE: SimulatedTerminal(
                folder, name="mobile", needs_payment_code=True, amounts_decide=decide
            ),
        }

    def _safety(self) -> Safety:
        till, files = self._till, self._till.files
        return Safety(
            files.folder,
            files.keys.database,
            files.journal,
            files.cache,
            Mirror(files.mirror_folder, files.keys.database),
            now=till.clock.now,
            skew=lambda: self.sync.skew_seconds,
            cache_was_discarded=files.cache_was_discarded,
        )

    def _make_scale(self) -> Scale | None:
        port = self._till.settings.scale
        if port == SIMULATED:
            return SimulatedScale(self._till.files.folder / SCALE_FILE)
        if not port:
            return None
        from pos_app.devices.serial_scale import SerialScale  # noqa: PLC0415  # only with a scale

        return SerialScale(port)

    def _tend_databases(self) -> None:
        self._till.files.journal.tend()
        self._till.files.cache.tend()

    def _release_databases(self) -> None:
        self._till.files.journal.release_thread()
        self._till.files.cache.release_thread()


def _opens(port: str) -> Callable[[], Scanner]:
    def open_scanner() -> Scanner:
        from pos_app.devices.serial_scanner import SerialScanner  # noqa: PLC0415  # only with a scanner

        return SerialScanner(port)

    return open_scanner
