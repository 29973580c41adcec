"""Queries whose values, tables or regular expressions grow without bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.attacks.heavy import CROSS, DIGITS, TRIPLE
from tests.attacks.model import ANY, HARMLESS, STOPPED, Attack, Weakness

memory = partial(Attack, weakness=Weakness.MEMORY, expect=STOPPED)
regex = partial(Attack, weakness=Weakness.REGEX, expect=ANY)


def doubled(expression: str, times: int, start: str = '"0123456789abcdef"') -> Callable[[], str]:
    """A chain of BINDs, each made of the one before; ``V`` stands for that one."""

    def text() -> str:
        steps = (f"BIND({expression.replace('V', f'?v{n}')} AS ?v{n + 1}) " for n in range(times))
        return f"SELECT (STRLEN(?v{times}) AS ?n) {{ BIND({start} AS ?v0) {''.join(steps)}}}"

    return text


MEMORY = [
    memory(
        "concat-of-cross-product",
        text=f"SELECT (GROUP_CONCAT(CONCAT(STR(?o0), STR(?o1))) AS ?x) {{ {CROSS} }}",
    ),
    memory(
        "concat-with-long-separator",
        text="SELECT (GROUP_CONCAT(STR(?n0) ; SEPARATOR='"
        + "x" * 50_000
        + f"') AS ?x) {{ {DIGITS} }}",
    ),
    memory(
        "order-of-cross-product", text=f"SELECT * {{ {CROSS} }} ORDER BY ?o0 DESC(?o7) STR(?o3)"
    ),
    memory("order-for-one-row", text=f"SELECT * {{ {CROSS} }} ORDER BY STRLEN(STR(?o7)) LIMIT 1"),
    memory("order-of-values", text=f"SELECT * {{ {DIGITS} }} ORDER BY DESC(?n11) ?n0 LIMIT 5"),
    memory(
        "group-by-everything",
        text=f"SELECT ?s0 ?o1 ?o2 (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?s0 ?o1 ?o2 ?s3 ?o4",
    ),
    memory(
        "group-by-random",
        text=f"SELECT ?u (COUNT(*) AS ?n) {{ {CROSS} BIND(UUID() AS ?u) }} GROUP BY ?u",
    ),
    memory("distinct-of-cross-product", text=f"SELECT DISTINCT * {{ {CROSS} }} OFFSET 9000000000"),
    memory(
        "count-distinct",
        text="SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?f), STR(?i))) AS ?n) "
        f"{{ {TRIPLE} ?j ?k ?l }}",
    ),
    memory(
        "sample-of-distinct", text=f"SELECT (GROUP_CONCAT(DISTINCT STRUUID()) AS ?x) {{ {CROSS} }}"
    ),
    memory(
        "subselects-joined",
        text=f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT ?a ?f {{ {TRIPLE} }} }} "
        f"{{ SELECT DISTINCT ?f ?i {{ {TRIPLE} }} }} }}",
    ),
    memory(
        "hash-join-of-values",
        text=lambda: (
            "SELECT (COUNT(*) AS ?n) { VALUES (?x ?y) { "
            + "(1 UNDEF) " * 2_400
            + "} VALUES (?x ?z) { "
            + "(UNDEF 2) " * 2_400
            + "} "
            "?s ?p ?o . ?t ?q ?u }"
        ),
        note="2,400 times 2,400 rows before the store is asked",
    ),
    memory("doubling-concat", text=doubled("CONCAT(V, V)", 40), expect=ANY, note="2^44 characters"),
    memory("tenfold-concat", text=doubled("CONCAT(V,V,V,V,V,V,V,V,V,V)", 13), expect=ANY),
    memory("doubling-replace", text=doubled('REPLACE(V, ".", "$0$0")', 40), expect=ANY),
    memory(
        "replace-by-long-text",
        text=lambda: doubled('REPLACE(V, ".", "' + "x" * 2_000 + '")', 6)(),
        expect=ANY,
        note="2000^6 characters",
    ),
    memory("doubling-iri", text=doubled("IRI(CONCAT(STR(V), STR(V)))", 40, "<p:p>"), expect=ANY),
    memory("doubling-strdt", text=doubled("STRDT(CONCAT(STR(V), STR(V)), <d:t>)", 40), expect=ANY),
    memory(
        "doubling-strlang", text=doubled('STRLANG(CONCAT(STR(V), STR(V)), "en")', 40), expect=ANY
    ),
    memory("doubling-language-tag", text=doubled('CONCAT(V, "-", V)', 40, '"en"'), expect=ANY),
    memory(
        "triple-terms-by-steps",
        text=lambda: (
            "SELECT ?v900 { BIND(1 AS ?v0) "
            + "".join(f"BIND(TRIPLE(<p:s>, <p:p>, ?v{n}) AS ?v{n + 1}) " for n in range(900))
            + "}"
        ),
        expect=ANY,
        note="900 deep without a nested bracket; writing it out may recurse",
    ),
    memory(
        "big-integers",
        text=doubled("(V * V)", 40, "9"),
        expect=ANY,
        note="9^(2^40), for engines without bounds",
    ),
    memory("big-decimals", text=doubled("(V * V / 3.0)", 40, "1.000000000000001"), expect=ANY),
    memory(
        "paths-of-everything",
        text="SELECT DISTINCT ?a ?b ?c { ?a (!<p:p>|^!<p:p>)+ ?b . ?b (!<p:q>|^!<p:q>)+ ?c } "
        "ORDER BY ?c",
    ),
]

REGEXES = [
    regex("nested-plus", text='ASK { FILTER REGEX("' + "a" * 5_000 + '!", "^(a+)+$") }'),
    regex(
        "alternatives-of-the-same",
        text='ASK { FILTER REGEX("' + "a" * 5_000 + '!", "^(a|a|aa)*$") }',
    ),
    regex(
        "replace-nested-star",
        text='SELECT (REPLACE("' + "x" * 5_000 + 'y", "(x*)*z", "") AS ?x) {}',
    ),
    regex(
        "repetition-squared",
        text='ASK { ?s ?p ?o FILTER REGEX(STR(?o), "((a{1000}){1000}){1000}") }',
        note="a program of 10^9 steps",
    ),
    regex(
        "repetition-of-classes",
        text=r'ASK { ?s ?p ?o FILTER REGEX(STR(?o), "(\\p{L}{999}){99}", "i") }',
    ),
    regex(
        "repetition-open",
        text='ASK { ?s ?p ?o FILTER REGEX(STR(?o), "(.*.*.*.*.*.*.*){1,500}=$", "s") }',
    ),
    regex(
        "one-for-each-row",
        text="SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?u "
        'FILTER REGEX(STR(?s), CONCAT("^(", STR(?t), "|.{0,900})+$")) }',
        note="each row compiles an expression of its own",
    ),
    regex(
        "nested-groups",
        text='ASK { FILTER REGEX("a", "' + "(" * 30_000 + "a" + ")" * 30_000 + '") }',
        note="a recursive compiler",
    ),
    regex(
        "alternatives-by-the-thousand",
        text=lambda: (
            'ASK { ?s ?p ?o FILTER REGEX(STR(?o), "'
            + "|".join(f".*{n}" for n in range(10_000))
            + '") }'
        ),
    ),
    regex(
        "look-behind-and-back",
        text=r'ASK { FILTER REGEX("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(?<=a)(a*)*\\1$") }',
        expect=HARMLESS,
    ),
    regex(
        "replace-empty",
        text='SELECT (STRLEN(REPLACE("'
        + "x" * 40_000
        + '", "x??", "'
        + "y" * 40_000
        + '")) AS ?n) {}',
        note="1.6 GB out of 80 KB",
    ),
]
