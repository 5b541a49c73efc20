"""The long polls of many tills in one process: `python -m benchmarks.order_listeners ADDRESS FILE`.

Tokens come in the environment. Each till holds one long poll open for all streams, as ours does; when orders
come, their ids are noted with the monotonic time. The end of standard input is the end: FILE gets what was
heard. A listener that fails ends all of them, with its error.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import httpx

from sync.protocol import LONG_POLL_SECONDS, PROTOCOL_HEADER, PROTOCOL_VERSION, STREAMS


async def listen(
    client: httpx.AsyncClient, token: str, heard: dict[str, list[float]], ready: asyncio.Event
) -> None:
    """Follow every stream of one till until cancelled."""
    headers = {"Authorization": f"Bearer {token}", PROTOCOL_HEADER: str(PROTOCOL_VERSION)}
    cursors: dict[str, dict[str, str | int]] = {}
    for stream in STREAMS:
        address = f"/v1/streams/{stream}"
        first = await client.get(f"{address}/snapshot", params={"limit": 1}, headers=headers)
        page = first.raise_for_status().json()
        cursors[stream] = {"stream": stream, "epoch": page["epoch"], "after": page["as_of"]}
    ready.set()
    while True:
        try:
            answer = await client.post(
                "/v1/streams/wait",
                json={"cursors": list(cursors.values()), "wait": LONG_POLL_SECONDS},
                headers=headers,
            )
        except (httpx.RemoteProtocolError, httpx.ReadError):
            continue  # a kept connection that the centre had just let go: asked again, as a till does
        moment, told = time.monotonic(), answer.raise_for_status().json()
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
        for token in os.environ["EVERTILL_BENCH_TOKENS"].split():
            readies.append(asyncio.Event())
            tasks.append(asyncio.create_task(listen(client, token, heard, readies[-1])))
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
