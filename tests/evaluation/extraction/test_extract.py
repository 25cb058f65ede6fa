"""Oracles: a model whose embedding is the mean of the pixels, counted by hand."""

import itertools
from contextlib import nullcontext

import numpy as np
import pytest

from evaluation.errors import (
    StoppedError,
    TestSetError,
)
from evaluation.extraction import concatenate, extract_templates
from tests.evaluation.extraction.made_models import MeanModel, Running, card, extract


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


def test_working_times_are_kept_by_stage(plain):
    templates = extract(plain, range(20), model=MeanModel())
    assert set(templates.stage_seconds) == {"decode", "detect", "align", "infer"}
    assert templates.stage_seconds["decode"] > 0
    assert templates.stage_seconds["detect"] == 0
