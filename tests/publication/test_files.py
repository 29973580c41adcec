"""Files and store say the same: what is written from quads reads back as the same quads."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.namespaces import CURATED, DERIVED, IMPORTED, LINKS, PREFIXES
from kg.publication.files import MARK, Mark, change, plan, read_folder, read_mark, write
from kg.rdf.turtle import canonical_file
from kg.store.interface import Patch
from kg.store.patches import canonical

MARKED = Mark(7, "c" * 64)


def node(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def decimal(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=node("xsd:decimal"))


def quad(subject: str, predicate: str, value: str | ox.Literal, graph: object = CURATED) -> ox.Quad:
    target = node(value) if isinstance(value, str) else value
    return ox.Quad(node(subject), node(predicate), target, ox.NamedNode(str(graph)))


def stored(quads: list[ox.Quad]) -> set[ox.Quad]:
    return set(canonical(Patch(tuple(quads))).added)


WORLD = [
    quad("person:mira-holt", "rdf:type", "ckg:Person"),
    quad("document:lark-report-2", "rdf:type", "ckg:Document"),
    quad("sentence:lark-report-2-4", "ckg:inDocument", "document:lark-report-2"),
    quad("passage:lark-report-2-0-9", "oa:hasSource", "document:lark-report-2"),
    quad("passage:lark-report-2-0-9-position", "oa:start", ox.Literal(0)),
    quad("claim:lark-report-2-4-1", "ckg:content", "proposition:000000000001"),
    quad("proposition:000000000001", "rdf:object", "estimate:000000000002"),
    quad("estimate:000000000002", "ckg:best", ox.Literal(3)),
    quad("time:2031", "ckg:edtf", ox.Literal("2031")),
    quad("estimate:000000000003", "ckg:best", ox.Literal(4), IMPORTED),
    quad("mapping:lark", "ckg:linkEvidence", ox.Literal("a row"), LINKS),
]


def test_what_is_new_goes_to_the_file_of_its_kind_or_its_document():
    files = {
        str(triple.subject).rpartition("/id/")[2][:-1]: name
        for name, triples in plan({}, WORLD).items()
        for triple in triples
    }
    claims, documents = (f"curated/{part}/lark-report-2.ttl" for part in ("claims", "documents"))
    assert files == {
        "person/mira-holt": "curated/entities/persons.ttl",
        "document/lark-report-2": documents,
        "sentence/lark-report-2-4": documents,
        "passage/lark-report-2-0-9": documents,
        "passage/lark-report-2-0-9-position": documents,
        "claim/lark-report-2-4-1": claims,
        "proposition/000000000001": claims,
        "estimate/000000000002": claims,
        "time/2031": "curated/claims/times.ttl",
        "estimate/000000000003": "imported/contributed/data.ttl",
        "mapping/lark": "links/contributed/links.ttl",
    }


SUBJECTS = ("person:ada", "claim:lark-1-1", "document:lark", "estimate:000000000009", "time:2031")
VALUES = (
    *(ox.Literal(text) for text in ("", 'a "quoted" line\nand another', "\t\\")),
    ox.Literal("Լարք", language="hy"),
    decimal("1.50"),
    ox.Literal("01", datatype=node("xsd:integer")),
    node("event:lark"),
)
QUADS = st.lists(
    st.builds(
        lambda subject, predicate, value, graph: ox.Quad(
            node(subject), node(predicate), value, ox.NamedNode(str(graph))
        ),
        st.sampled_from(SUBJECTS),
        st.sampled_from(("rdfs:label", "ckg:content", "ckg:best")),
        st.sampled_from(VALUES),
        st.sampled_from((CURATED, IMPORTED, LINKS)),
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(first=QUADS, second=QUADS)
def test_files_that_follow_a_store_lose_nothing_and_keep_nothing(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("data")
    for quads in (stored(first), stored(second)):
        write(folder, quads, MARKED)
        assert change(folder, quads) == Patch()
        assert change(folder, ()).added == tuple(sorted(quads, key=str))
        again = write(folder, quads, MARKED)
        assert (again.changed, again.removed) == ((), ())
        for name in read_folder(folder):
            assert (folder / name).read_text(encoding="utf-8") == canonical_file(folder / name)


def test_a_file_keeps_its_place_and_its_literals_and_is_removed_when_empty(tmp_path):
    people = tmp_path / "curated" / "our-people.ttl"
    people.parent.mkdir()
    text = (
        "@prefix ckg: <https://w3id.org/conflict-kg/ns#> .\n"
        "@prefix person: <https://w3id.org/conflict-kg/id/person/> .\n\n"
        "person:mira-holt ckg:best 1.50 .\n"
    )
    people.write_text(text, encoding="utf-8")
    kept = stored([quad("person:mira-holt", "ckg:best", decimal("1.5"))])
    assert write(tmp_path, kept, MARKED).changed == ()
    more = kept | {quad("person:mira-holt", "rdfs:label", ox.Literal("Mira Holt", language="en"))}
    assert write(tmp_path, more, MARKED).changed == ("curated/our-people.ttl",)
    assert "ckg:best 1.50" in people.read_text(encoding="utf-8")
    assert write(tmp_path, (), MARKED).removed == ("curated/our-people.ttl",)
    assert not people.exists()


def test_computed_graphs_are_not_written(tmp_path):
    quads = [quad("claim:lark-1-1", "ckg:about", "person:ada", DERIVED)]
    assert write(tmp_path, quads, MARKED).changed == ()
    assert read_mark(tmp_path) == MARKED


def test_a_mark_that_cannot_be_read_is_told_with_its_file(tmp_path):
    (tmp_path / MARK).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=MARK):
        read_mark(tmp_path)
