"""Facts come from a child that a hostile file may have taken over."""

import json

import pytest

from evaluation.sandbox.facts import (
    GraphFacts,
    RuntimeFacts,
    TensorFacts,
    facts_from_json,
    facts_to_json,
    runtime_from_json,
    runtime_to_json,
)
from evaluation.sandbox.wire import WireError

FACTS = GraphFacts(
    inputs=(TensorFacts("image", "float32", ("batch", 3, None)),),
    outputs=(TensorFacts("words", "not a tensor", None),),
    opset=13,
    ir_version=8,
    n_nodes=2,
    n_functions=0,
    depth=1,
    operators=("Conv",),
    domains=("",),
    initializer_bytes=10,
    claimed_bytes=10,
    n_external=0,
    n_inconsistent=0,
)


def read(document):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return facts_from_json(body, file_bytes=7, sha256="ab")


def changed(**fields):
    return {**json.loads(facts_to_json(FACTS)), **fields}


def test_facts_arrive_as_they_were_sent():
    facts = read(facts_to_json(FACTS))
    assert facts.inputs == FACTS.inputs
    assert facts.outputs == FACTS.outputs
    assert (facts.opset, facts.operators, facts.file_bytes, facts.sha256) == (
        13,
        ("Conv",),
        7,
        "ab",
    )


@pytest.mark.parametrize(
    "document",
    [
        b"not json",
        b"[]",
        {"opset": 13},
        changed(more=1),
        changed(opset="13"),
        changed(opset=True),
        changed(n_nodes=-1),
        changed(n_nodes=1.5),
        changed(operators="Conv"),
        changed(operators=["x"] * 2001),
        changed(operators=["x" * 201]),
        changed(operators=[1]),
        changed(inputs=[{"name": "a"}]),
        changed(inputs=["a"]),
        changed(inputs=[{"name": "a", "elem_type": "float32", "shape": []}] * 65),
        changed(inputs=[{"name": "a", "elem_type": "float32", "shape": [1.5]}]),
        changed(inputs=[{"name": "a", "elem_type": "float32", "shape": [-1]}]),
        changed(inputs=[{"name": "a", "elem_type": "float32", "shape": "abc"}]),
    ],
)
def test_facts_of_another_form_are_refused(document):
    with pytest.raises(WireError):
        read(document)


def test_names_lose_what_a_terminal_would_obey():
    document = changed(inputs=[{"name": "a\x1b[0m", "elem_type": "float32", "shape": None}])
    assert read(document).inputs[0].name == "a [0m"


def test_the_runtimes_facts_come_back_as_they_were_sent():
    facts = runtime_from_json(runtime_to_json("1.32.0", ["CPUExecutionProvider"]))
    assert facts == RuntimeFacts("1.32.0", ("CPUExecutionProvider",))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"version": "1"}',
        b'{"version": 1, "providers": []}',
        b'{"version": "1", "providers": "CPU"}',
        b'{"version": "1", "providers": [], "more": 1}',
    ],
)
def test_runtime_facts_of_another_form_are_refused(body):
    with pytest.raises(WireError):
        runtime_from_json(body)
