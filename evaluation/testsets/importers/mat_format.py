"""Reads the plain variables of a MATLAB file: numbers, texts, and cells of these.

Written for lists of names from anywhere: every length is checked against the bytes that
are there, and nothing is made room for before it was seen. Files of version 5 are read,
which MATLAB calls 5 to 7.2; other kinds of variables are passed over.

References
----------
MathWorks, MAT-File Format, R2023a, chapter 1 (level 5 MAT-files).
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np

from evaluation.errors import EvaluationError

Plain = str | list[int] | list[float] | None
Variable = Plain | list[Plain]
"""A text, the numbers of an array by columns, a cell array of these, or None for others."""

MAX_INFLATED_BYTES = 1 << 28
_HEADER_BYTES = 128
_VERSION: Final = 0x0100
_MATRIX, _COMPRESSED = 14, 15
_CELL, _CHAR = 1, 4
_COMPLEX = 0x0800
_NUMBERS = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
_NUMERIC_CLASSES = range(6, 16)
_TEXTS = {1: "latin-1", 2: "latin-1", 16: "utf-8"}
_WIDE_TEXTS = {4: "utf-16", 17: "utf-16", 18: "utf-32"}


class MatRefusedError(EvaluationError):
    """A MATLAB file is of another version, or damaged."""


def read_mat(content: bytes) -> dict[str, Variable]:
    """Variables of a MATLAB file by name.

    Raises
    ------
    MatRefusedError
        The file is no MATLAB file of version 5 to 7.2, or it is damaged.
    """
    order = {b"IM": "<", b"MI": ">"}.get(content[_HEADER_BYTES - 2 : _HEADER_BYTES], "")
    if not order or struct.unpack_from(f"{order}H", content, _HEADER_BYTES - 4) != (_VERSION,):
        raise MatRefusedError("this is no MATLAB file of a version from 5 to 7.2")
    found: dict[str, Variable] = {}
    reader = _Reader(memoryview(content)[_HEADER_BYTES:], order)
    while reader.left:
        kind, data = reader.element()
        if kind == _COMPRESSED:
            kind, data = _Reader(memoryview(_inflate(data)), order).element()
        if kind == _MATRIX:
            name, variable = _Reader(data, order).matrix()
            found[name] = variable
    return found


def _inflate(data: memoryview) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, MAX_INFLATED_BYTES)
    except zlib.error as error:
        raise MatRefusedError("a compressed part is damaged") from error
    if not stream.eof:
        raise MatRefusedError("a compressed part is cut off or too large")
    return content


class _Reader:
    """Takes one element after the other from some bytes."""

    def __init__(self, view: memoryview, order: str) -> None:
        self._view = view
        self._order = order
        self._at = 0

    @property
    def left(self) -> bool:
        """Whether bytes are left."""
        return self._at < len(self._view)

    def element(self) -> tuple[int, memoryview]:
        """Next element: its type and its bytes."""
        if len(self._view) - self._at < 8:
            raise MatRefusedError("an element is cut off")
        first, second = struct.unpack_from(f"{self._order}II", self._view, self._at)
        if first >> 16:  # up to four bytes stand in place of their number
            kind, size, start, end = first & 0xFFFF, first >> 16, self._at + 4, self._at + 8
        else:
            kind, size, start = first, second, self._at + 8
            padding = 0 if kind == _COMPRESSED else -size % 8
            end = start + size + padding
        if start + size > min(end, len(self._view)):
            raise MatRefusedError("an element is longer than what is left")
        self._at = end
        return kind, self._view[start : start + size]

    def matrix(self) -> tuple[str, Variable]:
        """Name and value of the matrix that these bytes are."""
        flags = self._integers()
        shape = self._integers()
        _, name = self.element()
        if not flags or not shape or min(shape) < 0:
            raise MatRefusedError("a matrix has no class or no size")
        value = self._value(flags[0] & 0xFF, bool(flags[0] & _COMPLEX), shape)
        return bytes(name).decode("latin-1"), value

    def _value(self, kind: int, is_complex: bool, shape: list[int]) -> Variable:
        if kind == _CELL:
            return [self._cell() for _ in range(_product(shape))]
        if kind == _CHAR:
            return self._text() if _product(shape[:1]) <= 1 else None
        if kind in _NUMERIC_CLASSES and not is_complex:
            numbers = self._numbers()
            if len(numbers) != _product(shape):
                raise MatRefusedError("a matrix has more or fewer numbers than its size says")
            return numbers
        return None

    def _cell(self) -> Plain:
        kind, data = self.element()
        inner = _Reader(data, self._order)
        if kind != _MATRIX or not inner.left:
            raise MatRefusedError("a cell holds no matrix")
        flags = inner._integers()
        if flags and flags[0] & 0xFF == _CELL:
            return None
        value = _Reader(data, self._order).matrix()[1]
        return value if isinstance(value, str) else None

    def _integers(self) -> list[int]:
        kind, data = self.element()
        if _NUMBERS.get(kind) not in ("i4", "u4") or len(data) % 4:
            raise MatRefusedError("a matrix has no whole numbers where they are due")
        return [int(one) for one in np.frombuffer(data, dtype=f"{self._order}{_NUMBERS[kind]}")]

    def _numbers(self) -> list[int] | list[float]:
        kind, data = self.element()
        code = _NUMBERS.get(kind)
        if code is None or len(data) % int(code[1]):
            raise MatRefusedError("a matrix has no numbers where they are due")
        values: list[int] | list[float] = np.frombuffer(data, f"{self._order}{code}").tolist()
        return values

    def _text(self) -> str:
        kind, data = self.element()
        endian = "-le" if self._order == "<" else "-be"
        encoding = _TEXTS.get(kind) or f"{_WIDE_TEXTS.get(kind, '')}{endian}"
        try:
            return bytes(data).decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise MatRefusedError("a text is in no known encoding") from error


def _product(shape: list[int]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
