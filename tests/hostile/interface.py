"""Models whose input or output is not what the card says."""

from onnx import TensorProto, helper

from evaluation.sandbox import Limits
from tests.hostile.graphs import (
    DIM,
    IMAGE,
    SIDE,
    after_linear,
    build,
    constant,
    linear,
    linear_nodes,
    tensor_of,
    weights,
)
from tests.hostile.item import shelved


@shelved("INPUT-COUNT")
def two_images():
    add = helper.make_node("Add", ["image", "other"], ["both"])
    return build(
        [add, *linear_nodes("both")],
        initializers=[constant("w", weights())],
        inputs=[tensor_of("image", IMAGE), tensor_of("other", IMAGE)],
    )


@shelved("INPUT-COUNT")
def no_image():
    node = helper.make_node("Identity", ["w"], ["embedding"])
    model = build([node], initializers=[constant("w", weights(4))])
    del model.graph.input[:]
    return model


@shelved("INPUT-NAME", input={"height": SIDE, "width": SIDE, "name": "picture"})
def other_input_name():
    return linear()


@shelved("INPUT-TYPE")
def bytes_instead_of_floats():
    cast = helper.make_node("Cast", ["image"], ["floats"], to=TensorProto.FLOAT)
    return build(
        [cast, *linear_nodes("floats")],
        initializers=[constant("w", weights())],
        inputs=[tensor_of("image", IMAGE, TensorProto.UINT8)],
    )


@shelved("INPUT-SHAPE")
def other_layout():
    return linear(inputs=[tensor_of("image", ("batch", SIDE, SIDE, 3))])


@shelved("INPUT-SHAPE")
def other_rank():
    return linear(inputs=[tensor_of("image", ("batch", 3 * SIDE * SIDE))])


@shelved("INPUT-SHAPE")
def enormous_fixed_batch():
    return linear(inputs=[tensor_of("image", (100_000, 3, SIDE, SIDE))])


@shelved("OUTPUT-NAME")
def several_outputs_and_none_named():
    again = helper.make_node("Relu", ["embedding"], ["again"])
    outputs = [tensor_of(name, ("batch", DIM)) for name in ("embedding", "again")]
    return build([*linear_nodes(), again], initializers=[constant("w", weights())], outputs=outputs)


@shelved("OUTPUT-TYPE")
def words_instead_of_numbers():
    cast = helper.make_node("Cast", ["honest"], ["embedding"], to=TensorProto.STRING)
    return after_linear(
        [cast], outputs=[tensor_of("embedding", ("batch", DIM), TensorProto.STRING)]
    )


@shelved("OUTPUT-SHAPE")
def shorter_embedding():
    return build(
        linear_nodes(),
        initializers=[constant("w", weights(n_out=4))],
        outputs=[tensor_of("embedding", ("batch", 4))],
    )


@shelved("OUTPUT-SHAPE")
def length_that_shows_only_when_run():
    return build(
        linear_nodes(),
        initializers=[constant("w", weights(n_out=4))],
        outputs=[tensor_of("embedding", ("batch", "secret"))],
    )


@shelved(
    "OUTPUT-TOO-LARGE",
    limits=Limits(max_output_bytes=1 << 20),
    output={"name": "embedding", "dim": DIM},
)
def second_output_that_fills_memory():
    fill = helper.make_node("ConstantOfShape", ["size"], ["flood"])
    outputs = [tensor_of("embedding", ("batch", DIM)), tensor_of("flood", ("many",))]
    return build(
        [*linear_nodes(), fill],
        initializers=[constant("w", weights()), constant("size", [1 << 20])],
        outputs=outputs,
    )
