"""The door for RDF from outside: read strictly, within limits, into the form that stores keep.

Whatever comes in is UTF-8 of one of six media types, holds RDF 1.1 only, and is read by the
parser of Oxigraph, which fetches nothing. What that parser would expand, recurse into or leave out
is refused before it (`upload_turtle`, `upload_xml`, `upload_json`); terms are judged after it.

What comes out equals what a store keeps: literals have the lexical form that Oxigraph gives them
(`"01"^^xsd:integer` is `1`), blank nodes have IRIs, no quad is there twice, and they are sorted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.errors import InputError, TurtleError, UnsupportedMediaError
from kg.rdf.characters import FORBIDDEN, Written, decoded, forbidden, hidden_at, place, written_at
from kg.rdf.reader import _CONTROL, _PLACE, XSD_STRING, _hint
from kg.rdf.skolem import skolemised
from kg.rdf.upload_json import guard_json, written_in_json
from kg.rdf.upload_rules import (
    LIMITS,
    NO_BASE,
    Problem,
    UploadLimits,
    iri_problem,
    language_problem,
    text_problem,
)
from kg.rdf.upload_turtle import graph_at, guard_turtle, written_in_turtle
from kg.rdf.upload_xml import guard_xml, written_in_xml

__all__ = ["LIMITS", "MEDIA_TYPES", "UploadLimits", "read_upload"]


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write RDF; the guard may say where the parser has to stop at the latest."""

    format: ox.RdfFormat
    guard: Callable[[str, UploadLimits], int | None]
    written: Callable[[str], Iterator[Written]]
    base: str | None = None


def _turtle(format_: ox.RdfFormat) -> _Form:
    return _Form(format_, guard_turtle, written_in_turtle)


_FORMS: Final = {
    "text/turtle": _turtle(ox.RdfFormat.TURTLE),
    "application/trig": _turtle(ox.RdfFormat.TRIG),
    "application/n-triples": _turtle(ox.RdfFormat.N_TRIPLES),
    "application/n-quads": _turtle(ox.RdfFormat.N_QUADS),
    "application/rdf+xml": _Form(ox.RdfFormat.RDF_XML, guard_xml, written_in_xml, NO_BASE),
    "application/ld+json": _Form(ox.RdfFormat.JSON_LD, guard_json, written_in_json, NO_BASE),
}
MEDIA_TYPES: Final = tuple(_FORMS)
"""What is read."""

_CHARSET: Final = re.compile(r';\s*+charset\s*+=\s*+"?([^\s";]++)', re.IGNORECASE)
_NAMED: Final = re.compile(r"'([^']++)'")


def read_upload(
    data: bytes,
    media_type: str,
    *,
    limits: UploadLimits = LIMITS,
    graph: ox.NamedNode | None = None,
    base: str | None = None,
) -> list[ox.Quad]:
    """The quads of an upload, all in `graph` if it is given, as a store would keep them.

    Raises `UnsupportedMediaError`, `InputError` for what is too large, and `TurtleError` with line,
    column and hint for everything else.
    """
    form = _form(media_type)
    if base is not None and (problem := iri_problem(base, limits) or _no_iri(base)):
        raise InputError(f"the base is not usable: {problem.message}", hint=problem.hint)
    if len(data) > limits.bytes:
        raise InputError(
            f"{len(data)} bytes are too many", hint=f"send at most {limits.bytes} bytes at once"
        )
    text = decoded(data)
    stop = form.guard(text, limits)
    reading = _Reading(text, form, limits, graph)
    quads = list(reading.quads(base))
    if stop is not None:
        raise reading.refused("the text is not well-formed", "check the quotes", stop)
    return _kept(skolemised(quads) if reading.blank else quads, typed=reading.typed)


def _form(media_type: str) -> _Form:
    form = _FORMS.get(media_type.partition(";")[0].strip().lower())
    if form is None:
        raise UnsupportedMediaError(
            f"{media_type[:60]!r} is not read", hint=f"send {', '.join(MEDIA_TYPES)}"
        )
    charset = _CHARSET.search(media_type)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaError(
            f"the charset {charset[1][:60]!r} is not read", hint="send UTF-8"
        )
    return form


def _no_iri(base: str) -> Problem | None:
    try:
        ox.NamedNode(base)
    except ValueError as error:
        return Problem(str(error), "give a full IRI", base)
    return None


def _kept(quads: Iterable[ox.Quad], *, typed: bool) -> list[ox.Quad]:
    """Each quad once, sorted, and if there are typed literals as Oxigraph keeps them."""
    if typed:
        store = ox.Store()
        store.extend(quads)
        quads = store
    return sorted(set(quads), key=str)


class _Reading:
    """One text on its way through the parser; each IRI is judged once, texts all together."""

    def __init__(
        self, text: str, form: _Form, limits: UploadLimits, graph: ox.NamedNode | None
    ) -> None:
        self.blank: set[str] = set()
        self.typed = False
        self._text = text
        self._form = form
        self._limits = limits
        self._graph = graph
        self._iris: set[str] = set()
        self._texts: list[str] = []
        self._expanded = 0

    def quads(self, base: str | None) -> Iterator[ox.Quad]:
        """The quads of the text; raises where one must not be read, for texts only at the end."""
        parsed = ox.parse(self._text, format=self._form.format, base_iri=base or self._form.base)
        try:
            for number, quad in enumerate(parsed, 1):
                subject, predicate, object_, graph = quad
                self._term(subject)
                self._term(predicate)
                self._term(object_)
                if not isinstance(graph, ox.DefaultGraph):
                    self._graph_name(graph)
                self._check_size(number)
                if self._graph is not None:
                    quad = ox.Quad(subject, predicate, object_, self._graph)
                yield quad
        except SyntaxError as error:
            raise self._syntax(error) from error
        if FORBIDDEN.search("\n".join(self._texts)):
            for text in self._texts:
                if problem := text_problem(text, self._limits):
                    raise self._problem(problem)

    def _check_size(self, quads: int) -> None:
        limits = self._limits
        if quads > limits.quads:
            raise _too_large(f"more than {limits.quads} quads")
        if len(self.blank) > limits.blank_nodes:
            raise _too_large(f"more than {limits.blank_nodes} blank nodes")
        if self._expanded > limits.expanded:
            raise _too_large(f"the terms have more than {limits.expanded} characters")

    def _graph_name(self, graph: ox.NamedNode | ox.BlankNode) -> None:
        if self._graph is not None:
            raise self._at_graph(
                graph, "a graph is named", "leave it out: the graph is chosen by the request"
            )
        if isinstance(graph, ox.BlankNode):
            raise self._at_graph(graph, "a graph is a blank node", "name it by an IRI")
        self._term(graph)

    def _at_graph(self, graph: ox.NamedNode | ox.BlankNode, message: str, hint: str) -> TurtleError:
        if self._form.written is written_in_turtle:
            at = graph_at(self._text, graph.value)
        else:
            at = written_at(self._form.written(self._text), graph.value)
        return self.refused(message, hint, at)

    def _term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> None:
        if isinstance(term, ox.NamedNode):
            self._iri(term.value)
        elif isinstance(term, ox.Literal):
            self._literal(term)
        elif isinstance(term, ox.BlankNode):
            self.blank.add(term.value)
        else:
            raise self.refused(
                "triples about triples (RDF 1.2) are not read",
                "files hold RDF 1.1 only: name what the triple says",
            )

    def _iri(self, iri: str) -> None:
        self._expanded += len(iri)
        if iri not in self._iris:
            if problem := iri_problem(iri, self._limits):
                raise self._problem(problem)
            self._iris.add(iri)

    def _literal(self, literal: ox.Literal) -> None:
        text = literal.value
        self._texts.append(text)
        self._expanded += len(text)
        problem = None
        if len(text) > self._limits.literal_length:
            problem = text_problem(text, self._limits)
        elif (language := literal.language) is None:
            datatype = literal.datatype.value
            if datatype != XSD_STRING:
                self.typed = True
                self._iri(datatype)
        elif literal.direction is not None:
            hint = "files hold RDF 1.1 only: leave the direction out"
            problem = Problem("a text with a base direction (RDF 1.2) is not read", hint, text)
        else:
            problem = language_problem(language, self._limits)
        if problem is not None:
            raise self._problem(problem)

    def _problem(self, problem: Problem) -> TurtleError:
        if problem.hidden is None:
            return self.refused(problem.message, problem.hint, self._place(problem.value))
        at = hidden_at(self._form.written(self._text))
        error = forbidden(self._text, at or 0, problem.hidden)
        return error if at is not None else TurtleError(error.message, hint=error.hint)

    def _place(self, value: str) -> int | None:
        at = written_at(self._form.written(self._text), value)
        found = self._text.find(value) if at is None and value else -1
        return found if found >= 0 else at

    def _syntax(self, error: SyntaxError) -> TurtleError:
        """The parser's error; if it has no place, what it names is looked for."""
        message = _PLACE.sub("", error.msg)
        told = _CONTROL.sub(lambda found: repr(found[0])[1:-1], message)[:300]
        if error.lineno is not None:
            return TurtleError(told, hint=_hint(told), line=error.lineno, column=error.offset)
        named = _NAMED.search(message)
        at = self._place(named[1]) if named else None
        return self.refused(told, _hint(told) or "check this place", at)

    def refused(self, message: str, hint: str, at: int | None = None) -> TurtleError:
        """The error that refuses what stands at an offset."""
        line, column = (None, None) if at is None else place(self._text, at)
        return TurtleError(message, hint=hint, line=line, column=column)


def _too_large(message: str) -> InputError:
    return InputError(message, hint="send it in several parts")
