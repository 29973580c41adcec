"""What threads have let go of is given back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

SCRIPT = """
import threading
from kg.columnar.freeing import give_back, keep_together

def held():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) // 1000

def run():
    large = bytearray(30_000_000)  # once it is freed, the C library keeps as much for later
    del large
    pieces = [bytearray(100_000) for _ in range(500)]
    most = held()
    del pieces
    give_back()
    print(most - held())

keep_together()
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library here has no such call"
)
def test_what_a_thread_has_let_go_of_is_given_back():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(done.stdout) > 45, done.stdout
