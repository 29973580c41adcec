"""`kg load`: files into the store, validated first."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import click
import pyoxigraph as ox

from kg.cli import in_words
from kg.cli.copy_of_load import CopyOfLoad
from kg.cli.home import opened, own_folder, where
from kg.cli.stdin import Files, files_of
from kg.cli.steps import steps
from kg.errors import RefusedError
from kg.namespaces import GRAPH
from kg.processes.opening import OURS, open_embedded
from kg.processes.settings import settings
from kg.profiles.uploads import is_table, read_file, with_rows
from kg.store.blank_nodes import DATA
from kg.store.bulk import Load, load_in_bulk
from kg.store.interface import CommitMeta, Patch, Receipt, Store
from kg.store.loading import data_patch, not_written
from kg.store.seed import SeedState, seed, seed_state
from kg.validation import Finding, Report, Severity, Sources, read_files, seed_files
from kg.validation.files import graph_of, with_lines
from kg.validation.render import human

GRAPH_NAMES: Final = [str(name).removeprefix(str(GRAPH)) for name in DATA]


NAMED_FILES: Final = 5
"""So many are named in the log of commits."""


class GraphName(click.Choice[str]):
    """The name of a graph of data; others are refused with the reason."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if files are loaded into its graph."""
        if value in ("ontology", "shapes"):
            raise not_written(str(GRAPH[value]))
        return str(super().convert(value, param, ctx))


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--graph",
    type=GraphName(GRAPH_NAMES),
    help="The graph to load FILES into; else the one of their folder, or curated.",
)
@click.option("--message", default=None, help="Why, for the log of commits.")
@click.option("--author", default=None, help="Who, for the log of commits; else your user name.")
@click.option(
    "--no-validate",
    "waived",
    is_flag=True,
    help="Load FILES whatever shapes and checks say; the log of commits keeps that.",
)
@click.option(
    "--bulk",
    is_flag=True,
    help="Load much at once (N-Triples, Turtle) while no server runs: it is not held in memory.",
)
@click.pass_context
def load(
    context: click.Context,
    files: tuple[Path, ...],
    graph: str | None,
    message: str | None,
    author: str | None,
    waived: bool,
    bulk: bool,
) -> None:
    """Load FILES, Turtle or CSV, into the store, or the data that comes with kg if it is empty.

    A file may be - for standard input.

    What is loaded is added to what is there. The result is validated first: data that breaks a
    shape or a check is refused with its file, node and message, and changes nothing (exit 1).
    """
    store = opened()
    receipt = ensure_seed(context, store)
    if not files:
        if receipt is None:
            click.echo(f"generation {store.generation()}: nothing to load")
        return
    with files_of(files) as given:
        meta = CommitMeta(
            author=author or getpass.getuser(),
            message=message or f"load {named(given.paths)}",
            time=datetime.now(UTC),
            validated=not waived,
        )
        if bulk:
            load_much(context, given, graph, meta)
            return
        read = read_files(given.paths, read_file)
        try:
            patch = data_patch(read, GRAPH[graph] if graph else None)
            if _new(store, patch):
                told(store.commit(patch, meta, commit_id=f"load/{uuid.uuid4()}"))
            else:
                click.echo(f"generation {store.generation()}: nothing new to load")
        except RefusedError as error:
            refuse(context, error, Sources(read), given)


def named(paths: Sequence[Path]) -> str:
    """The names of files for the log of commits, of many the first few."""
    names = [path.name for path in paths[:NAMED_FILES]]
    others = len(paths) - len(names)
    return ", ".join(names) + (f" and {others} others" if others else "")


def load_much(context: click.Context, given: Files, graph: str | None, meta: CommitMeta) -> None:
    """Load files in bulk, and say how far it is."""
    targets = {path: GRAPH[graph] if graph else graph_of(path.resolve()) for path in given.paths}
    for path, target in targets.items():
        if target not in DATA:
            raise not_written(str(target), source=str(path))
    nodes = {path: ox.NamedNode(str(target)) for path, target in targets.items()}
    folder = own_folder("a bulk load")
    with steps() as tell:
        then = CopyOfLoad(folder, settings(folder.path), tell)
        asked = Load(nodes, meta, f"load/{uuid.uuid4()}", tell, then)
        try:
            receipt = load_in_bulk(folder, OURS, asked)
        except RefusedError as error:
            refuse(context, error, Sources({}), given)
    if receipt is None:
        click.echo(f"generation {open_embedded(folder.path).generation()}: nothing new to load")
    else:
        told(receipt)


def _new(store: Store, patch: Patch) -> bool:
    """Whether a patch adds anything, literals compared as the engine writes them."""
    added, snapshot = ox.Store(), store.snapshot()
    added.bulk_extend(patch.added)
    graphs = [graph for graph in added.named_graphs() if isinstance(graph, ox.NamedNode)]
    known = {quad for graph in graphs for quad in snapshot.quads(graph)}
    return any(quad not in known for quad in added)


def ensure_seed(context: click.Context, store: Store) -> Receipt | None:
    """Fill an empty store; say so, or that a newer seed waits."""
    state = seed_state(store)
    if state in (SeedState.OLDER, SeedState.MIXED):
        click.echo(
            "the data that comes with kg has changed since it was loaded: `kg upgrade` brings the"
            " newer in, and keeps what others have added",
            err=True,
        )
    if state is not SeedState.EMPTY:
        return None
    words = f"validating and loading the data that comes with kg into the store {where()}"
    click.echo(words, err=True)
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
    warnings = sum(_is_warning(finding) for finding in receipt.findings)
    if warnings:
        click.echo(f"{warnings} warnings: `kg validate` shows them", err=True)


def _is_warning(finding: object) -> bool:
    return not isinstance(finding, Finding) or finding.severity is Severity.WARNING


def refuse(
    context: click.Context, error: RefusedError, sources: Sources, given: Files | None = None
) -> NoReturn:
    """Say what is wrong and where, and end with 1.

    What stands in no file that was given was broken by one of them.
    """
    report = error.report
    if isinstance(report, Report):
        folder = None if given is None else Path.cwd()
        located = with_lines(report.located(sources.file_of), folder, is_table=is_table)
        located = located if folder is None else with_rows(located, folder)
        if given is not None:
            located = given.named(located).located(lambda _: " or ".join(given.names))
        click.echo(human(located), err=True)
    click.echo(in_words(error), err=True)
    context.exit(1)


COMMANDS = (load,)
