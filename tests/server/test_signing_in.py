"""Signing in to the back office: who may, for how long, and what guessing comes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from sync.server.__main__ import main
from sync.server.api.permitted import SESSION_COOKIE
from sync.server.centre import Centre
from sync.server.clock import text_after
from sync.server.database import people_rows
from sync.server.database.tables import metadata
from sync.server.settings import Settings
from sync.server.staffing import signing_in
from sync.server.staffing.passwords import (
    PasswordRefused,
    check_new,
    is_password,
    new_password,
    password_hash,
)
from sync.server.staffing.signing_in import SignInRefused, Staffing, network_of
from tests.fakes.applications import application
from tests.server.browsing import Browser, from_address
from tests.server.people import PASSWORD, QUICK, add_person

NOON = "2026-11-22T12:00:00.000Z"
HERE, THERE = "198.51.100.7", "203.0.113.9"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> str:
        return self.now

    def on(self, **later: int) -> None:
        from datetime import timedelta  # noqa: PLC0415  # beside its only use

        self.now = text_after(self.now, timedelta(**later))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staffing(shop: Centre, clock: Clock) -> Iterator[Staffing]:
    """The door of a shop with one owner, by a clock of its own."""
    add_person(shop, "rachel", "owner")
    made = Staffing(shop.database, QUICK, clock=clock)
    yield made
    made.close()


@pytest.fixture
def small(sqlite_shop: Path, tmp_path: Path) -> Iterator[Centre]:
    """A shop over SQLite: what pages say does not depend on the database."""
    (tmp_path / "centre.db").write_bytes(sqlite_shop.read_bytes())
    centre = _quick(tmp_path)
    yield centre
    centre.close()


@pytest.fixture
def door(small: Centre) -> Iterator[Browser]:
    """A browser in which nobody is signed in."""
    add_person(small, "rachel", "owner")
    with (
        application(small) as app,
        TestClient(from_address(app, HERE), base_url="http://centre.example") as client,
    ):
        yield Browser(client)


def guess(staffing: Staffing, name: str, times: int, address: str = HERE) -> list[str]:
    """Try wrong passwords; return what each try came to."""
    found = []
    for number in range(times):
        with pytest.raises(SignInRefused) as refused:
            staffing.sign_in(name, f"wrong password {number}", address)
        found.append(refused.value.code)
    return found


def test_who_signs_in_reads_the_page_that_was_wanted(door: Browser) -> None:
    asked = door.read("/backoffice/promotions", q="gold")
    assert (asked.status, asked.language) == (401, "en")
    assert "Please sign in" in asked.visible
    shown = door.press(asked, fill={"name": "Rachel ", "password": PASSWORD})
    assert shown.status == 200
    assert "1 of 8" in shown.visible
    assert "Rachel" in shown.links


def test_the_cookie_is_for_the_back_office_only_and_for_no_script(door: Browser) -> None:
    page = door.read("/backoffice/sign-in")
    answer = door.send(page, fill={"name": "rachel", "password": PASSWORD}, follow=False)
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie.lower() for part in ("httponly", "samesite=strict", "path=/backoffice"))
    assert "secure" not in cookie.lower()  # plain HTTP here
    assert answer.headers["Location"] == "/backoffice?lang=en"


def test_over_tls_the_cookie_goes_over_tls_only(small: Centre) -> None:
    add_person(small, "rachel", "owner")
    with application(small) as app, TestClient(app, base_url="https://centre.example") as client:
        browser = Browser(client)
        page = browser.read("/backoffice/sign-in")
        assert "secure" in page.headers["Set-Cookie"].lower()
        answer = browser.send(page, fill={"name": "rachel", "password": PASSWORD}, follow=False)
        assert "secure" in answer.headers["Set-Cookie"].lower()


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/shop", "/backofficeX", ""])
def test_nobody_is_led_elsewhere_after_signing_in(door: Browser, after: str) -> None:
    page = door.read("/backoffice/sign-in")
    fill = {"name": "rachel", "password": PASSWORD, "after": after}
    assert door.send(page, fill=fill, follow=False).headers["Location"] == "/backoffice?lang=en"


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(door: Browser) -> None:
    page = door.read("/backoffice/sign-in")
    told = [door.press(page, fill={"name": name, "password": "guessed it"}) for name in ("rachel", "nobody")]
    assert [one.status for one in told] == [401, 401]
    assert told[0].visible == told[1].visible
    assert "do not belong together" in told[0].visible
    assert "guessed it" not in told[0].source


def test_a_form_for_signing_in_that_is_not_ours_is_refused(door: Browser) -> None:
    page = door.read("/backoffice/sign-in")
    fill = {"name": "rachel", "password": PASSWORD}
    for headers in ({"Origin": "http://evil.example"}, {"Cookie": "evertill_forms=other"}):
        assert door.send(page, fill=fill, headers=headers).status_code == 403
    assert SESSION_COOKIE not in door.client.cookies


def test_signing_out_ends_the_session_for_good(door: Browser) -> None:
    page = door.press(door.read("/backoffice/sign-in"), fill={"name": "rachel", "password": PASSWORD})
    secret = door.client.cookies[SESSION_COOKIE]
    account = door.follow(page, "Rachel")
    out = door.press(account)
    assert "Sign in" in out.visible
    assert SESSION_COOKIE not in door.client.cookies
    kept = door.client.get("/backoffice", headers={"Cookie": f"{SESSION_COOKIE}={secret}"})
    assert kept.status_code == 401


def test_who_does_nothing_for_half_an_hour_has_to_sign_in_again(staffing: Staffing, clock: Clock) -> None:
    secret = staffing.sign_in("rachel", PASSWORD, HERE)
    for _ in range(3):
        clock.on(minutes=29)
        assert staffing.person_of(secret, was_here=True) is not None
    clock.on(minutes=30)
    assert staffing.person_of(secret, was_here=True) is None
    clock.on(minutes=-30)
    assert staffing.person_of(secret, was_here=True) is None


def test_a_page_that_reads_itself_again_keeps_nobody_signed_in(staffing: Staffing, clock: Clock) -> None:
    secret = staffing.sign_in("rachel", PASSWORD, HERE)
    for _ in range(2):
        clock.on(minutes=14)
        assert staffing.person_of(secret, was_here=False) is not None
    clock.on(minutes=2)
    assert staffing.person_of(secret, was_here=False) is None


def test_nobody_is_signed_in_for_longer_than_a_day_of_work(staffing: Staffing, clock: Clock) -> None:
    secret = staffing.sign_in("rachel", PASSWORD, HERE)
    for _ in range(12 * 3 - 1):
        clock.on(minutes=20)
        assert staffing.person_of(secret, was_here=True) is not None
    clock.on(minutes=20)
    assert staffing.person_of(secret, was_here=True) is None


def test_who_guesses_has_to_wait_longer_and_longer(staffing: Staffing, clock: Clock) -> None:
    assert guess(staffing, "rachel", 6) == ["wrong"] * 5 + ["wait"]
    with pytest.raises(SignInRefused) as refused:
        staffing.sign_in("rachel", PASSWORD, THERE)
    assert (refused.value.code, refused.value.seconds) == ("wait", 30)
    waits = []
    for _ in range(7):
        clock.on(seconds=refused.value.seconds)
        assert guess(staffing, "rachel", 1) == ["wrong"]
        with pytest.raises(SignInRefused) as refused:
            staffing.sign_in("rachel", PASSWORD, THERE)
        waits.append(refused.value.seconds)
    assert waits == [60, 120, 240, 480, 900, 900, 900]
    clock.on(seconds=900)
    assert staffing.sign_in("rachel", PASSWORD, HERE)
    assert guess(staffing, "rachel", 5) == ["wrong"] * 5


def test_an_address_that_guesses_many_names_has_to_wait(staffing: Staffing) -> None:
    tries = [guess(staffing, f"name-{number}", 1)[0] for number in range(21)]
    assert tries == ["wrong"] * 20 + ["wait"]
    with pytest.raises(SignInRefused):
        staffing.sign_in("rachel", PASSWORD, HERE)
    assert staffing.sign_in("rachel", PASSWORD, THERE)


def test_one_house_of_ipv6_is_one_address() -> None:
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("testclient") == "testclient"


def test_guesses_sent_at_once_are_all_counted(staffing: Staffing, shop: Centre) -> None:
    together, judged = Barrier(12), []

    def try_one(number: int) -> None:
        together.wait()
        try:
            staffing.sign_in("rachel", f"guess {number}", f"192.0.2.{number}")
        except SignInRefused as refused:
            judged.append(refused.code)

    threads = [Thread(target=try_one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(judged) == ["wait"] * 7 + ["wrong"] * 5


def test_too_many_tries_are_told_in_a_sentence(door: Browser) -> None:
    page = door.read("/backoffice/sign-in")
    for _ in range(5):
        door.press(page, fill={"name": "rachel", "password": "guessed"})
    told = door.press(page, fill={"name": "rachel", "password": PASSWORD})
    assert told.status == 429
    assert "Too many wrong tries. Please try again in 1 min" in told.visible


def test_a_password_is_changed_by_who_knows_it_and_ends_other_sessions(door: Browser, small: Centre) -> None:
    other = small.staffing.sign_in("rachel", PASSWORD, THERE)
    page = door.press(door.read("/backoffice/sign-in"), fill={"name": "rachel", "password": PASSWORD})
    account = door.follow(page, "Rachel")
    form = next(form for form in account.forms if form.action.partition("?")[0].endswith("/password"))
    new = "five green bottles"

    def change(**fill: str) -> tuple[int, str]:
        answer = door.send(account, form=form, fill=dict(fill))
        return answer.status_code, answer.text

    for fill, told in (
        ({"old": "wrong wrong wrong", "new": new, "again": new}, "This is not the password"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "At least 12 characters"),
        ({"old": PASSWORD, "new": new, "again": "another"}, "not typed the same twice"),
        ({"old": PASSWORD, "new": "rachel-rachel-1", "again": "rachel-rachel-1"}, "too easily guessed"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "that you have already"),
    ):
        status, text = change(**fill)
        assert (status, told in text) == (422, True), told
        assert new not in text
    status, text = change(old=PASSWORD, new=new, again=new)
    assert (status, "The password is changed" in text) == (200, True)
    assert small.staffing.person_of(other, was_here=True) is None
    with pytest.raises(SignInRefused):
        small.staffing.sign_in("rachel", PASSWORD, THERE)
    assert small.staffing.sign_in("rachel", new, THERE)


def test_passwords_are_kept_by_argon2_with_a_salt_each() -> None:
    first, second = password_hash(PASSWORD, QUICK), password_hash(PASSWORD, QUICK)
    assert first.startswith("$argon2id$v=19$")
    assert first != second
    assert is_password(PASSWORD, first)
    assert not is_password(f"{PASSWORD} ", first)
    assert not is_password("", "")
    cost = Settings(data=Path("x")).password_cost
    assert (cost.memory_kib, cost.iterations, cost.lanes) == (65_536, 3, 4)


def test_a_made_password_is_long_and_never_the_same() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        check_new(one, "owner")
    with pytest.raises(PasswordRefused):
        check_new("aaaaaaaaaaaaaaa", "owner")


def test_passwords_are_never_judged_on_the_event_loop(
    door: Browser, small: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import current_thread  # noqa: PLC0415  # beside its only use

    threads = []
    real = signing_in.is_password
    monkeypatch.setattr(
        signing_in, "is_password", lambda *given: (threads.append(current_thread().name), real(*given))[1]
    )
    door.press(door.read("/backoffice/sign-in"), fill={"name": "rachel", "password": PASSWORD})
    assert [name.partition("_")[0] for name in threads] == ["passwords"]


def test_no_password_and_no_session_is_written_down_anywhere(
    door: Browser, small: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    page = door.read("/backoffice/sign-in")
    tried = "my secret of old"
    door.press(page, fill={"name": "rachel", "password": tried})
    door.press(page, fill={"name": "rachel", "password": PASSWORD})
    secret = door.client.cookies[SESSION_COOKIE]
    with small.database.read() as connection:
        written = repr([connection.execute(select(table)).all() for table in metadata.tables.values()])
    files = "".join(
        path.read_text(errors="replace")
        for path in small.settings.data.rglob("*")
        if path.suffix != ".db" and path.is_file() and "db-" not in path.name
    )
    for hidden in (tried, PASSWORD, secret):
        assert hidden not in written
        assert hidden not in files
        assert hidden not in caplog.text
    assert "rachel" in written


def test_old_sessions_and_failures_are_forgotten(staffing: Staffing, shop: Centre) -> None:
    staffing.sign_in("rachel", PASSWORD, HERE)
    guess(staffing, "rachel", 1)
    with shop.database.write() as connection:
        assert people_rows.forget_sessions(connection, before=NOON, limit=10) == 0
        assert people_rows.forget_sessions(connection, before="2026-12-30", limit=10) == 1
        assert people_rows.forget_failures(connection, before=NOON, limit=10) == 0
        assert people_rows.forget_failures(connection, before="2026-12-30", limit=10) == 2


def test_people_are_added_listed_reset_and_removed_by_command(
    tmp_path: Path, sqlite_shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.people_commands._opened", lambda options: _quick(options.data))
    (tmp_path / "centre.db").write_bytes(sqlite_shop.read_bytes())

    def run(*words: str) -> tuple[int, str]:
        code = main([*words, "--data", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out + said.err

    code, said = run("add-person", "tomas", "--role", "manager", "--store", "S1", "--name", "Tomas Lim")
    assert code == 0
    password = said.split()[-1]
    assert run("add-person", "tomas", "--role", "owner")[0] == 1
    assert "--store S1" in run("add-person", "ana", "--role", "clerk")[1]
    assert "tomas\tmanager\tS1\tTomas Lim\t-" in run("list-people")[1]
    centre = _quick(tmp_path)
    assert centre.staffing.sign_in("tomas", password, HERE)
    code, said = run("reset-password", "tomas")
    with pytest.raises(SignInRefused):
        centre.staffing.sign_in("tomas", password, HERE)
    assert centre.staffing.sign_in("tomas", said.split()[-1], HERE)
    assert run("remove-person", "tomas")[0] == 0
    assert [run(command, "tomas")[0] for command in ("remove-person", "reset-password")] == [1, 1]
    assert "somebody of this sign-in name" in run("add-person", "tomas", "--role", "owner")[1]
    centre.close()


def _quick(folder: Path) -> Centre:
    return Centre(Settings(data=folder, password_cost=QUICK))
