"""The leaderboard's pages, its CSV and its API, as government people ask for them."""

import csv
import html
import io

import pytest
from django.urls import reverse

from portal.comparison.leaderboard.board import AT_WORK, UNKNOWN
from tests.portal.builders import make_measurement, make_run, make_supplier_user
from tests.portal.comparison.leaderboard.conftest import TARGET, set_release, withdraw
from tests.portal.comparison.results import make_result
from tests.portal.comparison.search_results import make_search_result, make_search_set

pytestmark = pytest.mark.django_db

PAGE, CSV = reverse("comparison:leaderboard"), reverse("comparison:leaderboard_csv")
API = reverse("api:leaderboard-list")
ASKED = {"target": TARGET}
LARGEST_PAGE_BYTES = 400_000


def text_of(response):
    return html.unescape(" ".join(response.content.decode().split()))


def shown(response):
    """Name, rank and group of each row, as ordered."""
    return [(row.run.submission.product.name, row.rank, row.group)
            for group in response.context["groups"] for row in group.rows]  # fmt: skip


def test_models_that_cannot_be_told_apart_share_their_rank(
    sign_in, official, three, test_set, rank_now
):
    rank_now(test_set)
    response = sign_in(official).get(PAGE, ASKED)

    assert sorted(shown(response)) == [
        ("Alpha", "1\N{EN DASH}2", 1), ("Beta", "1\N{EN DASH}2", 1), ("Poor", "3", 2),
    ]  # fmt: skip
    page = text_of(response)
    assert "Group 1: the best, and every model that cannot be told apart from it" in page
    assert f"Group 2: Poor {three[0].submission.version} alone" in page
    assert "At 95% it cannot be told apart from" in page
    assert AT_WORK not in page


def test_until_the_ranking_is_worked_out_ranks_leave_open_what_intervals_leave_open(
    sign_in, official, test_set
):
    # 131, 159 and 463 of 2,000 missed: the intervals of the first two overlap.
    make_result(4.6, product="Alpha", test_set=test_set)
    make_result(4.5, product="Beta", test_set=test_set)
    make_result(3.8, product="Gamma", test_set=test_set)

    response = sign_in(official).get(PAGE, {"target": "0.001"})

    assert shown(response) == [
        ("Alpha", "1\N{EN DASH}2", None), ("Beta", "1\N{EN DASH}2", None), ("Gamma", "3", None),
    ]  # fmt: skip
    page = text_of(response)
    assert AT_WORK in page
    assert "Group 1" not in page
    assert "cannot be told apart from" not in response.context["summary"]


def test_where_no_evidence_was_kept_it_is_said_that_nothing_can_be(
    sign_in, official, test_set, rank_now
):
    make_result(4.6, product="Alpha", test_set=test_set)
    make_result(3.8, product="Beta", test_set=test_set)
    rank_now(test_set)

    assert UNKNOWN in text_of(sign_in(official).get(PAGE))


def test_a_release_that_the_ranking_does_not_know_yet_shows_as_being_worked_out(
    sign_in, official, three, test_set, rank_now
):
    rank_now(test_set)
    make_result(3.0, product="Newcomer", test_set=test_set)

    response = sign_in(official).get(PAGE, ASKED)

    assert AT_WORK in text_of(response)
    assert {group for _, _, group in shown(response)} == {None}
    assert "Newcomer" in {name for name, _, _ in shown(response)}


def test_jsarc_and_officials_read_the_same_leaderboard(
    sign_in, official, jsarc, three, test_set, rank_now
):
    make_result(5.0, product="Secret", release="preview", test_set=test_set)
    rank_now(test_set)

    seen = [shown(sign_in(person).get(PAGE, ASKED)) for person in (official, jsarc)]

    assert seen[0] == seen[1]
    assert "Secret" not in {name for name, _, _ in seen[0]}


def test_suppliers_have_no_leaderboard(sign_in, three):
    owner = make_supplier_user(three[0].submission.product.supplier)

    assert sign_in(owner).get(PAGE).status_code == 403
    assert sign_in(owner).get(API).status_code == 403


def test_each_model_that_is_not_ranked_stands_apart_with_the_reason(
    sign_in, official, three, test_set, rank_now
):
    withdraw(three[0])
    make_run("scored", "released", test_set=test_set)
    short = make_run("scored", "released", test_set=test_set)
    make_measurement(short, target=0.1, value=None, low=None, high=None, evidence="not_enough")
    rank_now(test_set)

    response = sign_in(official).get(PAGE, ASKED)

    reasons = {left.run.pk: left.reason for left in response.context["board"].left_out}
    assert sorted(reasons.values()) == [
        "Not enough evidence at this operating point.",
        "Not measured at this operating point.",
        "This version was withdrawn.",
    ]
    assert reasons[three[0].pk] == "This version was withdrawn."
    assert reasons[short.pk] == "Not enough evidence at this operating point."
    assert "Not ranked" in text_of(response)


def test_a_result_whose_evidence_is_missing_is_not_placed_among_others(
    sign_in, official, three, test_set, rank_now
):
    make_result(3.0, product="Bare", test_set=test_set)
    rank_now(test_set)

    response = sign_in(official).get(PAGE, ASKED)

    assert "Bare" not in {name for name, _, _ in shown(response)}
    assert "The evidence of its single trials was not kept" in text_of(response)


def test_searches_are_ranked_at_rank_1_and_lack_evidence_at_stricter_targets(sign_in, official):
    test_set = make_search_set()
    make_search_result((40, 60), product="Alpha", test_set=test_set)
    make_search_result((90, 140), product="Beta", test_set=test_set)
    client = sign_in(official)

    page = text_of(client.get(PAGE, ASKED))
    strict = client.get(PAGE, {"target": "0.001"})

    assert "FNIR at rank 1, with FPIR of at most 10% (1 in 10)" in page
    assert "Alpha" in page
    assert "10.00% (7.43% to 13.33%)" in page  # 40 of 400, Wilson
    assert {left.reason for left in strict.context["board"].left_out} == {
        "Not enough evidence at this operating point."
    }


def test_searches_for_enrolled_people_alone_are_ranked_without_a_threshold(sign_in, official):
    protocol = {
        "name": "searches", "title": "Searches", "kind": "identification",
        "n_mated": 400, "n_non_mated": 0, "gallery_sizes": [20, 80],
    }  # fmt: skip
    test_set = make_search_set(protocols=[protocol])
    make_search_result((40, 60), product="Alpha", test_set=test_set)

    response = sign_in(official).get(PAGE)

    assert "FNIR at rank 1, without a threshold" in text_of(response)
    # 30 of 400 without a threshold.
    assert response.context["board"].rows[0].rate.errors == 30


def test_an_empty_leaderboard_says_why(sign_in, official):
    client = sign_in(official)

    assert "No result has been released yet" in text_of(client.get(PAGE))
    assert client.get(API).json()["models"] == []
    assert client.get(CSV).content.decode().count("\n") == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"test_set": "nonsense"}, {"target": "abc"}, {"protocol": "x"}, {"page": "0"},
        {"page": "99"}, {"page": "x"}, {"days": "x"}, {"days": "-1"}, {"target": "1e-6"},
    ],
)  # fmt: skip
def test_a_wrong_address_gives_a_leaderboard_all_the_same(
    sign_in, official, three, test_set, rank_now, asked
):
    rank_now(test_set)
    client = sign_in(official)

    assert [client.get(url, asked).status_code for url in (PAGE, CSV, API)] == [200, 200, 200]


def test_the_csv_has_the_ranked_and_then_the_others(
    sign_in, official, three, test_set, rank_now, newer_version
):
    newer_version(three[1], "9.0", number=7)
    withdraw(three[0])
    rank_now(test_set)

    answer = sign_in(official).get(CSV, ASKED).content.decode()
    rows = list(csv.DictReader(io.StringIO(answer)))

    ranked = [row for row in rows if row["best_rank"]]
    assert {(row["product"], row["version"]) for row in ranked} == {
        ("Alpha", "9.0"), ("Beta", three[2].submission.version),
    }  # fmt: skip
    assert {row["product"]: row["not_ranked_because"] for row in rows if not row["best_rank"]} == {
        "Poor": "This version was withdrawn.",
        "Alpha": "A newer version of the product was measured.",
    }
    assert {row["target"] for row in rows} == {"0.1"}
    assert all(row["errors"] for row in rows)


def test_the_api_gives_what_the_page_shows(sign_in, official, three, test_set, rank_now):
    rank_now(test_set)
    client = sign_in(official)

    response, answer = client.get(PAGE, ASKED), client.get(API, ASKED).json()

    named = [
        (one["product"], one["best_rank"], one["worst_rank"], one["group"])
        for one in answer["models"]
    ]
    rows = response.context["board"].rows
    assert named == [
        (row.run.submission.product.name, row.best_rank, row.worst_rank, row.group) for row in rows
    ]
    assert answer["summary"] in text_of(response)
    assert answer["changed"] in text_of(response)
    assert (answer["test_set"], answer["target"]) == (test_set.slug, 0.1)
    assert sum(one["share_of_draws_first"] for one in answer["models"]) == pytest.approx(1)


def many(test_set, count, first=0):
    for n in range(first, first + count):
        make_result(3 + n / 50, product=f"Model {n:03}", test_set=test_set)


def test_the_page_asks_as_often_for_many_models_as_for_few_and_stays_small(
    sign_in, official, test_set, rank_now, django_assert_max_num_queries, django_assert_num_queries
):
    client = sign_in(official)
    many(test_set, 2)
    rank_now(test_set)
    with django_assert_max_num_queries(16) as few:
        client.get(PAGE)
    many(test_set, 30, first=2)
    rank_now(test_set)

    with django_assert_num_queries(len(few)):
        response = client.get(PAGE)

    assert len(response.context["page"].object_list) == 25
    assert len(response.content) < LARGEST_PAGE_BYTES
    assert [name for name, _, _ in shown(client.get(PAGE, {"page": 2}))][-1] == "Model 000"


def test_a_withheld_result_is_on_no_leaderboard_from_then_on(
    sign_in, official, three, test_set, rank_now
):
    rank_now(test_set)
    set_release(three[1], "withheld")

    response = sign_in(official).get(PAGE, ASKED)

    assert "Alpha" not in {name for name, _, _ in shown(response)}
