"""A store: its words on paper, its currency, and how it rounds and taxes."""

from __future__ import annotations

import msgspec

from retail.catalogue import LocalisedText


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, tag="store_settings", tag_field="row"):
    """What is true for a whole store. Money words of the receipt are printed as they stand here."""

    store_id: str
    name: LocalisedText
    address: str = ""
    telephone: str = ""
    tax_number: str = ""
    currency: str = "USD"
    currency_symbol: str = "$"
    currency_digits: int = 2
    tax_included: bool = True
    tax_rounding: str = "document"
    """`document` or `line`."""
    rounding: str = "half_up"
    cash_rounding_minor: int = 1
    cash_rounding_mode: str = "half_up"
    denominations_minor: tuple[int, ...] = ()
    """Notes and coins in minor units, largest first."""
    smallest_note_minor: int = 0
    """From this value upwards a denomination is a note, below it a coin."""
    points_per_major_unit: int = 0
    returns_text: LocalisedText = LocalisedText("")
    thanks_text: LocalisedText = LocalisedText("")
    offline_card_limit_minor: int = 0
    fiscal_position: str = ""
    """The store's own fiscal position, empty for none."""

    @property
    def key(self) -> str:
        return self.store_id
