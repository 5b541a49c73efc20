"""The till as a whole: which screen is up, where a scan belongs, who is on duty, and how it looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from pos_app.services.outcomes import NeedsApproval
from pos_app.services.preferences import Preferences
from pos_app.services.selling import Selling
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.lock import LockViewModel
from pos_app.viewmodels.money_text import amount
from pos_app.viewmodels.pay import PayViewModel
from pos_app.viewmodels.pickup import BOARD, PickupViewModel
from pos_app.viewmodels.returning import ReturnViewModel
from pos_app.viewmodels.sell import SellViewModel
from pos_app.viewmodels.sentences import Sentences
from pos_app.viewmodels.settings import SettingsViewModel
from pos_app.viewmodels.status import StatusViewModel
from pos_app.viewmodels.tables import MembersViewModel, ProductsViewModel, SalesViewModel
from retail.barcode import PaymentCode, PickupCode, ReceiptCode, Scan, StaffBadge
from retail.member import Member
from retail.sale import Sale, TenderKind
from retail.staff import StaffMember

MODES = ("sell", "pay", "pickup", "stock", "members", "shift", "settings", "locked", "returns")


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the till looks. `scale` 0 means: fit the screen."""

    theme: str
    language: str
    scale: float
    mirrored: bool
    sounds: bool


class TillViewModel(QObject):
    """Owns the screens' view-models and moves between them."""

    mode_changed = Signal(str)
    sounded = Signal(str)
    appearance_changed = Signal(object)
    announced = Signal(str)
    troubled = Signal(str)

    def __init__(
        self,
        *,
        selling: Selling,
        staffing: Staffing,
        preferences: Preferences,
        sentences: Sentences,
        sell: SellViewModel,
        pay: PayViewModel,
        status: StatusViewModel,
        stock: ProductsViewModel,
        members: MembersViewModel,
        shift: SalesViewModel,
        settings: SettingsViewModel,
        lock: LockViewModel,
        pickup: PickupViewModel,
        returns: ReturnViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.sell, self.pay, self.status = sell, pay, status
        self.stock, self.members, self.shift = stock, members, shift
        self.settings, self.lock, self.pickup, self.returns = settings, lock, pickup, returns
        self._next_code = ""
        self.mode = "sell"
        self._selling = selling
        self._staffing = staffing
        self._preferences = preferences
        self._sentences = sentences
        self._scans: deque[str] = deque()
        self._scanning = False
        self._connect()

    def _connect(self) -> None:
        self.troubled.connect(self._refuse)
        for screen in (
            self.sell,
            self.pay,
            self.pickup,
            self.stock,
            self.members,
            self.shift,
            self.settings,
            self.lock,
            self.returns,
        ):
            screen.sounded.connect(self._sound)
            screen.troubled.connect(self._refuse)
        self.sell.announced.connect(self.announced)
        self.pickup.announced.connect(self.announced)
        self.returns.announced.connect(self.announced)
        self.returns.entry_asked.connect(lambda: self.go("returns"))
        self.returns.back_asked.connect(lambda: self.go("sell"))
        self.sell.returns_asked.connect(self.returns.ask)
        self.pickup.entry_asked.connect(lambda: self.go("pickup"))
        self.sell.pay_asked.connect(self._open_pay)
        self.sell.cashier_recognised.connect(self._sign_in)
        self.sell.receipt_recognised.connect(self._reprint_or_open)
        self.sell.changed.connect(self._tell_open_sale)
        self.pay.back_asked.connect(self._leave_pay)
        self.pickup.pay_asked.connect(lambda: self._open_pay(""))
        self.pay.completed.connect(self._completed)
        self.members.attach_asked.connect(self._attach)
        self.shift.approval_asked.connect(self._ask_on_sell)
        self.stock.sell_asked.connect(self._sell_found)
        self.settings.appearance_chosen.connect(self.apply_appearance)
        self.lock.unlocked.connect(self._sign_in)
        self.status.chip_tapped.connect(self._explain_chip)

    # ---- moving about -------------------------------------------------------------------------

    @guarded
    def start(self) -> None:
        """Read what was open, and show it."""
        self._staffing.restore()
        self._selling.restore()
        self.apply_appearance()
        self.pickup.orders_changed()
        self.pay.resume_unresolved()
        self.returns.resume()

    @guarded
    def go(self, mode: str) -> None:
        """Show another screen. A locked till and a working terminal keep theirs."""
        if mode not in MODES or self.mode == "locked" or (self.mode == "pay" and self.pay.waiting):
            return
        if mode == "pay":
            self.sell.pay()
            return
        self._show(mode)

    @guarded
    def lock_till(self) -> None:
        """Lock the till; the open sale stays."""
        if not self.pay.waiting:
            self._show("locked")

    def _show(self, mode: str) -> None:
        if self.mode == "pay" and mode != "pay":
            self.pay.close()
        if self.mode == "pickup" and mode != "pickup":
            self.pickup.leave()
        if self.mode == "returns" and mode != "returns":
            self.returns.leave()
        if mode != "sell":
            self.sell.leave()
        if mode == "locked":
            self.lock.leave()
        self.mode = mode
        if mode == "pickup":
            self.pickup.enter()
        else:
            self._refresh_of(mode)()
        self._tell_open_sale()
        self.mode_changed.emit(mode)

    def _leave_pay(self) -> None:
        """Back from Pay: to the desk where an order is handed over, else to the sale."""
        self.go("pickup" if self._selling.open_sale.basket.order_id else "sell")

    def _open_pay(self, payment_code: str) -> None:
        if not self._selling.open_sale.basket.lines:
            self._refuse("empty_sale")
            return
        self._show("pay")
        self.pay.open(payment_code)

    def weight_read(self, kilograms: Decimal) -> None:
        """The scale has settled: whoever asked for a weight takes it."""
        if self.mode == "pickup":
            self.pickup.picking.weight_read(kilograms)
        else:
            self.sell.weight_read(kilograms)

    # ---- scans --------------------------------------------------------------------------------

    @guarded
    def scan(self, text: str) -> None:
        """Take a scan from any scanner. Scans queue while one is being worked on; none is dropped."""
        self._scans.append(text)
        if self._scanning:
            return
        self._scanning = True
        try:
            while self._scans:
                self._scan_one(self._scans.popleft())
        finally:
            self._scanning = False

    def _scan_one(self, text: str) -> None:
        meaning = self._selling.meaning_of(text)
        if isinstance(meaning, StaffBadge):
            if self.pay.waiting:
                self._refuse("in_doubt")
            elif self.mode == "returns" and self.returns.approval_waits:
                self.returns.badge(self._selling.badge(meaning.code))
            else:
                self.sell.scan(text)
            return
        if self.mode == "locked":
            self.sounded.emit("refuse")
            return
        in_hand = self.mode == "pickup" and self.pickup.page != BOARD
        if isinstance(meaning, ReceiptCode) and self.mode in {"sell", "returns"}:
            self.returns.open(meaning.number)
        elif isinstance(meaning, PickupCode) and self.mode == "returns":
            self.returns.open(text)
        elif isinstance(meaning, ReceiptCode) and not in_hand:
            self._open_receipt(meaning.number)
        elif self.mode == "pay":
            self._scan_in_pay(text, meaning)
        elif self.mode == "sell" and self.pickup.takes(text, meaning):
            self._show("pickup")
            self.pickup.scan_elsewhere(text)
        else:
            scan: dict[str, Callable[[str], None]] = {
                "sell": self.sell.scan,
                "pickup": self.pickup.scan,
                "stock": self.stock.scan,
                "members": self.members.scan,
                "settings": self.settings.scan,
                "shift": self.shift.scan,
                "returns": self.returns.scan,
            }
            scan[self.mode](text)

    def _scan_in_pay(self, text: str, meaning: Scan) -> None:
        if isinstance(meaning, PaymentCode):
            self.pay.scan(text.strip())
        elif isinstance(meaning, PickupCode):
            self._next_code = text
            self.sounded.emit("accept")
            self.pickup.say_next()
        elif self._selling.open_sale.tenders or self.pay.waiting:
            self._refuse("tenders_taken")
        else:
            self._show("sell")
            self.sell.scan(text)

    def _open_receipt(self, number: str) -> None:
        if self.mode == "pay":
            self._refuse("sale_first")
            return
        if not self._has_sale(number):
            self._refuse("receipt_unknown", number)
            return
        self._show("shift")
        self.shift.filter(number)
        self.shift.select(number)
        self.sounded.emit("accept")

    def _has_sale(self, number: str) -> bool:
        self.shift.filter(number)
        return number in self.shift.screen.row_ids

    def _reprint_or_open(self, number: str) -> None:
        if number:
            self._open_receipt(number)
        elif not self.shift.reprint(""):
            self._refuse("no_sale_yet")
        elif not self.sell.approval_waits:
            self.sell.show_feedback(
                self._sentences.say(self.tr("The last receipt prints again, marked COPY"))
            )

    @guarded
    def print_last(self) -> None:
        """F11: print the latest receipt again."""
        if self.mode == "pay":
            self.pay.toggle_receipt()
        else:
            self._reprint_or_open("")

    # ---- what the screens tell each other -----------------------------------------------------

    def _completed(self, sale: Sale) -> None:
        self.shift.filter("")  # the list of sales begins with this one
        digits = self._sentences.digits
        here = [each for each in sale.tenders if each.kind is not TenderKind.ONLINE]
        paid = " + ".join(amount(each.amount_minor, digits) for each in here)
        title = self.tr("Change due") if sale.change_minor else self.tr("Paid")
        details = (
            self.tr("{paid} received").format(paid=paid),
            self.tr("Receipt {number}").format(number=sale.receipt_number),
        )
        figure = amount(sale.change_minor or sale.total_minor, digits)
        if sale.order_id:
            self._show("pickup")
            self.pickup.show_paid(f"{title} {figure}", " · ".join(details))
        else:
            self._show("sell")
            self.sell.show_change(title, details, figure)
        self.announced.emit(self.tr("Sale completed"))
        if self._next_code:
            code, self._next_code = self._next_code, ""
            self.pickup.offer(code)

    def _attach(self, member: Member) -> None:
        self._show("sell")
        self.sell.tell(self._selling.attach_member(member))

    def _ask_on_sell(self, asked: NeedsApproval) -> None:
        """What is asked elsewhere waits on Sell, where everything that waits is seen."""
        self._show("sell")
        self.sell.tell(asked)

    def _sell_found(self, product_id: str) -> None:
        self._show("sell")
        self.sell.choose_hit(product_id)

    @guarded
    def _sign_in(self, staff: StaffMember) -> None:
        self._staffing.sign_in(staff)
        if self.mode == "locked":
            self.lock.leave()
            self.mode = "sell"
            self._show("sell")
        self.status.refresh()

    def _tell_open_sale(self) -> None:
        basket = self._selling.open_sale.basket
        text = ""
        if basket.lines and self.mode not in {"sell", "pay"}:
            text = self.tr("Open sale {amount}").format(
                amount=amount(self._selling.priced().total_minor, self._sentences.digits)
            )
        self.status.show_open_sale(text)

    # ---- look ---------------------------------------------------------------------------------

    @property
    def appearance(self) -> Appearance:
        """Return how the till looks by its settings."""
        get = self._preferences.get
        scale = get("scale")
        return Appearance(
            theme=get("theme"),
            language=get("language"),
            scale=0.0 if scale == "auto" else float(scale),
            mirrored=get("mirrored") == "yes",
            sounds=get("sounds") == "on",
        )

    def apply_appearance(self) -> None:
        """Take over look and language, then build every open screen again in it."""
        self._sentences.language = self.appearance.language
        self.appearance_changed.emit(self.appearance)
        self.refresh()

    def refresh(self) -> None:
        """Build the screen in sight again: rules, network or language changed."""
        self.status.refresh()
        self.lock.refresh()
        self._refresh_of(self.mode)()

    def _refresh_of(self, mode: str) -> Callable[[], object]:
        refreshes: dict[str, Callable[[], object]] = {
            "sell": self.sell.refresh,
            "pay": self.pay.refresh,
            "pickup": self.pickup.refresh,
            "stock": self.stock.refresh,
            "members": self.members.refresh,
            "shift": self.shift.refresh,
            "settings": self.settings.refresh,
            "locked": self.lock.refresh,
            "returns": self.returns.refresh,
        }
        return refreshes[mode]

    # ---- trouble ------------------------------------------------------------------------------

    def _refuse(self, code: str, detail: str = "") -> None:
        self.sounded.emit("refuse")
        said = self._sentences.say(self._sentences.refusal(code, detail), tone="bad", icon="short")
        if self.mode == "pay":
            self.pay.show_error(said.text)
        elif self.mode == "returns":
            self.returns.show_notice(said)
        else:
            self.sell.show_notice(said, until_read=code == "store_not_ready")

    def _explain_chip(self, chip_id: str) -> None:
        """Say in words what is wrong with the link, when its chip is touched."""
        sentence = self._sentences.link_problem(self.status.centre_problem) if chip_id == "centre" else ""
        if sentence and self.mode == "sell":
            self.sell.show_notice(self._sentences.say(sentence, tone="bad", icon="warning"))

    def _sound(self, name: str) -> None:
        if self._preferences.get("sounds") == "on":
            self.sounded.emit(name)
