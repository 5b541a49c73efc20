"""A centre that serves on a port of this machine, for browsers that are processes of their own."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from sync.server.app import create_app
from sync.server.centre import Centre


@contextmanager
def served(centre: Centre) -> Iterator[str]:
    """Serve a centre until the block ends; gives its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(centre), log_level="warning", access_log=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="served-centre")
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            centre.wakeups.close()
            server.should_exit = True
            thread.join(10)
