from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from kg.docs import load
from kg.rdf.turtle import read_turtle
from kg.resources import data_dir, ontology_dir


def ontology_files() -> list[Path]:
    """All Turtle of the ontology but the shapes."""
    folder = ontology_dir()
    return [p for p in sorted(folder.rglob("*.ttl")) if "shapes" not in p.relative_to(folder).parts]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "ontology_file" in metafunc.fixturenames:
        files = ontology_files()
        ids = [str(p.relative_to(ontology_dir())) for p in files]
        metafunc.parametrize("ontology_file", files, ids=ids)


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return load(ontology_dir())


@pytest.fixture(scope="session")
def core() -> Graph:
    """Classes and properties, without vocabularies and alignments."""
    return read_turtle(ontology_dir() / "ckg.ttl")


@pytest.fixture(scope="session")
def data() -> Graph:
    return load(data_dir())
