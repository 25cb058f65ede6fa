"""Oracles: detectors that answer by a picture's colour, and files read back."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError, ResultError
from evaluation.extraction import (
    ChildFacts,
    Detections,
    extract_detections,
    join_detections,
    load_detections,
)
from evaluation.imaging.detect import Face

MARKS = np.arange(10, dtype=np.float64).reshape(5, 2)


class ByColour:
    """Finds as many faces as the picture's red says; 99 stands for numbers that are none."""

    def __init__(self, refusal="OUTPUT-NOT-FINITE"):
        self.refusal, self.minima = refusal, []

    def detect(self, image, *, minimum):
        self.minima.append(minimum)
        n = int(image[0, 0, 0])
        if n == 99:
            raise ModelFailureError(CATALOGUE[self.refusal])
        return [
            Face((float(k), 1.0, 10.0, 20.0), 0.9 - k / 10, MARKS if k == 0 else None)
            for k in range(n)
        ]


class Running:
    def __init__(self, detector):
        self.detector = detector

    def facts(self):
        return None


@pytest.fixture
def pictures(make_test_set, png):
    def make(*reds, **options):
        images = [png(np.full((112, 112, 3), (red, 0, 0), np.uint8)) for red in reds]
        return make_test_set(images=images, **options)

    return make


def extract(test_set, indices, detector=None, **options):
    running = Running(detector or ByColour())
    return extract_detections(
        test_set, indices, launch=lambda _tell: nullcontext(running), **options
    )


def test_faces_come_image_by_image_with_landmarks_where_there_are_any(pictures):
    found = extract(pictures(0, 2, 1), [2, 0, 1])
    assert found.counts.tolist() == [1, 0, 2]
    assert found.scores == pytest.approx([0.9, 0.9, 0.8])
    assert found.boxes[:, 0].tolist() == [0, 0, 1]
    assert np.array_equal(found.landmarks[0], MARKS)
    assert np.isnan(found.landmarks[2]).all()
    assert found.reasons == ("", "", "")


def test_boxes_are_asked_for_from_a_score_of_two_hundredths_on(pictures):
    detector = ByColour()
    extract(pictures(1, 1), [0], detector)
    assert detector.minima == [0.02]


def test_an_image_that_cannot_be_read_or_gives_no_numbers_has_no_box_and_a_reason(pictures):
    found = extract(pictures(1, 99, 2, 3, broken=(2,)), range(4))
    assert found.counts.tolist() == [1, 0, 0, 3]
    assert found.reasons == ("", "non_finite", "decode", "")


def test_outputs_of_the_wrong_shape_end_the_extraction(pictures):
    with pytest.raises(ModelFailureError, match="OUTPUT-SHAPE"):
        extract(pictures(99, 0), [0], ByColour("OUTPUT-SHAPE"))


@pytest.mark.parametrize("workers", [1, 3])
def test_any_division_gives_the_same_file_content(pictures, tmp_path, workers):
    test_set = pictures(*[k % 4 for k in range(20)])
    whole = extract(test_set, range(20))
    paths = [tmp_path / f"{k}.npz" for k in range(2)]
    for path, rows in zip(paths, (range(7), range(7, 20)), strict=True):
        extract(test_set, rows, workers=workers).save(path)
    joined = join_detections(paths)
    for name in ("counts", "scores", "boxes", "landmarks"):
        assert getattr(joined, name).tobytes() == getattr(whole, name).tobytes()
    assert joined.reasons == whole.reasons


def test_a_file_says_what_the_child_said(pictures, tmp_path):
    child = ChildFacts(0.5, 1000, ("seccomp",), ("network",))
    found = replace(extract(pictures(2, 0), [0, 1]), child=child)
    found.save(tmp_path / "d.npz")
    read = load_detections(tmp_path / "d.npz")
    assert read.child == child
    assert read.stage_seconds.keys() >= {"decode", "infer"}
    assert read.output_dim == 0


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "d.npz").write_bytes(content)
    with pytest.raises(ResultError, match=r"d\.npz does not hold detections"):
        load_detections(tmp_path / "d.npz")


def test_tables_of_different_lengths_and_no_file_at_all_are_refused(pictures):
    found = extract(pictures(2, 0), [0, 1])
    with pytest.raises(ResultError, match="differ in length"):
        Detections(found.counts, found.scores[:1], found.boxes, found.landmarks, found.reasons)
    with pytest.raises(ResultError, match="no detections"):
        join_detections([])
