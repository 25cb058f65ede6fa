"""Oracle: the printing rules, worked by hand."""

import pytest

from evaluation.metrics.evidence import (
    METHOD_NAMES,
    evidence_for_counts,
    evidence_for_target,
    evidence_of_point,
    format_interval,
    format_percent,
    format_rate,
    format_target,
    format_upper_bound,
    format_without_counts,
    smallest_printable_fmr,
)
from evaluation.metrics.rates import bootstrap_rate, independent_rate
from evaluation.results import Evidence, IntervalMethod, OperatingPoint

NOTHING_KNOWN = bootstrap_rate(3, 10, None, method=IntervalMethod.SUBJECT_BOOTSTRAP)


def test_smallest_printable_fmr_is_three_over_n():
    assert smallest_printable_fmr(500) == 0.006
    assert smallest_printable_fmr(3_000_000) == 1e-6
    assert smallest_printable_fmr(1) == 1.0


@pytest.mark.parametrize(
    ("target", "trials", "evidence"),
    [
        (0.01, 299, Evidence.NOT_ENOUGH),
        (0.01, 300, Evidence.INDICATIVE),
        (0.01, 2999, Evidence.INDICATIVE),
        (0.01, 3000, Evidence.SUFFICIENT),
        (1e-6, 2_999_999, Evidence.NOT_ENOUGH),
        (1e-6, 3_000_000, Evidence.INDICATIVE),
        (1e-6, 30_000_000, Evidence.SUFFICIENT),
        (0.1, 30, Evidence.INDICATIVE),
        (0.0003, 10_000, Evidence.INDICATIVE),  # a product of 2.9999999999999996
        (0.1, 300, Evidence.SUFFICIENT),
    ],
)
def test_a_target_needs_three_expected_errors_and_thirty_to_be_more_than_indicative(
    target, trials, evidence
):
    assert evidence_for_target(target, trials) is evidence


@pytest.mark.parametrize(
    ("errors", "trials", "evidence"),
    [
        (0, 2, Evidence.NOT_ENOUGH),
        (2, 2, Evidence.NOT_ENOUGH),
        (0, 3, Evidence.INDICATIVE),
        (0, 10_000, Evidence.INDICATIVE),
        (29, 500, Evidence.INDICATIVE),
        (30, 500, Evidence.SUFFICIENT),
    ],
)
def test_an_observed_rate_is_indicative_below_thirty_errors(errors, trials, evidence):
    assert evidence_for_counts(errors, trials) is evidence


@pytest.mark.parametrize(
    ("fmr_aimed_at", "fnmr_errors", "weaker"),
    [
        (Evidence.SUFFICIENT, 30, Evidence.SUFFICIENT),
        (Evidence.SUFFICIENT, 29, Evidence.INDICATIVE),
        (Evidence.INDICATIVE, 30, Evidence.INDICATIVE),
    ],
)
def test_a_point_is_as_good_as_the_weaker_of_its_rates(fmr_aimed_at, fnmr_errors, weaker):
    point = OperatingPoint(
        target_fmr=0.1,
        evidence=fmr_aimed_at,
        threshold=0.2,
        fmr=independent_rate(40, 400),
        fnmr=independent_rate(fnmr_errors, 400),
    )

    assert evidence_of_point(point) is weaker


def test_a_point_without_rates_has_not_enough_evidence():
    point = OperatingPoint(target_fmr=1e-6, evidence=Evidence.NOT_ENOUGH)

    assert evidence_of_point(point) is Evidence.NOT_ENOUGH


@pytest.mark.parametrize(
    ("proportion", "text"),
    [
        (0, "0%"),
        (1, "100.00%"),
        (0.012, "1.20%"),
        (0.0042796, "0.43%"),
        (0.001, "0.10%"),
        (0.00099919, "0.10%"),
        (0.00012345, "0.012%"),
        (2.5e-6, "0.00025%"),
    ],
)
def test_percentages_keep_two_digits_that_matter(proportion, text):
    assert format_percent(proportion) == text


@pytest.mark.parametrize(
    ("proportion", "text"),
    [
        (3 / 500, "0.6%"),
        (3 / 487, "0.62%"),
        (3 / 1197943, "0.00026%"),
        (3 / 7, "43%"),
        (0.0100001, "1.1%"),
        (1.0, "100%"),
    ],
)
def test_an_upper_bound_is_rounded_up(proportion, text):
    assert format_upper_bound(proportion) == text


def test_a_rate_is_printed_with_its_counts():
    assert format_rate(independent_rate(6, 500)) == "1.20% (6 of 500)"
    assert format_rate(independent_rate(1234, 1197943)) == "0.10% (1,234 of 1,197,943)"


def test_no_errors_are_printed_as_an_upper_bound_never_as_zero():
    rate = independent_rate(0, 500)

    assert format_rate(rate) == "≤ 0.6% (0 of 500)"
    assert format_interval(rate) == "0% to 0.6%"


def test_nothing_is_printed_where_nothing_is_known():
    assert format_rate(NOTHING_KNOWN) == "not enough evidence"
    assert format_interval(NOTHING_KNOWN) == ""


def test_an_interval_is_printed_with_both_limits():
    assert format_interval(independent_rate(50, 500)) == "7.67% to 12.94%"


def test_a_rate_of_zero_without_counts_is_printed_as_an_upper_bound():
    assert format_without_counts(0.0, fewest_trials=500) == "≤ 0.6%"
    assert format_without_counts(0.0, fewest_trials=2) == "≤ 100%"
    assert format_without_counts(0.012, fewest_trials=500) == "1.20%"


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (1e-1, "10%"),
        (1e-2, "1%"),
        (1e-3, "0.1%"),
        (1e-6, "0.0001%"),
        (0.003, "0.3%"),
        (1 / 6000, "1 in 6,000"),
        (1 / 1000, "0.1%"),
        (0.012345, "1 in 81"),
    ],
)
def test_targets_are_printed_without_superfluous_digits(target, text):
    assert format_target(target) == text


def test_every_method_has_a_name():
    assert set(METHOD_NAMES) == set(IntervalMethod)
