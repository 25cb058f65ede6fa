"""The language between parent and child: fixed headers, bounded bodies, never a pickle.

A frame is a header and a body. Tensors lie in shared memory; a frame holds only
their records. Each side reads the other's records as claims: `read_record`
checks type, rank, size and place before anything is touched.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import mmap

    from evaluation.arrays import Array

MAGIC = b"ASY1"
HEADER = struct.Struct("<4sHHI")  # magic, kind, reserved, length of the body
RECORD = struct.Struct("<HBBIQ8Q")  # place in the list, type, rank, reserved, offset, dimensions
OUTPUTS = struct.Struct("<dI")  # seconds inside the runtime, number of records
MAX_BODY_BYTES = 1 << 20
MAX_RANK = 8
MAX_BATCHES = 128
"""In one request, which must be far smaller than the buffer of a pipe."""
ALIGNMENT_BYTES = 64

TENSOR_TYPES: tuple[str, ...] = (
    "float32",
    "float64",
    "float16",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
)


class Kind(IntEnum):
    """What a frame says."""

    READY = 1
    PARSE = 2
    FACTS = 3
    LOAD = 4
    LOADED = 5
    RUN = 6
    OUTPUTS = 7
    REFUSED = 8


class WireError(Exception):
    """The other side did not keep to the language."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where one tensor lies in shared memory."""

    index: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    @property
    def n_bytes(self) -> int:
        """Size of the tensor in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    def pack(self) -> bytes:
        """Return the record as it stands in a frame."""
        padding = (0,) * (MAX_RANK - len(self.shape))
        code = TENSOR_TYPES.index(self.dtype.name)
        return RECORD.pack(self.index, code, len(self.shape), 0, self.offset, *self.shape, *padding)

    def view(self, memory: mmap.mmap) -> Array:
        """Return the tensor in place; the record must have been checked."""
        count = math.prod(self.shape)
        flat: Array = np.frombuffer(memory, self.dtype, count=count, offset=self.offset)
        return flat.reshape(self.shape)


def pack_frame(kind: Kind, body: bytes = b"") -> bytes:
    """Return one frame.

    Raises
    ------
    WireError
        The body is longer than a frame may be.
    """
    if len(body) > MAX_BODY_BYTES:
        raise WireError("the body is too long")
    return HEADER.pack(MAGIC, kind, 0, len(body)) + body


def read_header(header: bytes) -> tuple[Kind, int]:
    """Return the kind of a frame and the length of its body.

    Raises
    ------
    WireError
        Not a header, an unknown kind, or a body that is too long.
    """
    magic, kind, _, length = HEADER.unpack(header)
    if magic != MAGIC or length > MAX_BODY_BYTES:
        raise WireError("not a frame")
    try:
        return Kind(kind), length
    except ValueError as error:
        raise WireError("unknown kind of frame") from error


def read_record(body: bytes, position: int, *, capacity: int) -> Record:
    """Read and check one record.

    Parameters
    ----------
    body : bytes
        The frame's body.
    position : int
        Where the record starts in it.
    capacity : int
        Size of the shared memory in bytes; the tensor must lie within.

    Raises
    ------
    WireError
        The record is cut short, of unknown type or rank, or points outside.
    """
    if position + RECORD.size > len(body):
        raise WireError("a record is cut short")
    index, code, rank, _, offset, *dimensions = RECORD.unpack_from(body, position)
    if code >= len(TENSOR_TYPES) or rank > MAX_RANK or offset % ALIGNMENT_BYTES:
        raise WireError("a record of unknown form")
    dtype = np.dtype(TENSOR_TYPES[code])
    record = Record(index=index, dtype=dtype, shape=tuple(dimensions[:rank]), offset=offset)
    if offset + record.n_bytes > capacity or any(length > capacity for length in record.shape):
        raise WireError("a tensor outside the shared memory")
    return record


def next_offset(offset: int, n_bytes: int) -> int:
    """Where the tensor after this one starts."""
    return -(-(offset + n_bytes) // ALIGNMENT_BYTES) * ALIGNMENT_BYTES


def read_seconds(body: bytes) -> float:
    """Seconds inside the runtime, from a frame of outputs.

    Raises
    ------
    WireError
        The frame is cut short.
    """
    if len(body) < OUTPUTS.size:
        raise WireError("no room for the seconds")
    seconds, _ = OUTPUTS.unpack_from(body)
    return float(seconds)


def printable(text: str) -> str:
    """Text from the other side without anything that a terminal or a page would obey."""
    return "".join(character if character.isprintable() else " " for character in text)
