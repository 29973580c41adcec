from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid()), *sys.argv[2:]])
time.sleep(60)
"""

CHILD = """
import os, signal, sys, time
from kg.processes.parents import die_with_parent
def ended(*_):
    os.write(1, b"asked to end\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, ended)
{call}
print(os.getpid(), flush=True)
time.sleep(60)
"""

KERNEL = "die_with_parent(int(sys.argv[1]), int(sys.argv[2]))"
# On another system nothing but this name is different.
POLLING = """
sys.platform = "darwin"
die_with_parent(int(sys.argv[1]), int(sys.argv[2]))
"""


def family(call, death_signal):
    """A parent with a child, which holds the other end of the parent's output too."""
    script = CHILD.format(call=call)
    command = [sys.executable, "-c", PARENT, script, str(int(death_signal))]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, int(parent.stdout.readline())


@pytest.mark.parametrize("call", [KERNEL, POLLING], ids=["die_with_parent", "polling"])
@pytest.mark.parametrize(
    ("death_signal", "last_words"), [(signal.SIGKILL, ""), (signal.SIGTERM, "asked to end\n")]
)
def test_a_killed_parent_takes_its_child_along_within_a_second(call, death_signal, last_words):
    parent, child = family(call, death_signal)
    time.sleep(0.3)
    os.kill(child, 0)  # it lives as long as its parent does
    started = time.monotonic()
    parent.kill()
    # The output ends when nobody holds it any more.
    said, _ = parent.communicate(timeout=10)
    assert time.monotonic() - started < 1
    assert said == last_words


def test_without_it_the_child_lives_on():
    parent, child = family("", signal.SIGKILL)
    try:
        parent.kill()
        parent.wait()
        time.sleep(0.5)
        os.kill(child, 0)
    finally:
        os.kill(child, signal.SIGKILL)
        parent.communicate(timeout=10)


def test_a_child_whose_parent_is_gone_already_exits_at_once():
    script = CHILD.format(call="die_with_parent(os.getppid() + 1)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=10)
    assert (done.returncode, done.stdout) == (1, b"")
