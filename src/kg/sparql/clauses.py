"""The clauses of one operation of an update: what stands around the brackets.

They are read strictly: the engine takes `INSERTDATA` for two words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.sparql.lexer import Token, word
from kg.sparql.scratch import Names
from kg.sparql.templates import Graph
from kg.store.interface import Dataset


@dataclass(frozen=True, slots=True)
class Block:
    """Where the text between two outermost brackets is, the brackets included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Data:
    """INSERT DATA or DELETE DATA."""

    verb: str
    quads: Block


@dataclass(frozen=True, slots=True)
class Changes:
    """DELETE and INSERT with WHERE; DELETE WHERE has the same block twice."""

    where: Block
    removed: Block | None = None
    added: Block | None = None
    graph: ox.NamedNode | None = None
    using: Dataset | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    """CLEAR or DROP, which are one where no empty graphs are kept."""

    graphs: Graph | Literal["NAMED", "ALL"]


@dataclass(frozen=True, slots=True)
class Create:
    """CREATE; `start` is its offset in the text."""

    start: int
    graph: ox.NamedNode
    silent: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """COPY, MOVE or ADD; `start` is its offset in the text."""

    start: int
    verb: str
    source: Graph
    target: Graph
    silent: bool


Head: TypeAlias = Data | Changes | Clear | Create | Transfer


def read_clauses(found: Sequence[Token], names: Names) -> Head:
    """Read the tokens of an operation that are outside of brackets."""
    clauses = Clauses(found, names)
    verb = clauses.need(*_READERS)
    head = _READERS[verb](verb, clauses)
    clauses.end()
    return head


class Clauses:
    """Takes the tokens outside of brackets; `QueryError` where something else is due.

    That error names no place: `kg.sparql.errors.explain` finds it.
    """

    def __init__(self, found: Sequence[Token], names: Names) -> None:
        self._found = found
        self._names = names
        self._at = 0

    def take(self, *keywords: str) -> str:
        """The next keyword, if it is one of these; else nothing is taken."""
        keyword = word(self._found[self._at]) if self._at < len(self._found) else ""
        if keyword not in keywords:
            return ""
        self._at += 1
        return keyword

    @property
    def start(self) -> int:
        """The offset of the first token."""
        return self._found[0].start

    def need(self, *keywords: str) -> str:
        """The next keyword, which has to be one of these."""
        return self.take(*keywords) or self._fail()

    def iri(self) -> ox.NamedNode:
        """An IRI or prefixed name."""
        return self._names.iri(self._next("iri", "pname"))

    def graph(self) -> Graph:
        """`DEFAULT`, `GRAPH <iri>` or `<iri>`."""
        if self.take("DEFAULT"):
            return ox.DefaultGraph()
        self.take("GRAPH")
        return self.iri()

    def block(self) -> Block:
        """What is between brackets."""
        opening, closing = self._next("punct"), self._next("punct")
        if opening.text != "{":
            self._fail()
        return Block(opening.start, closing.start + 1)

    def using(self) -> Dataset | None:
        """The dataset of the USING clauses; None if there are none."""
        default: list[ox.NamedNode] = []
        named: list[ox.NamedNode] = []
        while self.take("USING"):
            graphs = named if self.take("NAMED") else default
            graphs.append(self.iri())
        return Dataset(tuple(default), tuple(named)) if default or named else None

    def end(self) -> None:
        """Nothing may follow."""
        if self._at < len(self._found):
            self._fail()

    def _next(self, *kinds: str) -> Token:
        if self._at == len(self._found) or self._found[self._at].kind not in kinds:
            self._fail()
        self._at += 1
        return self._found[self._at - 1]

    def _fail(self) -> str:
        raise QueryError("this is no operation of an update")


def _modify(verb: str, clauses: Clauses) -> Head:
    graph = removed = added = None
    if verb == "WITH":
        graph = clauses.iri()
        verb = clauses.need("DELETE", "INSERT")
    elif clauses.take("DATA"):
        return Data(verb, clauses.block())
    elif verb == "DELETE" and clauses.take("WHERE"):
        block = clauses.block()
        return Changes(block, removed=block)
    if verb == "DELETE":
        removed = clauses.block()
        verb = clauses.take("INSERT")
    if verb == "INSERT":
        added = clauses.block()
    using = clauses.using()
    clauses.need("WHERE")
    return Changes(clauses.block(), removed, added, graph, using)


def _clear(_: str, clauses: Clauses) -> Head:
    clauses.take("SILENT")
    match clauses.need("DEFAULT", "NAMED", "ALL", "GRAPH"):
        case "DEFAULT":
            return Clear(ox.DefaultGraph())
        case "NAMED":
            return Clear("NAMED")
        case "ALL":
            return Clear("ALL")
        case _:
            return Clear(clauses.iri())


def _create(_: str, clauses: Clauses) -> Head:
    silent = bool(clauses.take("SILENT"))
    clauses.need("GRAPH")
    return Create(clauses.start, clauses.iri(), silent)


def _transfer(verb: str, clauses: Clauses) -> Head:
    silent = bool(clauses.take("SILENT"))
    source = clauses.graph()
    clauses.need("TO")
    return Transfer(clauses.start, verb, source, clauses.graph(), silent)


_READERS: Final[dict[str, Callable[[str, Clauses], Head]]] = {
    **dict.fromkeys(("INSERT", "DELETE", "WITH"), _modify),
    **dict.fromkeys(("CLEAR", "DROP"), _clear),
    **dict.fromkeys(("COPY", "MOVE", "ADD"), _transfer),
    "CREATE": _create,
}
