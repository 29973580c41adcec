from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.seeded import Seeded
from tests.store.homes import META
from tests.store.toy import curated

import kg.store.seed
import kg.store.upgrade
from kg.cli import main
from kg.namespaces import PREFIXES
from kg.processes.opening import open_embedded
from kg.store.interface import Patch
from kg.validation import seed_files

RDF_TYPE = ox.NamedNode(f"{PREFIXES['rdf']}type")
LABEL = ox.NamedNode(f"{PREFIXES['rdfs']}label")


@pytest.fixture
def home(kg_home: Path, small_seed: Seeded) -> Path:
    small_seed.copy_to(kg_home)
    return kg_home


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer kg, whose data has one person more."""
    path = tmp_path / "newer.ttl"
    path.write_text(
        f"<{PREFIXES['person']}bo-guest> a <{PREFIXES['ckg']}Person> ;"
        f" <{LABEL.value}> 'Bo Guest'@en .\n"
    )
    files = [*seed_files(), path]
    for module in (kg.store.seed, kg.store.upgrade):
        monkeypatch.setattr(module, "seed_files", lambda: files)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def contribute(home: Path, label: str) -> None:
    ada = ox.NamedNode(f"{PREFIXES['person']}ada-host")
    person = ox.NamedNode(f"{PREFIXES['ckg']}Person")
    added = (
        ox.Quad(ada, RDF_TYPE, person, curated),
        ox.Quad(ada, LABEL, ox.Literal(label, language="en"), curated),
    )
    open_embedded(home).commit(Patch(added), META, commit_id=label)


def test_an_upgrade_keeps_what_others_added(home, newer):
    contribute(home, "Ada Host")
    told = run("load")
    assert "nothing to load" in told.stdout
    assert "`kg upgrade` brings the newer in" in told.stderr
    assert "kg upgrade" in run("doctor").stdout
    tried = run("upgrade", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "generation 3: 2 quads added, 0 removed" in tried.stdout
    assert "nothing was changed" in tried.stderr
    assert open_embedded(home).generation() == 2
    done = run("upgrade")
    assert done.exit_code == 0, done.output
    (backup,) = (home / "backups").iterdir()
    assert done.stdout.startswith(f"backup of generation 2: {backup}\n")
    assert "generation 3: 2 quads added, 0 removed\n" in done.stdout
    assert "conforms: 0 violations" in done.stdout
    assert run("query", "-q", "ASK { person:ada-host a ckg:Person }").exit_code == 0
    assert run("query", "-q", "ASK { person:bo-guest a ckg:Person }").exit_code == 0
    assert run("load").stderr == ""
    assert run("upgrade").stdout == "seed: the seed is loaded\n"


def test_an_upgrade_that_would_break_something_is_refused_with_the_reason(home, monkeypatch):
    contribute(home, "Ada Host")
    gone = next(path for path in seed_files() if path.name == "states.ttl")
    files = [path for path in seed_files() if path != gone]
    for module in (kg.store.seed, kg.store.upgrade):
        monkeypatch.setattr(module, "seed_files", lambda: files)
    result = run("upgrade")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "violation" in result.stderr
    assert "error: the newer seed would break what others have committed" in result.stderr
    assert "hint: " in result.stderr
    assert open_embedded(home).generation() == 2
    assert list((home / "backups").iterdir()) == []


def test_an_empty_store_needs_no_upgrade(kg_home):
    result = run("upgrade")
    assert (result.exit_code, result.stdout) == (0, "seed: nothing is loaded\n")
    assert not kg_home.exists()
