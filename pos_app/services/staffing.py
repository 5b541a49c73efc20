"""Who works the till: signing in by badge or PIN, and locking."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pos_app.database.cache import Cache
from pos_app.database.journal import Journal
from pos_app.services.pins import PinCheck, PinTries
from retail.staff import StaffMember

_SIGNED_IN = "cashier_id"


class Staffing:
    """The cashier on duty, remembered over a restart."""

    def __init__(self, journal: Journal, cache: Cache, monotonic_ms: Callable[[], int]) -> None:
        self._journal = journal
        self._cache = cache
        self._on_duty: StaffMember | None = None
        self.tries = PinTries(monotonic_ms)

    @property
    def on_duty(self) -> StaffMember | None:
        """Return the cashier signed in, or None."""
        return self._on_duty

    def restore(self) -> StaffMember | None:
        """Sign the cashier of before the restart in again; with nobody before, the store's first cashier."""
        staff = self._cache.staff()
        remembered = self._journal.local_setting(_SIGNED_IN)
        known = {each.staff_id: each for each in staff}
        self._on_duty = known.get(remembered or "") or (staff[0] if staff else None)
        return self._on_duty

    def sign_in(self, staff: StaffMember) -> None:
        """Put a staff member on duty."""
        self._journal.set_local_setting(_SIGNED_IN, staff.staff_id)
        self._on_duty = staff

    def pin_check(self, pin: str, roles: Collection[str] = ()) -> PinCheck:
        """Return the question whose PIN this is: of people with these roles first, else who is on duty."""
        ordered = sorted(
            self._cache.staff(), key=lambda each: each.role not in roles if roles else each != self._on_duty
        )
        return PinCheck(pin, tuple(ordered))

    def everybody(self) -> tuple[StaffMember, ...]:
        """Return everybody who may work in this store, by id."""
        return self._cache.staff()

    def name_of(self, staff_id: str) -> str:
        """Return what somebody is called; the id itself for whoever is not in the store any more."""
        names = {each.staff_id: each.display_name for each in self._cache.staff()}
        return names.get(staff_id, staff_id)
