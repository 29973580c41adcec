"""Where the ontology, the data and the queries of this installation lie.

In a checkout they are the top-level folders; in an installed wheel they are the folder `_bundle`
inside the package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds `ontology/`, `data/`, `queries/` and `examples/`."""
    bundle = _PACKAGE / "_bundle"
    return bundle if bundle.is_dir() else _PACKAGE.parent.parent


def is_checkout() -> bool:
    """Whether this is a checkout, whose files people change, and no installed wheel."""
    return (root() / "pyproject.toml").is_file()


def ontology_dir() -> Path:
    """Classes, properties, vocabularies, shapes and alignments."""
    return root() / "ontology"


def data_dir() -> Path:
    """The curated and imported data of the seed."""
    return root() / "data"


def example_world() -> Path:
    """A small world that keeps every shape and every check: what conforming data looks like."""
    return root() / "examples" / "world.ttl"


def queries_dir() -> Path:
    """Examples, competency questions, checks and the rules of the derived graphs."""
    return root() / "queries"
