"""What a seed draws before anything happens: who takes part, and what will trouble them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.faults.simulation.template import FIRST_STORE, STORES

POLICIES = ("soft", "strict")
_TILLS = ((1, 20), (2, 32), (3, 20), (4, 10), (5, 7), (7, 5), (10, 3), (14, 2), (20, 1))
"""How many tills take part, and how often of a hundred."""

ACTS_OF_ORDERS = 8
"""So much more is done where there are orders: from a buyer's click to the handover is a long way."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One world. `troubles` are how often each kind happens in it, `acts` how much is done at all tills."""

    tills: dict[str, tuple[int, ...]]
    processes: int
    policy: str
    orders: bool
    bad_network: float
    has_plug: bool
    page_rows: int
    minutes: float
    acts: int
    troubles: dict[str, int]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of all tills that take part."""
        return tuple(number for numbers in self.tills.values() for number in numbers)


TROUBLES: dict[str, float] = {
    "cut": 0.7,
    "crash": 0.6,
    "disk_full": 0.3,
    "disk_error": 0.35,
    "clock": 0.4,
    "cache_lost": 0.25,
    "till_restored": 0.25,
    "centre_restored": 0.3,
    "centre_down": 0.3,
}
"""The share of worlds in which each kind of trouble happens at all."""


def draw(seed: int, tills: int | None = None) -> Scenario:
    """Return the scenario of a seed, with so many tills if that is asked."""
    chance = random.Random(f"scenario {seed}")
    count = chance.choices([one for one, _ in _TILLS], [often for _, often in _TILLS])[0]
    orders = chance.random() < 0.3
    stores = chance.choice((1, 1, 1, 2, 3))
    troubles = {
        kind: chance.choice((1, 1, 2, 3)) for kind, share in TROUBLES.items() if chance.random() < share
    }
    if orders:
        # Orders that a backup does not know are gone with it, and their goods are anywhere.
        troubles.pop("centre_restored", None)
        troubles.pop("till_restored", None)
        count = min(count, 4)
    if "centre_restored" in troubles:
        # What till and centre have both forgotten is nowhere any more: only the till's mirror could tell.
        troubles.pop("till_restored", None)
    return Scenario(
        tills=_taking_part(tills or count, stores, orders=orders),
        processes=chance.choice((1, 1, 2)),
        policy=chance.choice(POLICIES),
        orders=orders,
        bad_network=chance.choice((0.0, 0.08, 0.15, 0.3)),
        has_plug="crash" in troubles and chance.random() < 0.5,
        page_rows=chance.choice((3, 20, 5_000)),
        minutes=chance.uniform(10, 30),
        acts=chance.randint(10, 24) * (ACTS_OF_ORDERS if orders else 1),
        troubles=troubles,
    )


def _taking_part(count: int, stores: int, *, orders: bool) -> dict[str, tuple[int, ...]]:
    """Divide tills over stores as far as the stores have tills; the first store takes what is left."""
    numbers: dict[str, list[int]] = {store_id: [] for store_id in list(STORES)[: min(stores, count)]}
    if orders:
        numbers = {FIRST_STORE: []}
    while sum(map(len, numbers.values())) < count:
        free = [one for one, taken in numbers.items() if len(taken) < len(STORES[one])]
        if not free:
            store_id = next(one for one in STORES if one not in numbers)
            numbers[store_id] = []
            free = [store_id]
        fewest = min(free, key=lambda one: len(numbers[one]))
        numbers[fewest].append(STORES[fewest][len(numbers[fewest])])
    return {store_id: tuple(some) for store_id, some in numbers.items() if some}
