"""The list screens: sales of this till (Shift), members, and product look-up (Stock)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from pos_app.services.lookup import Lookup
from pos_app.services.receipts import Receipts, SaleUnknown
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.money_text import per_unit
from pos_app.viewmodels.pay_presenter import PayPresenter
from pos_app.viewmodels.pictures import ProductPictures
from pos_app.viewmodels.screens import Feedback, TableScreen
from pos_app.viewmodels.sell_presenter import SellPresenter
from pos_app.viewmodels.sentences import Sentences
from retail.sale import Sale, TenderKind


class TableViewModel(QObject):
    """What every list screen shares: a filter, a selected row, and its actions."""

    changed = Signal()
    sounded = Signal(str)
    troubled = Signal(str)

    def __init__(self, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sentences = sentences
        self._filter = ""
        self._selected = ""
        self.screen = TableScreen(title="")

    @guarded
    def filter(self, text: str) -> None:
        """Show rows that fit a text."""
        self._filter = text.strip()
        self.refresh()

    @guarded
    def select(self, row_id: str) -> None:
        """Open a row's detail."""
        self._selected = row_id
        self.refresh()

    @guarded
    def scan(self, text: str) -> None:
        """A scan finds its row."""
        self.filter(text)

    def act(self, action_id: str) -> None:
        """Do what one of the detail's buttons says; a list without actions has none."""

    @guarded
    def refresh(self) -> None:
        """Build the screen again."""
        self.screen = self._built()
        self.changed.emit()

    def _built(self) -> TableScreen:
        return self.screen


class SalesViewModel(TableViewModel):
    """The journal of this till's sales, with reprint."""

    printed = Signal()

    def __init__(
        self,
        receipts: Receipts,
        presenter: SellPresenter,
        pay_presenter: PayPresenter,
        sentences: Sentences,
        *,
        cashier_id: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(sentences, parent)
        self._receipts = receipts
        self._presenter = presenter
        self._pay = pay_presenter
        self._cashier_id = cashier_id
        self._feedback: Feedback | None = None

    @guarded
    def act(self, action_id: str) -> None:
        """Print a copy of the selected sale's receipt."""
        if action_id == "reprint" and self._selected:
            self.reprint(self._selected)

    @guarded
    def reprint(self, receipt_number: str) -> bool:
        """Print a copy of a receipt (the latest when empty); false when there is none."""
        latest = self._receipts.latest() if not receipt_number else None
        number = receipt_number or (latest.receipt_number if latest else "")
        try:
            self._receipts.reprint(number, self._cashier_id())
        except SaleUnknown:
            self.sounded.emit("refuse")
            return False
        self._selected = number
        words = self.tr("{number} prints again, marked COPY").format(number=number)
        self._feedback = self._sentences.say(words, tone="ok", icon="print")
        self.printed.emit()
        self.sounded.emit("accept")
        self.refresh()
        return True

    def _built(self) -> TableScreen:
        found = self._receipts.sales(self._filter)
        rows = tuple(
            (
                each.receipt_number,
                each.completed_at[11:16],
                each.cashier_name,
                ", ".join(self._pay.tender_name(TenderKind(kind)) for kind in each.tender_kinds),
                self._presenter.money(each.total_minor),
                self.tr("At the centre") if each.at_centre else self.tr("Waiting"),
            )
            for each in found
        )
        ids = tuple(each.receipt_number for each in found)
        selected = self._selected if self._selected in ids else (ids[0] if ids else "")
        return TableScreen(
            title=self.tr("Sales of this till"),
            hint=self.tr("Scan a receipt, or type its number"),
            columns=(
                self.tr("Receipt"),
                self.tr("Time"),
                self.tr("Cashier"),
                self.tr("Paid by"),
                self.tr("Total"),
                self.tr("Record"),
            ),
            numeric_columns=(4,),
            rows=rows,
            row_ids=ids,
            selected_id=selected,
            detail_title=selected,
            detail_rows=self._detail(self._receipts.sale(selected)) if selected else (),
            actions=(("reprint", self.tr("Print again"), "F11"),) if selected else (),
            empty=self.tr("No sale yet. The first one appears here."),
            feedback=self._feedback,
        )

    def _detail(self, sale: Sale) -> tuple[tuple[str, str], ...]:
        money = self._presenter.money
        rows = [(self._presenter.words(each.name), money(each.paid_minor)) for each in sale.lines]
        rows.append((self.tr("Total"), money(sale.total_minor)))
        if sale.cash_rounding_minor:
            rows.append((self.tr("Cash rounding"), money(sale.cash_rounding_minor)))
        rows += [(self._pay.tender_name(each.kind), money(each.amount_minor)) for each in sale.tenders]
        if sale.change_minor:
            rows.append((self.tr("Change"), money(sale.change_minor)))
        return tuple(rows)


class MembersViewModel(TableViewModel):
    """Members of the shop; one can be attached to the open sale."""

    attach_asked = Signal(object)

    def __init__(
        self,
        lookup: Lookup,
        presenter: SellPresenter,
        sentences: Sentences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(sentences, parent)
        self._lookup = lookup
        self._presenter = presenter

    @guarded
    def act(self, action_id: str) -> None:
        """Attach the selected member to the open sale."""
        found = [each for each in self._lookup.members(self._filter) if each.member_id == self._selected]
        if action_id == "attach" and found:
            self.attach_asked.emit(found[0])

    def _built(self) -> TableScreen:
        found = self._lookup.members(self._filter)
        ids = tuple(each.member_id for each in found)
        self._selected = self._selected if self._selected in ids else (ids[0] if ids else "")
        chosen = next((each for each in found if each.member_id == self._selected), None)
        return TableScreen(
            title=self.tr("Members"),
            hint=self.tr("Scan a card, or type a name or the end of a phone number"),
            columns=(self.tr("Name"), self.tr("Tier"), self.tr("Card"), self.tr("Points")),
            numeric_columns=(3,),
            rows=tuple(
                (
                    self._presenter.words(each.display_name),
                    self._sentences.tier(each.tier),
                    f"**{each.card_number[-4:]}",
                    f"{each.points:,}",
                )
                for each in found
            ),
            row_ids=ids,
            selected_id=self._selected,
            detail_title=self._presenter.words(chosen.display_name) if chosen else "",
            detail_rows=(
                (self.tr("Tier"), self._sentences.tier(chosen.tier)),
                (self.tr("Points"), f"{chosen.points:,}"),
                (self.tr("Phone"), f"…{chosen.phone_tail}" if chosen.phone_tail else ""),
            )
            if chosen
            else (),
            actions=(("attach", self.tr("Add to the sale"), "Enter"),) if chosen else (),
            empty=self.tr("No member fits. Check the spelling, or scan the card."),
        )


class ProductsViewModel(TableViewModel):
    """Product look-up and price check."""

    sell_asked = Signal(str)

    def __init__(
        self,
        lookup: Lookup,
        presenter: SellPresenter,
        sentences: Sentences,
        *,
        pictures: ProductPictures | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(sentences, parent)
        self._lookup = lookup
        self._presenter = presenter
        self._pictures = pictures or ProductPictures(parent=self)
        self._pictures.came.connect(self._picture_came)
        self._picture = ""

    @guarded
    def scan(self, text: str) -> None:
        """A scan opens its product."""
        found = self._lookup.product_by_scan(text)
        self.sounded.emit("accept" if found else "refuse")
        if found is not None:
            self._filter = found.product.codes[0] if found.product.codes else found.product.sku
            self._selected = found.product.product_id
            self.refresh()
        else:
            self.filter(text)

    @guarded
    def act(self, action_id: str) -> None:
        """Add the selected product to the open sale."""
        if action_id == "sell" and self._selected:
            self.sell_asked.emit(self._selected)

    def _built(self) -> TableScreen:
        found = self._lookup.search(self._filter, limit=50) if self._filter else ()
        ids = tuple(each.product.product_id for each in found)
        self._selected = self._selected if self._selected in ids else (ids[0] if ids else "")
        digits = self._sentences.digits
        rows = tuple(
            (
                self._presenter.words(each.product.name),
                each.product.codes[0] if each.product.codes else each.product.sku,
                self._lookup.tax_rate_text(each.product.tax_class_id),
                per_unit(each.unit_price_minor, digits, each.product.unit)
                if each.unit_price_minor is not None
                else self.tr("open price"),
            )
            for each in found
        )
        chosen = next((each.product for each in found if each.product.product_id == self._selected), None)
        self._picture = chosen.picture if chosen else ""
        return TableScreen(
            title=self.tr("Products and prices"),
            hint=self.tr("Scan anything, or type a name, code or pinyin"),
            columns=(self.tr("Product"), self.tr("Code"), self.tr("Tax"), self.tr("Price")),
            numeric_columns=(3,),
            rows=rows,
            row_ids=ids,
            selected_id=self._selected,
            detail_title=self._presenter.words(chosen.name) if chosen else "",
            detail_rows=(
                (self.tr("English"), chosen.name.en),
                (self.tr("Chinese"), chosen.name.zh),
                (self.tr("Item number"), chosen.sku),
                (self.tr("Codes"), ", ".join(chosen.codes)),
                (self.tr("Tax"), self._lookup.tax_rate_text(chosen.tax_class_id)),
                *(((self.tr("Minimum age"), str(chosen.minimum_age)),) if chosen.minimum_age else ()),
            )
            if chosen
            else (),
            actions=(("sell", self.tr("Add to the sale"), "Enter"),) if chosen else (),
            empty=self.tr("Type or scan to look a product up. Nothing is sold here.")
            if not self._filter
            else self.tr("Nothing fits. Try another word, its code, or its pinyin initials."),
            picture=self._pictures.file_of(self._picture),
        )

    def _picture_came(self, name: str) -> None:
        if name == self._picture:
            self.refresh()
