"""A random cashier who never stops selling: what the crash tests kill, again and again."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt

from pos_app.scripted_day.hands import DayFailed, Hands
from pos_app.scripted_day.story import JASMINE_TEA, OAT_MILK, RICE, SALAD, SOURDOUGH, TEE

GOODS = (OAT_MILK, SOURDOUGH, TEE, JASMINE_TEA, SALAD, RICE)


def sell_without_end(hands: Hands, seed: int) -> None:
    """Sell random baskets, by cash or card, until the process is killed. What was open is finished first."""
    chance = random.Random(seed)  # noqa: S311  # a seed must replay
    hands.wait_for("the catalogue is here", lambda: bool(hands.till.sell.screen.tiles), 120)
    while True:
        _sell_one(hands, chance)


def _sell_one(hands: Hands, chance: random.Random) -> None:
    if hands.till.mode != "pay":
        for _ in range(chance.randint(1, 3)):
            hands.scan(chance.choice(GOODS))
        if chance.random() < 0.2:
            hands.press(Qt.Key.Key_F4)
            return
        hands.press(Qt.Key.Key_F9)
        hands.wait_for("Pay", lambda: hands.till.mode == "pay")
    _pay(hands, chance)


def _pay(hands: Hands, chance: random.Random) -> None:
    before = hands.till.sell.screen.sale_title
    if chance.random() < 0.5:
        hands.press(Qt.Key.Key_F6)  # card
        if chance.random() < 0.3:
            hands.type("100")
    else:
        hands.press(Qt.Key.Key_F5)  # cash
        hands.type("50000")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("the terminal has answered", lambda: not hands.till.pay.waiting, 30)
    if hands.till.mode == "pay":
        return
    if hands.till.sell.screen.sale_title == before:
        raise DayFailed("the sale was left without being completed")
