"""The network between the tills of a soak and their centre: one thread, a weather for each of its lines."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from enum import StrEnum

CHUNK_BYTES = 65_536
HTML = b"<!doctype html><title>Welcome</title><p>Please accept the terms of this network."


class Weather(StrEnum):
    """What a line does to whatever is sent over it."""

    FAIR = "fair"
    CUT = "cut"  # every connection breaks, and no new one is made
    HTML = "html"  # a captive portal answers 200 with a page; the centre hears nothing
    BAD_GATEWAY = "bad_gateway"  # the centre has done it, and a gateway says 502
    SLOW = "slow"  # each piece comes late
    LOST = "lost"  # the centre has done it, and the connection breaks
    HOLE = "hole"  # connections are made, and nobody answers


BAD = tuple(one for one in Weather if one is not Weather.FAIR)


class Line:
    """One address on this side. `weather` may be changed from any thread; `spoiled` counts what it met."""

    def __init__(self, chance: random.Random) -> None:
        self.weather = Weather.FAIR
        self.url = ""
        self.spoiled: Counter[str] = Counter()
        self.open: set[asyncio.StreamWriter] = set()
        self.chance = chance


class SoakNetwork:
    """Forwards each of its lines to a port of this machine until `close`."""

    def __init__(self, port: int, lines: int, seed: int) -> None:
        self._port = port
        self.lines = [Line(random.Random(f"line {seed} {number}")) for number in range(lines)]
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="network")
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def set_weather(self, line: Line, weather: Weather) -> None:
        """Change the weather of a line; what is under way feels it too."""
        self._loop.call_soon_threadsafe(self._changed, line, weather)

    def close(self) -> None:
        """Carry nothing any more."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # ---- on the loop --------------------------------------------------------------------------

    async def _listen(self) -> None:
        for line in self.lines:
            server = await asyncio.start_server(self._accepts(line), "127.0.0.1", 0)
            line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._servers.append(server)

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _changed(self, line: Line, weather: Weather) -> None:
        line.weather = weather
        if weather is Weather.CUT:
            for each in tuple(line.open):
                line.spoiled[weather] += 1
                each.transport.abort()

    def _accepts(self, line: Line):  # type: ignore[no-untyped-def]  # a handler of asyncio
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            line.open.add(writer)
            try:
                await self._carry(line, reader, writer)
            except (OSError, asyncio.CancelledError):
                pass  # whoever goes first ends the connection
            finally:
                line.open.discard(writer)
                self._tasks.discard(task)
                writer.transport.abort()

        return serve

    async def _carry(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if line.weather is Weather.CUT:
            line.spoiled[Weather.CUT] += 1
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        line.open.add(back)
        ways = [
            asyncio.ensure_future(self._requests(line, reader, back, writer)),
            asyncio.ensure_future(self._answers(line, there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            line.open.discard(back)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.transport.abort()
            with contextlib.suppress(OSError):
                writer.close()
                await writer.wait_closed()

    async def _requests(
        self,
        line: Line,
        reader: asyncio.StreamReader,
        centre: asyncio.StreamWriter,
        till: asyncio.StreamWriter,
    ) -> None:
        while data := await reader.read(CHUNK_BYTES):
            weather = line.weather
            if weather is Weather.HTML:
                line.spoiled[weather] += 1
                await _send(till, _page(b"200 OK"))
                return
            if weather is Weather.HOLE:
                line.spoiled[weather] += 1
                await self._until_over(line)
                return
            await self._linger(line)
            await _send(centre, data)

    async def _answers(self, line: Line, centre: asyncio.StreamReader, till: asyncio.StreamWriter) -> None:
        while data := await centre.read(CHUNK_BYTES):
            weather = line.weather
            if weather is Weather.LOST:
                line.spoiled[weather] += 1
                return
            if weather is Weather.BAD_GATEWAY:
                line.spoiled[weather] += 1
                await _send(till, _page(b"502 Bad Gateway"))
                return
            await self._linger(line)
            await _send(till, data)

    async def _linger(self, line: Line) -> None:
        if line.weather is Weather.SLOW:
            line.spoiled[Weather.SLOW] += 1
            await asyncio.sleep(line.chance.uniform(0.1, 1.0))

    async def _until_over(self, line: Line) -> None:
        while line.weather is Weather.HOLE:
            await asyncio.sleep(0.5)


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _page(status: bytes) -> bytes:
    head = b"HTTP/1.1 " + status + b"\r\ncontent-type: text/html\r\nconnection: close\r\n"
    return head + b"content-length: %d\r\n\r\n" % len(HTML) + HTML
