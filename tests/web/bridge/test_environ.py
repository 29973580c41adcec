"""What the application is told, and what may be called when a client leaves."""

from __future__ import annotations

import asyncio
import threading

import pytest
from tests.web.bridge.served import App, ask, serving

from kg.web.bridge import Bridge
from kg.web.cancel import Cancel
from kg.web.wsgi import environ_of


def test_the_environ_says_what_was_asked(app):
    with serving(Bridge(app, threads=1, max_body=10), root_path="/kg") as place:
        headers = ["X-Two: a", "X-Two: b", "Cookie: a=1", "Cookie: b=2", "X_Two: c", "Proxy: evil"]
        headers += ["Content-Type: text/plain", "Content-Length: 2"]
        ask(place, "/text/%C3%A9%FF%2F?q=%20&r", *headers, method="POST", body=b"hi")
    environ = app.seen
    assert environ["SCRIPT_NAME"] == "/kg"
    assert environ["PATH_INFO"].encode("latin-1") == b"/text/\xc3\xa9\xff/"
    assert environ["QUERY_STRING"] == "q=%20&r"
    assert environ["HTTP_X_TWO"] == "a,b"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "2"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == (place[0], str(place[1]))
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert not {"HTTP_PROXY", "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & set(environ)


def test_an_environ_is_made_without_what_a_server_may_leave_out():
    scope = {"type": "http", "method": "GET", "path": "/é", "http_version": "1.1", "headers": []}
    environ = environ_of(scope)
    assert environ["PATH_INFO"].encode("latin-1") == "/é".encode()
    assert environ["SERVER_NAME"] == "localhost"
    assert environ["REMOTE_ADDR"] == ""


def test_what_asks_to_be_called_is_called_once():
    cancel, calls = Cancel(), []
    cancel.on_set(lambda: calls.append("early"))
    forget = cancel.on_set(lambda: calls.append("forgotten"))
    forget()
    forget()
    assert not cancel.is_set()
    cancel.set()
    cancel.set()
    cancel.on_set(lambda: calls.append("late"))
    assert calls == ["early", "late"]
    assert cancel.wait(0)
    assert isinstance(cancel, threading.Event)


def test_one_that_raises_keeps_no_other_from_being_called():
    cancel, calls = Cancel(), []
    cancel.on_set(lambda: calls.append(1))
    cancel.on_set(lambda: 1 / 0)
    cancel.on_set(lambda: calls.append(2))
    with pytest.raises(ZeroDivisionError):
        cancel.set()
    assert sorted(calls) == [1, 2]
    assert cancel.is_set()


def test_other_protocols_are_not_spoken():
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(Bridge(App(), threads=1, max_body=0)({"type": "websocket"}, None, None))
