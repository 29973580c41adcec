"""What a redaction takes out of contributions: their triples, bytes, words, and what was found.

Titles, reasons and comments give way to `(redacted)`. Bytes are taken out as a whole: they may say
a thing in a way that no search for words finds, and half of what somebody sent is not what they
sent. A contribution whose content was reached is a draft again, if it was open.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDFS

from kg.contributions import content as contents
from kg.contributions import record
from kg.contributions.content import Content
from kg.contributions.model import OPEN, Action, Contribution, State, Step
from kg.contributions.steps import Wish, difference, with_step
from kg.namespaces import DRAFTS, WORKFLOW, compact
from kg.store.interface import Guarded, Patch, Proposed, Upload
from kg.store.log import CommitLog
from kg.store.redaction import REDACTED, Chosen
from kg.store.workflow import STEPS, is_draft, is_workflow

EMPTIED: Final = Upload(f"# {REDACTED}\n".encode(), "text/turtle")
"""What stands in the place of bytes."""

ENCODINGS: Final = ("utf-8", "cp1252", "utf-16")
"""In which words are looked for in bytes that nobody could read."""

BYTES: Final = ox.NamedNode(WORKFLOW.bytes)
REPORT: Final = ox.NamedNode(WORKFLOW.report)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be taken out: the quads of data that `chosen` says, things (IRIs) and words."""

    chosen: Chosen
    things: Collection[str] = ()
    words: Collection[str] = ()


def reaching(log: CommitLog, wanted: Wanted) -> Chosen:
    """The choice of quads with those of contributions that say the same, in any commit.

    Bytes are chosen by what was read in them when they were checked, and by the words in them.
    """
    told = _pattern(wanted)
    sent = frozenset(_sent(log, wanted.chosen))

    def chosen(quad: ox.Quad) -> bool:
        if not is_workflow(quad.graph_name):
            return wanted.chosen(quad)
        if isinstance(quad.object, ox.Literal) and quad.predicate in (BYTES, REPORT):
            return quad in sent or any(told(text) for text in _texts(quad.object))
        return _is_chosen(quad, wanted.chosen)

    return chosen


def messages_with(log: CommitLog, words: Collection[str]) -> frozenset[int]:
    """The generations whose message has some of the words: titles stand in messages, too."""
    return frozenset(e.generation for e in log.entries() if any(w in e.message for w in words))


def without(written: Collection[ox.Quad], chosen: Chosen, wish: Wish) -> Guarded:
    """What takes the chosen quads out of the newest state, of which these quads were written.

    Each contribution that this reaches has a step that says so, by whom and why, as `wish` does.
    """
    here = [quad for quad in written if chosen(quad)]
    patches = [Patch(removed=tuple(q for q in here if not is_workflow(q.graph_name)))]
    reached: dict[int, set[ox.Quad]] = {}
    for quad in here:
        if (number := _number_of(quad)) is not None:
            reached.setdefault(number, set()).add(quad)
    for number, gone in sorted(reached.items()):
        about = [quad for quad in written if _number_of(quad) == number]
        after = _about_after(number, about, gone, wish)
        patches.append(difference(set(about), after))
    return Guarded(
        Patch(
            tuple(quad for patch in patches for quad in patch.added),
            tuple(quad for patch in patches for quad in patch.removed),
        )
    )


def _about_after(
    number: int, about: Iterable[ox.Quad], gone: Collection[ox.Quad], wish: Wish
) -> set[ox.Quad]:
    quads = list(about)
    before = record.contribution_of(number, [q for q in quads if q.graph_name == STEPS])
    content = contents.content_of(number, [q for q in quads if is_draft(q.graph_name)])
    told = _retold(before, number, gone)
    if any(is_draft(quad.graph_name) for quad in gone):
        again = before.state in OPEN
        content = _emptied(number, content, gone, again=again)
        told = replace(told, state=State.DRAFT, checked=None) if again else told
    after = with_step(told, Action.REDACT, wish)
    return record.quads_of(after) | contents.quads_of(number, content)


def _retold(before: Contribution, number: int, gone: Collection[ox.Quad]) -> Contribution:
    """A contribution whose words among the quads that are gone are replaced."""
    lost = {(quad.subject, quad.predicate.value) for quad in gone}
    documents = {str(quad.object) for quad in gone if quad.predicate.value == str(DCTERMS.source)}
    me = record.node(number)

    def text(node: ox.NamedNode, predicate: str, said: str) -> str:
        return REDACTED if (node, str(predicate)) in lost else said

    def step(said: Step) -> Step:
        note = text(record.step_node(number, said.number), RDFS.comment, said.note)
        return replace(said, note=note)

    return replace(
        before,
        title=text(me, DCTERMS.title, before.title),
        reason=text(me, DCTERMS.description, before.reason),
        documents=tuple(each for each in before.documents if f"<{each}>" not in documents),
        steps=tuple(map(step, before.steps)),
    )


def _emptied(number: int, content: Content, gone: Collection[ox.Quad], *, again: bool) -> Content:
    """The content without what is gone; one that is looked at `again` keeps what was sent only."""
    lost = {str(quad.object) for quad in gone if quad.predicate == BYTES}

    def kept(uploads: tuple[Upload, ...]) -> tuple[Upload, ...]:
        return tuple(EMPTIED if str(contents.kept(u)) in lost else u for u in uploads)

    proposed = Proposed(kept(content.proposed.added), kept(content.proposed.removed))
    if again:
        return Content(proposed)
    told = {} if any(quad.predicate == REPORT for quad in gone) else content.told
    rest = {contents.aimed(number, quad) for quad in gone}
    sides = (content.patch.added, content.patch.removed)
    patch = Patch(*(tuple(quad for quad in side if quad not in rest) for side in sides))
    return Content(proposed, patch, told)


def _sent(log: CommitLog, chosen: Chosen) -> Iterator[ox.Quad]:
    """The bytes in which a check has read something that is chosen."""
    bytes_of: dict[int, set[ox.Quad]] = {}
    read_in: dict[int, set[ox.Quad]] = {}
    for entry in log.entries():
        patch = log.patch(entry.generation)
        touched = set[int]()
        for side, put in ((patch.removed, set.discard), (patch.added, set.add)):
            for quad in side:
                number = _number_of(quad)
                if number is None or not is_draft(quad.graph_name):
                    continue
                touched.add(number)
                if quad.predicate == BYTES:
                    put(bytes_of.setdefault(number, set()), quad)
                elif _is_chosen(quad, chosen):
                    put(read_in.setdefault(number, set()), quad)
        for number in touched:
            if read_in.get(number):
                yield from bytes_of.get(number, ())


def _is_chosen(quad: ox.Quad, chosen: Chosen) -> bool:
    """Whether a quad of a contribution is chosen, or the quad of data that it stands for."""
    number = _number_of(quad)
    return chosen(quad) or (number is not None and chosen(contents.aimed(number, quad)))


def _number_of(quad: ox.Quad) -> int | None:
    """The contribution that a quad of its graphs is about."""
    if quad.graph_name == STEPS:
        return record.number_of(quad.subject)
    if isinstance(quad.graph_name, ox.NamedNode) and is_draft(quad.graph_name):
        return int(quad.graph_name.value.removeprefix(DRAFTS).partition("/")[0])
    return None


def _texts(value: ox.Literal) -> Iterator[str]:
    """What a literal with bytes may say, or what was found about a contribution."""
    if value.datatype.value.endswith("base64Binary"):
        data = base64.b64decode(value.value)
        yield from (data.decode(encoding, "replace") for encoding in ENCODINGS)
    else:
        yield value.value


def _pattern(wanted: Wanted) -> Callable[[str], bool]:
    """Whether a text has some of the words, or names one of the things."""
    words = {form for word in wanted.words for form in (word, *_escaped(word))}
    names = {name for thing in wanted.things for name in (thing, compact(thing))}
    if not words and not names:
        return lambda _: False
    found = [re.escape(word) for word in words]
    found += [rf"{re.escape(name)}(?![\w-])" for name in names]
    pattern = re.compile("|".join(sorted(found)))
    return lambda text: pattern.search(text) is not None


def _escaped(word: str) -> Iterator[str]:
    """How JSON writes it."""
    yield from (json.dumps(word, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
