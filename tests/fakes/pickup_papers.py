"""The papers of the design pictures' orders, built by hand: every figure stands as it is printed."""

from __future__ import annotations

from decimal import Decimal

from pos_app.documents.pickup_data import (
    BagLabel,
    HandoverSlip,
    PickList,
    PickListOrder,
    PickListRow,
    SlipLine,
)
from retail.catalogue import LocalisedText
from retail.pickup.order import SubstitutionWish, Temperature, WishKind
from retail.quantity import SellingUnit

PRINTED_AT = "2026-03-14T14:20:00+08:00"
NOTHING_ELSE = SubstitutionWish()
WISH = SubstitutionWish(kind=WishKind.UP_TO_AMOUNT, amount_minor=200)


def pick_list(language: str) -> PickList:
    """Return the list of the picking picture's order, as it was before the walk."""
    number = "P-4829"
    return PickList(
        orders=(
            PickListOrder(
                number=number, name="H. Osei", window="14:40-15:10", items=12, note="Ripe avocados please"
            ),
        ),
        rows=(
            _row(number, "Spaghetti 500 g", "意大利面 500克", "2", "A1-04", bag="T-14"),
            _row(number, "Oat milk, original 1 L", "燕麦奶原味 1升", "1", "A4-11", wish=WISH, bag="T-14"),
            _row(
                number,
                "Red wine 750 ml",
                "红葡萄酒 750毫升",
                "1",
                "A6-12",
                age=18,
                wish=SubstitutionWish(kind=WishKind.ASK),
            ),
            _row(
                number,
                "Greek yogurt 500 g",
                "希腊酸奶 500克",
                "2",
                "C1-04",
                cold=Temperature.CHILLED,
                wish=WISH,
            ),
            PickListRow(
                order_number=number,
                name=LocalisedText("Chicken thigh fillets", "去骨鸡腿肉"),
                quantity=Decimal("0.6"),
                unit=SellingUnit.KILOGRAM,
                place="C3-01",
                temperature=Temperature.CHILLED,
                wish=SubstitutionWish(kind=WishKind.UP_TO_PERCENT, percent=Decimal("10.0")),
                note="No skin",
            ),
            _row(number, "Vanilla ice cream 500 ml", "香草冰淇淋 500毫升", "2", "", cold=Temperature.FROZEN),
        ),
        printed_at=PRINTED_AT,
        language=language,
    )


def batch_list(language: str) -> PickList:
    """Return the list of a walk for two orders."""
    return PickList(
        orders=(
            PickListOrder(number="P-4829", name="H. Osei", window="14:40-15:10", items=3),
            PickListOrder(number="P-4831", name="R. Tan", window="15:10-15:40", items=1),
        ),
        rows=(
            _row("P-4829", "Spaghetti 500 g", "意大利面 500克", "2", "A1-04", bag="T-14"),
            _row("P-4831", "Spaghetti 500 g", "意大利面 500克", "1", "A1-04", bag="T-16"),
            _row("P-4829", "Butter, unsalted 250 g", "无盐黄油 250克", "1", "LONG-PLACE-12", bag="T-14"),
        ),
        printed_at=PRINTED_AT,
        language=language,
    )


def _row(
    number: str,
    en: str,
    zh: str,
    quantity: str,
    place: str,
    *,
    cold: Temperature = Temperature.AMBIENT,
    wish: SubstitutionWish = NOTHING_ELSE,
    bag: str = "",
    age: int = 0,
) -> PickListRow:
    return PickListRow(
        order_number=number,
        name=LocalisedText(en, zh),
        quantity=Decimal(quantity),
        place=place,
        temperature=cold,
        wish=wish,
        bag=bag,
        minimum_age=age,
    )


def bag_label(language: str) -> BagLabel:
    """Return the label of the order's second bag."""
    return BagLabel(
        order_number="P-4829",
        bag_id="T-15",
        place=2,
        of=3,
        name="H. Osei",
        window="14:40-15:10",
        temperature=Temperature.CHILLED,
        location="Fridge 2",
        minimum_age=18,
        language=language,
    )


def handover_slip(language: str) -> HandoverSlip:
    """Return the slip of the hand-over picture's order."""
    line = SlipLine
    return HandoverSlip(
        store_name=LocalisedText("Corner Store", "街角便利店"),
        order_number="P-4817",
        lines=(
            line(
                name=LocalisedText("Red wine 750 ml", "红葡萄酒 750毫升"),
                quantity=Decimal(1),
                amount_minor=1650,
            ),
            line(
                name=LocalisedText("Parmesan wedge", "帕玛森干酪"),
                quantity=Decimal("0.214"),
                unit=SellingUnit.KILOGRAM,
                amount_minor=790,
            ),
            line(
                name=LocalisedText("Cherry tomatoes 250 g", "樱桃番茄 250克"),
                quantity=Decimal(1),
                state="swapped",
                instead_of=LocalisedText("Vine tomatoes", "串番茄"),
                amount_minor=350,
            ),
            line(name=LocalisedText("Basil, pot", "盆栽罗勒"), quantity=Decimal(1), state="short"),
            line(
                name=LocalisedText("Vanilla ice cream 500 ml", "香草冰淇淋 500毫升"),
                quantity=Decimal(2),
                amount_minor=1980,
            ),
        ),
        shown_minor=5230,
        charge_minor=4770,
        due_minor=4770,
        name="D. Rossi",
        handed_at="2026-03-14T14:36:40+08:00",
        handed_by="Noor A.",
        collector="proxy",
        bags=("B-03", "Fridge 2", "Freezer 2"),
        signature_wanted=True,
        language=language,
        symbol="$",
    )
