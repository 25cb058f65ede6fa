"""Oracles: cases worked by hand, and the definitions in plain Python."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics.differentials.measures import (
    differential_measures,
    gini,
    max_to_geometric_mean,
)
from evaluation.results import Evidence

rates = st.lists(st.floats(1e-7, 1.0), min_size=2, max_size=24)


def gini_by_definition(x):
    n, mean = len(x), math.fsum(x) / len(x)
    apart = math.fsum(abs(a - b) for a in x for b in x)
    return (n / (n - 1)) * apart / (2 * n * n * mean)


def test_gini_worked_by_hand():
    # 1, 2, 3: differences over ordered pairs 2 (1 + 2 + 1) = 8; 3/2 * 8 / (2 * 9 * 2) = 1/3.
    assert gini([0.01, 0.02, 0.03]) == pytest.approx(1 / 3)
    # 1 and 3: 2 * 4 / (2 * 4 * 2) = 1/2.
    assert gini([0.1, 0.3]) == pytest.approx(0.5)


def test_gini_of_one_error_bearing_group_among_many_is_one():
    assert gini([0.0, 0.0, 0.0, 0.2]) == 1.0


def test_ratio_to_the_geometric_mean_worked_by_hand():
    # The geometric mean of 1, 2 and 4 is 2.
    assert max_to_geometric_mean([0.01, 0.02, 0.04]) == pytest.approx(2.0)


@given(rates)
def test_gini_is_that_of_the_definition_and_between_zero_and_one(values):
    assert gini(values) == pytest.approx(gini_by_definition(values), abs=1e-12)
    assert 0.0 <= gini(values) <= 1.0


@given(rates, st.floats(0.01, 100.0))
def test_ratios_do_not_depend_on_the_unit(values, factor):
    scaled = [value * factor for value in values]
    assert gini(scaled) == pytest.approx(gini(values), rel=1e-9, abs=1e-12)
    assert max_to_geometric_mean(scaled) == pytest.approx(max_to_geometric_mean(values))


@given(st.floats(1e-9, 1.0), st.integers(2, 24))
def test_equal_rates_lie_nowhere_apart(value, n):
    assert gini([value] * n) == 0.0
    assert max_to_geometric_mean([value] * n) == 1.0


@pytest.mark.parametrize("values", [[0.1], [], [0.0, 0.0], [0.1, -0.1]])
def test_gini_refuses_what_has_none(values):
    with pytest.raises(ValueError, match="Gini"):
        gini(values)


@pytest.mark.parametrize("values", [[], [0.1, 0.0]])
def test_geometric_mean_refuses_zero_and_nothing(values):
    with pytest.raises(ValueError, match="above 0"):
        max_to_geometric_mean(values)


def test_measures_worked_by_hand(make_rate):
    found = differential_measures(
        {"a": make_rate(10, 1000), "b": make_rate(40, 1000), "c": make_rate(20, 1000)}
    )

    assert (found.lowest, found.highest) == ("a", "b")
    assert (found.minimum, found.maximum) == (0.01, 0.04)
    assert found.max_to_min == pytest.approx(4.0)
    assert found.max_minus_min == pytest.approx(0.03)
    assert found.max_to_geometric_mean == pytest.approx(2.0)
    # Ordered differences 2 (3 + 1 + 2) = 12 hundredths; 3/2 * 12 / (2 * 9 * 7/3) = 3/7.
    assert found.gini == pytest.approx(3 / 7)
    assert found.groups == ("a", "b", "c")
    assert found.at_upper_bound == ()


def test_group_without_errors_enters_with_its_upper_bound_and_is_flagged(make_rate):
    found = differential_measures({"a": make_rate(0, 1000), "b": make_rate(30, 1000)})

    assert found.minimum == 3 / 1000
    assert found.max_to_min == pytest.approx(10.0)
    assert found.max_minus_min == pytest.approx(0.027)
    assert found.at_upper_bound == ("a",)


def test_group_without_evidence_does_not_enter(make_rate):
    found = differential_measures(
        {
            "a": make_rate(10, 1000),
            "b": make_rate(1, 2, Evidence.NOT_ENOUGH),
            "c": make_rate(20, 1000, Evidence.INDICATIVE),
            "d": None,
        }
    )

    assert found.groups == ("a", "c")
    assert found.maximum == 0.02


def test_one_group_with_evidence_has_no_measures(make_rate):
    assert differential_measures({"a": make_rate(10, 1000), "b": None}) is None
    assert differential_measures({}) is None


def test_order_of_groups_does_not_matter(make_rate):
    made = {"a": make_rate(10, 1000), "b": make_rate(40, 900), "c": make_rate(20, 500)}
    turned = dict(reversed(made.items()))

    first, second = differential_measures(made), differential_measures(turned)

    assert first.model_dump(exclude={"groups"}) == second.model_dump(exclude={"groups"})
