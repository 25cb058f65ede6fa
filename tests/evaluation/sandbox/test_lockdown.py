"""What a locked process can still do: each act is tried twice, before the lock and after."""

import json
import subprocess
import sys

import pytest

from evaluation.sandbox.layers import LayerName

pytestmark = pytest.mark.sandbox

# A process of its own, locked by the same function as the child's.
SCRIPT = """
import ctypes, json, mmap, os, resource, signal, socket, sys, threading
sys.path.insert(0, sys.argv[1])
import numpy as np
from evaluation.sandbox import kernel
from evaluation.sandbox.limits import Limits
from evaluation.sandbox.lockdown import lock_down

FOLDER = sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)

def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

def by_errno(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")

def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("127.0.0.1", 9))

def tcp():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())

def unix():
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(chr(0) + "assay-test-" + str(os.getpid()))
        server.listen()
        client.connect(server.getsockname())

def read_file():
    with open(FOLDER + "/secret.txt") as file:
        file.read()

def write_file():
    with open(FOLDER + "/written.txt", "w") as file:
        file.write("x")

def grow_memory_file():
    by_errno(libc.ftruncate(MEMORY_FILE, 1 << 20))

def execute_memory():
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()

def start_thread():
    thread = threading.Thread(target=lambda: RESULTS.append(1))
    thread.start()
    thread.join()

def compute():
    a = np.random.default_rng(1).standard_normal((300, 300))
    assert np.isfinite(a @ a).all()

RESULTS = []
MEMORY_FILE = os.memfd_create("x")
ACTS = {
    "read a file": read_file,
    "write a file": write_file,
    "list a folder": lambda: os.listdir(FOLDER),
    "grow a file that is already open": grow_memory_file,
    "make a file in memory": lambda: os.close(os.memfd_create("y")),
    "fork": fork,
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "trace the parent": lambda: by_errno(libc.process_vm_readv(os.getppid(), None, 0, None, 0, 0)),
    "send UDP": udp,
    "connect by TCP": tcp,
    "connect to an abstract socket": unix,
    "execute memory": execute_memory,
    "read its limits through prlimit": lambda: resource.getrlimit(resource.RLIMIT_CPU),
    "change its death signal": lambda: kernel.prctl(kernel.PR_SET_PDEATHSIG, 0),
    "start a thread": start_thread,
    "compute": compute,
}

def attempt():
    outcome = {}
    for name, act in ACTS.items():
        try:
            act()
            outcome[name] = "done"
        except PermissionError:
            outcome[name] = "refused"
    return outcome

before = attempt()
layers = lock_down(Limits(), parent_pid=os.getppid())
after = attempt()
try:
    os.execv("/bin/true", ["true"])
except PermissionError:
    after["run a program"] = "refused"
os.write(1, json.dumps({
    "before": before, "after": after, "layers": {x.name: x.in_force for x in layers}
}).encode())
os._exit(0)
"""
STILL_POSSIBLE = {"start a thread", "compute"}


@pytest.fixture(scope="module")
def outcome(repo_root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.txt").write_text("secret")
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCRIPT, str(repo_root), str(folder)],
        capture_output=True,
        check=True,
        start_new_session=True,
        env={"OPENBLAS_NUM_THREADS": "1"},
        timeout=60,
    )
    return json.loads(done.stdout)


def test_every_act_succeeds_without_the_lock(outcome):
    assert set(outcome["before"].values()) == {"done"}, outcome["before"]


def test_nothing_but_computing_is_left_after_the_lock(outcome):
    done = {name for name, how in outcome["after"].items() if how == "done"}
    assert done == STILL_POSSIBLE


def test_no_program_can_be_run_after_the_lock(outcome):
    assert outcome["after"]["run a program"] == "refused"


def test_every_layer_reports_itself_in_force(outcome):
    assert outcome["layers"] == {name.value: True for name in LayerName}


LATE_SCRIPT = """
import json, os, sys, threading
sys.path.insert(0, sys.argv[1])
from evaluation.sandbox.limits import Limits
from evaluation.sandbox.lockdown import lock_down
stop = threading.Event()
threading.Thread(target=stop.wait, daemon=True).start()
layers = lock_down(Limits(), parent_pid=int(sys.argv[2]) or os.getppid())
os.write(1, json.dumps({x.name: [x.in_force, x.detail] for x in layers}).encode())
os._exit(0)
"""


def lock_late(repo_root, *, parent=0, session=True):
    done = subprocess.run(
        [sys.executable, "-I", "-c", LATE_SCRIPT, str(repo_root), str(parent)],
        capture_output=True,
        check=True,
        start_new_session=session,
        env={"OPENBLAS_NUM_THREADS": "1"},
        timeout=60,
    )
    return json.loads(done.stdout)


def test_a_thread_that_exists_already_is_reported_because_it_would_escape(repo_root):
    layers = lock_late(repo_root)
    for name in ("landlock", "seccomp"):
        in_force, detail = layers[name]
        assert not in_force
        assert "2 threads" in detail


def test_a_process_without_a_group_of_its_own_is_reported(repo_root):
    assert lock_late(repo_root, session=False)["process_group"][0] is False


def test_a_parent_that_is_gone_is_reported(repo_root):
    assert lock_late(repo_root, parent=1)["parent_death"] == [False, "the parent is gone"]


DUMP_SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from evaluation.sandbox import kernel, lockdown
from evaluation.sandbox.limits import Limits
PR_GET_DUMPABLE = 3
before = kernel.prctl(PR_GET_DUMPABLE)
lockdown._limit_resources(Limits())
print(before, kernel.prctl(PR_GET_DUMPABLE))
"""


def test_no_core_dump_can_hold_a_face(repo_root):
    done = subprocess.run(
        [sys.executable, "-I", "-c", DUMP_SCRIPT, str(repo_root)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == [b"1", b"0"]
