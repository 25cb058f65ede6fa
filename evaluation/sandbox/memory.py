"""Shared memory whose size nobody can change, so that neither side can pull it from the other."""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
from typing import TYPE_CHECKING, Self

import numpy as np

from evaluation.arrays import Array, Float32Array
from evaluation.sandbox import wire
from evaluation.sandbox.wire import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

# Not yet named in Python 3.11: no new writable mapping, while those that exist go on.
_F_SEAL_FUTURE_WRITE = 0x0010
_F_SEAL_SIZE = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW


class SharedMemory:
    """The parent's side: the model file, one batch, and its outputs.

    Half of the inputs' memory is room for the caller, who may write a batch where the
    child reads it; batches from elsewhere are copied to the other half. Pages are taken
    only as they are written, so the capacities cost nothing.
    """

    def __init__(self, *, model_bytes: int, input_bytes: int, output_bytes: int) -> None:
        self._descriptors: list[int] = []
        self._mappings: list[mmap.mmap] = []
        try:
            self.model = self._create("model", model_bytes)
            self._room_offset = wire.next_offset(0, input_bytes)
            self.inputs = self._create("inputs", self._room_offset + input_bytes)
            self.outputs = self._create("outputs", output_bytes)
            self._input_memory = self._map(self.inputs)
            self._output_memory = self._map(self.outputs)
            self._input_address = _address(np.frombuffer(self._input_memory, np.uint8))
            fcntl.fcntl(self.inputs, fcntl.F_ADD_SEALS, _F_SEAL_FUTURE_WRITE)
        except OSError:
            self.close()
            raise

    def write_model(self, model: bytes) -> None:
        """Put the model where the child reads it; nobody can change it afterwards."""
        remaining = memoryview(model)
        while remaining:
            remaining = remaining[os.write(self.model, remaining) :]
        fcntl.fcntl(self.model, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE)

    def room(self, shape: tuple[int, ...]) -> Float32Array | None:
        """Tensor of float32 that the child reads in place; None where it does not fit.

        There is one room: each call gives the same memory again.
        """
        record = Record(0, np.dtype(np.float32), shape, self._room_offset)
        if record.offset + record.n_bytes > len(self._input_memory):
            return None
        return record.view(self._input_memory)

    def write_batches(self, batches: Sequence[Array]) -> bytes:
        """Put batches where the child reads them, if they are not there; return their records.

        Raises
        ------
        ValueError
            They are larger than the shared memory.
        """
        records, free = [], 0
        for index, batch in enumerate(batches):
            place = self._place_in_room(batch)
            record = Record(index, batch.dtype, batch.shape, free if place is None else place)
            if place is None:
                free = wire.next_offset(free, record.n_bytes)
                if free > self._room_offset:
                    raise ValueError(f"a batch of {record.n_bytes} bytes does not fit the sandbox")
                record.view(self._input_memory)[...] = batch
            records.append(record.pack())
        return b"".join(records)

    def _place_in_room(self, batch: Array) -> int | None:
        """Offset of a batch that lies whole in the room, where a record may point to it."""
        place = _address(batch) - self._input_address
        is_inside = self._room_offset <= place <= len(self._input_memory) - batch.nbytes
        if is_inside and batch.flags.c_contiguous and place % wire.ALIGNMENT_BYTES == 0:
            return place
        return None

    def read_outputs(
        self, body: bytes, names: tuple[str, ...], n_batches: int
    ) -> list[dict[str, Array]]:
        """Copy the outputs that a frame announces, batch by batch.

        Raises
        ------
        WireError
            The frame is malformed, or announces what the model does not have.
        """
        capacity = len(self._output_memory)
        positions = range(wire.OUTPUTS.size, len(body), wire.RECORD.size)
        records = [wire.read_record(body, at, capacity=capacity) for at in positions]
        if [record.index for record in records] != list(range(len(names))) * n_batches:
            raise wire.WireError("the outputs are not those of the model")
        copies = [np.array(record.view(self._output_memory)) for record in records]
        n = len(names)
        return [
            dict(zip(names, copies[batch * n : (batch + 1) * n], strict=True))
            for batch in range(n_batches)
        ]

    def close(self) -> None:
        """Give the memory back, a room that is still held with its last holder; safe twice."""
        while self._mappings:
            with contextlib.suppress(BufferError):
                self._mappings.pop().close()
        while self._descriptors:
            os.close(self._descriptors.pop())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _create(self, name: str, size: int) -> int:
        descriptor = os.memfd_create(f"assay-{name}", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self._descriptors.append(descriptor)
        os.ftruncate(descriptor, size)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _F_SEAL_SIZE)
        return descriptor

    def _map(self, descriptor: int) -> mmap.mmap:
        mapping = mmap.mmap(descriptor, 0)
        self._mappings.append(mapping)
        return mapping


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])
