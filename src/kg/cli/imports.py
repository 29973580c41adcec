"""`kg import`: releases of datasets of others as claims, in a folder that `kg load` reads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from kg.errors import InputError
from kg.importers.country_years import CountryYears
from kg.importers.datasets import Dataset
from kg.importers.figures import Figures
from kg.importers.linked import Linked
from kg.importers.releases import ACD, COUNTRY_YEARS, DYADIC, GED, Release, Series, holding_only
from kg.importers.rows import UTF8
from kg.importers.running import Job, Only, Outcome, run
from kg.importers.ucdp_events import Events
from kg.importers.ucdp_years import ConflictYears, DyadYears
from kg.links.sssom import mapping_sets
from kg.namespaces import PREFIXES, expand
from kg.rdf.reader import read_turtle
from kg.resources import data_dir, ontology_dir

DATASETS: Final[dict[str, tuple[Series, Callable[[Release, Linked], Dataset]]]] = {
    "acd": (ACD, ConflictYears),
    "dyadic": (DYADIC, DyadYears),
    "ged": (GED, Events),
    "country-years": (COUNTRY_YEARS, CountryYears),
}


class Condition(click.ParamType[tuple[str, tuple[str, ...]]]):
    """`COLUMN=VALUE,VALUE`."""

    name = "column=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, ...]]:
        """The column, and the values that it may have."""
        column, equals, values = str(value).partition("=")
        if not (column and equals and values):
            self.fail("write COLUMN=VALUE, or COLUMN=VALUE,VALUE", param, ctx)
        return column.strip().lower(), tuple(each.strip() for each in values.split(","))


OPTIONS: Final = (
    click.option(
        "--to",
        "folder",
        required=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder to write to; an import that was stopped there goes on.",
    ),
    click.option(
        "--only",
        multiple=True,
        type=Condition(),
        help="Only rows that have one of these values in a column; may be repeated.",
    ),
    click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(["nt", "ttl"]),
        default="nt",
        show_default=True,
        help="N-Triples in parts, or one file of canonical Turtle, made in memory.",
    ),
    click.option("--encoding", default=UTF8, show_default=True, help="How the file is written."),
)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options that all imports have."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.group("import")
def import_() -> None:
    """Releases of datasets of others as claims, each by its own claimant.

    Writes a folder whose files `kg load --graph imported` validates and loads. Rows that cannot be
    used are skipped and told, with what is odd about others; the file report.tsv has them all.
    """


@import_.command()
@click.argument("dataset", type=click.Choice(list(DATASETS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--release", "version", required=True, help="The version, as in 25.1.")
@click.option("--citation", default="", help="How the release asks to be cited, if not known here.")
@_options
def ucdp(
    dataset: str,
    file: Path,
    version: str,
    citation: str,
    folder: Path,
    only: tuple[tuple[str, tuple[str, ...]], ...],
    form: str,
    encoding: str,
) -> None:
    """Import FILE, a release of the Uppsala Conflict Data Program.

    acd and dyadic are UCDP/PRIO ACD and UCDP Dyadic (CSV), ged is UCDP GED (CSV or GeoJSON), and
    country-years are sums of GED by country and year.
    """
    series, make = DATASETS[dataset]
    wanted = _together(only)
    release = holding_only(series.release(version, citation), wanted)
    linked = Linked(mapping_sets(data_dir() / "links"))
    job = Job(file, release, make(release, linked), wanted, links=linked.digest)
    _run(job, folder, form, encoding)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--release", "slug", required=True, help="The slug of its IRI: name and version.")
@click.option("--title", required=True, help="What the release is called.")
@click.option("--version", required=True, help="Its version.")
@click.option("--licence", required=True, help="The IRI of its licence.")
@click.option("--citation", required=True, help="How it asks to be cited.")
@click.option("--method", required=True, help="How it came by its figures.")
@click.option("--publisher", default="", help="Who published it, as in organisation:NAME.")
@click.option("--url", default="", help="Where it can be had.")
@_options
def figures(
    file: Path,
    slug: str,
    folder: Path,
    only: tuple[tuple[str, tuple[str, ...]], ...],
    form: str,
    encoding: str,
    **said: str,
) -> None:
    """Import FILE, a plain table of figures.

    Its columns are key, subject, name, population and, as far as they are known, low, best, high,
    qualifier, period, scope, certainty and locator: see docs/imports.md.
    """
    publisher = expand(said["publisher"]) if said["publisher"] else ""
    if publisher is None:
        raise InputError(f"{said['publisher']} is no name of a thing, as in organisation:osce")
    release = Release(
        slug=slug,
        title=said["title"],
        version=said["version"],
        licence=said["licence"],
        citation=said["citation"],
        method=said["method"],
        publisher=publisher,
        url=said["url"],
    )
    dataset = Figures(release, _concepts("population"), _concepts("qualifier"))
    wanted = _together(only)
    _run(Job(file, holding_only(release, wanted), dataset, wanted), folder, form, encoding)


def _together(only: Iterable[tuple[str, tuple[str, ...]]]) -> Only:
    """The values of each column, in the order in which they were given."""
    wanted: Only = {}
    for column, values in only:
        wanted[column] = (*wanted.get(column, ()), *values)
    return wanted


def _concepts(scheme: str) -> frozenset[str]:
    """The names of the concepts of a scheme of this installation."""
    graph = read_turtle(ontology_dir() / "vocab" / f"{scheme}.ttl")
    found = (str(node) for node in set(graph.subjects()))
    return frozenset(
        n.removeprefix(PREFIXES[scheme]) for n in found if n.startswith(PREFIXES[scheme])
    )


def _run(job: Job, folder: Path, form: str, encoding: str) -> None:
    if not job.path.is_file():
        raise InputError("there is no such file", source=str(job.path))
    job = replace(job, turtle=form == "ttl", encoding=encoding)
    size = job.path.stat().st_size
    with click.progressbar(length=size, label=job.path.name, file=sys.stderr) as bar:
        outcome = run(job, folder, lambda read: bar.update(read - bar.pos))
    _tell(outcome, folder)


def _tell(outcome: Outcome, folder: Path) -> None:
    for reason in outcome.report.reasons:
        value = f": {reason.value}" if reason.value else ""
        words = (
            f"{reason.what}: {reason.rows:,} x {reason.words} (first in line {reason.line}{value})"
        )
        click.echo(words, err=True)
    used = outcome.rows - outcome.report.skipped
    click.echo(f"{used:,} of {outcome.rows:,} rows, {outcome.triples:,} triples in {folder}")


COMMANDS = (import_,)
