"""What a payment provider can be asked, whoever it is.

Every question carries our own `charge_id`. The same question under the same id is the same charge, so a
question whose answer was lost is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import msgspec


class ChargeKind(StrEnum):
    """What is asked of a provider."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class ChargeOutcome(StrEnum):
    """What a provider says of a charge."""

    OPEN = "open"  # the customer has not decided
    DONE = "done"
    DECLINED = "declined"


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: whole minor units of a currency, for an order.

    `authorised_reference` is what the provider called the authorisation that this is about, empty for the
    authorisation itself, which comes back to `return_path` of the centre.
    """

    charge_id: str
    kind: ChargeKind
    amount_minor: int
    currency: str
    order_number: str
    language: str = "en"
    authorised_reference: str = ""
    return_path: str = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: `reference` is the provider's name for it, `address` the page to pay on."""

    outcome: ChargeOutcome
    reference: str = ""
    address: str = ""


class ProviderUnreachable(Exception):
    """No answer: whether the charge was made is in doubt, and it is asked about again."""


class Provider(Protocol):
    """A payment provider. Its calls go over a network, so they are never made inside a database session."""

    @property
    def name(self) -> str:
        """What it is called in the order book."""

    def ask(self, charge: Charge) -> Answered:
        """Make a charge, or say what came of it when it was made before; raises `ProviderUnreachable`."""

    def look_up(self, charge_id: str) -> Answered | None:
        """Say what came of a charge, None when it was never asked for; raises `ProviderUnreachable`."""

    def charge_of_notice(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the charge that a signed notice of the provider is about; raises `SignatureRefused`.

        A notice is only a hint: what it says is looked up.
        """
