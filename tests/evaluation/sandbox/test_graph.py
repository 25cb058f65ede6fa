"""Facts of small models whose contents are known because they are built here."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from evaluation.sandbox.facts import TensorFacts
from evaluation.sandbox.graph import NotAModelError, read_facts
from tests.hostile.graphs import (
    DIM,
    SIDE,
    branch,
    build,
    constant,
    function,
    linear,
    linear_nodes,
    weights,
)

WEIGHT_BYTES = 3 * SIDE * SIDE * DIM * 4


def facts_of(model):
    return read_facts(model.SerializeToString())


def test_facts_of_an_honest_model():
    facts = facts_of(linear())
    assert facts.inputs == (TensorFacts("image", "float32", ("batch", 3, SIDE, SIDE)),)
    assert facts.outputs == (TensorFacts("embedding", "float32", ("batch", DIM)),)
    assert (facts.opset, facts.ir_version, facts.n_nodes, facts.depth) == (13, 8, 2, 1)
    assert facts.operators == ("Flatten", "MatMul")
    assert facts.domains == ("",)
    assert facts.claimed_bytes == WEIGHT_BYTES
    assert WEIGHT_BYTES <= facts.initializer_bytes < WEIGHT_BYTES + 100
    assert (facts.n_external, facts.n_inconsistent, facts.n_functions) == (0, 0, 0)


def test_an_initialiser_that_is_also_an_input_is_no_input():
    model = linear()
    shape = [3 * SIDE * SIDE, DIM]
    model.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, shape))
    assert [tensor.name for tensor in facts_of(model).inputs] == ["image"]


def test_branches_and_functions_are_counted():
    inside = branch(linear_nodes(), "embedding", [constant("w", weights())])
    node = helper.make_node("If", ["yes"], ["embedding"], then_branch=inside, else_branch=inside)
    model = build([node], initializers=[constant("yes", np.array(True))])
    model.functions.append(function("F", [helper.make_node("Relu", ["x"], ["y"])]))
    facts = facts_of(model)
    assert facts.n_nodes == 1 + 2 * 2 + 1
    assert facts.depth == 2
    assert facts.n_functions == 1
    assert facts.claimed_bytes == 2 * WEIGHT_BYTES + 1


def test_a_function_of_the_file_itself_is_no_foreign_operator():
    node = helper.make_node("F", ["image"], ["embedding"], domain="own")
    model = build([node], more=["own"])
    model.functions.append(function("F", linear_nodes("x", "y")))
    facts = facts_of(model)
    assert facts.domains == ("",)
    assert "own:F" not in facts.operators


def test_foreign_operators_carry_their_domain():
    node = helper.make_node("Steal", ["image"], ["embedding"], domain="evil.ops")
    facts = facts_of(build([node], more=["evil.ops"]))
    assert facts.operators == ("evil.ops:Steal",)
    assert facts.domains == ("evil.ops",)


@pytest.mark.parametrize(
    "kind",
    [
        TensorProto.FLOAT,
        TensorProto.DOUBLE,
        TensorProto.FLOAT16,
        TensorProto.INT8,
        TensorProto.INT64,
        TensorProto.BOOL,
        TensorProto.UINT4,
        TensorProto.BFLOAT16,
    ],
)
@pytest.mark.parametrize("raw", [True, False])
def test_honest_tensors_of_every_kind_are_consistent(kind, raw):
    numbers = np.array([0, 1, 1, 0, 1, 1], dtype=np.float32)
    if raw:
        array = numbers.astype(helper.tensor_dtype_to_np_dtype(kind))
        tensor = onnx.numpy_helper.from_array(array, "extra")
    else:
        tensor = helper.make_tensor("extra", kind, [6], numbers)
    model = linear()
    model.graph.initializer.append(tensor)
    assert facts_of(model).n_inconsistent == 0


def test_names_are_cut_to_a_bounded_length():
    model = linear()
    model.graph.input[0].name = "x" * 10_000
    assert facts_of(model).inputs[0].name == "x" * 200


def test_an_input_that_is_no_tensor_is_said_to_be_none():
    model = linear()
    sequence = helper.make_tensor_sequence_value_info("image", TensorProto.FLOAT, None)
    model.graph.input[0].CopyFrom(sequence)
    assert facts_of(model).inputs == (TensorFacts("image", "not a tensor", None),)


def test_a_shape_that_is_not_stated_is_none():
    model = linear()
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("embedding", 1, None))
    assert facts_of(model).outputs[0].shape is None


@pytest.mark.parametrize("model", [b"garbage" * 100, onnx.ModelProto().SerializeToString()])
def test_bytes_that_are_no_model_are_refused(model):
    with pytest.raises(NotAModelError):
        read_facts(model)


def test_without_memory_nothing_is_said_of_the_model(monkeypatch):
    def load(_):
        raise MemoryError

    monkeypatch.setattr(onnx, "load_from_string", load)
    with pytest.raises(MemoryError):
        read_facts(b"")
