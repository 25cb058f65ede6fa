"""Words of pages; oracles: the GOV.UK content style and the rules of 3 and 30, by hand."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template

from portal.core import wording
from portal.core.templatetags.govuk import COLOURS, STATE_COLUMNS, page_numbers, state_labels


def render(source, **context):
    return Template("{% load govuk %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0%"),
        (1.0, "100.00%"),
        (0.0123, "1.23%"),
        (0.001, "0.10%"),
        (0.00025, "0.025%"),
        (1.234e-6, "0.00012%"),
    ],
)
def test_rates_are_percentages_with_at_least_two_figures(rate, text):
    assert wording.percent(rate) == text


@pytest.mark.parametrize(
    ("bound", "text"), [(3 / 500, "0.6%"), (3 / 700, "0.43%"), (3 / 7, "43%"), (1.0, "100%")]
)
def test_an_upper_bound_is_rounded_up(bound, text):
    assert wording.upper_bound(bound) == text


def rate(**fields):
    base = {"value": 0.024, "low": 0.0138, "high": 0.0415, "errors": 12, "trials": 500}
    return SimpleNamespace(**(base | {"evidence": "sufficient", "failures": 0} | fields))


def test_a_rate_carries_its_interval_and_its_counts():
    cell = render("{% rate_cell rate %}", rate=rate())

    assert "2.40%" in cell
    assert "1.38% to 4.15%" in cell
    assert "12 of 500" in cell
    assert "Indicative" not in cell


def test_an_indicative_rate_says_so():
    assert "Indicative" in render("{% rate_cell rate %}", rate=rate(evidence="indicative"))


def test_no_errors_print_as_a_bound_and_never_as_nought():
    none = rate(value=0.0, low=0.0, high=3 / 500, errors=0, evidence="indicative")

    cell = render("{% rate_cell rate %}", rate=none)

    assert "≤ 0.6%" in cell
    assert "0 of 500" in cell
    assert "0.00%" not in cell


def test_without_evidence_no_number_is_printed():
    cell = render("{% rate_cell rate %}", rate=rate(evidence="not_enough"))

    assert "Not enough evidence" in cell
    assert not any(character.isdigit() for character in cell)


def test_what_was_not_measured_says_so():
    assert "Not measured" in render("{% rate_cell rate %}", rate=None)


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "\N{EN DASH}"), (1234, "1,234"), (1234.6, "1,235"), (3.14159, "3.14"), (0, "0")],
)
def test_numbers_have_separators(number, text):
    assert wording.grouped(number) == text


def test_dates_and_times_are_british_and_local():
    summer = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)

    assert wording.uk_datetime(summer) == "2 July 2026 at 12:30am"
    assert wording.uk_date(summer) == "2 July 2026"
    assert wording.uk_date(datetime.date(2026, 11, 22)) == "22 November 2026"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "less than a second"),
        (1, "1 second"),
        (72, "1 minute 12 seconds"),
        (3_600, "1 hour"),
        (7_325, "2 hours 2 minutes"),
    ],
)
def test_durations_are_spoken_in_two_units(seconds, text):
    assert wording.duration(seconds) == text
    assert wording.duration(datetime.timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("size", "text"), [(999, "999 bytes"), (1_200_000, "1.2 MB"), (1 << 30, "1.1 GB")]
)
def test_sizes_have_units(size, text):
    assert wording.filesize_uk(size) == text


def test_names_are_listed_as_in_a_sentence():
    assert wording.listed([]) == ""
    assert wording.listed(["A"]) == "A"
    assert wording.listed(["A", "B", "C"]) == "A, B and C"


def test_every_state_of_every_table_has_words_and_a_colour():
    missing = {state for state in state_labels() if state not in COLOURS}

    assert missing == set()
    assert {"state", "release", "status", "evidence"} == set(STATE_COLUMNS)


def test_a_state_is_shown_in_words_and_colour():
    tag = render('{% state_tag "failed_platform" %}')

    assert "Failed: our platform" in tag
    assert "govuk-tag--orange" in tag


def test_a_preview_reads_for_the_supplier_as_shown_to_them():
    tags = [
        render('{% state_tag "preview" %}', user=SimpleNamespace(role=role))
        for role in ("supplier", "jsarc")
    ]

    assert [">Shown to you<" in tag for tag in tags] == [True, False]
    assert ">Shown to the supplier<" in tags[1]


def test_an_unknown_state_is_shown_and_escaped():
    assert "&lt;b&gt;" in render("{% state_tag state %}", state="<b>")


def test_long_lists_of_pages_leave_some_out():
    page = Paginator(range(1000), 10).page(50)

    assert list(page_numbers(page)) == [1, None, 49, 50, 51, None, 100]


def test_filters_are_at_hand_in_templates():
    shown = render(
        "{{ rate|percent }} {{ n|grouped }} {{ day|uk_date }} {{ digest|short_hash }}",
        rate=0.5,
        n=12_000,
        day=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC),
        digest="a" * 64,
    )

    assert shown == "50.00% 12,000 22 November 2026 aaaaaaaaaaaa"
