"""The papers of an order: pick lists, bag labels, handover slips, as print jobs of the till's spool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import msgspec

from pos_app.database.spool import PrintJobRequest, Spool
from pos_app.documents.pickup_data import (
    BagLabel,
    HandoverSlip,
    PickList,
    PickListOrder,
    PickListRow,
    SlipLine,
)
from pos_app.services.pickup_outcomes import PickingView
from pos_app.services.preferences import Preferences
from pos_app.services.rules import RulesInForce
from retail.catalogue import LocalisedText
from retail.money import allocate
from retail.pickup.amounts import line_amounts, money_of, part_charges, taken_so_far
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.handover import age_needed
from retail.pickup.order import Bag, LinePart, LineState, PickupLine, PickupOrder
from retail.pickup.parts import bags_with_goods, taken_product
from retail.pickup.pick_list import progress
from retail.pickup.steps import Collector, StepKind

SLIP_STATES: dict[LineState, str] = {
    LineState.TO_PICK: "left",
    LineState.ASKED: "left",
    LineState.AGREED: "left",
    LineState.PICKED: "left",
    LineState.SHORT: "short",
    LineState.DROPPED: "short",
    LineState.HANDED_OVER: "taken",
    LineState.REFUSED: "refused",
    LineState.RETURNED: "refused",
    LineState.WRITTEN_OFF: "refused",
    LineState.TO_RETURN: "refused",
}
"""What a slip says of a part; what is picked is taken as long as nothing was handed over yet."""

_encoder = msgspec.json.Encoder()


class PickupPapers:
    """Queues the papers of orders. Nothing here waits for the printer."""

    def __init__(
        self,
        spool: Spool,
        rules: RulesInForce,
        preferences: Preferences,
        *,
        now: Callable[[], str],
        name_of: Callable[[str], str],
        desk: Callable[[], PickupDesk | None],
    ) -> None:
        """`name_of` tells what a staff member is called, `desk` the store's rules of collection."""
        self._spool = spool
        self._rules = rules
        self._preferences = preferences
        self._now = now
        self._name_of = name_of
        self._desk = desk

    # ---- printing -----------------------------------------------------------------------------

    def print_pick_list(self, view: PickingView) -> None:
        """Queue the list of what is still open in a walk."""
        self._queue("pick_list", self.pick_list(view))

    def print_labels(self, order: PickupOrder) -> int:
        """Queue a label for each bag of an order; return how many."""
        labels = self.labels(order)
        for label in labels:
            self._queue("bag_label", label)
        return len(labels)

    def print_slip(self, order: PickupOrder, collector: Collector = Collector.CUSTOMER) -> None:
        """Queue the slip of an order: of its handover, or before that the one that goes with the bags."""
        self._queue("handover_slip", self.slip(order, collector))

    def _queue(self, kind: str, paper: PickList | BagLabel | HandoverSlip) -> None:
        body = _encoder.encode(paper).decode()
        printer = self._preferences.receipt_printer
        self._spool.queue(PrintJobRequest(kind=kind, body=body, printer=printer, opens_drawer=False))

    # ---- what stands on them ------------------------------------------------------------------

    def pick_list(self, view: PickingView) -> PickList:
        """Return the list of a walk."""
        by_id = {order.order_id: order for order in view.orders}
        totes = {(tote.order_id, tote.temperature): tote.bag_id for tote in view.totes}
        rows = []
        for task in view.tasks:
            order = by_id[task.order_id]
            line = next(each for each in order.lines if each.line_id == task.line_id)
            rows.append(
                PickListRow(
                    order_number=_number(order),
                    name=line.product.name,
                    quantity=task.quantity,
                    unit=line.product.unit,
                    place=task.location,
                    temperature=task.temperature,
                    bag=totes.get((task.order_id, task.temperature), ""),
                    wish=line.wish,
                    note=line.note,
                    minimum_age=line.product.minimum_age,
                )
            )
        return PickList(
            orders=tuple(_list_head(order) for order in view.orders),
            rows=tuple(rows),
            printed_at=self._now(),
            language=self._preferences.receipt_language,
            digits=self._rules.current.settings.currency_digits,
        )

    def labels(self, order: PickupOrder) -> tuple[BagLabel, ...]:
        """Return a label for each bag that holds something."""
        filled = bags_with_goods(order)
        bags: list[Bag] = [bag for bag in order.bags if bag.bag_id in filled]
        return tuple(
            BagLabel(
                order_number=_number(order),
                bag_id=bag.bag_id,
                place=place,
                of=len(bags),
                name=order.contact.name,
                window=_window(order),
                temperature=bag.temperature,
                location=bag.location,
                minimum_age=age_needed(order, (bag.bag_id,)),
                language=self._preferences.receipt_language,
            )
            for place, bag in enumerate(bags, start=1)
        )

    def slip(self, order: PickupOrder, collector: Collector = Collector.CUSTOMER) -> HandoverSlip:
        """Return the slip of an order as it stands."""
        settings, desk = self._rules.current.settings, self._desk()
        money = money_of(order)
        handed = [d for d in order.history if d.kind == StepKind.HAND_OVER and not d.undone_by]
        return HandoverSlip(
            store_name=settings.name,
            order_number=_number(order),
            lines=tuple(slip_line for line in order.lines for slip_line in _slip_lines(order, line)),
            shown_minor=money.shown_minor,
            charge_minor=money.charge_minor,
            paid_minor=taken_so_far(order),
            due_minor=money.due_minor,
            refund_minor=money.refund_minor,
            name=order.contact.name,
            handed_at=handed[-1].at if handed else "",
            handed_by=self._name_of(handed[-1].by) if handed else "",
            collector=collector.value,
            bags=tuple(bag.bag_id for bag in order.bags),
            signature_wanted=desk is not None and desk.signature_wanted,
            language=self._preferences.receipt_language,
            symbol=settings.currency_symbol,
            digits=settings.currency_digits,
        )


def _number(order: PickupOrder) -> str:
    return order.number or order.order_id


def _window(order: PickupOrder) -> str:
    return "-".join(each[11:16] for each in (order.slot.starts_at, order.slot.ends_at) if each)


def _list_head(order: PickupOrder) -> PickListOrder:
    return PickListOrder(
        number=_number(order),
        name=order.contact.name,
        window=_window(order),
        items=progress(order).items,
        note=order.note,
    )


def _slip_lines(order: PickupOrder, line: PickupLine) -> Iterator[SlipLine]:
    """Return a line by its parts; their amounts sum to what the line costs, with what the store gives."""
    charges = part_charges(order, line)
    cost = next(each.charge_minor for each in line_amounts(order) if each.line_id == line.line_id)
    shares: Sequence[int] = allocate(cost, charges) if any(charges) else charges
    handed_over = any(part.state is LineState.HANDED_OVER for each in order.lines for part in each.divided)
    for part, share in zip(line.divided, shares, strict=True):
        state = SLIP_STATES[part.state]
        if part.state is LineState.PICKED and not handed_over:
            state = "taken"
        swapped = state == "taken" and part.now.substitute is not None
        yield SlipLine(
            name=taken_product(line, part).name,
            quantity=_shown_quantity(part),
            unit=taken_product(line, part).unit,
            state="swapped" if swapped else state,
            instead_of=line.product.name if swapped else LocalisedText(""),
            amount_minor=share,
        )


def _shown_quantity(part: LinePart) -> Decimal:
    return part.now.quantity or part.covers
