"""What a change means: what it adds, what it supports and contradicts, what becomes uncontested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS

from kg.namespaces import BASE, CKG, CONSENSUS, DERIVED, compact
from kg.store.interface import Patch, Trial
from kg.store.live import UNNAMED

TOLD: Final = 200
"""At most so many things or triples of a sort are told; the others are counted."""

LABEL: Final = ox.NamedNode(RDFS.label)
TYPE: Final = ox.NamedNode(RDF.type)
CLAIM: Final = ox.NamedNode(CKG.Claim)
CONTENT: Final = ox.NamedNode(CKG.content)
CLAIMANT: Final = ox.NamedNode(CKG.claimant)
POLARITY: Final = ox.NamedNode(CKG.polarity)
AGAINST: Final = (ox.NamedNode(CKG.mayContradict), ox.NamedNode(CKG.contradicts))
_CONSENSUS: Final = ox.NamedNode(str(CONSENSUS))
_DERIVED: Final = ox.NamedNode(str(DERIVED))
_ID: Final = f"{BASE}id/"


def meaning(trial: Trial) -> dict[str, Any]:
    """What a change means, in the state that it makes; all lists are sorted."""
    patch, computed = trial.patch, trial.computed or Patch()
    state = trial.store
    new, changed = _things(state, patch)
    relations = _relations(state, new)
    gained = _triples(state, (q for q in computed.added if q.graph_name == _CONSENSUS))
    lost = _triples(state, (q for q in computed.removed if q.graph_name == _CONSENSUS))
    against = {(r["new"]["id"], r["existing"]["id"]): r for r in relations["contradicts"]}
    against |= _opposed(state, computed, new)
    relations["contradicts"] = [against[key] for key in sorted(against)]
    return {
        "quads": {"added": len(patch.added), "removed": len(patch.removed)},
        "adds": _told([_thing(state, node) for node in new]),
        "changes": _told([_thing(state, node) for node in changed]),
        **{name: _told(found) for name, found in relations.items()},
        "consensus": {
            "added": _told(gained),
            "removed": _told(lost),
            "sentence": sentence(len(gained), len(lost)),
        },
    }


def sentence(gained: int, lost: int) -> str:
    """What becomes of the consensus, in one sentence."""
    if not gained and not lost:
        return "Nothing changes in what is uncontested."
    parts = [
        f"{count} triple{'' if count == 1 else 's'} {verb}"
        for count, verb in ((gained, "becomes uncontested"), (lost, "is uncontested no more"))
        if count
    ]
    words = " and ".join(parts)
    for one, many in (("becomes", "become"), ("is", "are")):
        for count in (gained, lost):
            if count > 1:
                words = words.replace(f"{count} triples {one} ", f"{count} triples {many} ")
    return f"{words}."


def _told(found: list[Any]) -> dict[str, Any]:
    return {"count": len(found), "first": found[:TOLD]}


def _things(state: ox.Store, patch: Patch) -> tuple[list[ox.NamedNode], list[ox.NamedNode]]:
    """The subjects that come with a patch, and those that were there before."""
    added = set(patch.added)
    subjects = {
        quad.subject
        for quad in (*patch.added, *patch.removed)
        if isinstance(quad.subject, ox.NamedNode)
    }
    removed = {quad.subject for quad in patch.removed}
    new = {node for node in subjects - removed if _is_new(state, node, added)}
    ordered = sorted(subjects, key=lambda node: node.value)
    return [n for n in ordered if n in new], [n for n in ordered if n not in new]


def _is_new(state: ox.Store, node: ox.NamedNode, added: set[ox.Quad]) -> bool:
    authored = (
        quad
        for quad in state.quads_for_pattern(node, None, None)
        if quad.graph_name not in (UNNAMED, _CONSENSUS, _DERIVED)
    )
    return all(quad in added for quad in authored)


def _relations(state: ox.Store, new: list[ox.NamedNode]) -> dict[str, list[dict[str, Any]]]:
    """How new claims stand to those that were there: each pair once, told by the new claim."""
    found: dict[str, list[dict[str, Any]]] = {"supports": [], "contradicts": [], "duplicates": []}
    news = set(new)
    for claim in new:
        for content in _objects(state, claim, CONTENT):
            for other in _subjects(state, CONTENT, content):
                if other not in news:
                    kind, why = _relation(state, claim, other)
                    found[kind].append(_pair(state, claim, other, why))
    return found


def _relation(state: ox.Store, claim: ox.NamedNode, other: ox.NamedNode) -> tuple[str, str]:
    """How two claims of one content stand to each other, and why."""
    if _objects(state, claim, POLARITY) != _objects(state, other, POLARITY):
        return "contradicts", "one affirms what the other denies"
    if _objects(state, claim, CLAIMANT) == _objects(state, other, CLAIMANT):
        return "duplicates", "the same claimant says the same"
    return "supports", "another claimant says the same"


def _opposed(
    state: ox.Store, computed: Patch, new: list[ox.NamedNode]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Claims that cannot both be true, as the rules of the derived graph find them."""
    news = set(new)
    return {
        (compact(quad.subject.value), compact(quad.object.value)): _pair(
            state, quad.subject, quad.object, "both cannot be true"
        )
        for quad in computed.added
        if quad.predicate in AGAINST
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.subject in news
        and quad.object not in news
    }


def _pair(state: ox.Store, claim: ox.NamedNode, other: ox.NamedNode, why: str) -> dict[str, Any]:
    return {"new": _thing(state, claim), "existing": _thing(state, other), "why": why}


def _thing(state: ox.Store, node: ox.NamedNode) -> dict[str, str]:
    """A thing with its kind and its label."""
    kind = node.value.removeprefix(_ID).partition("/")[0] if node.value.startswith(_ID) else ""
    return {
        "id": compact(node.value),
        "iri": node.value,
        "kind": kind,
        "label": _label(state, node),
    }


def _label(state: ox.Store, node: ox.NamedNode) -> str:
    labels = [
        quad.object
        for quad in state.quads_for_pattern(node, LABEL, None, UNNAMED)
        if isinstance(quad.object, ox.Literal)
    ]
    best = min(labels, key=lambda text: (text.language != "en", text.value), default=None)
    return compact(node.value) if best is None else best.value


def _triples(state: ox.Store, quads: Iterable[ox.Quad]) -> list[list[str]]:
    """Triples as people read them: subject, predicate and object by their labels."""
    return sorted([_words(state, part) for part in quad.triple] for quad in quads)


def _words(state: ox.Store, term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return _label(state, term)
    return term.value if isinstance(term, ox.Literal) else str(term)


def _objects(state: ox.Store, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
    found = state.quads_for_pattern(node, predicate, None, UNNAMED)
    return sorted(_named(quad.object for quad in found), key=lambda each: each.value)


def _subjects(state: ox.Store, predicate: ox.NamedNode, node: ox.NamedNode) -> list[ox.NamedNode]:
    found = state.quads_for_pattern(None, predicate, node, UNNAMED)
    return sorted(_named(quad.subject for quad in found), key=lambda each: each.value)


def _named(terms: Iterable[object]) -> Iterator[ox.NamedNode]:
    return (term for term in terms if isinstance(term, ox.NamedNode))
