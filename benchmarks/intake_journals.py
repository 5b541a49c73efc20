"""Journals as busy tills write them, for benchmarks of the intake: sealed, and cut as tills send them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

import msgspec

from retail.basket import Basket, BasketMember, add_product, attach_member
from retail.catalogue import LocalisedText
from retail.checkout import compose_sale, receipt_number
from retail.events import DrawerOpened, Fact, PaymentResolved, PaymentStarted, SaleCompleted
from retail.journal import FIRST_HASH, Envelope, seal
from retail.money import CashRounding, Rounding
from retail.payment import settle
from retail.pricing import PricingRules, prepare, price
from retail.quantity import SellingUnit
from retail.receipt_number import MOST_TILLS
from retail.sale import PricedUnder, Sale, Tender, TenderKind
from sync.protocol import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, EnrolmentAnswer, EnrolmentRequest, JournalBatch
from sync.server.catalogue_csv import Entry
from sync.server.centre import Centre
from sync.server.demo.goods import demo_goods
from sync.server.demo.store import STORE_ID, TAX_CLASSES
from sync.server.enrolment import Device, device_of_id, enrol, new_code

NOW = "2026-11-22T14:33:20+08:00"
KINDS_OF_SALE = 300
"""So many different baskets are priced; what a till sells beyond that are the same ones again."""

PRODUCTS = 1_000
CARD_SHARE, MEMBER_SHARE, DRAWER_SHARE = 0.5, 0.1, 0.02

_rules = prepare(
    PricingRules(
        currency_code="SGD",
        currency_digits=2,
        tax_included=True,
        tax_classes=TAX_CLASSES,
        points_per_major_unit=1,
    )
)


class Till:
    """One enrolled device, and what it writes."""

    def __init__(self, centre: Centre, number: int) -> None:
        with centre.database.write() as connection:
            # A store has so many numbers; a till that is done is followed by another in its place.
            code = new_code(connection, store_id=STORE_ID, till_number=number % MOST_TILLS + 1)
            asked = EnrolmentRequest(
                code=code, device_id=f"bench-{number}", till_name=f"Till {number}", software_version="bench"
            )
            self.enrolled: EnrolmentAnswer = enrol(connection, asked)
            self.device: Device = device_of_id(connection, asked.device_id)
        self.incarnation = uuid.uuid4().hex
        self._chance = random.Random(number)  # a repeatable day
        self._seq = 0
        self._hash = FIRST_HASH
        self._receipts = self.enrolled.last_receipt_counter

    def events(self, sales: int, kinds: Sequence[Sale]) -> Iterator[Envelope]:
        """Write so many sales, with the payments by card and the openings of the drawer between them."""
        for _ in range(sales):
            kind = self._chance.choice(kinds)
            if self._chance.random() < DRAWER_SHARE:
                yield self._seal(DrawerOpened(cashier_id="E0001", reason="change"))
            self._receipts += 1
            sale = msgspec.structs.replace(
                kind,
                sale_id=uuid.uuid4().hex,
                receipt_number=receipt_number(self.enrolled.till_number, self._receipts),
                till_id=self.enrolled.till_id,
                till_number=self.enrolled.till_number,
            )
            if sale.tenders[0].kind is TenderKind.CARD:
                attempt = uuid.uuid4().hex
                yield self._seal(
                    PaymentStarted(
                        attempt_id=attempt,
                        basket_id=sale.sale_id,
                        tender=TenderKind.CARD,
                        amount_minor=sale.total_minor,
                        currency="SGD",
                    )
                )
                yield self._seal(PaymentResolved(attempt_id=attempt, outcome="approved", reference="7741"))
                paid = msgspec.structs.replace(sale.tenders[0], attempt_id=attempt)
                sale = msgspec.structs.replace(sale, tenders=(paid,))
            yield self._seal(SaleCompleted(sale=sale))

    def batches(self, sales: int, kinds: Sequence[Sale]) -> list[bytes]:
        """Return what a till that catches up sends: bodies as large as agreed, in order."""
        bodies: list[bytes] = []
        waiting: list[Envelope] = []
        size = 200
        for envelope in self.events(sales, kinds):
            length = len(msgspec.json.encode(envelope)) + 1
            if waiting and (size + length > MAX_BATCH_BYTES - 1024 or len(waiting) == MAX_BATCH_EVENTS):
                bodies.append(self._body(waiting))
                waiting, size = [], 200
            waiting.append(envelope)
            size += length
        return [*bodies, self._body(waiting)]

    def full_batches(self, count: int, events: int, kinds: Sequence[Sale]) -> list[bytes]:
        """Return so many bodies of so many events each, in order."""
        written = list(islice(self.events(count * events, kinds), count * events))
        return [self._body(written[start : start + events]) for start in range(0, len(written), events)]

    def _body(self, events: Sequence[Envelope]) -> bytes:
        batch = JournalBatch(
            device_id=self.device.device_id, incarnation=self.incarnation, events=tuple(events)
        )
        return msgspec.json.encode(batch)

    def _seal(self, fact: Fact) -> Envelope:
        self._seq += 1
        envelope = seal(
            fact,
            event_id=str(uuid.uuid4()),
            device_id=self.device.device_id,
            incarnation=self.incarnation,
            device_seq=self._seq,
            business_time=NOW,
            monotonic_ms=self._seq * 1000,
            prev_hash=self._hash,
        )
        self._hash = envelope.hash
        return envelope


def kinds_of_sale() -> list[Sale]:
    """Return sales of one to nine lines, priced as a till prices them; half are paid by card."""
    chance = random.Random(7)  # the same sales in every run
    goods = [
        entry
        for entry in demo_goods(PRODUCTS)
        if entry.unit_price_minor is not None and entry.product.unit is SellingUnit.PIECE
    ]
    return [_sale(chance, goods, number) for number in range(KINDS_OF_SALE)]


def _sale(chance: random.Random, goods: Sequence[Entry], number: int) -> Sale:
    basket = Basket(basket_id=f"b{number}")
    # Some goods are sold far more often than others, as in every store.
    ranks = {int(chance.paretovariate(0.6)) % len(goods) for _ in range(chance.randint(1, 9))}
    for line, rank in enumerate(sorted(ranks), start=1):
        entry = goods[rank]
        assert entry.unit_price_minor is not None
        basket, _ = add_product(
            basket,
            line_id=str(line),
            product=entry.product,
            quantity=Decimal(chance.choice((1, 1, 1, 2, 3))),
            unit_price_minor=entry.unit_price_minor,
        )
    member = None
    if chance.random() < MEMBER_SHARE:
        member = BasketMember(
            member_id="M0001", display_name=LocalisedText("Rachel T.", "陈"), tier="gold", points=0
        )
        basket = attach_member(basket, member)
    priced = price(basket, _rules, NOW)
    by_card = chance.random() < CARD_SHARE
    tender = Tender(
        kind=TenderKind.CARD if by_card else TenderKind.CASH,
        amount_minor=priced.total_minor if by_card else (priced.total_minor // 1000 + 1) * 1000,
    )
    return compose_sale(
        priced,
        settle(priced.total_minor, [tender], CashRounding(5, Rounding.HALF_UP), cash_next=not by_card),
        [tender],
        sale_id=f"s{number}",
        receipt_number="",
        store_id=STORE_ID,
        till_id="",
        till_number=1,
        cashier_id="E0001",
        cashier_name="Noor A.",
        completed_at=NOW,
        currency="SGD",
        tax_included=True,
        member=member,
        priced_under=PricedUnder(
            priced_at=NOW,
            catalogue_version=1,
            prices_version=1,
            settings_version=1,
            member_tier="gold" if member else "",
        ),
    )
