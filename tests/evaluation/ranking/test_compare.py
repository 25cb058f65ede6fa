"""Oracle: people drawn again and all their comparisons written down again, for every model."""

import itertools

import numpy as np
import pytest

from evaluation.errors import ResultError
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.ranking import At, ModelEvidence, compare_models
from tests.evaluation.ranking.conftest import SUBJECT_INDEX

REPLICATES = 80


def draws(n_subjects, stream, seed=7):
    return np.concatenate(
        list(weight_blocks(n_subjects, replicates=REPLICATES, seed=(seed, stream)))
    )


def middle(values):
    return tuple(np.quantile(values, [0.025, 0.975]))


@pytest.fixture(scope="module")
def three(make_model):
    return [
        make_model("able", 1, 0.75, failing=0.05),
        make_model("bold", 2, 0.5),
        make_model("calm", 3, 0.35, failing=0.1),
    ]


def test_differences_are_those_of_drawing_the_same_people_for_every_model(
    listed, scores_of, three, monkeypatch
):
    # What is added where few people tell models apart is tested with the differences.
    monkeypatch.setattr("evaluation.ranking.differences._FEW", -1)
    ranking = compare_models(three, at=At(target_fmr=0.1)).rankings[0]

    made = {
        "able": scores_of(1, 0.75, 0.05),
        "bold": scores_of(2, 0.5),
        "calm": scores_of(3, 0.35, 0.1),
    }
    subject_a, subject_b = SUBJECT_INDEX[listed.reference], SUBJECT_INDEX[listed.probe]
    fnmr, fmr = {}, {}
    for model in ranking.models:
        scores, completed = made[model.name].scores, made[model.name].completed
        matched = completed & (scores >= model.threshold)
        own = subject_a[listed.mated]
        fnmr[model.name] = np.array(
            [np.repeat(~matched[listed.mated], w[own].astype(int)).mean() for w in draws(30, 1)]
        )
        rows = ~listed.mated & completed
        often = [(w[subject_a] * w[subject_b])[rows].astype(int) for w in draws(30, 2)]
        fmr[model.name] = np.array([np.repeat(matched[rows], times).mean() for times in often])
    for difference in ranking.differences:
        a, b = ranking.models[difference.a].name, ranking.models[difference.b].name
        apart = fnmr[a] - fnmr[b]
        low, high = middle(apart)
        assert (difference.false_negative.low, difference.false_negative.high) == pytest.approx(
            (low, high), abs=1e-12
        )
        assert difference.probability_a_above_b == np.mean(apart < 0) + np.mean(apart == 0) / 2
        assert (difference.false_positive.low, difference.false_positive.high) == pytest.approx(
            middle(fmr[a] - fmr[b]), abs=1e-12
        )
        rates = [next(m for m in ranking.models if m.name == name) for name in (a, b)]
        assert difference.false_negative.value == pytest.approx(
            rates[0].false_negative.value - rates[1].false_negative.value
        )
        assert (
            difference.false_positive.value
            == rates[0].false_positive.value - rates[1].false_positive.value
        )


def test_all_pairs_are_compared_like_the_same_pairs_listed(make_streamed):
    models = [make_streamed("able", 1, 1.0), make_streamed("bold", 2, 1.6)]

    ranking = compare_models(models, at=At(target_fmr=0.01)).rankings[0]

    assert ranking.protocol == "all"
    (difference,) = ranking.differences
    assert difference.mcnemar_mated is None
    assert (
        difference.false_positive.low
        < difference.false_positive.value
        < difference.false_positive.high
    )
    assert [model.name for model in ranking.models] == ["able", "bold"]
    assert [model.group for model in ranking.models] == [1, 2]


def test_false_matches_below_the_tail_have_no_interval_of_their_difference(make_streamed):
    models = [make_streamed("able", 1, tail_size=300), make_streamed("bold", 2, 1.6)]

    ranking = compare_models(models, at=At(target_fmr=0.1)).rankings[0]

    (difference,) = ranking.differences
    assert (
        difference.false_positive.value
        == ranking.models[0].false_positive.value - ranking.models[1].false_positive.value
    )
    assert (difference.false_positive.low, difference.false_positive.high) == (None, None)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_models_does_not_show(three, order):
    assert compare_models([three[k] for k in order]) == compare_models(three)


def test_rates_are_the_result_s_own_and_the_best_comes_first(three):
    ranking = compare_models(three, protocol="pairs", at=At(target_fmr=0.1)).rankings[0]

    values = [model.false_negative.value for model in ranking.models]
    assert values == sorted(values)
    for model in ranking.models:
        evidence = next(m for m in three if m.identity.model_name == model.name).trials[0]
        point = next(p for p in evidence.points if p.target == 0.1)
        assert (model.false_negative, model.false_positive, model.threshold) == (
            point.false_negative,
            point.false_positive,
            point.threshold,
        )
        assert model.rank_low <= model.rank <= model.rank_high
    assert ranking.n_mated == 30 * 6
    assert ranking.n_mated_subjects == 30


def test_identical_models_tie_exactly(make_model, renamed):
    one = make_model("able")

    ranking = compare_models([one, renamed(one, "bold")]).rankings[0]

    (difference,) = ranking.differences
    assert (difference.false_negative.value, difference.p, difference.p_adjusted) == (0.0, 1.0, 1.0)
    assert difference.probability_a_above_b == 0.5
    assert (
        difference.false_positive.value,
        difference.false_positive.low,
        difference.false_positive.high,
    ) == (0.0, 0.0, 0.0)
    assert difference.mcnemar_mated.p == 1.0
    assert difference.mcnemar_non_mated.p == 1.0
    assert [(m.rank, m.rank_low, m.rank_high, m.group) for m in ranking.models] == [
        (1, 1, 2, 1)
    ] * 2


def test_p_values_are_adjusted_over_all_pairs_of_models(make_model):
    models = [make_model(name, seed, 0.5) for seed, name in enumerate("abcde")]

    ranking = compare_models(models).rankings[0]

    assert len(ranking.differences) == 10
    least = min(ranking.differences, key=lambda d: d.p)
    assert least.p_adjusted == pytest.approx(min(1.0, 10 * least.p))
    assert all(d.p <= d.p_adjusted <= 1 for d in ranking.differences)


def test_suppliers_own_thresholds_can_be_compared(make_model):
    models = [make_model("able", 1, own=0.3), make_model("bold", 2, own=0.1)]

    ranking = compare_models(models, at=At(mode=OperatingMode.RECOMMENDED)).rankings[0]

    assert ranking.target is None
    assert {model.name: model.threshold for model in ranking.models} == {"able": 0.3, "bold": 0.1}
    assert ranking.models[0].false_positive.value != ranking.models[1].false_positive.value


def test_by_default_the_lowest_target_with_enough_evidence_is_taken(three):
    # 400 trials: at 10% some forty errors, at 1% four.
    assert compare_models(three).rankings[0].target == 0.1


def test_protocols_without_the_operating_point_are_left_out(make_model, make_streamed):
    both = [
        ModelEvidence(listed.identity, (*listed.trials, *streamed.trials))
        for listed, streamed in [
            (make_model("able"), make_streamed("able")),
            (make_model("bold", 2), make_streamed("bold", 2)),
        ]
    ]

    assert [r.protocol for r in compare_models(both).rankings] == ["pairs", "all"]
    assert [r.protocol for r in compare_models(both, at=At(target_fmr=1e-3)).rankings] == ["all"]
    assert [r.protocol for r in compare_models(both, protocol="pairs").rankings] == ["pairs"]


def refused(models, message, **choice):
    with pytest.raises(ResultError, match=message):
        compare_models(models, **choice)


def test_what_cannot_be_compared_is_refused_with_a_sentence(make_model, make_streamed, renamed):
    able, bold = make_model("able"), make_model("bold", 2)

    refused([able], "at least two models")
    refused(
        [able, make_model("bold", test_set="b")], "able 1 and bold 1 .* different test sets: Set a"
    )
    refused([able, make_streamed("bold")], "no protocol in common")
    refused([able, bold], "able 1 has not run protocol all; it has: pairs", protocol="all")
    refused([able, bold], "able 1 has no threshold for an FMR of 0.0001%", at=At(target_fmr=1e-6))
    refused(
        [able, make_model("bold", own=None)],
        "bold 1 has no recommended threshold",
        at=At(mode=OperatingMode.RECOMMENDED),
    )
    refused([able, make_model("bold", draw=8)], "seed 7 with 80 replicates, and seed 8 with 80")
    refused([able, make_model("bold", replicates=90)], "seed 7 with 90")
    fewer = renamed(bold, "bold", points=())
    refused([able, fewer], "no operating point of pairs in common")


def test_the_same_protocol_with_other_trials_is_refused(make_model, renamed):
    able, bold = make_model("able"), make_model("bold", 2).trials[0]
    other = type(bold.mated)(bold.mated.subject, bold.mated.trials + 1, bold.mated.errors)
    decided = type(bold.decisions)(
        bold.decisions.n_trials,
        ~bold.decisions.mated,
        bold.decisions.completed,
        bold.decisions.match,
    )

    refused([able, renamed(able, "bold", mated=other)], "not measured on the same trials of pairs")
    refused([able, renamed(able, "bold", decisions=decided)], "not measured on the same trials")
    refused([able, renamed(able, "bold", decisions=None)], "not measured on the same trials")
