"""The collection desk: who is there, which bags, what is due, and the handover itself.

Used by the UI thread only. Every verb is one short local transaction, with or without a network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from pos_app.database.open_sales import OpenSale
from pos_app.services.desk_scans import DeskScans
from pos_app.services.lookup import Lookup
from pos_app.services.order_payments import OrderPayments, online_tender
from pos_app.services.orders import Orders
from pos_app.services.outcomes import Refused
from pos_app.services.pickup_outcomes import CodeVerdict, DeskCode, DeskOutcome, NotDone
from pos_app.services.selling import Selling
from retail.barcode import PICKUP_PREFIX, PickupCode
from retail.basket import Basket, BasketMember
from retail.pickup.amounts import authorised_left, taken_so_far
from retail.pickup.desk_sale import DeskLine, desk_basket, desk_lines, online_part, online_reference
from retail.pickup.handover import AtDesk, Hindrance, age_needed, missing_for_handover
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.parts import bags_with_goods
from retail.pickup.steps import Collector, HandOver, Proof, Step
from retail.sale import Tender, TenderKind

_NOT_NOW = (Hindrance.SECOND_HANDOVER, Hindrance.NOT_READY)


class HandingOver(DeskScans):
    """One order at the desk and its verbs. What was ticked and seen is forgotten when it is closed."""

    def __init__(
        self,
        orders: Orders,
        selling: Selling,
        lookup: Lookup,
        payments: OrderPayments,
        *,
        others_heard: Callable[[], bool],
    ) -> None:
        super().__init__(orders, selling, lookup, others_heard=others_heard)
        self._hand_over_when_paid = ""
        self._signature_when_paid = ""
        payments.steps_when_paid = self._when_paid
        payments.in_the_way = self._in_the_way

    # ---- opening ------------------------------------------------------------------------------

    def open(self, order_id: str) -> DeskOutcome:
        """Open an order that was found by searching: who is there is still to be shown."""
        if self._orders.order(order_id) is None:
            return DeskOutcome(DeskCode.STEP_REFUSED, order_id, refusal="unknown_order")
        if self._order_id and order_id != self._order_id:
            return DeskOutcome(DeskCode.OTHER_ORDER, order_id)
        if not self._order_id:
            self._begin(order_id)
        return DeskOutcome(DeskCode.OPENED, order_id)

    def open_by_code(self, code: PickupCode) -> DeskOutcome:
        """Open the order of a pickup code, which also shows who is there.

        With another order at the desk it answers `other_order` and changes nothing; call `close` first.
        """
        found = self._orders.by_code(code)
        if found.verdict is not CodeVerdict.OK or found.order is None:
            order_id = "" if found.order is None else found.order.order_id
            return DeskOutcome(
                DeskCode.CODE_REFUSED,
                order_id,
                verdict=found.verdict,
                detail=found.store_id or (str(found.wait_seconds) if found.wait_seconds else ""),
            )
        order_id, was_open = found.order.order_id, self._order_id
        opened = self.open(order_id)
        if opened.code is not DeskCode.OPENED:
            return opened
        self._at_desk = replace(self._at_desk, proof=Proof.CODE)
        self._seen_at = self._orders.now()
        return DeskOutcome(DeskCode.VERIFIED if was_open else DeskCode.OPENED, order_id)

    def type_digits(self, digits: str) -> DeskOutcome:
        """Open or verify by the short code that the customer reads out."""
        plain = digits.strip().upper().removeprefix(PICKUP_PREFIX)
        return self.open_by_code(PickupCode(PICKUP_PREFIX + plain))

    def close(self) -> DeskOutcome:
        """Put the order aside; a payment begun without tenders is given up, the held sale comes back."""
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        in_the_way = self._payment_is_stale(order)
        if in_the_way is not None:
            return in_the_way
        self._begin("")
        return DeskOutcome(DeskCode.CLOSED, order.order_id)

    # ---- who is there -------------------------------------------------------------------------

    def identity_seen(self) -> DeskOutcome:
        """Say that a document with the name on the order was seen, where there is no code."""
        return self._seen(DeskCode.IDENTITY_SEEN, lambda desk, _: replace(desk, proof=Proof.IDENTITY))

    def age_seen(self) -> DeskOutcome:
        """Say that the collector was seen to have reached the age that the bags need."""
        return self._seen(
            DeskCode.AGE_SEEN,
            lambda desk, order: replace(desk, age_confirmed=age_needed(order, bags_with_goods(order))),
        )

    def collector(self, collector: Collector) -> DeskOutcome:
        """Say who stands at the desk: the customer, or someone with the code."""
        return self._seen(DeskCode.COLLECTOR_SET, lambda desk, _: replace(desk, collector=collector))

    def slip_taken(self) -> DeskOutcome:
        """Say that the paper slip was taken off the bags, as is asked while the others cannot be heard."""
        return self._seen(DeskCode.SLIP_TAKEN, lambda desk, _: replace(desk, slip_taken=True))

    def _seen(self, code: DeskCode, change: Callable[[AtDesk, PickupOrder], AtDesk]) -> DeskOutcome:
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        self._at_desk = change(self._at_desk, order)
        if code is DeskCode.IDENTITY_SEEN:
            self._seen_at = self._orders.now()
        return DeskOutcome(code, order.order_id)

    # ---- bags ---------------------------------------------------------------------------------

    def untick(self, bag_id: str) -> DeskOutcome:
        """Take a tick back."""
        order = self._order
        if order is None or bag_id not in self._at_desk.ticked:
            return DeskOutcome(DeskCode.UNKNOWN_BAG, self._order_id, bag_id=bag_id)
        ticked = tuple(each for each in self._at_desk.ticked if each != bag_id)
        self._at_desk = replace(self._at_desk, ticked=ticked)
        return DeskOutcome(DeskCode.BAG_UNTICKED, order.order_id, bag_id=bag_id)

    def leave(self, bag_id: str, *, stays: bool = True) -> DeskOutcome:
        """Say that a bag stays here this time (a partial handover), or goes after all."""
        order = self._order
        if order is None or bag_id not in bags_with_goods(order):
            return DeskOutcome(DeskCode.UNKNOWN_BAG, self._order_id, bag_id=bag_id)
        in_the_way = self._payment_is_stale(order)
        if in_the_way is not None:
            return in_the_way
        others = tuple(each for each in self._at_desk.leave if each != bag_id)
        ticked = tuple(each for each in self._at_desk.ticked if each != bag_id)
        self._at_desk = replace(self._at_desk, leave=(*others, bag_id) if stays else others, ticked=ticked)
        code = DeskCode.BAG_LEFT if stays else DeskCode.BAG_BROUGHT
        return DeskOutcome(code, order.order_id, bag_id=bag_id)

    # ---- money --------------------------------------------------------------------------------

    def begin_payment(self, *, hand_over_when_paid: bool = False, signature_id: str = "") -> DeskOutcome:
        """Put what is due into the Pay screen as a sale of this order; an open sale is held and comes back.

        When the sale is completed its payment is on the order, in the same transaction; with
        `hand_over_when_paid` the handover too, if nothing else is missing then. What came online for the same
        bags is in the same sale: then the payment comes last, and is always one with the handover.
        """
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        taking = self._taking(order)
        missing = missing_for_handover(order, self._desk_now())
        online = online_part(order, taking)
        others = [each for each in missing if each.what is not Hindrance.NOT_PAID]
        if any(each.what in _NOT_NOW for each in missing) or (online and others):
            return DeskOutcome(DeskCode.MISSING, order.order_id, missing=tuple(others))
        lines = desk_lines(order, taking)
        if not lines:
            return DeskOutcome(DeskCode.NOTHING_DUE, order.order_id)
        self._hand_over_when_paid = order.order_id if hand_over_when_paid or online else ""
        self._signature_when_paid = signature_id
        total = sum(line.amount_minor for line in lines)
        priced = self._selling.begin_order(self._basket(order, lines), self._paid_online(order, online))
        if priced.total_minor != total:  # a payment begun before has tenders and stays as it is
            return DeskOutcome(DeskCode.MONEY_TAKEN, order.order_id, amount_minor=priced.total_minor)
        return DeskOutcome(DeskCode.PAYMENT_BEGUN, order.order_id, amount_minor=total - online)

    def _paid_online(self, order: PickupOrder, amount_minor: int) -> Tender | None:
        """Return what of the desk's sale was paid before, None for nothing."""
        if not amount_minor:
            return None
        return Tender(
            kind=TenderKind.ONLINE,
            amount_minor=amount_minor,
            reference=online_reference(order),
            approved_at=self._orders.now(),
        )

    def _in_the_way(self, open_sale: OpenSale) -> str:
        """Return why the goods of a sale with money that came online cannot change hands now, if anything."""
        order = self._order
        if order is None or open_sale.basket.order_id != self._order_id:
            return "handover_first"
        taking = self._taking(order)
        wanted = [(one.product, one.quantity, one.amount_minor) for one in desk_lines(order, taking)]
        sold = [(one.product, one.quantity, one.fixed_amount_minor) for one in open_sale.basket.lines]
        if wanted != sold or online_part(order, taking) != online_tender(open_sale):
            return "order_changed"
        missing = missing_for_handover(order, self._desk_now())
        return "handover_first" if any(each.what is not Hindrance.NOT_PAID for each in missing) else ""

    def give_up_payment(self) -> DeskOutcome:
        """Take the order's sale off again, while no money has been taken for it; the held sale comes back."""
        order_id = self._selling.open_sale.basket.order_id
        given_up = self._selling.give_up_order()
        if isinstance(given_up, Refused):
            code = DeskCode.MONEY_TAKEN if given_up.code == "money_taken" else DeskCode.NOTHING_DUE
            return DeskOutcome(code, order_id)
        self._hand_over_when_paid = ""
        return DeskOutcome(DeskCode.PAYMENT_GIVEN_UP, order_id)

    def _basket(self, order: PickupOrder, lines: Sequence[DeskLine]) -> Basket:
        return desk_basket(
            order,
            lines,
            basket_id=self._orders.new_id(),
            line_ids=[self._orders.new_id() for _ in lines],
            age_confirmed=self._at_desk.age_confirmed,
            member=self._member_of(order),
        )

    def _member_of(self, order: PickupOrder) -> BasketMember | None:
        """Return who earns, None for a guest, or somebody this till has not heard of."""
        member = self._lookup.member_by_id(order.contact.member_id)
        return None if member is None else self._selling.buyer(member)

    # ---- the handover -------------------------------------------------------------------------

    def hand_over(self, signature_id: str = "") -> DeskOutcome:
        """Give the ticked bags away; refused with everything that is missing."""
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        missing = missing_for_handover(order, self._desk_now())
        if missing:
            return DeskOutcome(DeskCode.MISSING, order.order_id, missing=missing)
        taken = self._orders.attempt(order.order_id, lambda order: self._hand_over(order, signature_id))
        if isinstance(taken, NotDone):
            return DeskOutcome(DeskCode.STEP_REFUSED, order.order_id, refusal=taken.code, detail=taken.detail)
        self._after_handover()
        whole = taken.order.state is not OrderState.PARTLY_HANDED_OVER
        code = DeskCode.HANDED_OVER if whole else DeskCode.PARTLY_HANDED_OVER
        return DeskOutcome(code, order.order_id, step_id=taken.step_id)

    def undo(self, step_id: str, reason: str) -> DeskOutcome:
        """Take an earlier step of the order back, with who and why."""
        undone = self._orders.undo(self._order_id, step_id, reason)
        if isinstance(undone, NotDone):
            return DeskOutcome(DeskCode.STEP_REFUSED, self._order_id, refusal=undone.code)
        return DeskOutcome(DeskCode.UNDONE, self._order_id, step_id=undone.step_id)

    def _hand_over(self, order: PickupOrder, signature_id: str = "") -> HandOver:
        desk = self._desk_now()
        assert desk.proof is not None, "nothing is missing"
        return HandOver(
            **self._orders.header(order),
            bags=self._taking(order),
            proof=desk.proof,
            collector=desk.collector,
            age_confirmed=desk.age_confirmed,
            covered_minor=taken_so_far(order) + authorised_left(order),
            slip_taken=desk.slip_taken,
            signature_id=signature_id,
        )

    def _when_paid(self, order: PickupOrder) -> tuple[Step, ...]:
        """Return the handover that was asked for together with the payment, if nothing else is missing."""
        wanted = self._hand_over_when_paid == order.order_id == self._order_id
        self._hand_over_when_paid = ""
        if not wanted or missing_for_handover(order, self._desk_now()):
            return ()
        return (self._hand_over(order, self._signature_when_paid),)
