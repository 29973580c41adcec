"""`kg sources add`: a text becomes a document with sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from kg.cli.drafts import data_option, known, put, to_option
from kg.cli.home import opened
from kg.documents.registering import ENGLISH, Description, register, slug_of
from kg.documents.text import read_text, sha256
from kg.errors import InputError, NotFoundError
from kg.namespaces import CKG, compact, expand, iri
from kg.sparql.known import documents_with


@click.command("add")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--title", required=True, help="Its title, as it stands there.")
@click.option("--publisher", help="organisation:SLUG, or the name of one that is not there yet.")
@click.option("--published", metavar="DATE", help="Day, month or year; left out if not known.")
@click.option("--url", help="Its address, where it is online.")
@click.option("--language", default=ENGLISH, show_default=True, help="Of text and title.")
@click.option("--label", help="What we call it, in English; the title if not given.")
@click.option("--slug", help="The end of its IRI; made of the title if not given.")
@to_option
@data_option
def add(
    file: Path,
    title: str,
    publisher: str | None,
    target: Path | None,
    data: Path | None,
    **said: str | None,
) -> None:
    """Register the text FILE as a document: what describes it, its digest, its sentences.

    The text stays where it is. Prints Turtle, or adds it to a draft (--to): look at it, and give it
    to `kg load`.
    """
    text = read_text(file)
    outlet = None if publisher is None else _outlet(publisher)
    description = _description(title, outlet, said)
    document = iri("document", description.slug)
    graph = known(data, target, [document, *([] if outlet is None else [outlet])])
    _refuse_known(graph, document, sha256(text), data)
    triples = register(text, file.name, description)
    sentences = sum(1 for _ in triples.subjects(RDF.type, CKG.Sentence))
    if publisher is not None and outlet is not None:
        triples += _new_outlet(graph, outlet, publisher)
    put(triples, target)
    words = f"{compact(str(document))}: {sentences} sentences"
    click.echo(f"{words}; `kg sources sentences {file}` shows them", err=True)


def _description(
    title: str, publisher: URIRef | None, said: Mapping[str, str | None]
) -> Description:
    language = said["language"] or ENGLISH
    if said["label"] is None and language != ENGLISH:
        raise InputError("--label: a title that is not English needs an English label beside it")
    return Description(
        slug_of(title) if said["slug"] is None else said["slug"],
        title,
        said["label"] or title,
        language,
        publisher,
        said["published"],
        said["url"],
    )


def _outlet(publisher: str) -> URIRef:
    return URIRef(expand(publisher) or iri("organisation", slug_of(publisher)))


def _refuse_known(graph: Graph, document: URIRef, digest: str, data: Path | None) -> None:
    """No document is registered twice, under its own name or under another."""
    same = {*graph.subjects(CKG.sha256, Literal(digest))} & {
        *graph.subjects(RDF.type, CKG.Document)
    }
    found = [*same, *(documents_with(opened(), digest) if data is None else [])]
    if found:
        raise InputError(f"this text is {compact(str(found[0]))} already")
    if (document, RDF.type, None) in graph:
        raise InputError(
            f"{compact(str(document))} is another text", hint="give this one a --slug of its own"
        )


def _new_outlet(graph: Graph, outlet: URIRef, publisher: str) -> Graph:
    """The publisher's own triples, if nobody knows it and it was given by name."""
    new = Graph(bind_namespaces="none")
    if (outlet, RDF.type, None) in graph:
        return new
    if expand(publisher) is not None:
        raise NotFoundError(
            f"nothing is known of {publisher}",
            hint='give the name instead (--publisher "The Name"), and it is declared as an outlet',
        )
    new.add((outlet, RDF.type, CKG.Outlet))
    new.add((outlet, RDFS.label, Literal(publisher, ENGLISH)))
    click.echo(f"{compact(str(outlet))} is new: declared as an outlet", err=True)
    return new
