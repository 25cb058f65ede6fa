from pathlib import Path

import pytest

from portal.comparison import provenance
from tests.portal.comparison.results import make_result

CARD = {
    "name": "edge",
    "task": "embedding",
    "input": {
        "width": 100,
        "height": 100,
        "channels": 1,
        "color": "GRAY",
        "layout": "NHWC",
        "mean": [127.5],
        "scale": [0.0078125],
        "template": [[1, 2]] * 5,
    },
    "output": {"dim": 128},
    "mirror": True,
    "recommended_threshold": 0.0,
    "training_data": ["Faces A", "Faces B"],
}


def test_a_card_is_told_in_words():
    rows = dict(provenance.card_rows(CARD))

    assert rows["Input"] == "100 by 100 pixels"
    assert rows["Colours and layout"] == "GRAY, NHWC"
    assert rows["Normalisation"] == "(value \N{MINUS SIGN} 127.5) \N{MULTIPLICATION SIGN} 0.0078125"
    assert rows["Alignment"] == "Its own five points"
    assert rows["Recommended threshold"] == "0.0"
    assert rows["Declared training data"] == "Faces A, Faces B"


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (
            {
                "task": "pad",
                "crop": {"kind": "shift", "scale": 2.7},
                "output": {"live_index": 1, "activation": "softmax"},
                "recommended_threshold": 0.4,
            },
            {
                "Task": "Presentation attack detection",
                "Face cut out": "2.7 times the face's box",
                "Score read from": "Class 1, a live face, softmax",
                "Recommended threshold": "0.4",
            },
        ),
        (
            {"task": "quality", "output": {"higher_is": "worse"}},
            {"Task": "Face image quality", "A higher score means": "A worse image"},
        ),
        (
            {"task": "detection", "decoder": "yunet", "score": 0.6, "nms": 0.3},
            {
                "Task": "Face detection",
                "Layout of its outputs": "yunet",
                "Score from which a box counts as a face": "0.6",
            },
        ),
    ],
)
def test_a_card_of_another_task_says_nothing_of_templates(card, expected):
    rows = dict(provenance.card_rows(card))

    assert expected.items() <= rows.items()
    assert not {"Alignment", "Embedding size", "Templates compared by"} & set(rows)


def test_a_models_own_detector_is_named():
    card = CARD | {"detector": {"name": "finder"}, "similarity": "negative_euclidean"}
    rows = dict(provenance.card_rows(card))

    assert rows["Its own face detector"] == "finder"
    assert rows["Templates compared by"] == "Euclidean distance, negated"


def test_a_bare_card_says_what_holds_by_default():
    rows = dict(provenance.card_rows({"name": "bare", "task": "embedding"}))

    assert rows["Recommended threshold"] == "None given"
    assert rows["Mirrored images added"] == "No"
    assert "Input" not in rows


def test_different_channels_are_told_apart():
    fed = {"mean": [1.0, 2.0, 3.0], "scale": [0.5, 0.5, 0.5]}

    assert dict(provenance.card_rows({"input": fed}))["Normalisation"].startswith("(value")
    assert "(1, 2, 3)" in dict(provenance.card_rows({"input": fed}))["Normalisation"]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"{}", b"not json"])
def test_a_result_that_is_missing_or_damaged_is_said(content, settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    run = make_result(result_file="result.json")
    if content is not None:
        Path(tmp_path / "result.json").write_bytes(content)

    rows = dict(provenance.run_rows(run, provenance.result_of(run)))

    assert rows["Software and machine"] == "The result's file cannot be read."
    assert rows["SHA-256 of the test set"] == run.test_set.sha256
