"""Tokens: who may do what from elsewhere, in one file that several processes read and write.

    tokens.json         the tokens with the hashes of their secrets, readable by the owner only
    tokens.json.lock    held by the one who writes

A secret is shown when it is made and is not kept: `kg_`, the id of the token, `_` and 32 random
bytes in base64url. Revoked and expired tokens stay in the file, so that it only ever grows.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from kg.errors import InputError, NotFoundError, StoreError

FORMAT: Final = 1
"""The version of the layout of the file."""

LONGEST_NAME: Final = 64

# Neither a dash, which would look like an option, nor signs that are easily misread.
ID_SIGNS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
ID: Final = re.compile(rf"[{ID_SIGNS}]{{8}}")
SECRET: Final = re.compile(rf"kg_({ID.pattern})_[A-Za-z0-9_-]{{43}}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
NOBODY: Final = "0" * 64
"""The digest that a secret is compared with if no token has its id; no text is known to have it."""


class Scope(Enum):
    """What a token allows."""

    READ = "read"
    PROPOSE = "propose"
    REVIEW = "review"
    WRITE = "write"
    ADMIN = "admin"


INCLUDED: Final[Mapping[Scope, frozenset[Scope]]] = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.PROPOSE: frozenset({Scope.READ, Scope.PROPOSE}),
    Scope.REVIEW: frozenset({Scope.READ, Scope.PROPOSE, Scope.REVIEW}),
    Scope.WRITE: frozenset({Scope.READ, Scope.PROPOSE, Scope.WRITE}),
    Scope.ADMIN: frozenset(Scope),
}
"""What each scope allows, itself among it."""


@dataclass(frozen=True)
class Token:
    """One token, without its secret; all times are in UTC and in whole seconds."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether one of its scopes is this one or includes it."""
        return any(scope in INCLUDED[given] for given in self.scopes)

    def state(self, now: datetime) -> str:
        """Whether it is `valid`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "valid"


class _Kept(NamedTuple):
    token: Token
    digest: str


_Stamp: TypeAlias = tuple[int, int, int]


def _now() -> datetime:
    return datetime.now(UTC)


class Tokens:
    """The tokens of one file; what other processes write to it is seen at the next call.

    Every method raises `StoreError` if the file is damaged or cannot be read: no token is accepted
    then.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._clock = clock
        self._cached: tuple[_Stamp, dict[str, _Kept]] | None = None

    def create(
        self, name: str, scopes: Collection[Scope], expires: datetime | None = None
    ) -> tuple[Token, str]:
        """Make a token; its secret is returned here and never again."""
        now = _seconds(self._clock())
        if not (name.strip() and name.isprintable() and len(name) <= LONGEST_NAME):
            raise InputError(f"the name of a token has 1 to {LONGEST_NAME} printable characters")
        if not scopes:
            raise InputError("a token needs a scope", hint=", ".join(each.value for each in Scope))
        if expires is not None:
            expires = _seconds(expires)
            if expires <= now:
                raise InputError("a token expires in the future")
        with self._writing() as kept:
            token = Token(_new_id(kept), name, frozenset(scopes), now, expires)
            secret = f"kg_{token.id}_{secrets.token_urlsafe(32)}"
            self._write({**kept, token.id: _Kept(token, _digest(secret))})
        return token, secret

    def verify(self, text: str) -> Token | None:
        """The token whose secret this text is, if it is neither expired nor revoked."""
        form = SECRET.fullmatch(text)
        if form is None:
            return None
        kept = self._read().get(form[1])
        # Compared even if nobody has this id, so that the time taken does not tell which ids exist.
        same = hmac.compare_digest(_digest(text), kept.digest if kept else NOBODY)
        if kept is None or not same or kept.token.state(self._clock()) != "valid":
            return None
        return kept.token

    def revoke(self, id: str) -> Token:
        """End a token for good; one that was revoked before keeps the time of that."""
        with self._writing() as kept:
            if id not in kept:
                raise NotFoundError(f"no token has the id {id}", hint="`kg token list` lists them")
            token, digest = kept[id]
            if token.revoked is None:
                token = replace(token, revoked=_seconds(self._clock()))
                self._write({**kept, id: _Kept(token, digest)})
        return token

    def all(self) -> list[Token]:
        """All tokens, oldest first, also those that are no longer valid."""
        return [kept.token for kept in self._read().values()]

    def problems(self) -> list[str]:
        """What is wrong with the file, in words; never raises."""
        try:
            self._read()
            mode = self._path.stat().st_mode & 0o777
        except FileNotFoundError:
            return []
        except OSError as error:
            return [str(_store_error(self._path, "read", error))]
        except StoreError as error:
            return [str(error)]
        if mode & 0o077:
            return [f"{self._path} is open to others (mode {mode:o}): `chmod 600` closes it"]
        return []

    def _read(self) -> dict[str, _Kept]:
        try:
            found = self._cached
            if found is not None and found[0] == _stamp(os.stat(self._path)):
                return found[1]
            with self._path.open("rb") as file:
                # Of the open file, so that the stamp is never newer than what is read.
                stamp = _stamp(os.fstat(file.fileno()))
                kept = _parsed(file.read())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _store_error(self._path, "read", error) from error
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise StoreError(
                f"{self._path} is damaged: {type(error).__name__}: {error}",
                hint="no token is accepted until it is restored from a backup, or removed",
            ) from error
        self._cached = stamp, kept
        return kept

    @contextmanager
    def _writing(self) -> Iterator[dict[str, _Kept]]:
        """Be the one writer, among threads and processes; gives what is in the file by then."""
        lock = self._path.with_name(f"{self._path.name}.lock")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(lock, "wb", opener=_for_owner) as file:
                # Waits for others without a limit, since none holds it longer than one write takes.
                fcntl.flock(file, fcntl.LOCK_EX)
                yield self._read()
        except OSError as error:
            raise _store_error(self._path, "written", error) from error

    def _write(self, kept: Mapping[str, _Kept]) -> None:
        data = {"format": FORMAT, "tokens": [_record(each) for each in kept.values()]}
        _replace(self._path, json.dumps(data, indent=2).encode() + b"\n")


def _digest(secret: str) -> str:
    # A fast hash will do: nobody can try out 256 random bits, as they could the words of a person.
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def _new_id(taken: Collection[str]) -> str:
    while True:
        id = "".join(secrets.choice(ID_SIGNS) for _ in range(8))
        if id not in taken:
            return id


def _seconds(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InputError("a time without its offset from UTC", hint="give a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _record(kept: _Kept) -> dict[str, Any]:
    token = kept.token
    return {
        "id": token.id,
        "name": token.name,
        "scopes": [scope.value for scope in Scope if scope in token.scopes],
        "created": token.created.isoformat(),
        "expires": token.expires and token.expires.isoformat(),
        "revoked": token.revoked and token.revoked.isoformat(),
        "sha256": kept.digest,
    }


def _parsed(data: bytes) -> dict[str, _Kept]:
    """The tokens by their ids; whatever is not as we write it makes the whole file damaged."""
    read = json.loads(data)
    if read["format"] != FORMAT:
        raise ValueError(f"it has format {read['format']}, and this kg reads format {FORMAT}")
    found: dict[str, _Kept] = {}
    for record in read["tokens"]:
        kept = _kept(record)
        if kept.token.id in found:
            raise ValueError(f"two tokens have the id {kept.token.id}")
        found[kept.token.id] = kept
    return found


def _kept(record: Mapping[str, Any]) -> _Kept:
    id, digest = record["id"], record["sha256"]
    if not ID.fullmatch(id) or not DIGEST.fullmatch(digest):
        raise ValueError(f"the id or the hash of {id} is not one")
    if not isinstance(record["name"], str):
        raise TypeError(f"the name of {id} is no text")
    token = Token(
        id,
        record["name"],
        frozenset(Scope(value) for value in record["scopes"]),
        _moment(record["created"]),
        None if record["expires"] is None else _moment(record["expires"]),
        None if record["revoked"] is None else _moment(record["revoked"]),
    )
    return _Kept(token, digest)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return moment.astimezone(UTC)


def _stamp(status: os.stat_result) -> _Stamp:
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _replace(path: Path, data: bytes) -> None:
    """Write a file for its owner only, wholly or not at all, and on disk when this returns."""
    temporary = path.with_name(f".{path.name}.new")
    # One that an interrupted write has left may be open to others, and so is not written to.
    temporary.unlink(missing_ok=True)
    try:
        with open(temporary, "xb", opener=_for_owner) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _store_error(path: Path, cannot: str, error: OSError) -> StoreError:
    return StoreError(
        f"{path} cannot be {cannot}: {(error.strerror or str(error)).lower()}",
        hint="KG_HOME names the folder that it is in",
    )
