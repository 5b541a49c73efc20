"""Whether the content of a GS1 element is as the table says: characters, lengths, check digits, dates.

Source: GS1 General Specifications, sections 3 (application identifiers), 7.9 (check digits) and 7.11
(character sets).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from retail.application_identifiers import ELEMENTS, Part
from retail.gtin import has_check_digit

Problem = Callable[[str], str]
"""Says why a content is refused, by one of `retail.scan.UNREADABLE_REASONS`; nothing when it is not."""

_LAST_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS: Final = frozenset(
    f"{month:02d}{day:02d}" for month, last in enumerate(_LAST_DAYS, 1) for day in range(1, last + 1)
)
_LEAP_DAYS: Final = frozenset(f"{year:02d}0229" for year in range(0, 100, 4))
_DAYS_OF: Final = {"F": _DAYS, "D": _DAYS | {f"{month:02d}00" for month in range(1, 13)}}
"""Every `MMDD` of a date by the kind of its part: a day, or also the end of a month, which has day 00."""


def _of_characters(part: Part) -> Problem:
    may_have, shortest, longest = part.characters.issuperset, part.shortest, part.longest

    def problem(content: str) -> str:
        return "" if shortest <= len(content) <= longest and may_have(content) else "bad_element"

    return problem


def _of_digits(part: Part) -> Problem:
    shortest, longest = part.shortest, part.longest

    def problem(content: str) -> str:
        right = shortest <= len(content) <= longest and content.isdigit() and content.isascii()
        return "" if right else "bad_element"

    return problem


def _with_check_digit(part: Part) -> Problem:
    length = part.longest

    def problem(content: str) -> str:
        number = content[:length]
        if len(number) < length or not number.isdigit() or not number.isascii():
            return "bad_element"
        if not has_check_digit(number):
            return "bad_check_digit"
        return "" if number == content else "bad_element"

    return problem


def _of_date(part: Part) -> Problem:
    """Whether the year 00 is a leap year, its century decides; here it may be one."""
    length, days = part.longest, _DAYS_OF[part.kind]

    def problem(content: str) -> str:
        date = content[:length]
        if len(date) < length or not date.isdigit() or not date.isascii():
            return "bad_element"
        if date[2:] not in days and date not in _LEAP_DAYS:
            return "bad_date"
        return "" if date == content else "bad_element"

    return problem


def _of_time(part: Part) -> Problem:
    length = part.longest

    def problem(content: str) -> str:
        if len(content) != length or not content.isdigit() or not content.isascii():
            return "bad_element"
        return "" if content < "24" and content[2:] < "60" else "bad_date"

    return problem


_OF_KIND: Final[dict[str, Callable[[Part], Problem]]] = {
    "N": _of_digits,
    "X": _of_characters,
    "Y": _of_characters,
    "Z": _of_characters,
    "D": _of_date,
    "F": _of_date,
    "H": _of_time,
}


def _of_part(part: Part) -> Problem:
    return _with_check_digit(part) if part.checked else _OF_KIND[part.kind](part)


def _of_parts(parts: tuple[Part, ...]) -> Problem:
    """Parts follow each other, each as long as it may be; the first that is wrong says why."""
    if len(parts) == 1:
        return _of_part(parts[0])
    in_turn = [(part.longest, part.optional, _of_part(part)) for part in parts]

    def problem(content: str) -> str:
        place = 0
        for longest, optional, problem_of in in_turn:
            stretch = content[place : place + longest]
            if not stretch and optional:
                continue
            found = problem_of(stretch)
            if found:
                return found
            place += len(stretch)
        return "" if place == len(content) else "bad_element"

    return problem


_OF_PARTS: Final = {parts: _of_parts(parts) for parts in {element.parts for element in ELEMENTS.values()}}
PROBLEMS: Final = {identifier: _OF_PARTS[element.parts] for identifier, element in ELEMENTS.items()}
"""What may be wrong with the content of each element, by its application identifier."""
