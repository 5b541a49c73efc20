"""What every promotion has in common: a row of data, when it holds, and what it may touch."""

from __future__ import annotations

import msgspec

from retail.catalogue import LocalisedText


class Promotion(msgspec.Struct, frozen=True, kw_only=True, tag="promotion", tag_field="row"):
    """One promotion as data; `kind` names a reader in `retail.promotions.registry.KINDS`.

    `arguments` are decimal strings by name, documented in the file of each kind.

    What it touches: empty `product_ids` and `category_ids` mean every discountable product; excluded
    products and categories never count. When it holds: from `starts_at` (inclusive) to `ends_at`
    (exclusive), RFC 3339 local times, empty for no bound; on `weekdays` (1 is Monday, ISO 8601) and
    `month_days`; in `hours` such as `17:00-19:00`, which may run over midnight; in `channels` (empty:
    all). For whom: members of `member_tier` or of one of `member_tiers` (`*`: any member), of one of
    `member_groups`, on their `birthday` (`day` or `month`), on their `first_order`; baskets with
    `coupon_code`. From what: `minimum_minor` or `minimum_quantity` of the lines it touches.

    How often: limits count in the kind's own unit, 0 is no limit. With what: lower `priority` is applied
    first, and a line's remaining amount is what the next one sees; `exclusive` ones never meet another on
    a line; of those in one `exclusion_group` no line takes two, the customer gets the better; a coupon
    that is not `combinable` never meets another coupon.
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
    excluded_product_ids: tuple[str, ...] = ()
    excluded_category_ids: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    hours: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    member_tiers: tuple[str, ...] = ()
    member_groups: tuple[str, ...] = ()
    birthday: str = ""
    first_order: bool = False
    minimum_minor: int = 0
    minimum_quantity: int = 0
    limit_per_sale: int = 0
    limit_per_member: int = 0
    limit_per_day: int = 0
    limit_in_campaign: int = 0
    exclusion_group: str = ""
    combinable: bool = True

    @property
    def key(self) -> str:
        return self.promotion_id
