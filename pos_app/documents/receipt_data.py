"""What a receipt shows, as values; apart from the layout, for a till reads it when it starts."""

from __future__ import annotations

import msgspec

from retail.catalogue import LocalisedText
from retail.returns.record import Return
from retail.sale import Sale


class PickupItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to collect."""

    name: LocalisedText
    quantity: int = 1


class PickupSlip(msgspec.Struct, frozen=True, kw_only=True):
    """The TO COLLECT part: an order of this customer that waits at a desk.

    `day` and `window` are finished texts (`Sun 15 March`, `10:00-10:30`); `code_text` is what the QR
    code holds, `spoken_code` what a customer can say. `due_minor` zero means paid online.
    """

    order_number: str
    day: str = ""
    window: str = ""
    items: tuple[PickupItem, ...] = ()
    due_minor: int = 0
    code_text: str = ""
    spoken_code: str = ""


class ReceiptData(msgspec.Struct, frozen=True, kw_only=True):
    """All that a receipt shows; also the body of its print job, as JSON.

    `language` is `en`, `zh_CN` or `both`; `symbol` and `digits` are the currency's; `copy` marks a
    reprint; `logo` is a PNG, empty for Evertill's own mark.
    """

    store_name: LocalisedText
    sale: Sale
    address: LocalisedText = LocalisedText("")
    telephone: str = ""
    tax_number: str = ""
    till_name: str = ""
    language: str = "en"
    symbol: str = ""
    digits: int = 2
    copy: bool = False
    pickup: PickupSlip | None = None
    returns_text: LocalisedText = LocalisedText("")
    thanks_text: LocalisedText = LocalisedText("")
    logo: bytes = b""


class ReturnReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """All that the receipt of a return shows; also the body of its print job, as JSON."""

    store_name: LocalisedText
    returned: Return
    address: LocalisedText = LocalisedText("")
    telephone: str = ""
    tax_number: str = ""
    language: str = "en"
    symbol: str = ""
    digits: int = 2
    copy: bool = False
    thanks_text: LocalisedText = LocalisedText("")
    logo: bytes = b""
