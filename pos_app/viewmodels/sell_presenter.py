"""Builds what the Sell screen shows from a priced basket. No state of its own beyond the language."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QObject

from pos_app.services.lookup import QUICK_TAB, Lookup, TileSource
from pos_app.services.outcomes import BasketView
from pos_app.viewmodels.money_text import amount, per_unit, quantity, unit_price
from pos_app.viewmodels.screens import CategoryTab, HeldSale, LineRow, MemberStrip, SearchHit, Tile
from pos_app.viewmodels.sentences import Sentences
from retail.catalogue import LocalisedText
from retail.pricing import PricedLine
from retail.quantity import SellingUnit
from retail.sale import AppliedDiscount, DiscountSource

MOST_KNOWN_ROWS = 500

_Look = tuple[str, int]
"""What all texts depend on: the language, and the decimals of the currency."""


class SellPresenter(QObject):
    """Turns figures into the finished texts of the Sell screen."""

    def __init__(self, lookup: Lookup, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lookup = lookup
        self._sentences = sentences
        self._rows: dict[str, tuple[PricedLine, _Look, LineRow]] = {}
        self._tiles: dict[str, tuple[tuple[TileSource, Decimal, str, _Look], Tile]] = {}

    @property
    def _language(self) -> str:
        return self._sentences.language

    @property
    def _digits(self) -> int:
        return self._sentences.digits

    @property
    def _look(self) -> _Look:
        return self._language, self._digits

    def words(self, text: LocalisedText) -> str:
        """Return a text in the screen's language."""
        return text.in_language(self._language)

    def money(self, minor: int) -> str:
        """Return an amount without its currency."""
        return amount(minor, self._digits)

    # ---- the record ---------------------------------------------------------------------------

    def lines(self, view: BasketView, unused_coupons: dict[str, str]) -> tuple[LineRow, ...]:
        """Return the rows of the record pane: lines, then what was taken off the whole sale."""
        look = self._look
        rows = [self._known_line(each, look) for each in view.priced.lines]
        rows += [self._document_row(each, index) for index, each in enumerate(view.priced.discounts)]
        rows += [self._unused_coupon(code, why) for code, why in unused_coupons.items()]
        return tuple(rows)

    def _known_line(self, priced: PricedLine, look: _Look) -> LineRow:
        """Return a line's row, made again only when the line, the language or the currency changed."""
        line_id = priced.line.line_id
        known = self._rows.get(line_id)
        if known is not None and known[0] == priced and known[1] == look:
            return known[2]
        row = self._line(priced)
        if len(self._rows) > MOST_KNOWN_ROWS:
            self._rows.clear()
        self._rows[line_id] = (priced, look, row)
        return row

    def _line(self, priced: PricedLine) -> LineRow:
        line = priced.line
        weighed = line.product.unit is not SellingUnit.PIECE
        details = [each for each in (self._detail(priced), line.options, line.note) if each]
        taken = sum(each.amount_minor for each in priced.discounts)
        return LineRow(
            line_id=line.line_id,
            name=self.words(line.product.name),
            amount=self.money(priced.gross_minor),
            quantity="" if weighed else quantity(line.quantity, line.product.unit),
            quantity_bold=line.quantity > 1,
            weighed=weighed,
            detail="  ".join(details),
            tags=tuple(self._discount_label(each) for each in priced.discounts),
            saving=self.money(-taken) if taken else "",
        )

    def _detail(self, priced: PricedLine) -> str:
        line = priced.line
        if line.product.unit is not SellingUnit.PIECE:
            price = per_unit(priced.unit_price_minor, self._digits, line.product.unit).replace("/", " / ")
            return f"{quantity(line.quantity, line.product.unit)} × {price}"
        if line.quantity > 1:
            price = unit_price(priced.unit_price_minor, self._digits)
            return self.tr("{price} each").format(price=price)
        return ""

    def _discount_label(self, discount: AppliedDiscount) -> str:
        label = self.words(discount.label)
        if discount.source is DiscountSource.MANUAL:
            return label or self.tr("Discount")
        return label

    def _document_row(self, discount: AppliedDiscount, index: int) -> LineRow:
        coupon = discount.source is DiscountSource.COUPON
        words = self._discount_label(discount)
        return LineRow(
            line_id=f"document:{index}",
            name=self.tr("Coupon {code} — {label}").format(code=discount.coupon_code, label=words)
            if coupon
            else words,
            amount=self.money(-discount.amount_minor),
            kind="coupon",
            amount_tone="promo",
        )

    def _unused_coupon(self, code: str, why: str) -> LineRow:
        return LineRow(
            line_id=f"coupon:{code}",
            name=self.tr("Coupon {code} not used").format(code=code),
            amount=self.money(0),
            warning=self._sentences.coupon_unused(why),
            kind="coupon",
        )

    def member(self, view: BasketView, *, offline: bool) -> MemberStrip | None:
        """Return the strip of the member attached, or None."""
        member = view.open_sale.basket.member
        if member is None:
            return None
        name, tier = self.words(member.display_name), self._sentences.tier(member.tier)
        if offline:
            detail = self.tr("Points as of {time}. This sale adds {points} after sync.").format(
                time=clock_time(member.points_as_of), points=view.priced.points
            )
        else:
            detail = self.tr("{balance} points · +{points} with this sale").format(
                balance=f"{member.points:,}", points=view.priced.points
            )
        return MemberStrip(
            title=self.tr("{name} · {tier} member").format(name=name, tier=tier), detail=detail
        )

    def held(self, view: BasketView, prices: dict[str, int]) -> tuple[HeldSale, ...]:
        """Return the held sales; `prices` are their totals by basket."""
        return tuple(
            HeldSale(
                basket_id=each.basket.basket_id,
                title=each.held_label or self.tr("Held at {time}").format(time=clock_time(each.opened_at)),
                detail=self.tr("{count} lines").format(count=len(each.basket.lines))
                + (" · " + self.words(each.basket.lines[0].product.name) if each.basket.lines else ""),
                amount=self.money(prices.get(each.basket.basket_id, 0)),
            )
            for each in view.held
        )

    def items(self, view: BasketView) -> str:
        """Return `9 items`."""
        count = view.priced.item_count
        return self.tr("1 item") if count == 1 else self.tr("{count} items").format(count=count)

    # ---- the hand -----------------------------------------------------------------------------

    def tabs(self, chosen: str) -> tuple[CategoryTab, ...]:
        """Return the tabs above the tiles."""
        quick = CategoryTab(QUICK_TAB, self.tr("Quick"), icon="member", selected=chosen == QUICK_TAB)
        return (
            quick,
            *(
                CategoryTab(
                    each.category_id, self.words(each.name), each.colour, selected=chosen == each.category_id
                )
                for each in self._lookup.categories()
            ),
        )

    def tiles(self, tab: str, page: int, view: BasketView) -> tuple[Tile, ...]:
        """Return the tiles of a tab, each with how many of it are in the basket."""
        counts: dict[str, Decimal] = {}
        for line in view.open_sale.basket.lines:
            one = line.quantity if line.product.unit is SellingUnit.PIECE else Decimal(1)
            counts[line.product.product_id] = counts.get(line.product.product_id, Decimal(0)) + one
        colours = {each.category_id: each.colour for each in self._lookup.categories()}
        look, known, tiles = self._look, self._tiles, list[Tile]()
        self._tiles = {}
        for source in self._lookup.tiles(tab, page):
            count = counts.get(source.tile_id, Decimal(0))
            of = (source, count, colours.get(source.category_id, "home"), look)
            before = known.get(source.tile_id)
            tile = before[1] if before is not None and before[0] == of else self._tile(*of[:3])
            self._tiles[source.tile_id] = of, tile
            tiles.append(tile)
        return tuple(tiles)

    def _tile(self, source: TileSource, count: Decimal, colour: str) -> Tile:
        price = ""
        if source.priced is not None and source.priced.unit_price_minor is not None:
            product = source.priced.product
            if not product.open_price:
                price = per_unit(source.priced.unit_price_minor, self._digits, product.unit)
        return Tile(
            tile_id=source.tile_id,
            name=self.words(source.name),
            price=price,
            category_colour=colour,
            icon=source.icon,
            count=f"{count:f}" if count else "",
        )

    def hits(self, text: str) -> tuple[SearchHit, ...]:
        """Return what a typed text finds."""
        colours = {each.category_id: each.colour for each in self._lookup.categories()}
        hits = []
        for found in self._lookup.search(text):
            product = found.product
            price = (
                per_unit(found.unit_price_minor, self._digits, product.unit)
                if found.unit_price_minor is not None and not product.open_price
                else self.tr("open price")
            )
            other = product.name.en if self._language.startswith("zh") else product.name.zh
            detail = " · ".join(
                each for each in (product.codes[0] if product.codes else product.sku, other) if each
            )
            hits.append(
                SearchHit(
                    product_id=product.product_id,
                    name=self.words(product.name),
                    detail=detail,
                    price=price,
                    category_colour=colours.get(product.category_id, "home"),
                )
            )
        return tuple(hits)


def clock_time(moment: str) -> str:
    """Return the hour and minute of an RFC 3339 time, or the text itself when it is none."""
    return moment[11:16] if len(moment) >= 16 and moment[10] == "T" else moment
