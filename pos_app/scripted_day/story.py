"""The scripted day: what a cashier of the demo store does between opening and closing, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from pos_app.scripted_day.cable import Cable
from pos_app.scripted_day.hands import DayFailed, Hands
from retail.sale import Sale

OAT_MILK, SOURDOUGH, TEE, JASMINE_TEA, SALAD, RICE = (
    "9520000010263",
    "9520000010072",
    "9520000010218",
    "9520000010188",
    "9520000010157",
    "9520000010201",
)
FLAT_WHITE, CROISSANT, BANANAS = "P1001", "P1006", "P1011"
MEMBER, COUPON, PAYMENT_CODE = "MBR00008817", "CPNSPRING5", "281234567890123456"
SUPERVISOR_BADGE = "STF0002"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the cashier does, in both languages, for the summary."""

    name: str
    words: str
    words_zh: str
    do: Callable[[Hands, Cable], None]


def _expect(what: str, seen: object, wanted: object) -> None:
    if seen != wanted:
        raise DayFailed(f"{what}: {seen!r} instead of {wanted!r}")


def _latest(hands: Hands) -> Sale:
    sale = hands.program.till.receipts.latest()
    if sale is None:
        raise DayFailed("there is no sale")
    return sale


def _synced(hands: Hands) -> None:
    hands.wait_for(
        "the chip says Synced",
        lambda: any(
            each.chip_id == "centre" and each.icon == "synced" for each in hands.till.status.screen.chips
        ),
        60,
    )


def _printed(hands: Hands) -> None:
    spool = hands.program.till.spool
    hands.wait_for("the receipt is on paper", lambda: spool.waiting()[0] == 0, 30)


def wait_until_done(hands: Hands) -> None:
    """Wait until everything is on paper and at the centre."""
    _printed(hands)
    _synced(hands)


def open_up(hands: Hands, _cable: Cable) -> None:
    hands.wait_for("the catalogue is here", lambda: bool(hands.till.sell.screen.tiles), 120)
    _synced(hands)
    hands.picture("ready")


def scan(hands: Hands, _cable: Cable) -> None:
    hands.scan(MEMBER)
    for code in (OAT_MILK, OAT_MILK, SOURDOUGH):
        hands.scan(code)
    _expect("quantity of oat milk", hands.till.sell.screen.lines[0].quantity, "2")


def promotion(hands: Hands, _cable: Cable) -> None:
    row = hands.till.sell.screen.lines[0]
    _expect("two for seven", (row.amount, row.saving), ("8.40", "−1.40"))
    hands.picture("scan-and-promotion")


def weigh(hands: Hands, _cable: Cable) -> None:
    hands.tap_tile(BANANAS)
    hands.wait_for("the scale's question", lambda: hands.till.sell.screen.panel is not None)
    hands.type("1284")
    hands.picture("weigh")
    hands.press(Qt.Key.Key_Return)
    _expect("bananas", hands.till.sell.screen.lines[-1].amount, "3.72")


def tiles_and_quantity(hands: Hands, _cable: Cable) -> None:
    hands.type("2*")
    hands.tap_tile(FLAT_WHITE)
    hands.tap_tile(CROISSANT)
    hands.scan(TEE)


def search(hands: Hands, _cable: Cable) -> None:
    hands.press(Qt.Key.Key_F2)
    hands.type("mlhc")
    hands.picture("search-by-initials")
    hands.press(Qt.Key.Key_Return)
    _expect("found by pinyin initials", hands.till.sell.screen.lines[-1].amount, "8.50")
    hands.scan(COUPON)
    _expect("the total of the pictures", hands.till.sell.screen.total, "60.22")
    hands.picture("sell")


def hold_and_recall(hands: Hands, _cable: Cable) -> None:
    hands.press(Qt.Key.Key_F4)
    hands.scan(RICE)
    hands.press(Qt.Key.Key_F9)
    hands.wait_for("Pay", lambda: hands.till.mode == "pay")
    hands.type("2000")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("the second customer has paid", lambda: hands.till.mode == "sell")
    _expect("change", hands.till.sell.screen.total, "5.10")
    hands.press(Qt.Key.Key_F5)
    hands.wait_for("the held sales", lambda: hands.till.sell.screen.held_open)
    hands.picture("held")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("the first sale is back", lambda: hands.till.sell.screen.total == "60.22")


def split_payment(hands: Hands, _cable: Cable) -> None:
    hands.press(Qt.Key.Key_F9)
    hands.wait_for("Pay", lambda: hands.till.mode == "pay")
    hands.type("4000")
    hands.scan(PAYMENT_CODE)
    hands.wait_for("the code is approved", lambda: hands.till.pay.screen.band_amount in {"20.20", "20.22"})
    hands.press(Qt.Key.Key_F5)
    hands.type("5000")
    _expect("change", hands.till.pay.screen.band_amount, "29.80")
    hands.picture("pay")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("the sale is complete", lambda: hands.till.mode == "sell")
    sale = _latest(hands)
    _expect("total and rounding", (sale.total_minor, sale.cash_rounding_minor), (6022, -2))
    hands.picture("change-due")


def reprint(hands: Hands, _cable: Cable) -> None:
    _printed(hands)
    hands.press(Qt.Key.Key_F11)
    _printed(hands)
    hands.picture("reprint")


def approval(hands: Hands, _cable: Cable) -> None:
    hands.scan(TEE)
    hands.press(Qt.Key.Key_F7)
    hands.type("30")
    hands.press(Qt.Key.Key_Return)
    asked = hands.till.sell.screen.panel
    _expect("a cashier is not allowed 30 %", asked.kind if asked else "", "approval")
    hands.picture("approval")
    hands.scan(SUPERVISOR_BADGE)
    _expect("allowed by badge", hands.till.sell.screen.total, "20.30")
    hands.press(Qt.Key.Key_F9)
    hands.wait_for("Pay", lambda: hands.till.mode == "pay")
    hands.type("2030")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("the tee is sold", lambda: hands.till.mode == "sell")
    _expect("who allowed it", _latest(hands).lines[0].discounts[0].approved_by, "E0002")
    _printed(hands)


def network_off(hands: Hands, cable: Cable) -> None:
    _synced(hands)
    cable.cut()
    hands.wait_for("the till notices", lambda: hands.till.status.offline, 60)
    hands.scan(SALAD)
    hands.picture("offline")


def sell_on(hands: Hands, _cable: Cable) -> None:
    hands.press(Qt.Key.Key_F9)
    hands.wait_for("Pay", lambda: hands.till.mode == "pay")
    hands.type("500")
    hands.press(Qt.Key.Key_Return)
    hands.wait_for("sold without a network", lambda: hands.till.mode == "sell")
    hands.wait_for(
        "it says that something waits",
        lambda: any(each.chip_id == "waiting" for each in hands.till.status.screen.chips),
    )
    _printed(hands)
    hands.picture("sold-offline")


def network_on(hands: Hands, cable: Cable) -> None:
    cable.mend()
    _synced(hands)
    _expect("nothing waits", hands.program.till.outbox.waiting().count, 0)
    hands.picture("synced")


def look_around(hands: Hands, _cable: Cable) -> None:
    for key, mode in ((Qt.Key.Key_3, "stock"), (Qt.Key.Key_4, "members"), (Qt.Key.Key_5, "shift")):
        hands.press(key, control=True)
        hands.wait_for(mode, lambda wanted=mode: hands.till.mode == wanted)  # type: ignore[misc]  # bound now
        if mode == "stock":
            hands.scan(JASMINE_TEA)
        hands.picture(mode)
    hands.press(Qt.Key.Key_6, control=True)
    hands.picture("settings")
    hands.press(Qt.Key.Key_1, control=True)


DAY: tuple[Step, ...] = (
    Step("open", "The till opens and has its catalogue", "开机并取得商品资料", open_up),
    Step("scan", "A member's card and three scans", "刷会员卡，扫三件商品", scan),
    Step("promotion", "Two oat milks for 7.00", "燕麦奶 2 件 7.00", promotion),
    Step("weigh", "Bananas, 1.284 kg", "称香蕉 1.284 千克", weigh),
    Step("tiles", "2 * flat white, a croissant, a tee", "两杯澳白、可颂、T恤", tiles_and_quantity),
    Step("search", "Jasmine tea by its pinyin initials", "用拼音首字母找到茉莉花茶", search),
    Step("hold", "Held for a quick customer, and recalled", "挂单让后面的顾客先结，再取回", hold_and_recall),
    Step("split", "40.00 by mobile code, the rest in cash", "手机支付 40.00，余额付现", split_payment),
    Step("reprint", "The receipt again, marked COPY", "重打小票，标明副本", reprint),
    Step("approval", "30 % off a tee, allowed by a supervisor's badge", "T恤七折，主管刷工牌批准", approval),
    Step("offline", "The network cable is pulled", "拔掉网线", network_off),
    Step("sell-on", "A sale without a network", "断网继续销售", sell_on),
    Step("synced", "The cable is back, everything is at the centre", "网络恢复，全部同步", network_on),
    Step("look-around", "Stock, members, sales, settings", "查看库存、会员、销售与设置", look_around),
)
"""The day, in order."""
