"""A till as the centre's tests need one: it seals facts into a journal and sends them."""

from __future__ import annotations

import itertools
import uuid
from decimal import Decimal

import msgspec
from httpx import Response
from litestar.testing import TestClient

from retail.basket import Basket, BasketMember, add_product, attach_member
from retail.checkout import compose_sale, receipt_number
from retail.events import Fact, SaleCompleted
from retail.journal import FIRST_HASH, Envelope, seal
from retail.money import CashRounding, Rounding
from retail.payment import settle
from retail.pricing import PricingRules, prepare, price
from retail.sale import Sale, Tender, TenderKind
from sync.protocol import EnrolmentAnswer, EnrolmentRequest, JournalAnswer, JournalBatch
from sync.server.centre import Centre
from sync.server.demo.goods import shown_goods
from sync.server.demo.store import STORE_ID, TAX_CLASSES
from sync.server.enrolment import new_code

NOW = "2026-03-14T14:33:20+08:00"

_rules = prepare(
    PricingRules(
        currency_code="SGD",
        currency_digits=2,
        tax_included=True,
        tax_classes=TAX_CLASSES,
        points_per_major_unit=1,
    )
)
_goods = {entry.product.sku: entry for entry in shown_goods()}


class Till:
    """One device with one journal life."""

    def __init__(self, client: TestClient, enrolled: EnrolmentAnswer, device_id: str) -> None:
        self.client = client
        self.enrolled = enrolled
        self.device_id = device_id
        self.incarnation = uuid.uuid4().hex
        self.headers = {"Authorization": f"Bearer {enrolled.token}"}
        self.receipts = itertools.count(1)
        self._seq = 0
        self._hash = FIRST_HASH

    def seal(self, fact: Fact, *, event_id: str = "") -> Envelope:
        """Append a fact to the journal."""
        self._seq += 1
        envelope = seal(
            fact,
            event_id=event_id or uuid.uuid4().hex,
            device_id=self.device_id,
            incarnation=self.incarnation,
            device_seq=self._seq,
            business_time=NOW,
            monotonic_ms=self._seq,
            prev_hash=self._hash,
        )
        self._hash = envelope.hash
        return envelope

    def sale(self, *, sku: str = "1001", quantity: int = 1, member_id: str = "") -> Sale:
        """Sell something for cash, priced as a till prices it."""
        entry = _goods[sku]
        assert entry.unit_price_minor is not None
        basket, _line = add_product(
            Basket(basket_id=uuid.uuid4().hex),
            line_id="1",
            product=entry.product,
            quantity=Decimal(quantity),
            unit_price_minor=entry.unit_price_minor,
        )
        member = None
        if member_id:
            member = BasketMember(member_id=member_id, display_name=entry.product.name, tier="gold", points=0)
            basket = attach_member(basket, member)
        priced = price(basket, _rules, NOW)
        tender = Tender(kind=TenderKind.CASH, amount_minor=(priced.total_minor // 1000 + 1) * 1000)
        settlement = settle(priced.total_minor, [tender], CashRounding(5, Rounding.HALF_UP), cash_next=True)
        return compose_sale(
            priced,
            settlement,
            [tender],
            sale_id=uuid.uuid4().hex,
            receipt_number=receipt_number(self.enrolled.till_number, next(self.receipts)),
            store_id=self.enrolled.store_id,
            till_id=self.enrolled.till_id,
            till_number=self.enrolled.till_number,
            cashier_id="E0001",
            cashier_name="Noor A.",
            completed_at=NOW,
            currency="SGD",
            tax_included=True,
            member=member,
        )

    def sell(self, *, sku: str = "1001", quantity: int = 1, member_id: str = "") -> Envelope:
        """Sell something and append the fact."""
        return self.seal(SaleCompleted(sale=self.sale(sku=sku, quantity=quantity, member_id=member_id)))

    def batch(self, *events: Envelope) -> JournalBatch:
        """Put events into a batch."""
        return JournalBatch(device_id=self.device_id, incarnation=self.incarnation, events=events)

    def post(self, batch: JournalBatch) -> Response:
        """Send a batch and give the answer as it came."""
        return self.client.post(
            "/v1/journal",
            content=msgspec.json.encode(batch),
            headers={**self.headers, "Content-Type": "application/json"},
        )

    def send(self, *events: Envelope) -> JournalAnswer:
        """Send events that must be taken."""
        answer = self.post(self.batch(*events))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=JournalAnswer)

    def get(self, path: str, **query: object) -> Response:
        """Read something with the till's token."""
        return self.client.get(
            path, params={name: str(value) for name, value in query.items()}, headers=self.headers
        )


def enrolled_till(centre: Centre, client: TestClient, device_id: str, till_number: int | None = None) -> Till:
    """Enrol a device with a new code."""
    with centre.database.write() as connection:
        code = new_code(connection, store_id=STORE_ID, till_number=till_number)
    answer = ask_to_enrol(client, code, device_id)
    assert answer.status_code == 201, answer.text
    return Till(client, msgspec.json.decode(answer.content, type=EnrolmentAnswer), device_id)


def ask_to_enrol(client: TestClient, code: str, device_id: str) -> Response:
    """Ask the centre to enrol a device."""
    request = EnrolmentRequest(
        code=code, device_id=device_id, till_name=f"Till of {device_id}", software_version="0.1.0"
    )
    return client.post(
        "/v1/enrolments",
        content=msgspec.json.encode(request),
        headers={"Content-Type": "application/json"},
    )
