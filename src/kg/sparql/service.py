"""The way in for queries from outside: guarded, negotiated, answered, with warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

import pyoxigraph as ox

from kg.errors import QueryError, StoreError, UnsupportedError
from kg.sparql.advice import Advice, advise
from kg.sparql.each_graph import for_each_graph, is_asked
from kg.sparql.errors import explain
from kg.sparql.formats import negotiate
from kg.sparql.guard import Scan, check
from kg.sparql.lexer import Token, tokens
from kg.sparql.prologue import dataset_of
from kg.sparql.rewrites import rewritten, rewritten_for_ours
from kg.sparql.terms import terms_of
from kg.sparql.unmentioned import unmentioned
from kg.store.answers import EXPLANATION
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
from kg.store.workflow import refuse_drafts

LIMITS: Final = Limits()
WARNINGS: Final = 10
"""At most so many are told; the others are counted."""

TRIES: Final = 3
"""What was written out for one generation is asked again where the store has changed."""

GRAPHS: Final = "SELECT ?graph WHERE { GRAPH ?graph { } }"
RESULTS_JSON: Final = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A running answer, the form of its query, and what its writer should know."""

    stream: ByteStream
    form: str
    warnings: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants a query answered; see `answer`."""

    accept: str | None
    dataset: Dataset
    asker: Asker
    limits: Limits


@dataclass(frozen=True, slots=True)
class Plan:
    """A query that was let through, the form of its answer, and the graphs that it is about."""

    scan: Scan
    media_type: str
    dataset: Dataset

    @property
    def asks_others(self) -> bool:
        """Whether it has a `SERVICE` clause."""
        return "SERVICE" in self.scan.words()


@dataclass(frozen=True, slots=True)
class Question:
    """A query apart from its text: who asks what, and what it may cost."""

    store: Store
    dataset: Dataset
    at_least: Generation | None
    limits: Limits
    asker: Asker
    cancel: Cancel | None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A query without `SERVICE`, whose solutions stand in it; `outside` has its other tokens.

    `limits` are what is left of those of the query. It means the same as the query only where all
    `generations` are that which answers it.
    """

    text: str
    outside: tuple[Token, ...]
    limits: Limits
    generations: frozenset[Generation]


class Services(Protocol):
    """Asks other endpoints: what is there where federation is on (`kg.federation`)."""

    def replaced(self, scan: Scan, question: Question) -> Replaced:
        """Put the solutions of its clauses into a query.

        Raises `QueryError` for a clause that is not asked, `EndpointError` for one that fails.
        """


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
    services: Services | None = None,
) -> Answer:
    """Answer a query of anybody; `accept` is an `Accept` header or one media type.

    A dataset that is given wins over `FROM` in the query, as in the SPARQL Protocol. Without
    `services`, `SERVICE` is refused. Where `accept` is `EXPLANATION`, the answer is how it came
    about. Raises `QueryError` with place and hint, `NotAcceptableError`, `UnsupportedError` and
    `EndpointError`.
    """
    given = Wish(accept, dataset, asker, limits)
    plan = planned(store, text, given, service=services is not None)
    scan = plan.scan
    question = Question(store, plan.dataset, at_least, limits, asker, cancel)
    if services is None or not plan.asks_others:
        stream = _stream(question, scan, plan.media_type, bindings)
    else:
        stream, outside = _federated(question, services, scan, plan.media_type, bindings)
        head = len(scan.tokens) - len(scan.body)
        scan = scan.changed(scan.text, outside, outside[head:])
    return Answer(stream, scan.form, advice_on(store, scan, stream.generation))


def planned(store: Store, text: str, wish: Wish, *, service: bool = False) -> Plan:
    """Read a query and choose how it is answered, without asking anybody; raises like `answer`."""
    scan = check(text, wish.limits, service=service)
    if not scan.form:
        raise explain(QueryError("no query form was found"), text)
    media_type = _media_type(store, wish.accept, scan.form)
    given = wish.dataset
    is_chosen = given == WHOLE and "FROM" in scan.words()
    chosen = dataset_of(scan.tokens, scan.prologue) if is_chosen else given
    refuse_drafts(chosen, wish.asker)
    return Plan(scan, media_type, chosen)


def _media_type(store: Store, accept: str | None, form: str) -> str:
    if accept != EXPLANATION:
        return negotiate(accept, form)
    if not store.capabilities.explains:
        raise UnsupportedError(
            "how a query is answered is not told here", hint="a server with kg's own store tells it"
        )
    return EXPLANATION


def _stream(
    question: Question, scan: Scan, media_type: str, bindings: Mapping[str, Term] | None
) -> ByteStream:
    ask = partial(
        question.store.query,
        accept=media_type,
        dataset=question.dataset,
        bindings=bindings,
        limits=question.limits,
        asker=question.asker,
        cancel=question.cancel,
    )
    try:
        text, of_each_graph = engine_text(question.store, scan)
        if of_each_graph:
            return _of_each_graph(question, ask, scan.text, text)
        return _asked(partial(ask, at_least=question.at_least), scan.text, text)
    except QueryError as error:
        raise explain(error, scan.text) from error


def engine_text(store: Store, scan: Scan) -> tuple[str, bool]:
    """The text for the engine, and whether names of graphs have to be written out in it."""
    text, of_each_graph = scan.once(_for_ours if store.capabilities.own_engine else _for_any)
    return scan.of_shape(text), of_each_graph


def _for_any(scan: Scan) -> tuple[str, bool]:
    return rewritten(scan.text, scan.tokens), False


def _for_ours(scan: Scan) -> tuple[str, bool]:
    text, _ = _for_any(scan)
    ours = rewritten_for_ours(text, _tokens_of(text, scan), scan.prologue)
    return ours, is_asked(_tokens_of(ours, scan))


def _tokens_of(text: str, scan: Scan) -> tuple[Token, ...]:
    return scan.tokens if text is scan.text else tuple(tokens(text))


def _of_each_graph(
    question: Question, ask: Callable[..., ByteStream], text: str, changed: str
) -> ByteStream:
    """Ask with the names of all graphs written out, on the generation that has just these."""
    at_least = question.at_least
    for _ in range(TRIES):
        names, generation = _graph_names(question, at_least)
        each = for_each_graph(changed, names, question.limits.query_bytes)
        stream = _asked(partial(ask, at_least=generation or at_least), text, each)
        if generation in (None, stream.generation):
            return stream
        at_least = stream.generation
        stream.close()
    raise StoreError("the store changes faster than its graphs are named", hint="try again")


def _graph_names(
    question: Question, at_least: Generation | None
) -> tuple[list[str], Generation | None]:
    """The graphs that `GRAPH` reaches, and in which generation; None where the query names them."""
    if question.dataset.named is not None:
        return sorted({graph.value for graph in question.dataset.named}), None
    stream = question.store.query(
        GRAPHS,
        accept=RESULTS_JSON,
        dataset=question.dataset,
        at_least=at_least,
        cancel=question.cancel,
    )
    found = ox.parse_query_results(b"".join(stream), ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("names of graphs are solutions")
    terms = (row["graph"] for row in found)
    names = sorted(term.value for term in terms if isinstance(term, ox.NamedNode))
    return names, stream.generation


def _federated(
    question: Question,
    services: Services,
    scan: Scan,
    media_type: str,
    bindings: Mapping[str, Term] | None,
) -> tuple[ByteStream, tuple[Token, ...]]:
    """The answer to a query that asks other endpoints, and its tokens outside of these clauses."""
    for _ in range(TRIES):
        found = services.replaced(scan, question)
        at_least = max((question.at_least or 0, *found.generations)) or None
        left = replace(question, limits=found.limits, at_least=at_least)
        try:
            plain = scan.changed(found.text, tuple(tokens(found.text)), scan.body)
            stream = _stream(left, plain, media_type, bindings)
        except QueryError as error:  # its place is one in a text that nobody has written
            raise QueryError(error.message, hint=error.hint) from error
        if found.generations <= {stream.generation}:
            return stream, found.outside
        stream.close()
    raise StoreError("the store changes faster than other endpoints answer", hint="try again")


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
    return told([*advise(scan, terms), *unmentioned(store, scan, terms, generation)])


def told(found: list[Advice]) -> tuple[Advice, ...]:
    """Warnings in their order, not too many."""
    found.sort(key=lambda advice: (advice.line, advice.column))
    more = found[WARNINGS:]
    if not more:
        return tuple(found)
    words = f"{len(more)} more warning{'' if len(more) == 1 else 's'}, from here on"
    return (*found[:WARNINGS], Advice(words, more[0].line, more[0].column))
