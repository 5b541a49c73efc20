"""What an order may know of its customer, and whether what was typed can be one."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import msgspec

from retail.pickup.order import Contact
from sync.server.orders.values import PAYMENTS, ContactDetails, OrderProblem, PlaceOrder

LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 500
LONGEST_REFERENCE: Final = 160
LONGEST_CHANNEL: Final = 40
MOST_LINES: Final = 200
_TAIL: Final = 4
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_PHONE: Final = re.compile(r"\+?[0-9 ()./-]{3,40}")
_LANGUAGE: Final = re.compile(r"[A-Za-z_-]{2,20}")


def check_request(request: PlaceOrder) -> None:
    """Refuse what cannot be an order before anything is looked up; raises `OrderProblem`."""
    reference = request.outside_reference
    if not (1 <= len(reference) <= LONGEST_REFERENCE and 1 <= len(request.channel) <= LONGEST_CHANNEL):
        raise OrderProblem("bad_reference")
    # PostgreSQL has no NUL in its texts: nothing is called so.
    if "\0" in request.store_id:
        raise OrderProblem("unknown_store")
    if any("\0" in line.product_id for line in request.lines):
        raise OrderProblem("unknown_product")
    if request.payment not in PAYMENTS:
        raise OrderProblem("bad_payment", request.payment)
    if not request.lines:
        raise OrderProblem("no_lines")
    notes = (request.note, *(line.note for line in request.lines))
    if len(request.lines) > MOST_LINES or any(len(note) > LONGEST_NOTE for note in notes):
        raise OrderProblem("bad_basket")
    if not _can_be_told(request.contact) or "\0" in "".join((reference, request.channel, *notes)):
        raise OrderProblem("bad_contact")


def _can_be_told(contact: ContactDetails) -> bool:
    name = contact.name.strip()
    return (
        1 <= len(name) <= LONGEST_NAME
        and name.isprintable()
        and (not contact.phone or _PHONE.fullmatch(contact.phone.strip()) is not None)
        and (not contact.email or _EMAIL.fullmatch(contact.email.strip()) is not None)
        and bool(contact.phone.strip() or contact.email.strip())
        and _LANGUAGE.fullmatch(contact.language) is not None
    )


def contact_of(request: PlaceOrder, order_id: str) -> Contact:
    """Return as much of the customer as a desk needs."""
    digits = "".join(one for one in request.contact.phone if one.isdecimal())
    return Contact(
        name=short_name(request.contact.name),
        phone_tail=digits[-_TAIL:],
        contact_id=order_id,
        member_id=request.member_id,
        language=request.contact.language,
    )


def short_name(name: str) -> str:
    """Return a name as it may stand on a screen: `Rachel Tan` is `R. Tan`; one word stays what it is."""
    words = name.split()
    return words[0] if len(words) == 1 else f"{words[0][0]}. {words[-1]}"


def request_hash(request: PlaceOrder) -> str:
    """Return what tells an order that comes again from another one under the same reference."""
    return hashlib.sha256(msgspec.json.encode(request)).hexdigest()
