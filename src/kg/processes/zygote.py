"""The process that all workers are copies of: it has imported what they need and does nothing else.

A worker is there within milliseconds, so that ending one costs little. This process has one thread
and no store. When the supervisor is gone, however that came, it ends the workers and clears away
what they left.

It is told `{"spawn": kind, "number": n, "arguments": …}` with one end of a connection, and
`{"kill": pid}`; it tells `{"number": n, "pid": p}` and `{"ended": pid, "status": s}`.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final

from kg.processes.parents import die_with_parent
from kg.store import wire
from kg.store.folder import Folder, remove_tree

KINDS: Final[dict[str, str]] = {
    "query": "kg.processes.query_worker",
    "writer": "kg.processes.write_worker",
    "prepare": "kg.processes.prepare_worker",
    "copy": "kg.processes.copy_worker",
}
"""The module of each kind of worker, whose `main(connection, arguments)` is its life."""

NO_MEMORY: Final = 3
"""The exit status of a worker whose Python got no memory."""


class Zygote:
    """Makes workers until its supervisor is gone."""

    def __init__(self, connection: socket.socket, folder: Folder) -> None:
        self._connection = connection
        self._folder = folder
        self._children: set[int] = set()
        self._wake, wake = os.pipe()
        for end in (self._wake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everybody

    def run(self) -> None:
        """Serve until the supervisor ends; then end everything that is left."""
        try:
            while self._once():
                pass
            for path in self._folder.run.glob("*.sock"):  # not where it is this process that fails
                remove_tree(path)
        finally:
            for pid in self._children:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for pid in self._children:
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)
            for path in self._folder.work.glob("*"):
                remove_tree(path)

    def _once(self) -> bool:
        ready, _, _ = select.select((self._connection.fileno(), self._wake), (), ())
        if self._wake in ready:
            with suppress(BlockingIOError):
                os.read(self._wake, 4096)
            self._reap()
        if self._connection.fileno() not in ready:
            return True
        try:
            data, handles, _, _ = socket.recv_fds(self._connection, wire.HEAD.size, 1)
            if not data:
                return False
            rest = wire.HEAD.size - len(data)
            data += self._connection.recv(rest, socket.MSG_WAITALL) if rest else b""
            size, _ = wire.HEAD.unpack(data)
            body = self._connection.recv(size, socket.MSG_WAITALL)
        except OSError:
            return False
        self._handle(json.loads(body), handles)
        return True

    def _handle(self, message: dict[str, Any], handles: list[int]) -> None:
        if "kill" in message:
            if message["kill"] in self._children:
                with suppress(ProcessLookupError):
                    os.kill(message["kill"], signal.SIGKILL)
            return
        main = _main(message["spawn"])
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(main, parent, handles[0], message["arguments"])
        os.close(handles[0])
        self._children.add(pid)
        self._tell({"number": message["number"], "pid": pid})

    def _become(
        self,
        main: Callable[[socket.socket, dict[str, Any]], None],
        parent: int,
        handle: int,
        arguments: dict[str, Any],
    ) -> None:
        """Be a worker; never returns."""
        status = 1
        try:
            die_with_parent(parent)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the supervisor decides on the end
            self._connection.close()
            os.close(self._wake)
            main(socket.socket(fileno=handle), arguments)
            status = 0
        except MemoryError:
            status = NO_MEMORY
        except ConnectionError:
            pass  # the supervisor has let go of it while it had something to say
        except BaseException:  # noqa: BLE001 - the end of the process; the supervisor sees it
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._children.discard(pid)
            self._tell({"ended": pid, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, Any]) -> None:
        with suppress(OSError):
            wire.send(self._connection, message)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Let the wake-up pipe tell of it."""


def _main(kind: str) -> Callable[[socket.socket, dict[str, Any]], None]:
    found: Callable[[socket.socket, dict[str, Any]], None] = importlib.import_module(
        KINDS[kind]
    ).main
    return found


def main() -> None:
    """Run as `python -m kg.processes.zygote HANDLE FOLDER PARENT`."""
    handle, folder, parent = sys.argv[1:]
    # The end of the connection tells of the end of the supervisor; a signal at the same moment may
    # not interrupt the clearing away, and one to all processes leaves the order to the supervisor.
    signal.signal(signal.SIGTERM, _nothing)
    if os.getppid() != int(parent):
        return
    for kind in ("query", "writer"):
        _main(kind)
    Zygote(socket.socket(fileno=int(handle)), Folder(Path(folder))).run()


if __name__ == "__main__":
    main()
