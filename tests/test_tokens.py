from __future__ import annotations

import json
import multiprocessing
import os
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from kg.errors import InputError, NotFoundError, StoreError
from kg.tokens import SECRET, Scope, Token, Tokens

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
NO_SECRET = f"kg_{'a' * 8}_{'A' * 43}"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "tokens.json"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(path: Path, clock: Clock) -> Tokens:
    return Tokens(path, clock=clock)


def token(*scopes: Scope) -> Token:
    return Token("a" * 8, "x", frozenset(scopes), START)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (Scope.READ, {Scope.READ}),
        (Scope.PROPOSE, {Scope.READ, Scope.PROPOSE}),
        (Scope.REVIEW, {Scope.READ, Scope.PROPOSE, Scope.REVIEW}),
        (Scope.WRITE, {Scope.READ, Scope.PROPOSE, Scope.WRITE}),
        (Scope.ADMIN, set(Scope)),
    ],
)
def test_a_scope_allows_itself_and_what_it_includes(scope: Scope, allowed: set[Scope]) -> None:
    assert {each for each in Scope if token(scope).allows(each)} == allowed


def test_a_token_allows_what_any_of_its_scopes_allows() -> None:
    both = token(Scope.REVIEW, Scope.WRITE)
    assert {each for each in Scope if both.allows(each)} == set(Scope) - {Scope.ADMIN}


def test_the_secret_of_a_token_is_accepted_and_no_other(tokens: Tokens) -> None:
    first, secret = tokens.create("first", [Scope.READ])
    second, other = tokens.create("second", [Scope.WRITE], START + timedelta(days=1))
    assert tokens.verify(secret) == first
    assert tokens.verify(other) == second
    assert tokens.verify(secret[:12] + other[12:]) is None
    assert tokens.verify(NO_SECRET) is None


@pytest.mark.parametrize("place", range(55))
@pytest.mark.sample(8)
def test_a_secret_with_one_other_sign_is_not_accepted(place: int, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    _, secret = tokens.create("x", [Scope.READ])
    assert len(secret) == 55
    other = "x" if secret[place] != "x" else "y"
    assert tokens.verify(secret[:place] + other + secret[place + 1 :]) is None


@pytest.mark.parametrize("more", ["\n", " ", "A", "ы", "\ud800", "\0"])
def test_a_secret_with_anything_around_it_is_not_accepted(more: str, tokens: Tokens) -> None:
    _, secret = tokens.create("x", [Scope.READ])
    assert tokens.verify(secret + more) is None
    assert tokens.verify(more + secret) is None


def test_a_secret_has_its_id_and_32_random_bytes_in_it(tokens: Tokens) -> None:
    made = [tokens.create("x", [Scope.READ]) for _ in range(50)]
    for each, secret in made:
        form = SECRET.fullmatch(secret)
        assert form is not None
        assert form[1] == each.id
    assert len({secret[12:] for _, secret in made}) == len({each.id for each, _ in made}) == 50


def test_the_file_has_no_secret_in_it(tokens: Tokens, path: Path) -> None:
    _, secret = tokens.create("x", [Scope.READ])
    assert secret[12:] not in path.read_text()
    assert secret[12:] not in repr(tokens.all())


def test_an_expired_token_is_not_accepted_from_the_very_moment(
    tokens: Tokens, clock: Clock
) -> None:
    _, secret = tokens.create("x", [Scope.READ], START + timedelta(hours=1))
    clock.now = START + timedelta(minutes=59, seconds=59)
    assert tokens.verify(secret)
    clock.now = START + timedelta(hours=1)
    assert tokens.verify(secret) is None
    assert [each.state(clock.now) for each in tokens.all()] == ["expired"]


def test_the_time_zone_of_an_end_is_minded(tokens: Tokens, clock: Clock) -> None:
    yerevan = timezone(timedelta(hours=4))
    made, secret = tokens.create("x", [Scope.READ], datetime(2026, 1, 1, 17, tzinfo=yerevan))
    assert made.expires == datetime(2026, 1, 1, 13, tzinfo=UTC)
    clock.now = START + timedelta(hours=1)
    assert tokens.verify(secret) is None


def test_a_revoked_token_is_not_accepted_and_stays_listed(tokens: Tokens, clock: Clock) -> None:
    made, secret = tokens.create("x", [Scope.ADMIN])
    kept, other = tokens.create("y", [Scope.READ])
    clock.now += timedelta(minutes=1)
    ended = tokens.revoke(made.id)
    assert ended.revoked == clock.now
    assert tokens.verify(secret) is None
    assert tokens.verify(other) == kept
    assert tokens.all() == [ended, kept]


def test_a_token_that_is_revoked_twice_keeps_the_first_time(tokens: Tokens, clock: Clock) -> None:
    made, _ = tokens.create("x", [Scope.READ])
    first = tokens.revoke(made.id)
    clock.now += timedelta(days=1)
    assert tokens.revoke(made.id) == first == tokens.all()[0]


@pytest.mark.parametrize("id", ["", "aaaaaaaa", "ы", "\ud800", NO_SECRET])
def test_what_is_no_id_of_a_token_cannot_be_revoked(id: str, tokens: Tokens) -> None:
    tokens.create("x", [Scope.READ])
    with pytest.raises(NotFoundError):
        tokens.revoke(id)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[2J", "\ud800", "x" * 65, "a\u202eb"])
def test_a_name_has_some_printable_characters(name: str, tokens: Tokens, path: Path) -> None:
    with pytest.raises(InputError, match="printable"):
        tokens.create(name, [Scope.READ])
    assert not path.exists()


@pytest.mark.parametrize("name", ["x" * 64, "Лаборатория", 'a "b" \\', "Հայաստան 1"])
def test_a_name_is_read_as_it_was_given(name: str, tokens: Tokens, path: Path) -> None:
    made, _ = tokens.create(name, [Scope.READ])
    assert [each.name for each in Tokens(path).all()] == [made.name] == [name]


@pytest.mark.parametrize(
    ("scopes", "expires"),
    [
        ([], None),
        ([Scope.READ], START),
        ([Scope.READ], START - timedelta(days=1)),
        ([Scope.READ], datetime(2030, 1, 1)),
    ],
)
def test_a_token_has_a_scope_and_an_end_in_the_future(
    scopes: list[Scope], expires: datetime | None, tokens: Tokens, path: Path
) -> None:
    with pytest.raises(InputError):
        tokens.create("x", scopes, expires)
    assert not path.exists()


def test_another_process_reads_what_one_has_written(tokens: Tokens, path: Path) -> None:
    tokens.create("x", list(Scope), START + timedelta(days=1))
    tokens.create("y", [Scope.READ])
    tokens.revoke(tokens.all()[1].id)
    assert Tokens(path).all() == tokens.all()


def test_what_others_write_is_seen_at_the_next_call(tokens: Tokens, path: Path) -> None:
    assert tokens.all() == []
    writer = Tokens(path)
    made, secret = writer.create("x", [Scope.READ])
    assert tokens.verify(secret) == made
    writer.revoke(made.id)
    assert tokens.verify(secret) is None
    path.unlink()
    assert tokens.all() == []


def test_a_file_that_nobody_has_written_is_read_once(
    tokens: Tokens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = tokens.create("x", [Scope.READ])
    assert tokens.verify(secret)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("read again"))
    assert tokens.verify(secret)


def _create(path: Path, count: int) -> None:
    for number in range(count):
        Tokens(path).create(f"{os.getpid()} {number}", [Scope.READ])


def test_processes_that_write_at_once_lose_no_token(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_create, args=(path, 10)) for _ in range(3)]
    for each in others:
        each.start()
    for each in others:
        each.join(60)
    assert [each.exitcode for each in others] == [0, 0, 0]
    assert len({each.name for each in Tokens(path).all()}) == 30


def test_threads_that_write_at_once_lose_no_token(tokens: Tokens) -> None:
    threads = [threading.Thread(target=lambda: tokens.create("x", [Scope.READ])) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(tokens.all()) == 16


def test_only_the_owner_may_read_the_file_whatever_the_umask(tokens: Tokens, path: Path) -> None:
    path.parent.mkdir()
    # As an interrupted write would leave it, if the folder came from elsewhere.
    (path.parent / ".tokens.json.new").touch(mode=0o666)
    before = os.umask(0)
    try:
        tokens.create("x", [Scope.READ])
    finally:
        os.umask(before)
    assert {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {
        "tokens.json": 0o600,
        "tokens.json.lock": 0o600,
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o602])
def test_a_file_that_is_open_to_others_is_a_problem_but_read(
    mode: int, tokens: Tokens, path: Path
) -> None:
    _, secret = tokens.create("x", [Scope.READ])
    assert tokens.problems() == []
    path.chmod(mode)
    (problem,) = tokens.problems()
    assert f"mode {mode:o}" in problem
    assert tokens.verify(secret)


def test_no_file_is_no_problem(tokens: Tokens) -> None:
    assert (tokens.problems(), tokens.all(), tokens.verify(NO_SECRET)) == ([], [], None)


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tokens: Tokens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, secret = tokens.create("x", [Scope.READ])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="cannot be written: no space left"):
            tokens.revoke(made.id)
    assert tokens.verify(secret) == made
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "tokens.json",
        "tokens.json.lock",
    ]


def test_the_file_and_its_folder_are_on_disk_before_the_secret_is_told(
    tokens: Tokens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    tokens.create("x", [Scope.READ])
    assert synced == [path.stat().st_ino, path.parent.stat().st_ino]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tokens = Tokens(tmp_path / "file" / "tokens.json")
    with pytest.raises(StoreError, match="cannot be written: file exists"):
        tokens.create("x", [Scope.READ])
    with pytest.raises(StoreError, match="cannot be read: not a directory"):
        tokens.all()
    assert len(tokens.problems()) == 1


def damages() -> dict[str, Any]:
    """Files that are not as we write them, each made from a file with one good token."""

    def field(name: str, value: object) -> Any:
        return lambda data: data["tokens"][0].update({name: value})

    return {
        "another format": lambda data: data.update(format=2),
        "no format": lambda data: data.pop("format"),
        "no tokens": lambda data: data.pop("tokens"),
        "a number of tokens": lambda data: data.update(tokens=3),
        "a token that is a text": lambda data: data.update(tokens=["x"]),
        "an id twice": lambda data: data["tokens"].append(data["tokens"][0]),
        "a token without an end": lambda data: data["tokens"][0].pop("expires"),
        "an id that is none": field("id", "A"),
        "an id that is a number": field("id", 7),
        "a name that is a number": field("name", 7),
        "a scope that is none": field("scopes", ["root"]),
        "a scope that is a list": field("scopes", [[]]),
        "no scopes": field("scopes", None),
        "an end that is no time": field("expires", "tomorrow"),
        "an end that is empty": field("expires", ""),
        "an end without offset": field("expires", "2030-01-01T00:00:00"),
        "an end before all times": field("expires", "0001-01-01T00:00:00+14:00"),
        "a revocation that is false": field("revoked", False),
        "a hash that is none": field("sha256", "ы"),
        "a hash that is null": field("sha256", None),
    }


@pytest.mark.parametrize("damage", damages())
def test_no_token_of_a_damaged_file_is_accepted(damage: str, tokens: Tokens, path: Path) -> None:
    _, secret = tokens.create("x", [Scope.ADMIN])
    assert tokens.verify(secret)
    data = json.loads(path.read_text())
    damages()[damage](data)
    path.write_text(json.dumps(data))
    assert_refused(tokens, path, secret)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b"3", b"\xff", b"[" * 100_000])
def test_no_token_is_accepted_from_what_is_no_such_file(
    content: bytes, tokens: Tokens, path: Path
) -> None:
    _, secret = tokens.create("x", [Scope.ADMIN])
    path.write_bytes(content)
    assert_refused(tokens, path, secret)


def assert_refused(tokens: Tokens, path: Path, secret: str) -> None:
    before = path.read_bytes()
    for call in (
        lambda: tokens.verify(secret),
        tokens.all,
        lambda: tokens.create("y", [Scope.READ]),
        lambda: tokens.revoke(secret[3:11]),
    ):
        with pytest.raises(StoreError, match="is damaged") as caught:
            call()
        assert caught.value.hint is not None
        assert "no token is accepted" in caught.value.hint
    assert ["is damaged" in problem for problem in tokens.problems()] == [True]
    assert path.read_bytes() == before


def test_a_damaged_file_that_is_mended_is_read_again(tokens: Tokens, path: Path) -> None:
    made, secret = tokens.create("x", [Scope.READ])
    good = path.read_bytes()
    path.write_bytes(good[:-20])
    with pytest.raises(StoreError):
        tokens.verify(secret)
    path.write_bytes(good)
    assert tokens.verify(secret) == made


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters())
    | st.text(st.characters(categories=["Cs"]), min_size=1)
    | st.from_regex(r"kg_[a-z0-9]{8}_\w{43}\n?")
)
@example(text=NO_SECRET + "\n")
@example(text=NO_SECRET.replace("A", "Ａ"))
@example(text="kg_" + "٣" * 8 + "_" + "A" * 43)
@example(text="kg_" * 1_000_000)
def test_no_text_but_the_secret_is_accepted_and_none_raises(text: str, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    if not tokens.all():
        tokens.create("x", [Scope.READ])
    assert tokens.verify(text) is None


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_any_bytes_changed_is_read_or_told_as_damaged(
    data: st.DataObject, tmp_path: Path
) -> None:
    path = tmp_path / "tokens.json"
    path.unlink(missing_ok=True)
    _, secret = Tokens(path).create("x", [Scope.READ], datetime(2100, 1, 1, tzinfo=UTC))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        found = Tokens(path).verify(secret)
    except StoreError:
        return
    assert found is None or found.id == secret[3:11]
