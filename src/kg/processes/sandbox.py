"""What a worker process may do: answer on the descriptors that it has, and little else.

A seccomp filter takes away the network, other programs, other processes and the machine's
settings, and on request all files. Whatever is not listed stays allowed: RocksDB and Python's
threads use more of the kernel than a list of allowed calls would keep up with. Calls that are newer
than the list do not exist for a confined process, as on the older kernels that programs expect.

The filter cannot see paths: with `files=True` a process reads and writes what its user may, in
`/proc` even the memory of that user's other processes, unless those are not dumpable.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from pathlib import Path
from typing import Final, NamedTuple

MIB: Final = 1024 * 1024

# Every list gives the names of calls with their numbers on x86-64 and on aarch64.
NETWORK: Final = """
    socket:41:198 connect:42:203 bind:49:200 listen:50:201 accept:43:202 accept4:288:242
"""
PROGRAMS: Final = "execve:59:221 execveat:322:281 fork:57:- vfork:58:- uselib:134:-"
OTHER_PROCESSES: Final = """
    ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 process_madvise:440:440
    process_mrelease:448:448 kcmp:312:272 pidfd_open:434:434 pidfd_send_signal:424:424
    pidfd_getfd:438:438 migrate_pages:256:238 move_pages:279:239
"""
KERNEL: Final = """
    io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427 bpf:321:280
    userfaultfd:323:282 perf_event_open:298:241 add_key:248:217 request_key:249:218
    keyctl:250:219 kexec_load:246:104 kexec_file_load:320:294 init_module:175:105
    finit_module:313:273 delete_module:176:106 iopl:172:- ioperm:173:- modify_ldt:154:-
"""
NAMESPACES: Final = """
    unshare:272:97 setns:308:268 mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51
    open_tree:428:428 open_tree_attr:467:467 move_mount:429:429 fsopen:430:430 fsconfig:431:431
    fsmount:432:432 fspick:433:433 mount_setattr:442:442 name_to_handle_at:303:264
    open_by_handle_at:304:265 fanotify_init:300:262
"""
MACHINE: Final = """
    reboot:169:142 swapon:167:224 swapoff:168:225 acct:163:89 quotactl:179:60 quotactl_fd:443:443
    syslog:103:116 sethostname:170:161 setdomainname:171:162 settimeofday:164:170
    clock_settime:227:112 adjtimex:159:171 clock_adjtime:305:266 vhangup:153:58
"""

# Opening a file, and changing one by its path.
FILES: Final = """
    open:2:- openat:257:56 openat2:437:437 creat:85:- truncate:76:45 rename:82:- renameat:264:38
    renameat2:316:276 link:86:- linkat:265:37 symlink:88:- symlinkat:266:36 unlink:87:-
    unlinkat:263:35 mkdir:83:- mkdirat:258:34 rmdir:84:- mknod:133:- mknodat:259:33 chmod:90:-
    fchmodat:268:53 fchmodat2:452:452 chown:92:- lchown:94:- fchownat:260:54 utime:132:-
    utimes:235:- futimesat:261:- utimensat:280:88 setxattr:188:5 lsetxattr:189:6
    setxattrat:463:463 removexattr:197:14 lremovexattr:198:15 removexattrat:466:466
    file_setattr:469:469
"""

DENIED: Final = " ".join((NETWORK, PROGRAMS, OTHER_PROCESSES, KERNEL, NAMESPACES, MACHINE))

# Its flags lie in memory, where no filter sees them; the C library falls back to clone.
MISSING: Final = "clone3:435:435"

# The last call that the lists know: those after it, and those of x32, do not exist either.
NEWEST: Final = 469


class Only(NamedTuple):
    """Calls that depend on the low half of an argument: `allows` these masked values, or denies."""

    calls: str
    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    allows: bool = True


def conditions(pid: int) -> tuple[Only, ...]:
    """The calls that are allowed for some arguments, for the process with this id."""
    threads, stream, seqpacket, flags = 0x10000, 1, 5, 0o2004000
    own = "kill:62:129 tkill:200:130 tgkill:234:131 rt_sigqueueinfo:129:138"
    return (
        Only("clone:56:220", 0, (threads,), mask=threads),
        Only(f"{own} rt_tgsigqueueinfo:297:240", 0, (pid,)),
        Only("prlimit64:302:261", 0, (0, pid)),
        # A datagram can name any socket of the machine; a stream reaches its other end only.
        Only("socketpair:53:199", 1, (stream, seqpacket), mask=0xFFFFFFFF ^ flags),
        Only("sendto:44:206", 5, (0,)),  # the length of the destination
        # F_SETOWN, F_SETSIG, F_SETOWN_EX: a descriptor that sends signals to others.
        Only("fcntl:72:25", 1, (8, 10, 15), allows=False),
        # TIOCSTI and TIOCLINUX type into a terminal; FIOSETOWN and SIOCSPGRP are F_SETOWN again.
        Only("ioctl:16:29", 1, (0x5412, 0x541C, 0x8901, 0x8902), allows=False),
    )


class Architecture(NamedTuple):
    """How a kind of machine calls its kernel: `column` is its place in the lists."""

    audit: int
    column: int
    seccomp: int


ARCHITECTURES: Final = {
    "x86_64": Architecture(0xC000003E, 1, 317),
    "aarch64": Architecture(0xC00000B7, 2, 277),
}


class Instruction(NamedTuple):
    """One of a classic BPF program."""

    code: int
    jump_true: int
    jump_false: int
    value: int


LOAD, JUMP_EQUAL, JUMP_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
ALLOW: Final = Instruction(RETURN, 0, 0, 0x7FFF0000)
DENY: Final = Instruction(RETURN, 0, 0, 0x00050000 | EPERM)
MISS: Final = Instruction(RETURN, 0, 0, 0x00050000 | ENOSYS)


def filter_program(architecture: Architecture, pid: int, *, files: bool) -> list[Instruction]:
    """The filter for a process; the numbers of other architectures mean other calls: none of them.

    A program reads `struct seccomp_data`: the call at 0, the architecture at 4, arguments from 16.
    """
    program = [
        Instruction(LOAD, 0, 0, 4),
        Instruction(JUMP_EQUAL, 1, 0, architecture.audit),
        DENY,
        Instruction(LOAD, 0, 0, 0),
        Instruction(JUMP_LEAST, 0, 1, NEWEST + 1),
        MISS,
    ]
    column = architecture.column
    for condition in conditions(pid):
        program += _for_calls(_numbers(condition.calls, column), _decide(condition))
    denied = DENIED if files else f"{DENIED} {FILES}"
    program += _for_calls(_numbers(denied, column), [DENY])
    program += _for_calls(_numbers(MISSING, column), [MISS])
    return [*program, ALLOW]


def _numbers(calls: str, column: int) -> list[int]:
    found = (call.split(":")[column] for call in calls.split())
    return [int(number) for number in found if number != "-"]


def _for_calls(numbers: Iterable[int], body: list[Instruction]) -> list[Instruction]:
    """Run the body, which returns, when one of these is called."""
    return [i for n in numbers for i in (Instruction(JUMP_EQUAL, 0, len(body), n), *body)]


def _decide(condition: Only) -> list[Instruction]:
    matched, other = (ALLOW, DENY) if condition.allows else (DENY, ALLOW)
    left = range(len(condition.values), 0, -1)
    return [
        Instruction(LOAD, 0, 0, 16 + 8 * condition.argument),
        Instruction(AND, 0, 0, condition.mask),
        *(Instruction(JUMP_EQUAL, n, 0, v) for n, v in zip(left, condition.values, strict=True)),
        other,
        matched,
    ]


@dataclass(frozen=True)
class Confinement:
    """Whether a process is held as asked, and if not, why."""

    active: bool
    reason: str


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(*, files: bool) -> Confinement:
    """Take from this process, all its threads and for good, what a worker has no use for.

    What is denied fails with EPERM, a `PermissionError`. `files=False` also denies to open any
    file, so import everything before. Never raises: elsewhere than on Linux, or when the kernel
    refuses, the process stays as it was and the result says why.
    """
    machine = os.uname().machine
    # A 32-bit Python on a 64-bit kernel makes the calls of another architecture.
    if sys.platform != "linux" or machine not in ARCHITECTURES or sys.maxsize < 2**32:
        return Confinement(False, f"no list of system calls for {sys.platform} on {machine}")
    if not files:
        with suppress(OSError):  # glibc opens it to end a thread, and aborts when it cannot
            ctypes.CDLL("libgcc_s.so.1")
    architecture = ARCHITECTURES[machine]
    refused = _install(filter_program(architecture, os.getpid(), files=files), architecture.seccomp)
    if refused:
        return Confinement(False, f"the kernel refuses the filter: {os.strerror(refused)}")
    return Confinement(True, "confined by a seccomp filter")


def _install(program: list[Instruction], seccomp: int) -> int:
    """Put all threads under the program; 0, or the number of the error."""
    no_new_privileges, set_filter, all_threads, keep_speculation = 38, 1, 1, 4
    libc = ctypes.CDLL(None, use_errno=True)
    one, zero = ctypes.c_ulong(1), ctypes.c_ulong(0)
    if libc.prctl(no_new_privileges, one, zero, zero, zero):
        return ctypes.get_errno()
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    # Without the last flag older kernels slow the whole process down.
    flags = ctypes.c_ulong(all_threads | keep_speculation)
    argument = ctypes.byref(_Program(len(program), code))
    failed: int = libc.syscall(ctypes.c_long(seccomp), ctypes.c_ulong(set_filter), flags, argument)
    # A positive result is a thread that has a filter of its own, and so cannot get this one.
    return ctypes.get_errno() if failed < 0 else EPERM if failed else 0


CEILINGS: Final = (
    (resource.RLIMIT_CORE, 0),  # a crash leaves no copy of what a client has sent
    (resource.RLIMIT_NOFILE, 4096),  # RocksDB wants one for each of its files
    (resource.RLIMIT_STACK, 64 * MIB),  # the stack is no part of RLIMIT_DATA
)


def limit_resources(memory_bytes: int) -> Confinement:
    """Let this process use that much private memory on top of what it uses now, and no core dumps.

    Private memory is what can be written and is not shared, a thread's whole stack included (8 MiB
    each as a rule), not the files that are mapped. Beyond it Python raises `MemoryError` and native
    code aborts. When the machine runs out nevertheless, this process is the first to be ended.
    """
    for kind, most in CEILINGS:
        _lower(kind, most)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        used = int(status.partition("VmData:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        return Confinement(False, f"private memory cannot be limited on {sys.platform}")
    _lower(resource.RLIMIT_DATA, used + memory_bytes)
    return Confinement(True, f"limited to {memory_bytes} more bytes of private memory")


def _lower(kind: int, most: int) -> None:
    """Set a limit for good, unless it is lower already."""
    present = (limit for limit in resource.getrlimit(kind) if limit != resource.RLIM_INFINITY)
    limit = min((most, *present))
    resource.setrlimit(kind, (limit, limit))
