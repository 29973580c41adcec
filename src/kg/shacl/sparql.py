"""SPARQL-based constraints, and those of SPARQL-based constraint components."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl.paths import Step, to_sparql
from kg.shacl.prebinding import BindableQuery
from kg.shacl.report import Result
from kg.shacl.shapes import Run, Shape
from kg.shacl.terms import Term

_PATH: Final = re.compile(r"[$?]PATH\b")
_FIELD: Final = re.compile(r"\{[$?](\w+)\}")

Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A SELECT or ASK query of a constraint, with its prefixes written out."""

    text: str
    names: frozenset[str]
    prefixes: Mapping[str, str]

    def check(self, path: str = "<urn:x-kg-path>") -> None:
        """Raise `ShaclFailure` if it is no query that can be pre-bound."""
        any_node = ox.NamedNode("urn:x-kg-any")
        self._ask(ox.Store(), path, dict.fromkeys(self.names, any_node))

    def ask(self, run: Run, shape: Shape, values: Row) -> list[Row] | bool:
        """Solutions, or the answer; raises `ShaclFailure` if it cannot be evaluated."""
        graph = run.graph.queried()
        bound = dict(values) | {"currentShape": shape.node}
        if graph.shapes is not None:
            bound["shapesGraph"] = graph.shapes
        elif "shapesGraph" in self.text:
            raise ShaclFailure("the graph of shapes cannot be queried here")
        path = "" if shape.path is None else to_sparql(shape.path)
        return self._ask(graph, path, bound)

    def _ask(self, graph: object, path: str, values: Row) -> list[Row] | bool:
        query = BindableQuery(_PATH.sub(lambda _: path, self.text), self.names)
        prepared = query.bind(values)
        try:
            found = graph.query(  # type: ignore[attr-defined]
                prepared.text, prefixes=dict(self.prefixes), **prepared.options
            )
            if isinstance(found, ox.QuerySolutions):
                return _rows(found)
            return bool(found)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise ShaclFailure(f"a query of a shape cannot be run: {error}") from error


def _rows(found: ox.QuerySolutions) -> list[Row]:
    names = [variable.value for variable in found.variables]
    return [{name: term for name in names if (term := row[name]) is not None} for row in found]


@dataclass(frozen=True, slots=True, eq=False)
class SparqlConstraint:
    """sh:sparql: each solution of a SELECT query is a result."""

    component: ox.NamedNode
    query: Query
    node: Term | None
    messages: tuple[ox.Literal, ...]
    parameters: Mapping[str, Term]

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        rows = self.query.ask(run, shape, {**self.parameters, "this": focus})
        for row in rows if isinstance(rows, list) else ():
            if "failure" in row and getattr(row["failure"], "value", "") == "true":
                raise ShaclFailure(f"the query of {shape.node} reports a failure")
            yield self._result(shape, focus, row)

    def _result(self, shape: Shape, focus: Term, row: Row) -> Result:
        path = row.get("path") if shape.path is None else None
        value = row.get("value", focus if shape.path is None else None)
        step = Step(path) if isinstance(path, ox.NamedNode) else None
        made = shape.result(self, focus, value, path=step)
        filled = {"this": focus, **self.parameters, **row}
        messages = _of_row(row) or self.messages or shape.messages or made.messages
        return replace(
            made,
            source_constraint=self.node,
            messages=tuple(_filled(message, filled) for message in messages),
        )

    def __str__(self) -> str:
        return "The query of the constraint finds nothing."


@dataclass(frozen=True, slots=True, eq=False)
class AskConstraint:
    """A constraint of a component whose ASK query is true of each value node."""

    component: ox.NamedNode
    query: Query
    messages: tuple[ox.Literal, ...]
    parameters: Mapping[str, Term]

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        for value in values:
            bound = {**self.parameters, "this": focus, "value": value}
            if not self.query.ask(run, shape, bound):
                made = shape.result(self, focus, value)
                messages = self.messages or made.messages
                filled = tuple(_filled(message, bound) for message in messages)
                yield replace(made, messages=filled)

    def __str__(self) -> str:
        return f"Values keep {self.component}."


def _of_row(row: Row) -> tuple[ox.Literal, ...]:
    message = row.get("message")
    return (message,) if isinstance(message, ox.Literal) else ()


def _filled(message: ox.Literal, values: Row) -> ox.Literal:
    """A message with the values of `{$name}` and `{?name}` in it."""

    def shown(found: re.Match[str]) -> str:
        value = values.get(found.group(1))
        return found.group() if value is None else str(getattr(value, "value", value))

    text = _FIELD.sub(shown, message.value)
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text)
