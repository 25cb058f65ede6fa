"""Models that reach out of their file: for other files, for code."""

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.hostile.graphs import (
    DIM,
    SIDE,
    after_linear,
    branch,
    build,
    constant,
    external_tensor,
    function,
    linear_nodes,
)
from tests.hostile.item import shelved


@shelved("EXTERNAL-DATA")
def external_initializer():
    return build(linear_nodes(), initializers=[external_tensor()])


@shelved("EXTERNAL-DATA")
def external_initializer_beside_the_model():
    return build(linear_nodes(), initializers=[external_tensor(location="weights.bin")])


@shelved("EXTERNAL-DATA")
def external_data_without_saying_so():
    tensor = external_tensor()
    tensor.data_location = TensorProto.DEFAULT
    return build(linear_nodes(), initializers=[tensor])


@shelved("EXTERNAL-DATA")
def external_constant():
    node = helper.make_node("Constant", [], ["w"])
    node.attribute.append(
        onnx.AttributeProto(name="value", type=onnx.AttributeProto.TENSOR, t=external_tensor())
    )
    return build([node, *linear_nodes()])


@shelved("EXTERNAL-DATA")
def external_in_a_branch():
    inside = branch(linear_nodes(), "embedding", [external_tensor()])
    node = helper.make_node("If", ["yes"], ["embedding"], then_branch=inside, else_branch=inside)
    return build([node], initializers=[constant("yes", np.array(True))])


@shelved("EXTERNAL-DATA")
def external_in_a_function():
    node = helper.make_node("Constant", [], ["w"])
    node.attribute.append(
        onnx.AttributeProto(name="value", type=onnx.AttributeProto.TENSOR, t=external_tensor())
    )
    return _with_function([node, *linear_nodes()])


@shelved("EXTERNAL-DATA")
def external_default_of_a_function():
    model = _with_function(linear_nodes())
    model.functions[0].attribute_proto.append(
        onnx.AttributeProto(name="value", type=onnx.AttributeProto.TENSOR, t=external_tensor())
    )
    return model


@shelved("EXTERNAL-DATA")
def external_sparse_initializer():
    model = build(linear_nodes())
    sparse = onnx.SparseTensorProto(values=external_tensor(), dims=[3 * SIDE * SIDE, DIM])
    sparse.indices.CopyFrom(constant("indices", np.arange(DIM)))
    model.graph.sparse_initializer.append(sparse)
    return model


@shelved("OPERATOR-NOT-STANDARD")
def custom_operator():
    node = helper.make_node("Exfiltrate", ["honest"], ["embedding"], domain="evil.ops")
    return after_linear([node], more=["evil.ops"])


@shelved("OPERATOR-NOT-STANDARD")
def operator_that_loads_a_library():
    node = helper.make_node(
        "EPContext",
        ["honest"],
        ["embedding"],
        domain="com.microsoft",
        ep_cache_context="/tmp/evil.so",
        embed_mode=0,
    )
    return after_linear([node], more=["com.microsoft"])


@shelved("OPERATOR-NOT-STANDARD")
def custom_operator_in_a_function():
    return _with_function([helper.make_node("PyOp", ["image"], ["embedding"], domain="evil.ops")])


def _with_function(nodes):
    model = build([helper.make_node("F", ["image"], ["embedding"], domain="own")], more=["own"])
    model.functions.append(function("F", nodes, ["image"], ["embedding"]))
    return model
