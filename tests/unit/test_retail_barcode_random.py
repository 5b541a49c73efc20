"""Reading is total: whatever a scanner or a cat on the keyboard sends has a meaning or a reason."""

from __future__ import annotations

import pytest

from retail.barcode import UNREADABLE_REASONS
from tests.long import random_texts
from tests.long.random_texts import check_random_texts, main


def test_twenty_thousand_random_texts_raise_nothing_and_reach_every_meaning() -> None:
    found = check_random_texts(20_000)
    assert found.total() == 20_000
    meanings = {
        "ProductCode",
        "EmbeddedCode",
        "MemberCard",
        "CouponCode",
        "StaffBadge",
        "ReceiptCode",
        "PickupCode",
        "LocationCode",
        "BagCode",
        "PaymentCode",
        "GiftCardCode",
        "EnrolmentCode",
    }
    assert meanings | set(UNREADABLE_REASONS) == set(found)


def test_the_same_seed_reads_the_same_texts() -> None:
    assert check_random_texts(500, seed=7) == check_random_texts(500, seed=7)


def test_the_long_run_says_what_came_out(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--count", "300"])
    assert "300  texts in" in capsys.readouterr().out


def test_the_long_run_ends_with_the_text_that_breaks_a_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_texts, "read", lambda text, rules: 1 // 0)
    with pytest.raises(ZeroDivisionError) as broken:
        main(["--count", "1", "--seed", "3"])
    assert "seed 3, number 0" in broken.value.__notes__[0]
