"""The words that demo goods are made of, read from `resources/demo`."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from retail.catalogue import Category, LocalisedText
from retail.quantity import SellingUnit

FOLDER = Path(__file__).parents[3] / "resources" / "demo"


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of good: what it is, what it is sold in, and between which prices (minor units)."""

    category_id: str
    group: str
    name: LocalisedText
    tax_class_id: str
    unit: SellingUnit
    low_minor: int
    high_minor: int
    sizes: tuple[LocalisedText, ...]
    minimum_age: int
    icon: str


class Variety(msgspec.Struct, frozen=True, kw_only=True):
    """A word that makes one good of a kind different from another, for the groups that it suits."""

    groups: frozenset[str]
    name: LocalisedText


@cache
def bases() -> tuple[Base, ...]:
    """Return every kind of good."""
    return tuple(
        Base(
            category_id=row["category"],
            group=row["group"],
            name=LocalisedText(row["name"], row["name_zh"]),
            tax_class_id=row["tax_class"],
            unit=SellingUnit(row["unit"]),
            low_minor=int(Decimal(row["low"]) * 100),
            high_minor=int(Decimal(row["high"]) * 100),
            sizes=tuple(_size(size) for size in row["sizes"].split("|")),
            minimum_age=int(row["minimum_age"] or 0),
            icon=row["icon"],
        )
        for row in read_table("bases")
    )


@cache
def brands() -> tuple[LocalisedText, ...]:
    """Return invented makers."""
    return tuple(LocalisedText(row["name"], row["name_zh"]) for row in read_table("brands"))


@cache
def varieties() -> tuple[Variety, ...]:
    """Return every variety."""
    return tuple(
        Variety(groups=frozenset(row["groups"].split()), name=LocalisedText(row["name"], row["name_zh"]))
        for row in read_table("varieties")
    )


@cache
def categories() -> tuple[Category, ...]:
    """Return the shelves, in the order of the till's tabs."""
    return tuple(
        Category(
            category_id=row["category"],
            name=LocalisedText(row["name"], row["name_zh"]),
            colour=row["colour"],
            icon=row["icon"],
            position=int(row["position"]),
        )
        for row in read_table("categories")
    )


def read_table(name: str) -> list[dict[str, str]]:
    """Read one CSV file of the demo folder."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _size(text: str) -> LocalisedText:
    english, _, chinese = text.partition("/")
    return LocalisedText(english, chinese or english)
