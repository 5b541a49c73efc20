"""A till's encrypted file, opened with the driver and none of the product's code: for those who judge it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver


def opened_till_file(file: Path, key: str) -> Any:
    """Return a connection whose rows know their columns; new caches have another seal than journals."""
    connection = driver.connect(str(file))
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    if file.name == "cache.db":
        connection.execute("PRAGMA cipher_hmac_algorithm = HMAC_SHA256")
    connection.row_factory = driver.Row
    return connection
