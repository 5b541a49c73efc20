"""Keeps the storefront's look-ups fresh: built in the background, then led by the catalogue's versions.

The file belongs to this centre process and its neighbours on the same folder: whoever writes looks first how
far it stands. While it is built, the pages say so; an older one goes on answering until the new one is whole.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from retail.catalogue import Product
from sync.protocol import MAX_PAGE_ROWS
from sync.server.database import product_index
from sync.server.database.product_index import Ranked, Standing
from sync.server.database.sessions import Database
from sync.server.database.shop_rows import CATALOGUE
from sync.server.database.storefront_rows import count_products, products_behind
from sync.server.database.upgrade import epoch_of
from sync.server.streams import changes_page, read_head

FILE = "product-index.db"
READ_AT_ONCE = 500
BREATH_SECONDS = 0.002
"""After so many products, so that requests come first while the index is built."""

TRY_AGAIN_SECONDS = 10.0

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

_PRODUCT = "product:"

_log = logging.getLogger(__name__)
_decode_product = msgspec.json.Decoder(Product).decode


class _Stopped(Exception):
    """The centre closes while the index is built."""


class BuildProgress(msgspec.Struct, frozen=True):
    """How far a build is: products read, and how many there are."""

    done: int
    total: int


class ProductIndex:
    """Answers searches; `close()` when no request runs any more."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._path = folder / FILE
        self._centre = database
        self._file: Database | None = None
        self._lock = Lock()
        self._worker: Thread | None = None
        self._stop = Event()
        self._standing: Standing | None = None
        self._counts: dict[str, int] = {}
        self._failed_at: float | None = None
        self._wanted = 0
        self.progress: BuildProgress | None = None

    @property
    def ready(self) -> bool:
        """Whether there is an index to ask, fresh or not."""
        return self._standing is not None

    @property
    def version(self) -> int:
        """The version of the catalogue that it knows; -1 before there is any."""
        return -1 if self._standing is None else self._standing.version

    def freshen(self, head: int) -> None:
        """Have the index follow the catalogue up to a version, in the background; returns at once."""
        if self.version >= head or self._stop.is_set():
            return
        with self._lock:
            self._wanted = max(self._wanted, head)
            if self._worker is not None and self._worker.is_alive():
                return
            if self._failed_at is not None and monotonic() - self._failed_at < TRY_AGAIN_SECONDS:
                return
            self._worker = Thread(target=self._work, name="product-index", daemon=True)
            self._worker.start()

    def wait(self, timeout_seconds: float) -> bool:
        """Wait until the work that was begun is done; return whether the index can be asked."""
        worker = self._worker
        if worker is not None:
            worker.join(timeout_seconds)
        return self.ready

    def find(self, typed: str, limit: int) -> tuple[str, ...]:
        """Return the ids of products for what was typed, in the till's order; nothing before it is built."""
        return self._ask(product_index.find, typed, limit) if self.ready else ()

    def after(self, category_id: str, rank: int, limit: int) -> list[Ranked]:
        """Return products of a category behind a rank."""
        return self._ask(product_index.after_in_category, category_id, rank, limit) if self.ready else []

    def before(self, category_id: str, rank: int, limit: int) -> list[Ranked]:
        """Return products of a category right before a rank."""
        return self._ask(product_index.before_in_category, category_id, rank, limit) if self.ready else []

    def popular(self, limit: int) -> tuple[str, ...]:
        """Return the ids of the most popular products."""
        return self._ask(product_index.most_popular, limit) if self.ready else ()

    def counts(self) -> dict[str, int]:
        """Return how many products each category has."""
        return self._counts

    def close(self) -> None:
        """Stop building and let go of the file."""
        self._stop.set()
        if self._worker is not None:
            self._worker.join()
        if self._file is not None:
            self._file.close()

    # ---- inside -------------------------------------------------------------------------------

    def _ask(
        self,
        question: Callable[Concatenate[Connection, Parameters], Answer],
        *about: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Answer:
        file = self._file
        assert file is not None, "asked before it was opened"
        with file.read() as connection:
            return question(connection, *about, **named)

    def _work(self) -> None:
        try:
            if self._file is None:
                self._file = self._opened()
            while self.version < self._wanted:
                before = self.version
                self._catch_up(self._file)
                if self.version == before:
                    break  # the head that was asked for is not committed yet, or of another epoch
            self._failed_at = None
        except _Stopped:
            pass  # the next start goes on where this one was
        except (SQLAlchemyError, OSError) as error:
            self._failed_at = monotonic()
            if _is_damage(error):
                self._throw_away()
            _log.exception("the storefront's search index cannot be made; it is tried again")
        finally:
            self.progress = None

    def _opened(self) -> Database:
        """Open the file; one that is no index of ours, or damaged, is made anew."""
        try:
            return self._with_tables()
        except DatabaseError as error:
            if not _is_damage(error):
                raise
            _log.warning("the storefront's search index is damaged and is made anew")
            self._throw_away()
            return self._with_tables()

    def _throw_away(self) -> None:
        file, self._file, self._standing = self._file, None, None
        if file is not None:
            file.close()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
            self._path.with_name(name).unlink(missing_ok=True)

    def _with_tables(self) -> Database:
        file = Database(f"sqlite:///{self._path}")
        try:
            with file.write() as connection:
                product_index.make_tables(connection)
            with file.read() as connection:
                self._take_over(connection)
        except BaseException:
            file.close()
            raise
        return file

    def _take_over(self, connection: Connection) -> None:
        counts = product_index.count_by_category(connection)
        self._counts, self._standing = counts, product_index.read_standing(connection)

    def _catch_up(self, file: Database) -> None:
        """Bring the file to the catalogue's head, or as far as one page of changes goes."""
        with file.write() as connection:
            standing = product_index.read_standing(connection)
            with self._centre.read() as catalogue:
                self._write(connection, catalogue, standing)
        with file.read() as connection:
            self._take_over(connection)

    def _write(self, connection: Connection, catalogue: Connection, standing: Standing | None) -> None:
        epoch = epoch_of(catalogue)
        if standing is not None:
            page = changes_page(
                catalogue, CATALOGUE, epoch=standing.epoch, after=standing.version, limit=MAX_PAGE_ROWS
            )
            if not page.restart:
                changes = {
                    change.key.removeprefix(_PRODUCT): (
                        _decode_product(change.row) if change.op == "put" else None
                    )
                    for change in page.changes
                    if change.key.startswith(_PRODUCT)
                }
                product_index.follow(connection, changes, Standing(epoch, page.next_after))
                return
        head = read_head(catalogue, CATALOGUE).head
        product_index.rebuild(connection, self._products(catalogue), Standing(epoch, head))

    def _products(self, catalogue: Connection) -> Iterator[Product]:
        total, done, last = count_products(catalogue), 0, ""
        while some := products_behind(catalogue, last, READ_AT_ONCE):
            yield from some
            done, last = done + len(some), some[-1].product_id
            self.progress = BuildProgress(done, total)
            if self._stop.wait(BREATH_SECONDS):
                raise _Stopped


def _is_damage(error: Exception) -> bool:
    """Say whether a file is to blame, not a disk that is full or a lock that somebody holds."""
    return isinstance(error, DatabaseError) and not isinstance(error, OperationalError)
