"""Oracles: parts made by hand, whose every word and number must reach the page."""

import pytest

from evaluation.report.part import Axis, LineChart, Part, Series, Table
from portal.comparison import provenance, report_parts
from portal.comparison.figures.lines import line_chart
from tests.portal.builders import make_user
from tests.portal.comparison.results import make_result

CHART = LineChart(
    title="FNMR by step",
    sentence="It rises with the blur.",
    x=Axis("Blur"),
    y=Axis("FNMR", is_rate=True),
    series=(
        Series("clean", (1.0, 2.0), (0.01, 0.05), (0.005, 0.04), (0.02, 0.07)),
        Series("worse", (1.0,), (0.5,)),
    ),
)


def test_every_point_of_a_chart_stands_in_its_table():
    table = line_chart(CHART, name="c").table
    assert table.header == ("Line", "Blur", "FNMR", "95% interval")
    assert table.rows == (
        ("clean", "1", "1.00%", "0.50% to 2.00%"),
        ("clean", "2", "5.00%", "4.00% to 7.00%"),
        ("worse", "1", "50.00%", ""),
    )


def test_a_band_is_drawn_for_lines_that_have_one():
    figure = line_chart(CHART, name="c").figure
    assert [trace.get("fill") for trace in figure["data"]] == ["toself", None, None]
    assert figure["layout"]["showlegend"]


def test_a_long_line_is_thinned_in_its_table_but_keeps_both_ends():
    x = tuple(float(k) for k in range(1000))
    long = LineChart("Long", "S.", Axis("X"), Axis("Y"), (Series("one", x, x),))
    chart = line_chart(long, name="c")
    assert len(chart.figure["data"][0]["x"]) == 1000
    assert len(chart.table.rows) == 25
    assert (chart.table.rows[0][1], chart.table.rows[-1][1]) == ("0", "999")
    assert chart.table.header == ("Line", "X", "Y")


@pytest.mark.parametrize("values", [(0.0, 0.0), (0.0, 0.3)])
def test_a_logarithmic_axis_of_rates_survives_noughts(values):
    chart = LineChart(
        "T",
        "S.",
        Axis("X"),
        Axis("Y", is_rate=True, is_log=True),
        (Series("a", (1.0, 2.0), values),),
    )
    assert line_chart(chart, name="c").figure["layout"]["yaxis"]["type"] == "log"


@pytest.mark.django_db
def test_the_report_card_shows_every_part_of_a_result(client, monkeypatch):
    run = make_result()
    table = Table("Steps", ("Step", "FNMR"), (("1", "10%"), ("<2>", "20%")), (False, True), "So.")
    part = Part("Image conditions", (("Subjects", "50"),), (table,), (CHART,), ("Read with care.",))
    monkeypatch.setattr(provenance, "load_result", lambda path: object())
    monkeypatch.setattr(provenance, "run_rows", lambda run, result: [])
    monkeypatch.setattr(report_parts, "parts_of", lambda result: [part])
    client.force_login(make_user("jsarc"))
    page = client.get(f"/models/{run.submission_id}/").content.decode()
    for words in (
        "Image conditions",
        "Subjects",
        "Read with care.",
        "It rises with",
        "&lt;2&gt;",
        "So.",
    ):
        assert words in page
    assert page.count("assay-row--muted") == 1


def test_scores_that_lie_close_together_keep_their_decimals():
    axis = Axis("Threshold", is_score=True)
    chart = LineChart("T", "S.", axis, Axis("Y", is_rate=True), (Series("a", (0.999711,), (0.5,)),))

    assert line_chart(chart, name="c").table.rows == (("a", "0.999711", "50.00%"),)


@pytest.mark.parametrize(("highest", "ticks"), [(0.04, ".1%"), (0.4, ".0%")])
def test_ticks_of_small_rates_differ_from_each_other(highest, ticks):
    y = Axis("Y", is_rate=True)
    chart = LineChart("T", "S.", Axis("X"), y, (Series("a", (1.0, 2.0), (0.0, highest)),))

    assert line_chart(chart, name="c").figure["layout"]["yaxis"]["tickformat"] == ticks
