"""Finds a member by the number on the card, as a customer types it in the storefront."""

from __future__ import annotations

from threading import Lock

import msgspec
from sqlalchemy import Connection

from retail.member import Member
from sync.protocol import MAX_PAGE_ROWS
from sync.server.database import shop_rows
from sync.server.database.sessions import StreamId
from sync.server.streams import changes_page, read_head

_decode = msgspec.json.Decoder(Member).decode
_MEMBER = "member:"


class _Known:
    """The cards of one store, as of a version of its members."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.owners: dict[str, str] = {}
        self._cards: dict[str, str] = {}

    def put(self, member_id: str, card: str) -> None:
        """Know a member's card; a former one opens nothing any more."""
        former = self._cards.pop(member_id, "")
        if self.owners.get(former) == member_id:
            del self.owners[former]
        if card:
            self._cards[member_id] = card
            self.owners[card] = member_id


class MemberCards:
    """Cards by store. The first question reads every member once, later ones only what changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, _Known] = {}

    def find(self, connection: Connection, store_id: str, typed: str) -> str:
        """Return the id of the member with this card number or id, empty when there is none."""
        number = typed.strip().upper()
        stream: StreamId = ("members", store_id)
        if not number or not number.isprintable():
            return ""
        with self._lock:
            found = self._up_to_date(connection, stream).owners.get(number, "")
        if found:
            return found
        key = f"{_MEMBER}{number}"
        return number if key in shop_rows.row_texts(connection, stream, [key]) else ""

    def _up_to_date(self, connection: Connection, stream: StreamId) -> _Known:
        head = read_head(connection, stream).head
        known = self._known.get(stream[1])
        while known is not None and known.version != head:
            page = changes_page(connection, stream, epoch="", after=known.version, limit=MAX_PAGE_ROWS)
            if page.restart:
                known = None
                break
            for change in page.changes:
                if change.key.startswith(_MEMBER):
                    card = _decode(change.row).card_number.upper() if change.op == "put" else ""
                    known.put(change.key.removeprefix(_MEMBER), card)
            known.version = page.next_after
        if known is None:
            known = _Known(head)
            for member in shop_rows.read_rows(connection, stream, "member", Member):
                known.put(member.member_id, member.card_number.upper())
        self._known[stream[1]] = known
        return known
