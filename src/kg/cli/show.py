"""`kg show` and `kg search`: things by their names."""

from __future__ import annotations

import json
import sys
from typing import Final

import click
import pyoxigraph as ox

from kg.cli.ask import terminal_width
from kg.cli.description import description
from kg.cli.home import opened_with_words
from kg.errors import InputError, NotFoundError
from kg.namespaces import CKG, KINDS, PREFIXES, SCHEMES, compact, expand
from kg.rdf.spelling import did_you_mean
from kg.sparql.formats import media_type
from kg.sparql.names import Hit, Named, Names, fold, kind_of, names_of
from kg.sparql.table import table
from kg.store.interface import Store
from kg.store.values import solutions, truth

RDF_FORMATS: Final = ("ttl", "nt", "rdfxml", "jsonld")
DESCRIBE: Final = "CONSTRUCT { ?thing ?p ?o } WHERE { ?thing ?p ?o }"
REPLACED: Final = """SELECT ?former ?present WHERE {
  ?former a ckg:ReplacedThing ; dcterms:isReplacedBy ?present
}"""
EXISTS: Final = "ASK { ?thing ?p ?o }"
CANDIDATES_SHOWN: Final = 10


@click.command()
@click.argument("thing", metavar="IRI|SLUG|LABEL", nargs=-1, required=True)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", *RDF_FORMATS]),
    default="text",
    show_default=True,
    help="A description for people, or the thing's triples.",
)
def show(thing: tuple[str, ...], form: str) -> None:
    """Show what is known of one thing: a person, an event, a claim, a term.

    Name it by its IRI (`person:vladimir-putin`), by its slug (`vladimir-putin`), or by any of its
    names in any language (`Путин`). What was merged or renamed is shown under its present name.
    Exits with 1 if nothing, or more than one thing, has the name.
    """
    words = _words(thing)
    store = opened_with_words()
    names = names_of(store)
    iri = _present(store, find(store, names, words))
    if form == "text":
        click.echo(description(store, names, iri, terminal_width()))
        return
    accept = media_type(form, "CONSTRUCT")
    stream = store.query(DESCRIBE, accept=accept, bindings={"thing": ox.NamedNode(iri)})
    click.echo(b"".join(stream).rstrip())


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option(
    "-n",
    "--most",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="Show at most N things.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "tsv", "json"]),
    help="How the things are listed: table on a terminal, else tsv.",
)
def search(text: tuple[str, ...], most: int, form: str | None) -> None:
    """Find things by their names, in any language, whatever the case and the accents.

    All words of TEXT must occur in one name. Exits with 1 if nothing is found.
    """
    words = _words(text)
    hits = names_of(opened_with_words()).search(words)
    if not hits:
        raise NotFoundError(f"nothing is called {words}")
    rows = [_row(hit) for hit in hits[:most]]
    form = form or ("table" if sys.stdout.isatty() else "tsv")
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "tsv":
        for row in rows:
            click.echo("\t".join(row.values()))
    else:
        click.echo(table(list(rows[0]), [list(row.values()) for row in rows], terminal_width()))
    if len(hits) > most:
        click.echo(f"({most} of {len(hits)}: -n {len(hits)} shows all)", err=True)


def _present(store: Store, iri: str) -> str:
    """What has taken the place of a thing, which is said; the thing itself if nothing has."""
    rows = solutions(store, REPLACED, former=_node(iri))
    if not rows:
        return iri
    present = str(rows[0]["present"])[1:-1]
    click.echo(f"{compact(iri)} was merged or renamed: this is {compact(present)}", err=True)
    return present


def _words(arguments: tuple[str, ...]) -> str:
    """What was asked for; raises `InputError` where nothing in it can be looked for."""
    text = " ".join(arguments)
    if not fold(text):
        raise InputError(
            f"there is no word in {text!r}", hint="give a name, a slug such as armenia, or an IRI"
        )
    return text


def _row(hit: Hit) -> dict[str, str]:
    also = "" if hit.name.text == hit.thing.label else hit.name.text
    return {
        "thing": compact(hit.thing.iri),
        "type": types_of(hit.thing),
        "label": hit.thing.label,
        "found as": also,
    }


def types_of(thing: Named) -> str:
    """The types of a thing, in short."""
    return ", ".join(compact(iri).removeprefix("ckg:") for iri in thing.types)


def find(store: Store, names: Names, text: str) -> str:
    """The IRI of the one thing that is meant; raises `NotFoundError` if none or several are."""
    meant = expand(text)
    if meant is not None:
        if meant in names or truth(store, EXISTS, thing=_node(meant)):
            return meant
        raise _unknown(names, text)
    found = [iri for iri in _slugged(text) if iri in names]
    found = found or [thing.iri for thing in names.called(text)]
    found = found or _by_search(names, text)
    if not found:
        raise _unknown(names, text)
    if len(found) > 1:
        raise NotFoundError(f"{text} can be {len(found)} things", hint=_candidates(names, found))
    return found[0]


def _by_search(names: Names, text: str) -> list[str]:
    """Entities with these words in a name, whole words before parts of others.

    Claims and their contents only if nothing else has them.
    """
    hits = names.search(text)
    things = [hit for hit in hits if kind_of(hit.thing.iri) in _ENTITIES] or hits
    words = set(fold(text).split())
    whole = [hit for hit in things if words <= set(fold(hit.name.text).split())]
    return [hit.thing.iri for hit in whole or things]


_ENTITIES: Final = frozenset(KINDS[: KINDS.index("claim")])


def _slugged(text: str) -> list[str]:
    if " " in text:
        return []
    return [*(PREFIXES[kind] + text for kind in (*KINDS, *SCHEMES)), str(CKG[text])]


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(f"not an IRI: {iri}") from error


def _unknown(names: Names, text: str) -> NotFoundError:
    local = text.rpartition(":")[2].rpartition("/")[2]
    near = did_you_mean(local, names.words())
    return NotFoundError(f"nothing is known of {text}", hint=near or "`kg search` finds by words")


def _candidates(names: Names, found: list[str]) -> str:
    lines = [f"{compact(iri)}  {names.label(iri)}" for iri in found[:CANDIDATES_SHOWN]]
    more = [f"… and {len(found) - len(lines)} more"] if len(found) > len(lines) else []
    return "name one of these\n  " + "\n  ".join([*lines, *more])


COMMANDS = (show, search)
