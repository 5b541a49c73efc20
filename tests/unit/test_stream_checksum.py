"""The checksum of a stream is agreed between tills and centres of different versions: it never changes."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import row_checksum, rows_checksum

ROWS = st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=200)), max_size=30)


def test_a_rows_share_is_the_one_that_every_version_reckons() -> None:
    key, row = "price:P1", b'{"row":"price","product_id":"P1","unit_price_minor":"199"}'
    assert row_checksum(key, row) == 0x9082911D3BF8C124
    assert rows_checksum([]) == 0


@given(ROWS)
def test_many_rows_have_the_sum_of_their_shares(rows: list[tuple[str, bytes]]) -> None:
    digests = [hashlib.blake2b(key.encode() + b"\0" + row, digest_size=8).digest() for key, row in rows]
    assert rows_checksum(rows) == sum(int.from_bytes(each, "big") for each in digests)
    assert rows_checksum(rows) == sum(row_checksum(key, row) for key, row in rows)
