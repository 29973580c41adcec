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
@click.pass_context
def consensus(context: click.Context, why: tuple[str, str, str] | None, form: str) -> None:
    """List the triples that are in consensus, or explain one.

    Without --why: each triple that a source states as a certain fact in its own voice and that
    nobody contests, with the number of its sources. With --why: the claims on one triple, and each
    condition of the consensus that it meets or breaks; exits with 1 if it is not in consensus.

    Reads the data that comes with kg, as its files are now; no store is needed.
    """
    if why is None:
        rows = uncontested(_seed())
        click.echo(_json([asdict(row) for row in rows]) if form == "json" else table(rows))
        return
    subject, predicate, object_ = map(node, why)
    found = explain(_seed(), subject, predicate, object_)
    click.echo(_json(asdict(found)) if form == "json" else explanation_text(found))
    if not found.in_consensus:
        context.exit(1)


def _seed() -> ox.Store:
    """The files that come with kg, as they are now, whatever a store holds."""
    store = ox.Store()
    store.extend(patch_of(read_files(seed_files())).added)
    return store


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


COMMANDS = (consensus,)
