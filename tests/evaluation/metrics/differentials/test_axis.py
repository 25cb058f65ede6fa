"""Groups along an axis of thresholds, against counts in a loop and the operating points' own."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.metrics.differentials import (
    differential_results,
    search_axis,
    search_differential_results,
)
from evaluation.metrics.differentials.axis import (
    MOST_THRESHOLDS,
    axis_thresholds,
    is_followed,
    verdict_of,
)
from evaluation.results import (
    DifferentialMeasures,
    GroupComparison,
    RateDifferential,
    Verdict,
)
from tests.evaluation.metrics.differentials.test_searches import POINTS, crowd, searched

AXIS = [0.1, 0.2, 0.35, 0.5, 0.7]
CURVE = (AXIS, [0.4, 0.3, 0.2, 0.1, 0.01])


@pytest.fixture
def measured(make_world, make_overall):
    def make(seed=0, form="streamed", curve=CURVE, targets=None, **options):
        world = make_world(seed, **options)
        overall = make_overall({0.2: 0.35} if targets is None else targets, curve=curve)
        found = differential_results(
            getattr(world, form), world.values, overall, seed=1, replicates=200
        )
        return world, found

    return make


@pytest.mark.parametrize("form", ["listed", "streamed"])
@pytest.mark.parametrize("seed", range(2))
def test_errors_along_the_axis_are_those_counted_by_hand(measured, form, seed):
    world, (by_sex, *_) = measured(seed, form)
    pairs = world.protocol
    sex = world.values["sex"]

    assert by_sex.curve.threshold == tuple(AXIS)
    for rate in ("fmr", "fnmr"):
        assert [one.group for one in getattr(by_sex.curve, rate).groups] == ["female", "male"]
    for k, threshold in enumerate(AXIS):
        for group in ("female", "male"):
            false, made, missed, mated = 0, 0, 0, 0
            for row, score in enumerate(world.scores.scores):
                if not sex[pairs.reference[row]] == sex[pairs.probe[row]] == group:
                    continue
                completed = world.scores.completed[row]
                if pairs.mated[row]:
                    mated += 1
                    missed += not completed or score < threshold
                elif completed:
                    made += 1
                    false += score >= threshold
            fmr = next(one for one in by_sex.curve.fmr.groups if one.group == group)
            fnmr = next(one for one in by_sex.curve.fnmr.groups if one.group == group)
            assert (fmr.errors[k], fmr.trials) == (false, made)
            assert (fnmr.errors[k], fnmr.trials) == (missed, mated)


def test_at_an_operating_point_the_axis_says_what_the_operating_point_says(measured):
    _, (by_sex, *_) = measured(3, n_subjects=80)
    (at,) = by_sex.thresholds
    k = AXIS.index(at.threshold)

    for name, differential in (("fmr", at.fmr), ("fnmr", at.fnmr)):
        curves = getattr(by_sex.curve, name)
        for curve, rates in zip(curves.groups, at.groups, strict=True):
            rate = getattr(rates, name)
            assert curve.group == rates.group
            assert (curve.errors[k], curve.trials, curve.evidence[k]) == (
                rate.errors,
                rate.trials,
                rate.evidence,
            )
            assert curve.low[k] <= rate.low <= rate.value <= rate.high <= curve.high[k]
            assert curve.low[k] == pytest.approx(rate.low, rel=1e-3)
            assert curve.high[k] == pytest.approx(rate.high, rel=1e-3)
        assert curves.max_to_min[k] == differential.measures.max_to_min
        assert curves.lowest[k] == differential.measures.lowest
        assert curves.highest[k] == differential.measures.highest
        found = [one for one in differential.against_lowest if one.verdict is Verdict.DIFFERS]
        assert curves.differing[k] == tuple(one.group for one in found)


def test_operating_points_are_the_same_with_an_axis_and_without(measured):
    _, followed = measured(1)
    _, alone = measured(1, curve=((), ()))

    assert alone[0].curve is None
    for one, other in zip(followed, alone, strict=True):
        assert one.model_copy(update={"curve": None}) == other


def test_thresholds_below_the_kept_scores_are_left_off_the_axis(measured):
    world, (by_sex, *_) = measured(0, tail_size=60)
    lowest_kept = world.part.tail_scores[-1]

    assert by_sex.curve is None or min(by_sex.curve.threshold) > lowest_kept
    assert lowest_kept > AXIS[0]


def test_groups_of_women_who_are_mistaken_far_more_often_are_found_to_differ():
    rng = np.random.default_rng(5)
    mated = [(0.9, 1, k, "ab"[k % 2]) for k in range(400)]
    non_mated = [
        (float(rng.random()) * (1.0 if k % 2 else 0.55), 1_000 + k, "ab"[k % 2]) for k in range(400)
    ]
    (found,) = search_differential_results(
        searched(mated, non_mated), POINTS[:1], (0.3, 0.8, 0.95), seed=1, replicates=300
    )

    assert found.curve.fpir.differing[0] == ("b",)
    assert found.curve.fpir.verdict[0] is Verdict.DIFFERS
    # Above 0.8 nobody of "a" is returned at all, and nobody who is enrolled is missed at 0.8.
    assert found.curve.fpir.groups[0].errors[1] == 0
    assert found.curve.fnir.verdict[1] is Verdict.NOT_ENOUGH_EVIDENCE
    assert found.curve.fnir.groups[0].errors[2] == 200


def test_searches_along_the_axis_are_counted_as_at_their_points():
    mated, non_mated = crowd(2)
    (found,) = search_differential_results(
        searched(mated, non_mated), POINTS, (0.4, 0.6, 0.8), seed=1, replicates=200
    )

    for k, threshold in enumerate((0.4, 0.6, 0.8)):
        for sex, fpir, fnir in zip(
            ("female", "male"), found.curve.fpir.groups, found.curve.fnir.groups, strict=True
        ):
            returned = sum(top >= threshold for top, _, of in non_mated if of == sex)
            missed = sum(s < threshold or rank > 1 for s, rank, _, of in mated if of == sex)
            assert (fpir.group, fpir.errors[k], fnir.errors[k]) == (sex, returned, missed)


def test_searches_without_an_axis_have_no_curve():
    mated, non_mated = crowd()
    (found,) = search_differential_results(searched(mated, non_mated), POINTS, seed=1)

    assert found.curve is None
    assert search_axis(SimpleNamespace(curve=None)) == ()


def test_the_axis_keeps_both_ends_and_few_thresholds_between():
    thresholds = [k / 200 for k in range(201)]
    rates = [1 - k / 200 for k in range(201)]

    found = axis_thresholds(thresholds, rates)

    assert found.size == MOST_THRESHOLDS == 32
    assert (found[0], found[-1]) == (0.5, 1.0)  # the first with a false rate of one half
    assert np.all(np.diff(found) > 0)
    assert axis_thresholds([0.2, 0.2, 0.4], [0.1, 0.1, 0.0]).tolist() == [0.2, 0.4]
    assert axis_thresholds([0.2], [0.9]).size == 0


def test_only_attributes_of_people_in_a_dozen_groups_are_followed():
    def grouping(attributes, n):
        return SimpleNamespace(attributes=attributes, groups=("group",) * n)

    assert is_followed(grouping(("sex",), 2))
    assert is_followed(grouping(("sex", "skin_tone"), 12))
    assert not is_followed(grouping(("sex", "skin_tone"), 13))
    assert not is_followed(grouping(("sex",), 0))
    assert not is_followed(grouping(("sex", "camera"), 4))


def compared(verdict, group="b"):
    return GroupComparison.model_construct(group=group, against="a", verdict=verdict)


def entered(*groups):
    return DifferentialMeasures.model_construct(groups=groups)


@pytest.mark.parametrize(
    ("differential", "expected"),
    [
        (RateDifferential.model_construct(measures=None), "not_enough_evidence"),
        (
            RateDifferential.model_construct(
                measures=entered("a", "b", "c"),
                against_lowest=(compared("not_separable"), compared("not_separable", "c")),
            ),
            "not_separable",
        ),
        (
            # One group has not even enough evidence to be compared.
            RateDifferential.model_construct(
                measures=entered("a", "b"), against_lowest=(compared("not_separable"),)
            ),
            "not_enough_evidence",
        ),
        (
            RateDifferential.model_construct(
                measures=entered("a", "b", "c"),
                against_lowest=(compared("not_separable"), compared("not_enough_evidence", "c")),
            ),
            "not_enough_evidence",
        ),
        (
            RateDifferential.model_construct(
                measures=entered("a", "b"),
                against_lowest=(compared("not_enough_evidence"),),
                against_rest=(compared("differs"),),
            ),
            "differs",
        ),
    ],
)
def test_all_groups_are_said_not_to_differ_only_where_each_comparison_could_have_shown_it(
    differential, expected
):
    assert verdict_of(differential, 3) == expected
