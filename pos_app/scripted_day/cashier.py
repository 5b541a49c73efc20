"""A random cashier who never stops selling: what the crash tests kill, again and again."""

from __future__ import annotations

import logging
import random

from PySide6.QtCore import Qt

from pos_app.scripted_day.hands import DayFailed, Hands
from pos_app.scripted_day.story import (
    JASMINE_TEA,
    OAT_MILK,
    PAYMENT_CODE,
    RICE,
    SALAD,
    SOURDOUGH,
    TEE,
    wait_until_done,
)

_log = logging.getLogger(__name__)

GOODS = (OAT_MILK, SOURDOUGH, TEE, JASMINE_TEA, SALAD, RICE)

CLOSING_TIME = 0
"""The seed of a cashier who sells nothing new: what lies open or held is paid, then the day can follow."""

ONLY_CLOSING = -1
"""The seed of a cashier who sells what lies open or held, waits until all is printed and sent, and goes."""

MOST_RESCANS = 5

MOST_PAYMENTS_AT_CLOSING = 400
"""More tries than any shop leaves open; reaching it means that a sale cannot be completed."""


def sell_without_end(hands: Hands, seed: int) -> None:
    """Sell random baskets until the process is killed; what was open is finished first.

    The log says each act before it is done, so that who kills the till can tell what was hit. The seed
    `CLOSING_TIME` returns as soon as nothing is open any more, `ONLY_CLOSING` when that is printed and sent
    as well; every other one never does.
    """
    chance = random.Random(seed)  # noqa: S311  # a seed must replay
    hands.wait_for("the catalogue is here", lambda: bool(hands.till.sell.screen.tiles), 120)
    if seed in {CLOSING_TIME, ONLY_CLOSING}:
        _close_up(hands)
        if seed == ONLY_CLOSING:
            wait_until_done(hands)
        return
    while True:
        _sell_one(hands, chance)


def _doing(act: str) -> None:
    _log.info("does %s", act)


def _sell_one(hands: Hands, chance: random.Random) -> None:
    if hands.till.mode != "pay":
        act = chance.random()
        if act < 0.15:
            _reprint(hands)
        elif act < 0.35 and hands.till.sell.screen.held_count and not hands.till.sell.screen.lines:
            _recall(hands)
        _fill(hands, chance)
        if chance.random() < 0.2:
            _doing("hold")
            hands.press(Qt.Key.Key_F4)
            return
        _go_to_pay(hands)
    _pay(hands, chance)


def _fill(hands: Hands, chance: random.Random) -> None:
    _doing("scan")
    for _ in range(chance.randint(1, 3)):
        hands.scan(chance.choice(GOODS))
    for _ in range(MOST_RESCANS):
        if hands.till.sell.screen.lines:
            return
        # These hands live in the till's own thread: when another thread holds it up in the middle of a
        # code, the keys come apart as no scanner's would. The cashier sees that nothing came up.
        said = hands.till.sell.screen.feedback
        _log.info("nothing came up (%s); does rescan", said.text if said else "")
        hands.scan(chance.choice(GOODS))
    raise DayFailed("no scan came up")


def _reprint(hands: Hands) -> None:
    _doing("reprint")
    hands.press(Qt.Key.Key_F11)


def _recall(hands: Hands) -> None:
    _doing("recall")
    hands.press(Qt.Key.Key_F5)
    hands.wait_for("the held sales", lambda: hands.till.sell.screen.held_open)
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("a held sale is back", lambda: bool(hands.till.sell.screen.lines))


def _go_to_pay(hands: Hands) -> None:
    _doing("pay")
    hands.press(Qt.Key.Key_F9)
    hands.wait_for("Pay", lambda: hands.till.mode == "pay")


def _pay(hands: Hands, chance: random.Random) -> None:
    """Take one tender, which may be a part; the sale is complete when Pay was left."""
    before, torn = _latest_receipt(hands), hands.scans_torn
    kind = chance.choices(("card", "mobile", "cash"), weights=(4, 1, 4))[0]
    if kind == "card":
        hands.press(Qt.Key.Key_F6)
        if chance.random() < 0.3:
            hands.type("100")
        _doing("card")
        hands.press(Qt.Key.Key_Return)
    elif kind == "mobile" and not hands.till.status.offline:
        if chance.random() < 0.5:
            hands.type("100")
        _doing("mobile")
        hands.scan(PAYMENT_CODE)
    else:
        hands.press(Qt.Key.Key_F5)
        hands.type("50000")
        _doing("cash")
        hands.press(Qt.Key.Key_Return)
    hands.wait_for("the terminal has answered", lambda: not hands.till.pay.waiting, 30)
    if hands.till.mode != "pay" and _latest_receipt(hands) == before:
        if hands.scans_torn > torn:
            # As in `_fill`. What was left of the code was a scan of goods: the till went back to sell them.
            _log.info("the payment code came apart; the sale goes on")
            return
        raise DayFailed("the sale was left without being completed")


def _latest_receipt(hands: Hands) -> str:
    sale = hands.program.till.receipts.latest()
    return sale.receipt_number if sale else ""


def _close_up(hands: Hands) -> None:
    """Pay the open sale and every held one, in cash."""
    for _ in range(MOST_PAYMENTS_AT_CLOSING):
        if hands.till.mode == "pay":
            _pay_in_cash(hands)
        elif hands.till.sell.screen.lines:
            _go_to_pay(hands)
        elif hands.till.sell.screen.held_count:
            _recall(hands)
        else:
            return
    raise DayFailed("what was open could not be sold")


def _pay_in_cash(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F5)
    hands.type("50000")
    _doing("cash")
    hands.press(Qt.Key.Key_Return)
