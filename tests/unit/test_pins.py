"""PINs: whose a typed one is, and how often a wrong one may be tried."""

from __future__ import annotations

import pytest

from pos_app.services.pins import FREE_TRIES, WAIT_SECONDS, PinCheck, PinTries, pin_matches
from retail.staff import StaffMember
from sync.server.pins import pin_hash

SALT = b"0123456789abcdef"


def somebody(staff_id: str, pin: str) -> StaffMember:
    return StaffMember(staff_id=staff_id, display_name=staff_id, pin_hash=pin_hash(pin, SALT) if pin else "")


class StoppedClock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now_ms = 5_000

    def __call__(self) -> int:
        return self.now_ms

    def wait(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def tries(clock: StoppedClock) -> PinTries:
    return PinTries(clock)


def test_a_pin_is_its_owners_also_with_zeros_in_front() -> None:
    check = PinCheck("0042", (somebody("noor", ""), somebody("mei", "42"), somebody("arun", "0042")))
    owner = check.owner()
    assert owner is not None
    assert owner.staff_id == "arun"


def test_of_two_with_the_same_pin_the_first_asked_is_taken() -> None:
    owner = PinCheck("1111", (somebody("mei", "1111"), somebody("noor", "1111"))).owner()
    assert owner is not None
    assert owner.staff_id == "mei"


@pytest.mark.parametrize("pin", ["", "1112", "11111", "１１１１"])
def test_a_pin_of_nobody_has_no_owner(pin: str) -> None:
    assert PinCheck(pin, (somebody("noor", "1111"), somebody("mei", ""))).owner() is None


@pytest.mark.parametrize(
    "stored", ["", "scrypt", "md5$1$1$1$00$00", "scrypt$x$8$1$00$00", "scrypt$15$8$1$00$00"]
)
def test_a_hash_that_cannot_be_read_matches_nothing(stored: str) -> None:
    assert not pin_matches("1111", stored)


def test_a_check_ends_early_when_it_is_given_up() -> None:
    assert PinCheck("1111", (somebody("noor", "1111"),)).owner(lambda: True) is None


def test_a_check_does_not_show_its_pin() -> None:
    assert "1234" not in repr(PinCheck("1234", ()))


def test_the_first_wrong_pins_cost_nothing(tries: PinTries) -> None:
    for _ in range(FREE_TRIES):
        assert tries.wait_seconds() == 0
        tries.was_wrong()
    assert tries.wait_seconds() == WAIT_SECONDS


def test_after_them_each_takes_its_time(tries: PinTries, clock: StoppedClock) -> None:
    for _ in range(FREE_TRIES):
        tries.was_wrong()
    clock.wait(0.5)
    assert tries.wait_seconds() == WAIT_SECONDS, "a second that has begun counts whole"
    clock.wait(WAIT_SECONDS - 0.5)
    assert tries.wait_seconds() == 0
    tries.was_wrong()
    assert tries.wait_seconds() == WAIT_SECONDS


def test_left_alone_the_till_forgives_them_all(tries: PinTries, clock: StoppedClock) -> None:
    for _ in range(FREE_TRIES):
        tries.was_wrong()
    clock.wait(FREE_TRIES * WAIT_SECONDS)
    for _ in range(FREE_TRIES):
        assert tries.wait_seconds() == 0
        tries.was_wrong()
