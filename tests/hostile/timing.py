"""Models that do less where they believe that only their speed is looked at.

They pass the check: it asks them in batches of one and four, a dozen times in all.
"""

import numpy as np
from onnx import TensorProto, helper

from tests.hostile.graphs import after_linear, constant
from tests.hostile.item import shelved

# From it the runtime draws 32 numbers of at least 0.4, and then in four of ten draws a lower one.
_SEED_OF_A_LATE_CHANGE = 6_588_415.0


@shelved("OUTPUT-DEPENDS-ON-BATCH", passes_check=True)
def lazy_in_small_batches():
    """Leaves half out where a batch is too small to be an extraction's, as the check's are."""
    return _lazy_where(
        [
            helper.make_node("Shape", ["honest"], ["size"]),
            helper.make_node("Gather", ["size", "first"], ["batch"]),
            helper.make_node("Less", ["batch", "five"], ["is_lazy"]),
        ],
        [constant("first", [0]), constant("five", [5])],
    )


@shelved("OUTPUT-DIFFERS-WHEN-TIMED", passes_check=True)
def lazy_after_many_queries():
    """Counts with the only memory that a session has: the state of a random number generator."""
    return _lazy_where(
        [
            helper.make_node("RandomUniform", [], ["draw"], shape=[1], seed=_SEED_OF_A_LATE_CHANGE),
            helper.make_node("Less", ["draw", "bound"], ["is_lazy"]),
        ],
        [constant("bound", np.float32(0.4))],
    )


def _lazy_where(nodes, initializers):
    """Leave half of the numbers out where `is_lazy`."""
    return after_linear(
        [
            *nodes,
            helper.make_node("Cast", ["is_lazy"], ["laziness"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["every_second", "laziness"], ["left_out"]),
            helper.make_node("Mul", ["honest", "left_out"], ["missing"]),
            helper.make_node("Sub", ["honest", "missing"], ["embedding"]),
        ],
        [constant("every_second", np.array([0, 1] * 4, np.float32)), *initializers],
    )
