"""Builds the hand of the picking page: the task in hand, the customer's wish, and where bags are put away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject

from pos_app.services.lookup import Lookup
from pos_app.services.pickup_outcomes import PickingView, SubstituteOffer, SubstituteOffers
from pos_app.viewmodels.pickup_picking_presenter import PickingPresenter, bag_of
from pos_app.viewmodels.pickup_picking_screen import BagRow, OfferRow, StagingCard, TaskCard, WishCard
from pos_app.viewmodels.pickup_words import ICONS, PickupWords
from retail.catalogue import Product
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupLine, PickupOrder
from retail.pickup.pick_list import PickTask
from retail.pickup.substitution import Verdict
from retail.quantity import SellingUnit

TAIL_DIGITS: Final = 4
"""Digits of a barcode that a picker compares with the shelf."""

MOST_OFFERS: Final = 2
"""Offers beside the task; Substitute (F6) shows all, and finds others."""


class PickingHand(QObject):
    """Cards of the hand pane. No state beyond the language."""

    def __init__(
        self,
        words: PickupWords,
        rows: PickingPresenter,
        lookup: Lookup,
        *,
        desk: Callable[[], PickupDesk | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._rows = rows
        self._lookup = lookup
        self._desk = desk

    # ---- the task in hand ---------------------------------------------------------------------

    def task(self, view: PickingView, order: PickupOrder, line: PickupLine, task: PickTask) -> TaskCard:
        """Return the card of what to take now."""
        picked, wanted = self._rows.counted(line)
        bag = bag_of(view, order.order_id, task.temperature)
        weighed = line.product.unit is not SellingUnit.PIECE
        icon, colour = self._picture(line.product)
        return TaskCard(
            where=self._words.place(task.location) if task.location else self.tr("No place is known"),
            place=task.location or "–",
            name=self._words.text(line.product.name),
            detail=self._detail(view, line),
            note=self._note(line),
            picked=str(picked),
            wanted=self.tr("about {quantity}").format(
                quantity=self._words.ordered(task.quantity, line.product.unit)
            )
            if weighed
            else self.tr("of {count}").format(count=wanted),
            icon=icon,
            colour=colour,
            bag_label=self.tr("Goes into"),
            bag=self.tr("Tote {bag}").format(bag=bag) if bag else self.tr("Scan a tote"),
            bag_icon=ICONS[task.temperature],
            order=(order.number or order.order_id) if len(view.orders) > 1 else "",
            can_take_back=picked > 0,
            weighed=weighed,
        )

    def _detail(self, view: PickingView, line: PickupLine) -> str:
        codes = line.product.codes
        code = codes[0] if codes else line.product.sku
        stock = (view.stock or {}).get(line.product.product_id)
        parts = [self.tr("Barcode ends {digits}").format(digits=code[-TAIL_DIGITS:])]
        if stock is not None:
            shown = self._words.ordered(stock.on_hand, line.product.unit)
            parts.append(self.tr("stock here {count}").format(count=shown))
        return " · ".join(parts)

    def _note(self, line: PickupLine) -> str:
        age = self.tr("{age}+, ID at the desk").format(age=line.product.minimum_age)
        note = self.tr("“{note}”").format(note=line.note) if line.note else ""
        return " · ".join(part for part in (age if line.product.minimum_age else "", note) if part)

    def _picture(self, product: Product) -> tuple[str, str]:
        category = next(
            (each for each in self._lookup.categories() if each.category_id == product.category_id), None
        )
        colour = category.colour if category is not None else "home"
        icon = product.icon or (category.icon if category is not None else "")
        return icon or "package-check", colour

    # ---- if it runs out -----------------------------------------------------------------------

    def wish(self, found: SubstituteOffers | None) -> WishCard | None:
        """Return the customer's wish with the best offers, None when nothing of the line is open."""
        if found is None:
            return None
        usable = [self.offer(each) for each in found.offers if each.verdict is not Verdict.NO]
        return WishCard(
            title=self.tr("If it runs out"),
            wish=self._words.wish(found.wish),
            offers=tuple(usable[:MOST_OFFERS]),
            empty="" if usable else self.tr("Nothing on this shelf stands in for it. F6 looks further."),
        )

    def offer(self, offer: SubstituteOffer) -> OfferRow:
        """Return an offer: where it lies, how many there are, what it costs more or less."""
        icon, colour = self._picture(offer.product)
        use = {Verdict.USE: "use", Verdict.ASK: "ask", Verdict.NO: ""}[offer.verdict]
        labels = {"use": self.tr("Use as swap"), "ask": self.tr("Ask customer"), "": ""}
        return OfferRow(
            product_id=offer.product.product_id,
            name=self._words.text(offer.product.name),
            detail=self.offer_detail(offer),
            icon=icon,
            colour=colour,
            use=use,
            label=labels[use],
        )

    def offer_detail(self, offer: SubstituteOffer) -> str:
        """Return `C1-05 · stock 6 · +1.40`, and how many of it where that is not one for one."""
        stock = self._words.ordered(offer.stock.on_hand, offer.product.unit)
        parts = [
            offer.stock.place,
            self.tr("stock {count}").format(count=stock),
            self._words.difference(offer.difference_minor),
        ]
        if offer.quantity != offer.covers:
            taken = self._words.ordered(offer.quantity, offer.product.unit)
            parts.append(self.tr("{quantity} of it").format(quantity=taken))
        return " · ".join(part for part in parts if part)

    # ---- putting away -------------------------------------------------------------------------

    def staging(self, view: PickingView) -> StagingCard | None:
        """Return which bags are to be put away, then where all of them are; None while something is open."""
        if view.tasks:
            return None
        to_go = bool(view.to_stage)
        there = view.to_stage or tuple(
            (order.order_id, bag) for order in view.orders for bag in order.bags if bag.location
        )
        if not there:
            return None
        desk = self._desk()
        bags = tuple(
            BagRow(
                key=f"{order_id}\n{bag.bag_id}",
                name=self.tr("Tote {bag}").format(bag=bag.bag_id),
                detail=self._words.temperature(bag.temperature)
                if to_go
                else self._words.staging_place(bag.location, desk),
                icon=ICONS[bag.temperature],
                in_hand=bag.bag_id == view.bag_in_hand,
            )
            for order_id, bag in there
        )
        wanted = next((bag.temperature for _, bag in there if bag.bag_id == view.bag_in_hand), None)
        return StagingCard(
            title=self.tr("Put the bags away") if to_go else self.tr("Every bag is in its place"),
            detail=self._what_to_stage(to_go=to_go, in_hand=wanted is not None),
            bags=bags,
            places=tuple(
                (place.code, self._words.text(place.name) or place.code)
                for place in (desk.places if desk is not None else ())
                if place.temperature is wanted
            ),
        )

    def _what_to_stage(self, *, to_go: bool, in_hand: bool) -> str:
        if in_hand:
            return self.tr("Scan the place, or tap it")
        if to_go:
            return self.tr("Scan a bag, then its place")
        return self.tr("Mark the order ready: then its customer is told")
