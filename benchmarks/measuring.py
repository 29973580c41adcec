"""A real `kg serve` to measure, a client that costs next to nothing, and tables of numbers."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

from kg.processes.usage import cpu_seconds
from kg.tokens import Scope, Tokens

START_SECONDS: Final = 300.0
HOST: Final = "127.0.0.1"
RESULTS: Final = "application/sparql-results+json"
KINDS: Final = ("supervisor", "web", "names", "worker", "zygote")
"""What processes of a server are; the writer and the one that prepares commits are workers too."""

_KG: Final = "from kg.cli import main; main()"
_READY: Final = re.compile(r"generation \d+ at http://[^:]+:(\d+)/")
_HEAD_END: Final = b"\r\n\r\n"
LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Server:
    """`kg serve` on a folder, with a setup and settings; its words go into a file beside it."""

    def __init__(self, home: Path, setup: str = "", settings: Sequence[str] = ()) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.port = 0
        self.started = 0.0
        self._said = home.with_name(f"{home.name}.said")
        self._command = [sys.executable, "-c", _KG, "serve", "--port", "0"]
        self._command += ["--setup", setup] if setup else []
        for setting in settings:
            self._command += ["--set", setting]
        _, self.token = Tokens(home / "tokens.json").create(f"t{time.time_ns()}", [Scope.WRITE])

    def __enter__(self) -> Server:
        self._said.unlink(missing_ok=True)
        with self._said.open("wb") as said:
            self.started = time.perf_counter()
            self._process = subprocess.Popen(  # noqa: S603 - a command of ours
                self._command,
                stdin=subprocess.DEVNULL,
                stderr=said,
                env={**os.environ, "KG_HOME": str(self.home)},
            )
        while (found := _READY.search(self.words())) is None:
            if self._process.poll() is not None or self.since_start() > START_SECONDS:
                self._process.kill()
                sys.exit(f"the server did not start:\n{self.words()[-5000:]}")
            time.sleep(0.002)
        self.port = int(found[1])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(signal.SIGTERM)

    def words(self) -> str:
        """What it has said so far."""
        return self._said.read_text("utf-8", "replace") if self._said.exists() else ""

    def since_start(self) -> float:
        """Seconds since its process was started."""
        return time.perf_counter() - self.started

    def end(self, number: int) -> None:
        """Send it a signal and wait until none of its processes is left."""
        below = self.processes()
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        self._process.wait()
        while any(Path(f"/proc/{pid}/exe").exists() and _alive(pid) for pid in below):
            time.sleep(0.005)

    def cpu(self) -> dict[str, float]:
        """The processor time that its processes have taken, in seconds, by what they are."""
        found = dict.fromkeys(KINDS, 0.0)
        for pid, kind in self.processes().items():
            found[kind] += cpu_seconds(pid)
        return found

    def processes(self) -> dict[int, str]:
        """Its processes by what they are."""
        found = {self._process.pid: "supervisor"}
        for pid in children(self._process.pid):
            command = _read(pid, "cmdline")
            beside = {"kg.web.process": "web", "kg.processes.reconciling": "names"}
            found[pid] = next((kind for name, kind in beside.items() if name in command), "zygote")
            found |= dict.fromkeys(children(pid), "worker")
        return found


class Listening(Protocol):
    """What listens at a port of this machine."""

    @property
    def port(self) -> int:
        """Its number."""


class Client:
    """One connection over HTTP that is kept alive, as thin as can be; for one thread."""

    def __init__(self, server: Listening, *, token: str = "", address: str = HOST) -> None:
        self._head = f"Host: {HOST}:{server.port}\r\n"
        self._head += f"Authorization: Bearer {token}\r\n" if token else ""
        self._buffer = bytearray()
        self._connection = socket.create_connection(
            (HOST, server.port), timeout=300, source_address=(address, 0)
        )
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def get(self, path: str, more: str = "") -> tuple[int, bytes]:
        """Status and body of an address, asked for with more headers."""
        return self._asked(f"GET {path} HTTP/1.1\r\n{self._head}{more}\r\n".encode())

    def select(self, text: str, at_least: int | None = None) -> tuple[int, bytes]:
        """Ask a query."""
        more = "" if at_least is None else f"X-KG-At-Least: {at_least}\r\n"
        return self._posted("application/sparql-query", text, f"Accept: {RESULTS}\r\n{more}")

    def update(self, text: str, key: str) -> tuple[int, bytes]:
        """Make a commit."""
        return self._posted("application/sparql-update", text, f"Idempotency-Key: {key}\r\n")

    def posted_form(self, path: str, form: str) -> tuple[int, bytes]:
        """Send a form to an address."""
        self._send("application/x-www-form-urlencoded", form, "", path)
        return self._answer()

    def size(self, text: str) -> int:
        """Ask a query and count the bytes of its answer, which is long, without keeping them."""
        self._send("application/sparql-query", text, f"Accept: {RESULTS}\r\n")
        _, _, chunked = self._read_head()
        if not chunked:
            sys.exit("a long answer comes in chunks")
        return sum(len(chunk) for chunk in self._chunks())

    def _posted(self, kind: str, text: str, more: str) -> tuple[int, bytes]:
        self._send(kind, text, more)
        return self._answer()

    def _send(self, kind: str, text: str, more: str, path: str = "/sparql") -> None:
        body = text.encode()
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: {kind}\r\n{more}"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        self._connection.sendall(head.encode() + body)

    def _asked(self, data: bytes) -> tuple[int, bytes]:
        self._connection.sendall(data)
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        status, length, chunked = self._read_head()
        return status, b"".join(self._chunks()) if chunked else self._take(length)

    def _read_head(self) -> tuple[int, int, bool]:
        while (end := self._buffer.find(_HEAD_END)) < 0:
            self._more()
        head = self._take(end + len(_HEAD_END))
        length = LENGTH.search(head)
        return int(head[9:12]), int(length[1]) if length else 0, bool(_CHUNKED.search(head))

    def _chunks(self) -> Iterator[bytes]:
        while True:
            while (end := self._buffer.find(b"\r\n")) < 0:
                self._more()
            size = int(self._take(end + 2), 16)
            chunk = self._take(size + 2)[:size]
            if not size:
                return
            yield chunk

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _more(self) -> None:
        data = self._connection.recv(262_144)
        if not data:
            raise ConnectionError("the server has closed the connection")
        self._buffer += data


@dataclass(frozen=True)
class Times:
    """Durations of runs, in seconds."""

    all: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median, in milliseconds."""
        return statistics.median(self.all) * 1000

    @property
    def p95(self) -> float:
        """What 95 of 100 stay below, in milliseconds."""
        return sorted(self.all)[min(len(self.all) - 1, int(len(self.all) * 0.95))] * 1000

    @property
    def p99(self) -> float:
        """What 99 of 100 stay below, in milliseconds."""
        return sorted(self.all)[min(len(self.all) - 1, int(len(self.all) * 0.99))] * 1000


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for stores, gone afterwards; TMPDIR says on which disk."""
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as name:
        yield Path(name)


def line(name: str, *cells: object) -> None:
    """Print a line of a table: a name of 46 characters, then columns of 11."""
    texts = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
    sys.stdout.write(f"{name:<46}{''.join(f'{text:>11}' for text in texts)}\n")
    sys.stdout.flush()


def memory(pid: int) -> int:
    """The memory that a process has, in bytes; 0 for one that has ended."""
    return _status(pid, "VmRSS")


def proportional_memory(pid: int) -> int:
    """The memory that a process has, of what it shares only its part; 0 for one that has ended."""
    found = re.search(r"^Pss:\s+(\d+) kB", _read(pid, "smaps_rollup"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(below for child in children(pid) for below in tree(child))]


def peak_memory(pid: int) -> int:
    """The most that it has had since `forget_peak`."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the peak of a process begin anew."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status(pid: int, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", _read(pid, "status"))
    return int(found[1]) * 1024 if found else 0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace")
    except OSError:
        return ""


def children(pid: int) -> list[int]:
    """The processes that one has started from its main thread."""
    return [int(word) for word in _read(pid, f"task/{pid}/children").split()]


def _alive(pid: int) -> bool:
    return "State:\tZ" not in _read(pid, "status")
