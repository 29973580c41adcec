"""Checks that SPARQL cannot ask: names that are hashes of their values, and EDTF bounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox
from rdflib import Literal, URIRef
from rdflib.term import Node

from kg.claims.minting import estimate_iri, membership_iri, proposition_iri, time_iri
from kg.errors import EdtfError
from kg.rdf.edtf import bounds
from kg.shacl.columns import column, terms_of
from kg.validation.linked import (
    CATEGORISED,
    EXACT,
    LINKED,
    links_of_other_type,
    misformed_targets,
    two_exact_matches,
)
from kg.validation.literals import ill_typed_literals
from kg.validation.loops import situations_in_themselves
from kg.validation.solutions import Entities, Found, solutions_about, solutions_of
from kg.validation.written import (
    properties_outside_list,
    texts_of_others,
    wrong_subjects,
)

HASHED: Final = re.compile("/[0-9a-f]{12}$")

Values = Mapping[str, Node]

PROPOSITIONS: Final = """SELECT ?entity ?s ?p ?o WHERE {
    ?entity rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
    FILTER NOT EXISTS {
      ?twin rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . FILTER(?twin != ?entity)
    }
}"""

PARTS: Final = (
    "SELECT ?entity ?s ?p ?o { ?entity rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }"
)
"""The same without looking for twins."""

MEMBERSHIPS: Final = """SELECT ?entity ?member ?role ?organization ?during WHERE {
    ?entity a org:Membership ; org:member ?member .
    OPTIONAL { ?entity org:role ?role }
    OPTIONAL { ?entity org:organization ?organization }
    OPTIONAL { ?entity org:memberDuring ?during }
}"""

ESTIMATES: Final = """SELECT ?entity ?low ?best ?high ?qualifier ?population ?scope ?unit WHERE {
    ?entity a/rdfs:subClassOf* ckg:Estimate .
    OPTIONAL { ?entity ckg:low ?low }
    OPTIONAL { ?entity ckg:best ?best }
    OPTIONAL { ?entity ckg:high ?high }
    OPTIONAL { ?entity ckg:qualifier ?qualifier }
    OPTIONAL { ?entity ckg:population ?population }
    OPTIONAL { ?entity ckg:scope ?scope }
    OPTIONAL { ?entity ckg:unit ?unit }
}"""

TIMES: Final = "SELECT ?entity ?edtf WHERE { ?entity ckg:edtf ?edtf }"

BOUNDS: Final = """SELECT ?entity ?edtf ?earliest ?latest ?latestStart ?earliestEnd WHERE {
    ?entity ckg:edtf ?edtf .
    OPTIONAL { ?entity ckg:earliest ?earliest }
    OPTIONAL { ?entity ckg:latest ?latest }
    OPTIONAL { ?entity ckg:latestStart ?latestStart }
    OPTIONAL { ?entity ckg:earliestEnd ?earliestEnd }
}"""


def misnamed_propositions(store: ox.Store, entities: Entities = None) -> Found:
    """Propositions whose IRI is not the hash of their parts; twins have a check of their own."""
    if entities is None:
        yield from _misnamed_of_all(store)
        return
    for entity, v in _solutions(store, PROPOSITIONS, entities):
        yield from _named(entity, proposition_iri(v["s"], v["p"], v["o"]), "a proposition")


def _misnamed_of_all(store: ox.Store) -> Found:
    """The same of all propositions: what the engine would look up for each is counted here."""
    rows = [row.split(b"\t", 1) for row in column(solutions_of(store, PARTS))]
    owners = Counter(parts for _, parts in {(entity, parts) for entity, parts in rows})
    alone = [(entity, parts) for entity, parts in rows if owners[parts] == 1]
    count = Counter(entity for entity, _ in alone)
    for entity, parts in alone:
        if count[entity] == 1:
            right = proposition_iri(*map(_read, parts.split(b"\t")))
            yield from _named(entity[1:-1].decode(), right, "a proposition")


def _read(key: bytes) -> Node:
    if key.startswith(b"<"):
        return URIRef(key[1:-1].decode())
    return _term(terms_of([key])[key])


def misnamed_memberships(store: ox.Store, entities: Entities = None) -> Found:
    """Memberships whose IRI is not the hash of their values."""
    for entity, v in _solutions(store, MEMBERSHIPS, entities):
        right = membership_iri(v["member"], v.get("role"), v.get("organization"), v.get("during"))
        yield from _named(entity, right, "a membership")


def misnamed_estimates(store: ox.Store, entities: Entities = None) -> Found:
    """Estimates whose IRI is not the hash of their values."""
    for entity, v in _solutions(store, ESTIMATES, entities):
        low, best, high = (_number(v.get(name)) for name in ("low", "best", "high"))
        rest = (v.get(name) for name in ("qualifier", "population", "scope", "unit"))
        yield from _named(entity, estimate_iri(low, best, high, *rest), "an estimate")


def misnamed_times(store: ox.Store, entities: Entities = None) -> Found:
    """Times whose IRI is not made of their EDTF text."""
    for entity, v in _solutions(store, TIMES, entities):
        yield from _named(entity, time_iri(str(v["edtf"])), "a time with ckg:edtf")


def wrong_bounds(store: ox.Store, entities: Entities = None) -> Found:
    """Times whose bounds are not those of their EDTF text, or whose text is not EDTF."""
    for entity, v in _solutions(store, BOUNDS, entities):
        try:
            right = bounds(str(v["edtf"]))
        except EdtfError as error:
            why = f": {error.hint}" if error.hint else ""
            yield entity, f"The ckg:edtf of a time is EDTF, and {v['edtf']!r} is none{why}."
            continue
        for name, day in (
            ("earliest", right.earliest),
            ("latest", right.latest),
            ("latestStart", right.latest_start),
            ("earliestEnd", right.earliest_end),
        ):
            given, expected = v.get(name), None if day is None else day.isoformat()
            if (None if given is None else str(given)) != expected:
                gives = f"{v['edtf']} gives {expected or 'none'}"
                yield entity, f"The ckg:{name} of a time follows from its ckg:edtf: {gives}."


COMPUTED: Final[dict[str, Callable[[ox.Store, Entities], Found]]] = {
    "misnamed-proposition-violation": misnamed_propositions,
    "misnamed-membership-violation": misnamed_memberships,
    "misnamed-estimate-violation": misnamed_estimates,
    "misnamed-time-violation": misnamed_times,
    "wrong-bounds-violation": wrong_bounds,
    "situation-in-itself-violation": situations_in_themselves,
    "text-of-others-violation": texts_of_others,
    "property-outside-list-violation": properties_outside_list,
    "property-on-wrong-subject-violation": wrong_subjects,
    "ill-typed-literal-violation": ill_typed_literals,
    "link-to-misformed-id-violation": misformed_targets,
    "link-of-other-type-violation": links_of_other_type,
    "two-exact-matches-violation": two_exact_matches,
}

QUERIES: Final[Mapping[str, str]] = {
    "misnamed-proposition-violation": PROPOSITIONS,
    "misnamed-membership-violation": MEMBERSHIPS,
    "misnamed-estimate-violation": ESTIMATES,
    "misnamed-time-violation": TIMES,
    "wrong-bounds-violation": BOUNDS,
    "link-to-misformed-id-violation": LINKED,
    "link-of-other-type-violation": CATEGORISED,
    "two-exact-matches-violation": EXACT,
}
"""What those read of the data that are a query and a computation on each of its solutions.

The others read the triples of one subject and the ontology, but for situations in themselves.
"""


def _named(entity: str, right: URIRef, what: str) -> Found:
    """A finding if an IRI is not the right one; one without a hash in it is a matter of shapes."""
    if entity != str(right) and (HASHED.search(entity) or not HASHED.search(right)):
        yield entity, f"The IRI of {what} is made of its values: here it is {right}."


def _solutions(store: ox.Store, query: str, entities: Entities) -> Iterator[tuple[str, Values]]:
    """Each entity with its values; one that has two values of a property is a matter of shapes."""
    found = list(_all_solutions(store, query, entities))
    count = Counter(entity for entity, _ in found)
    yield from ((entity, values) for entity, values in found if count[entity] == 1)


def _all_solutions(store: ox.Store, query: str, entities: Entities) -> Iterator[tuple[str, Values]]:
    for solutions in solutions_about(store, query, entities):
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            bound = {name: solution[name] for name in names}
            values = {name: _term(term) for name, term in bound.items() if term is not None}
            yield str(values["entity"]), values


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if not isinstance(term, ox.Literal):
        return URIRef(term.value if isinstance(term, ox.NamedNode) else str(term))
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _number(value: Node | None) -> int | None:
    return int(str(value)) if value is not None and str(value).isdigit() else None
