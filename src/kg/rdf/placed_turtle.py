"""Where the triples of Turtle, TriG, N-Triples and N-Quads stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple
from urllib.parse import urljoin

from kg.namespaces import EXTERNAL_PREFIXES, unescape_local
from kg.rdf.placed import Placed
from kg.rdf.upload_turtle import _IN_IRI, _STRING, _UCHAR, _meant

_RDF: Final = EXTERNAL_PREFIXES["rdf"]
_TOKEN: Final = re.compile(
    rf"(?P<skip>[ \t\r\n]++|\#[^\r\n]*+|@[A-Za-z]++(?<!@prefix)(?<!@base)(?:-[A-Za-z0-9]++)*+)"
    rf"|(?P<string>{_STRING})|<(?P<iri>(?:{_IN_IRI}|{_UCHAR})*+)>"
    r"|(?P<blank>_:\w(?:[\w.\-\u00b7]*[\w\-\u00b7])?)"
    r"|(?P<name>(?:[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?)?+:"
    r"(?:[\w:%\-\u00b7]|\\.|\.(?=\.*[\w:%\-\\]))*+)"
    r"|(?P<number>[+-]?(?:\d++(?:\.\d*+)?|\.\d++)[eE][+-]?\d++|[+-]?\d*+\.\d++|[+-]?\d++)"
    r"|(?P<word>@?[A-Za-z]++)|(?P<sign>\^\^|[.;,\[\](){}])|(?P<other>.)",
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


class _Next(Enum):
    """What comes next in a statement."""

    SUBJECT = auto()
    PREDICATE = auto()
    OBJECT = auto()
    END = auto()


_SIGNS: Final = {
    ".": _Next.SUBJECT,
    "{": _Next.SUBJECT,
    "}": _Next.SUBJECT,
    ";": _Next.PREDICATE,
    ",": _Next.OBJECT,
}


class _Frame(NamedTuple):
    """A statement in which brackets have opened."""

    subject: tuple[str, int]
    predicate: tuple[str, int]
    next: _Next
    in_list: bool


def placed_in_turtle(text: str) -> Iterator[Placed]:
    """The triples of a text that is well-formed, in their order."""
    return _Follower(text).triples()


class _Follower:
    """Follows the statements of a text; brackets are kept on a stack and not by recursion."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._subject = self._predicate = ("", 0)
        self._next = _Next.SUBJECT
        self._in_list = False
        self._open: list[_Frame] = []

    def triples(self) -> Iterator[Placed]:
        for token in self._tokens:
            if token.kind == "sign":
                yield from self._sign(token)
            elif token.kind == "word" and token.text.lower().strip("@") in ("prefix", "base"):
                self._declaration(token)
            elif (value := self._value(token)) is not None:
                yield from self._term(value, token.at)

    def _sign(self, token: _Token) -> Iterator[Placed]:
        match token.text:
            case "^^":
                next(self._tokens, None)
            case "[" | "(":
                yield from self._opened(token)
            case "]" | ")":
                self._closed()
            case sign:
                self._next = _SIGNS[sign]

    def _opened(self, token: _Token) -> Iterator[Placed]:
        name = f"_:at {token.at}"
        if self._next is _Next.SUBJECT:
            self._subject = (name, token.at)
            after = _Next.PREDICATE
        else:
            yield from self._term(name, token.at)
            after = self._next
        self._open.append(_Frame(self._subject, self._predicate, after, self._in_list))
        self._subject = (name, token.at)
        self._in_list = token.text == "("
        self._next = _Next.OBJECT if self._in_list else _Next.PREDICATE
        self._predicate = (f"{_RDF}first", token.at)

    def _closed(self) -> None:
        if self._open:
            self._subject, self._predicate, self._next, self._in_list = self._open.pop()

    def _term(self, value: str, at: int) -> Iterator[Placed]:
        if self._next is _Next.SUBJECT:
            self._subject, self._next = (value, at), _Next.PREDICATE
        elif self._next is _Next.PREDICATE:
            self._predicate, self._next = (value, at), _Next.OBJECT
        elif self._next is _Next.OBJECT:
            (subject, subject_at), (predicate, predicate_at) = self._subject, self._predicate
            yield Placed(subject, predicate, value, subject_at, predicate_at, at)
            self._next = _Next.OBJECT if self._in_list else _Next.END

    def _declaration(self, token: _Token) -> None:
        given = next(self._tokens, token)
        if token.text.lower().endswith("base"):
            self._base = self._resolved(given)
        elif (namespace := next(self._tokens, None)) is not None:
            self._prefixes[given.text.partition(":")[0]] = self._resolved(namespace)

    def _value(self, token: _Token) -> str | None:
        match token.kind:
            case "iri":
                return self._resolved(token)
            case "name":
                prefix, _, local = token.text.partition(":")
                return self._prefixes.get(prefix, f"{prefix}:") + unescape_local(local)
            case "word" if token.text == "a":
                return f"{_RDF}type"
            case "word" if token.text not in ("true", "false"):
                return None  # GRAPH, before a name that braces follow
            case "string":
                quotes = 3 if token.text[:3] in ('"""', "'''") and len(token.text) >= 6 else 1
                return _meant(token.text[quotes:-quotes])
        return token.text

    def _resolved(self, token: _Token) -> str:
        iri = _meant(token.text)
        return urljoin(self._base, iri) if self._base else iri


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind not in ("skip", "other"):
            yield _Token(kind, match[kind], match.start())


def value_of(term: str) -> str:
    """The text of an IRI, or the lexical form of a literal that is written as in N-Triples."""
    if not term.startswith('"'):
        return term
    token = next(_tokens(term), None)
    return _meant(token.text[1:-1]) if token is not None and token.kind == "string" else term
