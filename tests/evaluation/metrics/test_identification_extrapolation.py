"""Oracles: exact fractions, and the published check value."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics.identification_extrapolation import (
    extrapolated_fpir,
    fmr_at_fpir,
    largest_supported_gallery,
)


def test_one_false_alert_in_6000_at_10000_is_an_fmr_of_1_67e_8():
    assert fmr_at_fpir(1 / 6000, 10_000) == pytest.approx(1.67e-8, rel=2e-3)


@pytest.mark.parametrize(("fmr", "n"), [("1/10", 3), ("1/1000", 50), ("1/1000000", 200)])
def test_the_formula_agrees_with_exact_fractions(fmr, n):
    exact = 1 - (1 - Fraction(fmr)) ** n
    assert extrapolated_fpir(float(Fraction(fmr)), n) == pytest.approx(float(exact), rel=1e-13)


@given(fpir=st.floats(1e-12, 0.99), size=st.integers(1, 10**8))
def test_the_two_formulas_are_each_others_inverse(fpir, size):
    assert extrapolated_fpir(fmr_at_fpir(fpir, size), size) == pytest.approx(fpir, rel=1e-9)


@pytest.mark.parametrize("formula", [extrapolated_fpir, fmr_at_fpir])
def test_the_ends_stay_ends_and_one_comparison_changes_nothing(formula):
    assert formula(0.0, 1000) == 0.0
    assert formula(1.0, 1000) == 1.0
    assert formula(0.25, 1) == pytest.approx(0.25, rel=1e-14)


@pytest.mark.parametrize("formula", [extrapolated_fpir, fmr_at_fpir])
@pytest.mark.parametrize(("rate", "size"), [(-0.1, 10), (1.1, 10), (math.nan, 10), (0.1, 0)])
def test_arguments_outside_their_range_are_refused(formula, rate, size):
    with pytest.raises(ValueError, match=r"a rate lies in|at least 1 subject"):
        formula(rate, size)


def test_searches_that_just_show_the_target_support_the_measured_gallery_and_no_larger():
    # 300 searches show 1 % and no less.
    assert largest_supported_gallery(0.01, 300, 5000) == 5000
    assert largest_supported_gallery(0.01, 299, 5000) < 5000
    # 3000 searches show 0.1 % at 500, which is 1 % at about 5,000 subjects.
    assert largest_supported_gallery(0.01, 3000, 500) == pytest.approx(5000, rel=0.01)


def test_the_largest_gallery_is_the_last_whose_belonging_rate_can_be_shown():
    n, measured, target = 1000, 400, 1 / 6000
    largest = largest_supported_gallery(target, n, measured)

    def belonging(size):
        return extrapolated_fpir(fmr_at_fpir(target, size), measured)

    assert belonging(largest) >= 3 / n > belonging(largest + 1)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_three_searches_support_nothing(n):
    assert largest_supported_gallery(0.5, n, 1000) == 0


@pytest.mark.parametrize(("target", "n"), [(0.0, 100), (0.1, 0), (1.0, 100)])
def test_a_limit_of_nothing_is_refused(target, n):
    with pytest.raises(ValueError, match=r"a target above 0|a rate lies in"):
        largest_supported_gallery(target, n, 1000)
