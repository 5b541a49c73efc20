"""The centre answers whatever is asked of its documented addresses: never with a mistake of its own, and
never with an answer that its OpenAPI does not promise.

Schemathesis makes the requests from the document itself, right ones and wrong ones.
`EVERTILL_OPENAPI_EXAMPLES` asks for more than a run of all tests has time for.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.channels.book import new_channel
from tests.server.tills import Till

EXAMPLES = int(os.environ.get("EVERTILL_OPENAPI_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LONG = {("get", "/v1/streams/{stream}/changes"), ("post", "/v1/streams/wait")}
"""Where a right request may wait for news: it is asked not to."""


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_documented_address_answers_as_documented(shop: Centre, till: Till) -> None:
    with shop.database.write() as connection:
        channel = new_channel(connection, "market").key
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(shop))
    asked, statuses = set(), Counter[int]()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        key = channel if "/channel/" in operation.path else till.enrolled.token
        asked.add((operation.method, operation.path))
        for headers in ({"Authorization": f"Bearer {key}"}, {}):
            _ask(operation, headers, statuses)
    assert {200, 400, 401, 404} <= set(statuses), statuses
    assert {("post", "/v1/journal"), ("post", "/v1/channel/orders"), *LONG} <= asked


def _ask(operation: Any, headers: dict[str, str], statuses: Counter[int]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def asks(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        if (operation.method, operation.path) in LONG:
            for asked in (case.query, case.body):
                if isinstance(asked, dict) and "wait" in asked:
                    asked["wait"] = 0
        statuses[case.call_and_validate(checks=CHECKS, headers=headers).status_code] += 1

    asks()
