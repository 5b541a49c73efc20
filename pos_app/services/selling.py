"""Filling a basket: scans, quick keys, quantities, prices, discounts, notes, voids, members, coupons."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from pos_app.database.cache import PricedProduct
from pos_app.services.open_basket import OpenBasket
from pos_app.services.outcomes import (
    Added,
    CashierRecognised,
    Changed,
    CouponAdded,
    MemberAttached,
    NeedsAge,
    NeedsPrice,
    NeedsWeight,
    NotInCatalogue,
    Outcome,
    PaymentCodeRead,
    ReceiptRecognised,
    Refused,
)
from retail import basket as steps
from retail.barcode import (
    CouponCode,
    EmbeddedCode,
    MemberCard,
    PaymentCode,
    ProductCode,
    ReceiptCode,
    StaffBadge,
    Unreadable,
    read,
)
from retail.basket import (
    Basket,
    BasketMember,
    DiscountRefused,
    LineNotFound,
    ManualDiscount,
    PriceRefused,
    PriceSource,
)
from retail.catalogue import Product
from retail.member import Member
from retail.money import AmountRefused
from retail.pricing import PricedLine
from retail.quantity import QuantityRefused, SellingUnit

UNDO_DEPTH = 50

_REFUSALS = (QuantityRefused, PriceRefused, DiscountRefused, AmountRefused)
Refusal = QuantityRefused | PriceRefused | DiscountRefused | AmountRefused


class Selling(OpenBasket):
    """The verbs of selling on the open sale. Used by the UI thread only."""

    # ---- adding -------------------------------------------------------------------------------

    def scan(self, text: str, quantity: Decimal | None = None) -> Outcome:
        """Do what a scanned text means. `quantity` was typed before the scan."""
        rules = self._rules.current
        match read(text, rules.barcodes):
            case ProductCode(code=code, candidates=candidates):
                found = self._cache.product_by_code(candidates)
                return NotInCatalogue(code) if found is None else self._sell(found, text, quantity)
            case EmbeddedCode() as embedded:
                return self._add_embedded(embedded, text)
            case MemberCard(number=number):
                member = self._cache.member_by_card(number)
                return Refused("member_unknown", number) if member is None else self.attach_member(member)
            case CouponCode(code=code):
                return self.add_coupon(code)
            case StaffBadge(code=code):
                staff = self._cache.staff_by_badge(code)
                return Refused("badge_unknown", code) if staff is None else CashierRecognised(staff)
            case ReceiptCode(number=number):
                return ReceiptRecognised(number)
            case PaymentCode(text=payment_text):
                return PaymentCodeRead(payment_text)
            case Unreadable(reason=reason):
                return Refused(f"scan_{reason}", text)

    def add_product(self, product_id: str, quantity: Decimal | None = None) -> Outcome:
        """Add a product chosen by tile or search."""
        found = self._cache.product(product_id)
        return NotInCatalogue(product_id) if found is None else self._sell(found, "", quantity)

    def add_weighed(self, product_id: str, weight: Decimal) -> Outcome:
        """Add a product sold by weight."""
        found = self._cache.product(product_id)
        return NotInCatalogue(product_id) if found is None else self._sell(found, "", weight)

    def add_open_price(self, product_id: str, price_minor: int, quantity: Decimal | None = None) -> Outcome:
        """Add an open-price product at the typed price."""
        found = self._cache.product(product_id)
        if found is None:
            return NotInCatalogue(product_id)
        if price_minor <= 0:
            return Refused("price_zero")
        return self._append(
            found.product, _one_unless(quantity), Decimal(price_minor), source=PriceSource.OPEN, code=""
        )

    def confirm_age(self, age: int) -> None:
        """Remember that this customer's age was checked."""
        self._step(lambda basket: steps.confirm_age(basket, age))

    def _sell(self, found: PricedProduct, text: str, quantity: Decimal | None) -> Outcome:
        product = found.product
        if product.minimum_age > self._sale.basket.age_confirmed:
            return NeedsAge(product, product.minimum_age, text or product.product_id, quantity)
        if product.open_price or found.unit_price_minor is None:
            return NeedsPrice(product, quantity)
        if product.unit is not SellingUnit.PIECE and quantity is None:
            return NeedsWeight(product)
        return self._append(
            product, _one_unless(quantity), found.unit_price_minor, source=PriceSource.STORE, code=text
        )

    def _add_embedded(self, embedded: EmbeddedCode, text: str) -> Outcome:
        found = self._cache.item_by_plu(embedded.item_code)
        if found is None:
            return NotInCatalogue(embedded.code)
        product = found.product
        if product.minimum_age > self._sale.basket.age_confirmed:
            return NeedsAge(product, product.minimum_age, text, None)
        unit_price = found.unit_price_minor
        if embedded.weight is not None:
            if unit_price is None:
                return Refused("no_price", embedded.code)
            return self._append(product, embedded.weight, unit_price, source=PriceSource.EMBEDDED, code=text)
        assert embedded.amount_minor is not None
        if embedded.amount_minor <= 0:
            return Refused("price_zero", embedded.code)
        quantity, each = _quantity_of_label(product, embedded.amount_minor, unit_price)
        return self._append(
            product,
            quantity,
            each,
            source=PriceSource.EMBEDDED,
            code=text,
            fixed_amount_minor=embedded.amount_minor,
        )

    def _append(
        self,
        product: Product,
        quantity: Decimal,
        unit_price_minor: Decimal,
        *,
        source: PriceSource,
        code: str,
        fixed_amount_minor: int | None = None,
    ) -> Outcome:
        try:
            changed, line_id = steps.add_product(
                self._sale.basket,
                line_id=self._clock.new_id(),
                product=product,
                quantity=quantity,
                unit_price_minor=unit_price_minor,
                price_source=source,
                fixed_amount_minor=fixed_amount_minor,
                scanned_code=code,
            )
            priced = self._price(changed)  # an amount too large is refused before it is saved
        except _REFUSALS as refused:
            return Refused(_code_of(refused), str(quantity))
        self._replace_basket(changed, priced)
        amount = self._priced_line(line_id).gross_minor
        return Added(line_id, product.name, amount)

    # ---- changing a line ----------------------------------------------------------------------

    def set_quantity(self, line_id: str, quantity: Decimal) -> Outcome:
        """Set a line's quantity; zero is refused (use `void_line`)."""
        return self._line_step(
            "quantity", line_id, lambda basket: steps.set_quantity(basket, line_id, quantity)
        )

    def step_quantity(self, line_id: str, step: int) -> Outcome:
        """Add to or take from a line's pieces; taking the last one voids the line."""
        line = steps.find_line(self._sale.basket, line_id)
        if line.product.unit is not SellingUnit.PIECE or line.fixed_amount_minor is not None:
            return Refused("weighed_line")
        if line.quantity + step <= 0:
            return self.void_line(line_id)
        return self.set_quantity(line_id, line.quantity + step)

    def override_price(self, line_id: str, price_minor: int) -> Outcome:
        """Charge another price for a line."""
        return self._line_step(
            "price",
            line_id,
            lambda basket: steps.override_price(basket, line_id, Decimal(price_minor), PriceSource.OVERRIDE),
        )

    def discount_line(self, line_id: str, discount: ManualDiscount | None) -> Outcome:
        """Give or take back a discount on one line."""
        return self._line_step(
            "discount", line_id, lambda basket: steps.discount_line(basket, line_id, discount)
        )

    def note_line(self, line_id: str, note: str) -> Outcome:
        """Write a note on a line."""
        return self._line_step("note", line_id, lambda basket: steps.note_line(basket, line_id, note))

    def void_line(self, line_id: str) -> Outcome:
        """Take a line off the sale."""
        return self._line_step("void", line_id, lambda basket: steps.void_line(basket, line_id))

    # ---- the sale as a whole ------------------------------------------------------------------

    def discount_sale(self, discount: ManualDiscount | None) -> Outcome:
        """Give or take back a discount on the whole sale."""
        return self._basket_step("sale_discount", lambda basket: steps.discount_basket(basket, discount))

    def attach_member(self, member: Member) -> Outcome:
        """Attach a member; the basket is priced again with their tier."""
        attached = BasketMember(
            member_id=member.member_id,
            display_name=member.display_name,
            tier=member.tier,
            card_tail=member.card_number[-4:],
            points=member.points,
            points_as_of=self._cache.as_of("members"),
        )
        refused = self._basket_step("member", lambda basket: steps.attach_member(basket, attached))
        return refused if isinstance(refused, Refused) else MemberAttached(member.display_name, member.tier)

    def remove_member(self) -> Outcome:
        """Detach the member."""
        return self._basket_step("member_removed", lambda basket: steps.attach_member(basket, None))

    def add_coupon(self, code: str) -> Outcome:
        """Put a coupon on the sale; says why when it has no effect now."""
        rules = self._rules.current
        if code not in rules.coupon_labels:
            return Refused("coupon_unknown", code)
        if code in self._sale.basket.coupons:
            return Refused("coupon_twice", code)
        refused = self._basket_step("coupon", lambda basket: steps.add_coupon(basket, code))
        if isinstance(refused, Refused):
            return refused
        return CouponAdded(code, self.unused_coupons().get(code, ""))

    def remove_coupon(self, code: str) -> Outcome:
        """Take a coupon off the sale."""
        return self._basket_step("coupon_removed", lambda basket: steps.remove_coupon(basket, code))

    def note_sale(self, note: str) -> Outcome:
        """Write a note on the sale."""
        return self._basket_step("sale_note", lambda basket: replace(basket, note=note))

    # ---- inside -------------------------------------------------------------------------------

    def _priced_line(self, line_id: str) -> PricedLine:
        return next(each for each in self.priced().lines if each.line.line_id == line_id)

    def _line_step(self, what: str, line_id: str, change: Callable[[Basket], Basket]) -> Outcome:
        try:
            line = self._priced_line(line_id)
        except StopIteration:
            return Refused("line_gone")
        refused = self._basket_step(what, change)
        if isinstance(refused, Refused):
            return refused
        return Changed(what, line.line.product.name, line.gross_minor, line_id)

    def _basket_step(self, what: str, change: Callable[[Basket], Basket]) -> Outcome:
        try:
            changed = change(self._sale.basket)
            priced = self._price(changed)
        except LineNotFound:
            return Refused("line_gone")
        except _REFUSALS as refused:
            return Refused(_code_of(refused))
        if priced.total_minor < self._paid_without_change():
            return Refused("below_tenders")
        self._replace_basket(changed, priced)
        return Changed(what)

    def _step(self, change: Callable[[Basket], Basket]) -> None:
        self._replace_basket(change(self._sale.basket))


def _quantity_of_label(
    product: Product, amount_minor: int, unit_price_minor: Decimal | None
) -> tuple[Decimal, Decimal]:
    """Return (quantity, unit price) to show for a price label: weight as price allows, else one piece."""
    if product.unit is SellingUnit.PIECE or not unit_price_minor:
        return Decimal(1), Decimal(amount_minor)
    weight = (Decimal(amount_minor) / unit_price_minor).quantize(Decimal("0.001"))
    return max(weight, Decimal("0.001")), unit_price_minor


def _one_unless(quantity: Decimal | None) -> Decimal:
    """Return what was typed before the scan, one when nothing was; a typed zero is refused later."""
    return Decimal(1) if quantity is None else quantity


def _code_of(refused: Refusal) -> str:
    """Return a refusal's code; a price of zero is told apart from a quantity of zero."""
    if isinstance(refused, PriceRefused):
        return f"price_{refused.code}"
    return f"discount_{refused.code}" if isinstance(refused, DiscountRefused) else refused.code
