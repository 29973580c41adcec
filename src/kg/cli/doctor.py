"""`kg doctor`: whether all is well with the store, and what to do if it is not."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

import click

from kg.cli.home import folder, own_folder
from kg.cli.remote import place
from kg.errors import InputError
from kg.processes.opening import OURS, open_remote
from kg.processes.settings import Settings, settings
from kg.store.doctor import examine
from kg.store.findings import Finding, State, ok, problem
from kg.store.folder import Folder
from kg.store.rebuild import rebuild
from kg.store.remote_doctor import examine_remote

WIDTH: Final = 80


@click.command("doctor")
@click.option("--deep", is_flag=True, help="Read all data, and compute anew what follows from it.")
@click.option(
    "--rebuild",
    "rebuilds",
    is_flag=True,
    help="First make the engine's directory anew from the log; no server may run.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the findings are written.",
)
@click.pass_context
def doctor_command(context: click.Context, deep: bool, rebuilds: bool, form: str) -> None:
    """Look whether all is well with the store, also while a server runs; changes nothing.

    Exits with 1 if there is a problem. A warning is what mends itself, or worth knowing.
    """
    home = own_folder("rebuilding") if rebuilds else folder()
    if rebuilds:
        generation = rebuild(home, OURS)
        click.echo(f"the engine's directory was made anew: generation {generation}", err=True)
    limits, found = _settings(home)
    there = place()
    if there is None:
        findings = examine(home, OURS, reserve=limits.disk_reserve_bytes, deep=deep)
    else:
        findings = examine_remote(open_remote(there, home.path))
    findings.append(found)
    if form == "json":
        records = [asdict(each) | {"state": each.state.value} for each in findings]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_table(findings)))
    if any(each.state is State.PROBLEM for each in findings):
        context.exit(1)


def _settings(home: Folder) -> tuple[Settings, Finding]:
    try:
        return settings(home.path), ok("settings", "each is a number in its range")
    except InputError as error:
        return Settings(), problem("settings", error.message, error.hint or "mend settings.toml")


def _table(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each finding; what to do stands below."""
    for each in findings:
        start = f"{each.state.value:8} {each.subject:14} "
        yield from _wrapped(each.words, start)
        if each.remedy:
            yield from _wrapped(f"→ {each.remedy}", " " * len(start))


def _wrapped(text: str, start: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
    )


COMMANDS: Final = (doctor_command,)
