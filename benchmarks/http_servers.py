"""What HTTP servers do when a client leaves, stops reading, or the application breaks off.

Prints a table to stdout, one line for each server that can be imported: after how many milliseconds
the application learns that its client left: before the first byte, there with a second request in
its wake, in mid-body, and there after it stopped reading; whether an answer that breaks off is seen
to be broken, in chunks and with a length; by how many MB the server grows while a reader of
200 MB has stopped; whether a connection is used again; and how many short answers it gives a
second, and for how many microseconds of processor time each. Arguments are names of servers.
`bridge` is kg's own way of serving.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

HOST: Final = "127.0.0.1"
THREADS: Final = 8
CHUNK: Final = b"x" * 65_536
CHUNKS: Final = 3_200  # 200 MB
PATIENCE: Final = 3.0
CONNECTIONS: Final = 16
LOAD_SECONDS: Final = 2.0
SHORT: Final = b"GET /short HTTP/1.1\r\nHost: here\r\n\r\n"
EVENTS: Final = "HTTP_SERVERS_EVENTS"


def note(event: str) -> None:
    """Write down that something happened, and when, for the process that measures."""
    with open(os.environ[EVENTS], "a", encoding="ascii") as file:
        file.write(f"{event} {time.monotonic()}\n")


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Do what the address says; ask the server about its client where it offers that."""
    path = environ["PATH_INFO"]
    if path == "/waits":
        return _wsgi_waits(environ, start_response)
    headers = _headers(path)
    start_response("200 OK", [(name.decode(), value.decode()) for name, value in headers])
    return [b"hello"] if path == "/short" else Chunks(path)


def _wsgi_waits(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    never = bool
    cancel = environ.get("kg.cancel")
    left = cancel.is_set if cancel else environ.get("waitress.client_disconnected", never)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if left():
            note("left")
            break
        time.sleep(0.001)
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


class Chunks:
    """A body in chunks, which breaks after two of them where the address says so."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._chunks = _chunks(path)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Called by the server when it wants no more."""
        note("closed")


def _chunks(path: str) -> Iterator[bytes]:
    if path.startswith("/breaks"):
        yield b"first "
        yield b"second"
        raise RuntimeError("a mistake")
    for _ in range(CHUNKS):
        if path == "/slowly":
            time.sleep(0.005)
        yield CHUNK


def _headers(path: str) -> list[tuple[bytes, bytes]]:
    length = {"/short": b"5", "/breaks/length": b"100"}.get(path)
    return [(b"Content-Length", length)] if length else []


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """The same, in the other protocol."""
    if scope["type"] != "http":
        await _live(receive, send)
        return
    await receive()
    path = scope["path"]
    if path == "/waits":
        await _asgi_waits(receive)
    await send({"type": "http.response.start", "status": 200, "headers": _headers(path)})
    if path in ("/short", "/waits"):
        await send({"type": "http.response.body", "body": b"hello"})
    else:
        await _asgi_streams(path, receive, send)


async def _live(receive: Any, send: Any) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _asgi_waits(receive: Any) -> None:
    import asyncio

    with suppress(TimeoutError):
        message = await asyncio.wait_for(receive(), PATIENCE)
        if message["type"] == "http.disconnect":
            note("left")


async def _asgi_streams(path: str, receive: Any, send: Any) -> None:
    import asyncio

    async def watch() -> None:
        if (await receive())["type"] == "http.disconnect":
            note("closed")

    watching = asyncio.create_task(watch())
    try:
        for chunk in _chunks(path):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(0)
            if watching.done():
                return
        await send({"type": "http.response.body"})
    finally:
        watching.cancel()


def _waitress(port: int) -> None:
    import waitress  # type: ignore[import-untyped, import-not-found, unused-ignore]

    waitress.serve(wsgi, host=HOST, port=port, threads=THREADS, channel_request_lookahead=5)


def _gunicorn(port: int) -> None:
    args = ["--worker-class=gthread", f"--threads={THREADS}", f"--bind={HOST}:{port}"]
    here = ["--chdir", str(Path(__file__).parent), "--log-level=critical"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *args, *here, "http_servers:wsgi"])  # noqa: S606


def _cheroot(port: int) -> None:
    from cheroot.wsgi import Server  # type: ignore[import-not-found, unused-ignore]

    Server((HOST, port), wsgi, numthreads=THREADS).start()


def _granian(port: int, interface: str) -> None:
    args = ["--interface", interface, "--host", HOST, "--port", str(port), "--log-level=critical"]
    more = ["--blocking-threads", str(THREADS)] if interface == "wsgi" else []
    here = ["--working-dir", str(Path(__file__).parent), f"http_servers:{interface}"]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *args, *more, *here])  # noqa: S606


def _uvicorn(port: int, http: str, app: Any = asgi) -> None:
    import uvicorn  # type: ignore[import-not-found, unused-ignore]

    uvicorn.run(app, host=HOST, port=port, http=http, loop="asyncio", log_level="critical")


def _hypercorn(port: int) -> None:
    args = [f"--bind={HOST}:{port}", "--log-level=critical", "--worker-class=asyncio"]
    os.chdir(Path(__file__).parent)
    os.execv(sys.executable, [sys.executable, "-m", "hypercorn", *args, "http_servers:asgi"])  # noqa: S606


def _bridge(port: int) -> None:
    from kg.web.bridge import Bridge

    _uvicorn(port, "httptools", Bridge(wsgi, threads=THREADS, max_body=1_000_000))  # type: ignore[arg-type, unused-ignore]


SERVERS: Final[dict[str, tuple[tuple[str, ...], Callable[[int], None]]]] = {
    "waitress": (("waitress",), _waitress),
    "gunicorn-gthread": (("gunicorn",), _gunicorn),
    "cheroot": (("cheroot",), _cheroot),
    "granian-wsgi": (("granian",), lambda port: _granian(port, "wsgi")),
    "granian-asgi": (("granian",), lambda port: _granian(port, "asgi")),
    "hypercorn": (("hypercorn",), _hypercorn),
    "uvicorn-h11": (("uvicorn", "h11"), lambda port: _uvicorn(port, "h11")),
    "uvicorn-httptools": (("uvicorn", "httptools"), lambda port: _uvicorn(port, "httptools")),
    "bridge": (("uvicorn", "httptools", "kg"), _bridge),
}
"""What a server needs to be imported, and how it serves at a port until it is ended."""


class Running:
    """A server in a process group of its own."""

    def __init__(self, port: int, events: Path, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process
        self._events = events

    def connect(self, path: str) -> socket.socket:
        """A connection on which a path has been asked for."""
        client = socket.create_connection((HOST, self.port), timeout=PATIENCE)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        return client

    def forget(self) -> None:
        """Start a measurement."""
        self._events.write_text("", encoding="ascii")

    def after(self, event: str, start: float) -> str:
        """How many milliseconds after `start` something was noted, or that it was not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self._events.read_text(encoding="ascii").splitlines():
                name, _, when = line.partition(" ")
                if name == event:
                    return f"{max(0.0, float(when) - start) * 1000:.0f} ms"
            time.sleep(0.01)
        return "no"

    def megabytes(self) -> float:
        """The resident memory of all its processes."""
        return sum(rss for _, rss in self._usage()) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def seconds(self) -> float:
        """The processor time that all its processes took."""
        return sum(ticks for ticks, _ in self._usage()) / os.sysconf("SC_CLK_TCK")

    def _usage(self) -> Iterator[tuple[int, int]]:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid:  # its process group
                    yield int(fields[11]) + int(fields[12]), int(fields[21])


@contextmanager
def serving(name: str) -> Iterator[Running]:
    """Run a server until the block ends."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events"
        events.touch()
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, __file__, "--serve", name, str(port)],
            env={**os.environ, EVENTS: str(events)},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _until_it_listens(port)
            yield Running(port, events, process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until_it_listens(port: int) -> None:
    end = time.monotonic() + 15
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def before_the_first_byte(server: Running) -> str:
    """Leave while the application thinks."""
    server.forget()
    client = server.connect("/waits")
    time.sleep(0.3)
    start = time.monotonic()
    client.close()
    return server.after("left", start)


def before_it_with_more_asked(server: Running) -> str:
    """Leave while the application thinks, after having asked for something more."""
    server.forget()
    client = server.connect("/waits")
    client.sendall(SHORT)
    time.sleep(0.3)
    start = time.monotonic()
    client.close()
    return server.after("left", start)


def after_it_stopped_reading(server: Running) -> str:
    """Leave a stream that nobody has read for a while."""
    server.forget()
    client = server.connect("/slowly")
    client.recv(1000)
    time.sleep(1.5)
    start = time.monotonic()
    client.close()
    return server.after("closed", start)


def in_mid_body(server: Running) -> str:
    """Leave while the application streams."""
    server.forget()
    client = server.connect("/slowly")
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        client.recv(1_000_000)
    start = time.monotonic()
    client.close()
    return server.after("closed", start)


def broken_is_seen(server: Running, path: str) -> str:
    """Whether an answer that broke off looks broken: closed, without end or shorter than said."""
    data = b""
    with server.connect(path) as client:
        try:
            while piece := client.recv(65_536):
                data += piece
        except TimeoutError:
            return "stays open"
        except ConnectionResetError:
            return "reset"
    head, _, body = data.lower().partition(b"\r\n\r\n")
    if b" 500 " in head.split(b"\r\n")[0]:
        return "500"
    if b"transfer-encoding: chunked" in head:
        return "no" if body.endswith(b"0\r\n\r\n") else "yes"
    if b"content-length" in head:
        return "yes" if len(body) < 100 else "no"
    return "no"


def growth(server: Running) -> str:
    """How much a server grows in three seconds in which nobody reads."""
    before = server.megabytes()
    most = before
    with server.connect("/big") as client:
        client.recv(1000)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            most = max(most, server.megabytes())
            time.sleep(0.05)
    return f"{most - before:.1f}"


def keeps_alive(server: Running) -> str:
    """Whether a second request on a connection is answered."""
    with server.connect("/short") as client:
        for _ in range(2):
            data = b""
            while not data.endswith(b"hello"):
                piece = client.recv(1000)
                if not piece:
                    return "no"
                data += piece
            with suppress(OSError):
                client.sendall(SHORT)
    return "yes"


def load(port: int) -> float:
    """Short answers a second over a few connections, each asking again when it was answered."""
    clients = {}
    waiting = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        client = socket.create_connection((HOST, port))
        client.sendall(SHORT)
        clients[waiting.register(client, selectors.EVENT_READ).fd] = (client, bytearray())
    answers, start = 0, time.monotonic()
    while time.monotonic() < start + LOAD_SECONDS:
        for key, _ in waiting.select(1):
            client, data = clients[key.fd]
            data += client.recv(4096)
            if data.endswith(b"hello"):
                data.clear()
                answers += 1
                client.sendall(SHORT)
    return answers / (time.monotonic() - start)


def answers_a_second(server: Running) -> str:
    """The load of another process."""
    return f"{_loaded(server):.0f}"


def work(server: Running) -> str:
    """Microseconds of processor time for an answer; other work on the machine changes it less."""
    before = server.seconds()
    answers = _loaded(server) * LOAD_SECONDS
    return f"{(server.seconds() - before) / answers * 1e6:.0f}"


def _loaded(server: Running) -> float:
    command = [sys.executable, __file__, "--load", str(server.port)]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603


COLUMNS: Final[dict[str, Callable[[Running], str]]] = {
    "before": before_the_first_byte,
    "pipelined": before_it_with_more_asked,
    "mid-body": in_mid_body,
    "stopped": after_it_stopped_reading,
    "chunked": lambda server: broken_is_seen(server, "/breaks"),
    "length": lambda server: broken_is_seen(server, "/breaks/length"),
    "MB": growth,
    "keep-alive": keeps_alive,
    "answers/s": answers_a_second,
    "us/answer": work,
}


def main(names: list[str]) -> None:
    """Measure each server by itself."""
    sys.stdout.write(f"{'':18}" + "".join(f"{column:>12}" for column in COLUMNS) + "\n")
    for name, (modules, _) in SERVERS.items():
        if (names and name not in names) or not all(find_spec(module) for module in modules):
            continue
        sys.stdout.write(f"{name:18}")
        for measure in COLUMNS.values():
            try:
                with serving(name) as server:
                    value = measure(server)
            except OSError as error:
                value = type(error).__name__
            sys.stdout.write(f"{value:>12}")
            sys.stdout.flush()
        sys.stdout.write("\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", name, port]:
            SERVERS[name][1](int(port))
        case ["--load", port]:
            sys.stdout.write(f"{load(int(port)):.0f}\n")
        case names:
            main(names)
