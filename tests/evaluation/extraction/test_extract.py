"""Oracles: a model whose embedding is the mean of the pixels, counted by hand."""

import itertools
from contextlib import nullcontext

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
from evaluation.imaging.detect import Face, FaceDetector, ReferenceDetector


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

    def room(self, shape):
        return np.empty(shape, np.float32)

    def embed_all(self, batches):
        nothing = np.zeros((0, 3), np.float32)
        return [self.embed(batch) if len(batch) else nothing for batch in batches]

    def embed(self, tensors):
        self.batches.append(len(tensors))
        means = tensors.mean(axis=(2, 3), dtype=np.float64)
        return (means * (1 + len(tensors) * 1e-6)).astype(np.float32)


class Running:
    def __init__(self, model, detector=None):
        self.embedding, self.detector = model, detector

    def facts(self):
        return None


def extract(test_set, indices, *, model, detector=None, **options):
    """Extract with one worker that runs this model."""
    return extract_templates(
        test_set,
        indices,
        launch=lambda _tell: nullcontext(Running(model, detector)),
        **{"card": card(), **options},
    )


@pytest.fixture
def plain(make_test_set, png):
    """One hundred crops; the colour of number i is (i, 2 * i, 7)."""
    images = [png(np.full((112, 112, 3), (i, 2 * i, 7), np.uint8)) for i in range(100)]
    return make_test_set(images=images)


def test_templates_come_in_the_order_of_the_indices(plain):
    order = [5, 99, 0, 42]
    templates = extract(plain, order, model=MeanModel(), batch_size=1)
    expected = [(i, 2 * i, 7) for i in order]
    assert templates.embeddings == pytest.approx(np.array(expected), rel=1e-5)
    assert templates.reasons == ("",) * 4
    assert not templates.failed.any()


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("cuts", [(0, 100), (0, 32, 100), (0, 32, 64, 96, 100), (0, 96, 100)])
def test_any_division_into_shards_and_workers_gives_the_same_bits(make_test_set, cuts, workers):
    test_set = make_test_set(100, broken=(3, 40, 41))
    whole = extract(test_set, range(100), model=MeanModel())
    shards = [
        extract(test_set, range(start, end), model=MeanModel(), workers=workers)
        for start, end in itertools.pairwise(cuts)
    ]
    joined = concatenate(shards)
    assert joined.embeddings.tobytes() == whole.embeddings.tobytes()
    assert joined.reasons == whole.reasons


@pytest.mark.parametrize("mirror", [False, True])
def test_batches_that_are_prepared_together_stay_the_batches_they_are(
    make_test_set, monkeypatch, mirror
):
    monkeypatch.setattr("evaluation.extraction.workers.PORTION_SECONDS", 3600.0)

    class Watching(MeanModel):
        together = 1

        def embed_all(self, batches):
            self.together = max(self.together, len(batches))
            return super().embed_all(batches)

    test_set = make_test_set(100, broken=(3, 40, 41))
    one_by_one, several = MeanModel(), Watching()
    single = [
        extract(test_set, [k, k + 1], model=one_by_one, card=card(mirror=mirror), batch_size=2)
        for k in range(0, 100, 2)
    ]
    joined = extract(test_set, range(100), model=several, card=card(mirror=mirror), batch_size=2)
    assert several.together > (2 if mirror else 1), "nothing was prepared together"
    assert sorted(several.batches) == sorted(one_by_one.batches)
    assert joined.embeddings.tobytes() == concatenate(single).embeddings.tobytes()
    assert joined.reasons == concatenate(single).reasons


def test_every_worker_starts_models_of_its_own(plain):
    models = []

    def launch(_tell):
        models.append(MeanModel())
        return nullcontext(Running(models[-1]))

    extract_templates(plain, range(100), card=card(), launch=launch, workers=3)
    assert len(models) == 3
    assert sum(sum(model.batches) for model in models) == 100


def test_an_image_that_cannot_be_decoded_keeps_its_row_with_a_reason(make_test_set):
    test_set = make_test_set(20, broken=(4,))
    templates = extract(test_set, range(20), model=MeanModel())
    assert templates.reasons[4] == "decode"
    assert templates.failed.nonzero()[0].tolist() == [4]
    assert not templates.embeddings[4].any()
    assert templates.embeddings.any(axis=1).sum() == 19


def test_a_shard_of_nothing_but_failures_never_calls_the_model(make_test_set):
    model = MeanModel()
    test_set = make_test_set(4, broken=range(4))
    templates = extract(test_set, range(4), model=model)
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

    templates = extract(plain, range(8), model=Bad())
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
    templates = extract(test_set, [0], model=model, card=card(mirror=True))
    assert templates.embeddings[0].tolist() == [107, 53, 11]
    assert model.batches == [1, 1]


def test_infinities_that_cancel_in_the_mirrored_sum_are_not_finite(plain):
    class Opposite(MeanModel):
        def embed(self, tensors):
            self.batches.append(len(tensors))
            sign = 1 if len(self.batches) % 2 else -1
            return np.full((len(tensors), 3), sign * np.inf, np.float32)

    templates = extract(plain, range(4), model=Opposite(), card=card(mirror=True))
    assert templates.reasons == ("non_finite",) * 4


def test_progress_counts_samples_up_to_all(plain):
    seen = []
    extract(plain, range(32, 82), model=MeanModel(), progress=lambda *p: seen.append(p))
    assert seen == [(16, 50), (32, 50), (48, 50), (50, 50)]


def test_a_stop_ends_the_work_between_batches(plain):
    model = MeanModel()
    with pytest.raises(StoppedError, match="asked to stop"):
        extract(
            plain,
            range(100),
            model=model,
            should_stop=lambda: len(model.batches) == 2,
        )
    assert model.batches == [16, 16]


def test_an_image_changed_after_import_ends_the_work_instead_of_counting_as_a_failure(plain):
    (plain.root / plain.samples[9].file).write_bytes(b"other")
    with pytest.raises(TestSetError, match="was changed"):
        extract(plain, range(100), model=MeanModel())


def test_a_batch_size_that_does_not_divide_a_shard_is_refused(plain):
    with pytest.raises(ValueError, match="batch_size must be one of"):
        extract(plain, range(4), model=MeanModel(), batch_size=12)


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


def test_working_times_are_kept_by_stage(plain):
    templates = extract(plain, range(20), model=MeanModel())
    assert set(templates.stage_seconds) == {"decode", "detect", "align", "infer"}
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
