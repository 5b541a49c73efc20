"""The long polls of many tills in one process: `python -m benchmarks.order_listeners ADDRESS FILE`.

Devices, keys and tokens come in the environment. Each till holds one long poll open for all streams, as ours
does; when orders come, their ids are noted with the monotonic time. The end of standard input is the end:
FILE gets what was heard. A listener that fails ends all of them, with its error.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

from sync.client.signing import DeviceKey
from sync.protocol import LONG_POLL_SECONDS, PROTOCOL_HEADER, PROTOCOL_VERSION, STREAMS


class Till:
    """One of the tills: it signs what it asks."""

    def __init__(self, client: httpx.AsyncClient, device_id: str, seed: str, token: str) -> None:
        self._client = client
        self._device_id = device_id
        self._key = DeviceKey(seed)
        self._token = token

    async def ask(self, method: str, path: str, content: bytes = b"", query: str = "") -> Any:
        """Ask for something; return the answer's JSON."""
        authorization = f"Bearer {self._token}"
        signed = self._key.request_headers(
            self._device_id,
            method=method,
            path=path,
            query=query,
            content=content,
            authorization=authorization,
        )
        headers = {
            "Authorization": authorization,
            "Content-Type": "application/json",
            PROTOCOL_HEADER: str(PROTOCOL_VERSION),
            **signed,
        }
        address = f"{path}?{query}" if query else path
        answer = await self._client.request(method, address, content=content, headers=headers)
        return answer.raise_for_status().json()


async def listen(till: Till, heard: dict[str, list[float]], ready: asyncio.Event) -> None:
    """Follow every stream of one till until cancelled."""
    cursors: dict[str, dict[str, str | int]] = {}
    for stream in STREAMS:
        page = await till.ask("GET", f"/v1/streams/{stream}/snapshot", query="limit=1")
        cursors[stream] = {"stream": stream, "epoch": page["epoch"], "after": page["as_of"]}
    ready.set()
    while True:
        asked = json.dumps({"cursors": list(cursors.values()), "wait": LONG_POLL_SECONDS}).encode()
        try:
            told = await till.ask("POST", "/v1/streams/wait", asked)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            continue  # a kept connection that the centre had just let go: asked again, as a till does
        moment = time.monotonic()
        if told["others"]:
            raise SystemExit(f"more news than one order brings: {told['others']}")
        for page in told["pages"]:
            cursors[page["stream"]]["after"] = page["next_after"]
            if page["stream"] == "orders":
                for change in page["changes"]:
                    heard[change["key"].partition(":")[2]].append(moment)


async def main(address: str, file: Path) -> None:
    """Listen with every till until standard input ends."""
    heard: dict[str, list[float]] = defaultdict(list)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        readies, tasks = [], []
        for device_id, seed, token in json.loads(os.environ["EVERTILL_BENCH_TILLS"]):
            readies.append(asyncio.Event())
            till = Till(client, device_id, seed, token)
            tasks.append(asyncio.create_task(listen(till, heard, readies[-1])))
        for ready in readies:
            await ready.wait()
        print("listening", flush=True)
        ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        done, _ = await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
    file.write_text(json.dumps(heard), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
