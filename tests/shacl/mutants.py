"""Small mistakes made in the SHACL engine on purpose: which of them does no test notice?

`python -m tests.shacl.mutants 200` tries so many of all, chosen by a seed, and prints those that
survive; `all` tries each. A mistake that is noticed costs seconds, one that survives all tests. A
survivor is either a test that is missing, or code that has no effect: look at each.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.abc
import importlib.machinery
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Final

import pyoxigraph  # noqa: F401 - imported once, by the process that forks
import pyshacl  # noqa: F401
import pytest
from tests.resilience.server import told

HERE: Final = Path(__file__).resolve().parent
ENGINE: Final = HERE.parent.parent / "src" / "kg" / "shacl"
FIRST: Final = ("test_w3c.py", "test_compile.py", "test_prebinding.py", "test_literals.py")
"""The quickest come first: most mistakes are noticed by them."""

SECONDS: Final = 120
"""A run that takes longer is one that noticed: a loop that does not end, say."""

SEED: Final = 20

SWAPPED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True)
class Mutant:
    """One mistake: the node of a module, counted as `ast.walk` does, and what becomes of it."""

    module: str
    node: int
    line: int
    words: str


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mistakes that are made in a module."""
    tree = ast.parse(path.read_text("utf-8"))
    apart = {id(inner) for node in _apart(tree) for inner in ast.walk(node)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in apart and _changed(copy.deepcopy(node)):
            words = ast.unparse(node).splitlines()[0][:90]
            yield Mutant(path.stem, number, getattr(node, "lineno", 0), words)


def _apart(tree: ast.AST) -> Iterator[ast.AST]:
    """What means nothing at run time, or is no behaviour of ours."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign():
                yield node.annotation
            case ast.arg(annotation=ast.AST() as annotation):
                yield annotation
            case ast.FunctionDef() | ast.ClassDef():
                yield from node.decorator_list
                if isinstance(node, ast.FunctionDef) and node.returns is not None:
                    yield node.returns
            case ast.Assign(targets=[ast.Name(id=name)]) if name.startswith("__"):
                yield node
            case ast.Raise() | ast.Assert():
                yield node


def _changed(node: ast.AST) -> bool:
    """Make the mistake in a node, in place; whether there is one to make."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            node.ops = [SWAPPED[type(op)]()]  # type: ignore[list-item]
        case ast.BoolOp() | ast.BinOp() if type(node.op) in SWAPPED:
            node.op = SWAPPED[type(node.op)]()  # type: ignore[assignment]
        case ast.UnaryOp(op=ast.Not()):
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            node.value = ast.Constant(None)
        case ast.AugAssign():
            node.value = ast.Constant(0) if isinstance(node.op, ast.Add) else node.target  # type: ignore[assignment]
        case _:
            return False
    return True


class _Mutating(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Loads one module of the engine with a mistake in it."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != f"kg.shacl.{self._mutant.module}":
            return None
        return spec_from_loader(name, self, origin=str(ENGINE / f"{self._mutant.module}.py"))

    def exec_module(self, module: ModuleType) -> None:
        path = ENGINE / f"{self._mutant.module}.py"
        tree = ast.parse(path.read_text("utf-8"))
        for number, node in enumerate(ast.walk(tree)):
            if number == self._mutant.node:
                assert _changed(node)
                break
        exec(compile(ast.fix_missing_locations(tree), str(path), "exec"), module.__dict__)


def outcome(mutant: Mutant) -> str:
    """What the tests say of a mistake: noticed, slow or survived."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        sys.meta_path.insert(0, _Mutating(mutant))
        rest = sorted(path.name for path in HERE.glob("test_*.py"))
        files = [*FIRST, *(name for name in rest if name not in FIRST)]
        options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly"]
        os._exit(int(pytest.main([*options, *(str(HERE / name) for name in files)])))
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return "noticed" if status else "survived"
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "slow"


def main(wanted: str = "200") -> None:
    """Try mistakes and print what became of them."""
    found = [mutant for path in sorted(ENGINE.glob("*.py")) for mutant in mutants_of(path)]
    chosen = found
    if wanted != "all":
        chosen = sorted(
            random.Random(SEED).sample(found, min(int(wanted), len(found))),
            key=lambda mutant: (mutant.module, mutant.line),
        )
    counted: Counter[str] = Counter()
    for mutant in chosen:
        said = outcome(mutant)
        counted[said] += 1
        if said == "survived":
            told(f"survived: {mutant.module}.py:{mutant.line}  {mutant.words}")
    told(f"{len(chosen)} of {len(found)} mistakes: {dict(counted)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
