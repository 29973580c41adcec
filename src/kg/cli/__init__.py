"""The `kg` command: one group that collects the commands of the modules beside it.

A module with commands exposes them as `COMMANDS`, and the table here names it. Data goes to stdout
and words to stderr. This is the one place where an error of kg becomes a line on stderr and an exit
code:

    0  fine (an empty SELECT too)
    1  does not conform, ASK is false, not found
    2  usage, or input that cannot be read
    3  a remote service failed
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from typing import Any, Final

import click

from kg.errors import (
    EndpointError,
    InputError,
    KgError,
    NotFoundError,
    RefusedError,
    WorkflowError,
)

EXIT_CODES: Final[tuple[tuple[type[KgError], int], ...]] = (
    (NotFoundError, 1),
    (RefusedError, 1),
    (EndpointError, 3),
    (WorkflowError, 1),
    (KgError, 2),
)
"""The first class that fits an error decides."""


class KgGroup(click.Group):
    """A group that shows errors of kg in words, with what to do about them."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; errors that are not ours stay what they are."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(in_words(error), err=True)
            ctx.exit(exit_code(error))


def in_words(error: KgError) -> str:
    """Input that cannot be read in one line with place and hint; else the hint on a second.

    Where the line of the input is known, it stands between them, with a caret.
    """
    if isinstance(error, InputError) and error.excerpt:
        place = f"{error.place}: " if error.place else ""
        return f"error: {place}{error.message}\n{error.excerpt}{_hint(error)}"
    if isinstance(error, InputError):
        return f"error: {error}"
    return f"error: {error.message}{_hint(error)}"


def _hint(error: KgError) -> str:
    return f"\nhint: {error.hint}" if error.hint else ""


def exit_code(error: KgError) -> int:
    """The exit code of an error, from the table above."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


class Commands(KgGroup):
    """The commands of the table below; the module of each is imported when it is called.

    So `kg query` waits neither for the web framework nor for the SHACL engine.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{COMMANDS[cmd_name][0]}")
        found: Iterable[click.Command] = module.COMMANDS
        return next(command for command in found if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "accept": ("accept", "Merge a contribution that was reviewed."),
    "authors": ("redact", "The names of those who commit; erase one."),
    "backup": ("backup", "Write a backup of the store, also while a server runs."),
    "claim": ("claim", "Write a claim on a sentence of a document."),
    "consensus": ("consensus", "List the triples that are in consensus, or explain one."),
    "contributions": ("contributions", "List contributions, or show one."),
    "convert": ("convert", "Convert files between forms of RDF, and tables."),
    "diff": ("log", "Show what differs between two generations."),
    "doctor": ("doctor", "Look whether all is well with the store."),
    "enrich": ("enrich", "Fetch what Wikidata says of linked things, or compare it."),
    "examples": ("ask", "List or show the example queries."),
    "export": ("export", "Write a generation as files of data/, or as a dump."),
    "fmt": ("fmt", "Write Turtle files in canonical form."),
    "import": ("imports", "Bring in changed files, or figures and events of others."),
    "link": ("link", "Links to Wikidata and other collections."),
    "load": ("load", "Load Turtle files, or the data of kg."),
    "log": ("log", "List the commits."),
    "merge": ("rename", "Make one thing of two; the old IRI goes on resolving."),
    "propose": ("propose", "Propose a change of the data."),
    "permalink": ("permalink", "Show and remove queries at short addresses."),
    "query": ("ask", "Answer a SPARQL query."),
    "redact": ("redact", "Take something out of the store and its whole history."),
    "release": ("release", "Freeze a version of the data, or list the releases."),
    "rename": ("rename", "Give a thing a new IRI; the old one goes on resolving."),
    "restore": ("backup", "Bring a backup back."),
    "revert": ("revert", "Propose to take an accepted contribution back."),
    "review": ("review", "Check, submit, comment on, reject or withdraw a contribution."),
    "search": ("show", "Find things by their names."),
    "serve": ("serve", "Serve the pages and the SPARQL endpoint."),
    "show": ("show", "Show what is known of one thing."),
    "sources": ("sources", "Documents: registration, coverage, verification, passages."),
    "template": ("convert", "Print a table or a JSON Schema to fill in, for a class."),
    "token": ("token", "Create, list and revoke tokens."),
    "upgrade": ("upgrade", "Bring the store to this version of kg."),
    "validate": ("validate", "Validate the data of kg, or FILES together with it."),
}
"""The module of each command, which lists it in `COMMANDS`, and its line in `kg --help`."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="conflict-kg", prog_name="kg")
def main() -> None:
    """Claims about conflicts as linked data: validate, query and serve them."""
    # rdflib logs a traceback for each ill-typed literal; the shapes report them properly.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
