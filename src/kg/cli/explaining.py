"""`kg query --explain`: which side answers, in which steps, and what would make it faster."""

from __future__ import annotations

import re
import time
from typing import Final

import click
import pyoxigraph as ox

from kg.cli.home import own_folder
from kg.columnar.explain import Asked, ExplainingStore
from kg.columnar.handing_over import Budget
from kg.namespaces import compact
from kg.processes.opening import OURS
from kg.processes.settings import settings
from kg.sparql.service import GRAPHS, answer
from kg.sparql.table import wrap

_IRI: Final = re.compile(r"<([^<>\s]+)>")
_HEAD: Final = f"{'ms':>9} {'rows':>10} {'expected':>10}  step"
_INDENT: Final = " " * 33


def explain(text: str, width: int) -> int:
    """Answer a query and print how, but not its solutions; the exit code is that of success."""
    folder = own_folder("an explanation")
    given = settings(folder.path)
    budget = Budget(given.columnar_rows, given.columnar_values, least=given.columnar_least)
    store = ExplainingStore(folder.path, OURS)
    with store.copied(budget, given.columnar_seconds):
        started = time.perf_counter()
        answered = answer(store, text)
        data = b"".join(answered.stream)
        seconds = time.perf_counter() - started
        asked = next(each for each in store.asked if each.text != GRAPHS)
    size = f"{len(data):,} bytes"
    if answered.form == "SELECT":
        size = f"{_solutions(data, answered.stream.media_type):,} solutions"
    by = "engine" if asked.reason else "copy in columns"
    click.echo(f"generation {asked.generation}, by the {by} in {1000 * seconds:.1f} ms: {size}")
    for line in _lines(asked, width):
        click.echo(line)
    return 0


def _lines(asked: Asked, width: int) -> list[str]:
    if asked.reason:
        lines = wrap(f"The copy hands it over: {_short(asked.reason)}.", width)
    else:
        lines = [_HEAD]
    for step in asked.steps:
        expected = "" if step.estimated is None else f"{step.estimated:,.0f}"
        first, *more = wrap(_short(step.operator), max(20, width - len(_INDENT)))
        lines.append(f"{1000 * step.seconds:9.1f} {step.rows:10,} {expected:>10}  {first}")
        lines += [_INDENT + line for line in more]
    if asked.advice:
        lines += wrap(f"Faster with: {_short(asked.advice)}.", width)
    return lines


def _short(text: str) -> str:
    return _IRI.sub(lambda match: compact(match[1]), text)


def _solutions(data: bytes, media_type: str) -> int:
    form = ox.QueryResultsFormat.from_media_type(media_type)
    if form is None:
        raise TypeError(f"{media_type} is no form of solutions")
    found = ox.parse_query_results(data, form)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a SELECT query has solutions")
    return sum(1 for _ in found)
