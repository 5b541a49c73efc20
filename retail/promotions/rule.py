"""What every promotion has in common: a row of data, when it holds, and what it may touch."""

from __future__ import annotations

import msgspec

from retail.catalogue import LocalisedText


class Promotion(msgspec.Struct, frozen=True, kw_only=True, tag="promotion", tag_field="row"):
    """One promotion as data; `kind` names a function in `retail.promotions.engine.KINDS`.

    `arguments` are decimal strings by name, documented in the file of each kind. Empty `product_ids`
    and `category_ids` mean every discountable product. `starts_at` (inclusive) and `ends_at`
    (exclusive) are RFC 3339 local times, empty for no bound. `member_tier` limits it to members of
    that tier, `coupon_code` to baskets with that coupon. Lower `priority` is applied first; a line's
    remaining amount is what the next one sees. `exclusive` ones never meet another on a line.
    """

    promotion_id: str
    kind: str
    label: LocalisedText
    arguments: dict[str, str] = {}
    product_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    starts_at: str = ""
    ends_at: str = ""
    member_tier: str = ""
    coupon_code: str = ""
    needs_network: bool = False
    priority: int = 100
    exclusive: bool = False

    @property
    def key(self) -> str:
        return self.promotion_id
