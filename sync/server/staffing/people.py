"""What the name, the role and the stores of somebody must be who is to use the back office."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sync.server.permissions import OF_A_STORE, ROLES, Person, Who

SIGN_IN_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
LONGEST_NAME: Final = 80


class PersonRefused(ValueError):
    """Somebody who cannot be added; `code` is `bad_sign_in_name`, `bad_name`, `bad_role`, `no_store`,
    `unknown_store`, `stores_not_wanted` or `name_taken`."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"person refused: {code}" + (f" ({about})" if about else ""))
        self.code = code
        self.about = about


def checked_person(
    person_id: str, name: str, role: str, stores: Iterable[str], known_stores: Iterable[str]
) -> Person:
    """Return somebody who can be added; raises `PersonRefused`."""
    wanted = tuple(dict.fromkeys(stores))
    if SIGN_IN_NAME.fullmatch(person_id) is None:
        raise PersonRefused("bad_sign_in_name", person_id[:60])
    shown = name.strip() or person_id
    if len(shown) > LONGEST_NAME or not shown.isprintable():
        raise PersonRefused("bad_name")
    if role not in ROLES:
        raise PersonRefused("bad_role", role[:40])
    found = Who(role)
    if found in OF_A_STORE and not wanted:
        raise PersonRefused("no_store")
    if found not in OF_A_STORE and wanted:
        raise PersonRefused("stores_not_wanted")
    unknown = set(wanted) - set(known_stores)
    if unknown:
        raise PersonRefused("unknown_store", ", ".join(sorted(unknown))[:80])
    return Person(person_id=person_id, name=shown, role=found, stores=wanted)
