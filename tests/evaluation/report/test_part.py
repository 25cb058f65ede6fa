"""Oracles: what stands in a part must stand in the page, escaped, and nothing else."""

import re
from xml.etree import ElementTree as ET

import pytest

from evaluation.report.part import Axis, LineChart, Part, Series, Table
from evaluation.report.sections import part


def whole_part():
    series = (
        Series("clean", (1.0, 2.0), (0.1, 0.2), (0.05, 0.1), (0.2, 0.3)),
        Series("<worse>", (1.0, 2.0), (0.3, 0.4)),
    )
    return Part(
        title="Image conditions",
        facts=(("Threshold", "0.31"),),
        notes=("Read with care & patience.",),
        charts=(
            LineChart(
                "FNMR by step", "It rises.", Axis("Step"), Axis("FNMR", is_rate=True), series
            ),
        ),
        tables=(
            Table("Steps", ("Step", "FNMR"), (("1", "10%"), ("<2>", "20%")), (False, True), "So."),
        ),
    )


def test_everything_in_a_part_stands_in_its_section():
    text = part(whole_part(), "s1").text
    root = ET.fromstring(text.replace("&nbsp;", " "))
    words = " ".join("".join(root.itertext()).split())
    for expected in ("Image conditions", "0.31", "Read with care & patience.", "It rises.", "<2>"):
        assert expected in words
    assert "So." in words
    assert "<2>" not in text
    assert [row.get("class") for row in root.iter("tr")] == [None, None, "muted"]


def test_a_line_without_a_band_and_one_with_are_both_drawn_and_named():
    text = part(whole_part(), "s1").text
    chart = text[text.index("<svg") : text.index("</svg>")]
    assert "clean" in chart
    assert "&lt;worse&gt;" in chart
    assert len(re.findall(r'id="s1-c0-(?:title|desc)"', chart)) == 2


def test_the_same_part_gives_the_same_bytes():
    assert part(whole_part(), "s1") == part(whole_part(), "s1")


def test_rows_and_marks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="another number of cells"):
        Table("T", ("a", "b"), (("1",),))
    with pytest.raises(ValueError, match="mutes another number of rows"):
        Table("T", ("a",), (("1",),), muted=(True, False))
