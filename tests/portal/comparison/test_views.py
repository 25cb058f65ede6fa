"""The pages, as each role asks for them."""

import csv
import io

import pytest
from django.urls import reverse

from portal.runs.models import ReleaseState
from tests.portal.builders import make_measurement, make_run, make_submission, make_supplier_user
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

LIST = reverse("comparison:model_list")
COMPARE = reverse("comparison:compare")
LARGEST_PAGE_BYTES = 400_000


def address(run):
    return reverse("comparison:model_detail", args=[run.submission_id])


def compared(*runs, **more):
    return {"model": [str(run.submission_id) for run in runs]} | more


@pytest.fixture
def models():
    test_set = make_wide_test_set(title="Hard faces")
    return [
        make_result(4.6, 40, product="Alpha", test_set=test_set),
        make_result(3.0, 400, product="Beta", test_set=test_set),
    ]


def test_the_list_shows_each_model_with_its_evidence(sign_in, official, models):
    page = sign_in(official).get(LIST).content.decode()

    # Alpha at FMR 1e-3: 131 of 2,000 mated comparisons missed, Wilson 5.55% to 7.72%.
    assert "Alpha" in page
    assert "6.55%" in page
    assert "5.55% to 7.72%" in page
    assert "131 of 2,000" in page


def test_a_model_without_a_speed_or_any_figure_is_listed(sign_in, official):
    make_run("scored", "released", test_set=make_wide_test_set())

    page = sign_in(official).get(LIST).content.decode()

    assert page.count("Not measured") == 3


def test_the_list_marks_what_is_not_released_for_jsarc_alone(sign_in, jsarc, official):
    make_result(product="Secret", release=ReleaseState.PRIVATE)

    assert "Not released" in sign_in(jsarc).get(LIST).content.decode()
    assert "Secret" not in sign_in(official).get(LIST).content.decode()


def test_an_empty_list_says_why(sign_in, official):
    assert "No result has been released yet" in sign_in(official).get(LIST).content.decode()


def test_a_list_that_fits_no_filter_says_so(sign_in, official, models):
    page = sign_in(official).get(LIST, {"q": "nothing like it"}).content.decode()

    assert "No model fits these filters" in page


def test_a_wrong_filter_is_told_and_left_out(sign_in, official, models):
    response = sign_in(official).get(LIST, {"use_case": "bogus"})

    assert response.status_code == 200
    assert "Alpha" in response.content.decode()


def test_the_page_of_a_model_shows_where_its_figures_come_from(sign_in, official, models):
    page = sign_in(official).get(address(models[0])).content.decode()

    assert models[0].submission.model_sha256 in page
    assert models[0].test_set.sha256 in page
    assert "Not enough evidence" in page  # FMR 1e-5 with 60,000 comparisons


def test_an_unreleased_model_is_not_found_for_an_official(sign_in, official):
    run = make_result(release=ReleaseState.PREVIEW)

    assert sign_in(official).get(address(run)).status_code == 404


def test_a_supplier_finds_own_model_and_no_other(sign_in, models):
    owner = sign_in(make_supplier_user(models[0].submission.product.supplier))

    assert owner.get(address(models[0])).status_code == 200
    assert owner.get(address(models[1])).status_code == 404
    assert "Beta" not in owner.get(LIST).content.decode()


def test_a_refused_model_says_why_and_what_to_do(sign_in, jsarc):
    model = make_submission("rejected")

    page = sign_in(jsarc).get(reverse("comparison:model_detail", args=[model.pk]))

    assert model.failure_sentence in page.content.decode()
    assert model.failure_action in page.content.decode()


def test_models_side_by_side(sign_in, official, models):
    page = sign_in(official).get(COMPARE, compared(*models)).content.decode()

    assert page.count('id="chart-error-tradeoff"') == 1
    assert page.count('id="chart-accuracy-speed"') == 1
    # 131 of 2,000 against 1,075 of 2,000: apart beyond doubt.
    assert "assay-best" in page


def test_a_model_that_its_supplier_took_back_is_marked_wherever_it_stands(
    sign_in, official, models
):
    run = models[0]
    type(run.submission).objects.filter(pk=run.submission_id).update(state="withdrawn")
    client = sign_in(official)

    pages = [client.get(LIST), client.get(COMPARE, compared(*models)), client.get(address(run))]

    assert [page.content.decode().count("Withdrawn") for page in pages] == [1, 1, 1]


def test_accuracy_over_folds_is_shown_with_its_standard_error(sign_in, official, models):
    page = sign_in(official).get(COMPARE, compared(*models)).content.decode()

    assert "Accuracy over ten folds" in page
    assert page.count("± 0.20%") == len(models)


def test_models_that_cannot_be_told_apart_have_no_best(sign_in, official):
    test_set = make_wide_test_set()
    alike = [make_result(4.0, product=name, test_set=test_set) for name in ("One", "Two")]

    page = sign_in(official).get(COMPARE, compared(*alike)).content.decode()

    assert "assay-best" not in page
    assert "this evidence does not single one out" in page


def test_rates_at_different_thresholds_are_never_marked_best(sign_in, official):
    """A supplier's own threshold may buy few false matches with many missed ones."""
    runs = [make_result(4.0, test_set=(one := make_wide_test_set()), product="One")]
    runs.append(make_result(4.0, test_set=one, product="Two"))
    for run, errors in zip(runs, (20, 900), strict=True):
        make_measurement(
            run,
            metric="recommended_fnmr",
            target=None,
            value=errors / 2_000,
            low=errors / 2_000 - 0.005,
            high=errors / 2_000 + 0.005,
        )
        make_measurement(run, metric="recommended_fmr", target=None)

    page = sign_in(official).get(COMPARE, compared(*runs)).content.decode()

    assert "Real false non-match rate" in page
    assert "assay-best" not in page


def test_a_rate_without_errors_prints_as_a_bound(sign_in, official):
    run = make_result(9.0)

    page = sign_in(official).get(COMPARE, compared(run)).content.decode()

    assert "≤ 0.15%" in page  # 3 / 2,000
    assert "0 of 2,000" in page
    assert ">0.00%<" not in page


def test_the_compare_page_without_models_offers_a_choice(sign_in, official, models):
    page = sign_in(official).get(COMPARE).content.decode()

    assert "Choose two to six models" in page
    assert page.count('name="model"') == 2


def test_the_form_shows_what_the_figures_rest_on(sign_in, official, models):
    """The chosen model was measured on another set than the most used one."""
    other = make_wide_test_set(title="Other faces", slug="other")
    alone = make_result(product="Gamma", test_set=other)

    page = sign_in(official).get(COMPARE, compared(alone)).content.decode()

    assert '<option value="other" selected>Other faces</option>' in page


def test_one_model_alone_is_shown_and_said(sign_in, official, models):
    assert "Only one model" in sign_in(official).get(COMPARE, compared(models[0])).content.decode()


def test_too_many_models_are_cut_and_said(sign_in, official):
    test_set = make_wide_test_set()
    runs = [make_result(product=f"Model {n}", test_set=test_set) for n in range(8)]

    page = sign_in(official).get(COMPARE, compared(*runs)).content.decode()

    assert "You chose 8 models. The first 6 are shown" in page


def test_a_model_measured_elsewhere_is_named_and_left_out(sign_in, official, models):
    elsewhere = make_result(product="Gamma", test_set=make_wide_test_set(title="Other faces"))

    page = sign_in(official).get(COMPARE, compared(*models, elsewhere)).content.decode()

    assert f"Gamma {elsewhere.submission.version} has no result on Hard faces" in page


def test_a_model_of_another_task_on_the_same_set_is_left_out_and_said(sign_in, official, models):
    card = models[0].submission.card | {"task": "quality"}
    judge = make_result(
        test_set=models[0].test_set, submission=make_submission(card=card, version="7.7")
    )

    page = sign_in(official).get(COMPARE, compared(*models, judge)).content.decode()

    assert f"{judge.submission} cannot be compared here: only recognition models can" in page
    assert "7.7" not in page.split("Figures of each model")[1].split("Change what is compared")[0]


@pytest.mark.parametrize(
    ("task", "listing"),
    [
        ("embedding", "/models/"),
        ("pad", "/models/tasks/pad/"),
        ("detection", "/models/tasks/detection/"),
    ],
)
def test_the_page_of_a_model_leads_back_to_the_list_that_holds_it(
    sign_in, official, models, task, listing
):
    card = models[0].submission.card | {"task": task}
    run = make_result(test_set=models[0].test_set, submission=make_submission(card=card))

    page = sign_in(official).get(address(run)).content.decode()

    assert f'<a class="govuk-back-link" href="{listing}">' in page


def test_an_unreleased_or_unknown_model_gives_nothing_away(sign_in, official, models):
    secret = make_result(product="Secret", test_set=models[0].test_set, release="private")
    chosen = compared(models[0], secret)
    chosen["model"] += ["00000000-0000-4000-8000-000000000000", "no-key"]

    page = sign_in(official).get(COMPARE, chosen).content.decode()

    assert "2 of the chosen models do not exist, or you may not see it" in page
    assert "Secret" not in page


@pytest.mark.parametrize("name", ["compare", "compare_csv"])
def test_suppliers_do_not_compare(sign_in, models, name):
    owner = make_supplier_user(models[0].submission.product.supplier)

    response = sign_in(owner).get(reverse(f"comparison:{name}"), compared(*models))

    assert response.status_code == 403


@pytest.mark.parametrize("name", ["model_list", "model_list_csv", "compare", "compare_csv"])
def test_nothing_is_shown_to_people_who_have_not_signed_in(client, models, name):
    assert client.get(reverse(f"comparison:{name}")).status_code == 302


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_the_csv_of_a_comparison_holds_every_figure(sign_in, official, models):
    rows = rows_of(sign_in(official).get(reverse("comparison:compare_csv"), compared(*models)))

    found = [
        row
        for row in rows
        if (row["product"], row["metric"], row["target"]) == ("Alpha", "fnmr_at_fmr", "0.001")
    ]
    assert [(row["errors"], row["trials"]) for row in found] == [("131", "2000")]
    assert len(rows) == sum(run.measurements.count() for run in models)


def test_a_figure_of_a_group_is_in_the_csv_of_a_comparison(sign_in, official, models):
    make_measurement(models[0], metric="group_fnmr", condition="sex=female")

    rows = rows_of(sign_in(official).get(reverse("comparison:compare_csv"), compared(*models)))

    assert [row["metric"] for row in rows if row["condition"] == "sex=female"] == ["group_fnmr"]


def test_the_csv_of_the_list_follows_its_filters(sign_in, official, models):
    rows = rows_of(sign_in(official).get(reverse("comparison:model_list_csv"), {"q": "beta"}))

    assert [row["product"] for row in rows] == ["Beta"]


@pytest.mark.parametrize("name", ["model_list", "compare"])
def test_the_number_of_queries_does_not_grow_with_the_models(
    sign_in, official, name, django_assert_max_num_queries, django_assert_num_queries
):
    test_set = make_wide_test_set()
    runs = [make_result(test_set=test_set, product=f"Model {n}") for n in range(2)]
    client = sign_in(official)
    where = reverse(f"comparison:{name}")
    with django_assert_max_num_queries(20) as few:
        client.get(where, compared(*runs))
    runs += [make_result(test_set=test_set, product=f"Model {n}") for n in range(2, 20)]

    with django_assert_num_queries(len(few)):
        client.get(where, compared(*runs[:6]))


def test_a_page_with_six_models_is_light(sign_in, official):
    test_set = make_wide_test_set()
    runs = [make_result(4 + n / 10, product=f"Model {n}", test_set=test_set) for n in range(6)]

    page = sign_in(official).get(COMPARE, compared(*runs))

    assert len(page.content) < LARGEST_PAGE_BYTES


def test_the_api_gives_results_with_their_evidence(sign_in, official, models):
    make_result(product="Secret", release="private")

    answer = sign_in(official).get("/api/v1/results/").json()

    assert {row["product"] for row in answer["results"]} == {"Alpha", "Beta"}
    figures = answer["results"][0]["figures"]
    assert {"value", "low", "high", "errors", "trials", "evidence"} <= figures[0].keys()
