"""What the cashier on duty may not do alone: it is asked, remembered, and done when somebody allows it.

One act waits at a time. Until it is allowed nothing has changed, so giving it up is forgetting it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as with_fields

from msgspec.structs import replace

from pos_app.services.outcomes import Asked, Changed, NeedsApproval, Outcome, Refused
from pos_app.services.staffing import Staffing
from retail.staff import (
    ACTS,
    ROLES,
    Act,
    Approval,
    ApprovalNeeded,
    ApprovalRefused,
    Rights,
    StaffMember,
    approve,
    needs_approval,
)

Look = Callable[[], Asked | None]
"""Says with the figures of now what is wanted, None when there is nothing left to allow. Changes nothing."""

_NOBODY = StaffMember(staff_id="", display_name="")
"""On duty where nobody is: has the least rights."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    requested_by: StaffMember
    needed: ApprovalNeeded
    look: Look
    do: Callable[[Approval], Outcome]


class Approving:
    """Asks the rules of `retail.staff` for whoever is on duty. Used by the UI thread only.

    `roles` is the table of rights; a shop that trusts otherwise has one of its own.
    """

    def __init__(self, staffing: Staffing, roles: Mapping[str, Rights] = ROLES) -> None:
        self._staffing = staffing
        self.roles = roles
        self._waiting: _Waiting | None = None

    # ---- asking -------------------------------------------------------------------------------

    def needed(self, act: Act) -> ApprovalNeeded | None:
        """Return what must be allowed before an act of the cashier on duty, None when it may be done."""
        return needs_approval(self._on_duty, act, self.roles)

    def do_or_ask(self, look: Look, do: Callable[[Approval | None], Outcome]) -> Outcome:
        """Do something at once where the cashier may (without an approval), else ask for it."""
        asked = look()
        if asked is not None and self.needed(asked.act) is not None:
            return self.ask(asked, look, do)
        return do(None)

    def ask(self, asked: Asked, look: Look, do: Callable[[Approval], Outcome]) -> NeedsApproval:
        """Remember what the cashier may not do alone, in place of what waited before."""
        needed = self.needed(asked.act)
        assert needed is not None, "whoever may do something is not made to ask"
        self._waiting = _Waiting(self._on_duty, needed, look, do)
        return NeedsApproval(needed, asked)

    def waiting(self) -> NeedsApproval | None:
        """Return what waits with the figures of now; None, and nothing waits any more, when it is gone."""
        waiting = self._waiting
        asked = waiting.look() if waiting is not None else None
        if waiting is None or asked is None:
            self._waiting = None
            return None
        return NeedsApproval(self.needed(asked.act) or replace(waiting.needed, act=asked.act), asked)

    def cancel(self) -> None:
        """Give up what waits; nothing was changed."""
        self._waiting = None

    # ---- allowing -----------------------------------------------------------------------------

    def wants_reason(self, act: Act) -> bool:
        """Say whether nobody may allow an act without a reason."""
        return ACTS[act.permission].reason

    def approve(self, approver: StaffMember, reason: str = "") -> Outcome:
        """Let somebody allow what waits, and do it. Refused, it goes on waiting.

        What was done says who allowed it; when it turns out to need another approval, that one is asked.
        """
        shown = self.waiting()
        if shown is None or self._waiting is None:
            return Refused("approval_gone")
        waiting = self._waiting
        try:
            approval = approve(waiting.requested_by, approver, shown.needed.act, reason, self.roles)
        except ApprovalRefused as refused:
            return Refused(f"approval_{refused.code}", approver.display_name)
        outcome = waiting.do(approval)
        if self._waiting is waiting:  # and not what the step asked next
            self._waiting = None
        if isinstance(outcome, Changed):
            return with_fields(outcome, allowed_by=approver.display_name)
        return outcome

    @property
    def _on_duty(self) -> StaffMember:
        return self._staffing.on_duty or _NOBODY
