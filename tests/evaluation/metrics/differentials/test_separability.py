"""Oracles: statsmodels for the adjustment, and made-up people with known differences."""

import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from evaluation.metrics.differentials.ratios import separation
from evaluation.metrics.differentials.separability import against_lowest, against_rest
from evaluation.metrics.differentials.sides import Side, together
from evaluation.results import Verdict


def side_of(errors, trials, n=2000, seed=0, spread=1.0):
    """Independent errors, as replicates would spread them."""
    rng = np.random.default_rng([seed, errors, trials])
    drawn = np.clip(rng.normal(errors, spread * math.sqrt(errors), n), 0, trials)
    return Side(errors, trials, 500, drawn, np.full(n, float(trials)))


def verdicts(comparisons):
    return {one.group: one.verdict for one in comparisons}


def test_groups_are_compared_with_the_lowest_and_adjusted_over_all_two_groups():
    sides = {
        name: side_of(errors, 100_000)
        for name, errors in {"a": 150, "b": 100, "c": 190, "d": 120}.items()
    }

    found = {one.group: one for one in against_lowest(sides)}

    names = list(sides)
    pairs = [(x, y) for k, x in enumerate(names) for y in names[k + 1 :]]
    plain = [separation(sides[x], sides[y]).p_value for x, y in pairs]
    adjusted = multipletests(plain, method="holm")[1]
    assert list(found) == ["a", "c", "d"]
    for one in found.values():
        place = next(k for k, pair in enumerate(pairs) if set(pair) == {one.group, "b"})
        assert one.against == "b"
        assert one.p_value == plain[place]
        assert one.p_adjusted == pytest.approx(adjusted[place])
        assert one.errors_in_lower == 100
    assert found["c"].ratio == pytest.approx(1.9)
    assert verdicts(found.values()) == {
        "a": Verdict.DIFFERS,
        "c": Verdict.DIFFERS,
        "d": Verdict.NOT_SEPARABLE,
    }


def test_groups_are_compared_with_the_others_pooled_and_adjusted_over_groups():
    sides = {"a": side_of(60, 10_000), "b": side_of(90, 10_000), "c": side_of(400, 20_000)}

    found = against_rest(sides)

    rests = [together([s for other, s in sides.items() if other != name]) for name in sides]
    plain = [separation(a, b).p_value for a, b in zip(sides.values(), rests, strict=True)]
    adjusted = multipletests(plain, method="holm")[1]
    assert [one.group for one in found] == ["a", "b", "c"]
    assert [one.against for one in found] == [None] * 3
    assert [one.p_adjusted for one in found] == pytest.approx(adjusted.tolist())
    assert found[2].ratio == pytest.approx(0.02 / (150 / 20_000))


def test_the_rest_of_two_groups_is_the_other_one_and_is_not_said_twice():
    sides = {"a": side_of(60, 10_000), "b": side_of(90, 10_000)}

    assert against_rest(sides) == ()
    assert len(against_lowest(sides)) == 1


@pytest.mark.parametrize("sides", [{}, {"a": side_of(60, 1000)}])
def test_one_group_is_compared_with_nothing(sides):
    assert against_lowest(sides) == against_rest(sides) == ()


@pytest.mark.parametrize(
    ("lower", "verdict"), [(23, Verdict.NOT_SEPARABLE), (22, Verdict.NOT_ENOUGH_EVIDENCE)]
)
def test_below_twenty_three_errors_there_is_not_enough_evidence(lower, verdict):
    sides = {"a": side_of(lower, 10_000), "b": side_of(lower + 3, 10_000)}

    (found,) = against_lowest(sides)

    assert found.errors_in_lower == lower
    assert found.verdict is verdict


def test_a_large_difference_is_found_with_few_errors_and_with_none():
    sides = {"a": side_of(5, 10_000), "b": side_of(100, 10_000), "c": side_of(0, 10_000)}

    found = against_lowest(sides)

    assert verdicts(found) == {"a": Verdict.NOT_ENOUGH_EVIDENCE, "b": Verdict.DIFFERS}
    assert all(one.at_upper_bound and one.against == "c" for one in found)
    assert found[1].ratio == pytest.approx(0.01 / 0.0003)
    assert found[1].high is None


def test_errors_that_share_people_take_more_than_counts_say():
    independent = {"a": side_of(100, 10_000), "b": side_of(160, 10_000)}
    clustered = {"a": side_of(100, 10_000, spread=3.0), "b": side_of(160, 10_000, spread=3.0)}

    assert against_lowest(independent)[0].verdict is Verdict.DIFFERS
    assert against_lowest(clustered)[0].verdict is Verdict.NOT_SEPARABLE
    assert clustered_ratio(clustered) > 2 * clustered_ratio(independent) - 1


def clustered_ratio(sides):
    return against_lowest(sides)[0].detectable_ratio


def test_no_word_says_that_there_is_no_difference():
    assert {one.value for one in Verdict} == {"differs", "not_separable", "not_enough_evidence"}


def people(rng, rates, n_subjects=60, n_trials=6, replicates=300):
    """Sides of groups whose people are more or less prone to errors, drawn again together."""
    errors, trials = [], []
    for rate in rates:
        prone = rng.beta(4 * rate, 4 * (1 - rate), n_subjects)
        errors.append(rng.binomial(n_trials, prone))
        trials.append(np.full(n_subjects, n_trials))
    everyone = n_subjects * len(rates)
    weights = rng.multinomial(everyone, np.full(everyone, 1 / everyone), size=replicates)
    weights = weights.reshape(replicates, len(rates), n_subjects)
    return {
        str(k): Side(
            int(errors[k].sum()),
            int(trials[k].sum()),
            n_subjects,
            (weights[:, k] @ errors[k]).astype(float),
            (weights[:, k] @ trials[k]).astype(float),
        )
        for k in range(len(rates))
    }


def test_equal_groups_are_called_different_no_more_often_than_one_time_in_twenty():
    rng = np.random.default_rng(20261123)
    runs = 150

    alarms = np.zeros(2)
    for _ in range(runs):
        sides = people(rng, [0.15] * 4)
        for k, found in enumerate((against_lowest(sides), against_rest(sides))):
            alarms[k] += Verdict.DIFFERS in verdicts(found).values()

    # One in twenty of 150 is 7.5; 13 or more has a chance below 0.04 then.
    assert np.all(alarms <= 12)


def test_a_group_with_twice_the_rate_is_found():
    rng = np.random.default_rng(20261123)
    runs = 20

    found = sum(
        verdicts(against_lowest(people(rng, [0.1, 0.2, 0.1], n_subjects=250)))["1"]
        is Verdict.DIFFERS
        for _ in range(runs)
    )

    assert found >= 18


def test_an_interval_that_holds_one_is_no_difference_however_small_the_p_value():
    drawn = np.where(np.arange(1000) < 30, 10_000.0, 12_000.0)  # 3 of 100 replicates see none
    trials = np.full(1000, 1e6)
    sides = {
        "a": Side(12_000, 10**6, 500, drawn, trials),
        "b": Side(10_000, 10**6, 500, np.full(1000, 10_000.0), trials),
    }

    (found,) = against_lowest(sides)

    assert found.p_adjusted < 0.001
    assert found.low == 1.0
    assert found.verdict is Verdict.NOT_SEPARABLE
