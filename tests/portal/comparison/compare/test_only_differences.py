"""Rows in which nothing differs can be left out, and the page says how many."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.comparison.rows import Cell, Row, differs
from portal.runs.models import Measurement
from tests.portal.comparison.results import make_wide_test_set
from tests.portal.comparison.with_evidence import measured

pytestmark = pytest.mark.django_db

COMPARE = reverse("comparison:compare")


def rates(*bounds):
    return [Cell(rate=Measurement(value=low, low=low, high=high)) for low, high in bounds]


def texts(*said):
    return [Cell(text=text) for text in said]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (rates((0.1, 0.2), (0.3, 0.4)), True),
        (rates((0.1, 0.2), (0.15, 0.4)), False),
        (rates((0.1, 0.2), (0.2, 0.4)), False),
        (rates((0.1, 0.5), (0.2, 0.3), (0.35, 0.4)), True),
        (rates((None, None), (None, None)), False),
        (rates((0.1, 0.2)) + texts("Not measured"), True),
        (texts("Not measured", "Not measured"), False),
        (texts("2.1 MB", "2.1 MB", "2.2 MB"), True),
    ],
)
def test_a_row_differs_where_intervals_lie_apart_or_words_are_others(cells, expected):
    assert differs(Row("label", tuple(cells))) is expected


@pytest.fixture
def pair(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    cache.clear()
    test_set = make_wide_test_set()
    yield [
        measured(test_set, "Good", seed=1, skill=0.8, number=1),
        measured(test_set, "Poor", seed=3, skill=0.1, number=2),
    ]
    cache.clear()


def rows_of(response):
    return [row.label for group in response.context["groups"] for row in group.rows]


def test_the_table_shows_only_what_differs_and_says_how_much_it_leaves_out(sign_in, official, pair):
    asked = {"model": [str(run.submission_id) for run in pair], "target": "0.1"}
    client = sign_in(official)
    every = rows_of(client.get(COMPARE, asked))

    response = client.get(COMPARE, asked | {"differing": "on"})

    kept = rows_of(response)
    assert set(kept) < set(every)
    assert response.context["n_hidden"] == len(every) - len(kept)
    assert f"{len(every) - len(kept)} rows are not shown" in response.content.decode()
    assert "10% (1 in 10)" in kept
    assert "Test set revision" not in kept


def test_the_operating_point_is_shown_where_the_same_people_tell_models_apart(
    sign_in, official, pair
):
    # The figures of both rows are the same made-up ones; only the evidence tells them apart.
    asked = {"model": [str(run.submission_id) for run in pair], "differing": "on"}

    assert "10% (1 in 10)" in rows_of(sign_in(official).get(COMPARE, asked | {"target": "0.1"}))


def test_a_table_without_any_difference_is_not_an_empty_page(sign_in, official, pair):
    asked = {"model": str(pair[0].submission_id), "differing": "on"}

    response = sign_in(official).get(COMPARE, asked)

    assert response.status_code == 200
    assert len(rows_of(response)) > 5
