"""What the database tests stand on: an enrolled till's files, and small sales, baskets and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from pos_app.database.connection import Database
from pos_app.database.identity import Identity
from pos_app.database.journal import Journal
from pos_app.database.open_sales import OpenSale
from pos_app.database.spool import PrintJobRequest
from pos_app.database.streams import Streams
from pos_app.services.clock import uuid7
from retail.basket import Basket, BasketLine, PriceSource
from retail.catalogue import LocalisedText, Price, Product
from retail.events import PaymentStarted
from retail.member import Member
from retail.quantity import SellingUnit
from retail.receipt_number import receipt_number
from retail.sale import Sale, SaleLine, TaxTotal, Tender, TenderKind

KEY = "0123456789abcdef" * 4
OTHER_KEY = "fedcba9876543210" * 4
NOW = "2026-03-14T14:02:00+08:00"
TILL = Identity(
    device_id="device-1",
    incarnation="incarnation-1",
    store_id="S1",
    till_id="S1-T2",
    till_number=2,
    token="token",
    server_url="http://127.0.0.1:1",
    next_receipt_counter=412,
)
RECEIPT = PrintJobRequest(kind="receipt", body='{"of": "a sale"}', opens_drawer=True)

encode = msgspec.json.Encoder(decimal_format="string").encode


class Ticking:
    """A clock for tests: each reading is one second later."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> str:
        self.seconds += 1
        minutes, seconds = divmod(self.seconds, 60)
        return f"2026-03-14T14:{minutes:02d}:{seconds:02d}+08:00"


def journal_on(database: Database) -> Journal:
    """Return a journal whose clock stands still."""
    return Journal(database, now=lambda: NOW, monotonic_ms=lambda: 0, new_id=uuid7)


def open_sale(basket_id: str = "basket-1", *, lines: int = 1) -> OpenSale:
    """Return an open sale of some lines."""
    return OpenSale(
        basket=Basket(
            basket_id=basket_id,
            lines=tuple(
                BasketLine(
                    line_id=f"line-{number}",
                    product=product(f"p{number}"),
                    quantity=Decimal(2),
                    unit_price_minor=Decimal(420),
                )
                for number in range(lines)
            ),
        ),
        opened_at=NOW,
    )


def sale(basket_id: str, counter: int, *, total_minor: int = 840) -> Sale:
    """Return a completed sale of one line, paid in cash."""
    return Sale(
        sale_id=basket_id,
        receipt_number=receipt_number(2, counter),
        store_id="S1",
        till_id="S1-T2",
        till_number=2,
        cashier_id="noor",
        cashier_name="Noor A.",
        completed_at=NOW,
        currency="SGD",
        tax_included=True,
        lines=(
            SaleLine(
                line_number=1,
                product_id="p1",
                sku="SKU-p1",
                name=LocalisedText("Oat milk", "燕麦奶"),
                category_id="dairy",
                unit=SellingUnit.PIECE,
                quantity=Decimal(2),
                unit_price_minor=Decimal(420),
                price_source=PriceSource.STORE,
                gross_minor=total_minor,
                discounts=(),
                document_discount_minor=0,
                paid_minor=total_minor,
                tax_class_id="Z",
                tax_code="Z",
            ),
        ),
        item_count=2,
        subtotal_minor=total_minor,
        discounts=(),
        saved_minor=0,
        tax_totals=(
            TaxTotal(
                tax_class_id="Z",
                code="Z",
                rate=Decimal(0),
                net_minor=total_minor,
                tax_minor=0,
                gross_minor=total_minor,
            ),
        ),
        tax_minor=0,
        total_minor=total_minor,
        tenders=(Tender(kind=TenderKind.CASH, amount_minor=total_minor),),
        cash_rounding_minor=0,
        change_minor=0,
    )


def complete(journal: Journal, basket_id: str) -> Sale:
    """Complete a basket with one receipt to print."""
    return journal.complete_sale(
        basket_id, lambda counter: sale(basket_id, counter), lambda _sale: (RECEIPT,)
    )


def attempt(attempt_id: str = "attempt-1", basket_id: str = "basket-1") -> PaymentStarted:
    """Return the start of a card payment."""
    return PaymentStarted(
        attempt_id=attempt_id,
        basket_id=basket_id,
        tender=TenderKind.CARD,
        amount_minor=840,
        currency="SGD",
    )


def product(
    product_id: str,
    en: str = "Oat milk",
    zh: str = "燕麦奶",
    *,
    pinyin: str = "yan mai nai",
    codes: tuple[str, ...] = (),
    popularity: int = 0,
    category_id: str = "dairy",
) -> Product:
    """Return a product of the catalogue."""
    return Product(
        product_id=product_id,
        sku=f"SKU-{product_id.upper()}",
        name=LocalisedText(en, zh),
        category_id=category_id,
        tax_class_id="Z",
        codes=codes,
        pinyin=pinyin,
        initials="".join(syllable[0] for syllable in pinyin.split()),
        popularity=popularity,
    )


def price(product_id: str, minor: str) -> Price:
    """Return a price of the store."""
    return Price(product_id=product_id, unit_price_minor=Decimal(minor))


def member(member_id: str, en: str = "M. Lin", zh: str = "林女士", card: str = "MBR00008817") -> Member:
    """Return a member."""
    return Member(
        member_id=member_id,
        display_name=LocalisedText(en, zh),
        tier="gold",
        card_number=card,
        phone_tail="4471",
    )


def keyed(rows: Iterable[msgspec.Struct]) -> list[tuple[str, bytes]]:
    """Return rows as a snapshot brings them: keys and bodies in the order of keys."""
    return sorted((f"{row.__struct_config__.tag}:{row.key}", encode(row)) for row in rows)  # type: ignore[attr-defined]  # every row has a key


def bootstrap(
    streams: Streams, stream: str, rows: Iterable[msgspec.Struct], *, epoch: str = "epoch-1"
) -> None:
    """Load rows as a snapshot of a stream, in two pages."""
    some = keyed(rows)
    middle = len(some) // 2
    streams.begin_bootstrap(stream, epoch, 1, len(some))
    streams.stage(stream, some[:middle], some[middle - 1][0] if middle else "")
    streams.stage(stream, some[middle:], some[-1][0] if some else "")
    assert streams.finish_bootstrap(stream, lambda: True)


def note_placed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each stream whose snapshot takes its place, as it does."""
    placed: list[str] = []
    finish = Streams.finish_bootstrap

    def noted(streams: Streams, stream: str, keep_going: Callable[[], bool]) -> bool:
        placed.append(stream)
        return finish(streams, stream, keep_going)

    monkeypatch.setattr(Streams, "finish_bootstrap", noted)
    return placed


def files_in(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())
