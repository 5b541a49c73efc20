"""A visitor's basket as it is kept at the centre: what is wished for, and nothing that names the visitor."""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from msgspec.structs import replace

from retail.basket import coupon_key
from retail.catalogue import LocalisedText, Product
from retail.pickup.order import SubstitutionWish, WishKind
from retail.quantity import QuantityRefused, checked_quantity

MOST_LINES: Final = 100
MOST_COUPONS: Final = 10
MOST_REMEMBERED: Final = 5
"""Orders of this basket that its owner can go back to."""

_LONGEST_NUMBER: Final = 12

WISHES: Final[tuple[str, ...]] = (
    WishKind.ASK.value,
    WishKind.SAME_PRICE.value,
    WishKind.UP_TO_PERCENT.value,
    WishKind.NONE.value,
)
PERCENTS: Final[tuple[int, ...]] = (5, 10, 20, 30, 50)
"""How much dearer a substitute may be: what the page offers."""

USUAL_PERCENT: Final = 10


class BasketProblem(ValueError):
    """Something that cannot be done with a basket: a stable code, and a sentence in both languages.

    Codes: `bad_quantity`, `too_many_lines`, `too_many_coupons`, `bad_coupon`, `bad_wish`, `no_such_line`,
    `basket_expired`, `unknown_member`, `not_sold_here`.
    """

    def __init__(self, code: str, message: LocalisedText) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One product in a basket. `seen_minor` is what a unit cost when its owner last changed it."""

    product_id: str
    quantity: Decimal
    wish: SubstitutionWish = SubstitutionWish(kind=WishKind.ASK)
    seen_minor: Decimal | None = None


class ShopBasket(msgspec.Struct, frozen=True, kw_only=True):
    """A basket for one store. `reference` makes its order one order, however often the button is pressed.

    `placed` pairs the references of former orders with the keys of their pages, the newest first.
    """

    reference: str
    entries: tuple[Entry, ...] = ()
    coupons: tuple[str, ...] = ()
    member_id: str = ""
    slot_starts_at: str = ""
    placed: tuple[tuple[str, str], ...] = ()

    @property
    def pieces(self) -> int:
        """How many things are in it, a weight counting as one."""
        return sum(
            int(one.quantity) if one.quantity == one.quantity.to_integral_value() else 1
            for one in self.entries
        )

    @property
    def fingerprint(self) -> str:
        """A short text that is another one as soon as anything to be ordered is."""
        content = msgspec.json.encode((self.entries, self.coupons, self.member_id))
        return hashlib.blake2b(content, digest_size=8).hexdigest()

    def page_of(self, reference: str) -> str:
        """Return the key of the page of a former order, empty when there is none."""
        return next((key for placed, key in self.placed if placed == reference), "")


def read_quantity(text: str, product: Product) -> Decimal:
    """Return a quantity that was typed; raises `BasketProblem` for anything that cannot be ordered."""
    plain = text.strip().replace("，", ".").replace(",", ".")
    try:
        if len(plain) > _LONGEST_NUMBER or not plain.isascii():
            raise InvalidOperation
        return checked_quantity(Decimal(plain), product.unit)
    except InvalidOperation as unreadable:
        raise _bad_quantity(
            LocalisedText("Write the quantity as a number, such as 2.", "请用数字填写数量，例如 2。")
        ) from unreadable
    except QuantityRefused as refused:
        raise _bad_quantity(_QUANTITY_REFUSED.get(refused.code, _NO_QUANTITY)) from refused


_NO_QUANTITY: Final = LocalisedText("This quantity cannot be ordered.", "该数量无法订购。")
_QUANTITY_REFUSED: Final[dict[str, LocalisedText]] = {
    "zero": LocalisedText(
        "The quantity must be more than nothing. “Remove” takes it out of the basket.",
        "数量必须大于零。如不需要，请点“移除”。",
    ),
    "too_large": LocalisedText("That is more than one order can have.", "超过单笔订单的最大数量。"),
    "fraction_of_piece": LocalisedText("It is sold by the piece.", "该商品按件销售，请填写整数。"),
    "too_precise": LocalisedText("Three decimals at most: grams.", "最多三位小数（克）。"),
}


def _bad_quantity(sentence: LocalisedText) -> BasketProblem:
    return BasketProblem("bad_quantity", sentence)


def read_wish(kind: str, percent: str) -> SubstitutionWish:
    """Return a wish about substitutes as the page offers it; raises `BasketProblem`."""
    if kind in WISHES:
        if kind != WishKind.UP_TO_PERCENT.value:
            return SubstitutionWish(kind=WishKind(kind))
        chosen = percent or str(USUAL_PERCENT)
        if chosen in {str(one) for one in PERCENTS}:
            return SubstitutionWish(kind=WishKind.UP_TO_PERCENT, percent=Decimal(chosen))
    raise BasketProblem(
        "bad_wish", LocalisedText("This wish about substitutes cannot be read.", "替换偏好无效。")
    )


def with_quantity(basket: ShopBasket, entry: Entry) -> ShopBasket:
    """Return the basket with this much of a product, whatever it had before; a new one comes last.

    Raises `BasketProblem` for one line too many.
    """
    for place, present in enumerate(basket.entries):
        if present.product_id == entry.product_id:
            kept = replace(present, quantity=entry.quantity, seen_minor=entry.seen_minor)
            return replace(basket, entries=(*basket.entries[:place], kept, *basket.entries[place + 1 :]))
    if len(basket.entries) >= MOST_LINES:
        raise BasketProblem(
            "too_many_lines",
            LocalisedText(
                f"A basket has at most {MOST_LINES} different products.",
                f"购物篮最多可放 {MOST_LINES} 种商品。",
            ),
        )
    return replace(basket, entries=(*basket.entries, entry))


def with_wish(basket: ShopBasket, product_id: str, wish: SubstitutionWish) -> ShopBasket:
    """Return the basket with another wish for a product; raises `BasketProblem` when it has no such line."""
    entry_of(basket, product_id)
    return replace(
        basket,
        entries=tuple(
            replace(one, wish=wish) if one.product_id == product_id else one for one in basket.entries
        ),
    )


def without(basket: ShopBasket, product_id: str) -> ShopBasket:
    """Return the basket without a product; one that is not in it changes nothing."""
    return replace(basket, entries=tuple(one for one in basket.entries if one.product_id != product_id))


def entry_of(basket: ShopBasket, product_id: str) -> Entry:
    """Return the line of a product; raises `BasketProblem`."""
    for one in basket.entries:
        if one.product_id == product_id:
            return one
    raise BasketProblem(
        "no_such_line",
        LocalisedText("This is not in your basket any more.", "该商品已不在购物篮中。"),
    )


def with_coupon(basket: ShopBasket, typed: str) -> ShopBasket:
    """Return the basket with a coupon; raises `BasketProblem` for what is none, or one too many."""
    code = coupon_key(typed)
    if not code or len(code) > 40 or not code.isprintable():
        raise BasketProblem("bad_coupon", LocalisedText("Write the code of the coupon.", "请填写优惠码。"))
    if code in basket.coupons:
        return basket
    if len(basket.coupons) >= MOST_COUPONS:
        raise BasketProblem(
            "too_many_coupons", LocalisedText("These are enough coupons.", "优惠码数量已达上限。")
        )
    return replace(basket, coupons=(*basket.coupons, code))


def without_coupon(basket: ShopBasket, code: str) -> ShopBasket:
    """Return the basket without a coupon; one that is not on it changes nothing."""
    return replace(basket, coupons=tuple(one for one in basket.coupons if one != code))


def emptied(basket: ShopBasket, page_key: str, next_reference: str) -> ShopBasket:
    """Return the basket after its order was placed: empty, and it remembers where the order's page is."""
    placed = ((basket.reference, page_key), *basket.placed)[:MOST_REMEMBERED]
    return ShopBasket(reference=next_reference, member_id=basket.member_id, placed=placed)
