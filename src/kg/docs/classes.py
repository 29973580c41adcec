"""The page with a table for each class, and with each shape, for somebody who writes data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kg.docs.terms import BAR
from kg.profiles import NodeShape, Profile, Profiles, Property
from kg.profiles.words import cardinality, example_in_words, values_in_words

_INTRODUCTION: Final = """\
# Classes and shapes

<!-- Generated from ontology/ and data/ by `python -m kg.docs`; edit shapes and definitions. -->

What data of each class looks like: its properties, how many values each has, what these are. A
[template](templates.md) is such a table to fill in: `kg template claim`. Shapes are the rules
themselves; [shapes.md](shapes.md) says how they are run. Examples are from the data that comes
with kg."""

_HEAD: Final = ("property", "values", "how many", "meaning", "example")


def classes_page(profiles: Profiles) -> str:
    """The whole page as Markdown; the same ontology and data give the same bytes."""
    ordered = sorted(profiles.by_name.values(), key=lambda p: p.name)
    sections = [_INTRODUCTION, "## Classes", *map(_class, ordered), _general(ordered)]
    sections += ["## Shapes", *map(_shape, profiles.shapes)]
    return "\n\n".join(sections) + "\n"


def _class(profile: Profile) -> str:
    parts = [f"### {profile.name}"]
    told = [profile.meaning]
    if profile.kind:
        told.append(f"Names begin with `{profile.kind}:`; the template is `{profile.template}`.")
    if any(told):
        parts.append(" ".join(filter(None, told)))
    parts.append(_table(_HEAD, map(_row, profile.own)))
    return "\n\n".join(parts)


def _general(profiles: Sequence[Profile]) -> str:
    """What anything may have, as it stands at the first class for which all of it is general."""
    general = max(([p for p in each.properties if p.general] for each in profiles), key=len)
    rows = ((_code(p.name), _cell(values_in_words(p)), _cell(p.meaning)) for p in general)
    return f"### Anything\n\n{_table(('property', 'values', 'meaning'), rows)}"


def _row(each: Property) -> tuple[str, ...]:
    return (
        _code(each.name),
        _cell(values_in_words(each)),
        cardinality(each),
        _cell(each.meaning),
        _code(example_in_words(each)),
    )


def _shape(shape: NodeShape) -> str:
    parts = [f"### ckg:{shape.name}"]
    if shape.message:
        parts.append(shape.message)
    told = (*shape.targets, *shape.constraints)
    if told:
        parts.append("\n".join(f"- `{c.name}` {', '.join(map(_code, c.values))}" for c in told))
    if shape.properties:
        rows = (
            (
                _code(p.path),
                _cell(p.message),
                ", ".join(_code(f"{c.name} {' '.join(c.values)}") for c in p.constraints),
            )
            for p in shape.properties
        )
        parts.append(_table(("property", "what conforming data has", "parameters"), rows))
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", BAR)


def _code(text: str) -> str:
    """A text as code, with more backticks around it than it has in it."""
    if not text:
        return ""
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{_cell(text)}{ticks}"
