"""The term reference says what the ontology says."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from rdflib import Graph, Literal
from rdflib.namespace import RDF, RDFS, SKOS

import kg.docs.__main__
from kg.docs import terms_page
from kg.docs.__main__ import main
from kg.docs.ontology import prefixed
from kg.docs.terms import FIND_BY_WORD
from kg.namespaces import CKG, PREFIXES, concept, iri
from kg.resources import data_dir, ontology_dir, root


def test_the_committed_page_is_up_to_date(ontology: Graph, data: Graph) -> None:
    assert (root() / "docs" / "terms.md").read_text(encoding="utf-8") == terms_page(ontology, data)


def test_the_page_names_every_term_and_concept(ontology: Graph, core: Graph, data: Graph) -> None:
    page = terms_page(ontology, data)
    terms = {s for s in core.subjects(RDF.type) if str(s).startswith(str(CKG))}
    concepts = {
        s for s in ontology.subjects(RDFS.isDefinedBy) if (s, SKOS.inScheme, None) in ontology
    }
    assert len(terms) > 100
    assert len(concepts) > 200
    assert [t for t in terms | concepts if f"`{prefixed(t)}`" not in page] == []


def test_the_page_follows_the_ontology(ontology: Graph, data: Graph) -> None:
    changed = ontology + Graph()
    changed.remove((CKG.Claim, SKOS.definition, None))
    changed.add((CKG.Claim, SKOS.definition, Literal("Something | else.", lang="en")))
    assert r"Something \| else." in terms_page(changed, data)
    assert r"Something \| else." not in terms_page(ontology, data)


def test_a_kind_is_listed_with_the_roles_that_its_situations_have(ontology: Graph) -> None:
    situation, kind = iri("situation", "x"), concept("kind", "capture")
    data = Graph().add((situation, CKG.kind, kind)).add((situation, CKG.roleSource, situation))
    (row,) = (r for r in terms_page(ontology, data).splitlines() if "`kind:capture`" in r)
    assert row.endswith("| source |")


def test_the_query_of_the_introduction_finds_a_kind_by_another_word(ontology: Graph) -> None:
    assert FIND_BY_WORD in terms_page(ontology, Graph())
    store = ox.Store()
    store.load(ontology.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    solutions = store.query(FIND_BY_WORD, prefixes=PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [s["term"].value for s in solutions] == [str(concept("kind", "cease-fire"))]


def test_a_page_that_is_out_of_date_is_said_so_and_then_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ontology: Graph, data: Graph
) -> None:
    read = {ontology_dir(): ontology, data_dir(): data}
    monkeypatch.setattr(kg.docs.__main__, "load", read.__getitem__)
    page = tmp_path / "terms.md"
    page.write_text("old", encoding="utf-8")
    stale = CliRunner().invoke(main, ["--check", "--output", str(tmp_path)])
    assert stale.exit_code == 1
    assert "out of date" in stale.stderr
    assert page.read_text(encoding="utf-8") == "old"
    assert CliRunner().invoke(main, ["--output", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(main, ["--check", "--output", str(tmp_path)]).exit_code == 0


def test_a_folder_that_is_not_there_is_a_wrong_argument(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--output", str(tmp_path / "no")])
    assert result.exit_code == 2
