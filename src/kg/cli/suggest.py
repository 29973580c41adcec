"""`kg link suggest` and `kg link review`: candidates for links, and what a person says to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from kg.cli.home import opened_with_words, store_home
from kg.errors import InputError, KgError
from kg.federation.client import Client, agent_for
from kg.federation.endpoints import endpoints
from kg.links.authorities import AUTHORITIES, Authority
from kg.resources import data_dir, is_checkout
from kg.suggestions import extract as extracts
from kg.suggestions.extract import Extract
from kg.suggestions.kept import Kept
from kg.suggestions.review import NOBODY, Decision, decide, open_candidates
from kg.suggestions.review import suggest as add_to_file
from kg.suggestions.rows import Candidate, Files, candidate
from kg.suggestions.scoring import CERTAIN, suggestions
from kg.suggestions.service import Limits, Service
from kg.suggestions.things import Thing
from kg.suggestions.wanting import wanting

PUBLIC: Final = {"wikidata": "https://wikidata-reconciliation.wmcloud.org/en/api"}
"""The public service of an authority; the older address `wikidata.reconci.link` leads there."""
BATCH: Final = 5
DAY_SECONDS: Final = 24 * 3600.0
ANSWERS: Final = {"a": Decision.ACCEPT, "r": Decision.REJECT, "l": None, "q": None}
DEFAULTS: Final = Limits()

authority_option = click.option(
    "--authority",
    type=click.Choice(sorted(AUTHORITIES)),
    default="wikidata",
    show_default=True,
    help="The collection to link to.",
)
links_option = click.option(
    "--links",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the links, data/links unless given.",
)


@click.command()
@authority_option
@click.option("--service", help="A reconciliation service; for Wikidata its public one.")
@click.option("--extract", type=click.Path(path_type=Path), help="Ask this file, and nobody else.")
@click.option("--contact", envvar="KG_CONTACT", default="", help="Said to the service.")
@click.option("--seconds", default=DEFAULTS.seconds, show_default=True, help="The longest request.")
@click.option(
    "--pause",
    default=DEFAULTS.longest_pause,
    show_default=True,
    help="The longest pause, in seconds, that a service may ask for.",
)
@click.option("--tries", default=DEFAULTS.tries, show_default=True, help="Tries of one request.")
@click.option(
    "--bytes", "most", default=DEFAULTS.most_bytes, show_default=True, help="The largest answer."
)
@click.option(
    "--candidates",
    type=click.IntRange(1, 100),
    default=DEFAULTS.candidates,
    show_default=True,
    help="Candidates for each name.",
)
@click.option(
    "--days", default=7.0, show_default=True, help="Ask again for answers older than this."
)
@links_option
def suggest(
    authority: str,
    service: str | None,
    extract: Path | None,
    contact: str,
    seconds: float,
    pause: float,
    tries: int,
    most: int,
    candidates: int,
    days: float,
    links: Path | None,
) -> None:
    """Write candidates for links as rows that nobody has reviewed.

    They go into data/links/candidates. Nothing is linked: `kg link review` asks a person about
    each row. An address of SERVICE that is not public needs `allow-private` behind it. KG_CONTACT
    is the usual contact.
    """
    chosen = AUTHORITIES[authority]
    files = Files(links or _own_links(), chosen)
    asked: Extract | Service
    if extract is not None:
        asked = extracts.read(extract, chosen)
    else:
        kept = Kept(store_home() / "suggestions", days * DAY_SECONDS)
        limits = Limits(seconds, pause, tries, most, candidates)
        client = Client(agent=agent_for("kg link suggest", contact))
        asked = Service(endpoints([_address(authority, service)])[0], chosen, kept, limits, client)
    things = wanting(opened_with_words(), chosen)
    found: list[Candidate] = []
    try:  # each row is in the list before the next request is sent
        found += _candidates(things, asked, chosen)
    finally:
        told = add_to_file(files, found)
        certain = sum(row.verdict == CERTAIN for row in found)
        words = f"{told} candidates for {len(things)} things, {certain} of them certain"
        click.echo(f"{files.candidates}: {words}", err=True)


@click.command()
@authority_option
@click.option("--reviewer", envvar="KG_REVIEWER", help="Your name, as the rows will have it.")
@links_option
@click.pass_context
def review(
    context: click.Context, authority: str, reviewer: str | None, links: Path | None
) -> None:
    """Accept or reject candidates one by one.

    An accepted row goes into the file of its authority in data/links, a rejected one into
    data/links/rejected, so that it is not suggested again. KG_REVIEWER is the usual reviewer.
    """
    if not (reviewer or "").strip():
        raise InputError(NOBODY, hint="--reviewer NAME, or KG_REVIEWER")
    files = Files(links or _own_links(), AUTHORITIES[authority])
    rows = open_candidates(files)
    if not rows:
        click.echo(f"{files.candidates}: nothing to review", err=True)
    gone: set[str] = set()
    for at, row in enumerate(rows, 1):
        if row.subject_id in gone:
            continue
        click.echo(f"\n{at} of {len(rows)}\n{_shown(row)}")
        answer = click.prompt("[a]ccept, [r]eject, [l]ater, [q]uit", type=click.Choice(ANSWERS))
        if answer == "q":
            return
        if _done(files, row, ANSWERS[answer], reviewer or "") is Decision.ACCEPT:
            gone.add(row.subject_id)


def _own_links() -> Path:
    """The folder of the links of a checkout: those of an installation are not for changing."""
    if not is_checkout():
        raise InputError("this installation is not a checkout", hint="--links FOLDER")
    return data_dir() / "links"


def _address(authority: str, service: str | None) -> str:
    if service is None and authority not in PUBLIC:
        raise InputError(f"no public service is known for {authority}", hint="--service ADDRESS")
    return service or PUBLIC[authority]


def _candidates(
    things: Sequence[Thing], asked: Extract | Service, authority: Authority
) -> Iterator[Candidate]:
    """Row by row, so that what was found stays where a later request fails."""
    day = datetime.now(UTC).date().isoformat()
    for at in range(0, len(things), BATCH):
        part = things[at : at + BATCH]
        for thing, others in zip(part, asked.ask(part), strict=True):
            for suggestion in suggestions(thing, others):
                yield candidate(suggestion, authority, day)


def _shown(row: Candidate) -> str:
    lines = (
        f"ours    {row.subject_label}  <{row.subject_id}>",
        f"theirs  {row.object_label}  <{row.object_id}>",
        f"score   {row.confidence}, {row.verdict}",
        *(f"        {words}" for words in row.evidence.split(" | ")),
    )
    return "\n".join(lines)


def _done(
    files: Files, row: Candidate, decision: Decision | None, reviewer: str
) -> Decision | None:
    """Do what was decided; None where nothing was, or where it could not be done."""
    if decision is None:
        return None
    day = datetime.now(UTC).date().isoformat()
    try:
        decide(files, row.key, decision, reviewer, day)
    except KgError as error:
        click.echo(f"error: {error}", err=True)
        return None
    return decision
