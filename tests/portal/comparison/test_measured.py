"""Oracles: intervals drawn by hand."""

import pytest

from portal.comparison.measured import separable_best
from portal.runs.models import Evidence, Measurement


def rate(low, high, evidence=Evidence.SUFFICIENT):
    return Measurement(value=(low + high) / 2, low=low, high=high, evidence=evidence)


def test_the_lowest_is_best_where_its_interval_ends_below_every_other():
    assert separable_best([rate(0.05, 0.07), rate(0.01, 0.02), rate(0.03, 0.04)]) == 1


@pytest.mark.parametrize("other", [rate(0.015, 0.04), rate(0.02, 0.04), rate(0.0, 1.0)])
def test_nothing_is_best_where_intervals_overlap_or_touch(other):
    assert separable_best([rate(0.01, 0.02), other]) is None


def test_a_single_model_is_not_the_best_of_anything():
    assert separable_best([rate(0.01, 0.02)]) is None


def test_a_model_without_evidence_leaves_the_best_open():
    rates = [rate(0.01, 0.02), rate(0.5, 0.6), rate(0.7, 0.8, Evidence.NOT_ENOUGH)]

    assert separable_best(rates) is None
    assert separable_best(rates[:2]) == 0
    assert separable_best([*rates[:2], None]) is None


def test_an_indicative_rate_is_not_called_the_best():
    indicative = rate(0.01, 0.02, Evidence.INDICATIVE)

    assert separable_best([indicative, rate(0.03, 0.04)]) is None
    assert separable_best([rate(0.001, 0.002), indicative]) == 0


def test_a_wide_interval_that_begins_lowest_hides_the_best():
    """The narrow one is lower in the middle, but the wide one may be lower still."""
    assert separable_best([rate(0.02, 0.03), rate(0.0, 0.5)]) is None
