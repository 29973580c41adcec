"""The contexts of a JSON-LD text: what they define, and what that costs at every use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from kg.errors import TurtleError
from kg.rdf.upload_rules import IRI_FORBIDDEN, LANGUAGE, UploadLimits

Refused = Callable[[str, str, int], TurtleError]
"""Makes the error of a message, a hint and an offset."""

_COPIES: Final = 5_000_000
"""Copied terms: each context that is met copies all terms that are defined so far."""

_CHAIN: Final = 8
"""How many prefixes may be made of each other."""

_FREE_KEYS: Final = frozenset({"@container", "@vocab"})
_FREE_VALUES: Final = frozenset({"@json", "@nest"})


class Contexts:
    """What the contexts of one text say, taken together."""

    def __init__(self) -> None:
        self.count = 0
        self._not_iris: dict[str, int] = {}
        self._not_languages: dict[str, int] = {}
        self._first = 0
        self._scoped = False
        self._free = False
        self._around = 0
        self._terms: set[str] = set()
        self._iris: dict[str, set[str]] = {}
        self._typed: set[str] = set()
        self._keys: dict[str, int] = {}

    @property
    def size(self) -> int:
        """How many terms are defined."""
        return len(self._terms)

    def begun(self, offset: int, *, scoped: bool) -> None:
        """A @context stands at an offset, perhaps in another one."""
        self._first = self._first or offset
        self._scoped = self._scoped or scoped

    def defined(self, key: str) -> None:
        """A context has a key."""
        self._terms.add(key)
        self._free = self._free or key in _FREE_KEYS

    def said(self, term: str, key: str, value: str) -> None:
        """A context says something of a term; `key` is the term itself, or one like @id."""
        if term in ("@vocab", "@base"):
            self._around += len(value)
        if key in (term, "@id"):
            self._iris.setdefault(term, set()).add(value)
        elif key == "@type" and value in ("@id", "@vocab"):
            self._typed.add(term)
        self._free = self._free or key in _FREE_KEYS or value in _FREE_VALUES

    def used(self, key: str, offset: int) -> None:
        """An object outside of contexts has a key."""
        if ":" not in key and not key.startswith("@"):
            self._keys.setdefault(key, offset)

    def read(self, key: str, value: str, offset: int) -> None:
        """A key has a value; contexts that come later may say that it is an IRI or a language."""
        if key not in self._not_iris and (
            IRI_FORBIDDEN.search(value) or ("://" in value and not _is_iri(value))
        ):
            self._not_iris[key] = offset
        if key not in self._not_languages and not LANGUAGE.fullmatch(value):
            self._not_languages[key] = offset

    def check(self, values: int, limits: UploadLimits, refused: Refused) -> None:
        """Refuse contexts that cost too much, and what the parser would leave out."""
        copies = len(self._terms) * (self.count + (values if self._scoped else 0))
        if copies > _COPIES:
            raise refused(
                f"{self.count} contexts of {len(self._terms)} terms are too much",
                "write one context, at the top, with none in it",
                self._first,
            )
        if values * (self._longest(refused) + self._around) > limits.expanded:
            raise refused(
                "the IRIs of the context are too long for so many values",
                "send it in several parts",
                self._first,
            )
        self._check_lost(refused)

    def _longest(self, refused: Refused) -> int:
        """The length of the longest IRI that a term stands for, prefixes of prefixes included."""
        lengths = dict.fromkeys(self._iris, 0)
        for _ in range(_CHAIN):
            before, lengths = (
                lengths,
                {
                    term: max(len(iri) + self._begins(iri, lengths) for iri in iris)
                    for term, iris in self._iris.items()
                },
            )
            if before == lengths:
                return max(lengths.values(), default=0)
        raise refused(
            f"more than {_CHAIN - 1} prefixes are made of each other",
            "write full IRIs",
            self._first,
        )

    def _begins(self, iri: str, lengths: dict[str, int]) -> int:
        return lengths.get(iri.partition(":")[0], 0)

    def _check_lost(self, refused: Refused) -> None:
        aliases = {
            keyword: {keyword, *(term for term, iris in self._iris.items() if keyword in iris)}
            for keyword in ("@id", "@type", "@language")
        }
        named = {"@base", "@vocab", *aliases["@id"], *aliases["@type"], *self._typed}
        for key in sorted(self._not_iris.keys() & named):
            hint = "percent-encode what an IRI cannot have (a space is %20)"
            raise refused(f"the value of {key!r} is no IRI", hint, self._not_iris[key])
        for key in sorted(self._not_languages.keys() & aliases["@language"]):
            hint = "it looks like en or pt-BR"
            raise refused(f"the value of {key!r} is no language", hint, self._not_languages[key])
        unknown = self._keys.keys() - self._terms
        if unknown and not self._free:
            key = min(unknown, key=self._keys.__getitem__)
            raise refused(
                f"no context defines {key[:60]!r}", "define it, or write an IRI", self._keys[key]
            )


def _is_iri(value: str) -> bool:
    try:
        ox.NamedNode(value)
    except ValueError:
        return False
    return True
