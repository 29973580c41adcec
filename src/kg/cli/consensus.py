"""`kg consensus`: what nobody contests, and why a triple is or is not among it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
import pyoxigraph as ox

from kg.claims.explain import explain
from kg.claims.explanation_text import explanation_text, table
from kg.claims.names import node
from kg.claims.uncontested import uncontested
from kg.cli.home import opened, store_home
from kg.namespaces import AUTHORED
from kg.store.loading import patch_of
from kg.validation import read_files, seed_files


@click.command()
@click.option(
    "--why",
    nargs=3,
    metavar="S P O",
    help="Explain one triple, given as prefixed names or IRIs.",
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
@click.option("--files", is_flag=True, help="Read the files that come with kg, not the store.")
@click.pass_context
def consensus(
    context: click.Context, why: tuple[str, str, str] | None, form: str, files: bool
) -> None:
    """List the triples that are in consensus, or explain one.

    Without --why: each triple that a source states as a certain fact in its own voice and that
    nobody contests, with the number of its sources. With --why: the claims on one triple, and each
    condition of the consensus that it meets or breaks; exits with 1 if it is not in consensus.

    Reads the store or, while that is empty, the files that come with kg.
    """
    if why is None:
        rows = uncontested(_authored(files))
        click.echo(_json([asdict(row) for row in rows]) if form == "json" else table(rows))
        return
    subject, predicate, object_ = map(node, why)
    found = explain(_authored(files), subject, predicate, object_)
    click.echo(_json(asdict(found)) if form == "json" else explanation_text(found))
    if not found.in_consensus:
        context.exit(1)


def _authored(files: bool) -> ox.Store:
    """What people and imports wrote: in the store, or in the files as they are now."""
    kept = opened()
    authored = ox.Store()
    if files or kept.generation() == 0:
        authored.extend(patch_of(read_files(seed_files())).added)
        if not files:
            click.echo(
                f"the store in {store_home()} is empty: this is what the files say", err=True
            )
        return authored
    snapshot = kept.snapshot()
    for graph in AUTHORED:
        authored.extend(snapshot.quads(ox.NamedNode(str(graph))))
    return authored


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


COMMANDS = (consensus,)
