"""Graphs in JSON-LD, compacted by our own context.

A context has a version, and what a version says of a term never changes: terms may be added. The
kinds of values are in `context-v1.json`, which `python -m kg.docs` writes from the ontology. A text
carries those members of the context that it uses, so that nobody has to fetch anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import PREFIXES

Members: TypeAlias = dict[str, Any]

_ID: Final = "@id"
_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")
_STRING: Final = f"{PREFIXES['xsd']}string"
_LANGUAGE: Final = f"{PREFIXES['rdf']}langString"
_OUTSIDE: Final = frozenset({f"{PREFIXES['rdf']}dirLangString", f"{PREFIXES['rdf']}JSON"})
"""Literals that JSON-LD has words of its own for."""


@cache
def kinds() -> Mapping[str, str]:
    """Properties, and of which kind their values are: `@id`, or a datatype."""
    text = files("kg.rdf").joinpath("context-v1.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def context() -> Members:
    """Version 1 of our context, whole."""
    prefixes = {name: {_ID: iri, "@prefix": True} for name, iri in sorted(PREFIXES.items())}
    return {**prefixes, **{name: {"@type": kind} for name, kind in kinds().items()}}


def compacted(triples: Iterable[ox.Triple]) -> bytes | None:
    """A graph as JSON-LD, nodes and values in the order in which they come.

    None where it has a term that cannot be written so without loss: a triple, a literal that
    JSON-LD treats in its own way, or an IRI whose scheme is one of our prefixes.
    """
    writer = _Writer()
    try:
        for triple in triples:
            writer.add(triple)
    except _NotSoError:
        return None
    used = {name: member for name, member in context().items() if name in writer.used}
    document = {"@context": used, "@graph": list(writer.nodes.values())}
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()


class _NotSoError(Exception):
    """Something cannot be written in this form."""


class _Writer:
    """Collects nodes, and which members of the context they need."""

    def __init__(self) -> None:
        self.nodes: dict[str, Members] = {}
        self.used: set[str] = set()

    def add(self, triple: ox.Triple) -> None:
        """Write one more triple; raises `_NotSoError`."""
        name = self._name(triple.subject)
        node = self.nodes.setdefault(name, {_ID: name})
        if triple.predicate == _TYPE and not isinstance(triple.object, ox.Literal):
            _append(node, "@type", self._name(triple.object))
            return
        key = self._name(triple.predicate)
        kind = kinds().get(key)
        if kind is not None:
            self.used.add(key)
            self._use_datatype(kind)
        _append(node, key, self._value(triple.object, kind))

    def _value(self, term: object, kind: str | None) -> Any:
        if not isinstance(term, ox.Literal):
            name = self._name(term)
            return name if kind == _ID else {_ID: name}
        datatype = term.datatype.value
        if datatype in _OUTSIDE:
            raise _NotSoError
        if datatype == _LANGUAGE:
            return {"@value": term.value, "@language": term.language}
        if datatype == _STRING:
            return term.value if kind in (None, "xsd:string") else {"@value": term.value}
        name = self._name(term.datatype)
        return term.value if name == kind else {"@value": term.value, "@type": name}

    def _use_datatype(self, kind: str) -> None:
        if kind != _ID:
            self.used.add(kind.partition(":")[0])

    def _name(self, term: object) -> str:
        """An IRI with its prefix, where it has one, or a blank node."""
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value}"
        if not isinstance(term, ox.NamedNode):
            raise _NotSoError
        prefix, local = _split(term.value)
        if prefix:
            self.used.add(prefix)
            return f"{prefix}:{local}"
        if term.value.partition(":")[0] in PREFIXES:
            raise _NotSoError
        return term.value


@cache
def _namespaces() -> dict[str, str]:
    return {iri: prefix for prefix, iri in PREFIXES.items()}


def _split(iri: str) -> tuple[str, str]:
    """Prefix and local name; both empty where none of our namespaces ends right before a name."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _namespaces().get(iri[:cut], "")
    return (prefix, iri[cut:]) if prefix and cut < len(iri) else ("", "")


def _append(node: Members, key: str, value: Any) -> None:
    if key not in node:
        node[key] = value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]
