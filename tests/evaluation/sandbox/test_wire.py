"""Frames and records are written out by hand here, from the layout that wire.py states."""

import mmap
import struct

import numpy as np
import pytest

from evaluation.sandbox import wire
from evaluation.sandbox.wire import Kind, Record, WireError

CAPACITY = 4096


def record_bytes(*, code=0, rank=2, offset=64, dimensions=(2, 3)):
    padded = (*dimensions, *(0,) * (8 - len(dimensions)))
    return struct.pack("<HBBIQ8Q", 5, code, rank, 0, offset, *padded)


def test_a_record_is_read_as_it_was_written():
    record = wire.read_record(record_bytes(), 0, capacity=CAPACITY)
    assert record == Record(index=5, dtype=np.dtype("float32"), shape=(2, 3), offset=64)
    assert record.n_bytes == 24
    assert record.pack() == record_bytes()


@pytest.mark.parametrize(
    "claims",
    [
        {"code": 12},
        {"rank": 9},
        {"offset": 63},
        {"offset": CAPACITY - 23 + 41},
        {"offset": 4096, "dimensions": (1, 1)},
        {"dimensions": (1 << 20, 1 << 20)},
        {"dimensions": (1 << 32, 1 << 32)},
        {"dimensions": (1 << 63, 0)},
    ],
)
def test_a_record_that_points_outside_or_is_unknown_is_refused(claims):
    with pytest.raises(WireError):
        wire.read_record(record_bytes(**claims), 0, capacity=CAPACITY)


def test_a_record_that_just_fits_is_taken():
    offset = CAPACITY - 64
    claim = record_bytes(offset=offset, dimensions=(4, 4))
    assert wire.read_record(claim, 0, capacity=CAPACITY).offset == offset


def test_a_record_that_is_cut_short_is_refused():
    with pytest.raises(WireError, match="cut short"):
        wire.read_record(record_bytes()[:-1], 0, capacity=CAPACITY)


@pytest.mark.parametrize(
    "header",
    [
        struct.pack("<4sHHI", b"ASY2", 1, 0, 0),
        struct.pack("<4sHHI", b"ASY1", 1, 0, (1 << 20) + 1),
        struct.pack("<4sHHI", b"ASY1", 99, 0, 0),
    ],
)
def test_a_header_of_another_language_is_refused(header):
    with pytest.raises(WireError):
        wire.read_header(header)


def test_a_frame_has_its_kind_and_length_first():
    frame = wire.pack_frame(Kind.RUN, b"abc")
    assert frame == struct.pack("<4sHHI", b"ASY1", 6, 0, 3) + b"abc"
    assert wire.read_header(frame[:12]) == (Kind.RUN, 3)


def test_a_body_that_no_reader_would_take_is_not_sent():
    with pytest.raises(WireError, match="too long"):
        wire.pack_frame(Kind.FACTS, b"x" * ((1 << 20) + 1))


def test_a_view_shows_the_shared_memory_itself():
    with mmap.mmap(-1, CAPACITY) as memory:
        memory[64:88] = np.arange(6, dtype="<f4").tobytes()
        view = wire.read_record(record_bytes(), 0, capacity=CAPACITY).view(memory)
        assert view.tolist() == [[0, 1, 2], [3, 4, 5]]
        del view


def test_seconds_need_their_place():
    assert wire.read_seconds(struct.pack("<dI", 1.5, 2)) == 1.5
    with pytest.raises(WireError):
        wire.read_seconds(b"\0" * 11)


@pytest.mark.parametrize(("offset", "size", "expected"), [(0, 1, 64), (0, 64, 64), (64, 65, 192)])
def test_the_next_tensor_starts_at_the_next_multiple_of_64(offset, size, expected):
    assert wire.next_offset(offset, size) == expected


def test_text_from_the_other_side_cannot_steer_a_terminal():
    assert wire.printable("a\x1b[2Jb\nc") == "a [2Jb c"
