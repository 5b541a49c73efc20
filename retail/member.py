"""A member account, as much of it as a desk needs."""

from __future__ import annotations

import msgspec

from retail.catalogue import LocalisedText


class Member(msgspec.Struct, frozen=True, kw_only=True, tag="member", tag_field="row"):
    """A member account as a till may see it: no more than the desk needs.

    `birthday` is `MM-DD` (nobody at a desk needs the year), `orders` how many sales were completed, None when
    nobody counted, `groups` are such as `employee`, `fiscal_position` maps taxes for this member.
    """

    member_id: str
    display_name: LocalisedText
    tier: str
    card_number: str
    phone_tail: str = ""
    points: int = 0
    birthday: str = ""
    orders: int | None = None
    groups: tuple[str, ...] = ()
    fiscal_position: str = ""

    @property
    def key(self) -> str:
        return self.member_id
