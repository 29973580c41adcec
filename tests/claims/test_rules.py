"""What every rule file has, and what happens to one that lacks it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from kg.claims.rules import WORKING, Workspace, read_rule, rules
from kg.errors import InputError
from kg.namespaces import CKG, PREFIXES
from kg.rdf.turtle import read_turtle
from kg.resources import ontology_dir, queries_dir

from .world import store_of

ALL = [*rules("consensus"), *rules("derived")]


@pytest.fixture(scope="module")
def ontology() -> Graph:
    graph = Graph()
    for path in [ontology_dir() / "ckg.ttl", *(ontology_dir() / "vocab").glob("*.ttl")]:
        graph += read_turtle(path)
    return graph


def test_rules_run_in_the_order_of_their_numbers() -> None:
    for stage in ("consensus", "derived"):
        numbers = [int(rule.name[:2]) for rule in rules(stage)]
        assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_for(rule) -> None:
    assert "#+ summary: " in rule.text
    assert "#+ description: " in rule.text
    assert "#+ tags: [" in rule.text
    assert re.match(r"\d\d-[a-z-]+$", rule.name)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_declares_the_prefixes_that_it_uses_as_everywhere(rule) -> None:
    declared = dict(re.findall(r"^PREFIX (\w[\w-]*): <(.*)>$", rule.text, re.MULTILINE))
    body = re.sub(r"^(#.*|PREFIX.*)$", "", rule.text, flags=re.MULTILINE)
    used = set(re.findall(r"(?<![\w?])(\w[\w-]*):(?=\w|\))", body))
    assert declared.keys() == used
    assert {p: iri for p, iri in declared.items() if p != "working"}.items() <= PREFIXES.items()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_uses_terms_of_the_ontology_only(rule, ontology: Graph) -> None:
    declared = dict(re.findall(r"^PREFIX (\w[\w-]*): <(.*)>$", rule.text, re.MULTILINE))
    ours = {p: iri for p, iri in declared.items() if "/ns#" in iri or "/vocab/" in iri}
    body = re.sub(r"^(#.*|PREFIX.*)$", "", rule.text, flags=re.MULTILINE)
    used = {
        URIRef(ours[prefix] + local)
        for prefix, local in re.findall(r"(?<![\w?])([\w-]+):([\w-]+)", body)
        if prefix in ours
    }
    assert {term for term in used if (term, RDF.type, None) not in ontology} == set()


def test_the_classes_that_claims_can_be_about_are_classes(ontology: Graph) -> None:
    text = (queries_dir() / "derived" / "31-about.rq").read_text(encoding="utf-8")
    kinds = re.findall(r"ckg:([A-Z]\w+)", text)
    assert kinds
    assert all((CKG[kind], RDF.type, OWL.Class) in ontology for kind in kinds)


def test_no_time_estimate_or_content_is_a_thing_that_claims_are_about(ontology: Graph) -> None:
    text = (queries_dir() / "derived" / "31-about.rq").read_text(encoding="utf-8")
    kinds = {CKG[kind] for kind in re.findall(r"ckg:([A-Z]\w+)", text)}
    for name in ("RelativeTime", "CasualtyEstimate", "Proposition", "Situation", "Claim"):
        above = set(ontology.transitive_objects(CKG[name], RDFS.subClassOf))
        assert not above & kinds


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_starts_no_search_inside_exists(rule) -> None:
    """One triple, or several of a subject known outside: else an engine may try every subject."""
    body = re.sub(r"^(#.*|PREFIX.*)$", "", rule.text, flags=re.MULTILINE)
    for test in re.findall(r"EXISTS (\{(?:[^{}]|\{[^{}]*\})*\})", body):
        inner = re.sub(r"VALUES \?\w+ \{[^}]*\}", "", test)
        subject = re.match(r"\{\s*(?:GRAPH \S+ \{\s*)?(\?\w+)", inner)
        assert subject
        outside = body.replace(test, "")
        assert not re.search(r" \. \S", inner)
        assert ";" not in inner or f"{subject.group(1)} " in outside


def rule_file(folder: Path, header: str, body: str) -> Path:
    path = folder / "10-rule.rq"
    path.write_text(f"#+ summary: A rule\n{header}\n{body}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("header", ["", "#+ graph: curated"])
def test_a_rule_without_a_graph_of_its_own_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(InputError, match="a rule has no graph"):
        read_rule(rule_file(tmp_path, header, "CONSTRUCT WHERE { ?s ?p ?o }"))


def test_a_rule_that_is_no_construct_is_refused(tmp_path: Path) -> None:
    rule = read_rule(rule_file(tmp_path, "#+ graph: derived", "SELECT * WHERE { ?s ?p ?o }"))
    with pytest.raises(InputError, match="CONSTRUCT"):
        Workspace(store_of()).run([rule])


def test_rules_change_nothing_in_the_store() -> None:
    store = store_of()
    before = sorted(map(str, store))
    workspace = Workspace(store)
    workspace.run(ALL)
    assert sorted(map(str, store)) == before
    assert workspace.quads("derived")


def test_an_ill_formed_rule_says_where_it_is_wrong(tmp_path: Path) -> None:
    rule = read_rule(rule_file(tmp_path, "#+ graph: derived", "CONSTRUCT { ?s ?p }"))
    with pytest.raises(InputError, match="10-rule"):
        Workspace(store_of()).run([rule])


def test_the_namespace_of_notes_between_rules_is_offered_to_nobody() -> None:
    assert WORKING not in PREFIXES.values()
    assert any(WORKING in rule.text for rule in ALL)
