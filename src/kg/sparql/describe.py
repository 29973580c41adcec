"""What is known of one thing, as values: for the command line and whoever else shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from kg.namespaces import CKG, PREFIXES
from kg.rdf.terms import natural
from kg.store.interface import Store, Term
from kg.store.values import Node, Solution, solutions

CLAIM: Final = str(CKG.Claim)
LISTED: Final[tuple[tuple[str, str], ...]] = (
    ("Claims about it", str(CKG.about)),
    ("Claims that it makes", str(CKG.claimant)),
    ("Claims with this content", str(CKG.content)),
    ("Claims made in it", str(CKG.madeIn)),
)
"""Headings, and how the claims under them are related to the thing."""

STRUCTURE: Final = frozenset(
    {f"{PREFIXES['rdf']}{name}" for name in ("subject", "predicate", "object")}
    | {str(CKG.kind), str(CKG.content)}
)
ROLES: Final = f"{CKG}role"


@dataclass(frozen=True, slots=True)
class Line:
    """A property with one value."""

    predicate: str
    value: Node


@dataclass(frozen=True, slots=True)
class Uncontested:
    """A consensus triple, and how many sources assert it."""

    subject: Node
    predicate: Node
    object: Node
    sources: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds a claim (`holders` are those around it, outermost first) and how firmly."""

    iri: str
    claimant: str
    mode: str
    certainty: str
    polarity: str
    content: str
    standing: str | None
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a claim stands."""

    iri: str
    document: str
    sentence: str | None
    start: int | None
    end: int | None
    locator: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a content taken apart; `depth` says how far to the right it belongs."""

    depth: int
    predicate: str
    value: Node


@dataclass(frozen=True, slots=True)
class ClaimDetails:
    """Everything about one claim."""

    claim: Claim
    statement: str | None
    around: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]
    against: tuple[tuple[str, str], ...]


@lru_cache
def query_text(name: str) -> str:
    """One of the queries beside this module."""
    return files("kg.sparql").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")


def _ask(store: Store, name: str, **bindings: Term) -> list[Solution]:
    return solutions(store, query_text(name), **bindings)


def direct(store: Store, iri: str) -> list[Line]:
    """What is written down on the thing itself."""
    rows = _ask(store, "direct", entity=ox.NamedNode(iri))
    return [Line(_iri(row, "p"), row["o"]) for row in rows]


def name_notes(store: Store, iri: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Sources and states of the thing's names, by text and language."""
    notes: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in _ask(store, "names", entity=ox.NamedNode(iri)):
        form = row["form"]
        if isinstance(form, ox.Literal):
            found = (note for key in ("source", "status") if (note := _iri(row, key)))
            known = notes.get((form.value, form.language or ""), ())
            notes[form.value, form.language or ""] = tuple(dict.fromkeys((*known, *found)))
    return notes


def uncontested(store: Store, iri: str) -> list[Uncontested]:
    """The consensus triples in which the thing occurs."""
    rows = _ask(store, "uncontested", entity=ox.NamedNode(iri))
    return [Uncontested(row["s"], row["p"], row["o"], _number(row, "sources") or 0) for row in rows]


def claims(store: Store, iri: str, relation: str) -> list[Claim]:
    """The claims that stand in a relation to the thing."""
    rows = _ask(store, "claims", entity=ox.NamedNode(iri), relation=ox.NamedNode(relation))
    return sorted((_claim(store, row) for row in rows), key=lambda claim: natural(claim.iri))


def claim_details(store: Store, iri: str) -> ClaimDetails | None:
    """One claim; None if the thing is none."""
    node = ox.NamedNode(iri)
    rows = _ask(store, "claim", claim=node)
    if not rows:
        return None
    claim = _claim(store, rows[0])
    around = [(_iri(row, "outer"), _iri(row, "claimant")) for row in _around(store, iri)]
    against = [(_iri(row, "how"), _iri(row, "other")) for row in _ask(store, "against", claim=node)]
    return ClaimDetails(
        claim=claim,
        statement=_iri(rows[0], "statement") or None,
        around=tuple(around),
        parts=tuple(content_parts(store, claim.content)),
        passages=tuple(_passage(row) for row in _ask(store, "passages", claim=node)),
        against=tuple(against),
    )


def content_parts(
    store: Store, iri: str, *, depth: int = 0, above: tuple[str, ...] = ()
) -> list[Part]:
    """A proposition, situation or inner claim taken apart, to any depth."""
    parts: list[Part] = []
    for line in direct(store, iri):
        if line.predicate not in STRUCTURE and not line.predicate.startswith(ROLES):
            continue
        parts.append(Part(depth, line.predicate, line.value))
        value = line.value
        if isinstance(value, ox.NamedNode) and value.value not in (*above, iri):
            inner = content_parts(store, value.value, depth=depth + 1, above=(*above, iri))
            parts.extend(inner)
    return parts


def _around(store: Store, iri: str) -> list[Solution]:
    return _ask(store, "around", claim=ox.NamedNode(iri))


def _claim(store: Store, row: Solution) -> Claim:
    iri = _iri(row, "claim")
    return Claim(
        iri=iri,
        claimant=_iri(row, "claimant"),
        mode=_iri(row, "mode"),
        certainty=_iri(row, "certainty"),
        polarity=_iri(row, "polarity"),
        content=_iri(row, "content"),
        standing=_iri(row, "standing") or None,
        holders=tuple(_iri(outer, "claimant") for outer in _around(store, iri)),
    )


def _passage(row: Solution) -> Passage:
    return Passage(
        iri=_iri(row, "passage"),
        document=_iri(row, "document"),
        sentence=_iri(row, "sentence") or None,
        start=_number(row, "start"),
        end=_number(row, "end"),
        locator=_iri(row, "locator") or None,
        url=_iri(row, "url") or None,
    )


def _iri(row: Solution, name: str) -> str:
    term = row.get(name)
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _number(row: Solution, name: str) -> int | None:
    text = _iri(row, name)
    return int(text) if text.isdecimal() else None
