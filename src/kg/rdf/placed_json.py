"""Where the triples of JSON-LD stand: a property at its key, a value at the value.

Contexts are taken together, wherever they stand, which is enough to tell which key is which
property in data of ours. What the rest of JSON-LD adds (indexes, reverse properties, contexts that
change inside) has no place; the node that it is about still has one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from kg.namespaces import EXTERNAL_PREFIXES
from kg.rdf.placed import Placed
from kg.rdf.upload_json import _STRING

_TYPE: Final = f"{EXTERNAL_PREFIXES['rdf']}type"
_TOKEN: Final = re.compile(rf'(?P<string>{_STRING})|[{{}}\[\],:]|[^\s{{}}\[\],:"]++', re.DOTALL)
_DEPTH: Final = 8
"""How often a term is looked up through other terms."""


@dataclass(slots=True)
class _Level:
    """An object or an array that is open; `said` has key, value and the offsets of both."""

    at: int
    array: bool
    key: str = ""
    key_at: int = 0
    expects_key: bool = False
    is_context: bool = False
    identifier: str | None = None
    literal: str | None = None
    said: list[tuple[str, str, int, int]] = field(default_factory=list)


def placed_in_json(text: str) -> Iterator[Placed]:
    """The triples of a text that is well-formed, node by node as each ends."""
    yield from _Follower(text).triples()


class _Follower:
    """Follows objects and arrays with a stack."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._terms: dict[str, Any] = {}
        self._levels: list[_Level] = []
        with suppress(ValueError):
            self._terms = _contexts(json.loads(text))

    def triples(self) -> Iterator[Placed]:
        for match in _TOKEN.finditer(self._text):
            mark, at = match[0], match.start()
            if mark in "{[":
                self._open(mark, at)
            elif mark in "}]":
                yield from self._close()
            elif mark == ",":
                if self._levels:
                    self._levels[-1].expects_key = not self._levels[-1].array
            elif mark != ":":
                self._scalar(mark, at)

    def _open(self, mark: str, at: int) -> None:
        level = _Level(at, mark == "[", expects_key=mark == "{")
        if self._levels:
            around = self._levels[-1]
            level.is_context = around.is_context or around.key == "@context"
            if level.array:
                level.key, level.key_at = around.key, around.key_at
        self._levels.append(level)

    def _scalar(self, mark: str, at: int) -> None:
        if not self._levels:
            return
        level = self._levels[-1]
        value = str(json.loads(mark)) if mark[0] == '"' else mark
        if level.expects_key:
            level.key, level.key_at, level.expects_key = value, at, False
        else:
            self._said(level.key, value, level.key_at, at)

    def _said(self, key: str, value: str, key_at: int, at: int) -> None:
        """Note a value with the node that it is said of: arrays only pass it on."""
        owner = next((level for level in reversed(self._levels) if not level.array), None)
        if owner is None:
            return
        name = self._keyword(key)
        if name == "@id":
            owner.identifier = self._expanded(value)
        elif name == "@value":
            owner.literal = value
        else:
            owner.said.append((name, value, key_at, at))

    def _close(self) -> Iterator[Placed]:
        if not self._levels:
            return
        level = self._levels.pop()
        if level.array or level.is_context:
            return
        subject = level.identifier or f"_:at {level.at}"
        for key, value, key_at, at in level.said:
            for predicate, object_ in self._meant(key, value):
                yield Placed(subject, predicate, object_, level.at, key_at, at)
        if self._levels:
            around = self._levels[-1]
            value = level.literal if level.literal is not None else subject
            self._said(around.key, value, around.key_at, level.at)

    def _meant(self, key: str, value: str) -> Iterator[tuple[str, str]]:
        """The triples that a key and a value can mean: a text may be a literal or an IRI."""
        if key == "@type":
            yield _TYPE, self._expanded(value, vocabulary=True)
        elif not key.startswith("@"):
            predicate = self._expanded(key, vocabulary=True)
            yield from ((predicate, each) for each in {value, self._expanded(value)})

    def _keyword(self, key: str) -> str:
        meant = _identifier(self._terms.get(key))
        return meant if meant is not None and meant.startswith("@") else key

    def _expanded(self, name: str, *, vocabulary: bool = False) -> str:
        for _ in range(_DEPTH):
            meant = _identifier(self._terms.get(name)) if vocabulary else None
            prefix, colon, local = name.partition(":")
            namespace = _identifier(self._terms.get(prefix)) if colon else None
            if meant is not None and meant != name:
                name = meant
            elif namespace is not None and not local.startswith("//"):
                name = namespace + local
            elif not colon and vocabulary and "@vocab" in self._terms:
                return f"{self._terms['@vocab']}{name}"
            else:
                return name
        return name


def _identifier(definition: object) -> str | None:
    """The IRI in the definition of a term."""
    if isinstance(definition, Mapping):
        definition = definition.get("@id")
    return definition if isinstance(definition, str) else None


def _contexts(document: object) -> dict[str, Any]:
    """All definitions of all contexts of a document."""
    found: dict[str, Any] = {}
    edge = [document]
    while edge:
        value = edge.pop()
        if isinstance(value, Mapping):
            given = value.get("@context")
            contexts = given if isinstance(given, list) else [given]
            for context in contexts:
                if isinstance(context, Mapping):
                    found.update(context)
            edge.extend(each for key, each in value.items() if key != "@context")
        elif isinstance(value, list):
            edge.extend(value)
    return found
