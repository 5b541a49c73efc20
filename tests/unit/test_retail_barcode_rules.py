"""The shop's own codes: patterns in both notations, every kind of rule, national numbers, damaged labels."""

from __future__ import annotations

from decimal import Decimal

import pytest
from biip import ParseConfig
from biip.checksums import gs1_price_weight_check_digit
from biip.gtin import Gtin
from biip.rcn import Rcn, RcnRegion
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode import (
    BarcodeRule,
    CouponCode,
    EmbeddedCode,
    GiftCardCode,
    LabelRule,
    LocationCode,
    MemberCard,
    PaymentCode,
    PickupCode,
    ProductCode,
    RuleInvalid,
    Scan,
    StaffBadge,
    Unreadable,
    check_digit,
    read,
)
from retail.label_rule import KINDS, label_rules


def rule(pattern: str, kind: str, decimals: int = 0, position: int = 1) -> BarcodeRule:
    return BarcodeRule(position=position, pattern=pattern, kind=kind, value_decimals=decimals)


def gtin(payload: str) -> str:
    return f"{payload}{check_digit(payload)}"


def label(
    item: str, *, minor: int | None = None, kg: str = "", major: str = "", count: int | None = None
) -> object:
    """Return what a label means, without the code that every test knows."""
    return (
        item,
        minor,
        Decimal(kg) if kg else None,
        Decimal(major) if major else None,
        count,
    )


READINGS = [
    # digit by digit
    ("21IIIIINNNNNC", "price", 0, gtin("211234500507"), label("12345", minor=507)),
    ("21IIIIINNNNNC", "price", 1, gtin("211234500507"), label("12345", minor=51)),
    ("21IIIIINNNNNC", "price", 6, gtin("211234500507"), label("12345", minor=0)),
    ("21IIIIIINNNNC", "price", -1, gtin("211234560507"), label("123456", minor=5070)),
    ("21IIIIIINNNNC", "price", -3, gtin("211234560507"), label("123456", minor=507_000)),
    ("21IIIIINNNNNC", "weight", 0, gtin("211234500507"), label("12345", kg="0.507")),
    ("21IIIIINNNNNC", "weight", 2, gtin("211234500507"), label("12345", kg="0.00507")),
    ("21IIIIIINNNNC", "weight", -2, gtin("211234560507"), label("123456", kg="50.7")),
    ("25IIIIINNNNNC", "count", 0, gtin("251234500012"), label("12345", count=12)),
    ("26IIIIINNNNNWWWWWC", "price", 0, gtin("26123450129901284"), label("12345", minor=1299, kg="1.284")),
    ("23IIIIIWWWWWNNNNNC", "price", 0, gtin("23123450128401299"), label("12345", minor=1299, kg="1.284")),
    ("NNNNIIII2", "count", 0, "001256782", label("5678", count=12)),
    ("2I0I0NNNN", "count", 0, "210200012", label("12", count=12)),
    ("22IIIIVNNNNNC", "price", 0, gtin("221234700507"), label("1234", minor=507)),
    ("22IIIIPNNNNNC", "price", 0, gtin("221234614685"), label("1234", minor=14685)),
    ("20IIIIIPNNNNC", "price", 0, gtin("201234592875"), label("12345", minor=2875)),
    ("28IIIIPNNNNNC", "weight", 0, gtin("281234614685"), label("1234", kg="14.685")),
    # as barcode nomenclatures write it
    ("21.....{NNDDD}", "weight", 0, "2112345015002", label("12345", kg="1.5")),
    ("23.....{NNNDD}", "price", 0, gtin("231234500507"), label("12345", major="5.07")),
    ("23.....{NNNNN}", "price", 0, gtin("231234500507"), label("12345", major="507")),
    ("23.....{DDDDD}", "price", 0, gtin("231234500507"), label("12345", major="0.00507")),
    ("24.....{NNNNN}", "count", 0, gtin("241234500012"), label("12345", count=12)),
    ("02....{NNNDD}", "price", 0, gtin("02123400507"), label("1234", major="5.07")),  # a UPC-A
    ("2.....{N}", "count", 0, "2123459", label("12345", count=9)),  # 7 digits: a GTIN-8 follows
    ("27..{NN}..", "count", 0, "27123456", label("1256", count=34)),
    ("A..{NN}|B...{N}", "count", 0, "b1239", label("123", count=9)),
]


@pytest.mark.parametrize(("pattern", "kind", "decimals", "code", "meaning"), READINGS)
def test_a_pattern_finds_item_and_value(
    pattern: str, kind: str, decimals: int, code: str, meaning: object
) -> None:
    if pattern == "2.....{N}":
        code = gtin(code)
    scan = read(code, (rule(pattern, kind, decimals),))
    assert isinstance(scan, EmbeddedCode)
    assert scan.code == code
    assert (scan.item_code, scan.amount_minor, scan.weight, scan.price, scan.count) == meaning


OTHERS: list[tuple[str, str, str, Scan]] = [
    ("99IIIIIIIIIII", "own", "9912345678901", ProductCode("9912345678901", ("9912345678901", "12345678901"))),
    ("9900000000001", "own", "9900000000001", ProductCode("9900000000001", ("9900000000001",))),
    ("SHELF-..", "own", "shelf-17", ProductCode("shelf-17", ("shelf-17", "17"))),
    ("29IIIIIIIIIIC", "member", gtin("291234567890"), MemberCard(gtin("291234567890"))),
    ("042.*", "member", "0421234", MemberCard("0421234")),
    ("vip-.*", "member", "VIP-a7", MemberCard("VIP-A7")),
    ("043.*|044.*", "coupon", "044SPRING", CouponCode("SPRING")),
    ("043|044", "coupon", "044", CouponCode("044")),
    ("99IIIIII", "coupon", "99123456", CouponCode("123456")),
    ("60IIIIIIIIIIIIII", "gift_card", "6012345678901234", GiftCardCode("6012345678901234")),
    ("041....", "staff", "0410007", StaffBadge("0410007")),
    ("AISLE-.*", "location", "AISLE-7b", LocationCode("7b")),
    ("414", "location", "414", LocationCode("414")),
    ("ORDER.*", "pickup", "Order77", PickupCode("Order77")),
    ("5678IIIIIIIIIIIIIII", "payment", "5678123456789012345", PaymentCode("5678123456789012345")),
    ("81.*", "payment", "8112345", PaymentCode("8112345")),
    ("29..........", "member", "291234567890", MemberCard("291234567890")),  # without a value: as it is
    ("A+B?.*", "own", "a+b?c", ProductCode("a+b?c", ("a+b?c", "c"))),
    ("茶.*", "own", "茶7", ProductCode("茶7", ("茶7", "7"))),
]


@pytest.mark.parametrize(("pattern", "kind", "code", "meaning"), OTHERS)
def test_a_rule_gives_a_code_its_meaning(pattern: str, kind: str, code: str, meaning: Scan) -> None:
    assert read(code, (rule(pattern, kind),)) == meaning


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("21IIIIINNNNNC", gtin("221234500507")),
        ("21IIIIINNNNNC", "211234500507"),
        ("21.....{NNDDD}", "211234500507"),  # its check digit is missing
        ("VIP-...", "VIP-12"),
        ("VIP-.*", "VIQ-12"),
        ("VIP-.*", "VIP-\x0012"),
        ("042.*", "٠٤٢1234"),
    ],
)
def test_a_code_of_another_shape_is_not_the_rules(pattern: str, code: str) -> None:
    kind = "member" if pattern.endswith("*") or pattern.startswith("V") else "price"
    assert read(code, (rule(pattern, kind),)) == read(code, ())


DAMAGED = [
    ("21IIIIINNNNNC", "price", gtin("211234500507")),
    ("23IIIIINNNNNWWWWWC", "price", gtin("23123450129901284")),
    ("21.....{NNDDD}", "weight", "2112345015002"),
    ("29IIIIIIIIIIC", "member", gtin("291234567890")),
    ("99IIIIIIIIIIC", "own", gtin("991234567890")),
]


@pytest.mark.parametrize(("pattern", "kind", "code"), DAMAGED)
def test_a_wrong_check_digit_sells_nothing(pattern: str, kind: str, code: str) -> None:
    for digit in "0123456789":
        damaged = code[:-1] + digit
        if damaged != code:
            assert read(damaged, (rule(pattern, kind),)) == Unreadable(damaged, "bad_check_digit")


@pytest.mark.parametrize(
    ("pattern", "value"), [("22IIIIPNNNNNC", "14685"), ("20IIIIIPNNNNC", "2875"), ("28IIIIPNNNNNC", "14685")]
)
def test_the_inner_check_digit_of_a_price_or_weight_is_verified(pattern: str, value: str) -> None:
    item = "1" * pattern.count("I")
    right = gs1_price_weight_check_digit(value)
    for digit in range(10):
        code = gtin(f"{pattern[:2]}{item}{digit}{value}")
        scan = read(code, (rule(pattern, "price"),))
        assert isinstance(scan, EmbeddedCode if digit == right else Unreadable)
        damaged = code[:-1] + str((int(code[-1]) + 1) % 10)
        assert read(damaged, (rule(pattern, "price"),)) == Unreadable(damaged, "bad_check_digit")


def test_a_damaged_secret_is_not_shown() -> None:
    damaged = "6012345678901"
    assert read(damaged, (rule("60IIIIIIIIIIC", "gift_card"),)) == Unreadable("·" * 13, "bad_check_digit")


# ---- what looks like money ------------------------------------------------------------------------

SCALE_18 = rule("26IIIIINNNNNWWWWWC", "price")


def test_a_label_that_looks_like_a_payment_code_is_one_only_by_its_check_digit() -> None:
    right = gtin("26123450129901284")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert isinstance(read(right, (SCALE_18,)), EmbeddedCode)
    assert read(wrong, (SCALE_18,)) == PaymentCode(wrong)
    assert read(right, ()) == PaymentCode(right)


def test_a_pattern_without_check_digit_never_takes_what_looks_like_money() -> None:
    code = "261234501299012840"
    assert read(code, (rule("26IIIIINNNNNWWWWWV", "price"),)) == PaymentCode(code)
    assert read(code, (rule("26.*", "own"),)) == PaymentCode(code)
    assert read(code, (rule("26.*", "payment"),)) == PaymentCode(code)


def test_where_the_inner_digit_is_wrong_too_it_is_money() -> None:
    code = gtin("2612345" + "3" + "14685" + "0128")
    assert read(code, (rule("26IIIIIPNNNNNWWWWC", "price"),)) == PaymentCode(code)


# ---- rules that mean nothing ----------------------------------------------------------------------

INVALID = [
    ("", "price", 0, "bad_pattern"),
    ("2" * 257, "own", 0, "bad_pattern"),
    ("21IIIIIXXXXXC", "price", 0, "bad_pattern"),
    ("21iiiiinnnnnc", "price", 0, "bad_pattern"),
    ("21 IIIIINNNNC", "price", 0, "bad_pattern"),
    ("...............", "own", 0, "bad_pattern"),  # it would take everything
    (".*", "own", 0, "bad_pattern"),
    ("21..|", "own", 0, "bad_pattern"),
    ("21.*22", "own", 0, "bad_pattern"),
    ("21*", "own", 0, "bad_pattern"),
    ("21..{NN", "count", 0, "bad_pattern"),
    ("21..NN}.", "count", 0, "bad_pattern"),
    ("21..{DDNN}", "price", 0, "bad_pattern"),
    ("21..{NN}{NN}", "price", 0, "bad_pattern"),
    ("21IIIIINNNNNC", "colour", 0, "unknown_kind"),
    ("21NNNNNNNNNNC", "price", 0, "no_item"),
    ("21{NNNDD}", "price", 0, "no_item"),
    ("21IIIIIIIIIIC", "price", 0, "no_value"),
    ("21.....{}", "price", 0, "no_value"),
    ("21I" + "N" * 13, "price", 0, "no_value"),
    ("21INN" + "W" * 13, "price", 0, "no_value"),
    ("21IIIIIWWWWWC", "price", 0, "no_value"),
    ("21IIIIINNNNNC", "own", 0, "needless_value"),
    ("21IIIIIWWWWWC", "own", 0, "needless_value"),
    ("21IIIIIPC", "own", 0, "needless_value"),
    ("21....{NN}", "member", 0, "needless_value"),
    ("26IIIIINNNNNWWWWWC", "weight", 0, "needless_value"),
    ("26IIIIINNNNNWWWWWC", "count", 0, "needless_value"),
    ("22IIIIPPNNNNNC", "price", 0, "no_inner_value"),
    ("22IIIIPNNNNNNC", "price", 0, "no_inner_value"),
    ("22IIIIPNNNC", "price", 0, "no_inner_value"),
    ("21IIIIINNNNNC", "price", -4, "bad_decimals"),
    ("21IIIIINNNNNC", "price", 7, "bad_decimals"),
    ("21IIIIINNNNNC", "count", 1, "bad_decimals"),
    ("21.....{NNNDD}", "count", 0, "bad_decimals"),
    ("21.....{NNDDD}", "weight", 1, "bad_decimals"),
    ("21....{DDDDDDD}", "weight", 0, "bad_decimals"),
]


@pytest.mark.parametrize(("pattern", "kind", "decimals", "code"), INVALID)
def test_a_rule_without_sense_is_refused_and_never_tried(
    pattern: str, kind: str, decimals: int, code: str
) -> None:
    bad = rule(pattern, kind, decimals)
    with pytest.raises(RuleInvalid) as refused:
        LabelRule(bad)
    assert refused.value.code == code
    assert refused.value.pattern == pattern
    assert label_rules((bad,)) == ()
    assert bad.key == "001", "it is a row all the same"
    good = rule("21IIIIINNNNNC", "price", position=2)
    assert isinstance(read(gtin("211234500507"), (bad, good)), EmbeddedCode)


def test_rules_are_tried_by_position_and_ties_in_their_order() -> None:
    first, second = rule("2IIIIIINNNNNC", "price", position=1), rule("21IIIIINNNNNC", "weight", position=1)
    code = gtin("211234500507")
    assert read(code, (first, second)) == EmbeddedCode("112345", 507, None, code)
    assert read(code, (second, first)) == EmbeddedCode("12345", None, Decimal("0.507"), code)
    late = rule("21IIIIINNNNNC", "weight", position=-1)
    assert read(code, (first, late)) == EmbeddedCode("12345", None, Decimal("0.507"), code)


def test_an_alternative_that_does_not_fit_leaves_the_code_to_the_next_rule() -> None:
    rules = (rule("A..|B.*", "member"), rule("A.*", "coupon", position=2))
    assert read("A123", rules) == CouponCode("123")
    assert read("A12", rules) == MemberCard("A12")


# ---- numbers of countries, judged by the other reader ---------------------------------------------

NATIONAL = {
    RcnRegion.DENMARK: [
        ("21IIIINNNNNNC", "price", 0),
        ("24IIIINNNNNNC", "price", 0),
        ("26IIIINNNNNNC", "weight", 0),
        ("27IIIIINNNNNC", "weight", 0),
        ("28IIIINNNNNNC", "weight", 0),
    ],
    RcnRegion.FINLAND: [
        ("23IIIIIINNNNC", "weight", 0),
        ("24IIIIIINNNNC", "weight", -1),
        ("25IIIIIINNNNC", "weight", -2),
    ],
    RcnRegion.GERMANY: [
        ("22IIIIPNNNNNC", "price", 0),
        ("25IIIIPNNNNNC", "count", 0),
        ("28IIIIPNNNNNC", "weight", 0),
    ],
    RcnRegion.GREAT_BRITAIN: [("20IIIIIPNNNNC", "price", 0)],
    RcnRegion.SWEDEN: [
        ("20IIIIIINNNNC", "price", 0),
        ("21IIIIIINNNNC", "price", -1),
        ("22IIIIIINNNNC", "price", -2),
        ("23IIIIIINNNNC", "weight", 0),
        ("24IIIIIINNNNC", "weight", -1),
        ("25IIIIIINNNNC", "weight", -2),
    ],
}
PATTERNS = [(region, *each) for region, found in NATIONAL.items() for each in found]


@given(st.sampled_from(PATTERNS), st.text("0123456789", min_size=12, max_size=12))
def test_the_numbers_of_countries_are_what_the_other_reader_says(
    national: tuple[RcnRegion, str, str, int], digits: str
) -> None:
    region, pattern, kind, decimals = national
    payload = pattern[:2] + digits[2:]
    if "P" in pattern:
        place, width = pattern.index("P"), pattern.count("N")
        inner = gs1_price_weight_check_digit(payload[-width:])
        payload = f"{payload[:place]}{inner}{payload[place + 1 :]}"
    code = gtin(payload)
    theirs = Gtin.parse(code, config=ParseConfig(rcn_region=region))
    assert isinstance(theirs, Rcn)
    scan = read(code, (rule(pattern, kind, decimals),))
    assert isinstance(scan, EmbeddedCode)
    if kind == "price":
        assert theirs.price is not None
        assert scan.amount_minor == theirs.price * 100
    else:
        measured = scan.weight if kind == "weight" else scan.count
        assert measured == (theirs.weight if kind == "weight" else theirs.count)


# ---- laws -----------------------------------------------------------------------------------------


@given(
    st.text("0123456789INWPVC.{}|*ABD", max_size=20),
    st.sampled_from((*KINDS, "")),
    st.integers(-9, 9),
    st.text("0123456789ABD.", max_size=20),
)
def test_no_rule_makes_reading_raise(pattern: str, kind: str, decimals: int, text: str) -> None:
    one = rule(pattern, kind, decimals)
    for code in (text, "2" * len(pattern), gtin("2" * max(0, len(pattern) - 1)), pattern):
        assert isinstance(read(code, (one,)), Scan)


@given(st.sampled_from([each[:3] for each in READINGS if each[0][-1] == "C"]), st.data())
def test_whatever_a_label_says_is_found_again(written: tuple[str, str, int], data: st.DataObject) -> None:
    pattern, kind, decimals = written
    digits = data.draw(st.text("0123456789", min_size=len(pattern), max_size=len(pattern)))
    payload = "".join(mark if mark.isdigit() else digit for mark, digit in zip(pattern, digits, strict=True))[
        :-1
    ]
    if "P" in pattern:
        value = "".join(digit for mark, digit in zip(pattern, payload + "0", strict=True) if mark == "N")
        place = pattern.index("P")
        payload = f"{payload[:place]}{gs1_price_weight_check_digit(value)}{payload[place + 1 :]}"
    code = gtin(payload)

    def marked(letter: str) -> str:
        return "".join(digit for mark, digit in zip(pattern, code, strict=True) if mark == letter)

    scan = read(code, (rule(pattern, kind, decimals),))
    assert isinstance(scan, EmbeddedCode)
    assert scan.item_code == marked("I")
    if kind == "weight":
        assert scan.weight == Decimal(marked("N")).scaleb(-3 - decimals)
    elif kind == "count":
        assert scan.count == int(marked("N"))
    else:
        assert scan.amount_minor is not None
        exact = Decimal(marked("N")).scaleb(-decimals)
        assert abs(scan.amount_minor - exact) <= Decimal("0.5")
    if marked("W"):
        assert scan.weight == Decimal(marked("W")).scaleb(-3)
