"""Faces cut out of photographs, and images that are changed before they are cut."""

import cv2
import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import (
    CardError,
    DetectorFailureError,
    ModelFailureError,
    TestSetError,
)
from evaluation.extraction import require_landmarks
from evaluation.imaging.detect import Face, FaceDetector, ReferenceDetector
from tests.evaluation.extraction.made_models import MeanModel, card, extract

ARCFACE = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ]
)


class FakeDetector:
    def __init__(self, answer):
        self.answer = answer

    def detect(self, image):
        return self.answer


YUNET = parse_card({"name": "d", "task": "detection", "decoder": "yunet", "input": {}})


class RaisingModel:
    def __init__(self, error):
        self.error = error

    def raw(self, tensor):
        raise self.error


def photograph(png):
    """A photograph in which a face on the ArcFace template lies at (40, 30)."""
    image = np.zeros((200, 220, 3), np.uint8)
    image[30:142, 40:152] = np.arange(112, dtype=np.uint8)[None, :, None]
    return png(image)


@pytest.mark.parametrize("by", ["detector", "table"])
def test_a_face_in_a_photograph_is_cut_out_where_its_landmarks_are(make_test_set, png, by):
    marks = ARCFACE + np.array([40, 30])
    test_set = make_test_set(
        images=[photograph(png)] * 2, kind="photograph", landmarks=marks if by == "table" else None
    )
    face = Face((40.0, 30.0, 112.0, 112.0), 0.9, marks)
    templates = extract(
        test_set,
        [0],
        model=MeanModel(),
        detector=FakeDetector([face]) if by == "detector" else None,
    )
    assert templates.embeddings[0] == pytest.approx(np.full(3, 55.5), abs=0.05)


def test_a_photograph_without_a_face_is_a_failure_with_a_reason(make_test_set, png):
    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    templates = extract(test_set, [0], model=MeanModel(), detector=FakeDetector([]))
    assert templates.reasons == ("no_face",)


def test_a_failing_detector_is_not_blamed_on_the_model(make_test_set, png):
    from evaluation.catalogue import CATALOGUE

    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    broken = RaisingModel(ModelFailureError(CATALOGUE["MODEL-CRASHED"]))
    with pytest.raises(DetectorFailureError, match="the face detector failed"):
        extract(test_set, [0], model=MeanModel(), detector=ReferenceDetector(broken, YUNET))


def test_the_suppliers_own_failing_detector_is_blamed_on_the_supplier(make_test_set, png):
    from evaluation.catalogue import CATALOGUE

    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    broken = RaisingModel(ModelFailureError(CATALOGUE["MODEL-CRASHED"]))
    with pytest.raises(ModelFailureError, match="MODEL-CRASHED"):
        extract(test_set, [0], model=MeanModel(), detector=FaceDetector(broken, YUNET))


def test_photographs_without_landmarks_need_a_detector_before_anything_runs(make_test_set, png):
    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    model = MeanModel()
    with pytest.raises(TestSetError, match="2 of 2 photographs have no landmarks"):
        extract(test_set, [0], model=model)
    assert model.batches == []


def test_a_detector_that_gives_boxes_only_is_refused_for_photographs(make_test_set, png):
    boxes = parse_card(
        {
            "name": "ultralight",
            "task": "detection",
            "decoder": "boxes01",
            "input": {"height": 240, "width": 320},
        }
    )
    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    with pytest.raises(CardError, match="ultralight gives boxes only"):
        require_landmarks(test_set, boxes)


@pytest.mark.parametrize(("quality", "alike"), [(95, True), (None, False)])
def test_a_photograph_gives_the_template_of_its_stored_crop(make_test_set, png, quality, alike):
    rng = np.random.default_rng(11)
    crop = rng.integers(0, 256, (112, 112, 3)).astype(np.uint8)
    image = np.zeros((200, 220, 3), np.uint8)
    image[30:142, 40:152] = crop
    stored = cv2.imencode(".jpg", crop[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    photographs = make_test_set(
        images=[png(image)] * 2, kind="photograph", landmarks=ARCFACE + np.array([40, 30])
    )
    crops = make_test_set(images=[stored] * 2)
    options = {"model": MeanModel(), "crop_quality": quality}
    from_photograph = extract(photographs, [0], **options).embeddings
    from_crop = extract(crops, [0], **options).embeddings
    assert np.array_equal(from_photograph, from_crop) is alike


def test_a_crop_for_another_template_is_cut_without_loss(make_test_set, png):
    small = card(input={"height": 56, "width": 56, "mean": [0, 0, 0], "scale": [1, 1, 1]})
    rng = np.random.default_rng(11)
    image = rng.integers(0, 256, (200, 220, 3)).astype(np.uint8)
    test_set = make_test_set(images=[png(image)] * 2, kind="photograph", landmarks=ARCFACE)
    one, other = (
        extract(test_set, [0], model=MeanModel(), card=small, crop_quality=quality)
        for quality in (5, None)
    )
    assert np.array_equal(one.embeddings, other.embeddings)


class Inverted:
    """Row r is the negative of sample 9 - r, with landmarks 10 px to the right."""

    def __init__(self):
        self.seen = []

    def sample_of(self, row):
        return 9 - row

    def change(self, row, image, landmarks):
        self.seen.append((row, landmarks))
        return 255 - image, None if landmarks is None else landmarks + np.array([10, 0])


def test_rows_of_a_variation_are_made_of_samples_and_changed_before_the_crop(plain):
    variation = Inverted()
    templates = extract(plain, range(2, 5), model=MeanModel(), variation=variation)
    expected = [(255 - i, 255 - 2 * i, 248) for i in (7, 6, 5)]
    assert templates.embeddings == pytest.approx(np.array(expected), rel=1e-5)
    assert variation.seen == [(2, None), (3, None), (4, None)]
    assert templates.stage_seconds["change"] > 0


def test_a_changed_photograph_is_cut_by_the_landmarks_of_the_change(make_test_set, png):
    test_set = make_test_set(
        images=[photograph(png)] * 10, kind="photograph", landmarks=ARCFACE + np.array([30, 30])
    )
    variation = Inverted()
    templates = extract(test_set, [0], model=MeanModel(), variation=variation)
    assert templates.embeddings[0] == pytest.approx(np.full(3, 255 - 55.5), abs=0.05)
    assert np.array_equal(variation.seen[0][1], ARCFACE + np.array([30, 30]))


def test_a_changed_photograph_is_looked_at_by_the_detector_again(make_test_set, png):
    class Looking:
        def __init__(self):
            self.means = []

        def detect(self, image):
            self.means.append(image.mean())
            where = ARCFACE + np.array([40, 30])
            return [Face((0.0, 0.0, 9.0, 9.0), 0.9, where)] if len(self.means) < 4 else []

    test_set = make_test_set(images=[photograph(png)] * 10, kind="photograph")
    detector = Looking()
    templates = extract(
        test_set, [0, 1], model=MeanModel(), detector=detector, variation=Inverted()
    )
    assert templates.reasons == ("", "no_face")
    assert templates.embeddings[0] == pytest.approx(np.full(3, 255 - 55.5), abs=0.05)
    assert detector.means[1] == pytest.approx(255 - detector.means[0])
