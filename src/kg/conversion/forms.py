"""The forms that files are converted between: one table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import InputError


@dataclass(frozen=True, slots=True)
class Form:
    """A form of files by its short name; `format` is None for tables.

    `graphs` says that quads can have the name of a graph in it.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    format: ox.RdfFormat | None = None
    graphs: bool = False


CSV: Final = Form("csv", "CSV", (".csv", ".tsv"))
FORMS: Final = {
    form.name: form
    for form in (
        Form("ttl", "Turtle", (".ttl", ".turtle"), ox.RdfFormat.TURTLE),
        Form("trig", "TriG", (".trig",), ox.RdfFormat.TRIG, graphs=True),
        Form("nt", "N-Triples", (".nt",), ox.RdfFormat.N_TRIPLES),
        Form("nq", "N-Quads", (".nq",), ox.RdfFormat.N_QUADS, graphs=True),
        Form("jsonld", "JSON-LD", (".jsonld", ".json"), ox.RdfFormat.JSON_LD, graphs=True),
        Form("rdfxml", "RDF/XML", (".rdf", ".xml", ".owl"), ox.RdfFormat.RDF_XML),
        CSV,
    )
}


def form_of(path: Path) -> Form:
    """The form that the suffix of a file names; raises `InputError` for any other suffix."""
    suffix = path.suffix.lower()
    for form in FORMS.values():
        if suffix in form.suffixes:
            return form
    known = " ".join(form.suffixes[0] for form in FORMS.values())
    raise InputError(
        f"its name does not say which form it has: {path.name}",
        hint=f"the suffixes are {known}; --from and --to name a form",
    )
