"""Product pictures: served to tills only, imported with a catalogue or refused by their line."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from PIL import Image
from sqlalchemy import select

from retail.catalogue import Product
from sync.protocol import MAX_PICTURE_BYTES, ErrorAnswer, is_picture_name, picture_name
from sync.server.catalogue_import import CatalogueRefused, ImportResult, import_catalogue
from sync.server.centre import Centre
from sync.server.cli import main
from sync.server.database import tables
from sync.server.demo.goods import demo_goods, shown_goods
from sync.server.demo.load import Wanted, load_demo
from sync.server.demo.pictures import with_pictures
from sync.server.picture_import import PictureIntake, PictureRefused, fitted
from sync.server.pictures import PictureStore
from tests.server.tills import Till

HEADER = "sku,name,category,tax_class,price,picture"


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def bring(centre: Centre, folder: Path, *lines: str, header: str = HEADER) -> ImportResult:
    with PictureIntake(folder, centre.pictures) as pictures:
        return import_catalogue(
            centre.database, "\n".join((header, *lines)), store_id="S1", pictures=pictures
        )


def reasons(centre: Centre, folder: Path, *lines: str) -> list[tuple[int, str, str]]:
    with pytest.raises(CatalogueRefused) as refusal:
        bring(centre, folder, *lines)
    return [(problem.line, problem.column, problem.code) for problem in refusal.value.problems]


def picture_of(centre: Centre, sku: str) -> str:
    with centre.database.read() as connection:
        text = connection.execute(
            select(tables.stream_row.c.row).where(tables.stream_row.c.key == f"product:P{sku}")
        ).scalar_one()
    return msgspec.json.decode(text, type=Product).picture


def kept(centre: Centre) -> list[str]:
    return sorted(file.name for file in centre.pictures.folder.glob("*"))


# ---- serving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_till_gets_a_picture_to_keep_for_ever(
    shop: Centre, till: Till, kind: str, content_type: str
) -> None:
    content = drawn(kind)
    answer = till.get(f"/v1/pictures/{shop.pictures.keep(content)}")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == content_type
    assert "immutable" in answer.headers["cache-control"]


def test_nobody_else_gets_it(shop: Centre, client: TestClient) -> None:
    name = shop.pictures.keep(drawn())
    answer = client.get(f"/v1/pictures/{name}", headers={"Authorization": "Bearer guessed"})
    assert answer.status_code == 401
    assert msgspec.json.decode(answer.content, type=ErrorAnswer).code == "not_enrolled"


@pytest.mark.parametrize(
    "name",
    [
        "0123456789abcdef.png",
        "centre.db",
        "..%2Fcentre.db",
        "%2e%2e%2fcentre.db",
        "..",
        "0123456789abcdef.png%00",
        "0123456789ABCDEF.png",
        "0123456789abcdef.png.exe",
    ],
)
def test_what_is_no_picture_is_not_found_and_leads_nowhere(shop: Centre, till: Till, name: str) -> None:
    assert (shop.settings.data / "pictures").parent == shop.settings.data
    answer = till.get(f"/v1/pictures/{name}")
    assert answer.status_code == 404
    assert msgspec.json.decode(answer.content, type=ErrorAnswer).message.zh


def test_a_file_that_grew_past_the_limit_is_not_served(shop: Centre, till: Till) -> None:
    name = shop.pictures.keep(drawn())
    (shop.pictures.folder / name).write_bytes(b"\0" * (MAX_PICTURE_BYTES + 1))
    assert till.get(f"/v1/pictures/{name}").status_code == 404


def test_the_interface_describes_pictures(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/pictures/{name}"]["get"]["responses"]
    assert {"200", "401", "404"} <= set(described)


# ---- import -----------------------------------------------------------------------------------------


def test_a_catalogue_brings_its_pictures(shop: Centre, till: Till, tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "milk.jpg").write_bytes(drawn())  # judged by its content: it is a PNG
    result = bring(
        shop,
        tmp_path,
        "A-1,Milk,dairy,Z,2.00,shots/milk.jpg",
        "A-2,More milk,dairy,Z,3.00,shots/milk.jpg",
        "A-3,Nuts,pantry,Z,3.00,",
    )
    assert result.added == 3
    name = picture_of(shop, "A-1")
    assert name == picture_of(shop, "A-2") == picture_name(drawn())
    assert name.endswith(".png")
    assert picture_of(shop, "A-3") == ""
    assert till.get(f"/v1/pictures/{name}").content == drawn()


def test_the_same_pictures_again_change_nothing(shop: Centre, tmp_path: Path) -> None:
    (tmp_path / "milk.png").write_bytes(drawn())
    line = "A-1,Milk,dairy,Z,2.00,milk.png"
    bring(shop, tmp_path, line)
    assert bring(shop, tmp_path, line).unchanged == 1


def test_a_file_without_the_column_leaves_pictures_and_an_empty_field_takes_one_away(
    shop: Centre, tmp_path: Path
) -> None:
    (tmp_path / "milk.png").write_bytes(drawn())
    bring(shop, tmp_path, "A-1,Milk,dairy,Z,2.00,milk.png")
    bring(shop, tmp_path, "A-1,Milk,dairy,Z,2.50", header=HEADER.removesuffix(",picture"))
    assert picture_of(shop, "A-1")
    bring(shop, tmp_path, "A-1,Milk,dairy,Z,2.50,")
    assert picture_of(shop, "A-1") == ""


def test_every_wrong_picture_is_named_by_its_line_and_nothing_is_kept(shop: Centre, tmp_path: Path) -> None:
    before = kept(shop)
    (tmp_path.parent / "outside.png").write_bytes(drawn())
    (tmp_path / "good.png").write_bytes(drawn())
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "drawing.gif").write_bytes(drawn("GIF"))
    (tmp_path / "cut.png").write_bytes(drawn(size=(400, 300))[:-40])
    (tmp_path / "cut.jpg").write_bytes(drawn("JPEG", size=(400, 300))[:-400])
    (tmp_path / "folder.png").mkdir()
    files = (
        "good.png",
        "missing.png",
        "../outside.png",
        "/etc/hostname",
        "text.png",
        "drawing.gif",
        "cut.png",
        "cut.jpg",
        "folder.png",
    )
    lines = [f"A-{place},Milk,dairy,Z,2.00,{file}" for place, file in enumerate(files)]
    assert reasons(shop, tmp_path, *lines) == [
        (3, "picture", "picture_not_found"),
        (4, "picture", "picture_outside"),
        (5, "picture", "picture_outside"),
        (6, "picture", "not_a_picture"),
        (7, "picture", "not_a_picture"),
        (8, "picture", "not_a_picture"),
        (9, "picture", "not_a_picture"),
        (10, "picture", "picture_not_found"),
    ]
    assert kept(shop) == before


def test_a_photograph_is_made_smaller_upright_and_forgets_where_it_was_taken() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x010F] = "Camera"
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(out, "JPEG", quality=95, exif=exif)
    small = fitted(out.getvalue())
    with Image.open(io.BytesIO(small)) as picture:
        assert picture.size == (360, 480)
        assert dict(picture.getexif()) == {}
    assert picture_name(small).endswith(".jpg")


def test_a_drawing_with_clear_parts_keeps_them_unless_it_is_too_heavy() -> None:
    clear = Image.new("RGBA", (900, 900), (0, 120, 90, 40))
    noise = Image.merge("RGBA", [Image.effect_noise((900, 900), 120) for _ in range(4)])
    names = []
    for picture in (clear, noise):
        out = io.BytesIO()
        picture.save(out, "PNG")
        names.append(picture_name(fitted(out.getvalue())))
    assert [name.rpartition(".")[2] for name in names] == ["png", "jpg"]


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(PictureRefused):
        fitted(out.getvalue())


def test_the_command_imports_pictures_from_beside_the_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert main(["load-demo", "--data", str(data), "--products", "40"]) == 0
    (tmp_path / "milk.png").write_bytes(drawn())
    file = tmp_path / "mine.csv"
    file.write_text(f"{HEADER}\nA-1,Milk,dairy,Z,2.00,milk.png\n")
    assert main(["import-catalogue", "--data", str(data), str(file)]) == 0
    assert PictureStore(data / "pictures").read(picture_name(drawn())) == drawn()


# ---- demo -------------------------------------------------------------------------------------------


def test_the_demo_draws_a_picture_of_each_good_that_the_screens_show(centre: Centre) -> None:
    load_demo(centre.database, Wanted(products=40, promotions=5, members=2), pictures=centre.pictures)
    names = {picture_of(centre, entry.product.sku) for entry in shown_goods()}
    assert len(names) == len(shown_goods())
    assert sorted(names) == kept(centre)
    for name in names:
        content = centre.pictures.read(name)
        assert is_picture_name(name)
        assert content is not None
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.size == (320, 240)


def test_the_same_seed_draws_the_same_pictures() -> None:
    goods = demo_goods(34)[:4]
    assert with_pictures(goods, 7, picture_name) == with_pictures(goods, 7, picture_name)
    assert with_pictures(goods, 8, picture_name) != with_pictures(goods, 7, picture_name)
