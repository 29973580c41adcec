"""`kg sources`: what the documents say that the data covers, and where in them it stands."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rdflib import Graph, URIRef

from kg.cli.drafts import graph_of_folders
from kg.cli.register import add
from kg.cli.texts import text_of, texts_folder, texts_option
from kg.documents import records, render
from kg.documents.coverage import coverage
from kg.documents.passages import find, passage_triples
from kg.documents.sentences import propose
from kg.documents.text import read_text
from kg.documents.verification import verify
from kg.errors import NotFoundError
from kg.namespaces import PREFIXES, compact
from kg.rdf.turtle import canonical
from kg.resources import data_dir

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS: Final = click.Choice(["table", "json"])


def _data_option(command: Command) -> Command:
    return click.option(
        "--data",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of Turtle files to read instead of the data that comes with kg.",
    )(command)


def _format_option(command: Command) -> Command:
    return click.option("-f", "--format", "form", type=FORMATS, default="table", show_default=True)(
        command
    )


@click.group()
def sources() -> None:
    """Documents: registration, coverage, verification, passages."""


sources.add_command(add)


@sources.command("coverage")
@_format_option
@_data_option
@click.pass_context
def coverage_command(context: click.Context, form: str, data: Path | None) -> None:
    """Tell which sentences have claims, and which lack one.

    Every clause of a sentence has, for each of its holders, a claim or a reason for having none.
    Needs no texts. Exits with 1 if anything is uncovered.
    """
    found = coverage(graph_of_folders(data or data_dir()))
    if not found:
        raise NotFoundError("no document of this data has a text file")
    click.echo(
        _json([asdict(e) for e in found]) if form == "json" else render.coverage_table(found)
    )
    if any(each.uncovered for each in found):
        context.exit(1)


@sources.command("verify")
@_format_option
@texts_option
@_data_option
@click.pass_context
def verify_command(
    context: click.Context, form: str, texts: Path | None, data: Path | None
) -> None:
    """Compare offsets and digests with the texts.

    Checks every document, sentence, clause and passage. Exits with 1 if anything differs, and with
    2 if a document could not be checked for want of its text.
    """
    folder = texts or texts_folder()
    found = verify(graph_of_folders(data or data_dir()), folder)
    if not found.checked and not found.unchecked:
        raise NotFoundError("no document of this data has a text file")
    if form == "json":
        click.echo(_json(asdict(found)))
    elif found.checked:
        click.echo(render.verification_table(found))
    if found.unchecked and not os.path.isdir(folder):
        click.echo(f"there is no folder of texts at {folder}: give --texts or KG_TEXTS", err=True)
    for each in found.unchecked:
        click.echo(f"not checked: {compact(each.document)}: {each.reason}", err=True)
    if not found.confirmed:
        context.exit(1 if any(each.problems for each in found.checked) else 2)


@sources.command("sentences")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def sentences_command(file: Path) -> None:
    """Propose the sentences of a text FILE, with numbers, offsets and roles.

    Only a proposal: the list of sentences in the data is what counts.
    """
    text = read_text(file)
    click.echo(render.sentence_list(text, propose(text)))


@sources.command("passage")
@click.argument("document")
@click.option("--words", required=True, help="The words of the passage, as they stand in the text.")
@click.option("--sentence", type=int, help="Look in the sentence with this number only.")
@texts_option
@_data_option
def passage_command(
    document: str, words: str, sentence: int | None, texts: Path | None, data: Path | None
) -> None:
    """Print the Turtle of the passage of DOCUMENT with these words.

    DOCUMENT is a slug such as article-000. The words must occur exactly once in it.
    """
    graph = graph_of_folders(data or data_dir())
    record = _document(graph, document)
    text = text_of(record, texts)
    listed = records.sentences(graph, record.iri)
    places = [(URIRef(str(each.iri)), each.span) for each in listed if each.span]
    within = None
    if sentence is not None:
        within = next((each.span for each in listed if each.number == sentence), None)
        if within is None:
            raise NotFoundError(f"{compact(str(record.iri))} has no sentence {sentence}")
    span = find(text, words, within)
    triples = Graph()
    for triple in passage_triples(records.slug(record.iri), text, span, places):
        triples.add(triple)
    click.echo(canonical(triples), nl=False)


def _document(graph: Graph, name: str) -> records.Document:
    slug = name.removeprefix(PREFIXES["document"]).removeprefix("document:")
    known = {records.slug(each.iri): each for each in records.documents(graph)}
    if slug not in known:
        raise NotFoundError(
            f"no document with a text is called {slug}",
            hint=f"there are: {', '.join(known)}" if known else "the data has none",
        )
    return known[slug]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


COMMANDS: Final[tuple[click.Command, ...]] = (sources,)
