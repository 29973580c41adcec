"""A contribution is looked at: read, judged as it would be after the merge, and put into words.

This parses what somebody sends and runs where a process may be ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.contributions.meaning import meaning
from kg.contributions.questions import answers, changed_answers, has_more
from kg.namespaces import CURATED
from kg.profiles.uploads import placed_in_upload, read_any_upload
from kg.store.candidate import Candidate
from kg.store.interface import Examined, Patch, Proposed, Upload, Verdict
from kg.store.patches import canonical
from kg.validation import Finding, Report

UNNAMED: Final = ox.NamedNode(str(CURATED))
"""The graph that triples go to which name none."""


def examined(candidate: Candidate, proposed: Proposed, questions_quads: int) -> Examined:
    """What would come of something proposed; raises `InputError` for what cannot be read.

    Of a state with more than so many quads no questions are asked: each is one about all of it.
    """
    added = tuple(dict.fromkeys(_quads(proposed.added)))
    removed = tuple(dict.fromkeys(_quads(proposed.removed)))
    state = candidate.state()
    before = None if has_more(state, questions_quads) else answers(state)
    patch = canonical(Patch(added, removed))
    with candidate.trying(patch) as (trial, verdict):
        told = meaning(trial)
        questions = None if before is None else changed_answers(before, answers(trial.store))
    placed = _with_places(verdict, proposed.added)
    return Examined(candidate.generation, patch, placed, {**told, "questions": questions})


def _quads(uploads: tuple[Upload, ...]) -> Iterator[ox.Quad]:
    for upload in uploads:
        yield from read_any_upload(upload.data, upload.media_type, UNNAMED)


def _with_places(verdict: Verdict, uploads: tuple[Upload, ...]) -> Verdict:
    """The verdict with places in what was sent, where that is one text."""
    if len(uploads) != 1:
        return verdict
    data, media_type = uploads[0].data, uploads[0].media_type
    report = verdict.report
    if isinstance(report, Report):
        report = placed_in_upload(report, data, media_type)
    told = Report.of(f for f in verdict.findings if isinstance(f, Finding))
    return Verdict(verdict.conforms, report, placed_in_upload(told, data, media_type).results)
