"""A store's collection desk as the fields of its page and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from retail.availability.slot import Measure, OpeningHours, SlotRefused, SlotRules, checked_rules
from retail.catalogue import LocalisedText
from retail.money import Rounding
from retail.pickup.desk_rules import PickupDesk, StagingPlace
from retail.pickup.order import Temperature
from sync.server.editing import typed
from sync.server.editing.form import Form
from sync.server.editing.reading import Reading

WEEK: Final = 7 * 24 * 60
MOST_PLACES: Final = 200
MOST_SPANS: Final = 6
MOST_PERCENT: Final = Decimal(1000)
WEEKDAYS: Final = tuple(range(1, 8))

_SPAN: Final = re.compile(r"([0-9]{2}:[0-9]{2})\s*[-–]\s*([0-9]{2}:[0-9]{2})", re.ASCII)
_OFFSET: Final = re.compile(r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]", re.ASCII)
_PLACE_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,20}", re.ASCII)

MINUTES: Final[dict[str, tuple[int, int]]] = {
    "slot_minutes": (5, 24 * 60),
    "cut_off_minutes": (0, WEEK),
    "hold_minutes": (1, 24 * 60),
    "lock_minutes": (1, 24 * 60),
    "ready_before_slot": (0, 24 * 60),
    "collect_hours": (1, 24 * 60),
    "soon_minutes": (0, 24 * 60),
    "urgent_minutes": (0, 24 * 60),
    "offer_minutes": (0, WEEK),
    "pickers": (0, 500),
    "usual_per_hour": (1, 10_000),
}
"""Whole numbers, and what they may be."""

_OF_SLOTS: Final = ("slot_minutes", "cut_off_minutes", "pickers", "usual_per_hour")
_TICKS: Final = ("signature_wanted", "pay_at_desk", "sells_online", "struck_if_not_moved")
_TERM_TICKS: Final = ("heavier_is_charged", "charge_above_ceiling", "proxy_allowed")


def usual_desk(store_id: str) -> PickupDesk:
    """Return what a store begins with that has no desk yet: nothing is sold online until somebody says so."""
    opening = tuple(OpeningHours(weekday=day, opens="09:00", closes="20:00") for day in range(1, 7))
    return PickupDesk(store_id=store_id, slots=SlotRules(opening=opening), sells_online=False)


def desk_fields(desk: PickupDesk, digits: int) -> Form:
    """Return the page's fields as the row says."""
    slots, terms = desk.slots, desk.terms
    numbers = {name: getattr(slots if name in _OF_SLOTS else desk, name) for name in MINUTES}
    return Form(
        {
            **{name: (str(value),) for name, value in numbers.items()},
            **{name: ("yes",) for name in _TICKS if getattr(desk, name)},
            **{name: ("yes",) for name in _TERM_TICKS if getattr(terms, name)},
            **{f"opening.{day}": (_spans_text(slots.opening, day),) for day in WEEKDAYS},
            "measure": (slots.measure.value,),
            "closed_days": ("\n".join(slots.closed_days),),
            "offset": (desk.offset,),
            "reminders": (", ".join(str(one) for one in desk.reminders),),
            "weight_tolerance_percent": (typed.plain_text(terms.weight_tolerance_percent),),
            "gift_percent": (typed.plain_text(terms.gift_percent),),
            "no_show_fee_minor": (typed.major_text(terms.no_show_fee_minor, digits),),
            "rounding": (terms.rounding.value,),
            "places": ("\n".join(_place_text(one) for one in desk.places),),
        }
    )


def read_desk(reading: Reading, before: PickupDesk) -> PickupDesk:
    """Return the desk that the fields say; only to be used when the reading has no problems."""
    form = reading.form
    numbers = {name: reading.whole(name, least=least, most=most) for name, (least, most) in MINUTES.items()}
    slots = SlotRules(
        opening=tuple(_opening(reading)),
        measure=Measure(reading.choice("measure", [each.value for each in Measure], "lines")),
        closed_days=reading.words("closed_days"),
        **{name: numbers[name] for name in _OF_SLOTS},
    )
    terms = replace(
        before.terms,
        weight_tolerance_percent=_percent(reading, "weight_tolerance_percent"),
        gift_percent=_percent(reading, "gift_percent"),
        no_show_fee_minor=reading.amount("no_show_fee_minor"),
        rounding=Rounding(reading.choice("rounding", [each.value for each in Rounding], "half_up")),
        **{name: form.ticked(name) for name in _TERM_TICKS},
    )
    if not reading.problems:
        _check_slots(reading, slots)
    desk = replace(
        before,
        slots=slots,
        terms=terms,
        offset=_offset(reading),
        reminders=tuple(sorted(reading.whole_numbers("reminders", 24 * 60 * 60), reverse=True)),
        places=tuple(_places(reading)),
        **{name: form.ticked(name) for name in _TICKS},
        **{name: value for name, value in numbers.items() if name not in _OF_SLOTS},
    )
    _check_times(reading, desk)
    return desk


def _check_slots(reading: Reading, slots: SlotRules) -> None:
    try:
        checked_rules(slots)
    except SlotRefused as refused:
        if refused.code == "bad_day":
            reading.wrong("closed_days", _BAD_DAY)
        else:
            reading.wrong("opening.1", _BAD_HOURS)


def _check_times(reading: Reading, desk: PickupDesk) -> None:
    if desk.urgent_minutes > desk.soon_minutes:
        reading.wrong("urgent_minutes", _URGENT_FIRST)
    if any(one >= desk.collect_hours * 60 for one in desk.reminders):
        reading.wrong("reminders", _REMINDED_TOO_EARLY)
    if desk.sells_online and not desk.slots.opening:
        reading.wrong("opening.1", _NEVER_OPEN)


def _opening(reading: Reading) -> Iterable[OpeningHours]:
    for day in WEEKDAYS:
        name = f"opening.{day}"
        spans = [one.strip() for one in re.split(r"[,，;；]", reading.form.text(name)) if one.strip()]
        if len(spans) > MOST_SPANS:
            reading.wrong(name, _BAD_HOURS)
            continue
        for span in spans:
            found = _SPAN.fullmatch(span)
            if found is None or _later(found[1]) or _later(found[2]) or found[1] >= found[2]:
                reading.wrong(name, _BAD_SPAN)
            else:
                yield OpeningHours(weekday=day, opens=found[1], closes=found[2])


def _later(clock: str) -> bool:
    return clock > "24:00" or clock[3:] > "59"


def _percent(reading: Reading, name: str) -> Decimal:
    found = reading.decimal(name)
    if not 0 <= found <= MOST_PERCENT:
        reading.wrong(name, _BAD_PERCENT)
    return found


def _offset(reading: Reading) -> str:
    text = reading.line("offset")
    if _OFFSET.fullmatch(text) is None:
        reading.wrong("offset", _BAD_OFFSET)
    return text


def _places(reading: Reading) -> Iterable[StagingPlace]:
    seen: set[str] = set()
    lines = [line.strip() for line in reading.form.text("places").split("\n") if line.strip()]
    if len(lines) > MOST_PLACES:
        reading.wrong(
            "places", LocalisedText(f"At most {MOST_PLACES} places.", f"最多 {MOST_PLACES} 个位置。")
        )
        return
    for line in lines:
        parts = [part.strip() for part in re.split(r"[;；]", line)]
        code, kept = parts[0], parts[1] if len(parts) > 1 else ""
        names = [part for part in parts[2:4] if part] or [code]
        sound = _PLACE_CODE.fullmatch(code) and kept in set(Temperature) and len(parts) <= 4
        if not sound or code in seen or any(len(one) > 60 or not one.isprintable() for one in names):
            reading.wrong(
                "places", LocalisedText(f"This is no place: {line[:60]}", f"无法识别的位置：{line[:60]}")
            )
            continue
        seen.add(code)
        yield StagingPlace(code=code, name=LocalisedText(*names), temperature=Temperature(kept))


def _spans_text(opening: Iterable[OpeningHours], day: int) -> str:
    return ", ".join(f"{one.opens}-{one.closes}" for one in opening if one.weekday == day)


def _place_text(place: StagingPlace) -> str:
    return "; ".join((place.code, place.temperature.value, place.name.en, place.name.zh)).removesuffix("; ")


_BAD_SPAN: Final = LocalisedText(
    "Write hours such as 09:00-20:00, several with a comma between; nothing for a closed day.",
    "请填写时段，例如 09:00-20:00；多个时段用逗号分隔；休息日留空。",
)
_BAD_HOURS: Final = LocalisedText("These hours overlap.", "营业时段有重叠。")
_BAD_DAY: Final = LocalisedText(
    "Write days such as 2026-12-25, one a line.", "请填写日期，例如 2026-12-25，每行一个。"
)
_BAD_OFFSET: Final = LocalisedText("Write it such as +08:00.", "请按 +08:00 的格式填写。")
_BAD_PERCENT: Final = LocalisedText("A percentage from 0 to 1000.", "请填写 0 到 1000 的百分比。")
_URGENT_FIRST: Final = LocalisedText(
    "It cannot turn red before it turns yellow.", "变红的时间不能早于变黄的时间。"
)
_REMINDED_TOO_EARLY: Final = LocalisedText(
    "A reminder would come before the order is there: fewer minutes than it is kept.",
    "提醒时间须少于保留时间，否则会早于订单可取的时间。",
)
_NEVER_OPEN: Final = LocalisedText(
    "A store that sells online needs opening hours.", "接受网上订单的门店须填写营业时间。"
)
