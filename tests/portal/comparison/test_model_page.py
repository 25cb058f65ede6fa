"""The page of a model whatever its task, and how a long one is read."""

import re

import pytest
from django.urls import reverse

from evaluation.report.part import Part
from portal.comparison import provenance, report_parts
from portal.runs.models import EvaluationRun
from tests.portal.builders import (
    make_measurement,
    make_run,
    make_submission,
    make_supplier_user,
    make_test_set,
)
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.search_results import (
    KINDS,
    make_search_result,
    make_search_set,
    text_of,
    untrue,
)

pytestmark = pytest.mark.django_db


def page_of(client, run, **asked):
    where = reverse("comparison:model_detail", args=[run.submission_id])
    return client.get(where, asked).content.decode()


def make_attack_result(**overrides):
    """A scored presentation-attack model, on a set without one-to-one comparisons."""
    test_set = make_test_set(
        title="Masks and screens",
        tasks=["pad"],
        protocols=[{"name": "attacks", "title": "Attacks", "kind": "presentation_attack"}],
    )
    model = make_submission(card={"name": "guard", "task": "pad"})
    run = make_run("scored", "released", submission=model, test_set=test_set, **overrides)
    speed = {"metric": "offline_samples_per_second", "target": None, "low": None, "high": None}
    make_measurement(run, protocol="", value=250, **speed)
    return run


@pytest.fixture
def report(monkeypatch):
    """Put parts in place of those of a result's file."""

    def put(n):
        parts = [Part(f"Section {k}", (("Fact", f"value {k}"),), (), (), ()) for k in range(n)]
        monkeypatch.setattr(provenance, "load_result", lambda path: object())
        monkeypatch.setattr(provenance, "run_rows", lambda run, result: [])
        monkeypatch.setattr(report_parts, "parts_of", lambda result: parts)

    return put


def test_a_model_of_another_task_has_its_speed_report_and_provenance(sign_in, official, report):
    run = make_attack_result()
    report(1)

    page = page_of(sign_in(official), run)

    assert "Masks and screens" in page
    assert "Images a second, all at once" in page
    assert "250" in page
    assert "Section 0" in page
    assert "Where these figures come from" in page
    assert "False non-match rate (FNMR) at" not in page
    assert "Compare this model with others" not in page


def test_the_test_sets_of_a_model_can_be_chosen_with_and_without_one_to_one(sign_in, official):
    run = make_result(test_set=make_wide_test_set(title="Hard faces"))
    searches = make_test_set(
        slug="searches",
        title="Searches",
        protocols=[{"name": "searches", "title": "Searches", "kind": "identification"}],
    )
    make_run("scored", "released", submission=run.submission, test_set=searches)
    client = sign_in(official)

    first, other = page_of(client, run), page_of(client, run, test_set="searches")

    assert "6.55%" not in other
    assert "Measured on" in other
    assert '<option value="searches" selected>' in other
    assert "FNMR" in first
    assert '<option value="searches">' in first


def test_every_link_of_the_contents_leads_to_a_section(sign_in, official, report):
    run = make_result()
    report(3)

    page = page_of(sign_in(official), run)

    contents = page.split('aria-label="On this page"')[1].split("</nav>")[0]
    links = re.findall(r'href="#([^"]+)"', contents)
    assert len(links) == 6
    assert all(page.count(f'id="{link}"') == 1 for link in links)


@pytest.mark.parametrize(("n", "n_folded"), [(3, 0), (4, 4)])
def test_many_sections_are_folded_below_their_headings(sign_in, official, report, n, n_folded):
    run = make_result()
    report(n)

    page = page_of(sign_in(official), run)

    assert page.count("Show this section") == n_folded
    assert page.count('id="part-') == n


def test_parts_of_one_heading_are_folded_by_name_below_what_opens_it(
    sign_in, official, monkeypatch
):
    run = make_result()
    one = {"heading": "Differences between groups"}
    parts = [
        Part("Thresholds"),
        Part("Differences between groups", notes=("In short.",), **one),
        Part("Groups by sex: Pairs", notes=("Sexes.",), name="By sex", **one),
        Part("Groups by age: Pairs", notes=("Ages.",), name="By age", **one),
    ]
    monkeypatch.setattr(provenance, "load_result", lambda path: object())
    monkeypatch.setattr(provenance, "run_rows", lambda run, result: [])
    monkeypatch.setattr(report_parts, "parts_of", lambda result: parts)

    page = page_of(sign_in(official), run)

    contents = page.split('aria-label="On this page"')[1].split("</nav>")[0]
    assert contents.count("Differences between groups") == 1
    assert "By sex" not in contents
    assert page.count("assay-fold") == 2
    before, _, folded = page.partition("assay-fold")
    assert "In short." in before
    assert all(words in folded for words in ("By sex", "Sexes.", "By age", "Ages."))
    assert "Groups by sex" not in page


def test_what_opens_a_heading_is_not_folded_on_a_long_page(monkeypatch):
    alone = [Part(f"Section {k}") for k in range(7)]
    together = [Part("Searches", heading="S"), Part("One", heading="S", name="One")]
    monkeypatch.setattr(report_parts, "parts_of", lambda result: [*alone, *together])

    sections = report_parts.page_sections(object(), most_open=6)

    assert [len(section.parts) for section in sections] == [0] * 7 + [1]
    assert [len(section.folds) for section in sections] == [1] * 8


def test_the_number_of_queries_does_not_grow_with_the_results(
    sign_in, official, django_assert_num_queries, django_assert_max_num_queries
):
    run = make_result()
    client = sign_in(official)
    with django_assert_max_num_queries(14) as few:
        page_of(client, run)
    for _ in range(5):
        make_run("scored", "released", submission=run.submission, test_set=make_test_set())

    with django_assert_num_queries(len(few)):
        page_of(client, run)


def test_a_set_without_one_to_one_comparisons_does_not_hide_the_list(sign_in, official):
    """The set with the most results is one of attacks."""
    attacks = make_attack_result().test_set
    for _ in range(2):
        model = make_submission(card={"name": "guard", "task": "pad"})
        make_run("scored", "released", submission=model, test_set=attacks)
    make_result(product="Alpha")

    page = sign_in(official).get(reverse("comparison:model_list")).content.decode()

    assert "Alpha" in page
    assert "Masks and screens" not in page


def test_a_model_of_another_task_is_not_ranked_by_one_to_one_rates(sign_in, official):
    both = make_wide_test_set(tasks=["embedding", "pad"])
    make_result(product="Alpha", test_set=both)
    guard = make_submission(card={"name": "guard", "task": "pad"}, version="7.7")
    make_run("scored", "released", submission=guard, test_set=both)

    page = sign_in(official).get(reverse("comparison:model_list")).content.decode()

    assert "Alpha" in page
    assert "7.7" not in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["official", "supplier"])
def test_the_page_of_a_model_on_searches(sign_in, official, kind, role):
    run = make_search_result(kind=kind)
    supplier = make_supplier_user(run.submission.product.supplier)
    client = sign_in(official if role == "official" else supplier)

    page = text_of(client.get(reverse("comparison:model_detail", args=[run.submission_id])))

    assert "40 of 400" in page
    assert "60 of 400" in page
    assert "False positive identification rate (FPIR)</label>" in page
    assert 'id="chart-error-tradeoff"' in page
    assert ("Compare this model with others" in page) == (role == "official")
    assert untrue(page) == []


def test_a_model_is_shown_one_to_one_unless_its_searches_are_asked_for(sign_in, official):
    run = make_result(4.6, test_set=make_wide_test_set(slug="pairs-set"))
    passages = make_search_result(
        kind="live",
        submission=run.submission,
        test_set=make_search_set("live", slug="station", title="A station"),
    )
    EvaluationRun.objects.filter(pk=passages.pk).update(finished_at="2030-01-01T00:00Z")
    client, where = sign_in(official), reverse("comparison:model_detail", args=[run.submission_id])

    first, other = text_of(client.get(where)), text_of(client.get(where, {"test_set": "station"}))

    assert "FNMR</" not in other
    assert "6.55%" in first
    assert "10.00%" in other
    assert '<option value="station" selected>' in other
