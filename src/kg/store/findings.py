"""What somebody who looks after a store is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How it stands with something."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, and what to do if anything is to be done."""

    subject: str
    state: State
    words: str
    remedy: str = ""


def ok(subject: str, words: str) -> Finding:
    """All is well."""
    return Finding(subject, State.OK, words)


def warning(subject: str, words: str, remedy: str = "") -> Finding:
    """Somebody may want to know."""
    return Finding(subject, State.WARNING, words, remedy)


def problem(subject: str, words: str, remedy: str = "") -> Finding:
    """Somebody has to do something."""
    return Finding(subject, State.PROBLEM, words, remedy)
