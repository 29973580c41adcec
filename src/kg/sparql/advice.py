"""Warnings about queries that run and yet may not answer what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.namespaces import CKG, PREFIXES, SCHEMES
from kg.rdf.spelling import near
from kg.sparql.each_graph import asked_of_themselves
from kg.sparql.guard import Scan
from kg.sparql.lexer import Token, place
from kg.sparql.names import fold

BY_NAMESPACE: Final = {str(CKG): "ckg", **{PREFIXES[scheme]: scheme for scheme in SCHEMES}}

WHOSE: Final = frozenset({"standing", "claimant", "accordingTo", "mode", "voice"})
"""Predicates that show that a situation is claimed, by whom or how firmly."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to reconsider, with its place in the query."""

    message: str
    line: int
    column: int

    @classmethod
    def at(cls, scan: Scan, token: Token, message: str) -> Advice:
        """Advice about a token of a query."""
        return cls(message, *place(scan.text, token.start))

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


def advise(scan: Scan, terms: Mapping[str, Sequence[str]]) -> Iterator[Advice]:
    """What a query writer should know, from the words of the query and the declared terms."""
    yield from _unknown(scan, terms)
    yield from _described_not_true(scan)
    for at in scan.once(_asked_of_themselves):
        token = scan.tokens[at]
        message = f"inside GRAPH {token.text} an expression finds {token.text} without a value: "
        yield Advice.at(scan, token, message + "put it behind the closing bracket")


def _asked_of_themselves(scan: Scan) -> tuple[int, ...]:
    found = set(asked_of_themselves(scan.tokens))
    return tuple(at for at, token in enumerate(scan.tokens) if token in found)


def may_be_declared(iri: str) -> bool:
    """Whether it begins as terms of the ontology and concepts do: others are advised on nowhere."""
    return _namespace(iri) is not None


def _unknown(scan: Scan, terms: Mapping[str, Sequence[str]]) -> Iterator[Advice]:
    """Terms of ours that the ontology does not declare."""
    seen: set[str] = set()
    for token in scan.body:
        iri = scan.prologue.resolve(token)
        namespace = _namespace(iri)
        if iri is None or namespace is None or iri == namespace or iri in seen or iri in terms:
            continue
        if any(known.startswith(namespace) for known in terms):
            seen.add(iri)
            yield Advice.at(scan, token, _unknown_message(iri, namespace, terms))


def _namespace(iri: str | None) -> str | None:
    return next((ns for ns in BY_NAMESPACE if iri is not None and iri.startswith(ns)), None)


def _unknown_message(iri: str, namespace: str, terms: Mapping[str, Sequence[str]]) -> str:
    prefix, name = BY_NAMESPACE[namespace], iri.removeprefix(namespace)
    known = {
        i.removeprefix(namespace): labels for i, labels in terms.items() if i.startswith(namespace)
    }
    what = "is not a term of the ontology" if prefix == "ckg" else f"is no concept of {prefix}"
    return f"{prefix}:{name} {what}{question(f'{prefix}:{n}' for n in meant(name, known))}"


def meant(name: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """Up to three known names that a name may stand for; `known` has the labels of each.

    First those that are called so, then those with all its words in a label, then those alike.
    """
    wanted = fold(name)
    words = set(wanted.split())
    labels = [(fold(label), candidate) for candidate, those in known.items() for label in those]
    called = sorted(candidate for label, candidate in labels if label == wanted)
    worded = [(len(label), candidate) for label, candidate in labels if words <= {*label.split()}]
    found = [*called, *(candidate for _, candidate in sorted(worded))]
    return list(dict.fromkeys([*found, *near(name, known, cutoff=0.6)]))[:3]


def question(names: Iterable[str]) -> str:
    """What to add to a message that some name is not known; empty without names to offer."""
    offered = " or ".join(names)
    return f": did you mean {offered}?" if offered else ""


def _described_not_true(scan: Scan) -> Iterator[Advice]:
    """The trap: a situation is described, not true, and a feared act has an agent too."""
    names: dict[str, Token] = {}
    for token in scan.tokens:
        iri = scan.prologue.resolve(token)
        if iri is not None and iri.startswith(CKG):
            names.setdefault(iri.removeprefix(CKG), token)
    role = next((token for name, token in names.items() if name.startswith("role")), None)
    if role is not None and not WHOSE & names.keys():
        message = "situations are described, not true: a feared act has an agent too; "
        yield Advice.at(scan, role, message + "ask for their ckg:standing, or for the ckg:claimant")
