"""The storefront finds what the till finds, in the same order, over the same catalogue and its changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_app.database.cache import Cache
from pos_app.database.files import open_cache
from pos_app.database.streams import Streams
from retail.catalogue import Product
from sync.protocol import Row
from sync.server.centre import Centre
from sync.server.database import product_index
from sync.server.database.product_index import Standing
from sync.server.database.sessions import Database
from sync.server.database.shop_rows import CATALOGUE, products_by_id
from sync.server.database.storefront_rows import products_behind, read_heads
from sync.server.database.upgrade import renew_epoch
from sync.server.shop.search_index import FILE, ProductIndex
from sync.server.streams import Publication, publish
from tests.database.till_files import KEY, NOW, bootstrap, product
from tests.fakes.online_shop import OAT_MILK

TYPED = (
    *("m", "mi", "milk", "oat milk", "OAT MI", "café", "cafe", "crème"),
    *("奶", "牛奶", "燕麦", "奶牛", "咖啡 杯", "ｍｉｌｋ", "niu", "niunai", "nn", "ymn", "kf"),
    *("9", "95200000102", "1026", "p10", "1", "zzz", "龘", "", "  ", '" OR *', "-", "牛奶milk"),
)


class Till:
    """A till's cache that holds a catalogue."""

    def __init__(self, folder: Path) -> None:
        self._file = open_cache(folder, KEY)
        self._streams = Streams(self._file, lambda: NOW)
        self.cache = Cache(self._file)

    def begin(self, products: list[Product]) -> None:
        """Hold these, as after a first synchronisation."""
        bootstrap(self._streams, "catalogue", products)

    def found(self, typed: str) -> list[str]:
        """Return what a search finds."""
        return [one.product.product_id for one in self.cache.search(typed, 48)]

    def close(self) -> None:
        self._file.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    folder = tmp_path / "till"
    folder.mkdir()
    made = Till(folder)
    yield made
    made.close()


def test_storefront_and_till_find_the_same_in_the_same_order(shop: Centre, till: Till) -> None:
    with shop.database.read() as connection:
        till.begin(products_behind(connection, "", 1_000))
    index = shop.storefront.index
    found = {typed: list(index.find(typed, 48)) for typed in TYPED}
    assert found == {typed: till.found(typed) for typed in TYPED}
    assert sum(map(len, found.values())) > 50


def test_both_follow_changes_the_same_way(shop: Centre, till: Till) -> None:
    with shop.database.read() as connection:
        products = products_behind(connection, "", 1_000)
    by_id = {one.product_id: one for one in products}
    changed = [
        replace(by_id["P1026"], popularity=5_000),
        replace(by_id["P1001"], category_id="dairy", codes=("4006381333931",)),
        product("p-new", "Oat milk new", "燕麦牛奶", pinyin="yan mai niu nai", popularity=990),
    ]
    gone = "P1002"
    publish_all(shop, changed, [f"product:{gone}"])
    before = {one.product_id for one in changed}
    till.begin([one for one in products if one.product_id not in before and one.product_id != gone] + changed)
    for typed in (*TYPED, "4006381333931"):
        assert list(shop.storefront.index.find(typed, 48)) == till.found(typed), typed


def publish_all(shop: Centre, puts: list[Product], removes: list[str]) -> None:
    """Publish a change of the catalogue, and wait until the storefront follows."""
    rows: list[Row] = list(puts)
    with shop.database.write() as connection:
        publish(connection, {CATALOGUE: Publication(puts=rows, removes=removes)})
    shop.storefront.open()
    assert shop.storefront.index.wait(20)
    with shop.database.read() as connection:
        assert shop.storefront.index.version == read_heads(connection, (CATALOGUE,))[CATALOGUE]


def test_the_categories_follow_a_change(shop: Centre) -> None:
    index = shop.storefront.index
    before = index.counts()
    with shop.database.read() as connection:
        milk = products_by_id(connection, [OAT_MILK])[OAT_MILK]
    publish_all(shop, [replace(milk, category_id="cafe")], [])
    assert index.counts()["cafe"] == before["cafe"] + 1
    assert index.counts()["dairy"] == before["dairy"] - 1
    assert OAT_MILK in {one.product_id for one in index.after("cafe", -1, 100)}
    assert OAT_MILK not in {one.product_id for one in index.after("dairy", -1, 100)}


def test_a_second_start_goes_on_with_the_file_that_is_there(shop: Centre) -> None:
    again = ProductIndex(shop.settings.data, shop.database)
    again.freshen(1)
    assert again.wait(20)
    assert again.find("oat milk", 5) == shop.storefront.index.find("oat milk", 5)
    again.close()


def test_a_restored_centre_gets_a_new_index(shop: Centre) -> None:
    with shop.database.write() as connection:
        renew_epoch(connection)
        milk = products_by_id(connection, [OAT_MILK])[OAT_MILK]
    publish_all(shop, [replace(milk, popularity=1)], [])
    assert OAT_MILK in shop.storefront.index.find("oat milk", 5)


def test_a_damaged_file_is_made_anew(shop: Centre, tmp_path: Path, expected_logs: object) -> None:
    expected_logs("is damaged and is made anew")  # type: ignore[operator]  # a fixture of conftest
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / FILE).write_bytes(b"this is no database" * 1000)
    again = ProductIndex(folder, shop.database)
    again.freshen(1)
    assert again.wait(20)
    assert again.find("oat milk", 5)
    again.close()


def test_a_file_of_another_layout_is_made_anew(
    shop: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    file = Database(f"sqlite:///{folder / FILE}")
    monkeypatch.setattr(product_index, "LAYOUT", 0)
    with file.write() as connection:
        product_index.make_tables(connection)
        product_index.rebuild(connection, [], Standing("then", 7))
    file.close()
    monkeypatch.undo()
    again = ProductIndex(folder, shop.database)
    again.freshen(1)
    assert again.wait(20)
    assert again.find("oat milk", 5)
    again.close()


def test_closing_while_it_is_built_leaves_nothing_half_done(shop: Centre, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    again = ProductIndex(folder, shop.database)
    again._stop.set()
    again._wanted = 1
    again._work()
    assert not again.ready
    assert again.find("milk", 5) == ()
    again.close()


def test_a_database_that_cannot_be_read_is_tried_again_later(
    shop: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: object
) -> None:
    expected_logs("cannot be made; it is tried again")  # type: ignore[operator]  # a fixture of conftest
    folder = tmp_path / "missing"
    again = ProductIndex(folder, shop.database)
    again.freshen(1)
    assert not again.wait(20)
    folder.mkdir()
    again.freshen(1)  # too soon
    assert not again.wait(20)
    monkeypatch.setattr("sync.server.shop.search_index.TRY_AGAIN_SECONDS", 0.0)
    again.freshen(1)
    assert again.wait(20)
    again.close()
