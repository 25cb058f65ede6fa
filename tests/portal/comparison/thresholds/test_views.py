"""The page, its CSV and its API, as each role asks for them."""

import csv
import io
import json
import re

import pytest
from django.urls import reverse
from plotly import graph_objects

from portal.comparison import provenance
from portal.runs.models import ReleaseState
from tests.portal.builders import make_run, make_submission, make_supplier_user, make_test_set
from tests.portal.comparison.results import make_result as make_run_with_figures
from tests.portal.comparison.results import make_wide_test_set
from tests.portal.comparison.thresholds.test_explorer import texts_sent

pytestmark = pytest.mark.django_db
LARGEST_PAGE_BYTES = 400_000
SCRIPT = re.compile(r'<script id="([^"]+)" type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def run(in_file, result):
    in_file(result)
    return make_run_with_figures(product="Alpha")


def address(run, name="thresholds"):
    return reverse(f"comparison:{name}", args=[run.submission_id])


def data_of(page):
    return {name: json.loads(text) for name, text in SCRIPT.findall(page)}


def cells(page):
    found = re.findall(r'data-threshold-text="([^"]+)">([^<]*)<', page)
    return {key: text.replace("&#x27;", "'") for key, text in found}


def test_the_page_shows_everybody_and_every_group_at_the_suppliers_threshold(
    sign_in, official, run
):
    page = sign_in(official).get(address(run)).content.decode()

    shown = cells(page)
    assert shown["threshold"] == "0.3000"
    for key in ("fmr", "fnmr", "fpir", "tpir", "yield", "axis-0-0", "axis-0-ratio", "axis-1-1"):
        assert shown[key]
    assert "The supplier recommends the threshold 0.3000." in page
    assert "Highest ÷ lowest" in page


def test_without_a_script_the_address_says_which_threshold_is_shown(sign_in, official, run):
    client = sign_in(official)
    data = data_of(client.get(address(run)).content.decode())["threshold-data"]

    for place in (0, 20, len(data["thresholds"]) - 1):
        asked = {"threshold": data["thresholds"][place]}
        page = client.get(address(run), asked).content.decode()
        texts = texts_sent(data, place)
        assert {key: texts[key] for key in cells(page)} == cells(page)
        assert f'value="{place}"' in page


def test_the_number_of_people_and_the_share_change_fpir_and_yield(sign_in, official, run):
    client = sign_in(official)
    asked = {"people": "5000", "enrolled": "0", "threshold": "0.55"}

    shown = cells(client.get(address(run), asked).content.decode())

    assert shown["fpir-detail"].count("Extrapolated beyond N = ") == 1
    assert shown["yield"] == shown["fpir"]  # nobody who is searched for is enrolled
    assert "among N = 5,000" in client.get(address(run), asked).content.decode()


def test_requirements_are_drawn_and_said(sign_in, official, run):
    asked = {"required_fmr": "20", "required_fnmr": "30"}
    page = sign_in(official).get(address(run), asked).content.decode()

    assert "The requirement (FMR of at most 20% and FNMR of at most 30%) is met" in page
    shapes = data_of(page)["chart-thresholds"]["layout"]["shapes"]
    assert {shape["y0"] for shape in shapes} >= {0.2, 0.3}


def test_every_chart_is_one_that_plotly_draws_with_the_threshold_first(sign_in, official, run):
    charts = data_of(sign_in(official).get(address(run)).content.decode())
    drawn = {name: one for name, one in charts.items() if name.startswith("chart-")}

    assert len(drawn) >= 3
    for figure in drawn.values():
        graph_objects.Figure(figure)
        first = figure["layout"]["shapes"][0]
        assert first["x0"] == first["x1"] == 0.3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"people": "0"}, "The number of people enrolled must be a whole number"),
        ({"people": "many"}, "The number of people enrolled must be a whole number"),
        ({"people": "9" * 400}, "The number of people enrolled must be a whole number"),
        ({"enrolled": "120"}, "must be a percentage from 0 to 100"),
        ({"required_fmr": "-1"}, "The highest FMR must be a percentage above 0"),
        ({"required_fmr": "1e-300"}, "The highest FMR must be a percentage above 0"),
        ({"threshold": "high"}, "The threshold must be a number, like 0.6."),
        ({"threshold": "nan"}, "The threshold must be a number, like 0.6."),
        ({"by": "hat"}, "not one of the available choices"),
    ],
)
def test_a_wrong_answer_is_told_shown_again_and_left_out(sign_in, official, run, asked, said):
    response = sign_in(official).get(address(run), asked)

    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert cells(page)["threshold"] == "0.3000"
    name, value = next(iter(asked.items()))
    if name != "by":
        assert f'value="{value}"' in page


@pytest.mark.parametrize("threshold", ["-1e300", "1e300", "", "0.3001"])
def test_a_threshold_off_the_axis_stands_for_one_on_it(sign_in, official, run, threshold):
    response = sign_in(official).get(address(run), {"threshold": threshold})

    assert response.status_code == 200
    thresholds = data_of(response.content.decode())["threshold-data"]["thresholds"]
    shown = float(cells(response.content.decode())["threshold"].replace("\N{MINUS SIGN}", "-"))
    assert any(abs(shown - one) < 1e-4 for one in thresholds)


def test_an_older_result_says_that_groups_are_known_at_operating_points_alone(
    sign_in, official, run, result, in_file
):
    client = sign_in(official)
    said = "Groups are known at operating points alone here"
    assert said not in client.get(address(run), {"by": "sex"}).content.decode()
    older = [one.model_copy(update={"curve": None}) for one in result.differentials]
    in_file(result.model_copy(update={"differentials": tuple(older)}))

    assert said in client.get(address(run), {"by": "sex"}).content.decode()


def test_a_file_that_cannot_be_read_is_said(sign_in, official, run, in_file):
    in_file(None)

    response = sign_in(official).get(address(run))

    assert response.status_code == 200
    assert "The file of this result cannot be read at the moment" in response.content.decode()


def test_a_result_without_comparisons_is_said(sign_in, official, run, in_file, result):
    in_file(result.model_copy(update={"verification": (), "identification": (), "live": ()}))

    page = sign_in(official).get(address(run)).content.decode()

    assert "This result has no comparisons or searches along a threshold." in page


def test_a_model_of_another_task_has_no_threshold_to_explore(sign_in, official):
    protocols = [{"name": "p", "title": "Attacks", "kind": "presentation_attack"}]
    model = make_submission(card={"name": "guard", "task": "pad"})
    other = make_run(
        "scored", "released", submission=model, test_set=make_test_set(protocols=protocols)
    )

    page = sign_in(official).get(address(other)).content.decode()

    assert "No result of this model that rests on a threshold can be shown yet." in page


def test_officials_see_released_results_and_suppliers_their_own(
    sign_in, official, jsarc, in_file, result
):
    in_file(result)
    private = make_run_with_figures(product="Alpha", release=ReleaseState.PRIVATE)
    shown = make_run_with_figures(product="Beta", release=ReleaseState.RELEASED)
    own = make_supplier_user(shown.submission.product.supplier)

    for name in ("thresholds", "thresholds_csv"):
        assert sign_in(official).get(address(private, name)).status_code == 404
        assert sign_in(jsarc).get(address(private, name)).status_code == 200
        assert sign_in(own).get(address(shown, name)).status_code == 200
        assert sign_in(own).get(address(private, name)).status_code == 404


def test_a_private_result_beside_a_released_one_is_not_explored_by_officials(
    sign_in, official, run
):
    secret = make_wide_test_set(title="Secret faces", slug="secret")
    make_run_with_figures(submission=run.submission, test_set=secret, release=ReleaseState.PRIVATE)

    page = sign_in(official).get(address(run), {"test_set": "secret"}).content.decode()

    assert "Secret faces" not in page


def test_a_model_is_explored_by_its_own_result_and_not_by_a_newer_one_of_another(
    sign_in, official, monkeypatch, result
):
    test_set = make_wide_test_set()
    mine = make_run_with_figures(product="Alpha", test_set=test_set)
    newer = make_run_with_figures(product="Beta", test_set=test_set)
    read = []
    monkeypatch.setattr(provenance, "result_of", lambda run: read.append(run.pk) or result)

    for run in (mine, newer):
        sign_in(official).get(address(run))

    assert read == [mine.pk, newer.pk]


def test_the_csv_has_every_rate_at_every_threshold(sign_in, official, run, result):
    text = sign_in(official).get(address(run, "thresholds_csv")).content.decode()

    rows = list(csv.DictReader(io.StringIO(text)))
    overall = [row for row in rows if row["rate"] == "FMR" and not row["group"]]
    groups = [row for row in rows if row["rate"] == "FMR" and row["group"]]
    division = next(one for one in result.differentials if one.attributes == ("sex",))
    assert len({row["threshold"] for row in overall}) == len(overall) > 20
    known = {*division.curve.threshold, *(at.threshold for at in division.thresholds)}
    assert {float(row["threshold"]) for row in groups} == known
    first = division.curve.fmr.groups[0]
    mine = [row for row in groups if row["group"] == first.group]
    along = [row for row in mine if float(row["threshold"]) in division.curve.threshold]
    assert [int(row["errors"]) for row in along] == list(first.errors)
    assert {row["protocol"] for row in groups} == {division.protocol}


def test_the_api_says_what_the_page_says(sign_in, official, run):
    client = sign_in(official)
    asked = {"threshold": "0.5", "people": "1000", "required_fmr": "20"}
    told = client.get(f"/api/v1/results/{run.pk}/thresholds/", asked).json()
    page = client.get(address(run), asked).content.decode()

    step = next(one for one in told["steps"] if one["threshold"] == told["threshold"])
    assert cells(page)["fnmr"] == f"{step['rates']['FNMR']['value']:.2%}"
    assert told["people"] == 1_000
    assert told["recommended"] == 0.3
    assert told["requirement"] in page.replace("&#x27;", "'")
    axis = told["groups"][0]
    assert (axis["rate"], axis["groups"]) == ("FMR", ["female", "male"])
    assert len(axis["points"][0]["rates"]) == 2
    assert axis["points"][0]["verdict"] in {"differs", "not_separable", "not_enough_evidence"}


def test_the_api_says_when_there_is_nothing_to_explore(sign_in, official, run, in_file):
    in_file(None)

    response = sign_in(official).get(f"/api/v1/results/{run.pk}/thresholds/")

    assert response.status_code == 409
    assert "cannot be read" in response.content.decode()


def test_queries_and_weight_stay_the_same_however_much_was_measured(
    sign_in, official, run, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(official)
    with django_assert_max_num_queries(12) as before:
        page = client.get(address(run))
    assert len(page.content) < LARGEST_PAGE_BYTES
    for k in range(3):
        more = make_wide_test_set(title=f"More faces {k}", slug=f"more-{k}")
        make_run_with_figures(submission=run.submission, test_set=more)

    with django_assert_num_queries(len(before)):
        client.get(address(run))


def test_the_models_page_leads_to_its_thresholds(sign_in, official, run):
    where = reverse("comparison:model_detail", args=[run.submission_id])
    page = sign_in(official).get(where).content.decode()

    assert f'href="{address(run)}?test_set={run.test_set.slug}"' in page
