"""A whole result against its definition, counted and resampled in plain Python."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import pair_scores
from evaluation.errors import EmptyTrialsError
from evaluation.metrics.assembly import TARGET_FMRS, verification_sections
from evaluation.results import Evidence
from tests.evaluation.metrics.measuring import (
    CARD,
    listed,
    make_templates,
    measure_all_pairs,
    measure_pairs,
)


@pytest.mark.parametrize("failing", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_counts_are_those_of_the_definition(make_pairs, seed, failing):
    made = make_pairs(seed, 900, failing=failing, folds=10)
    scores, completed = made.comparisons.scores.tolist(), made.comparisons.completed.tolist()
    mated = made.protocol.mated.tolist()
    rows = list(zip(scores, completed, mated, strict=True))

    result = measure_pairs(made)

    assert result.n_mated == sum(m for _, _, m in rows)
    assert result.n_non_mated == sum(c and not m for _, c, m in rows)
    assert result.n_mated_failed == sum(m and not c for _, c, m in rows)
    assert result.n_non_mated_failed == sum(not m and not c for _, c, m in rows)
    thresholds = [point for point in result.operating_points if point.threshold is not None]
    assert len(thresholds) == 2
    for point in [*thresholds, result.recommended]:
        t = point.threshold
        assert point.fmr.errors == sum(c and not m and s >= t for s, c, m in rows)
        assert point.fnmr.errors == sum(m and (not c or s < t) for s, c, m in rows)
        assert point.fnmr.failures == result.n_mated_failed
        assert (point.fmr.trials, point.fnmr.trials) == (result.n_non_mated, result.n_mated)
    assert result.folds.trials == result.n_mated + result.n_non_mated


def test_target_below_three_over_n_has_neither_threshold_nor_rates(make_pairs):
    result = measure_pairs(make_pairs(0, 900))

    by_target = {point.target_fmr: point for point in result.operating_points}
    assert tuple(by_target) == TARGET_FMRS
    for target, point in by_target.items():
        if target < 3 / result.n_non_mated:
            assert point.evidence is Evidence.NOT_ENOUGH
            assert (point.threshold, point.fmr, point.fnmr) == (None, None, None)
        else:
            assert point.fmr.value <= target
    assert result.smallest_printable_fmr == 3 / result.n_non_mated


@pytest.mark.parametrize("failing", [0.0, 0.1])
def test_all_pairs_give_what_the_same_pairs_listed_give(failing):
    templates = make_templates(5, failing=failing)
    protocol = listed(templates)

    streamed = measure_all_pairs(templates)
    from_list, _ = verification_sections(
        test_set=templates,
        protocol=protocol,
        comparisons=pair_scores(templates, protocol, similarity=Similarity.COSINE),
        failed=templates.failed,
        card=CARD,
        seed=1,
        replicates=200,
    )

    for name in ("n_mated", "n_non_mated", "n_mated_failed", "n_non_mated_failed", "n_subjects"):
        assert getattr(streamed, name) == getattr(from_list, name)
    for a, b in zip(streamed.operating_points, from_list.operating_points, strict=True):
        assert (a.threshold is None) == (b.threshold is None)
        if a.threshold is not None:
            assert a.threshold == pytest.approx(b.threshold, abs=1e-6)
            assert a.fnmr == b.fnmr
            assert a.fmr == b.fmr
    assert streamed.eer == pytest.approx(from_list.eer, abs=1e-6)
    assert streamed.auc == pytest.approx(from_list.auc, abs=1e-6)


def test_shards_and_threads_do_not_show_in_the_result():
    templates = make_templates(6, n=700, failing=0.03)

    whole = measure_all_pairs(templates)

    assert measure_all_pairs(templates, cuts=[0, 13, 500, 700], threads=2) == whole
    assert measure_all_pairs(templates, seed=2) != whole


def test_the_order_of_pairs_does_not_show(make_pairs):
    made = make_pairs(8, 600)
    order = np.random.default_rng(8).permutation(600)
    shuffled = SimpleNamespace(
        subject_index=made.subject_index,
        protocol=SimpleNamespace(
            name="pairs",
            title="Pairs",
            fold=None,
            **{k: getattr(made.protocol, k)[order] for k in ("reference", "probe", "mated")},
        ),
        comparisons=SimpleNamespace(
            scores=made.comparisons.scores[order], completed=made.comparisons.completed[order]
        ),
    )

    assert measure_pairs(shuffled) == measure_pairs(made)


def test_curve_and_histogram_agree_with_the_counts(make_pairs):
    made = make_pairs(9, 900, failing=0.05)

    result = measure_pairs(made)

    mated, completed = made.protocol.mated, made.comparisons.completed
    scores = made.comparisons.scores
    for t, fmr, fnmr, low, high in zip(
        *(getattr(result.curve, k) for k in ("threshold", "fmr", "fnmr", "fnmr_low", "fnmr_high")),
        strict=True,
    ):
        assert fmr == np.mean(scores[~mated & completed] >= t)
        assert fnmr == np.mean((scores[mated] < t) | ~completed[mated])
        assert 0 <= low <= fnmr <= high <= 1
    assert sum(result.scores.mated) == result.n_mated - result.n_mated_failed
    assert sum(result.scores.non_mated) == result.n_non_mated


def test_a_model_that_fails_on_every_mated_comparison_has_an_fnmr_of_one(make_pairs):
    made = make_pairs(10, 600)
    made.comparisons.completed = made.comparisons.completed & ~made.protocol.mated

    result = measure_pairs(made)

    assert result.recommended.fnmr.value == 1.0
    assert (result.auc, result.n_mated_failed) == (0.0, result.n_mated)


@pytest.mark.parametrize("is_mated", [True, False])
def test_a_protocol_without_one_kind_of_comparison_is_refused(make_pairs, is_mated):
    made = make_pairs(11, 200)
    made.protocol.mated = np.full(200, is_mated)

    with pytest.raises(EmptyTrialsError, match="non-mated" if is_mated else "no mated"):
        measure_pairs(made)


def test_a_card_without_a_threshold_has_no_recommended_rates(make_pairs):
    card = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=None)

    assert measure_pairs(make_pairs(12, 300), card=card).recommended is None


def test_all_scores_equal_is_measured_at_the_only_thresholds_there_are(make_pairs):
    made = make_pairs(13, 400)
    made.comparisons.scores = np.full(400, 0.5)

    result = measure_pairs(made)

    point = result.operating_points[0]
    assert (point.fmr.value, point.fnmr.value) == (0.0, 1.0)
    assert (result.eer, result.auc) == (0.5, 0.5)


def test_the_same_image_under_two_people_is_a_false_match_at_any_threshold():
    templates = make_templates(14, n=100, n_subjects=30)
    templates.embeddings[1] = templates.embeddings[0]

    result = measure_all_pairs(
        templates, card=SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.999)
    )

    assert result.recommended.fmr.errors == 1
