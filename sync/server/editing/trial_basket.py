"""The basket that a person types to try something: what is in it, when, where and for whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection

from retail.basket import (
    Basket,
    BasketMember,
    PriceRefused,
    PromotionUse,
    add_coupon,
    add_product,
    coupon_key,
)
from retail.catalogue import LocalisedText
from retail.money import AmountRefused
from retail.occasion import CHANNELS, Moment
from retail.promotions.kind import LARGEST_COUNT
from retail.quantity import QuantityRefused
from sync.server.clock import wall_text
from sync.server.database import shop_rows
from sync.server.editing.form import Form
from sync.server.editing.reading import Reading, unknown_product
from sync.server.editing.shop import Shop

MOST_LINES: Final = 50
LONGEST_BASKET: Final = 2_000

_LINE: Final = re.compile(r"(?:([0-9]{1,5}(?:\.[0-9]{1,3})?)\s*[x×*X]\s*)?(\S.*)", re.ASCII)

_QUANTITY_REFUSED: Final[dict[str, LocalisedText]] = {
    "zero": LocalisedText("The quantity must be more than nothing.", "数量必须大于零。"),
    "fraction_of_piece": LocalisedText("It is sold by the piece.", "该商品按件销售。"),
}


def read_basket(connection: Connection, shop: Shop, reading: Reading, promotion_id: str) -> Basket:
    """Return the basket of the fields `try_…`; `promotion_id` is the group purchase that customers join.

    What cannot be read goes to the reading.
    """
    return _with_customer(_read_lines(connection, shop, reading), promotion_id, reading)


def _read_lines(connection: Connection, shop: Shop, reading: Reading) -> Basket:
    text = reading.form.text("try_basket")
    parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    if not parts:
        reading.wrong(
            "try_basket",
            LocalisedText(
                "Write what is in the basket, such as 2 x 1026; 1 x 1001.",
                "请填写购物篮内容，例如 2 x 1026; 1 x 1001。",
            ),
        )
    if len(text) > LONGEST_BASKET or len(parts) > MOST_LINES:
        reading.wrong("try_basket", LocalisedText(f"At most {MOST_LINES} lines.", f"最多 {MOST_LINES} 行。"))
        return Basket(basket_id="trial")
    wanted = [
        (Decimal(found[1] or 1), found[2].strip()) for part in parts if (found := _LINE.fullmatch(part))
    ]
    return _filled(connection, shop, wanted, reading)


def _filled(
    connection: Connection, shop: Shop, wanted: Sequence[tuple[Decimal, str]], reading: Reading
) -> Basket:
    printable = {text for _, text in wanted if text.isprintable()}
    products = shop_rows.products_named(connection, printable)
    ids = {product.product_id for product in products.values()}
    prices = shop_rows.prices_of(connection, shop.store_id, ids)
    on_lists = shop_rows.list_prices_of(connection, shop.store_id, ids)
    basket = Basket(basket_id="trial")
    for number, (quantity, text) in enumerate(wanted):
        product = products.get(text)
        asked = prices.get(product.product_id) if product else None
        if product is None or asked is None:
            no_price = LocalisedText(f"“{text}” has no price in this store.", f"“{text}”在本店没有价格。")
            reading.wrong("try_basket", unknown_product(text[:80]) if product is None else no_price)
            continue
        try:
            basket, _ = add_product(
                basket,
                line_id=str(number),
                product=product,
                quantity=quantity,
                unit_price_minor=asked.unit_price_minor,
                list_prices=on_lists.get(product.product_id, ()),
            )
        except (QuantityRefused, PriceRefused, AmountRefused) as refused:
            reading.wrong("try_basket", _refused_line(text, refused))
    return basket


def _refused_line(text: str, refused: QuantityRefused | PriceRefused | AmountRefused) -> LocalisedText:
    if isinstance(refused, QuantityRefused) and refused.code in _QUANTITY_REFUSED:
        sentence = _QUANTITY_REFUSED[refused.code]
        return LocalisedText(f"“{text}”: {sentence.en}", f"“{text}”：{sentence.zh}")
    return LocalisedText(
        f"“{text}” cannot be sold so: {refused}.", f"“{text}”不能这样销售（{refused.code}）。"
    )


def read_moment(reading: Reading) -> str:
    """Return the moment of the trial, now when it is left empty; nothing when it is none."""
    text = reading.form.text("try_moment")
    try:
        moment = wall_text(text)
        Moment(moment)
    except ValueError:
        reading.wrong(
            "try_moment",
            LocalisedText(
                "Write a time such as 2026-12-24T17:30, or leave it empty for now.",
                "请填写时间，例如 2026-12-24T17:30；留空表示现在。",
            ),
        )
        return ""
    return moment


def _with_customer(basket: Basket, promotion_id: str, reading: Reading) -> Basket:
    """Return the basket with the channel, coupons and member that the form asks for."""
    form = reading.form
    participants = reading.whole("try_participants", most=LARGEST_COUNT)
    basket = replace(
        basket,
        channel=reading.choice("try_channel", CHANNELS, "store"),
        member=_member(form, reading),
        uses=(PromotionUse(promotion_id=promotion_id, participants=participants),),
    )
    for code in reading.words("try_coupons"):
        basket = add_coupon(basket, coupon_key(code))
    return basket


def _member(form: Form, reading: Reading) -> BasketMember | None:
    tier, groups = reading.line("try_tier"), reading.words("try_groups")
    birthday, first = form.ticked("try_birthday"), form.ticked("try_first_order")
    if not (tier or groups or birthday or first or form.ticked("try_member")):
        return None
    moment = read_moment(reading)
    return BasketMember(
        member_id="trial",
        display_name=LocalisedText("trial"),
        tier=tier,
        groups=groups,
        birthday=Moment(moment).birthday if birthday and moment else "",
        orders=0 if first else None,
    )
