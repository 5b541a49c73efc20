"""Filling a basket: scans, quick keys, weights, open prices, members, coupons."""

from __future__ import annotations

from dataclasses import replace as with_fields
from decimal import Decimal

from msgspec.structs import replace

from pos_app.database.cache import PricedProduct
from pos_app.services.changing import ORDER_SALE, REFUSALS, Changing, code_of_refusal
from pos_app.services.label_quantity import day_of, measured_on, quantity_of_label
from pos_app.services.outcomes import (
    Added,
    CashierRecognised,
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
from pos_app.services.rules import StoreNotReady
from retail import basket as steps
from retail.barcode import (
    BagCode,
    CouponCode,
    EmbeddedCode,
    EnrolmentCode,
    GiftCardCode,
    LocationCode,
    MemberCard,
    PaymentCode,
    PickupCode,
    ProductCode,
    ReceiptCode,
    Scan,
    StaffBadge,
    Unreadable,
    read,
)
from retail.basket import (
    BasketMember,
    PriceSource,
)
from retail.events import PromiseOverridden
from retail.freshness import Freshness, freshness
from retail.label_price import LabelPriceRefused, label_price_minor
from retail.member import Member
from retail.quantity import SellingUnit
from retail.staff import StaffMember


class Selling(Changing):
    """The verbs of selling on the open sale. Used by the UI thread only."""

    # ---- adding -------------------------------------------------------------------------------

    def meaning_of(self, text: str) -> Scan:
        """Say what a scanned text means in this store; by no rules of its own before they have arrived."""
        try:
            rules = self._rules.current.barcodes
        except StoreNotReady:
            rules = ()
        return read(text, rules)

    def badge(self, code: str) -> StaffMember | None:
        """Return whose badge this is, None for nobody of this store."""
        return self._cache.staff_by_badge(code)

    def scan(self, text: str, quantity: Decimal | None = None) -> Outcome:
        """Do what a scanned text means. `quantity` was typed before the scan."""
        match read(text, self._rules.current.barcodes):
            case ProductCode() as code:
                return self._sell_scanned(code, text, quantity)
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
            case GiftCardCode():
                return Refused("scan_gift_card")
            case PickupCode():
                return Refused("scan_pickup")
            case LocationCode(code=code):
                return Refused("scan_location", code)
            case BagCode(code=code):
                return Refused("scan_bag", code)
            case EnrolmentCode():
                return Refused("scan_enrolment")
            case Unreadable(code=code, reason=reason):
                return Refused(f"scan_{reason}", code)

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
            found, _one_unless(quantity), Decimal(price_minor), source=PriceSource.OPEN, code=""
        )

    def confirm_age(self, age: int) -> None:
        """Remember that this customer's age was checked."""
        self._replace_basket(steps.confirm_age(self._sale.basket, age))

    def _sell(self, found: PricedProduct, text: str, quantity: Decimal | None) -> Outcome:
        product = found.product
        if product.minimum_age > self._sale.basket.age_confirmed:
            return NeedsAge(product, product.minimum_age, text or product.product_id, quantity)
        if product.open_price or found.unit_price_minor is None:
            return NeedsPrice(product, quantity)
        if product.unit is not SellingUnit.PIECE and quantity is None:
            return NeedsWeight(product)
        return self._append(
            found, _one_unless(quantity), found.unit_price_minor, source=PriceSource.STORE, code=text
        )

    def _sell_scanned(self, code: ProductCode, text: str, quantity: Decimal | None) -> Outcome:
        """Sell what a code names, unless a date in it forbids that; weight, count and price in it count."""
        found = self._cache.product_by_code(code.candidates)
        if found is None:
            return NotInCatalogue(code.code)
        if not code.elements:
            return self._sell(found, text, quantity)
        now = self._clock.now()
        state = freshness(code, now)
        if state is Freshness.EXPIRED:
            return Refused("goods_expired", day_of(code.expiry or code.expires_at, now))
        if state is Freshness.SELL_BY_PASSED:
            return Refused("goods_sell_by", day_of(code.sell_by, now))
        outcome = self._sell_measured(found, code, text, quantity)
        if state is Freshness.BEST_BEFORE_PASSED and isinstance(outcome, Added):
            return with_fields(outcome, best_before=day_of(code.best_before, now))
        return outcome

    def _sell_measured(
        self, found: PricedProduct, code: ProductCode, text: str, quantity: Decimal | None
    ) -> Outcome:
        if code.price is not None:
            return self._add_label(found, code, text)
        said = measured_on(code, found.product.unit)
        return self._sell(found, text, quantity if said is None else said)

    def _add_embedded(self, embedded: EmbeddedCode, text: str) -> Outcome:
        found = self._cache.item_by_plu(embedded.item_code)
        return NotInCatalogue(embedded.code) if found is None else self._add_label(found, embedded, text)

    def _add_label(self, found: PricedProduct, label: ProductCode | EmbeddedCode, text: str) -> Outcome:
        """Add what a label says: at its price when it says one, else its weight or count at the store's."""
        product, unit_price = found.product, found.unit_price_minor
        if product.minimum_age > self._sale.basket.age_confirmed:
            return NeedsAge(product, product.minimum_age, text, None)
        settings = self._rules.current.settings
        try:
            amount = label_price_minor(
                label, currency_code=settings.currency, digits=settings.currency_digits
            )
        except LabelPriceRefused as refused:
            return Refused(f"label_price_{refused.code}", str(refused.price))
        measured = measured_on(label, product.unit)
        if amount is not None:
            if amount <= 0:
                return Refused("price_zero", label.code)
            measured, unit_price = quantity_of_label(product, amount, unit_price, measured)
        if unit_price is None:
            return Refused("no_price", label.code)
        if measured is None:
            return Refused("label_unit", label.code)
        return self._append(
            found,
            measured,
            unit_price,
            source=PriceSource.EMBEDDED,
            code=text,
            fixed_amount_minor=amount,
        )

    def _append(
        self,
        found: PricedProduct,
        quantity: Decimal,
        unit_price_minor: Decimal,
        *,
        source: PriceSource,
        code: str,
        fixed_amount_minor: int | None = None,
    ) -> Outcome:
        def add(override: PromiseOverridden | None) -> Outcome:
            try:
                changed, line_id = steps.add_product(
                    self._sale.basket,
                    line_id=self._clock.new_id(),
                    product=found.product,
                    quantity=quantity,
                    unit_price_minor=unit_price_minor,
                    price_source=source,
                    fixed_amount_minor=fixed_amount_minor,
                    scanned_code=code,
                    list_prices=found.list_prices,
                    catalogue_version=found.catalogue_version,
                    prices_version=found.prices_version,
                )
                priced = self._price(changed)  # an amount too large is refused before it is saved
            except REFUSALS as refused:
                return Refused(code_of_refusal(refused), str(quantity))
            self._replace_basket(changed, priced, override)
            line = self._priced_line(line_id)
            assert line is not None, "a line that was just added is there"
            return Added(line_id, found.product.name, line.gross_minor)

        if self._sale.basket.order_id:
            return Refused(ORDER_SALE)
        return self._promises.guard(lambda: self._sale, found.product, quantity, add)

    # ---- member, coupons, note ----------------------------------------------------------------

    def attach_member(self, member: Member) -> Outcome:
        """Attach a member; the basket is priced again with their tier."""
        attached = self.buyer(member)
        refused = self._basket_step("member", lambda basket: steps.attach_member(basket, attached))
        return refused if isinstance(refused, Refused) else MemberAttached(member.display_name, member.tier)

    def buyer(self, member: Member) -> BasketMember:
        """Return a member as a basket has them."""
        return BasketMember(
            member_id=member.member_id,
            display_name=member.display_name,
            tier=member.tier,
            card_tail=member.card_number[-4:],
            points=member.points,
            points_as_of=self._cache.as_of("members"),
        )

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


def _one_unless(quantity: Decimal | None) -> Decimal:
    """Return what was typed before the scan, one when nothing was; a typed zero is refused later."""
    return Decimal(1) if quantity is None else quantity
