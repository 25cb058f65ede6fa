"""Models of other tasks, with headline figures worked by hand."""

import csv
import io

import pytest
from django.urls import reverse

from tests.portal.builders import (
    make_measurement,
    make_product,
    make_run,
    make_submission,
    make_supplier_user,
    make_test_set,
)
from tests.portal.comparison.results import make_result

pytestmark = pytest.mark.django_db
KINDS = {"pad": "presentation_attack", "quality": "quality", "detection": "detection"}


def make_set(task, **more):
    protocol = {"name": "p", "title": "Trials", "kind": KINDS[task]}
    return make_test_set(**({"tasks": [task], "protocols": [protocol]} | more))


def make_model(task, test_set, product, release="released"):
    model = make_submission(
        card={"name": product, "task": task}, product=make_product(name=product)
    )
    return make_run("scored", release, submission=model, test_set=test_set)


def rate(run, metric, count, trials=1_000, **more):
    value = count / trials
    return make_measurement(
        run,
        **{
            "protocol": "p", "metric": metric, "target": None, "value": value, "errors": count,
            "trials": trials, "low": value / 2, "high": min(1.0, value * 2),
        }
        | more,
    )  # fmt: skip


def page_of(client, task):
    return client.get(reverse("comparison:task_models", args=[task])).content.decode()


def test_attack_models_stand_with_their_rates_the_best_first(sign_in, official):
    test_set = make_set("pad", title="Masks and screens")
    for product, worst in (("Weak", 300), ("Strong", 25)):
        run = make_model("pad", test_set, product)
        rate(run, "apcer", worst)
        rate(run, "apcer", 1, condition="species=mask")
        rate(run, "bpcer", 40)
        rate(run, "bpcer_at_apcer", 77, target=0.05)

    page = page_of(sign_in(official), "pad")

    for words in ("Masks and screens", "30.00%", "2.50%", "25 of 1,000", "4.00%", "7.70%"):
        assert words in page
    assert page.index("Strong") < page.index("Weak")


def test_quality_models_stand_at_the_strictest_target_that_all_have_evidence_for(sign_in, official):
    test_set = make_set("quality")
    for product, strict in (("One", "sufficient"), ("Two", "not_enough")):
        run = make_model("quality", test_set, product)
        for target, evidence, errors in ((0.01, "sufficient", 80), (0.001, strict, 160)):
            more = {"target": target, "evidence": evidence}
            rate(run, "edc_fnmr", errors, condition="discard=0", **more)
            rate(run, "edc_fnmr", errors // 4, condition="discard=0.2", **more)

    page = page_of(sign_in(official), "quality")

    assert "at most 1% (1 in 100)" in page
    assert page.count("8.00%") == page.count("2.00%") == 2
    assert "160 of 1,000" not in page


def test_detectors_stand_with_average_precision_the_highest_first(sign_in, official):
    test_set = make_set("detection")
    for product, precision in (("Low", 600), ("High", 910)):
        run = make_model("detection", test_set, product)
        rate(run, "average_precision", precision, condition="iou=0.5", errors=None)
        rate(run, "missed_faces", 120)
        more = {"errors": None, "value": 1.5, "low": 1.25, "high": 1.75}
        rate(run, "false_positives_per_image", 0, **more)

    page = page_of(sign_in(official), "detection")

    assert page.index("High") < page.index("Low")
    assert "91.00%" in page
    assert "1.50" in page
    assert "1.25 to 1.75" in page


def test_a_model_without_a_figure_stands_last_and_says_so(sign_in, official):
    test_set = make_set("pad")
    make_model("pad", test_set, "Absent")
    rate(make_model("pad", test_set, "Present"), "apcer", 500)

    page = page_of(sign_in(official), "pad")

    assert page.index("Present") < page.index("Absent")
    assert "Not measured" in page


@pytest.mark.parametrize("task", KINDS)
def test_a_task_without_results_says_so(sign_in, official, task):
    make_result(product="Alpha")

    page = page_of(sign_in(official), task)

    assert "No result of such a model can be shown yet" in page
    assert "Alpha" not in page


def test_nobody_sees_what_is_not_theirs_to_see(sign_in, official, jsarc):
    test_set = make_set("pad")
    secret = make_model("pad", test_set, "Secret", release="private")
    other = make_supplier_user(make_model("pad", test_set, "Rival").submission.product.supplier)

    assert "Secret" not in page_of(sign_in(official), "pad")
    assert "Secret" not in page_of(sign_in(other), "pad")
    assert "Secret" in page_of(sign_in(jsarc), "pad")
    assert secret.release == "private"


@pytest.mark.parametrize("name", ["task_models", "task_models_csv"])
@pytest.mark.parametrize("task", ["embedding", "bogus"])
def test_a_task_that_is_none_is_not_found(sign_in, official, name, task):
    where = reverse(f"comparison:{name}", args=[task])
    assert sign_in(official).get(where).status_code == 404


def test_the_csv_holds_every_figure(sign_in, official):
    run = make_model("pad", make_set("pad"), "Guard")
    rate(run, "apcer", 25, condition="species=mask")
    rate(run, "bpcer", 40)

    answer = sign_in(official).get(reverse("comparison:task_models_csv", args=["pad"]))

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    found = {(row["metric"], row["condition"], row["errors"]) for row in rows}
    assert found == {("apcer", "species=mask", "25"), ("bpcer", "", "40")}


def test_the_list_of_models_leads_to_every_task(sign_in, official):
    page = sign_in(official).get(reverse("comparison:model_list")).content.decode()

    for task in KINDS:
        assert reverse("comparison:task_models", args=[task]) in page


def test_the_api_says_which_task_a_result_is_of(sign_in, official):
    make_model("pad", make_set("pad"), "Guard")

    assert sign_in(official).get("/api/v1/results/").json()["results"][0]["task"] == "pad"


def test_the_number_of_queries_does_not_grow_with_the_models(
    sign_in, official, django_assert_num_queries, django_assert_max_num_queries
):
    rate(make_model("pad", make_set("pad"), "One"), "apcer", 5)
    client = sign_in(official)
    with django_assert_max_num_queries(8) as few:
        page_of(client, "pad")
    for n in range(5):
        rate(make_model("pad", make_set("pad"), f"Model {n}"), "apcer", 5)

    with django_assert_num_queries(len(few)):
        page_of(client, "pad")
