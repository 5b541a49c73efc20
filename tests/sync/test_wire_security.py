"""A till and a centre with somebody between them: keys, tokens, certificates, and a till that is shut out."""

from __future__ import annotations

import io
import json
import logging
import shutil
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_app.database.outbox import Outbox
from pos_app.viewmodels.sentences import Sentences
from sync.client.enrolment import enrol, parted_code
from sync.client.problems import TransportProblem
from sync.client.signing import DeviceKey
from sync.client.status import SyncState
from sync.client.transport import Transport
from sync.client.trust import Trust
from sync.protocol import ChangePage
from sync.server.authority import make_certificate, pin_in
from sync.server.cli import main
from tests.database.till_files import complete
from tests.sync.both_sides import CentreProcess, TillSide, wait_until

FIRST = {"after": 0, "limit": 1}
PRICES = "/v1/streams/prices/changes"


def sell(till: TillSide, *baskets: str) -> list[str]:
    return [complete(till.journal, basket).receipt_number for basket in baskets]


def centre_command(*arguments: str) -> str:
    """Run a command of the centre in this process, beside the centre that serves; return what it printed."""
    code, printed = command(*arguments)
    assert code == 0, printed
    return printed


def command(*arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code, and what it printed or complained of."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = main(arguments)
    return code, printed.getvalue().strip()


def device_of(till: TillSide) -> str:
    return till.outbox.device_id()


def transport_of(till: TillSide) -> Transport:
    credentials = till.outbox.credentials()
    assert credentials is not None
    return Transport.of(credentials)


# ---- the till's key ---------------------------------------------------------------------------------------


def test_a_till_enrols_with_its_key_and_keeps_no_lasting_token(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path
) -> None:
    identity = enrolled.journal.identity()
    assert identity is not None
    assert identity.token == ""
    ((public, escrowed),) = centre.ask(
        "SELECT public_key, (SELECT count(*) FROM key_escrow) FROM device WHERE device_id = ?",
        identity.device_id,
    )
    assert (public, escrowed) == (enrolled.outbox.public_key(), 0)
    key_file = tmp_path / "till" / "device.key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    sell(enrolled, "b1")
    assert enrolled.engine.run_once(30).problem == ""
    for _ in range(2):  # a second program leaves nothing a second time
        enrolled.new_engine().run_once(30)
    assert centre.ask("SELECT count(*) FROM key_escrow") == [(1,)]


def test_a_till_renews_its_token_by_itself_when_the_centre_calls_it_too_old(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    transport = transport_of(enrolled)
    assert transport.get(PRICES, ChangePage, FIRST).changes
    centre.kill()
    with sqlite3.connect(centre.folder / "centre.db") as database:
        database.execute("DELETE FROM centre_secret")  # as after ten minutes: no token of before holds
    database.close()
    centre.start()
    assert transport.get(PRICES, ChangePage, FIRST).changes
    transport.close()


def test_a_till_of_the_version_before_gets_a_key_on_its_way(till: TillSide, centre: CentreProcess) -> None:
    keys, till.outbox = till.outbox, Outbox(till.journal_database, till.journal)
    till.enrol_at(centre)
    assert centre.ask("SELECT public_key FROM device") == [("",)]
    receipts = sell(till, "b1")
    assert till.new_engine().run_once(30).problem == ""
    before = keys.credentials()
    assert before is not None
    listening = Transport.of(before)
    assert listening.get(PRICES, ChangePage, FIRST).changes, "the lasting token still holds"
    till.outbox = keys  # the program is brought up to date
    receipts += sell(till, "b2")
    till.new_engine().run_once(30)
    assert centre.ask("SELECT public_key FROM device") == [(till.outbox.public_key(),)]
    identity = till.journal.identity()
    assert identity is not None
    assert identity.token == ""
    receipts += sell(till, "b3")
    assert till.engine.run_once(30).problem == ""
    assert centre.ask("SELECT count(*) FROM key_escrow") == [(1,)]
    assert centre.receipts() == receipts
    assert listening.get(PRICES, ChangePage, FIRST).changes, "it was opened before the key was known"
    listening.close()


# ---- shut out ---------------------------------------------------------------------------------------------


def test_a_till_that_is_shut_out_says_so_goes_on_selling_and_is_let_in_again(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    receipts = sell(enrolled, "b1")
    enrolled.engine.run_once(30)
    enrolled.start()
    wait_until(enrolled.is_synced)
    said = centre_command(
        "revoke-device", "--data", str(centre.folder), "--device", device_of(enrolled), "--why", "stolen"
    )
    assert said == "shut out"
    listed = centre_command("list-devices", "--data", str(centre.folder))
    assert "shut out" in listed
    assert "stolen" in listed
    receipts += sell(enrolled, "b2")
    enrolled.engine.wake()
    wait_until(lambda: enrolled.engine.status.state is SyncState.ATTENTION)
    status = enrolled.engine.status
    assert (status.last_problem, status.waiting_sales) == ("till_revoked", 1)
    assert "Go on selling" in Sentences(lambda: 2).link_problem(status.last_problem)
    assert len(centre.receipts()) == 1
    enrolled.stop()
    code = centre_command("enrolment-code", "--data", str(centre.folder), "--store", "S1")
    transport = Transport(centre.url)
    enrol(
        transport, enrolled.outbox, server_url=centre.url, code=code, till_name="Till", software_version="t"
    )
    transport.close()
    assert enrolled.new_engine().run_once(30).problem == ""
    assert centre.receipts() == receipts


def test_a_long_poll_of_a_till_that_is_shut_out_is_told_nothing_new(
    enrolled: TillSide, centre: CentreProcess
) -> None:
    transport = transport_of(enrolled)
    page = transport.get(PRICES, ChangePage, {"after": 0})
    ended: list[TransportProblem] = []

    def listen() -> None:
        try:
            asked: dict[str, str | int] = {"epoch": page.epoch, "after": page.head, "wait": 20}
            transport.get(PRICES, ChangePage, asked, read_seconds=30)
        except TransportProblem as problem:
            ended.append(problem)

    listening = threading.Thread(target=listen)
    listening.start()
    centre_command(
        "revoke-device", "--data", str(centre.folder), "--device", device_of(enrolled), "--why", "stolen"
    )
    centre_command("load-demo", "--data", str(centre.folder), "--products", "60", "--promotions", "25")
    listening.join(20)
    assert [problem.detail for problem in ended] == ["till_revoked"]
    transport.close()


# ---- TLS --------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(tmp_path: Path, small_store: Path) -> Iterator[CentreProcess]:
    """Give a centre that serves with a certificate of its own authority."""
    folder = tmp_path / "centre"
    shutil.copytree(small_store, folder)
    process = CentreProcess(folder)
    process.scheme = "https"
    said = centre_command("make-certificate", "--data", str(folder), "--name", "127.0.0.1")
    process.arguments = tuple(said.splitlines()[0].split())
    process.start()
    yield process
    process.kill()


def test_a_till_that_has_the_pin_sells_over_tls_also_after_a_new_certificate(
    till: TillSide, secure: CentreProcess
) -> None:
    printed = centre_command("enrolment-code", "--data", str(secure.folder), "--store", "S1", "--till", "2")
    code, pin = parted_code(printed)
    assert pin == pin_in(secure.folder)
    assert len(code) == 9
    till.outbox.trust_pin(pin)
    till.enrol_at(secure)
    receipts = sell(till, "b1")
    assert till.engine.run_once(30).problem == ""
    secure.kill()
    make_certificate(secure.folder, ["127.0.0.1"])
    secure.start()
    receipts += sell(till, "b2")
    assert till.engine.run_once(30).problem == ""
    assert secure.receipts() == receipts


class Impostor:
    """Answers TLS with a certificate of its own, and remembers what it was told."""

    def __init__(self, folder: Path, authority: str) -> None:
        made = make_certificate(folder, ["127.0.0.1"])
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(made.certificate, made.private_key)
        self._authority = authority
        self.heard = io.BytesIO()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        body = f'{{"certificate":{self._authority}}}'.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(caller, server_side=True) as secured:
                    secured.settimeout(2)
                    self.heard.write(secured.recv(65536))
                    secured.sendall(head.encode() + body)
            except OSError:
                caller.close()

    def close(self) -> None:
        """Stop answering."""
        self._listening.shutdown(2)
        self._listening.close()
        self._thread.join(5)


def test_whoever_stands_between_with_another_certificate_is_told_nothing(
    till: TillSide, secure: CentreProcess, tmp_path: Path
) -> None:
    till.outbox.trust_pin(pin_in(secure.folder))
    till.enrol_at(secure)
    sell(till, "b1")
    other = tmp_path / "other"
    make_certificate(other, ["127.0.0.1"])
    for shown in (
        other,
        secure.folder,
    ):  # or the true authority, which never vouched for it
        impostor = Impostor(other, json.dumps((shown / "authority.pem").read_text()))
        till.outbox.move_centre(f"https://127.0.0.1:{impostor.port}")
        till.outbox = Outbox(till.journal_database, till.journal, till.keys)  # a new program
        assert till.new_engine().run_once(10).problem == "not_the_centre"
        assert till.engine.status.state is SyncState.OFFLINE
        impostor.close()
        heard = impostor.heard.getvalue()
        assert heard.count(b"GET /v1/authority") == heard.count(b"HTTP/1.1") > 0, "nothing else was asked"
        for word in (b"Authorization", b"Signature", device_of(till).encode()):
            assert word not in heard
    another_name = Transport(f"https://localhost:{secure.port}", trust=Trust(pin_in(secure.folder)))
    without_pin = Transport(secure.url)  # then the public authorities count
    for transport in (another_name, without_pin):
        with pytest.raises(TransportProblem) as refused:
            transport.get("/v1/health", dict)
        assert refused.value.code == "not_the_centre"


@pytest.mark.parametrize("address", ["http://192.0.2.1:8000", "http://shop.example"])
def test_a_till_speaks_to_nobody_else_in_the_open(address: str) -> None:
    began = time.monotonic()
    with pytest.raises(TransportProblem) as refused:
        Transport(address).get("/v1/health", dict)
    assert refused.value.code == "not_secure"
    assert not refused.value.is_offline
    assert refused.value.needs_person == "not_secure"
    assert time.monotonic() - began < 1, "it did not even look for the address"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "centre.example"])  # refused
def test_a_centre_serves_nobody_else_in_the_open(host: str, tmp_path: Path) -> None:
    code, said = command("serve", "--data", str(tmp_path / "c"), "--host", host)
    assert code == 1
    assert "in the open" in said
    assert not (tmp_path / "c").exists()


def test_a_certificate_that_is_none_is_said_before_anything_is_served(tmp_path: Path) -> None:
    wrong = tmp_path / "none.pem"
    wrong.write_text("nothing")
    serving = (
        "serve",
        "--data",
        str(tmp_path / "c"),
        "--certificate",
        str(wrong),
        "--private-key",
        str(wrong),
    )
    code, said = command(*serving)
    assert (code, "cannot be served with" in said) == (1, True)
    code, said = command("make-certificate", "--data", str(tmp_path / "c"), "--name", "no such host!")
    assert (code, "No certificate can be made" in said) == (1, True)


# ---- salvage ----------------------------------------------------------------------------------------------


def test_a_dead_tills_sales_are_landed_from_its_disk_once_also_when_it_comes_back(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path
) -> None:
    receipts = sell(enrolled, "b1")
    assert enrolled.engine.run_once(30).problem == ""
    receipts += sell(enrolled, "b2", "b3")
    disk = tmp_path / "disk"
    shutil.copytree(tmp_path / "till", disk)  # as it lies on the disk, with its write-ahead log
    kept = {file.name: file.read_bytes() for file in disk.iterdir() if file.is_file()}
    command = ("salvage", "--data", str(centre.folder), "--device", device_of(enrolled), "--disk", str(disk))
    assert centre_command(*command).startswith("4 facts on the disk, 2 landed now, 0 in quarantine")
    assert centre.receipts() == receipts
    assert centre_command(*command).startswith("4 facts on the disk, 0 landed now")
    assert {file.name: file.read_bytes() for file in disk.iterdir() if file.is_file()} == kept
    receipts += sell(enrolled, "b4")
    assert enrolled.engine.run_once(30).problem == ""
    assert centre.receipts() == receipts
    assert centre.ask("SELECT count(*) FROM alert") == [(0,)]


def test_what_cannot_be_salvaged_is_said_and_changes_nothing(
    enrolled: TillSide, centre: CentreProcess, tmp_path: Path
) -> None:
    enrolled.engine.run_once(30)
    sell(enrolled, "b1")
    device, disk, spoiled = device_of(enrolled), tmp_path / "till", tmp_path / "spoiled"
    spoiled.mkdir()
    (spoiled / "journal.db").write_bytes(b"\0" * 8192)

    def salvage(of: str, folder: Path) -> str:
        code, said = command("salvage", "--data", str(centre.folder), "--device", of, "--disk", str(folder))
        assert code == 1
        return said

    assert "no journal.db" in salvage(device, tmp_path / "nothing")
    assert "There is no device" in salvage("somebody", disk)
    assert "None of the keys" in salvage(device, spoiled)
    (centre.folder / "escrow.key").unlink()
    assert "left no key in escrow" in salvage(device, disk)
    assert centre.receipts() == []


# ---- secrets ----------------------------------------------------------------------------------------------


def test_no_token_key_or_code_is_ever_logged_shown_or_told(
    till: TillSide, centre: CentreProcess, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    code = centre.enrolment_code().strip()
    till.enrol_at(centre)
    credentials = till.outbox.credentials()
    assert credentials is not None
    assert credentials.key is not None
    sell(till, "b1")
    told = [repr(till.engine.run_once(30)), repr(credentials), repr(till.keys), repr(credentials.key)]
    held = credentials.key.token(centre.url, pytest.fail)
    told.append(repr(held))
    till.outbox = Outbox(till.journal_database, till.journal, replace(till.keys, device="ab" * 32))
    sell(till, "b2")
    stranger = till.new_engine().run_once(30)
    assert (stranger.status.last_problem, stranger.status.waiting_sales) == ("signature_refused", 1)
    told.append(repr(stranger))
    centre_command(
        "revoke-device", "--data", str(centre.folder), "--device", device_of(till), "--why", "a test"
    )
    told.append(repr(till.new_engine().run_once(30)))
    told += [repr(status) for status in till.statuses]
    told.append((tmp_path / "centre.log").read_text())
    told.append(centre_command("list-devices", "--data", str(centre.folder)))
    told += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    secrets = [till.keys.database, till.keys.device, held.token, code, code.replace("-", "")]
    assert all(len(secret) >= 8 for secret in secrets)
    for text in told:
        for secret in secrets:
            assert secret not in text


def test_a_key_is_shown_to_nobody() -> None:
    assert repr(DeviceKey("ab" * 32)) == "DeviceKey()"
