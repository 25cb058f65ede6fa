"""The chart of coverage counts products, of which there are no halves."""

from portal.core.charts import Table
from portal.home.market.figures import coverage_chart

HEADER = ("Use", "TRL 1 to 3", "TRL 4 to 6", "TRL 7 to 9", "Not given")


def axis_of(*counts):
    chart = coverage_chart(Table("Products", HEADER, [("Live (LFR)", *counts)]))
    return chart.figure["layout"]["xaxis"]


def test_few_products_are_counted_one_by_one():
    assert axis_of(0, 1, 0, 1)["dtick"] == 1


def test_many_products_are_counted_in_steps_that_fit_the_chart():
    assert "dtick" not in axis_of(10, 20, 5, 6)
