"""`kg release`: freeze a version of the data, or list those that there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import click

from kg.cli.home import own_folder
from kg.errors import NotFoundError
from kg.processes.opening import OURS
from kg.publication.releasing import CHANGES, release
from kg.store.log import CommitLog
from kg.store.releases import Releases


@click.command("release")
@click.argument("version", required=False)
@click.option("--at", type=click.IntRange(min=1), metavar="G", help="Not the newest generation.")
def release_command(version: str | None, at: int | None) -> None:
    """Freeze a generation as VERSION (1.2.0), for good; without VERSION list the releases.

    A release has an IRI, dumps with their checksums, and a list of what changed in the data since
    the one before; it stays there to be asked (`kg query --release`, `/sparql?release=`). One that
    is there is completed: what is missing of its files is made again.
    """
    folder = own_folder("a release")
    folder.check_format()
    if version is None:
        _list(Releases(folder))
        return
    if not CommitLog(folder).head()[0]:
        raise NotFoundError("nothing has been committed", hint="`kg load` fills the store")
    made = release(folder, OURS, version, at, datetime.now(UTC))
    place = Releases(folder).place(version)
    click.echo(f"{made.iri}: generation {made.generation}")
    for name, about in made.files.items():
        click.echo(f"{about.sha256}  {place / name}")
    click.echo(f"{place / CHANGES} says what changed in the data", err=True)


def _list(releases: Releases) -> None:
    for each in releases.all():
        click.echo(f"{each.version}\t{each.generation}\t{each.made[:10]}\t{each.iri}")


COMMANDS: Final[tuple[click.Command, ...]] = (release_command,)
