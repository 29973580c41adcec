"""Queries that are deep, wide or long: stack overflow, planners without end, slow parsing.

Many stand just below a documented limit, where only a limit on time and memory can help.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.attacks.model import ANY, REFUSED, Attack, Weakness

BELOW = 60  # the documented nesting is 64

deep = partial(Attack, weakness=Weakness.NATIVE_STACK, expect=REFUSED)
below_deep = partial(Attack, weakness=Weakness.NATIVE_STACK, expect=ANY)
planner = partial(Attack, weakness=Weakness.PLANNER, expect=ANY)
parser = partial(Attack, weakness=Weakness.PARSER, expect=ANY)


def of(*parts: str, depth: int) -> Callable[[], str]:
    """The text with the second part repeated before the third, and the fourth after it."""
    before, opening, inner, closing, after = parts
    return lambda: before + opening * depth + inner + closing * depth + after


def each(before: str, made: Callable[[int], str], count: int, after: str) -> Callable[[], str]:
    """The text with what is made of each number in the middle."""
    return lambda: before + "".join(map(made, range(count))) + after


EXISTS = ("ASK ", "{ ?s ?p ?o FILTER EXISTS ", "{}", "}", "")
SUBSELECTS = ("SELECT * ", "{ SELECT * ", "{ ?s ?p ?o }", "}", "")
OPTIONALS = ("SELECT * { ?s ?p ?o ", "OPTIONAL { ?s ?p ?o ", "", "}", "}")
BLANKS = ("SELECT * { ", "[ ?p ", "?o", "]", " ?q ?r }")
PATHS = ("SELECT * { ?s ", "(", "<p:p>", "|^<p:p>)*", " ?o }")

NESTED = [
    deep("nested-exists", text=of(*EXISTS, depth=900)),
    deep(
        "nested-not-exists-in-bind",
        text=of("ASK ", "{ BIND(NOT EXISTS ", "{}", " AS ?x) }", "", depth=900),
    ),
    deep("nested-braces", text=of("ASK ", "{", "", "}", "", depth=40_000)),
    deep("nested-parentheses", text=of("ASK { FILTER(", "(", "1", ")", ") }", depth=40_000)),
    deep("unclosed-parentheses", text="ASK { FILTER(" + "(" * 90_000, note="no end in sight"),
    deep("unclosed-braces", text="ASK " + "{" * 99_000),
    deep("nested-paths", text=of("ASK { ?s ", "(", "<p:p>", ")*", " ?o }", depth=20_000)),
    deep("nested-negated-paths", text=of("ASK { ?s ", "^(", "!(<p:p>)", ")", " ?o }", depth=9_000)),
    deep("chain-of-nots", text=of("ASK { FILTER(", "!", "true", "", ") }", depth=90_000)),
    deep(
        "chain-of-nots-apart",
        text=of("ASK { FILTER(", "! ", "true", "", ") }", depth=15_000),
        note="a word each, with fewer words than the limit",
    ),
    deep("chain-of-minus", text=of("SELECT (", "-(", "?x", ")", " AS ?y) {}", depth=30_000)),
    deep("chain-of-or", text=of("ASK { FILTER(1", "||1", "", "", ") }", depth=9_000)),
    deep("chain-of-plus", text=of("ASK { FILTER(1", "+1", "=1", "", ") }", depth=9_000)),
    deep("chain-of-divisions", text=of("ASK { FILTER(1", "/1", "=1", "", ") }", depth=9_000)),
    deep("chain-of-path-steps", text=of("ASK { ?s <p:p>", "/<p:p>", "", "", " ?o }", depth=6_000)),
    deep(
        "chain-of-path-choices", text=of("ASK { ?s <p:p>", "|<p:p>", "", "", " ?o }", depth=6_000)
    ),
    deep("chain-of-unions", text=of("ASK { {}", "UNION{}", "", "", "}", depth=6_000)),
    deep("nested-if", text=of("SELECT (", "IF(true,", "1", ",2)", " AS ?x) {}", depth=3_000)),
    deep("nested-functions", text=of("SELECT (", "STR(", "1", ")", " AS ?x) {}", depth=9_000)),
    deep(
        "nested-coalesce", text=of("SELECT (", "COALESCE(1/0,", "1", ")", " AS ?x) {}", depth=3_000)
    ),
    deep("nested-in", text=of("ASK { FILTER(1 ", "IN (1 ", "", ")", ") }", depth=9_000)),
    deep("nested-optional", text=of(*OPTIONALS, depth=3_000)),
    deep("nested-graph", text=of("ASK { ", "GRAPH ?g { ", "", "}", "}", depth=6_000)),
    deep("nested-minus", text=of("ASK { ", "MINUS { ", "", "}", "}", depth=6_000)),
    deep("nested-subselects", text=of(*SUBSELECTS, depth=5_000)),
    deep("nested-collections", text=of("ASK { ", "( ", "1", " )", " ?p ?o }", depth=9_000)),
    deep("nested-blank-nodes", text=of(*BLANKS, depth=9_000)),
    deep(
        "nested-triple-terms",
        text=of("ASK { ?s ?p ", "<<( ?a ?b ", "?c", " )>>", " }", depth=4_000),
    ),
    deep(
        "nested-reified-triples",
        text=of("ASK { ", "<< ?a ?b ", "?c", " >>", " ?p ?o }", depth=4_000),
    ),
    deep("nested-annotations", text=of("ASK { ?s ?p ?o ", "{| ?p ?o ", "", "|}", "}", depth=6_000)),
    deep(
        "nested-construct-template",
        text=of("CONSTRUCT { ", "[ ?p ", "1", " ]", " ?q 1 } WHERE {}", depth=9_000),
    ),
    deep(
        "nested-in-having",
        text=of("SELECT ?s {} GROUP BY ?s HAVING(", "(", "1", ")", ")", depth=40_000),
    ),
    deep(
        "brackets-escaped",
        text=of("ASK { FILTER(", r"\u0028", "1", r"\u0029", ") }", depth=8_000),
        note="a guard that counts before it reads the escapes sees no bracket",
    ),
    deep(
        "brackets-after-a-false-iri",
        text=of("ASK { FILTER(1<2&&'>'!='x'||", "(", "1", ")", ") } # '", depth=40_000),
        note="who takes <2&&'> for an IRI takes the brackets for a string",
    ),
    below_deep("exists-below-the-limit", text=of(*EXISTS, depth=BELOW)),
    below_deep("optionals-below-the-limit", text=of(*OPTIONALS, depth=BELOW)),
    below_deep(
        "binds-below-the-limit",
        text=each("SELECT * { ?s ?p ?v0 ", lambda n: f"BIND(?v{n} AS ?v{n + 1}) ", 2_500, "}"),
    ),
    below_deep("nots-below-the-limit", text=of("ASK { FILTER(", "!", "true", "", ") }", depth=990)),
]

PLANNERS = [
    planner(
        "blank-nodes-100",
        text=of(*BLANKS, depth=100),
        expect=REFUSED,
        note="718 bytes that take seconds to plan",
    ),
    planner("blank-nodes-below-the-limit", text=of(*BLANKS, depth=BELOW)),
    planner("paths-below-the-limit", text=of(*PATHS, depth=BELOW)),
    planner(
        "optionals-200",
        text=each("SELECT * { ?s ?p ?o ", "OPTIONAL {{ ?s <p:{0}> ?o{0} }} ".format, 200, "}"),
        expect=REFUSED,
    ),
    planner(
        "optionals-63",
        text=each(
            "SELECT * { ?s ?p ?o ",
            "OPTIONAL {{ ?s <p:{0}> ?o{0} . ?o{0} ?p ?q{0} }} ".format,
            63,
            "}",
        ),
    ),
    planner(
        "unions-63",
        text=each("SELECT * { {}", " UNION {{ ?s <p:{0}> ?o . ?o ?q ?r }}".format, 63, "}"),
    ),
    planner(
        "unions-joined",
        text="SELECT * { "
        + "{ { ?s ?p ?o } UNION { ?o ?p ?s } } " * 30
        + "{ { ?o ?p ?t } UNION { ?t ?p ?o } } " * 30
        + "}",
        note="2^60 ways to spread them over their join",
    ),
    planner("star-join", text=each("SELECT * { ", "?s ?p{0} ?o{0} . ".format, 199, "}")),
    planner(
        "chain-join",
        text=each("SELECT * { ", lambda n: f"?v{n} ?p{n} ?v{n + 1} . ", 199, "}"),
    ),
    planner(
        "clique-join",
        text=each(
            "SELECT * { ",
            lambda a: "".join(f"?v{a} ?p{a}x{b} ?v{b} . " for b in range(a)),
            20,
            "}",
        ),
        note="190 patterns that all touch each other",
    ),
    planner("cross-join", text=each("SELECT * { ", "?s{0} ?p{0} ?o{0} . ".format, 199, "}")),
    planner(
        "path-steps-197",
        text=of("ASK { ?s ?p ?x . ?x !<p:p>", "/!<p:p>", "", "", " ?o }", depth=197),
    ),
    planner(
        "optional-steps-197",
        text=of("ASK { ?s <p:p>?", "/<p:p>?", "", "", " ?o }", depth=197),
        note="each step may be left out: as many ways as subsets",
    ),
    planner(
        "filters-900",
        text=each(
            "SELECT * { ?s ?p ?o . ?o ?q ?r . ?r ?t ?u ", "FILTER(?s != <x:{0}>) ".format, 900, "}"
        ),
    ),
    planner("minus-63", text="SELECT * { ?s ?p ?o " + "MINUS { ?s ?q ?o . ?o ?p ?x } " * 63 + "}"),
]

FLOODS = [
    parser("prefixes", text=each("", "PREFIX p{0}: <p:{0}> ".format, 7_000, "ASK {}")),
    parser("prefixes-below-the-limit", text=each("", "PREFIX p{0}:<p:> ".format, 4_900, "ASK {}")),
    parser("prefix-redefined", text="PREFIX p: <p:> " * 6_000 + "ASK {}"),
    parser(
        "base-redefined",
        text="BASE <http://x.example/> " + "BASE <x/> " * 9_000 + "ASK {}",
        note="each is relative to the one before",
    ),
    parser("values", text=each("SELECT * { VALUES ?x { ", "{0} ".format, 15_000, "} }")),
    parser("in-list", text=each("ASK { ?s ?p ?o FILTER(?o IN (0", ",{0}".format, 9_000, ")) }")),
    parser("one-literal", text=lambda: 'ASK { ?s ?p "' + "a" * 99_000 + '" }'),
    parser("one-literal-of-escapes", text=lambda: 'ASK { ?s ?p "' + r"\U0010FFFF" * 9_900 + '" }'),
    parser(
        "one-literal-of-10-megabytes",
        text=lambda: 'ASK { ?s ?p "' + "a" * 10_000_000 + '" }',
        expect=REFUSED,
    ),
    parser("one-iri", text=lambda: "ASK { ?s ?p <http://x.example/" + "a" * 99_000 + "> }"),
    parser(
        "one-iri-of-dots",
        text=lambda: f"BASE <http://x.example/{'a/' * 20_000}> ASK {{ ?s ?p <{'../' * 19_000}> }}",
    ),
    parser("one-comment", text=lambda: "#" * 99_000 + "\nASK {}"),
    parser("one-number", text=lambda: "ASK { ?s ?p " + "9" * 99_000 + " }"),
    parser("one-variable", text=lambda: "SELECT ?" + "v" * 99_000 + " {}"),
    parser("variables", text=each("SELECT ", "?v{0} ".format, 9_000, "{}")),
    parser(
        "projections",
        text=each("SELECT ", lambda n: f"(?v{n} AS ?v{n + 1}) ", 3_000, "{ ?s ?p ?v0 }"),
        weakness=Weakness.NATIVE_STACK,
        note="each stands on the one before, and no bracket is open twice",
    ),
    parser(
        "string-without-end",
        text=lambda: "ASK { ?s ?p '''" + r"''\'" * 24_000 + " }",
        expect=REFUSED,
        note="for scanners that go back",
    ),
    parser(
        "iris-without-end",
        text=lambda: "ASK { " + "<a" * 9_000 + " }",
        expect=REFUSED,
        note="each < looks for its > to the end: quadratic",
    ),
]
