"""The way in: a query and a copy, and the answer or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.columnar.algebra import Ask, refuse_uncertain
from kg.columnar.decode import decoded, truth
from kg.columnar.engine import refuse_unreadable
from kg.columnar.evaluate import Evaluation, Step
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Copy
from kg.columnar.parse import parse
from kg.columnar.scan import refuse_look_ups


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine would answer, and what was done for it."""

    result: ox.QuerySolutions | ox.QueryBoolean
    steps: tuple[Step, ...]


def answer(copy: Copy, text: str, budget: Budget) -> Answer:
    """Answer a query that `kg.sparql.guard` has let through, on the dataset of a copy.

    Raises `HandedOver` with the reason where the engine has to answer it.
    """
    if copy.union.rows + copy.named.rows < budget.least:
        raise HandedOver("there are few triples, and the engine is quick with them")
    query = parse(text)
    refuse_uncertain(query.where)
    refuse_look_ups(copy, query.where, budget.least)
    refuse_unreadable(text)
    evaluation = Evaluation(copy, budget)
    if isinstance(query, Ask):
        found = evaluation.solutions(query.where)
        return Answer(truth(found.rows > 0), tuple(evaluation.steps))
    table = evaluation.select(query)
    result = decoded(table, query.variables, evaluation.terms)
    return Answer(result, tuple(evaluation.steps))
