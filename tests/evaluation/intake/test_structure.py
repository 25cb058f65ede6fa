"""Structural rules on facts made up here; cards and files differ in one thing at a time."""

import dataclasses

import pytest

from evaluation.card import parse_card
from evaluation.intake.operators import outside_operators
from evaluation.intake.structure import (
    MAX_DEPTH,
    MAX_FUNCTIONS,
    MAX_NODES,
    NEWEST_IR_VERSION,
    NEWEST_OPSET,
    OLDEST_OPSET,
    check_structure,
)
from evaluation.sandbox import Limits, ModelFacts, TensorFacts

FACTS = ModelFacts(
    inputs=(TensorFacts("image", "float32", ("n", 3, 112, 112)),),
    outputs=(TensorFacts("embedding", "float32", ("n", 128)),),
    opset=13,
    ir_version=8,
    n_nodes=10,
    n_functions=0,
    depth=1,
    operators=("Conv",),
    domains=("",),
    initializer_bytes=100,
    claimed_bytes=100,
    n_external=0,
    n_inconsistent=0,
    file_bytes=200,
    sha256="ab",
)


def make_card(**changes):
    document = {
        "name": "m",
        "task": "embedding",
        "input": {"height": 112, "width": 112},
        "output": {"dim": 128},
    }
    return parse_card({**document, **changes})


def codes(*, card=None, limits=None, **changes):
    facts = dataclasses.replace(FACTS, **changes)
    findings = check_structure(facts, card or make_card(), limits or Limits())
    assert all((finding.refusal is None) == finding.passed for finding in findings)
    return [finding.refusal.code for finding in findings if finding.refusal]


def input_of(*shape, kind="float32", name="image"):
    return (TensorFacts(name, kind, shape),)


def output_of(*shape, kind="float32", name="embedding"):
    return (TensorFacts(name, kind, shape),)


def test_an_honest_file_passes_every_rule():
    assert codes() == []


def test_all_faults_are_told_at_once():
    faults = codes(n_external=1, opset=99, inputs=input_of("n", 3, 64, 64))
    assert faults == ["EXTERNAL-DATA", "OPSET-NOT-SUPPORTED", "INPUT-SHAPE"]


@pytest.mark.parametrize(
    ("field", "last_good", "first_bad", "code"),
    [
        ("n_external", 0, 1, "EXTERNAL-DATA"),
        ("opset", NEWEST_OPSET, NEWEST_OPSET + 1, "OPSET-NOT-SUPPORTED"),
        ("opset", OLDEST_OPSET, OLDEST_OPSET - 1, "OPSET-NOT-SUPPORTED"),
        ("ir_version", NEWEST_IR_VERSION, NEWEST_IR_VERSION + 1, "OPSET-NOT-SUPPORTED"),
        ("n_nodes", MAX_NODES, MAX_NODES + 1, "MODEL-TOO-COMPLEX"),
        ("n_functions", MAX_FUNCTIONS, MAX_FUNCTIONS + 1, "MODEL-TOO-COMPLEX"),
        ("depth", MAX_DEPTH, MAX_DEPTH + 1, "MODEL-TOO-COMPLEX"),
        ("n_inconsistent", 0, 1, "WEIGHTS-INCONSISTENT"),
    ],
)
def test_each_bound_holds_to_its_last_value(field, last_good, first_bad, code):
    assert codes(**{field: last_good}) == []
    assert codes(**{field: first_bad}) == [code]


def test_weights_may_fill_the_memory_but_not_more():
    limits = Limits(memory_bytes=1000)
    assert codes(claimed_bytes=1000, limits=limits) == []
    assert codes(claimed_bytes=1001, limits=limits) == ["WEIGHTS-TOO-LARGE"]


@pytest.mark.parametrize(
    "shape", [("n", 3, 112, 112), (1, 3, 112, 112), (None, "c", "h", "w"), (256, 3, 112, 112)]
)
def test_inputs_that_leave_room_for_the_card(shape):
    assert codes(inputs=input_of(*shape)) == []


@pytest.mark.parametrize(
    "shape",
    [
        ("n", 1, 112, 112),
        ("n", 3, 112, 96),
        ("n", 112, 112, 3),
        (3, 112, 112),
        ("n", 37632),
        (0, 3, 112, 112),
        (257, 3, 112, 112),
        (),
    ],
)
def test_inputs_that_contradict_the_card(shape):
    assert codes(inputs=input_of(*shape)) == ["INPUT-SHAPE"]


def test_an_input_without_a_stated_shape_is_left_to_the_run():
    assert codes(inputs=(TensorFacts("image", "float32", None),)) == []


def test_the_layout_decides_where_channels_stand():
    card = make_card(input={"height": 112, "width": 112, "layout": "NHWC"})
    assert codes(card=card, inputs=input_of("n", 112, 112, 3)) == []
    assert codes(card=card) == ["INPUT-SHAPE"]


def test_a_grey_card_wants_one_channel():
    spec = {"height": 112, "width": 112, "channels": 1, "color": "GRAY", "mean": [0], "scale": [1]}
    card = make_card(input=spec)
    assert codes(card=card, inputs=input_of("n", 1, 112, 112)) == []
    assert codes(card=card) == ["INPUT-SHAPE"]


def test_a_detector_without_a_size_takes_any():
    names = [f"{kind}_{s}" for kind in ("cls", "obj", "bbox", "kps") for s in (8, 16, 32)]
    outputs = tuple(TensorFacts(name, "float32", None) for name in names)
    card = parse_card({"name": "d", "task": "detection", "decoder": "yunet", "input": {}})
    assert codes(card=card, inputs=input_of("n", 3, "h", "w"), outputs=outputs) == []
    assert codes(card=card, inputs=input_of("n", 3, "h", "w"), outputs=outputs[1:]) == [
        "OUTPUT-NAME"
    ]


def detector(decoder, *names, kind="float32", **more):
    card = {"name": "d", "task": "detection", "decoder": decoder, "input": {}, **more}
    outputs = tuple(TensorFacts(name, kind, None) for name in names)
    return codes(card=parse_card(card), inputs=input_of("n", 3, "h", "w"), outputs=outputs)


@pytest.mark.parametrize(
    ("decoder", "names", "found"),
    [
        ("boxes01", ("scores", "boxes"), []),
        ("boxes01", ("conf", "boxes"), ["OUTPUT-NAME"]),
        ("boxes", ("scores", "boxes", "more"), []),
        ("boxes", ("scores",), ["OUTPUT-NAME"]),
        ("scrfd", tuple("abcdef"), []),
        ("scrfd", tuple("abcdefg"), ["OUTPUT-SHAPE"]),
        ("retinaface", ("loc", "conf", "landm"), []),
        ("yolo_face", ("output0", "proto"), []),
    ],
)
def test_a_detector_has_the_outputs_that_its_decoder_reads(decoder, names, found):
    assert detector(decoder, *names) == found


def test_a_detectors_outputs_are_those_that_the_card_names():
    assert detector("boxes", "s", "b", "p", output_names=["s", "b", "p"]) == []
    assert detector("boxes", "s", "b", output_names=["s", "b", "p"]) == ["OUTPUT-NAME"]
    assert detector("yolo_face", "a", "b", output={"name": "b"}) == []
    assert detector("yolo_face", "a", output={"name": "b"}) == ["OUTPUT-NAME"]


def test_a_detectors_outputs_are_floats():
    assert detector("boxes", "scores", "boxes", kind="int64") == ["OUTPUT-TYPE"]


@pytest.mark.parametrize(
    ("output", "found"),
    [({"live_index": 1}, []), ({"live_index": 2}, ["OUTPUT-SHAPE"]), ({}, ["OUTPUT-SHAPE"])],
)
def test_the_live_class_is_among_the_classes(output, found):
    card = make_card(task="pad", output=output)
    assert codes(card=card, outputs=output_of("n", 2)) == found


@pytest.mark.parametrize("n", [0, 2])
def test_exactly_one_input_is_wanted(n):
    assert "INPUT-COUNT" in codes(inputs=input_of("n", 3, 112, 112) * n)


def test_the_input_has_the_cards_name_where_it_gives_one():
    spec = {"height": 112, "width": 112}
    assert codes(card=make_card(input={**spec, "name": "image"})) == []
    assert codes(card=make_card(input={**spec, "name": "picture"})) == ["INPUT-NAME"]


@pytest.mark.parametrize("kind", ["float16", "float64", "uint8", "int64", "not a tensor"])
def test_the_input_is_float32_and_nothing_else(kind):
    assert codes(inputs=input_of("n", 3, 112, 112, kind=kind)) == ["INPUT-TYPE"]


@pytest.mark.parametrize(
    ("shape", "kind", "code"),
    [
        (("n", 127), "float32", "OUTPUT-SHAPE"),
        (("n", 128, 1), "float32", "OUTPUT-SHAPE"),
        (("n",), "float32", "OUTPUT-SHAPE"),
        (("n", 128), "int8", "OUTPUT-TYPE"),
        (("n", 128), "not a tensor", "OUTPUT-TYPE"),
    ],
)
def test_outputs_that_contradict_the_card(shape, kind, code):
    assert codes(outputs=output_of(*shape, kind=kind)) == [code]


@pytest.mark.parametrize("shape", [("n", 128), (1, 128), (None, None), ("n", "d")])
def test_outputs_that_leave_room_for_the_card(shape):
    assert codes(outputs=output_of(*shape)) == []
    assert codes(outputs=output_of(*shape, kind="float16")) == []


def operators(*names):
    domains = {name.rpartition(":")[0] for name in names}
    return dataclasses.replace(FACTS, operators=names, domains=tuple(sorted(domains)))


def test_standard_operators_and_the_quantisers_are_allowed():
    names = ("Conv", "ai.onnx.ml:LabelEncoder", "com.microsoft:QLinearAdd")
    assert outside_operators(operators(*names)) == []


@pytest.mark.parametrize(
    "name",
    [
        "evil.ops:Steal",
        "com.microsoft:EPContext",
        "com.microsoft:Tokenizer",
        "com.microsoft.experimental:Conv",
        "ai.onnx.training:Adam",
        "evil:com.microsoft:QLinearAdd",
    ],
)
def test_other_operators_are_named(name):
    assert outside_operators(operators("Conv", name)) == [name]
