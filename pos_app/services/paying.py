"""Taking money: tenders, attempts on a terminal, cash rounding, change, and completing the sale.

An attempt is stored before the terminal hears of it and its result after. An attempt without a result
is in doubt: it is asked about, never guessed and never repeated. Completing is one transaction of the
journal; only when it has committed is there a sale to print or to call paid.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields

from msgspec.structs import replace

from pos_app.database.journal import Attempt, Journal
from pos_app.database.open_sales import OpenSale
from pos_app.database.spool import PrintJobRequest
from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.services.clock import Clock
from pos_app.services.order_payments import OrderPayments
from pos_app.services.receipts import Receipts
from pos_app.services.rules import RulesInForce
from pos_app.services.selling import Selling
from retail.checkout import compose_sale, receipt_number
from retail.events import OF_RETURN, PaymentResolved, PaymentStarted
from retail.money import AmountRefused
from retail.payment import (
    ATTEMPT_TRANSITIONS,
    AttemptState,
    Settlement,
    TenderRefused,
    settle,
    standing,
    suggested_amounts,
)
from retail.sale import Sale, Tender, TenderKind

_log = logging.getLogger(__name__)


class PaymentRefused(Exception):
    """A step of paying is not possible now; `code` is stable, nothing changed.

    Codes: `empty_sale`, `amount_zero`, `over_tender`, `overpaid`, `short`, `in_doubt`, `tender_gone`,
    `approved`, `too_large`, `offline_limit`, `order_changed`, `handover_first`.
    """

    def __init__(self, code: str, amount_minor: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.amount_minor = amount_minor


@dataclass(frozen=True, slots=True)
class TerminalRequest:
    """What the terminal worker must ask, after the attempt was stored."""

    verb: str  # charge, refund, query or cancel
    attempt_id: str
    tender: TenderKind
    amount_minor: int
    currency: str
    payment_code: str = ""
    payment_reference: str = ""  # of the payment that a refund gives back
    pays_back: bool = False

    def __repr__(self) -> str:
        return f"TerminalRequest({self.verb} {self.attempt_id} {self.amount_minor} {self.currency})"


@dataclass(frozen=True, slots=True)
class PayView:
    """Where paying stands. `attempts` are those of this sale that have no result yet."""

    total_minor: int
    settlement: Settlement
    tenders: tuple[Tender, ...]
    attempts: tuple[Attempt, ...]
    suggestions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhoSells:
    """Who and where, for the sale's record."""

    store_id: str
    till_id: str
    till_number: int
    cashier_id: str
    cashier_name: str


class Paying:
    """Paying for the open sale. Used by the UI thread only; the terminal itself is asked elsewhere."""

    def __init__(
        self,
        journal: Journal,
        rules: RulesInForce,
        selling: Selling,
        receipts: Receipts,
        clock: Clock,
        who_sells: Callable[[], WhoSells],
        orders: OrderPayments,
        *,
        has_network: Callable[[], bool],
    ) -> None:
        self._journal = journal
        self._rules = rules
        self._selling = selling
        self._receipts = receipts
        self._clock = clock
        self._who_sells = who_sells
        self._orders = orders
        self._has_network = has_network

    def view(self, *, cash_next: bool) -> PayView:
        """Return where paying stands; `cash_next` rounds what is left to what cash can pay.

        Also of a sale that is `overpaid`: what to give back is for the cashier to choose.
        """
        sale = self._selling.open_sale
        total = self._selling.priced().total_minor
        settlement = self._stands(cash_next=cash_next)
        denominations = self._rules.current.settings.denominations_minor
        return PayView(
            total_minor=total,
            settlement=settlement,
            tenders=sale.tenders,
            attempts=self._journal.attempts_open(sale.basket.basket_id),
            suggestions=suggested_amounts(settlement.remaining_minor, denominations)
            if settlement.remaining_minor > 0
            else (),
        )

    def preview_cash(self, amount_minor: int) -> Settlement:
        """Return what the sale would come to if this cash were taken; raises `PaymentRefused`."""
        if amount_minor <= 0:
            return self._settle(self._selling.open_sale.tenders, cash_next=True)
        tender = Tender(kind=TenderKind.CASH, amount_minor=amount_minor)
        return self._settle((*self._selling.open_sale.tenders, tender), cash_next=True)

    def take_cash(self, amount_minor: int) -> Settlement:
        """Take cash; more than what is due becomes change.

        Not while a payment is in doubt: it may be approved, and would then have been paid twice.
        """
        if not self._selling.open_sale.basket.lines:
            raise PaymentRefused("empty_sale")
        if amount_minor <= 0:
            raise PaymentRefused("amount_zero")
        sale = self._selling.open_sale
        if self._journal.attempts_open(sale.basket.basket_id):
            raise PaymentRefused("in_doubt")
        if self._not_overpaid().complete:
            raise PaymentRefused("over_tender")
        tender = Tender(kind=TenderKind.CASH, amount_minor=amount_minor, approved_at=self._clock.now())
        tenders = (*sale.tenders, tender)
        settlement = self._settle(tenders, cash_next=True)
        changed = replace(sale, tenders=tenders)
        self._journal.save_open_sale(changed)
        self._selling.tenders_changed(changed)
        return settlement

    def start_attempt(self, kind: TenderKind, amount_minor: int, payment_code: str = "") -> TerminalRequest:
        """Store an attempt and return what to ask the terminal; raises `PaymentRefused`."""
        sale = self._selling.open_sale
        if not sale.basket.lines:
            raise PaymentRefused("empty_sale")
        if amount_minor <= 0:
            raise PaymentRefused("amount_zero")
        if self._journal.attempts_open(sale.basket.basket_id):
            raise PaymentRefused("in_doubt")
        remaining = self._not_overpaid().remaining_minor
        if amount_minor > remaining:
            raise PaymentRefused("over_tender", remaining)
        limit = self._rules.current.settings.offline_card_limit_minor
        if limit and amount_minor > limit and kind is TenderKind.CARD and not self._has_network():
            raise PaymentRefused("offline_limit", limit)
        started = PaymentStarted(
            attempt_id=self._clock.new_id(),
            basket_id=sale.basket.basket_id,
            tender=kind,
            amount_minor=amount_minor,
            currency=self._rules.current.settings.currency,
        )
        self._journal.start_payment(started, sale)
        return TerminalRequest(
            "charge", started.attempt_id, kind, amount_minor, started.currency, payment_code
        )

    def unresolved(self) -> tuple[TerminalRequest, ...]:
        """Return a query for every payment in doubt, as after a crash; those of returns are left to them."""
        return tuple(
            query_of(each)
            for each in self._journal.unresolved_attempts()
            if not each.basket_id.startswith(OF_RETURN)
        )

    def ask_again(self, attempt_id: str) -> TerminalRequest:
        """Return a query about one attempt in doubt; raises `PaymentRefused`."""
        for each in self._journal.unresolved_attempts():
            if each.attempt_id == attempt_id:
                return query_of(each)
        raise PaymentRefused("tender_gone")

    def cancel_request(self, attempt_id: str) -> TerminalRequest:
        """Return the request that stops an attempt which has no result yet; raises `PaymentRefused`."""
        return replace_verb(self.ask_again(attempt_id), "cancel")

    def reversal_request(self, attempt_id: str) -> TerminalRequest:
        """Return the request that gives an approved tender of the open sale back; raises `PaymentRefused`."""
        for each in self._selling.open_sale.tenders:
            if each.attempt_id == attempt_id and attempt_id:
                currency = self._rules.current.settings.currency
                return TerminalRequest("cancel", attempt_id, each.kind, each.amount_minor, currency)
        raise PaymentRefused("tender_gone")

    def answered(self, request: TerminalRequest, answer: TerminalAnswer) -> None:
        """Store a terminal's final word: the tender of an approved attempt, or that there is none.

        The words of the terminal hold whatever was asked: a cancel that came too late is an approval.
        """
        attempt = self._journal.attempt(request.attempt_id)
        if attempt is None or not ATTEMPT_TRANSITIONS[AttemptState(attempt.state)]:
            # The answer to a cancel can follow the final word that it came too late for. An approval
            # after a final no is a terminal that contradicts itself: somebody has to look at its books.
            if attempt is not None and answer.outcome is TerminalOutcome.APPROVED:
                _log.warning(
                    "attempt %s is %s, but now said to be approved", attempt.attempt_id, attempt.state
                )
            return
        sale = self._sale_of(attempt)
        known = any(each.attempt_id == request.attempt_id for each in sale.tenders) if sale else False
        approved = answer.outcome is TerminalOutcome.APPROVED
        if known and approved:
            return
        outcome = "approved" if approved else outcome_word(answer.outcome, was_approved=known)
        changed = sale
        if sale is not None:
            kept = tuple(each for each in sale.tenders if each.attempt_id != request.attempt_id)
            tender = Tender(
                kind=request.tender,
                amount_minor=request.amount_minor,
                attempt_id=request.attempt_id,
                reference=answer.reference,
                approved_at=self._clock.now(),
            )
            changed = replace(sale, tenders=(*kept, tender) if approved else kept)
        resolved = PaymentResolved(
            attempt_id=request.attempt_id, outcome=outcome, reference=answer.reference, reason=answer.reason
        )
        self._journal.resolve_payment(resolved, changed)
        if changed is not None:
            self._selling.tenders_changed(changed)

    def remove_cash(self, index: int) -> None:
        """Give a cash tender back before the sale is completed; raises `PaymentRefused`."""
        sale = self._selling.open_sale
        if not 0 <= index < len(sale.tenders):
            raise PaymentRefused("tender_gone")
        if sale.tenders[index].kind is not TenderKind.CASH:
            raise PaymentRefused("approved")
        changed = replace(sale, tenders=sale.tenders[:index] + sale.tenders[index + 1 :])
        self._journal.save_open_sale(changed)
        self._selling.tenders_changed(changed)

    def complete(self, *, print_receipt: bool) -> Sale:
        """Make it a sale: journal row, projection and print job in one transaction.

        What it pays of an online order, and the promises it breaks, are facts of the same transaction.
        Raises `PaymentRefused` (`short`, `overpaid`, `in_doubt`, `empty_sale`, `order_changed`,
        `handover_first`) or `DatabaseProblem`; then nothing has happened and the tenders stand.
        """
        open_sale = self._selling.open_sale
        if not open_sale.basket.lines:
            raise PaymentRefused("empty_sale")
        if self._journal.attempts_open(open_sale.basket.basket_id):
            raise PaymentRefused("in_doubt")
        settlement = self._not_overpaid()
        if not settlement.complete:
            raise PaymentRefused("short", settlement.remaining_minor)
        in_the_way = self._orders.refusal(open_sale)
        if in_the_way:
            raise PaymentRefused(in_the_way)
        sale = self._journal.complete_sale(
            open_sale.basket.basket_id,
            lambda counter: self._compose(counter, open_sale, settlement),
            lambda made: self._print_jobs(made, print_receipt=print_receipt),
            lambda made: self._orders.facts(open_sale, made),
        )
        self._selling.completed()
        self._orders.completed(sale)
        return sale

    def _compose(self, counter: int, open_sale: OpenSale, settlement: Settlement) -> Sale:
        who = self._who_sells()
        settings = self._rules.current.settings
        order_id = open_sale.basket.order_id
        sale = compose_sale(
            self._selling.priced(),
            settlement,
            open_sale.tenders,
            sale_id=self._selling.sale_id,
            receipt_number=receipt_number(who.till_number, counter),
            store_id=who.store_id,
            till_id=who.till_id,
            till_number=who.till_number,
            cashier_id=who.cashier_id,
            cashier_name=who.cashier_name,
            completed_at=self._clock.now(),
            currency=settings.currency,
            tax_included=settings.tax_included or bool(order_id),
            member=open_sale.basket.member,
            note=open_sale.basket.note,
            priced_under=self._selling.priced_under(),
            order_id=order_id,
            order_number=self._orders.number_of(order_id),
        )
        basket_id = open_sale.basket.basket_id
        return sale if sale.sale_id == basket_id else replace(sale, basket_id=basket_id)

    def _print_jobs(self, sale: Sale, *, print_receipt: bool) -> Sequence[PrintJobRequest]:
        cash = any(each.kind is TenderKind.CASH for each in sale.tenders)
        return self._receipts.jobs_for(sale, print_receipt=print_receipt, open_drawer=cash)

    def _not_overpaid(self) -> Settlement:
        settlement = self._stands(cash_next=False)
        if settlement.overpaid:
            raise PaymentRefused("overpaid", settlement.change_minor)
        return settlement

    def _stands(self, *, cash_next: bool) -> Settlement:
        """Return where the tenders that were taken stand; raises `PaymentRefused`."""
        total, rounding = self._selling.priced().total_minor, self._rules.current.cash_rounding
        try:
            return standing(total, self._selling.open_sale.tenders, rounding, cash_next=cash_next)
        except (TenderRefused, AmountRefused) as refused:
            raise PaymentRefused(refused.code) from refused

    def _settle(self, tenders: Sequence[Tender], *, cash_next: bool) -> Settlement:
        total = self._selling.priced().total_minor
        try:
            return settle(total, tenders, self._rules.current.cash_rounding, cash_next=cash_next)
        except (TenderRefused, AmountRefused) as refused:
            raise PaymentRefused(refused.code) from refused

    def _sale_of(self, attempt: Attempt) -> OpenSale | None:
        return next(
            (each for each in self._journal.open_sales() if each.basket.basket_id == attempt.basket_id),
            None,
        )


def replace_verb(request: TerminalRequest, verb: str) -> TerminalRequest:
    """Return the same request with another verb."""
    return with_fields(request, verb=verb)


def query_of(attempt: Attempt) -> TerminalRequest:
    """Return the question what became of an attempt."""
    return TerminalRequest(
        "query",
        attempt.attempt_id,
        TenderKind(attempt.tender),
        attempt.amount_minor,
        attempt.currency,
        pays_back=attempt.basket_id.startswith(OF_RETURN),
    )


def outcome_word(outcome: TerminalOutcome, *, was_approved: bool) -> str:
    """Return the fact's word: a cancelled approval is a reversal; an attempt nobody knows was never made."""
    if was_approved:
        return "reversed"
    return "declined" if outcome is TerminalOutcome.DECLINED else "cancelled"
