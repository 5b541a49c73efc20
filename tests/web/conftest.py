"""The storefront of a small demo store, with a sister store, over SQLite and over PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from sync.server.centre import Centre
from sync.server.pictures import FOLDER
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from tests.fakes.applications import application
from tests.fakes.online_shop import open_online
from tests.server.browsing import Browser
from tests.server.conftest import (  # noqa: F401  # the same centres as the server's tests have
    new_postgresql,
    postgresql,
    sqlite_shop,
)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker by which tests over PostgreSQL are chosen or left out."""
    config.addinivalue_line("markers", "postgresql: needs the PostgreSQL that the test dependencies bring")


@pytest.fixture(scope="session")
def online_file(sqlite_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811  # the fixture
    """Make a SQLite file in which both stores sell online, to be copied."""
    folder = tmp_path_factory.mktemp("online")
    shutil.copy(sqlite_shop, folder / "centre.db")
    shutil.copytree(sqlite_shop.parent / FOLDER, folder / FOLDER)
    centre = Centre(Settings(data=folder))
    open_online(centre)
    with centre.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    centre.close()
    return folder / "centre.db"


@pytest.fixture
def shop(online_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre that sells online, its look-ups built."""
    shutil.copy(online_file, tmp_path / "centre.db")
    (tmp_path / FOLDER).symlink_to(online_file.parent / FOLDER)
    centre = Centre(Settings(data=tmp_path, payments=SIMULATED_PAYMENTS))
    centre.storefront.open()
    assert centre.storefront.index.wait(20)
    yield centre
    centre.close()


@pytest.fixture
def client(shop: Centre) -> Iterator[TestClient]:
    """Requests to the centre, without a network."""
    with application(shop) as app, TestClient(app, base_url="http://shop.example") as made:
        yield made


@pytest.fixture
def browser(client: TestClient) -> Browser:
    """A customer's browser, without scripts."""
    return Browser(client)
