"""Reads what a model file says of itself. Runs only in the locked child.

Nothing here follows a reference out of the file, and nothing recurses: a
hostile file may be nested as deep as the parser lets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

import onnx

from evaluation.sandbox.facts import MAX_NAME_LENGTH, MAX_NAMES, GraphFacts, TensorFacts

_STANDARD_DOMAINS = frozenset({"", "ai.onnx"})
_NOT_A_TENSOR = "not a tensor"
# Elements of these types share bytes or words in raw_data.
_BITS = {
    onnx.TensorProto.INT4: 4,
    onnx.TensorProto.UINT4: 4,
    onnx.TensorProto.FLOAT4E2M1: 4,
}
# How protobuf says, in an error like that of a damaged file, that it had no memory.
_NO_MEMORY_TO_READ = "Arena alloc failed"


class NotAModelError(Exception):
    """The bytes are no ONNX model."""


@dataclass
class _Tally:
    n_nodes: int = 0
    depth: int = 1
    operators: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    held_bytes: int = 0
    claimed_bytes: int = 0
    n_external: int = 0
    n_inconsistent: int = 0


def read_facts(model: bytes) -> GraphFacts:
    """Parse a model and return what it says of itself.

    Raises
    ------
    NotAModelError
        The bytes cannot be parsed, or hold no graph.
    MemoryError
        There is too little memory to tell.
    """
    proto = _parse(model)
    own = {(function.domain, function.name) for function in proto.functions}
    tally = _Tally()
    _walk(proto, own, tally)
    stored = {tensor.name for tensor in proto.graph.initializer}
    stored |= {sparse.values.name for sparse in proto.graph.sparse_initializer}
    return GraphFacts(
        inputs=tuple(_tensor(value) for value in proto.graph.input if value.name not in stored),
        outputs=tuple(_tensor(value) for value in proto.graph.output),
        opset=max(o.version for o in proto.opset_import if o.domain in _STANDARD_DOMAINS),
        ir_version=proto.ir_version,
        n_nodes=tally.n_nodes,
        n_functions=len(proto.functions),
        depth=tally.depth,
        operators=_short_list(tally.operators),
        domains=_short_list(tally.domains),
        initializer_bytes=tally.held_bytes,
        claimed_bytes=tally.claimed_bytes,
        n_external=tally.n_external,
        n_inconsistent=tally.n_inconsistent,
    )


def _parse(model: bytes) -> Any:
    try:
        proto = onnx.load_from_string(model)
    except MemoryError:
        raise
    except Exception as error:  # protobuf's own errors differ between its implementations
        if _NO_MEMORY_TO_READ in str(error):
            raise MemoryError(str(error)) from error
        raise NotAModelError("the bytes are no ONNX protobuf") from error
    if not proto.graph.node or not proto.graph.output:
        raise NotAModelError("there is no graph in the file")
    if not any(o.domain in _STANDARD_DOMAINS and o.version > 0 for o in proto.opset_import):
        raise NotAModelError("no operator set is named")
    return proto


def _short(name: str) -> str:
    return name[:MAX_NAME_LENGTH]


def _short_list(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(_short(name) for name in names)[:MAX_NAMES])


def _walk(proto: Any, own: set[tuple[str, str]], tally: _Tally) -> None:
    """Visit every node and tensor of the graph, its sub-graphs and the functions."""
    pending: list[tuple[Iterable[Any], int]] = [(proto.graph.node, 1)]
    _weigh_graph(proto.graph, tally)
    for function in proto.functions:
        pending.append((function.node, 1))
        _visit_attributes(function.attribute_proto, 1, pending, tally)
    for training in proto.training_info:
        for graph in (training.initialization, training.algorithm):
            pending.append((graph.node, 1))
            _weigh_graph(graph, tally)
    while pending:
        nodes, depth = pending.pop()
        tally.depth = max(tally.depth, depth)
        for node in nodes:
            tally.n_nodes += 1
            _note_operator(node, own, tally)
            _visit_attributes(node.attribute, depth, pending, tally)


def _note_operator(node: Any, own: set[tuple[str, str]], tally: _Tally) -> None:
    if (node.domain, node.op_type) in own:
        return
    standard = node.domain in _STANDARD_DOMAINS
    tally.operators.add(node.op_type if standard else f"{node.domain}:{node.op_type}")
    tally.domains.add("" if standard else node.domain)


def _visit_attributes(
    attributes: Iterable[Any],
    depth: int,
    pending: list[tuple[Iterable[Any], int]],
    tally: _Tally,
) -> None:
    for attribute in attributes:
        for graph in _graphs(attribute):
            pending.append((graph.node, depth + 1))
            _weigh_graph(graph, tally)
        _weigh([attribute.t] if attribute.HasField("t") else [], tally)
        _weigh(attribute.tensors, tally)
        sparse = [attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []
        _weigh_sparse([*sparse, *attribute.sparse_tensors], tally)


def _graphs(attribute: Any) -> Iterator[Any]:
    if attribute.HasField("g"):
        yield attribute.g
    yield from attribute.graphs


def _weigh_graph(graph: Any, tally: _Tally) -> None:
    _weigh(graph.initializer, tally)
    _weigh_sparse(graph.sparse_initializer, tally)


def _weigh_sparse(tensors: Iterable[Any], tally: _Tally) -> None:
    for sparse in tensors:
        _weigh([sparse.values, sparse.indices], tally)
        # The runtime unfolds it, so what counts is its dense size.
        tally.claimed_bytes += max(prod(sparse.dims), 0) * 8


def _weigh(tensors: Iterable[Any], tally: _Tally) -> None:
    for tensor in tensors:
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            tally.n_external += 1
            continue
        raw, claimed = len(tensor.raw_data), _claimed_bytes(tensor)
        held = raw or _packed_bytes(tensor)
        tally.held_bytes += held
        tally.claimed_bytes += max(claimed, 0)
        # Without raw_data numbers are packed: at best one byte stands for eight.
        honest = raw == claimed if raw else claimed <= 8 * held
        tally.n_inconsistent += claimed < 0 or not honest


def _packed_bytes(tensor: Any) -> int:
    """Size in the file of a tensor without raw_data; to ask takes as much memory again."""
    try:
        return int(tensor.ByteSize())
    except Exception as error:  # it was read a moment ago, so it can be written
        raise MemoryError("no memory to weigh a tensor") from error


def _claimed_bytes(tensor: Any) -> int:
    """Bytes that the dimensions and the type ask for; below 0 where they make no sense."""
    if any(length < 0 for length in tensor.dims):
        return -1
    count: int = prod(tensor.dims)
    if bits := _BITS.get(tensor.data_type):
        return -(-count * bits // 8)
    if tensor.data_type == onnx.TensorProto.STRING:
        return 0
    try:
        return count * int(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize)
    except (KeyError, ValueError, TypeError):
        return -1


def _tensor(value: Any) -> TensorFacts:
    if not value.type.HasField("tensor_type"):
        return TensorFacts(_short(value.name), _NOT_A_TENSOR, None)
    kind = value.type.tensor_type
    try:
        elem_type = str(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name)
    except (KeyError, ValueError, TypeError):
        elem_type = "unknown"
    shape = tuple(_dimension(d) for d in kind.shape.dim) if kind.HasField("shape") else None
    return TensorFacts(_short(value.name), elem_type, shape)


def _dimension(dimension: Any) -> int | str | None:
    if dimension.HasField("dim_value"):
        return max(int(dimension.dim_value), 0)
    return _short(dimension.dim_param) or None
