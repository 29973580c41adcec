"""Bindings that are sent along with a clause, so that an endpoint answers with less.

Let the group of the WHERE be evaluated up to a clause, with the solutions L, and let B be a
triple pattern, a GRAPH of triple patterns or VALUES without UNDEF that stands before the clause.
What follows B in the group joins with its solutions, extends them or drops some; so each solution
in L has the values of one of B in the variables of B. Let X be variables that every solution of all
such B binds, and that every solution S of the clause binds too, and V what X takes in the join of
these B. A solution of the clause whose X is not in V is compatible with nothing in L: so
Join(L, S) = Join(L, those of S whose X is in V). The endpoint joins V, each value once, with the
pattern: that is these solutions, each as often as before.

Filters of the group hold for its solutions at its end, where the variables of B have the same
values; so V needs only what passes those filters that look at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.federation.clauses import Clause
from kg.federation.groups import Element, bound, certain, elements, variables
from kg.federation.solutions import row
from kg.sparql.guard import Scan
from kg.sparql.lexer import word

BATCH: Final = 100
"""So many bindings go along with one request."""

VOLATILE: Final = frozenset("RAND NOW UUID STRUUID BNODE EXISTS".split())
"""What may be something else when it is evaluated again, or looks at more than its variables."""

STRING: Final = "http://www.w3.org/2001/XMLSchema#string"

Solution: TypeAlias = Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]


@dataclass(frozen=True, slots=True)
class Before:
    """What of the group before a clause says which bindings are worth sending along.

    `text` is a group without its braces; `shared` has the variables X.
    """

    text: str
    shared: tuple[str, ...]

    def query(self, prologue: str, most: int) -> str:
        """Asks for V, and for one row more than may be sent."""
        names = " ".join(f"?{name}" for name in self.shared)
        return f"{prologue}\nSELECT DISTINCT {names} WHERE {{\n{self.text}\n}} LIMIT {most + 1}"


def before(scan: Scan, clause: Clause) -> Before | None:
    """What stands before a clause; None where nothing can be sent along."""
    if clause.before is None:
        return None
    group = tuple(elements(clause.before))
    binding = [element for element in group if bound(element)]
    names = {name for element in binding for name in bound(element)}
    shared = tuple(name for name in certain(clause.group) if name in names)
    if not shared:
        return None
    narrowing = [element for element in group if _narrows(element, names)]
    return Before("\n".join(_texts(scan, [*binding, *narrowing])), shared)


def _narrows(element: Element, names: set[str]) -> bool:
    if element.kind != "FILTER" or any(word(token) in VOLATILE for token in element.tokens):
        return False
    return set(variables(element.tokens)) <= names


def _texts(scan: Scan, chosen: Sequence[Element]) -> Iterator[str]:
    for element in chosen:
        last = element.tokens[-1]
        text = scan.text[element.tokens[0].start : last.start + len(last.text)]
        yield f"{text} ." if element.kind == "TRIPLES" and last.text != "." else text


def sendable(solutions: Sequence[Solution], names: Sequence[str]) -> list[str]:
    """Which of the variables `names` can be sent: those with the same name of a thing everywhere.

    Engines write numbers, dates and tags of languages each in their own way, and join them in the
    same way as they write them; a blank node is nobody else's.
    """
    return [
        name
        for at, name in enumerate(names)
        if all(_is_same_everywhere(solution[at]) for solution in solutions)
    ]


def _is_same_everywhere(term: object) -> bool:
    if isinstance(term, ox.Literal):
        return term.datatype.value == STRING
    return isinstance(term, ox.NamedNode)


def batches(names: Sequence[str], solutions: Sequence[Solution]) -> list[str]:
    """The bindings as VALUES, `BATCH` at a time, each once and in order."""
    rows = sorted({row([str(term) for term in solution]) for solution in solutions})
    head = " ".join(f"?{name}" for name in names)
    return [
        f"VALUES ({head}) {{ {' '.join(rows[at : at + BATCH])} }}"
        for at in range(0, len(rows), BATCH)
    ]
