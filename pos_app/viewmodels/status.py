"""The status bar and the offline banner: what is healthy stays quiet, what is not is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.services.standing import CentreStanding, LinkState, PrinterStanding
from pos_app.viewmodels.screens import OfflineBanner, OfflineList, StatusBar, StatusChip
from pos_app.viewmodels.sell_presenter import clock_time


def minutes_between(earlier: str, later: str) -> int:
    """Return whole minutes between two RFC 3339 times, never negative; 0 when one is missing."""
    try:
        passed = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    except ValueError:
        return 0
    return max(0, int(passed.total_seconds() // 60))


class StatusViewModel(QObject):
    """What the top bar shows on every screen."""

    changed = Signal()
    try_now_asked = Signal()
    chip_tapped = Signal(str)

    def __init__(
        self,
        *,
        now: Callable[[], str],
        cashier: Callable[[], str],
        card_limit: Callable[[], str],
        problem_sentence: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._cashier = cashier
        self._card_limit = card_limit
        self._problem_sentence = problem_sentence
        self._centre = CentreStanding()
        self._printer = PrinterStanding()
        self._scanner = True
        self._open_sale = ""
        self._attention = 0
        self._folded = False
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.screen = StatusBar()

    def stop(self) -> None:
        """Stop the clock: the till is closing."""
        self._clock.stop()

    def show_centre(self, standing: CentreStanding) -> None:
        """Show how the till stands with the centre."""
        if standing.state is not LinkState.OFFLINE:
            self._folded = False
        self._centre = standing
        self.refresh()

    def show_printer(self, standing: PrinterStanding) -> None:
        """Show how the printer is."""
        self._printer = standing
        self.refresh()

    def show_scanner(self, plugged: bool) -> None:  # connected to a signal of one flag
        """Show whether the scanner is there."""
        self._scanner = plugged
        self.refresh()

    def show_attention(self, count: int) -> None:
        """Show how many things of this till need a person; a tap opens the list in Settings."""
        if count != self._attention:
            self._attention = count
            self.refresh()

    def show_open_sale(self, text: str) -> None:
        """Show the open sale as a chip, outside Sell; empty takes it away."""
        if text != self._open_sale:
            self._open_sale = text
            self.refresh()

    def try_now(self) -> None:
        """Ask the centre at once."""
        self.try_now_asked.emit()

    def fold_banner(self) -> bool:
        """Fold the banner into its chip; true when there was one to fold."""
        if self.screen.banner is None or self._folded:
            return False
        self._folded = True
        self.refresh()
        return True

    def tap_chip(self, chip_id: str) -> None:
        """Show what a chip stands for."""
        if chip_id == "centre" and self._folded:
            self._folded = False
            self.refresh()
            return
        self.chip_tapped.emit(chip_id)

    @property
    def centre_problem(self) -> str:
        """Return the code of what is wrong between till and centre, empty for nothing."""
        return self._centre.problem

    @property
    def offline(self) -> bool:
        """True while the centre cannot be reached."""
        return self._centre.state is LinkState.OFFLINE

    def refresh(self) -> None:
        """Build the bar again."""
        name = self._cashier()
        bar = StatusBar(
            chips=(
                *self._centre_chips(),
                *self._attention_chips(),
                self._printer_chip(),
                self._scanner_chip(),
            ),
            cashier=name,
            cashier_initials="".join(word[0] for word in name.split()[:2] if word[0].isalpha()).upper(),
            clock=clock_time(self._now()),
            open_sale=self._open_sale,
            banner=self._banner(),
        )
        if bar != self.screen:
            self.screen = bar
            self.changed.emit()

    def _tick(self) -> None:
        self.refresh()

    def _centre_chips(self) -> tuple[StatusChip, ...]:
        centre = self._centre
        count, since = centre.waiting_count, clock_time(centre.waiting_since)
        match centre.state:
            case LinkState.SYNCED:
                return (StatusChip("centre", self.tr("Synced"), "synced"),)
            case LinkState.SENDING if centre.loading_total:
                words = self.tr("Loading {done} of {total}").format(
                    done=f"{centre.loading_done:,}", total=f"{centre.loading_total:,}"
                )
                return (StatusChip("centre", words, "syncing", "plain"),)
            case LinkState.SENDING if not count:
                return (StatusChip("centre", self.tr("Checking"), "syncing", "plain"),)
            case LinkState.SENDING:
                words = self.tr("Sending {count}").format(count=count)
                return (StatusChip("centre", words, "syncing", "plain"),)
            case LinkState.ATTENTION:
                return (StatusChip("centre", self.tr("Sync needs you"), "warning", "bad"),)
            case LinkState.WAITING:
                words = self.tr("{count} waiting since {time}").format(count=count, time=since)
                return (StatusChip("centre", words, "waiting", "warn"),)
        minutes = minutes_between(centre.offline_since, self._now())
        words = self.tr("Offline {count} min").format(count=minutes) if minutes else self.tr("Offline")
        chips = [StatusChip("centre", words, "offline", "warn")]
        if count:
            chips.append(
                StatusChip("waiting", self.tr("{count} waiting").format(count=count), "waiting", "plain")
            )
        return tuple(chips)

    def _attention_chips(self) -> tuple[StatusChip, ...]:
        if not self._attention:
            return ()
        words = self.tr("{count} to look at").format(count=self._attention)
        return (StatusChip("attention", words, "warning", "warn"),)

    def _printer_chip(self) -> StatusChip:
        problem, count = self._printer.problem, self._printer.waiting_count
        words = {
            "paper_out": self.tr("No paper"),
            "cover_open": self.tr("Printer is open"),
            "unreachable": self.tr("No printer"),
            "not_installed": self.tr("No printer set up"),
            "timed_out": self.tr("Printer silent"),
            "paper_low": self.tr("Paper low"),
        }
        if problem:
            label = words.get(problem, self.tr("Printer trouble"))
            if count > 1:
                label = self.tr("{problem} · {count} to print").format(problem=label, count=count)
            return StatusChip("printer", label, "print", "warn" if problem == "paper_low" else "bad")
        return StatusChip("printer", self.tr("Printer"), "print")

    def _scanner_chip(self) -> StatusChip:
        if not self._scanner:
            return StatusChip("scanner", self.tr("No scanner"), "scan", "bad")
        return StatusChip("scanner", self.tr("Scanner"), "scan")

    def _banner(self) -> OfflineBanner | None:
        centre = self._centre
        if centre.state is not LinkState.OFFLINE:
            return None
        banner = OfflineBanner(
            lead=self.tr("No network since {time}. Keep selling.").format(
                time=clock_time(centre.offline_since)
            ),
            detail=f"{self._saved_here()} {self._problem_sentence(centre.problem)}".strip(),
            action_label=self.tr("Try now"),
            lists=self._lists(),
        )
        return replace(banner, folded=True) if self._folded else banner

    def _saved_here(self) -> str:
        count, kinds = self._centre.waiting_count, self._kinds_saved()
        if not count:
            return self.tr("Everything sold so far is at the centre.")
        if len(kinds) == 1 and count == self._centre.waiting_sales + self._centre.waiting_pickups:
            if count == 1:
                return self.tr("{kind} is saved on this till.").format(kind=kinds[0])
            return self.tr("{kind} are saved on this till.").format(kind=kinds[0])
        if count == 1:
            return self.tr("1 record is saved on this till.")
        if not kinds:
            return self.tr("{count} records are saved on this till.").format(count=count)
        return self.tr("{count} records are saved on this till: {kinds}.").format(
            count=count, kinds=self.tr(", ").join(kinds)
        )

    def _kinds_saved(self) -> list[str]:
        """Return in words how many sales wait, and how many steps of pickup orders; the rest has no name."""
        sales, pickups = self._centre.waiting_sales, self._centre.waiting_pickups
        kinds = []
        if sales:
            kinds.append(self.tr("1 sale") if sales == 1 else self.tr("{count} sales").format(count=sales))
        if pickups:
            kinds.append(
                self.tr("1 pickup update")
                if pickups == 1
                else self.tr("{count} pickup updates").format(count=pickups)
            )
        return kinds

    def _lists(self) -> tuple[OfflineList, ...]:
        return (
            OfflineList(
                self.tr("As usual"),
                "done",
                "ok",
                (
                    self.tr("Scan, hold, promotions"),
                    self.tr("Cash, receipts, returns"),
                    self.tr("Picking, handover by code"),
                ),
            ),
            OfflineList(
                self.tr("With a limit"),
                "warning",
                "warn",
                (
                    self.tr("Card up to {amount} each").format(amount=self._card_limit()),
                    self.tr("Stock counts are estimates"),
                ),
            ),
            OfflineList(
                self.tr("Waits for network"),
                "expires",
                "plain",
                (
                    self.tr("Mobile codes"),
                    self.tr("Points, single-use coupons"),
                    self.tr("New prices, pickup orders"),
                ),
            ),
        )
