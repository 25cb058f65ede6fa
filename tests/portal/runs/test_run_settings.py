"""What a run is done with, from the settings of the deployment."""

import json

import pytest

from portal.runs.inputs import run_settings
from tests.portal.builders import make_test_set

pytestmark = pytest.mark.django_db

CARD = {
    "schema_version": 1,
    "name": "finder",
    "version": "1",
    "task": "detection",
    "input": {
        "height": None,
        "width": None,
        "channels": 3,
        "layout": "NCHW",
        "color": "BGR",
        "mean": [0, 0, 0],
        "scale": [1, 1, 1],
    },
    "decoder": "yunet",
}


@pytest.mark.parametrize("is_needed", [True, False])
def test_the_detector_is_used_on_sets_that_need_one_alone(tmp_path, settings, is_needed):
    model, card = tmp_path / "finder.onnx", tmp_path / "finder.json"
    model.write_bytes(b"model")
    card.write_text(json.dumps(CARD))
    settings.ASSAY_DETECTOR, settings.ASSAY_DETECTOR_CARD = str(model), str(card)

    detector = run_settings(make_test_set(needs_detector=is_needed)).detector

    assert (detector[0] if detector else None) == (b"model" if is_needed else None)
