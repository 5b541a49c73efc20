"""What is seen and scanned at the collection desk: bags, goods that are given back, cards, codes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace as with_fields
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from pos_app.services.lookup import Lookup
from pos_app.services.orders import Orders
from pos_app.services.pick_scans import kind_of_scan
from pos_app.services.pickup_outcomes import DeskCode, DeskOutcome, HandOverView, NotDone
from pos_app.services.selling import Selling
from retail.barcode import (
    BagCode,
    EmbeddedCode,
    MemberCard,
    PickupCode,
    ProductCode,
    Unreadable,
)
from retail.catalogue import Product
from retail.pickup.amounts import due_for, line_amounts, money_of
from retail.pickup.desk_sale import online_part
from retail.pickup.handover import AtDesk, age_needed, born_on_or_before, missing_for_handover
from retail.pickup.order import LineState, PickupLine, PickupOrder
from retail.pickup.parts import bags_with_goods, taken_product
from retail.pickup.steps import RefuseUnits
from retail.quantity import SellingUnit


class DeskScans(ABC):
    """The order at the desk, what was done there so far, and what scans do."""

    def __init__(
        self,
        orders: Orders,
        selling: Selling,
        lookup: Lookup,
        *,
        others_heard: Callable[[], bool],
    ) -> None:
        self._orders = orders
        self._selling = selling
        self._lookup = lookup
        self._others_heard = others_heard
        self._begin("")

    def _begin(self, order_id: str) -> None:
        self._order_id = order_id
        self._at_desk = AtDesk()
        self._seen_at = ""
        self._giving_back = ""

    @property
    def _order(self) -> PickupOrder | None:
        return self._orders.order(self._order_id) if self._order_id else None

    def _desk_now(self) -> AtDesk:
        return replace(self._at_desk, others_heard=self._others_heard())

    def _taking(self, order: PickupOrder) -> tuple[str, ...]:
        return tuple(bag for bag in bags_with_goods(order) if bag not in self._at_desk.leave)

    @property
    def _paying(self) -> bool:
        return bool(self._order_id) and self._selling.open_sale.basket.order_id == self._order_id

    def view(self) -> HandOverView | None:
        """Return the order at the desk, None when none is."""
        order = self._order
        if order is None:
            return None
        desk, taking = self._desk_now(), self._taking(order)
        filled, money = bags_with_goods(order), money_of(order)
        age = age_needed(order, taking)
        today = datetime.fromisoformat(self._orders.now()).date()
        return HandOverView(
            order=order,
            at_desk=desk,
            missing=missing_for_handover(order, desk),
            bags=tuple(bag for bag in order.bags if bag.bag_id in filled),
            amounts=line_amounts(order),
            money=money,
            due_minor=due_for(order, taking),
            refund_minor=money.refund_minor,
            online_minor=online_part(order, taking),
            age=age,
            born_on_or_before=born_on_or_before(today, age).isoformat() if age else "",
            seen_at=self._seen_at,
            paying=self._paying,
            giving_back=bool(self._giving_back),
        )

    # ---- scans --------------------------------------------------------------------------------

    def scan(self, text: str) -> DeskOutcome:
        """Do what a scanned text means at the desk."""
        match self._selling.meaning_of(text):
            case PickupCode() as code:
                return self.open_by_code(code)
            case BagCode(code=bag_id):
                return self._bag(bag_id)
            case ProductCode() | EmbeddedCode() as goods:
                return self._goods(goods.code, text)
            case MemberCard(number=number):
                return self._member(number)
            case Unreadable(code=shown, reason=reason):
                return DeskOutcome(DeskCode.UNREADABLE, self._order_id, refusal=reason, detail=shown)
            case other:
                return DeskOutcome(DeskCode.NOT_FOR_DESK, self._order_id, detail=kind_of_scan(other))

    @abstractmethod
    def open_by_code(self, code: PickupCode) -> DeskOutcome:
        """Open the order of a pickup code."""

    @abstractmethod
    def open(self, order_id: str) -> DeskOutcome:
        """Open an order that was found."""

    def _bag(self, bag_id: str) -> DeskOutcome:
        """Tick a bag; with no order at the desk its own is opened, and it is ticked."""
        if self._order is None:
            owner = self._orders.of_bag(bag_id)
            if owner is None:
                return DeskOutcome(DeskCode.UNKNOWN_BAG, bag_id=bag_id)
            opened = self.open(owner.order_id)
            if opened.code is not DeskCode.OPENED:
                return opened
        return self.tick(bag_id)

    def _goods(self, code: str, text: str) -> DeskOutcome:
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        if not self._giving_back:
            return DeskOutcome(DeskCode.NOT_FOR_DESK, order.order_id, detail="product_code")
        found = self._lookup.product_by_scan(text)
        if found is None:
            return DeskOutcome(DeskCode.NOT_IN_CATALOGUE, order.order_id, detail=code)
        product = found.product
        line = next((each for each in order.lines if _holds(each, product)), None)
        if line is None:
            return DeskOutcome(DeskCode.NOT_IN_ORDER, order.order_id, product=product)
        one = Decimal(1) if line.product.unit is product.unit is SellingUnit.PIECE else None
        refused = self.refuse_line(line.line_id, self._giving_back, one)
        if refused.code is not DeskCode.REFUSED_LINE:
            return refused
        return with_fields(refused, code=DeskCode.GIVEN_BACK, product=product)

    def _member(self, number: str) -> DeskOutcome:
        order, member = self._order, self._lookup.member_by_card(number)
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        owns = member is not None and member.member_id == order.contact.member_id
        code = DeskCode.MEMBER_MATCHES if owns else DeskCode.OTHER_MEMBER
        return DeskOutcome(code, order.order_id)

    # ---- bags and goods -----------------------------------------------------------------------

    def tick(self, bag_id: str) -> DeskOutcome:
        """Tick a bag that was brought; one that was to stay goes after all."""
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER, bag_id=bag_id)
        if bag_id not in bags_with_goods(order):
            other = self._orders.of_bag(bag_id)
            number = other.number if other is not None and other.order_id != order.order_id else ""
            return DeskOutcome(DeskCode.UNKNOWN_BAG, order.order_id, bag_id=bag_id, detail=number)
        if bag_id in self._at_desk.ticked:
            return DeskOutcome(DeskCode.ALREADY_TICKED, order.order_id, bag_id=bag_id)
        if bag_id in self._at_desk.leave:
            in_the_way = self._payment_is_stale(order)
            if in_the_way is not None:
                return in_the_way
        self._at_desk = replace(
            self._at_desk,
            ticked=(*self._at_desk.ticked, bag_id),
            leave=tuple(each for each in self._at_desk.leave if each != bag_id),
        )
        return DeskOutcome(DeskCode.BAG_TICKED, order.order_id, bag_id=bag_id)

    def refuse_line(self, line_id: str, reason: str, quantity: Decimal | None = None) -> DeskOutcome:
        """Keep back what the customer does not take, or may not have; it is not charged."""
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        in_the_way = self._payment_is_stale(order)
        if in_the_way is not None:
            return in_the_way
        taken = self._orders.attempt(
            order.order_id,
            lambda order: RefuseUnits(
                **self._orders.header(order), line_id=line_id, quantity=quantity, reason=reason.strip()
            ),
        )
        if isinstance(taken, NotDone):
            return DeskOutcome(DeskCode.STEP_REFUSED, order.order_id, line_id, refusal=taken.code)
        return DeskOutcome(
            DeskCode.REFUSED_LINE,
            order.order_id,
            line_id,
            quantity=quantity or Decimal(0),
            step_id=taken.step_id,
        )

    def give_back(self, reason: str) -> DeskOutcome:
        """From now on a scanned product is given back, one a scan; an empty reason ends it."""
        order = self._order
        if order is None:
            return DeskOutcome(DeskCode.NO_ORDER)
        self._giving_back = reason.strip()
        code = DeskCode.GIVING_BACK if self._giving_back else DeskCode.GIVING_BACK_ENDED
        return DeskOutcome(code, order.order_id)

    def _payment_is_stale(self, order: PickupOrder) -> DeskOutcome | None:
        """Give a payment up that was begun for other goods; one with money in it stands in the way."""
        if not self._paying:
            return None
        if self._selling.money_taken:
            return DeskOutcome(DeskCode.MONEY_TAKEN, order.order_id)
        self._selling.give_up_order()
        return None

    def _after_handover(self) -> None:
        self._at_desk = replace(self._at_desk, ticked=(), leave=())
        self._giving_back = ""


def _holds(line: PickupLine, product: Product) -> bool:
    """Say whether some of a line in a bag is this product."""
    return any(
        part.state is LineState.PICKED and taken_product(line, part).product_id == product.product_id
        for part in line.divided
    )
