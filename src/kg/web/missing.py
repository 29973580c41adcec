"""What to say when there is nothing at an address: what it may have meant."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches
from typing import NoReturn

from kg.errors import NotFoundError
from kg.namespaces import KINDS
from kg.sparql.names import names_of
from kg.web.addresses import href, split_iri, thing_iri
from kg.web.asking import Asking
from kg.web.facts import Thing

_FEWEST_LETTERS = 4
_SUGGESTED = 5


class NothingHereError(NotFoundError):
    """No page has this address; `suggestions` are pages that were perhaps meant."""

    def __init__(self, message: str, hint: str, suggestions: list[Thing]) -> None:
        super().__init__(message, hint=hint)
        self.suggestions = suggestions


class WithdrawnError(NothingHereError):
    """Something was here and was taken out."""


def not_found(asking: Asking, kind: str, slug: str) -> NoReturn:
    """Raise the error for a thing that does not exist, or does not any more."""
    suggestions = similar(asking, kind, slug)
    gone = asking.withdrawn.by(thing_iri(kind, slug))
    if gone is not None:
        raise WithdrawnError(
            f"{kind}/{slug} was withdrawn on {gone.time[:10]}, in generation {gone.generation}:"
            f" {gone.message}",
            f"`kg diff {gone.generation - 1} {gone.generation}` says what changed",
            suggestions,
        )
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        meant = f"did you mean {near[0]}?" if near else f"kinds are {', '.join(KINDS)}"
        raise NothingHereError(f"there is no kind of thing called {kind}", meant, suggestions)
    hint = "one of these may be meant" if suggestions else "search for its name"
    raise NothingHereError(f"nothing is known about {kind}/{slug}", hint, suggestions)


def similar(asking: Asking, kind: str, slug: str) -> list[Thing]:
    """Things whose names share words with a slug; the likest first."""
    words = sorted(set(slug.lower().replace("/", "-").split("-")), key=len, reverse=True)
    names, hits = names_of(asking.store), set[str]()
    for word in [w[:-1] if len(w) > _FEWEST_LETTERS + 1 else w for w in words][:4]:
        if len(word) >= _FEWEST_LETTERS - 1:
            hits |= {hit.thing.iri for hit in names.search(word)}
    best = sorted(hits, key=lambda iri: (-_likeness(iri, kind, slug), iri))[:_SUGGESTED]
    return [Thing(iri, names.label(iri), href(iri)) for iri in best]


def _likeness(iri: str, kind: str, slug: str) -> float:
    """How like the slugs are, from 0 to 1, and half a point more for the same kind."""
    its_kind, its_slug = split_iri(iri) or ("", iri)
    return SequenceMatcher(None, slug, its_slug).ratio() + (its_kind == kind) / 2
