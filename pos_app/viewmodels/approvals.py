"""The panel of an act that waits for an approval: a badge or a PIN, and a reason. The sale stays in sight."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from pos_app.services.approving import Approving
from pos_app.services.outcomes import NeedsApproval, Refused
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.approval_texts import ApprovalTexts, Choices
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.pins import DOT, PinDesk, with_pin_key
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sentences import Sentences
from retail.staff import StaffMember

KIND = "approval"


class ApprovalDesk(QObject):
    """Asks for what waits in `Approving`. `done` carries what became of it, once somebody has allowed it."""

    changed = Signal()
    sounded = Signal(str)
    done = Signal(object)  # Outcome
    troubled = Signal(str)

    def __init__(
        self,
        approving: Approving,
        staffing: Staffing,
        pins: PinDesk,
        sentences: Sentences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._approving = approving
        self._staffing = staffing
        self._pins = pins
        self._sentences = sentences
        self._texts = ApprovalTexts(sentences, self)
        self._open = False
        self._forget()

    def _forget(self) -> None:
        self._pin, self._reason, self._error = "", "", ""
        self._pins.forget()

    @property
    def waits(self) -> bool:
        """True while the panel is open."""
        return self._open

    def open(self) -> None:
        """Open the panel for what was just asked."""
        self._forget()
        self._open = True

    def close(self) -> bool:
        """Give up what waits; nothing was changed. False when nothing waits."""
        was_open, self._open = self._open, False
        if was_open:
            self._approving.cancel()
            self._forget()
        return was_open

    # ---- answering ----------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """Press a key of the keypad; nothing while a PIN is being checked."""
        if not self._pins.checking:
            self._pin, self._error = with_pin_key(self._pin, key), ""
            self.changed.emit()

    def choose_reason(self, reason_id: str) -> None:
        """Choose why, or take it back."""
        self._reason = "" if reason_id == self._reason else reason_id
        self._error = ""
        self.changed.emit()

    def confirm(self) -> None:
        """Have the typed PIN checked; the answer allows what waits, or says why not."""
        waiting = self._approving.waiting()
        if self._pins.checking or waiting is None:
            return
        wait = self._pins.wait_seconds
        if wait or not self._pin:
            self._pin = ""
            self._refuse("pins_wait" if wait else "pin_missing", str(wait))
            return
        self._pins.check(self._pin, self._checked, waiting.needed.roles)
        self.changed.emit()

    def badge_unknown(self) -> None:
        """Say that the badge that was scanned is nobody's."""
        self._refuse("badge_unknown")

    @guarded
    def allow(self, approver: StaffMember) -> None:
        """Let somebody allow what waits, by badge or by PIN."""
        self._pin = ""
        self._pins.forget()
        outcome = self._approving.approve(approver, self._reason_words())
        if isinstance(outcome, Refused) and self._approving.waiting() is not None:
            self._refuse(outcome.code, outcome.detail)
            return
        self._open = False
        self._forget()
        self.done.emit(outcome)

    @guarded
    def _checked(self, owner: StaffMember | None) -> None:
        if owner is not None:
            self.allow(owner)
            return
        self._pin = ""
        self._refuse("pin_unknown")

    def _refuse(self, code: str, detail: str = "") -> None:
        self._error = self._sentences.refusal(code, detail)
        self.sounded.emit("refuse")
        self.changed.emit()

    def _reason_words(self) -> str:
        waiting = self._approving.waiting()
        if waiting is None or not self._reason:
            return ""
        return dict(self._reasons(waiting)).get(self._reason, "")

    def _reasons(self, waiting: NeedsApproval) -> Choices:
        act = waiting.needed.act
        return self._texts.reasons(act.permission, wanted=self._approving.wants_reason(act))

    # ---- showing ------------------------------------------------------------------------------

    def panel(self) -> EntryPanel | None:
        """Return the panel with the figures of now, None when nothing waits (any more)."""
        waiting = self._approving.waiting() if self._open else None
        if waiting is None:
            self.close()
            return None
        return self._panel(waiting)

    def _panel(self, waiting: NeedsApproval) -> EntryPanel:
        needed, texts = waiting.needed, self._texts
        reasons = self._reasons(waiting)
        wanted = self._approving.wants_reason(needed.act)
        why = texts.why(waiting, self._staffing.name_of(needed.requested_by))
        return EntryPanel(
            kind=KIND,
            title=texts.title(waiting.asked),
            detail=self.tr("Checking the PIN …") if self._pins.checking else why,
            mode="pin",
            entry=DOT * len(self._pin),
            unit=self.tr("PIN"),
            choices=reasons,
            selected_choice=self._reason,
            choices_label=self._reason_label(wanted=wanted) if reasons else "",
            error=self._error,
            confirm_label=self.tr("Approve"),
            hint=self.tr("Scan a badge, or type a PIN"),
            hint_detail=texts.who_may(needed.roles),
        )

    def _reason_label(self, *, wanted: bool) -> str:
        return self.tr("Reason") if wanted else self.tr("Reason, if there is one")
