"""The example queries, with what their grlc headers say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import NotFoundError
from kg.rdf.spelling import did_you_mean
from kg.resources import queries_dir


@dataclass(frozen=True, slots=True)
class Example:
    """A query to start from; `text` is the file as it stands, header included.

    The first of the `tags` is its topic.
    """

    name: str
    summary: str
    description: str
    text: str
    tags: tuple[str, ...] = ()


def examples(folder: Path | None = None) -> list[Example]:
    """All examples, by name."""
    paths = sorted((folder or queries_dir() / "examples").glob("*.rq"))
    return [_read(path) for path in paths]


def gallery(folder: Path | None = None) -> list[tuple[str, list[Example]]]:
    """The examples by topic, topics and examples in the order of the files."""
    found: dict[str, list[Example]] = {}
    for each in examples(folder):
        found.setdefault(each.tags[0] if each.tags else "other", []).append(each)
    return list(found.items())


def example(name: str, folder: Path | None = None) -> Example:
    """The example of this name, with or without its number, or of this number.

    Raises `NotFoundError` with a likely one.
    """
    known = examples(folder)
    found = {each.name.lstrip("0123456789-"): each for each in known}
    found |= {each.name: each for each in known}
    numbers = {each.name.partition("-")[0].lstrip("0"): each for each in known}
    if name.isdecimal() and name.lstrip("0") in numbers:
        return numbers[name.lstrip("0")]
    if name not in found:
        raise NotFoundError(
            f"no example is called {name}",
            hint=did_you_mean(name, found) or "`kg examples` lists them",
        )
    return found[name]


def _read(path: Path) -> Example:
    text = path.read_text(encoding="utf-8")
    header = dict(header_of(text))
    return Example(
        name=path.stem,
        summary=header.get("summary", path.stem),
        description=header.get("description", ""),
        text=text,
        tags=tuple(
            tag for part in header.get("tags", "").strip("[]").split(",") if (tag := part.strip())
        ),
    )


def header_of(text: str) -> Iterator[tuple[str, str]]:
    """The fields of a grlc header: lines `#+ key: value`, continued by indented ones."""
    key, value = "", ""
    for line in text.splitlines():
        if not line.startswith("#+"):
            break
        body = line.removeprefix("#+").removeprefix(" ")
        if body.startswith(" ") or ":" not in body:
            value = f"{value} {body.strip()}".strip()
            continue
        if key:
            yield key, value
        key, _, value = (part.strip() for part in body.partition(":"))
        value = value.strip('"').removeprefix(">").removeprefix("|").strip()
    if key:
        yield key, value
