"""Cards as suppliers write them: the real ones load unchanged, impossible ones are explained."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.card import (
    MAX_CARD_BYTES,
    Similarity,
    Task,
    json_schema,
    load_card,
    parse_card,
    read_card,
)
from evaluation.errors import CardError

MINIMAL = {
    "name": "m",
    "task": "embedding",
    "input": {"height": 112, "width": 112},
    "output": {"dim": 128},
}


def changed(**fields):
    """Return the minimal card with fields set; ``input__x`` sets x inside input."""
    document = json.loads(json.dumps(MINIMAL))
    for name, value in fields.items():
        part, _, inner = name.rpartition("__")
        (document[part] if part else document)[inner] = value
    return document


def test_what_a_minimal_card_leaves_out_has_the_usual_values():
    card = parse_card(MINIMAL)
    assert card.task is Task.EMBEDDING
    assert (card.input.channels, card.input.layout, card.input.color) == (3, "NCHW", "RGB")
    assert card.input.mean == (127.5, 127.5, 127.5)
    assert card.input.scale == (1 / 127.5,) * 3
    assert card.input.template is None
    assert card.similarity is Similarity.COSINE
    assert not card.mirror
    assert card.unused == ()


def test_a_grey_card_without_mean_and_scale_has_one_of_each():
    card = parse_card(changed(input__channels=1, input__color="GRAY"))
    assert (card.input.mean, card.input.scale) == ((127.5,), (1 / 127.5,))


def test_top_level_fields_that_are_not_used_are_reported_rather_than_refused():
    assert parse_card(changed(mirrored=True, source={"commit": "abc"})).unused == (
        "mirrored",
        "source",
    )


DETECTOR = {"name": "d", "task": "detection", "decoder": "yunet", "input": {}}
LIVENESS = {
    "task": "pad",
    "output": {"activation": "softmax", "live_index": 1},
    "crop": {"kind": "shift", "scale": 2.7},
}


def test_a_recognition_model_may_bring_its_own_detector():
    card = parse_card(changed(detector={**DETECTOR, "colour": 1}))
    assert card.detector.decoder == "yunet"
    assert card.unused == ("detector.colour",)
    assert parse_card(json.loads(card.model_dump_json())) == card


@pytest.mark.parametrize(
    ("decoder", "names", "gives"),
    [
        ("yunet", 0, True),
        ("boxes01", 2, False),
        ("boxes", 0, False),
        ("boxes", 2, False),
        ("boxes", 3, True),
        ("scrfd", 0, True),
        ("scrfd", 6, False),
        ("scrfd", 9, True),
        ("scrfd", 15, True),
        ("retinaface", 0, True),
        ("retinaface", 2, False),
        ("retinaface", 3, True),
        ("yolo_face", 1, True),
    ],
)
def test_a_detectors_card_tells_whether_it_gives_landmarks(decoder, names, gives):
    names = [f"output{k}" for k in range(names)]
    card = parse_card({**DETECTOR, "decoder": decoder, "output_names": names})
    assert card.gives_landmarks is gives


IMPOSSIBLE = [
    (changed(detector=changed()), "detector.task is not detection"),
    (changed(detector={**DETECTOR, "detector": DETECTOR}), "detector goes with embedding"),
    (changed(detector={**DETECTOR, "decoder": "boxes01"}), "detector gives boxes only"),
    (changed(detector={"name": "d"}), "detector.task"),
    ({**changed(), **LIVENESS, "output": {"activation": "softmax"}}, "output.live_index"),
    ({**changed(), **LIVENESS, "recommended_threshold": 1.5}, "a probability lies from 0 to 1"),
    ({**changed(), **LIVENESS, "crop": {"kind": "shift", "scale": 0}}, "crop.scale"),
    ({**changed(), **LIVENESS, "crop": {"kind": "shift", "scale": 11}}, "crop.scale"),
    ({**DETECTOR, "decoder": "centerface"}, "decoder: Input should be 'yunet'"),
    ({**DETECTOR, "decoder": "boxes", "output_names": ["a"]}, "decoder boxes takes 2 or 3"),
    ({**DETECTOR, "priors": {"strides": [8], "min_sizes": [[1], [2]]}}, "one entry for each"),
    ({**DETECTOR, "priors": {"strides": [8], "min_sizes": [[]]}}, "one to eight sizes"),
    (changed(input__channels=1), "color is GRAY exactly where channels is 1"),
    (changed(input__color="GRAY"), "color is GRAY exactly where channels is 1"),
    (changed(input__mean=[0.0]), "mean has 1 values for 3 channels"),
    (changed(input__scale=[1.0, 1.0]), "scale has 2 values for 3 channels"),
    (changed(input__scale=[1.0, 0.0, 1.0]), "scale must not be 0"),
    (changed(input__scale=[1e300, 1.0, 1.0]), "input.scale.0: Input should be less than"),
    (changed(input__mean=[float("nan"), 0.0, 0.0]), "input.mean.0"),
    (changed(input__mean=["127", 0.0, 0.0]), "input.mean.0: Input should be a valid number"),
    (changed(input__height=0), "input.height: Input should be greater than 0"),
    (changed(input__height=1 << 20), "input.height: Input should be less than or equal to 4096"),
    (changed(input__height=True), "input.height: Input should be a valid integer"),
    (changed(input__height="112"), "input.height: Input should be a valid integer"),
    (changed(input__height=None), "input.height and input.width are needed"),
    (changed(input__colour="RGB"), "input.colour: Extra inputs are not permitted"),
    (changed(input__color="rgb"), "input.color"),
    (changed(input__layout="CHWN"), "input.layout"),
    (changed(input__template=[[1, 2]] * 5), "template has all five points in one place"),
    (changed(input__template=[[1, 2]] * 4), "input.template"),
    (changed(input__template=[[1, 2], [3, 4], [5, 6], [7, 8], [9, 1e9]]), "input.template.4.1"),
    (changed(output__dim=None), "output.dim, the length of the embedding, is needed"),
    (changed(output__dims=128), "output.dims: Extra inputs are not permitted"),
    (changed(task="recognition"), "task"),
    (changed(task="detection"), "decoder is needed for a detection model"),
    (changed(name=""), "name: String should have at least 1 character"),
    (changed(name="a\nb"), "name holds a control character"),
    (changed(name="x" * 121), "name: String should have at most 120 characters"),
    (changed(mirror="yes"), "mirror: Input should be a valid boolean"),
    (changed(schema_version=2), "schema_version: Input should be 1"),
    (changed(recommended_threshold=1.5), "recommended_threshold of a cosine lies from -1 to 1"),
    (
        changed(recommended_threshold=1.2, similarity="negative_euclidean"),
        "recommended_threshold is minus the distance, so at most 0",
    ),
]


@pytest.mark.parametrize(("document", "message"), IMPOSSIBLE)
def test_an_impossible_card_is_explained(document, message):
    with pytest.raises(CardError) as caught:
        parse_card(document)
    assert any(message in problem for problem in caught.value.problems)
    assert str(caught.value).startswith("The model card cannot be used: ")


def test_every_problem_is_reported_at_once():
    with pytest.raises(CardError) as caught:
        parse_card({"task": "embedding", "input": {"layout": "X"}})
    assert {problem.split(":")[0] for problem in caught.value.problems} == {"name", "input.layout"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not readable JSON"),
        (b"\xff\xfe", "not readable JSON"),
        (b"[" * 200_000, "not readable JSON"),
        (b"[]", "does not hold a JSON object"),
        (b" " * (MAX_CARD_BYTES + 1), "larger than 1,048,576 bytes"),
    ],
)
def test_bytes_that_are_no_card_are_refused(content, message):
    with pytest.raises(CardError, match=message):
        read_card(content)


def test_a_byte_order_mark_changes_nothing():
    assert read_card(b"\xef\xbb\xbf" + json.dumps(MINIMAL).encode()) == parse_card(MINIMAL)


def test_a_missing_card_is_refused(tmp_path):
    with pytest.raises(CardError, match=r"none\.json cannot be read"):
        load_card(tmp_path / "none.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["name", "task", "input", "output", "crop", "nms"]), JSON))
def test_any_document_is_a_card_or_a_card_error(document):
    try:
        card = parse_card({**MINIMAL, **document})
    except CardError:
        return
    assert parse_card(json.loads(card.model_dump_json())) == card


def test_the_schema_describes_every_field():
    properties = json_schema()["properties"]
    assert {"name", "task", "input", "output", "similarity", "mirror"} <= set(properties)


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "lightqnet_dm050", "minifas128_int8", "minifasnet_v2", "mobileface_v1", "mobileface_v3",
        "mobilefacenet_foamliu", "ultralight_rfb320", "yunet_n",
    ],
)  # fmt: skip
def test_a_real_card_loads_unchanged(real_dir, name):
    path = real_dir / "models" / f"{name}.json"
    card = load_card(path)
    document = json.loads(path.read_text())
    assert card.name == name
    assert list(card.input.mean) == document["input"]["mean"]
    assert "source" in card.unused
    assert "input" not in card.unused


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        ({"x": float("nan")}, "a number in it is not finite"),
        ({"x": [float("-inf")]}, "a number in it is not finite"),
        ({"x": "a\0b"}, "it holds a NUL character"),
        ({"x\0": 1}, "it holds a NUL character"),
        ({"description": "\\\0"}, "it holds a NUL character"),
    ],
)
def test_what_no_database_could_keep_is_refused_even_in_fields_that_are_not_used(extra, problem):
    with pytest.raises(CardError) as caught:
        parse_card(MINIMAL | extra)

    assert caught.value.problems == (problem,)


def test_a_backslash_before_the_digits_of_a_nul_is_plain_text():
    assert parse_card(MINIMAL | {"description": "\\u0000"}).description == "\\u0000"


def test_a_card_nested_too_deep_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(CardError):
        parse_card(MINIMAL | {"x": deep})
