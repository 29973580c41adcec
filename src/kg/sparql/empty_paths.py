"""Paths of length zero from or to a given term.

`C path* ?v` has `C` for ?v whether or not the graph speaks of C (SPARQL 1.1 Query, section 18.4);
the engine answers from the terms of the graph only. The solutions of a path with `*`, `?`, or `+`
are a set, so they are those without C, and C once, where the path may have no step:

    { C path* ?v FILTER(!sameTerm(?v, C)) } UNION { VALUES ?v { C } }

The right-hand side does not depend on what the engine says of C. A path without steps from C to C
is always there, so the triple is left out.

A path in the brackets of a blank node or of a list, or one that leads to a blank node, stays as it
is: it stands for a triple with a node that has no name to be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kg.sparql.changes import Change, with_changes
from kg.sparql.lexer import Token
from kg.sparql.prologue import Prologue
from kg.sparql.tree import Part, tree

_TERM: Final = frozenset({"Iri", "Literal"})


@dataclass(frozen=True, slots=True)
class _Triple:
    """One triple pattern as it is written; `fixed` are the ends that are given terms."""

    subject: str
    verb: str
    object: str
    empty: bool
    fixed: tuple[bool, bool]

    @property
    def is_changed(self) -> bool:
        return self.empty and any(self.fixed)


def may_be_there(found: Sequence[Token]) -> bool:
    """Whether a path with `*` or `?` may be among these tokens."""
    return any(
        token.text in ("*", "?") and before.kind in ("pname", "iri", "word", "punct")
        for before, token in pairwise(found)
        if token.kind == "punct" and before.text.upper() not in ("SELECT", "DISTINCT", "(")
    )


def with_empty_paths(text: str, found: Sequence[Token], prologue: Prologue) -> str:
    """The text where paths of length zero are found without the engine."""
    root = tree(found)
    if root is None:
        return text
    nested = {id(inner) for block in root.all("TriplesBlock") for inner in block.parts}
    blocks = (block for block in root.all("TriplesBlock") if id(block) not in nested)
    reader = _Reader(text, found, prologue)
    return with_changes(text, (change for block in blocks for change in reader.changes(block)))


def is_empty_path(path: Part, found: Sequence[Token]) -> bool:
    """Whether a path may have no step, and ends with an operator that makes a set of it."""
    while True:
        sequence = path.parts[0]
        if len(path.parts) > 1 or len(sequence.parts) > 1:
            return False
        element = sequence.parts[0]
        primary = element.child("PathPrimary")
        inner = primary.child("Path") if primary is not None else None
        mod = element.child("PathMod")
        if mod is not None and found[mod.start].text in ("*", "?"):
            return True
        if inner is None:
            return False
        path = inner


class _Reader:
    """Reads blocks of triples."""

    def __init__(self, text: str, found: Sequence[Token], prologue: Prologue) -> None:
        self._text = text
        self._found = found
        self._prologue = prologue

    def changes(self, block: Part) -> Iterator[Change]:
        """Triples with such paths move into groups of their own behind their block."""
        groups: list[str] = []
        for same_subject in block.all("TriplesSameSubject"):
            triples = list(self._triples(same_subject))
            if not any(triple.is_changed for triple in triples):
                continue
            kept = [f"{t.subject} {t.verb} {t.object}" for t in triples if not t.is_changed]
            groups += [self._group(triple) for triple in triples if triple.is_changed]
            start, end = self._place(same_subject)
            if not kept and self._is(same_subject.end, "."):
                end = self._found[same_subject.end].start + 1
            yield start, end, " . ".join(kept)
        if groups:
            end = self._place(block)[1]
            yield end, end, " " + " ".join(groups)

    def _triples(self, part: Part) -> Iterator[_Triple]:
        """The triples of one subject; none where it or an object cannot be repeated."""
        subject, properties = part.child("SubjectTerm"), part.child("PropertyList")
        if subject is None or properties is None or any(part.all("Annotation")):
            return
        verbs = [each for each in properties.parts if each.name == "Verb"]
        lists = [each for each in properties.parts if each.name == "ObjectList"]
        for verb, objects in zip(verbs, lists, strict=True):
            path = verb.child("Path")
            empty = path is not None and is_empty_path(path, self._found)
            for each in objects.parts:
                node = each.parts[0]
                fixed = (self._is_term(subject), self._is_term(node))
                known = all(fixed) or self._is_variable(subject) or self._is_variable(node)
                words = (self._words(subject), self._words(verb), self._words(node))
                yield _Triple(*words, empty and known, fixed)

    def _group(self, triple: _Triple) -> str:
        subject, verb, node = triple.subject, triple.verb, triple.object
        if all(triple.fixed):
            same = self._resolved(subject) == self._resolved(node)
            return "{ }" if same else f"{{ {subject} {verb} {node} }}"
        term, variable = (subject, node) if triple.fixed[0] else (node, subject)
        return (
            f"{{ {{ {subject} {verb} {node} FILTER(!sameTerm({variable}, {term})) }}"
            f" UNION {{ VALUES {variable} {{ {term} }} }} }}"
        )

    def _resolved(self, written: str) -> str:
        token = Token("iri" if written.startswith("<") else "pname", written, 0)
        return self._prologue.resolve(token) or written

    def _is_term(self, node: Part) -> bool:
        return bool(node.parts) and node.parts[0].name in _TERM

    def _is_variable(self, node: Part) -> bool:
        return not node.parts and self._found[node.start].kind == "var"

    def _is(self, at: int, sign: str) -> bool:
        return at < len(self._found) and self._found[at].text == sign

    def _place(self, part: Part) -> tuple[int, int]:
        last = self._found[part.end - 1]
        return self._found[part.start].start, last.start + len(last.text)

    def _words(self, part: Part) -> str:
        start, end = self._place(part)
        return self._text[start:end]
