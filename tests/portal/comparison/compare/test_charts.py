"""Every chart of the compare page, on curves that follow from normal distributions."""

import json

import plotly.graph_objects as go
import pytest

from portal.comparison import selectors
from portal.comparison.basis import choose_basis
from portal.comparison.compare.charts import compare_charts
from portal.comparison.figures.front import front_sentence, on_front
from portal.comparison.measured import MeasuredModel
from portal.core.drawing import Kind, picture
from portal.runs.models import Evidence, Measurement
from tests.portal.comparison.results import make_result, make_wide_test_set, rate_fields

NAMES = [
    "chart-error-tradeoff",
    "chart-accuracy-speed",
    "chart-threshold",
    "chart-distributions",
    "chart-groups",
    "chart-conditions",
]


def with_details(runs):
    """Give each run rates of groups and of image conditions."""
    for run in runs:
        rows = [
            {"protocol": "pairs", "metric": "group_fmr", "target": 0.001, "condition": condition}
            | rate
            for condition, rate in (
                ("sex=female", rate_fields(40, 20_000)),
                ("sex=male", rate_fields(0, 20_000)),
                ("sex=other", {"evidence": Evidence.NOT_ENOUGH}),
                ("sex=female;age_band=old", rate_fields(9, 90)),
            )
        ]
        rows += [
            {"protocol": "conditions", "metric": "degraded_fnmr", "target": target,
             "condition": f"blur={step}"} | rate_fields(int(100 * step * (1 + 10 * target)), 2_000)
            for target in (0.1, 0.001)
            for step in (0.5, 1.0, 2.0)
        ]  # fmt: skip
        Measurement.objects.bulk_create(Measurement(run=run, **row) for row in rows)


@pytest.fixture
def charts_of(db, jsarc):
    def charts_of(*qualities, names=None, speeds=None):
        test_set = make_wide_test_set()
        names = names or [f"Model {place}" for place, _ in enumerate(qualities)]
        runs = [
            make_result(
                quality,
                speed=speeds[place] if speeds else 120.0,
                product=names[place],
                test_set=test_set,
            )
            for place, quality in enumerate(qualities)
        ]
        with_details(runs)
        basis = choose_basis(selectors.test_sets_with_results(jsarc), {})
        found = selectors.measurements_of(runs)
        models = [MeasuredModel.of(run, found[run.pk]) for run in runs]
        return {chart.name: chart for chart in compare_charts(models, basis)}

    return charts_of


def test_plotly_knows_every_word_of_every_chart(charts_of):
    charts = charts_of(4.0, 3.0, 9.0)

    assert list(charts) == NAMES
    for chart in charts.values():
        kept = go.Figure(chart.figure).to_plotly_json()
        del kept["layout"]["template"]
        assert json.loads(json.dumps(kept)) == json.loads(json.dumps(chart.figure))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_chart_can_be_drawn_on_the_server(charts_of, kind):
    for chart in charts_of(4.0, 3.0, 9.0).values():
        assert len(picture(chart.figure, kind, title=chart.title)) > 5_000


def test_each_model_has_a_plot_of_its_own_over_one_axis_of_thresholds(charts_of):
    chart = charts_of(4.0, 3.0)["chart-threshold"]

    assert {trace["yaxis"] for trace in chart.figure["data"]} == {"y", "y2"}
    upper, lower = chart.figure["layout"]["yaxis"], chart.figure["layout"]["yaxis2"]
    assert upper["domain"][0] > lower["domain"][1]
    assert chart.figure["layout"]["xaxis"]["anchor"] == "y2"


def test_the_threshold_of_the_operating_point_is_marked_in_each_plot(charts_of):
    """At FMR 1e-3 the threshold is 3.090 standard deviations above the non-mated mean."""
    chart = charts_of(4.0, 3.0)["chart-threshold"]

    marks = chart.figure["layout"]["shapes"]
    assert [mark["x0"] for mark in marks] == pytest.approx([3.0902, 3.0902], abs=1e-4)
    assert [mark["yref"] for mark in marks] == ["y domain", "y2 domain"]
    assert "3.090 for Model 0" in chart.sentence


def test_nothing_missed_is_printed_as_a_bound_beside_the_threshold(charts_of):
    chart = charts_of(9.0)["chart-threshold"]

    first, last = chart.table.rows[0], chart.table.rows[-1]
    assert first[3].startswith("≤ ")
    # The last threshold is 4.2: a non-mated score lies above it with 0.0013%.
    assert (last[1], last[2]) == ("4.200", "0.0013%")


def test_the_middle_half_of_scores_is_told_to_the_width_of_a_bar(charts_of):
    """Quartiles of a normal distribution lie 0.674 from its mean; bars are 0.12 wide."""
    chart = charts_of(4.0)["chart-distributions"]

    low, high = (float(part) for part in chart.table.rows[0][1].split(" to "))
    assert 4 - 0.674 - 0.12 <= low <= 4 - 0.674
    assert 4 + 0.674 <= high <= 4 + 0.674 + 0.12


def test_a_name_with_marks_of_a_page_is_shown_as_it_was_entered(charts_of):
    chart = charts_of(4.0, 3.0, names=["A <b>& B", "C"])["chart-threshold"]

    titles = [note["text"] for note in chart.figure["layout"]["annotations"]]
    assert titles[0].startswith("A &lt;b&gt;&amp; B ")
    assert "A <b>& B" in chart.sentence, "the page's template marks it off"


@pytest.mark.parametrize(
    ("models", "front"),
    [
        ([(0.1, 10)], [0]),
        ([(0.1, 10), (0.2, 5)], [0]),
        ([(0.1, 10), (0.2, 50), (0.15, 9)], [0, 1]),
        ([(0.3, 100), (0.2, 50), (0.1, 10)], [2, 1, 0]),
        ([(0.1, 10), (0.1, 10)], [0, 1]),
        ([(0.1, 10), (0.1, 20)], [1]),
    ],
)
def test_the_front_has_the_models_that_no_other_beats_in_both(models, front):
    assert on_front(*zip(*models, strict=True)) == front


def test_the_front_is_drawn_where_it_joins_models_and_named_where_it_is_one(charts_of):
    joined = charts_of(4.0, 3.0, speeds=[10, 100])["chart-accuracy-speed"]
    alone = charts_of(4.0, 3.0, speeds=[100, 10])["chart-accuracy-speed"]

    assert joined.figure["data"][0]["line"]["dash"] == "dot"
    assert "the dotted line joins them" in joined.sentence
    assert all("line" not in trace for trace in alone.figure["data"])
    assert [row[-1] for row in alone.table.rows] == ["No", "Yes"]
    assert "dotted" not in alone.sentence
    assert front_sentence(["One"], 1) == ""


def test_groups_of_one_attribute_stand_below_one_another_with_every_model(charts_of):
    chart = charts_of(4.0, 3.0)["chart-groups"]

    assert chart.figure["layout"]["yaxis"]["ticktext"] == ["Sex: female", "Sex: male"]
    # 40 of 20,000; without an error the point stands at the most that the rate can be.
    assert chart.figure["data"][0]["x"] == [0.002, 3 / 20_000]
    heights = [trace["y"][0] for trace in chart.figure["data"]]
    assert heights[0] < 0 < heights[1], "the models' points do not lie on one another"
    assert chart.table.rows[1][1].startswith("≤ 0.015%")


def test_conditions_are_shown_at_the_target_of_the_page(charts_of):
    chart = charts_of(4.0, 3.0)["chart-conditions"]

    # At FMR 0.1%: 100 * step * 1.01 of 2,000.
    assert chart.figure["data"][0]["y"] == [0.025, 0.0505, 0.101]
    assert chart.figure["data"][0]["x"] == [1, 2, 3]
    assert chart.table.rows[0][0] == "Blur, % of eye distance: 0.5"
    assert "0.1% (1 in 1,000)" in chart.sentence
