"""`kg claim`: a well-formed claim on a sentence of a document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from rdflib import Graph, URIRef

from kg.claims.drafting import Draft, Holding, Parts, draft_claim
from kg.claims.minting import proposition_iri, time_iri
from kg.claims.times import time_triples
from kg.cli.drafts import data_option, known, put, thing, to_option
from kg.cli.texts import text_of, texts_option
from kg.documents import records
from kg.errors import EdtfError, InputError, NotFoundError
from kg.namespaces import compact, expand
from kg.rdf.edtf import bounds

MODES: Final = ("fact", "judgement", "prediction", "commitment", "fear")
CERTAINTIES: Final = ("certain", "probable", "possible", "underspecified")
POLARITIES: Final = ("positive", "negative")


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
    content = _content(said["content"], said["subject"], said["predicate"], said["value"])
    draft = Draft(
        iri, sentence, content, said["words"], _holding(said), said["gloss"], said["note"]
    )
    graph = known(data, target, _named(draft), iri)
    times = _new_time(graph, draft, said["value"])
    drafted = draft_claim(graph + times, text_of(_record(graph, iri), texts), draft)
    put(drafted.triples + times, target)
    click.echo(compact(str(drafted.claim)), err=True)
    if draft.gloss is None:
        click.echo("no --gloss: write its rdfs:label anew, so that it reads well alone", err=True)


def _holding(said: Mapping[str, Any]) -> Holding:
    claimant, made_in = said["claimant"], said["made_in"]
    return Holding(
        None if claimant is None else thing(claimant, "--claimant"),
        said["mode"],
        said["certainty"],
        said["polarity"],
        None if made_in is None else thing(made_in, "--made-in", kind="statement"),
        tuple(thing(each, "--disputes", kind="claim") for each in said["disputes"]),
    )


def _content(
    content: str | None, subject: str | None, predicate: str | None, value: str | None
) -> URIRef | Parts:
    if content is not None and subject is predicate is value is None:
        return thing(content, "--content")
    if content is not None or subject is None or predicate is None or value is None:
        raise InputError("give --subject, --predicate and --object, or --content and none of them")
    return Parts(
        thing(subject, "--subject"), thing(predicate, "--predicate", kind="ckg"), _object(value)
    )


def _object(text: str) -> URIRef:
    return time_iri(text) if _is_time(text) else thing(text, "--object")


def _is_time(text: str) -> bool:
    """Whether a value is an EDTF expression, and no name of a thing."""
    if expand(text) is not None:
        return False
    try:
        bounds(text)
    except EdtfError:
        return False
    return True


def _named(draft: Draft) -> list[URIRef]:
    """Everything that a draft names beside its document."""
    content, holding = draft.content, draft.holding
    named = [content] if isinstance(content, URIRef) else [content.subject, content.object]
    if isinstance(content, Parts):
        named.append(proposition_iri(content.subject, content.predicate, content.object))
    named += holding.disputes
    return named + [each for each in (holding.claimant, holding.made_in) if each is not None]


def _new_time(graph: Graph, draft: Draft, value: str | None) -> Graph:
    """The time that the proposition has as its object, if nobody has declared it."""
    content = draft.content
    if isinstance(content, URIRef) or value is None or not _is_time(value):
        return Graph()
    return Graph() if (content.object, None, None) in graph else time_triples(value)


def _record(graph: Graph, iri: URIRef) -> records.Document:
    found = next((each for each in records.documents(graph) if each.iri == iri), None)
    if found is None:
        raise NotFoundError(
            f"no document with a text is called {compact(str(iri))}",
            hint="`kg sources add FILE` registers one",
        )
    return found


COMMANDS: Final[tuple[click.Command, ...]] = (claim,)
