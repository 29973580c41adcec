from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.sparql.attacks import ASKS_OTHERS, HARMLESS, TOO_DEEP, TOO_MUCH
from tests.sparql.plain_target import PlainTarget
from tests.sparql.test_guard import listener  # noqa: F401
from tests.sparql.updates import HEAD, UPDATES

from kg.errors import QueryError
from kg.sparql.guard import UPDATE_LIMITS, UpdateLimits, check, check_update
from kg.sparql.update import read_update
from kg.sparql.updating import run
from kg.store.interface import Limits, Update

LOADS = {
    "plain": "LOAD <U>",
    "silent": "LOAD SILENT <U> INTO GRAPH <g>",
    "lower case": "load<U>",
    "no space before silent": "LOADSILENT<U>",
    "escaped": r"L\u004FAD <U>",
    "escaped at its beginning": r"\U0000004cOAD <U>",
    "escaped all over": r"\u004c\u006f\u0041\u0044 <U>",
    "after a comment": "# CLEAR ALL\nLOAD <U>",
    "after a comment that ends in a return": "# CLEAR ALL\rLOAD <U>",
    "between comments": "LOAD#x\n<U>#y",
    "a prefixed name": "PREFIX u: <U> LOAD u:",
    "a prefixed name with an escape": r"PREFIX u: <U> LOAD u:a\/b",
    "right after a prologue": "PREFIX u: <U>LOAD u:",
    "after a base": "BASE <U> LOAD <>",
    "after a version": "VERSION '1.2'LOAD <U>",
    "second": "CLEAR ALL ; LOAD <U>",
    "right after a semicolon": "CLEAR ALL;LOAD<U>",
    "after data": "INSERT DATA { <a> <p> 1 } ; LOAD <U>",
    "after data with a hash in an IRI": "INSERT DATA { <a> <p> <b#c> } ; LOAD <U>",
    "after data with a quote in an IRI": "INSERT DATA { <a> <p> <b'c> } ; LOAD <U> # '",
    "after data with an escaped quote": r"INSERT DATA { <a> <p> '\u0027' } ; LOAD <U> # '",
    "after data with all quotes": "INSERT DATA { <a> <p> '\"', \"'\", '''\"'' ''' } ;LOAD<U>",
    "after a template": "INSERT { ?s ?p 1 } WHERE { ?s ?p 2 } ; LOAD <U>",
    "after many": "CLEAR ALL ;" * 100 + "LOAD <U>",
    "nested in data": "INSERT DATA { GRAPH <g> { <a> <p> 1 . LOAD <U> } }",
    "nested in a template": "INSERT { LOAD <U> } WHERE {}",
    "nested in a group": "INSERT {} WHERE { { LOAD <U> } }",
    "after another word": "DROPLOAD <U>",
}


def named(table):
    return [pytest.param(text, id=name) for name, text in table.items()]


@pytest.mark.parametrize("text", named(LOADS))
def test_no_update_fetches_from_elsewhere(text):
    with pytest.raises(QueryError, match="LOAD is not offered") as caught:
        check_update(text.replace("U>", "http://127.0.0.1:9/>"))
    assert "`kg load`" in caught.value.hint
    assert caught.value.line


def as_where(query: str) -> str:
    """A SELECT, or what is between the brackets of another query, as the WHERE of an update."""
    pattern = query if query.startswith("SELECT") else query[query.index("{") :]
    return "INSERT { ?s ?p ?o } WHERE { { " + pattern + " } }"


ONLY_WHERE_ESCAPES_ARE_REPLACED_FIRST = {"escaped quote before"}
"""Asks nobody in our engine, to which it is a long string, and no other engine gets updates."""


@pytest.mark.parametrize("name", ASKS_OTHERS)
def test_no_update_asks_another_server(name, listener):  # noqa: F811
    address, calls = listener
    text = as_where(ASKS_OTHERS[name].replace("U>", address + ">"))
    refused = None
    try:
        run(Update(text), PlainTarget())
    except QueryError as error:
        refused = error
    assert calls == []
    assert (refused is None) == (name in ONLY_WHERE_ESCAPES_ARE_REPLACED_FIRST)


@pytest.mark.parametrize(
    "text",
    [
        "DELETE WHERE { SERVICE <U> { ?s ?p ?o } }",
        "INSERT DATA { <a> <p> trueSERVICE <U> {} }",
        "WITH <g> DELETE { ?s ?p ?o } USING <h> WHERE { SERVICE SILENT <U> { ?s ?p ?o } }",
        r"CLEAR ALL ; INSERT { ?s ?p ?o } WHERE { \u0053ERVICE <U> { ?s ?p ?o } }",
    ],
)
def test_service_is_refused_wherever_it_stands(text):
    with pytest.raises(QueryError, match="SERVICE is not offered"):
        check_update(text)


@pytest.mark.parametrize("text", named(TOO_DEEP))
def test_what_is_nested_too_deeply_is_refused_at_once(text):
    with pytest.raises(QueryError) as caught:
        check_update(as_where(text))
    assert caught.value.line == 1


@pytest.mark.parametrize(
    "name",
    ["additions", "path steps", "patterns", "objects", "predicates", "groups of one pattern"],
)
def test_what_is_too_much_to_plan_is_refused_in_an_update_too(name):
    with pytest.raises(QueryError, match=r"the operation has more than \d+ "):
        check_update("DELETE { ?s ?p ?o } WHERE { { " + TOO_MUCH[name] + " } }")


@pytest.mark.parametrize("text", [t for n, t in HARMLESS.items() if "update" not in n])
def test_what_only_looks_dangerous_is_let_through(text):
    if text.startswith("ASK"):
        check_update("INSERT {} WHERE " + text.removeprefix("ASK"))


DATA = {
    "many triples": "INSERT DATA { " + "ex:a ex:p 1 . " * 30_000 + "}",
    "many objects": "INSERT DATA { ex:a ex:p 1" + ", 1" * 30_000 + " }",
    "many graphs": "DELETE DATA { " + "GRAPH ex:g { ex:a ex:p 1 } " * 10_000 + "}",
    "a long list": "INSERT DATA { ex:a ex:p ( " + "1 " * 3_000 + ") }",
    "a template": "INSERT { " + "?s ex:p 1 . " * 4_000 + "} WHERE { ?s ex:p 2 }",
    "two templates": (
        "DELETE { " + "?s ex:p 1 . " * 300 + "} INSERT { " + "?s ex:p 3 ; ex:q 1 . " * 300 + "} "
        "WHERE { ?s ex:p 2 }"
    ),
    "words": r"INSERT DATA { ex:a ex:p 'LOAD', 'SERVICE {', '\u0022 LOAD <U> ' }",
    "words as names": "INSERT DATA { ex:LOAD ex:service <LOAD> , 'x'@load }",
    "words as labels": "INSERT DATA { _:LOAD ex:p _:service }",
    "words as variables": "INSERT { ?load ex:p ?SERVICE } WHERE { ?load ex:q ?SERVICE }",
}


@pytest.mark.parametrize("text", named(DATA))
def test_what_is_not_planned_is_not_counted(text):
    assert len(read_update(HEAD + text)) == 1


def test_after_data_patterns_count_again():
    patterns = "?s ex:p ?o . " * 300
    with pytest.raises(QueryError, match="more than 200 triple patterns"):
        check_update(HEAD + "INSERT { ?s ex:p 1 } WHERE { " + patterns + "}")
    with pytest.raises(QueryError, match="more than 200 triple patterns"):
        check_update(HEAD + "INSERT DATA { ex:a ex:p 1 } ; DELETE WHERE { " + patterns + "}")
    with pytest.raises(QueryError, match="more than 200 triple patterns"):
        check_update(HEAD + "INSERT DATA { ex:a ex:p 1 } { " + patterns + "}")


def test_each_operation_has_the_limits_for_itself():
    one = "DELETE WHERE { " + "?s ckg:p ?o . " * 150 + "}"
    assert len(check_update(" ; ".join([one] * 5)).parts) == 5


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"update_bytes": 20}, "CLEAR ALL # some more"),
        ({"tokens": 5}, "INSERT DATA { <a> <p> 1 }"),
        ({"operations": 2}, "CLEAR ALL ; CLEAR ALL ; CLEAR ALL"),
        ({"operation": Limits(nesting=2)}, "INSERT DATA { <a> <p> [ <q> [ <r> 1 ] ] }"),
        ({"operation": Limits(patterns=2)}, "DELETE WHERE { ?s ?p ?o . ?o ?q ?x . ?x ?y ?z }"),
        ({"operation": Limits(groups=0)}, "INSERT {} WHERE { OPTIONAL {} }"),
        ({"operation": Limits(operators=0)}, "INSERT {} WHERE { FILTER(1 = 1) }"),
        ({"operation": Limits(tokens=12)}, "INSERT { <a> <p> 1 , 2 , 3 } WHERE {}"),
    ],
)
def test_each_limit_is_a_setting(limits, text):
    check_update(text)
    with pytest.raises(QueryError, match=r"limit is \d+|more than \d+"):
        check_update(text, replace(UPDATE_LIMITS, **limits))


def test_as_many_operations_as_the_limit_says_may_end_in_a_semicolon():
    assert len(read_update("CLEAR ALL ; CLEAR ALL ;", UpdateLimits(operations=2))) == 2


@pytest.mark.parametrize("text", ["SELECT * {}", "# x\nASK {}", "CLEAR ALL ; DESCRIBE <x>"])
def test_a_query_is_told_where_queries_go(text):
    with pytest.raises(QueryError, match="is a query, and only updates") as caught:
        check_update(text)
    assert "application/sparql-query" in caught.value.hint


def test_an_update_is_told_where_updates_go():
    with pytest.raises(QueryError, match="is an update, and only queries") as caught:
        check("CLEAR ALL", Limits())
    assert "application/sparql-update" in caught.value.hint


@pytest.mark.parametrize("text", UPDATES)
def test_what_is_well_formed_is_let_through(text):
    check_update(HEAD + text)


def test_the_limits_leave_room_on_the_native_stack():
    """As much of everything as is let through, in a process that may die."""
    limits = UPDATE_LIMITS.operation
    nested = limits.nesting - 2
    texts = [
        "INSERT DATA { <a> <p> " + "[ <p> " * nested + "1" + " ]" * nested + " }",
        "INSERT DATA { <a> <p> " + "( " * nested + "1" + " )" * nested + " }",
        "INSERT DATA { <a> <p> " + "<<( <a> <p> " * nested + "1" + " )>>" * nested + " }",
        "INSERT DATA { <a> <p> 1 " + "{| <p> 1 " * nested + "|}" * nested + " }",
        "INSERT DATA { <a> <p> ( " + "1 " * 30_000 + ") }",
        "INSERT DATA { <a> <p> 1" + ",1" * 50_000 + " }",
        "INSERT { ?s <p> "
        + "<<( ?s <p> " * nested
        + "?s"
        + " )>>" * nested
        + " } WHERE { ?s ?p ?o }",
        "INSERT { ?s <p> ( " + "?s " * 9_000 + ") } WHERE { ?s ?p ?o }",
        "INSERT {} WHERE { " + "FILTER EXISTS { ?s ?p ?o " * nested + "}" * (nested + 1),
        "INSERT {} WHERE { FILTER(" + "!" * limits.operators + "true) }",
        "CLEAR ALL ;" * UPDATE_LIMITS.operations,
        "".join(f"PREFIX p{n}: <http://e/{n}> " for n in range(2_000)) + "CLEAR ALL",
    ]
    program = (
        "import sys, json\n"
        "from kg.sparql.update import read_update\n"
        "print(sum(len(read_update(text)) for text in json.load(sys.stdin)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    expected = len(texts) - 1 + UPDATE_LIMITS.operations
    assert (done.stdout, done.returncode) == (f"{expected}\n", 0), done.stderr


LONG = {
    "triples": lambda n: "INSERT DATA { " + "ckg:a ckg:p 1 . " * n + "}",
    "graphs": lambda n: "DELETE DATA { " + "GRAPH ckg:g { ckg:a ckg:p 1 } " * (n // 3) + "}",
    "objects": lambda n: "INSERT DATA { ckg:a ckg:p 1" + ", 'x'@en" * n + " }",
    "blank nodes": lambda n: "INSERT DATA { " + "".join(f"_:b{i} a [] . " for i in range(n)) + "}",
    "one long string": lambda n: "INSERT DATA { ckg:a ckg:p '''" + "a\n\\u0041" * n + "''' }",
    "one long comment": lambda n: "CLEAR ALL # " + "LOAD " * n,
    "comments": lambda n: "CLEAR ALL " + "# LOAD\n" * n,
    "lines that end in a return": lambda n: "CLEAR ALL " + "\r" * n + "x",
    "prefixes": lambda n: "".join(f"PREFIX p{i}: <> " for i in range(n // 4)) + "CLEAR ALL",
    "prefixes used": lambda n: "INSERT DATA { " + "".join(f"p{i}: a 1 . " for i in range(n)) + "}",
    "operations": lambda n: "CLEAR ALL ; " * (n // 2),
    "prologues": lambda n: "".join(f"PREFIX p{i}: <> CLEAR ALL ; " for i in range(n // 5)),
    "data after data": lambda n: "INSERT DATA { _:a a _:b } ; " * (n // 3),
    "reused labels": lambda n: "".join(f"INSERT DATA {{ _:b{i} a 1 }} ;" for i in range(n // 4)),
    "escapes": lambda n: "INSERT DATA { " + r"<\u0041> a '\u0022' . " * n + "}",
    "never closed": lambda n: "INSERT DATA { " + "ckg:a ckg:p 1 . " * n,
    "closes nothing": lambda n: "INSERT DATA { " + "ckg:a ckg:p 1 . " * n + "} }",
    "a bad sign at the end": lambda n: "INSERT DATA { " + "ckg:a ckg:p 1 . " * n + "“",
}


TRIES = 3
"""Other processes take time, too: the least counts."""


def seconds(call, text: str) -> float:
    """Of the processor alone."""
    start = time.process_time()
    with suppress(QueryError):
        call(text)
    return time.process_time() - start


def grows_linearly(call, make, size: int) -> bool:
    """Four times as much takes less than eight times as long."""
    short, long = make(size), make(4 * size)
    most = 8 * min(seconds(call, short) for _ in range(TRIES)) + 0.02
    return any(seconds(call, long) < most for _ in range(TRIES))


UNLIMITED = UpdateLimits(
    operations=10**9, operation=Limits(tokens=10**9, patterns=10**9, operators=10**9)
)


@pytest.mark.parametrize("make", named(LONG))
@pytest.mark.sample(6)
def test_checking_an_update_takes_linear_time(make):
    assert grows_linearly(lambda text: check_update(text, UNLIMITED), make, 3_000)


@pytest.mark.parametrize(
    "make",
    named(
        {name: make for name, make in LONG.items() if name not in ("closes nothing", "comments")}
    ),
)
@pytest.mark.sample(6)
def test_reading_an_update_takes_linear_time_and_so_do_complaints_about_it(make):
    assert grows_linearly(lambda text: read_update(text, UNLIMITED), make, 1_500)


@pytest.mark.parametrize(
    "make",
    named(
        {
            "rows": lambda n: "SELECT * { VALUES (?x ?y) { " + "(1 'x') " * n + "} }",
            "patterns": lambda n: "SELECT * { " + "?s ckg:p ?o . " * n + "}",
            "strings with escapes": lambda n: (
                "SELECT * { ?s ?p " + r"'\u0041\u0022 x'," * n + "1 }"
            ),
            "escapes that show no word": lambda n: "ASK { # " + r"\u0041 " * n + "\n}",
            "an escape before a long text": lambda n: r"ASK { ?s ?p '\u0041', " + "1," * n + "2 }",
        }
    ),
)
@pytest.mark.sample(2)
def test_checking_a_query_takes_linear_time(make):
    limits = Limits(query_bytes=10**9, tokens=10**9, patterns=10**9)
    assert grows_linearly(lambda text: check(text, limits), make, 3_000)


SEEDS = [*UPDATES, *LOADS.values(), *ASKS_OTHERS.values(), *HARMLESS.values()]
PIECES = st.one_of(
    st.sampled_from(
        "{ } ( ) [ ] << >> <<( )>> {| |} ' \" ''' # \\ \\u ; . , < > <a> ?x _:b a: 1 @en ^^ LOAD "
        "SERVICE INSERT DELETE DATA WHERE WITH USING GRAPH CLEAR ALL PREFIX BASE SELECT".split()
    ),
    st.sampled_from(["\n", "\r", "\u00a0", "\ufeff", "\x00", "\ud800", "\U0001f600", "e\u0301"]),
    st.text(max_size=5),
)


@st.composite
def mutated(draw) -> str:
    """A well-formed or an evil text of which something is cut out, repeated or replaced."""
    text = draw(st.sampled_from([seed for seed in SEEDS if len(seed) < 400]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = (
            text[:start] + draw(PIECES) + draw(st.sampled_from(["", text[start:end]])) + text[end:]
        )
    return text


@given(st.one_of(mutated(), st.text(max_size=80), st.lists(PIECES, max_size=30).map(" ".join)))
@settings(max_examples=examples(200))
def test_any_text_is_let_through_or_refused_with_its_place_but_nothing_fails(text):
    for call in (check_update, read_update, lambda query: check(query, Limits())):
        try:
            call(text)
        except QueryError as error:
            assert error.line, text  # noqa: PT017
