"""The parent's side against children that misbehave: each is a few lines run instead of ours."""

import json
import os
import select
import signal
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import SandboxUnavailableError
from evaluation.sandbox import LayerPolicy, Limits, process
from evaluation.sandbox.memory import SharedMemory
from evaluation.sandbox.process import ChildGoneError, ChildProcess
from evaluation.sandbox.session import SandboxSession
from evaluation.sandbox.wire import Kind, WireError

REPLY = "import os, sys, json, struct; REPLIES = int(sys.argv[4])\n"
FRAME = (
    "def frame(kind, body):\n"
    "    os.write(REPLIES, struct.pack('<4sHHI', b'ASY1', kind, 0, len(body)) + body)\n"
)


@pytest.fixture
def memory():
    shared = SharedMemory(model_bytes=1, input_bytes=1 << 16, output_bytes=1 << 16)
    yield shared
    shared.close()


@pytest.fixture
def start(monkeypatch, memory):
    """Start a child that runs other code; it is killed at the end."""
    children = []

    def begin(code):
        monkeypatch.setattr(process, "_START", REPLY + FRAME + code)
        child = ChildProcess(Limits(), memory)
        children.append(child)
        return child

    yield begin
    for child in children:
        child.kill()


def open_descriptors():
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_the_child_sees_nothing_of_the_parents_environment_folder_or_files(
    start, monkeypatch, tmp_path
):
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    with (tmp_path / "open.txt").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        child = start(
            "seen = {'environment': dict(os.environ), 'folder': os.listdir('.'),\n"
            "  'descriptors': sorted(os.readlink(f'/proc/self/fd/{d}')\n"
            "     for d in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{d}')),\n"
            "  'path': sys.path, 'leader': os.getpgrp() == os.getsid(0) == os.getpid()}\n"
            "frame(1, json.dumps(seen).encode())"
        )
        _, body = child.receive(seconds=30)
    seen = json.loads(body)
    assert set(seen["environment"]) <= {
        "ORT_DISABLE_TELEMETRY",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "LANG",
        "LC_CTYPE",
        "LD_LIBRARY_PATH",
    }
    assert seen["environment"]["ORT_DISABLE_TELEMETRY"] == "1"
    assert seen["folder"] == []
    assert not [name for name in seen["descriptors"] if "open.txt" in name]
    assert "/nowhere" not in seen["path"]
    assert seen["leader"]


def test_a_child_that_says_nothing_is_killed_at_the_limit(start):
    child = start("import time; time.sleep(600)")
    with pytest.raises(ChildGoneError) as caught:
        child.receive(seconds=0.3)
    assert caught.value.timed_out
    assert caught.value.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pgid, 0)


def test_the_whole_group_is_killed(start):
    child = start(
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    import time; time.sleep(600)\n"
        "frame(1, str(pid).encode())\n"
        "import time; time.sleep(600)"
    )
    _, body = child.receive(seconds=30)
    grandchild = os.pidfd_open(int(body))
    child.kill()
    poll = select.poll()
    poll.register(grandchild, select.POLLIN)
    assert poll.poll(10_000), "the grandchild lives on"
    os.close(grandchild)


def test_a_signal_is_told_apart_from_a_time_out(start):
    child = start("os.abort()")
    with pytest.raises(ChildGoneError) as caught:
        child.receive(seconds=30)
    assert not caught.value.timed_out
    assert caught.value.returncode == -signal.SIGABRT


def test_what_a_child_prints_is_kept_only_at_its_end(start):
    child = start(
        "for i in range(4000): os.write(2, b'noise ' * 100)\nos.write(2, b'THE END'); os._exit(3)"
    )
    with pytest.raises(ChildGoneError) as caught:
        child.receive(seconds=60)
    assert caught.value.returncode == 3
    assert caught.value.stderr.endswith("THE END")
    assert len(caught.value.stderr) <= 1 << 16


@pytest.mark.parametrize(
    "code", ["os.write(REPLIES, b'x' * 12)", "frame(77, b'')", "frame(1, b'x' * 2000000)"]
)
def test_a_child_that_speaks_another_language_is_killed(start, code):
    child = start(code + "\nimport time; time.sleep(600)")
    with pytest.raises(WireError):
        child.receive(seconds=30)
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pgid, 0)


def test_a_child_that_stops_in_the_middle_of_a_frame_is_late(start):
    child = start(
        "os.write(REPLIES, struct.pack('<4sHHI', b'ASY1', 1, 0, 50) + b'half')\n"
        "import time; time.sleep(600)"
    )
    with pytest.raises(ChildGoneError) as caught:
        child.receive(seconds=1.0)
    assert caught.value.timed_out


def test_an_interruption_ends_the_child_because_its_answer_may_be_half_read(start, monkeypatch):
    child = start("import time; time.sleep(600)")

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(child, "_await_reply", interrupt)
    with pytest.raises(KeyboardInterrupt):
        child.receive(seconds=30)
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pgid, 0)


def test_asking_a_dead_child_again_tells_of_its_end_and_touches_no_descriptor(start):
    child = start("os._exit(5)")
    with pytest.raises(ChildGoneError):
        child.receive(seconds=30)
    reused = [os.open("/dev/null", os.O_WRONLY) for _ in range(4)]
    with pytest.raises(ChildGoneError) as caught:
        child.ask(Kind.PARSE, b"", seconds=1)
    assert caught.value.returncode == 5
    for descriptor in reused:
        os.close(descriptor)


def test_asking_a_child_that_was_closed_is_an_error_of_the_caller(start):
    child = start("import time; time.sleep(600)")
    child.kill()
    child.kill()
    with pytest.raises(ValueError, match="closed"):
        child.ask(Kind.PARSE, b"", seconds=1)


def test_no_descriptor_and_no_folder_is_left(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(process.tempfile, "tempdir", None)
    before = open_descriptors()
    with SharedMemory(model_bytes=1, input_bytes=1, output_bytes=1) as shared:
        ChildProcess(Limits(), shared).kill()
    assert open_descriptors() == before
    assert list(tmp_path.iterdir()) == []


def test_an_interpreter_that_cannot_start_is_the_platforms_fault(monkeypatch, memory):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    before = open_descriptors()
    with pytest.raises(SandboxUnavailableError, match="No sandbox process could be started"):
        ChildProcess(Limits(), memory)
    assert open_descriptors() == before


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise SystemExit('module missing')", "did not start: module missing"),
        ("import time; time.sleep(600)", "did not start: it said nothing"),
        ("os.write(REPLIES, b'x' * 12)", "did not start: not a frame"),
    ],
)
def test_a_sandbox_that_does_not_start_is_the_platforms_fault(monkeypatch, code, message):
    monkeypatch.setattr(process, "_START", REPLY + FRAME + code)
    with pytest.raises(SandboxUnavailableError, match=message):
        SandboxSession(
            limits=Limits(start_seconds=0.5), policy=LayerPolicy.REPORT_MISSING, model_bytes=1
        )


ORPHAN_SCRIPT = """
import os, sys
sys.path.insert(0, sys.argv[1])
from evaluation.sandbox import SandboxedModel
from tests.hostile.graphs import linear
model = SandboxedModel(linear().SerializeToString())
print(model.pgid, flush=True)
sys.stdin.read()
"""


@pytest.mark.sandbox
def test_a_child_dies_with_its_parent_even_if_it_cannot_notice(repo_root):
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN_SCRIPT, str(repo_root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with parent:
        child = int(parent.stdout.readline())
        descriptor = os.pidfd_open(child)
        os.kill(child, signal.SIGSTOP)  # cannot see its pipes close
        parent.kill()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        assert poll.poll(10_000), "the child lives on"
        os.close(descriptor)


def test_outputs_are_copied_and_must_be_those_of_the_model(memory):
    record = struct.pack("<HBBIQ8Q", 0, 0, 1, 0, 0, 2, *(0,) * 7)
    body = struct.pack("<dI", 0.1, 1) + record
    outputs = memory.read_outputs(body, ("y",), 1)[0]
    assert outputs["y"].tolist() == [0, 0]
    assert outputs["y"].base is None
    for wrong, names in (
        (body, ("y", "z")),
        (body, ()),
        (body[:-1], ("y",)),
        (body + record, ("y",)),
    ):
        with pytest.raises(WireError):
            memory.read_outputs(wrong, names, 1)


def test_neither_side_can_change_the_size_of_the_memory_or_the_child_the_inputs(memory):
    for descriptor in (memory.model, memory.inputs, memory.outputs):
        with pytest.raises(PermissionError):
            os.ftruncate(descriptor, 0)
    with pytest.raises(PermissionError):
        os.write(memory.inputs, b"x")


def test_a_model_cannot_be_changed_once_it_is_handed_over(memory):
    memory.write_model(b"m")
    with pytest.raises(PermissionError):
        os.pwrite(memory.model, b"x", 0)


def test_a_batch_that_does_not_fit_is_an_error_of_the_caller(memory):
    with pytest.raises(ValueError, match="does not fit"):
        memory.write_batches([np.zeros((1 << 16,), np.float32)])


def test_the_package_root_is_this_checkout(repo_root):
    assert Path(process._PACKAGE_ROOT) == repo_root
