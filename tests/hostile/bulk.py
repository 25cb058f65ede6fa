"""Models that are too new, too much, or not what they say of themselves."""

import itertools

import numpy as np
import onnx
from onnx import TensorProto, helper

from evaluation.sandbox import Limits
from tests.hostile.graphs import (
    DIM,
    SIDE,
    after_linear,
    build,
    constant,
    function,
    linear,
    linear_nodes,
    nested,
    with_ballast,
)
from tests.hostile.item import shelved


@shelved("OPSET-NOT-SUPPORTED")
def operator_set_of_the_future():
    return linear(opset=29)


@shelved("OPSET-NOT-SUPPORTED")
def operator_set_of_the_past():
    return linear(opset=6)


@shelved("OPSET-NOT-SUPPORTED")
def file_format_of_the_future():
    return linear(ir_version=15)


@shelved("OPSET-NOT-SUPPORTED")
def file_format_before_the_first():
    return linear(ir_version=-1)


@shelved("MODEL-TOO-COMPLEX")
def deep_nesting():
    return nested(20)


@shelved("MODEL-TOO-COMPLEX")
def very_many_nodes():
    names = ["honest", *(f"n{i}" for i in range(50_000)), "embedding"]
    return after_linear([helper.make_node("Relu", [a], [b]) for a, b in itertools.pairwise(names)])


@shelved("MODEL-TOO-COMPLEX")
def very_long_chain_of_functions():
    model = after_linear([helper.make_node("F0", ["honest"], ["embedding"], domain="own")])
    last = 20_000
    for i in range(last + 1):
        name, domain = ("Relu", "") if i == last else (f"F{i + 1}", "own")
        model.functions.append(
            function(f"F{i}", [helper.make_node(name, ["x"], ["y"], domain=domain)])
        )
    return model


@shelved("WEIGHTS-INCONSISTENT")
def four_gibibytes_claimed_in_a_small_file():
    return build(linear_nodes(), initializers=[_claiming([1 << 15, 1 << 15])])


@shelved("WEIGHTS-INCONSISTENT")
def size_that_overflows():
    return build(linear_nodes(), initializers=[_claiming([1 << 62, 1 << 62, 16])])


@shelved("WEIGHTS-INCONSISTENT")
def negative_size():
    return build(linear_nodes(), initializers=[_claiming([-1, DIM])])


@shelved("WEIGHTS-INCONSISTENT")
def packed_numbers_missing():
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[3 * SIDE * SIDE, DIM])
    return build(linear_nodes(), initializers=[tensor])


@shelved("MODEL-MEMORY", limits=Limits(memory_bytes=3 << 26))
def weights_that_fill_memory():
    """Valid, and a third as large as the memory that it may have."""
    return with_ballast(1 << 26)


@shelved("WEIGHTS-TOO-LARGE")
def sparse_weights_that_unfold():
    model = build(linear_nodes())
    sparse = onnx.SparseTensorProto(dims=[1 << 17, 1 << 17])
    sparse.values.CopyFrom(constant("w", np.ones(1, np.float32)))
    sparse.indices.CopyFrom(constant("indices", np.zeros(1, np.int64)))
    model.graph.sparse_initializer.append(sparse)
    return model


def _claiming(dims):
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=dims)
    tensor.raw_data = b"\0\0\0\0"
    return tensor
