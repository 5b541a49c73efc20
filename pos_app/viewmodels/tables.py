"""The list screens: sales of this till (Shift), members, and product look-up (Stock)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from pos_app.services.lookup import Lookup
from pos_app.services.outcomes import Changed, NeedsApproval
from pos_app.services.receipts import PastReturn, Receipts, SaleSummary
from pos_app.services.staffing import Staffing
from pos_app.services.watched_acts import WatchedActs
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.money_text import per_unit, quantity, unit_price
from pos_app.viewmodels.pay_presenter import PayPresenter
from pos_app.viewmodels.pictures import ProductPictures
from pos_app.viewmodels.screens import Feedback, TableScreen
from pos_app.viewmodels.sell_presenter import SellPresenter
from pos_app.viewmodels.sentences import Sentences
from retail.quantity import SellingUnit
from retail.returns.record import Return
from retail.sale import AppliedDiscount, Sale, TenderKind


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
    """The journal of this till's sales and returns, the newest first, with reprint."""

    printed = Signal()
    approval_asked = Signal(object)  # NeedsApproval

    def __init__(
        self,
        receipts: Receipts,
        watched_acts: WatchedActs,
        staffing: Staffing,
        presenter: SellPresenter,
        pay_presenter: PayPresenter,
        sentences: Sentences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(sentences, parent)
        self._receipts = receipts
        self._watched_acts = watched_acts
        self._staffing = staffing
        self._presenter = presenter
        self._pay = pay_presenter
        self._feedback: Feedback | None = None

    @guarded
    def act(self, action_id: str) -> None:
        """Print a copy of the selected sale's receipt."""
        if action_id == "reprint" and self._selected:
            self.reprint(self._selected)

    @guarded
    def reprint(self, receipt_number: str) -> bool:
        """Print a copy of a receipt (the latest when empty), or ask for it; false when there is none."""
        outcome = self._watched_acts.reprint(receipt_number)
        if isinstance(outcome, NeedsApproval):
            self.approval_asked.emit(outcome)
            return True
        if not isinstance(outcome, Changed):
            self.sounded.emit("refuse")
            return False
        self._selected = outcome.detail
        self._feedback = self._sentences.feedback(outcome)
        self.printed.emit()
        self.sounded.emit("accept")
        self.refresh()
        return True

    def _built(self) -> TableScreen:
        sold = [(each.completed_at, self._sold_row(each)) for each in self._receipts.sales(self._filter)]
        returns = self._receipts.returns(self._filter)
        back = [(each.returned.completed_at, self._returned_row(each)) for each in returns]
        rows = tuple(row for _, row in sorted((*sold, *back), reverse=True))
        ids = tuple(row[0] for row in rows)
        selected = self._selected if self._selected in ids else (ids[0] if ids else "")
        return TableScreen(
            title=self.tr("Sales and returns of this till"),
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
            detail_rows=self._detail(selected, returns) if selected else (),
            actions=(("reprint", self.tr("Print again"), "F11"),) if selected else (),
            empty=self.tr("No sale yet. The first one appears here."),
            feedback=self._feedback,
        )

    def _sold_row(self, each: SaleSummary) -> tuple[str, ...]:
        return (
            each.receipt_number,
            each.completed_at[11:16],
            each.cashier_name,
            self.tr(", ").join(self._pay.tender_name(TenderKind(kind)) for kind in each.tender_kinds),
            self._presenter.money(each.total_minor),
            self._record(each.at_centre),
        )

    def _returned_row(self, each: PastReturn) -> tuple[str, ...]:
        returned = each.returned
        return (
            returned.receipt_number,
            returned.completed_at[11:16],
            returned.cashier_name,
            self.tr("Return of {number}").format(number=returned.sale_receipt_number),
            self._presenter.money(-returned.refund_minor),
            self._record(each.at_centre),
        )

    def _record(self, at_centre: bool) -> str:
        return self.tr("At the centre") if at_centre else self.tr("Waiting")

    def _detail(self, selected: str, returns: tuple[PastReturn, ...]) -> tuple[tuple[str, str], ...]:
        back = next((each.returned for each in returns if each.returned.receipt_number == selected), None)
        return self._sale_detail(self._receipts.sale(selected)) if back is None else self._return_detail(back)

    def _return_detail(self, returned: Return) -> tuple[tuple[str, str], ...]:
        money = self._presenter.money
        rows = [(self._presenter.words(line.name), money(-line.charged_minor)) for line in returned.lines]
        if returned.promotion_lost_minor:
            rows.append((self.tr("Promotion no longer earned"), money(returned.promotion_lost_minor)))
        rows.append((self.tr("Paid back"), money(-returned.refund_minor)))
        if returned.cash_rounding_minor:
            rows.append((self.tr("Cash rounding"), money(-returned.cash_rounding_minor)))
        rows += [(self._pay.tender_name(each.kind), money(-each.amount_minor)) for each in returned.tenders]
        if returned.approved_by:
            rows.append((self._allowed(self.tr("Return"), returned.approved_by), ""))
        return tuple(rows)

    def _sale_detail(self, sale: Sale) -> tuple[tuple[str, str], ...]:
        money = self._presenter.money
        rows: list[tuple[str, str]] = []
        if sale.order_number:
            rows.append((self.tr("Order"), sale.order_number))
        for line in sale.lines:
            single = line.unit is SellingUnit.PIECE and line.quantity == 1
            count = "" if single else f"{quantity(line.quantity, line.unit)} × "
            rows.append((f"{count}{self._presenter.words(line.name)}", money(line.gross_minor)))
            if line.price_approved_by:
                price = unit_price(line.unit_price_minor, self._sentences.digits)
                rows.append((self._allowed(self.tr("Price"), line.price_approved_by), price))
            rows += map(self._discount, line.discounts)
        rows += map(self._discount, sale.discounts)
        if not sale.tax_included:
            rows.append((self.tr("Tax"), money(sale.tax_minor)))
        rows.append((self.tr("Total"), money(sale.total_minor)))
        if sale.cash_rounding_minor:
            rows.append((self.tr("Cash rounding"), money(sale.cash_rounding_minor)))
        rows += [(self._pay.tender_name(each.kind), money(each.amount_minor)) for each in sale.tenders]
        if sale.change_minor:
            rows.append((self.tr("Change"), money(sale.change_minor)))
        return tuple(rows)

    def _discount(self, discount: AppliedDiscount) -> tuple[str, str]:
        what = self._pay.discount_name(discount)
        words = self._allowed(what, discount.approved_by) if discount.approved_by else what
        return words, self._presenter.money(-discount.amount_minor)

    def _allowed(self, what: str, staff_id: str) -> str:
        name = self._staffing.name_of(staff_id)
        return self.tr("{what}, allowed by {name}").format(what=what, name=name)


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
            empty=self.tr("No member fits. Check the spelling, or scan the card.")
            if self._filter
            else self.tr("Scan a card, or type a name. Who fits appears here."),
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
