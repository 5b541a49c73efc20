"""When something is broken, the cashier reads a sentence, nothing is lost, and nothing is half done."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_till
from pos_app.database.keys import KEY_FILE
from pos_app.opening import SENTENCES, CannotOpen, opened
from pos_app.program import parser
from pos_app.settings import SettingsProblem, TillSettings
from pos_app.viewmodels.screens import LineRow
from tests.fakes.full_disk import full_disk
from tests.fakes.stocked_till import enrolled_as_till_2, stocked_till

TEA, RICE = "9520000010188", "9520000010201"


def options(folder: Path, *more: str) -> argparse.Namespace:
    return parser().parse_args(["--data", str(folder), *more])


def lines(till: Till) -> tuple[LineRow, ...]:
    return till.view_model.sell.screen.lines


def test_a_full_disk_is_said_and_the_basket_stays_as_it_was(till: Till) -> None:
    for _ in range(3):
        till.view_model.scan(TEA)
    before = lines(till)
    with full_disk(till):
        for number in range(400):  # until the free pages of the file are used up
            till.view_model.sell.open_panel("note")
            till.view_model.sell.panel_text(f"{number} " + "x" * 110)
            till.view_model.sell.panel_confirm()
            till.view_model.scan(RICE)
            shown = till.view_model.sell.screen.feedback
            if shown is not None and "disk is full" in shown.text:
                break
        else:
            pytest.fail("the disk never filled")
    assert till.journal.open_sales()[-1].basket == till.selling.open_sale.basket, "what is shown is stored"
    assert lines(till)[: len(before)][0].name == before[0].name
    till.view_model.scan(RICE)
    assert lines(till)[-1].name == "Rice 5 kg", "with space again, selling goes on"


def test_a_sale_that_cannot_be_stored_is_no_sale_and_keeps_its_tenders(till: Till) -> None:
    till.view_model.scan(TEA)
    till.view_model.go("pay")
    till.view_model.pay.use_amount(1000)
    till.view_model.pay.take()
    with full_disk(till):
        for _ in range(40):
            till.view_model.pay.complete()
            if till.view_model.pay.screen.error:
                break
            till.view_model.scan(TEA)
            till.view_model.go("pay")
            till.view_model.pay.use_amount(1000)
            till.view_model.pay.take()
        assert "disk is full" in till.view_model.pay.screen.error
        stored = till.receipts.sales()
    numbers = [int(each.receipt_number.split("-")[1]) for each in stored]
    till.view_model.pay.complete()
    newest = till.receipts.sales(limit=1)[0]
    assert int(newest.receipt_number.split("-")[1]) == (max(numbers) if numbers else 411) + 1, (
        "no number is lost"
    )


def test_a_second_till_on_the_same_files_is_told_so(till: Till, folder: Path) -> None:
    with pytest.raises(CannotOpen, match="already runs") as refused:
        opened(options(folder))
    assert refused.value.code == "in_use"
    assert "正在使用" in str(refused.value)
    till.view_model.scan(TEA)
    assert len(lines(till)) == 1, "the first one sells on"


def test_a_wrong_key_opens_nothing_and_changes_nothing(till: Till, folder: Path) -> None:
    till.close()
    key = (folder / KEY_FILE).read_text()
    before = (folder / "journal.db").read_bytes()
    (folder / KEY_FILE).write_text("0" * 64)
    with pytest.raises(CannotOpen) as refused:
        opened(options(folder))
    assert refused.value.code in {"wrong_key", "damaged"}
    assert (folder / "journal.db").read_bytes() == before
    (folder / KEY_FILE).write_text(key)
    again = stocked_till(folder)
    again.close()


def test_a_till_that_is_not_enrolled_says_how(tmp_path: Path, qapp: QCoreApplication) -> None:
    with pytest.raises(CannotOpen, match="--enrolment-code"):
        opened(options(tmp_path / "new"))


def test_a_centre_that_does_not_answer_leaves_the_till_unenrolled(
    tmp_path: Path, qapp: QCoreApplication
) -> None:
    with pytest.raises(CannotOpen, match="did not enrol"):
        opened(options(tmp_path / "new", "--centre", "http://127.0.0.1:9", "--enrolment-code", "AAAA-AAAA"))


def test_a_centre_in_the_open_is_not_spoken_to(tmp_path: Path, qapp: QCoreApplication) -> None:
    with pytest.raises(CannotOpen, match="in the open"):
        opened(options(tmp_path / "new", "--centre", "http://192.0.2.1", "--enrolment-code", "AAAA-AAAA"))


def test_the_pin_of_the_centre_is_kept_changed_and_given_up(tmp_path: Path, qapp: QCoreApplication) -> None:
    stocked_till(tmp_path / "till").close()
    for given, kept in (("ab" * 32, "ab" * 32), ("", "ab" * 32), ("CD" * 32, "cd" * 32), ("public", "")):
        till = opened(options(tmp_path / "till", "--centre-pin", given))
        trust = till.outbox.trust()
        till.close()
        assert (trust.pin if trust else "") == kept
    with pytest.raises(CannotOpen, match="64 hexadecimal digits"):
        opened(options(tmp_path / "till", "--enrolment-code", "AAAA-AAAA.abc"))


def test_an_enrolled_till_uses_a_code_only_when_it_is_told_to(tmp_path: Path, qapp: QCoreApplication) -> None:
    stocked_till(tmp_path / "till").close()
    nobody = ("--centre", "http://127.0.0.1:9", "--enrolment-code", "AAAA-AAAA")
    opened(options(tmp_path / "till", *nobody)).close()
    with pytest.raises(CannotOpen, match="did not enrol"):
        opened(options(tmp_path / "till", *nobody, "--enrol-again"))


def test_a_damaged_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "till.json").write_text("{printers")
    with pytest.raises(SettingsProblem, match=r"till\.json"):
        opened(options(tmp_path))


def test_an_unknown_printer_address_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="tcp://"):
        opened(options(tmp_path, "--printer", "lpt1"))


def test_a_damaged_cache_is_thrown_away_and_the_open_sale_is_kept(till: Till, folder: Path) -> None:
    till.view_model.scan(TEA)
    till.close()
    cache = folder / "cache.db"
    damaged = bytearray(cache.read_bytes())
    damaged[100:4000] = b"\0" * 3900
    cache.write_bytes(damaged)
    again = open_till(folder, TillSettings())
    try:
        assert again.files.cache_was_discarded
        assert again.journal.open_sales()[0].basket.lines[0].product.name.en.startswith("Jasmine")
    finally:
        again.close()


def test_a_till_without_its_catalogue_says_so_and_takes_no_scan(
    tmp_path: Path, qapp: QCoreApplication
) -> None:

    till = open_till(tmp_path / "till", TillSettings())
    try:
        enrolled_as_till_2(till)
        till.start()
        till.view_model.scan(TEA)
        shown = till.view_model.sell.screen.feedback
        assert shown is not None
        assert "not received its catalogue yet" in shown.text
        assert till.journal.open_sales() == ()
    finally:
        till.close()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_is_there_in_both_languages(code: str) -> None:
    assert SENTENCES[code].en
    assert any("\u4e00" <= each <= "\u9fff" for each in SENTENCES[code].zh)
