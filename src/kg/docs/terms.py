"""The page that lists every term, for somebody who is about to write a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rdflib import Graph, URIRef

from kg.docs.ontology import (
    Property,
    Scheme,
    Term,
    alignments,
    classes,
    predicates,
    properties,
    reused,
    roles,
    roles_of_kinds,
    schemes,
)

BAR: Final = r"\|"
"""A vertical bar inside a cell of a table, in code too."""
FIND_BY_WORD: Final = """\
SELECT ?term ?label ?definition WHERE {
  ?term skos:altLabel|rdfs:label "truce"@en ; rdfs:label ?label ; skos:definition ?definition .
}
ORDER BY ?term"""
"""The query of the introduction, which finds a term by a word that somebody guessed."""

_INTRODUCTION: Final = f"""\
# Terms

<!-- Generated from ontology/ by `python -m kg.docs`; edit the definitions there. -->

Every class, property and word of the vocabularies, with what it means. Start with
[model.md](model.md); come here to look up how something is called. All prefixes used below are
known at the endpoint and on the command line: no `PREFIX` line is needed.

Three lists are closed, and a query that guesses a name outside them finds nothing:
[predicates](#predicates), [roles](#roles) and the [vocabularies](#vocabularies), first of all the
[kinds](#kind). Other words for the same thing are alternative labels, so you can ask:

```sparql
{FIND_BY_WORD}
```

**Which way to ask.** A plain triple such as `?event ckg:hostedBy ?who` finds what is uncontested.
Who claims what, and what is contested, stands in claims: `?claim ckg:content ?content`, where the
content is a proposition (`rdf:subject`, `rdf:predicate`, `rdf:object`) or a situation
(`ckg:kind` and [roles](#roles)). A situation is described, not true: ask its `ckg:standing`."""

_CLAIM_FIRST: Final = (
    "ckg:Claim",
    "ckg:Content",
    "ckg:Proposition",
    "ckg:Situation",
    "ckg:Statement",
    "ckg:Passage",
    "ckg:Sentence",
    "ckg:Clause",
    "ckg:Document",
    "ckg:Time",
    "ckg:RelativeTime",
    "ckg:Duration",
    "ckg:Estimate",
    "ckg:Reference",
    "ckg:Location",
    "skosxl:Label",
    "ckg:Predicate",
    "",
)
"""The order of the classes under which properties are listed; the last are those of several."""


def terms_page(graph: Graph, data: Graph) -> str:
    """The whole page as Markdown; the same ontology and data give the same bytes.

    The data says only which roles go with which kind.
    """
    seen = roles_of_kinds(graph, data)
    sections = [
        _INTRODUCTION,
        _classes(graph),
        _properties(graph),
        _predicates(graph),
        _roles(graph),
        "## Vocabularies\n\nEach is a SKOS scheme; its name is also its prefix.",
        *(_scheme(scheme, seen) for scheme in schemes(graph)),
        _reused(graph),
        _alignments(graph),
    ]
    return "\n\n".join(sections) + "\n"


def _classes(graph: Graph) -> str:
    found = classes(graph)
    tree = "\n".join(_tree({t.name: above for t, above in found}, "", 0))
    rows = [(_code(t.name), _codes(above), _meaning(t)) for t, above in found]
    table = _table(("class", "is also a", "meaning"), rows)
    return f"## Classes\n\nEach has those indented below it.\n\n```text\n{tree}\n```\n\n{table}"


def _tree(above: dict[str, tuple[str, ...]], parent: str, depth: int) -> list[str]:
    """The classes below a parent, or without any, one a line; a class of two stands twice."""
    lines = []
    for name, parents in above.items():
        if parent in parents or not (parent or parents):
            lines += ["  " * depth + name, *_tree(above, name, depth + 1)]
    return lines


def _properties(graph: Graph) -> str:
    by_domain: dict[str, list[Property]] = {}
    for each in properties(graph):
        by_domain.setdefault(each.domain, []).append(each)
    rank = {name: i for i, name in enumerate(_CLAIM_FIRST)}
    parts = [
        "## Properties\n\nThose marked *computed* are in the derived graph and never written by "
        "hand."
    ]
    for domain in sorted(by_domain, key=lambda d: (rank.get(d, len(rank)), d)):
        title = f"Of {_code(domain)}" if domain else "Of several classes"
        rows = [(_property_name(p), _values(p), _meaning(p.term)) for p in by_domain[domain]]
        parts.append(f"### {title}\n\n" + _table(("property", "value", "meaning"), rows))
    return "\n\n".join(parts)


def _predicates(graph: Graph) -> str:
    introduction = """\
## Predicates

What a proposition can say. In the consensus graph each stands directly between two things.

- **eligible**: an uncontested proposition becomes a plain triple of the consensus graph.
- **exclusive**: a subject has at most one true value, so rival values contradict each other.
- **fluent**: the value changes over time; without a closed period no plain triple follows.
- **attests**: whoever says it says that the subject, an event, took place."""
    rows = [
        (
            _code(p.term.name),
            _code(p.domain) or "any",
            _code(p.range) or "any",
            *("yes" if flag else "–" for flag in p.flags.values()),
            f"{_meaning(p.term)}{_direction(p)}",
        )
        for p in predicates(graph)
    ]
    head = ("predicate", "from", "to", "eligible", "exclusive", "fluent", "attests", "meaning")
    return f"{introduction}\n\n{_table(head, rows)}"


def _direction(each: Property) -> str:
    """How to ask for what plain triples leave to be followed."""
    name = each.term.name
    if each.symmetric:
        return f" Written in one direction; `{name}|^{name}` asks both."
    return f" `{name}+` follows it further." if each.transitive else ""


def _roles(graph: Graph) -> str:
    introduction = """\
## Roles

Which part something plays in a situation. One role can have several values, and a value can be an
entity, a reference, another situation, a statement or a claim, unless a vocabulary is given."""
    rows = [
        (
            _code(p.term.name),
            _values(p) if p.scheme else "",
            f"{p.term.definition} *{p.term.example}*",
        )
        for p in roles(graph)
    ]
    return f"{introduction}\n\n{_table(('role', 'vocabulary', 'meaning'), rows)}"


def _scheme(scheme: Scheme, roles_seen: dict[URIRef, tuple[str, ...]]) -> str:
    head: tuple[str, ...] = ("concept", "other words", "meaning")
    rows: list[tuple[str, ...]] = [
        (_code(c.name), ", ".join(c.alt_labels), _meaning(c)) for c in scheme.concepts
    ]
    text = scheme.term.definition
    if scheme.name == "kind":
        head = (*head, "roles in use")
        seen = [_roles_in_use(roles_seen, concept) for concept in scheme.concepts]
        rows = [(*row, names) for row, names in zip(rows, seen, strict=True)]
        text += (
            " Kinds without roles in use are those of events; `agent` stands for `ckg:roleAgent`."
        )
    return f"### {scheme.name}\n\n{text}\n\n{_table(head, rows)}"


def _roles_in_use(roles_seen: dict[URIRef, tuple[str, ...]], kind: Term) -> str:
    """`comparedTo` for `ckg:roleComparedTo`, to keep the column narrow."""
    names = (name.removeprefix("ckg:role") for name in roles_seen.get(kind.iri, ()))
    return ", ".join(name[:1].lower() + name[1:] for name in names)


def _reused(graph: Graph) -> str:
    rows = [(_code(t.name), t.note) for t in reused(graph)]
    return "## Terms of others used directly\n\n" + _table(("term", "used for"), rows)


def _alignments(graph: Graph) -> str:
    lines = [f"- **{title}.** {description}" for title, description in alignments(graph)]
    return "## Alignments\n\nOne file each in `ontology/alignments/`.\n\n" + "\n".join(lines)


def _property_name(each: Property) -> str:
    return _code(each.term.name) + (" *computed*" if each.derived else "")


def _values(each: Property) -> str:
    """Where the values come from: a vocabulary, a class, a datatype or anything."""
    if each.scheme:
        return f"[{each.scheme}](#{each.scheme})"
    return _code(each.range) or "any"


def _meaning(term: Term) -> str:
    example = f"*{term.example}*" if term.example else ""
    return " ".join(part for part in (term.definition, term.note, example) if part)


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(map(_code, names))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in lines)
