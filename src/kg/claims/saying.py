"""What a person says of a claim, as words, read into a draft: by `kg claim` and by the form.

Words come by name, as the fields of `Draft`, `Parts` and `Holding` are called; `value` is the
object, and None is what was not said. How a name is told to the person is the caller's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from rdflib import Graph, URIRef

from kg.claims.drafting import Draft, Holding, Parts
from kg.claims.minting import proposition_iri, time_iri
from kg.claims.times import time_triples
from kg.errors import EdtfError, InputError
from kg.namespaces import PREFIXES, expand
from kg.rdf.edtf import bounds

Naming: TypeAlias = Callable[[str], str]

MODES: Final = ("fact", "judgement", "prediction", "commitment", "fear")
CERTAINTIES: Final = ("certain", "probable", "possible", "underspecified")
POLARITIES: Final = ("positive", "negative")

_PARTS: Final = ("subject", "predicate", "value")


def draft_of(document: URIRef, sentence: int, said: Mapping[str, Any], name: Naming) -> Draft:
    """The draft that somebody means; raises `InputError` for what cannot be read."""
    content = _content(said, name)
    holding = _holding(said, name)
    return Draft(document, sentence, content, said["words"], holding, said["gloss"], said["note"])


def thing(text: str, where: str, *, kind: str | None = None) -> URIRef:
    """The node that somebody means who wrote `where`; `kind` is the prefix that may be left out.

    Raises `InputError` for what is neither a prefixed name nor an IRI.
    """
    found = expand(text)
    if found is None and kind is not None and ":" not in text and " " not in text:
        found = PREFIXES[kind] + text
    if found is None:
        raise InputError(
            f"{where}: neither a prefixed name nor an IRI: {text!r}",
            hint="write event:tegh-firefight; `kg search WORDS` finds what there is",
        )
    return URIRef(found)


def _holding(said: Mapping[str, Any], name: Naming) -> Holding:
    claimant, made_in = said["claimant"], said["made_in"]
    return Holding(
        None if claimant is None else thing(claimant, name("claimant")),
        said["mode"],
        said["certainty"],
        said["polarity"],
        None if made_in is None else thing(made_in, name("made_in"), kind="statement"),
        tuple(thing(each, name("disputes"), kind="claim") for each in said["disputes"]),
    )


def _content(said: Mapping[str, Any], name: Naming) -> URIRef | Parts:
    parts = [said[part] for part in _PARTS]
    if said["content"] is not None and parts == [None] * 3:
        return thing(said["content"], name("content"))
    if said["content"] is not None or None in parts:
        names = [name(part) for part in _PARTS]
        raise InputError(
            f"give {names[0]}, {names[1]} and {names[2]}, or {name('content')} and none of them"
        )
    subject, predicate, value = parts
    return Parts(
        thing(subject, name("subject")),
        thing(predicate, name("predicate"), kind="ckg"),
        time_iri(value) if _is_time(value) else thing(value, name("value")),
    )


def _is_time(text: str) -> bool:
    """Whether a value is an EDTF expression, and no name of a thing."""
    if expand(text) is not None:
        return False
    try:
        bounds(text)
    except EdtfError:
        return False
    return True


def named(draft: Draft) -> list[URIRef]:
    """Everything that a draft names beside its document."""
    content, holding = draft.content, draft.holding
    named = [content] if isinstance(content, URIRef) else [content.subject, content.object]
    if isinstance(content, Parts):
        named.append(proposition_iri(content.subject, content.predicate, content.object))
    named += holding.disputes
    return named + [each for each in (holding.claimant, holding.made_in) if each is not None]


def new_time(graph: Graph, draft: Draft, value: str | None) -> Graph:
    """The time that the proposition has as its object, if nobody has declared it."""
    content = draft.content
    if isinstance(content, URIRef) or value is None or not _is_time(value):
        return Graph()
    return Graph() if (content.object, None, None) in graph else time_triples(value)
