"""What is being bought, before it has a price: a frozen basket and the steps that change it.

Each step returns a new basket; nothing is changed in place, so undo is keeping the old value.
Steps refuse what cannot be sold with `QuantityRefused`, `PriceRefused`, `DiscountRefused`,
`AmountRefused` or `LineNotFound`.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from retail.catalogue import ListPrice, LocalisedText, Product
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, checked_amount
from retail.quantity import LARGEST_QUANTITY, WEIGHT_PLACES, QuantityRefused, SellingUnit, checked_quantity


class PriceSource(StrEnum):
    """Where a line's unit price came from; part of the line for whoever reads it later."""

    STORE = "store"
    EMBEDDED = "embedded"  # the price or weight stood in the barcode
    OPEN = "open"  # typed by the cashier for an open-price product
    OVERRIDE = "override"  # typed by the cashier over the store's price
    LIST = "list"  # a price list that holds for this customer, channel, quantity or hour
    ORDER = "order"  # agreed online, with every promotion and tax in it, when the order was placed


TAKES_NO_PROMOTION: Final = frozenset({PriceSource.OVERRIDE, PriceSource.ORDER})
"""Prices that are final: no promotion of the day changes them."""


class ManualDiscount(msgspec.Struct, frozen=True, kw_only=True):
    """A discount given by hand: `percent` of the amount, or an `amount` off it (one of the two).

    `approved_by` is who allowed it when the cashier alone may not (a staff id).
    """

    percent: Decimal | None = None
    amount_minor: int | None = None
    reason: str = ""
    approved_by: str = ""


class BasketMember(msgspec.Struct, frozen=True, kw_only=True):
    """The member this basket belongs to, as known when attached.

    `birthday` is `MM-DD` or empty; `orders` how many sales this member has completed, None when that is
    not known; `groups` are such as `employee`.
    """

    member_id: str
    display_name: LocalisedText
    tier: str
    card_tail: str = ""
    points: int = 0
    points_as_of: str = ""
    birthday: str = ""
    orders: int | None = None
    groups: tuple[str, ...] = ()
    fiscal_position: str = ""


class PromotionUse(msgspec.Struct, frozen=True, kw_only=True):
    """How often a promotion was used before this basket, as far as is known; for its limits.

    The unit is the promotion's own: groups of N, pieces, or once a sale (see each kind). `participants`
    is how many have joined a group purchase.
    """

    promotion_id: str
    by_member: int = 0
    today: int = 0
    in_campaign: int = 0
    participants: int = 0


class BasketLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: a snapshot of the product, a quantity, and a unit price in minor units.

    `fixed_amount_minor` is set for a price-embedded label: the amount is what the label says and
    the quantity is derived, never the other way round. `shelf_price_minor` is what a unit would cost without
    the override, None where there is none. `list_prices` are the product's on price lists as they stood when
    it was added; the versions say of which catalogue and prices all this is (0: unknown).
    """

    line_id: str
    product: Product
    quantity: Decimal
    unit_price_minor: Decimal
    price_source: PriceSource = PriceSource.STORE
    fixed_amount_minor: int | None = None
    scanned_code: str = ""
    discount: ManualDiscount | None = None
    options: str = ""
    note: str = ""
    price_approved_by: str = ""
    price_reason: str = ""
    shelf_price_minor: Decimal | None = None
    list_prices: tuple[ListPrice, ...] = ()
    catalogue_version: int = 0
    prices_version: int = 0


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """An open sale. `age_confirmed` is the highest age the cashier has checked for this customer.

    `channel` is `store` or `online`; `service` is `eat_in`, `take_away` or empty; `fiscal_position` maps
    taxes for this customer (empty: as the store or the member says). `points_to_redeem` are given for a
    discount. `uses` is what is known of promotions with limits. `order_id` is the online order whose amount
    due at the desk is paid with this basket.
    """

    basket_id: str
    lines: tuple[BasketLine, ...] = ()
    member: BasketMember | None = None
    discount: ManualDiscount | None = None
    coupons: tuple[str, ...] = ()
    note: str = ""
    age_confirmed: int = 0
    channel: str = "store"
    service: str = ""
    fiscal_position: str = ""
    points_to_redeem: int = 0
    order_id: str = ""
    uses: tuple[PromotionUse, ...] = ()


class PriceRefused(ValueError):
    """A unit price that a line may not have; `code` names the reason for a translated sentence.

    Codes: `zero`, `negative`, `too_large`, `too_precise`, `not_a_number`.
    """

    def __init__(self, code: str, price_minor: object) -> None:
        super().__init__(f"price {price_minor!r} refused: {code}")
        self.code = code
        self.price_minor = price_minor


class DiscountRefused(ValueError):
    """A manual discount or coupon that cannot be given; `code` names the reason.

    Codes: `empty` (neither percent nor amount, or a blank coupon), `both`, `zero`, `negative`,
    `over_hundred_percent`, `more_than_line`, `not_discountable`, `too_large`, `not_a_number`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"discount refused: {code}")
        self.code = code


class LineNotFound(LookupError):
    """The basket has no such line (any more)."""

    def __init__(self, line_id: str) -> None:
        super().__init__(f"no line {line_id!r}")
        self.line_id = line_id


PRICE_PLACES = 4
"""A unit price is at most this much finer than a minor unit."""


def checked_price(unit_price_minor: Decimal) -> Decimal:
    """Return a unit price that can be asked; raises `PriceRefused` (nothing is sold for nothing)."""
    if not unit_price_minor.is_finite():
        raise PriceRefused("not_a_number", unit_price_minor)
    if unit_price_minor == 0:
        raise PriceRefused("zero", unit_price_minor)
    if unit_price_minor < 0:
        raise PriceRefused("negative", unit_price_minor)
    if unit_price_minor > LARGEST_AMOUNT_MINOR:
        raise PriceRefused("too_large", unit_price_minor)
    if unit_price_minor != round(unit_price_minor, PRICE_PLACES):
        raise PriceRefused("too_precise", unit_price_minor)
    return unit_price_minor


def embedded_quantity(amount_minor: int, unit_price_minor: Decimal, unit: SellingUnit) -> Decimal:
    """Return the quantity behind a price-embedded label, for show: grams for weights, 1 for pieces.

    The amount on the label stays what is paid; this only says what it stands for.
    """
    if unit is SellingUnit.PIECE:
        return Decimal(1)
    step = Decimal(1).scaleb(-WEIGHT_PLACES)
    derived = round(Decimal(amount_minor) / checked_price(unit_price_minor), WEIGHT_PLACES)
    return min(max(derived, step), LARGEST_QUANTITY)


def add_product(
    basket: Basket,
    *,
    line_id: str,
    product: Product,
    quantity: Decimal,
    unit_price_minor: Decimal,
    price_source: PriceSource = PriceSource.STORE,
    fixed_amount_minor: int | None = None,
    scanned_code: str = "",
    options: str = "",
    list_prices: tuple[ListPrice, ...] = (),
    catalogue_version: int = 0,
    prices_version: int = 0,
) -> tuple[Basket, str]:
    """Return the basket with the product added, and the id of the line that now holds it.

    Pieces of the same product at the same price join an existing line that has no note, discount or
    other options of its own; everything else becomes a new line with `line_id`. Raises
    `QuantityRefused`, `PriceRefused` or `AmountRefused`; the basket is then as it was.
    """
    line = BasketLine(
        line_id=line_id,
        product=product,
        quantity=checked_quantity(quantity, product.unit),
        unit_price_minor=checked_price(unit_price_minor),
        price_source=price_source,
        fixed_amount_minor=None if fixed_amount_minor is None else checked_amount(fixed_amount_minor),
        scanned_code=scanned_code,
        options=options,
        list_prices=list_prices,
        catalogue_version=catalogue_version,
        prices_version=prices_version,
    )
    for position, present in enumerate(basket.lines):
        if _may_join(present, line):
            joined = checked_quantity(present.quantity + quantity, product.unit)
            return _with_line(basket, position, replace(present, quantity=joined)), present.line_id
    _check_line_amount(line)
    return replace(basket, lines=(*basket.lines, line)), line_id


def _may_join(present: BasketLine, new: BasketLine) -> bool:
    return (
        present.product.product_id == new.product.product_id
        and present.product.unit is SellingUnit.PIECE
        and present.unit_price_minor == new.unit_price_minor
        and present.price_source is new.price_source
        and present.options == new.options
        and present.list_prices == new.list_prices
        and present.fixed_amount_minor is None
        and new.fixed_amount_minor is None
        and present.discount is None
        and not (present.note or present.price_approved_by or present.price_reason)
    )


def find_line(basket: Basket, line_id: str) -> BasketLine:
    """Return a line by its id; raises `LineNotFound`."""
    return basket.lines[_position(basket, line_id)]


def set_quantity(basket: Basket, line_id: str, quantity: Decimal) -> Basket:
    """Return the basket with another quantity on a line.

    Raises `QuantityRefused` (also `fixed_by_label` for a price-embedded line), `AmountRefused` or
    `LineNotFound`. A quantity of zero is refused: a line is voided, not emptied.
    """
    position = _position(basket, line_id)
    line = basket.lines[position]
    if line.fixed_amount_minor is not None:
        raise QuantityRefused("fixed_by_label", quantity)
    checked = checked_quantity(quantity, line.product.unit)
    return _with_line(basket, position, replace(line, quantity=checked))


def override_price(
    basket: Basket,
    line_id: str,
    unit_price_minor: Decimal,
    source: PriceSource,
    *,
    approved_by: str = "",
    reason: str = "",
    shelf_price_minor: Decimal | None = None,
) -> Basket:
    """Return the basket with another unit price on a line, where it came from, who allowed it and why.

    `approved_by` is a staff id, empty when the cashier alone may (`retail.staff` says when). An approval
    is for one price: the next override is without it. A price-embedded line becomes an ordinary one.
    `shelf_price_minor` is what a unit cost until now where a price list decided that, left out the line's own
    price; the first override keeps it, so that several small ones are measured as the large one they make.
    Raises `PriceRefused`, `AmountRefused` or `LineNotFound`.
    """
    position = _position(basket, line_id)
    line = basket.lines[position]
    until_now = line.unit_price_minor if shelf_price_minor is None else shelf_price_minor
    changed = replace(
        line,
        unit_price_minor=checked_price(unit_price_minor),
        price_source=source,
        fixed_amount_minor=None,
        price_approved_by=approved_by,
        price_reason=reason.strip(),
        shelf_price_minor=until_now if line.shelf_price_minor is None else line.shelf_price_minor,
    )
    return _with_line(basket, position, changed)


def discount_line(basket: Basket, line_id: str, discount: ManualDiscount | None) -> Basket:
    """Return the basket with a manual discount on a line, or without one for `None`.

    Raises `DiscountRefused` (more than the line, a product that takes no discount) or `LineNotFound`.
    """
    position = _position(basket, line_id)
    line = basket.lines[position]
    if discount is not None:
        if not line.product.discountable:
            raise DiscountRefused("not_discountable")
        check_discount(discount)
        if discount.amount_minor is not None and discount.amount_minor > _line_amount(line):
            raise DiscountRefused("more_than_line")
    return _with_line(basket, position, replace(line, discount=discount))


def note_line(basket: Basket, line_id: str, note: str) -> Basket:
    """Return the basket with a note on a line (empty takes it away); raises `LineNotFound`."""
    position = _position(basket, line_id)
    return _with_line(basket, position, replace(basket.lines[position], note=note.strip()))


def void_line(basket: Basket, line_id: str) -> Basket:
    """Return the basket without a line; raises `LineNotFound`."""
    position = _position(basket, line_id)
    return replace(basket, lines=basket.lines[:position] + basket.lines[position + 1 :])


def discount_basket(basket: Basket, discount: ManualDiscount | None) -> Basket:
    """Return the basket with a manual discount on the whole, or without one; raises `DiscountRefused`."""
    if discount is not None:
        check_discount(discount)
    return replace(basket, discount=discount)


def attach_member(basket: Basket, member: BasketMember | None) -> Basket:
    """Return the basket with this member, or without one for `None`.

    Points that another member gave, and what is known of that member's use of promotions, go with them.
    """
    if basket.member is None or (member is not None and member.member_id == basket.member.member_id):
        return replace(basket, member=member)
    uses = tuple(replace(use, by_member=0) for use in basket.uses)
    return replace(basket, member=member, points_to_redeem=0, uses=uses)


def add_coupon(basket: Basket, code: str) -> Basket:
    """Return the basket with a coupon; one that is already there changes nothing.

    Whether the coupon takes anything off is for `retail.pricing` to say. Raises `DiscountRefused("empty")`.
    """
    wanted = coupon_key(code)
    if not wanted:
        raise DiscountRefused("empty")
    if wanted in basket.coupons:
        return basket
    return replace(basket, coupons=(*basket.coupons, wanted))


def remove_coupon(basket: Basket, code: str) -> Basket:
    """Return the basket without a coupon."""
    unwanted = coupon_key(code)
    return replace(basket, coupons=tuple(one for one in basket.coupons if one != unwanted))


def coupon_key(code: str) -> str:
    """Return a coupon code as it is compared: without outer spaces, in capitals."""
    return code.strip().upper()


def confirm_age(basket: Basket, age: int) -> Basket:
    """Return the basket with the customer's age checked up to `age`; a lower check takes nothing back."""
    return replace(basket, age_confirmed=max(basket.age_confirmed, age))


def age_to_check(basket: Basket) -> int:
    """Return the highest minimum age that is not confirmed yet, 0 when there is none."""
    wanted = max((line.product.minimum_age for line in basket.lines), default=0)
    return wanted if wanted > basket.age_confirmed else 0


def _position(basket: Basket, line_id: str) -> int:
    for position, line in enumerate(basket.lines):
        if line.line_id == line_id:
            return position
    raise LineNotFound(line_id)


def _with_line(basket: Basket, position: int, line: BasketLine) -> Basket:
    _check_line_amount(line)
    lines = list(basket.lines)
    lines[position] = line
    return replace(basket, lines=tuple(lines))


def _line_amount(line: BasketLine) -> Decimal:
    if line.fixed_amount_minor is not None:
        return Decimal(line.fixed_amount_minor)
    return line.quantity * line.unit_price_minor


def _check_line_amount(line: BasketLine) -> None:
    amount = _line_amount(line)
    if amount > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", amount)


def check_discount(discount: ManualDiscount) -> None:
    """Refuse a discount by hand that nobody could mean; raises `DiscountRefused`."""
    percent, amount = discount.percent, discount.amount_minor
    if percent is not None and amount is not None:
        raise DiscountRefused("both")
    value = amount if percent is None else percent
    if value is None:
        raise DiscountRefused("empty")
    if percent is not None and not percent.is_finite():
        raise DiscountRefused("not_a_number")
    if value == 0:
        raise DiscountRefused("zero")
    if value < 0:
        raise DiscountRefused("negative")
    if percent is not None and percent > 100:
        raise DiscountRefused("over_hundred_percent")
    if amount is not None and amount > LARGEST_AMOUNT_MINOR:
        raise DiscountRefused("too_large")
