"""`kg link suggest` and `kg link review`: candidates for links, and what a person says to them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from kg.cli.home import opened_with_words, store_home
from kg.errors import InputError
from kg.federation.endpoints import endpoints
from kg.links.authorities import AUTHORITIES
from kg.links.sssom import SUFFIX, read
from kg.resources import data_dir
from kg.suggestions import extract as extracts
from kg.suggestions.extract import Extract
from kg.suggestions.kept import Kept
from kg.suggestions.review import accepted, add, authority_name, candidate, write
from kg.suggestions.scoring import suggestions
from kg.suggestions.service import Service
from kg.suggestions.wanting import wanting

PUBLIC: Final = "https://wikidata.reconci.link/en/api"
BATCH: Final = 10
DONE: Final = {"a": "accepted", "r": "rejected", "s": "left for later"}


@click.command()
@click.option("--authority", type=click.Choice(sorted(AUTHORITIES)), default="wikidata")
@click.option("--service", default=PUBLIC, show_default=True, help="A reconciliation service.")
@click.option("--extract", type=click.Path(path_type=Path), help="Ask this file, and nobody else.")
@click.option("--contact", envvar="KG_CONTACT", default="", help="Said to the service.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the rows go.")
def suggest(
    authority: str, service: str, extract: Path | None, contact: str, output: Path | None
) -> None:
    """Write candidates for links as rows that nobody has reviewed.

    An address of SERVICE that is not public needs `allow-private` behind it. Nothing is linked:
    `kg link review` asks a person about each row. KG_CONTACT is the usual contact.
    """
    chosen = AUTHORITIES[authority]
    path = output or Path(f"{authority}.candidates{SUFFIX}")
    if path.exists():
        raise InputError("is there already: review it, or write to another", source=str(path))
    asked: Extract | Service
    if extract is not None:
        asked = extracts.read(extract)
    else:
        kept = Kept(store_home() / "suggestions")
        asked = Service(endpoints([service])[0], chosen, kept, contact)
    day, rows = datetime.now(UTC).date().isoformat(), []
    things = wanting(opened_with_words(), chosen)
    for at in range(0, len(things), BATCH):
        part = things[at : at + BATCH]
        for thing, others in zip(part, asked.ask(part), strict=True):
            rows += [candidate(s, chosen, day) for s in suggestions(thing, others)]
    write(path, rows)
    click.echo(f"{path}: {len(rows)} candidates for {len(things)} things", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reviewer", required=True, help="Your name, as the rows will have it.")
@click.option("--links", type=click.Path(path_type=Path), help="The folder of the links.")
def review(file: Path, reviewer: str, links: Path | None) -> None:
    """Accept or reject the candidates in FILE one by one.

    An accepted row goes into the file of its authority in data/links; accepted and rejected rows
    leave FILE. A row that breaks a rule of links stays, with words.
    """
    target = (links or data_dir() / "links") / f"{authority_name(file)}{SUFFIX}"
    rows = list(read(file).rows)
    day = datetime.now(UTC).date().isoformat()
    for row in tuple(rows):
        click.echo(f"\n{row.subject_id}  =  {row.object_label}  <{row.object_id}>")
        click.echo(f"  {row.comment}, {row.confidence}")
        for words in row.evidence.split("; "):
            click.echo(f"  {words}")
        answer = click.prompt("accept, reject, skip", type=click.Choice(list("ars")))
        if answer == "a":
            try:
                add(accepted(row, reviewer, day), target)
            except InputError as error:
                click.echo(f"error: {error}", err=True)
                continue
        if answer != "s":
            rows.remove(row)
            write(file, rows)
        click.echo(DONE[answer])
