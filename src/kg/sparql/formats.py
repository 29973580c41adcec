"""The media types of answers: one table, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from kg.errors import InputError, NotAcceptableError


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which an answer can be written.

    `aliases` are other media types that clients accept it as, `short` other names that they use.
    """

    name: str
    media_type: str
    suffix: str
    title: str
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


RESULTS: Final[tuple[Format, ...]] = (
    Format(
        "json",
        "application/sparql-results+json",
        "srj",
        "SPARQL results in JSON",
        ("application/json", "text/json"),
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        "srx",
        "SPARQL results in XML",
        ("application/xml", "text/xml"),
    ),
    Format("csv", "text/csv", "csv", "comma-separated values"),
    Format("tsv", "text/tab-separated-values", "tsv", "tab-separated values", ("text/plain",)),
)
"""For SELECT and ASK, the preferred one first."""

GRAPHS: Final[tuple[Format, ...]] = (
    Format("ttl", "text/turtle", "ttl", "Turtle", ("application/x-turtle",), ("turtle", "n3")),
    Format(
        "nt",
        "application/n-triples",
        "nt",
        "N-Triples",
        ("text/plain",),
        ("ntriples", "n-triples"),
    ),
    Format(
        "rdfxml",
        "application/rdf+xml",
        "rdf",
        "RDF/XML",
        ("application/xml", "text/xml"),
        ("rdf+xml", "rdf-xml", "xml"),
    ),
    Format(
        "jsonld",
        "application/ld+json",
        "jsonld",
        "JSON-LD",
        ("application/json",),
        ("json-ld", "json"),
    ),
    Format("nq", "application/n-quads", "nq", "N-Quads", ("text/x-nquads",)),
    Format("trig", "application/trig", "trig", "TriG", ("application/x-trig",)),
)
"""For CONSTRUCT and DESCRIBE, the preferred one first."""

FORMATS: Final[Mapping[str, tuple[Format, ...]]] = {
    "SELECT": RESULTS,
    "ASK": RESULTS,
    "CONSTRUCT": GRAPHS,
    "DESCRIBE": GRAPHS,
}
"""What each form of query can be answered in."""


REMEMBERED: Final = 500
"""Of `Accept` headers up to this length what they mean is remembered: clients have few of them."""


def negotiate(accept: str | None, form: str) -> str:
    """The media type for a form of query under an `Accept` header; none means anything.

    Raises `NotAcceptableError` if no format of the form is acceptable.
    """
    short = accept is None or len(accept) <= REMEMBERED
    return (_negotiated if short else _negotiated.__wrapped__)(accept, form)


@lru_cache(1_000)
def _negotiated(accept: str | None, form: str) -> str:
    return _best(accept, FORMATS[form], f"{_a(form)} cannot be answered")


def without_parameters(accept: MIMEAccept) -> MIMEAccept:
    """What a client accepts, by media types alone: `text/turtle;charset=utf-8` is Turtle."""
    return MIMEAccept([(text.partition(";")[0].rstrip(), quality) for text, quality in accept])


def graph_media_type(accept: str | None) -> str:
    """The media type for a graph under an `Accept` header; raises `NotAcceptableError`."""
    return _best(accept, GRAPHS, "a graph cannot be had")


def _best(accept: str | None, formats: tuple[Format, ...], refusal: str) -> str:
    if accept is None or not accept.strip():
        return formats[0].media_type
    by_name = {
        name: fmt.media_type for fmt in reversed(formats) for name in (*fmt.aliases, fmt.media_type)
    }
    offered = [fmt.media_type for fmt in formats]
    offered += [alias for fmt in formats for alias in fmt.aliases if alias not in offered]
    best = without_parameters(parse_accept_header(accept, MIMEAccept)).best_match(offered)
    if best is None:
        raise NotAcceptableError(
            f"{refusal} as {accept}",
            hint=f"it can be had as {', '.join(fmt.media_type for fmt in formats)}",
        )
    return by_name[best]


def media_type(name: str, form: str) -> str:
    """The media type of a format given by its short name, such as `csv` or `ttl`."""
    for fmt in FORMATS[form]:
        if name in (fmt.name, fmt.suffix, *fmt.short):
            return fmt.media_type
    names = ", ".join(fmt.name for fmt in FORMATS[form])
    raise InputError(f"{_a(form)} has no form {name}", hint=f"it has {names}")


def _a(form: str) -> str:
    return f"an {form}" if form == "ASK" else f"a {form}"
