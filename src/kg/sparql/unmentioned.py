"""Names of ours in a query of which the store says nothing, and what may be meant by them.

A name is looked up by itself, so that this costs the same in a small store and in a large one; the
names of all things are read only where something is to be suggested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Final
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg.namespaces import KINDS, SCHEMES, compact, iri, split
from kg.sparql.advice import Advice, meant, question
from kg.sparql.guard import Scan
from kg.sparql.lexer import CLOSING, OPENING, Token
from kg.sparql.names import Names, kind_of, names_of
from kg.store.interface import Generation, Store
from kg.store.values import truth

MOST_ASKED: Final = 100
"""Names that are looked up; a list of `VALUES` can have thousands."""
MOST_TOLD: Final = 10
MOST_KEPT: Final = 10_000
"""Names that were found are not looked up again as long as the generation is the same."""

NUMBERED: Final = frozenset(
    """claim passage sentence clause name time proposition estimate membership
    unnamed-source""".split()
)
"""Kinds whose slugs are numbers, dates or hashes: that one is like another means nothing."""


def unmentioned(
    store: Store, scan: Scan, terms: Iterable[str], generation: Generation
) -> Iterator[Advice]:
    """Advice on things, and on concepts of schemes of which `terms` has none, that are not there.

    `generation` is the one that answered the query; names found in it are looked up no more.

    An empty store, and one that keeps no artefacts, is asked nothing.
    """
    asked = unfound(store, scan, terms, generation).items()
    missing = ((n, token) for n, token in asked if not _mentioned(store, n, generation))
    for name, token in islice(missing, MOST_TOLD):
        suggested = _suggested(names_of(store), name)
        yield Advice.at(scan, token, f"nothing is known of {compact(name)}{question(suggested)}")


def unfound(
    store: Store, scan: Scan, terms: Iterable[str], generation: Generation
) -> dict[str, Token]:
    """The names that have to be looked up, as many as are, each with its first place."""
    if not store.capabilities.artefacts or generation == 0:
        return {}
    found = _found_in(store, generation)
    names = {name: token for name, token in _names(scan).items() if name not in found}
    if not names:
        return {}
    in_schemes = any(kind_of(name) in SCHEMES for name in names)
    declared = {kind_of(term) for term in terms} if in_schemes else set()
    asked = ((i, token) for i, token in names.items() if kind_of(i) not in declared)
    return dict(islice(asked, MOST_ASKED))


def remember(store: Store, names: Iterable[str], generation: Generation) -> None:
    """Look up these no more in a generation, in which they were found."""
    found = _found_in(store, generation)
    found.update(islice(names, MOST_KEPT - len(found)))


def _names(scan: Scan) -> dict[str, Token]:
    """Our things and concepts that a query names, each with its first place."""
    found: dict[str, Token] = {}
    for token in _beyond_template(scan.body):
        name = scan.prologue.resolve(token)
        if name is not None and kind_of(name):
            found.setdefault(name, token)
    return found


def _beyond_template(body: Sequence[Token]) -> Sequence[Token]:
    """A query without the template of a CONSTRUCT, which may well name what is new."""
    if [token.text.upper() for token in body[:2]] != ["CONSTRUCT", "{"]:
        return body
    depth = 0
    for at, token in enumerate(body):
        if token.kind == "punct":
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if token.text == "}" and depth == 0:
                return body[at:]
    return body


@lru_cache
def _question() -> str:
    return files("kg.sparql").joinpath("queries", "mentioned.rq").read_text(encoding="utf-8")


def _mentioned(store: Store, name: str, generation: Generation) -> bool:
    mentioned = truth(store, _question(), thing=ox.NamedNode(name))
    if mentioned:
        remember(store, [name], generation)
    return mentioned


_found: Final[WeakKeyDictionary[Store, tuple[Generation, set[str]]]] = WeakKeyDictionary()


def _found_in(store: Store, generation: Generation) -> set[str]:
    """The names that were found in a generation so far."""
    kept = _found.get(store)
    if kept is None or kept[0] != generation:
        kept = _found[store] = (generation, set())
    return kept[1]


def _suggested(names: Names, name: str) -> list[str]:
    """Names of things that may be meant: the same slug of another kind, or others of its kind."""
    kind, slug = split(name) or ("", "")
    found = [compact(other) for k in KINDS if (other := str(iri(k, slug))) in names]
    if kind not in NUMBERED:
        found += [f"{kind}:{each}" for each in meant(slug, names.of_kind(kind))]
    return found[:3]
