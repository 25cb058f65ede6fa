"""The filter's contents, through the interpreter of test_bpf and the kernel's own headers."""

import re
from pathlib import Path

import pytest

from evaluation.sandbox import seccomp
from evaluation.sandbox.syscalls import MACHINES
from tests.evaluation.sandbox.test_bpf import ALLOW, KILL_PROCESS, interpret

OWN_PID = 4242
PTHREAD_FLAGS = 0x3D0F00
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
# From the kernel's table for x86-64, typed here again on purpose.
FORBIDDEN_X86_64 = {
    "open": 2,
    "socket": 41,
    "connect": 42,
    "sendto": 44,
    "fork": 57,
    "vfork": 58,
    "execve": 59,
    "kill": 62,
    "ftruncate": 77,
    "unlink": 87,
    "ptrace": 101,
    "openat": 257,
    "prlimit64": 302,
    "seccomp": 317,
    "memfd_create": 319,
    "bpf": 321,
    "execveat": 322,
    "io_uring_setup": 425,
    "pidfd_send_signal": 424,
    "openat2": 437,
    "process_vm_readv": 310,
}


def answer(number, *arguments, machine="x86_64"):
    program = seccomp.build_filter(machine, OWN_PID)
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    architecture = MACHINES[machine].audit_architecture
    return interpret(program, number=number, arguments=padded, architecture=architecture)


@pytest.mark.parametrize(("name", "number"), FORBIDDEN_X86_64.items())
def test_calls_that_reach_out_are_refused(name, number):
    assert answer(number) == 0x00050000 | 1, name


@pytest.mark.parametrize("machine", MACHINES)
def test_memory_may_be_mapped_but_not_made_executable(machine):
    numbers = MACHINES[machine].numbers
    for name in ("mmap", "mprotect"):
        assert answer(numbers[name], 0, 4096, 0b011, machine=machine) == ALLOW
        assert answer(numbers[name], 0, 4096, 0b111, machine=machine) != ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_may_start_and_processes_may_not(machine):
    clone = MACHINES[machine].numbers["clone"]
    assert answer(clone, PTHREAD_FLAGS, machine=machine) == ALLOW
    assert answer(clone, 17, machine=machine) != ALLOW  # SIGCHLD alone: a fork
    assert answer(clone, PTHREAD_FLAGS | 0x40000000, machine=machine) != ALLOW  # a new network


def test_only_its_own_process_may_be_aborted_and_by_no_other_signal():
    tgkill = MACHINES["x86_64"].numbers["tgkill"]
    assert answer(tgkill, OWN_PID, 1, 6) == ALLOW
    assert answer(tgkill, OWN_PID + 1, 1, 6) != ALLOW
    assert answer(tgkill, OWN_PID, 1, 9) != ALLOW


def test_of_prctl_only_naming_is_left():
    prctl = MACHINES["x86_64"].numbers["prctl"]
    allowed = [option for option in range(100) if answer(prctl, option) == ALLOW]
    assert allowed == [15]


def test_the_32_bit_convention_kills():
    program = seccomp.build_filter("x86_64", OWN_PID)
    assert interpret(program, number=11, architecture=0x40000003) == KILL_PROCESS


def test_an_unknown_machine_is_an_error():
    with pytest.raises(OSError, match="no system-call table for vax"):
        seccomp.build_filter("vax", OWN_PID)


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_kernel_headers(machine):
    if not HEADERS[machine].is_file():
        pytest.skip(f"no kernel headers for {machine}")
    text = HEADERS[machine].read_text()
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text))
    # The generic table names some calls by their 32-bit forerunners.
    found.setdefault("newfstatat", found.get("fstatat"))
    for name, number in MACHINES[machine].numbers.items():
        assert found[name] == str(number), name
