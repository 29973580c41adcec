"""What follows from claims: whose word they rest on, what they are about, what may clash."""

from __future__ import annotations

import pyoxigraph as ox

from kg.claims.derived import derived_quads, inferred_quads
from kg.namespaces import DERIVED, IMPORTED, SHAPES

from .world import HEADER, Inferred, claim, infer, prop, store_of

HOST = prop("host", "event:feast", "ckg:hostedBy", "person:mira")
CHAIN = (
    HOST
    + claim("inner", "proposition:host", by="person:tove")
    + claim("middle", "claim:inner", by="person:olan")
    + claim("outer", "claim:middle", by="document:gazette")
)
ANCHORS = {"claim:inner", "claim:middle", "claim:outer"}


def test_a_claim_is_told_in_the_document_of_each_of_its_passages() -> None:
    evidence = (
        "claim:a ckg:evidence passage:p, passage:q . passage:p oa:hasSource document:gazette .\n"
        "passage:q oa:hasSource document:herald .\n"
    )
    found = infer(HOST, claim("a", "proposition:host"), evidence)
    assert found.about("ckg:toldIn", "claim:a") == {"document:gazette", "document:herald"}


def test_an_inner_claim_is_nested_in_every_outer_one() -> None:
    assert infer(CHAIN).about("ckg:nestedIn") == {
        "claim:inner claim:middle",
        "claim:inner claim:outer",
        "claim:middle claim:outer",
    }


def test_every_claim_of_a_chain_has_the_same_innermost_claim() -> None:
    assert infer(CHAIN).about("ckg:innermost") == {f"{name} claim:inner" for name in ANCHORS}


def test_a_claim_on_a_situation_is_its_own_innermost() -> None:
    situation = "situation:dance a ckg:Situation .\n"
    found = infer(situation, claim("a", "situation:dance"))
    assert found.about("ckg:innermost") == {"claim:a claim:a"}


def test_a_claim_rests_on_its_claimant_and_those_of_the_claims_around_it() -> None:
    found = infer(CHAIN)
    assert found.about("ckg:accordingTo", "claim:inner") == {
        "person:tove",
        "person:olan",
        "document:gazette",
    }
    assert found.about("ckg:accordingTo", "claim:outer") == {"document:gazette"}


def test_a_claim_of_a_document_is_in_its_own_voice() -> None:
    found = infer(HOST, claim("a", "proposition:host", mode="judgement", polarity="negative"))
    assert found.about("ckg:voice", "claim:a") == {"voice:own"}


def test_a_claim_of_a_dataset_release_is_in_its_own_voice() -> None:
    found = infer(HOST, claim("a", "proposition:host", by="dataset-release:tally-1"))
    assert found.about("ckg:voice", "claim:a") == {"voice:own"}


def test_a_claim_of_a_photograph_is_in_its_own_voice() -> None:
    photo = "document:photo a ckg:Photograph .\n"
    found = infer(photo, HOST, claim("a", "proposition:host", by="document:photo"))
    assert found.about("ckg:voice", "claim:a") == {"voice:own"}


def test_a_claim_of_a_person_is_attributed() -> None:
    found = infer(HOST, claim("a", "proposition:host", by="person:tove"))
    assert found.about("ckg:voice", "claim:a") == {"voice:attributed"}


def test_a_claim_of_a_document_inside_another_claim_is_attributed() -> None:
    inner = claim("inner", "proposition:host", by="document:herald")
    found = infer(HOST, inner, claim("outer", "claim:inner"))
    assert found.about("ckg:voice", "claim:inner") == {"voice:attributed"}


def test_a_claim_is_about_the_subject_and_object_of_its_proposition() -> None:
    found = infer(HOST, claim("a", "proposition:host", by="person:tove"))
    assert found.about("ckg:about", "claim:a") == {"event:feast", "person:mira"}


def test_a_claim_is_about_things_three_situations_down() -> None:
    deep = (
        "situation:a a ckg:Situation ; ckg:roleTheme situation:b .\n"
        "situation:b a ckg:Situation ; ckg:roleRespect situation:c ; ckg:rolePlace place:ford .\n"
        "situation:c a ckg:Situation ; ckg:roleAgent state:lowland ; ckg:roleTime time:2001 .\n"
    )
    found = infer(deep, claim("a", "situation:a"))
    assert found.about("ckg:about", "claim:a") == {"place:ford", "state:lowland"}


def test_an_outer_claim_is_about_what_the_innermost_claim_is_about() -> None:
    assert infer(CHAIN).about("ckg:about", "claim:outer") == {"event:feast", "person:mira"}


def test_a_claim_is_about_references() -> None:
    agent = "situation:a a ckg:Situation ; ckg:roleAgent reference:a-host .\n"
    found = infer(agent, claim("a", "situation:a"))
    assert found.about("ckg:about", "claim:a") == {"reference:a-host"}


def test_a_claim_is_about_who_and_what_a_membership_joins() -> None:
    member = (
        "membership:m a org:Membership ; org:member person:mira ; org:role post:warden ; "
        "org:organization organisation:guild ; org:memberDuring time:2001 .\n"
        "organisation:guild a ckg:Actor .\n"
    )
    held = prop("held", "person:mira", "ckg:heldPosition", "membership:m")
    assert infer(member, held, claim("a", "proposition:held")).about("ckg:about", "claim:a") == {
        "person:mira",
        "post:warden",
        "organisation:guild",
    }


def test_a_claim_is_about_the_place_that_an_estimate_counts_in() -> None:
    estimate = "estimate:many a ckg:CasualtyEstimate ; ckg:scope place:ford .\n"
    dead = prop("dead", "event:raid", "ckg:casualties", "estimate:many")
    found = infer(estimate, dead, claim("a", "proposition:dead"))
    assert found.about("ckg:about", "claim:a") == {"event:raid", "place:ford"}


def test_a_claim_is_not_about_what_hangs_on_an_entity() -> None:
    found = infer(HOST, "event:feast ckg:shownIn place:ford .\n", claim("a", "proposition:host"))
    assert found.about("ckg:about", "claim:a") == {"event:feast", "person:mira"}


def test_a_claim_is_not_about_its_claimant_or_theirs_inside_it() -> None:
    assert not infer(CHAIN).about("ckg:about", "claim:outer") & {"person:tove", "person:olan"}


def types_of(thing: str, found: Inferred) -> set[str]:
    return found.about("rdf:type", thing)


def test_a_thing_has_the_superclasses_of_its_class_as_types() -> None:
    assert types_of("person:mira", infer()) == {"ckg:Actor", "ckg:Claimant"}


def test_superclasses_of_other_vocabularies_are_not_added() -> None:
    assert types_of("conflict:long-feud", infer()) == {"ckg:Event"}


def test_a_name_with_a_source_is_also_a_plain_label() -> None:
    name = 'person:mira skosxl:prefLabel name:1 . name:1 skosxl:literalForm "Միրա"@hy .\n'
    assert infer(name).about("rdfs:label") == {'person:mira "Միրա"@hy'}


def test_another_name_with_a_source_is_also_a_plain_alternative_label() -> None:
    name = 'person:mira skosxl:altLabel name:1 . name:1 skosxl:literalForm "Mirka"@ru .\n'
    found = infer(name)
    assert found.about("skos:altLabel") == {'person:mira "Mirka"@ru'}
    assert found.about("rdfs:label") == set()


def test_the_source_count_counts_documents_not_claims() -> None:
    twice = claim("a", "proposition:host") + claim("b", "proposition:host")
    other = claim("c", "proposition:host", by="document:herald")
    one, two = infer(HOST, twice), infer(HOST, twice, other)
    assert {line.split('"')[1] for line in one.about("ckg:sourceCount")} == {"1"}
    assert {line.split('"')[1] for line in two.about("ckg:sourceCount")} == {"2"}


def test_the_source_count_leaves_out_who_is_not_sure_or_not_a_source() -> None:
    hedged = claim("b", "proposition:host", by="document:herald", certainty="probable")
    person = claim("c", "proposition:host", by="person:olan")
    found = infer(HOST, claim("a", "proposition:host"), hedged, person)
    assert {line.split('"')[1] for line in found.about("ckg:sourceCount")} == {"1"}


def test_a_proposition_outside_the_consensus_has_no_source_count() -> None:
    no = claim("no", "proposition:host", by="person:olan", polarity="negative")
    assert infer(HOST, claim("a", "proposition:host"), no).about("ckg:sourceCount") == set()


def test_the_same_store_gives_the_same_quads_in_the_same_order() -> None:
    pieces = [claim(str(n), "proposition:host", by="document:herald") for n in range(20)]
    one, other = store_of(HOST, CHAIN, *pieces), store_of(*reversed(pieces), CHAIN, HOST)
    assert inferred_quads(one) == inferred_quads(other)
    assert derived_quads(one) == sorted(derived_quads(one), key=str)


def test_no_note_between_rules_is_kept() -> None:
    assert not any(
        "/working#" in str(quad) for part in inferred_quads(store_of(CHAIN)) for quad in part
    )


def test_what_stands_in_an_imported_graph_counts_and_what_stands_in_shapes_does_not() -> None:
    told = HEADER + HOST + claim("a", "proposition:host")
    imported, shapes = store_of(), store_of()
    for store, graph in ((imported, IMPORTED), (shapes, SHAPES)):
        name = ox.NamedNode(str(graph))
        store.load(told, format=ox.RdfFormat.TURTLE, to_graph=name)
    assert len(inferred_quads(imported)[0]) == 1
    assert inferred_quads(shapes)[0] == []


def test_an_old_derived_graph_in_the_store_changes_nothing() -> None:
    store = store_of(HOST, claim("a", "proposition:host", by="person:tove"))
    before = derived_quads(store)
    stale = HEADER + "claim:a ckg:voice voice:own . proposition:host ckg:standing standing:denied ."
    store.load(stale, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(str(DERIVED)))
    assert derived_quads(store) == before
