"""Models that fail, or break a limit, in the runtime."""

import platform

import numpy as np
from onnx import TensorProto, helper

from evaluation.sandbox import Limits
from tests.hostile.graphs import (
    DIM,
    after_linear,
    constant,
    function,
    tensor_of,
)
from tests.hostile.item import shelved

LARGEST_INT64 = np.iinfo(np.int64).max


@shelved("MODEL-NOT-LOADED")
def operator_that_does_not_exist():
    return after_linear([helper.make_node("Frobnicate", ["honest"], ["embedding"])])


@shelved("MODEL-NOT-LOADED")
def graph_in_a_circle():
    return after_linear(
        [
            helper.make_node("Add", ["honest", "b"], ["a"]),
            helper.make_node("Relu", ["a"], ["b"]),
            helper.make_node("Relu", ["b"], ["embedding"]),
        ]
    )


@shelved("MODEL-FAILED")
def impossible_reshape():
    return after_linear(
        [helper.make_node("Reshape", ["honest", "shape"], ["embedding"])],
        [constant("shape", [7, 13])],
        outputs=[tensor_of("embedding", ("a", "b"))],
    )


@shelved("MODEL-TIMEOUT", limits=Limits(batch_seconds=1.0))
def endless_loop():
    return _endless_loop("Cos")


@shelved("MODEL-CPU", limits=Limits(cpu_seconds=2, batch_seconds=30.0))
def endless_loop_against_the_processor_limit():
    return _endless_loop("Sin")


@shelved("MODEL-MEMORY", limits=Limits(memory_bytes=1 << 30))
def memory_bomb_by_shape():
    """Asks for 64 GiB, in a way that only shows when it is run."""
    return after_linear(
        [
            helper.make_node("Shape", ["honest"], ["size"]),
            helper.make_node("Mul", ["size", "many"], ["sizes"]),
            helper.make_node("ConstantOfShape", ["sizes"], ["flood"]),
            helper.make_node("ReduceSum", ["flood"], ["sum"], keepdims=0),
            helper.make_node("Add", ["honest", "sum"], ["embedding"]),
        ],
        [constant("many", [1 << 31, 1])],
    )


@shelved("MODEL-MEMORY", limits=Limits(memory_bytes=1 << 29))
def loop_that_hoards():
    """Keeps a mebibyte of every round."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("ConstantOfShape", ["size"], ["mebibyte"]),
        ],
        "body",
        [tensor_of("round", (), TensorProto.INT64), tensor_of("go", (), TensorProto.BOOL)],
        [tensor_of("go_on", (), TensorProto.BOOL), tensor_of("mebibyte", ("n",))],
    )
    return after_linear(
        [
            helper.make_node("Loop", ["rounds", "yes"], ["hoard"], body=body),
            helper.make_node("ReduceMax", ["hoard"], ["most"], keepdims=0),
            helper.make_node("Add", ["honest", "most"], ["embedding"]),
        ],
        [
            constant("rounds", np.int64(1 << 40)),
            constant("yes", np.array(True)),
            constant("size", [1 << 18]),
        ],
    )


def division_that_traps():
    """Divides the least whole number by -1, for which x86 processors have no answer.

    The runtime looks out for a division by zero only, and the processor ends the process.
    """
    return after_linear(
        [
            helper.make_node("Cast", ["honest"], ["whole"], to=TensorProto.INT64),
            helper.make_node("Mul", ["whole", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "least"], ["dividend"]),
            helper.make_node("Div", ["dividend", "minus_one"], ["quotient"]),
            helper.make_node("Cast", ["quotient"], ["number"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["honest", "number"], ["embedding"]),
        ],
        [
            constant("zero", np.int64(0)),
            constant("least", np.int64(np.iinfo(np.int64).min)),
            constant("minus_one", np.int64(-1)),
        ],
    )


if platform.machine() == "x86_64":
    shelved("MODEL-CRASHED")(division_that_traps)


@shelved("MODEL-NOT-LOADED")
def function_that_calls_itself():
    call = helper.make_node("F", ["honest"], ["embedding"], domain="own")
    model = after_linear([call], more=["own"])
    model.functions.append(function("F", [helper.make_node("F", ["x"], ["y"], domain="own")]))
    return model


@shelved("MODEL-TIMEOUT", limits=Limits(load_seconds=1.5))
def functions_that_multiply():
    """Thirty functions, each of which calls the next one twice: a thousand million nodes."""
    levels = 30
    call = helper.make_node("F0", ["honest"], ["embedding"], domain="own")
    model = after_linear([call], more=["own"])
    for level in range(levels):
        last = level == levels - 1
        name, domain = ("Relu", "") if last else (f"F{level + 1}", "own")
        twice = [
            helper.make_node(name, ["x"], ["a"], domain=domain),
            helper.make_node(name, ["a"], ["y"], domain=domain),
        ]
        model.functions.append(function(f"F{level}", twice))
    return model


def _endless_loop(operator):
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node(operator, ["carried"], ["next"]),
        ],
        "body",
        [
            tensor_of("round", (), TensorProto.INT64),
            tensor_of("go", (), TensorProto.BOOL),
            tensor_of("carried", ("batch", DIM)),
        ],
        [tensor_of("go_on", (), TensorProto.BOOL), tensor_of("next", ("batch", DIM))],
    )
    return after_linear(
        [helper.make_node("Loop", ["rounds", "yes", "honest"], ["embedding"], body=body)],
        [constant("rounds", np.int64(LARGEST_INT64)), constant("yes", np.array(True))],
    )
