"""The operators of a rule's query, as rdflib reads it, evaluated over whole columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from kg.claims.setwise.expressions import kept
from kg.claims.setwise.facts import Facts, Relation, Terms
from kg.claims.setwise.patterns import Source, Triple, matched
from kg.claims.setwise.tables import (
    UNIT,
    Ids,
    Mask,
    Table,
    agreeing,
    bound,
    distinct,
    join,
    left_join,
    numbered,
    projected,
    united,
)
from kg.errors import QueryError

Found: TypeAlias = list[tuple[int, Relation]]
"""Predicates, and the pairs that a rule found for each."""

_XSD_INTEGER: Final = "http://www.w3.org/2001/XMLSchema#integer"


class Query:
    """One CONSTRUCT query; raises `QueryError` for what no rule has needed yet."""

    def __init__(self, text: str) -> None:
        algebra = translateQuery(parseQuery(text)).algebra
        if algebra.name != "ConstructQuery":
            raise QueryError("a rule is a CONSTRUCT query")
        self._template: list[tuple[Node, Node, Node]] = algebra.template
        self._pattern: CompValue = algebra.p

    def run(self, terms: Terms, facts: Facts, named: Mapping[str, Facts]) -> Found:
        """The triples that it constructs; `named` are the graphs that GRAPH can reach."""
        table = _Evaluation(terms, facts, named).solutions(self._pattern, UNIT)
        found: Found = []
        for triple in self._template:
            found += _constructed(terms, triple, table)
        return found


def _constructed(terms: Terms, triple: tuple[Node, Node, Node], table: Table) -> Found:
    """The pairs of one triple of a template, without what is no triple of RDF."""
    names = ("s", "p", "o")
    columns = {
        name: bound(table, str(term))
        if isinstance(term, Variable)
        else np.full(table.rows, terms.id_of(term.n3().encode()), np.int32)
        for name, term in zip(names, triple, strict=True)
    }
    solutions = distinct(Table(table.rows, columns))
    solutions = solutions.where(~terms.are_literals(solutions.columns["s"]))
    found: Found = []
    for predicate in np.unique(solutions.columns["p"]):
        if terms.is_iri(int(predicate)):
            rows = solutions.where(solutions.columns["p"] == predicate).columns
            found.append((int(predicate), Relation(rows["s"], rows["o"])))
    return found


class _Evaluation:
    """Evaluates operators one after the other, each with the solutions that are given to it."""

    def __init__(self, terms: Terms, facts: Facts, named: Mapping[str, Facts]) -> None:
        self._terms = terms
        self._source = Source(terms, facts)
        self._named = named

    def solutions(self, node: CompValue, given: Table) -> Table:
        """The solutions of an operator that agree with given ones, as one set of both."""
        if node.name not in _OPERATORS:
            raise QueryError(f"a rule over everything has no such operator: {node.name}")
        return _OPERATORS[node.name](self, node, given)

    def _basic(self, node: CompValue, given: Table) -> Table:
        triples: list[Triple] = node.triples
        return matched(self._source, triples, given)

    def _join(self, node: CompValue, given: Table) -> Table:
        return self.solutions(node.p2, self.solutions(node.p1, given))

    def _union(self, node: CompValue, given: Table) -> Table:
        return united(self.solutions(node.p1, given), self.solutions(node.p2, given))

    def _optional(self, node: CompValue, given: Table) -> Table:
        if node.expr.name != "TrueFilter":
            raise QueryError("a rule over everything has no filter in OPTIONAL")
        return left_join(self.solutions(node.p1, given), self.solutions(node.p2, UNIT))

    def _values(self, node: CompValue, given: Table) -> Table:
        names = dict.fromkeys(name for row in node.res for name in row)
        columns = {
            str(name): np.array([self._source.id_of(row[name]) for row in node.res], np.int32)
            for name in names
        }
        return join(given, Table(len(node.res), columns))

    def _graph(self, node: CompValue, given: Table) -> Table:
        facts = self._named[str(node.term)]
        inside = _Evaluation(self._terms, facts, self._named)
        return inside.solutions(node.p, given)

    def _filter(self, node: CompValue, given: Table) -> Table:
        table = self.solutions(node.p, UNIT)
        conditions = _conjuncts(node.expr)
        for condition in sorted(conditions, key=lambda one: one.name not in _QUICK):
            table = table.where(self._holds(condition, table))
        return join(given, table)

    def _holds(self, condition: CompValue, table: Table) -> Mask:
        if condition.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            found = agreeing(table, self.solutions(_group(condition.graph), UNIT))
            return found if condition.name == "Builtin_EXISTS" else ~found
        if condition.name == "UnaryNot" and condition.expr.name == "Builtin_sameTerm":
            one, other = (str(condition.expr[arg]) for arg in ("arg1", "arg2"))
            return np.not_equal(bound(table, one), bound(table, other))
        return kept(self._terms, condition, table)

    def _projected(self, node: CompValue, given: Table) -> Table:
        names = [str(name) for name in node.PV]
        return join(given, projected(self.solutions(node.p, UNIT), names))

    def _as_it_is(self, node: CompValue, given: Table) -> Table:
        return self.solutions(node.p, given)

    def _counted(self, node: CompValue, given: Table) -> Table:
        """COUNT(DISTINCT …) by variables; a variable of its group is a "sample" to rdflib."""
        table = self.solutions(node.p.p, UNIT)
        names = [str(name) for name in node.p.expr]
        groups = projected(table, names)
        columns = dict(groups.columns)
        for aggregate in node.A:
            name = str(aggregate.vars)
            if aggregate.name == "Aggregate_Sample" and name in names:
                columns[str(aggregate.res)] = columns[name]
            elif aggregate.name == "Aggregate_Count" and aggregate.distinct:
                columns[str(aggregate.res)] = self._counts(projected(table, [*names, name]), groups)
            else:
                raise QueryError(f"a rule over everything has no such {aggregate.name}")
        return join(given, Table(groups.rows, columns))

    def _counts(self, table: Table, groups: Table) -> Ids:
        rows = numbered([table.columns[name] for name in groups.columns], table.rows)
        wanted = numbered(list(groups.columns.values()), groups.rows)
        known, counts = np.unique(rows, return_counts=True)
        found = counts[np.searchsorted(known, wanted)]
        literals = [
            self._terms.id_of(f'"{n}"^^<{_XSD_INTEGER}>'.encode())
            for n in range(found.max(initial=0) + 1)
        ]
        return np.array(literals, np.int32)[found]

    def _extended(self, node: CompValue, given: Table) -> Table:
        table = self.solutions(node.p, given)
        if not isinstance(node.expr, Variable):
            raise QueryError("a rule over everything computes no values")
        column = table.columns[str(node.expr)]
        return Table(table.rows, {**table.columns, str(node.var): column})


def _conjuncts(expression: CompValue) -> list[CompValue]:
    if expression.name == "ConditionalAndExpression":
        return [expression.expr, *expression.other]
    return [expression]


def _group(graph: CompValue) -> CompValue:
    """The group of EXISTS as an operator."""
    is_read = graph.name != "GroupGraphPatternSub"
    return graph if is_read else translateGroupGraphPattern(graph)


_QUICK: Final = frozenset({"Builtin_EXISTS", "Builtin_NOTEXISTS", "UnaryNot"})
"""Conditions that need no engine."""

_OPERATORS: Final[dict[str, Callable[[_Evaluation, CompValue, Table], Table]]] = {
    "BGP": _Evaluation._basic,
    "Join": _Evaluation._join,
    "Union": _Evaluation._union,
    "LeftJoin": _Evaluation._optional,
    "values": _Evaluation._values,
    "Graph": _Evaluation._graph,
    "Filter": _Evaluation._filter,
    "Project": _Evaluation._projected,
    "Distinct": _Evaluation._as_it_is,
    "ToMultiSet": _Evaluation._as_it_is,
    "AggregateJoin": _Evaluation._counted,
    "Extend": _Evaluation._extended,
}
