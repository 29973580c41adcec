"""What each sort of page shows: from a store and an IRI to the values of a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS, SKOS

from kg.geo.natural_earth import POLICY, POLICY_PAGE
from kg.namespaces import CKG, OA, SCHEMA
from kg.web import claims, conflicts, content, document, entity, figures, timeline
from kg.web.asking import Asking
from kg.web.facts import Facts
from kg.web.maps import map_of
from kg.web.neighbours import neighbours
from kg.web.paging import Page, page_of
from kg.web.rows import Row

Context = dict[str, Any]


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _claims(asking: Asking, iri: str, relation: str) -> Facts:
    return asking.facts("claims", entity=_node(iri), relation=_node(relation))


def _rows(asking: Asking, name: str, iri: str) -> list[Row]:
    """The solutions of a query about a thing, asked once per generation."""
    return asking.once(f"rows {name}", iri, lambda: asking.rows(name, entity=_node(iri)))


def _listed(asking: Asking, iri: str, relation: str, name: str) -> Page[claims.Claim]:
    """The page that is asked for of the claims in a relation to a thing."""
    page = page_of(_claims_of(asking, iri, relation), name)
    facts = asking.facts_of("claim-list", "claim", page.items)
    return page.showing(claims.claim(facts, each) for each in page.items)


def _claims_of(asking: Asking, iri: str, relation: str) -> list[str]:
    """The IRIs of all claims in a relation to a thing, in their order."""

    def ask() -> list[str]:
        rows = asking.rows("claims-of", entity=_node(iri), relation=_node(relation))
        return sorted((row["claim"].value for row in rows), key=claims.natural)

    return asking.once(f"claims {relation}", iri, ask)


def _disputed(asking: Asking, iri: str) -> Page[claims.Opposition]:
    """The page that is asked for of the pairs of claims about a thing that oppose each other."""

    def ask() -> list[frozenset[str]]:
        rows = asking.rows("opposed", entity=_node(iri))
        found = {frozenset((row["claim"].value, row["other"].value)) for row in rows}
        return sorted(found, key=lambda pair: sorted(map(claims.natural, pair)))

    page = page_of(asking.once("opposed", iri, ask), "disputed")
    facts = asking.facts_of("claim-list", "claim", sorted(set().union(*page.items)))
    found = claims.opposed(facts, set().union(*page.items))
    pairs = {frozenset((each.first.thing.iri, each.second.thing.iri)): each for each in found}
    return page.showing(pairs[pair] for pair in page.items if pair in pairs)


def _entity(asking: Asking, iri: str) -> Context:
    facts = asking.facts("entity", entity=_node(iri))
    told = entity.uncontested(asking.facts("uncontested", entity=_node(iri)), iri)
    thing, names = facts.thing(iri), entity.names(facts, iri)
    english = [n.text.value for n in names if n.text.language in ("en", None)]
    return {
        "facts": facts,
        "thing": thing,
        "types": entity.types(facts, iri),
        "also": [name for name in english if name != thing.label],
        "names": [n for n in names if n.text.language not in ("en", None)],
        "properties": entity.properties(facts, iri, entity.EXTERNAL),
        "elsewhere": entity.elsewhere(facts, iri),
        "uncontested": page_of(told, "uncontested"),
        "figures": figures.chart(_rows(asking, "figures", iri)),
        "neighbours": neighbours(_rows(asking, "neighbours", iri), thing.label),
        "timeline": timeline.timeline(_rows(asking, "timeline", iri)),
        "oppositions": _disputed(asking, iri),
        "about": _listed(asking, iri, str(CKG.about), "about"),
        "made": _listed(asking, iri, str(CKG.claimant), "made"),
    }


def _with_map(asking: Asking, iri: str) -> Context:
    """An entity that has a place on the globe, or to do with places."""
    found = asking.once("map", iri, lambda: map_of(asking.rows("map", entity=_node(iri))))
    shown = {"map": found, "policy": POLICY, "policy_page": POLICY_PAGE}
    return _entity(asking, iri) | shown


def _conflict(asking: Asking, iri: str) -> Context:
    return _with_map(asking, iri) | {"overview": conflicts.overview(asking, iri)}


def _claim(asking: Asking, iri: str) -> Context:
    facts = asking.facts("content", entity=_node(iri))
    own = _claims(asking, iri, claims.SELF)
    taken_apart = content.content(facts, iri)
    what = facts.iri(iri, CKG.content)
    others = claims.listed(_claims(asking, what, str(CKG.content)), what) if what else []
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "claim": claims.claim(own, iri),
        "oppositions": claims.oppositions(own, iri),
        "content": taken_apart,
        "inner_claims": _inner(facts, iri),
        "notes": [*facts.texts(iri, str(SKOS.editorialNote)), *facts.texts(iri, str(RDFS.comment))],
        "same_content": [other for other in others if other.thing.iri != iri],
    }


def _inner(facts: Facts, iri: str) -> list[claims.Claim]:
    """The claims inside a claim, outermost first."""
    found: list[str] = []
    what = facts.iri(iri, CKG.content)
    while what and what not in found and str(CKG.Claim) in facts.iris(what, str(RDF.type)):
        found.append(what)
        what = facts.iri(what, CKG.content)
    return [claims.claim(facts, inner) for inner in found]


def _content(asking: Asking, iri: str) -> Context:
    facts = asking.facts("content", entity=_node(iri))
    held = _claims(asking, iri, str(CKG.content))
    standing = facts.iri(iri, CKG.standing)
    uses = entity.uses(asking.facts("used-by", entity=_node(iri)), iri)
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "content": content.content(facts, iri),
        "standing": facts.thing(standing) if standing else None,
        "sources": facts.number(iri, CKG.sourceCount),
        "claims": claims.listed(held, iri),
        "oppositions": claims.oppositions(held, iri),
        "uses": [use for use in uses if use.predicate.iri != str(CKG.content)],
    }


def _document(asking: Asking, iri: str) -> Context:
    facts = asking.facts("entity", entity=_node(iri))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "address": claims.document_address(facts, iri),
        "types": entity.types(facts, iri),
        "properties": entity.properties(facts, iri, leave_out=(str(SCHEMA.url),)),
        "sentences": document.sentences(asking.facts("document", entity=_node(iri))),
        "made": _listed(asking, iri, str(CKG.claimant), "made"),
        "about": _listed(asking, iri, str(CKG.about), "about"),
    }


def _sentence(asking: Asking, iri: str) -> Context:
    facts = asking.facts("sentence", entity=_node(iri))
    within = facts.iri(iri, CKG.inDocument)
    numbered = document.sentences(facts)
    place = next((i for i, s in enumerate(numbered) if s.thing.iri == iri), 0)
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "sentence": document.sentence(facts, iri),
        "document": facts.thing(within) if within else None,
        "address": claims.document_address(facts, within or ""),
        "before": numbered[place - 1] if place > 0 else None,
        "after": numbered[place + 1] if place + 1 < len(numbered) else None,
        "claims": claims.listed(_claims(asking, iri, str(CKG.inSentence)), iri),
    }


def _statement(asking: Asking, iri: str) -> Context:
    facts = asking.facts("entity", entity=_node(iri))
    made = _claims(asking, iri, str(CKG.madeIn))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "properties": entity.properties(facts, iri),
        "claims": claims.listed(made, iri),
        "oppositions": claims.oppositions(made, iri),
    }


def _passage(asking: Asking, iri: str) -> Context:
    facts = asking.facts("entity", entity=_node(iri))
    resting = _claims(asking, iri, str(CKG.evidence))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "properties": entity.properties(facts, iri),
        "passage": claims.passage(facts | resting, iri),
        "claims": claims.listed(resting, iri),
    }


def other(asking: Asking, iri: str) -> Context:
    """Things without a page of their own sort: times, estimates, clauses, names."""
    facts = asking.facts("entity", entity=_node(iri))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "types": entity.types(facts, iri),
        "properties": entity.properties(facts, iri, leave_out=(str(OA.hasSelector),)),
        "uses": entity.uses(asking.facts("used-by", entity=_node(iri)), iri),
    }


_ENTITIES: Final = (
    "person", "organisation", "state", "group", "place", "conflict", "event", "agreement",
    "prospective-agreement", "post", "reference", "unnamed-source", "dataset-release",
)  # fmt: skip

PAGES: Final[dict[str, Callable[[Asking, str], Context]]] = {
    **dict.fromkeys(_ENTITIES, _entity),
    **dict.fromkeys(("place", "state", "event"), _with_map),
    "conflict": _conflict,
    "claim": _claim,
    "proposition": _content,
    "situation": _content,
    "document": _document,
    "sentence": _sentence,
    "statement": _statement,
    "passage": _passage,
}
TEMPLATES: Final[dict[str, str]] = {
    **dict.fromkeys(_ENTITIES, "entity"),
    **{kind: kind for kind in ("claim", "document", "sentence", "statement", "passage")},
    "conflict": "conflict",
    "proposition": "content",
    "situation": "content",
}
