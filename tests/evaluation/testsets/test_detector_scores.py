"""Scores of the detector are numbers, or the line that has none is named."""

from pathlib import Path

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.detector_scores import detector_scores
from evaluation.testsets.types import Sample


def make_sample(**attributes):
    return Sample("s", "images/s.png", "0" * 64, "p", attributes=attributes)


def test_scores_are_read_in_the_order_of_the_samples():
    samples = [make_sample(detector_score=text) for text in ("0.98", "0", "1e-3")]

    assert detector_scores(Path("set"), samples).tolist() == [0.98, 0.0, 0.001]


def test_no_samples_have_no_scores():
    assert detector_scores(Path("set"), []).shape == (0,)


@pytest.mark.parametrize("text", ["", "sure", "nan", "inf", "-0.1"])
def test_what_is_no_weight_is_refused_with_its_line(text):
    samples = [make_sample(detector_score="1"), make_sample(detector_score=text)]

    with pytest.raises(TestSetError, match="not a finite number from 0 up") as caught:
        detector_scores(Path("set"), samples)

    assert (caught.value.path, caught.value.line) == (Path("set/samples.csv"), 3)


def test_a_sample_without_the_attribute_is_refused():
    with pytest.raises(TestSetError, match="detector_score is ''"):
        detector_scores(Path("set"), [make_sample(age="30")])
