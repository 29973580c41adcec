"""What a query says before its form, and which graphs it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES, unescape_local
from kg.sparql.lexer import Token, unescape, word
from kg.sparql.watch import error_at
from kg.store.interface import WHOLE, Dataset

BASE_CHARACTERS: Final = 2_000
REMEMBERED: Final = 500
"""Of IRIs up to this length what they mean is remembered: each is asked for several times."""


@dataclass(frozen=True, slots=True)
class Prologue:
    """The base and the prefixes of a query, ours included."""

    base: str = BASE
    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))
    declared: frozenset[str] = frozenset()

    def resolve(self, token: Token) -> str | None:
        """The IRI that an `iri` or `pname` token stands for; None if its prefix is unknown."""
        if token.kind == "iri":
            is_short = len(token.text) <= REMEMBERED
            return (_resolved_short if is_short else _resolved)(self.base, token.text)
        prefix, _, local = token.text.partition(":")
        if token.kind != "pname" or prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + unescape_local(local)


def read_prologue(text: str, found: Sequence[Token]) -> tuple[Prologue, int]:
    """Read the prologue; also says at which token the rest begins.

    Raises `QueryError` for a base that is long: thousands of IRIs may be relative to it.
    """
    base, prefixes, declared = BASE, dict(PREFIXES), set()
    at = 0
    while at < len(found):
        kinds = [token.kind for token in found[at + 1 : at + 3]]
        keyword = word(found[at])
        if keyword == "BASE" and kinds[:1] == ["iri"]:
            base = _resolved(base, found[at + 1].text)
            if len(base) > BASE_CHARACTERS:
                message = f"a base has at most {BASE_CHARACTERS} characters"
                raise error_at(text, found[at].start, message, "write a shorter one")
            at += 2
        elif keyword == "PREFIX" and kinds == ["pname", "iri"]:
            prefix = found[at + 1].text.rstrip(":")
            prefixes[prefix] = _resolved(base, found[at + 2].text)
            declared.add(prefix)
            at += 3
        elif keyword == "VERSION" and kinds[:1] == ["string"]:
            at += 2
        else:
            break
    return Prologue(base, prefixes, frozenset(declared)), at


def dataset_of(found: Sequence[Token], prologue: Prologue) -> Dataset:
    """The dataset of the `FROM` and `FROM NAMED` clauses; all that is served without any."""
    default: list[ox.NamedNode] = []
    named: list[ox.NamedNode] = []
    for at, token in enumerate(found):
        if word(token) != "FROM":
            continue
        is_named = word(found[at + 1]) == "NAMED" if at + 1 < len(found) else False
        graph_at = at + 2 if is_named else at + 1
        graph = prologue.resolve(found[graph_at]) if graph_at < len(found) else None
        if graph is None or ":" not in graph:
            return WHOLE  # no clause that can be read: the engine says what is wrong with it
        (named if is_named else default).append(ox.NamedNode(graph))
    return Dataset(tuple(default), tuple(named)) if default or named else WHOLE


@lru_cache(1_000)
def _resolved_short(base: str, iri: str) -> str:
    return _resolved(base, iri)


def _resolved(base: str, iri: str) -> str:
    plain = unescape(iri[1:-1])
    written = plain.text if plain else iri[1:-1]
    found = urljoin(base, written)
    return f"{found}#" if written.endswith("#") and not found.endswith("#") else found
