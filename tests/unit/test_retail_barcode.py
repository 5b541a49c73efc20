"""Barcodes: one function says what any text means, and never raises."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode import (
    LONGEST_CODE,
    UNREADABLE_REASONS,
    BarcodeRule,
    CouponCode,
    EmbeddedCode,
    MemberCard,
    PaymentCode,
    ProductCode,
    ReceiptCode,
    Scan,
    StaffBadge,
    Unreadable,
    check_digit,
    has_check_digit,
    read,
    upc_e_expanded,
)

RULES = (
    BarcodeRule(position=2, pattern="21IIIIINNNNNC", kind="price"),
    BarcodeRule(position=1, pattern="20IIIIINNNNNC", kind="weight"),
)


def gtin(payload: str) -> str:
    return f"{payload}{check_digit(payload)}"


# GS1 General Specifications 7.9 and gs1.org's check digit page; the goods are published examples.
GTINS = [
    ("6291041500213", "gs1.org: how to calculate a check digit"),
    ("4006381333931", "Wikipedia, EAN-13: Stabilo Point 88"),
    ("5901234123457", "Wikipedia, EAN-13"),
    ("9780201379624", "a book: ISBN 978-0-201-37962-4"),
    ("6901234567892", "a number of GS1 China"),
    ("4901234567894", "a number of GS1 Japan"),
    ("036000291452", "Wikipedia, UPC-A: Kleenex"),
    ("012345678905", "UPC-A"),
    ("96385074", "Wikipedia, EAN-8"),
    ("73513537", "EAN-8"),
    ("10012345678902", "ITF-14 of a case"),
    ("00012345600012", "GTIN-14, padded"),
]


@pytest.mark.parametrize(("code", "source"), GTINS)
def test_a_gtin_is_a_product(code: str, source: str) -> None:
    scan = read(code, RULES)
    assert isinstance(scan, ProductCode), source
    assert scan.code == code
    assert scan.candidates[0] == code


@pytest.mark.parametrize(("code", "source"), GTINS)
def test_a_wrong_digit_in_a_gtin_is_always_found(code: str, source: str) -> None:
    for place in range(len(code)):
        for wrong in "0123456789":
            damaged = code[:place] + wrong + code[place + 1 :]
            assert has_check_digit(damaged) == (damaged == code), source


@pytest.mark.parametrize(
    "code", ["4006381333932", "036000291453", "96385075", "10012345678903", "1234567890123"]
)
def test_a_damaged_gtin_is_unreadable(code: str) -> None:
    assert read(code, RULES) == Unreadable(code, "bad_check_digit")


# One GTIN under every length that it may be stored in, as scanned first.
FORMS = [
    ("4006381333931", ("4006381333931", "04006381333931")),
    ("036000291452", ("036000291452", "0036000291452", "00036000291452")),
    ("0036000291452", ("0036000291452", "036000291452", "00036000291452")),
    ("00036000291452", ("00036000291452", "0036000291452", "036000291452")),
    ("10012345678902", ("10012345678902",)),
    ("96385074", ("96385074", "0000096385074", "000096385074", "00000096385074")),
    ("0000096385074", ("0000096385074", "000096385074", "00000096385074", "96385074")),
]


@pytest.mark.parametrize(("code", "candidates"), FORMS)
def test_a_gtin_is_looked_for_under_all_its_lengths(code: str, candidates: tuple[str, ...]) -> None:
    assert read(code, ()) == ProductCode(code, candidates)


# GS1 General Specifications, UPC-E: one row of the table for each last digit.
UPC_E = [
    ("01234505", "012000003455"),
    ("01234514", "012100003454"),
    ("01234523", "012200003453"),
    ("01234531", "012300000451"),
    ("01234543", "012340000053"),
    ("01234558", "012345000058"),
    ("01234565", "012345000065"),
    ("04252614", "042100005264"),
]


@pytest.mark.parametrize(("short", "long"), UPC_E)
def test_a_upc_e_is_the_upc_a_behind_it(short: str, long: str) -> None:
    assert upc_e_expanded(short) == long
    assert has_check_digit(long)
    scan = read(short, ())
    assert isinstance(scan, ProductCode)
    assert scan.code == short
    assert long in scan.candidates


LABELS = [
    (gtin("201234501284"), EmbeddedCode("12345", None, Decimal("1.284"), gtin("201234501284"))),
    (gtin("211234500507"), EmbeddedCode("12345", 507, None, gtin("211234500507"))),
    (gtin("200000000000"), EmbeddedCode("00000", None, Decimal(0), gtin("200000000000"))),
    (gtin("219999999999"), EmbeddedCode("99999", 99999, None, gtin("219999999999"))),
]


@pytest.mark.parametrize(("code", "meaning"), LABELS)
def test_a_scale_label_gives_its_item_and_weight_or_price(code: str, meaning: EmbeddedCode) -> None:
    assert read(code, RULES) == meaning


def test_a_damaged_scale_label_is_unreadable() -> None:
    good = gtin("211234500507")
    bad = good[:-1] + str((int(good[-1]) + 1) % 10)
    assert read(bad, RULES) == Unreadable(bad, "bad_check_digit")


def test_a_number_without_its_rule_is_an_ordinary_one() -> None:
    code = gtin("221234500507")
    assert read(code, RULES) == ProductCode(code, (code, f"0{code}"))
    assert read(gtin("211234500507"), ()) == ProductCode(
        gtin("211234500507"), (gtin("211234500507"), f"0{gtin('211234500507')}")
    )


def test_the_rule_with_the_lower_position_is_tried_first() -> None:
    rules = (
        BarcodeRule(position=9, pattern="2IIIIIINNNNNC", kind="price"),
        BarcodeRule(position=1, pattern="21IIIIINNNNNC", kind="weight"),
    )
    assert read(gtin("211234500507"), rules) == EmbeddedCode(
        "12345", None, Decimal("0.507"), gtin("211234500507")
    )


@pytest.mark.parametrize(
    ("pattern", "kind", "decimals", "code", "meaning"),
    [
        ("02IIIIIVNNNNC", "price", 0, gtin("021234560507"), ("12345", 507, None)),
        ("2IIIIIVNNNNC", "price", 0, gtin("21234560507"), ("12345", 507, None)),  # UPC-A number system 2
        ("21IIIIINNNNNC", "price", 1, gtin("211234500507"), ("12345", 51, None)),
        ("21IIIIINNNNNC", "weight", 1, gtin("211234500507"), ("12345", None, Decimal("0.0507"))),
        (
            "26IIIINNNNNN",
            "weight",
            0,
            "260012001284",
            ("0012", None, Decimal("1.284")),
        ),  # without check digit
    ],
)
def test_patterns_of_other_shops(
    pattern: str,
    kind: str,
    decimals: int,
    code: str,
    meaning: tuple[str, int | None, Decimal | None],
) -> None:
    rules = (BarcodeRule(position=1, pattern=pattern, kind=kind, value_decimals=decimals),)
    assert read(code, rules) == EmbeddedCode(*meaning, code)


@pytest.mark.parametrize(
    ("pattern", "kind", "decimals"),
    [
        ("", "price", 0),
        ("21IIIIIIIIIIC", "price", 0),
        ("21NNNNNNNNNNC", "price", 0),
        ("21IIIIIXXXXXC", "price", 0),
        ("21IIIIINNNNNC", "colour", 0),
        ("21IIIIINNNNNC", "price", -1),
        ("21IIIIINNNNNC", "weight", 10**9),
    ],
)
def test_a_rule_that_means_nothing_is_not_tried(pattern: str, kind: str, decimals: int) -> None:
    rules = (BarcodeRule(position=1, pattern=pattern, kind=kind, value_decimals=decimals),)
    assert isinstance(read(gtin("211234500507"), rules), ProductCode)


MEANINGS: list[tuple[str, Scan]] = [
    ("MBR00008817", MemberCard("MBR00008817")),
    ("mbr00008817", MemberCard("MBR00008817")),
    ("CPNSPRING5", CouponCode("SPRING5")),
    ("CPN-spring5", CouponCode("SPRING5")),
    ("STF0001", StaffBadge("STF0001")),
    ("T2-000412-7", ReceiptCode("T2-000412-7")),
    ("t2-000412-7", ReceiptCode("T2-000412-7")),
    ("T2-000412-8", Unreadable("T2-000412-8", "bad_check_digit")),
    ("T0-000412-7", Unreadable("T0-000412-7", "bad_check_digit")),
    ("4011", ProductCode("4011", ("4011",))),  # a PLU typed by hand (IFPS: bananas)
    ("SHELF-17", ProductCode("SHELF-17", ("SHELF-17",))),
    ("T-SHIRT", ProductCode("T-SHIRT", ("T-SHIRT",))),
    ("MBR", ProductCode("MBR", ("MBR",))),
    ("CPN", ProductCode("CPN", ("CPN",))),
    ("CPN - ", ProductCode("CPN -", ("CPN -",))),
    ("茉莉花茶", ProductCode("茉莉花茶", ("茉莉花茶",))),
    ("１２３", ProductCode("１２３", ("１２３",))),  # full-width digits are no digits of a barcode
    ("]E04006381333931", ProductCode("4006381333931", ("4006381333931", "04006381333931"))),
    ("4006381333931\r\n", ProductCode("4006381333931", ("4006381333931", "04006381333931"))),
    ("]C10104006381333931", ProductCode("04006381333931", ("04006381333931", "4006381333931"))),
    ("010400638133393117260131", ProductCode("04006381333931", ("04006381333931", "4006381333931"))),
    ("0104006381333931\x1d10LOT7", ProductCode("04006381333931", ("04006381333931", "4006381333931"))),
    ("0104006381333931" + "10AB", ProductCode("04006381333931", ("04006381333931", "4006381333931"))),
    ("0104006381333932", ProductCode("0104006381333932", ("0104006381333932",))),
    ("", Unreadable("", "empty")),
    (" \t\r\n", Unreadable("", "empty")),
    ("]E0 ", Unreadable("", "empty")),
    ("40\x0063", Unreadable("40·63", "control_characters")),
    ("tea\x1b[A", Unreadable("tea·[A", "control_characters")),
    ("x" * (LONGEST_CODE + 1), Unreadable("x" * 64, "too_long")),
    ("x" * LONGEST_CODE, ProductCode("x" * LONGEST_CODE, ("x" * LONGEST_CODE,))),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_what_a_text_means(text: str, meaning: Scan) -> None:
    assert read(text, RULES) == meaning


# The merchants' manuals: WeChat Pay 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30.
@pytest.mark.parametrize(
    "text", ["134567890123456789", "104567890123456789", "2845123456789012", "301234567890123456789012"]
)
def test_a_payment_code_is_known_and_never_shown(text: str) -> None:
    scan = read(text, RULES)
    assert scan == PaymentCode(text)
    assert repr(scan) == f"PaymentCode({len(text)} digits)"
    assert text not in f"{scan} {[scan]!r}"


@pytest.mark.parametrize("text", ["164567890123456789", "2445123456789012", "284512345678901", "9" * 25])
def test_other_long_numbers_are_no_payment_codes(text: str) -> None:
    assert read(text, RULES) == ProductCode(text, (text,))


def check_is_a_scan(text: str) -> None:
    scan = read(text, RULES)
    assert isinstance(scan, Scan)
    if isinstance(scan, Unreadable):
        assert scan.reason in UNREADABLE_REASONS
        assert scan.code.isprintable()
    if isinstance(scan, ProductCode):
        assert scan.candidates
        assert len(set(scan.candidates)) == len(scan.candidates)


@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    check_is_a_scan(text)


@given(st.text("0123456789", max_size=30))
def test_reading_digits_never_raises(text: str) -> None:
    check_is_a_scan(text)


@given(st.text("0123456789]CEdMBRSTFPN-()\x1d\x00 ", max_size=40))
def test_reading_what_is_nearly_a_code_never_raises(text: str) -> None:
    check_is_a_scan(text)


@given(st.text("01IINNVC29X", max_size=20), st.sampled_from(("price", "weight", "")), st.integers(-9, 99))
def test_reading_by_any_rule_never_raises(pattern: str, kind: str, decimals: int) -> None:
    rules = (BarcodeRule(position=1, pattern=pattern, kind=kind, value_decimals=decimals),)
    digits = gtin("2" * max(0, len(pattern) - 1))
    assert isinstance(read(digits, rules), Scan)
