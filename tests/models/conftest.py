"""Reference models as built, and a way to run one as the harness does."""

import numpy as np
import pytest

from evaluation.card import load_card
from evaluation.imaging.align import crop_for_card
from evaluation.imaging.tensor import to_tensor
from evaluation.runtime import EmbeddingModel
from fixtures.faces.conditions import portrait_conditions
from fixtures.faces.people import make_person
from fixtures.faces.picture import draw_crop
from models import build_all


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """Reference models by name."""
    return {model.name: model for model in build_all(tmp_path_factory.mktemp("models"))}


@pytest.fixture(scope="session")
def crops():
    """Three pictures: a drawn face, noise, and grey steps with many ties."""
    rng = np.random.default_rng(6)
    face = draw_crop(make_person(6, 1), portrait_conditions(6, 1, 0)).picture
    noise = rng.integers(0, 256, size=(112, 112, 3)).astype(np.uint8)
    steps = np.repeat(rng.integers(0, 6, size=(112, 112, 1)) * 40, 3, axis=2).astype(np.uint8)
    return [face, noise, steps]


@pytest.fixture(scope="session")
def embed(shelf):
    """Embed aligned crops in the sandbox; gives the tensor and the embeddings, unmirrored."""

    def run(name, pictures):
        card = load_card(shelf[name].card_path)
        tensor = to_tensor([crop_for_card(picture, None, card) for picture in pictures], card)
        with EmbeddingModel(shelf[name].model_path.read_bytes(), card) as model:
            return tensor, model.embed(tensor)

    return run
