"""Imports point one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "kg"

LAYERS = (
    "errors",
    "messages",
    "tokens",
    "permalinks",
    "namespaces",
    "names",
    "resources",
    "rdf",
    "solutions",
    "documents",
    "claims",
    "links",
    "geo",
    "importers",
    "shacl",
    "validation",
    "profiles",
    "conversion",
    "store",
    "sparql",
    "columnar",
    "federation",
    "enrichment",
    "publication",
    "reconciliation",
    "suggestions",
    "contributions",
    "processes",
    "docs",
    "web",
    "cli",
)
"""Each may import those before it, never one after it."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ("kg", *path.relative_to(PACKAGE).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__"), path


MODULES = dict(modules())


@cache
def imports(name: str) -> tuple[str, ...]:
    """Modules of kg that a module imports, wherever in it that is written."""
    return tuple(_imports(name))


def _imports(name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "kg")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: write imports from kg in full"
            if (node.module or "").split(".")[0] == "kg":
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    yield full if full in MODULES else str(node.module)


def layer(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def test_every_module_and_package_is_in_the_list() -> None:
    assert {layer(name) for name in MODULES} - {"", *LAYERS} == set()


@pytest.mark.parametrize("place", LAYERS)
def test_a_module_imports_only_what_comes_before_it(place: str) -> None:
    allowed = LAYERS[: LAYERS.index(place) + 1]
    names = [name for name in MODULES if layer(name) == place]
    assert names
    found = {name: [i for i in imports(name) if layer(i) not in allowed] for name in names}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: set(imports(name)) - {name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
