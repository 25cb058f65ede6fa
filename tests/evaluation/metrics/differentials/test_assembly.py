"""A whole result against its definition, counted and resampled in plain Python."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.comparison import PairScores
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.differentials import Compared, differential_results
from evaluation.metrics.uncertainty import wilson
from evaluation.results import (
    DifferentialResult,
    Evidence,
    IntervalMethod,
    NotMeasured,
    Pairing,
    Verdict,
)

TARGETS = {0.1: 0.35, 0.01: 0.6}


def measure(compared, values, overall, seed=1, replicates=200):
    return differential_results(compared, values, overall, seed=seed, replicates=replicates)


@pytest.fixture
def measured(make_world, make_overall):
    def make(seed=0, form="streamed", own=0.5, **options):
        world = make_world(seed, **options)
        return world, measure(getattr(world, form), world.values, make_overall(TARGETS, own))

    return make


def by_attributes(results):
    return {one.attributes: one for one in results}


def test_every_attribute_and_crossing_is_a_section_at_the_protocols_own_thresholds(measured):
    _, results = measured(n_subjects=80)

    assert [one.attributes for one in results] == [("sex",), ("age_band",), ("sex", "age_band")]
    for one in results:
        assert (one.protocol, one.title) == ("every", "Every pair")
        assert one.pairing is Pairing.ALL_PAIRS
        assert [(t.target_fmr, t.threshold) for t in one.thresholds] == [
            (0.1, 0.35),
            (0.01, 0.6),
            (None, 0.5),
        ]


@pytest.mark.parametrize("seed", range(3))
def test_list_and_stream_of_the_same_comparisons_give_the_same_figures(measured, seed):
    _, listed = measured(seed, "listed")
    _, streamed = measured(seed, "streamed")

    for one, other in zip(listed, streamed, strict=True):
        assert one.model_dump(exclude={"pairing"}) == other.model_dump(exclude={"pairing"})


@pytest.mark.parametrize("form", ["listed", "streamed"])
def test_groups_and_what_is_outside_them_sum_to_the_total(measured, form):
    world, results = measured(1, form)
    compared = getattr(world, form)

    for one in results:
        for at in one.thresholds:
            non_mated = [g.fmr for g in at.groups if g.fmr] + [c.fmr for c in at.cross_groups]
            mated = [g.fnmr for g in at.groups if g.fnmr]
            mated += [at.fnmr_between_groups] if at.fnmr_between_groups else []
            assert (
                sum(rate.trials for rate in non_mated) + one.n_non_mated_outside
                == compared.n_non_mated
                == world.part.n_non_mated
            )
            assert sum(rate.trials for rate in mated) + one.n_mated_outside == compared.n_mated


def test_intervals_are_those_of_naive_resampling_of_the_same_people(measured):
    world, results = measured(2, n_subjects=40)
    by_sex = by_attributes(results)["sex",]
    draws = np.concatenate(list(weight_blocks(40, replicates=200, seed=(1, 3))))
    sex = np.array(world.values["sex"])
    i, j = world.protocol.reference, world.protocol.probe
    s, t = world.subject_index[i], world.subject_index[j]
    mated, made, scores = world.protocol.mated, world.scores.completed, world.scores.scores
    at = by_sex.thresholds[0]

    for group in at.groups:
        inside = (sex[i] == group.group) & (sex[j] == group.group)
        trial = inside & ~mated & made
        wrong = scores[trial] >= at.threshold
        rates = [np.repeat(wrong, (w[s[trial]] * w[t[trial]]).astype(int)).mean() for w in draws]
        assert group.fmr.method is IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP
        assert (group.fmr.low, group.fmr.high) == pytest.approx(
            tuple(np.quantile(rates, [0.025, 0.975])), abs=1e-12
        )
        trial = inside & mated
        wrong = (scores[trial] < at.threshold) | ~made[trial]
        rates = [np.repeat(wrong, w[s[trial]].astype(int)).mean() for w in draws]
        low, high = np.quantile(rates, [0.025, 0.975])
        independent = wilson(int(wrong.sum()), int(trial.sum()))
        assert group.fnmr.method is IntervalMethod.SUBJECT_BOOTSTRAP
        assert group.fnmr.low == pytest.approx(min(low, independent.low), abs=1e-12)
        assert group.fnmr.high == pytest.approx(max(high, independent.high), abs=1e-12)
        assert group.fnmr.failures == np.sum(~made[trial])


def test_groups_are_compared_in_the_same_draws(measured):
    world, results = measured(3, n_subjects=60)
    at = by_attributes(results)["sex",].thresholds[0]
    draws = np.concatenate(list(weight_blocks(60, replicates=200, seed=(1, 3))))
    sex = np.array(world.values["sex"])
    i, j = world.protocol.reference, world.protocol.probe
    s, t = world.subject_index[i], world.subject_index[j]
    non_mated = ~world.protocol.mated & world.scores.completed

    def drawn(group):
        trial = non_mated & (sex[i] == group) & (sex[j] == group)
        wrong = world.scores.scores[trial] >= at.threshold
        weights = draws[:, s[trial]] * draws[:, t[trial]]
        return weights @ wrong / weights.sum(axis=1)

    (found,) = at.fmr.against_lowest
    ratios = np.sort(drawn(found.group) / drawn(found.against))
    assert found.low == pytest.approx(ratios[4])
    assert found.high == pytest.approx(ratios[195])


def test_names_of_groups_do_not_matter(make_world, make_overall):
    world, overall = make_world(4), make_overall(TARGETS, 0.5)
    turned = {"sex": [{"female": "z", "male": "a"}[v] for v in world.values["sex"]]}

    (first,) = measure(world.streamed, {"sex": world.values["sex"]}, overall)
    (second,) = measure(world.streamed, turned, overall)

    for one, other in zip(first.thresholds, second.thresholds, strict=True):
        rates = [(g.fmr, g.fnmr) for g in one.groups]
        assert rates == [(g.fmr, g.fnmr) for g in reversed(other.groups)]
        assert [c.fmr for c in one.cross_groups] == [c.fmr for c in other.cross_groups]
        for rate in ("fmr", "fnmr"):
            same = getattr(one, rate).measures.model_dump(exclude={"groups", "lowest", "highest"})
            spread = getattr(other, rate).measures
            assert same == spread.model_dump(exclude={"groups", "lowest", "highest"})


def test_result_is_a_document_that_can_be_written_and_read(measured):
    _, results = measured()

    for one in results:
        assert DifferentialResult.model_validate_json(one.model_dump_json()) == one


def test_threshold_below_the_scores_kept_has_no_fmr_by_group_and_says_so(make_world, make_overall):
    world = make_world(0, tail_size=300)
    lowest = float(world.part.tail_scores[-1])

    (one, *_) = measure(world.streamed, world.values, make_overall({0.1: lowest, 0.01: 0.7}))

    below, above = one.thresholds
    assert not below.fmr_is_counted
    assert all(group.fmr is None and group.fnmr is not None for group in below.groups)
    assert below.cross_groups == ()
    assert below.fmr.measures is None
    assert below.fmr.against_lowest == ()
    assert above.fmr_is_counted
    assert all(group.fmr is not None for group in above.groups)


def test_no_errors_anywhere_are_not_enough_evidence_for_any_group(make_world, make_overall):
    world = make_world(0)

    for one in measure(world.streamed, world.values, make_overall({0.01: 2.0})):
        (at,) = one.thresholds
        assert all(group.fmr.evidence is Evidence.NOT_ENOUGH for group in at.groups)
        assert all(cell.fmr.evidence is Evidence.NOT_ENOUGH for cell in at.cross_groups)
        assert at.fmr.measures is None
        assert at.fmr.against_lowest == at.fmr.against_rest == ()


def test_all_scores_equal_are_measured(make_world, make_overall):
    world = make_world(0, failing=0.0)
    world.scores.scores[:] = 0.5

    (one, *_) = measure(world.listed, world.values, make_overall({0.5: 0.5, 0.01: 0.51}))

    low, high = one.thresholds
    assert {group.fmr.value for group in low.groups} == {1.0}
    assert {group.fnmr.value for group in low.groups} == {0.0}
    assert {group.fmr.value for group in high.groups} == {0.0}
    assert {group.fnmr.value for group in high.groups} == {1.0}
    assert low.fmr.measures.max_to_min == high.fnmr.measures.max_to_min == 1.0
    assert low.fmr.measures.gini == high.fnmr.measures.gini == 0.0
    assert low.fmr.against_lowest[0].verdict is Verdict.NOT_SEPARABLE


def test_group_all_of_whose_samples_failed_has_no_fmr_and_misses_everything(
    make_world, make_overall
):
    world = make_world(0, failing=0.0)
    failed = np.array(world.values["sex"]) == "female"
    i, j = world.protocol.reference, world.protocol.probe
    scores = PairScores(world.scores.scores, ~(failed[i] | failed[j]))
    compared = Compared(world.protocol, scores, failed, world.subject_index)

    (one, *_) = measure(compared, world.values, make_overall(TARGETS))

    female = one.groups[0]
    assert female.name == "female"
    assert female.samples_failed == female.samples
    rates = one.thresholds[0].groups[0]
    assert rates.fmr is None
    assert rates.fnmr.value == 1.0
    assert rates.fnmr.failures == rates.fnmr.trials
    assert one.thresholds[0].fmr.measures is None
    assert one.thresholds[0].cross_groups == ()


def test_lists_of_trials_that_share_no_subject_get_intervals_for_independent_trials(
    make_overall,
):
    n, rng = 400, np.random.default_rng(0)
    protocol = SimpleNamespace(
        name="p",
        title="P",
        reference=np.arange(n, dtype=np.int32),
        probe=np.arange(n, 2 * n, dtype=np.int32),
        mated=np.zeros(n, bool),
    )
    scores = PairScores(rng.random(n), np.ones(n, bool))
    compared = Compared(protocol, scores, np.zeros(2 * n, bool), np.arange(2 * n, dtype=np.int32))
    values = {"sex": [["f", "m"][k % 2] for k in range(n)] * 2}

    (one,) = measure(compared, values, make_overall({0.1: 0.9}))

    assert one.pairing is Pairing.SAME_GROUP
    for place, group in enumerate(one.thresholds[0].groups):
        errors = int(np.sum(scores.scores[place::2] >= 0.9))
        assert group.fmr.method is IntervalMethod.WILSON
        assert (group.fmr.low, group.fmr.high) == wilson(errors, n // 2)
        assert group.fnmr is None
    assert one.thresholds[0].fnmr.measures is None


def test_few_people_say_nothing_however_many_their_comparisons(make_world, make_overall):
    world = make_world(0, n_subjects=24, per_subject=6, failing=0.0)
    subject = world.subject_index
    values = {"sex": np.where(subject < 9, "few", "many").tolist()}

    (one,) = measure(world.streamed, values, make_overall(TARGETS))

    assert one.not_measured is NotMeasured.TOO_FEW_SUBJECTS
    assert (one.groups, one.thresholds) == ((), ())
    assert [(g.name, g.subjects) for g in one.left_out] == [("many", 15), ("few", 9)]
    assert one.n_non_mated_outside == world.part.n_non_mated
    assert one.n_mated_outside == world.part.mated_scores.size


def test_protocol_without_a_printable_threshold_still_says_who_is_in_the_groups(
    make_world, make_overall
):
    world = make_world(0)

    for one in measure(world.streamed, world.values, make_overall({})):
        assert one.thresholds == ()
        assert one.groups
        assert 0 <= one.n_non_mated_outside < world.part.n_non_mated


def test_test_set_without_attributes_has_no_section(make_world, make_overall):
    assert measure(make_world(0).streamed, {}, make_overall(TARGETS)) == ()


def test_a_group_with_twice_the_fmr_is_found_and_an_equal_one_is_not(make_overall):
    rng = np.random.default_rng(7)
    n_subjects = 360
    group = np.repeat(["a", "b", "c"], n_subjects // 3)
    i, j = np.triu_indices(n_subjects, 1)
    same = group[i] == group[j]
    i, j = i[same].astype(np.int32), j[same].astype(np.int32)
    chance = np.where(group[i] == "c", 0.04, 0.02)
    scores = PairScores((rng.random(i.size) < chance).astype(float), np.ones(i.size, bool))
    protocol = SimpleNamespace(
        name="p", title="P", reference=i, probe=j, mated=np.zeros(i.size, bool)
    )
    index = np.arange(n_subjects, dtype=np.int32)
    compared = Compared(protocol, scores, np.zeros(n_subjects, bool), index)

    (one,) = measure(compared, {"camera": group.tolist()}, make_overall({0.1: 1.0}))

    fmr = one.thresholds[0].fmr
    lowest = fmr.measures.lowest
    other = ({"a", "b"} - {lowest}).pop()
    assert {found.group: found.verdict for found in fmr.against_lowest} == {
        "c": Verdict.DIFFERS,
        other: Verdict.NOT_SEPARABLE,
    }
    assert fmr.measures.max_to_min == pytest.approx(2.0, rel=0.2)
    by_name = {found.group: found.verdict for found in fmr.against_rest}
    assert by_name["c"] is Verdict.DIFFERS
