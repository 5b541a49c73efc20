"""View-models that hold the values of the design's mocks and remember what they were asked.

`FakeTill(language="en")` is the light Sell mock, `FakeTill("zh_CN")` the Chinese one; `offline=True` the
offline mock. Every intent lands in `calls` as (name, arguments); a test may put any screen with `show`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from pos_app.viewmodels.pickup_screens import BoardScreen
from pos_app.viewmodels.return_screen import ReturnScreen
from pos_app.viewmodels.screens import (
    CategoryTab,
    EntryPanel,
    Feedback,
    HeldSale,
    LineRow,
    MemberStrip,
    OfflineBanner,
    OfflineList,
    SearchHit,
    SellScreen,
    SettingsScreen,
    StatusBar,
    StatusChip,
    TableScreen,
    Tile,
)
from tests.fakes.pay_viewmodels import MOCK, FakePay

TILES = (
    ("cafe", "coffee", "5.50", "Flat white", "澳白咖啡", "2"),
    ("cafe", "coffee", "4.50", "Long black", "长黑咖啡", ""),
    ("cafe", "coffee", "5.20", "Cappuccino", "卡布奇诺", ""),
    ("cafe", "cup-iced", "6.00", "Iced latte", "冰拿铁", ""),
    ("cafe", "water", "1.80", "Sparkling water", "苏打水", ""),
    ("bakery", "croissant", "3.60", "Butter croissant", "黄油可颂", "1"),
    ("bakery", "wheat", "6.80", "Sourdough loaf", "酸种面包", "1"),
    ("bakery", "cake", "4.20", "Cinnamon roll", "肉桂卷", ""),
    ("bakery", "cookie", "2.80", "Oat cookie", "燕麦曲奇", ""),
    ("bakery", "sandwich", "7.50", "Egg sandwich", "鸡蛋三明治", ""),
    ("produce", "banana", "2.90/kg", "Bananas", "香蕉", ""),
    ("produce", "apple", "4.50/kg", "Red apples", "红苹果", ""),
    ("produce", "lemon", "0.90", "Lemons", "柠檬", ""),
    ("produce", "carrot", "2.20/kg", "Carrots", "胡萝卜", ""),
    ("produce", "salad", "3.90", "Salad leaves", "沙拉菜", ""),
    ("dairy", "milk", "2.60", "Whole milk 1 L", "全脂牛奶 1 L", ""),
    ("dairy", "egg", "5.90", "Free-range eggs ×10", "散养鸡蛋 ×10", ""),
    ("pantry", "leaf", "8.50", "Jasmine tea", "茉莉花茶", "1"),
    ("pantry", "bean", "3.20", "Black beans", "黑豆", ""),
    ("pantry", "wheat", "14.90", "Rice 5 kg", "大米 5 kg", ""),
    ("apparel", "shirt", "29.00", "Cotton tee", "纯棉T恤", "1"),
    ("apparel", "bag", "6.00", "Tote bag", "帆布袋", ""),
    ("home", "bag", "0.20", "Paper bag", "纸袋", ""),
    ("home", "gift", "", "Gift card", "礼品卡", ""),
    ("home", "calculator", "", "Open price", "自定金额", ""),
)

TABS = (
    ("quick", "Quick", "常用", ""),
    ("bakery", "Bakery", "烘焙", "bakery"),
    ("cafe", "Café", "咖啡", "cafe"),
    ("produce", "Produce", "果蔬", "produce"),
    ("dairy", "Dairy", "乳品", "dairy"),
    ("pantry", "Pantry", "粮油", "pantry"),
    ("apparel", "Apparel", "服饰", "apparel"),
)

LINES_EN = (
    LineRow(
        "1",
        "Oat milk, barista 1 L",
        "8.40",
        "2",
        quantity_bold=True,
        detail="4.20 each",
        tags=("2 for 7.00",),
        saving="−1.40",
    ),
    LineRow("2", "Sourdough loaf 750 g", "6.80", "1"),
    LineRow("3", "Cavendish bananas, loose", "3.72", weighed=True, detail="1.284 kg × 2.90 / kg"),
    LineRow(
        "4", "Flat white, large", "11.00", "2", quantity_bold=True, detail="5.50 each  Oat milk · extra shot"
    ),
    LineRow("5", "Butter croissant", "3.60", "1", tags=("Coffee + pastry",), saving="−1.50"),
    LineRow("6", "Heavy cotton tee, sage, M", "29.00", "1", tags=("Gold −10%",), saving="−2.90"),
    LineRow("7", "Jasmine tea 茉莉花茶 100 g", "8.50", "1"),
    LineRow("c", "Coupon SPRING5 — 5.00 off over 50.00", "−5.00", kind="coupon", amount_tone="promo"),
)

LINES_ZH = (
    LineRow(
        "1",
        "燕麦奶 咖啡师版 1 L",
        "8.40",
        "2",
        quantity_bold=True,
        detail="4.20 / 件",
        tags=("2 件 7.00",),
        saving="−1.40",
    ),
    LineRow("2", "酸种面包 750 g", "6.80", "1"),
    LineRow("3", "散装香蕉", "3.72", weighed=True, detail="1.284 kg × 2.90 / kg"),
    LineRow("4", "澳白咖啡 大杯", "11.00", "2", quantity_bold=True, detail="5.50 / 件  燕麦奶 · 加浓"),
    LineRow("5", "黄油可颂", "3.60", "1", tags=("咖啡 + 糕点",), saving="−1.50"),
    LineRow("6", "重磅纯棉T恤 鼠尾草绿 M", "29.00", "1", tags=("金卡 9 折",), saving="−2.90"),
    LineRow("7", "茉莉花茶 100 g", "8.50", "1"),
    LineRow("c", "优惠券 SPRING5：满 50.00 减 5.00", "−5.00", kind="coupon", amount_tone="promo"),
)

OFFLINE_LINES = (
    LINES_EN[0],
    LINES_EN[1],
    LineRow("6", "Heavy cotton tee, sage, M", "29.00", "1", tags=("Gold −10%",), saving="−2.90"),
    LineRow("8", "Salad leaves 120 g", "11.70", "3", quantity_bold=True, detail="3.90 each"),
    LineRow(
        "c",
        "Coupon WELCOME10 not used",
        "0.00",
        kind="coupon",
        warning="Single-use, needs the network. Kept on the sale.",
    ),
)

HELD = (
    HeldSale("h1", "Blue jacket", "4 lines · Oat milk, barista 1 L", "23.10"),
    HeldSale("h2", "Held at 14:12", "1 line · Flat white", "5.50"),
)

PANELS = {
    "quantity": EntryPanel(
        "quantity", "Quantity · Jasmine tea 茉莉花茶 100 g", "", "number", "3", "", (), "", "", "Set"
    ),
    "price": EntryPanel(
        "price", "Price · Jasmine tea 茉莉花茶 100 g", "Now 8.50", "amount", "7.90", "$", (), "", "", "Set"
    ),
    "discount": EntryPanel(
        "discount",
        "Discount · Jasmine tea 茉莉花茶 100 g",
        "Choose percent or amount, then type it. 0 takes the discount back.",
        "amount",
        "10",
        "%",
        (
            ("percent", "Percent"),
            ("amount", "Amount"),
            ("5%", "5 %"),
            ("10%", "10 %"),
            ("20%", "20 %"),
            ("50%", "50 %"),
        ),
        "percent",
        "",
        "Set",
    ),
    "note": EntryPanel("note", "Note · Jasmine tea", "", "text", "gift wrap", confirm_label="Set"),
    "more": EntryPanel(
        "more",
        "More",
        "",
        "choice",
        choices=(
            ("price_check", "Price check"),
            ("open_price", "Open price"),
            ("coupon", "Coupon"),
            ("sale_note", "Note on the sale"),
            ("reprint", "Print last receipt again"),
            ("drawer", "Open drawer"),
            ("void_sale", "Give up this sale"),
        ),
    ),
    "age": EntryPanel(
        "age",
        "Check age: 18 or older · Pinot noir 750 ml",
        "Ask for an ID when in doubt. The item is added after you confirm.",
        "confirm",
        confirm_label="Age is checked",
    ),
    "approval": EntryPanel(
        "approval",
        "Discount 30\N{NO-BREAK SPACE}% on Heavy cotton tee, sage, M: −7.83",
        "26.10 → 18.27 · This is more than Noor A. may give alone.",
        "pin",
        "●●",
        "PIN",
        (
            ("damaged", "Damaged"),
            ("short_date", "Short date"),
            ("shelf_price", "Shelf price"),
            ("goodwill", "Goodwill"),
        ),
        "damaged",
        confirm_label="Approve",
        hint="Scan a badge, or type a PIN",
        hint_detail="May approve: supervisor, manager, owner",
        choices_label="Reason, if there is one",
    ),
    "refused": EntryPanel(
        "quantity",
        "Quantity · Jasmine tea",
        "",
        "number",
        "10000000",
        error="The largest quantity is 9,999.",
        confirm_label="Set",
    ),
}

HITS = (
    SearchHit("p1", "Oat milk, barista 1 L", "9555500000017 · 燕麦奶 咖啡师版 1 L", "4.20", "dairy"),
    SearchHit("p2", "Oat cookie", "9555500000024 · 燕麦曲奇", "2.80", "bakery"),
    SearchHit("p3", "Rolled oats 1 kg", "9555500000031 · 燕麦片 1 kg", "5.40", "pantry"),
)


@dataclass(frozen=True)
class FakeAppearance:
    """As TillViewModel's Appearance."""

    theme: str = "light"
    language: str = "en"
    scale: float = 1.0
    mirrored: bool = False
    sounds: bool = True


class Recording(QObject):
    """A view-model that notes every intent it does not know better."""

    changed = Signal()

    def __init__(self, screen: Any) -> None:
        super().__init__()
        self.screen = screen
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def show(self, screen: Any) -> None:
        """Replace the screen."""
        self.screen = screen
        self.changed.emit()

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)

        def note(*arguments: Any) -> None:
            self.calls.append((name, tuple(each for each in arguments if each is not False)))

        return note


class FakeSell(Recording):
    """The Sell mock."""

    hits_changed = Signal(object)

    def search(self, text: str) -> None:
        self.calls.append(("search", (text,)))
        self.hits_changed.emit(tuple(hit for hit in HITS if text.lower() in hit.name.lower()) if text else ())


class FakeStatus(Recording):
    """The status bar of the mocks; the banner folds."""

    def fold_banner(self) -> bool:
        self.calls.append(("fold_banner", ()))
        return False


class FakePickup(Recording):
    """Pickup with an empty board and five new orders that are not told of."""

    page_changed = Signal(str)
    noticed = Signal(object)

    def __init__(self) -> None:
        super().__init__(None)
        self.page = "board"
        self.waiting = 5
        self.heading = ("Pickup", "Saturday 14 March")
        self.board = Recording(BoardScreen(no_desk=True))


class FakeTill(QObject):
    """All of the till's view-models with the mocks' values."""

    mode_changed = Signal(str)
    sounded = Signal(str)
    appearance_changed = Signal(object)
    announced = Signal(str)

    def __init__(self, language: str = "en", *, offline: bool = False) -> None:
        super().__init__()
        self.mode = "sell"
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.sell = FakeSell(sell_screen(language, offline=offline))
        self.pay = FakePay(MOCK)
        self.status = FakeStatus(status_screen(language, offline=offline))
        self.stock = Recording(TableScreen("Stock" if language == "en" else "库存"))
        self.members = Recording(TableScreen("Members" if language == "en" else "会员"))
        self.shift = Recording(TableScreen("Shift" if language == "en" else "班次"))
        self.settings = Recording(SettingsScreen(title="Settings" if language == "en" else "设置"))
        self.returns = Recording(ReturnScreen("Return" if language == "en" else "退货"))
        self.pickup: Any = FakePickup()
        self.lock = Recording(EntryPanel("lock", "Locked", mode="number"))

    def go(self, mode: str) -> None:
        """Show another page at once."""
        self.calls.append(("go", (mode,)))
        self.mode = mode
        self.mode_changed.emit(mode)

    def scan(self, text: str) -> None:
        self.calls.append(("scan", (text,)))

    def lock_till(self) -> None:
        self.calls.append(("lock_till", ()))


def sell_screen(language: str = "en", *, offline: bool = False) -> SellScreen:
    """What the Sell mocks show."""
    chinese = language != "en"
    counts = {"Sourdough loaf": "1", "Salad leaves": "3"} if offline else None
    tiles = tuple(
        Tile(en, zh if chinese else en, price, colour, icon, count if counts is None else counts.get(en, ""))
        for colour, icon, price, en, zh, count in TILES
    )
    tabs = tuple(
        CategoryTab(key, zh if chinese else en, colour, "member" if key == "quick" else "", key == "quick")
        for key, en, zh, colour in TABS
    )
    if offline:
        return SellScreen(
            sale_title="Sale 0412",
            held_count=2,
            held_label="2 held",
            member=MemberStrip("M. Lin · Gold member", "Points as of 14:18. This sale adds 51 after sync."),
            lines=OFFLINE_LINES,
            selected_line_id="8",
            selected_quantity="3",
            feedback=Feedback(
                1, "scanned, price from 14:18", "Salad leaves 120 g", "ok", "done", undo=True, seconds=0
            ),
            tabs=tabs,
            tiles=tiles,
            items_label="7 items",
            subtotal_label="Subtotal 55.90",
            saved_label="You save",
            saved_amount="4.30",
            currency_symbol="$",
            total="51.60",
            can_pay=True,
        )
    return SellScreen(
        sale_title="销售单 0412" if chinese else "Sale 0412",
        held_count=2,
        held_label="挂单 2" if chinese else "2 held",
        member=MemberStrip("林女士 · 金卡会员", "1,284 积分 · 本单 +60")
        if chinese
        else MemberStrip("M. Lin · Gold member", "1,284 points · +60 with this sale"),
        lines=LINES_ZH if chinese else LINES_EN,
        selected_line_id="7",
        selected_quantity="1",
        feedback=Feedback(
            1,
            "已删除 苏打水 1.5 L，−1.80" if chinese else "Sparkling water 1.5 L voided, −1.80",
            icon="void",
            undo=True,
        ),
        tabs=tabs,
        tiles=tiles,
        items_label="9 件" if chinese else "9 items",
        subtotal_label="小计 71.02" if chinese else "Subtotal 71.02",
        saved_label="已优惠" if chinese else "You save",
        saved_amount="10.80",
        currency_symbol="$",
        total="60.22",
        can_pay=True,
    )


def status_screen(language: str = "en", *, offline: bool = False) -> StatusBar:
    """What the mocks' status bar shows."""
    words = ("Synced", "Printer", "Scanner") if language == "en" else ("已同步", "打印机", "扫描枪")
    devices = (StatusChip("printer", words[1], "print"), StatusChip("scanner", words[2], "scan"))
    if not offline:
        chips = (StatusChip("sync", words[0], "synced"), *devices)
        return StatusBar(chips, "Noor A.", "NA", "14:31")
    chips = (
        StatusChip("sync", "Offline 12 min", "offline", "warn"),
        StatusChip("waiting", "14 waiting", "waiting", "plain"),
        *devices,
    )
    lists = (
        OfflineList(
            "As usual",
            "done",
            "ok",
            ("Scan, hold, promotions", "Cash, receipts, returns", "Picking, handover by code"),
        ),
        OfflineList(
            "With a limit",
            "warning",
            "warn",
            ("Card up to 50.00 each", "Gift card up to 20.00", "Stock counts are estimates"),
        ),
        OfflineList(
            "Waits for network",
            "expires",
            "plain",
            ("Mobile codes", "Points, single-use coupons", "New pickup orders"),
        ),
    )
    banner = OfflineBanner(
        "No network since 14:19. Keep selling.",
        "14 records are saved on this till: 11 sales, 3 pickup updates.",
        "Try now",
        lists,
    )
    return StatusBar(chips, "Noor A.", "NA", "14:31", banner=banner)
