"""The child: locks itself, then parses, loads and runs one model for its parent.

Started by `evaluation.sandbox.process` in a fresh interpreter, never imported by
the parent. It holds the model, tensors, and two pipes; no name, label or path.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import time
from dataclasses import asdict
from typing import Any, NoReturn

import numpy as np
import onnx
import onnxruntime

from evaluation.sandbox import wire
from evaluation.sandbox.facts import facts_to_json, runtime_to_json
from evaluation.sandbox.graph import NotAModelError, read_facts
from evaluation.sandbox.limits import Limits
from evaluation.sandbox.lockdown import lock_down
from evaluation.sandbox.wire import Kind, Record

_MAX_DETAIL = 500
_CHUNK_BYTES = 1 << 16
_SILENT = 4  # ONNX Runtime's severity "fatal": its text goes to no supplier
_OUT_OF_MEMORY_WORDS = ("bad_alloc", "failed to allocate", "out of memory", "bad allocation")


class _RefusalError(Exception):
    """The model cannot be used; carries a code of the catalogue."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(detail)


class _Channel:
    """The two pipes."""

    def __init__(self, requests: int, replies: int) -> None:
        self._requests = requests
        self._replies = replies
        self._unread = bytearray()

    def receive(self) -> tuple[Kind, bytes]:
        kind, length = wire.read_header(self._read(wire.HEADER.size))
        return kind, self._read(length)

    def send(self, kind: Kind, body: bytes = b"") -> None:
        frame = memoryview(wire.pack_frame(kind, body))
        while frame:
            frame = frame[os.write(self._replies, frame) :]

    def _read(self, length: int) -> bytes:
        while len(self._unread) < length:
            part = os.read(self._requests, _CHUNK_BYTES)
            if not part:
                os._exit(0)  # the parent has closed: nothing is left to do
            self._unread += part
        taken = bytes(self._unread[:length])
        del self._unread[:length]
        return taken


class _Server:
    """Answers the parent's requests about one model."""

    def __init__(self, channel: _Channel, limits: Limits, model: int, memory: Memory) -> None:
        self._channel = channel
        self._limits = limits
        self._descriptor = model
        self._memory = memory
        self._model = b""
        self._session: Any = None
        self._input_name = ""
        self._output_names: list[str] = []

    def serve(self) -> NoReturn:
        answers = {Kind.PARSE: self._parse, Kind.LOAD: self._load, Kind.RUN: self._run}
        while True:
            kind, body = self._channel.receive()
            try:
                answer, reply = answers[kind](body)
            except Exception as error:  # whatever the model provokes is an answer, not an end
                answer, reply = Kind.REFUSED, _refusal(kind, error)
            self._channel.send(answer, reply)

    def _parse(self, _: bytes) -> tuple[Kind, bytes]:
        size = os.fstat(self._descriptor).st_size
        self._model = os.pread(self._descriptor, size, 0)
        return Kind.FACTS, facts_to_json(read_facts(self._model))

    def _load(self, _: bytes) -> tuple[Kind, bytes]:
        self._session = open_session(self._model, self._limits.threads)
        self._model = b""
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise _RefusalError("INPUT-COUNT", f"{len(inputs)} inputs")
        self._input_name = inputs[0].name
        self._output_names = [output.name for output in self._session.get_outputs()]
        providers = self._session.get_providers()
        return Kind.LOADED, runtime_to_json(onnxruntime.__version__, providers)

    def _run(self, body: bytes) -> tuple[Kind, bytes]:
        """Run some batches one after the other."""
        records: list[bytes] = []
        seconds, offset = 0.0, 0
        for place in range(0, len(body), wire.RECORD.size):
            batch = wire.read_record(body, place, capacity=len(self._memory.inputs))
            feeds = {self._input_name: batch.view(self._memory.inputs)}
            started = time.perf_counter()
            outputs = self._session.run(self._output_names, feeds)
            seconds += time.perf_counter() - started
            placed, offset = self._place(outputs, offset)
            records += placed
        return Kind.OUTPUTS, wire.OUTPUTS.pack(seconds, len(records)) + b"".join(records)

    def _place(self, outputs: list[Any], offset: int) -> tuple[list[bytes], int]:
        """Copy the outputs of a batch into shared memory; return also where the next may go."""
        memory = self._memory.outputs
        records = []
        for index, output in enumerate(outputs):
            if not isinstance(output, np.ndarray) or output.dtype.name not in wire.TENSOR_TYPES:
                raise _RefusalError("OUTPUT-TYPE", f"output {index} is no numeric tensor")
            if output.ndim > wire.MAX_RANK:
                raise _RefusalError("OUTPUT-SHAPE", f"output {index} has rank {output.ndim}")
            record = Record(index, output.dtype, output.shape, offset)
            if offset + record.n_bytes > len(memory):
                raise _RefusalError("OUTPUT-TOO-LARGE", f"more than {len(memory)} bytes")
            if output.size:
                record.view(memory)[...] = output
            records.append(record.pack())
            offset = wire.next_offset(offset, record.n_bytes)
        return records, offset


class Memory:
    """The shared memory: tensors in, tensors out. Mapped before the lock, sized by the parent."""

    def __init__(self, inputs: int, outputs: int) -> None:
        self.inputs = mmap.mmap(inputs, 0, prot=mmap.PROT_READ)
        self.outputs = mmap.mmap(outputs, 0)


def _refusal(kind: Kind, error: Exception) -> bytes:
    codes = {Kind.PARSE: "NOT-ONNX", Kind.LOAD: "MODEL-NOT-LOADED", Kind.RUN: "MODEL-FAILED"}
    code = codes.get(kind, "MODEL-CRASHED")
    text = str(error)
    if isinstance(error, _RefusalError):
        code = error.code
    elif isinstance(error, NotAModelError):
        code = "NOT-ONNX"
    elif isinstance(error, MemoryError) or _is_out_of_memory(text):
        code = "MODEL-MEMORY"
    return json.dumps({"code": code, "detail": text[:_MAX_DETAIL]}).encode()


def _is_out_of_memory(text: str) -> bool:
    return any(words in text.lower() for words in _OUT_OF_MEMORY_WORDS)


def open_session(model: bytes, threads: int) -> Any:
    """Load a model for the processor, with a stated number of threads that sleep when idle."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = _SILENT
    options.use_deterministic_compute = True
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def warm_up() -> None:
    """Use everything once, so that nothing has to be opened after the lock."""
    shape = ["batch", 2]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Relu", ["x"], ["y"])],
        "warm up",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, shape)],
    )
    opset = [onnx.helper.make_opsetid("", 13)]
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=opset).SerializeToString()
    facts_to_json(read_facts(model))
    open_session(model, 1).run(None, {"x": np.zeros((1, 2), np.float32)})
    try:
        open_session(b"not a model", 1)
    except Exception as error:  # the way of refusals needs its modules too
        _refusal(Kind.LOAD, error)


def main() -> NoReturn:
    """Serve the parent that gave its pid, five descriptors and the limits as arguments."""
    parent, requests, replies, model, inputs, outputs = (int(word) for word in sys.argv[2:8])
    limits = Limits(**json.loads(sys.argv[8]))
    onnxruntime.set_default_logger_severity(_SILENT)
    channel = _Channel(requests, replies)
    memory = Memory(inputs, outputs)
    warm_up()
    layers = lock_down(limits, parent_pid=parent)
    channel.send(Kind.READY, json.dumps([asdict(layer) for layer in layers]).encode())
    _Server(channel, limits, model, memory).serve()
