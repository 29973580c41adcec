"""How a query was answered, as the query page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.columnar.explain import Explanation, read_explanation
from kg.sparql.service import answer
from kg.store.answers import EXPLANATION
from kg.web.access import asker, cancel
from kg.web.asking import Asking
from kg.web.protocol import Asked


@dataclass(frozen=True)
class Explained:
    """An explanation and the form of its query."""

    form: str
    explanation: Explanation


def explained(asking: Asking, question: Asked, text: str) -> Explained:
    """Answer a query under the limits of everybody, and tell how; raises what `answer` raises."""
    found = answer(
        asking.store_of(question.release),
        text,
        accept=EXPLANATION,
        dataset=question.dataset,
        at_least=question.at_least,
        asker=asker(),
        cancel=cancel(),
        services=asking.services,
    )
    return Explained(found.form, read_explanation(found.stream))
