"""One child process: started clean, spoken to with time limits, killed as a group.

Knows frames and clocks, nothing of models.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.errors import SandboxUnavailableError
from evaluation.sandbox import wire
from evaluation.sandbox.wire import Kind

if TYPE_CHECKING:
    from evaluation.sandbox.limits import Limits
    from evaluation.sandbox.memory import SharedMemory

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from evaluation.sandbox.child import main; main()"
)
_MAX_STDERR_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 16
_LAST_BREATH_SECONDS = 2.0


class ChildGoneError(Exception):
    """The child ended, or was ended, before it answered.

    Attributes
    ----------
    returncode : int
        As `subprocess` gives it: below 0 for a signal.
    timed_out : bool
        True if the parent killed it for being late.
    stderr : str
        The end of what it printed, for operators.
    """

    def __init__(self, returncode: int, *, timed_out: bool, stderr: str) -> None:
        self.returncode = returncode
        self.timed_out = timed_out
        self.stderr = stderr
        super().__init__("late" if timed_out else f"ended with {returncode}")


class ChildProcess:
    """A running child and the pipes to it.

    The thread that creates it must live as long as it does: the kernel kills
    the child when that thread ends.
    """

    def __init__(self, limits: Limits, memory: SharedMemory) -> None:
        self._stderr = bytearray()
        self._unread = bytearray()
        self._peak_memory_bytes = 0
        self._end: ChildGoneError | None = None
        child_requests, self._requests = os.pipe()
        self._replies, child_replies = os.pipe()
        self._errors, child_errors = os.pipe()
        theirs = (child_requests, child_replies, memory.model, memory.inputs, memory.outputs)
        try:
            self._process = _start(limits, theirs, child_errors)
        except OSError as error:
            self._close_pipes()
            raise SandboxUnavailableError(
                f"No sandbox process could be started: {error}"
            ) from error
        finally:
            for descriptor in (child_requests, child_replies, child_errors):
                os.close(descriptor)
        os.set_blocking(self._replies, False)
        os.set_blocking(self._errors, False)
        self._poll = select.poll()
        self._poll.register(self._replies, select.POLLIN)
        self._poll.register(self._errors, select.POLLIN)

    @property
    def pgid(self) -> int:
        """The process group, which is also the child's process id."""
        return self._process.pid

    def ask(self, kind: Kind, body: bytes, *, seconds: float) -> tuple[Kind, bytes]:
        """Send a request and wait for its answer.

        Raises
        ------
        ChildGoneError
            No answer came within `seconds`, or the child ended, now or before.
        ValueError
            The caller killed the child before.
        WireError
            The answer is malformed; the child has been killed.
        """
        if self._end is not None:
            raise self._end
        if self._process.returncode is not None:
            raise ValueError("the sandbox is closed")
        # A request is far smaller than a pipe's buffer and at most one is under way, so the
        # write cannot block; a child that is gone shows itself when the answer is awaited.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._requests, wire.pack_frame(kind, body))
        return self.receive(seconds=seconds)

    def receive(self, *, seconds: float) -> tuple[Kind, bytes]:
        """Wait for one frame; see `ask`."""
        deadline = time.monotonic() + seconds
        try:
            kind, length = wire.read_header(self._read(wire.HEADER.size, deadline))
            return kind, self._read(length, deadline)
        except BaseException:
            # A malformed answer, or an interruption: what follows could not be told from the rest
            # of a frame that was half read.
            self.kill()
            raise

    def kill(self) -> int:
        """Kill the whole group, reap the child and return its exit status; safe to call twice."""
        if self._process.returncode is None:
            self._note_peak_memory()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pgid, signal.SIGKILL)
            self._process.wait()
            self._drain_errors()
            self._close_pipes()
        return self._process.returncode

    def peak_memory_bytes(self) -> int:
        """Largest resident memory so far, or up to the child's end, in bytes."""
        if self._process.returncode is None:
            self._note_peak_memory()
        return self._peak_memory_bytes

    def _read(self, length: int, deadline: float) -> bytes:
        while len(self._unread) < length:
            self._await_reply(deadline)
            part = os.read(self._replies, _CHUNK_BYTES)
            if not part:
                raise self._gone(timed_out=False)
            self._unread += part
        taken = bytes(self._unread[:length])
        del self._unread[:length]
        return taken

    def _await_reply(self, deadline: float) -> None:
        """Wait until the reply pipe can be read, draining the error pipe meanwhile."""
        while True:
            remaining = deadline - time.monotonic()
            ready = dict(self._poll.poll(max(remaining, 0) * 1000))
            if self._replies in ready:
                return
            if not ready and remaining <= 0:
                raise self._gone(timed_out=True)
            if self._errors in ready and not self._drain_errors():
                self._poll.unregister(self._errors)

    def _gone(self, *, timed_out: bool) -> ChildGoneError:
        if not timed_out:
            self._await_end()
        returncode = self.kill()
        text = self._stderr.decode("utf-8", "replace")
        self._end = ChildGoneError(returncode, timed_out=timed_out, stderr=text)
        return self._end

    def _await_end(self) -> None:
        """Wait for the child to end of itself: its pipe closes a moment before it has a status.

        It is not reaped, so that its group cannot be another's by the time of the kill.
        """
        with contextlib.suppress(OSError):
            descriptor = os.pidfd_open(self.pgid)
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            poll.poll(_LAST_BREATH_SECONDS * 1000)
            os.close(descriptor)

    def _drain_errors(self) -> bool:
        """Keep the newest of what the child printed; False once it has closed."""
        try:
            while part := os.read(self._errors, _CHUNK_BYTES):
                self._stderr += part
                del self._stderr[:-_MAX_STDERR_BYTES]
        except BlockingIOError:
            return True
        except OSError:  # already closed
            return False
        return False

    def _note_peak_memory(self) -> None:
        try:
            status = Path(f"/proc/{self.pgid}/status").read_text(encoding="ascii")
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self._peak_memory_bytes = int(line.split()[1]) * 1024

    def _close_pipes(self) -> None:
        for descriptor in (self._requests, self._replies, self._errors):
            os.close(descriptor)


def _start(limits: Limits, theirs: tuple[int, ...], errors: int) -> subprocess.Popen[bytes]:
    arguments = [
        str(_PACKAGE_ROOT),
        str(os.getpid()),
        *(str(descriptor) for descriptor in theirs),
        json.dumps(asdict(limits)),
    ]
    # An empty folder, gone as soon as the child stands in it.
    with tempfile.TemporaryDirectory(prefix="assay-empty-") as nowhere:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-B", "-c", _START, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            pass_fds=theirs,
            cwd=nowhere,
            env=_environment(),
            start_new_session=True,
        )


def _environment() -> dict[str, str]:
    """Build the child's whole environment: nothing of the parent's but where libraries are."""
    environment = {
        "ORT_DISABLE_TELEMETRY": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
    }
    if libraries := os.environ.get("LD_LIBRARY_PATH"):
        environment["LD_LIBRARY_PATH"] = libraries
    return environment
