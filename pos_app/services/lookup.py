"""Finding things without selling them: search, tiles, categories, members, prices."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.database.cache import Cache, PricedProduct
from pos_app.services.rules import RulesInForce
from retail.barcode import EmbeddedCode, ProductCode, read
from retail.catalogue import Category, LocalisedText
from retail.member import Member

QUICK_TAB = "quick"
TILES_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class TileSource:
    """What a tile stands for: a product with its price, or an action such as `open_price`."""

    tile_id: str
    action: str
    name: LocalisedText
    icon: str
    category_id: str
    priced: PricedProduct | None = None


class Lookup:
    """Reads of the cache for the screens. Short, local, and on the caller's thread."""

    def __init__(self, cache: Cache, rules: RulesInForce) -> None:
        self._cache = cache
        self._rules = rules
        self._categories: tuple[Category, ...] | None = None
        self._tiles: dict[tuple[str, int], tuple[TileSource, ...]] = {}
        self._tax_texts: dict[str, str] = {}

    def forget(self) -> None:
        """Read again at the next look; called when rows of a stream changed."""
        self._categories = None
        self._tiles.clear()
        self._tax_texts.clear()

    def categories(self) -> tuple[Category, ...]:
        """Return the shelves of the catalogue in their order."""
        if self._categories is None:
            self._categories = self._cache.categories()
        return self._categories

    def tiles(self, tab_id: str, page: int = 0) -> tuple[TileSource, ...]:
        """Return a page of tiles of a tab."""
        key = (tab_id, page)
        if key not in self._tiles:
            self._tiles[key] = self._quick_tiles() if tab_id == QUICK_TAB else self._shelf(tab_id, page)
        return self._tiles[key]

    def open_price_product(self, action: str) -> str:
        """Return the product that an action tile (`open_price`, `gift_card`) sells, empty when none does."""
        for each in self.tiles(QUICK_TAB):
            if each.action == action and each.priced is not None:
                return each.priced.product.product_id
        return ""

    def search(self, text: str, limit: int = 20) -> tuple[PricedProduct, ...]:
        """Return products found by name, code, Chinese, pinyin or initials, best first."""
        return self._cache.search(text, limit=limit)

    def product(self, product_id: str) -> PricedProduct | None:
        """Return one product with its price."""
        return self._cache.product(product_id)

    def product_by_scan(self, text: str) -> PricedProduct | None:
        """Return the product that a scanned text means, or None."""
        match read(text, self._rules.current.barcodes):
            case ProductCode(candidates=candidates):
                return self._cache.product_by_code(candidates)
            case EmbeddedCode(item_code=item_code):
                return self._cache.item_by_plu(item_code)
            case _:
                return None

    def members(self, text: str) -> tuple[Member, ...]:
        """Return members by name, card or the end of a telephone number."""
        return self._cache.member_search(text)

    def member_by_card(self, number: str) -> Member | None:
        """Return the member with this card."""
        return self._cache.member_by_card(number)

    def member_by_id(self, member_id: str) -> Member | None:
        """Return the member with this id."""
        return self._cache.member(member_id) if member_id else None

    def tax_rate_text(self, tax_class_id: str) -> str:
        """Return a tax class as `A 9%`, empty when it is not known."""
        if not self._tax_texts:
            self._tax_texts = {
                each.tax_class_id: f"{each.code} {each.rate.normalize():f}%"
                for each in self._cache.tax_classes()
            }
        return self._tax_texts.get(tax_class_id, "")

    def _quick_tiles(self) -> tuple[TileSource, ...]:
        return tuple(
            TileSource(
                tile_id=key.product_id or key.action,
                action=key.action,
                name=key.label if key.label.en or priced is None else priced.product.name,
                icon=key.icon or (priced.product.icon if priced else ""),
                category_id=priced.product.category_id if priced else "",
                priced=priced,
            )
            for key, priced in ((each.quick_key, each.found) for each in self._cache.quick_keys())
            if priced is not None or key.action != "product"
        )

    def _shelf(self, category_id: str, page: int) -> tuple[TileSource, ...]:
        found = self._cache.products_in(category_id, limit=TILES_ON_A_PAGE, offset=page * TILES_ON_A_PAGE)
        return tuple(
            TileSource(
                tile_id=each.product.product_id,
                action="product",
                name=each.product.name,
                icon=each.product.icon,
                category_id=category_id,
                priced=each,
            )
            for each in found
        )
