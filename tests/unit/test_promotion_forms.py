"""What a person types becomes the row that was meant, for every kind, and goes back into the fields."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import LocalisedText, Product
from retail.money import Rounding
from retail.price_list import PriceList
from retail.promotions.check import REASONS
from retail.promotions.kind import PromotionInvalid
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from sync.server.editing.argument import Typed
from sync.server.editing.field_labels import FIELD_LABELS
from sync.server.editing.form import Form, FormUnreadable, read_form
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.price_list_form import price_list_fields, read_price_list
from sync.server.editing.promotion_form import new_id, promotion_fields, read_promotion
from sync.server.editing.promotion_problems import CHINESE_REASONS
from sync.server.editing.reading import Reading
from sync.server.editing.row_json import json_text, price_list_of_json, promotion_of_json
from sync.server.editing.typed import (
    Unreadable,
    major_text,
    plain_text,
    read_amount,
    read_list,
    read_unit_price,
    read_whole,
)
from tests.unit.test_promotion_reference import SECTIONS, arguments_read_by, rows_in

EVERY_FIELD = Promotion(
    promotion_id="everything",
    kind="percent_off",
    label=LocalisedText("Everything", "全部"),
    arguments={"percent": "12.5"},
    product_ids=("P1", "P2"),
    category_ids=("coffee", "tea"),
    starts_at="2026-03-01T00:00:00+08:00",
    ends_at="2026-04-01T09:30",
    member_tiers=("gold", "silver"),
    coupon_code="SPRING",
    needs_network=True,
    priority=-7,
    exclusive=True,
    excluded_product_ids=("P3",),
    excluded_category_ids=("gifts",),
    weekdays=(1, 7),
    month_days=(1, 15, 31),
    hours=("08:00-10:00", "22:00-02:00"),
    channels=("online",),
    member_groups=("employee", "friends"),
    birthday="month",
    first_order=True,
    minimum_minor=5050,
    minimum_quantity=3,
    limit_per_sale=1,
    limit_per_member=2,
    limit_per_day=3,
    limit_in_campaign=4,
    exclusion_group="spring",
    combinable=False,
)
EXAMPLES = [row for section in SECTIONS.values() for row in rows_in(section)]


def find_all(texts: Collection[str]) -> dict[str, Product]:
    return {
        one: Product(product_id=one, sku=one, name=LocalisedText(one), category_id="tea", tax_class_id="A")
        for one in texts
    }


def read_back(row: Promotion, digits: int = 2) -> Promotion:
    reading = Reading(promotion_fields(row, digits), digits=digits, find=find_all)
    read = read_promotion(reading)
    assert reading.problems == []
    return read


def test_every_kind_has_its_form_and_no_other() -> None:
    assert list(KIND_FORMS) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_of_a_kind_is_asked_and_no_other(kind: str) -> None:
    asked = [argument.name for argument in KIND_FORMS[kind].arguments]
    assert sorted(asked) == sorted(arguments_read_by(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_as_needed_is_what_the_kind_misses_first(kind: str) -> None:
    needed = {argument.name for argument in KIND_FORMS[kind].arguments if argument.needed}
    described = dict(re.findall(r"^\| `(\w+)` \|.*\| (yes|no|one of the two)[^|]*\|$", SECTIONS[kind], re.M))
    assert needed == {name for name, needed_there in described.items() if needed_there == "yes"}
    with pytest.raises(PromotionInvalid) as missed:
        KINDS[kind](Promotion(promotion_id="x", kind=kind, label=LocalisedText("x")))
    assert missed.value.reason.removeprefix("missing_") in needed or missed.value.reason in REASONS


@pytest.mark.parametrize("kind", KINDS)
def test_the_choices_of_a_kind_are_those_that_it_reads(kind: str) -> None:
    example = rows_in(SECTIONS[kind])[0]
    for argument in KIND_FORMS[kind].arguments:
        if argument.typed is Typed.CHOICE:
            for value, _ in argument.choices:
                row = msgspec.structs.replace(example, arguments={**example.arguments, argument.name: value})
                KINDS[kind](row)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.promotion_id)
def test_a_row_goes_into_the_fields_and_back(row: Promotion) -> None:
    assert read_back(row) == row
    assert read_back(row, digits=0) == row
    assert promotion_of_json(json_text(row)) == row


def test_every_field_of_a_row_goes_into_the_page_and_back() -> None:
    usual = Promotion(promotion_id="", kind="", label=LocalisedText(""))
    same = [
        name
        for name in Promotion.__struct_fields__
        if getattr(EVERY_FIELD, name) == getattr(usual, name) and name != "member_tier"
    ]
    assert same == []
    assert read_back(EVERY_FIELD) == EVERY_FIELD
    one_tier = msgspec.structs.replace(EVERY_FIELD, member_tier="gold", member_tiers=())
    assert read_back(one_tier) == one_tier


def test_one_tier_alone_stays_where_older_tills_look_for_it() -> None:
    row = msgspec.structs.replace(EVERY_FIELD, member_tiers=("gold",))
    assert (read_back(row).member_tier, read_back(row).member_tiers) == ("gold", ())


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_of_every_kind_goes_into_its_field_and_back(kind: str) -> None:
    texts = {
        Typed.NUMBER: "3",
        Typed.AMOUNT: "1250",
        Typed.UNIT_PRICE: "199.5",
        Typed.YES: "yes",
        Typed.PRODUCTS: "P1,P2",
        Typed.CATEGORIES: "coffee,tea",
        Typed.PRODUCT_GROUPS: "2*P1,P2|P3",
        Typed.CATEGORY_GROUPS: "tea|3*coffee",
    }
    arguments = {}
    for argument in KIND_FORMS[kind].arguments:
        if argument.typed is Typed.CHOICE:
            arguments[argument.name] = argument.choices[-1][0]
        elif argument.typed is Typed.STEPS:
            assert argument.first is not None
            assert argument.second is not None
            one = f"{texts[argument.first[0]]}:{texts[argument.second[0]]}"
            arguments[argument.name] = f"{one}|{one}"
        else:
            arguments[argument.name] = texts[argument.typed]
    row = Promotion(promotion_id="x", kind=kind, label=LocalisedText("x"), arguments=arguments)
    assert read_back(row).arguments == arguments


def test_what_cannot_be_read_stands_in_its_field_as_it_is() -> None:
    row = Promotion(
        promotion_id="x",
        kind="gift_with_purchase",
        label=LocalisedText("x"),
        arguments={"gift_products": "P1", "spend_minor": "much", "repeat": "perhaps"},
    )
    form = promotion_fields(row, 2)
    assert form.text("argument.spend_minor") == "much"
    assert form.text("argument.repeat") == "perhaps"
    reading = Reading(form, digits=2, find=find_all)
    assert read_promotion(reading).arguments["repeat"] == "perhaps"
    assert [problem.field for problem in reading.problems] == ["argument.spend_minor"]


def test_a_promotion_needs_a_name_and_one_in_chinese_is_enough() -> None:
    fields = promotion_fields(msgspec.structs.replace(EVERY_FIELD, label=LocalisedText("")), 2)
    reading = Reading(fields, digits=2, find=find_all)
    read_promotion(reading)
    assert [problem.field for problem in reading.problems] == ["label"]
    reading = Reading(fields.with_texts({"label_zh": ("春",)}), digits=2, find=find_all)
    assert read_promotion(reading).label == LocalisedText("春")


def test_ids_are_made_of_the_name_and_never_twice() -> None:
    row = Promotion(promotion_id="", kind="percent_off", label=LocalisedText("Tea −10 %!"))
    assert new_id(row, ()) == "tea-10"
    assert new_id(row, ("tea-10", "tea-10-2")) == "tea-10-3"
    assert new_id(msgspec.structs.replace(row, label=LocalisedText("茶")), ()) == "percent-off"


@pytest.mark.parametrize(
    ("text", "digits", "minor"),
    [("5", 2, 500), ("5.00", 2, 500), ("0.05", 2, 5), ("7", 0, 7), ("1.234", 3, 1234)],
)
def test_amounts_are_typed_in_major_units(text: str, digits: int, minor: int) -> None:
    assert read_amount(text, digits) == minor


@pytest.mark.parametrize("text", ["1,5", "1 000", "-1", "5.001", "9" * 13, "1e3", "NaN", "٣"])
def test_an_amount_in_another_notation_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_amount(text, 2)
    assert Unreadable(LocalisedText("a", "b")).sentence.zh == "b"


@given(st.integers(0, 10**12 - 1), st.integers(0, 4))
def test_an_amount_is_shown_as_it_is_typed(minor: int, digits: int) -> None:
    assert read_amount(major_text(minor, digits), digits) == minor


@given(st.decimals(Decimal(0), Decimal(10**11), places=4), st.integers(0, 4))
def test_a_unit_price_finer_than_the_money_is_kept_exactly(minor: Decimal, digits: int) -> None:
    read = read_unit_price(major_text(minor, digits), digits)
    assert read == minor
    assert plain_text(read) == str(read)


@pytest.mark.parametrize("text", ["1.9999999", "1" * 40, "1" * 12 + ".123456", "x", "-1.123456"])
def test_a_unit_price_that_is_too_fine_or_too_large_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_unit_price(text, 2)


def test_numbers_that_nobody_could_write_out_are_never_written_out() -> None:
    assert major_text(Decimal("1E+999999999"), 2) == "1E+999999999"
    assert plain_text(Decimal("NaN")) == "NaN"


@pytest.mark.parametrize("text", ["1.5", "-1", "1000", "one", "1" * 20])
def test_a_whole_number_stays_within_its_bounds(text: str) -> None:
    with pytest.raises(Unreadable):
        read_whole(text, least=0, most=999)


def test_a_list_takes_commas_lines_and_chinese_commas_and_each_entry_once() -> None:
    assert read_list("a, b\nc；d，a;") == ("a", "b", "c", "d")
    with pytest.raises(Unreadable):
        read_list("a\0b")
    with pytest.raises(Unreadable):
        read_list("x" * 201)
    with pytest.raises(Unreadable):
        read_list(",".join(str(number) for number in range(2_001)))


def json_with(more: str) -> str:
    return f'{{"promotion_id": "x", "kind": "percent_off", "label": {{"en": "x"}}, {more}}}'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no such row"),
        ("[" * 50_000, "no such row"),
        ('{"row": "promotion", "promotion_id": "x", "kind": "percent_off"}', "label"),
        (json_with('"weekdays": "all"'), "weekdays"),
        ('{"promotion_id": "x", "kind": "free", "label": {"en": "x"}}', "“free”"),
        (json_with('"weekday": 1'), "“weekday”"),
        (json_with('"arguments": {"percnt": "1"}'), "“percnt”"),
        (json_with('"birthday": "year"'), "birthday"),
        (json_with('"coupon_code": "a\\u0000"'), "printed"),
        (json_with('"priority": 1000000000000'), "priority"),
        (json_with('"product_ids": [' + ",".join(5_000 * ['"p"']) + "]"), "product_ids"),
        (" " * 200_001, "too long"),
    ],
    ids=lambda value: value[-30:].strip(),
)
def test_json_that_is_no_promotion_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        promotion_of_json(text)
    assert says in refused.value.sentence.en
    assert refused.value.sentence.zh


def test_a_price_list_goes_into_the_fields_and_back() -> None:
    row = PriceList(
        list_id="happy",
        name=LocalisedText("Happy", "欢乐"),
        position=5,
        currency_code="SGD",
        based_on="wholesale",
        percent=Decimal("-12.5"),
        amount_minor=Decimal("-50.25"),
        round_to_minor=Decimal(100),
        rounding=Rounding.UP,
        below_step_minor=Decimal(1),
        product_ids=("P1",),
        category_ids=("tea",),
        excluded_product_ids=("P2",),
        excluded_category_ids=("gifts",),
        starts_at="2026-03-01T00:00",
        ends_at="2026-04-01T00:00",
        weekdays=(6, 7),
        month_days=(1,),
        hours=("17:00-19:00",),
        channels=("store",),
        member_tiers=("gold", "*"),
        member_groups=("trade",),
    )
    usual = PriceList(list_id="", name=LocalisedText(""))
    assert [name for name in PriceList.__struct_fields__ if getattr(row, name) == getattr(usual, name)] == []
    reading = Reading(price_list_fields(row, 2), digits=2, find=find_all)
    assert read_price_list(reading) == row
    assert reading.problems == []
    assert price_list_of_json(json_text(row)) == row


@pytest.mark.parametrize("amount", ["NaN", "1E+99999999", "Infinity", "0.00000000001"])
def test_a_price_list_with_a_number_of_another_kind_is_refused(amount: str) -> None:
    with pytest.raises(Unreadable):
        price_list_of_json(f'{{"list_id": "x", "name": {{"en": "x"}}, "percent": "{amount}"}}')


def test_every_reason_is_told_in_chinese_too() -> None:
    assert CHINESE_REASONS.keys() == REASONS.keys()


def test_every_text_of_the_forms_is_there_in_both_languages() -> None:
    texts = list(FIELD_LABELS.values())
    for kind in KIND_FORMS.values():
        texts += [kind.name, kind.sentence, kind.limits]
        for argument in kind.arguments:
            texts += [argument.label, argument.sentence, *(called for _, called in argument.choices)]
            texts += [part[1] for part in (argument.first, argument.second) if part is not None]
    assert [text.en for text in texts if not (text.en and re.search("[\u4e00-\u9fff]", text.zh))] == []


def test_a_body_that_is_no_form_is_refused() -> None:
    assert read_form(b"a=1&a=2&b=+x+").texts("a") == ("1", "2")
    assert read_form(b"a=1%0D%0A2").text("a") == "1\n2"
    for body in (b"\xff", b"a=%ff", b"&".join([b"a=1"] * 6_000)):
        with pytest.raises(FormUnreadable):
            read_form(body)


def test_a_form_with_other_texts_leaves_the_first_as_it_was() -> None:
    first = Form({"a": ("1",)})
    assert first.with_texts({"a": ("2",)}).text("a") == "2"
    assert first.text("a") == "1"
