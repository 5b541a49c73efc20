"""What a scanned text means: a product, a scale label, a coupon, a member card, a receipt, a payment code."""

from __future__ import annotations

import msgspec

from retail.catalogue import LocalisedText


class BarcodeRule(msgspec.Struct, frozen=True, kw_only=True, tag="barcode_rule", tag_field="row"):
    """How an in-store number is read, as a pattern over its digits.

    `pattern` is as long as the code: literal digits, `I` for item number digits, `N` for value digits,
    `V` for an inner price check digit (ignored), `C` for the GTIN check digit. `kind` is `price` (value in
    minor units) or `weight` (value in grams); `value_decimals` moves the value's point to the left of
    minor units or grams. Lower `position` is tried first.
    """

    position: int
    pattern: str
    kind: str
    value_decimals: int = 0
    label: LocalisedText = LocalisedText("")

    @property
    def key(self) -> str:
        return f"{self.position:03d}"
