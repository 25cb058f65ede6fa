"""Keeps all that this process gives its sandbox children: at their start, by pipe, in memory.

A child is held before its first own instruction, so that what it was started with can be read.
What is written to pipes and to files in memory is taken where it leaves this process, and the
shared memory is read before each request is sent.
"""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.sandbox import process, session

_STAND_STILL = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP); "


@dataclass
class Start:
    """What one child was started with."""

    arguments: list[str]
    environment: list[str]
    folder: str
    descriptors: dict[int, str]


@dataclass
class Given:
    """All that was given to all children; of the memory one copy for each request."""

    starts: list[Start] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    inputs: list[bytes] = field(default_factory=list)
    outputs_at_first: list[bytes] = field(default_factory=list)

    def on_start(self, group):
        """Read what a child has, while it stands still, and let it go on."""
        os.waitid(os.P_PID, group, os.WSTOPPED | os.WNOWAIT)
        folder = Path("/proc", str(group))
        self.starts.append(
            Start(
                arguments=_words(folder / "cmdline"),
                environment=_words(folder / "environ"),
                folder=str((folder / "cwd").readlink()),
                descriptors={int(p.name): str(p.readlink()) for p in (folder / "fd").iterdir()},
            )
        )
        os.kill(group, signal.SIGCONT)

    def everything(self):
        """Return all of it as bytes."""
        started = [repr(start).encode() for start in self.starts]
        return [*started, *self.frames, *self.files, *self.inputs, *self.outputs_at_first]


def record(monkeypatch):
    """Begin to record; ``on_start`` of what is returned must be told of every child."""
    given = Given()
    write = os.write

    def keep(descriptor, content):
        where = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        if where.startswith("pipe:"):
            given.frames.append(bytes(content))
        elif where.startswith("/memfd:"):
            given.files.append(bytes(content))
        return write(descriptor, content)

    class WatchedChild(process.ChildProcess):
        def __init__(self, limits, memory):
            super().__init__(limits, memory)
            self._inputs = memory.inputs
            given.outputs_at_first.append(_content(memory.outputs))

        def ask(self, kind, body, *, seconds):
            given.inputs.append(_content(self._inputs))
            return super().ask(kind, body, seconds=seconds)

    monkeypatch.setattr(process, "_START", _STAND_STILL + process._START)
    monkeypatch.setattr(session, "ChildProcess", WatchedChild)
    monkeypatch.setattr(os, "write", keep)
    return given


def _content(descriptor):
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _words(path):
    return path.read_bytes().decode().rstrip("\0").split("\0")
