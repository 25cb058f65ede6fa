"""Oracles: a model whose embedding is the mean of the pixels, counted by hand."""

import itertools
import threading

import cv2
import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import (
    CardError,
    DetectorFailureError,
    ModelFailureError,
    StoppedError,
    TestSetError,
)
from evaluation.extraction import concatenate, extract_templates, require_landmarks
from evaluation.imaging.detect import Face


def card(**more):
    document = {
        "name": "m",
        "task": "embedding",
        "input": {"height": 112, "width": 112, "mean": [0, 0, 0], "scale": [1, 1, 1]},
        "output": {"dim": 3},
    }
    return parse_card({**document, **more})


class MeanModel:
    """Gives the mean of each channel, plus an error that depends on the batch's size."""

    dim = 3

    def __init__(self):
        self.batches = []

    def embed(self, tensors):
        self.batches.append(len(tensors))
        means = tensors.mean(axis=(2, 3), dtype=np.float64)
        return (means * (1 + len(tensors) * 1e-6)).astype(np.float32)


@pytest.fixture
def plain(make_test_set, png):
    """One hundred crops; the colour of number i is (i, 2 * i, 7)."""
    images = [png(np.full((112, 112, 3), (i, 2 * i, 7), np.uint8)) for i in range(100)]
    return make_test_set(images=images)


def test_templates_come_in_the_order_of_the_indices(plain):
    order = [5, 99, 0, 42]
    templates = extract_templates(plain, order, model=MeanModel(), card=card(), batch_size=1)
    expected = [(i, 2 * i, 7) for i in order]
    assert templates.embeddings == pytest.approx(np.array(expected), rel=1e-5)
    assert templates.reasons == ("",) * 4
    assert not templates.failed.any()


@pytest.mark.parametrize("readers", [1, 4])
def test_the_number_of_readers_does_not_show_in_the_templates(plain, readers):
    one = extract_templates(plain, range(100), model=MeanModel(), card=card(), readers=readers)
    two = extract_templates(plain, range(100), model=MeanModel(), card=card(), readers=2)
    assert np.array_equal(one.embeddings, two.embeddings)


@pytest.mark.parametrize("cuts", [(0, 32, 100), (0, 32, 64, 96, 100), (0, 96, 100)])
def test_any_division_into_shards_gives_the_same_bits(make_test_set, cuts):
    test_set = make_test_set(100, broken=(3, 40, 41))
    whole = extract_templates(test_set, range(100), model=MeanModel(), card=card())
    shards = [
        extract_templates(test_set, range(start, end), model=MeanModel(), card=card())
        for start, end in itertools.pairwise(cuts)
    ]
    joined = concatenate(shards)
    assert joined.embeddings.tobytes() == whole.embeddings.tobytes()
    assert joined.reasons == whole.reasons


def test_an_image_that_cannot_be_decoded_keeps_its_row_with_a_reason(make_test_set):
    test_set = make_test_set(20, broken=(4,))
    templates = extract_templates(test_set, range(20), model=MeanModel(), card=card())
    assert templates.reasons[4] == "decode"
    assert templates.failed.nonzero()[0].tolist() == [4]
    assert not templates.embeddings[4].any()
    assert templates.embeddings.any(axis=1).sum() == 19


def test_a_shard_of_nothing_but_failures_never_calls_the_model(make_test_set):
    model = MeanModel()
    test_set = make_test_set(4, broken=range(4))
    templates = extract_templates(test_set, range(4), model=model, card=card())
    assert templates.reasons == ("decode",) * 4
    assert model.batches == []


def test_non_finite_and_zero_embeddings_are_failures_with_a_reason(plain):
    class Bad(MeanModel):
        def embed(self, tensors):
            rows = super().embed(tensors)
            rows[1, 2] = np.nan
            rows[2, 0] = np.inf
            rows[3] = 0
            return rows

    templates = extract_templates(plain, range(8), model=Bad(), card=card())
    assert templates.reasons == ("", "non_finite", "non_finite", "zero", "", "", "", "")
    assert np.isfinite(templates.embeddings).all()
    assert not templates.embeddings[1:4].any()


def test_the_mirrored_image_is_embedded_and_added_where_the_card_says_so(make_test_set, png):
    class LeftHalf(MeanModel):
        def embed(self, tensors):
            self.batches.append(len(tensors))
            return tensors[..., :56].mean(axis=(2, 3))

    image = np.zeros((112, 112, 3), np.uint8)
    image[:, :56] = (100, 50, 10)
    image[:, 56:] = (7, 3, 1)
    test_set = make_test_set(images=[png(image)] * 2)
    model = LeftHalf()
    templates = extract_templates(test_set, [0], model=model, card=card(mirror=True))
    assert templates.embeddings[0].tolist() == [107, 53, 11]
    assert model.batches == [1, 1]


def test_infinities_that_cancel_in_the_mirrored_sum_are_not_finite(plain):
    class Opposite(MeanModel):
        def embed(self, tensors):
            self.batches.append(len(tensors))
            sign = 1 if len(self.batches) % 2 else -1
            return np.full((len(tensors), 3), sign * np.inf, np.float32)

    templates = extract_templates(plain, range(4), model=Opposite(), card=card(mirror=True))
    assert templates.reasons == ("non_finite",) * 4


def test_progress_counts_samples_up_to_all(plain):
    seen = []
    extract_templates(
        plain, range(32, 82), model=MeanModel(), card=card(), progress=lambda *p: seen.append(p)
    )
    assert seen == [(16, 50), (32, 50), (48, 50), (50, 50)]


def test_a_stop_ends_the_work_between_batches(plain):
    model = MeanModel()
    with pytest.raises(StoppedError, match="asked to stop"):
        extract_templates(
            plain,
            range(100),
            model=model,
            card=card(),
            should_stop=lambda: len(model.batches) == 2,
        )
    assert model.batches == [16, 16]


def test_what_is_read_ahead_is_bounded(plain, monkeypatch):
    read = []
    original = type(plain).read_image
    monkeypatch.setattr(
        type(plain), "read_image", lambda self, i: (read.append(i), original(self, i))[1]
    )
    most_ahead = []

    class Watching(MeanModel):
        def embed(self, tensors):
            rows = super().embed(tensors)
            most_ahead.append(len(read) - sum(self.batches))
            return rows

    extract_templates(plain, range(100), model=Watching(), card=card(), batch_size=8)
    assert max(most_ahead) <= 3 * 8


def test_no_reader_is_left_after_a_model_that_failed(plain):
    class Failing(MeanModel):
        def embed(self, tensors):
            raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        extract_templates(plain, range(100), model=Failing(), card=card())
    assert not [t for t in threading.enumerate() if t.name.startswith("reader")]


def test_an_image_changed_after_import_ends_the_work_instead_of_counting_as_a_failure(plain):
    (plain.root / plain.samples[9].file).write_bytes(b"other")
    with pytest.raises(TestSetError, match="was changed"):
        extract_templates(plain, range(100), model=MeanModel(), card=card())


def test_a_batch_size_that_does_not_divide_a_shard_is_refused(plain):
    with pytest.raises(ValueError, match="batch_size must be one of"):
        extract_templates(plain, range(4), model=MeanModel(), card=card(), batch_size=12)


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
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


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
    templates = extract_templates(
        test_set,
        [0],
        model=MeanModel(),
        card=card(),
        detector=FakeDetector([face]) if by == "detector" else None,
    )
    assert templates.embeddings[0] == pytest.approx(np.full(3, 55.5), abs=0.05)


def test_a_photograph_without_a_face_is_a_failure_with_a_reason(make_test_set, png):
    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    templates = extract_templates(
        test_set, [0], model=MeanModel(), card=card(), detector=FakeDetector([])
    )
    assert templates.reasons == ("no_face",)


def test_a_failing_detector_is_not_blamed_on_the_model(make_test_set, png):
    from evaluation.catalogue import CATALOGUE

    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    broken = FakeDetector(ModelFailureError(CATALOGUE["MODEL-CRASHED"]))
    with pytest.raises(DetectorFailureError, match="the face detector failed"):
        extract_templates(test_set, [0], model=MeanModel(), card=card(), detector=broken)


def test_photographs_without_landmarks_need_a_detector_before_anything_runs(make_test_set, png):
    test_set = make_test_set(images=[photograph(png)] * 2, kind="photograph")
    model = MeanModel()
    with pytest.raises(TestSetError, match="2 of 2 photographs have no landmarks"):
        extract_templates(test_set, [0], model=model, card=card())
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


def test_working_times_are_kept_by_stage(plain):
    templates = extract_templates(plain, range(20), model=MeanModel(), card=card())
    assert set(templates.stage_seconds) == {"decode", "detect", "align", "infer", "wait"}
    assert templates.stage_seconds["decode"] > 0
    assert templates.stage_seconds["detect"] == 0


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
    options = {"model": MeanModel(), "card": card(), "crop_quality": quality}
    from_photograph = extract_templates(photographs, [0], **options).embeddings
    from_crop = extract_templates(crops, [0], **options).embeddings
    assert np.array_equal(from_photograph, from_crop) is alike


def test_a_crop_for_another_template_is_cut_without_loss(make_test_set, png):
    small = card(input={"height": 56, "width": 56, "mean": [0, 0, 0], "scale": [1, 1, 1]})
    rng = np.random.default_rng(11)
    image = rng.integers(0, 256, (200, 220, 3)).astype(np.uint8)
    test_set = make_test_set(images=[png(image)] * 2, kind="photograph", landmarks=ARCFACE)
    one, other = (
        extract_templates(test_set, [0], model=MeanModel(), card=small, crop_quality=quality)
        for quality in (5, None)
    )
    assert np.array_equal(one.embeddings, other.embeddings)
