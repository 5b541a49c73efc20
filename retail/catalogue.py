"""What a shop sells: products, their categories, prices and tax classes, as values.

Every value here is also a row that the centre sends down to tills (`sync.protocol`), so a field is
only ever added with a default.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.quantity import SellingUnit


class LocalisedText(msgspec.Struct, frozen=True):
    """One text in the two languages that Evertill speaks; `zh` empty means: use `en`."""

    en: str
    zh: str = ""

    def in_language(self, language: str) -> str:
        """Return the text for a language code such as `en` or `zh_CN`."""
        return self.zh if language.startswith("zh") and self.zh else self.en


class Category(msgspec.Struct, frozen=True, kw_only=True, tag="category", tag_field="row"):
    """A shelf of the catalogue; `colour` names a key of the design tokens' `category` table."""

    category_id: str
    name: LocalisedText
    colour: str = "home"
    icon: str = "tag"
    position: int = 0

    @property
    def key(self) -> str:
        return self.category_id


class TaxClass(msgspec.Struct, frozen=True, kw_only=True, tag="tax_class", tag_field="row"):
    """A class of goods taxed alike; `code` is the letter on the receipt.

    `taxes` are the ids of its taxes in the order in which they are applied. Empty means one percentage
    of `rate`, inside the price or on top of it as the store says.
    """

    tax_class_id: str
    code: str
    name: LocalisedText
    rate: Decimal
    taxes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.tax_class_id


class ProductKind(StrEnum):
    """What selling a product means.

    Shipping and gift cards take no discount meant for goods, and earn no points; a gift card is money
    paid in advance, so it is taxed when it is spent (Directive (EU) 2016/1065, multi-purpose voucher).
    """

    GOODS = "goods"
    SERVICE = "service"
    SHIPPING = "shipping"
    DEPOSIT = "deposit"
    GIFT_CARD = "gift_card"


class Product(msgspec.Struct, frozen=True, kw_only=True, tag="product", tag_field="row"):
    """One thing that can be sold, without its price (prices belong to a store).

    `codes` are what a scanner may read for it: GTINs (8, 12, 13 or 14 digits, stored as printed),
    the shop's own item numbers inside scale labels (PLU), or free text codes. `pinyin` is the full
    pinyin of the Chinese name with spaces between syllables and `initials` their first letters;
    both are made by the centre. `popularity` orders search results, larger first; what is hardly larger is
    as large (`rank_base`). `net_content` is how much one piece holds, in `content_unit` (`g`, `kg`, `ml`,
    `l`, `m`, `piece`), 0 when that is unknown.
    `temperature` is how it is kept: `ambient`, `chilled` or `frozen`.
    """

    product_id: str
    sku: str
    name: LocalisedText
    category_id: str
    tax_class_id: str
    unit: SellingUnit = SellingUnit.PIECE
    codes: tuple[str, ...] = ()
    open_price: bool = False
    minimum_age: int = 0
    discountable: bool = True
    icon: str = ""
    picture: str = ""
    pinyin: str = ""
    initials: str = ""
    popularity: int = 0
    kind: ProductKind = ProductKind.GOODS
    net_content: Decimal = Decimal(0)
    content_unit: str = ""
    temperature: str = "ambient"

    @property
    def key(self) -> str:
        return self.product_id


class Price(msgspec.Struct, frozen=True, kw_only=True, tag="price", tag_field="row"):
    """A product's price in one store, in minor units per selling unit.

    The decimal may be finer than one minor unit (a price per kilogram with four decimals).
    """

    product_id: str
    unit_price_minor: Decimal

    @property
    def key(self) -> str:
        return self.product_id


class ListPrice(msgspec.Struct, frozen=True, kw_only=True, tag="list_price", tag_field="row"):
    """A product's price on one list from a quantity upwards, in minor units per selling unit."""

    list_id: str
    product_id: str
    unit_price_minor: Decimal
    minimum_quantity: Decimal = Decimal(0)

    @property
    def key(self) -> str:
        """Return `product|list|quantity`; equal quantities such as 6 and 6.0 have the same key.

        The product comes first, so that a till finds all prices of what is scanned side by side.
        """
        beginning = list_price_beginning(self.product_id)
        return f"{beginning}{self.list_id}|{_plain(self.minimum_quantity)}"


def list_price_beginning(product_id: str) -> str:
    """Return how the keys of a product's list prices begin; those of no other product begin so."""
    # Only the product's id needs escaping: the quantity holds no bar, so the list is what is between.
    return f"{product_id.replace('%', '%25').replace('|', '%7C')}|"


class QuickKey(msgspec.Struct, frozen=True, kw_only=True, tag="quick_key", tag_field="row"):
    """A tile on the Sell screen's first page; `action` is `product`, `gift_card` or `open_price`."""

    position: int
    action: str = "product"
    product_id: str = ""
    label: LocalisedText = LocalisedText("")
    icon: str = ""

    @property
    def key(self) -> str:
        return f"{self.position:03d}"


def _plain(value: Decimal) -> str:
    """Return a decimal as text without an exponent or zeros at its end."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
