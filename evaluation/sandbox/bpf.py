"""A very small assembler for system-call filters (classic BPF over seccomp_data).

A filter is a list of tests: each looks at the system-call number and, where
wanted, at the low half of one argument; what no test allows is refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

_LOAD_WORD = 0x20
_AND = 0x54
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_RETURN = 0x06

_NUMBER_OFFSET = 0
_ARCHITECTURE_OFFSET = 4
_ARGUMENTS_OFFSET = 16
_WORD = 0xFFFFFFFF
_FIRST_X32_NUMBER = 0x40000000  # the other calling convention of x86-64

_Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds if `argument & mask == value`, on the low 32 bits (both machines are little-endian)."""

    argument: int
    value: int
    mask: int = _WORD


@dataclass(frozen=True, slots=True)
class Test:
    """What to answer for one system call if every condition holds."""

    number: int
    conditions: tuple[Condition, ...] = ()
    answer: int = ALLOW


def errno_answer(number: int) -> int:
    """Answer that makes the call fail with this errno."""
    return _ERRNO | number


def assemble(architecture: int, tests: list[Test], otherwise: int) -> bytes:
    """Translate tests into a filter program.

    Parameters
    ----------
    architecture : int
        AUDIT_ARCH value; calls made by another convention kill the process.
    tests : list of Test
        In order; the first that holds answers.
    otherwise : int
        Answer for everything else.

    Returns
    -------
    bytes
        The program, eight bytes per instruction.
    """
    program: list[_Instruction] = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, KILL_PROCESS),
        (_LOAD_WORD, 0, 0, _NUMBER_OFFSET),
        (_JUMP_IF_AT_LEAST, 0, 1, _FIRST_X32_NUMBER),
        (_RETURN, 0, 0, KILL_PROCESS),
    ]
    for test in tests:
        program += _translate(test)
    program.append((_RETURN, 0, 0, otherwise))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _translate(test: Test) -> list[_Instruction]:
    body: list[_Instruction] = []
    for position, condition in enumerate(test.conditions):
        # Instructions left after this jump: the later conditions and the answer.
        beyond = 3 * (len(test.conditions) - position - 1) + 1
        body += [
            (_LOAD_WORD, 0, 0, _ARGUMENTS_OFFSET + 8 * condition.argument),
            (_AND, 0, 0, condition.mask),
            (_JUMP_IF_EQUAL, 0, beyond, condition.value),
        ]
    body.append((_RETURN, 0, 0, test.answer))
    # The accumulator holds an argument after a failed condition: load the number again.
    reload = [(_LOAD_WORD, 0, 0, _NUMBER_OFFSET)] if test.conditions else []
    return [(_JUMP_IF_EQUAL, 0, len(body), test.number), *body, *reload]
