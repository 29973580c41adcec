"""What an endpoint of others may do to us, and what is then said."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from kg.errors import InputError, LimitError, NotFoundError, QueryError, StoreError
from kg.store.remote_http import Access, Http, Request, authorization, checked_address

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def serving(answer: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """A server that reads the head of each request and then does what it is told."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_now: list[socket.socket] = []

    def run() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_now.append(connection)
                with connection, suppress(OSError):
                    while head := connection.recv(65_536):
                        answer(connection, head)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
    finally:
        for each in (*open_now, listener):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def says(data: bytes) -> Callable[[socket.socket, bytes], None]:
    """An answer after which the connection ends."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)

    return answer


def read(
    url: str, *, seconds: float = 10.0, most: int = 1_000, access: Access | None = None
) -> bytes:
    return Http(access or Access()).read(Request(url, "*/*", b"query=x"), seconds, most)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (b"400 No", QueryError),
        (b"401 No", StoreError),
        (b"403 No", StoreError),
        (b"404 No", NotFoundError),
        (b"302 Found\r\nLocation: http://127.0.0.1:9/", StoreError),
        (b"429 Slow", StoreError),
        (b"500 Oh", StoreError),
        (b"503 Busy", StoreError),
    ],
)
def test_each_status_that_is_no_answer_is_an_error_of_ours(status, error):
    answer = says(b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\nwords")
    with serving(answer) as url, pytest.raises(error) as caught:
        read(url)
    assert type(caught.value) is error


def test_what_the_endpoint_says_about_a_query_is_told_in_one_printable_line():
    body = b"line 1,\n\x1b[2Jcolumn 2"
    head = b"HTTP/1.1 400 No\r\nContent-Length: %d\r\n\r\n" % len(body)
    with serving(says(head + body)) as url, pytest.raises(QueryError) as caught:
        read(url)
    assert caught.value.message == "line 1, [2Jcolumn 2"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not http\r\n\r\n",
        OK + b"Content-Length: 10\r\n\r\nhalf",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    ],
)
def test_an_answer_that_breaks_off_never_looks_whole(answer):
    with serving(says(answer)) as url, pytest.raises(StoreError):
        read(url)


def test_nobody_there_is_an_error_with_a_hint():
    with pytest.raises(StoreError) as caught:
        read("http://127.0.0.1:1/sparql")
    assert caught.value.hint


def test_an_endpoint_that_drips_is_left_at_the_deadline():
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n")
        while connection.send(b"x"):
            threading.Event().wait(0.02)

    with serving(drip) as url, pytest.raises(LimitError) as caught:
        read(url, seconds=0.3, most=10_000_000)
    assert caught.value.limit == "seconds"


def test_a_silent_endpoint_is_left_by_who_gives_up():
    with serving(lambda connection, _: threading.Event().wait(0.0)) as url:
        call = Http(Access()).call(Request(url, "*/*"), None)
        threading.Timer(0.2, call.abort).start()
        with pytest.raises(StoreError):
            call.open()
        call.close()


def test_an_answer_longer_than_its_cap_is_not_read_on():
    answer = says(OK + b"Content-Length: 2000\r\n\r\n" + b"x" * 2000)
    with serving(answer) as url, pytest.raises(LimitError, match="1000 bytes"):
        read(url)


def test_a_connection_is_used_again():
    seen: list[tuple[str, int]] = []

    def answer(connection: socket.socket, _: bytes) -> None:
        seen.append(connection.getpeername())
        connection.sendall(OK + b"Content-Length: 2\r\n\r\nok")

    with serving(answer) as url:
        http = Http(Access())
        for _ in range(3):
            assert http.read(Request(url, "*/*"), 10, 100) == b"ok"
        del http
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_credentials_are_sent_and_shown_nowhere():
    heads: list[bytes] = []

    def refuse(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        says(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")(connection, head)

    access = Access(authorization("Basic ada:hidden-word", "a file"))
    with serving(refuse) as url, pytest.raises(StoreError) as caught:
        read(url, access=access)
    assert b"Authorization: Basic YWRhOmhpZGRlbi13b3Jk" in heads[0]
    for shown in (str(caught.value), repr(access)):
        assert "hidden" not in shown
        assert "YWRh" not in shown


@pytest.mark.parametrize("text", ["hidden", "Basic hidden", "Bearer hid den", "Bearer "])
def test_what_are_no_credentials_is_not_repeated(text):
    with pytest.raises(InputError) as caught:
        authorization(text, "a file")
    assert "hid" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://ada:hidden@example.org/", "ftp://example.org/", "https:///x", "http://e:port/"],
)
def test_an_address_is_one_of_http_without_credentials(url):
    with pytest.raises(InputError) as caught:
        checked_address(url, Access())
    assert "hidden" not in str(caught.value)


def test_credentials_are_not_sent_in_clear_to_another_machine():
    access = Access("Bearer x")
    for url in ("https://example.org/sparql", "http://127.0.0.1:3030/ds", "http://localhost/"):
        assert checked_address(url, access) == url
    with pytest.raises(InputError, match="in clear"):
        checked_address("http://example.org/sparql", access)
