"""A release is frozen, verified, asked and read about, whatever is committed later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from shutil import copytree

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from tests import pseudo
from tests.seeded import use_small_seed
from tests.store.serving import QUICK, supervised

from kg.cli import main
from kg.processes.opening import open_embedded
from kg.store.folder import Folder
from kg.store.releases import Releases
from kg.store.served import ServedStore
from kg.web.app import create_app

PERSON = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

person:{slug} a ckg:Person ; rdfs:label "{name}"@en ; rdfs:comment "Lives at Quay 9."@en .
"""
TOR = "ASK { person:tor-venn ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
JSON = "application/sparql-results+json"
IRI = "https://w3id.org/conflict-kg/id/release/"


def kg(*arguments, code=0, given=None):
    result = CliRunner().invoke(main, [*map(str, arguments)], input=given)
    assert result.exit_code == code, result.stderr
    return result


def load(folder, slug, name):
    file = folder / f"{slug}.ttl"
    file.write_text(PERSON.format(slug=slug, name=name), encoding="utf-8")
    kg("load", file)


@pytest.fixture(scope="module")
def home(small_seeded, shared_place, tmp_path_factory):
    """Two releases with a person between them, a third person after both, and a rename in 1.1.0."""
    home = tmp_path_factory.mktemp("released") / "home"
    small_seeded.copy_to(home)
    with pytest.MonkeyPatch.context() as patch:
        use_small_seed(shared_place, patch)
        patch.setenv("KG_HOME", str(home))
        assert f"{IRI}1.0.0: generation 1" in kg("release", "1.0.0").stdout
        load(home.parent, "mira-holt", "Mira Holt")
        kg("rename", "person:mira-holt", "person:mira-holt-venn", "--reason", "her name")
        kg("release", "1.1.0")
        load(home.parent, "tor-venn", "Tor Venn")
    return home


@pytest.fixture(autouse=True)
def here(home, monkeypatch):
    monkeypatch.setenv("KG_HOME", str(home))


@pytest.fixture
def client(home):
    return create_app(open_embedded(home), releases=Releases(Folder(home))).test_client()


def test_no_page_of_a_release_in_another_language_says_anything_in_english(home):
    releases = Releases(Folder(home))
    app = create_app(open_embedded(home), releases=releases, site_language=pseudo.language())
    for path in ("/releases", "/doc/release/1.0.0", "/doc/release/1.1.0", "/query?release=1.1.0"):
        answer = app.test_client().get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert (path, pseudo.plain_words(answer.text)) == (path, [])


def test_a_release_lists_what_changed_in_the_data(home):
    changes = json.loads((home / "releases" / "1.1.0" / "changes.json").read_text())
    assert changes["entities_added"] == ["person:mira-holt-venn"]
    assert changes["replaced"] == [["person:mira-holt", "person:mira-holt-venn"]]
    text = (home / "releases" / "1.1.0" / "CHANGES.md").read_text(encoding="utf-8")
    assert text.startswith("# Data of release 1.1.0, since 1.0.0\n")
    assert "## Entities added (1)\n\n- `person:mira-holt-venn` Mira Holt\n" in text
    assert "Entities added" in (home / "releases" / "1.0.0" / "CHANGES.md").read_text()


def test_the_checksums_are_those_of_the_files_and_the_same_generation_gives_the_same(home):
    place = home / "releases" / "1.0.0"
    lines = (place / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert "conflict-kg-1.0.0.nq.gz" in sums
    for name, digest in sums.items():
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest
    (place / "conflict-kg-1.0.0.nq.gz").unlink()
    told = kg("release", "1.0.0").stdout
    assert all(digest in told for digest in sums.values())
    assert Releases(Folder(home)).get("1.0.0").replaced == {}


def test_a_release_that_was_broken_off_is_made_anew_of_the_generation_that_is_asked(home, tmp_path):
    copy = tmp_path / "home"
    copytree(home, copy)
    before = Releases(Folder(home)).get("1.1.0")
    (copy / "releases" / "1.1.0" / "release.json").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_HOME", str(copy))
        kg("release", "1.1.0")
    found = Releases(Folder(copy)).get("1.1.0")
    assert (found.generation, found.previous) == (before.generation + 1, "1.0.0")
    assert found.files["conflict-kg-1.1.0.nq.gz"] != before.files["conflict-kg-1.1.0.nq.gz"]


def test_a_release_is_asked_on_the_command_line_and_exported():
    assert kg("query", "-q", TOR).stdout == "true\n"
    assert kg("query", "--release", "1.1.0", "-q", TOR, code=1).stdout == "false\n"
    assert "there are: 1.0.0, 1.1.0" in kg("query", "--release", "9.0.0", "-q", TOR, code=1).stderr
    assert "not both" in kg("query", "--at", 1, "--release", "1.1.0", "-q", TOR, code=2).stderr


def test_the_endpoint_and_the_page_answer_from_a_release(client):
    def asked(**about):
        return client.get("/sparql", query_string={"query": TOR, "format": "json"} | about)

    assert asked().json["boolean"] is True
    old = asked(release="1.1.0")
    assert (old.json["boolean"], old.headers["X-KG-Generation"]) == (False, "3")
    assert asked(release="1.1.0").headers["ETag"] != asked(release="1.0.0").headers["ETag"]
    assert asked(release="9.0.0").status_code == 404
    assert asked(release="../1.0.0").status_code == 400
    page = client.get("/query", query_string={"query": COUNT, "release": "1.0.0"}).text
    assert '<input type="hidden" name="release" value="1.0.0">' in page
    assert "release 1.0.0" in page


def test_the_iri_of_a_release_leads_to_its_page_and_description(client):
    first = client.get("/id/release/1.1.0")
    assert (first.status_code, first.location) == (303, "/doc/release/1.1.0")
    page = client.get(first.location).text
    assert "person:mira-holt → person:mira-holt-venn" in page
    described = client.get("/doc/release/1.1.0.nt").data
    quads = ox.parse(described, format=ox.RdfFormat.N_TRIPLES)
    triples = {(quad.predicate.value, str(quad.object)) for quad in quads}
    assert ("http://www.w3.org/ns/dcat#previousVersion", f"<{IRI}1.0.0>") in triples
    dump = client.get("/releases/1.1.0/conflict-kg-1.1.0.nq.gz")
    digest = hashlib.sha256(dump.data).hexdigest()
    dump.close()
    assert any(p.endswith("#checksumValue") and digest in value for p, value in triples)
    assert "1.0.0" in client.get("/releases").text
    assert client.get("/releases/1.1.0/release.json").status_code == 404
    assert client.get("/doc/release/2.0.0").status_code == 404


@pytest.mark.parametrize(
    ("version", "at", "code", "words"),
    [
        ("1.2", (), 2, "not a version"),
        ("../x", (), 2, "not a version"),
        ("1.1.0", ("--at", "1"), 2, "release 1.1.0 is generation 3, for good"),
        ("1.0.1", ("--at", "2"), 2, "which is newer"),
        ("2.0.0", ("--at", "99"), 1, "no generation 99"),
    ],
)
def test_a_version_means_one_generation_and_follows_those_before(home, version, at, code, words):
    assert words in kg("release", version, *at, code=code).stderr
    assert [path.name for path in sorted((home / "releases").iterdir())] == ["1.0.0", "1.1.0"]


def test_what_is_redacted_leaves_the_releases_too(small_seed, kg_home, tmp_path, monkeypatch):
    monkeypatch.setenv("KG_HOME", str(kg_home))
    small_seed.copy_to(kg_home)
    load(tmp_path, "mira-holt", "Mira Holt")
    kg("release", "1.0.0")
    before = Releases(Folder(kg_home)).get("1.0.0").files["conflict-kg-1.0.0.nq.gz"].sha256
    kg("redact", "--text", "Quay 9", "--reason", "a wish", given="y\n")
    after = Releases(Folder(kg_home)).get("1.0.0")
    assert after.replaced["conflict-kg-1.0.0.nq.gz"] == [before]
    gone = "ASK { ?s rdfs:comment 'Lives at Quay 9.'@en }"
    asked = kg("query", "--release", "1.0.0", "-q", gone, code=1)
    assert asked.stdout == "false\n"
    client = create_app(open_embedded(kg_home), releases=Releases(Folder(kg_home))).test_client()
    page = client.get("/doc/release/1.0.0").text
    assert before[:16] in page


def test_a_server_answers_from_a_release_with_its_workers(home):
    with supervised(home, "kg.processes.opening:OURS"):
        store = ServedStore(home)
        client = create_app(store, releases=Releases(Folder(home))).test_client()
        for release, answer in (("1.1.0", False), (None, True), ("1.0.0", False)):
            about = {"query": TOR, "format": "json"} | ({"release": release} if release else {})
            assert client.get("/sparql", query_string=about).json["boolean"] is answer
        missing = client.get("/sparql", query_string={"query": TOR, "release": "9.0.0"})
        assert missing.status_code == 404
        assert store.query(TOR, accept=JSON).generation == 4


def test_a_query_of_a_release_ends_at_the_limits_of_any_other(home):
    limits = replace(QUICK, seconds=0.5)
    with supervised(home, "kg.processes.opening:OURS", limits):
        client = create_app(ServedStore(home), releases=Releases(Folder(home))).test_client()
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        ended = client.get("/sparql", query_string={"query": endless, "release": "1.1.0"})
        assert ended.status_code == 503
