"""Oracles: every search counted in plain Python, and searches worked out by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import make_gallery, make_searches, measure_searches
from evaluation.errors import EmptyTrialsError
from evaluation.metrics.identification_assembly import identification_result
from evaluation.metrics.identification_sizes import Wanted
from evaluation.metrics.identification_trials import trials_of_searches
from evaluation.results import Evidence, IntervalMethod


def made(positions, subjects, references, *, sizes=(), failed=(), probes=None, seed=1):
    """Samples on a line, compared by their distance."""
    n = len(positions)
    templates = SimpleNamespace(
        embeddings=np.array(positions, dtype=np.float32)[:, None],
        failed=np.isin(np.arange(n), failed),
    )
    subject_index = np.array(subjects, dtype=np.int32)
    reference = np.array(references, dtype=np.int32)
    probe = np.setdiff1d(np.arange(n), reference) if probes is None else np.array(probes)
    gallery = make_gallery(reference, subject_index, sizes=sizes, seed=seed)
    searches = make_searches(gallery, probe.astype(np.int32), subject_index)
    outcomes = measure_searches(
        templates,
        gallery,
        searches,
        range(searches.probe.size),
        similarity=Similarity.NEGATIVE_EUCLIDEAN,
    )
    return SimpleNamespace(
        failed=templates.failed,
        gallery=gallery,
        searches=searches,
        trials=trials_of_searches(gallery, searches, outcomes, subject_index),
        subjects=subject_index,
        positions=positions,
    )


def result_of(case, **wanted):
    wanted = {"recommended": -3.0, "replicates": 60, "seed": 1, **wanted}
    return identification_result(
        protocol="searches",
        title="Searches",
        kind="identification",
        gallery=case.gallery,
        failed=case.failed,
        trials=case.trials,
        wanted=Wanted(**wanted),
    )


def counts(rate):
    return rate.errors, rate.trials, rate.failures


def random_case(seed):
    rng = np.random.default_rng(seed)
    subjects = rng.integers(0, 20, 90)
    subjects[:15] = np.arange(15)
    references = np.flatnonzero((subjects < 15) & (np.arange(90) < 40))
    positions = (3 * subjects + rng.integers(-3, 4, 90)).tolist()
    failed = np.flatnonzero(rng.random(90) < 0.15)
    return made(positions, subjects.tolist(), references, sizes=(4, 11), failed=failed)


def outcomes_by_definition(case, size):
    """(mate's score and rank) of mated searches and top scores of the others, one by one."""
    enrolled = case.gallery.subjects.tolist()
    listed = enrolled[:size]
    mated, top = [], []
    for probe in case.searches.probe.tolist():
        best, who = {}, int(case.subjects[probe])
        for reference in case.gallery.reference.tolist():
            subject = int(case.subjects[reference])
            if subject in listed and not case.failed[[probe, reference]].any():
                score = -abs(case.positions[probe] - case.positions[reference])
                best[subject] = max(best.get(subject, -math.inf), score)
        if who in listed:
            mine = best.get(who)
            behind = None if mine is None else sum(score >= mine for score in best.values())
            mated.append((mine, behind))
        elif who not in enrolled:
            top.append(max(best.values(), default=None))
    return mated, top


@pytest.mark.parametrize("seed", range(5))
def test_every_gallery_size_is_as_counted_search_by_search(seed):
    case = random_case(seed)

    result = result_of(case, recommended=-2.0)

    assert [one.gallery_size for one in result.galleries] == [4, 11, 15]
    for one in result.galleries:
        mated, top = outcomes_by_definition(case, one.gallery_size)
        assert (one.n_mated, one.n_non_mated) == (len(mated), len(top))
        assert one.n_mated + one.n_mated_left_out == result.galleries[-1].n_mated
        for ranked in one.investigation:
            missed = sum(score is None or rank > ranked.rank for score, rank in mated)
            assert counts(ranked.fnir) == (missed, len(mated), one.n_mated_failed)
        for ranked in one.recommended.fnir:
            missed = sum(s is None or s < -2 or rank > ranked.rank for s, rank in mated)
            assert ranked.fnir.errors == missed
        assert one.recommended.fpir.errors == sum(s is not None and s >= -2 for s in top)
        found = [sum(r is not None and r <= k for _, r in mated) for k in range(1, 16)]
        assert list(one.cumulative_match.found) == found[: one.gallery_size]
        assert one.cumulative_match.searches == len(mated)


def test_lists_longer_than_the_gallery_are_left_out():
    small, _, whole = result_of(random_case(1)).galleries

    assert [one.rank for one in small.investigation] == [1]
    assert [one.rank for one in whole.investigation] == [1, 5, 10]
    assert [one.rank for one in whole.recommended.fnir] == [1, 5]


def many_strangers(**wanted):
    """400 strangers at 1 ... 400 from the nearest of two references, and four mated probes."""
    positions = [0, 10_000, 0, 4, 7, 10_003, *range(1, 401)]
    subjects = [0, 1, 0, 0, 0, 1, *range(2, 402)]
    return result_of(made(positions, subjects, [0, 1]), **wanted)


def test_a_target_has_the_lowest_threshold_that_meets_it():
    result = many_strangers()
    loose, point, *_ = result.galleries[0].operating_points

    # 10% of 400 are 40; 1% are 4: -1 ... -4 pass, -5 must not.
    assert (loose.target_fpir, loose.threshold) == (0.1, math.nextafter(-41, 0))
    assert (point.target_fpir, point.threshold) == (0.01, math.nextafter(-5, 0))
    assert counts(point.fpir) == (4, 400, 0)
    assert point.fpir.method is IntervalMethod.CLOPPER_PEARSON
    assert point.evidence is Evidence.INDICATIVE
    assert [one.rank for one in point.fnir] == [1]
    assert counts(point.fnir[0].fnir) == (1, 4, 0)
    assert point.threshold_low < point.threshold < point.threshold_high


def test_targets_that_the_searches_cannot_show_have_no_threshold():
    points = many_strangers().galleries[0].operating_points

    hidden = points[2:]
    assert [point.target_fpir for point in hidden] == [0.003, 0.001, 1 / 6000]
    assert all(p.threshold is None and p.evidence is Evidence.NOT_ENOUGH for p in hidden)


def test_the_curve_falls_in_fpir_and_rises_in_fnir():
    curve = many_strangers().galleries[0].curve

    assert list(curve.threshold) == sorted(set(curve.threshold))
    assert list(curve.fpir) == sorted(curve.fpir, reverse=True)
    assert list(curve.fnir) == sorted(curve.fnir)
    assert all(
        low <= value <= high
        for low, value, high in zip(curve.fnir_low, curve.fnir, curve.fnir_high, strict=True)
    )


def test_other_gallery_sizes_are_extrapolated_from_the_measured_one():
    result = many_strangers(targets=(0.01, 0.2), extrapolated=(1, 2, 6, 100))
    strict, loose = result.extrapolated

    assert (strict.measured_gallery_size, strict.target_fpir) == (2, 0.01)
    # 400 searches show 0.75%: of 0.01 at M subjects, 1 - 0.99^(2/M) at two.
    assert strict.largest_gallery_size == 2
    assert [point.gallery_size for point in loose.points] == [1, 6, 100]
    of_one, of_six, of_hundred = loose.points
    assert of_one.measured_target == pytest.approx(0.36)
    assert of_one.measured_fpir.errors == 144
    assert of_six.fmr == pytest.approx(1 - 0.8 ** (1 / 6))
    assert of_six.measured_target == pytest.approx(1 - 0.8 ** (1 / 3))
    assert of_six.measured_fpir.errors == math.floor(400 * (1 - 0.8 ** (1 / 3)))
    assert of_hundred.threshold is None
    assert of_hundred.evidence is Evidence.NOT_ENOUGH
    assert loose.largest_gallery_size == math.floor(2 * math.log(0.8) / math.log(1 - 3 / 400))


def test_sizes_at_which_half_of_all_searches_would_alert_are_left_out():
    result = many_strangers(targets=(0.4,), extrapolated=(1, 10))

    assert [point.gallery_size for point in result.extrapolated[0].points] == [10]


def test_mated_only_and_non_mated_only_protocols_say_what_they_can():
    mated = result_of(made([0, 50, 1, 52], [0, 1, 0, 1], [0, 1])).galleries[0]
    others = result_of(made([0, 50, 1, 52], [0, 1, 2, 3], [0, 1])).galleries[0]

    assert (mated.operating_points, mated.curve, mated.smallest_printable_fpir) == ((), None, None)
    assert mated.recommended.fpir is None
    assert counts(mated.investigation[0].fnir) == (0, 2, 0)
    assert (others.investigation, others.cumulative_match, others.curve) == ((), None, None)
    assert counts(others.recommended.fpir) == (2, 2, 0)


def test_where_nothing_yields_a_template_every_mate_is_missed_and_nobody_is_returned():
    case = made([0, 50, 1, 52, 7], [0, 1, 0, 1, 2], [0, 1], failed=range(5))

    one = result_of(case).galleries[0]

    assert (one.n_references_failed, one.n_subjects_failed) == (2, 2)
    assert (one.n_mated_failed, one.n_non_mated_failed) == (2, 1)
    assert counts(one.investigation[0].fnir) == (2, 2, 2)
    assert counts(one.recommended.fpir) == (0, 1, 0)
    assert all(point.threshold is None for point in one.operating_points)


def test_one_subject_only_has_no_interval_narrower_than_everything():
    case = made([0, 1, 2, 3], [0, 0, 0, 0], [0])

    one = result_of(case).galleries[0]

    assert one.investigation[0].fnir.evidence is Evidence.NOT_ENOUGH
    assert (one.investigation[0].fnir.low, one.investigation[0].fnir.high) == (0.0, 1.0)


def test_all_scores_equal_rank_the_mate_last():
    case = made([5] * 8, [0, 1, 2, 3, 0, 1, 2, 9], [0, 1, 2, 3])

    one = result_of(case, recommended=0.0).galleries[0]

    assert counts(one.investigation[0].fnir) == (3, 3, 0)
    assert one.cumulative_match.found == (0, 0, 0, 3)
    assert counts(one.recommended.fpir) == (1, 1, 0)


def test_no_searches_are_refused():
    with pytest.raises(EmptyTrialsError, match="no searches"):
        result_of(made([0, 1], [0, 1], [0, 1], probes=np.empty(0)))
