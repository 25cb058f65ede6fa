"""Sound models whose names look like places, or like nothing that a name should be."""

from onnx import helper

from tests.hostile.graphs import linear

NAMES = {
    "a path upwards": "../../etc/x",
    "a path of the system": "/etc/passwd",
    "a file beside": "model.onnx",
    "a zero byte": "a\0b",
    "a new line": "a\nb",
    "text that turns round": "\u202eabc",
    "a page's mark": "<script>alert(1)</script>",
    "very long": "x" * 100_000,
}


def named(name):
    """Honest, and everything in it that may have a name has this one, and a number."""
    model = linear()
    places = {"image": f"{name}1", "image_flat": f"{name}2", "w": f"{name}3"}
    places["embedding"] = f"{name}4"
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        value.name = places[value.name]
    for node in model.graph.node:
        node.name = node.doc_string = f"{name}{node.op_type}"
        node.input[:] = [places[one] for one in node.input]
        node.output[:] = [places[one] for one in node.output]
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = name
    model.graph.name = model.graph.doc_string = name
    model.producer_name = model.producer_version = model.domain = model.doc_string = name
    helper.set_model_props(model, {name: name, "location": name})
    return model
