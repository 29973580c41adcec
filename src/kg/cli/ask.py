"""`kg query` and `kg examples`: questions in SPARQL."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

import click
import pyoxigraph as ox

from kg.cli.generations import chosen, generation_options
from kg.cli.home import opened_with_words, own_folder
from kg.cli.log import tell_of_redactions
from kg.errors import InputError, NotFoundError, QueryError
from kg.processes.opening import OURS
from kg.sparql.errors import plain
from kg.sparql.examples import example, examples
from kg.sparql.formats import FORMATS, media_type
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, answer
from kg.sparql.table import cell, table, wrap
from kg.store.history import state_at
from kg.store.interface import ByteStream, Store
from kg.store.log import CommitLog

TABLE: Final = "table"
NAMES: Final = [TABLE, *dict.fromkeys(fmt.name for forms in FORMATS.values() for fmt in forms)]
format_option = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(NAMES),
    help="How the answer is written: table on a terminal; else tsv, or ttl for a graph.",
)


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, allow_dash=True))
@click.option("-q", "--query", "text", metavar="TEXT", help="The query itself, instead of FILE.")
@format_option
@generation_options
@click.option(
    "--explain", "explains", is_flag=True, help="Show how it is answered, in which steps."
)
@click.pass_context
def query(
    context: click.Context,
    file: str | None,
    text: str | None,
    form: str | None,
    at: int | None,
    release: str | None,
    explains: bool,
) -> None:
    """Answer the SPARQL query in FILE, or on stdin if FILE is - or missing.

    All prefixes of kg may be used without declaring them. The default graph is the union of
    curated, imported, links, consensus, derived and ontology. Exits with 1 if an ASK is false, and
    with 2 if the query cannot be read.
    """
    if (file is None) == (text is None) and (file is not None or sys.stdin.isatty()):
        raise click.UsageError("give one query: a FILE, - for stdin, or -q TEXT")
    source, text = ("-q", text) if text is not None else _read(file or "-")
    if explains:
        if at is not None or release is not None or form is not None:
            raise click.UsageError("--explain goes with none of --at, --release and --format")
        context.exit(_explained(text, source))
    if at is None and release is None:
        context.exit(run(opened_with_words(), text, form, source=source))
    folder = own_folder("an earlier generation")
    generation = chosen(folder, at, release) or 0
    tell_of_redactions(CommitLog(folder), generation)
    with state_at(folder, OURS, generation) as store:
        code = run(store, text, form, source=source)
    context.exit(code)


@click.command("examples")
@click.argument("name", required=False)
@click.option("--run", "runs", is_flag=True, help="Answer the query instead of showing it.")
@format_option
@click.pass_context
def examples_command(
    context: click.Context, name: str | None, runs: bool, form: str | None
) -> None:
    """List the example queries, or show the one called NAME."""
    if name is None:
        known = examples()
        if not known:
            raise NotFoundError("there are no example queries here")
        width = max(len(each.name) for each in known)
        for each in known:
            first, *more = wrap(each.summary, terminal_width() - width - 2)
            click.echo(f"{each.name:{width}}  {first}")
            for line in more:
                click.echo(f"{'':{width}}  {line}")
        return
    chosen = example(name)
    if not runs:
        click.echo(chosen.text.rstrip())
        return
    context.exit(run(opened_with_words(), chosen.text, form, source=f"{name}.rq"))


def run(store: Store, text: str, form: str | None, *, source: str) -> int:
    """Print the answer to a query, and its warnings; the exit code says whether an ASK is true."""
    try:
        name, accept = _format(text, form)
        answered = answer(store, text, accept=accept)
    except QueryError as error:
        error.source = source
        click.echo(f"error: {plain(error, text)}", err=True)
        return 2
    for warning in answered.warnings:
        click.echo(f"warning: {source}:{warning}", err=True)
    if answered.form == "ASK":
        return _print_truth(answered.stream, name)
    if name == TABLE:
        _print_table(answered.stream)
    else:
        _print_bytes(answered.stream)
    return 0


def _explained(text: str, source: str) -> int:
    """Explain a query; who only asks does not wait for what that imports."""
    from kg.cli.explaining import explain

    try:
        return explain(text, terminal_width())
    except QueryError as error:
        error.source = source
        click.echo(f"error: {plain(error, text)}", err=True)
        return 2


def _read(file: str) -> tuple[str, str]:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return ("stdin" if file == "-" else file), data.decode("utf-8-sig")
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), source=file) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", source=file) from error


def _format(text: str, form: str | None) -> tuple[str, str | None]:
    """The short name of the format to print, and the media type to ask for."""
    kind = check(text, LIMITS).form
    if not kind:
        return TABLE, None  # not a query: asking for it says what is wrong
    is_graph = kind in ("CONSTRUCT", "DESCRIBE")
    on_terminal = sys.stdout.isatty()
    name = form or (TABLE if on_terminal and not is_graph else "ttl" if is_graph else "tsv")
    if name == TABLE:
        name = "ttl" if is_graph else TABLE
    return name, media_type("json" if name == TABLE else name, kind)


def _print_truth(stream: ByteStream, name: str) -> int:
    data = b"".join(stream)
    truth = b"true" in data
    if name in (TABLE, "tsv", "csv"):
        click.echo("true" if truth else "false")
    else:
        click.echo(data)
    return 0 if truth else 1


def _print_table(stream: ByteStream) -> None:
    found = ox.parse_query_results(b"".join(stream), ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("an ASK has no table")
    names = [variable.value for variable in found.variables]
    rows = [[cell(solution[name]) for name in names] for solution in found]
    click.echo(table(names, rows, terminal_width()))
    click.echo(f"({len(rows)} solution{'' if len(rows) == 1 else 's'})", err=True)


def _print_bytes(stream: ByteStream) -> None:
    sys.stdout.flush()
    out = sys.stdout.buffer
    last = b"\n"
    for chunk in stream:
        out.write(chunk)
        last = chunk[-1:]
    out.write(b"" if last == b"\n" else b"\n")
    out.flush()


def terminal_width() -> int:
    """The width that lines may have: that of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


COMMANDS = (query, examples_command)
