"""Every confined process is a child of the test, for there is no way out of a sandbox."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from errno import ENOMEM
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.processes import sandbox
from kg.processes.sandbox import ALLOW, ARCHITECTURES, DENY, MISS, conditions, filter_program

linux = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")

HEAD = """
import array, ctypes, json, os, resource, signal, socket, subprocess, sys, threading
import pyoxigraph as ox
from kg.processes.sandbox import confine, limit_resources

def outcome(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return type(error).__name__
    return "done"

out = {}
"""


CONFINED = "now = confine(files=True)"


def run(body, *arguments, before="", confined=CONFINED, **options):
    """What a child found out as its `out`; the lines `before` run when it is not yet confined."""
    lines = (HEAD, *map(textwrap.dedent, (before, confined, body)))
    script = "\n".join((*lines, "print(json.dumps(out), flush=True)"))
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return json.loads(done.stdout)


@linux
def test_a_confined_process_says_that_it_is():
    found = run("out['active'], out['reason'] = now.active, now.reason")
    assert found == {"active": True, "reason": "confined by a seccomp filter"}


@linux
def test_no_program_and_no_process_can_be_started():
    body = """
    out["fork"] = outcome(os.fork)
    out["exec"] = outcome(os.execv, "/bin/true", ["true"])
    out["run"] = outcome(subprocess.run, ["/bin/true"])
    out["spawn"] = outcome(os.posix_spawn, "/bin/true", ["true"], {})
    out["system"] = os.system("exit 0")
    """
    denied = dict.fromkeys(("fork", "exec", "run", "spawn"), "PermissionError")
    found = run(body)
    assert found.pop("system") != 0
    assert found == denied


@linux
def test_no_socket_can_be_made_and_none_that_is_there_can_listen_or_connect():
    before = """
    tcp = socket.socket()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    """
    body = """
    out["tcp"] = outcome(socket.socket)
    out["unix"] = outcome(socket.socket, socket.AF_UNIX)
    out["bind"] = outcome(tcp.bind, ("127.0.0.1", 0))
    out["listen"] = outcome(tcp.listen)
    out["accept"] = outcome(tcp.accept)
    out["connect"] = outcome(tcp.connect, ("127.0.0.1", 9))
    out["sendto"] = outcome(udp.sendto, b"x", ("127.0.0.1", 9))
    out["datagrams"] = outcome(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM)
    """
    assert set(run(body, before=before).values()) == {"PermissionError"}


REMOTE = """
address = sys.argv[1]
store = ox.Store()
service = f"SELECT * WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
out["service"] = outcome(lambda: list(store.query(service)))
out["load"] = outcome(store.update, f"LOAD <{address}>")
"""


@linux
@pytest.mark.parametrize(("confined", "arrived"), [(CONFINED, 0), ("", 2)])
def test_service_and_load_reach_nobody(confined, arrived):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Whoever connects is hung up on at once, so that the unconfined child fails as well.
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        script = "\n".join((HEAD, confined, REMOTE, "print(json.dumps(out))"))
        child = subprocess.Popen(
            [sys.executable, "-c", script, address], stdout=subprocess.PIPE, text=True
        )
        connections, silent = 0, False
        while child.poll() is None or not silent:
            try:
                listener.accept()[0].close()
                connections, silent = connections + 1, False
            except TimeoutError:
                silent = child.returncode is not None
        out, _ = child.communicate()
    assert child.returncode == 0
    assert "done" not in json.loads(out).values()
    assert connections == arrived


@linux
def test_signals_reach_this_process_only():
    body = """
    signal.signal(signal.SIGUSR1, lambda *_: out.update(own="arrived"))
    os.kill(os.getpid(), signal.SIGUSR1)
    out["parent"] = outcome(os.kill, os.getppid(), 0)
    out["group"] = outcome(os.kill, 0, 0)
    out["everyone"] = outcome(os.kill, -1, 0)
    """
    denied = dict.fromkeys(("parent", "group", "everyone"), "PermissionError")
    assert run(body) == {"own": "arrived", **denied}


@linux
def test_a_descriptor_cannot_be_made_to_send_signals_to_others():
    body = """
    import fcntl
    here, there = socket.socketpair()
    out["owner"] = outcome(fcntl.fcntl, here, fcntl.F_SETOWN, os.getppid())
    out["signal"] = outcome(fcntl.fcntl, here, 10, signal.SIGKILL)
    out["ioctl"] = outcome(fcntl.ioctl, here, 0x8901, array.array("i", [os.getppid()]))
    out["flags"] = outcome(fcntl.fcntl, here, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    """
    denied = dict.fromkeys(("owner", "signal", "ioctl"), "PermissionError")
    assert run(body) == {**denied, "flags": "done"}


@linux
def test_abort_still_aborts():
    script = HEAD + "limit_resources(2**28); confine(files=False); os.abort()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGABRT


@linux
def test_threads_start_and_all_of_them_are_confined():
    before = """
    go, old = threading.Event(), []
    waiting = threading.Thread(target=lambda: (go.wait(), old.append(outcome(os.fork))))
    waiting.start()
    """
    body = """
    go.set()
    waiting.join()
    new = []
    threads = [threading.Thread(target=lambda: new.append(outcome(os.fork))) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    out["old"], out["new"] = old, new
    """
    denied = "PermissionError"
    assert run(body, before=before) == {"old": [denied], "new": [denied] * 8}


@linux
@pytest.mark.parametrize("files", [True, False])
def test_a_thread_that_still_runs_at_the_end_does_not_spoil_it(files):
    body = """
    threading.Thread(target=lambda: [os.getpid() for _ in iter(int, 1)], daemon=True).start()
    out["done"] = True
    """
    assert run(body, confined=f"confine(files={files})") == {"done": True}


@linux
def test_oxigraph_works_on_disk_with_all_its_threads(tmp_path):
    """Both a store that was opened before and one that is opened, written and compacted after."""
    home = tmp_path / "home"
    store = ox.Store(home)
    store.bulk_extend(_quads(5000))
    store.flush()
    del store
    before = """
    home, new = sys.argv[1:]
    before = ox.Store.read_only(home)
    """
    body = """
    def count(store):
        query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER(?o >= 10) }"
        return int(next(iter(store.query(query)))["n"].value)
    out["before"], out["after"] = count(before), count(ox.Store.read_only(home))
    store = ox.Store(new)
    for _ in range(3):
        store.bulk_extend(before)
        store.update("INSERT { ?s <http://example.org/q> ?o } WHERE { ?s ?p ?o }")
        store.flush()
        store.optimize()
    out["written"] = count(store)
    store.backup(new + "-backup")
    out["backup"] = count(ox.Store.read_only(new + "-backup"))
    """
    found = run(body, home, tmp_path / "new", before=before)
    assert found == {"before": 4990, "after": 4990, "written": 9980, "backup": 9980}


def _quads(number):
    node = ox.NamedNode("http://example.org/p")
    return [
        ox.Quad(ox.NamedNode(f"http://example.org/{n}"), node, ox.Literal(n)) for n in range(number)
    ]


@linux
def test_a_socket_from_before_still_carries_bytes_and_descriptors(tmp_path):
    (tmp_path / "note").write_text("handed over", encoding="utf-8")
    here, there = socket.socketpair()
    with here, there, (tmp_path / "note").open() as note:
        socket.send_fds(here, [b"read this"], [note.fileno()])
        before = """
        link = socket.socket(fileno=int(sys.argv[1]))
        """
        body = """
        words, descriptors, _, _ = socket.recv_fds(link, 100, 1)
        link.sendall(words + b": " + os.read(descriptors[0], 100))
        socket.send_fds(link, [b"!"], descriptors)
        out["path"] = outcome(open, sys.argv[2])
        """
        note_path = tmp_path / "note"
        options = {"confined": "confine(files=False)", "pass_fds": (there.fileno(),)}
        assert run(body, there.fileno(), note_path, before=before, **options) == {
            "path": "PermissionError"
        }
        here.settimeout(5)
        expected = b"read this: handed over"
        assert here.recv(len(expected), socket.MSG_WAITALL) == expected
        assert len(socket.recv_fds(here, 1, 1)[1]) == 1


@linux
def test_without_files_none_is_opened_or_changed(tmp_path):
    file = tmp_path / "file"
    file.write_text("kept", encoding="utf-8")
    before = """
    path = sys.argv[1]
    opened = open(path)
    """
    body = """
    out["read"] = outcome(open, path)
    out["write"] = outcome(open, path + "-new", "w")
    out["rename"] = outcome(os.rename, path, path + "-new")
    out["remove"] = outcome(os.remove, path)
    out["mode"] = outcome(os.chmod, path, 0o777)
    out["times"] = outcome(os.utime, path, (0, 0))
    out["folder"] = outcome(os.mkdir, path + "-folder")
    out["store"] = outcome(ox.Store, path + "-store")
    out["opened"] = opened.read()
    store = ox.Store()
    store.update("INSERT DATA { <http://a> <http://b> 1 }")
    out["memory"] = len(store)
    """
    denied = "read write rename remove mode times folder".split()
    found = run(body, file, before=before, confined="confine(files=False)")
    assert {found.pop(name) for name in denied} == {"PermissionError"}
    assert found.pop("store") != "done"
    assert found == {"opened": "kept", "memory": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@linux
def test_memory_beyond_the_limit_is_refused_on_top_of_what_was_used_before():
    before = """
    held = bytearray(300 * 2**20)
    """
    body = """
    status = open("/proc/self/status").read()
    out["half"] = outcome(bytearray, 50 * 2**20)
    out["twice"] = outcome(bytearray, 200 * 2**20)
    out["core"] = resource.getrlimit(resource.RLIMIT_CORE)
    out["thread"] = outcome(threading.Thread(target=int).start)
    out["first to go"] = open("/proc/self/oom_score_adj").read().strip()
    """
    found = run(body, before=before, confined="limit_resources(100 * 2**20)")
    assert found.pop("core") == [0, 0]
    assert found == {
        "half": "done",
        "twice": "MemoryError",
        "thread": "done",
        "first to go": "1000",
    }


@linux
def test_a_query_that_takes_too_much_memory_ends_its_process():
    script = f"""{HEAD}
store = ox.Store()
graph, node = ox.DefaultGraph(), ox.NamedNode
store.bulk_extend(ox.Quad(node(f"http://a/{{n}}"), node("http://p"), node("http://o"), graph)
    for n in range(2000))
assert limit_resources(64 * 2**20).active and confine(files=True).active
query = "SELECT DISTINCT ?a ?b ?c WHERE {{ ?a ?p ?o . ?b ?p ?o . ?c ?p ?o }} ORDER BY ?c"
print("asked", flush=True)
print(list(store.query(query)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.stdout == b"asked\n"
    assert done.returncode == -signal.SIGABRT or b"MemoryError" in done.stderr


@linux
def test_limits_that_are_lower_already_stay():
    before = """
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300))
    resource.setrlimit(resource.RLIMIT_DATA, (2**29, 2**30))
    """
    body = """
    out["files"] = resource.getrlimit(resource.RLIMIT_NOFILE)
    out["data"] = resource.getrlimit(resource.RLIMIT_DATA)
    """
    found = run(body, before=before, confined="limit_resources(2**40)")
    assert found == {"files": [200, 200], "data": [2**29, 2**29]}


@linux
def test_another_machine_is_left_as_it_was_with_the_reason():
    body = """
    out["active"], out["reason"] = now.active, now.reason
    out["run"] = outcome(subprocess.run, ["/bin/true"])
    """
    # PER_LINUX32: the kernel says that it is a 32-bit one.
    found = run(body, confined=f"ctypes.CDLL(None).personality(8)\n{CONFINED}")
    assert found.pop("reason").startswith("no list of system calls for linux on ")
    assert found == {"active": False, "run": "done"}


@linux
def test_a_kernel_that_refuses_is_a_result_with_its_words():
    body = """
    reasons = [now.reason for now in (confine(files=True) for _ in range(300)) if not now.active]
    out["reasons"] = sorted(set(reasons))
    """
    # Filters add up, until the kernel has had enough of them.
    words = f"the kernel refuses the filter: {os.strerror(ENOMEM)}"
    assert run(body, confined="") == {"reasons": [words]}


def decide(program, audit, call, *arguments):
    """Run a filter as the kernel would."""
    words = {0: call, 4: audit}
    words |= {16 + 8 * n: value for n, value in enumerate(arguments)}
    position, accumulator = 0, 0
    while True:
        code, jump_true, jump_false, value = program[position]
        position += 1
        if code == sandbox.RETURN:
            return program[position - 1]
        if code == sandbox.LOAD:
            accumulator = words.get(value, 0)
        elif code == sandbox.AND:
            accumulator &= value
        else:
            met = accumulator == value if code == sandbox.JUMP_EQUAL else accumulator >= value
            position += jump_true if met else jump_false


@pytest.fixture(params=sorted(ARCHITECTURES))
def machine(request):
    return request.param


def test_no_way_out_is_missing_from_the_lists():
    listed = {call.split(":")[0] for call in sandbox.DENIED.split()}
    ways = """
    socket connect bind listen accept accept4 execve execveat fork vfork ptrace process_vm_readv
    process_vm_writev io_uring_setup io_uring_enter io_uring_register bpf userfaultfd
    perf_event_open mount umount2 kexec_load keyctl add_key request_key unshare setns pidfd_getfd
    pidfd_send_signal open_by_handle_at name_to_handle_at
    """
    assert set(ways.split()) - listed == set()


def test_every_listed_call_is_denied_on_every_architecture(machine):
    architecture = ARCHITECTURES[machine]
    for files in (True, False):
        program = filter_program(architecture, 7, files=files)
        for calls, denied in ((sandbox.DENIED, True), (sandbox.FILES, not files)):
            for call in calls.split():
                number = call.split(":")[architecture.column]
                if number != "-":
                    decision = decide(program, architecture.audit, int(number))
                    assert decision == (DENY if denied else ALLOW), call


def test_other_architectures_x32_and_calls_to_come_are_refused(machine):
    audit = ARCHITECTURES[machine].audit
    program = filter_program(ARCHITECTURES[machine], 7, files=True)
    read = {"x86_64": 0, "aarch64": 63}[machine]
    assert decide(program, audit, read) == ALLOW
    assert {decide(program, other, read) for other in (0x40000003, 0x40000028)} == {DENY}
    x32, x32_only, newer, clone3 = 0x40000000 | read, 520, sandbox.NEWEST + 1, 435
    calls = (x32, x32_only, newer, clone3)
    assert {decide(program, audit, call) for call in calls} == {MISS}


def test_conditions_hold_for_the_masked_value(machine):
    architecture = ARCHITECTURES[machine]
    program = filter_program(architecture, 7, files=True)

    def decision(name, *arguments):
        calls = (call.split(":") for condition in conditions(7) for call in condition.calls.split())
        number = next(int(call[architecture.column]) for call in calls if call[0] == name)
        return decide(program, architecture.audit, number, *arguments)

    assert decision("clone", 0x3D0F00) == ALLOW  # what a thread is made with
    assert {decision("clone", flags) for flags in (0x1200011, 0x4111)} == {DENY}  # fork, vfork
    assert decision("tgkill", 7) == ALLOW
    assert {decision("kill", pid) for pid in (6, 8, 0, 0xFFFFFFFF, 0xFFFFFFF9)} == {DENY}
    assert decision("socketpair", 1, 0o2004001) == ALLOW
    assert decision("socketpair", 1, 0o2000002) == DENY
    assert decision("fcntl", 3, 15) == DENY
    assert decision("fcntl", 3, 2) == ALLOW


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def test_the_numbers_are_those_of_the_kernel_headers(machine):
    if not HEADERS[machine].exists():
        pytest.skip("no kernel headers")
    header = HEADERS[machine].read_text(encoding="utf-8")
    numbers = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header))
    lists = (sandbox.DENIED, sandbox.FILES, sandbox.MISSING, *(c.calls for c in conditions(7)))
    calls = [call.split(":") for listed in lists for call in listed.split()]
    assert len(calls) == len({call[0] for call in calls})
    column = ARCHITECTURES[machine].column
    # Headers are often older than the newest calls of the lists, and say nothing of those.
    newest = max(map(int, numbers.values()))
    for call in calls:
        stated = call[column]
        if stated == "-" or int(stated) <= newest:
            assert numbers.get(call[0], "-") == stated, call[0]
