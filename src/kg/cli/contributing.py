"""What the commands for contributions share: who asks, and how one is shown."""

from __future__ import annotations

import getpass
import hashlib
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, Final

import click

from kg.cli.home import opened, store_home
from kg.cli.log import printable
from kg.contributions.content import Content
from kg.contributions.model import TITLE_CHARACTERS, Actor, Contribution, plain_text
from kg.contributions.service import Contributions
from kg.contributions.showing import content_members, lines, members
from kg.contributions.steps import Wish
from kg.errors import InputError
from kg.processes.settings import settings
from kg.store import wire
from kg.tokens import Scope
from kg.validation.render import human
from kg.validation.report import Finding, Report

WIDTH: Final = 80
KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")

author_option = click.option(
    "--author", default=None, help="Who, for the log of commits; else your user name."
)
form_option = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the answer is written.",
)
key_option = click.option(
    "--key", default="", help="A word of your own: the same again makes no second one."
)


def here() -> Contributions:
    """The contributions of the store of this person."""
    return Contributions(opened())


def wish(author: str | None, note: str = "", key: str = "") -> Wish:
    """A step of the person who runs the command, who may do all that the table allows.

    The id in the store tells nobody's name.
    """
    name = plain_text(author or getpass.getuser(), "the author", TITLE_CHARACTERS)
    if key and not KEY.fullmatch(key):
        raise InputError("a key has 1 to 200 printable ASCII characters", hint="such as name-1")
    id = f"local-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    own = bool(settings(store_home()).accept_own)
    scopes = frozenset(Scope) - {Scope.ADMIN}
    return Wish(Actor(id, name, scopes, own), note, None, f"{id}/{key}" if key else "")


def tell(
    contributions: Contributions,
    made: Contribution,
    form: str,
    *,
    whole: bool,
    placed: Callable[[Report], Report] = lambda report: report,
) -> None:
    """Print a contribution; `whole` is with its steps, `placed` says where findings stand."""
    content = contributions.content(made.number)
    if form == "json":
        found = {**members(made, contributions.author), **content_members(content)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    told = _whole(contributions, made) if whole else iter(())
    for line in (_head(made), *told, *_found(made, content)):
        click.echo(printable(line))
    report = _report(content.told)
    if report.results:
        click.echo(human(placed(report)))


def fails(context: click.Context, contributions: Contributions, number: int) -> None:
    """End with 1 where a contribution does not conform."""
    if contributions.content(number).told.get("conforms") is False:
        context.exit(1)


def _head(made: Contribution) -> str:
    return f"contribution {made.number}: {made.state.value}"


def _whole(contributions: Contributions, made: Contribution) -> Iterator[str]:
    yield from _wrapped(made.title)
    yield from _wrapped(made.reason, "  ")
    for document in made.documents:
        yield f"  rests on {document}"
    if made.reverts:
        yield f"  takes contribution {made.reverts} back"
    for step in made.steps:
        author = contributions.author(step)
        yield f"  {step.time:%Y-%m-%d %H:%M}  {step.action.value:8}  by {author}"
        yield from _wrapped(step.note, " " * 20)


def _found(made: Contribution, content: Content) -> Iterator[str]:
    for line in lines(content.told):
        indent = " " * (len(line) - len(line.lstrip()))
        yield from _wrapped(line, indent, f"{indent}    ") if len(line) > WIDTH else (line,)


def _wrapped(text: str, first: str = "", others: str | None = None) -> list[str]:
    shown = " ".join(text.split())
    return textwrap.wrap(
        shown,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_on_hyphens=False,
    )


def _report(told: Any) -> Report:
    if told.get("report") is None:
        return Report()
    report = wire.report_of(told["report"])
    findings = (f for f in wire.findings_of(told["findings"]) if isinstance(f, Finding))
    return Report.of((*(report.results if isinstance(report, Report) else ()), *findings))


def done(do: Callable[[], Contribution], contributions: Contributions) -> None:
    """Take a step and say in a line what became of it."""
    made = do()
    click.echo(f"{_head(made)} (generation {contributions.generation})")
