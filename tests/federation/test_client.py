"""What the client asks, and all that an endpoint can do to it."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from tests.federation.endpoints import EMPTY, HEAD, Scripted, answers, scripted, sends

from kg.errors import CancelledError, EndpointError
from kg.federation.addresses import is_public
from kg.federation.client import Client, Request
from kg.federation.endpoints import Endpoint, endpoints
from kg.federation.patience import Patience

QUERY = "SELECT * WHERE { ?s ?p ?o }"
LONG = 60.0


def of(iri: str, *, private: bool = True) -> Endpoint:
    return endpoints([f"{iri} allow-private" if private else iri])[0]


def request(iri: str, seconds: float = LONG, most: int = 100_000, cancel=None) -> Request:
    patience = Patience(seconds, cancel, limit="service_seconds")
    return Request(of(iri), QUERY, patience, most)


def error(server: Scripted, **given) -> EndpointError:
    with pytest.raises(EndpointError) as found:
        Client().ask(request(server.iri, **given))
    assert found.value.endpoint == server.iri
    assert server.iri in found.value.message
    return found.value


def test_a_request_has_the_query_and_nothing_of_whoever_asks():
    with scripted(answers(EMPTY)) as server:
        assert Client().ask(request(server.iri)) == EMPTY
    head, _, body = server.heard[0].decode().partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert lines[0] == "POST /sparql HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert parse_qs(body) == {"query": [QUERY]}
    assert {line.partition(":")[0] for line in lines[1:]} == {
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Content-Type",
        "Content-Length",
        "Connection",
    }


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with scripted(answers(EMPTY)) as server:
        assert Client().ask(request(server.iri)) == EMPTY


def test_chunks_and_answers_without_length_are_read():
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    for whole in (chunked % (len(EMPTY), EMPTY), HEAD + b"\r\n" + EMPTY):
        with scripted(sends(whole)) as server:
            assert Client().ask(request(server.iri)) == EMPTY


def _drip(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.01)


def _silence(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("script", [_silence, _drip])
def test_an_endpoint_that_is_slow_or_never_done_is_given_up_in_time(script):
    with scripted(script) as server:
        found = error(server, seconds=0.3)
    assert found.limit == "service_seconds"
    assert "0.3 s" in found.message


def test_an_endpoint_that_does_not_take_what_it_is_sent_is_given_up_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        iri = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        patience = Patience(0.3, limit="service_seconds")
        long = Request(of(iri), "a" * 20_000_000, patience, 1000)
        with pytest.raises(EndpointError, match=r"service_seconds is 0\.3 s"):
            Client().ask(long)


def _endless(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b"[" * 10_000)


def _endless_chunks(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\n \r\n" * 1000)


def _endless_head(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@pytest.mark.parametrize("script", [_endless, _endless_chunks, _endless_head])
def test_an_endpoint_whose_answer_has_no_end_is_given_up(script):
    with scripted(script) as server:
        found = error(server, most=50_000)
    assert found.limit == "service_bytes"


def test_a_client_that_goes_away_ends_the_request():
    cancel = threading.Event()
    with scripted(_silence) as server:
        threading.Timer(0.2, cancel.set).start()
        with pytest.raises(CancelledError):
            Client().ask(request(server.iri, cancel=cancel))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", "with a redirect"),
        (b"HTTP/1.1 500 Oops\r\n\r\n", "with status 500"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "with text/html, not with"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "with no media type"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n", "in an encoding"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, "does not speak HTTP"),
        (b"", "does not speak HTTP|cannot be reached"),
    ],
)
def test_what_is_no_answer_is_told(answer, words):
    with scripted(sends(answer)) as server:
        found = error(server)
    with pytest.raises(EndpointError, match=words):
        raise found
    assert len(server.heard) == 1, "it was asked again"


def test_a_pause_that_an_endpoint_asks_for_is_told_and_has_a_bound():
    for told, expected in ((b"7", 7), (b"99999999", 3600), (b"soon", None)):
        answer = b"HTTP/1.1 503 Busy\r\nRetry-After: %s\r\n\r\n" % told
        with scripted(sends(answer)) as server:
            assert error(server).retry_after == expected


def test_an_endpoint_that_is_not_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EndpointError, match="cannot be reached: connection refused"):
        Client().ask(request(f"http://127.0.0.1:{port}/sparql"))


NOT_PUBLIC = """127.0.0.1 127.9.9.9 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1
    0.0.0.0 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 ::1 :: fe80::1
    fc00::1 fd12::1 ff02::1 fec0::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::7f00:1
    64:ff9b:1::1 2002:7f00:1::1 2001:0:1::1 2001:db8::1 fe80::1%eth0""".split()


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_not_connected_to(address):
    asked = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8", address]  # one that is public does not help

    endpoint = of("http://remote.example/sparql", private=False)
    with pytest.raises(EndpointError, match="an address that is not public"):
        Client(look_up=look_up).ask(Request(endpoint, QUERY, Patience(LONG), 1000))
    assert asked == ["remote.example"]


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2001:4860::1"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_other_ways_to_write_an_address_are_looked_at_as_well():
    for host in ("127.1", "0x7f.1", "2130706433", "localhost"):
        endpoint = of(f"http://{host}:9/sparql", private=False)
        with pytest.raises(EndpointError, match=r"not public|leads nowhere"):
            Client().ask(Request(endpoint, QUERY, Patience(LONG), 1000))


def test_a_name_is_looked_up_once_so_that_a_second_answer_changes_nothing():
    with scripted(answers(EMPTY)) as server, scripted(answers(b"{}")) as other:
        found = iter([["127.0.0.1"], [f"127.0.0.1:{other.port}"], ["10.0.0.1"]])
        asked = []

        def look_up(host: str, port: int) -> list[str]:
            asked.append(host)
            return next(found)

        iri = f"http://changing.example:{server.port}/sparql"
        assert Client(look_up=look_up).ask(request(iri)) == EMPTY
        assert asked == ["changing.example"]
        assert f"Host: changing.example:{server.port}".encode() in server.heard[0]
        assert other.heard == []


def test_a_name_that_nobody_knows_or_answers_for_is_told():
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("unknown")

    hangs = threading.Event()
    clients = [(unknown, "leads nowhere"), (lambda *_: hangs.wait(20), "did not answer in time")]
    for look_up, words in clients:
        with pytest.raises(EndpointError, match=words):
            Client(look_up=look_up).ask(request("http://remote.example/", seconds=0.3))
    hangs.set()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for remote.example that signs itself."""
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", str(key), "-out", str(cert), "-subj", "/CN=remote.example",
         "-addext", "subjectAltName=DNS:remote.example"],
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return key, cert


@pytest.mark.parametrize(
    ("host", "trusted", "words"),
    [
        ("remote.example", True, None),
        ("other.example", True, "certificate that is not accepted: .*mismatch"),
        ("remote.example", False, "certificate that is not accepted: self.signed"),
    ],
)
def test_the_certificate_has_to_be_that_of_the_name(certificate, host, trusted, words):
    key, cert = certificate
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(cert, key)
    ours = ssl.create_default_context(cafile=str(cert)) if trusted else None
    client = Client(look_up=lambda *_: ["127.0.0.1"], context=ours)
    with scripted(answers(EMPTY), theirs) as server:
        wanted = request(f"https://{host}:{server.port}/sparql")
        if words is None:
            assert client.ask(wanted) == EMPTY
        else:
            with pytest.raises(EndpointError, match=words):
                client.ask(wanted)
            assert server.heard == []


def test_a_peer_that_never_shakes_hands_is_given_up_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        iri = f"https://127.0.0.1:{listener.getsockname()[1]}/sparql"
        with pytest.raises(EndpointError, match="did not answer in time"):
            Client().ask(request(iri, seconds=0.3))
