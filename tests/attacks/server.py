"""A real `kg serve` on a store with data, with short limits, and what must hold after attacks."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.tokens import Scope, Tokens

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
LIMITS: dict[str, float] = {
    "seconds": 2,
    "seconds_known": 2,
    "cpu_seconds": 2,
    "cpu_seconds_known": 2,
    "validate_seconds": 15,
    "commit_seconds": 10,
    "head_seconds": 2,
    "stall_seconds": 2,
    "memory_bytes": 500_000_000,
    "commit_memory_bytes": 600_000_000,
    "connections": 150,
    "result_bytes": 50_000_000,
}
RESIDENT_BYTES = {"kg.web.process": 400_000_000, "supervisor": 200_000_000}
"""What these may have of the memory: bodies and answers must not pile up in them."""

_COMPLAINT = re.compile(r"^Traceback|^\w*Error|\"level\": \"(?:warning|error)\"")

RECOVERY_SECONDS = 60.0


class Server:
    """`kg serve` with its port, its log and a token that may write."""

    def __init__(self, home: Path) -> None:
        _, self.token = Tokens(home / "tokens.json").create("attacker", [Scope.WRITE])
        settings = [f"--set={name}={value}" for name, value in LIMITS.items()]
        self.port = 0
        self._log = home.parent / "serve.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*KG, "serve", "--port", "0", *settings],
                stdin=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "KG_HOME": str(home)},
            )

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def has_started(self) -> bool:
        assert self._process.poll() is None, self.log()
        found = re.search(r"^generation \d+ at http://127.0.0.1:(\d+)/", self.log(), re.MULTILINE)
        self.port = int(found[1]) if found else 0
        return self.port > 0

    def complaints(self) -> list[str]:
        """What its log has that somebody should look at."""
        return [line for line in self.log().splitlines() if _COMPLAINT.search(line)]

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(60)

    def standing(self) -> dict[str, int]:
        """The processes that never end, by what they do."""
        supervisor = self._process.pid
        children = [pid for pid in _pids() if _parent(pid) == supervisor]
        by_module = {
            module: pid
            for pid in children
            for module in ("kg.web.process", "kg.processes.zygote")
            if module.encode() in _command(pid)
        }
        return {"supervisor": supervisor, **by_module}

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 where there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            connection.close()

    def gauge(self, name: str) -> float:
        """A number of `/metrics`."""
        found = re.search(rf"^kg_{name} (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return float(found[1]) if found else -1.0

    def check_recovered(self, before: dict[str, int]) -> None:
        """All processes are there, and as idle as before; waits for those that are replaced."""
        wait_until(lambda: self.get("/readyz")[0] == 200, "it is not ready any more")
        wait_until(lambda: self.gauge("workers") >= 7, "workers are missing")
        wait_until(lambda: self.gauge("workers_busy") == 0, "workers are busy")
        assert self.gauge("queries_waiting") == 0
        assert self.standing() == before, "a process that never ends was replaced"


@contextmanager
def attacked(home: Path) -> Iterator[Server]:
    """The server that is going to be attacked."""
    server = Server(home)
    try:
        wait_until(server.has_started, "it does not start")
        yield server
    finally:
        server.stop()


class Listener:
    """Somebody else's server on this machine, which ours must not call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.calls: list[bytes] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                try:
                    self.calls.append(connection.recv(1_000))
                except OSError:
                    self.calls.append(b"")

    def close(self) -> None:
        self._socket.close()


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


def peak_bytes(pid: int) -> int:
    """The most memory that a process has had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
