"""What rates come to, against published pairs and numbers worked out by hand."""

import math

import pytest
from scipy.stats import binom

from portal.deployments.calculator import Bounded, Deployment, at_watchlist, outcome


class near:  # noqa: N801 -- reads like pytest's own approx
    """Equal to a value with both ends of its interval, within rounding."""

    def __init__(self, *ends):
        self.ends = ends

    def __eq__(self, found):
        return [found.value, found.low, found.high] == pytest.approx(self.ends)

    __hash__ = None


def sure(rate):
    return Bounded(rate, rate, rate)


def test_the_npl_pair_follows_from_one_another():
    """NPL 2023: FPIR 1 in 6,000 at 10,000 people, and 1 in 60,000 at 1,000."""
    found = at_watchlist(sure(1 / 6_000), measured=10_000, watchlist=1_000)

    assert 1 / found.value == pytest.approx(60_000, rel=1e-4)
    back = at_watchlist(found, measured=1_000, watchlist=10_000)
    assert back.value == pytest.approx(1 / 6_000)


def test_a_false_match_rate_becomes_a_rate_of_searches():
    """One comparison in a million: of searches among 1,000 people, 1 - 0.999999^1000 = 0.09995%."""
    found = at_watchlist(Bounded(1e-6, 5e-7, 2e-6), measured=None, watchlist=1_000)

    assert found.value == pytest.approx(1 - 0.999999**1_000, rel=1e-6)
    assert found.low == pytest.approx(1 - 0.9999995**1_000, rel=1e-6)
    assert found.high == pytest.approx(1 - 0.999998**1_000, rel=1e-6)


def test_a_rate_stays_as_it_was_measured_at_its_own_size():
    measured = Bounded(0.013, 0.01, 0.02)

    assert at_watchlist(measured, measured=80, watchlist=80) is measured


def test_the_met_figures_come_out_in_both_denominators():
    """Met, year to September 2025: 3,147,436 faces, 2,077 alerts, 10 of them false.

    That is 0.0003% of the faces and 0.48% of the alerts.
    """
    faces, true, false = 3_147_436, 2_067, 10
    deployment = Deployment(
        watchlist=16_000, faces_per_hour=faces / 100, hours=100, share=true / faces
    )

    found = outcome(deployment, fpir=sure(false / (faces - true)), tpir=sure(1.0))

    assert found.false_alerts.value == pytest.approx(10)
    assert found.true_alerts.value == pytest.approx(2_067)
    assert f"{found.false_share_of_faces.value:.4%}" == "0.0003%"
    assert f"{found.false_share.value:.2%}" == "0.48%"
    assert found.false_alerts_per_hour.value == pytest.approx(0.1)


@pytest.fixture
def street():
    """6,000 faces in two hours, 60 of people on the watchlist."""
    return Deployment(watchlist=500, faces_per_hour=3_000, hours=2, share=0.01)


def test_every_number_follows_from_the_faces_and_the_rates(street):
    found = outcome(street, fpir=Bounded(0.001, 0.0005, 0.002), tpir=Bounded(0.9, 0.8, 0.95))

    assert (street.listed, street.others) == (60, 5_940)
    assert found.true_alerts == near(54, 48, 57)
    assert found.missed == near(6, 3, 12)
    assert found.false_alerts == near(5.94, 2.97, 11.88)
    assert found.false_alerts_per_hour == near(2.97, 1.485, 5.94)
    # 5.94 of 59.94; at best 2.97 beside 57 true ones, at worst 11.88 beside 48.
    assert found.false_share == near(5.94 / 59.94, 2.97 / 59.97, 11.88 / 59.88)


def test_a_single_deployment_holds_chance_beside_the_interval(street):
    """Of a known rate the range is the binomial's; with an interval it is wider, never beyond."""
    known = outcome(street, fpir=sure(0.001), tpir=sure(0.9)).false_alerts_range
    unsure = outcome(street, fpir=Bounded(0.001, 0.0005, 0.002), tpir=sure(0.9)).false_alerts_range
    certain = outcome(street, fpir=sure(1.0), tpir=sure(0.9)).false_alerts_range

    below = sum(binom.pmf(k, 5_940, 0.001) for k in range(known[0]))
    within = sum(binom.pmf(k, 5_940, 0.001) for k in range(known[0], known[1] + 1))
    assert below < 0.025
    assert within >= 0.95
    assert unsure[0] < known[0]
    assert unsure[1] > known[1]
    assert certain == (5_940, 5_940)


def test_nobody_on_the_watchlist_leaves_every_alert_false():
    empty = Deployment(watchlist=500, faces_per_hour=100, hours=1, share=0.0)

    found = outcome(empty, fpir=sure(0.01), tpir=sure(0.9))

    assert found.true_alerts.value == 0
    assert found.false_share.value == 1


def test_a_share_of_no_alerts_is_not_given():
    empty = Deployment(watchlist=500, faces_per_hour=100, hours=1, share=0.0)

    assert outcome(empty, fpir=sure(0.0), tpir=sure(0.9)).false_share is None


def test_no_error_in_the_laboratory_leaves_the_most_that_it_can_be(street):
    found = outcome(street, fpir=Bounded(0.0, 0.0, 0.005), tpir=sure(1.0))

    assert (found.false_alerts.value, found.false_alerts.high) == (0.0, pytest.approx(29.7))
    assert found.false_alerts_range[0] == 0
    assert found.false_alerts_range[1] >= math.ceil(29.7)
