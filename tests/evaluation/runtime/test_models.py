"""Models with cards, in a real child."""

import numpy as np
import pytest

from evaluation.card import load_card, parse_card
from evaluation.errors import ModelFailureError
from evaluation.runtime import DetectionModel, EmbeddingModel
from tests.hostile.graphs import DIM, SIDE, fixed_batch, linear, make_card, weights

REAL_EMBEDDING = ("mobilefacenet_foamliu", "mobileface_v1", "mobileface_v3")


def images(n):
    rng = np.random.default_rng(4)
    return rng.standard_normal((n, 3, SIDE, SIDE)).astype(np.float32)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("model", "batch"), [(linear(), None), (fixed_batch(1), 1), (fixed_batch(4), 4)]
)
def test_an_embedding_model_takes_any_number_of_images(model, batch):
    with EmbeddingModel(model.SerializeToString(), make_card()) as embedding:
        assert embedding.fixed_batch == batch
        assert embedding.dim == DIM
        rows = embedding.embed(images(6))
    expected = images(6).reshape(6, -1).astype(np.float64) @ weights()
    assert rows == pytest.approx(expected, abs=1e-3)


@pytest.mark.sandbox
def test_a_card_that_names_another_output_ends_the_child_too():
    groups = []
    card = make_card(output={"name": "elsewhere", "dim": DIM})
    with pytest.raises(ModelFailureError, match="OUTPUT-NAME"):
        EmbeddingModel(linear().SerializeToString(), card, on_start=groups.append)
    assert len(groups) == 1


def test_a_card_without_a_length_is_no_embedding_card():
    document = {"name": "m", "task": "quality", "input": {"height": SIDE, "width": SIDE}}
    with pytest.raises(ValueError, match=r"output\.dim"):
        EmbeddingModel(linear().SerializeToString(), parse_card(document))


def load_real(real_dir, kind, name):
    card = load_card(real_dir / "models" / f"{name}.json")
    return kind((real_dir / "models" / f"{name}.onnx").read_bytes(), card)


@pytest.mark.real
@pytest.mark.parametrize("name", REAL_EMBEDDING)
def test_real_models_give_the_same_row_alone_and_in_company(real_dir, name):
    with load_real(real_dir, EmbeddingModel, name) as model:
        spec = model.card.input
        shape = (3, spec.channels, spec.height, spec.width)
        tensors = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
        together = model.embed(tensors)
        alone = np.concatenate([model.embed(tensors[i : i + 1]) for i in range(3)])
    assert together.shape == (3, model.card.output.dim)
    assert together == pytest.approx(alone, rel=1e-4, abs=1e-4)


@pytest.mark.real
def test_a_real_detector_takes_pictures_of_any_size(real_dir):
    with load_real(real_dir, DetectionModel, "yunet_n") as model:
        for height, width in ((320, 320), (256, 640)):
            maps = model.raw(np.zeros((1, 3, height, width), np.float32))
            assert len(maps) == 12
            for stride in (8, 16, 32):
                cells = (height // stride) * (width // stride)
                assert maps[f"kps_{stride}"].shape == (1, cells, 10)
