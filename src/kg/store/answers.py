"""Answers of the engine to bytes in a media type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, takewhile
from typing import IO, Final, Protocol, TypeAlias, cast

import pyoxigraph as ox

from kg.errors import NotAcceptableError
from kg.namespaces import PREFIXES
from kg.rdf.json_ld import compacted


class Sink(Protocol):
    """The file that an answer is written to; it is told first what will be written.

    That is its media type, and how many rows it has, where that is known.
    """

    media_type: str
    rows: int | None

    def write(self, data: bytes) -> int:
        """Take some bytes."""


EXPLANATION: Final = "application/vnd.conflict-kg.explanation+json"
"""How an answer came about, in its place; for every form of query, where a home explains."""

Result: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

SORTED_TRIPLES: Final = 10_000
"""Graphs up to this size are written sorted, with the prefixes that they use, in JSON-LD compacted.

Larger ones are written while they are made."""

_XML_NAME: Final = re.compile(r"[^\W\d][\w.-]*\Z")
"""What has to end an IRI for XML to have a name for it."""

RDF_TYPE: Final = f"{PREFIXES['rdf']}type"
XSD_STRING: Final = f"{PREFIXES['xsd']}string"


def write_answer(result: Result, accept: str, sink: Sink) -> None:
    """Serialize an answer; raises `NotAcceptableError` if it has no form in this media type."""
    if isinstance(result, ox.QueryTriples):
        write_graph(result, graph_format(accept), sink)
    else:
        wanted = results_format(accept)
        sink.media_type = wanted.media_type
        result.serialize(cast(IO[bytes], sink), wanted)


def graph_format(accept: str) -> ox.RdfFormat:
    """The format of a graph in a media type; raises `NotAcceptableError` where there is none."""
    found = ox.RdfFormat.from_media_type(accept)
    if found is None:
        raise NotAcceptableError(
            f"a graph cannot be written as {accept}", hint="ask for text/turtle, for example"
        )
    return found


def results_format(accept: str) -> ox.QueryResultsFormat:
    """The format of solutions in a media type; raises `NotAcceptableError` where there is none."""
    found = ox.QueryResultsFormat.from_media_type(accept)
    if found is None:
        raise NotAcceptableError(
            f"solutions cannot be written as {accept}",
            hint="ask for application/sparql-results+json, for example",
        )
    return found


def write_graph(triples: Iterable[ox.Triple], rdf_format: ox.RdfFormat, sink: Sink) -> None:
    """Serialize a graph; a small one sorted, each triple once, with the prefixes that it uses."""
    sink.media_type = rdf_format.media_type
    rest = iter(triples)
    first = list(islice(rest, SORTED_TRIPLES + 1))
    if len(first) > SORTED_TRIPLES:
        out = cast(IO[bytes], sink)
        ox.serialize(_shaped(chain(first, rest), rdf_format), out, rdf_format, prefixes=PREFIXES)
        return
    whole = sorted(set(first), key=_order)
    if rdf_format == ox.RdfFormat.JSON_LD and (text := compacted(whole)) is not None:
        sink.write(text)
        return
    data = ox.serialize(_shaped(whole, rdf_format), format=rdf_format, prefixes=_used(whole))
    sink.write(with_sorted_prefixes(data or b""))


def _shaped(
    triples: Iterable[ox.Triple], rdf_format: ox.RdfFormat
) -> Iterable[ox.Triple] | Iterable[ox.Quad]:
    if rdf_format == ox.RdfFormat.RDF_XML:
        return _writable_in_xml(triples)
    if not rdf_format.supports_datasets:
        return triples
    return (ox.Quad(t.subject, t.predicate, t.object) for t in triples)


def _writable_in_xml(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The same triples; the engine writes XML that nobody can read for a predicate without name."""
    seen: set[ox.NamedNode] = set()
    for triple in triples:
        if triple.predicate not in seen:
            if not _XML_NAME.search(triple.predicate.value):
                raise NotAcceptableError(
                    f"RDF/XML has no way to write the predicate {triple.predicate}",
                    hint="ask for text/turtle, for example",
                )
            seen.add(triple.predicate)
        yield triple


def _order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return (str(triple.subject), predicate != RDF_TYPE, predicate, str(triple.object))


def _used(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """The prefixes of ours that these triples can be written with."""
    iris = {iri for triple in triples for iri in _iris(triple)}
    starts = {iri[: cut.end()] for iri in iris for cut in re.finditer("[/#]", iri)}
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if namespace in starts}


def _iris(triple: ox.Triple) -> Iterator[str]:
    for term in triple:
        match term:
            case ox.NamedNode():
                yield term.value
            case ox.Literal() if term.language is None and term.datatype.value != XSD_STRING:
                yield term.datatype.value
            case ox.Triple():
                yield from _iris(term)


def with_sorted_prefixes(data: bytes) -> bytes:
    """Turtle with its lines of prefixes, which the engine writes in any order, in order."""
    lines = data.splitlines(keepends=True)
    head = list(takewhile(lambda line: line.startswith(b"@prefix "), lines))
    return b"".join([*sorted(head), *lines[len(head) :]])
