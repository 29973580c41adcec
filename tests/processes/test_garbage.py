"""What is there when a process begins to answer is not looked through again and again."""

from __future__ import annotations

import subprocess
import sys

LOOKED_AT = """
import gc
from kg.processes.garbage import leave_out_what_is_here
kept = [[] for _ in range(1000)]
before = len(gc.get_objects())
leave_out_what_is_here()
class Ring: pass
ring = Ring()
ring.itself = ring
del ring
print(before > 1000, len(gc.get_objects()) < 100, gc.collect() > 0)
"""


def test_what_is_there_is_left_out_and_garbage_is_found_as_before() -> None:
    command = [sys.executable, "-c", LOOKED_AT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * 3
