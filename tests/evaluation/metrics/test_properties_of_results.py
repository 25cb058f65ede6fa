"""What holds for whole results, which are made of more than two kinds of scores."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs, merge_parts
from evaluation.metrics.assembly import verification_sections

CARD = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.25)


def sections_of(made, scores, completed):
    return verification_sections(
        test_set=SimpleNamespace(subject_index=made.subject_index),
        protocol=made.protocol,
        comparisons=PairScores(scores, completed),
        failed=np.zeros(made.subject_index.size, bool),
        card=CARD,
        seed=1,
        replicates=50,
    )


def rates_of(result):
    points = [*result.operating_points, result.recommended]
    return [rate for point in points for rate in (point.fmr, point.fnmr) if rate is not None]


@pytest.mark.parametrize("seed", range(4))
def test_every_rate_of_a_result_lies_within_its_interval_in_zero_to_one(make_pairs, seed):
    made = make_pairs(seed, 700, failing=0.1)

    result, _ = sections_of(made, made.comparisons.scores, made.comparisons.completed)

    for rate in rates_of(result):
        assert 0 <= rate.low <= rate.value <= rate.high <= 1
        assert rate.value == rate.errors / rate.trials
        assert 0 <= rate.failures <= rate.errors
    for point in result.operating_points:
        if point.threshold is not None:
            assert point.threshold_low <= point.threshold <= point.threshold_high


@pytest.mark.parametrize("seed", range(4))
def test_a_sample_without_a_template_never_lowers_fnmr_and_adds_no_false_match(make_pairs, seed):
    made = make_pairs(seed, 700)
    scores, completed = made.comparisons.scores, made.comparisons.completed
    lost = (made.protocol.reference == 5) | (made.protocol.probe == 5)

    before, _ = sections_of(made, scores, completed)
    after, _ = sections_of(made, np.where(lost, 0.0, scores), completed & ~lost)

    assert after.recommended.fnmr.value >= before.recommended.fnmr.value
    assert after.recommended.fnmr.trials == before.recommended.fnmr.trials
    assert after.recommended.fmr.errors <= before.recommended.fmr.errors
    assert after.auc <= before.auc + after.n_non_mated_failed / before.n_non_mated


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_parts_of_a_result_may_be_merged_in_any_order(order):
    rng = np.random.default_rng(3)
    subject_index = rng.integers(0, 20, 90).astype(np.int32)
    made = SimpleNamespace(
        embeddings=rng.standard_normal((90, 8)).astype(np.float32), failed=rng.random(90) < 0.05
    )
    parts = [
        compare_all_pairs(made, subject_index, rows, similarity=Similarity.COSINE)
        for rows in (range(20), range(20, 50), range(50, 90))
    ]

    results = [
        verification_sections(
            test_set=SimpleNamespace(subject_index=subject_index),
            protocol=SimpleNamespace(name="all", title="All"),
            comparisons=merge_parts(parts[k] for k in chosen),
            failed=made.failed,
            card=CARD,
            seed=1,
            replicates=50,
        )
        for chosen in ((0, 1, 2), order)
    ]

    (first, evidence), (other, other_evidence) = results
    assert other == first
    for one, two in zip(vars_of(evidence.mated), vars_of(other_evidence.mated), strict=True):
        assert np.array_equal(one, two)
    for one, two in zip(
        vars_of(evidence.non_mated), vars_of(other_evidence.non_mated), strict=True
    ):
        assert np.array_equal(one, two)


def vars_of(record):
    return [getattr(record, f.name) for f in dataclasses.fields(record)]
