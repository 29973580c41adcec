"""The way in: a query and a copy, and the answer or the reason why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.columnar.algebra import Ask, Construct, Node, Query, Select
from kg.columnar.choosing import refuse_look_ups, refuse_new_texts, refuse_open, weight
from kg.columnar.decode import decoded, graph, truth
from kg.columnar.evaluate import Evaluation, Step
from kg.columnar.graphs import triples, write_lines
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Copy, Ids
from kg.columnar.overlay import Terms
from kg.columnar.prepared import prepared
from kg.columnar.results import has_triple_terms, write_json
from kg.columnar.scan import Scans
from kg.columnar.table import Table
from kg.columnar.terms import Kind
from kg.store.answers import Result, Sink, graph_format, results_format, write_answer, write_graph


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine would answer, and what was done for it."""

    query: Query
    table: Table
    terms: Terms
    steps: tuple[Step, ...]

    @property
    def result(self) -> Result:
        """The answer in the class of the engine's own ones."""
        if isinstance(self.query, Ask):
            return truth(self.table.rows > 0)
        if isinstance(self.query, Construct):
            return graph(triples(self.query.template, self.table, self.terms))
        return decoded(self.table, self.query.variables, self.terms)

    def write(self, accept: str, sink: Sink) -> None:
        """Write it in a media type; raises `NotAcceptableError` if it has no form in it."""
        if isinstance(self.query, Construct):
            asked, made = graph_format(accept), (self.query.template, self.table, self.terms)
            if asked == ox.RdfFormat.N_TRIPLES:
                write_lines(*made, sink)
            else:
                write_graph(triples(*made), asked, sink)
            return
        wanted = results_format(accept)
        sink.media_type = wanted.media_type
        query, table = self.query, self.table
        is_plain = wanted == ox.QueryResultsFormat.JSON and not has_triple_terms(table, self.terms)
        if isinstance(query, Select) and is_plain:
            sink.rows = table.rows
            write_json(table, query.variables, self.terms, sink)
        else:
            write_answer(self.result, accept, sink)


def answer(
    copy: Copy,
    text: str,
    budget: Budget,
    seconds: float | None = None,
    graph: str | None = None,
) -> Answer:
    """Answer a query that `kg.sparql.guard` has let through, on the dataset of a copy.

    It may take so many `seconds` of the processor once it has been read. A `graph` is the only one
    that it sees, whatever FROM says.

    Raises `HandedOver` with the reason where the engine has to answer it.
    """
    if copy.union.rows + copy.named.rows < budget.least:
        raise HandedOver("there are few triples, and the engine is quick with them")
    known = prepared(text, graph, known=budget.small)
    query, scans = known.query, Scans(copy)
    if seconds is not None:
        budget = replace(budget, until=time.thread_time() + seconds)
    refuse_look_ups(scans, query.where, budget.least)
    if budget.tried is not None:
        refuse_new_texts(known.functions)
        budget.tried.weigh(weight(scans, query.where))
    refuse_open(scans, query)
    if isinstance(query, Select) and not query.variables:
        raise HandedOver("it selects no variable")
    node = _whole(query)
    made = query if isinstance(query, Construct) else None
    evaluation = Evaluation(scans, budget, node, None if made is None else made.repeated)
    table = evaluation.solutions(node)
    if made is not None and made.describes:
        _refuse_blank(table.columns[made.template[0].o], evaluation.terms)
    return Answer(query, table, evaluation.terms, tuple(evaluation.steps))


def _whole(query: Query) -> Node:
    """The outermost operator of a query."""
    if isinstance(query, Select):
        return query
    return query.where if isinstance(query, Ask) else query.select


def _refuse_blank(objects: Ids, terms: Terms) -> None:
    """Raise `HandedOver` for a description in which blank nodes would be described as well."""
    if Kind.BLANK in terms.kinds(objects):
        raise HandedOver("it describes blank nodes")
