"""Makes the letter to one customer from the occasion and the order as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from retail.catalogue import LocalisedText
from retail.pickup.amounts import money_of
from retail.pickup.order import PaymentKind, PickupOrder
from retail.pickup.other_store import is_moved, offer_of
from retail.store import StoreSettings
from sync.server.database.order_rows import BookedOrder
from sync.server.messages.port import Letter
from sync.server.messages.texts import GIVEN_BACK, LETTERS, PAGE
from sync.server.web.frame import amount, moment
from sync.server.web.shop_view import order_address


def letter_to(
    booked: BookedOrder,
    store: StoreSettings,
    *,
    kind: str,
    key: str,
    about: Mapping[str, Any],
    public_address: str,
) -> Letter:
    """Return the letter of one occasion, in the customer's language.

    `public_address` is what the centre is called on the internet; without it a letter names no page.
    """
    order, language = booked.order, booked.language
    texts = LETTERS[kind]
    offer = offer_of(order, str(about.get("step_id", "")))
    page = public_address.rstrip("/") + order_address(booked.page_key) if public_address else ""
    back = about.get("amount_minor", _given_back(order))
    money = f"{store.currency_symbol}{amount(back, store.currency_digits)}"
    values = {
        "number": order.number,
        "store": store.name.in_language(language),
        "digits": booked.digits,
        "when": f"{moment(order.slot.starts_at)[:16]}–{moment(order.slot.ends_at)[11:16]}",
        "until": moment(order.collect_until)[:16],
        "other": offer.store_name.in_language(language) if offer is not None else "",
        "answer_until": moment(offer.answer_until)[:16] if offer is not None else "",
        "name": _product_name(order, about).in_language(language),
        "given_back": GIVEN_BACK.in_language(language).format(amount=money) if back else "",
        "page": PAGE.in_language(language).format(address=page) if page else "",
    }
    return Letter(
        key=key,
        kind=kind,
        name=booked.contact_name,
        email=booked.email,
        phone=booked.phone,
        language=language,
        subject=texts.subject.in_language(language).format(**values),
        text=texts.text.in_language(language).format(**values).strip() + "\n",
    )


def _given_back(order: PickupOrder) -> int:
    """Return what of the money goes back: what has gone already, and what is still to go."""
    money = money_of(order)
    over = money.refund_minor + money.release_minor
    gone = sum(
        entry.amount_minor
        for entry in order.payment.entries
        if entry.kind in (PaymentKind.VOIDED, PaymentKind.REFUNDED) and not is_moved(entry)
    )
    return over + gone


def _product_name(order: PickupOrder, about: Mapping[str, Any]) -> LocalisedText:
    named = msgspec.convert(about.get("line_ids", [about.get("line_id", "")]), list[str])
    names = [line.product.name for line in order.lines if line.line_id in named]
    return LocalisedText(
        ", ".join(name.en for name in names), "、".join(name.in_language("zh") for name in names)
    )
