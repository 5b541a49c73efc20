"""The demo store: Harbour Lane Market, its money, people, offers and quick keys."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from retail.barcode import BarcodeRule
from retail.catalogue import LocalisedText, QuickKey, TaxClass
from retail.member import Member
from retail.promotions.rule import Promotion
from retail.staff import StaffMember
from retail.store import StoreSettings
from sync.server.catalogue_csv import Entry
from sync.server.demo.vocabulary import read_table
from sync.server.pins import pin_hash

STORE_ID = "S1"
DEFAULT_MEMBERS = 200
DEFAULT_PROMOTIONS = 24

TAX_CLASSES: tuple[TaxClass, ...] = (
    TaxClass(tax_class_id="A", code="A", name=LocalisedText("Standard", "标准税率"), rate=Decimal(9)),
    TaxClass(tax_class_id="B", code="B", name=LocalisedText("Household", "日用品税率"), rate=Decimal(5)),
    TaxClass(tax_class_id="Z", code="Z", name=LocalisedText("Groceries", "食品零税率"), rate=Decimal(0)),
)

BARCODE_RULES: tuple[BarcodeRule, ...] = (
    BarcodeRule(
        position=1,
        pattern="20IIIIINNNNNC",
        kind="weight",
        label=LocalisedText("Scale label with weight", "称重标签（重量）"),
    ),
    BarcodeRule(
        position=2,
        pattern="21IIIIINNNNNC",
        kind="price",
        label=LocalisedText("Scale label with price", "称重标签（金额）"),
    ),
)

SHOWN_PROMOTIONS: tuple[Promotion, ...] = (
    Promotion(
        promotion_id="oat-milk-2-for-7",
        kind="n_for_price",
        label=LocalisedText("2 for 7.00", "2 件 7.00"),
        arguments={"quantity": "2", "price_minor": "700"},
        product_ids=("P1026",),
        priority=10,
    ),
    Promotion(
        promotion_id="coffee-and-pastry",
        kind="bundle_saving",
        label=LocalisedText("Coffee + pastry", "咖啡 + 糕点"),
        arguments={
            "saving_minor": "150",
            "group_products": "P1001,P1002,P1003,P1004|P1006,P1008,P1009",
        },
        product_ids=("P1001", "P1002", "P1003", "P1004", "P1006", "P1008", "P1009"),
        priority=20,
    ),
    Promotion(
        promotion_id="gold-10",
        kind="percent_off",
        label=LocalisedText("Gold −10%", "金卡 9 折"),
        arguments={"percent": "10"},
        category_ids=("apparel",),
        member_tier="gold",
        priority=50,
    ),
    Promotion(
        promotion_id="spring5",
        kind="amount_off_basket",
        label=LocalisedText("5.00 off over 50.00", "满 50.00 减 5.00"),
        arguments={"amount_minor": "500", "minimum_minor": "5000"},
        coupon_code="SPRING5",
        priority=200,
    ),
    Promotion(
        promotion_id="welcome10",
        kind="percent_off",
        label=LocalisedText("Welcome −10%", "新客 9 折"),
        arguments={"percent": "10"},
        coupon_code="WELCOME10",
        needs_network=True,
        priority=210,
    ),
)

STAFF: tuple[tuple[str, str, str, str, str], ...] = (
    ("E0001", "Noor A.", "STF0001", "1111", "cashier"),
    ("E0002", "Mei T.", "STF0002", "2222", "supervisor"),
    ("E0003", "Arun K.", "STF0003", "3333", "cashier"),
    ("E0004", "Li Wei", "STF0004", "4444", "manager"),
)
"""Staff id, name, badge, PIN and role; for demonstrations, so the PINs are no secret."""

_TIERS = (("gold", 0.1), ("silver", 0.3), ("member", 1.0))


def store_settings(store_id: str = STORE_ID) -> StoreSettings:
    """Return what is true for the store."""
    return StoreSettings(
        store_id=store_id,
        name=LocalisedText("Harbour Lane Market", "港湾里市集"),
        address="14 Harbour Lane",
        telephone="5550 0142",
        tax_number="HL-0099-4471",
        currency="SGD",
        currency_symbol="$",
        currency_digits=2,
        tax_included=True,
        tax_rounding="document",
        rounding="half_up",
        cash_rounding_minor=5,
        cash_rounding_mode="half_up",
        denominations_minor=(10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
        smallest_note_minor=200,
        points_per_major_unit=1,
        returns_text=LocalisedText("Returns within 30 days with this receipt", "凭小票 30 天内可退换"),
        thanks_text=LocalisedText("Thank you", "谢谢惠顾"),
        offline_card_limit_minor=5000,
    )


def quick_keys() -> tuple[QuickKey, ...]:
    """Return the five by five tiles of the Sell screen."""
    return tuple(
        QuickKey(
            position=int(row["position"]),
            action=row["action"],
            product_id=f"P{row['sku']}",
            label=LocalisedText(row["label"], row["label_zh"]),
            icon=row["icon"],
        )
        for row in read_table("quick_keys")
    )


@cache
def staff(seed: int) -> tuple[StaffMember, ...]:
    """Return the people who may work the tills."""
    chance = random.Random(seed)  # noqa: S311  # demo data must be the same for the same seed
    return tuple(
        StaffMember(
            staff_id=staff_id,
            display_name=name,
            badge_code=badge,
            pin_hash=pin_hash(pin, chance.randbytes(16)),
            role=role,
        )
        for staff_id, name, badge, pin, role in STAFF
    )


def members(seed: int, count: int = DEFAULT_MEMBERS) -> tuple[Member, ...]:
    """Return members, M. Lin first."""
    chance = random.Random(seed)  # noqa: S311  # demo data must be the same for the same seed
    people = read_table("people")
    families = [row for row in people if row["kind"] == "family"]
    titles = [row for row in people if row["kind"] == "title"]
    made = [
        Member(
            member_id="M0001",
            display_name=LocalisedText("M. Lin", "林女士"),
            tier="gold",
            card_number="MBR00008817",
            phone_tail="4471",
            points=1284,
        )
    ]
    for number in range(2, count + 1):
        family, title = chance.choice(families), chance.choice(titles)
        chinese = f"{family['name_zh']}{title['name_zh']}" if family["name_zh"] else ""
        draw = chance.random()
        made.append(
            Member(
                member_id=f"M{number:04d}",
                display_name=LocalisedText(f"{chance.choice('ABCDEHJKLMNRSTWY')}. {family['name']}", chinese),
                tier=next(tier for tier, share in _TIERS if draw < share),
                card_number=f"MBR{10_000_000 + number * 37:08d}",
                phone_tail=f"{chance.randrange(10_000):04d}",
                points=chance.randrange(3_000),
            )
        )
    return tuple(made)


def promotions(goods: Sequence[Entry], seed: int, count: int = DEFAULT_PROMOTIONS) -> tuple[Promotion, ...]:
    """Return offers: those that the screens show, then more on generated goods only."""
    chance = random.Random(seed)  # noqa: S311  # demo data must be the same for the same seed
    made = list(SHOWN_PROMOTIONS)
    candidates = [
        entry
        for entry in goods
        if len(entry.product.sku) > 4 and entry.unit_price_minor and not entry.product.minimum_age
    ]
    while len(made) < count and candidates:
        chosen = chance.sample(candidates, k=min(len(candidates), chance.randint(1, 6)))
        made.append(_offer(len(made) + 1, chosen, chance))
    return tuple(made[: max(count, 0)])


def _offer(number: int, chosen: Sequence[Entry], chance: random.Random) -> Promotion:
    identity = f"offer-{number:04d}"
    product_ids = tuple(entry.product.product_id for entry in chosen)
    if chance.random() < 0.5:
        percent = chance.choice((5, 10, 15, 20, 25, 30))
        return Promotion(
            promotion_id=identity,
            kind="percent_off",
            label=LocalisedText(f"−{percent}%", f"减 {percent}%"),
            arguments={"percent": str(percent)},
            product_ids=product_ids,
        )
    first = chosen[0]
    assert first.unit_price_minor is not None
    quantity = chance.choice((2, 3))
    price_minor = max(int(first.unit_price_minor * quantity * 85 // 100) // 10 * 10, 10)
    price = f"{price_minor // 100}.{price_minor % 100:02d}"
    return Promotion(
        promotion_id=identity,
        kind="n_for_price",
        label=LocalisedText(f"{quantity} for {price}", f"{quantity} 件 {price}"),
        arguments={"quantity": str(quantity), "price_minor": str(price_minor)},
        product_ids=product_ids[:1],
    )
