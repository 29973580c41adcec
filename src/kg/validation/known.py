"""The patterns of our own checks, kept beside them: to read them out of a query takes its parser.

`python -m kg.validation` writes them anew, which a change of a check asks for. A query that
is not in the file, or is not as it was, is parsed.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kg.resources import queries_dir
from kg.validation.patterns import Group, Hop, Pattern, Place

KNOWN: Final = queries_dir() / "checks" / "patterns.json"

Form: TypeAlias = dict[str, Any]


def groups_known(query: str) -> list[Group] | None:
    """The groups of patterns in one of our queries; None where they are not known."""
    forms = _known().get(_key(query))
    if forms is None:
        return None
    groups: list[Group] = []
    for form in forms:
        around = None if form["around"] is None else groups[form["around"]]
        own = [_pattern(each) for each in form["own"]]
        values = {name: frozenset(map(ox.NamedNode, iris)) for name, iris in form["values"].items()}
        groups.append(Group(around, own=own, values=values))  # its variables are named already
    return groups


def text_of(queries: dict[str, list[Group]]) -> str:
    """The file for queries and their groups, of which each comes after the one around it."""
    forms = {_key(query): _group_forms(groups) for query, groups in queries.items()}
    lines = [
        f"{json.dumps(key)}: [\n" + ",\n".join(f"  {json.dumps(form)}" for form in forms[key]) + "]"
        for key in sorted(forms)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def _known() -> dict[str, list[Form]]:
    found: dict[str, list[Form]] = json.loads(KNOWN.read_text("utf-8"))
    return found


def _key(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def _group_forms(groups: list[Group]) -> list[Form]:
    return [
        {
            "around": None if group.around is None else groups.index(group.around),
            "own": [_form(pattern) for pattern in group.own],
            "values": {
                name: sorted(iri.value for iri in iris) for name, iris in group.values.items()
            },
        }
        for group in groups
    ]


def _form(pattern: Pattern) -> Form:
    form: Form = {"from": _written(pattern.subject), "to": _written(pattern.object)}
    if pattern.hops:
        form["by"] = [("^" if hop.inverse else "") + hop.predicate.value for hop in pattern.hops]
    if pattern.predicate:
        form["predicate"] = pattern.predicate
    for name in ("endless", "empty"):
        if getattr(pattern, name):
            form[name] = True
    return form


def _pattern(form: Form) -> Pattern:
    hops = tuple(
        Hop(ox.NamedNode(iri.removeprefix("^")), inverse=iri.startswith("^"))
        for iri in form.get("by", ())
    )
    return Pattern(
        _place(form["from"]),
        _place(form["to"]),
        hops,
        form.get("predicate", ""),
        endless="endless" in form,
        empty="empty" in form,
    )


def _written(place: Place) -> str:
    return str(place) if isinstance(place, ox.NamedNode) else place


def _place(written: str) -> Place:
    return ox.NamedNode(written[1:-1]) if written.startswith("<") else written
