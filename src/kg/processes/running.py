"""Runs a whole server: the supervisor with its workers, and the processes beside it.

These are one for the web, and one that keeps the index of names for reconciliation.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Final

import uvloop

from kg.errors import StoreError
from kg.processes.companion import Companion
from kg.processes.settings import Settings
from kg.processes.supervisor import Supervisor
from kg.store.folder import Folder

LOCK_SECONDS: Final = 10.0
WEB: Final = "kg.web.process"
NAMES: Final = "kg.processes.reconciling"


@dataclass(frozen=True, slots=True)
class Front:
    """How the web process is reached, and whom it asks.

    Its socket, the proxies it believes, the path before ours, the endpoints that queries may ask.
    """

    listener: socket.socket
    proxies: Sequence[str] = ()
    prefix: str = ""
    allowed: Sequence[str] = ()


def run(
    folder: Folder,
    settings: Settings,
    setup: str,
    front: Front,
    ready: Callable[[int], None],
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the generation when the web answers.

    Raises what is wrong with the store.
    """
    folder.check_format()
    with folder.locked(LOCK_SECONDS):
        uvloop.run(_run(folder, settings, setup, front, ready))


async def _run(
    folder: Folder,
    settings: Settings,
    setup: str,
    front: Front,
    ready: Callable[[int], None],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    supervisor = Supervisor(folder, settings, setup)
    web = Companion(
        [sys.executable, "-m", WEB, _given(folder, settings, front)],
        handles=[front.listener.fileno()],
        watch=supervisor.watch,
    )
    names = Companion(
        [sys.executable, "-m", NAMES, _given(folder, settings, front)],
        handles=[],
        watch=supervisor.watch,
    )
    try:
        supervisor.listen()
        running = asyncio.create_task(web.run())  # which takes as long to start as all the rest
        await supervisor.start()
        with suppress(StoreError):
            await asyncio.wait_for(_answers(front.listener), 30)
        ready(supervisor.pool.newest)
        indexing = asyncio.create_task(names.run())
        await _either(stop, supervisor.watch.broken)
        front.listener.close()
        await web.stop(settings.stop_seconds + 1)
        running.cancel()
        await names.stop(1)
        indexing.cancel()
    finally:
        await web.stop(1)
        await names.stop(1)
        await supervisor.stop()
    if supervisor.watch.broken.is_set():
        raise StoreError(
            "a part of the server failed, and the rest was stopped",
            hint="the log says what failed; what was acknowledged is kept: start it again",
        )


async def _either(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _given(folder: Folder, settings: Settings, front: Front) -> str:
    return json.dumps(
        {
            "folder": str(folder.path),
            "settings": asdict(settings),
            "socket": front.listener.fileno(),
            "parent": os.getpid(),
            "proxies": list(front.proxies),
            "prefix": front.prefix,
            "allowed": list(front.allowed),
        }
    )


async def _answers(listener: socket.socket) -> None:
    """Wait until the web process answers."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    while True:
        try:
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: kg\r\nConnection: close\r\n\r\n")
            line = await reader.readline()
            writer.close()
            if b" 200 " in line:
                return
        except OSError:
            pass
        await asyncio.sleep(0.02)
