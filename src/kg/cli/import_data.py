"""`kg import data`: changed files of `data/` become a contribution."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import pyoxigraph as ox

from kg.cli.contributing import fails, here, tell, wish
from kg.cli.home import opened, own_folder
from kg.cli.load import refuse, told
from kg.contributions.model import Contribution
from kg.contributions.proposing import Proposal
from kg.errors import InputError, NotFoundError, RefusedError, StaleError
from kg.publication.files import MARK, change, read_folder, read_mark
from kg.store.blank_nodes import blank_nodes
from kg.store.folder import Folder
from kg.store.history import difference
from kg.store.interface import CommitMeta, Patch, Proposed, Receipt, Upload
from kg.store.log import CommitLog
from kg.store.patches import composed
from kg.store.seed import SEED_COMMITS
from kg.validation import Report, Sources
from kg.validation.files import with_lines


@click.command("data")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--title", help="What the change is, in a line.")
@click.option("--reason", default="", help="Why, and on what evidence.")
@click.option(
    "--base",
    type=click.IntRange(min=0),
    metavar="G",
    help=f"The generation that the files were written from, if {MARK} beside them does not say.",
)
@click.option("--commit", "commits", is_flag=True, help="Write it at once: nobody reviews it.")
@click.pass_context
def data(
    context: click.Context,
    folder: Path,
    title: str | None,
    reason: str,
    base: int | None,
    *,
    commits: bool,
) -> None:
    """Propose what the files of FOLDER (a data/) say otherwise than when they were exported.

    It becomes a contribution that waits for a review, for which --reason is needed; what breaks a
    shape or a check stays a draft with its report (exit 1). With --commit it is written at once,
    or refused. What others have committed meanwhile stays. Files that were never exported are
    compared with the data that came with kg.
    """
    home = own_folder("an import of files")
    home.check_format()
    files = {folder / name: graph for name, graph in read_folder(folder).items()}
    if not files:
        raise NotFoundError(
            f"there are no files of data in {folder}",
            hint="it has the folders curated, imported and links",
        )
    report = blank_nodes(files)
    try:
        if not report.conforms:
            raise RefusedError("the data has blank nodes; nothing was changed", report)
        patch = change(folder, _base(home, folder, base))
        if not (patch.added or patch.removed):
            click.echo("nothing has changed in these files")
            return
        title = title or f"changes of {folder}"
        if commits:
            told(_committed(patch, title, reason))
        else:
            _tell(context, propose(patch, title, reason), Sources(files))
    except RefusedError as error:
        refuse(context, error, Sources(files))


def propose(patch: Patch, title: str, reason: str) -> Contribution:
    """Hand a change in as a contribution; what conforms is then in review."""
    if not reason.strip():
        raise InputError(
            "a contribution has a reason",
            hint="--reason says why, and on what evidence; --commit writes without a review",
        )
    sides = (_uploads(patch.added), _uploads(patch.removed))
    return here().propose(Proposal(Proposed(*sides), title, reason), wish(None), submit=True)


def _uploads(quads: tuple[ox.Quad, ...]) -> tuple[Upload, ...]:
    """Quads with the names of their graphs, as somebody would send them."""
    data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return (Upload(data, ox.RdfFormat.N_QUADS.media_type),) if quads else ()


def _tell(context: click.Context, made: Contribution, sources: Sources) -> None:
    contributions = here()
    tell(contributions, made, "text", whole=False, placed=lambda found: _in_files(found, sources))
    fails(context, contributions, made.number)


def _in_files(report: Report, sources: Sources) -> Report:
    """The report with places in the files, where what was sent is quads that were made of them."""
    unplaced = (replace(f, line=None, column=None, excerpt=None) for f in report.results)
    return with_lines(Report.of(unplaced).located(sources.file_of))


def _committed(patch: Patch, title: str, reason: str) -> Receipt:
    meta = CommitMeta(
        author=getpass.getuser(),
        message=f"{title}\n\n{reason}".strip(),
        time=datetime.now(UTC),
    )
    return opened().commit(patch, meta, commit_id=f"import/{uuid.uuid4()}")


def _base(home: Folder, folder: Path, base: int | None) -> Iterable[ox.Quad]:
    """The quads that the files said when they were written."""
    log, mark = CommitLog(home), read_mark(folder)
    if base is not None:
        return difference(log, 0, base).added
    if mark is None:
        seeds = [e.generation for e in log.entries() if e.commit_id.startswith(SEED_COMMITS)]
        return composed(log.patch(generation) for generation in seeds).added
    if mark.generation and log.entry(mark.generation).hash != mark.hash:
        raise StaleError(
            f"these files were written from another store than the one in {home.path}",
            hint=f"--base G names the generation to compare with; remove {MARK} for the seed",
        )
    return difference(log, 0, mark.generation).added
