"""What pages of agreements and of releases of datasets show before what every entity has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import DCTERMS

from kg.messages import marked
from kg.namespaces import CKG, IMPORTED, SCHEMA
from kg.store.interface import Term
from kg.web import rows as read
from kg.web.around import around
from kg.web.asking import Asking
from kg.web.claims import document_address
from kg.web.facts import Facts, Text, Thing
from kg.web.listing import by_claim, found
from kg.web.rows import Row

_PARTIES: Final = tuple(map(str, (CKG.signatory, CKG.participant, CKG.mediator, CKG.hostedBy)))
_OF_A_RELEASE: Final = (
    (SCHEMA.version, marked("Release")),
    (DCTERMS.publisher, marked("Publisher")),
    (DCTERMS.license, marked("Licence")),
    (DCTERMS.issued, marked("Published on")),
    (SCHEMA.measurementTechnique, marked("How it counts")),
    (DCTERMS.bibliographicCitation, marked("Cite as")),
)
RECORDED: Final = (*(str(predicate) for predicate, _ in _OF_A_RELEASE), str(SCHEMA.url))
"""What the page of a release says above, and not once more below."""


@dataclass(frozen=True)
class Role:
    """Somebody in an agreement, or a situation that it plays a role in, and how that stands."""

    thing: Thing
    words: Thing
    content: Thing
    standing: Thing | None
    kind: Thing | None = None


@dataclass(frozen=True)
class Counted:
    """A thing, and how many claims have to do with it."""

    thing: Thing
    claims: int


@dataclass(frozen=True)
class Agreement:
    """Who is party to it, what is described of it (broken, kept, wanted), and where that is told.

    `cut` says that documents are those of the first claims only.
    """

    parties: tuple[Role, ...]
    described: tuple[Role, ...]
    documents: tuple[Counted, ...]
    cut: bool


@dataclass(frozen=True)
class Release:
    """What is recorded of a release, where to get it, and what its claims are about.

    `held` says whether there is a graph of imports.
    """

    recorded: tuple[tuple[str, tuple[Thing | Text, ...]], ...]
    download: str | None
    held: bool
    covers: tuple[Counted, ...]
    cut: bool


def agreement(asking: Asking, iri: str) -> Agreement:
    """What the page of an agreement shows first."""
    contents, most = around(asking, iri).contents, asking.sizes.rows
    described = [row for row in contents if row["other"] == row["content"]][:most]
    rows = [*(row for row in contents if row["predicate"].value in _PARTIES), *described]
    kinds = _kinds(asking, [row["content"] for row in described])
    with_kinds = [
        {**row, "kind": kinds[row["content"]]} if row["content"] in kinds else row for row in rows
    ]
    roles = [_role(row) for row in asking.named(with_kinds)]
    documents, cut = _counted(asking, iri, str(CKG.about), "told-in", "document")
    return Agreement(
        parties=tuple(role for role in roles if role.thing != role.content),
        described=tuple(role for role in roles if role.thing == role.content),
        documents=documents,
        cut=cut,
    )


def release(asking: Asking, facts: Facts, iri: str) -> Release:
    """What the page of a release shows first, out of the facts of `entity.rq`."""
    covers, cut = _counted(asking, iri, str(CKG.claimant), "covers", "other")
    recorded = (
        (words, tuple(facts.shown(node) for node in facts.objects(iri, str(predicate))))
        for predicate, words in _OF_A_RELEASE
    )
    return Release(
        recorded=tuple((words, values) for words, values in recorded if values),
        download=document_address(facts, iri),
        held=any(row["graph"].value == str(IMPORTED) for row in asking.kept("graphs")),
        covers=covers,
        cut=cut,
    )


def _counted(
    asking: Asking, iri: str, relation: str, query: str, variable: str
) -> tuple[tuple[Counted, ...], bool]:
    """What a query counts for the first claims in a relation to a thing; whether that is a part."""
    values = {"entity": ox.NamedNode(iri), "relation": ox.NamedNode(relation)}
    first = found(asking, "claims-of", by_claim, **values)
    claims = [row["claim"] for row in first.rows]
    most = asking.sizes.entries

    def ask() -> list[Row]:
        return asking.rows(query, limit=most + 1, claim=claims) if claims else []

    rows = asking.once(query, iri, ask)
    shown = tuple(
        Counted(read.thing(row, variable), read.number(row, "claims") or 0)
        for row in asking.named(rows[:most])
    )
    return shown, first.cut or len(rows) > most


def _kinds(asking: Asking, situations: Sequence[Term]) -> dict[Term, Term]:
    rows = asking.rows("kinds-of", situation=situations) if situations else []
    return {row["situation"]: row["kind"] for row in rows}


def _role(row: Row) -> Role:
    return Role(
        thing=read.thing(row, "other"),
        words=read.thing(row, "predicate"),
        content=read.thing(row, "content"),
        standing=read.thing_or_none(row, "standing"),
        kind=read.thing_or_none(row, "kind"),
    )
