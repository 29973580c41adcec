"""What each sort of page shows: from a store and an IRI to the values of a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import pyoxigraph as ox
from flask import render_template
from markupsafe import Markup
from rdflib.namespace import RDF, RDFS, SKOS

from kg.geo.natural_earth import POLICY, POLICY_PAGE
from kg.namespaces import CKG, OA, SCHEMA
from kg.store.interface import Term
from kg.web import claims, conflicts, content, document, entity, figures, overviews, timeline
from kg.web.around import around
from kg.web.asking import Asking
from kg.web.facts import Facts
from kg.web.listing import (
    ABOUT_AND_BY,
    by_claim,
    claim_facts,
    claims_of,
    disputed,
    found,
    found_about_and_by,
    listed,
    shown_claims,
    shown_pairs,
    told,
)
from kg.web.maps import Map, map_of
from kg.web.neighbours import neighbours
from kg.web.paging import Page
from kg.web.rows import Row
from kg.web.together import together

Context = dict[str, Any]


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _entity(asking: Asking, iri: str) -> Context:
    """What every entity has; what lists are to show is asked for before all their names are."""
    key = entity.by_subject(iri)
    asked = _parts(
        lambda: {"pictures": _pictures(asking, iri)},
        lambda: {"claimed": _claimed(asking, iri)},
        lambda: {"page": listed(asking, "uncontested", "uncontested", key, entity=_node(iri))},
        lambda: {"recorded": _asked(asking, iri)},
    )
    page, claimed = asked["page"], asked["claimed"]
    asking.learn_names(page.items, asked["recorded"], claimed.facts)
    return {
        "pictures": asked["pictures"],
        "near_cut": around(asking, iri).cut,
        "uncontested": page.showing(map(entity.uncontested, asking.named(page.items))),
        **_recorded(asking, iri, asked["recorded"]),
        **claimed.shown(asking),
    }


def _parts(*parts: Callable[[], Context]) -> Context:
    """All that the parts of a page show."""
    return {name: shown for part in together(*parts) for name, shown in part.items()}


def _asked(asking: Asking, iri: str) -> Facts:
    """What is recorded on an entity, asked once per generation."""
    return asking.once("entity", iri, lambda: asking.facts("entity", entity=_node(iri))).afresh()


def _recorded(asking: Asking, iri: str, asked: Facts) -> Context:
    facts = asking.labelled(asked)
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
    }


def _pictures(asking: Asking, iri: str) -> dict[str, Markup]:
    """Figures, times and neighbours, of as much around a thing as a page looks at.

    They are drawn here, while other parts of the page wait for the store.
    """
    near, most = around(asking, iri), asking.sizes.rows

    def first(name: str, what: Sequence[ox.NamedNode]) -> list[Row]:
        return asking.rows(name, limit=most + 1, what=what)

    counted, times = together(
        lambda: asking.once("figures", iri, lambda: first("figures-of", near.things)),
        lambda: asking.once("times", iri, lambda: first("times", near.subjects(most))),
    )
    timed, thing = timeline.of(times, iri), _asked(asking, iri).thing(iri)
    asking.learn_names((*counted, *timed, *near.contents))
    beside = asking.named(near.contents)
    shown = {
        "figures": figures.chart(asking.named(counted), most),
        "timeline": timeline.timeline(asking.named(timed), most),
        "neighbours": neighbours(beside, thing.label, asking.sizes.neighbours),
    }
    given = {"iri": iri, "thing": thing, "near_cut": near.cut}
    return {
        name: Markup(render_template(f"_{name}.html", **{name: picture}, **given))  # noqa: S704
        for name, picture in shown.items()
        if picture is not None
    }


@dataclass(frozen=True)
class _Claimed:
    """The claims about a thing and by it, and those that stand against each other."""

    about: Page[str]
    made: Page[str]
    pairs: Page[tuple[str, str]]
    pairs_cut: bool
    facts: Facts

    def shown(self, asking: Asking) -> Context:
        """All of them as the page shows them."""
        facts = asking.labelled(self.facts)
        return {
            "oppositions": shown_pairs(facts, self.pairs),
            "oppositions_cut": self.pairs_cut,
            "about": shown_claims(facts, self.about),
            "made": shown_claims(facts, self.made),
        }


def _claimed(asking: Asking, iri: str) -> _Claimed:
    first, _ = found_about_and_by(asking, iri)
    lists = zip(ABOUT_AND_BY, ("about", "made"), strict=True)
    about, made = (claims_of(asking, iri, relation, name) for relation, name in lists)
    pairs = disputed(asking, first.iris("claim"), iri)
    facts = told(asking, (*about.items, *made.items, *chain(*pairs.items)))
    return _Claimed(about, made, pairs, first.cut, facts)


def _with_map(asking: Asking, iri: str) -> Context:
    """An entity that has a place on the globe, or to do with places."""

    def mapped() -> Context:
        found_map = asking.once("map", iri, lambda: _map(asking, iri))
        return {"map": found_map, "policy": POLICY, "policy_page": POLICY_PAGE}

    return _parts(lambda: _entity(asking, iri), mapped)


def _map(asking: Asking, iri: str) -> Map | None:
    """The map of a thing and of what is beside it, as far as they have a place on the globe."""
    most, near = asking.sizes.points, around(asking, iri)
    places = asking.rows("located", limit=most, entity=_node(iri), what=near.things)
    points = asking.rows("points", limit=most + 1, thing=[_node(iri), *_things(places)])
    by_thing: dict[Term, list[Row]] = {}
    for row in points:
        by_thing.setdefault(row["thing"], []).append(row)
    beside = (
        {**row, "how": place["how"]} for place in places for row in by_thing.get(place["thing"], [])
    )
    return map_of([*by_thing.get(_node(iri), []), *beside], most)


def _things(rows: list[Row]) -> list[Term]:
    return list(dict.fromkeys(row["thing"] for row in rows))


def _conflict(asking: Asking, iri: str) -> Context:
    return _parts(
        lambda: _with_map(asking, iri),
        lambda: {"overview": conflicts.overview(asking, iri)},
    )


def _agreement(asking: Asking, iri: str) -> Context:
    return _parts(
        lambda: _entity(asking, iri),
        lambda: {"overview": overviews.agreement(asking, iri)},
    )


def _dataset_release(asking: Asking, iri: str) -> Context:
    shown = _entity(asking, iri)
    told_above = (*entity.EXTERNAL, *overviews.RECORDED)
    facts = shown["facts"]
    return shown | {
        "properties": entity.properties(facts, iri, told_above),
        "overview": overviews.release(asking, facts, iri),
    }


def _claim(asking: Asking, iri: str) -> Context:
    facts = asking.labelled(asking.facts("content", entity=_node(iri)))
    what = facts.iri(iri, CKG.content)
    same = claims_of(asking, what or iri, str(CKG.content), "same")
    pairs = disputed(asking, [iri], iri)
    own = claim_facts(asking, (iri, *same.items, *chain(*pairs.items)))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "claim": claims.claim(own, iri),
        "oppositions": shown_pairs(own, pairs),
        "content": content.content(facts, iri),
        "inner_claims": _inner(facts, iri),
        "notes": [*facts.texts(iri, str(SKOS.editorialNote)), *facts.texts(iri, str(RDFS.comment))],
        "same_content": shown_claims(own, same),
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
    facts = asking.labelled(asking.facts("content", entity=_node(iri)))
    standing = facts.iri(iri, CKG.standing)
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "content": content.content(facts, iri),
        "standing": facts.thing(standing) if standing else None,
        "sources": facts.number(iri, CKG.sourceCount),
        **_resting(asking, iri, str(CKG.content)),
        **used_by(asking, iri, leave_out=str(CKG.content)),
    }


def _resting(asking: Asking, iri: str, relation: str) -> Context:
    """The claims in a relation to a thing, and those of them that others stand against."""
    page = claims_of(asking, iri, relation, "claims")
    first = found(asking, "claims-of", by_claim, entity=_node(iri), relation=_node(relation))
    pairs = disputed(asking, first.iris("claim"), iri)
    facts = claim_facts(asking, (*page.items, *chain(*pairs.items)))
    return {
        "claims": shown_claims(facts, page),
        "oppositions": shown_pairs(facts, pairs),
        "oppositions_cut": first.cut,
        "relation": relation,
    }


def _document(asking: Asking, iri: str) -> Context:
    facts = asking.labelled(asking.facts("entity", entity=_node(iri)))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "address": claims.document_address(facts, iri),
        "types": entity.types(facts, iri),
        "properties": entity.properties(facts, iri, leave_out=(str(SCHEMA.url),)),
        "sentences": document.page_of_sentences(asking, iri),
        **_claimed(asking, iri).shown(asking),
    }


def _sentence(asking: Asking, iri: str) -> Context:
    facts = asking.labelled(asking.facts("sentence", entity=_node(iri)))
    within = facts.iri(iri, CKG.inDocument)
    numbered = document.sentences(facts)
    place = next((i for i, s in enumerate(numbered) if s.thing.iri == iri), 0)
    page = listed(asking, "claims-in-sentence", "claims", by_claim, entity=_node(iri))
    resting = page.showing(row["claim"].value for row in page.items)
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "sentence": document.sentence(facts, iri),
        "document": facts.thing(within) if within else None,
        "address": claims.document_address(facts, within or ""),
        "before": numbered[place - 1] if place > 0 else None,
        "after": numbered[place + 1] if place + 1 < len(numbered) else None,
        "claims": shown_claims(claim_facts(asking, resting.items), resting),
    }


def _statement(asking: Asking, iri: str) -> Context:
    facts = asking.labelled(asking.facts("entity", entity=_node(iri)))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "properties": entity.properties(facts, iri),
        **_resting(asking, iri, str(CKG.madeIn)),
    }


def _passage(asking: Asking, iri: str) -> Context:
    facts = asking.labelled(asking.facts("entity", entity=_node(iri)))
    relation = str(CKG.evidence)
    resting = claims_of(asking, iri, relation, "claims")
    shown = claim_facts(asking, resting.items)
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "properties": entity.properties(facts, iri),
        "passage": claims.passage(facts | shown, iri),
        "claims": shown_claims(shown, resting),
        "relation": relation,
    }


def other(asking: Asking, iri: str) -> Context:
    """Things without a page of their own sort: times, estimates, clauses, names."""
    facts = asking.labelled(asking.facts("entity", entity=_node(iri)))
    return {
        "facts": facts,
        "thing": facts.thing(iri),
        "types": entity.types(facts, iri),
        "properties": entity.properties(facts, iri, leave_out=(str(OA.hasSelector),)),
        **used_by(asking, iri),
    }


def used_by(asking: Asking, iri: str, leave_out: str = "") -> Context:
    """The page that is asked for of what points at a thing, and what is on it by predicate."""
    page = listed(asking, "used-by", "uses", _by_predicate, entity=_node(iri))
    rows = (row for row in page.items if row["predicate"].value != leave_out)
    return {"uses": entity.uses(asking.named(rows)), "uses_page": page}


def _by_predicate(row: Row) -> tuple[str, str]:
    return row["predicate"].value, row["subject"].value


_ENTITIES: Final = (
    "person", "organisation", "state", "group", "place", "conflict", "event", "agreement",
    "prospective-agreement", "post", "reference", "unnamed-source", "dataset-release",
)  # fmt: skip

PAGES: Final[dict[str, Callable[[Asking, str], Context]]] = {
    **dict.fromkeys(_ENTITIES, _entity),
    **dict.fromkeys(("place", "state", "event"), _with_map),
    "conflict": _conflict,
    **dict.fromkeys(("agreement", "prospective-agreement"), _agreement),
    "dataset-release": _dataset_release,
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
    **{kind: kind for kind in ("conflict", "agreement", "dataset-release")},
    "prospective-agreement": "agreement",
    "proposition": "content",
    "situation": "content",
}
