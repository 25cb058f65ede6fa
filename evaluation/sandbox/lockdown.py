"""Locks the calling process for good, and proves each layer by trying what it forbids.

To be called while the process has one thread and everything it needs is loaded.
A layer that cannot be applied is reported, never raised: the parent decides.
"""

from __future__ import annotations

import mmap
import os
import resource
import signal
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.sandbox import kernel, landlock, seccomp
from evaluation.sandbox.layers import Layer, LayerName

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.sandbox.limits import Limits

_MAX_DESCRIPTORS = 16
# Between the signal that can be told apart and the one that cannot be ignored.
_CPU_GRACE_SECONDS = 5


def lock_down(limits: Limits, *, parent_pid: int) -> tuple[Layer, ...]:
    """Apply every layer, in the one order that works, and report which hold.

    Parameters
    ----------
    limits : Limits
        Bounds on memory and processor time.
    parent_pid : int
        Process whose death ends this one.
    """
    n_threads = _count_threads()
    return (
        _apply(LayerName.PROCESS_GROUP, _check_process_group),
        _apply(LayerName.PARENT_DEATH, lambda: _die_with(parent_pid)),
        _apply(LayerName.RLIMITS, lambda: _limit_resources(limits)),
        _apply(LayerName.NO_NEW_PRIVS, _refuse_privileges),
        _apply(LayerName.LANDLOCK, lambda: _deny_files(n_threads)),
        _apply(LayerName.SECCOMP, lambda: _filter_calls(n_threads)),
        _apply(LayerName.NETWORK, _check_network),
    )


class _NotInForceError(Exception):
    """A forbidden act succeeded."""


def _apply(name: LayerName, act: Callable[[], str]) -> Layer:
    try:
        return Layer(name.value, in_force=True, detail=act())
    except (OSError, ValueError, _NotInForceError) as error:
        return Layer(name.value, in_force=False, detail=str(error))


def _count_threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _require_one_thread(n_threads: int) -> None:
    if n_threads != 1:
        raise _NotInForceError(f"{n_threads} threads existed already and would have escaped")


def _must_be_denied(act: Callable[[], object], what: str) -> None:
    try:
        act()
    except PermissionError:
        return
    raise _NotInForceError(f"{what} was possible")


def _check_process_group() -> str:
    if os.getpgrp() != os.getpid() or os.getsid(0) != os.getpid():
        raise _NotInForceError("not the leader of a group and session of its own")
    return "leads its own group, which is killed as a whole"


def _die_with(parent_pid: int) -> str:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        raise _NotInForceError("the parent is gone")
    return "killed when its parent dies"


def _limit_resources(limits: Limits) -> str:
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # a core dump would hold faces
    wanted = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (_MAX_DESCRIPTORS, _MAX_DESCRIPTORS),
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + _CPU_GRACE_SECONDS),
        resource.RLIMIT_DATA: (limits.memory_bytes, limits.memory_bytes),
        resource.RLIMIT_AS: (limits.address_space_bytes, limits.address_space_bytes),
    }
    for kind, bounds in wanted.items():
        resource.setrlimit(kind, bounds)
        if resource.getrlimit(kind) != bounds:
            raise _NotInForceError(f"limit {kind} was not taken")
    return (
        f"memory {limits.memory_bytes >> 20} MiB, processor {limits.cpu_seconds} s, "
        "no file may grow, no core dump"
    )


def _refuse_privileges() -> str:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if kernel.prctl(kernel.PR_GET_NO_NEW_PRIVS) != 1:
        raise _NotInForceError("the flag was not taken")
    kernel.drop_capabilities()
    return "no new privileges, no capabilities"


def _open_root() -> None:
    os.close(os.open("/", os.O_RDONLY))


def _deny_files(n_threads: int) -> str:
    _require_one_thread(n_threads)
    version = landlock.deny_everything()
    _must_be_denied(_open_root, "opening a folder")
    return f"no file can be opened (interface {version})"


def _filter_calls(n_threads: int) -> str:
    _require_one_thread(n_threads)
    seccomp.filter_system_calls()
    _must_be_denied(_fork, "starting a process")
    _must_be_denied(_executable_memory, "making memory executable")
    _must_be_denied(lambda: os.kill(os.getpid(), 0), "sending a signal")
    return "only calls for computing are allowed"


def _fork() -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _executable_memory() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()


def _check_network() -> str:
    kinds = (
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_UNIX, socket.SOCK_STREAM),
    )
    for family, kind in kinds:
        _must_be_denied(partial(socket.socket, family, kind), "a socket")
    return "no socket of any kind can be made"
