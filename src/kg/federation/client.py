"""Asks one endpoint one query, and trusts nothing that comes back.

The name is looked up once, all its addresses are checked, and the connection goes to one of these
very addresses. No redirect is followed, no proxy of the environment is asked, and nothing of the
caller is sent on but the pattern of the query.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from typing import Final, cast
from urllib.parse import urlencode

from kg.errors import EndpointError, InputError
from kg.federation.addresses import Resolve, addresses_of, resolve
from kg.federation.endpoints import Endpoint
from kg.federation.line import HEAD_BYTES, Line, TooLongError
from kg.federation.patience import ImpatientError, Patience
from kg.federation.trouble import NARROWER, trouble

RESULTS: Final = "application/sparql-results+json"


def agent_for(purpose: str, contact: str = "") -> str:
    """How we call ourselves to those whom we ask: what for, and whom they may write to about it.

    Raises `InputError` for a contact that cannot stand in a comment of a header.
    """
    if not re.fullmatch("[ -'*-~]*", contact):
        raise InputError(
            "a contact is one line of printable ASCII without brackets",
            hint="write an address for mail, or of a page",
        )
    told = "; ".join(filter(None, ("+https://w3id.org/conflict-kg/", purpose, contact)))
    return f"conflict-kg/{version('conflict-kg')} ({told})"


AGENT: Final = agent_for("SERVICE")

RETRY_SECONDS: Final = 3_600
"""A longer pause that an endpoint asks for is told as this one."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query for an endpoint, the time that it may take, and the bytes that may come back.

    `query` goes out as the parameter `parameter`, and the answer has to be of type `media`.
    """

    endpoint: Endpoint
    query: str
    patience: Patience
    most: int
    parameter: str = "query"
    media: str = RESULTS

    def trouble(
        self, what: str, *, hint: str | None = None, limit: str = "", after: int | None = None
    ) -> EndpointError:
        """An error about this request; see `kg.federation.trouble`."""
        return trouble(self.endpoint.iri, what, hint=hint, limit=limit, after=after)


class Client:
    """Sends queries; `look_up` and `context` are those of the system unless others are given.

    `agent` is what the other side is told of who asks.
    """

    def __init__(
        self,
        *,
        look_up: Resolve = resolve,
        context: ssl.SSLContext | None = None,
        agent: str = AGENT,
    ) -> None:
        self._look_up = look_up
        self._given = context
        self._agent = agent

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._given or ssl.create_default_context()

    def ask(self, request: Request) -> bytes:
        """The body of the answer to a query; raises `EndpointError`, or `CancelledError`."""
        try:
            found = addresses_of(request.endpoint, request.patience, self._look_up)
            with self._connected(request, found) as line:
                line.send(_message(request, self._agent))
                return _body(request, line)
        except ImpatientError as error:
            message = f"did not answer in time: {error.limit} is {error.seconds:g} s"
            raise request.trouble(message, limit=error.limit) from error
        except TooLongError as error:
            message = f"answers with more than {request.most} bytes"
            raise request.trouble(message, hint=NARROWER, limit="service_bytes") from error
        except ssl.SSLCertVerificationError as error:
            what = f"has a certificate that is not accepted: {error.verify_message}"
            raise request.trouble(what) from error
        except (HTTPException, ValueError) as error:
            raise request.trouble("does not speak HTTP") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise request.trouble(f"cannot be reached: {reason}") from error

    def _connected(self, request: Request, addresses: Sequence[str]) -> Line:
        """A line to the first of the addresses that answers."""
        endpoint = request.endpoint
        most = request.most + HEAD_BYTES
        for number, address in enumerate(addresses, start=1):
            try:
                line = Line(address, endpoint.port, request.patience, most)
            except OSError:
                if number == len(addresses):
                    raise
                continue
            try:
                if endpoint.secure:
                    line.secure(self._context, endpoint.host)
            except BaseException:
                line.close()
                raise
            return line
        raise request.trouble("has a name that leads nowhere")


def _message(request: Request, agent: str) -> bytes:
    """The whole request; `Connection: close` since none is kept."""
    body = urlencode({request.parameter: request.query}).encode()
    head = (
        f"POST {request.endpoint.target} HTTP/1.1\r\n"
        f"Host: {request.endpoint.authority}\r\n"
        f"User-Agent: {agent}\r\n"
        f"Accept: {request.media}\r\n"
        "Accept-Encoding: identity\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def _body(request: Request, line: Line) -> bytes:
    response = HTTPResponse(cast("socket.socket", line), method="POST")  # it asks for a file only
    response.begin()
    _refuse_what_is_no_answer(request, response)
    body = bytearray()
    while chunk := response.read(65_536):
        body += chunk
        if len(body) > request.most:
            raise TooLongError
    return bytes(body)


def _refuse_what_is_no_answer(request: Request, response: HTTPResponse) -> None:
    if 300 <= response.status < 400:
        hint = "redirects are not followed: an operator can allow the place it leads to"
        raise request.trouble("answers with a redirect", hint=hint)
    if response.status != 200:
        after = _seconds(response.getheader("Retry-After", ""))
        raise request.trouble(f"answers with status {response.status}", after=after)
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if kind != request.media:
        told = kind[:60] if kind.isprintable() else ""
        raise request.trouble(f"answers with {told or 'no media type'}, not with {request.media}")
    if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
        raise request.trouble("answers in an encoding that was not asked for")


def _seconds(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return min(int(text), RETRY_SECONDS)
