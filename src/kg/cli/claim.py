"""`kg claim`: a well-formed claim on a sentence of a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click
from rdflib import Graph, URIRef

from kg.claims.drafting import draft_claim
from kg.claims.saying import CERTAINTIES, MODES, POLARITIES, draft_of, named, new_time, thing
from kg.cli.drafts import data_option, known, put, to_option
from kg.cli.texts import text_of, texts_option
from kg.documents import records
from kg.errors import NotFoundError
from kg.namespaces import compact


@click.command()
@click.argument("document")
@click.argument("sentence", type=click.IntRange(min=1))
@click.option("--subject", help="The thing that the claim is about, such as event:tegh-firefight.")
@click.option("--predicate", help="One of the predicates of propositions, such as participant.")
@click.option("--object", "value", help="A thing, or a time in EDTF, such as 2031-05.")
@click.option("--content", help="A proposition, situation or claim that is there, instead.")
@click.option("--words", help="The words that say it; else the whole sentence.")
@click.option("--claimant", help="Who holds it; the document if not given.")
@click.option("--mode", type=click.Choice(MODES), default="fact", show_default=True)
@click.option("--certainty", type=click.Choice(CERTAINTIES), default="certain", show_default=True)
@click.option("--polarity", type=click.Choice(POLARITIES), default="positive", show_default=True)
@click.option("--made-in", help="The statement in which the claimant said it.")
@click.option("--disputes", multiple=True, help="A claim on the same content that it denies.")
@click.option("--gloss", help="The claim in our own words, which can be read alone.")
@click.option("--note", help="An editorial note: why it is encoded so.")
@to_option
@texts_option
@data_option
def claim(
    document: str,
    sentence: int,
    target: Path | None,
    texts: Path | None,
    data: Path | None,
    **said: Any,
) -> None:
    """Write a claim on SENTENCE (its number) of DOCUMENT, with passage, proposition and clause.

    Nobody counts characters: the words are looked for in the text, and they stand once in the
    sentence. Prints Turtle, or adds it to a draft (--to), where later claims find it.
    """
    iri = thing(document, "DOCUMENT", kind="document")
    draft = draft_of(iri, sentence, said, _option)
    graph = known(data, target, named(draft), iri)
    times = new_time(graph, draft, said["value"])
    drafted = draft_claim(graph + times, text_of(_record(graph, iri), texts), draft)
    put(drafted.triples + times, target)
    click.echo(compact(str(drafted.claim)), err=True)
    if draft.gloss is None:
        click.echo("no --gloss: write its rdfs:label anew, so that it reads well alone", err=True)


def _option(name: str) -> str:
    """The option that says something, by its name in `said`."""
    return "--object" if name == "value" else f"--{name.replace('_', '-')}"


def _record(graph: Graph, iri: URIRef) -> records.Document:
    found = next((each for each in records.documents(graph) if each.iri == iri), None)
    if found is None:
        raise NotFoundError(
            f"no document with a text is called {compact(str(iri))}",
            hint="`kg sources add FILE` registers one",
        )
    return found


COMMANDS: Final[tuple[click.Command, ...]] = (claim,)
