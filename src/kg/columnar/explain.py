"""Which side answers a query, what it did, and what would make it faster."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.columnar.algebra import Ask, Construct, Select
from kg.columnar.answer import Answer
from kg.columnar.beside import Beside
from kg.columnar.evaluate import Step
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.keeping import NAME, keep
from kg.namespaces import compact
from kg.store import answers
from kg.store.answers import EXPLANATION, Result, write_answer
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore, Question
from kg.store.interface import Generation, Limits
from kg.store.meter import Meter
from kg.store.stream import CHUNK_BYTES, Sink
from kg.store.view import View

ADVICE: Final = {
    "scan": "a constant in it, or a pattern that shares a variable with fewer solutions",
    "look up": "patterns or filters that leave fewer solutions before it",
    "filter": "patterns that leave fewer distinct values: each one is evaluated",
    "optional": "fewer solutions inside of OPTIONAL, or before it",
    "groups": "fewer distinct values in what is computed for GROUP BY and for aggregates",
    "solution": "fewer solutions to be sorted",
}
"""What makes a step faster, by the word that it begins with."""

ENGINE: Final = "oxigraph"
_IRI: Final = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was answered; `answered_by` is `columns` or `oxigraph`.

    `reason` says why the copy left it to the engine, `advice` what would make it faster; both may
    be empty. `rows` are solutions or triples, None for a verdict; `seconds` and `bytes` are those
    of the whole answer, written as JSON or N-Triples.
    """

    generation: Generation
    answered_by: str
    reason: str
    advice: str
    steps: tuple[Step, ...]
    seconds: float
    rows: int | None
    bytes: int

    @property
    def slowest(self) -> Step | None:
        """The step that took most of the time; None without steps."""
        return slowest(self.steps)


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a query, and how it was found."""

    answer: Answer | Result
    reason: str = ""
    advice: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def form(self) -> type:
        """Which form the query has: `Ask`, `Construct` (or DESCRIBE), `Select`."""
        if isinstance(self.answer, Answer):
            return type(self.answer.query)
        forms = {ox.QueryBoolean: Ask, ox.QueryTriples: Construct}
        return forms.get(type(self.answer), Select)

    def write(self, accept: str, sink: answers.Sink) -> None:
        """Write it in a media type; raises `NotAcceptableError` if it has no form in it."""
        if isinstance(self.answer, Answer):
            self.answer.write(accept, sink)
        else:
            write_answer(self.answer, accept, sink)


def answered(view: View, beside: Beside | None, question: Question) -> Answered:
    """The answer of the copy beside a generation, or else of the engine, inside `engine_errors`."""
    try:
        if beside is None:
            raise HandedOver("there is no copy in columns of this state")
        found = beside.answer(view.generation, *question)
    except HandedOver as why:
        return Answered(view.evaluate(*question), str(why), why.advice)
    return Answered(found, "", advice_on(found.steps), found.steps)


def write_explanation(
    view: View, beside: Beside | None, question: Question, limits: Limits, sink: answers.Sink
) -> None:
    """Answer a query, count what its answer is, and write an `Explanation` in its place.

    Raises `LimitError` where the answer is longer than the limits.
    """
    started = time.perf_counter()
    found = answered(view, beside, question)
    counted = _Counted(limits)
    form = ox.RdfFormat.N_TRIPLES if found.form is Construct else ox.QueryResultsFormat.JSON
    found.write(form.media_type, counted)
    counted.flush()
    explanation = Explanation(
        generation=view.generation,
        answered_by=ENGINE if found.reason else NAME,
        reason=_short(found.reason),
        advice=_short(found.advice),
        steps=tuple(replace(step, operator=_short(step.operator)) for step in found.steps),
        seconds=time.perf_counter() - started,
        rows=None if found.form is Ask else counted.meter.rows,
        bytes=counted.meter.bytes,
    )
    sink.media_type = EXPLANATION
    sink.write(json.dumps(asdict(explanation)).encode())


def read_explanation(chunks: Iterable[bytes]) -> Explanation:
    """What `write_explanation` has written."""
    members = json.loads(b"".join(chunks))
    steps = tuple(Step(**step) for step in members.pop("steps"))
    return Explanation(**members, steps=steps)


class _Counted:
    """The file of an answer that is counted and not kept."""

    def __init__(self, limits: Limits) -> None:
        self.media_type = ""
        self.rows: int | None = None
        self.meter = Meter(replace(limits, result_rows=limits.result_rows or sys.maxsize))
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        self._buffer += data
        if len(self._buffer) >= CHUNK_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Count what has been written so far."""
        self.meter.add(bytes(self._buffer), self.media_type, self.rows)
        self._buffer.clear()


class ExplainingStore(EmbeddedStore):
    """The store in a folder, whose queries a copy answers where it can, and which explains how.

    Use it inside of `copied`, so that there is a copy.
    """

    def __init__(self, home: Path, setup: Setup) -> None:
        super().__init__(home, setup)
        self.capabilities = replace(self.capabilities, explains=True)
        self._beside: Beside | None = None

    @contextmanager
    def copied(self, budget: Budget, seconds: float) -> Iterator[None]:
        """Have the copy of the newest generation: the one of a server, or one for this while."""
        view = self._current()
        with tempfile.TemporaryDirectory(prefix="kg-columns-") as room:
            folder = self.folder.artefacts / NAME
            if not (folder / str(view.generation)).is_dir():
                folder = Path(room)
                keep(view, folder)
            self._beside = Beside(folder, budget, seconds)
            yield
            self._beside = None

    def _write(self, view: View, question: Question, accept: str, sink: Sink) -> None:
        if accept == EXPLANATION:
            write_explanation(view, self._beside, question, Limits(), sink)
        else:
            answered(view, self._beside, question).write(accept, sink)


def advice_on(steps: tuple[Step, ...]) -> str:
    """What would make the slowest step faster; empty where nothing is known."""
    step = slowest(steps)
    if step is None:
        return ""
    known = (advice for word, advice in ADVICE.items() if step.operator.startswith(word))
    return next(known, "")


def slowest(steps: tuple[Step, ...]) -> Step | None:
    """The step that took most of the time; None without steps."""
    return max(steps, key=lambda step: step.seconds, default=None)


def _short(text: str) -> str:
    """Words in which IRIs that have prefixes are written with them."""

    def with_prefix(match: re.Match[str]) -> str:
        short = compact(match[1])
        return match[0] if short == match[1] else short

    return _IRI.sub(with_prefix, text)
