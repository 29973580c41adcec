"""`kg load`: files into the store, validated first."""

from __future__ import annotations

import getpass
import uuid
from datetime import UTC, datetime
from pathlib import Path

import click

from kg.cli.home import opened, store_home
from kg.errors import RefusedError
from kg.namespaces import AUTHORED, GRAPH, SHAPES
from kg.store.embedded import InProcessStore
from kg.store.interface import CommitMeta, Receipt
from kg.store.loading import patch_of
from kg.store.seed import SeedState, seed, seed_state
from kg.validation import Report, Sources, read_files, seed_files
from kg.validation.render import human

GRAPH_NAMES = [str(name).removeprefix(str(GRAPH)) for name in (*AUTHORED, SHAPES)]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--graph",
    type=click.Choice(GRAPH_NAMES),
    help="The graph to load FILES into; else the one of their folder, or curated.",
)
@click.option("--message", default=None, help="Why, for the log of commits.")
@click.option("--author", default=None, help="Who, for the log of commits; else your user name.")
@click.pass_context
def load(
    context: click.Context,
    files: tuple[Path, ...],
    graph: str | None,
    message: str | None,
    author: str | None,
) -> None:
    """Load Turtle FILES into the store, or the data that comes with kg if it is empty.

    What is loaded is added to what is there. The result is validated first: data that breaks a
    shape or a check is refused with its file, node and message, and changes nothing (exit 1).
    """
    store = opened()
    receipt = ensure_seed(context, store)
    if not files:
        if receipt is None:
            click.echo(f"generation {store.generation()}: nothing to load")
        return
    read = read_files(files)
    patch = patch_of(read, GRAPH[graph] if graph else None)
    meta = CommitMeta(
        author=author or getpass.getuser(),
        message=message or f"load {', '.join(path.name for path in files)}",
        time=datetime.now(UTC),
    )
    try:
        told(store.commit(patch, meta, commit_id=f"load/{uuid.uuid4()}"))
    except RefusedError as error:
        refuse(context, error, Sources(read))


def ensure_seed(context: click.Context, store: InProcessStore) -> Receipt | None:
    """Fill an empty store, renew an older seed that nobody has added to, and say so."""
    state = seed_state(store)
    if state is SeedState.MIXED:
        click.echo(
            "warning: the data that comes with kg has changed since it was loaded; the store keeps"
            " the older, since commits of others build on it",
            err=True,
        )
    if state not in (SeedState.EMPTY, SeedState.OLDER):
        return None
    click.echo(f"validating and loading the data that comes with kg into {store_home()}", err=True)
    try:
        receipt = seed(store)
    except RefusedError as error:
        refuse(context, error, Sources(read_files(seed_files())))
    if receipt is not None:
        told(receipt)
    return receipt


def told(receipt: Receipt) -> None:
    """Print what a commit did."""
    counts = f"{receipt.added} quads added, {receipt.removed} removed"
    click.echo(f"generation {receipt.generation}: {counts}")
    if receipt.findings:
        click.echo(f"{len(receipt.findings)} warnings: `kg validate` shows them", err=True)


def refuse(context: click.Context, error: RefusedError, sources: Sources) -> None:
    """Say what is wrong and where, and end with 1."""
    report = error.report
    if isinstance(report, Report):
        click.echo(human(report.located(sources.file_of)), err=True)
    click.echo(f"error: {error.message}", err=True)
    context.exit(1)


COMMANDS = (load,)
