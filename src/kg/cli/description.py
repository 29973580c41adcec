"""What is known of one thing, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.names.phrases import before
from kg.namespaces import CKG, PREFIXES, SKOSXL, compact
from kg.sparql.describe import (
    LISTED,
    Claim,
    ClaimDetails,
    Passage,
    claim_details,
    claims,
    direct,
    name_notes,
    uncontested,
)
from kg.sparql.names import Names
from kg.sparql.table import cell
from kg.store.interface import Store
from kg.store.values import Node

INDENT: Final = "  "
NOT_RECORDED: Final = frozenset(
    {
        f"{PREFIXES['rdf']}type",
        f"{PREFIXES['rdfs']}label",
        f"{PREFIXES['rdfs']}isDefinedBy",
        f"{PREFIXES['skos']}prefLabel",
        f"{PREFIXES['skos']}altLabel",
        str(SKOSXL.prefLabel),
        str(SKOSXL.altLabel),
    }
)
"""Properties that are shown elsewhere."""
NOT_RECORDED_OF_CLAIMS: Final = frozenset(
    str(CKG[name])
    for name in ("claimant", "content", "mode", "certainty", "polarity", "evidence", "madeIn")
)


def description(store: Store, names: Names, iri: str, width: int) -> str:
    """Everything about one thing, in lines of at most `width` columns where words allow it."""
    return "\n".join(_Description(store, names, iri, width).lines())


class _Description:
    def __init__(self, store: Store, names: Names, iri: str, width: int) -> None:
        self.store, self.names, self.iri, self.width = store, names, iri, width

    def lines(self) -> Iterator[str]:
        thing = self.names.get(self.iri)
        types = ", ".join(self.names.label(kind) for kind in thing.types)
        yield from self._wrapped(thing.label, "")
        yield f"{compact(self.iri)}{f' · {types}' if types else ''}"
        details = claim_details(self.store, self.iri)
        if details is not None:
            yield from self._claim(details)
        yield from self._names()
        yield from self._uncontested()
        yield from self._recorded(is_claim=details is not None)
        for heading, relation in LISTED:
            yield from self._listed(heading, claims(self.store, self.iri, relation))

    def _wrapped(self, text: str, indent: str, hanging: str = "") -> list[str]:
        return textwrap.wrap(
            text,
            max(self.width, 40),
            initial_indent=indent,
            subsequent_indent=indent + hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _named(self, node: Node | str) -> str:
        """A thing by its label, a literal as it is."""
        if isinstance(node, ox.NamedNode):
            return self.names.label(node.value)
        return self.names.label(node) if isinstance(node, str) else cell(node)

    def _names(self) -> Iterator[str]:
        thing = self.names.get(self.iri)
        others = [name for name in thing.names if name.text != thing.label]
        if others:
            yield from ("", "Names")
        notes = name_notes(self.store, self.iri)
        for name in sorted(others, key=lambda n: (n.language, not n.preferred, n.text)):
            found = [self._named(note) for note in notes.get((name.text, name.language), ())]
            note = f" ({', '.join(found)})" if found else ""
            yield from self._wrapped(f"{name.language or '–':3} {name.text}{note}", INDENT, "    ")

    def _uncontested(self) -> Iterator[str]:
        found = uncontested(self.store, self.iri)
        if found:
            yield from ("", f"Uncontested ({len(found)})")
        for triple in found:
            subject, value = self._named(triple.subject), self._named(triple.object)
            words = f"{subject} {before(self._named(triple.predicate), value)} {value}"
            count = f"{triple.sources} source{'' if triple.sources == 1 else 's'}"
            yield from self._wrapped(f"{words} ({count})", INDENT, INDENT)

    def _recorded(self, *, is_claim: bool) -> Iterator[str]:
        hidden = NOT_RECORDED | (NOT_RECORDED_OF_CLAIMS if is_claim else frozenset())
        found = [line for line in direct(self.store, self.iri) if line.predicate not in hidden]
        if found:
            yield from ("", "Recorded")
        for line in found:
            label, value = self._named(line.predicate), self._named(line.value)
            yield from self._wrapped(f"{label}: {value}", INDENT, INDENT)

    def _listed(self, heading: str, found: list[Claim]) -> Iterator[str]:
        if found:
            yield from ("", f"{heading} ({len(found)})")
        for claim in found:
            yield from self._wrapped(self.names.label(claim.iri), INDENT, INDENT)
            yield from self._wrapped(f"{compact(claim.iri)} · {self._firmness(claim)}", INDENT * 2)

    def _firmness(self, claim: Claim) -> str:
        """Who says it, how firmly, and how the content stands: `Newsweek > Kelly · fact, …`."""
        chain = " > ".join(self._named(holder) for holder in (*claim.holders, claim.claimant))
        axes = ", ".join(
            self._named(axis) for axis in (claim.mode, claim.certainty, claim.polarity)
        )
        standing = f" · {self._named(claim.standing)}" if claim.standing else ""
        return f"{chain} · {axes}{standing}"

    def _claim(self, details: ClaimDetails) -> Iterator[str]:
        yield from ("", "Claimed")
        for outer, claimant in details.around:
            text = f"inside {compact(outer)}, by {self._named(claimant)}: {self._named(outer)}"
            yield from self._wrapped(text, INDENT, INDENT)
        yield from self._wrapped(f"by {self._firmness(details.claim)}", INDENT, INDENT)
        if details.statement:
            yield from self._wrapped(f"in {self._named(details.statement)}", INDENT, INDENT)
        yield from ("", f"Content {compact(details.claim.content)}")
        for part in details.parts:
            text = f"{self._named(part.predicate)}: {self._named(part.value)}"
            yield from self._wrapped(text, INDENT * (part.depth + 1), INDENT)
        yield from ("", "Passages")
        for passage in details.passages:
            yield from self._wrapped(self._place(passage), INDENT, INDENT)
        if details.against:
            yield from ("", "Against it")
        for how, other in details.against:
            text = f"{self._named(how)}: {self._named(other)} ({compact(other)})"
            yield from self._wrapped(text, INDENT, INDENT)

    def _place(self, passage: Passage) -> str:
        parts = [self._named(passage.document)]
        if passage.sentence:
            parts.append(compact(passage.sentence))
        if passage.start is not None:
            parts.append(f"characters {passage.start} to {passage.end}")
        parts += [part for part in (passage.locator, passage.url) if part]
        return ", ".join(parts)
