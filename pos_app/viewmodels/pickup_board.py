"""The pickup board: which orders there are, which one is chosen, and what is to be done with it next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QObject, QTimer, Signal

from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import NotDone, PickingView
from pos_app.services.pickup_papers import PickupPapers
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.pickup_band import BandWriter
from pos_app.viewmodels.pickup_cards import CardWriter, column_of
from pos_app.viewmodels.pickup_columns import ColumnWriter, Filters
from pos_app.viewmodels.pickup_detail import DetailWriter
from pos_app.viewmodels.pickup_refusals import PickupRefusals
from pos_app.viewmodels.pickup_returning import Returning, lines_to_return
from pos_app.viewmodels.pickup_screens import NEW, BoardColumn, BoardScreen
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.screens import Feedback
from pos_app.viewmodels.sentences import Sentences
from retail.barcode import PICKUP_PREFIX
from retail.pickup.order import PickupOrder
from retail.pickup.pick_list import walk
from retail.pickup.steps import Remind, StepRefused

TICK_MS = 1000


class PickupBoardViewModel(QObject):
    """Owns the board's screen. `pick_asked` and `hand_asked` say which page comes next.

    `code_typed` carries a pickup code that was typed instead of scanned; `queued` says that there is
    something to print.
    """

    changed = Signal()
    sounded = Signal(str)
    troubled = Signal(str)
    announced = Signal(str)
    pick_asked = Signal(object)  # tuple[str, ...]
    hand_asked = Signal(str)
    code_typed = Signal(str)
    queued = Signal()

    def __init__(
        self,
        orders: Orders,
        sentences: Sentences,
        *,
        papers: PickupPapers,
        name_of: Callable[[str], str],
        as_of: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        """`as_of` is when the orders were last complete, empty while the centre is heard."""
        super().__init__(parent)
        self._orders = orders
        self._sentences = sentences
        self._refusals = PickupRefusals(sentences, self)
        self._papers = papers
        self._as_of = as_of
        words = PickupWords(sentences, self)
        self._cards = CardWriter(orders, sentences, words, name_of, self)
        self._columns = ColumnWriter(orders, self._cards, words, self)
        self._details = DetailWriter(orders, words, self)
        self._band = BandWriter(orders, self._cards, self)
        self._returning = Returning(orders)
        self._filters = Filters()
        self._selected, self._line = "", ""
        self._marked: frozenset[str] = frozenset()
        self._is_open = False
        self._feedback: Feedback | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self.screen = BoardScreen()

    # ---- coming and going ---------------------------------------------------------------------

    @guarded
    def show(self) -> None:
        """Show the board, and let its countdowns run."""
        self._timer.start()
        self.refresh()

    def close(self) -> None:
        """Look away: nothing is counted down that nobody sees."""
        self._timer.stop()
        self._is_open = False

    def rewrite(self) -> None:
        """Write every card anew: the desk's rules, names or places changed."""
        self._cards.forget()
        self.refresh()

    @property
    def waiting(self) -> int:
        """Return how many orders nobody has begun to pick."""
        return sum(1 for order in self._orders.all() if column_of(order) == NEW)

    @guarded
    def refresh(self) -> None:
        """Build the screen again; nothing is told when nothing changed, as in most seconds."""
        screen = self._built()
        if screen != self.screen:
            self.screen = screen
            self.changed.emit()

    # ---- moving about -------------------------------------------------------------------------

    @guarded
    def select(self, order_id: str) -> None:
        """Choose a card."""
        if order_id != self._selected:
            self._line = ""
        self._selected = order_id
        self.refresh()

    def show_order(self, order_id: str) -> None:
        """Choose a card that a filter may hide: the filters give way."""
        self._filters = Filters()
        self.select(order_id)

    def move(self, across: int, down: int) -> None:
        """Choose the next card of the column, or the one at the same height of the next column."""
        columns = [[card.order_id for card in column.cards] for column in self.screen.columns]
        at = next((place for place, ids in enumerate(columns) if self._selected in ids), -1)
        if at < 0:
            return
        row = columns[at].index(self._selected)
        target = at + across
        while across and 0 <= target < len(columns) and not columns[target]:
            target += across
        if not 0 <= target < len(columns):
            return
        row = min(max(row + down, 0), len(columns[target]) - 1)
        self.select(columns[target][row])

    @guarded
    def toggle_mark(self, order_id: str = "") -> None:
        """Mark a new order (the chosen one without an id) to be picked together with others, or not."""
        wanted = order_id or self._selected
        order = self._orders.order(wanted)
        if order is None or column_of(order) != NEW:
            self._say(self.tr("Only new orders are picked together."), bad=True)
            return
        self._marked ^= {wanted}
        self.select(wanted)

    @guarded
    def clear_marks(self) -> None:
        """Mark none."""
        self._marked = frozenset()
        self.refresh()

    @guarded
    def toggle_detail(self, order_id: str = "") -> None:
        """Open the chosen card beside the board, or close it."""
        self._is_open = not self._is_open or bool(order_id and order_id != self._selected)
        self.select(order_id or self._selected)

    @guarded
    def choose_line(self, line_id: str) -> None:
        """Choose a line of the open card."""
        self._line = line_id
        self.refresh()

    def step_back(self) -> bool:
        """Close the innermost thing: the open card, the filters, the marks; false when there is none."""
        if self._is_open:
            self._is_open = False
        elif self._filters.any:
            self._filters = Filters()
        elif self._marked:
            self._marked = frozenset()
        else:
            return False
        self.refresh()
        return True

    # ---- filters ------------------------------------------------------------------------------

    @guarded
    def search(self, text: str) -> None:
        """Show orders that a typed text fits: number, name, end of the telephone number, bag."""
        self._filters.text = text
        self.refresh()

    def enter_search(self, text: str) -> None:
        """Enter in the search: digits that fit no order may be the code that a customer reads out."""
        if text.isdigit() and not any(column.cards for column in self.screen.columns):
            self.code_typed.emit(PICKUP_PREFIX + text)

    @guarded
    def show_member(self, member_id: str, name: str) -> None:
        """Show the orders of one member; without any, say so and change nothing."""
        if not any(o.contact.member_id == member_id and column_of(o) for o in self._orders.all()):
            self._say(self.tr("{name} has no order here.").format(name=name), bad=True)
            return
        self._filters = Filters()
        self._filters.member = member_id
        self._say(self.tr("Orders of {name}. Esc shows all.").format(name=name))

    @guarded
    def toggle_alarm(self, alarm: str) -> None:
        """Show only late orders (`late`), only those due soon (`soon`), or all again."""
        self._filters.alarm = "" if self._filters.alarm == alarm else alarm
        self.refresh()

    @guarded
    def choose_temperature(self, temperature: str) -> None:
        """Show only orders with goods of a temperature; empty for all."""
        self._filters.temperature = temperature
        self.refresh()

    # ---- what is done -------------------------------------------------------------------------

    @guarded
    def act(self, action_id: str) -> None:
        """Do what a button says."""
        order = self._orders.order(self._selected)
        why_not = self._why_not(action_id)
        if order is None or why_not:
            if why_not:
                self._say(why_not, bad=True)
            return
        actions: dict[str, Callable[[PickupOrder], None]] = {
            "open": lambda _order: self.toggle_detail(),
            "print": self._print,
            "tell": self._tell,
            "pick": self._pick,
            "hand_over": lambda each: self.hand_asked.emit(each.order_id),
            "put_back": self._put_back,
            "all_back": lambda each: self._return(each, lines_to_return(each), fit_for_sale=True),
            "line_back": lambda each: self._return(each, (self._line,), fit_for_sale=True),
            "line_waste": lambda each: self._return(each, (self._line,), fit_for_sale=False),
            "mark": lambda each: self.toggle_mark(each.order_id),
        }
        actions[action_id](order)

    def act_main(self) -> None:
        """Enter: the action in mint."""
        if self.screen.main is not None:
            self.act(self.screen.main.action_id)

    def _why_not(self, action_id: str) -> str:
        """Return why a button cannot be pressed now, empty when it can."""
        detail = self.screen.detail.actions if self.screen.detail is not None else ()
        shown = (*self.screen.actions, *detail)
        return next((each.why_not for each in shown if each.action_id == action_id), "")

    def _pick(self, order: PickupOrder) -> None:
        together = self._marked_in_order() if column_of(order) == NEW else ()
        self.clear_marks()
        self.pick_asked.emit(together or (order.order_id,))

    def _marked_in_order(self) -> tuple[str, ...]:
        """Return the marked orders, the one due first at the front."""
        return tuple(each.order_id for each in self._orders.all() if each.order_id in self._marked)

    def _print(self, order: PickupOrder) -> None:
        marked = [each for each in self._orders.all() if each.order_id in self._marked] or [order]
        products = {line.product.product_id for each in marked for line in each.lines}
        places = {each: self._orders.stock(each).place for each in products}
        self._papers.print_pick_list(PickingView(orders=tuple(marked), tasks=walk(marked, places)))
        self.queued.emit()
        self._say(self.tr("The pick list prints."), icon="print")

    def _tell(self, order: PickupOrder) -> None:
        until, now = datetime.fromisoformat(order.collect_until), self._now()
        minutes = max(int((until - now).total_seconds() // 60), 0)
        try:
            self._orders.take(Remind(**self._orders.header(order), minutes_before=minutes))
        except StepRefused as refused:
            self._say(self._refusals.sentence(refused.code), bad=True)
            return
        self._say(self.tr("{number}: the customer is reminded.").format(number=order.number), icon="arrived")

    def _put_back(self, order: PickupOrder) -> None:
        if self._did(self._returning.begin(order)):
            self._is_open = True
            words = self.tr("{number}: put its goods back, then say so here.").format(number=order.number)
            self._say(words, undo=True)

    def _return(self, order: PickupOrder, lines: tuple[str, ...], *, fit_for_sale: bool) -> None:
        if self._did(self._returning.give_back(order, lines, fit_for_sale=fit_for_sale)):
            words = self.tr("{number}: back on the shelf, and in stock again.")
            if not fit_for_sale:
                words = self.tr("{number}: written off.")
            self._line = ""
            self._say(words.format(number=order.number), undo=True)

    @guarded
    def undo(self) -> None:
        """Take what was just done back."""
        if self._returning.can_undo and self._did(
            self._returning.undo(self.tr("Taken back at once on the board"))
        ):
            self._say(self.tr("Undone"), icon="undo")

    def _did(self, refused: NotDone | None) -> bool:
        if refused is not None:
            self._say(self._refusals.sentence(refused.code, refused.detail), bad=True)
        return refused is None

    def say(self, text: str, *, lead: str = "", bad: bool = False, icon: str = "") -> None:
        """Show a sentence from elsewhere, such as what a scan meant."""
        self._say(text, lead=lead, bad=bad, icon=icon)

    def _say(
        self, text: str, *, lead: str = "", bad: bool = False, icon: str = "", undo: bool = False
    ) -> None:
        tone, mark = ("bad", "short") if bad else ("ok", icon or "done")
        self._feedback = self._sentences.say(text, lead=lead, tone=tone, icon=mark, undo=undo)
        if not undo:
            self._returning.forget()
        if bad:
            self.sounded.emit("refuse")
        self.announced.emit(f"{lead} {text}".strip())
        self.refresh()

    # ---- building -----------------------------------------------------------------------------

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._orders.now())

    def _built(self) -> BoardScreen:
        if self._orders.desk is None:
            return BoardScreen(no_desk=True)
        now = self._now()
        if self._marked:
            self._marked &= {each.order_id for each in self._orders.all() if column_of(each) == NEW}
        board = self._columns.written(self._filters, self._marked, now)
        selected = self._select_what_is_there(board.columns)
        order, card = board.by_id.get(selected, (None, None))
        band = self._band.written(order, card, self._marked, now)
        detail = None
        if self._is_open and order is not None:
            detail = self._details.written(order, self._line, marked=selected in self._marked)
        return BoardScreen(
            heading=self._heading(now),
            columns=board.columns,
            selected_id=selected,
            marked=self._marked,
            alarms=board.alarms,
            temperatures=self._columns.temperatures(self._filters),
            search_text=self._filters.text,
            search_hint=self.tr("Scan a pickup code, or type order, phone, name"),
            band_title=band.title,
            band_detail=band.detail,
            band_chip=band.chip,
            actions=band.actions,
            main=band.main,
            detail=detail,
            feedback=self._feedback,
        )

    def _select_what_is_there(self, columns: tuple[BoardColumn, ...]) -> str:
        ids = [card.order_id for column in columns for card in column.cards]
        if self._selected not in ids:
            self._selected = self._next_to_the_lost(columns) or (ids[0] if ids else "")
        return self._selected

    def _next_to_the_lost(self, columns: tuple[BoardColumn, ...]) -> str:
        """Return the card that now lies where the chosen one lay, empty when that column is empty."""
        for before, now in zip(self.screen.columns, columns, strict=False):
            ids = [card.order_id for card in before.cards]
            if self._selected in ids and now.cards:
                return now.cards[min(ids.index(self._selected), len(now.cards) - 1)].order_id
        return ""

    def _heading(self, now: datetime) -> str:
        locale = QLocale("zh_CN" if self._sentences.language == "zh_CN" else "en_GB")
        pattern = "M月d日 dddd" if self._sentences.language == "zh_CN" else "dddd d MMMM"
        day = str(locale.toString(QDate(now.year, now.month, now.day), pattern))
        as_of = self._as_of()
        if not as_of:
            return day
        then = datetime.fromisoformat(as_of)
        span = self._cards.span(max(int((now - then).total_seconds() // 60), 0))
        words = self.tr("orders as of {time}, {span} old").format(time=f"{then:%H:%M}", span=span)
        return f"{day} · {words}"
