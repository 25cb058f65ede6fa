"""The system-call filter: what a loaded ONNX Runtime needs to compute, and nothing else.

No opening of files, no sockets, no new process, no executable memory. Threads
may start (the runtime's own). Refused calls fail with EPERM, so that the
runtime can give up in words; calls by a foreign convention kill the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal

from evaluation.sandbox import bpf, kernel
from evaluation.sandbox.bpf import Condition, Test
from evaluation.sandbox.syscalls import MACHINES

_MODE_FILTER = 2
_PROT_EXEC = 0x4
_TCGETS = 0x5401
# The flags with which a C library starts a thread, but for one historical bit.
_THREAD_FLAGS = 0x3D0F00
_IGNORED_THREAD_FLAG = 0x400000
_WORD = 0xFFFFFFFF

_ALWAYS_ALLOWED = (
    # the channel and shared memory, whose descriptors are already open
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "lseek",
    "close",
    "fstat",
    "newfstatat",
    "getcwd",
    # memory
    "munmap",
    "mremap",
    "madvise",
    "brk",
    # threads and signals of its own
    "futex",
    "set_robust_list",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "getcpu",
    "restart_syscall",
    # the clock, randomness, facts about itself
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "getrandom",
    "getpid",
    "gettid",
    "getrusage",
    "sysinfo",
    # leaving
    "exit",
    "exit_group",
)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def build_filter(machine: str, own_pid: int) -> bytes:
    """Assemble the filter for a machine and the process that will carry it.

    Raises
    ------
    OSError
        The machine's system-call numbers are not known.
    """
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no system-call table for {machine}")
    known = MACHINES[machine]
    number = known.numbers
    tests = [Test(number[name]) for name in _ALWAYS_ALLOWED if name in number]
    not_executable = (Condition(2, 0, _PROT_EXEC),)
    a_thread = (Condition(0, _THREAD_FLAGS, _WORD ^ _IGNORED_THREAD_FLAG),)
    abort_itself = (Condition(0, own_pid), Condition(2, signal.SIGABRT))
    tests += [
        Test(number["mmap"], not_executable),
        Test(number["mprotect"], not_executable),
        Test(number["clone"], a_thread),
        # Its flags lie behind a pointer; the C library falls back to clone.
        Test(number["clone3"], answer=bpf.errno_answer(errno.ENOSYS)),
        Test(number["tgkill"], abort_itself),
        Test(number["prctl"], (Condition(0, kernel.PR_SET_NAME),)),
        Test(number["ioctl"], (Condition(1, _TCGETS),)),
    ]
    return bpf.assemble(known.audit_architecture, tests, bpf.errno_answer(errno.EPERM))


def install(code: bytes) -> None:
    """Install a filter program for the calling thread and those it starts later.

    Raises
    ------
    OSError
        The kernel has no filters, or no_new_privs is not set.
    """
    program = _Program(len(code) // 8, code)
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program))


def filter_system_calls() -> None:
    """Install the filter of this machine in this process; see `install`."""
    install(build_filter(kernel.machine(), os.getpid()))
