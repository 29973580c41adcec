"""One upload on its way through the parser, where its terms are judged and their places found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import InputError, TurtleError
from kg.rdf.characters import FORBIDDEN, Written, forbidden, hidden_at, place, written_at
from kg.rdf.placed import Lines
from kg.rdf.reader import _CONTROL, _PLACE, XSD_STRING, _hint, _wikidata_hint
from kg.rdf.upload_rules import Problem, UploadLimits, iri_problem, language_problem, text_problem
from kg.rdf.upload_turtle import graph_at, written_in_turtle

_NAMED: Final = re.compile(r"'([^']++)'")
_CHECK: Final = "compare this place with the specification of the format"
_MENTIONS: Final = 5
"""How often a blank node is mentioned on average, at most: telling them apart takes that long."""


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write RDF; the guard may say where the parser has to stop at the latest."""

    format: ox.RdfFormat
    guard: Callable[[str, UploadLimits], int | None]
    written: Callable[[str], Iterator[Written]]
    base: str | None = None


Target: TypeAlias = ox.NamedNode | ox.DefaultGraph | None
"""The graph that all quads are put into; None leaves them where the text has them."""


class Reading:
    """One text on its way through the parser; each IRI is judged once, texts all together."""

    def __init__(self, text: str, form: Form, limits: UploadLimits, graph: Target) -> None:
        self.blank: set[str] = set()
        self.typed = False
        self._text = text
        self._form = form
        self._limits = limits
        self._graph = graph
        self._iris: set[str] = set()
        self._texts: list[str] = []
        self._expanded = 0
        self._mentions = 0

    def quads(self, base: str | None, *, rename: bool = False) -> Iterator[ox.Quad]:
        """The quads of the text; raises where one must not be read, for texts only at the end.

        With `rename`, blank nodes have labels that no other text has.
        """
        parsed = ox.parse(
            self._text,
            format=self._form.format,
            base_iri=base or self._form.base,
            rename_blank_nodes=rename,
        )
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
        places = _MENTIONS * limits.blank_nodes
        if self._mentions > places:
            raise _too_large(f"blank nodes stand in more than {places} places")
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
            self._mentions += 1
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
            line = Lines(self._text).line(error.lineno)
            hint = _wikidata_hint(told, line) or _hint(told) or _CHECK
            return TurtleError(told, hint=hint, line=error.lineno, column=error.offset)
        named = _NAMED.search(message)
        at = self._place(named[1]) if named else None
        return self.refused(told, _hint(told) or _CHECK, at)

    def refused(self, message: str, hint: str, at: int | None = None) -> TurtleError:
        """The error that refuses what stands at an offset."""
        line, column = (None, None) if at is None else place(self._text, at)
        return TurtleError(message, hint=hint, line=line, column=column)


def _too_large(message: str) -> InputError:
    return InputError(message, hint="send it in several parts")
