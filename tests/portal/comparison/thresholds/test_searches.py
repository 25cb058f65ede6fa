"""FPIR, TPIR and yield against published and hand-worked numbers."""

from types import SimpleNamespace

import pytest

from portal.comparison.thresholds.figure import Figure, complement, of_share, place_at
from portal.comparison.thresholds.measured import Steps
from portal.comparison.thresholds.searches import Gallery, extrapolated, gallery_of, search_yield


def rate(errors, trials, low=None, high=None, evidence="sufficient"):
    return Figure(errors / trials, low, high, errors, trials, evidence)


def test_the_pair_that_npl_published_belongs_together():
    # NPL 2023: FPIR 1/6,000 among 10,000 people and 1/60,000 among 1,000.
    found = extrapolated(rate(1, 6_000), 10_000, 1_000)

    assert found.value == pytest.approx(1 / 60_000, rel=1e-3)
    assert found.note.startswith("Extrapolated from N = 10,000")


def test_fpir_of_twice_as_many_people_is_worked_by_hand():
    # 1 - (1 - 0.1)^2 = 0.19; the interval's limits go the same way: 0.05 to 0.0975, 0.2 to 0.36.
    found = extrapolated(rate(30, 300, 0.05, 0.2), 80, 160)

    assert (found.value, found.low, found.high) == pytest.approx((0.19, 0.0975, 0.36))
    assert (found.errors, found.trials) == (None, None)


def test_the_note_says_the_largest_gallery_for_which_the_searches_show_the_rate():
    # 300 searches show 3/300 = 1% among 80. FPIR 0.19 is (1 - 0.01)^(M/80) = 0.81: M = 1,677.
    found = extrapolated(rate(30, 300, 0.05, 0.2), 80, 160)

    assert found.note == (
        "Extrapolated beyond N = 80; the searches made support this rate up to N = 1,677"
    )


def test_no_false_positive_stays_an_upper_bound_when_extrapolated():
    found = extrapolated(of_share(0.0, 300), 100, 200)

    assert (found.value, found.errors) == (0.0, 0)
    assert found.high == pytest.approx(1 - 0.99**2)


def test_a_high_rate_says_nothing_of_a_smaller_gallery():
    assert extrapolated(rate(200, 300), 80, 8).evidence == "not_enough"
    assert extrapolated(rate(200, 300), 80, 800).evidence == "sufficient"
    assert extrapolated(rate(150, 300), 80, 8).evidence == "sufficient"


def test_fpir_from_comparisons_alone_says_that_it_comes_from_fmr():
    found = extrapolated(rate(100, 10_000), 1, 2)

    assert found.value == pytest.approx(0.0199)
    assert found.note.startswith("Extrapolated from one-to-one comparisons (FMR)")


def test_yield_is_the_enrolled_who_are_found_and_the_others_who_are_mistaken():
    # Of 100 searches 60 for enrolled people, of whom 80% are found, and 10% of the other 40.
    found = search_yield(rate(80, 100, 0.7, 0.9), rate(10, 100, 0.05, 0.2), 0.6)

    assert (found.value, found.low, found.high) == pytest.approx((0.52, 0.44, 0.62))


def test_yield_has_no_more_evidence_than_its_weaker_part():
    weak, strong = rate(1, 9, evidence="indicative"), rate(80, 100)

    assert search_yield(strong, weak, 0.5).evidence == "indicative"
    assert search_yield(rate(0, 2, evidence="not_enough"), weak, 0.5).evidence == "not_enough"


def test_tpir_counts_those_who_are_found():
    found = complement(rate(10, 400, 0.01, 0.05))

    assert (found.value, found.low, found.high) == pytest.approx((0.975, 0.95, 0.99))
    assert (found.errors, found.trials) == (390, 400)


@pytest.mark.parametrize(
    ("wanted", "place"), [(-9, 0), (0.2, 0), (0.200001, 1), (0.4, 1), (0.5, 2), (0.6, 2), (9, 2)]
)
def test_a_threshold_stands_for_the_first_measured_one_at_or_above_it(wanted, place):
    assert place_at([0.2, 0.4, 0.6], wanted) == place


def test_a_share_without_errors_has_the_rule_of_three_as_its_bound():
    found = of_share(0.0, 600)

    assert (found.errors, found.low, found.high) == (0, 0.0, 0.005)
    assert found.most == 0.005
    assert of_share(0.01, 600).high is None


def searched(size):
    curve = SimpleNamespace(
        threshold=(0.2, 0.4), fpir=(0.5, 0.1), fnir=(0.0, 0.25), fnir_low=(0.0, 0.1),
        fnir_high=(0.03, 0.4),
    )  # fmt: skip
    return SimpleNamespace(
        gallery_size=size, n_non_mated=100, n_mated=200, curve=curve, operating_points=(),
        recommended=None,
    )  # fmt: skip


def test_searches_of_the_wanted_number_of_people_are_measured_and_others_extrapolated():
    galleries = [searched(20), searched(80)]

    assert gallery_of(galleries, 20).is_measured
    assert gallery_of(galleries, 20).fpir(0.3).note == ""
    assert gallery_of(galleries, None).size == gallery_of(galleries, None).wanted == 80
    beyond = gallery_of(galleries, 1_000)
    assert (beyond.size, beyond.wanted, beyond.is_measured) == (80, 1_000, False)
    assert beyond.fpir(0.3).note.startswith("Extrapolated beyond N = 80")
    assert beyond.tpir(0.3).note == "Measured with N = 80"
    assert beyond.tpir(0.3).value == 0.75


def test_searches_without_a_curve_are_no_gallery():
    bare = searched(80)
    bare.curve = None

    assert gallery_of([bare], 80) is None


def test_between_measured_thresholds_nothing_is_interpolated():
    steps = Steps((0.2, 0.4), (rate(1, 2), rate(1, 10)), (rate(0, 9), rate(3, 9)))
    gallery = Gallery(80, 80, steps)

    assert gallery.fpir(0.21) == gallery.fpir(0.4) == rate(1, 10)
