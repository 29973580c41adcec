"""The page `docs/links.md`: every link with its evidence, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kg.links.authorities import AUTHORITIES
from kg.links.sssom import REVIEW_BELOW, MappingSet, Row, Wanted

INTRODUCTION: Final = """# Links

What is linked to other collections, on what evidence, and what is not. Generated from `data/links/`; change the rows there, then `kg link build` and `python -m kg.docs`.

Each file `data/links/AUTHORITY.sssom.tsv` has one mapping a row, in the form of [SSSOM](https://mapping-commons.github.io/sssom/): what, how, to what, on which evidence, how sure, looked at by whom and when. In the graph `graph:links` a link is a plain triple, and beside it a `sssom:Mapping` with all of that.

- `exact` (`skos:exactMatch`): the same thing; one in each collection, and nobody else's.
- `close` (`skos:closeMatch`): nearly the same; the note says what differs.
- `broad` (`skos:broadMatch`): a part of the other, which has nothing for the thing alone.
- `owl:sameAs` would say that all that is said of either holds of both. Nowhere here does it.

Identifiers were compared with public files, which the evidence names; they were not looked up at their publishers. A wrong link is worse than none, so nothing is guessed: what was not found is [wanted](#wanted).
"""  # noqa: E501 - a line of Markdown is a paragraph


def links_page(sets: Iterable[MappingSet], missing: Sequence[Wanted]) -> str:
    """The whole page."""
    given = {found.authority: found for found in sets}
    ordered = [given[name] for name in AUTHORITIES if name in given]
    doubtful = [row for found in ordered for row in found.rows if is_doubtful(row)]
    parts = [
        INTRODUCTION,
        _collections(ordered),
        *(_section(found) for found in ordered),
        f"## To be looked at again\n\nLinks with a confidence below {REVIEW_BELOW:g}.\n\n"
        + _table(("ours", "theirs", "confidence", "why"), map(_doubt, doubtful)),
        "## Wanted\n\nLooked for in Wikidata and not found, or not looked for yet.\n\n"
        + _table(("ours", "what", "note"), map(_missing, missing)),
    ]
    return "\n".join(parts)


def is_doubtful(row: Row) -> bool:
    """Whether a link stands on the list of those to be looked at again."""
    return float(row.confidence) < REVIEW_BELOW


def _collections(sets: Iterable[MappingSet]) -> str:
    rows = []
    for found in sets:
        authority = AUTHORITIES[found.authority]
        title = f"[{authority.title}]({authority.homepage})"
        rows.append((title, str(len(found.rows)), f"<{authority.terms}>", authority.note))
    names = ("collection", "links", "licence or terms of the collection", "note")
    return "## Collections\n\n" + _table(names, rows)


def _section(found: MappingSet) -> str:
    names = ("ours", "", "theirs", "confidence", "evidence", "note")
    return f"## {AUTHORITIES[found.authority].title}\n\n" + _table(names, map(_link, found.rows))


def _link(row: Row) -> tuple[str, ...]:
    how = row.predicate_id.partition(":")[2].removesuffix("Match")
    theirs = f"[{row.object_label}]({row.object_id})"
    return (f"`{row.subject_id}`", how, theirs, row.confidence, row.evidence, row.comment)


def _doubt(row: Row) -> tuple[str, ...]:
    theirs = f"[{row.object_label}]({row.object_id})"
    return (f"`{row.subject_id}`", theirs, row.confidence, row.comment)


def _missing(entry: Wanted) -> tuple[str, ...]:
    ours = f"`{entry.subject_id}`" if entry.subject_id else ""
    return (ours, f"{entry.label} ({entry.type})", entry.note)


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(_cell(c) for c in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
