"""Valid models with a few things changed, each case from its number: bytes, or what they say."""

import random

import onnx
from onnx import AttributeProto, TensorProto, helper

from tests.hostile.valid import valid_models

ODD_NUMBERS = (-(1 << 63), -(1 << 31), -1, 0, 1, 3, 255, 1 << 16, 1 << 31, (1 << 63) - 1)
ODD_NAMES = (
    *("", "image", "w", "../escaped", "../../escaped", "/etc/passwd"),
    *("\0", "x" * 5000, "\u202e"),
)
OPERATORS = (
    *("Relu", "If", "Loop", "Scan", "Reshape", "Resize", "Tile", "Expand", "Range", "Gather"),
    *("ConstantOfShape", "OneHot", "Pad", "TopK", "Conv", "LSTM", "Einsum", "StringNormalizer"),
    *("SequenceAt", "RandomNormal", "Multinomial", "EyeLike", "NonZero", "Split", "Frobnicate"),
)


def mutated(number):
    """Return the name of a valid model, what was done to it, and its bytes afterwards."""
    rng = random.Random(number)
    name, model = rng.choice(sorted(valid_models().items()))
    done = []
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        change = rng.choice(_OF_MODELS)
        change(model, rng)
        done.append(change.__name__.lstrip("_"))
    content = model.SerializeToString()
    for _ in range(0 if done and rng.random() < 0.7 else rng.choice((1, 2, 8))):
        change = rng.choice(_OF_BYTES)
        content = change(content, rng)
        done.append(change.__name__.lstrip("_"))
    return name, ", ".join(done), content


# -- of bytes


def _place(content, rng):
    """A place in the file: as often in its first bytes, where the structure is, as in the rest."""
    return rng.randrange(min(400, len(content)) if rng.random() < 0.5 else len(content))


def _flip_bit(content, rng):
    at = _place(content, rng)
    return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]


def _delete_bytes(content, rng):
    at = _place(content, rng)
    return content[:at] + content[at + rng.choice((1, 2, 9, 1000)) :] or b"\0"


def _insert_bytes(content, rng):
    at = _place(content, rng)
    return content[:at] + rng.randbytes(rng.choice((1, 2, 9, 1000))) + content[at:]


def _repeat_bytes(content, rng):
    at = _place(content, rng)
    return content[:at] + content[at : at + rng.choice((1, 2, 9, 1000))] * 2 + content[at:]


def _cut_off(content, rng):
    return content[: max(1, _place(content, rng))]


# -- of what they say


def _graphs(model):
    """Return the graph and those in its nodes."""
    found = [model.graph]
    for graph in found:
        found += [a.g for node in graph.node for a in node.attribute if a.HasField("g")]
    return found


def _node(model, rng):
    return rng.choice([node for graph in _graphs(model) for node in graph.node] or [None])


def _change_shape(model, rng):
    values = [v for g in _graphs(model) for v in (*g.input, *g.output)]
    shape = rng.choice(values).type.tensor_type.shape
    if shape.dim and rng.random() < 0.7:
        rng.choice(shape.dim).dim_value = rng.choice(ODD_NUMBERS)
    else:
        shape.dim.add().dim_value = rng.choice(ODD_NUMBERS)


def _change_type(model, rng):
    values = [v for g in _graphs(model) for v in (*g.input, *g.output)]
    rng.choice(values).type.tensor_type.elem_type = rng.choice((0, 1, 2, 7, 8, 9, 10, 11, 99))


def _change_initializer_size(model, rng):
    if model.graph.initializer:
        dims = rng.choice(model.graph.initializer).dims
        if dims and rng.random() < 0.7:
            dims[rng.randrange(len(dims))] = rng.choice(ODD_NUMBERS)
        else:
            dims.append(rng.choice(ODD_NUMBERS))


def _change_initializer_type(model, rng):
    if model.graph.initializer:
        rng.choice(model.graph.initializer).data_type = rng.choice((0, 1, 6, 7, 8, 9, 10, 16, 99))


def _change_numbers(model, rng):
    """Give a small initializer, such as a shape or a number of rounds, an odd number."""
    small = [one for one in model.graph.initializer if len(one.raw_data) <= 64]
    if small:
        tensor = rng.choice(small)
        filler = rng.choice((b"\0", b"\xff", b"\x7f", rng.randbytes(1)))
        tensor.raw_data = filler * len(tensor.raw_data)


def _move_initializer_outside(model, rng):
    if model.graph.initializer:
        tensor = rng.choice(model.graph.initializer)
        tensor.data_location = rng.choice((TensorProto.EXTERNAL, TensorProto.DEFAULT))
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", rng.choice(ODD_NAMES)


def _change_operator(model, rng):
    if node := _node(model, rng):
        node.op_type = rng.choice(OPERATORS)


def _change_domain(model, rng):
    if node := _node(model, rng):
        node.domain = rng.choice(("com.microsoft", "ai.onnx.ml", "own", "../x"))


def _change_name(model, rng):
    if node := _node(model, rng):
        names = rng.choice((node.input, node.output))
        if names:
            names[rng.randrange(len(names))] = rng.choice(ODD_NAMES)


def _swap_inputs(model, rng):
    if node := _node(model, rng):
        swapped = list(node.input)[::-1]
        del node.input[:]
        node.input.extend(swapped)


def _repeat_node(model, rng):
    graph = rng.choice(_graphs(model))
    if graph.node:
        graph.node.append(rng.choice(graph.node))


def _drop_node(model, rng):
    graph = rng.choice(_graphs(model))
    if graph.node:
        del graph.node[rng.randrange(len(graph.node))]


def _change_attribute(model, rng):
    if node := _node(model, rng):
        name = rng.choice(("axis", "axes", "to", "perm", "value", "body", "then_branch", "pads"))
        value = rng.choice(
            (rng.choice(ODD_NUMBERS), list(ODD_NUMBERS), float("nan"), b"\xff", ["a", "b"])
        )
        node.attribute.append(helper.make_attribute(name, value))


def _lie_about_an_attribute(model, rng):
    node = _node(model, rng)
    if node and node.attribute:
        rng.choice(node.attribute).type = rng.choice(AttributeProto.AttributeType.values())


def _nest_graph(model, rng):
    """Put the whole graph into a branch of itself."""
    inner = onnx.GraphProto()
    inner.CopyFrom(model.graph)
    node = helper.make_node("If", [rng.choice(ODD_NAMES[1:3])], ["embedding"])
    node.attribute.append(helper.make_attribute("then_branch", inner))
    node.attribute.append(helper.make_attribute("else_branch", inner))
    model.graph.node.append(node)


def _change_version(model, rng):
    if rng.random() < 0.5:
        model.ir_version = rng.choice(ODD_NUMBERS)
    else:
        rng.choice(model.opset_import).version = rng.choice(ODD_NUMBERS)


_OF_BYTES = (_flip_bit, _flip_bit, _delete_bytes, _insert_bytes, _repeat_bytes, _cut_off)
_OF_MODELS = (
    *(_change_shape, _change_type, _change_initializer_size, _change_initializer_type),
    *(_change_numbers, _move_initializer_outside, _change_operator, _change_domain),
    *(_change_name, _swap_inputs, _repeat_node, _drop_node, _change_attribute),
    *(_lie_about_an_attribute, _nest_graph, _change_version),
)
