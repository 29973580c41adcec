"""A thing of the articles gets another name, and its former one goes on resolving."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.processes.opening import open_embedded
from kg.web.app import create_app

CLAIMED = "ASK { ?claim ckg:content/rdf:subject event:tegh-exchange-of-fire }"
FORMER = "SELECT ?p ?o WHERE { event:tegh-firefight ?p ?o }"


def kg(*arguments, code=0):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.stderr
    return result


@pytest.fixture(scope="module")
def home(seeded, tmp_path_factory):
    """The articles, of which one event has been renamed."""
    home = tmp_path_factory.mktemp("renamed") / "home"
    seeded.copy_to(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_HOME", str(home))
        names = ("event:tegh-firefight", "event:tegh-exchange-of-fire")
        told = kg("rename", *names, "--reason", "the neutral name").stdout
    assert told.startswith("generation 2: ")
    return home


@pytest.fixture(autouse=True)
def renamed(home, monkeypatch):
    monkeypatch.setenv("KG_HOME", str(home))


def test_claims_follow_a_thing_to_its_new_name_and_still_conform():
    assert kg("query", "-q", CLAIMED).stdout == "true\n"
    rows = kg("query", "-q", FORMER).stdout.splitlines()[1:]
    assert (
        sorted(row.split("\t")[0].rpartition("/")[2] for row in rows)
        == [
            "isReplacedBy>",
            "22-rdf-syntax-ns#type>",
        ]
        or len(rows) == 2
    )
    message = kg("log", "-n", "1").stdout
    assert "event:tegh-firefight renamed to event:tegh-exchange-of-fire" in message


def test_a_former_iri_leads_to_the_present_page_in_every_form(home):
    client = create_app(open_embedded(home)).test_client()
    first = client.get("/id/event/tegh-firefight")
    assert (first.status_code, first.location) == (303, "/doc/event/tegh-firefight")
    second = client.get("/doc/event/tegh-firefight.ttl")
    assert (second.status_code, second.location) == (301, "/doc/event/tegh-exchange-of-fire.ttl")
    assert client.get(second.location).status_code == 200
    followed = client.get("/id/event/tegh-firefight", follow_redirects=True)
    assert followed.status_code == 200
    assert "tegh-exchange-of-fire" in followed.text


def test_a_dry_run_changes_nothing():
    names = ("event:tegh-exchange-of-fire", "event:tegh-firefight")
    shown = kg("rename", *names, "--reason", "as it was", "--dry-run").stdout
    assert shown.startswith("D <https://w3id.org/conflict-kg/id/")
    assert kg("query", "-q", CLAIMED).stdout == "true\n"


def test_a_commit_that_uses_a_former_iri_is_refused_with_the_present_one(tmp_path):
    file = tmp_path / "note.ttl"
    file.write_text(
        "@prefix event: <https://w3id.org/conflict-kg/id/event/> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "event:sochi-meeting-2022 owl:differentFrom event:tegh-firefight .\n",
        encoding="utf-8",
    )
    refused = kg("load", str(file), code=1).stderr
    assert "replaced-thing-in-use-violation" in refused
    assert "named by its present IRI" in " ".join(refused.split())


@pytest.mark.parametrize("form", ["text", "ttl"])
def test_a_former_name_shows_the_present_thing_and_says_so(form):
    former = kg("show", "event:tegh-firefight", "-f", form)
    assert former.stderr == (
        "event:tegh-firefight was merged or renamed: this is event:tegh-exchange-of-fire\n"
    )
    present = kg("show", "event:tegh-exchange-of-fire", "-f", form)
    assert (former.stdout, present.stderr) == (present.stdout, "")
    assert kg("show", "tegh-firefight").stdout == kg("show", "tegh-exchange-of-fire").stdout
