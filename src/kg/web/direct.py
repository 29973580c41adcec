"""Answers to light queries, given in the event loop: in front of the application and its threads.

An ASGI application around another one. It asks the store itself where a request is no more than a
query of ordinary length, and answers where the answer is there in one piece. All else goes on, with
what came of the query where it was asked already: an error to be told, or an answer that is long.
What a request means and what a response says is worked out by the functions of the application.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NoReturn, TypeAlias

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from kg.columnar.keeping import NAME
from kg.columnar.near import Near
from kg.errors import KgError, QueryError, StoreError
from kg.processes.link import Link
from kg.sparql.advice import advise
from kg.sparql.guard import Scan
from kg.sparql.service import LIMITS, Answer, Wish, advice_on, engine_text, planned, told
from kg.sparql.terms import terms_at_hand, terms_of
from kg.sparql.unmentioned import remember, unfound
from kg.store import wire
from kg.store.answers import EXPLANATION
from kg.store.connection import connected, resumed
from kg.store.interface import WHOLE, Asker, ByteStream, Cancel, Generation
from kg.store.served import IDLE, ServedStore, query_message
from kg.web.access import client_of
from kg.web.alike import Alike, Sent, like_of, sent
from kg.web.asking import Asking
from kg.web.at_once import AtOnce
from kg.web.bridge import Application, Receive, Send, until_gone
from kg.web.journal import BEGAN, ID_HEADER, request_id_from, tell
from kg.web.kept import HEAD, Kept, known_again
from kg.web.protocol import Asked, asked
from kg.web.sending import Sending, Whole
from kg.web.sparql import BEGUN, accepted, told_as, wants_page
from kg.web.wsgi import ENVIRON, Message, environ_of

PATH: Final = "/sparql"
CHARACTERS: Final = 4_000
"""Reading a longer query takes a while, for which all others would wait."""

SIGNS: Final = 30
"""Reading a query with more signs between its parts may take a while; so deep may it nest."""

_SIGNS: Final = frozenset(".;,/|[{(!&")

BYTES: Final = 16_000
"""So long may such a query be in an address or in a form."""

BODY_SECONDS: Final = 0.5
"""A body that takes longer is waited for elsewhere."""

_ID: Final = "kg.request_id"
_ID_GIVEN: Final = "HTTP_X_REQUEST_ID"
_NOT_HERE: Final = frozenset(
    {b"authorization", b"if-match", b"if-none-match", b"range", b"transfer-encoding", b"expect"}
)

Begun: TypeAlias = Callable[[Cancel | None], Answer]
"""Gives what came of a query, or raises it, in a thread of the application."""


@dataclass(frozen=True, slots=True)
class _Query:
    """A query that is asked from here, and the `generation` in which its `names` are looked up."""

    scan: Scan
    text: str
    message: wire.Message
    names: Sequence[str]
    generation: Generation


class Direct:
    """Answers light queries over a store for `app`, whose responses end with `finish`.

    `stall` is that of `Sending`.
    """

    def __init__(
        self,
        app: Application,
        asking: Asking,
        store: ServedStore,
        finish: Callable[[Request, BaseResponse], BaseResponse],
        near: Near | None = None,
        stall: float = 60.0,
    ) -> None:
        self._app = app
        self._asking = asking
        self._store = store
        self._finish = finish
        self._copy = None if near is None else AtOnce(near)
        self._alike, self._sending = Alike(), Sending(stall)
        self._idle: list[Link] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        if not _may_be_light(scope):
            await self._app(scope, receive, send)
            return
        began, first = time.perf_counter(), await _first(scope, receive)
        if first is None:
            await self._app(scope, receive, send)
            return
        plain = _sent(scope, first)
        if plain is not None and await self._is_answered_alike(plain, scope, send, began):
            return
        gone = asyncio.ensure_future(until_gone(receive))
        try:
            request = _request(scope, first)
            found = None if request is None else await self._found(request, plain, gone)
        finally:
            gone.cancel()
        if request is not None and isinstance(found, BaseResponse):
            await self._sending.respond(request, _request_id(request), found, send, began)
        elif not _has_left(gone):
            more = {} if request is None else {_ID_GIVEN: _request_id(request), BEGAN: began}
            more |= {} if found is None else {BEGUN: found}
            await self._app({**scope, ENVIRON: more}, _replayed(first, receive), send)

    def of_bytes(self, data: bytes) -> Kept | None:
        """The answer to a request like an earlier one that came in the same way, as bytes."""
        plain = self._alike.read(data) if len(data) <= BYTES else None
        return None if plain is None else self._answer_alike(plain)

    def close(self) -> None:
        """Let go of the connections that are kept for the next queries."""
        while self._idle:
            self._idle.pop().close()

    async def _is_answered_alike(
        self, plain: Sent, scope: Message, send: Send, began: float
    ) -> bool:
        """Answer a request that is like an earlier one, if it is one."""
        answer = self._answer_alike(plain)
        if answer is None:
            return False
        if known_again(scope):
            self._alike.know(scope[HEAD], plain)
        head = {"type": "http.response.start", "status": HTTPStatus.OK, "headers": answer.headers}
        own = request_id_from(dict(scope["headers"]).get(ID_HEADER, b"").decode("latin-1"))
        await self._sending.send(head, own, answer.body, send)
        tell(own, scope["method"], PATH, HTTPStatus.OK, time.perf_counter() - began)
        return True

    def _answer_alike(self, plain: Sent) -> Kept | None:
        """The answer to a request that is like an earlier one; None where it is not."""
        copy, generation = self._copy, self._store.generation()
        found = self._alike.find(plain, generation)
        if copy is None or found is None or self._asking.own_writes.newest > generation:
            return None
        like, text, differing = found
        answer = copy.answer(generation, text, like.media_type)
        if answer is None or copy.unknown(generation, differing):
            return None
        if not self._sending.takes(like.request, answer[1]):
            return None
        return Kept(generation, *like.response(self._asking, plain.text, answer[1], generation))

    async def _found(
        self, request: Request, plain: Sent | None, gone: asyncio.Task[None]
    ) -> BaseResponse | Begun | None:
        """The response; or what the application goes on with; None where it begins itself."""
        try:
            question = asked(request)
            query = self._query(request, question)
        except (KgError, HTTPException):
            return None  # the application finds the same, and tells it
        if query is None:
            return None
        made_here = self._made_here(query)
        if made_here is not None:
            response = self._response(request, question, query, made_here)
            if plain is not None and isinstance(response, BaseResponse):
                self._learn(plain, (request, question), query, response)
            return response
        try:
            link = self._idle.pop() if self._idle else _new_link(self._store)
        except StoreError as error:
            return _raising(error)
        found = await _exchanged(link, query, gone)
        if found is None or "error" in found[0] or gone.done():
            link.close()
            return None if gone.done() else _failed(found)
        if not found[0].get("end"):
            connection = link.detach()
            return lambda cancel: self._advised(query, resumed(connection, *found, cancel))
        self._keep(link)
        if self._copy is not None:
            self._copy.learn(query.text)
        return self._response(request, question, query, found)

    def _made_here(self, query: _Query) -> tuple[wire.Message, bytes] | None:
        """The answer of the copy in this process, for what takes next to nothing there."""
        copy, generation = self._copy, query.generation
        whole = query.message["dataset"] == wire.dataset_message(WHOLE)
        least = query.message["at_least"] or 0
        if copy is None or not whole or least > generation or not _is_short(query.scan):
            return None
        found = copy.answer(generation, query.text, query.message["accept"])
        if found is None:
            return None
        missing = copy.unknown(generation, query.message["names"])
        head = {"media_type": found[0], "generation": generation, "answered_by": NAME}
        return {**head, "missing": missing}, found[1]

    def _learn(
        self, plain: Sent, asked: tuple[Request, Asked], query: _Query, response: BaseResponse
    ) -> None:
        """Let requests like one that was answered at once have a response like its own."""
        if plain.text != asked[1].text:
            return  # the application has read it in another way
        shape = query.scan.shape or query.scan
        text = engine_text(self._store, shape)[0]
        like = like_of(asked, shape, text, query.message["accept"], response)
        if like is not None:
            self._alike.learn(plain, query.generation, like)

    def _response(
        self, request: Request, question: Asked, query: _Query, found: tuple[wire.Message, bytes]
    ) -> BaseResponse | Begun:
        """The response with a whole answer, unless more has to be asked for its warnings."""
        head, data = found
        generation = int(head["generation"])
        whole = Whole(str(head["media_type"]), generation, str(head["answered_by"]), data)
        is_settled = not head["missing"] and generation == query.generation
        if not is_settled or not self._sending.takes(request, data):
            return lambda _: self._advised(query, whole)
        remember(self._store, query.names, generation)
        warnings = told(list(advise(query.scan, terms_of(self._store))))
        answer = Answer(whole, query.scan.form, warnings)
        return self._finish(request, told_as(answer, self._asking, question, request))

    def _query(self, request: Request, question: Asked) -> _Query | None:
        """The query to be asked; None where it is the application that answers."""
        text, services = question.text, self._asking.services
        is_other = question.update is not None or question.release is not None
        if text is None or is_other or len(text) > CHARACTERS or wants_page(question, request):
            return None
        terms = terms_at_hand(self._store)
        if terms is None:
            return None
        who = Asker(client_of(request.remote_addr or "unknown"), False, _request_id(request))
        wish = Wish(accepted(self._asking, question, request), question.dataset, who, LIMITS)
        plan = planned(self._store, text, wish, service=services is not None)
        changed, of_each_graph = engine_text(self._store, plan.scan)
        if of_each_graph or plan.asks_others or plan.media_type == EXPLANATION:
            return None
        at_least = self._asking.own_writes.at_least(who, question.at_least)
        generation = max(self._store.generation(), at_least or 0)
        names = list(unfound(self._store, plan.scan, terms, generation))
        message = query_message(plan.media_type, plan.dataset, at_least, None, who, names)
        return _Query(plan.scan, changed, message, names, generation)

    def _advised(self, query: _Query, stream: ByteStream) -> Answer:
        warnings = advice_on(self._store, query.scan, stream.generation)
        return Answer(stream, query.scan.form, warnings)

    def _keep(self, link: Link) -> None:
        if len(self._idle) < IDLE:
            self._idle.append(link)
        else:
            link.close()


def _is_short(scan: Scan) -> bool:
    signs = scan.once(_signs)
    return signs <= SIGNS


def _signs(scan: Scan) -> int:
    return sum(token.text[:1] in _SIGNS for token in scan.body if token.kind != "string")


def _may_be_light(scope: Message) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "POST"):
        return False
    if scope["path"].removeprefix(scope.get("root_path", "")) != PATH:
        return False
    is_old = scope["http_version"] == "1.0"
    names = {name for name, _ in scope["headers"]}
    if scope["method"] == "GET" and b"content-length" in names:
        return False
    return not is_old and len(scope["query_string"]) <= BYTES and not names & _NOT_HERE


async def _first(scope: Message, receive: Receive) -> Message | None:
    """The request with its body; None where it is not there soon, and others wait for it."""
    if scope["method"] == "GET":
        return await receive()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await receive()
    except TimeoutError:
        return None


def _new_link(store: ServedStore) -> Link:
    return Link(connected(store.folder), exact=True)


async def _exchanged(
    link: Link, query: _Query, gone: asyncio.Task[None]
) -> tuple[wire.Message, bytes] | None:
    """Ask, and wait for the beginning of the answer for as long as the client is there."""
    gone.add_done_callback(lambda task: None if task.cancelled() else link.shut())
    try:
        await link.send(query.message, query.text.encode())
        found = await link.receive()
        while found is not None and wire.is_of_another(found[0], query.message["number"]):
            found = await link.receive()
        return found
    except BaseException:
        link.close()
        raise


def _sent(scope: Message, first: Message) -> Sent | None:
    """See `sent`; None too where not all of the body is there, or it is long."""
    data = _whole_body(first)
    return None if data is None else sent(scope, data)


def _whole_body(first: Message) -> bytes | None:
    data: bytes = first.get("body", b"")
    is_whole = first["type"] == "http.request" and not first.get("more_body")
    return data if is_whole and len(data) <= BYTES else None


def _request(scope: Message, first: Message) -> Request | None:
    """The request, where all of its body is there and not long."""
    data = _whole_body(first)
    if data is None:
        return None
    environ = environ_of(scope)
    own = request_id_from(environ.get(_ID_GIVEN, ""))
    return Request({**environ, "wsgi.input": io.BytesIO(data), _ID: own})


def _request_id(request: Request) -> str:
    return str(request.environ[_ID])


def _has_left(gone: asyncio.Task[None]) -> bool:
    return gone.done() and not gone.cancelled()


def _failed(found: tuple[wire.Message, bytes] | None) -> Begun | None:
    """What raises the error that came; None for one of the query, which is explained elsewhere."""
    if found is None:
        return _raising(StoreError("the answer was broken off", hint="try again"))
    error = wire.error_of(found[0])
    return None if isinstance(error, QueryError) else _raising(error)


def _raising(error: KgError) -> Begun:
    def raised(_: Cancel | None) -> NoReturn:
        raise error

    return raised


def _replayed(first: Message, receive: Receive) -> Receive:
    """What gives a message that was received already, and then the others."""
    kept = [first]

    async def again() -> Message:
        return kept.pop() if kept else await receive()

    return again
