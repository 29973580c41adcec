"""The service: a question as a value, its answer as what the Reconciliation API 0.2 has.

A question is `{"do": NAME, …}` as in `ANSWERS`; it may come from another process. Nothing here
knows HTTP or where the index is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

from kg.errors import InputError, LimitError, NotFoundError
from kg.links.authorities import AUTHORITIES
from kg.reconciliation.index import Entity, Index
from kg.reconciliation.match import Candidate, candidates
from kg.reconciliation.query import query_of, type_of
from kg.reconciliation.search import search

Question: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]

SUGGESTED: Final = 10
PROPOSED: Final = 50
NAMED: Final = (("label", "name"), ("alias", "other name"))
"""Properties that are not triples of a thing but its names."""


class Reconciler(Protocol):
    """What answers questions: an index in this process, or another process that has one."""

    def ask(self, question: Question) -> Answer:
        """The answer; raises `InputError`, `LimitError`, `NotFoundError` or `StoreError`."""


def answer(index: Index, question: Question) -> Answer:
    """The answer to any question."""
    found = ANSWERS.get(str(question.get("do")))
    if found is None:
        raise InputError("there is no such question")
    return found(index, question)


def reconcile(index: Index, question: Question) -> Answer:
    """`queries` by their keys, within `seconds`: the candidates of each."""
    in_time = _deadline(float(question["seconds"]))
    found = {}
    for key, given in question["queries"].items():
        in_time()
        listed = candidates(index, query_of(given))
        found[key] = {"result": [_candidate(index, candidate) for candidate in listed]}
    return found


def extend(index: Index, question: Question) -> Answer:
    """The values that each of `ids` has for each of `properties`, within `seconds`."""
    in_time = _deadline(float(question["seconds"]))
    named = [str(p["id"]) for p in question["properties"]]
    rows = {}
    for slug in question["ids"]:
        in_time()
        entity = index.entity(slug)
        rows[slug] = {n: values_of(index, entity, n) if entity else [] for n in named}
    meta = [{"id": name, "name": property_name(index, name)} for name in named]
    return {"meta": meta, "rows": rows}


def propose(index: Index, question: Question) -> Answer:
    """Properties that things of a type have, the most frequent first."""
    wanted, limit = type_of(str(question.get("type") or "")), int(question.get("limit") or PROPOSED)
    counts: dict[str, int] = {}
    for types, name, things in index.used:
        if not wanted or wanted in types:
            counts[name] = counts.get(name, 0) + things
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    found = [{"id": i, "name": name} for i, name in NAMED]
    found += [_property(index, name) for name in ordered]
    given = {"type": question["type"]} if question.get("type") else {}
    return {**given, "limit": limit, "properties": found[: max(1, min(PROPOSED, limit))]}


def suggest_entities(index: Index, question: Question) -> Answer:
    """Things with a name that begins with `prefix`, or that it may mean."""
    prefix, start = str(question["prefix"]), int(question.get("cursor") or 0)
    begun = index.beginning(prefix, SUGGESTED + start)
    entities = {entity.number: entity for entity in index.entities(begun)}
    listed = [entities[number] for number in begun]
    if not listed and prefix.strip():
        found = candidates(index, query_of({"query": prefix, "limit": SUGGESTED}))
        listed = [candidate.entity for candidate in found]
    return {"result": [_suggested(index, e) for e in listed[start : start + SUGGESTED]]}


def suggest_types(index: Index, question: Question) -> Answer:
    """Types whose name contains `prefix`, with all types for an empty one."""
    names = {name for types, _, _ in index.used for name in types}
    return {"result": _terms(index, names, question)}


def suggest_properties(index: Index, question: Question) -> Answer:
    """Properties whose name contains `prefix`."""
    own = [{"id": i, "name": n} for i, n in NAMED if str(question["prefix"]).lower() in n]
    return {"result": [*own, *_terms(index, {name for _, name, _ in index.used}, question)]}


def flyout(index: Index, question: Question) -> Answer:
    """What to tell of one thing, type or property; `kind` says which of these `id` is."""
    identifier = str(question["id"])
    if question["kind"] == "entity":
        entity = _known(index, identifier)
        return {"id": identifier, "name": entity.label, "about": describe(index, entity)}
    about = index.term(identifier).about
    return {"id": identifier, "name": property_name(index, identifier), "about": about}


def preview(index: Index, question: Question) -> Answer:
    """What the preview of a thing shows: its names, types and values of its properties."""
    entity = _known(index, str(question["id"]))
    names = index.names([entity.number])[entity.number]
    facts = [
        {
            "name": property_name(index, p),
            "values": [_plain(v) for v in values_of(index, entity, p)],
        }
        for p in index.properties_of(entity.number)
    ]
    return {
        "id": entity.slug,
        "name": entity.label,
        "about": entity.about,
        "types": [index.term(name).label for name in entity.types[:1]],
        "names": sorted({text for text, _, _ in names} - {entity.label}),
        "facts": facts,
    }


def types(index: Index, question: Question) -> Answer:
    """All types that things have, for the manifest, each with its wider ones."""
    names = sorted({name for listed, _, _ in index.used for name in listed})
    found = []
    for name in names:
        wider = [{"id": w, "name": index.term(w).label} for w in index.broader.get(name, [])]
        type_ = {"id": name, "name": index.term(name).label}
        found.append({**type_, "broader": wider} if wider else type_)
    return {"types": found, "generation": index.generation}


def values_of(index: Index, entity: Entity, property_: str) -> list[dict[str, Any]]:
    """The values of a property of a thing, as the API has them."""
    if property_ == "label":
        return [{"str": entity.label}]
    if property_ == "alias":
        names = {text for text, _, _ in index.names([entity.number])[entity.number]}
        return [{"str": text} for text in sorted(names - {entity.label})]
    return index.written(entity.number, property_)


def property_name(index: Index, identifier: str) -> str:
    """What a property is called."""
    if identifier in AUTHORITIES:
        return f"{AUTHORITIES[identifier].title} identifier"
    return dict(NAMED).get(identifier) or index.term(identifier).label


def describe(index: Index, entity: Entity) -> str:
    """One line: its type, and what tells it from others."""
    kind = index.term(entity.types[0]).label if entity.types else ""
    return ". ".join(part for part in (kind, entity.about) if part)


def _deadline(seconds: float) -> Callable[[], None]:
    """What raises `LimitError` once so many seconds have passed."""
    end = time.monotonic() + seconds

    def in_time() -> None:
        if time.monotonic() > end:
            raise LimitError(
                f"the batch took longer than {seconds:g} s",
                hint="ask for less at once",
                limit="reconcile_seconds",
                retry_after=10,
            )

    return in_time


def _known(index: Index, slug: str) -> Entity:
    entity = index.entity(slug)
    if entity is None:
        raise NotFoundError(f"there is no {slug}")
    return entity


def _candidate(index: Index, found: Candidate) -> Answer:
    entity = found.entity
    made: Answer = {
        "id": entity.slug,
        "name": entity.label,
        "type": [{"id": name, "name": index.term(name).label} for name in entity.types],
        "score": found.score,
        "match": found.match,
        "features": [{"id": name, "value": value} for name, value in found.features.items()],
    }
    about = describe(index, entity)
    return {**made, "description": about} if about else made


def _suggested(index: Index, entity: Entity) -> Answer:
    notable = [{"id": name, "name": index.term(name).label} for name in entity.types[:1]]
    found = {"id": entity.slug, "name": entity.label, "description": describe(index, entity)}
    return {**found, "notable": notable}


def _terms(index: Index, names: set[str], question: Question) -> list[Answer]:
    prefix, start = str(question["prefix"]).lower(), int(question.get("cursor") or 0)
    found = [_property(index, name) for name in sorted(names)]
    fitting = [f for f in found if prefix in f["name"].lower() or prefix in f["id"].lower()]
    fitting.sort(key=lambda f: (not f["name"].lower().startswith(prefix), f["name"].lower()))
    return fitting[start : start + SUGGESTED]


def _property(index: Index, name: str) -> Answer:
    about = index.term(name).about
    found = {"id": name, "name": property_name(index, name)}
    return {**found, "description": about} if about else found


def _plain(value: Mapping[str, Any]) -> str:
    return str(value.get("name") or next(iter(value.values())))


ANSWERS: Final[Mapping[str, Callable[[Index, Question], Answer]]] = {
    "reconcile": reconcile,
    "extend": extend,
    "propose": propose,
    "suggest-entity": suggest_entities,
    "suggest-type": suggest_types,
    "suggest-property": suggest_properties,
    "flyout": flyout,
    "preview": preview,
    "types": types,
    "search": search,
}
"""What may be asked."""
