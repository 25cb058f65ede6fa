"""Oracles: a model that gives the mean colours of what it sees, counted by hand."""

from contextlib import nullcontext

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import CardError, DetectorFailureError, ModelFailureError
from evaluation.errors import TestSetError as BadTestSetError
from evaluation.extraction import extract_outputs, require_faces
from evaluation.imaging.detect import Face
from evaluation.testsets import ImageKind, NewSample, write_test_set
from evaluation.testsets.new import NewPresentationAttack

RAW = {"mean": [0, 0, 0], "scale": [1, 1, 1]}
LIVENESS = {
    "name": "pad",
    "task": "pad",
    "input": {"height": 20, "width": 20, **RAW},
    "output": {"live_index": 0},
    "crop": {"kind": "pad", "scale": 2.0},
}
QUALITY = {
    "name": "quality",
    "task": "quality",
    "input": {"height": 96, "width": 96, **RAW},
    "output": {"index": 0},
}


class MeanModel:
    """Gives the mean of each channel; remembers the sizes of its batches."""

    dim = 3

    def __init__(self, spoilt=()):
        self.batches, self.seen, self.spoilt = [], [], spoilt

    def room(self, shape):
        return np.empty(shape, np.float32)

    def outputs_all(self, batches):
        return [self.outputs(batch) for batch in batches]

    def outputs(self, tensors):
        if not len(tensors):
            return np.zeros((0, 3), np.float32)
        self.batches.append(len(tensors))
        self.seen += list(tensors)
        means = tensors.mean(axis=(2, 3))
        means[[round(float(red)) in self.spoilt for red in means[:, 0]]] = np.nan
        return means


class Running:
    def __init__(self, scorer, detector=None):
        self.scorer, self.detector = scorer, detector

    def facts(self):
        return None


class FakeDetector:
    def __init__(self, *faces):
        self.faces = list(faces)

    def detect(self, image):
        return self.faces


def extract(test_set, indices, document, *, model=None, detector=None, **options):
    return extract_outputs(
        test_set,
        indices,
        card=parse_card(document),
        launch=lambda _tell: nullcontext(Running(model or MeanModel(), detector)),
        **options,
    )


@pytest.fixture
def photographs(tmp_path, png):
    """Write photographs that are black but for a face of one grey; some have a box."""

    def write(*boxes):
        samples = []
        for number, box in enumerate(boxes):
            image = np.zeros((100, 120, 3), np.uint8)
            image[30:50, 60:80] = 10 * (number + 1)
            samples.append(NewSample(f"s{number}", png(image), ".png", f"p{number}", box=box))
        rows = [(sample.sample, "print" if k else "") for k, sample in enumerate(samples)]
        return write_test_set(
            tmp_path / "photographs",
            name="photographs",
            title="Photographs",
            image_kind=ImageKind.PHOTOGRAPH,
            samples=samples,
            protocols=[NewPresentationAttack("pad", "Attacks", rows)],
        )

    return write


FACE = (60.0, 30.0, 20.0, 20.0)


def test_a_face_is_cut_out_with_its_surroundings_by_its_stored_box(photographs):
    given = extract(photographs(FACE, FACE), [1, 0], LIVENESS)
    # Twice the side: a quarter of the crop is face.
    assert given.embeddings[:, 0] == pytest.approx([20 / 4, 10 / 4], rel=0.05)
    assert given.reasons == ("", "")


def test_a_stored_box_goes_before_the_detector_which_finds_the_others(photographs):
    elsewhere = FakeDetector(Face((0.0, 60.0, 20.0, 20.0), 0.9, None))
    given = extract(photographs(FACE, None), range(2), LIVENESS, detector=elsewhere)
    assert given.embeddings[0, 0] > 0
    assert given.embeddings[1, 0] == 0
    assert given.reasons == ("", ""), "a score of zero is a score"


def test_a_photograph_in_which_no_face_is_found_is_a_failure(photographs):
    given = extract(photographs(FACE, None), range(2), LIVENESS, detector=FakeDetector())
    assert given.reasons == ("", "no_face")
    assert given.failed.tolist() == [False, True]


def test_a_box_outside_its_image_is_a_failure(photographs):
    given = extract(photographs(FACE, (500.0, 0.0, 9.0, 9.0)), range(2), LIVENESS)
    assert given.reasons == ("", "no_face")


def test_numbers_that_are_none_are_a_failure_of_that_image_alone(make_test_set, png):
    images = [png(np.full((112, 112, 3), 10 * k, np.uint8)) for k in range(4)]
    given = extract(make_test_set(images=images), range(4), QUALITY, model=MeanModel(spoilt=[20]))
    assert given.reasons == ("", "", "non_finite", "")
    assert given.embeddings[2].tolist() == [0, 0, 0]


def test_models_see_one_image_at_a_time_unless_told_otherwise(make_test_set):
    test_set = make_test_set(40, broken=(3,))
    alone, together = MeanModel(), MeanModel()
    one = extract(test_set, range(40), QUALITY, model=alone)
    other = extract(test_set, range(40), QUALITY, model=together, batch_size=16)
    assert set(alone.batches) == {1}
    assert together.batches == [15, 16, 8]
    assert one.reasons == other.reasons == ("", "", "", "decode", *[""] * 36)
    assert one.embeddings == pytest.approx(other.embeddings)


def test_a_batch_size_that_does_not_divide_a_shard_is_refused(make_test_set):
    with pytest.raises(ValueError, match="batch_size must be one of"):
        extract(make_test_set(), [0], QUALITY, batch_size=3)


@pytest.mark.parametrize("workers", [1, 3])
def test_any_division_gives_the_same_bits(make_test_set, workers):
    test_set = make_test_set(40)
    whole = extract(test_set, range(40), QUALITY)
    parts = [
        extract(test_set, rows, QUALITY, workers=workers) for rows in (range(32), range(32, 40))
    ]
    joined = np.concatenate([part.embeddings for part in parts])
    assert joined.tobytes() == whole.embeddings.tobytes()


def test_quality_models_are_given_an_aligned_crop_squeezed_to_their_size(make_test_set, png):
    image = np.zeros((112, 112, 3), np.uint8)
    image[:, 56:] = 200
    model = MeanModel()
    extract(make_test_set(images=[png(image)] * 2), [0], QUALITY, model=model)
    (tensor,) = model.seen
    assert tensor.shape == (3, 96, 96)
    assert (tensor[:, :, :48] == 0).all()
    assert (tensor[:, :, 48:] == 200).all()


def test_no_sample_gives_no_row(make_test_set):
    assert extract(make_test_set(), [], QUALITY).embeddings.shape[0] == 0


def test_aligned_crops_show_too_little_for_a_model_that_looks_around_the_face(make_test_set):
    crops = make_test_set()
    with pytest.raises(BadTestSetError, match="looks at what is around a face"):
        require_faces(crops, parse_card(LIVENESS), None)
    require_faces(crops, parse_card(QUALITY), None)
    require_faces(crops, parse_card({**LIVENESS, "crop": None}), None)


def test_photographs_without_boxes_need_a_detector_before_anything_runs(photographs):
    boxes_only = parse_card({"name": "d", "task": "detection", "decoder": "boxes01", "input": {}})
    some = photographs(FACE, None)
    with pytest.raises(BadTestSetError, match="1 of 2 photographs have no face box"):
        require_faces(some, parse_card(LIVENESS), None)
    require_faces(some, parse_card(LIVENESS), boxes_only)
    with pytest.raises(CardError, match="gives boxes only"):
        require_faces(some, parse_card(QUALITY), boxes_only)


@pytest.mark.parametrize("error", [DetectorFailureError("gone"), ModelFailureError])
def test_a_failing_detector_ends_the_extraction(photographs, error):
    from evaluation.catalogue import CATALOGUE

    raised = error if isinstance(error, Exception) else error(CATALOGUE["MODEL-CRASHED"])

    class Failing(FakeDetector):
        def detect(self, image):
            raise raised

    with pytest.raises(type(raised)):
        extract(photographs(None, None), [0], LIVENESS, detector=Failing())
