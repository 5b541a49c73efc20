"""What is done at a till beside selling, and is recorded with who did it and who allowed it."""

from __future__ import annotations

from collections.abc import Callable

from pos_app.services.approving import Approving
from pos_app.services.outcomes import Asked, Changed, Outcome, Refused
from pos_app.services.receipts import Receipts
from retail.staff import Act, Approval, Permission


class WatchedActs:
    """Opens the drawer without a sale and prints copies, where the cashier may or somebody allows it."""

    def __init__(self, receipts: Receipts, approving: Approving, cashier_id: Callable[[], str]) -> None:
        self._receipts = receipts
        self._approving = approving
        self._cashier_id = cashier_id

    def open_drawer(self, reason: str) -> Outcome:
        """Open the drawer without a sale. `reason` is one of those that the cashier was offered."""

        def opened(approval: Approval | None) -> Outcome:
            self._receipts.open_drawer(self._cashier_id(), reason, _approver(approval))
            return Changed("drawer")

        asked = Asked(Act(permission=Permission.OPEN_DRAWER), detail=reason)
        return self._approving.do_or_ask(lambda: asked, opened)

    def reprint(self, receipt_number: str = "") -> Outcome:
        """Print a copy of a receipt, the latest without a number; refused when there is no such sale."""
        latest = self._receipts.latest() if not receipt_number else None
        number = receipt_number or (latest.receipt_number if latest else "")
        if not number:
            return Refused("no_sale_yet")
        if not self._receipts.is_known(number):
            return Refused("receipt_unknown", number)

        def printed(approval: Approval | None) -> Outcome:
            self._receipts.reprint(number, self._cashier_id(), _approver(approval))
            return Changed("reprint", detail=number)

        asked = Asked(Act(permission=Permission.REPRINT, about=number), detail=number)
        return self._approving.do_or_ask(lambda: asked, printed)


def _approver(approval: Approval | None) -> str:
    return approval.approved_by if approval is not None else ""
