"""The triples that one page needs, indexed, with their labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib.namespace import RDFS, SKOS

from kg.messages import direction_of
from kg.namespaces import BASE, compact
from kg.web.addresses import href
from kg.web.translations import said
from kg.web.words import TERMS

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

LABELS: Final = (str(RDFS.label), str(SKOS.prefLabel))


@dataclass(frozen=True)
class Thing:
    """Something with an IRI as a page shows it: a label, and a link unless it leads nowhere.

    The label is that of the data; where it `is_said` by us, it is in the language of the site.
    """

    iri: str
    label: str
    href: str | None
    labelled: bool = True
    is_said: bool = False


@dataclass(frozen=True)
class Text:
    """A literal as a page shows it."""

    value: str
    language: str | None = None

    @property
    def direction(self) -> str:
        """The direction in which this is read, for `dir`."""
        return direction_of(self.language or "")


class Facts:
    """A small read-only graph; subjects and predicates are plain strings, objects are terms.

    Names of `kg.namespaces` are strings that equal no plain string, so they are made plain here.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._forward: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._backward: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._things: dict[str, Thing] = {}
        self._labels: dict[str, str] = {}
        self.triples: Final = tuple(dict.fromkeys(triples))
        for triple in self.triples:
            subject, predicate = _key(triple.subject), triple.predicate.value
            if isinstance(triple.object, ox.Triple):
                continue
            self._forward[subject][predicate].append(triple.object)
            self._backward[_key(triple.object)][predicate].append(subject)

    def __or__(self, other: Facts) -> Facts:
        """Both together."""
        return Facts((*self.triples, *other.triples)).called(self._labels | other._labels)

    def called(self, labels: dict[str, str]) -> Facts:
        """The same facts with English labels for things that have none in them."""
        other = self.afresh()
        other._labels = self._labels | labels
        return other

    def afresh(self) -> Facts:
        """The same facts for another request, whose links may begin otherwise."""
        other = copy(self)
        other._things = {}
        return other

    def __contains__(self, subject: str) -> bool:
        return bool(self._forward.get(subject))

    def objects(self, subject: str, predicate: str) -> list[Node]:
        """What a predicate of a subject points at, in the order of the triples."""
        return list(self._forward.get(str(subject), {}).get(str(predicate), ()))

    def subjects(self, predicate: str, object_: str) -> list[str]:
        """What points at a thing with a predicate, in the order of the triples."""
        return list(self._backward.get(str(object_), {}).get(str(predicate), ()))

    def iris(self, subject: str, predicate: str) -> list[str]:
        """The objects that are IRIs, as strings."""
        return [o.value for o in self.objects(subject, predicate) if isinstance(o, ox.NamedNode)]

    def iri(self, subject: str, predicate: str) -> str | None:
        """The first object that is an IRI."""
        return next(iter(self.iris(subject, predicate)), None)

    def texts(self, subject: str, predicate: str) -> list[Text]:
        """The objects that are literals."""
        found = self.objects(subject, predicate)
        return [Text(o.value, o.language) for o in found if isinstance(o, ox.Literal)]

    def text(self, subject: str, predicate: str) -> str | None:
        """The value of a literal object, the English one where there are several."""
        texts = sorted(self.texts(subject, predicate), key=lambda t: t.language not in ("en", None))
        return texts[0].value if texts else None

    def number(self, subject: str, predicate: str) -> int | None:
        """A literal object read as a whole number, or None where it is not one."""
        value = self.text(subject, predicate)
        return int(value) if value is not None and value.lstrip("+-").isdecimal() else None

    def pointing(self, object_: str) -> Iterator[str]:
        """The predicates that point at a thing, in a stable order."""
        yield from sorted(self._backward.get(object_, ()))

    def predicates(self, subject: str) -> Iterator[str]:
        """The predicates that a subject has, in a stable order."""
        yield from sorted(self._forward.get(subject, ()))

    def label(self, iri: str) -> str | None:
        """The English label of a thing, or one in another language, or None."""
        found = (label for p in LABELS if (label := self.text(iri, p)) is not None)
        return next(found, self._labels.get(iri))

    def unnamed(self) -> set[str]:
        """What they point at, of things of ours, that has no label."""
        things = (iri for iri in self._backward if iri.startswith(BASE))
        return {iri for iri in things if self.label(iri) is None}

    def thing(self, iri: str) -> Thing:
        """A thing ready to be shown: its label, or its prefixed name for want of one."""
        if iri not in self._things:
            label, ours = self.label(iri), TERMS.get(iri, "")
            words = label or said(ours) or compact(iri)
            self._things[iri] = Thing(
                iri,
                words,
                href(iri),
                labelled=bool(label or ours),
                is_said=bool(ours and not label),
            )
        return self._things[iri]

    def shown(self, node: Node) -> Thing | Text:
        """Any term ready to be shown."""
        if isinstance(node, ox.Literal):
            return Text(node.value, node.language)
        return self.thing(_key(node))


def _key(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
