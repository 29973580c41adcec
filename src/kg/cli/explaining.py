"""`kg query --explain`: which side answers, in which steps, and what would make it faster."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.home import own_folder
from kg.columnar.explain import ExplainingStore, Explanation, read_explanation
from kg.columnar.handing_over import Budget
from kg.columnar.keeping import NAME
from kg.processes.opening import OURS
from kg.processes.settings import settings
from kg.sparql.service import answer
from kg.sparql.table import wrap
from kg.store.answers import EXPLANATION

_HEAD: Final = f"{'ms':>9} {'rows':>10} {'expected':>10}  step"
_INDENT: Final = " " * 33


def explain(text: str, width: int) -> int:
    """Answer a query and print how, but not its solutions; the exit code is that of success."""
    folder = own_folder("an explanation")
    given = settings(folder.path)
    budget = Budget(given.columnar_rows, given.columnar_values, least=given.columnar_least)
    store = ExplainingStore(folder.path, OURS)
    with store.copied(budget, given.columnar_seconds):
        found = answer(store, text, accept=EXPLANATION)
        explained = read_explanation(found.stream)
    size = f"{explained.bytes:,} bytes"
    if found.form == "SELECT":
        size = f"{explained.rows:,} solutions"
    by = "copy in columns" if explained.answered_by == NAME else "engine"
    took = f"{1000 * explained.seconds:.1f} ms"
    click.echo(f"generation {explained.generation}, by the {by} in {took}: {size}")
    for line in _lines(explained, width):
        click.echo(line)
    return 0


def _lines(explained: Explanation, width: int) -> list[str]:
    if explained.reason:
        lines = wrap(f"The copy hands it over: {explained.reason}.", width)
    else:
        lines = [_HEAD]
    for step in explained.steps:
        expected = "" if step.estimated is None else f"{step.estimated:,.0f}"
        first, *more = wrap(step.operator, max(20, width - len(_INDENT)))
        lines.append(f"{1000 * step.seconds:9.1f} {step.rows:10,} {expected:>10}  {first}")
        lines += [_INDENT + line for line in more]
    if explained.advice:
        lines += wrap(f"Faster with: {explained.advice}.", width)
    return lines
