"""Models compared on the same searches; oracle: every search written down and drawn again."""

import dataclasses
import itertools

import numpy as np
import pytest
from scipy.stats import binomtest

from evaluation.errors import ResultError
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.ranking import At, ModelEvidence, compare_models
from tests.evaluation.made_evidence import make_evidence, make_search_evidence, searched

REPLICATES = 80
MODELS = {
    "able": {"seed": 1, "noise": 0.8, "failing": 0.05},
    "bold": {"seed": 2, "noise": 1.2},
    "calm": {"seed": 3, "noise": 1.3, "failing": 0.1},
}


@pytest.fixture(scope="module")
def three():
    return [make_search_evidence(name, **model) for name, model in MODELS.items()]


def draws(n_subjects, stream):
    return np.concatenate(list(weight_blocks(n_subjects, replicates=REPLICATES, seed=(7, stream))))


def drawn_rates(wrong, subject, stream):
    """Rate in each replicate, with the searches of each person drawn as often as the person."""
    people, whose = np.unique(subject, return_inverse=True)
    return np.array(
        [np.repeat(wrong, w[whose].astype(int)).mean() for w in draws(people.size, stream)]
    )


def middle(values):
    return pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=1e-12)


@pytest.mark.parametrize("rank", [1, 5])
def test_differences_are_those_of_drawing_the_same_people_for_every_model(three, rank, monkeypatch):
    # What is added where few people tell models apart is tested with the differences.
    monkeypatch.setattr("evaluation.ranking.differences._FEW", -1)
    ranking = compare_models(three, at=At(target_fpir=0.1, rank=rank)).rankings[0]

    assert (ranking.searched.gallery_size, ranking.searched.rank) == (30, rank)
    fnir, fpir = {}, {}
    for model in ranking.models:
        whole = searched(**MODELS[model.name])[1][-1]
        mated, others = whole.mated, whole.non_mated
        missed = (mated.score < model.threshold) | (mated.rank > rank)
        fnir[model.name] = drawn_rates(missed, mated.subject, 7)
        fpir[model.name] = drawn_rates(others.top_score >= model.threshold, others.subject, 8)
        assert (model.false_negative.errors, model.false_negative.trials) == (missed.sum(), 90)
    assert len(ranking.differences) == 3
    for one in ranking.differences:
        a, b = (ranking.models[k].name for k in (one.a, one.b))
        apart, alarms = fnir[a] - fnir[b], fpir[a] - fpir[b]
        assert (one.false_negative.low, one.false_negative.high) == middle(apart)
        assert (one.false_positive.low, one.false_positive.high) == middle(alarms)
        above = np.sum(apart < 0) + np.sum(apart == 0) / 2
        assert one.probability_a_above_b * REPLICATES == pytest.approx(above)


def test_mcnemar_counts_the_searches_that_one_model_alone_gets_wrong(three):
    ranking = compare_models(three[:2], at=At(target_fpir=0.1)).rankings[0]
    (one,) = ranking.differences

    missed, alarms = [], []
    for model in (ranking.models[one.a], ranking.models[one.b]):
        whole = searched(**MODELS[model.name])[1][-1]
        missed.append((whole.mated.score < model.threshold) | (whole.mated.rank > 1))
        alarms.append(whole.non_mated.top_score >= model.threshold)
    for test, (a, b) in ((one.mcnemar_mated, missed), (one.mcnemar_non_mated, alarms)):
        only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
        assert (test.only_a, test.only_b) == (only_a, only_b)
        if 0 < only_a + only_b < 25:
            assert test.p == pytest.approx(binomtest(only_a, only_a + only_b).pvalue)


def test_without_a_threshold_only_the_mates_places_count(three):
    at = At(mode=OperatingMode.INVESTIGATION, rank=5)

    ranking = compare_models(three, at=at).rankings[0]

    assert (ranking.mode, ranking.target, ranking.searched.rank) == ("investigation", None, 5)
    for model in ranking.models:
        mated = searched(**MODELS[model.name])[1][-1].mated
        behind = (mated.rank > 5) | (mated.score == -np.inf)
        assert model.false_negative.errors == behind.sum()
        assert (model.threshold, model.false_positive) == (None, None)
    for one in ranking.differences:
        assert one.false_positive is None
        assert one.mcnemar_non_mated is None
        assert one.mcnemar_mated is not None


def test_suppliers_own_thresholds_can_be_compared(three):
    ranking = compare_models(three, at=At(mode=OperatingMode.RECOMMENDED)).rankings[0]

    assert {model.threshold for model in ranking.models} == {0.5}
    for model in ranking.models:
        top = searched(**MODELS[model.name])[1][-1].non_mated.top_score
        assert model.false_positive.errors == np.sum(top >= 0.5)


def test_models_fall_into_groups_and_one_that_is_far_better_leads_alone(three):
    ranking = compare_models(three).rankings[0]

    assert ranking.mode == "target"
    assert ranking.target == 0.1  # 120 searches: at 1% one error, too few to print
    assert ranking.models[0].name == "able"
    assert ranking.groups[0].members == (0,)
    assert set(ranking.groups[1].members) == {1, 2}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_models_does_not_show(three, order):
    assert compare_models([three[k] for k in order]) == compare_models(three)


def test_searches_that_no_unknown_person_takes_part_in_are_compared_without_a_threshold():
    models = [make_search_evidence(name, closed=True, **model) for name, model in MODELS.items()]

    ranking = compare_models(models).rankings[0]

    assert ranking.mode == "investigation"
    assert ranking.searched.rank == 1
    assert {model.false_positive for model in ranking.models} == {None}


def both(name, seed, **more):
    """Evidence of comparisons of two and of searches."""
    two, many = make_evidence(name, seed), make_search_evidence(name, seed, **more)
    return ModelEvidence(two.identity, (*two.trials, *many.trials))


def test_protocols_of_either_kind_are_compared_at_what_suits_them():
    models = [both("able", 1), both("bold", 2)]

    def compared(at=None):
        return [r.protocol for r in compare_models(models, **({"at": at} if at else {})).rankings]

    assert compared() == ["pairs", "searches"]
    assert compared(At(target_fmr=0.1)) == ["pairs"]
    assert compared(At(target_fpir=0.1)) == ["searches"]
    assert compared(At(rank=5)) == ["searches"]
    assert compared(At(mode=OperatingMode.INVESTIGATION)) == ["searches"]
    assert compared(At(mode=OperatingMode.RECOMMENDED)) == ["pairs", "searches"]
    first, second = compare_models(models).rankings
    assert (first.false_negative_name, first.false_positive_name) == ("FNMR", "FMR")
    assert (second.false_negative_name, second.false_positive_name) == ("FNIR", "FPIR")


def refused(models, message, **choice):
    with pytest.raises(ResultError, match=message):
        compare_models(models, **choice)


def test_what_cannot_be_compared_is_refused_with_a_sentence(three):
    able, bold = three[:2]
    closed = make_search_evidence("calm", 3, closed=True)

    refused([able, closed], "not measured on the same trials of searches")
    refused([able, make_search_evidence("calm", 3, draw=8)], "seed 7 with 80 replicates, and seed")
    refused(
        [able, bold],
        "able 1 has no threshold for an FPIR of 0.1%",
        at=At(target_fpir=1e-3),
    )
    refused(
        [able, bold],
        "able 1 has no threshold for an FPIR of 10% with a list of 7",
        at=At(target_fpir=0.1, rank=7),
    )
    refused([able, bold], "able 1 has no threshold for an FMR of 10%", at=At(target_fmr=0.1))
    refused(
        [able, bold],
        "able 1 was not searched without a threshold with a list of 3",
        at=At(mode=OperatingMode.INVESTIGATION, rank=3),
    )
    refused(
        [make_evidence("able"), make_evidence("bold", 2)],
        "able 1 was not searched without a threshold",
        at=At(mode=OperatingMode.INVESTIGATION),
    )
    refused(
        [able, make_search_evidence("calm", 3, own=None)],
        "calm 1 has no recommended threshold",
        at=At(mode=OperatingMode.RECOMMENDED),
    )


def test_other_searches_of_the_same_name_are_refused(three, renamed):
    able = three[0]
    trials = able.trials[0]
    more = dataclasses.replace(trials.non_mated, trials=trials.non_mated.trials + 1)
    two = make_evidence("bold").trials[0]

    for other in (
        {"gallery_size": 31},
        {"non_mated": more},
        {"non_mated": two.non_mated, "gallery_size": None},
    ):
        refused(
            [able, renamed(able, "bold", **other)], "not measured on the same trials of searches"
        )
