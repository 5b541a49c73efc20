"""Barcodes: one function says what any text means, and never raises."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.__main__ import answer
from retail.barcode import (
    LONGEST_CODE,
    UNREADABLE_REASONS,
    BagCode,
    BarcodeRule,
    CouponCode,
    EmbeddedCode,
    EnrolmentCode,
    GiftCardCode,
    LocationCode,
    MemberCard,
    PaymentCode,
    PickupCode,
    ProductCode,
    ReceiptCode,
    Scan,
    Secret,
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
        ("21IIIIINNNNNC", "weight", 10**9),
        ("21IIIIINNNNNC", "price", -4),
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
    ("w-000012-5", ReceiptCode("W-000012-5")),
    ("W-000012-6", Unreadable("W-000012-6", "bad_check_digit")),
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
    ("0104006381333932", ProductCode("0104006381333932", ("0104006381333932",))),
    ("0200006381333932" + "37", ProductCode("020000638133393237", ("020000638133393237",))),
    ("01٠٠٠٠٠٠٠٠٠٠٠٠٠٠", ProductCode("01٠٠٠٠٠٠٠٠٠٠٠٠٠٠", ("01٠٠٠٠٠٠٠٠٠٠٠٠٠٠",))),
    ("GFT-1234 5678 9012 8", GiftCardCode("GFT1234567890128")),
    ("gft1234567890128", GiftCardCode("GFT1234567890128")),
    ("GFT1234567890129", Unreadable("·" * 16, "bad_check_digit")),
    ("GFT1234", ProductCode("GFT1234", ("GFT1234",))),
    ("GFT" + "0" * 20, ProductCode("GFT" + "0" * 20, ("GFT" + "0" * 20,))),
    ("GFTWRAP", ProductCode("GFTWRAP", ("GFTWRAP",))),
    ("PKP-471-108", Unreadable("PKP471108", "bad_check_digit")),
    ("PKP-471-107", PickupCode("PKP471107")),
    ("pkp471107", PickupCode("PKP471107")),
    ("PKP47110", ProductCode("PKP47110", ("PKP47110",))),
    ("EVP1.eyJvIjoxfQ.c2ln", PickupCode("EVP1.eyJvIjoxfQ.c2ln")),
    ("evp1.eyJvIjoxfQ.c2ln", PickupCode("EVP1.eyJvIjoxfQ.c2ln")),
    ("EVP1.", ProductCode("EVP1.", ("EVP1.",))),
    ("EVP1.a b", ProductCode("EVP1.a b", ("EVP1.a b",))),
    ("EVP2.abc", ProductCode("EVP2.abc", ("EVP2.abc",))),
    ("LOC-A-03", LocationCode("A-03")),
    ("loc:a-03", LocationCode("A-03")),
    ("LOC12", LocationCode("12")),
    ("LOCK-17", ProductCode("LOCK-17", ("LOCK-17",))),
    ("LOC-", ProductCode("LOC-", ("LOC-",))),
    ("LOC", ProductCode("LOC", ("LOC",))),
    ("BAG-T-14", BagCode("T-14")),
    ("bag:p-4817-2", BagCode("P-4817-2")),
    ("BAG7", BagCode("7")),
    ("BAG-", ProductCode("BAG-", ("BAG-",))),
    ("BAGEL-4", ProductCode("BAGEL-4", ("BAGEL-4",))),
    ("ENR-7KQ2-M9XD", EnrolmentCode("7KQ2-M9XD")),
    ("enr:7kq2m9xd", EnrolmentCode("7KQ2-M9XD")),
    ("ENROLMENT", ProductCode("ENROLMENT", ("ENROLMENT",))),
    ("STF", ProductCode("STF", ("STF",))),
    ("]E3977147396801207", ProductCode("9771473968012", ("9771473968012", "09771473968012"), add_on="07")),
    (
        "]E3978020137962454495",
        ProductCode("9780201379624", ("9780201379624", "09780201379624"), add_on="54495"),
    ),
    ("]E3977147396801307", Unreadable("977147396801307", "bad_check_digit")),
    ("977147396801207", ProductCode("977147396801207", ("977147396801207",))),
    ("]E107", Unreadable("07", "no_product")),
    ("]E254495", Unreadable("54495", "no_product")),
    ("]E496385074", ProductCode("96385074", ("96385074", "0000096385074", "000096385074", "00000096385074"))),
    ("]E401234505", Unreadable("01234505", "bad_check_digit")),
    ("]I110012345678902", ProductCode("10012345678902", ("10012345678902",))),
    ("]A0SHELF-17", ProductCode("SHELF-17", ("SHELF-17",))),
    ("]", ProductCode("]", ("]",))),
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


# The merchants' manuals: WeChat Pay 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30,
# UnionPay 19 digits from 62.
PAYMENT_CODES = [
    "100000000000000000",
    "134567890123456789",
    "159999999999999999",
    "2545123456789012",
    "2845123456789012",
    "301234567890123456789012",
    "6212345678901234567",
]
NO_PAYMENT_CODES = [
    "164567890123456789",  # WeChat Pay ends at 15
    "12345678901234567",  # and has 18 digits
    "1234567890123456789",
    "2445123456789012",  # Alipay begins at 25
    "3145123456789012",  # and ends at 30
    "284512345678901",  # and has 16 digits at least
    "621234567890123456",  # UnionPay has 19
    "62123456789012345678",
    "9" * 25,
]


@pytest.mark.parametrize("text", PAYMENT_CODES)
@pytest.mark.parametrize("symbology", ["", "]C0", "]Q1"])
def test_a_payment_code_is_known_and_never_shown(text: str, symbology: str) -> None:
    scan = read(symbology + text, RULES)
    assert scan == PaymentCode(text)
    assert repr(scan) == f"PaymentCode({len(text)} characters)"
    assert text not in f"{scan} {[scan]!r}"


@pytest.mark.parametrize("text", NO_PAYMENT_CODES)
def test_other_long_numbers_are_no_payment_codes(text: str) -> None:
    assert read(text, RULES) == ProductCode(text, (text,))


OWN_SECRETS = (
    BarcodeRule(position=1, pattern="5678IIIIIII", kind="payment"),
    BarcodeRule(position=2, pattern="60IIIIIIIIIIC", kind="gift_card"),
    BarcodeRule(position=3, pattern="PAY.........", kind="payment"),
)
CARD = gtin("601234567890")
SCANNED_AGAIN = [
    "134567890123456789" * 2,
    "1" * 36,  # the same digit all along is eighteen of them twice
    "134567890123456789" * 14,
    "134567890123456789100000000000000000",  # the telephone shows another code each minute
    "2845123456789012" * 2,
    "2845123456789012345678901",  # more than any payment code has, and begins like one
    "13" + "4" * 200,
    "56781234567" * 2,  # by the store's own rule
    "56781234567" * 3,
    "56781234567" + "9" * 14,
    CARD * 2,
    "PAY123456789" * 2,
    "GFT1234567890128" * 2,
    "ENR-7KQ2-M9XD" * 3,
    "134567890123456789 134567890123456789",
    "134567890123456789  2845123456789012",
]


@pytest.mark.parametrize("text", SCANNED_AGAIN)
@pytest.mark.parametrize("symbology", ["", "]C0", "]Q1"])
def test_a_secret_scanned_more_than_once_into_one_text_is_not_shown(symbology: str, text: str) -> None:
    assert read(symbology + text, OWN_SECRETS) == Unreadable("·" * min(len(text), 64), "too_long")


@pytest.mark.parametrize("between", ["\r", "\n", "\r\n", "\t", "\x00", "\x02\x03", "\x1d", "\x1e", "\x7f"])
@pytest.mark.parametrize("secret", ["134567890123456789", "56781234567", CARD, "GFT1234567890128"])
def test_a_secret_is_not_shown_whatever_the_scanner_sends_between(secret: str, between: str) -> None:
    for text in (secret + between + secret, f"tea{between}{secret}", f"{secret}{between}tea"):
        scan = read(text, OWN_SECRETS)
        assert isinstance(scan, Unreadable)
        assert scan.code == "·" * min(len(text), 64)


def test_a_secret_is_not_shown_where_the_text_is_longer_than_any_code() -> None:
    assert read("134567890123456789" * 15, ()) == Unreadable("·" * 64, "too_long")
    assert read("134567890123456789\n" * 15, ()) == Unreadable("·" * 64, "too_long")
    assert read("56781234567" * 25, OWN_SECRETS) == Unreadable("·" * 64, "too_long")


@pytest.mark.parametrize("secret", ["134567890123456789", "gft1234567890128", "enr-7KQ2-M9XD"])
def test_a_secret_scanned_twice_is_not_shown_where_the_store_has_no_rules(secret: str) -> None:
    assert read(secret * 2, ()) == Unreadable("·" * 2 * len(secret), "too_long")
    assert read(f"{secret}\n{secret}", ()) == Unreadable("·" * (2 * len(secret) + 1), "control_characters")


def test_a_short_secret_of_the_stores_is_not_shown_when_two_of_it_are_as_long_as_a_trade_item() -> None:
    rules = (BarcodeRule(position=1, pattern="77IIII", kind="payment"),)
    assert read("771234" * 2, rules) == Unreadable("·" * 12, "bad_check_digit")
    assert read("771234" * 2, ()) == Unreadable("771234771234", "bad_check_digit")


NO_SECRETS = [
    "9" * 25,
    "1645678901234567891645678901234567",  # 16 begins no payment code
    "40114011",  # a PLU twice; eight digits with a wrong check digit are shown
    "SHELF-17SHELF-17",
    "SHELF-17 SHELF-17",
    "tea 134567890123456789",  # more than secrets: a name with a number
    "13456789012345678A13456789012345678A",
    "134567890123456789".translate({ord("1"): "١"}) * 2,
    "567812345675678123456",
]


@pytest.mark.parametrize("text", NO_SECRETS)
def test_a_text_without_secrets_is_shown_as_it_is(text: str) -> None:
    scan = read(text, OWN_SECRETS)
    assert isinstance(scan, ProductCode | Unreadable)
    assert scan.code == text


@given(st.sampled_from(PAYMENT_CODES), st.integers(2, 20), st.sampled_from(("", " ", "\n", "\x1d")))
def test_of_a_payment_code_scanned_any_number_of_times_no_digit_is_shown(
    code: str, times: int, between: str
) -> None:
    scan = read(between.join([code] * times), RULES)
    assert isinstance(scan, Unreadable)
    assert set(scan.code) == {"·"}


def test_the_bars_of_a_trade_item_are_never_a_payment_code() -> None:
    assert not isinstance(read("]E3" + PAYMENT_CODES[0], RULES), PaymentCode)
    assert not isinstance(read("]C1" + PAYMENT_CODES[0], RULES), PaymentCode)


SECRETS = [
    PaymentCode("134567890123456789"),
    GiftCardCode("GFT1234567890128"),
    EnrolmentCode("7KQ2-M9XD"),
]


@pytest.mark.parametrize("secret", SECRETS, ids=lambda value: type(value).__name__)
def test_a_secret_cannot_be_stored_or_shown_by_accident(secret: Secret) -> None:
    text = secret.text
    assert text not in repr(secret)
    assert text not in f"{secret} {secret!s} {[secret]} {dict.fromkeys([secret])}"
    for keep in (msgspec.json.encode, msgspec.msgpack.encode, msgspec.to_builtins, json.dumps, pickle.dumps):
        with pytest.raises(TypeError) as refused:
            keep(secret)
        assert text not in str(refused.value)
    with pytest.raises(TypeError):
        copy.copy(secret)
    with pytest.raises(TypeError):
        vars(secret)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda value: type(value).__name__)
def test_a_secret_is_a_value(secret: Secret) -> None:
    same = type(secret)(secret.text)
    assert same == secret
    assert hash(same) == hash(secret)
    assert secret != type(secret)("another")
    assert secret != secret.text
    assert PaymentCode("1") != GiftCardCode("1")
    assert len({PaymentCode("1"), GiftCardCode("1"), PaymentCode("1")}) == 2
    for change in (lambda: setattr(secret, "_text", ""), lambda: delattr(secret, "_text")):
        with pytest.raises(AttributeError, match="frozen"):
            change()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"text": "134567890123456789"}, {"meaning": "PaymentCode", "digits": 18}),
        ({"text": "GFT1234567890128"}, {"meaning": "GiftCardCode", "characters": 16}),
        (
            {"text": "(01)04006381333931(17)261101", "now": "2026-11-22T10:00:00+08:00"},
            {
                "meaning": "ProductCode",
                "freshness": "expired",
                "code": "04006381333931",
                "candidates": ["04006381333931", "4006381333931"],
                "elements": [["01", "04006381333931"], ["17", "261101"]],
                "expiry": "261101",
            },
        ),
    ],
)
def test_the_json_door_answers_without_giving_a_secret_away(case: object, expected: object) -> None:
    code, answered = answer("barcode", json.dumps(case).encode())
    assert (code, json.loads(answered)) == (0, expected)


def test_rules_may_be_a_list_and_are_read_once() -> None:
    code = gtin("211234500507")
    assert read(code, list(RULES)) == read(code, RULES) == EmbeddedCode("12345", 507, None, code)


# Every code of a trade item, one digit after the other wrong. A UPC-E is not among them: eight digits that
# begin with 0 or 1 may be one thing or the other.
@given(st.sampled_from((7, 11, 12, 13)), st.text("0123456789", min_size=13, max_size=13), st.data())
def test_every_valid_gtin_is_read_and_every_wrong_digit_found(
    length: int, digits: str, data: st.DataObject
) -> None:
    payload = digits[:length] if length > 7 else "2" + digits[:6]
    code = gtin(payload)
    scan = read(code, ())
    assert isinstance(scan, ProductCode)
    assert code in scan.candidates
    place = data.draw(st.integers(0, length))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    damaged = code[:place] + wrong + code[place + 1 :]
    if length == 7 and damaged[0] in "01":
        assert not has_check_digit(damaged)
    else:
        assert read(damaged, ()) == Unreadable(damaged, "bad_check_digit")


@given(st.text(max_size=60))
def test_reading_twice_says_the_same(text: str) -> None:
    assert read(text, RULES) == read(text, tuple(RULES))


def check_is_a_scan(text: str) -> None:
    scan = read(text, RULES)
    assert isinstance(scan, Scan)
    if isinstance(scan, Unreadable):
        assert scan.reason in UNREADABLE_REASONS
        assert scan.code.isprintable()
        assert len(scan.code) <= 64
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
