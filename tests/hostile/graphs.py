"""Small honest models, and the pieces from which dishonest ones are made."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from evaluation.card import parse_card

# Field 20 of an attribute, its type: a graph.
_GRAPH_ATTRIBUTE = b"\xa0\x01\x05"
SIDE = 16
DIM = 8
IMAGE = ("batch", 3, SIDE, SIDE)


def make_card(**changes):
    document = {
        "name": "made-up",
        "task": "embedding",
        "input": {"height": SIDE, "width": SIDE},
        "output": {"dim": DIM},
    }
    return parse_card({**document, **changes})


def tensor_of(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, list(shape))


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


def weights(n_in=3 * SIDE * SIDE, n_out=DIM):
    rng = np.random.default_rng(1)
    return rng.standard_normal((n_in, n_out)).astype(np.float32)


def linear_nodes(source="image", target="embedding"):
    """Nodes that flatten an image and multiply it by `w`."""
    return [
        helper.make_node("Flatten", [source], [f"{source}_flat"]),
        helper.make_node("MatMul", [f"{source}_flat", "w"], [target]),
    ]


def build(nodes, *, initializers=(), inputs=None, outputs=None, opset=13, ir_version=8, more=()):
    """Assemble a model; nothing is checked."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        inputs or [tensor_of("image", IMAGE)],
        outputs or [tensor_of("embedding", ("batch", DIM))],
        list(initializers),
    )
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in more)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=ir_version)


def linear(**changes):
    """An honest model: a random projection of the pixels."""
    return build(linear_nodes(), initializers=[constant("w", weights())], **changes)


def after_linear(nodes, initializers=(), **changes):
    """An honest model followed by nodes that turn `honest` into `embedding`."""
    return build(
        [*linear_nodes(target="honest"), *nodes],
        initializers=[constant("w", weights()), *initializers],
        **changes,
    )


def fixed_batch(size):
    """Honest, but takes only batches of one size."""
    shape = (size, 3, SIDE, SIDE)
    return linear(inputs=[tensor_of("image", shape)], outputs=[tensor_of("embedding", (size, DIM))])


def with_ballast(n_bytes):
    """Honest, with weights of so many bytes that nothing uses."""
    ballast = constant("ballast", np.zeros(n_bytes, np.uint8))
    return build(linear_nodes(), initializers=[constant("w", weights()), ballast])


def external_tensor(name="w", location="../../etc/passwd"):
    """A tensor whose numbers lie in another file."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[3 * SIDE * SIDE, DIM])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.append(onnx.StringStringEntryProto(key="location", value=location))
    return tensor


def branch(nodes, output, initializers=()):
    """Graph without inputs, for If."""
    return helper.make_graph(
        nodes, "branch", [], [tensor_of(output, ("batch", DIM))], list(initializers)
    )


def function(name, nodes, inputs=("x",), outputs=("y",)):
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("own", 1)]
    return helper.make_function("own", name, list(inputs), list(outputs), nodes, opsets)


def nested(depth):
    """Append branches within branches to an honest model, as raw protobuf.

    Written by hand because no library builds what its parser would refuse. Messages that
    follow one another merge, so the outermost node joins the honest graph.
    """
    graph = b""
    for _ in range(depth - 1):
        attribute = _field(1, b"then_branch") + _field(6, graph) + _GRAPH_ATTRIBUTE
        node = _field(4, b"If") + _field(5, attribute)
        graph = _field(1, node)
    return linear().SerializeToString() + _field(7, graph)


def _field(number, payload):
    """One length-delimited field of protobuf."""
    length, size = len(payload), bytearray()
    while length > 127:
        size.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *size, length]) + payload
