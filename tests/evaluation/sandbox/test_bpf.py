"""Oracle: a small interpreter of classic BPF, written from the kernel's description of it."""

import struct

import pytest

from evaluation.sandbox import bpf
from evaluation.sandbox.bpf import ALLOW, KILL_PROCESS, Condition, Test

ARCHITECTURE = 0xC000003E
REFUSED = 0x00050000 | 1


def interpret(program, *, number, arguments=(0,) * 6, architecture=ARCHITECTURE):
    """Run a filter over one system call, as the kernel would."""
    call = struct.pack("<IIQ6Q", number, architecture, 0, *arguments)
    position, accumulator = 0, 0
    while True:
        code, if_true, if_false, operand = struct.unpack_from("<HBBI", program, position * 8)
        position += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", call, operand)
        elif code == 0x54:
            accumulator &= operand
        elif code == 0x15:
            position += if_true if accumulator == operand else if_false
        elif code == 0x35:
            position += if_true if accumulator >= operand else if_false
        elif code == 0x06:
            return operand
        else:
            raise AssertionError(f"unknown instruction {code:#x}")


def assemble(*tests):
    return bpf.assemble(ARCHITECTURE, list(tests), REFUSED)


def test_named_calls_are_allowed_and_all_others_refused():
    program = assemble(Test(3), Test(7))
    allowed = [number for number in range(500) if interpret(program, number=number) == ALLOW]
    assert allowed == [3, 7]
    assert interpret(program, number=4) == REFUSED


@pytest.mark.parametrize("architecture", [0, 0x40000003, 0xC00000B7])
def test_a_foreign_architecture_kills(architecture):
    program = assemble(Test(3))
    assert interpret(program, number=3, architecture=architecture) == KILL_PROCESS


def test_the_other_calling_convention_of_the_same_machine_kills():
    assert interpret(assemble(Test(3)), number=0x40000003) == KILL_PROCESS


def test_a_condition_looks_at_the_masked_argument_only():
    program = assemble(Test(9, (Condition(2, 0, 0x4),)))
    assert interpret(program, number=9, arguments=(7, 7, 0b1011, 7, 7, 7)) == ALLOW
    assert interpret(program, number=9, arguments=(0, 0, 0b0100, 0, 0, 0)) == REFUSED


def test_all_conditions_must_hold():
    program = assemble(Test(9, (Condition(0, 5), Condition(3, 6), Condition(5, 7))))
    right = [5, 0, 0, 6, 0, 7]
    assert interpret(program, number=9, arguments=right) == ALLOW
    for place in (0, 3, 5):
        wrong = list(right)
        wrong[place] += 1
        assert interpret(program, number=9, arguments=wrong) == REFUSED


def test_calls_after_a_failed_condition_are_still_recognised():
    program = assemble(Test(9, (Condition(0, 5), Condition(1, 6))), Test(11))
    assert interpret(program, number=11) == ALLOW
    # An argument that equals a later call's number must not be taken for it.
    assert interpret(program, number=9, arguments=(11, 0, 0, 0, 0, 0)) == REFUSED
    assert interpret(program, number=9, arguments=(5, 11, 0, 0, 0, 0)) == REFUSED


def test_a_call_may_be_answered_with_an_error_of_its_own():
    program = assemble(Test(435, answer=bpf.errno_answer(38)))
    assert interpret(program, number=435) == 0x00050000 | 38
