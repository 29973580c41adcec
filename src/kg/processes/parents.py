"""How a process ends when its parent does, however that came about."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Final

POLL_SECONDS: Final = 0.2
PR_SET_PDEATHSIG: Final = 1


def die_with_parent(expected_parent: int, death_signal: int = signal.SIGKILL) -> None:
    """Send this process the signal when its parent ends, and exit at once if that has happened.

    On Linux the signal comes when the parent's *thread* that forked this process ends: fork from a
    thread that lives as long as its process. Elsewhere a thread looks for the parent instead. A
    fork inherits neither: every child calls this itself, with the id that its parent gave it.
    """
    if not _asked_kernel(death_signal):
        watch = (expected_parent, death_signal)
        threading.Thread(target=watch_parent, args=watch, name="parent", daemon=True).start()
    # Asked for only now, so that no moment is left in which the parent could end unnoticed.
    if os.getppid() != expected_parent:
        os._exit(1)


def watch_parent(expected_parent: int, death_signal: int) -> None:
    """Wait until this process has another parent, then send it the signal."""
    while os.getppid() == expected_parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), death_signal)


def _asked_kernel(death_signal: int) -> bool:
    """Whether the kernel sends the signal by itself."""
    if sys.platform != "linux":
        return False
    unused = ctypes.c_ulong(0)
    arguments = (ctypes.c_ulong(death_signal), unused, unused, unused)
    refused: int = ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, *arguments)
    return refused == 0
