"""Models that run and give wrong outputs."""

import numpy as np
from onnx import helper

from tests.hostile.graphs import (
    DIM,
    after_linear,
    constant,
)
from tests.hostile.item import shelved


@shelved("OUTPUT-NOT-FINITE")
def not_a_number():
    return after_linear(
        [
            helper.make_node("Sub", ["honest", "honest"], ["zero"]),
            helper.make_node("Div", ["zero", "zero"], ["embedding"]),
        ]
    )


@shelved("OUTPUT-NOT-FINITE")
def infinite():
    return after_linear(
        [
            helper.make_node("Mul", ["honest", "zero"], ["nothing"]),
            helper.make_node("Reciprocal", ["nothing"], ["embedding"]),
        ],
        [constant("zero", np.float32(0))],
    )


@shelved("OUTPUT-CONSTANT")
def ignores_the_image():
    return after_linear(
        [
            helper.make_node("Mul", ["honest", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "one"], ["embedding"]),
        ],
        [constant("zero", np.float32(0)), constant("one", np.arange(DIM, dtype=np.float32))],
    )


@shelved("OUTPUT-NOT-REPEATABLE")
def adds_noise():
    return after_linear(
        [
            helper.make_node("RandomNormalLike", ["honest"], ["noise"]),
            helper.make_node("Add", ["honest", "noise"], ["embedding"]),
        ]
    )


@shelved("OUTPUT-DEPENDS-ON-BATCH")
def looks_at_its_neighbours():
    return after_linear(
        [
            helper.make_node("ReduceMax", ["honest"], ["most"], axes=[0], keepdims=1),
            helper.make_node("Add", ["honest", "most"], ["embedding"]),
        ]
    )


@shelved("OUTPUT-DEPENDS-ON-BATCH")
def favours_the_first_place():
    """Adds to each row the number of rows before it."""
    return after_linear(
        [
            helper.make_node("Mul", ["honest", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "hundred"], ["hundreds"]),
            helper.make_node("CumSum", ["hundreds", "axis"], ["places"]),
            helper.make_node("Add", ["honest", "places"], ["embedding"]),
        ],
        [
            constant("zero", np.float32(0)),
            constant("hundred", np.float32(100)),
            constant("axis", np.int64(0)),
        ],
    )
