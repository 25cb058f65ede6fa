"""Attacks, quality and detection from images to sections, by tiny models that really run.

Oracles: what the made-up pictures say of themselves, counted in plain Python.
"""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from evaluation.card import parse_card
from evaluation.errors import CardError, ModelFailureError, RecogniserFailureError
from evaluation.pipeline import RunSettings, comparable, run_evaluation
from evaluation.testsets import ImageKind, NewSample, write_test_set
from evaluation.testsets.new import NewDetection, NewFace, NewPresentationAttack
from evaluation.testsets.protocols import QualityProtocol

pytestmark = pytest.mark.sandbox

RAW = {"mean": [0, 0, 0], "scale": [1, 1, 1]}
SETTINGS = RunSettings(replicates=40, throughput_seconds=0, threads=1)


def model_bytes(nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, inputs)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=10)
    onnx.checker.check_model(model)
    return model.SerializeToString()


@pytest.fixture(scope="module")
def mean_model():
    """Mean of red, green and blue of each image."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["means"]),
    ]
    return model_bytes(nodes, ["n", 3, "h", "w"], [("means", ["n", 3])])


@pytest.fixture(scope="module")
def one_box_model():
    """One box, always the same; its score is the picture's mean red over 255."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
        helper.make_node("Gather", ["pooled", "first"], ["red"], axis=1),
        helper.make_node("Reshape", ["red", "shape"], ["scores"]),
        helper.make_node("Identity", ["corners"], ["boxes"]),
    ]
    constants = [
        ("first", np.array([0], np.int64)),
        ("shape", np.array([1, 1], np.int64)),
        ("corners", np.array([[[10, 10, 30, 40]]], np.float32)),
    ]
    outputs = [("scores", [1, 1]), ("boxes", [1, 1, 4])]
    return model_bytes(nodes, [1, 3, 64, 64], outputs, constants)


def run(test_set, model, card, workdir, **settings):
    return run_evaluation(
        test_set=test_set,
        model=model,
        card=parse_card(card),
        workdir=workdir,
        settings=replace(SETTINGS, **settings),
    )


PAD = {
    "name": "pad",
    "task": "pad",
    "input": {"height": 16, "width": 16, "mean": [0, 0, 0], "scale": [1 / 255] * 3},
    "output": {"live_index": 0, "activation": "none"},
    "crop": {"kind": "shift", "scale": 1.5},
}
LIVENESS = [204, 153, 77, 128, 26, 230]
SPECIES = ["", "", "", "print", "print", "mask"]


@pytest.fixture
def attacks(tmp_path, png):
    samples = [
        NewSample(
            f"s{k}", png(np.full((64, 64, 3), red, np.uint8)), ".png", f"p{k}", box=(9, 9, 30, 30)
        )
        for k, red in enumerate(LIVENESS)
    ]
    rows = [(f"s{k}", species) for k, species in enumerate(SPECIES)]
    return write_test_set(
        tmp_path / "attacks",
        name="attacks",
        title="Attacks",
        image_kind=ImageKind.PHOTOGRAPH,
        samples=samples,
        protocols=[NewPresentationAttack("pad", "Attacks", rows)],
    )


def test_attacks_are_counted_by_species_at_the_cards_threshold(attacks, mean_model, tmp_path):
    found = run(attacks, mean_model, PAD, tmp_path / "w").presentation_attack[0]
    assert (found.bpcer.errors, found.bpcer.trials) == (1, 3)
    assert {one.species: (one.apcer.errors, one.apcer.trials) for one in found.species} == {
        "mask": (1, 1),
        "print": (1, 2),
    }
    stricter = {**PAD, "recommended_threshold": 0.55}
    found = run(attacks, mean_model, stricter, tmp_path / "s").presentation_attack[0]
    assert (found.threshold, found.is_recommended) == (0.55, True)
    assert [one.apcer.errors for one in found.species] == [1, 0]


def test_a_set_without_a_protocol_for_the_task_is_named(make_test_set, mean_model, tmp_path):
    with pytest.raises(Exception, match="no protocol for models whose task is pad"):
        run(make_test_set(), mean_model, PAD, tmp_path / "w")


QUALITY = {
    "name": "quality",
    "task": "quality",
    "input": {"height": 112, "width": 112, **RAW},
    "output": {"index": 1},
}


def test_quality_is_judged_by_the_named_recognisers_errors(
    make_test_set, mean_model, tiny_model, tiny_card, tmp_path
):
    plain = make_test_set(60)
    test_set = replace(
        plain,
        protocols=(
            *plain.protocols,
            QualityProtocol("q", "Quality", "pairs"),
            QualityProtocol("qa", "Quality", "all"),
        ),
    )
    result = run(test_set, mean_model, QUALITY, tmp_path / "w", recogniser=(tiny_model, tiny_card))
    of_recogniser = run_evaluation(
        test_set=test_set,
        model=tiny_model,
        card=tiny_card,
        workdir=tmp_path / "r",
        settings=SETTINGS,
        protocols=["pairs", "all"],
    )
    for quality, base in zip(result.quality, of_recogniser.verification, strict=True):
        assert quality.recogniser == tiny_card.name
        assert (quality.n_mated, quality.n_non_mated) == (base.n_mated, base.n_non_mated)
        at_target = {one.target_fmr: one for one in base.operating_points if one.fnmr is not None}
        assert {one.target_fmr for one in quality.points} == set(at_target)
        for point in quality.points:
            clean = at_target[point.target_fmr]
            assert point.threshold == clean.threshold
            assert point.points[0].fnmr.errors == clean.fnmr.errors


def test_a_quality_model_without_a_recogniser_is_not_to_blame(
    make_test_set, mean_model, tiny_card, tmp_path
):
    plain = make_test_set(40)
    test_set = replace(plain, protocols=(*plain.protocols, QualityProtocol("q", "Q", "pairs")))
    with pytest.raises(RecogniserFailureError, match="none is named"):
        run(test_set, mean_model, QUALITY, tmp_path / "w")
    broken = (b"no model", tiny_card)
    with pytest.raises(RecogniserFailureError, match="recognition model failed: NOT-ONNX"):
        run(test_set, mean_model, QUALITY, tmp_path / "b", recogniser=broken)
    other = (mean_model, parse_card(QUALITY))
    with pytest.raises(RecogniserFailureError, match="quality is no recognition model"):
        run(test_set, mean_model, QUALITY, tmp_path / "o", recogniser=other)


DETECTOR = {
    "name": "detector",
    "task": "detection",
    "decoder": "boxes",
    "input": {"height": 64, "width": 64, "mean": [0, 0, 0], "scale": [1 / 255] * 3},
    "score": 0.5,
}


def test_faces_are_found_missed_and_invented_as_the_pictures_say(
    one_box_model, tmp_path, png, make_test_set
):
    reds = [204, 179, 77, 153, 3]
    samples = [
        NewSample(f"s{k}", png(np.full((64, 64, 3), red, np.uint8)), ".png", f"p{k}")
        for k, red in enumerate(reds)
    ]
    faces = [NewFace(f"s{k}", (10.0, 10.0, 20.0, 30.0)) for k in (0, 2, 4)]
    test_set = write_test_set(
        tmp_path / "faces",
        name="faces",
        title="Faces",
        image_kind=ImageKind.PHOTOGRAPH,
        samples=samples,
        protocols=[NewDetection("faces", "Faces", [*faces, NewFace("s3", (0.0, 40.0, 9.0, 9.0))])],
    )
    found = run(test_set, one_box_model, DETECTOR, tmp_path / "w").detection[0]
    assert (found.n_faces, found.missed.errors) == (4, 3)
    assert (found.false_boxes.errors, found.false_boxes.trials) == (2, 3)
    # Right, wrong, wrong, right: precision 1 up to a recall of 1/4, then 1/2 up to 1/2.
    assert found.average_precision == pytest.approx(1 / 4 + 1 / 2 * 1 / 4)


def test_whatever_the_shards_a_result_is_the_same(attacks, mean_model, tmp_path):
    one = run(attacks, mean_model, PAD, tmp_path / "a")
    two = run(attacks, mean_model, PAD, tmp_path / "b", threads=2)
    first, second = comparable(one), comparable(two)
    for document in (first, second):
        del document["provenance"]["threads"]
    assert first == second


@pytest.fixture(scope="module")
def marks_model():
    """A detector that finds one face on the ArcFace template, whatever it is given."""
    points = [
        *(38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366),
        *(41.5493, 92.3655, 70.7299, 92.2041),
    ]
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
        helper.make_node("Gather", ["pooled", "first"], ["red"], axis=1),
        helper.make_node("Reshape", ["red", "shape"], ["flat"]),
        helper.make_node("Mul", ["flat", "nothing"], ["zero"]),
        helper.make_node("Add", ["zero", "sure"], ["scores"]),
        helper.make_node("Add", ["corners", "zero"], ["boxes"]),
        helper.make_node("Add", ["marks", "zero"], ["points"]),
    ]
    constants = [
        ("first", np.array([0], np.int64)),
        ("shape", np.array([1, 1], np.int64)),
        ("nothing", np.array(1e-9, np.float32)),
        ("sure", np.array(0.9, np.float32)),
        ("corners", np.array([[0, 0, 112, 112]], np.float32)),
        ("marks", np.array([points], np.float32)),
    ]
    outputs = [("scores", [1, 1]), ("boxes", [1, 4]), ("points", [1, 10])]
    return model_bytes(nodes, [1, 3, 112, 112], outputs, constants)


OWN = {
    "name": "own",
    "task": "detection",
    "decoder": "boxes",
    "output_names": ["scores", "boxes", "points"],
    "input": {"height": 112, "width": 112, **RAW},
}


def pipeline_card(tiny_card):
    return {**tiny_card.model_dump(mode="json", exclude_defaults=True), "detector": OWN}


def test_a_models_own_detector_finds_the_faces_of_photographs(
    make_test_set, tiny_model, tiny_card, marks_model, tmp_path
):
    photographs = make_test_set(40, kind="photograph")
    card = pipeline_card(tiny_card)
    result = run(photographs, tiny_model, card, tmp_path / "w", own_detector=marks_model)
    assert result.provenance.detector_is == "own"
    named = run(
        photographs,
        tiny_model,
        tiny_card.model_dump(mode="json"),
        tmp_path / "n",
        detector=(marks_model, parse_card(OWN)),
    )
    assert named.provenance.detector_is == "reference"
    assert result.verification == named.verification


def test_on_crops_a_models_own_detector_is_not_used(make_test_set, tiny_model, tiny_card, tmp_path):
    crops = make_test_set(40)
    card = pipeline_card(tiny_card)
    result = run(crops, tiny_model, card, tmp_path / "w", own_detector=b"no model")
    assert (result.provenance.detector_is, result.provenance.detector_sha256) == (None, None)


def test_the_failure_of_its_own_detector_is_the_models(
    make_test_set, tiny_model, tiny_card, tmp_path
):
    photographs = make_test_set(40, kind="photograph")
    card = pipeline_card(tiny_card)
    with pytest.raises(ModelFailureError, match="NOT-ONNX"):
        run(photographs, tiny_model, card, tmp_path / "w", own_detector=b"no model")


def test_a_detector_comes_with_file_and_card_or_not_at_all(
    make_test_set, tiny_model, tiny_card, marks_model, tmp_path
):
    crops = make_test_set(40)
    with pytest.raises(CardError, match="the file of the model's own detector is missing"):
        run(crops, tiny_model, pipeline_card(tiny_card), tmp_path / "w")
    plain = tiny_card.model_dump(mode="json")
    with pytest.raises(CardError, match="the card of the model's own detector is missing"):
        run(crops, tiny_model, plain, tmp_path / "c", own_detector=marks_model)
