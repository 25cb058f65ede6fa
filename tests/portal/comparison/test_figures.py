"""Oracles: points and heights worked out by hand."""

import json
import re

import plotly.graph_objects as go
import pytest

from evaluation.report.part import Axis, LineChart, Series
from portal.comparison import figures, selectors
from portal.comparison.basis import choose_basis
from portal.comparison.compare.comparing import MOST_MODELS
from portal.comparison.figures.lines import line_chart
from portal.comparison.figures.speed import crowds
from portal.comparison.figures.theme import (
    COLOURS,
    DASHES,
    SYMBOLS,
    round_marks,
    rounded,
    spread,
)
from portal.comparison.measured import MeasuredModel
from tests.portal.comparison.results import make_result, make_wide_test_set


def test_labels_keep_their_place_where_they_have_room():
    assert spread([0.1, 0.5, 0.9], 0.05) == [0.1, 0.5, 0.9]


def test_labels_that_meet_are_pushed_apart_and_stay_on_the_chart():
    assert spread([0.5, 0.51], 0.05) == [0.5, pytest.approx(0.55)]
    assert spread([0.98, 0.99, 1.0], 0.05) == pytest.approx([0.9, 0.95, 1.0])


def test_names_crowd_only_where_they_can_meet():
    assert crowds([1.0, 5.0, 1.1, 5.15, 3.0], 0.2) == [[0, 2], [4], [1, 3]]


def test_points_are_rounded_to_four_significant_figures():
    assert rounded([0.123456, 1.23456e-5]) == [0.1235, 1.235e-5]


def test_axes_are_marked_at_one_two_and_five():
    assert round_marks(15, 600) == [20, 50, 100, 200, 500]
    assert round_marks(0.5, 5_000) == [1, 10, 100, 1_000]


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", COLOURS)
def test_names_in_the_colours_of_lines_can_be_read_on_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_six_models_are_told_apart_without_colour():
    assert len(set(DASHES)) == len(set(SYMBOLS)) == len(set(COLOURS)) == MOST_MODELS


@pytest.fixture
def drawn(db, jsarc):
    """Draw both charts of models of the given qualities."""

    def draw(*qualities):
        test_set = make_wide_test_set()
        runs = [
            make_result(quality, product=f"Model {n}", test_set=test_set)
            for n, quality in enumerate(qualities)
        ]
        basis = choose_basis(selectors.test_sets_with_results(jsarc), {})
        found = selectors.measurements_of(runs)
        models = [MeasuredModel.of(run, found[run.pk]) for run in runs]
        curves = selectors.curves_of(runs, "pairs", "error_tradeoff")
        return (
            figures.error_tradeoff_chart(models, curves, basis),
            figures.accuracy_speed_chart(models, basis),
        )

    return draw


def test_every_model_has_a_band_a_line_and_marks(drawn):
    tradeoff, speed = drawn(4.0, 3.0)

    assert len(tradeoff.figure["data"]) == 6
    assert len(speed.figure["data"]) == 2
    assert len({trace["line"]["dash"] for trace in tradeoff.figure["data"][1::3]}) == 2


def require_known_to_plotly(figure):
    """Plotly refuses a word or a value that it does not know; what it keeps is what was given."""
    kept = go.Figure(figure).to_plotly_json()
    del kept["layout"]["template"]
    assert json.loads(json.dumps(kept)) == json.loads(json.dumps(figure))


def test_plotly_knows_every_word_of_the_figures(drawn):
    for chart in drawn(4.0, 3.0, 9.0):
        require_known_to_plotly(chart.figure)


def test_plotly_knows_every_word_of_a_models_scores(db, jsarc):
    run = make_result()
    basis = choose_basis(selectors.test_sets_with_results(jsarc), {})
    model = MeasuredModel.of(run, selectors.measurements_of([run])[run.pk])
    points = selectors.curves_of([run], "pairs", "scores")[run.pk]
    require_known_to_plotly(figures.score_chart(model, points, basis).figure)


@pytest.mark.parametrize("is_log", [False, True])
def test_plotly_knows_every_word_of_a_reports_chart(is_log):
    axes = Axis("X"), Axis("Y", is_rate=True, is_log=is_log)
    lines = (
        Series("a", (1.0, 2.0), (0.1, 0.2), (0.05, 0.1), (0.2, 0.3)),
        Series("b", (1.0,), (0.5,)),
    )
    chart = LineChart("T", "S.", *axes, lines, steps=is_log)
    require_known_to_plotly(line_chart(chart, name="c").figure)


def test_figures_are_plain_json_without_nan(drawn):
    for chart in drawn(4.0, 9.0):
        assert "NaN" not in json.dumps(chart.figure)


def test_the_sentence_gives_each_model_s_rate_and_leaves_the_verdict_to_the_ranking(drawn):
    better, _ = drawn(4.0)
    both, _ = drawn(4.0, 2.0)

    rate = r"[0-9.]+% for Model \d \d+\.\d+"
    assert re.fullmatch(
        rf"With false matches held to .*, the share .* is {rate}\.", better.sentence
    )
    assert re.fullmatch(rf".* is {rate} and {rate}\.", both.sentence)


def test_the_table_says_at_a_target_what_the_figures_say(drawn):
    """At FMR 1% the threshold is 2.3263: cdf(2.3263 - 4) = 0.0471, so 94 of 2,000 are missed."""
    tradeoff, _ = drawn(4.0)

    row = next(row for row in tradeoff.table.rows if row[0] == "1%")
    assert row[1].startswith("4.70% (")


def test_between_targets_the_table_reads_the_lowest_drawn_threshold_whose_fmr_fits(drawn):
    tradeoff, _ = drawn(4.0)

    # FMR 3%: the normal threshold is 1.8808; the curve's next point is the first above it.
    row = next(row for row in tradeoff.table.rows if row[0] == "3%")
    assert row[1].startswith("1.75%")


def test_the_table_prints_no_missed_match_as_a_bound(drawn):
    """At FMR 100% no score lies below the threshold: 3 of 2,000 is the most there can be."""
    tradeoff, _ = drawn(5.0)

    assert tradeoff.table.rows[0][0] == "100%"
    assert tradeoff.table.rows[0][1].startswith("≤ ")


def test_the_table_ends_where_the_curve_does(drawn):
    """The curve's last threshold is 4.2, where FMR is 1.3e-5."""
    tradeoff, _ = drawn(4.0)

    assert tradeoff.table.rows[-1][0] == "0.003%"


def test_a_model_without_curves_has_no_chart(drawn):
    assert figures.score_chart(None, None, None) is None


def test_a_model_that_never_errs_is_left_out_of_the_logarithmic_chart(drawn):
    tradeoff, speed = drawn(30.0)

    assert tradeoff is None
    assert speed is not None
