"""A shop's own catalogue: imported whole, or not at all and with every reason by its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from retail.catalogue import Price, Product
from retail.quantity import SellingUnit
from sync.server.catalogue_csv import MOST_PROBLEMS, PROBLEMS
from sync.server.catalogue_import import CatalogueRefused, ImportResult, import_catalogue, read_text
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.demo.goods import demo_goods
from sync.server.demo.load import Wanted, write_demo
from sync.server.enrolment import UnknownStore
from sync.server.picture_import import PictureIntake
from sync.server.streams import changes_page, read_head, stream_id

HEADER = "sku,name,name_zh,category,tax_class,unit,price,codes"
PRICES = stream_id("prices", "S1")
CATALOGUE = stream_id("catalogue", "S1")


def bring(centre: Centre, *lines: str, header: str = HEADER) -> ImportResult:
    return import_catalogue(centre.database, "\n".join((header, *lines)), store_id="S1")


def refused(centre: Centre, *lines: str, header: str = HEADER) -> list[tuple[int, str, str]]:
    with pytest.raises(CatalogueRefused) as refusal:
        bring(centre, *lines, header=header)
    for problem in refusal.value.problems:
        assert str(problem.line) in problem.message.en
        assert str(problem.line) in problem.message.zh
    return [(problem.line, problem.column, problem.code) for problem in refusal.value.problems]


def row(centre: Centre, key: str) -> str | None:
    with centre.database.read() as connection:
        found: str | None = connection.execute(
            select(tables.stream_row.c.row).where(tables.stream_row.c.key == key)
        ).scalar()
        return found


def product(centre: Centre, sku: str) -> Product:
    text = row(centre, f"product:P{sku}")
    assert text is not None
    return msgspec.json.decode(text, type=Product)


def heads(centre: Centre) -> tuple[int, int]:
    with centre.database.read() as connection:
        return read_head(connection, CATALOGUE).head, read_head(connection, PRICES).head


def test_new_products_come_with_price_pinyin_and_initials(shop: Centre) -> None:
    result = bring(
        shop,
        "A-1,Oat milk,燕麦奶 1 L,dairy,Z,piece,4.20,4006381333931",
        "A-2,Loose nuts,散装坚果,pantry,Z,kg,12.345,",
    )
    assert (result.added, result.changed, result.unchanged) == (2, 0, 0)
    milk, nuts = product(shop, "A-1"), product(shop, "A-2")
    assert (milk.pinyin, milk.initials, milk.codes) == ("yan mai nai", "ymn", ("4006381333931",))
    assert nuts.unit is SellingUnit.KILOGRAM
    price = msgspec.json.decode(row(shop, "price:PA-2") or "", type=Price)
    assert price.unit_price_minor == Decimal("1234.5")


def test_the_same_file_again_changes_nothing(shop: Centre) -> None:
    line = "A-1,Oat milk,燕麦奶,dairy,Z,piece,4.20,"
    bring(shop, line)
    before = heads(shop)
    assert bring(shop, line).unchanged == 1
    assert heads(shop) == before


def test_columns_that_the_file_leaves_out_keep_what_stands_there(shop: Centre) -> None:
    before = product(shop, "1032")
    result = bring(shop, "1032,Lager,pantry,A,5.90", header="sku,name,category,tax_class,price")
    after = product(shop, "1032")
    assert result.changed == 1
    assert (after.name.en, after.name.zh) == ("Lager", before.name.zh)
    assert (after.minimum_age, after.codes, after.icon) == (18, before.codes, before.icon)


def test_a_whole_import_is_one_version_of_each_stream(shop: Centre) -> None:
    before = heads(shop)
    bring(shop, *(f"B-{number},Thing,,home,A,piece,1.00," for number in range(300)))
    assert heads(shop) == (before[0] + 1, before[1] + 1)
    with shop.database.read() as connection:
        page = changes_page(connection, PRICES, epoch="", after=before[1], limit=10)
    assert len(page.changes) == 300


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (",Milk,,dairy,Z,piece,1.00,", "sku", "empty"),
        ("A,,,dairy,Z,piece,1.00,", "name", "empty"),
        (f"A,{'x' * 201},,dairy,Z,piece,1.00,", "name", "too_long"),
        ("A,Mi\x07lk,,dairy,Z,piece,1.00,", "name", "control_character"),
        ("A,Milk,,Dairy!,Z,piece,1.00,", "category", "unknown_category"),
        ("A,Milk,,dairy,Q,piece,1.00,", "tax_class", "unknown_tax_class"),
        ("A,Milk,,dairy,Z,pound,1.00,", "unit", "unknown_unit"),
        ("A,Milk,,dairy,Z,piece,,", "price", "price_missing"),
        ("A,Milk,,dairy,Z,piece,free,", "price", "not_a_price"),
        ("A,Milk,,dairy,Z,piece,1e5,", "price", "not_a_price"),
        ("A,Milk,,dairy,Z,piece,NaN,", "price", "not_a_price"),
        ("A,Milk,,dairy,Z,piece,-1,", "price", "negative_price"),
        ("A,Milk,,dairy,Z,piece,99999999,", "price", "price_too_large"),
        ("A,Milk,,dairy,Z,piece,1.1234567,", "price", "price_too_fine"),
        ("A,Milk,,dairy,Z,piece,1.00,4006381333930", "codes", "bad_check_digit"),
        ("A,Milk,,dairy,Z,piece,1.00,牛奶", "codes", "bad_code"),
        ("A,Milk,,dairy,Z,piece,1.00,12345 12345", "codes", "repeated_code"),
        ("A,Milk,,dairy,Z,piece,1.00,9520000010164", "codes", "code_taken"),
        ("A,Milk,,dairy,Z,piece,1.00,,,surplus", "", "too_many_fields"),
        ('A,"Milk,,dairy,Z,piece,1.00,', "", "broken_line"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_imported(
    shop: Centre, line: str, column: str, code: str
) -> None:
    before = heads(shop)
    assert refused(shop, "GOOD,Good milk,,dairy,Z,piece,1.00,", line) == [(3, column, code)]
    assert heads(shop) == before
    assert row(shop, "product:PGOOD") is None


def test_every_wrong_line_is_named_at_once(shop: Centre) -> None:
    found = refused(
        shop,
        "A,Milk,,nowhere,Q,piece,1.00,",
        "B,Milk,,dairy,Z,piece,1.00,12345",
        "B,Milk,,dairy,Z,piece,x,",
        "",
        "C,Milk,,dairy,Z,piece,1.00,12345",
    )
    assert found == [
        (2, "category", "unknown_category"),
        (2, "tax_class", "unknown_tax_class"),
        (4, "price", "not_a_price"),
        (6, "codes", "repeated_code"),
    ]


def test_lines_are_counted_as_an_editor_counts_them(shop: Centre) -> None:
    found = refused(shop, "A,Milk,,dairy,Z,piece,1.00,", 'B,"Milk', 'two lines",,dairy,Z,piece,1.00,')
    assert found[0] == (3, "name", "control_character")


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("", [(1, "", "empty_file")]),
        ("sku,name", [(1, name, "missing_column") for name in ("category", "tax_class", "price")]),
        (f"{HEADER},colour", [(1, "colour", "unknown_column")]),
        (f"{HEADER},sku", [(1, "sku", "repeated_column")]),
    ],
)
def test_a_wrong_header_is_named(shop: Centre, header: str, problems: list[tuple[int, str, str]]) -> None:
    assert refused(shop, "x", header=header) == problems


def test_a_file_of_another_kind_is_given_up_after_many_problems(shop: Centre) -> None:
    assert len(refused(shop, *(["x"] * 1000))) == MOST_PROBLEMS


def test_a_file_in_another_encoding_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(f"{HEADER}\nA,Milk,牛奶,dairy,Z,piece,1.00,\n".encode("gb18030"))
    with pytest.raises(CatalogueRefused) as refusal:
        read_text(path)
    assert (refusal.value.problems[0].line, refusal.value.problems[0].code) == (2, "wrong_encoding")
    assert "牛奶" in read_text(path, "gb18030")


def test_semicolons_and_a_spreadsheets_byte_order_mark_are_understood(shop: Centre, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(
        "sku;name;category;tax_class;price\r\nA;Milk, fresh;dairy;Z;1.00\r\n".encode("utf-8-sig")
    )
    result = import_catalogue(shop.database, read_text(path), store_id="S1")
    assert result.added == 1
    assert product(shop, "A").name.en == "Milk, fresh"


def test_a_store_that_is_not_there_gets_no_prices(shop: Centre) -> None:
    with pytest.raises(UnknownStore):
        import_catalogue(shop.database, HEADER, store_id="S9")


def test_progress_is_told_from_reading_to_the_end(shop: Centre) -> None:
    told: list[tuple[str, int, int]] = []
    lines = "\n".join(f"B-{number},Thing,,home,A,piece,1.00," for number in range(1200))
    import_catalogue(
        shop.database,
        f"{HEADER}\n{lines}",
        store_id="S1",
        on_progress=lambda step, done, total: told.append((step, done, total)),
    )
    assert told[0] == ("read", 500, 1201)
    assert told[-1] == ("store", 1200, 1200)


def test_the_written_demo_catalogue_is_what_the_loaded_demo_has(shop: Centre, tmp_path: Path) -> None:
    written = write_demo(tmp_path, Wanted(products=60))
    before = heads(shop)
    with PictureIntake(tmp_path, shop.pictures) as pictures:
        result = import_catalogue(shop.database, read_text(written[0]), store_id="S1", pictures=pictures)
    assert result.unchanged == len(demo_goods(60))
    assert heads(shop) == before


def test_every_problem_speaks_both_languages() -> None:
    assert all(sentence.en and sentence.zh for sentence in PROBLEMS.values())
