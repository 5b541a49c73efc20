"""Stands where a payment provider would, for a centre that has none: nothing is charged, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from sync.server.channels.signing import SignatureRefused
from sync.server.payments.provider import Charge, ProviderUnreachable


class NoProvider:
    """Answers nothing. What was begun with a provider waits until there is one again."""

    name = "none"

    def ask(self, charge: Charge) -> NoReturn:
        """Raise `ProviderUnreachable`."""
        raise ProviderUnreachable(charge.charge_id)

    def look_up(self, charge_id: str) -> NoReturn:
        """Raise `ProviderUnreachable`."""
        raise ProviderUnreachable(charge_id)

    def charge_of_notice(self, headers: Mapping[str, str], body: bytes) -> NoReturn:  # noqa: ARG002  # the provider's signature
        """Raise `SignatureRefused`: nobody is expected to tell anything."""
        raise SignatureRefused("no_provider")
