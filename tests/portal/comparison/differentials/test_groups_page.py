"""The page of groups on a result that the harness made."""

import csv
import html
import io

import pytest
from django.urls import reverse

from portal.comparison import provenance
from portal.runs.models import ReleaseState
from tests.evaluation.made_result import make_result, result
from tests.portal.builders import make_supplier_user
from tests.portal.comparison.results import make_result as make_scored

__all__ = ["make_result", "result"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def run(result, monkeypatch):
    monkeypatch.setattr(provenance, "load_result", lambda path: result)
    monkeypatch.setattr(provenance.store, "fetch", lambda path, sha256: path)
    return make_scored(product="Alpha")


def page_of(run):
    return reverse("comparison:model_groups", args=[run.submission_id])


def csv_of(run):
    return reverse("comparison:model_groups_csv", args=[run.submission_id])


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_every_group_stands_there_with_its_rates_and_statements(sign_in, official, run, result):
    words = words_of(sign_in(official).get(page_of(run)))

    division = next(one for one in result.differentials if len(one.attributes) == 1)
    for group in division.groups:
        assert f'<th scope="row" class="govuk-table__header">{group.name}</th>' in words
    assert "One threshold holds for everybody" in words
    assert "assay-heat__cell--" in words
    assert "no difference" not in words.lower().replace("that there is no difference", "")


def test_every_division_and_threshold_can_be_chosen(sign_in, official, run, result):
    client = sign_in(official)

    for division in (*result.differentials, *result.search_differentials):
        key = f"{division.protocol}:{'+'.join(division.attributes)}"
        for at in division.thresholds:
            if at.threshold is None:
                continue
            target = getattr(at, "target_fmr", None) or getattr(at, "target_fpir", None)
            asked = {"division": key, "threshold": f"{target:g}" if target else "recommended"}
            response = client.get(page_of(run), asked)
            assert response.status_code == 200
            assert f"({at.threshold:.3f})" in words_of(response)


def test_the_csv_has_a_row_for_each_group_and_rate(sign_in, official, run, result):
    response = sign_in(official).get(csv_of(run))

    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    division = next(one for one in result.differentials if len(one.attributes) == 1)
    assert len(rows) == 2 * len(division.groups)
    assert {row["metric"] for row in rows} == {"group_fmr", "group_fnmr"}
    assert all(row["value"] == "" for row in rows if row["evidence"] == "not_enough")


@pytest.mark.parametrize(
    "wrong", [{"test_set": "x"}, {"division": "x"}, {"threshold": "x"}, {"threshold": ""}]
)
def test_a_choice_that_there_is_not_falls_back(sign_in, official, run, wrong):
    response = sign_in(official).get(page_of(run), wrong)

    assert response.status_code == 200
    assert "Error rates of each group" in words_of(response)


def test_a_result_without_groups_says_why(sign_in, official, run, result, monkeypatch):
    bare = result.model_copy(update={"differentials": (), "search_differentials": ()})
    monkeypatch.setattr(provenance, "load_result", lambda path: bare)

    response = sign_in(official).get(page_of(run))
    assert "No group of people can be told apart" in words_of(response)
    assert "Comparisons and groups" not in words_of(response), "there is nothing to choose from"
    assert sign_in(official).get(csv_of(run)).content.decode().count("\n") == 1


def test_a_result_whose_file_is_gone_says_so(sign_in, official):
    run = make_scored()

    assert "cannot be read at the moment" in words_of(sign_in(official).get(page_of(run)))


def test_only_those_who_may_see_the_result_see_its_groups(sign_in, official, run):
    run.release = ReleaseState.PREVIEW
    run.save()
    own = make_supplier_user(run.submission.product.supplier)

    assert sign_in(official).get(page_of(run)).status_code == 404
    assert sign_in(make_supplier_user()).get(page_of(run)).status_code == 404
    assert sign_in(own).get(page_of(run)).status_code == 200


def test_the_model_s_page_leads_there(sign_in, official, run):
    address = reverse("comparison:model_detail", args=[run.submission_id])

    assert page_of(run) in sign_in(official).get(address).content.decode()


def test_it_asks_as_often_for_many_results_as_for_one(
    sign_in, official, run, django_assert_max_num_queries
):
    client = sign_in(official)
    with django_assert_max_num_queries(12) as asked:
        client.get(page_of(run))
    first = len(asked)
    for _ in range(4):
        make_scored(submission=run.submission)

    with django_assert_max_num_queries(12) as asked:
        client.get(page_of(run))
    assert len(asked) == first
