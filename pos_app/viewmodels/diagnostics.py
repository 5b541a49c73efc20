"""The words of diagnostics and of the attention list, and the report that is copied from them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from pos_app.services.diagnosis import SALVAGED, Attention, Diagnosis, Figure
from pos_app.viewmodels.screens import AttentionRow, DiagnosticSection

SEEN_CODES = frozenset({SALVAGED, "rolled_back", "restored"})


class DiagnosticsPresenter(QObject):
    """Turns a diagnosis into finished texts. `link_problem` gives the sentence of a problem of the link."""

    def __init__(
        self, diagnosis: Diagnosis, link_problem: Callable[[str], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._diagnosis = diagnosis
        self._link_problem = link_problem

    def sections(self) -> tuple[DiagnosticSection, ...]:
        """Return the sections of diagnostics with their lines."""
        titles = {
            "till": self.tr("This till"),
            "link": self.tr("Link to the centre"),
            "queue": self.tr("Waiting to be sent"),
            "streams": self.tr("From the centre: version, rows, checksum"),
            "files": self.tr("Files"),
        }
        figures = self._diagnosis.figures()
        return tuple(
            DiagnosticSection(
                title,
                tuple((self._name(each), self._value(each)) for each in figures if each.section == section),
            )
            for section, title in titles.items()
        )

    def attention(self) -> tuple[AttentionRow, ...]:
        """Return what needs a person: what happened, and what to do."""
        return tuple(self._attention(each) for each in self._diagnosis.attention())

    def seen(self) -> None:
        """A person has read what was done to the journal."""
        self._diagnosis.seen()

    def report(self) -> str:
        """Return everything as text for an e-mail: no secret, and nothing about a customer."""
        lines: list[str] = []
        for row in self.attention():
            lines += [f"! {row.title}", f"  {row.detail}"]
        for section in self.sections():
            lines += ["", section.title, *(f"  {name}: {value}" for name, value in section.rows)]
        return "\n".join(lines).strip()

    # ---- inside -------------------------------------------------------------------------------

    def _name(self, figure: Figure) -> str:
        names = {
            "version": "Evertill",
            "till": self.tr("Till"),
            "device": self.tr("Device"),
            "incarnation": self.tr("Life of the journal"),
            "centre": self.tr("Centre"),
            "state": self.tr("State of the link"),
            "problem": self.tr("Last problem"),
            "epoch": self.tr("Epoch of the centre"),
            "skew": self.tr("This clock is ahead by"),
            "waiting": self.tr("Records waiting"),
            "oldest": self.tr("Oldest of them"),
            "acknowledged": self.tr("Records at the centre"),
            "receipt": self.tr("Next receipt"),
            "catalogue": self.tr("Catalogue"),
            "prices": self.tr("Prices"),
            "members": self.tr("Members"),
            "staff": self.tr("Staff"),
            "settings": self.tr("Settings"),
            "stock": self.tr("Stock"),
            "orders": self.tr("Orders"),
            "mirror": self.tr("Mirror of the journal"),
            "checked": self.tr("Journal read whole"),
            "cache": self.tr("What the centre sent"),
            "free": self.tr("Free on the disk"),
            "folder": self.tr("Folder"),
        }
        return names[figure.name]

    def _value(self, figure: Figure) -> str:
        words = {
            "synced": self.tr("Synced"),
            "sending": self.tr("Sending"),
            "waiting": self.tr("Waiting"),
            "offline": self.tr("Offline"),
            "attention": self.tr("Needs you"),
            "whole": self.tr("Whole"),
            "damaged": self.tr("Damaged"),
            "renewed": self.tr("Fetched again"),
            "unreachable": self.tr("Cannot be written"),
        }
        if figure.name not in {"state", "mirror", "cache"}:
            return figure.value
        if figure.value.startswith("behind "):
            return self.tr("Behind by {count}").format(count=figure.value.removeprefix("behind "))
        return words.get(figure.value, figure.value)

    def _attention(self, found: Attention) -> AttentionRow:
        title, detail = self._words(found)
        grave = found.code in {"journal_damaged", "centre", SALVAGED, "rolled_back"}
        can_be_seen = found.code in SEEN_CODES
        return AttentionRow(
            found.code,
            title.format(*found.figures),
            detail.format(*found.figures),
            "bad" if grave else "warn",
            self.tr("Seen") if can_be_seen else "",
        )

    def _words(self, found: Attention) -> tuple[str, str]:
        if found.code == "centre":
            return self.tr("The centre needs a person"), self._link_problem(
                found.figures[0]
            ) or found.figures[0]
        words = {
            "journal_damaged": (
                self.tr("The sales journal is damaged"),
                self.tr(
                    "Nothing is lost yet. Finish this customer, then restart the till: it puts it right."
                ),
            ),
            SALVAGED: (
                self.tr("The sales journal was damaged and is put right"),
                self.tr(
                    "{0} records kept, {1} of them from the mirror, {2} missing here. The centre was told. "
                    "Have the disk looked at."
                ),
            ),
            "rolled_back": (
                self.tr("The disk of this till was an older copy"),
                self.tr(
                    "{0} records kept, {1} of them from the mirror, {2} missing here. It goes on under new "
                    "numbers. Find out who put the old copy back."
                ),
            ),
            "restored": (
                self.tr("This till was restored from a backup"),
                self.tr("{0} records are here. It goes on under new numbers, and the centre was told."),
            ),
            "clock": (
                self.tr("The clock is wrong by {0} minutes"),
                self.tr("Selling goes on, with wrong times on receipts. Set the clock of this computer."),
            ),
            "disk": (
                self.tr("The disk is nearly full: {0} MB are free"),
                self.tr("Free some space. When it is full, no sale can be stored."),
            ),
            "mirror": (
                self.tr("The sales journal has no mirror"),
                self.tr("Its folder cannot be written. Selling goes on. Check the disk or the cable."),
            ),
            "cache_damaged": (
                self.tr("What the centre sent is damaged here"),
                self.tr(
                    "Selling goes on with what can be read. It is fetched again when the centre answers."
                ),
            ),
            "cache_renewed": (
                self.tr("What the centre sent was damaged, and was fetched again"),
                self.tr("Nothing is lost. If it happens again, have the disk looked at."),
            ),
            "in_doubt": (
                self.tr("{0} payments have no result yet"),
                self.tr("Open the sale in Pay: the terminal is asked again. Do not charge twice."),
            ),
        }
        return words[found.code]
