"""Whoever copies a query from the documentation gets the answer that the page promises.

A page promises that a query finds something, with two exceptions that it has to mark: a block
`sparql-error` shows a mistake, and a command that is followed by `||` is answered with no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.data.asking import found

from kg.resources import root
from kg.sparql.guard import check_update
from kg.sparql.service import answer
from kg.store.interface import Update

PAGES = [*sorted(root().glob("*.md")), *sorted((root() / "docs").rglob("*.md"))]

BLOCK = re.compile(r"^```([\w-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HERE_DOCUMENT = re.compile(r"<<'(?!UPDATE)(\w+)'\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
UPDATE = re.compile(r"<<'UPDATE'\n(.*?)^UPDATE$", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"'query=([^']+)'")
COMMAND = re.compile(r"kg query -q '([^'…]+)'(?! \|\|)")
DENIED = re.compile(r"kg query -q '([^'…]+)' \|\|")


def queries(page: str) -> Iterator[tuple[int, str]]:
    """The queries of a page with their lines: blocks, what shell blocks send, and `kg query -q`."""
    for block in BLOCK.finditer(page):
        language, start = block[1], block.start(2)
        # Tests of federation, of enrichment and of the walkthrough ask these.
        elsewhere = ("SERVICE <", "graph:wikidata", "graph:contributions")
        if language == "sparql" and not any(word in block[2] for word in elsewhere):
            yield line(page, start), block[2]
        if language == "sh":
            for sent in (*HERE_DOCUMENT.finditer(block[2]), *PARAMETER.finditer(block[2])):
                last = sent.lastindex or 0
                yield line(page, start + sent.start(last)), sent[last]
    for command in COMMAND.finditer(page):
        yield line(page, command.start(1)), command[1]


def mistakes(page: str) -> Iterator[tuple[int, str]]:
    """The blocks that show a mistake."""
    for block in BLOCK.finditer(page):
        if block[1] == "sparql-error":
            yield line(page, block.start(2)), block[2]


def denied(page: str) -> Iterator[tuple[int, str]]:
    """What a page asks in order to show what happens if the answer is no."""
    for command in DENIED.finditer(page):
        yield line(page, command.start(1)), command[1]


def updates(page: str) -> Iterator[tuple[int, str]]:
    """What a page posts in order to change something."""
    for sent in UPDATE.finditer(page):
        yield line(page, sent.start(1)), sent[1]


def line(page: str, offset: int) -> int:
    return page.count("\n", 0, offset) + 1


def in_all_pages(find: Callable[[str], Iterator[tuple[int, str]]]) -> list[object]:
    return [
        pytest.param(query, id=f"{path.relative_to(root()).as_posix()}:{number}")
        for path in PAGES
        for number, query in find(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("query", in_all_pages(queries))
def test_a_documented_query_finds_something(seed_store, query: str):
    assert found(seed_store, query) > 0


@pytest.mark.parametrize("update", in_all_pages(updates))
def test_a_documented_update_is_let_through_and_changes_something(seed_store, update: str):
    check_update(update)
    with seed_store.candidate(seed_store.generation()) as candidate:
        patch = candidate.prepare(Update(update)).patch
    assert patch.added or patch.removed


@pytest.mark.parametrize("query", in_all_pages(mistakes))
def test_a_documented_mistake_is_warned_of_and_finds_nothing(seed_store, query: str):
    assert answer(seed_store, query).warnings
    assert found(seed_store, query) == 0


@pytest.mark.parametrize("query", in_all_pages(denied))
def test_a_documented_no_is_a_no(seed_store, query: str):
    assert query.startswith("ASK")
    assert found(seed_store, query) == 0


def test_every_form_in_which_a_page_has_queries_is_read():
    page = """\
Ask `kg query -q 'ASK { ?a ?b ?c }'`, or `kg query -q '…'`.

```sparql
ASK { ?d ?e ?f }
```

```sh
curl --data-urlencode query@- <<'SPARQL'
ASK { ?g ?h ?i }
SPARQL
curl --data-urlencode 'query=ASK { ?j ?k ?l }'
```

```text
curl --data-urlencode 'query=ASK { ?m ?n }'
```

```sparql-error
ASK { ?o }
```

```sh
kg query -q 'ASK { ?p ?q ?r }' || echo no
```
"""
    assert [(number, query.strip()) for number, query in queries(page)] == [
        (4, "ASK { ?d ?e ?f }"),
        (9, "ASK { ?g ?h ?i }"),
        (11, "ASK { ?j ?k ?l }"),
        (1, "ASK { ?a ?b ?c }"),
    ]
    assert [query.strip() for _, query in mistakes(page)] == ["ASK { ?o }"]
    assert [query for _, query in denied(page)] == ["ASK { ?p ?q ?r }"]


@pytest.mark.parametrize(
    ("page", "least"), [("README.md", 2), ("docs/model.md", 10), ("docs/terms.md", 1)]
)
def test_the_pages_that_teach_by_queries_have_them(page: str, least: int):
    text = Path(root() / page).read_text(encoding="utf-8")
    assert len(list(queries(text))) >= least
