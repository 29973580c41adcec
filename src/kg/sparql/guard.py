"""What must not reach an engine is refused here, from the words of the query or update alone.

The engine calls other servers for `SERVICE` and `LOAD`, and its parser and planner recurse: deep or
long queries end the whole process. Everything here takes linear time.

The tokens are those of the SPARQL grammar (the longest that fit). The engine reads character by
character instead, so two readings are closed off: `<b:c#>` after an operand, which it takes for a
comparison with a comment behind it, and `trueSERVICE`, which it takes for two words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeVar

from kg.errors import QueryError
from kg.sparql.lexer import CLOSING, OPENING, Token, tokens, unescape, word
from kg.sparql.prologue import Prologue, read_prologue
from kg.sparql.shape import STANDING, number_of, put_back, taken_out
from kg.sparql.watch import Watch, bad_token, error_at
from kg.store.interface import Limits

UPDATES: Final = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD".split())
FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

BRACKETS: Final = frozenset({*OPENING, *CLOSING})


OPERATION_LIMITS: Final = Limits()

SHAPES: Final = 256
SHAPE_CHARACTERS: Final = 4_000
"""So many shapes of queries are kept with their tokens, none longer than that."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class UpdateLimits:
    """What an update may cost, beside the time and memory of the process that does it.

    `operation` holds for each operation by itself. Of INSERT DATA and DELETE DATA only the nesting
    is limited so, and in templates triples are not counted: neither is planned.
    """

    update_bytes: int = 10_000_000
    tokens: int = 2_000_000
    operations: int = 10_000
    operation: Limits = OPERATION_LIMITS


UPDATE_LIMITS: Final = UpdateLimits()


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """A query that may reach the engine: its tokens, its form and its prologue.

    `body` has the tokens after the prologue. `form` is empty where the text is no query; the
    engine then says what is wrong. Where its `shape` was let through before, this has the same
    tokens but for `iris`, which stand in the place of those in the shape.
    """

    text: str
    tokens: tuple[Token, ...]
    form: str
    prologue: Prologue
    body: tuple[Token, ...] = ()
    shape: Scan | None = None
    iris: tuple[str, ...] = ()
    _made: dict[Callable[[Scan], Any], Any] = field(default_factory=dict)

    def words(self) -> frozenset[str]:
        """The keywords that occur, in upper case."""
        return self.once(_words)

    def once(self, make: Callable[[Scan], Made]) -> Made:
        """What a function makes of the shape: of this where it has none, and only once."""
        of = self.shape or self
        if make not in of._made:
            of._made[make] = make(of)
        found: Made = of._made[make]
        return found

    def of_shape(self, text: str) -> str:
        """A text that was made of the shape, as it is for this."""
        if self.shape is None:
            return text
        return self.text if text is self.shape.text else put_back(text, self.iris)

    def changed(self, text: str, tokens: tuple[Token, ...], body: tuple[Token, ...]) -> Scan:
        """A query that was made of this one."""
        return Scan(text, tokens, self.form, self.prologue, body)

    def filled(self, text: str, iris: tuple[str, ...]) -> Scan:
        """The query of this shape with these IRIs."""
        if not iris:
            return self
        found, before = [], 0
        for token in self.tokens:
            start, at = token.start + before, number_of(token.text) if token.kind == "iri" else None
            filled = token.text if at is None else iris[at]
            found.append(Token(token.kind, filled, start))
            before += len(filled) - len(token.text)
        whole = tuple(found)
        body = whole[len(whole) - len(self.body) :]
        return Scan(text, whole, self.form, self.prologue, body, self, iris)


def _words(scan: Scan) -> frozenset[str]:
    return frozenset(word(token) for token in scan.tokens)


@dataclass(frozen=True, slots=True)
class Part:
    """One operation of an update, with the prologue before it.

    `tokens` has those outside of all brackets, and the outermost brackets; `prefixes` are those of
    all its names, and `labels` the labels of blank nodes in the quads that it inserts.
    """

    tokens: tuple[Token, ...]
    prefixes: frozenset[str]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class UpdateScan:
    """An update that may be evaluated; after its last `;` there is a part without tokens."""

    text: str
    parts: tuple[Part, ...]


def check(text: str, limits: Limits, *, service: bool = False) -> Scan:
    """Let a query through, or raise `QueryError` with the place and what to do instead.

    With `service` a query may have `SERVICE` clauses, which no engine is to see: they have to be
    replaced (`kg.federation`) and what is left to be checked without it.
    """
    _refuse_size(text, limits.query_bytes, "query")
    if len(text) <= SHAPE_CHARACTERS and STANDING not in text:
        shape, iris = taken_out(text)
        known = _known(shape, limits, service)
        if known is not None:
            return known.filled(text, tuple(iris))
    return _checked(text, limits, service)


@lru_cache(SHAPES)
def _known(shape: str, limits: Limits, service: bool) -> Scan | None:
    """A shape that is let through; None where a query of it has to be looked at by itself.

    What is refused depends on kinds of tokens, and on the texts of those that are no IRIs. Each IRI
    has to be a token of its own behind the prologue: it may stand in a string or a comment, be that
    of a prefix, or a whole list.
    """
    try:
        scan = _checked(shape, limits, service)
    except QueryError:
        return None
    taken = sum(token.kind == "iri" and number_of(token.text) is not None for token in scan.body)
    return scan if taken == shape.count(STANDING) else None


def _checked(text: str, limits: Limits, service: bool) -> Scan:
    found = tuple(_checked_tokens(text, limits, service))
    _refuse_what_unescaping_shows(text, _services(found) if service else frozenset())
    prologue, rest = read_prologue(text, found)
    first = word(found[rest]) if rest < len(found) else ""
    return Scan(text, found, first if first in FORMS else "", prologue, found[rest:])


def _services(found: Iterable[Token]) -> frozenset[int]:
    """Where the word `SERVICE` stands."""
    return frozenset(token.start for token in found if word(token) == "SERVICE")


def _checked_tokens(text: str, limits: Limits, service: bool) -> Iterator[Token]:
    watch = Watch(text, limits, "query")
    for token in tokens(text):
        if token.kind == "bad":
            raise bad_token(text, token)
        if not (service and word(token) == "SERVICE"):
            _refuse_word(text, token, token.start)
        watch.add(token)
        yield token
    watch.end()


def check_update(text: str, limits: UpdateLimits = UPDATE_LIMITS) -> UpdateScan:
    """Let an update through, or raise `QueryError` with the place and what to do instead.

    Escapes are looked at as our engine reads them: no other engine sees the text of an update.
    """
    _refuse_size(text, limits.update_bytes, "update")
    return UpdateScan(text, tuple(_parts(text, limits)))


def _parts(text: str, limits: UpdateLimits) -> Iterator[Part]:
    part = _OpenPart(text, limits.operation)
    parts = 1
    for number, token in enumerate(tokens(text), start=1):
        if number > limits.tokens:
            raise _too_much(text, token, f"{limits.tokens} words and signs")
        if token.text == ";" and part.is_outside:
            yield part.ended()
            part = _OpenPart(text, limits.operation)
            parts += 1
        elif parts > limits.operations:
            raise _too_much(text, token, f"{limits.operations} operations")
        else:
            part.add(token)
    yield part.ended()


def _too_much(text: str, token: Token, what: str) -> QueryError:
    message = f"the update has more than {what}"
    return error_at(text, token.start, message, "post it in several parts")


class _OpenPart:
    """A part of an update while its tokens are read."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._watch = Watch(text, limits, "operation")
        self._outside: list[Token] = []
        self._prefixes: set[str] = set()
        self._labels: set[str] = set()
        self._in_data = False

    @property
    def is_outside(self) -> bool:
        """Whether no bracket is open."""
        return self._watch.levels.depth == 0

    def add(self, token: Token) -> None:
        """Take the next token."""
        kind = token.kind
        if kind == "pname":
            self._prefixes.add(token.text[: token.text.index(":")])
        elif kind == "word":
            _refuse_in_update(self._text, token, self.is_outside)
        elif kind == "bad":
            raise bad_token(self._text, token)
        if not self._in_data:
            self._add_clause(token)
        elif kind == "bnode":
            self._labels.add(token.text)
        elif kind == "punct" and token.text in BRACKETS:
            self._watch.add_bracket(token)
            if self.is_outside:
                self._outside.append(token)
                self._in_data = False

    def _add_clause(self, token: Token) -> None:
        was_outside = self.is_outside
        self._watch.add(token)
        if was_outside or self.is_outside:
            before = word(self._outside[-1]) if self._outside else ""
            self._in_data = before == "DATA" and not self.is_outside
            self._outside.append(token)

    def ended(self) -> Part:
        """The whole part."""
        self._watch.end()
        return Part(tuple(self._outside), frozenset(self._prefixes), frozenset(self._labels))


def _refuse_in_update(text: str, token: Token, is_outside: bool) -> None:
    keyword = word(token)
    _refuse_service(text, keyword, token.start)
    if "LOAD" in keyword:
        raise error_at(
            text,
            token.start,
            "LOAD is not offered: this endpoint fetches nothing from other servers",
            "post the triples themselves in INSERT DATA, or use `kg load`",
        )
    if is_outside and keyword in FORMS:
        raise error_at(
            text,
            token.start,
            f"{keyword} is a query, and only updates are read here",
            "queries are posted as application/sparql-query",
        )


def _refuse_word(text: str, token: Token, offset: int) -> None:
    keyword = word(token)
    _refuse_service(text, keyword, offset)
    if keyword in UPDATES:
        raise error_at(
            text,
            offset,
            f"{keyword} is an update, and only queries are answered here",
            "updates are posted as application/sparql-update with a token",
        )


def _refuse_service(text: str, keyword: str, offset: int) -> None:
    if "SERVICE" in keyword:
        raise error_at(
            text,
            offset,
            "SERVICE is not offered: this endpoint asks no other servers",
            "ask each endpoint by itself and join the answers",
        )


def _refuse_what_unescaping_shows(text: str, services: frozenset[int]) -> None:
    """Look again as an engine does that replaces escapes such as `U+0053` first.

    `services` are the places where `SERVICE` may stand, as it does without this.
    """
    plain = unescape(text)
    if plain is None:
        return
    for token in tokens(plain.text):
        offset = plain.offset(token.start)
        if not (offset in services and word(token) == "SERVICE"):
            _refuse_word(text, token, offset)


def _refuse_size(text: str, limit: int, what: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        message = f"U+{ord(text[error.start]):04X} is half a character"
        raise error_at(text, error.start, message, None) from error
    if size > limit:
        raise QueryError(
            f"the {what} has {size} bytes; the limit is {limit}",
            hint="ask in several queries" if what == "query" else "post it in several parts",
        )
