"""A result without one-to-one comparisons is read by the figures of its task."""

import pytest
from django.urls import reverse

from portal.runs import selectors
from portal.runs.headlines import headlines_of
from portal.runs.models import Evidence
from tests.portal.builders import make_measurement, make_run, make_submission, make_test_set

pytestmark = pytest.mark.django_db


def scored(task, kind, *figures):
    protocols = [{"name": "p", "title": "The protocol", "kind": kind, "task": task}]
    run = make_run(
        "scored",
        "released",
        submission=make_submission(card={"name": "m", "task": task}),
        test_set=make_test_set(protocols=protocols, tasks=[task]),
    )
    for fields in figures:
        make_measurement(run, **{"protocol": "p", "target": None} | fields)
    return run


def said(run):
    return [
        (row.label, row.figure and row.figure.errors)
        for row in headlines_of(run, selectors.first_figures([run]).get(run.pk, []))
    ]


def test_an_attack_model_is_read_by_its_worst_kind_of_attack():
    run = scored(
        "pad",
        "presentation_attack",
        {"metric": "apcer", "errors": 20},
        {"metric": "apcer", "condition": "species=print", "errors": 3},
        {"metric": "bpcer", "errors": 14},
        {"metric": "bpcer_at_apcer", "target": 0.1, "errors": 7},
    )

    assert said(run) == [
        ("APCER, worst kind of attack", 20),
        ("BPCER", 14),
        ("BPCER where APCER is at most 5%", None),
    ]


def test_a_quality_model_is_read_at_the_strictest_target_with_evidence():
    at = {"metric": "edc_fnmr", "condition": "discard=0.2"}
    run = scored(
        "quality",
        "quality",
        at | {"target": 0.1, "errors": 2},
        at | {"target": 0.01, "errors": 9},
        at | {"target": 0.001, "errors": 40, "evidence": Evidence.NOT_ENOUGH},
    )

    assert said(run)[0] == ("FNMR after discarding 20%, at a false match rate of 1%", 9)


def test_searches_are_read_in_the_largest_gallery_at_rank_one():
    at = {"metric": "fnir_at_fpir"}
    run = scored(
        "embedding",
        "live",
        at | {"condition": "gallery=9;rank=1", "target": 0.1, "errors": 1},
        at | {"condition": "gallery=40;rank=1", "target": 0.1, "errors": 10},
        at | {"condition": "gallery=40;rank=1", "target": 0.01, "errors": 12},
        at | {"condition": "gallery=40;rank=5", "target": 0.001, "errors": 2},
    )

    label = "Missed (FNIR) at rank 1 with 40 people enrolled, where FPIR is at most 1%"
    assert said(run) == [(label, 12)]


def test_a_result_with_none_of_its_tasks_figures_has_no_headline():
    assert said(scored("embedding", "robustness", {"metric": "fnmr_at_fmr", "target": 0.1})) == []
    assert said(scored("weather", "robustness", {"metric": "other"})) == []


@pytest.mark.parametrize("page", ["runs:run_detail", "submissions:submission_detail"])
def test_the_pages_of_a_run_and_of_its_model_show_them(sign_in, jsarc, page):
    run = scored("detection", "detection", {"metric": "missed_faces", "errors": 11, "trials": 240})
    key = run.pk if page.startswith("runs") else run.submission.pk

    text = sign_in(jsarc).get(reverse(page, args=[key])).content.decode()

    assert "Missed faces" in text
    assert "11 of 240" in text
    assert "FNMR" not in text


def test_a_result_without_headlines_leads_to_the_models_page(sign_in, jsarc):
    run = scored("embedding", "robustness")

    text = sign_in(jsarc).get(reverse("runs:run_detail", args=[run.pk])).content.decode()

    assert f"/models/{run.submission.pk}/?test_set={run.test_set.slug}" in text


def test_a_models_page_begins_with_them_and_speaks_of_its_task(sign_in, official):
    run = scored("pad", "presentation_attack", {"metric": "bpcer", "errors": 14, "trials": 135})

    text = sign_in(official).get(f"/models/{run.submission.pk}/").content.decode()

    assert "14 of 135" in text
    assert "Attack presentation classification error rate" in text
    assert "False non-match rate" not in text
    assert "gave no template" not in text
