"""Processes beside the supervisor that are started again whenever they end: the web, the names."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

from kg.processes.watch import Watch

PAUSES: Final = (0.0, 0.1, 0.5, 1.0, 2.0)
STEADY_SECONDS: Final = 5.0
"""One that lived longer is started again without a pause."""


class Companion:
    """Keeps a command running."""

    def __init__(self, command: Sequence[str], *, handles: Sequence[int], watch: Watch) -> None:
        self._command = command
        self._handles = handles
        self._watch = watch
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    @property
    def pid(self) -> int:
        """The number of the process that runs now; 0 between two."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    async def run(self) -> None:
        """Start it, and start it again, until `stop`."""
        loop, tries = asyncio.get_running_loop(), 0
        while not self._stopping:
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            if self._stopping:  # while it slept; what is started now nobody would end
                return
            started = loop.time()
            self._process = subprocess.Popen(  # noqa: S603 - a command of ours
                self._command,
                pass_fds=self._handles,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            status = await _ended(self._process)
            tries = 0 if loop.time() - started > STEADY_SECONDS else tries + 1
            if not self._stopping:
                self._watch.warning(f"a process of {self._command[2]} ended", status=status)

    async def stop(self, seconds: float) -> None:
        """End it, at first kindly."""
        self._stopping = True
        process = self._process
        if process is None or process.poll() is not None:
            return
        for end in (process.terminate, process.kill):
            end()
            try:
                async with asyncio.timeout(seconds):
                    await _ended(process)
                return
            except TimeoutError:
                continue


async def _ended(process: subprocess.Popen[bytes]) -> int:
    poll: Callable[[], int | None] = process.poll
    while (status := poll()) is None:
        await asyncio.sleep(0.05)
    return status
