"""Charts of the leaderboard: what stands where, and that the browser's library knows each word."""

from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from portal.comparison.figures.bars import Bar, interval_bars
from portal.comparison.leaderboard.profile_words import profile_chart


def rate(value, low, high, errors=5):
    return SimpleNamespace(
        value=value, low=low, high=high, errors=errors, trials=1_000, evidence="sufficient"
    )


def require_known_to_plotly(figure):
    kept = go.Figure(figure).to_plotly_json()
    assert set(kept["layout"]) >= {"xaxis", "yaxis"}


@pytest.fixture
def figure():
    bars = [
        Bar("Alpha 1.0", rate(0.0, 0.0, 0.003, errors=0), is_marked=True),
        Bar("Beta 2.0", rate(0.02, 0.01, 0.04)),
        Bar("A product with a very long name 3.0", rate(0.5, 0.4, 0.6)),
    ]
    return interval_bars(bars, title="FNMR", marked="Best", unmarked="Others")


def test_the_best_stands_on_top_with_its_interval(figure):
    best, others = figure["data"]

    assert (best["name"], best["y"]) == ("Best", [0])
    assert (others["name"], others["y"]) == ("Others", [1, 2])
    assert others["x"] == [0.02, 0.5]
    assert others["error_x"]["array"] == pytest.approx([0.02, 0.1])
    assert others["error_x"]["arrayminus"] == pytest.approx([0.01, 0.1])
    first, last = figure["layout"]["yaxis"]["range"]
    assert first > last  # place 0 is at the top


def test_no_error_at_all_is_drawn_at_its_upper_bound(figure):
    best = figure["data"][0]

    assert best["x"] == [0.003]
    assert best["error_x"]["array"] == [0.0]
    assert best["text"] == ["Alpha 1.0: ≤ 0.3% (0% to 0.3%)"]


def test_long_names_are_cut_on_the_axis_alone(figure):
    assert figure["layout"]["yaxis"]["ticktext"][2] == "A product with a very lon…"
    assert "very long name 3.0" in figure["data"][1]["text"][1]


def test_a_chart_grows_with_its_rows():
    bars = [Bar(f"Model {n}", rate(0.1, 0.05, 0.2)) for n in range(25)]
    heights = [
        interval_bars(bars[:n], title="FNMR", marked="Best", unmarked="Others")["layout"]["height"]
        for n in (5, 25)
    ]

    assert heights[1] - heights[0] == 20 * 26


def test_nothing_is_drawn_of_nothing():
    assert interval_bars([], title="FNMR", marked="Best", unmarked="Others") is None
    assert profile_chart([], SimpleNamespace()) is None


def test_plotly_knows_every_word(figure):
    row = SimpleNamespace(name="Alpha 1.0", first=0.6, first_words="60%", rank="1", index=88.0)
    board = SimpleNamespace(use_case_name="Live (LFR)", rows=[row])
    chart = profile_chart([row], board)

    require_known_to_plotly(figure)
    require_known_to_plotly(chart.figure)
    assert chart.figure["data"][0]["x"] == [0.6]
    assert chart.table.rows == (("Alpha 1.0", "1", "88.0", "60%"),)
