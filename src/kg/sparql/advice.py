"""Warnings about queries that run and yet may not answer what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.namespaces import CKG, PREFIXES, SCHEMES
from kg.sparql.guard import Scan
from kg.sparql.hints import near
from kg.sparql.lexer import Token, place

BY_NAMESPACE: Final = {str(CKG): "ckg", **{PREFIXES[scheme]: scheme for scheme in SCHEMES}}

WHOSE: Final = frozenset({"standing", "claimant", "accordingTo", "mode", "voice"})
"""Predicates that show that a situation is claimed, by whom or how firmly."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to reconsider, with its place in the query."""

    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


def advise(scan: Scan, terms: Mapping[str, Sequence[str]]) -> tuple[Advice, ...]:
    """What a query writer should know, in the order of the query."""
    found = [*_unknown(scan, terms), *_described_not_true(scan)]
    return tuple(sorted(found, key=lambda warning: (warning.line, warning.column)))


def _unknown(scan: Scan, terms: Mapping[str, Sequence[str]]) -> Iterator[Advice]:
    """Terms of ours that the ontology does not declare."""
    seen: set[str] = set()
    for token in scan.tokens:
        iri = scan.prologue.resolve(token)
        namespace = _namespace(iri)
        if iri is None or namespace is None or iri == namespace or iri in seen or iri in terms:
            continue
        if any(known.startswith(namespace) for known in terms):
            seen.add(iri)
            yield _warning(scan, token, _unknown_message(iri, namespace, terms))


def _namespace(iri: str | None) -> str | None:
    return next((ns for ns in BY_NAMESPACE if iri is not None and iri.startswith(ns)), None)


def _unknown_message(iri: str, namespace: str, terms: Mapping[str, Sequence[str]]) -> str:
    prefix, name = BY_NAMESPACE[namespace], iri.removeprefix(namespace)
    known = {
        i.removeprefix(namespace): labels for i, labels in terms.items() if i.startswith(namespace)
    }
    spoken = name.replace("-", " ").lower()
    labelled = [n for n, labels in known.items() if spoken in (label.lower() for label in labels)]
    close = list(dict.fromkeys([*sorted(labelled), *near(name, known, cutoff=0.6)]))[:3]
    what = "is not a term of the ontology" if prefix == "ckg" else f"is no concept of {prefix}"
    question = f": did you mean {' or '.join(f'{prefix}:{n}' for n in close)}?" if close else ""
    return f"{prefix}:{name} {what}{question}"


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
        yield _warning(scan, role, message + "ask for their ckg:standing, or for the ckg:claimant")


def _warning(scan: Scan, token: Token, message: str) -> Advice:
    return Advice(message, *place(scan.text, token.start))
