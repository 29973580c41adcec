"""`kg log` and `kg diff`: who changed what, when and why."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
import pyoxigraph as ox

from kg.cli.home import opened, own_folder
from kg.cli.remote import place
from kg.errors import NotFoundError
from kg.store.bulklog import BulkLog
from kg.store.differing import Difference, differing
from kg.store.history import Counts, summary
from kg.store.interface import LogEntry
from kg.store.log import CommitLog
from kg.store.redactions import Left

WIDTH: Final = 80
NEWEST: Final = 20
INDENT: Final = " " * 12
_QUADS: Final = ox.RdfFormat.N_QUADS


@click.command("log")
@click.option(
    "-n",
    "most",
    type=click.IntRange(min=1),
    default=NEWEST,
    show_default=True,
    metavar="N",
    help="Show the newest N commits.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the answer is written.",
)
@click.option(
    "--generation", type=click.IntRange(min=1), metavar="G", help="Show the commit that made G."
)
def log_command(most: int, form: str, generation: int | None) -> None:
    """List the commits, the newest first: who changed how much, when and why."""
    entries = opened().log() if place() is not None else _log().entries()
    chosen = _only(entries, generation) if generation else list(reversed(entries))[:most]
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in chosen], ensure_ascii=False, indent=2))
    elif chosen:
        redacted = {} if place() is not None else _log().redacted()
        click.echo("\n".join(_table(chosen, redacted)))
    else:
        click.echo("nothing has been committed: `kg load` fills the store", err=True)
    if not generation and len(entries) > len(chosen):
        click.echo(f"({len(entries) - len(chosen)} older: -n {len(entries)} shows all)", err=True)


@click.command("diff")
@click.argument("first", type=click.IntRange(min=0), metavar="G1")
@click.argument("second", type=click.IntRange(min=0), metavar="G2")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["patch", "summary"]),
    default="patch",
    show_default=True,
    help="All quads, or how many there are in each graph and about each thing.",
)
def diff_command(first: int, second: int, form: str) -> None:
    """Show what turns generation G1 into generation G2, which may be the older one.

    A patch has one line a quad: D for one that goes, A for one that comes. Generation 0 is empty.
    """
    log = _log()
    with TemporaryDirectory(prefix="kg-") as place:
        found = differing(log, first, second, Path(place))
        tell_of_redactions(log, max(first, second), after=min(first, second))
        if form == "patch":
            _show_patch(found)
        else:
            _show_summary(found)


def _show_patch(found: Difference) -> None:
    out = sys.stdout.buffer
    for sign, path in ((b"D ", found.gone), (b"A ", found.come)):
        with path.open("rb") as quads:
            out.writelines(sign + quad for quad in quads)


def _show_summary(found: Difference) -> None:
    counts = summary(*(ox.parse(path=path, format=_QUADS) for path in (found.come, found.gone)))
    for title, names in (("graph", counts.graphs), ("thing", counts.entities)):
        for line in _counts(title, names):
            click.echo(line)
    added = sum(each.added for each in counts.graphs.values())
    removed = sum(each.removed for each in counts.graphs.values())
    click.echo(f"{added} quads added, {removed} removed", err=True)


def tell_of_redactions(log: CommitLog, generation: int, *, after: int = 0) -> None:
    """Say on stderr what was taken out of the commits after one generation, up to another."""
    found = [left for at, left in log.redacted().items() if after < at <= generation]
    quads = sum(left.quads for left in found)
    if quads:
        words = f"without {quads} quads of {len(found)} commits, which were redacted"
        click.echo(f"note: {words}", err=True)


def _log() -> BulkLog:
    home = own_folder("what commits changed")
    home.check_format()
    return BulkLog(home)


def _only(entries: Sequence[LogEntry], generation: int) -> list[LogEntry]:
    found = [each for each in entries if each.generation == generation]
    if not found:
        raise NotFoundError(f"there is no generation {generation}", hint="`kg log` lists them")
    return found


def _table(entries: Sequence[LogEntry], redacted: Mapping[int, Left]) -> Iterator[str]:
    """A row of numbers for each commit; its message and its id below."""
    added = max(len("added"), *(len(f"+{each.added}") for each in entries))
    removed = max(len("removed"), *(len(f"−{each.removed}") for each in entries))
    yield f"generation  {'time (UTC)':16}  {'added':>{added}}  {'removed':>{removed}}  author"
    for each in entries:
        row = f"{each.generation:10}  {_moment(each.time):16}  {f'+{each.added}':>{added}}"
        row += f"  {f'−{each.removed}':>{removed}}  "
        yield from _wrapped(each.author, row, " " * len(row))
        yield from _wrapped(each.message, INDENT, INDENT)
        yield from _wrapped(each.commit_id, INDENT, INDENT)
        if not each.validated:
            yield f"{INDENT}not validated"
        if each.generation in redacted:
            yield f"{INDENT}redacted: {redacted[each.generation].quads} quads"


def _wrapped(text: str, first: str, others: str) -> list[str]:
    shown = printable(" ".join(text.split()))
    return textwrap.wrap(
        shown, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False
    ) or [first.rstrip()]


def printable(text: str) -> str:
    """Text without what would steer a terminal: it was written by anybody."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _moment(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M}"


def _counts(title: str, counts: Mapping[str, Counts]) -> Iterator[str]:
    if not counts:
        return
    rows = [("added", "removed", title)]
    rows += [(f"+{each.added}", f"−{each.removed}", name) for name, each in counts.items()]
    widths = [max(len(row[at]) for row in rows) for at in (0, 1)]
    for added, removed, name in rows:
        yield f"{added:>{widths[0]}}  {removed:>{widths[1]}}  {printable(name)}"


COMMANDS: Final = (log_command, diff_command)
