"""What the shelf promises: nine different models, valid cards, equal bytes, small weights."""

import json

import numpy as np
import onnx
import pytest

from evaluation.card import load_card
from evaluation.intake import check_model
from models import build_all, cnn, detector, liveness, pca, quality

EMBEDDING = ("cnn", "lbp", "hog", "gabor", "pca", "dct")
NAMES = (*EMBEDDING, "liveness", "quality", "detector")
LEARNED = (cnn, pca, liveness, quality, detector)


def test_there_are_six_embedding_models_and_one_of_each_other_task(shelf):
    tasks = {name: load_card(model.card_path).task for name, model in shelf.items()}
    assert tasks == dict.fromkeys(EMBEDDING, "embedding") | {
        "liveness": "pad",
        "quality": "quality",
        "detector": "detection",
    }


def test_every_card_is_valid_and_uses_every_field(shelf):
    for model in shelf.values():
        card = load_card(model.card_path)
        assert card.unused == ()
        assert card.licence
        assert card.description
        assert card.recommended_threshold is not None
        assert card.training_data is not None


def test_cards_differ_on_purpose_in_what_they_need(shelf):
    inputs = {name: load_card(model.card_path).input for name, model in shelf.items()}
    assert {spec.color for spec in inputs.values()} == {"RGB", "BGR", "GRAY"}
    assert {spec.layout for spec in inputs.values()} == {"NCHW", "NHWC"}
    assert any(spec.template for spec in inputs.values())
    assert any(set(spec.scale) == {1.0} for spec in inputs.values())
    mirrored = {name for name, model in shelf.items() if load_card(model.card_path).mirror}
    assert mirrored == {"cnn"}
    assert len({(spec.height, spec.width) for spec in inputs.values()}) >= 3


def test_building_twice_gives_equal_bytes(shelf, tmp_path):
    for again in build_all(tmp_path):
        assert again.model_path.read_bytes() == shelf[again.name].model_path.read_bytes()
        assert again.card_path.read_bytes() == shelf[again.name].card_path.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_graph_is_standard_and_whole(shelf, name):
    model = onnx.load(shelf[name].model_path, load_external_data=False)
    assert [(entry.domain, entry.version <= 21) for entry in model.opset_import] == [("", True)]
    assert {node.domain for node in model.graph.node} == {""}
    assert all(not tensor.external_data for tensor in model.graph.initializer)
    batch = model.graph.input[0].type.tensor_type.shape.dim[0]
    fixed = name in ("dct", "detector")
    assert (batch.dim_value == 1) if fixed else bool(batch.dim_param)


@pytest.mark.sandbox
@pytest.mark.parametrize("name", NAMES)
def test_the_intake_accepts_every_reference_model(shelf, name):
    report = check_model(shelf[name].model_path.read_bytes(), load_card(shelf[name].card_path))
    assert report.accepted, report.refusal


def test_committed_weights_are_small_and_need_no_unpickling():
    paths = [module.WEIGHTS for module in LEARNED]
    assert sum(path.stat().st_size for path in paths) <= 2_000_000
    for path in paths:
        with np.load(path, allow_pickle=False) as stored:
            assert all(np.isfinite(stored[name]).all() for name in stored.files)


def test_models_that_learned_declare_it_and_the_others_declare_nothing(shelf):
    for name, model in shelf.items():
        declared = json.loads(model.card_path.read_text())["training_data"]
        assert bool(declared) == (name in {module.CARD["name"] for module in LEARNED})
