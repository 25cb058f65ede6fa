"""The page is read back with an HTML parser: what a browser gets is what is tested."""

import re
from html.parser import HTMLParser

import pytest

from evaluation.metrics.evidence import format_interval, format_rate
from evaluation.report import render_html, write_html
from evaluation.report.parts import parts_of
from evaluation.report.wording import threshold_text
from evaluation.results import load_result, to_json

VOID = {"meta", "br", "img", "hr", "link", "input"}


class Page(HTMLParser):
    """Collects elements, ids and text; fails on an element that is closed out of order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def html(result):
    return render_html(result)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_page_needs_no_network_script_or_frame(page, html):
    tags = {tag for tag, _ in page.elements}

    assert not tags & {"script", "link", "iframe", "img", "object", "embed", "form", "base"}
    for _, attrs in page.elements:
        for name, value in attrs.items():
            assert not name.startswith("on")
            if name in {"href", "src", "xlink:href", "action"}:
                assert value.startswith("#")
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_every_id_is_given_once_and_every_reference_is_met(page):
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    references = []
    for _, attrs in page.elements:
        references += attrs.get("aria-labelledby", "").split()
        for name in ("href", "xlink:href"):
            if attrs.get(name, "").startswith("#"):
                references.append(attrs[name][1:])
        for value in attrs.values():
            references += re.findall(r"url\(#([^)]*)\)", value or "")

    assert len(ids) == len(set(ids))
    assert set(references) <= set(ids)


def test_page_has_language_title_one_heading_and_a_way_past_the_header(page):
    assert page.all("html") == [{"lang": "en-GB"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert {"class": "skip", "href": "#main"} in page.all("a")
    assert "Example model 2.1 on Example set" in page.text


def test_charts_have_words_for_those_who_cannot_see_them(page, result):
    charts = page.all("svg")

    assert len(charts) == 4 + sum(len(part.charts) for part in parts_of(result))
    for chart in charts:
        assert chart["role"] == "img"
        assert len(chart["aria-labelledby"].split()) == 2
        assert "width" not in chart
    assert page.text.count("The same numbers stand in the table.") == 2


def test_each_table_has_a_caption_and_named_headings(page):
    tables = [tag for tag, _ in page.elements if tag in {"table", "caption"}]

    assert tables[::2] == ["table"] * (len(tables) // 2)
    assert tables[1::2] == ["caption"] * (len(tables) // 2)
    for heading in page.all("th"):
        assert heading["scope"] in {"col", "row"}


def test_every_operating_point_is_shown_with_counts_and_intervals(page, result):
    for verification in result.verification:
        shown = [point for point in verification.operating_points if point.fnmr is not None]
        assert len(shown) >= 2
        for point in [*shown, verification.recommended]:
            assert threshold_text(point.threshold) in page.text
            for rate in (point.fmr, point.fnmr):
                assert format_rate(rate) in page.text
                assert format_interval(rate) in page.text


def test_targets_without_evidence_say_so(page, result):
    missing = sum(
        point.fnmr is None
        for verification in result.verification
        for point in verification.operating_points
    )

    assert missing >= 3
    # Other sections of the result have targets without evidence of their own.
    assert len(re.findall(r"\bnot enough evidence Not enough evidence\b", page.text)) >= missing


def test_failures_speed_and_provenance_are_shown(page):
    for words in (
        "4 of them for want of a template",
        "No face found 4",
        "All at once (offline) 2 99.5",
        "25.5 ms",
        "Sandbox layers missing lock on the network",
        "22 November 2026 at 14:05 UTC",
        "Seed and bootstrap replicates 1; 100",
    ):
        assert words in page.text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b </title></svg>"]
)
def test_a_suppliers_text_stays_text(make_result, name):
    hostile = make_result(name=name, title=name)

    page = Page(render_html(hostile))

    assert page.text.count(re.sub(r"\s+", " ", name)) >= 5
    assert not page.all("script")
    assert not page.all("img")


def test_equal_results_give_equal_pages(make_result, result, tmp_path):
    first = write_html(result, tmp_path / "first.html")
    second = write_html(make_result(), tmp_path / "second.html")

    assert first == second
    assert (tmp_path / "first.html").read_bytes() == (tmp_path / "second.html").read_bytes()


def test_page_is_made_of_what_the_result_file_holds(result, html, tmp_path):
    (tmp_path / "result.json").write_text(to_json(result))

    again = load_result(tmp_path / "result.json")

    assert again == result
    assert render_html(again) == html


def test_result_without_speed_or_recommendation_is_shown_too(result):
    bare = result.model_copy(
        update={
            "throughput": (),
            "verification": tuple(
                part.model_copy(update={"recommended": None, "folds": None})
                for part in result.verification
            ),
        }
    )

    page = Page(render_html(bare))

    assert "Speed was not measured." in page.text
    assert "recommended threshold" not in page.text
    assert "Accuracy by fold" not in page.text


def test_a_model_without_any_error_is_drawn_and_never_printed_as_zero(make_result):
    """Everything is told apart: rates are upper bounds, charts have no line to log of zero."""
    perfect = make_result(n=90, n_subjects=30)
    part = perfect.verification[1]
    curve = part.curve.model_copy(
        update={
            "fnmr": tuple(0.0 for _ in part.curve.fnmr),
            "fnmr_low": tuple(0.0 for _ in part.curve.fnmr),
        }
    )
    perfect = perfect.model_copy(
        update={"verification": (part.model_copy(update={"curve": curve, "eer": 0.0}),)}
    )

    page = Page(render_html(perfect))

    assert "Equal error rate (secondary) ≤ " in page.text
    assert not re.search(r"secondary\) 0%", page.text)
