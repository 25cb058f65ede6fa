"""A pinned model: every other one's paired difference to it, whichever way round it is kept."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.comparison import baseline
from portal.comparison.measured import MeasuredModel, distinct_names
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.with_evidence import measured

pytestmark = pytest.mark.django_db

COMPARE = reverse("comparison:compare")


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def three():
    """Two models of much the same skill, and one that is far worse."""
    test_set = make_wide_test_set(title="Hard faces")
    return [
        measured(test_set, "Poor", seed=3, skill=0.1, number=1),
        measured(test_set, "Alpha", seed=1, skill=0.8, number=2),
        measured(test_set, "Beta", seed=2, skill=0.8, number=3),
    ]


def asked(*runs, **more):
    return {"model": [str(run.submission_id) for run in runs], "target": "0.1"} | more


def page_with(client, runs, pinned, **more):
    return client.get(COMPARE, asked(*runs, baseline=str(pinned.submission_id), **more))


def numbers_of(row):
    """Return a row's difference and the ends of its interval."""
    return (float(row[1]), *(float(end) for end in row[2].split(" to ")))


def test_each_other_model_stands_against_the_pinned_one(sign_in, official, three):
    alpha = three[1]
    response = page_with(sign_in(official), three, alpha)

    rows = {row[0].split()[0]: row for row in response.context["against"].table.rows}
    assert set(rows) == {"Poor", "Beta"}
    assert rows["Poor"][-1] == baseline.MORE
    assert rows["Beta"][-1] == baseline.SAME
    point, low, high = numbers_of(rows["Poor"])
    assert 0 < low < point < high
    models = response.context["paired"].ranking.models
    rates = {model.name: 100 * model.false_negative.value for model in models}
    assert point == pytest.approx(rates["Poor"] - rates["Alpha"], abs=0.005)


def test_the_other_way_round_every_number_changes_its_sign(sign_in, official, three):
    poor, alpha, _ = three
    client = sign_in(official)

    one = page_with(client, three, alpha).context["against"].table.rows
    other = page_with(client, three, poor).context["against"].table.rows

    a, b = (next(r for r in rows if r[0].startswith(n)) for rows, n in ((one, "P"), (other, "A")))
    point, low, high = numbers_of(a)
    assert numbers_of(b) == (-point, -high, -low)
    assert (a[-1], b[-1]) == (baseline.MORE, baseline.FEWER)


def test_the_difference_stands_below_the_figure_it_belongs_to(sign_in, official, three):
    page = page_with(sign_in(official), three, three[1]).content.decode()

    table = page.split("<caption", 1)[1].split("</table>")[0]
    assert table.count("points (") == 2
    assert table.count(">Baseline<") == 1


def test_without_evidence_the_page_says_why_there_is_no_difference(sign_in, official):
    test_set = make_wide_test_set()
    runs = [make_result(3.0, product=name, test_set=test_set) for name in ("One", "Two")]

    response = page_with(sign_in(official), runs, runs[0])

    assert "against" not in response.context
    assert "the evidence of single comparisons was not kept" in response.content.decode()


def test_a_baseline_that_is_not_among_the_models_is_told_and_left_out(sign_in, official, three):
    response = page_with(sign_in(official), three[:2], three[2])

    assert response.status_code == 200
    assert response.context["baseline"] is None


def test_models_of_two_suppliers_with_one_name_are_not_mixed_up(sign_in, official):
    test_set = make_wide_test_set()
    good = measured(test_set, "Same", seed=1, skill=0.8, number=1)
    poor = measured(test_set, "Same", seed=3, skill=0.1, number=2)
    poor.submission.version = good.submission.version
    poor.submission.save()

    assert len(set(distinct_names([MeasuredModel.of(run, []) for run in (good, poor)]))) == 2
    rows = page_with(sign_in(official), [good, poor], good).context["against"].table.rows
    assert [row[-1] for row in rows] == [baseline.MORE]


def test_the_choice_of_models_keeps_the_baseline_and_the_table_keeps_the_models(
    sign_in, official, three
):
    page = page_with(sign_in(official), three, three[1], differing="on").content.decode()

    assert page.count('type="hidden" name="model"') == 3
    assert f'name="baseline" value="{three[1].submission_id}"' in page
    assert page.count('type="hidden" name="differing"') == 1


def test_models_that_cannot_be_told_apart_share_their_places(sign_in, official, three):
    page = sign_in(official).get(COMPARE, asked(*three))

    (row,) = [
        row
        for group in page.context["groups"]
        for row in group.rows
        if row.label == "Place at 10% (1 in 10)"
    ]
    assert [cell.text for cell in row.cells] == ["3", "1 to 2", "1 to 2"]


def test_without_evidence_no_place_is_given(sign_in, official):
    test_set = make_wide_test_set()
    runs = [make_result(4.0, test_set=test_set), make_result(3.0, test_set=test_set)]

    page = sign_in(official).get(COMPARE, asked(*runs)).content.decode()

    assert "Place at" not in page
