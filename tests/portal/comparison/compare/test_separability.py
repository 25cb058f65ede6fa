"""Which models the compare page and the API tell apart, from the evidence beside the results."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.comparison import paired
from portal.comparison.paired import evidence_file
from portal.core.charts import Table
from portal.runs.models import EvaluationRun
from tests.evaluation.made_evidence import make_search_evidence
from tests.portal.builders import make_supplier_user
from tests.portal.comparison.results import make_wide_test_set
from tests.portal.comparison.search_results import make_search_result, make_search_set
from tests.portal.comparison.with_evidence import kept_beside, measured

pytestmark = pytest.mark.django_db

COMPARE, API = reverse("comparison:compare"), reverse("api:comparison-list")
TARGET = "0.1"  # the made-up trials are few


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def test_set():
    return make_wide_test_set(title="Hard faces")


@pytest.fixture
def three(test_set):
    """Two models of much the same skill, and one that is far worse."""
    return [
        measured(test_set, "Poor", seed=3, skill=0.1, number=1),
        measured(test_set, "Alpha", seed=1, skill=0.8, number=2),
        measured(test_set, "Beta", seed=2, skill=0.8, number=3),
    ]


def asked(*runs, **more):
    return {"model": [str(run.submission_id) for run in runs], "target": TARGET} | more


def named(run):
    return f"{run.submission.product.name} {run.submission.version}"


def test_evidence_lies_beside_the_result_of_the_same_attempt(three, settings):
    assert evidence_file(three[0]) == settings.ASSAY_DATA / "runs" / "1" / "evidence.a2.npz"


def test_models_that_the_evidence_does_not_separate_share_a_group(sign_in, official, three):
    response = sign_in(official).get(COMPARE, asked(*three))
    groups = response.context["separability"].groups

    assert len(groups) == 2
    assert {named(three[1]), named(three[2])} == set(groups[0].split(" and "))
    assert groups[1] == named(three[0])
    page = response.content.decode()
    assert "Which differences are real" in page
    assert "That does not show that they are equal" in page


def test_every_two_models_have_their_difference_with_its_interval(sign_in, official, three):
    found = sign_in(official).get(COMPARE, asked(*three)).context["separability"]

    assert isinstance(found.differences, Table)
    assert len(found.differences.rows) == 3
    to_the_worst = [row for row in found.differences.rows if row[0].endswith(named(three[0]))]
    # Both are better than Poor: the whole interval lies below nought, and all draws agree.
    assert len(to_the_worst) == 2
    for _, difference, interval, p, probability in to_the_worst:
        assert difference.startswith("-")
        assert all(bound.startswith("-") for bound in interval.split(" to "))
        assert p == "< 0.001"
        assert probability == "1.000"


def test_the_order_of_choosing_does_not_show(sign_in, official, three):
    client = sign_in(official)

    there = client.get(COMPARE, asked(*three)).context["separability"]
    back = client.get(COMPARE, asked(*reversed(three))).context["separability"]

    assert there == back


def test_evidence_that_was_not_kept_is_said(sign_in, official, test_set, three):
    bare = measured(test_set, "Bare", seed=1, skill=0.5, number=9, evidence=False)

    page = sign_in(official).get(COMPARE, asked(three[0], bare)).content.decode()

    assert "cannot be said here" in page
    assert "Rank of each model" not in page


def test_damaged_evidence_is_no_error_of_the_page_and_may_be_put_right(sign_in, official, three):
    client, path = sign_in(official), evidence_file(three[1])
    whole = path.read_bytes()
    path.write_bytes(b"PK damaged")

    response = client.get(COMPARE, asked(*three))
    path.write_bytes(whole)
    again = client.get(COMPARE, asked(*three))

    assert response.status_code == 200
    assert "cannot be said here" in response.content.decode()
    assert len(again.context["separability"].groups) == 2


def test_evidence_too_large_to_wait_for_is_not_read(sign_in, official, three, monkeypatch):
    monkeypatch.setattr(paired, "MOST_BYTES", evidence_file(three[0]).stat().st_size)
    monkeypatch.setattr(paired, "load_evidence", None)  # would fail if it were called
    client = sign_in(official)

    page = client.get(COMPARE, asked(*three)).content.decode()
    answer = client.get(API, asked(*three)).json()

    assert "too many comparisons to be ranked while a page is waited for" in page
    assert answer["ranking"] is None
    assert answer["no_ranking_because"] in page


def test_one_model_alone_is_not_ranked(sign_in, official, three):
    page = sign_in(official).get(COMPARE, asked(three[0])).content.decode()

    assert "Which differences are real" not in page


def test_a_comparison_is_made_once_and_anew_for_another_result(sign_in, official, three):
    client = sign_in(official)
    before = client.get(COMPARE, asked(*three)).context["separability"]
    evidence_file(three[1]).unlink()

    assert client.get(COMPARE, asked(*three)).context["separability"] == before
    EvaluationRun.objects.filter(pk=three[1].pk).update(result_sha256="f" * 64)
    assert client.get(COMPARE, asked(*three)).context["separability"] is None


def test_the_api_gives_the_ranking_with_the_names_of_the_portal(sign_in, official, three):
    answer = sign_in(official).get(API, asked(*three)).json()

    assert answer["test_set"] == three[0].test_set.slug
    assert (answer["protocol"], answer["target"]) == ("pairs", 0.1)
    assert answer["results"] == [str(run.pk) for run in three]
    ranking = answer["ranking"]
    assert {model["name"] for model in ranking["models"]} == {"Poor", "Alpha", "Beta"}
    assert ranking["models"][-1]["name"] == "Poor"
    assert [group["members"] for group in ranking["groups"]] == [[0, 1], [2]]
    assert len(ranking["differences"]) == 3


def test_the_api_answers_for_no_model_and_for_one(sign_in, official, three):
    client = sign_in(official)

    assert client.get(API).json()["ranking"] is None
    assert client.get(API, asked(three[0])).json()["ranking"] is None


def test_the_api_gives_no_ranking_where_nothing_was_released(sign_in, official, jsarc):
    answer = sign_in(official).get(API).json()

    assert answer == {
        "test_set": None, "protocol": None, "gallery_size": None, "target": None,
        "results": [], "notes": [],
        "ranking": None, "no_ranking_because": "Two models or more are needed.",
    }  # fmt: skip


def test_suppliers_get_no_comparison_from_the_api(sign_in, three):
    owner = make_supplier_user(three[0].submission.product.supplier)

    assert sign_in(owner).get(API, asked(*three)).status_code == 403


@pytest.fixture
def searching():
    """Two models on the searches that their evidence is of; closed: for enrolled people alone."""

    def make(*, closed=False):
        protocol = {
            "name": "searches", "title": "Searches", "kind": "identification",
            "n_mated": 90, "n_non_mated": 0 if closed else 120, "gallery_sizes": [10, 30],
        }  # fmt: skip
        test_set = make_search_set(protocols=[protocol], title="Station", slug="station")
        return [
            kept_beside(
                make_search_result(product=product, test_set=test_set),
                make_search_evidence(product, seed, noise, closed=closed),
                seed,
            )
            for product, seed, noise in (("Poor", 1, 1.6), ("Alpha", 2, 0.7))
        ]

    return make


def test_models_are_told_apart_on_searches_by_fnir(sign_in, official, searching):
    poor, alpha = searching()

    response = sign_in(official).get(COMPARE, asked(poor, alpha))

    found = response.context["separability"]
    assert found.groups == (named(alpha), named(poor))
    assert found.ranks.header[-2:] == ("FNIR", "FPIR at its threshold")
    assert "90 searches for people in the gallery, with 30 people in all" in found.basis
    page = response.content.decode()
    assert "Difference in FNIR of every two models" in page
    assert "Every model was given the same 90 searches" in page


def test_searches_for_enrolled_people_alone_are_ranked_without_a_threshold(
    sign_in, official, searching
):
    poor, alpha = searching(closed=True)

    response = sign_in(official).get(COMPARE, asked(poor, alpha))

    found = response.context["separability"]
    assert found.groups == (named(alpha), named(poor))
    assert {row[-1] for row in found.ranks.rows} == {"No threshold"}


def test_the_api_gives_the_ranking_of_searches(sign_in, official, searching):
    ranking = sign_in(official).get(API, asked(*searching())).json()["ranking"]

    assert ranking["searched"] == {"gallery_size": 30, "rank": 1}
    assert (ranking["mode"], ranking["target"]) == ("target", 0.1)
    assert ranking["differences"][0]["mcnemar_mated"]["p"] < 0.001
