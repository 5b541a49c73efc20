"""Takes what orders cost through a payment provider: authorised when placed, taken and let go as they end.

A row stands before the provider is asked, under an id that the provider knows again; what came of it is
written after, and then booked in the order. Interrupted anywhere, the next round goes on from the rows, so
nothing is charged twice and nothing is forgotten. No session is open while the provider is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from retail.pickup.amounts import authorised_left
from retail.pickup.order import PaymentEntry
from sync.server.alerts import raise_alert
from sync.server.clock import now_text, text_after
from sync.server.database.charge_rows import (
    BOOKED,
    DECLINED,
    DONE,
    OF_RETURN,
    OPEN,
    SETTLED,
    WAITING,
    ChargeRow,
    charge_of_id,
    charges_due,
    charges_of,
    claim_charge,
    looked_at,
    orders_to_settle,
    put_away,
    write_charge,
)
from sync.server.database.order_rows import BookedOrder, lock_orders, read_order
from sync.server.database.outbox_rows import ToTell, queue_charge, queue_messages
from sync.server.database.sessions import Database
from sync.server.orders.desk import OrderDesk
from sync.server.orders.values import OrderProblem
from sync.server.payments.provider import (
    Answered,
    Charge,
    ChargeKind,
    ChargeOutcome,
    Provider,
    ProviderUnreachable,
)
from sync.server.payments.settling import ENTRY_OF, is_done_with, left_for_the_desk, next_charge

_log = logging.getLogger(__name__)

AT_ONCE: Final = 100
ASKED_FOR: Final = timedelta(minutes=1)
"""Whoever has not said by then what a provider answered was interrupted."""

LOOKED_UP_EVERY: Final = timedelta(seconds=20)
"""A customer may never come back from the provider's page, and a notice may get lost."""

LOOKED_UP_FOR: Final = timedelta(days=1)
DELAYS_SECONDS: Final = (5, 30, 120, 600, 3600)

RETURN_PATH: Final = "/pay/return/"


class Cashier:
    """Asks one provider. One object per process, shared by its threads."""

    def __init__(
        self, database: Database, orders: OrderDesk, provider: Provider, *, capture_when_ready: bool = False
    ) -> None:
        self._database = database
        self._orders = orders
        self._provider = provider
        self._capture_when_ready = capture_when_ready

    @property
    def provider_name(self) -> str:
        """What the provider is called."""
        return self._provider.name

    def page_key_of(self, order_id: str) -> str:
        """Return what opens the customer's page of an order, empty when there is none."""
        with self._database.read() as connection:
            booked = read_order(connection, order_id)
        return "" if booked is None else booked.page_key

    def begin(self, order_id: str) -> str:
        """Return the provider's page for a held order, empty when there is nothing to pay.

        After a payment that was declined the next one begins. Raises `ProviderUnreachable`.
        """
        now = now_text()
        with self._database.write() as connection:
            booked = lock_orders(connection, [order_id]).get(order_id)
            if booked is None or not booked.is_held:
                return ""
            tries = [one for one in charges_of(connection, order_id) if one.kind == ChargeKind.AUTHORISE]
            if not tries or tries[-1].state == DECLINED:
                charge_id = f"{order_id}:authorise:{len(tries) + 1}"
                queue_charge(
                    connection,
                    charge_id=charge_id,
                    order=booked.order,
                    kind=ChargeKind.AUTHORISE,
                    amount_minor=booked.total_minor,
                )
                tries.append(_known(charge_of_id(connection, charge_id)))
        charge = tries[-1]
        answer = self._provider.ask(self._question(charge, booked, ""))
        self._write_answer(charge, answer, now)
        return answer.address

    def come_back(self, charge_id: str) -> str:
        """Look up what a customer decided who comes back from the provider; return the order's page key."""
        with self._database.read() as connection:
            charge = charge_of_id(connection, charge_id)
            booked = None if charge is None else read_order(connection, charge.order_id)
        if charge is None or booked is None:
            return ""
        try:
            self._look_up(charge, now_text())
        except ProviderUnreachable:
            # The order's page says that the payment is waited for; the loop asks again.
            _log.warning("the payment provider does not answer about %s", charge_id)
        return booked.page_key

    def take_notice(self, headers: Mapping[str, str], body: bytes) -> None:
        """Look up what a provider's notice is about; raises `SignatureRefused`, `ProviderUnreachable`."""
        charge_id = self._provider.charge_of_notice(headers, body)
        with self._database.read() as connection:
            charge = charge_of_id(connection, charge_id)
        if charge is not None:
            self._look_up(charge, now_text())

    def run_once(self, now: str) -> int:
        """Ask, look up, book and settle what is due; return how many charges were touched."""
        with self._database.read() as connection:
            due = charges_due(connection, (WAITING, OPEN, DONE), now, AT_ONCE)
        for charge in due:
            try:
                self._go_on(charge, now)
            except ProviderUnreachable as silent:
                _log.info("the payment provider does not answer about %s: %s", charge.charge_id, silent)
        return len(due) + self._settle_some()

    def _go_on(self, charge: ChargeRow, now: str) -> None:
        if charge.state == DONE:
            self._book(charge, now)
        elif charge.kind == ChargeKind.AUTHORISE:
            # A page that was never opened is nobody's; whoever opens it later is heard of then.
            if charge.state == OPEN:
                self._look_up(charge, now)
            elif charge.created_at < text_after(now, -LOOKED_UP_FOR):
                self._conclude(charge, DECLINED, now)
        elif charge.kind != OF_RETURN or self._is_taken(charge, now):
            self._ask(charge, now)

    def _is_taken(self, charge: ChargeRow, now: str) -> bool:
        """Say whether an order's money was taken, so that some of it can go back; if not, look again soon."""
        with self._database.write() as connection:
            booked = read_order(connection, charge.order_id)
            taken = booked is None or not authorised_left(booked.order)
            if not taken:
                later = text_after(now, LOOKED_UP_EVERY)
                write_charge(connection, charge.charge_id, state=charge.state, now=now, next_at=later)
        return taken

    def _ask(self, charge: ChargeRow, now: str) -> None:
        delay = DELAYS_SECONDS[min(charge.attempts, len(DELAYS_SECONDS) - 1)]
        until = text_after(now, max(ASKED_FOR, timedelta(seconds=delay)))
        with self._database.write() as connection:
            if not claim_charge(connection, charge, provider=self._provider.name, until=until):
                return
            booked = read_order(connection, charge.order_id)
            charges = charges_of(connection, charge.order_id)
            authorised = [
                one for one in charges if one.kind == ChargeKind.AUTHORISE and one.state in (BOOKED, SETTLED)
            ]
        if booked is None or not authorised:
            self._conclude(charge, DECLINED, now)
            return
        answer = self._provider.ask(self._question(charge, booked, authorised[-1].provider_reference))
        self._write_answer(charge, answer, now)

    def _question(self, charge: ChargeRow, booked: BookedOrder, reference: str) -> Charge:
        return Charge(
            charge_id=charge.charge_id,
            kind=ChargeKind.REFUND if charge.kind == OF_RETURN else ChargeKind(charge.kind),
            amount_minor=charge.amount_minor,
            currency=charge.currency,
            order_number=booked.order.number,
            language=booked.language,
            authorised_reference=reference,
            return_path=RETURN_PATH + charge.charge_id,
        )

    def _look_up(self, charge: ChargeRow, now: str) -> None:
        if charge.state not in (WAITING, OPEN):
            return
        answer = self._provider.look_up(charge.charge_id)
        if answer is not None:
            self._write_answer(charge, answer, now)

    def _write_answer(self, charge: ChargeRow, answer: Answered, now: str) -> None:
        if answer.outcome is ChargeOutcome.OPEN:
            if charge.created_at < text_after(now, -LOOKED_UP_FOR):
                self._conclude(charge, DECLINED, now)
                return
            with self._database.write() as connection:
                write_charge(
                    connection,
                    charge.charge_id,
                    state=OPEN,
                    now=now,
                    next_at=text_after(now, LOOKED_UP_EVERY),
                    provider=self._provider.name,
                    provider_reference=answer.reference,
                )
            return
        done = answer.outcome is ChargeOutcome.DONE
        with self._database.write() as connection:
            write_charge(
                connection,
                charge.charge_id,
                state=DONE if done else DECLINED,
                now=now,
                provider=self._provider.name,
                provider_reference=answer.reference,
            )
            if not done and charge.kind != ChargeKind.AUTHORISE:
                detail = f"{charge.kind} of {charge.amount_minor} {charge.currency}"
                raise_alert(connection, "charge_declined", charge.charge_id, detail)
        if done:
            self._book(charge, now)

    def _book(self, charge: ChargeRow, now: str) -> None:
        if charge.kind == OF_RETURN:
            self._book_return(charge, now)
            return
        kind = ChargeKind(charge.kind)
        entry = PaymentEntry(
            kind=ENTRY_OF[kind], amount_minor=charge.amount_minor, reference=charge.charge_id
        )
        try:
            self._orders.confirm_payment(charge.order_id, entry)
        except OrderProblem as problem:
            if problem.code != "payment_failed":
                with self._database.write() as connection:
                    write_charge(connection, charge.charge_id, state=BOOKED, now=now)
                    raise_alert(connection, "charge_not_booked", charge.charge_id, problem.code)
                return
            self._give_up_authorisation(charge, now)
            return
        with self._database.write() as connection:
            # Not `now`: the order is looked at once more, also if nothing else happens to it.
            write_charge(connection, charge.charge_id, state=BOOKED, now="")
            if kind is ChargeKind.REFUND:
                told = ToTell(kind="refunded", order_id=charge.order_id, key=charge.charge_id)
                queue_messages(connection, [told])

    def _book_return(self, charge: ChargeRow, now: str) -> None:
        """The money of goods that came back: the order itself stays as it was handed over and paid."""
        with self._database.write() as connection:
            write_charge(connection, charge.charge_id, state=BOOKED, now=now)
            about = {"amount_minor": charge.amount_minor}
            told = ToTell(kind="refunded", order_id=charge.order_id, key=charge.charge_id, about=about)
            queue_messages(connection, [told])

    def _give_up_authorisation(self, charge: ChargeRow, now: str) -> None:
        """The goods were let go before the money came: an authorisation for nothing is given up at once."""
        with self._database.write() as connection:
            write_charge(connection, charge.charge_id, state=BOOKED, now=now)
            booked = read_order(connection, charge.order_id)
            if booked is not None and charge.kind == ChargeKind.AUTHORISE:
                queue_charge(
                    connection,
                    charge_id=f"{charge.charge_id}:void",
                    order=booked.order,
                    kind=ChargeKind.VOID,
                    amount_minor=charge.amount_minor,
                )

    def _conclude(self, charge: ChargeRow, state: str, now: str) -> None:
        with self._database.write() as connection:
            write_charge(connection, charge.charge_id, state=state, now=now)

    def _settle_some(self) -> int:
        with self._database.read() as connection:
            changed = orders_to_settle(connection, AT_ONCE)
        return sum(self._settle(order_id, changed_at) for order_id, changed_at in changed)

    def _settle(self, order_id: str, changed_at: str) -> bool:
        """Write the next charge of an order; False when there is none, or one is on its way already."""
        with self._database.write() as connection:
            booked = lock_orders(connection, [order_id])[order_id]
            charges = [one for one in charges_of(connection, order_id) if one.kind != OF_RETURN]
            if any(one.state in (WAITING, OPEN, DONE) for one in charges):
                return False
            made = {one.charge_id for one in charges if one.state in (BOOKED, SETTLED)}
            wanted = next_charge(booked.order, made, capture_when_ready=self._capture_when_ready)
            asked_in_vain = any(one.state == DECLINED and one.kind != ChargeKind.AUTHORISE for one in charges)
            if booked.is_released or wanted is None or asked_in_vain:
                desk = left_for_the_desk(booked.order, made)
                if desk and not booked.is_released:
                    raise_alert(connection, "refund_at_desk", f"{order_id} {desk}", booked.order.number)
                if booked.is_released or is_done_with(booked.order, made):
                    put_away(connection, order_id, changed_at)
                else:
                    looked_at(connection, order_id, changed_at)
                return False
            kind, amount = wanted
            queue_charge(
                connection,
                charge_id=f"{order_id}:{kind}:{len(charges) + 1}",
                order=booked.order,
                kind=kind,
                amount_minor=amount,
            )
        return True


def _known(charge: ChargeRow | None) -> ChargeRow:
    assert charge is not None
    return charge
