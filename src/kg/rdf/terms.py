"""How one RDF term is written in Turtle, and how terms are ordered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Final

import pyoxigraph as ox
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node

from kg.errors import TurtleError
from kg.namespaces import PREFIXES

SortKey = tuple[object, ...]

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_DIGITS = re.compile(r"([0-9]+)")

_SHORTHAND: Final[dict[URIRef, re.Pattern[str]]] = {
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}
"""Literals that Turtle lets stand without quotes, with the lexical forms for which it does."""

_ESCAPES: Final[dict[str, str]] = {"\\": r"\\", "\r": r"\r", "\b": r"\b", "\f": r"\f"}
# Control characters, and the invisible ones that make text read other than it is.
_INVISIBLE = re.compile(
    "[\\\\\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)


class Terms:
    """Writes terms with the given prefixes, and remembers which of these it used."""

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self.used: set[str] = set()
        self._by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._lengths = sorted({len(n) for n in self._by_namespace}, reverse=True)
        self._iris: dict[str, tuple[str, str | None]] = {}

    def predicate(self, term: Node) -> str:
        """An IRI in predicate position, where `a` stands for rdf:type."""
        return "a" if term == RDF.type else self.iri(term)

    def iri(self, term: Node) -> str:
        """`prefix:name` where no escape is needed, else the full IRI."""
        if not isinstance(term, URIRef):
            raise TurtleError(f"only an IRI can stand here: {term!r}")
        text, prefix = self._iris.get(term) or self._shorten(term)
        if prefix is not None:
            self.used.add(prefix)
        return text

    def _shorten(self, term: URIRef) -> tuple[str, str | None]:
        value = str(term)
        try:
            ox.NamedNode(value)
        except ValueError as error:
            raise TurtleError(f"not an absolute IRI: <{value}>", hint=str(error)) from error
        result: tuple[str, str | None] = (f"<{value}>", None)
        for length in self._lengths:
            prefix = self._by_namespace.get(value[:length])
            if prefix is not None and _PLAIN_LOCAL.fullmatch(value, length):
                result = (f"{prefix}:{value[length:]}", prefix)
                break
        self._iris[term] = result
        return result

    def literal(self, term: Literal) -> str:
        """A literal with the lexical form that it has."""
        lexical = str(term)
        if term.language:
            return f"{_quoted(lexical)}@{term.language}"
        if term.datatype is None or term.datatype == XSD.string:
            return _quoted(lexical)
        shorthand = _SHORTHAND.get(term.datatype)
        if shorthand is not None and shorthand.fullmatch(lexical):
            return lexical
        return f"{_quoted(lexical)}^^{self.iri(term.datatype)}"


def _quoted(text: str) -> str:
    escaped = _INVISIBLE.sub(lambda m: _ESCAPES.get(m[0], f"\\u{ord(m[0]):04X}"), text)
    if "\n" in escaped:
        closing_safe = re.sub(r'"(?="|\Z)', r"\"", escaped)
        return f'"""{closing_safe}"""'
    return '"' + escaped.replace('"', r"\"") + '"'


def natural(text: str) -> SortKey:
    """Orders `000-3-1` before `000-12-1`: runs of digits count as numbers, ties as text."""
    parts = _DIGITS.split(text)
    numbers = [(len(n.lstrip("0")), n.lstrip("0")) for n in parts[1::2]]
    return (tuple(chain.from_iterable(zip(parts[::2], [*numbers, ()], strict=True))), text)


def predicate_key(predicate: Node) -> SortKey:
    """rdf:type first, then rdfs:label, then by IRI."""
    return (predicate != RDF.type, predicate != RDFS.label, str(predicate))


def object_key(term: Node) -> SortKey:
    """IRIs first, then literals by language, datatype and text."""
    if isinstance(term, Literal):
        return (1, term.language or "", str(term.datatype or ""), natural(str(term)))
    return (0, natural(str(term)))
