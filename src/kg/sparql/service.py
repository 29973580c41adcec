"""The way in for queries from outside: guarded, negotiated, answered, with warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from kg.errors import QueryError
from kg.sparql.advice import Advice, advise
from kg.sparql.errors import explain
from kg.sparql.formats import negotiate
from kg.sparql.guard import Scan, check
from kg.sparql.prologue import dataset_of
from kg.sparql.rewrites import rewritten
from kg.sparql.terms import terms_of
from kg.sparql.unmentioned import unmentioned
from kg.store.interface import (
    OURSELVES,
    WHOLE,
    Asker,
    ByteStream,
    Cancel,
    Dataset,
    Generation,
    Limits,
    Store,
    Term,
)

LIMITS: Final = Limits()
WARNINGS: Final = 10
"""At most so many are told; the others are counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A running answer, the form of its query, and what its writer should know."""

    stream: ByteStream
    form: str
    warnings: tuple[Advice, ...]


def answer(
    store: Store,
    text: str,
    *,
    accept: str | None = None,
    dataset: Dataset = WHOLE,
    bindings: Mapping[str, Term] | None = None,
    at_least: Generation | None = None,
    limits: Limits = LIMITS,
    asker: Asker = OURSELVES,
    cancel: Cancel | None = None,
) -> Answer:
    """Answer a query of anybody; `accept` is an `Accept` header or one media type.

    A dataset that is given wins over `FROM` in the query, as in the SPARQL Protocol. Raises
    `QueryError` with place and hint, and `NotAcceptableError`.
    """
    scan = check(text, limits)
    if not scan.form:
        raise explain(QueryError("no query form was found"), text)
    ask = partial(
        store.query,
        accept=negotiate(accept, scan.form),
        dataset=dataset_of(scan.tokens, scan.prologue) if dataset == WHOLE else dataset,
        bindings=bindings,
        at_least=at_least,
        limits=limits,
        asker=asker,
        cancel=cancel,
    )
    try:
        stream = _asked(ask, text, rewritten(text, scan.tokens))
    except QueryError as error:
        raise explain(error, text) from error
    return Answer(stream, scan.form, advice_on(store, scan, stream.generation))


def _asked(ask: Callable[[str], ByteStream], text: str, changed: str) -> ByteStream:
    """Ask what was changed; what is wrong with it has its place in the text as it was given."""
    try:
        return ask(changed)
    except QueryError:
        if changed == text:
            raise
        return ask(text)


def advice_on(store: Store, scan: Scan, generation: Generation) -> tuple[Advice, ...]:
    """The warnings about a query that was let through."""
    terms = terms_of(store)
    found = [*advise(scan, terms), *unmentioned(store, scan, terms, generation)]
    found.sort(key=lambda advice: (advice.line, advice.column))
    more = found[WARNINGS:]
    if not more:
        return tuple(found)
    words = f"{len(more)} more warning{'' if len(more) == 1 else 's'}, from here on"
    return (*found[:WARNINGS], Advice(words, more[0].line, more[0].column))
