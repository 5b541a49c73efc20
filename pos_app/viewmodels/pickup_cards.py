"""Writes the cards of the pickup board: what an order is, and what the clock makes of it.

A card is written again only when its order, the language or the day changed; when only the clock went on,
its countdown alone is. So a board of hundreds of orders costs next to nothing each second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as with_fields
from PySide6.QtCore import QObject

from pos_app.services.orders import Orders
from pos_app.viewmodels.pickup_screens import NEW, PICKING, READY, BoardCard, PickerRow
from pos_app.viewmodels.pickup_words import ICONS, Countdown, PickupWords, Tag
from pos_app.viewmodels.sentences import Sentences
from retail.pickup.amounts import PaymentState, money_of, payment_state
from retail.pickup.handover import age_needed
from retail.pickup.order import LineState, OrderState, PickupOrder, Temperature
from retail.pickup.other_store import open_offers
from retail.pickup.parts import any_part, bags_with_goods, units
from retail.pickup.pick_list import progress
from retail.pickup.steps import StepKind
from retail.quantity import SellingUnit

_COLUMN_OF: dict[OrderState, str] = {
    OrderState.PLACED: NEW,
    OrderState.ACCEPTED: NEW,
    OrderState.PICKING: PICKING,
    OrderState.PAUSED: PICKING,
    OrderState.PICKED: PICKING,
    OrderState.READY: READY,
    OrderState.PARTLY_HANDED_OVER: READY,
    OrderState.EXPIRED: READY,
    OrderState.RETURN_TO_SHELF: READY,
}
"""Where an order stands on the board by its state; others only while goods of theirs must go back."""

_OVER_WITH_GOODS: dict[OrderState, LineState] = {
    OrderState.CANCELLED: LineState.PICKED,
    OrderState.HANDED_OVER: LineState.REFUSED,
    OrderState.COMPLETED: LineState.REFUSED,
}

GOES_BACK = (
    OrderState.EXPIRED,
    OrderState.RETURN_TO_SHELF,
    OrderState.CANCELLED,
    OrderState.HANDED_OVER,
    OrderState.COMPLETED,
)
"""States in which what is left of an order goes back to its shelf."""


def column_of(order: PickupOrder) -> str:
    """Return the column an order stands in, empty when it is no business of the board any more."""
    left = _OVER_WITH_GOODS.get(order.state)
    if left is not None:
        return READY if any_part(order, left, LineState.REFUSED) else ""
    return _COLUMN_OF.get(order.state, "")


def time_of(text: str) -> float | None:
    """Return an RFC 3339 time as seconds since 1970, None for nothing or for what is none."""
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None


@dataclass(slots=True)
class _Known:
    """A card with the times it depends on, in seconds since 1970.

    `timed` is the order as its countdown sees it: what is late stays late though the customer is here.
    """

    order: PickupOrder
    look: tuple[str, int, str]
    column: str
    timed: PickupOrder
    base: BoardCard
    card: BoardCard
    ready_by: float | None
    here_since: float | None
    ready_since: float | None
    until: float | None
    clock: tuple[int, ...] | None = None


class CardWriter(QObject):
    """Writes cards. `name_of` turns a staff id into a name."""

    def __init__(
        self,
        orders: Orders,
        sentences: Sentences,
        words: PickupWords,
        name_of: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._orders = orders
        self._sentences = sentences
        self._words = words
        self._name_of = name_of
        self._known: dict[str, _Known] = {}
        self._places: dict[str, str] = {}
        self._chips: dict[str, Countdown | None] = {}

    def forget(self) -> None:
        """Write every card anew: the rules of the desk changed."""
        self._known.clear()

    def begin(self) -> None:
        """Read what all cards share; called once before a board is written."""
        self._chips.clear()
        desk = self._orders.desk
        if desk is not None:
            language = self._sentences.language
            self._places = {each.code: each.name.in_language(language) for each in desk.places}

    def card(self, order: PickupOrder, column: str, now: datetime) -> BoardCard:
        """Return the card of an order that stands in a column."""
        look = (self._sentences.language, self._sentences.digits, now.date().isoformat())
        known = self._known.get(order.order_id)
        if known is None or known.look != look or (known.order is not order and known.order != order):
            known = self._written(order, column, now, look)
            self._known[order.order_id] = known
        clock = self._clock(known, now.timestamp())
        if clock != known.clock:
            known.clock = clock
            timed = self._timed(known, now)
            known.card = known.card if timed == known.card else timed
        return known.card

    def sort_key(self, order: PickupOrder, card: BoardCard) -> tuple[int, float, str]:
        """Return what orders stand by in their column: who is here, then what is due first."""
        known = self._known[order.order_id]
        if card.look == "here":
            return (0, known.here_since or 0.0, order.number)
        group = 2 if card.notice is not None else 1
        return (group, known.ready_by if known.ready_by is not None else math.inf, order.number)

    # ---- what does not depend on the clock ----------------------------------------------------

    def _written(self, order: PickupOrder, column: str, now: datetime, look: tuple[str, int, str]) -> _Known:
        here = bool(order.here_since) and column == READY and order.state not in GOES_BACK
        money, words = self._money(order)
        base = BoardCard(
            order_id=order.order_id,
            number=order.number,
            name=order.contact.name,
            look="tall" if column != READY else "here" if here else "short",
            items=self.items(progress(order).items),
            collect=self._collect(order, now),
            edge="primary" if here else "",
            tags=self._tags(order, column),
            places=self._place_tags(order, counted=not here) if column == READY else (),
            picker=self._picker(order) if column == PICKING else None,
            money=money,
            money_words=words,
        )
        ready = [each.at for each in order.history if each.kind == StepKind.MARK_READY and not each.undone_by]
        return _Known(
            order=order,
            look=look,
            column=column,
            timed=order if not order.here_since else with_fields(order, here_since=""),
            base=base,
            card=base,
            ready_by=time_of(order.ready_by),
            here_since=time_of(order.here_since),
            ready_since=time_of(ready[-1]) if ready else None,
            until=time_of(order.collect_until),
        )

    def items(self, count: int) -> str:
        """Return a number of items in words."""
        return self.tr("1 item") if count == 1 else self.tr("{count} items").format(count=count)

    def _collect(self, order: PickupOrder, now: datetime) -> str:
        starts, ends = time_of(order.slot.starts_at), time_of(order.slot.ends_at)
        if starts is None:
            return ""
        begins = datetime.fromtimestamp(starts, now.tzinfo)
        window = f"{begins:%H:%M}"
        if ends is not None:
            window += f"–{datetime.fromtimestamp(ends, now.tzinfo):%H:%M}"
        if begins.date() != now.date():
            window = f"{begins.month}/{begins.day} {window}"
        return self.tr("Collect {window}").format(window=window)

    def _money(self, order: PickupOrder) -> tuple[str, str]:
        if order.state in GOES_BACK:
            return "", ""
        state = payment_state(order)
        if state is PaymentState.DUE:
            due = self._words.money(money_of(order).due_minor)
            return state.value, self.tr("Due {amount}").format(amount=due)
        return state.value, self._words.payment(order).text

    def _tags(self, order: PickupOrder, column: str) -> tuple[Tag, ...]:
        if column == READY:
            age = age_needed(order, tuple(bag.bag_id for bag in order.bags))
            words = self.tr("Check ID {age}+").format(age=age)
            return (Tag(words, "idCheck", "warn"),) if age else ()
        tags: list[Tag] = []
        if order.here_since:
            tags.append(Tag(self.tr("Customer is here"), "arrived", "ok"))
        risk = len(order.at_risk)
        if risk:
            tags.append(Tag(self.tr("At risk: {count}").format(count=risk), "warning", "bad"))
        asked = sum(1 for line in order.lines if units(line, LineState.ASKED))
        if asked:
            words = self.tr("Asked customer about 1 swap")
            if asked > 1:
                words = self.tr("Asked customer about {count} swaps").format(count=asked)
            tags.append(Tag(words, "substitute", "info"))
        if open_offers(order):
            tags.append(Tag(self.tr("Other store?"), "location", "info"))
        if order.moved_from is not None:
            words = self.tr("From {store}").format(store=self._words.text(order.moved_from.store_name))
            tags.append(Tag(words, "location", "info"))
        if order.state is OrderState.PICKED:
            tags.append(Tag(self.tr("To put away"), "location", "info"))
        return (*tags, *self._temperature_tags(order))

    def _temperature_tags(self, order: PickupOrder) -> tuple[Tag, ...]:
        counts: dict[Temperature, int] = {}
        for line in order.lines:
            count = int(line.quantity) if line.product.unit is SellingUnit.PIECE else 1
            counts[line.temperature] = counts.get(line.temperature, 0) + count
        return tuple(
            Tag(
                f"{self._words.temperature(each)} {counts[each]}",
                ICONS[each],
                "plain" if each is Temperature.AMBIENT else "info",
            )
            for each in Temperature
            if each in counts
        )

    def _place_tags(self, order: PickupOrder, *, counted: bool) -> tuple[Tag, ...]:
        with_goods = _bags_to_fetch(order)
        places: dict[tuple[int, str], int] = {}
        walk = tuple(Temperature)
        for bag in order.bags:
            if bag.bag_id in with_goods:
                place = (walk.index(bag.temperature), bag.location)
                places[place] = places.get(place, 0) + 1
        tags = []
        for (at, code), bags in sorted(places.items()):
            words = self._places.get(code, code) or self.tr("not put away")
            icon = "package" if walk[at] is Temperature.AMBIENT else ICONS[walk[at]]
            if counted and walk[at] is Temperature.AMBIENT:
                words += " · " + self.bags(bags)
            tags.append(Tag(words, icon))
        return tuple(tags)

    def bags(self, count: int) -> str:
        """Return a number of bags in words."""
        return self.tr("1 bag") if count == 1 else self.tr("{count} bags").format(count=count)

    def _picker(self, order: PickupOrder) -> PickerRow:
        far = progress(order)
        staff_id = order.lock.staff_id if order.lock is not None else ""
        name = self._name_of(staff_id) if staff_id else ""
        initials = "".join(word[0] for word in name.split()[:2]).upper()
        if order.state is OrderState.PAUSED:
            name = self.tr("Paused for {name}").format(name=name) if name else self.tr("Paused")
            initials = ""
        words = self.tr("{done} of {all}").format(done=far.picked, all=far.items)
        return PickerRow(name, initials, words, far.picked, far.items)

    # ---- what the clock makes of it -----------------------------------------------------------

    def _clock(self, known: _Known, now: float) -> tuple[int, ...]:
        """Return what of the time a card shows; as long as it is equal, so is the card."""
        if known.column != READY:
            if known.ready_by is None:
                return ()
            return (math.floor((known.ready_by - now) / 60),)
        here = self._passed(known.here_since, now) if known.base.look == "here" else -1
        overdue = known.until is not None and known.until <= now
        return (here, self._passed(known.ready_since, now), int(overdue))

    @staticmethod
    def _passed(since: float | None, now: float) -> int:
        return -1 if since is None else max(int((now - since) // 60), 0)

    def _timed(self, known: _Known, now: datetime) -> BoardCard:
        clock, card = known.clock or (), known.base
        if known.column != READY:
            chip = self._countdown(known.timed, now)
            level = chip.level if chip is not None else "calm"
            edge = {"late": "danger", "urgent": "warningSolid", "soon": "warningSolid"}.get(level, "border")
            card = replace(card, chip=chip, edge=edge)
        else:
            here, ready, overdue = clock
            notice = self._notice(known, now, overdue=bool(overdue)) if here < 0 else None
            card = replace(
                card,
                chip=Countdown(self._here(here), "here") if here >= 0 else None,
                notice=notice,
                side=""
                if here >= 0 or notice is not None or ready < 0
                else self.tr("Ready {span}").format(span=self.span(ready)),
            )
        return card

    def _countdown(self, order: PickupOrder, now: datetime) -> Countdown | None:
        """Return how long until an order must be ready; orders of one slot share it."""
        if order.ready_by not in self._chips:
            text = now.isoformat()
            self._chips[order.ready_by] = self._words.countdown(order, text, self._orders.desk)
        return self._chips[order.ready_by]

    def _here(self, minutes: int) -> str:
        if minutes == 0:
            return self.tr("Here now")
        return self.tr("Here, {span}").format(span=self.span(minutes))

    def _notice(self, known: _Known, now: datetime, *, overdue: bool) -> Tag | None:
        if known.order.state in GOES_BACK or overdue:
            return Tag(self.tr("Return to stock"), "expires", "bad")
        if known.until is None:
            return None
        until = datetime.fromtimestamp(known.until, now.tzinfo)
        if until.date() != now.date():
            return None
        return Tag(self.tr("Return to stock {time}").format(time=f"{until:%H:%M}"), "expires", "bad")

    def span(self, minutes: int) -> str:
        """Return a time that passed, or is left, in the largest unit that says enough."""
        if minutes < 120:
            return self.tr("{count} min").format(count=minutes)
        if minutes < 48 * 60:
            return self.tr("{count} h").format(count=minutes // 60)
        return self.tr("{count} days").format(count=minutes // (24 * 60))


def _bags_to_fetch(order: PickupOrder) -> tuple[str, ...]:
    """Return the bags that the customer gets, or whose goods go back."""
    if order.state not in GOES_BACK:
        return bags_with_goods(order)
    return tuple(
        {
            part.now.bag_id: None
            for line in order.lines
            for part in line.divided
            if part.state in (LineState.PICKED, LineState.REFUSED)
        }
    )
