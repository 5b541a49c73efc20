"""What a scan means while picking: goods into the tote, a tote, a place; and the weight asked for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pos_app.database.cache import Cache
from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import NotDone, PickCode, PickingView, PickOutcome
from pos_app.services.rules import RulesInForce, StoreNotReady
from pos_app.services.scanned_goods import Goods, NoGoods, goods_of
from pos_app.services.substitutes import Substitutes
from pos_app.services.walking import Walk, Weighing, holds_goods, line_in, nothing_open, picked_of
from retail.barcode import (
    BagCode,
    EmbeddedCode,
    LocationCode,
    PickupCode,
    ProductCode,
    Scan,
    Unreadable,
    read,
)
from retail.pickup.order import OrderState, PickupLine, PickupOrder, Temperature
from retail.pickup.parts import OPEN, is_over, units
from retail.pickup.pick_list import ScanVerdict, judge_scan
from retail.pickup.steps import PickLine, StageBag, Step, SubstituteLine
from retail.quantity import SellingUnit

_REFUSED_SCANS = {
    ScanVerdict.WRONG_PRODUCT: PickCode.WRONG_PRODUCT,
    ScanVerdict.WRONG_ORDER: PickCode.WRONG_ORDER,
    ScanVerdict.ALREADY_COMPLETE: PickCode.ALREADY_COMPLETE,
    ScanVerdict.LINE_IS_SHORT: PickCode.LINE_IS_SHORT,
}

_GONE = (OrderState.HANDED_OVER, OrderState.COMPLETED, OrderState.SHORT)


class PickScans:
    """The part of picking that a scanner and a scale drive."""

    def __init__(self, orders: Orders, cache: Cache, rules: RulesInForce) -> None:
        self._orders = orders
        self._cache = cache
        self._rules = rules
        self._substitutes = Substitutes(orders, cache, rules)
        self._walk = Walk(orders)

    def view(self) -> PickingView:
        """Return what is being picked, with the walk and the task in hand."""
        return self._walk.view()

    def stock_changed(self) -> None:
        """Ask for stock and places again: the centre told of other figures."""
        self._walk.stock_changed()

    # ---- scans --------------------------------------------------------------------------------

    def scan(self, text: str) -> PickOutcome:
        """Do what a scanned text means while picking; a wrong one is refused and never counted."""
        try:
            rules = self._rules.current
        except StoreNotReady:
            return PickOutcome(PickCode.NOT_PICKING)
        match read(text, rules.barcodes):
            case ProductCode() | EmbeddedCode() as code:
                if not self._walk.orders:
                    return PickOutcome(PickCode.NOT_PICKING)
                goods = goods_of(code, self._cache, rules.settings, self._orders.now())
                return self._goods(goods)
            case BagCode(code=bag_id):
                return self._bag(bag_id)
            case LocationCode(code=location):
                return self._place(location)
            case PickupCode() as code:
                found = self._orders.by_code(code)
                order_id = found.order.order_id if found.order is not None else ""
                return PickOutcome(PickCode.PICKUP_CODE, order_id, refusal=found.verdict.value)
            case Unreadable(code=shown, reason=reason):
                return PickOutcome(PickCode.UNREADABLE, refusal=reason, detail=shown)
            case other:
                return PickOutcome(PickCode.NOT_FOR_PICKING, detail=kind_of_scan(other))

    def _goods(self, goods: Goods | NoGoods) -> PickOutcome:
        if isinstance(goods, NoGoods):
            return PickOutcome(PickCode(goods.code), detail=goods.detail)
        orders, task = self._walk.orders, self._walk.task()
        product = goods.found.product
        in_hand = orders[0].order_id if task is None else task.order_id
        judged = judge_scan(orders, in_hand, product.product_id)
        refused = _REFUSED_SCANS.get(judged.verdict)
        order = next((each for each in orders if each.order_id == judged.order_id), None)
        line = None if order is None else line_in(order, judged.line_id)
        if refused is not None or order is None or line is None:
            return PickOutcome(
                refused or PickCode.WRONG_PRODUCT, judged.order_id, judged.line_id, product=product
            )
        self._walk.choose(order.order_id, line.line_id)
        if judged.verdict is ScanVerdict.SUBSTITUTE:
            return self._use_substitute(order, line, product.product_id, goods.quantity, scanned=True)
        if judged.verdict is ScanVerdict.WEIGH and goods.quantity is None:
            return self._asks_weight(order, line)
        return self._pick(order, line, Decimal(1) if goods.quantity is None else goods.quantity)

    # ---- into the tote ------------------------------------------------------------------------

    def weigh(self, weight: Decimal) -> PickOutcome:
        """Take a weight in kilograms (litres, metres) for the line that asked, or the task in hand."""
        asked, task = self._walk.weighing, self._walk.task()
        about = asked or (None if task is None else Weighing(task.order_id, task.line_id))
        order = None if about is None else self._orders.order(about.order_id)
        line = None if order is None or about is None else line_in(order, about.line_id)
        if about is None or order is None or line is None:
            return PickOutcome(PickCode.NOT_PICKING)
        if about.product_id:
            outcome = self._use_substitute(order, line, about.product_id, weight)
        elif line.product.unit is SellingUnit.PIECE:
            return _step_refused("bad_quantity", order.order_id, line)
        else:
            outcome = self._pick(order, line, weight)
        if outcome.done:
            self._walk.weighing = None
        return outcome

    def _asks_weight(self, order: PickupOrder, line: PickupLine, product_id: str = "") -> PickOutcome:
        self._walk.weighing = Weighing(order.order_id, line.line_id, product_id)
        return self._about(PickCode.NEEDS_WEIGHT, order, line)

    def _pick(self, order: PickupOrder, line: PickupLine, quantity: Decimal) -> PickOutcome:
        bag_id = self._walk.tote_for(order, line.temperature)
        if not bag_id:
            return self._about(PickCode.NEEDS_TOTE, order, line)

        def step(order: PickupOrder) -> Step:
            return PickLine(
                **self._orders.header(order),
                line_id=line.line_id,
                product_id=line.product.product_id,
                quantity=quantity,
                bag_id=bag_id,
                lock_id=order.lock.lock_id if order.lock is not None else "",
            )

        outcome = self._take_of_line(order.order_id, line.line_id, step, PickCode.PICKED, quantity, bag_id)
        if outcome.done:
            self._walk.stock_changed(line.product.product_id)
        return outcome

    def _use_substitute(
        self,
        order: PickupOrder,
        line: PickupLine,
        product_id: str,
        quantity: Decimal | None,
        *,
        scanned: bool = False,
    ) -> PickOutcome:
        """Put another product into the tote: what was agreed on, or what the customer's wish allows."""
        swap = self._substitutes.swap(line, product_id, quantity, one=scanned)
        if swap is None:
            return PickOutcome(PickCode.NOT_IN_CATALOGUE, order.order_id, line.line_id, detail=product_id)
        if quantity is None and swap.product.unit is not SellingUnit.PIECE:
            return self._asks_weight(order, line, product_id)
        bag_id = self._walk.tote_for(order, line.temperature)
        if not bag_id:
            return self._about(PickCode.NEEDS_TOTE, order, line)

        def step(order: PickupOrder) -> Step:
            return SubstituteLine(
                **self._orders.header(order),
                line_id=line.line_id,
                product=swap.product,
                unit_price_minor=swap.unit_price_minor,
                quantity=swap.quantity,
                covers=swap.covers,
                bag_id=bag_id,
                lock_id=order.lock.lock_id if order.lock is not None else "",
            )

        outcome = self._take_of_line(
            order.order_id, line.line_id, step, PickCode.SUBSTITUTED, swap.quantity, bag_id
        )
        if outcome.done:
            self._walk.stock_changed(product_id)
        return outcome

    # ---- totes and places ---------------------------------------------------------------------

    def assign_tote(
        self, bag_id: str, order_id: str = "", temperature: Temperature | None = None
    ) -> PickOutcome:
        """Say which bag goods go into from now on: of the task in hand, unless another is named."""
        task = self._walk.task()
        of_order = order_id or (task.order_id if task is not None else "")
        order = self._orders.order(of_order)
        if order is None:
            return PickOutcome(PickCode.NOT_PICKING, bag_id=bag_id)
        if temperature is None:
            temperature = task.temperature if task is not None else Temperature.AMBIENT
        other = self._orders.of_bag(bag_id)
        if other is not None and other.order_id != of_order and _keeps(other, bag_id):
            return PickOutcome(PickCode.TOTE_IN_USE, other.order_id, bag_id=bag_id, detail=other.number)
        whose = self._walk.assigned_to(bag_id)
        if whose is not None and whose != (of_order, temperature):
            if whose[0] == of_order:
                return self._wrong_temperature(of_order, bag_id, whose[1])
            whose_order = self._orders.order(whose[0])
            number = whose_order.number if whose_order is not None else ""
            return PickOutcome(PickCode.TOTE_IN_USE, whose[0], bag_id=bag_id, detail=number)
        known = next((bag for bag in order.bags if bag.bag_id == bag_id), None)
        if known is not None and known.temperature is not temperature:
            return self._wrong_temperature(of_order, bag_id, known.temperature)
        self._walk.assign(of_order, temperature, bag_id)
        return PickOutcome(PickCode.TOTE_ASSIGNED, of_order, bag_id=bag_id, temperature=temperature)

    @staticmethod
    def _wrong_temperature(
        order_id: str, bag_id: str, temperature: Temperature, place: str = ""
    ) -> PickOutcome:
        return PickOutcome(
            PickCode.WRONG_TEMPERATURE, order_id, bag_id=bag_id, temperature=temperature, detail=place
        )

    def stage(self, order_id: str, bag_id: str, location: str) -> PickOutcome:
        """Put a bag away at a place of the store (`PickupDesk.places`)."""
        desk = self._orders.desk
        places = () if desk is None else desk.places
        place = next((each for each in places if each.code.casefold() == location.casefold()), None)
        if place is None:
            return PickOutcome(PickCode.UNKNOWN_PLACE, order_id, bag_id=bag_id, detail=location)
        outcome = self._take(
            order_id,
            lambda order: StageBag(
                **self._orders.header(order),
                bag_id=bag_id,
                location=place.code,
                temperature=place.temperature,
            ),
            PickCode.STAGED,
            bag_id=bag_id,
            detail=place.code,
        )
        if outcome.refusal == "wrong_temperature":
            return self._wrong_temperature(order_id, bag_id, place.temperature, place.code)
        if outcome.done:
            self._walk.put_away(order_id, bag_id)
        return outcome

    def _bag(self, bag_id: str) -> PickOutcome:
        """A bag is put away once its order needs nothing more, else goods go into it."""
        whose = next(
            (order for order in self._walk.orders if any(bag.bag_id == bag_id for bag in order.bags)), None
        )
        if whose is not None and (nothing_open(whose) or self._walk.task() is None):
            self._walk.bag_in_hand = bag_id
            return PickOutcome(PickCode.BAG_IN_HAND, whose.order_id, bag_id=bag_id)
        return self.assign_tote(bag_id)

    def _place(self, location: str) -> PickOutcome:
        bag_id = self._walk.bag_in_hand
        holder = next(
            (each for each in self._walk.orders if any(bag.bag_id == bag_id for bag in each.bags)), None
        )
        if holder is None:
            return PickOutcome(PickCode.NEEDS_BAG, detail=location)
        return self.stage(holder.order_id, bag_id, location)

    # ---- taking a step ------------------------------------------------------------------------

    def _take(
        self,
        order_id: str,
        make: Callable[[PickupOrder], Step],
        code: PickCode,
        *,
        bag_id: str = "",
        detail: str = "",
    ) -> PickOutcome:
        taken = self._orders.attempt(order_id, make)
        if isinstance(taken, NotDone):
            return PickOutcome(
                PickCode.STEP_REFUSED,
                order_id,
                bag_id=bag_id,
                refusal=taken.code,
                detail=taken.detail or detail,
            )
        return PickOutcome(code, order_id, bag_id=bag_id, detail=detail, step_id=taken.step_id)

    def _take_of_line(
        self,
        order_id: str,
        line_id: str,
        make: Callable[[PickupOrder], Step],
        code: PickCode,
        quantity: Decimal = Decimal(0),
        bag_id: str = "",
    ) -> PickOutcome:
        """Take a step about a line, and say how far the line is after it."""
        taken = self._orders.attempt(order_id, make)
        order = self._orders.order(order_id)
        line = None if order is None else line_in(order, line_id)
        if isinstance(taken, NotDone):
            return _step_refused(taken.code, order_id, line, taken.detail)
        if order is None or line is None:
            return PickOutcome(code, order_id, step_id=taken.step_id)
        if code is PickCode.PICKED and not units(line, *OPEN):
            code = PickCode.LINE_COMPLETE
        return self._about(code, order, line, quantity, bag_id, taken.step_id)

    def _about(
        self,
        code: PickCode,
        order: PickupOrder,
        line: PickupLine,
        quantity: Decimal = Decimal(0),
        bag_id: str = "",
        step_id: str = "",
    ) -> PickOutcome:
        return PickOutcome(
            code,
            order.order_id,
            line.line_id,
            line.product,
            quantity,
            picked_of(line),
            line.quantity,
            bag_id,
            line.temperature,
            step_id=step_id,
        )


def kind_of_scan(scan: Scan) -> str:
    """Return what a readable code is called: `member_card`, `coupon_code`, `receipt_code` and such."""
    name = type(scan).__name__
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")


def _step_refused(code: str, order_id: str, line: PickupLine | None, detail: str = "") -> PickOutcome:
    if line is None:
        return PickOutcome(PickCode.STEP_REFUSED, order_id, refusal=code, detail=detail)
    return PickOutcome(
        PickCode.STEP_REFUSED,
        order_id,
        line.line_id,
        line.product,
        picked=picked_of(line),
        wanted=line.quantity,
        temperature=line.temperature,
        refusal=code,
        detail=detail,
    )


def _keeps(order: PickupOrder, bag_id: str) -> bool:
    """Say whether a bag still belongs to an order: it holds goods, or the order is not over."""
    gone = is_over(order) or order.state in _GONE
    return holds_goods(order, bag_id) or not gone
