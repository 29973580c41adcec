"""What a change means: what it adds, what it supports and contradicts, what becomes uncontested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS

from kg.names.phrases import before
from kg.namespaces import BASE, CKG, CONSENSUS, compact
from kg.store.interface import Patch, Trial
from kg.store.live import UNNAMED
from kg.store.workflow import AUTHORED

TOLD: Final = 200
"""At most so many things or triples of a sort are told; the others are counted."""

SHOWN_FIRST: Final = (
    "claim", "person", "state", "organisation", "group", "place", "conflict", "event", "agreement",
    "statement", "document",
)  # fmt: skip
"""Kinds of what a reviewer looks for; passages, names and times follow."""

LABEL: Final = ox.NamedNode(RDFS.label)
TYPE: Final = ox.NamedNode(RDF.type)
CLAIM: Final = ox.NamedNode(CKG.Claim)
CONTENT: Final = ox.NamedNode(CKG.content)
CLAIMANT: Final = ox.NamedNode(CKG.claimant)
POLARITY: Final = ox.NamedNode(CKG.polarity)
AGAINST: Final = (ox.NamedNode(CKG.mayContradict), ox.NamedNode(CKG.contradicts))
_CONSENSUS: Final = ox.NamedNode(str(CONSENSUS))
_ID: Final = f"{BASE}id/"


def meaning(trial: Trial) -> dict[str, Any]:
    """What a change means, in the state that it makes; all lists are sorted."""
    patch, computed = trial.patch, trial.computed or Patch()
    state = _Seen(trial.store, patch)
    new, changed, gone = _things(state, patch)
    relations = _relations(state, new)
    gained = _triples(state, (q for q in computed.added if q.graph_name == _CONSENSUS))
    lost = _triples(state, (q for q in computed.removed if q.graph_name == _CONSENSUS))
    against = {(r["new"]["id"], r["existing"]["id"]): r for r in relations["contradicts"]}
    against |= _opposed(state, computed, new)
    relations["contradicts"] = [against[key] for key in sorted(against)]
    return {
        "quads": {"added": len(patch.added), "removed": len(patch.removed)},
        "adds": _of_kinds([_thing(state, node) for node in new]),
        "changes": _of_kinds([_thing(state, node) for node in changed]),
        "removes": _of_kinds([_thing(state, node) for node in gone]),
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


def _of_kinds(things: list[dict[str, str]]) -> dict[str, Any]:
    """Things with how many there are of each kind; claims and what they are about come first."""
    places = {kind: place for place, kind in enumerate(SHOWN_FIRST)}
    ordered = sorted(things, key=lambda each: (places.get(each["kind"], len(places)), each["id"]))
    kinds = Counter(each["kind"] or "other" for each in ordered)
    return {**_told(ordered), "kinds": dict(kinds)}


def _told(found: list[Any]) -> dict[str, Any]:
    return {"count": len(found), "first": found[:TOLD]}


class _Seen:
    """The state that a change makes, and the labels of what it takes away."""

    def __init__(self, store: ox.Store, patch: Patch) -> None:
        self.store = store
        self._labels = ox.Store()
        self._labels.extend(q for q in patch.removed if q.predicate == LABEL)

    def quads(
        self, subject: ox.NamedNode | None, predicate: ox.NamedNode, value: ox.NamedNode | None
    ) -> Iterator[ox.Quad]:
        """What the union says of something."""
        return self.store.quads_for_pattern(subject, predicate, value, UNNAMED)

    def authored(self, node: ox.NamedNode) -> list[ox.Quad]:
        """What is written about a thing."""
        found = (self.store.quads_for_pattern(node, None, None, graph) for graph in AUTHORED)
        return [quad for quads in found for quad in quads]

    def label(self, node: ox.NamedNode) -> str:
        """The label of a thing, in English where there is one."""
        there = list(self.quads(node, LABEL, None))
        quads = there or self._labels.quads_for_pattern(node, LABEL, None)
        labels = [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
        best = min(labels, key=lambda text: (text.language != "en", text.value), default=None)
        return compact(node.value) if best is None else best.value


def _things(
    state: _Seen, patch: Patch
) -> tuple[list[ox.NamedNode], list[ox.NamedNode], list[ox.NamedNode]]:
    """The things that come, those that are changed, and those of which nothing is left."""
    added, removed = set(patch.added), {quad.subject for quad in patch.removed}
    new: list[ox.NamedNode] = []
    changed: list[ox.NamedNode] = []
    gone: list[ox.NamedNode] = []
    subjects = _named({quad.subject for quad in (*patch.added, *patch.removed)})
    for node in sorted(subjects, key=lambda each: each.value):
        left = state.authored(node)
        is_new = node not in removed and all(quad in added for quad in left)
        (new if is_new else changed if left else gone).append(node)
    return new, changed, gone


def _relations(state: _Seen, new: list[ox.NamedNode]) -> dict[str, list[dict[str, Any]]]:
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


def _relation(state: _Seen, claim: ox.NamedNode, other: ox.NamedNode) -> tuple[str, str]:
    """How two claims of one content stand to each other, and why."""
    if _objects(state, claim, POLARITY) != _objects(state, other, POLARITY):
        return "contradicts", "one affirms what the other denies"
    if _objects(state, claim, CLAIMANT) == _objects(state, other, CLAIMANT):
        return "duplicates", "the same claimant says the same"
    return "supports", "another claimant says the same"


def _opposed(
    state: _Seen, computed: Patch, new: list[ox.NamedNode]
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


def _pair(state: _Seen, claim: ox.NamedNode, other: ox.NamedNode, why: str) -> dict[str, Any]:
    return {"new": _thing(state, claim), "existing": _thing(state, other), "why": why}


def _thing(state: _Seen, node: ox.NamedNode) -> dict[str, str]:
    """A thing with its kind and its label."""
    kind = node.value.removeprefix(_ID).partition("/")[0] if node.value.startswith(_ID) else ""
    return {
        "id": compact(node.value),
        "iri": node.value,
        "kind": kind,
        "label": state.label(node),
    }


def _triples(state: _Seen, quads: Iterable[ox.Quad]) -> list[list[str]]:
    """Triples as people read them: subject, predicate and object by their labels."""
    found = ([_words(state, part) for part in quad.triple] for quad in quads)
    return sorted([subject, before(predicate, value), value] for subject, predicate, value in found)


def _words(state: _Seen, term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return state.label(term)
    return term.value if isinstance(term, ox.Literal) else str(term)


def _objects(state: _Seen, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
    found = state.quads(node, predicate, None)
    return sorted(_named(quad.object for quad in found), key=lambda each: each.value)


def _subjects(state: _Seen, predicate: ox.NamedNode, node: ox.NamedNode) -> list[ox.NamedNode]:
    found = state.quads(None, predicate, node)
    return sorted(_named(quad.subject for quad in found), key=lambda each: each.value)


def _named(terms: Iterable[object]) -> Iterator[ox.NamedNode]:
    return (term for term in terms if isinstance(term, ox.NamedNode))
