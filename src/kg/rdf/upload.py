"""The door for RDF from outside: read strictly, within limits, into the form that stores keep.

Whatever comes in is UTF-8 of one of six media types, holds RDF 1.1 only, and is read by the
parser of Oxigraph, which fetches nothing. What that parser would expand, recurse into or leave out
is refused before it (`upload_turtle`, `upload_xml`, `upload_json`); terms are judged after it.

What comes out equals what a store keeps: literals have the lexical form that Oxigraph gives them
(`"01"^^xsd:integer` is `1`), blank nodes have IRIs, no quad is there twice, and they are sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kg.errors import InputError, UnsupportedMediaError
from kg.rdf.characters import decoded
from kg.rdf.placed import excerpts_of
from kg.rdf.skolem import skolemised
from kg.rdf.upload_json import guard_json, written_in_json
from kg.rdf.upload_reading import Form, Reading
from kg.rdf.upload_rules import LIMITS, NO_BASE, Problem, UploadLimits, iri_problem
from kg.rdf.upload_turtle import guard_turtle, written_in_turtle
from kg.rdf.upload_xml import guard_xml, written_in_xml

__all__ = ["LIMITS", "MEDIA_TYPES", "UploadLimits", "read_upload"]


def _turtle(format_: ox.RdfFormat) -> Form:
    return Form(format_, guard_turtle, written_in_turtle)


_FORMS: Final = {
    "text/turtle": _turtle(ox.RdfFormat.TURTLE),
    "application/trig": _turtle(ox.RdfFormat.TRIG),
    "application/n-triples": _turtle(ox.RdfFormat.N_TRIPLES),
    "application/n-quads": _turtle(ox.RdfFormat.N_QUADS),
    "application/rdf+xml": Form(ox.RdfFormat.RDF_XML, guard_xml, written_in_xml, NO_BASE),
    "application/ld+json": Form(ox.RdfFormat.JSON_LD, guard_json, written_in_json, NO_BASE),
}
MEDIA_TYPES: Final = tuple(_FORMS)
"""What is read."""

_CHARSET: Final = re.compile(r';\s*+charset\s*+=\s*+"?([^\s";]++)', re.IGNORECASE)


def read_upload(
    data: bytes,
    media_type: str,
    *,
    limits: UploadLimits = LIMITS,
    graph: ox.NamedNode | ox.DefaultGraph | None = None,
    base: str | None = None,
    keep_blank: bool = False,
) -> list[ox.Quad]:
    """The quads of an upload, all in `graph` if it is given, as a store would keep them.

    With `keep_blank`, blank nodes stay what they are, under labels that nothing else has.

    Raises `UnsupportedMediaError`, `InputError` for what is too large, and `TurtleError` with line,
    column and hint for everything else.
    """
    form = _form(media_type)
    if base is not None and (problem := iri_problem(base, limits) or _no_iri(base)):
        raise InputError(f"the base is not usable: {problem.message}", hint=problem.hint)
    if len(data) > limits.bytes:
        raise InputError(
            f"{len(data)} bytes are too many", hint=f"send at most {limits.bytes} bytes at once"
        )
    text = decoded(data)
    reading = Reading(text, form, limits, graph)
    with excerpts_of(text):
        stop = form.guard(text, limits)
        quads = list(reading.quads(base, rename=keep_blank))
        if stop is not None:
            raise reading.refused("the text is not well-formed", "check the quotes", stop)
    named = skolemised(quads) if reading.blank and not keep_blank else quads
    return _kept(named, typed=reading.typed)


def _form(media_type: str) -> Form:
    form = _FORMS.get(media_type.partition(";")[0].strip().lower())
    if form is None:
        raise UnsupportedMediaError(
            f"{media_type[:60]!r} is not read", hint=f"send {', '.join(MEDIA_TYPES)}"
        )
    charset = _CHARSET.search(media_type)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaError(
            f"the charset {charset[1][:60]!r} is not read", hint="send UTF-8"
        )
    return form


def _no_iri(base: str) -> Problem | None:
    try:
        ox.NamedNode(base)
    except ValueError as error:
        return Problem(str(error), "give a full IRI", base)
    return None


def _kept(quads: Iterable[ox.Quad], *, typed: bool) -> list[ox.Quad]:
    """Each quad once, sorted, and if there are typed literals as Oxigraph keeps them."""
    if typed:
        store = ox.Store()
        store.extend(quads)
        quads = store
    return sorted(set(quads), key=str)
