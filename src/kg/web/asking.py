"""The queries behind the pages: `.rq` files beside this module, run with values bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import product
from typing import Final, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from kg.namespaces import BASE
from kg.sparql.service import Services
from kg.store.interface import Generation, Store, Term
from kg.store.releases import Releases, released
from kg.web.counted import Counted, counted_here
from kg.web.facts import Facts
from kg.web.history import History
from kg.web.own_writes import OwnWrites
from kg.web.paging import PAGE_SIZES, PageSizes
from kg.web.withdrawn import Withdrawn

Made = TypeVar("Made")

Given: TypeAlias = Term | Sequence[Term]
"""What a variable of a query is bound to: a value, or each of several."""

_SOLUTIONS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_LABELS_KEPT: Final = 20_000
_MADE_KEPT: Final = 200
_LAST_LIMIT: Final = re.compile(r"\nLIMIT \d+$")
_INSTEAD: Final = re.compile(r" # or values of \?\w+$", re.MULTILINE)


@lru_cache
def query_text(name: str) -> str:
    """The text of one of our own queries, by its file name without suffix."""
    return files("kg.web").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")


def without_header(text: str) -> str:
    """A query as people want to see it: without the lines that describe it."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def for_people(name: str, **bound: str) -> str:
    """One of our own queries as people can run it: variables bound to IRIs, without its limit."""
    values = {variable: [ox.NamedNode(iri)] for variable, iri in bound.items()}
    text = with_values(without_header(query_text(name)), values, instead=False)
    return _LAST_LIMIT.sub("", _INSTEAD.sub("", text))


def with_values(text: str, values: Mapping[str, Sequence[Term]], *, instead: bool = True) -> str:
    """A query of ours with rows of values for some variables.

    They come first, for the engine begins with what comes first; or `instead` of the line that
    says how a variable is found, and ends in "# or values of" it. In a part of a UNION, which the
    engine would work out by itself, they come once more where a line "# with values of" it stands.
    """
    first: dict[str, Sequence[Term]] = {}
    for variable, terms in values.items():
        rows = _rows({variable: terms})
        text = rows.join(re.split(rf"# with values of \?{variable}$", text, flags=re.MULTILINE))
        lines = re.compile(rf"^.*# or values of \?{variable}$", re.MULTILINE)
        if instead and lines.search(text):
            text = rows.join(lines.split(text))
        else:
            first[variable] = terms
    return text.replace("WHERE {", f"WHERE {{\n  {_rows(first)}", 1) if first else text


def _rows(values: Mapping[str, Sequence[Term]]) -> str:
    """All values in one clause: with several the engine joins each with all there is."""
    names = " ".join(f"?{variable}" for variable in values)
    if len(values) == 1:
        [terms] = values.values()
        return f"VALUES {names} {{ {' '.join(map(str, terms))} }}"
    rows = " ".join(f"({' '.join(map(str, row))})" for row in product(*values.values()))
    return f"VALUES ({names}) {{ {rows} }}"


class Asking:
    """Runs our own queries over a store; what it remembers lasts as long as the generation.

    `services` is for the queries of others that ask other endpoints, `releases` for those that are
    about an earlier state, `sizes` says how much of a list or picture is on a page. `counted` has
    what was counted of all; by default it is counted here.
    """

    def __init__(
        self,
        store: Store,
        services: Services | None = None,
        releases: Releases | None = None,
        sizes: PageSizes = PAGE_SIZES,
        counted: Counted | None = None,
    ) -> None:
        self.store = store
        self.releases = releases
        self.sizes = sizes
        self.counted = counted or counted_here(store)
        self.services = services
        self.withdrawn = Withdrawn(store)
        self.history = History(store)
        self.own_writes = OwnWrites()
        self._labels: dict[str, str | None] = {}
        self._kept: dict[str, list[Mapping[str, Term]]] = {}
        self._made: dict[tuple[str, str], Future[object]] = {}
        self._generation = -1

    def shown_to_all(self) -> Generation | None:
        """The newest generation; None while somebody has made one that is not there to be read."""
        generation = self.store.generation()
        return generation if self.own_writes.newest <= generation else None

    def store_of(self, release: str | None) -> Store:
        """The store as it is, or one of its releases."""
        return self.store if release is None else released(self.store, self.releases, release)

    def rows(
        self, name: str, *, limit: int | None = None, offset: int = 0, **values: Given
    ) -> list[Mapping[str, Term]]:
        """The solutions of a SELECT query, each a mapping of bound variables.

        There are at most `limit`, after `offset` others in the order of the query, or of the engine
        where it has none.
        """
        text = _given(name, values)
        if limit is not None:
            text = f"{_LAST_LIMIT.sub('', text)}\nLIMIT {limit}"
            text += f" OFFSET {offset}" if offset else ""
        data = self._asked(text, _SOLUTIONS)
        found = ox.parse_query_results(BytesIO(data), format=ox.QueryResultsFormat.JSON)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"{name}.rq is no SELECT query")
        names = [variable.value for variable in found.variables]
        return [
            {name: term for name, term in zip(names, row, strict=True) if term is not None}
            for row in found
        ]

    def facts(self, name: str, **values: Given) -> Facts:
        """The triples of a CONSTRUCT query."""
        return Facts(self.triples(name, **values))

    def triples(self, name: str, **values: Given) -> list[ox.Triple]:
        """The triples of a CONSTRUCT query, in the order in which the store writes them: sorted."""
        return _parsed(self.read(name, _TRIPLES, **values))

    def exists(self, iri: str) -> bool:
        """Whether anything is said about a thing."""
        return bool(self.rows("exists", entity=ox.NamedNode(iri)))

    def kept(self, name: str) -> list[Mapping[str, Term]]:
        """The solutions of a SELECT query without bindings, asked once per generation."""
        self._forget_older()
        if name not in self._kept:
            self._kept[name] = self.rows(name)
        return self._kept[name]

    def once(self, what: str, iri: str, make: Callable[[], Made]) -> Made:
        """What is made of a thing, made once per generation, for the things asked for last.

        Who asks for what somebody is just making waits for it.
        """
        self._forget_older()
        kept, key = self._made, (what, iri)  # others may begin a new generation meanwhile
        mine: Future[object] = Future()
        found = kept.setdefault(key, mine)
        if found is mine:
            try:
                mine.set_result(make())
            except BaseException as error:
                kept.pop(key, None)
                mine.set_exception(error)
                raise
            for oldest in list(kept)[: len(kept) - _MADE_KEPT]:
                kept.pop(oldest, None)
        return cast("Made", found.result())

    def label(self, iri: str) -> str | None:
        """The English label of anything, remembered."""
        return self.labels([iri])[iri]

    def labels(self, iris: Iterable[str]) -> dict[str, str | None]:
        """The English labels of things, remembered; None for what has none."""
        self._forget_older()
        labels, wanted = self._labels, set(iris)
        if unknown := [ox.NamedNode(iri) for iri in sorted(wanted - labels.keys())]:
            found: dict[str, str] = {}
            for row in self.rows("labels", thing=unknown):
                iri, label = row["thing"].value, row["label"].value
                found[iri] = min(label, found.get(iri, label))
            labels.update((node.value, found.get(node.value)) for node in unknown)
        return {iri: labels[iri] for iri in wanted}

    def learn_names(self, rows: Iterable[Mapping[str, Term]], *facts: Facts) -> None:
        """Ask at once for the labels that `named` and `labelled` give to these."""
        self.labels(_ours(rows).union(*(each.unnamed() for each in facts)))

    def labelled(self, facts: Facts) -> Facts:
        """Facts with the labels of all things in them that have an address of ours."""
        labels = self.labels(facts.unnamed())
        return facts.called({iri: label for iri, label in labels.items() if label is not None})

    def named(self, rows: Iterable[Mapping[str, Term]]) -> list[Mapping[str, Term]]:
        """Rows with the label of each thing of ours beside it: of `?what` as `?whatLabel`."""
        given = list(rows)
        labels = self.labels(_ours(given))
        return [
            {
                **row,
                **{
                    f"{name}Label": ox.Literal(label)
                    for name, term in row.items()
                    if _is_ours(term) and (label := labels[term.value])
                },
            }
            for row in given
        ]

    def _forget_older(self) -> None:
        generation = self.store.generation()
        if generation != self._generation or len(self._labels) > _LABELS_KEPT:
            self._labels, self._kept, self._made = {}, {}, {}
            self._generation = generation

    def read(self, name: str, accept: str, **values: Given) -> bytes:
        """The whole answer to one of our own queries, in a media type."""
        return self._asked(_given(name, values), accept)

    def _asked(self, text: str, accept: str) -> bytes:
        return b"".join(self.store.query(text, accept=accept))


def _given(name: str, values: Mapping[str, Given]) -> str:
    """The text of a query of ours with values for its variables."""
    lists = {
        variable: [given] if isinstance(given, ox.NamedNode | ox.Literal) else given
        for variable, given in values.items()
    }
    return with_values(query_text(name), lists).rstrip()


def _is_ours(term: Term) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(BASE)


def _ours(rows: Iterable[Mapping[str, Term]]) -> set[str]:
    return {term.value for row in rows for term in row.values() if _is_ours(term)}


def _parsed(data: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(BytesIO(data), format=ox.RdfFormat.N_TRIPLES)]
