"""A former IRI leads to the present one, and nothing else is said of it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from kg.claims.minting import membership_iri, proposition_iri
from kg.errors import InputError, NotFoundError
from kg.namespaces import CURATED, LINKS, PREFIXES, expand
from kg.store.interface import Patch
from kg.store.renaming import merge, rename


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name) or name)


def quad(subject: str, predicate: str, value: str, graph: str = str(CURATED)) -> ox.Quad:
    text = value.removeprefix('"')
    term = node(value) if text == value else ox.Literal(text, language="en")
    return ox.Quad(node(subject), node(predicate), term, ox.NamedNode(graph))


def iri(name: str) -> URIRef:
    return URIRef(expand(name) or name)


BOTH = {"ada": "Ada Lark", "ada-lark": "Ada Larke"}


def world(labels: dict[str, str]) -> set[ox.Quad]:
    """Persons, each with a post, and a claim on each."""
    quads = set()
    for name, label in labels.items():
        person, post, role = f"person:{name}", "post:keeper", iri("post:keeper")
        member = str(membership_iri(iri(person), role, None, None))
        content = str(proposition_iri(iri(person), iri("ckg:heldPosition"), URIRef(member)))
        quads |= {
            quad(person, "rdf:type", "ckg:Person"),
            quad(person, "rdfs:label", f'"{label}'),
            quad(member, "org:member", person),
            quad(member, "org:role", post),
            quad(member, "rdfs:label", '"a keeper'),
            quad(content, "rdf:subject", person),
            quad(content, "rdf:predicate", "ckg:heldPosition"),
            quad(content, "rdf:object", member),
            quad(content, "rdfs:label", f'"{label} – held position – a keeper'),
            quad(f"claim:{name}-1-1", "ckg:content", content),
        }
    return quads | {quad("person:ada", "skos:exactMatch", "http://example.org/9", str(LINKS))}


class State:
    """A generation that is a set of quads."""

    generation = 1

    def __init__(self, quads: set[ox.Quad]) -> None:
        self.all = quads

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        return ()

    def quads(self, graph: ox.NamedNode | None = None):
        return iter(q for q in self.all if graph is None or q.graph_name == graph)

    def after(self, patch: Patch) -> State:
        assert set(patch.removed) <= self.all
        assert not set(patch.added) & self.all
        return State((self.all - set(patch.removed)) | set(patch.added))


def said_of(state: State, name: str) -> set[ox.Quad]:
    return {q for q in state.all if node(name) in (q.subject, q.object)}


ADA, LARK, OTHER = (PREFIXES["person"] + slug for slug in ("ada", "ada-lark", "ada-holt"))
FORMER = {
    quad("person:ada", "rdf:type", "ckg:ReplacedThing"),
    quad("person:ada", "dcterms:isReplacedBy", "person:ada-lark"),
}


def test_after_a_merger_both_claims_have_one_content_and_the_former_iri_leads_on():
    state = State(world(BOTH)).after(merge(State(world(BOTH)), ADA, LARK))
    assert said_of(state, "person:ada") == FORMER
    assert quad("person:ada-lark", "skos:altLabel", '"Ada Lark') in state.all
    assert (
        quad("person:ada-lark", "skos:exactMatch", "http://example.org/9", str(LINKS)) in state.all
    )
    contents = {q.object for q in state.all if q.predicate == node("ckg:content")}
    assert len(contents) == 1
    untouched = {q for q in world(BOTH) if node("person:ada-lark") in (q.subject, q.object)}
    assert untouched <= state.all
    labels = [q for q in state.all if q.predicate == node("rdfs:label")]
    assert len(labels) == len({q.subject for q in labels}) == 3


def test_a_rename_keeps_everything_under_the_new_name():
    before = world({"ada": "Ada Lark"})
    state = State(before).after(rename(State(before), ADA, OTHER))
    assert len(state.all) == len(before) + 2
    (content,) = {q.object for q in state.all if q.predicate == node("ckg:content")}
    (member,) = {q.subject for q in state.all if q.predicate == node("org:member")}
    assert isinstance(content, ox.NamedNode)
    assert isinstance(member, ox.NamedNode)
    assert member.value == str(membership_iri(URIRef(OTHER), iri("post:keeper"), None, None))
    parts = (URIRef(OTHER), iri("ckg:heldPosition"), URIRef(member.value))
    assert content.value == str(proposition_iri(*parts))


def test_former_names_lead_straight_to_the_newest_and_one_can_be_taken_back():
    state = State(world({"ada": "Ada Lark"}))
    first = state.after(rename(state, ADA, OTHER))
    second = first.after(rename(first, OTHER, LARK))
    assert said_of(second, "person:ada") == FORMER
    back = second.after(rename(second, LARK, ADA))
    assert state.all <= back.all
    led = [q.object for q in back.all if q.predicate == node("dcterms:isReplacedBy")]
    assert led == [node("person:ada")] * 2


@pytest.mark.parametrize(
    ("change", "former", "present", "error", "words"),
    [
        (rename, ADA, LARK, InputError, "is there already"),
        (rename, OTHER, LARK, NotFoundError, "nothing is known of person:ada-holt"),
        (merge, ADA, OTHER, NotFoundError, "nothing is known of person:ada-holt"),
        (merge, ADA, ADA, InputError, "cannot become"),
        (rename, ADA, f"{PREFIXES['state']}ada", InputError, "both are of one kind"),
        (rename, f"{PREFIXES['claim']}ada-1-1", f"{PREFIXES['claim']}x-1-1", InputError, "kind"),
    ],
)
def test_what_cannot_be_one_is_refused(change, former, present, error, words):
    with pytest.raises(error, match=words):
        change(State(world(BOTH)), former, present)


def test_what_is_said_to_be_different_is_not_merged():
    quads = world(BOTH) | {quad("person:ada-lark", "owl:differentFrom", "person:ada")}
    with pytest.raises(InputError, match="are said to be different"):
        merge(State(quads), ADA, LARK)
