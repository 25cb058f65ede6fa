"""What the child would read is read back through a mapping of our own."""

import mmap

import numpy as np
import pytest

from evaluation.sandbox import wire
from evaluation.sandbox.memory import SharedMemory


@pytest.fixture
def memory():
    with SharedMemory(model_bytes=1, input_bytes=4096, output_bytes=64) as shared:
        yield shared


def as_the_child_reads(memory, record):
    mapping = mmap.mmap(memory.inputs, 0, prot=mmap.PROT_READ)
    return wire.read_record(record, 0, capacity=len(mapping)).view(mapping)


def numbers(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def test_a_batch_from_elsewhere_is_copied(memory):
    record = memory.write_batches([numbers(2, 3)])
    assert np.array_equal(as_the_child_reads(memory, record), numbers(2, 3))


def test_batches_from_elsewhere_are_copied_one_after_the_other(memory):
    records = memory.write_batches([numbers(2, 3), -numbers(5), numbers(1, 1, 2)])
    size = wire.RECORD.size
    seen = [as_the_child_reads(memory, records[at : at + size]) for at in (0, size, 2 * size)]
    assert np.array_equal(seen[0], numbers(2, 3))
    assert np.array_equal(seen[1], -numbers(5))
    assert np.array_equal(seen[2], numbers(1, 1, 2))
    with pytest.raises(ValueError, match="4092 bytes does not fit"):
        memory.write_batches([numbers(17), numbers(1023)])


def test_a_batch_in_the_room_is_read_where_it_lies(memory):
    room = memory.room((4, 16))
    room[...] = numbers(4, 16)
    seen = as_the_child_reads(memory, memory.write_batches([room[1:3]]))
    assert np.array_equal(seen, numbers(4, 16)[1:3])
    room[2, 0] = -1
    assert seen[1, 0] == -1, "it was copied"


@pytest.mark.parametrize(
    "part", [lambda room: room[:, 1:], lambda room: room[1:], lambda room: room[:, ::-1]]
)
def test_a_part_to_which_no_record_can_point_is_copied(memory, part):
    room = memory.room((3, 5))
    room[...] = numbers(3, 5)
    expected = part(room).copy()
    seen = as_the_child_reads(memory, memory.write_batches([part(room)]))
    assert np.array_equal(seen, expected)
    assert np.array_equal(room, numbers(3, 5)), "the copy went over the room"


def test_a_batch_from_elsewhere_leaves_the_room_alone(memory):
    room = memory.room((1024,))
    room[...] = 7
    memory.write_batches([numbers(1024)])
    assert (room == 7).all()


def test_the_room_is_as_large_as_a_batch_may_be(memory):
    assert memory.room((1024,)) is not None
    assert memory.room((1025,)) is None
    with pytest.raises(ValueError, match="4100 bytes does not fit"):
        memory.write_batches([numbers(1025)])


def test_memory_may_be_given_back_while_a_room_is_held(memory):
    room = memory.room((8,))
    memory.close()
    room[...] = 1
    assert room.sum() == 8
