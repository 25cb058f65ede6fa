"""Oracle: the published averaging, written as plain loops over templates and media."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, template_pooling
from evaluation.comparison.template_pooling import pool_templates, template_scores
from evaluation.testsets.manifest import Pooling
from evaluation.testsets.protocols import PairProtocol, TemplateProtocol


def make_protocol(members, n_templates, pooling=None):
    """Members are (template, medium, sample), sorted as a protocol has them."""
    template, medium, sample = np.array(sorted(members), dtype=np.int32).reshape(-1, 3).T
    nobody = np.empty(0, dtype=np.int32)
    return TemplateProtocol(
        name="t",
        title="T",
        template_names=tuple(str(k) for k in range(n_templates)),
        member_template=template,
        member_sample=sample,
        member_media=medium,
        template_subject=np.arange(n_templates, dtype=np.int32),
        reference=nobody,
        probe=nobody,
        mated=np.empty(0, dtype=np.bool_),
        pooling=pooling or Pooling(),
    )


def by_definition(samples, members, n_templates, pooling, weights):
    """Mean of each medium, sum over media, unit length; None where nothing is left."""
    pooled = []
    for template in range(n_templates):
        media = {}
        for of, medium, sample in sorted(members):
            if of == template and not samples.failed[sample]:
                x = samples.embeddings[sample].astype(np.float64)
                if pooling.normalise_first:
                    x = x / math.hypot(*x)
                if pooling.weigh_by_detector_score:
                    x = x * weights[sample]
                media.setdefault(medium, []).append(x)
        if not media:
            pooled.append(None)
            continue
        total = sum(sum(frames) / len(frames) for frames in media.values())
        pooled.append(total / math.hypot(*total))
    return pooled


def make_members(seed, n_samples, n_templates):
    """Samples in one, several or no template; videos of several frames."""
    rng = np.random.default_rng(seed)
    return [
        (int(template), int(rng.integers(0, 3)) + 3 * int(template), sample)
        for sample in range(n_samples)
        for template in rng.choice(n_templates, size=rng.integers(0, 3), replace=False)
    ]


@pytest.mark.parametrize("normalise_first", [True, False])
@pytest.mark.parametrize("weigh", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_pooling_follows_the_published_definition(
    make_templates, monkeypatch, seed, weigh, normalise_first
):
    monkeypatch.setattr(template_pooling, "_ROWS", 7)  # templates and media cross the blocks
    samples = make_templates(seed, 120, failing=0.3)
    members = make_members(seed, 120, 20)
    weights = np.random.default_rng(seed).random(120)
    pooling = Pooling(normalise_first=normalise_first, weigh_by_detector_score=weigh)

    pooled = pool_templates(
        samples, make_protocol(members, 20, pooling), weights=weights if weigh else None
    )

    expected = by_definition(samples, members, 20, pooling, weights)
    assert pooled.failed.tolist() == [one is None for one in expected]
    for row, one in zip(pooled.embeddings, expected, strict=True):
        np.testing.assert_allclose(row, np.zeros(16) if one is None else one, atol=1e-7)


def test_a_video_weighs_no_more_than_a_photograph():
    samples = SimpleNamespace(
        embeddings=np.array([[2, 0], [0, 5], [0, 1], [0, 1]], dtype=np.float32),
        failed=np.zeros(4, dtype=np.bool_),
    )
    photograph_and_video = make_protocol([(0, 0, 0), (0, 1, 1), (0, 1, 2), (0, 1, 3)], 1)

    pooled = pool_templates(samples, photograph_and_video)

    np.testing.assert_allclose(pooled.embeddings, [[math.sqrt(0.5)] * 2], atol=1e-7)


def test_the_length_of_an_embedding_counts_only_where_it_is_asked_for():
    samples = SimpleNamespace(
        embeddings=np.array([[3, 0], [0, 4]], dtype=np.float32), failed=np.zeros(2, dtype=np.bool_)
    )
    members = [(0, 0, 0), (0, 1, 1)]

    raw = pool_templates(samples, make_protocol(members, 1, Pooling(normalise_first=False)))

    np.testing.assert_allclose(raw.embeddings, [[0.6, 0.8]], atol=1e-7)


def test_a_failed_frame_is_left_out_of_its_mediums_mean():
    samples = SimpleNamespace(
        embeddings=np.array([[1, 0], [0, 1], [0, 0]], dtype=np.float32),
        failed=np.array([False, False, True]),
    )
    with_failed = make_protocol([(0, 0, 0), (0, 1, 1), (0, 1, 2)], 1)
    without = make_protocol([(0, 0, 0), (0, 1, 1)], 1)

    assert (
        pool_templates(samples, with_failed).embeddings.tobytes()
        == pool_templates(samples, without).embeddings.tobytes()
    )


@pytest.mark.parametrize(
    ("embeddings", "failed", "weights"),
    [
        ([[0, 0], [0, 0]], [True, True], None),
        ([[1, 0], [-1, 0]], [False, False], None),
        ([[1, 0], [0, 1]], [False, False], np.zeros(2)),
    ],
    ids=["no sample gave an embedding", "they cancel out", "no detector saw a face"],
)
def test_a_template_of_which_nothing_is_left_has_failed(embeddings, failed, weights):
    samples = SimpleNamespace(
        embeddings=np.array(embeddings, dtype=np.float32), failed=np.array(failed)
    )

    pooled = pool_templates(samples, make_protocol([(0, 0, 0), (0, 1, 1)], 1), weights=weights)

    assert pooled.failed.tolist() == [True]
    assert not pooled.embeddings.any()


def test_embeddings_whose_squares_overflow_single_precision_are_pooled(make_templates):
    samples = make_templates(4, 30)
    members = make_members(4, 30, 5)
    huge = SimpleNamespace(
        embeddings=samples.embeddings * np.float32(2**100), failed=samples.failed
    )

    assert (
        pool_templates(huge, make_protocol(members, 5)).embeddings.tobytes()
        == pool_templates(samples, make_protocol(members, 5)).embeddings.tobytes()
    )


@pytest.fixture
def pooled(make_templates):
    return pool_templates(
        make_templates(5, 200, dim=37, failing=0.4), make_protocol(make_members(5, 200, 40), 40)
    )


@pytest.fixture
def trials():
    rng = np.random.default_rng(6)
    reference, probe = rng.integers(0, 40, (2, 500)).astype(np.int32)
    return PairProtocol("t", "T", reference, probe, np.zeros(500, dtype=np.bool_))


@pytest.mark.parametrize("similarity", list(Similarity))
def test_scores_of_templates_are_the_definition_to_single_precision(pooled, trials, similarity):
    scored = template_scores(pooled, trials, similarity=similarity, rows=range(500))

    assert not scored.completed.all()
    for score, completed, i, j in zip(
        scored.scores, scored.completed, trials.reference, trials.probe, strict=True
    ):
        assert completed == (not pooled.failed[i] and not pooled.failed[j])
        a, b = pooled.embeddings[i].astype(float), pooled.embeddings[j].astype(float)
        cosine = math.fsum(a * b) if similarity is Similarity.COSINE else -math.dist(a, b)
        assert score == (pytest.approx(cosine, abs=1e-6) if completed else 0.0)


@pytest.mark.parametrize("similarity", list(Similarity))
def test_neither_threads_nor_cuts_show_in_the_scores(pooled, trials, similarity, monkeypatch):
    whole = template_scores(pooled, trials, similarity=similarity, rows=range(500))
    monkeypatch.setattr(template_pooling, "_TRIALS", 7)
    monkeypatch.setattr(template_pooling, "_SHARE", 50)

    parts = [
        template_scores(pooled, trials, similarity=similarity, rows=range(a, b), threads=3)
        for a, b in itertools.pairwise([0, 1, 40, 40, 333, 500])
    ]

    joined = PairScores.concatenate(parts)
    assert joined.scores.tobytes() == whole.scores.tobytes()
    assert joined.completed.tobytes() == whole.completed.tobytes()


def test_an_embedding_without_direction_adds_nothing():
    samples = SimpleNamespace(
        embeddings=np.array([[0, 0], [0, 4]], dtype=np.float32), failed=np.zeros(2, dtype=np.bool_)
    )

    pooled = pool_templates(samples, make_protocol([(0, 0, 0), (0, 1, 1)], 1))

    assert pooled.embeddings.tolist() == [[0.0, 1.0]]
