from datetime import datetime, timedelta, timezone

import pytest

from evaluation.report.wording import (
    bytes_text,
    figure_text,
    milliseconds_text,
    moment_text,
    plural,
    threshold_text,
)


@pytest.mark.parametrize(
    ("threshold", "text"),
    [
        (0.5, "0.500000"),
        (0.2791915109, "0.279192"),
        (-0.1234567, "-0.123456"),
        (0.25 + 1e-17, "0.250000"),
    ],
)
def test_threshold_is_rounded_up_so_that_it_keeps_to_its_target(threshold, text):
    assert threshold_text(threshold) == text
    assert float(text) >= threshold - 1e-11


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01234, "0.0123"), (8.614, "8.61"), (95.23, "95.2"), (1234.5, "1,234")],
)
def test_figures_have_three_digits_and_no_exponent(value, text):
    assert figure_text(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (4_234_567, "4.23 MB"),
        (999_600, "1.00 MB"),
        (3 * 10**12, "3,000 GB"),
    ],
)
def test_sizes_are_in_the_unit_that_suits_them(size, text):
    assert bytes_text(size) == text


def test_moments_are_in_utc():
    at = datetime(2026, 1, 5, 23, 30, tzinfo=timezone(timedelta(hours=-1)))

    assert moment_text(at) == "6 January 2026 at 00:30 UTC"


def test_a_missing_latency_is_a_dash():
    assert milliseconds_text(None) == "\N{EN DASH}"


def test_one_is_singular():
    assert (plural(1, "sample"), plural(2, "sample")) == ("1 sample", "2 samples")
    assert (plural(1, "search"), plural(2, "search")) == ("1 search", "2 searches")
