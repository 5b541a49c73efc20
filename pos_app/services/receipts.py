"""What goes to the printer for a sale, and the sales that were made here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pos_app.database.journal import Journal
from pos_app.database.sale_lists import PastReturn as PastReturn
from pos_app.database.sale_lists import SaleSummary as SaleSummary
from pos_app.database.spool import PrintJobRequest, Spool
from pos_app.documents.receipt_data import ReceiptData, ReturnReceipt
from pos_app.services.preferences import Preferences
from pos_app.services.rules import RulesInForce
from retail.catalogue import LocalisedText
from retail.events import DrawerOpened, ReceiptReprinted
from retail.returns.record import Return
from retail.sale import Sale, TenderKind

_encoder = msgspec.json.Encoder()


class SaleUnknown(LookupError):
    """No sale with this receipt number was made on this till, and nothing came back under it."""


class Receipts:
    """Receipts of completed sales: first print, reprint, and the list they are found in."""

    def __init__(self, journal: Journal, spool: Spool, rules: RulesInForce, preferences: Preferences) -> None:
        self._journal = journal
        self._spool = spool
        self._rules = rules
        self._preferences = preferences

    def jobs_for(self, sale: Sale, *, print_receipt: bool, open_drawer: bool) -> Sequence[PrintJobRequest]:
        """Return the print jobs to store with a sale: a receipt, or the drawer alone, or nothing."""
        if print_receipt:
            return (self._job("receipt", self.data_of(sale, copy=False), open_drawer=open_drawer),)
        return self._drawer_alone() if open_drawer else ()

    def jobs_for_return(self, returned: Return, *, print_receipt: bool) -> Sequence[PrintJobRequest]:
        """Return the print jobs to store with a return; cash that goes out opens the drawer."""
        open_drawer = any(each.kind is TenderKind.CASH for each in returned.tenders)
        if not print_receipt:
            return self._drawer_alone() if open_drawer else ()
        return (self._return_job(self.data_of_return(returned), open_drawer=open_drawer),)

    def data_of_return(self, returned: Return, *, copy: bool = False) -> ReturnReceipt:
        """Return all that the receipt of this return shows, in the store's words of now."""
        settings = self._rules.current.settings
        return ReturnReceipt(
            store_name=settings.name,
            returned=returned,
            address=LocalisedText(settings.address),
            telephone=settings.telephone,
            tax_number=settings.tax_number,
            language=self._preferences.receipt_language,
            symbol=settings.currency_symbol,
            digits=settings.currency_digits,
            copy=copy,
            thanks_text=settings.thanks_text,
        )

    def data_of(self, sale: Sale, *, copy: bool) -> ReceiptData:
        """Return all that a receipt of this sale shows, in the store's words of now."""
        settings = self._rules.current.settings
        return ReceiptData(
            store_name=settings.name,
            sale=sale,
            address=LocalisedText(settings.address),
            telephone=settings.telephone,
            tax_number=settings.tax_number,
            language=self._preferences.receipt_language,
            symbol=settings.currency_symbol,
            digits=settings.currency_digits,
            copy=copy,
            returns_text=settings.returns_text,
            thanks_text=settings.thanks_text,
        )

    def reprint(self, receipt_number: str, cashier_id: str, approved_by: str = "") -> None:
        """Queue a copy of a receipt, a sale's or a return's, and record it; raises `SaleUnknown`."""
        returned = self._journal.returned(receipt_number)
        if returned is not None:
            job = self._return_job(self.data_of_return(returned, copy=True), open_drawer=False)
        else:
            job = self._job("copy", self.data_of(self.sale(receipt_number), copy=True), open_drawer=False)
        self._journal.record(
            ReceiptReprinted(receipt_number=receipt_number, cashier_id=cashier_id, approved_by=approved_by)
        )
        self._spool.queue(job)

    def open_drawer(self, cashier_id: str, reason: str, approved_by: str = "") -> None:
        """Record that the drawer is opened without a sale, then queue the kick."""
        self._journal.record(DrawerOpened(cashier_id=cashier_id, reason=reason, approved_by=approved_by))
        self._spool.queue(PrintJobRequest(kind="drawer", body="{}", printer=self._printer, opens_drawer=True))

    def print_test(self) -> None:
        """Queue a test page."""
        self._spool.queue(PrintJobRequest(kind="test", body="{}", printer=self._printer, opens_drawer=False))

    def sale(self, receipt_number: str) -> Sale:
        """Return a sale of this till; raises `SaleUnknown`."""
        sale = self._journal.sale(receipt_number)
        if sale is None:
            raise SaleUnknown(receipt_number)
        return sale

    def is_known(self, receipt_number: str) -> bool:
        """Say whether something was sold at this till, or came back, under a receipt number."""
        return (
            self._journal.sale(receipt_number) is not None
            or self._journal.returned(receipt_number) is not None
        )

    def latest(self) -> Sale | None:
        """Return the sale completed last on this till."""
        newest = self._journal.sales(limit=1)
        return self._journal.sale(newest[0].receipt_number) if newest else None

    def sales(self, text: str = "", limit: int = 100) -> tuple[SaleSummary, ...]:
        """Return sales of this till, newest first, filtered by a piece of the receipt number."""
        return self._journal.sales(limit=limit, text=text)

    def returns(self, text: str = "", limit: int = 100) -> tuple[PastReturn, ...]:
        """Return returns at this till, newest first, filtered as sales are."""
        return self._journal.past_returns(limit=limit, text=text)

    def _drawer_alone(self) -> Sequence[PrintJobRequest]:
        return (PrintJobRequest(kind="drawer", body="{}", printer=self._printer, opens_drawer=True),)

    @property
    def _printer(self) -> str:
        return self._preferences.receipt_printer

    def _job(self, kind: str, data: ReceiptData, *, open_drawer: bool) -> PrintJobRequest:
        body = _encoder.encode(data).decode()
        return PrintJobRequest(kind=kind, body=body, printer=self._printer, opens_drawer=open_drawer)

    def _return_job(self, data: ReturnReceipt, *, open_drawer: bool) -> PrintJobRequest:
        body = _encoder.encode(data).decode()
        return PrintJobRequest(kind="return", body=body, printer=self._printer, opens_drawer=open_drawer)
