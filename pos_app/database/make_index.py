"""The process that a till starts to make a text index: `python -m pos_app.database.make_index`.

What to make is one line of JSON on the standard input (`index_process.Order`). It ends with 0 when that is
made. When the input ends, the till has ended, and so does this.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import msgspec

from pos_app.database.index_process import Order
from pos_app.database.sealed_file import SealedFile
from pos_app.database.text_index import make_text_index
from sync.snapshot_file import unpacked_blocks


def main() -> int:
    """Make what the standard input asks for."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_end_with_the_till, name="till-watch", daemon=True).start()
    with SealedFile(Path(order.file), order.key).open() as opened:
        made = make_text_index(
            Path(order.path), order.key, order.stream, unpacked_blocks(opened), lambda: True
        )
    return 0 if made else 1


def _end_with_the_till() -> None:
    while os.read(0, 1):  # the handle itself: nobody may hold the buffered one when the interpreter ends
        continue
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
