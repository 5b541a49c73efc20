"""GS1 element strings and Digital Links: what they hold, what is refused, and what another reader finds."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from functools import cache

import pytest
from biip import ParseConfig, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from hypothesis import assume, given
from hypothesis import strategies as st

from retail.application_identifiers import ELEMENTS, IDENTIFIER_LENGTHS
from retail.barcode import (
    BarcodeRule,
    CouponCode,
    LocationCode,
    MemberCard,
    ProductCode,
    Scan,
    Unreadable,
    read,
)
from retail.gs1 import SEPARATOR, ElementRefused, Pair, element_string, elements_of

GS = SEPARATOR
GTIN = "04006381333931"
FORMS = (GTIN, "4006381333931")


def product(*pairs: Pair, **facts: object) -> ProductCode:
    return ProductCode(GTIN, FORMS, (("01", GTIN), *pairs), **facts)  # type: ignore[arg-type]  # any field


# ---- what elements mean ---------------------------------------------------------------------------

MEANINGS: list[tuple[str, Scan]] = [
    (f"01{GTIN}", product()),
    (f"]C101{GTIN}", product()),
    (f"]e001{GTIN}", product()),
    (f"]d201{GTIN}10A7", product(("10", "A7"), lot="A7")),
    (f"]Q301{GTIN}10A7", product(("10", "A7"), lot="A7")),
    (f"]J101{GTIN}10A7", product(("10", "A7"), lot="A7")),
    (f"01{GTIN}17260131", product(("17", "260131"), expiry="260131")),
    (f"01{GTIN}17260200", product(("17", "260200"), expiry="260200")),
    (f"01{GTIN}{GS}10LOT7", product(("10", "LOT7"), lot="LOT7")),
    (f"{GS}01{GTIN}10LOT7{GS}", product(("10", "LOT7"), lot="LOT7")),
    (
        f"01{GTIN}10A7{GS}21S1{GS}15260101",
        product(("10", "A7"), ("21", "S1"), ("15", "260101"), lot="A7", serial="S1", best_before="260101"),
    ),
    (
        f"01{GTIN}11250101132501021626010317260104",
        product(
            ("11", "250101"),
            ("13", "250102"),
            ("16", "260103"),
            ("17", "260104"),
            produced="250101",
            packaged="250102",
            sell_by="260103",
            expiry="260104",
        ),
    ),
    (f"01{GTIN}70032601041830", product(("7003", "2601041830"), expires_at="2601041830")),
    (f"01{GTIN}423276", product(("423", "276"))),
    (f"01{GTIN}423{'276' * 5}", product(("423", "276" * 5))),
    (f"01{GTIN}7007260104", product(("7007", "260104"))),
    (f"01{GTIN}7007260104260106", product(("7007", "260104260106"))),
    (f"01{GTIN}70112601041830", product(("7011", "2601041830"))),
    (f"01{GTIN}3103001284", product(("3103", "001284"), weight=Decimal("1.284"))),
    (f"01{GTIN}3100001284", product(("3100", "001284"), weight=Decimal(1284))),
    (f"01{GTIN}3105001284", product(("3105", "001284"), weight=Decimal("0.01284"))),
    (f"01{GTIN}3202000100", product(("3202", "000100"), weight=Decimal("0.45359237"))),
    (f"01{GTIN}3112000150", product(("3112", "000150"), length=Decimal("1.5"))),
    (f"01{GTIN}3153000750", product(("3153", "000750"), volume=Decimal("0.75"))),
    (f"01{GTIN}3163000750", product(("3163", "000750"), volume=Decimal(750))),
    (f"01{GTIN}3012", product(("30", "12"), count=12)),
    (f"01{GTIN}39221299", product(("3922", "1299"), price=Decimal("12.99"))),
    (f"01{GTIN}3920{'9' * 15}", product(("3920", "9" * 15), price=Decimal(999_999_999_999_999))),
    (
        f"01{GTIN}39329781299",
        product(("3932", "9781299"), price=Decimal("12.99"), currency_number="978"),
    ),
    (f"01{GTIN}3952000350", product(("3952", "000350"), unit_price=Decimal("3.5"))),
    (f"01{GTIN}9012345{GS}99a", product(("90", "12345"), ("99", "a"))),
    (f"01{GTIN}2007", product(("20", "07"))),
    (f"01{GTIN}240X{GS}241Y{GS}422276", product(("240", "X"), ("241", "Y"), ("422", "276"))),
    (f"01{GTIN}10A7{GS}10A7", product(("10", "A7"), ("10", "A7"), lot="A7")),
    (f"10A7{GS}01{GTIN}", ProductCode(GTIN, FORMS, (("10", "A7"), ("01", GTIN)), lot="A7")),
    (f"(01){GTIN}(17)260131(10)A7", product(("17", "260131"), ("10", "A7"), expiry="260131", lot="A7")),
    (f"(01) {GTIN} (10) A7", product(("10", "A7"), lot="A7")),
    (f"]C1(01){GTIN}(10)A7", product(("10", "A7"), lot="A7")),
    (f"(01){GTIN}(10)A(7)", product(("10", "A(7)"), lot="A(7)")),
    ("]C12559521234567890123", Unreadable("2559521234567890123", "bad_check_digit")),
    ("]C12559521234567899123", CouponCode("9521234567899123")),
    ("]C12559521234567899", CouponCode("9521234567899")),
    ("]C14149521234567899", LocationCode("9521234567899")),
    ("]C18018952123456789012345", MemberCard("952123456789012345")),
    ("00395011013000000034", Unreadable("00395011013000000034", "logistic_unit")),
    (f"02{GTIN}3712", Unreadable(f"02{GTIN}3712", "logistic_unit")),
    ("(410)9521234567899", Unreadable("(410)9521234567899", "no_product")),
    ("]d2", Unreadable("", "empty")),
    ("]d2hello", Unreadable("hello", "unknown_element")),
    ("]d2茶", Unreadable("茶", "unknown_element")),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_what_elements_mean(text: str, meaning: Scan) -> None:
    assert read(text, ()) == meaning


REFUSALS = [
    (f"01{GTIN}04", "unknown_element"),
    (f"01{GTIN}1", "unknown_element"),
    (f"01{GTIN}3106001284", "unknown_element"),
    (f"(01){GTIN}(05)1", "unknown_element"),
    (f"(50)1(01){GTIN}", "unknown_element"),
    (f"01{GTIN}10", "bad_element"),
    (f"01{GTIN}10{'A' * 21}", "bad_element"),
    (f"01{GTIN}10A B", "bad_element"),
    (f"01{GTIN}10茶", "bad_element"),
    (f"01{GTIN}30٣", "bad_element"),
    (f"01{GTIN}1726013", "bad_element"),
    (f"01{GTIN}17 26013", "bad_element"),
    (f"01{GTIN}3103{GS}", "bad_element"),
    (f"01{GTIN}3103001{GS}", "bad_element"),
    (f"01{GTIN}393297", "bad_element"),
    (f"01{GTIN}3932978", "bad_element"),
    (f"01{GTIN}8005123", "bad_element"),
    (f"01{GTIN}80051234567", "bad_element"),
    (f"01{GTIN}4232761", "bad_element"),
    (f"01{GTIN}423{'276' * 6}", "bad_element"),
    (f"01{GTIN[:-1]}", "bad_element"),
    (f"01{GTIN}7007260104260", "bad_element"),
    (f"01{GTIN}70072601042601051", "bad_element"),
    (f"01{GTIN}7011260104123", "bad_element"),
    (f"01{GTIN}7007260104261301", "bad_date"),
    (f"01{GTIN}17261301", "bad_date"),
    (f"01{GTIN}17260001", "bad_date"),
    (f"01{GTIN}17260132", "bad_date"),
    (f"01{GTIN}17260431", "bad_date"),
    (f"01{GTIN}17250229", "bad_date"),
    (f"01{GTIN}70032601001830", "bad_date"),
    (f"01{GTIN}70032601042400", "bad_date"),
    (f"01{GTIN}70032601041860", "bad_date"),
    (f"01{GTIN[:-1]}2", "bad_check_digit"),
    (f"01{GTIN}4109521234567890", "bad_check_digit"),
    (f"01{GTIN}10A{GS}10B", "contradictory_elements"),
    (f"01{GTIN}01{'0' * 14}", "contradictory_elements"),
    (f"01{GTIN}31030012843102000128", "contradictory_elements"),
    (f"01{GTIN}31030012843203001284", "contradictory_elements"),
    (f"01{GTIN}3922100{GS}3932978100", "contradictory_elements"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSALS)
def test_a_code_without_sense_has_a_reason(text: str, reason: str) -> None:
    scan = read(f"]d2{text}", ())
    assert isinstance(scan, Unreadable)
    assert scan.reason == reason


def test_without_a_word_of_the_scanner_digits_are_gs1_only_when_the_trade_items_check_digit_is_right() -> (
    None
):
    assert read(f"01{GTIN}17261301", ()) == Unreadable(f"01{GTIN}17261301", "bad_date")
    damaged = f"01{GTIN[:-1]}217260131"
    assert read(damaged, ()) == ProductCode(damaged, (damaged,))
    assert read(f"{damaged}{GS}", ()) == ProductCode(damaged, (damaged,)), (
        "a separator at the end is white space"
    )
    assert read(f"{damaged}{GS}10A", ()) == Unreadable(f"{damaged}·10A", "bad_check_digit")


def test_a_rule_may_claim_a_text_that_looks_like_gs1() -> None:
    own = (
        BarcodeRule(position=1, pattern="(50).*", kind="own"),
        BarcodeRule(position=2, pattern="01" + "I" * 22, kind="own"),
    )
    assert read("(50)A", own) == ProductCode("(50)A", ("(50)A", "A"))
    assert read(f"01{GTIN}17261301", own) == ProductCode(
        f"01{GTIN}17261301", (f"01{GTIN}17261301", f"{GTIN}17261301")
    )
    with_separator = f"(50)A{GS}10B"
    assert read(with_separator, own) == Unreadable("(50)A·10B", "unknown_element")


# ---- Digital Link ---------------------------------------------------------------------------------

LINKS: list[tuple[str, Scan]] = [
    (f"https://id.gs1.org/01/{GTIN}", product()),
    (f"HTTP://EXAMPLE.COM/01/{GTIN}", product()),
    (f"https://example.com/01/{GTIN}/", product()),
    ("https://example.com/01/4006381333931", product()),
    (
        f"https://example.com/de/tea/01/{GTIN}/10/A7/21/S1",
        product(("10", "A7"), ("21", "S1"), lot="A7", serial="S1"),
    ),
    (f"https://example.com/01/{GTIN}/22/V/21/S1", product(("22", "V"), ("21", "S1"), serial="S1")),
    (
        f"https://example.com/01/{GTIN}?17=260131&3103=000195&linkType=gs1:pip&x",
        product(("17", "260131"), ("3103", "000195"), expiry="260131", weight=Decimal("0.195")),
    ),
    (
        f"https://example.com/01/{GTIN}/10/A%2F7?21=S%251#frag",
        product(("10", "A/7"), ("21", "S%1"), lot="A/7", serial="S%1"),
    ),
    (f"https://example.com/2024/01/15/01/{GTIN}", product()),
    (f"]Q1https://id.gs1.org/01/{GTIN}", product()),
    (f"]Q3https://id.gs1.org/01/{GTIN}", product()),
    ("https://id.gs1.org/255/9521234567899", CouponCode("9521234567899")),
    ("https://id.gs1.org/414/9521234567899/254/B1", LocationCode("9521234567899")),
    ("https://id.gs1.org/8018/952123456789012345", MemberCard("952123456789012345")),
]
NO_LINKS = [
    ("https://example.com", "web_address"),
    ("https://", "web_address"),
    ("http://example.com/tea?01=04006381333931", "web_address"),
    ("https://id.gs1.org/AQnYUc1gmg", "web_address"),  # the compressed form
    ("https://example.com/2024/01/15/hello", "web_address"),
    ("https://example.com/01", "web_address"),
    (f"https://id.gs1.org/01/{GTIN}/10", "bad_element"),
    (f"https://id.gs1.org/01/{GTIN}/21/S/10/L", "bad_element"),
    (f"https://id.gs1.org/01/{GTIN}/99/L", "bad_element"),
    (f"https://id.gs1.org/01/{GTIN}?10=%FF", "bad_element"),
    ("https://id.gs1.org/01/400638133393", "bad_check_digit"),
    ("https://id.gs1.org/01/40063813339", "bad_element"),
    (f"https://id.gs1.org/01/{GTIN}?05=1", "unknown_element"),
    (f"https://id.gs1.org/01/{GTIN}?17=261301", "bad_date"),
    (f"https://id.gs1.org/01/{GTIN}?01=00000000000000", "contradictory_elements"),
    ("https://id.gs1.org/00/395011013000000034", "logistic_unit"),
    ("https://id.gs1.org/417/9521234567899", "no_product"),
]


@pytest.mark.parametrize(("address", "meaning"), LINKS)
def test_a_digital_link_is_its_elements(address: str, meaning: Scan) -> None:
    assert read(address, ()) == meaning


@pytest.mark.parametrize(("address", "reason"), NO_LINKS)
def test_another_web_address_sells_nothing(address: str, reason: str) -> None:
    assert read(address, ()) == Unreadable(address[:64], reason)


# ---- the independent reader -----------------------------------------------------------------------

CHECKED_KEYS = {
    "00": 18,
    "01": 14,
    "02": 14,
    "03": 14,
    "253": 13,
    "255": 13,
    "402": 17,
    "8006": 14,
    "8026": 14,
}
CHECKED_KEYS |= {"8003": 14, "8017": 18, "8018": 18} | {str(key): 13 for key in range(410, 418)}
"""The elements that end with a check digit, and where it stands (GS1 General Specifications, section 3)."""

# Days and hours that the other reader does not look at.
LENIENT = {"4324", "4325", "4326", "7003", "7006", "7007", "7011", "8008"}
# Contents of logistics and health care that it looks into, and this one does not.
STRICT = {"4307", "4317", "4321", "4322", "4323", "7250", "7251", "7258", "8010"}
IDENTIFIERS = sorted(set(_GS1_APPLICATION_IDENTIFIERS) - LENIENT)
BY_FAMILY: dict[str, list[str]] = {}
for identifier in IDENTIFIERS:
    BY_FAMILY.setdefault(identifier[:3], []).append(identifier)


@cache
def contents(identifier: str) -> st.SearchStrategy[str]:
    """Contents as the other reader's table has them, with its check digits right."""
    pattern = (
        _GS1_APPLICATION_IDENTIFIERS[identifier].pattern.removeprefix(f"^{identifier}").removesuffix("$")
    )
    # `\\d` there means ASCII digits, and a code has no element of length zero
    found = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).filter(bool)
    place = CHECKED_KEYS.get(identifier, 0)
    if not place:
        return found
    return found.map(
        lambda text: text[: place - 1] + str(gs1_standard_check_digit(text[: place - 1])) + text[place:]
    )


@st.composite
def messages(draw: st.DrawFn) -> list[Pair]:
    """One to six elements, each family of identifiers alike often."""
    pairs = []
    for _ in range(draw(st.integers(1, 6))):
        identifier = draw(st.sampled_from(draw(st.sampled_from(sorted(BY_FAMILY.values())))))
        pairs.append((identifier, draw(contents(identifier))))
    return pairs


def written(pairs: list[Pair]) -> str:
    """Write elements as a symbol carries them, a separator after each that needs one."""
    text = "".join(
        identifier + content + (GS if _GS1_APPLICATION_IDENTIFIERS[identifier].separator_required else "")
        for identifier, content in pairs
    )
    return text.removesuffix(GS)


def by_the_other_reader(text: str) -> list[Pair] | None:
    """Return the elements that it finds, None when it refuses the text or a check digit in it."""
    try:
        found = GS1Message.parse(text, config=ParseConfig(separator_chars=[GS])).element_strings
    except ParseError:
        return None
    if any(each.gtin_error or each.sscc_error or each.gln_error for each in found):
        return None
    return [(each.ai.ai, each.value) for each in found]


def test_the_table_has_every_identifier_of_the_other_reader_and_no_other() -> None:
    assert set(ELEMENTS) == set(_GS1_APPLICATION_IDENTIFIERS)
    for identifier, element in ELEMENTS.items():
        assert IDENTIFIER_LENGTHS[identifier[:2]] == len(identifier)
        assert bool(element.length) != _GS1_APPLICATION_IDENTIFIERS[identifier].separator_required


@given(messages())
def test_a_message_has_the_elements_that_the_other_reader_finds(pairs: list[Pair]) -> None:
    text = written(pairs)
    expected = by_the_other_reader(text)
    try:
        found = element_string(text).pairs
    except ElementRefused:
        assert expected is None
        return
    assert found == pairs
    assert found == expected


@given(messages())
def test_a_message_in_brackets_is_the_same_message(pairs: list[Pair]) -> None:
    in_brackets = "".join(f"({identifier}){content}" for identifier, content in pairs)
    assume(re.findall(r"\((\d{2,4})\)", in_brackets) == [identifier for identifier, _ in pairs])
    bare, printed = read(f"]d2{written(pairs)}", ()), read(in_brackets, ())
    if isinstance(bare, Unreadable):
        assert isinstance(printed, Unreadable)
        assert printed.reason == bare.reason
    else:
        assert printed == bare


def test_four_thousand_codes_of_trade_items_are_what_the_other_reader_makes_of_them() -> None:
    chance = random.Random(9)  # the same codes at every run
    for _ in range(4_000):
        pairs = [("01", GTIN), *(one_of_a_trade_item(chance) for _ in range(chance.randint(1, 5)))]
        text = written(pairs)
        assert element_string(text).pairs == pairs
        assert by_the_other_reader(text) == pairs


def one_of_a_trade_item(chance: random.Random) -> Pair:
    """Return an element that stands beside a trade item in a shop, with a content that it may have."""

    def digits(least: int, most: int) -> str:
        return "".join(chance.choices("0123456789", k=chance.randint(least, most)))

    def signs(most: int) -> str:
        return "".join(chance.choices("ABCXYZabcxyz0123456789-./_%&()", k=chance.randint(1, most)))

    def number(content: str, *families: str) -> Pair:
        return f"{chance.choice(families)}{chance.randint(0, 5)}", content

    return chance.choice(
        (
            lambda: (chance.choice(("10", "21", "22")), signs(20)),
            lambda: (chance.choice(("240", "241", "250", "251", "400", "401")), signs(30)),
            lambda: (
                chance.choice(("11", "13", "15", "16", "17")),
                f"{digits(2, 2)}{chance.randint(1, 12):02d}{chance.randint(0, 28):02d}",
            ),
            lambda: ("20", digits(2, 2)),
            lambda: (chance.choice(("30", "37")), digits(1, 8)),
            lambda: number(digits(6, 6), "310", "311", "312", "313", "314", "315", "316", "320", "395"),
            lambda: number(digits(6, 15), "390", "392"),
            lambda: number(f"978{digits(6, 15)}", "391", "393"),
            lambda: ("422", digits(3, 3)),
            lambda: ("8005", digits(6, 6)),
            lambda: ("8020", signs(25)),
            lambda: (f"9{chance.randint(1, 9)}", signs(90)),
        )
    )()


@given(messages(), st.data())
def test_what_the_other_reader_refuses_is_refused(pairs: list[Pair], data: st.DataObject) -> None:
    text = written(pairs)
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from("0123456789AZ~" + GS))
    damaged = text[:place] + sign + text[place + 1 :]
    try:
        found = element_string(damaged).pairs
    except ElementRefused:
        return
    if not any(identifier in LENIENT | STRICT for identifier, _ in found):
        assert found == by_the_other_reader(damaged.strip(GS))


@given(st.sampled_from(("11", "12", "13", "15", "16", "17")), st.text("0123456789", min_size=6, max_size=6))
def test_a_date_exists_when_the_other_reader_says_so(identifier: str, digits: str) -> None:
    expected = by_the_other_reader(identifier + digits)
    if expected is None:
        with pytest.raises(ElementRefused) as refused:
            element_string(identifier + digits)
        assert refused.value.code == "bad_date"
    else:
        assert element_string(identifier + digits).pairs == expected


@given(
    st.sampled_from([each for each in IDENTIFIERS if re.fullmatch("31[056][0-5]|392[0-9]|395[0-5]", each)]),
    st.data(),
)
def test_a_number_has_the_decimals_that_the_other_reader_gives_it(
    identifier: str, data: st.DataObject
) -> None:
    content = data.draw(contents(identifier))
    assume(len(content) > int(identifier[3]))  # 1 with two decimals is 0.1 there, and 0.01 here
    scan = read(f"]d201{GTIN}{identifier}{content}", ())
    assert isinstance(scan, ProductCode)
    fields = {
        "310": scan.weight,
        "315": scan.volume,
        "316": scan.volume,
        "392": scan.price,
        "395": scan.unit_price,
    }
    theirs = GS1ElementString.parse(identifier + content).decimal
    if identifier[:3] == "395":  # it knows no decimals there
        theirs = Decimal(content).scaleb(-int(identifier[3]))
    assert theirs is not None
    assert fields[identifier[:3]] == (theirs * 1000 if identifier[:3] == "316" else theirs)


@given(messages())
def test_a_digital_link_made_by_the_other_writer_is_the_same_code(pairs: list[Pair]) -> None:
    attributes = {identifier: content for identifier, content in pairs if identifier not in LINK_KEYS}
    text = written([("01", GTIN), *attributes.items()])
    assume(by_the_other_reader(text) == [("01", GTIN), *attributes.items()])
    message = GS1Message.parse(text, config=ParseConfig(separator_chars=[GS]))
    address = GS1DigitalLinkURI.from_element_strings(message.element_strings).as_uri(
        domain="shop.example", prefix="some/where"
    )
    assume("+" not in address)  # a space there, which no element has
    assert sorted(elements_of(address).pairs) == sorted(element_string(text).pairs)


LINK_KEYS = {"00", "01", "253", "255", "401", "402", "414", "415", "417"}
LINK_KEYS |= {"8003", "8004", "8006", "8010", "8013", "8017", "8018"}
