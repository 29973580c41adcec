"""Turtle text to an rdflib graph: errors with their place, lexical forms kept as written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import TurtleError
from kg.namespaces import PREFIXES
from kg.rdf.characters import not_utf8
from kg.rdf.placed import Lines, excerpts_of

XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"

_PLACE = re.compile(r"^Parser error (?:at|between) line .*?: ", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_UNDECLARED = re.compile(r"The prefix ([^:]*): has not been declared")
_SPACED_ID = re.compile(r"(wikidata\.org/(?:entity|wiki)/)\s*+[Qq]?\s++[Qq]?\s*+([0-9]++)")

_OTHERS: Final = (
    ("HTML", re.compile(r"\s*+<(?:!doctype html|html\b)", re.IGNORECASE)),
    ("RDF/XML", re.compile(r"\s*+<(?:\?xml\b|!--|!DOCTYPE\b|[\w.-]*:?RDF\b)")),
    ("JSON", re.compile(r'\s*+(?:\{\s*+["}]|\[\s*+\{\s*+["}])')),
)
"""What is taken for Turtle by mistake; asked only of what is not well-formed."""

_HINTS: Final[tuple[tuple[str, str], ...]] = (
    ("A dot is expected", "the statement before this place needs its closing ' .'"),
    ("not allowed at the beginning of a prefix name", "write a name with a slash as a full IRI"),
    ("No scheme found", "relative IRIs are not read: write the full IRI, or prefix:name"),
    ("Invalid IRI", "percent-encode the character (a space is %20)"),
    ("Line jumps are not allowed", 'put text of several lines between """ and """'),
    ("Unexpected end of file", "a string or an IRI is not closed"),
    ("Unexpected end", "the last statement needs its closing ' .'"),
    ("Unexpected escape", "write a backslash itself as \\\\"),
    ("A language code", "a language tag looks like @en"),
    ("must not be rdf:langString", "give the text a language tag, such as @en"),
    ("should end with a ']'", "the blank node needs its closing ']'"),
    ("is not a valid RDF object", "an object is an IRI, prefix:name, a literal, [ … ] or ( … )"),
    ("is not a valid predicate", "a predicate is an IRI, prefix:name or 'a'"),
    ("is not a valid subject", "check the quotes, and the ',' ';' or '.' before this place"),
)


def read_turtle(path: Path) -> Graph:
    """Read one Turtle file; raises `TurtleError` with line, column and a hint."""
    return parse_turtle(read_text(path), source=str(path))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; raises `TurtleError` if it cannot be read as such."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise TurtleError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", source=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise not_utf8(error, source=str(path)) from error


def parse_turtle(text: str, *, source: str | None = None) -> Graph:
    """Parse Turtle text; literals keep the lexical form that they are written with."""
    with excerpts_of(text):
        return _parsed(text, source)


def _parsed(text: str, source: str | None) -> Graph:
    try:
        return graph_of_quads(ox.parse(text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        if other := _other_format(text):
            raise TurtleError(
                f"this is not Turtle but {other}", hint="convert it to Turtle first", source=source
            ) from error
        raise turtle_error(error, text, source) from error
    except ValueError as error:
        raise TurtleError(
            str(error), hint="files hold RDF 1.1 only: name the triple's content", source=source
        ) from error


def turtle_error(error: SyntaxError, text: str, source: str | None) -> TurtleError:
    """What a parser says of a text in our words, with what to do about it.

    Of a file that is not held in memory the text may be empty.
    """
    message = _CONTROL.sub(lambda found: repr(found[0])[1:-1], _PLACE.sub("", error.msg))
    hint = _wikidata_hint(message, Lines(text).line(error.lineno or 0)) or _hint(message)
    return TurtleError(message, hint=hint, source=source, line=error.lineno, column=error.offset)


def graph_of_quads(quads: Iterable[ox.Quad]) -> Graph:
    """Quads as one graph of rdflib's; raises `ValueError` for what is RDF 1.2."""
    graph = Graph(bind_namespaces="none")
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _other_format(text: str) -> str | None:
    """What a text that is not Turtle looks like from its beginning."""
    return next((name for name, begins in _OTHERS if begins.match(text)), None)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal() if term.direction is not None:
            raise ValueError("a literal with a base direction (RDF 1.2) is not read")
        case ox.Literal() if term.language is not None:
            return Literal(term.value, lang=term.language)
        case ox.Literal() if term.datatype.value == XSD_STRING:
            return Literal(term.value)
        case ox.Literal():
            return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise ValueError("a triple term (RDF 1.2) is not read")


def _wikidata_hint(message: str, line: str | None) -> str | None:
    """What to do about an id of Wikidata that has a space in it."""
    if "Invalid IRI" in message and (found := _SPACED_ID.search(line or "")):
        return f"an id of Wikidata has no space in it: write {found[1]}Q{found[2]}"
    return None


def _hint(message: str) -> str | None:
    if undeclared := _UNDECLARED.search(message):
        prefix = undeclared.group(1)
        known = PREFIXES.get(prefix, "…")
        return f"add '@prefix {prefix}: <{known}> .' at the top"
    return next((hint for part, hint in _HINTS if part in message), None)
