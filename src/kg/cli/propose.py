"""`kg propose`: a change of the data that somebody else reviews."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from kg.cli.contributing import author_option, fails, form_option, here, key_option, tell, wish
from kg.cli.stdin import files_of
from kg.contributions.proposing import Proposal
from kg.errors import InputError
from kg.profiles.uploads import upload_type
from kg.store.interface import Proposed, Upload

_FILES: Final = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=_FILES)
@click.option("--remove", "removed", multiple=True, type=_FILES, help="A file with what goes.")
@click.option("--title", required=True, help="What it is, in a few words.")
@click.option("--reason", required=True, help="What it rests on, and why it belongs here.")
@click.option("--document", "documents", multiple=True, help="A document that it rests on.")
@click.option("--base", type=click.IntRange(min=0), help="The generation that you looked at.")
@click.option("--revise", type=click.IntRange(min=1), help="Send contribution N again.")
@click.option("--draft", is_flag=True, help="Ask for no review yet.")
@author_option
@key_option
@form_option
@click.pass_context
def propose(context: click.Context, /, form: str, **given: object) -> None:
    """Propose to add what is in FILES, and to remove what is in the files of --remove.

    FILES are Turtle, or what the end of their name says (.trig, .nt, .nq, .rdf, .jsonld, .csv), or
    - for standard input. The contribution is checked as it would be after the merge, and what it
    means is told; then a review is asked for. What cannot be read or does not conform stays a
    draft with its report (exit 1).
    """
    contributions, wished = here(), wish(_text(given["author"]), key=str(given["key"]))
    proposal, submit = _proposal(given), not given["draft"]
    if given["revise"]:
        made = contributions.revise(int(str(given["revise"])), proposal, wished, submit=submit)
    else:
        made = contributions.propose(proposal, wished, submit=submit)
    tell(contributions, made, form, whole=False)
    fails(context, contributions, made.number)


def _proposal(given: dict[str, object]) -> Proposal:
    base = given["base"]
    return Proposal(
        Proposed(_uploads(given["files"]), _uploads(given["removed"])),
        str(given["title"]),
        str(given["reason"]),
        _texts(given["documents"]),
        base if isinstance(base, int) else None,
    )


def _uploads(paths: object) -> tuple[Upload, ...]:
    chosen = tuple(Path(name) for name in _texts(paths))
    with files_of(chosen) as given:
        return tuple(Upload(_read(path), upload_type(path)) for path in given.paths)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {reason}", source=str(path)) from error


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, tuple) else ()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


COMMANDS: Final = (propose,)
