from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sparql.attacks import ASKS_OTHERS, HARMLESS, TOO_DEEP, TOO_MUCH, UPDATES

import kg
from kg.errors import QueryError
from kg.resources import queries_dir
from kg.sparql.guard import check
from kg.sparql.lexer import tokens, unescape
from kg.sparql.service import answer
from kg.store.interface import Limits

LIMITS = Limits()


def named(table: dict[str, str]) -> list[object]:
    return [pytest.param(text, id=name) for name, text in table.items()]


@pytest.fixture(scope="module")
def listener():
    """A server on loopback that counts who calls."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                calls.append(connection)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", calls
        done.set()
        thread.join()


@pytest.mark.parametrize("text", named(ASKS_OTHERS))
def test_no_query_asks_another_server(store, listener, text):
    address, calls = listener
    with pytest.raises(QueryError):
        answer(store, text.replace("U>", address + ">"))
    assert calls == []


def test_the_listener_would_notice_a_call(store, listener):
    address, calls = listener
    text = f"SELECT * WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}"
    b"".join(store.query(text, accept="text/csv"))
    assert len(calls) == 1
    calls.clear()


@pytest.mark.parametrize("text", named(UPDATES))
def test_no_query_is_an_update(store, text):
    before = list(store.snapshot().quads())
    with pytest.raises(QueryError):
        answer(store, text)
    assert list(store.snapshot().quads()) == before


@pytest.mark.parametrize("text", named(TOO_DEEP))
def test_what_is_nested_too_deeply_is_refused_at_once(text):
    with pytest.raises(QueryError) as caught:
        check(text, LIMITS)
    assert caught.value.line == 1


@pytest.mark.parametrize("text", named(TOO_MUCH))
def test_what_is_too_much_is_refused_with_its_limit(text):
    with pytest.raises(QueryError, match=r"more than \d+ |limit is \d+"):
        check(text, LIMITS)


@pytest.mark.parametrize("text", named(HARMLESS))
def test_what_only_looks_dangerous_is_answered(store, text):
    assert b"".join(answer(store, text).stream)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("query_bytes", "ASK {} # some more"),
        ("tokens", "ASK { ?s ?p ?o }"),
        ("nesting", "ASK { { {} } }"),
        ("patterns", "ASK { ?s ?p ?o . ?o ?q ?r . ?r ?s ?t }"),
        ("groups", "ASK { OPTIONAL {} MINUS {} {} UNION {} }"),
        ("operators", "ASK { FILTER(1 + 1 + 1 = 3) }"),
    ],
)
def test_each_limit_is_a_setting(name, text):
    check(text, LIMITS)
    with pytest.raises(QueryError, match="2"):
        check(text, Limits(**{name: 2}))


@pytest.mark.parametrize("word", ["OPTIONAL", "MINUS", "{} UNION"])
def test_as_many_optional_groups_as_take_seconds_to_plan_are_refused_with_their_limit(word):
    patterns = "".join(f"{word} {{ ?s ckg:p{number} ?o{number} }} " for number in range(190))
    with pytest.raises(QueryError, match="more than 64 of OPTIONAL, UNION and MINUS"):
        check(f"SELECT * {{ {patterns} }}", LIMITS)


def test_no_query_of_ours_comes_near_the_limit_of_groups():
    files = [*queries_dir().rglob("*.rq"), *Path(kg.__file__).parent.rglob("*.rq")]
    assert len(files) > 100
    for path in files:
        check(path.read_text(encoding="utf-8"), Limits(groups=LIMITS.groups // 4))


def test_the_limits_leave_room_on_the_native_stack():
    """As much of everything as is let through, in a process that may die."""
    nested = LIMITS.nesting - 2
    texts = [
        "SELECT * { " + "FILTER EXISTS { ?s ?p ?o " * nested + "}" * (nested + 1),
        "SELECT * { FILTER(" + "(" * nested + "1" + ")" * nested + ") }",
        "SELECT (" + "IF(1," * nested + "1" + ",2)" * nested + " AS ?x) {}",
        "SELECT (1" + "+1" * (LIMITS.operators - 1) + " AS ?x) {}",
        "SELECT * { FILTER(" + "!" * (LIMITS.operators - 1) + "true) }",
        "SELECT * { ?s " + "ckg:p/" * (LIMITS.patterns // 2) + "ckg:p ?o }",
        "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * LIMITS.groups + "}",
        "SELECT * { " + "{ ?s ?p ?o } UNION " * LIMITS.groups + "{} }",
    ]
    program = (
        "import sys, json, pathlib, tempfile\n"
        "from kg.store.embedded import EmbeddedStore\n"
        "from kg.sparql.service import answer\n"
        "store = EmbeddedStore(pathlib.Path(tempfile.gettempdir()) / 'kg-no-such-home')\n"
        "for text in json.load(sys.stdin): b''.join(answer(store, text).stream)\n"
        "print('alive')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.returncode) == ("alive\n", 0), done.stderr


@pytest.mark.parametrize(
    "unit",
    [
        "a.",
        "a-",
        "'",
        "'''x",
        '"',
        "<",
        "<a",
        ":a.",
        ":",
        "\\",
        "\\u0041",
        " ",
        "#\n",
        "1.",
        "1e",
        "( ",
        "_:a.",
        "?a",
        "@a-",
        "a:%",
        "{",
        "}",
        "<<(",
        "''",
        '"""a',
        "|}",
        "^^",
        "&",
    ],
)
@pytest.mark.sample(8)
def test_scanning_takes_linear_time(unit):
    def seconds(count: int) -> float:
        text = unit * count
        start = time.process_time()
        for _ in tokens(text):
            pass
        return time.process_time() - start

    assert seconds(90_000 // len(unit)) < 2


@given(
    st.text(
        alphabet="{}()[]<>|\"'\\#:;,.?$@!^*/+-=_ \n\ruU0053aSERVICEserviceé\u0301", max_size=200
    )
)
def test_the_guard_lets_through_or_refuses_with_a_place_but_never_fails(text):
    try:
        lines = [len(check(text, LIMITS).tokens) + 1]
    except QueryError as error:
        lines = [error.line, error.column]
    assert all(lines)


@given(st.text(max_size=100))
def test_tokens_stand_where_they_say(text):
    end = 0
    for token in tokens(text):
        assert text[token.start : token.start + len(token.text)] == token.text
        assert token.start >= end
        end = token.start + len(token.text)


def test_an_offset_in_unescaped_text_leads_back_to_the_text_as_written():
    plain = unescape(r"ab\u0053ERVICE\U00000020x")
    assert plain.text == "abSERVICE x"
    assert [plain.offset(n) for n in (0, 2, 3, 9, 10)] == [0, 2, 8, 14, 24]


def test_text_without_escapes_is_not_copied():
    assert unescape("ASK {}") is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("ask {}", "ASK"),
        ("BASE <http://e/> PREFIX a: <b> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("# SELECT\nDESCRIBE <x>", "DESCRIBE"),
        ("nothing of that", ""),
        ("", ""),
    ],
)
def test_the_form_of_a_query_is_known_before_it_runs(text, form):
    assert check(text, LIMITS).form == form
