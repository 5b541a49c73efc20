"""One table says who may ask what: every route has its row, and the running centre keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.testing import TestClient

from retail.catalogue import LocalisedText
from sync.server.api.permitted import allowed_only
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.channels.book import new_channel
from sync.server.database.people_rows import latest_acts
from sync.server.database.shop_rows import read_stores
from sync.server.permissions import OF_A_STORE, PERMISSIONS, ROLES, Who, allowed
from sync.server.refusals import REFUSALS
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from sync.server.staffing.people import PersonRefused, checked_person
from sync.server.streams import Publication, publish
from tests.server.browsing import from_address
from tests.server.people import add_person, sign_in
from tests.server.tills import enrolled_till

REFUSED_AT_THE_DOOR = {401: {"sign_in_needed", "not_enrolled", "unknown_channel"}, 403: {"not_for_your_role"}}
"""What the table's refusals are called: nothing that a handler would say."""

FRAMEWORKS_OWN = "/schema"
"""Pages about the interface that would fetch scripts from elsewhere; ours is `/openapi.json`."""

CALLERS = (*ROLES, Who.TILL, Who.CHANNEL, Who.ANYONE)
OTHER_STORE = "S2"


def routes(app: Litestar) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route."""
    for route in app.routes:
        for method in getattr(route, "methods", ()):
            if method != "OPTIONS":
                yield method, route.path_format


def test_every_route_has_a_row_and_every_row_a_route(shared: Centre) -> None:
    app = create_app(shared)
    there = {route for route in routes(app) if not route[1].startswith(FRAMEWORKS_OWN)}
    assert there - PERMISSIONS.keys() == set()
    assert PERMISSIONS.keys() - there == set()


def test_the_pages_that_the_framework_would_show_are_shut(shared: Centre) -> None:
    app = create_app(shared)
    own = [path for _method, path in routes(app) if path.startswith(FRAMEWORKS_OWN)]
    assert own
    with TestClient(app) as client:
        assert {client.get(path).status_code for path in own} == {403}


def test_every_row_lets_somebody_in() -> None:
    assert all(PERMISSIONS.values())
    assert allowed("GET", "/nowhere") == frozenset()
    assert all(
        Who.AUDITOR not in who for (method, path), who in PERMISSIONS.items() if _changes(method, path)
    )


def _changes(method: str, path: str) -> bool:
    own = ("/backoffice/account/password", "/backoffice/account/sign-out", "/backoffice/members/export")
    return method == "POST" and path.startswith("/backoffice") and path not in own


def test_a_route_without_a_row_is_refused_whoever_asks(shared: Centre) -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "secret"

    app = Litestar(
        route_handlers=[forgotten],
        guards=[allowed_only],
        state=State({"centre": shared}),
        exception_handlers={Exception: lambda _request, error: _said(error)},
        openapi_config=None,
        logging_config=None,
    )
    with TestClient(app) as client:
        assert client.get("/forgotten").text == "not_in_the_table"


def _said(error: Exception) -> object:
    from litestar import Response  # noqa: PLC0415  # beside its only use

    return Response(getattr(error, "code", "failed"), media_type="text/plain")


@pytest.fixture(scope="module")
def shared(sqlite_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for the whole table, with people of every role, a till and a channel."""
    folder = tmp_path_factory.mktemp("table")
    (folder / "centre.db").write_bytes(sqlite_shop.read_bytes())
    centre = Centre(Settings(data=folder, payments=SIMULATED_PAYMENTS))
    open_second_store(centre)
    yield centre
    centre.close()


def open_second_store(centre: Centre) -> None:
    """Publish a sister of the demo's store."""
    with centre.database.write() as connection:
        (first,) = read_stores(connection)
        sister = msgspec.structs.replace(
            first, store_id=OTHER_STORE, name=LocalisedText("Hidden Hall", "隐秘大厅")
        )
        publish(connection, {("settings", OTHER_STORE): Publication(puts=[sister])})


@pytest.fixture(scope="module")
def clients(shared: Centre) -> Iterator[dict[Who, TestClient]]:
    """A client for each who."""
    app = from_address(create_app(shared), "198.51.100.7")
    with TestClient(app, base_url="http://centre.example") as anybody:
        till = enrolled_till(shared, anybody, "device-1")
        with shared.database.write() as connection:
            key = new_channel(connection, "market").key
        made = {who: TestClient(app, base_url="http://centre.example") for who in CALLERS}
        for role in ROLES:
            sign_in(shared, made[role], role, *(("S1",) if role in OF_A_STORE else ()))
        made[Who.TILL].headers.update(till.headers)
        made[Who.CHANNEL].headers.update({"Authorization": f"Bearer {key}"})
        yield made


@pytest.mark.parametrize(("method", "path"), list(PERMISSIONS), ids=str)
def test_who_may_is_let_in_and_everybody_else_is_refused_with_a_sentence(
    method: str, path: str, clients: dict[Who, TestClient]
) -> None:
    if path.endswith("sign-out"):
        return  # it would end the sessions of this test; tests/server/test_signing_in.py has it
    address = path.replace("{", "").replace("}", "")
    who_may = allowed(method, path)
    # What anyone may ask, nobody is asked about: two of them are enough.
    asking = (Who.ANYONE, Who.AUDITOR) if Who.ANYONE in who_may else CALLERS
    for who, client in ((one, clients[one]) for one in asking):
        answer = client.request(method, address, follow_redirects=False)
        let_in = Who.ANYONE in who_may or who in who_may
        place = (who, method, path, answer.status_code, answer.text[:200])
        if let_in:
            assert not _refused_at_the_door(answer.status_code, answer.text), place
            continue
        assert answer.status_code in (401, 403), place
        if path.startswith("/backoffice") or _refused_at_the_door(answer.status_code, answer.text):
            assert _says_a_sentence(answer.text), place
        else:
            # A key of the wrong kind: the handler that checks it says so.
            assert answer.json()["code"] in ("not_enrolled", "unknown_channel"), place


def _refused_at_the_door(status: int, text: str) -> bool:
    return any(
        REFUSALS[code][1].en.partition(".")[0] in text.replace("&#x27;", "'")
        for code in REFUSED_AT_THE_DOOR.get(status, ())
        if code in ("sign_in_needed", "not_for_your_role") or status == 401
    )


def _says_a_sentence(text: str) -> bool:
    said = text.replace("&#x27;", "'")
    return any(sentence.en in said for _status, sentence in REFUSALS.values())


SCOPED = [path for (method, path), who in PERMISSIONS.items() if method == "GET" and who & OF_A_STORE]


@pytest.mark.parametrize("role", sorted(OF_A_STORE))
@pytest.mark.parametrize("path", SCOPED)
def test_another_store_is_neither_shown_nor_named(
    path: str, role: Who, clients: dict[Who, TestClient], shared: Centre
) -> None:
    if role not in PERMISSIONS["GET", path]:
        return
    client = clients[role]
    other = client.get(path, params={"store": OTHER_STORE})
    assert other.status_code == 403
    assert "a store that is not yours" in other.text
    own = client.get(path, params={"store": "S1", "kind": "percent_off", "id": "gold-10"})
    assert own.status_code in (200, 404), own.text[:300]
    for shown in (own, other, client.get(path)):
        assert "Hidden Hall" not in shown.text


def test_a_form_may_not_name_a_store_that_is_not_its_senders(
    clients: dict[Who, TestClient], shared: Centre
) -> None:
    from tests.server.browsing import Browser  # noqa: PLC0415  # beside its only use

    browser = Browser(clients[Who.MANAGER])
    page = browser.read("/backoffice/promotions/edit", id="gold-10")
    told = browser.send(page, "publish", {"stores": ["S2"]})
    assert told.status_code == 403
    assert "a store that is not yours" in told.text
    owner = Browser(clients[Who.OWNER])
    page = owner.read("/backoffice/promotions/edit", id="gold-10")
    assert owner.send(page, "publish", {"stores": ["S2"]}).status_code == 200


def test_every_form_that_somebody_sends_is_noted_before_it_is_carried_out(
    clients: dict[Who, TestClient], shared: Centre
) -> None:
    clients[Who.CLERK].post("/backoffice/orders/cancel", params={"id": "nothing", "store": "S1"})
    with shared.database.read() as connection:
        act = latest_acts(connection, 1)[0]
    assert (act.person_id, act.act) == ("clerk-1", "POST /backoffice/orders/cancel")
    assert "id=nothing" in act.about
    assert act.address == "198.51.100.7"


@pytest.mark.parametrize(
    ("name", "role", "stores", "code"),
    [
        ("R", "owner", (), "bad_sign_in_name"),
        ("Rachel", "owner", (), "bad_sign_in_name"),
        ("rachel", "boss", (), "bad_role"),
        ("rachel", "till", (), "bad_role"),
        ("rachel", "clerk", (), "no_store"),
        ("rachel", "owner", ("S1",), "stores_not_wanted"),
        ("rachel", "manager", ("S1", "S9"), "unknown_store"),
    ],
)
def test_people_who_cannot_be_are_not_added(name: str, role: str, stores: tuple[str, ...], code: str) -> None:
    with pytest.raises(PersonRefused) as refused:
        checked_person(name, "", role, stores, ["S1", "S2"])
    assert refused.value.code == code


def test_somebody_who_is_removed_is_out_at_once(shared: Centre) -> None:
    from sync.server.clock import now_text  # noqa: PLC0415  # beside its only use
    from sync.server.database.people_rows import remove_person  # noqa: PLC0415

    add_person(shared, "leaver", "auditor")
    secret = shared.staffing.sign_in("leaver", "the till sings at noon", "192.0.2.5")
    assert shared.staffing.person_of(secret, was_here=True) is not None
    with shared.database.write() as connection:
        assert remove_person(connection, "leaver", at=now_text())
        assert not remove_person(connection, "leaver", at=now_text())
    assert shared.staffing.person_of(secret, was_here=True) is None
