"""Weighted profiles by use case: what is weighed, who is ranked, and what an address may ask."""

import csv
import html
import io
import math

import numpy as np
import pytest
from django.urls import reverse

from portal.comparison.leaderboard.models import StoredRanking
from portal.comparison.leaderboard.profile_board import AT_WORK, SPEED_ALONE
from portal.comparison.leaderboard.profiles import measures_of, profile_basis
from portal.comparison.leaderboard.storing import drawn_rates
from portal.runs.models import Measurement
from portal.suppliers.models import Product
from tests.portal.comparison.leaderboard.conftest import TARGET, withdraw
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.search_results import make_search_result, make_search_set

pytestmark = pytest.mark.django_db
PAGE, CSV = reverse("comparison:profile"), reverse("comparison:profile_csv")
API = reverse("api:leaderboard-profile")
OIFR = {"use_case": "oifr"}


@pytest.fixture
def offered():
    """Every product is for every use."""
    return lambda: Product.objects.update(for_rfr=True, for_oifr=True, for_lfr=True)


@pytest.fixture
def two(test_set, offered):
    found = [
        make_result(4.6, 40, product="Alpha", test_set=test_set),
        make_result(3.0, 400, product="Beta", test_set=test_set),
    ]
    offered()
    return found


def text_of(response):
    return html.unescape(" ".join(response.content.decode().split()))


def by_name(board):
    return {row.run.submission.product.name: row for row in board.rows}


def keys(use_case, test_set, **chosen):
    basis = profile_basis(use_case, [test_set], chosen)
    return [(one.key, one.words, one.weight) for one in measures_of(use_case, basis)]


def test_the_index_is_as_worked_out_by_hand(sign_in, official, two):
    response = sign_in(official).get(PAGE, OIFR | {"target": "0.001"})

    rows = by_name(response.context["board"])
    # FNMR 131 and 1,072 of 2,000, and 30 ms against 3 ms, weighed 70 to 30.
    assert rows["Alpha"].index == pytest.approx(100 * (3 / 30) ** 0.3)
    assert rows["Beta"].index == pytest.approx(100 * (131 / 1072) ** 0.7)
    assert [row.run.submission.product.name for row in response.context["board"].rows] == [
        "Alpha", "Beta",
    ]  # fmt: skip
    page = text_of(response)
    assert "The weights are a policy choice, not a measurement" in page
    assert "Weight 70%" in page
    assert "30 ms" in page
    assert AT_WORK in page


def test_other_weights_of_the_address_turn_the_order(sign_in, official, two):
    asked = OIFR | {"target": "0.001", "weight_missed": "1", "weight_speed": "9"}
    response = sign_in(official).get(PAGE, asked)

    rows = by_name(response.context["board"])
    assert rows["Alpha"].index == pytest.approx(100 * 0.1**0.9)
    assert rows["Beta"].index == pytest.approx(100 * (131 / 1072) ** 0.1)
    page = text_of(response)
    assert "Weight 10%" in page
    assert "Weight 90%" in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("abc", "Enter a number, such as 20."),
        ("-1", "Enter 0 or more."),
        ("1e9", "Enter 1,000 or less."),
        ("nan", "Enter a number, such as 20."),
        ("inf", "Enter a number, such as 20."),
    ],
)
def test_a_weight_that_cannot_be_used_is_kept_on_the_form_and_counts_as_by_default(
    sign_in, official, two, given, message
):
    client, asked = sign_in(official), OIFR | {"weight_speed": given}
    response = client.get(PAGE, asked)

    assert message in text_of(response)
    assert f'value="{given}"' in response.content.decode()
    assert [one.weight for one in response.context["board"].weighed] == [0.7, 0.3]
    assert message in " ".join(client.get(API, asked).json()["problems"])


def test_nothing_but_noughts_gives_the_default_weights(sign_in, official, two):
    asked = OIFR | {"weight_missed": "0", "weight_speed": "0"}
    response = sign_in(official).get(PAGE, asked)

    assert "Enter a weight above 0" in text_of(response)
    assert [one.weight for one in response.context["board"].weighed] == [0.7, 0.3]


def test_speed_alone_gives_no_ranks(sign_in, official, two):
    response = sign_in(official).get(PAGE, OIFR | {"weight_missed": "0"})

    assert SPEED_ALONE in text_of(response)
    assert [row.index for row in response.context["board"].rows] == pytest.approx([100, 10])
    assert "Rank in the draws" not in text_of(response).replace("“Rank in the draws”", "")


def test_the_share_of_draws_is_that_of_every_draw_scored(
    sign_in, official, three, test_set, rank_now, offered
):
    offered()
    Measurement.objects.filter(run=three[1], metric="single_stream_p90_ms").update(value=12.0)
    rank_now(test_set)

    response = sign_in(official).get(PAGE, OIFR | {"target": TARGET})

    stored = StoredRanking.objects.get(point="target=0.1")
    order = [place["run"] for place in stored.places]
    times = [12.0 if run == str(three[1].pk) else 10.0 for run in order]
    firsts = dict.fromkeys(order, 0.0)
    for rates in drawn_rates(stored).tolist():
        floor = 3 / 2_000  # the trials that the figures rest on
        totals = [
            0.7 * math.log(max(rate, floor)) + 0.3 * math.log(time)
            for rate, time in zip(rates, times, strict=True)
        ]
        best = [run for run, total in zip(order, totals, strict=True) if total == min(totals)]
        for run in best:
            firsts[run] += 1 / len(best) / 400
    shown = {str(row.run.pk): row.first for row in response.context["board"].rows}
    assert shown == pytest.approx(firsts)
    assert np.isclose(sum(shown.values()), 1)
    assert "of the draws" in text_of(response)


def test_a_model_that_lacks_a_measure_is_listed_apart(sign_in, official, two):
    Measurement.objects.filter(run=two[1], metric="single_stream_p90_ms").delete()

    board = sign_in(official).get(PAGE, OIFR).context["board"]

    assert list(by_name(board)) == ["Alpha"]
    assert [left.reason for left in board.left_out] == [
        "Missing: Time for one image, 90th percentile."
    ]
    # A measure that counts for nothing is not asked for.
    whole = sign_in(official).get(PAGE, OIFR | {"weight_speed": "0"}).context["board"]
    assert set(by_name(whole)) == {"Alpha", "Beta"}


def test_a_model_without_evidence_of_single_trials_is_listed_apart_once_others_have_it(
    sign_in, official, three, test_set, rank_now, offered
):
    make_result(3.0, product="Bare", test_set=test_set)
    offered()
    rank_now(test_set)

    board = sign_in(official).get(PAGE, OIFR | {"target": TARGET}).context["board"]

    assert "Bare" not in by_name(board)
    assert [left.reason for left in board.left_out] == [
        "Missing: The evidence of its single trials."
    ]


def test_products_that_are_not_offered_for_the_use_and_withdrawn_ones_are_not_ranked(
    sign_in, official, two
):
    Product.objects.filter(name="Alpha").update(for_oifr=False)
    withdraw(two[1])

    board = sign_in(official).get(PAGE, OIFR).context["board"]

    assert board.rows == ()
    assert {left.reason for left in board.left_out} == {
        "Not offered for this use.", "This version was withdrawn.",
    }  # fmt: skip
    assert "No model that is offered for this use" in text_of(sign_in(official).get(PAGE, OIFR))


def test_each_use_case_weighs_its_own_measures_at_its_own_operating_points():
    large = {
        "name": "searches", "title": "Searches", "kind": "identification",
        "n_mated": 4_000, "n_non_mated": 60_000, "gallery_sizes": [1_000],
    }  # fmt: skip
    test_set = make_search_set(protocols=[large])

    assert keys("rfr", test_set) == [
        ("rank1", "FNIR at rank 1, without a threshold", 40),
        ("missed", "FNIR at rank 1, with FPIR of at most 1% (1 in 100)", 40),
        ("speed", "Median time of a search", 20),
    ]
    assert keys("oifr", test_set) == [
        ("missed", "FNIR at rank 5, with FPIR of at most 1% (1 in 100)", 70),
        ("speed", "Time for one image, 90th percentile", 30),
    ]
    assert keys("lfr", test_set) == [
        ("missed", "FNIR at rank 1, with FPIR of at most 0.1% (1 in 1,000)", 70),
        ("speed", "Faces a second as they arrive", 30),
    ]


def test_a_small_test_set_is_looked_at_where_it_has_evidence():
    # 600 searches for people who are not in it support an FPIR of 10%, not of 1%.
    assert keys("oifr", make_search_set())[0][1] == (
        "FNIR at rank 5, with FPIR of at most 10% (1 in 10)"
    )


def test_without_anybody_unknown_or_one_to_one_one_rate_has_the_weight_of_both():
    closed = {
        "name": "searches", "title": "Searches", "kind": "identification",
        "n_mated": 400, "n_non_mated": 0, "gallery_sizes": [80],
    }  # fmt: skip

    assert keys("rfr", make_search_set(protocols=[closed]))[0] == (
        "rank1", "FNIR at rank 1, without a threshold", 80,
    )  # fmt: skip
    assert keys("rfr", make_wide_test_set())[0] == (
        "missed", "FNMR with FMR of at most 0.1% (1 in 1,000)", 80,
    )  # fmt: skip


def test_live_use_is_looked_at_on_passages_and_the_others_on_searches():
    pairs = make_wide_test_set(title="A pairs")
    searches = make_search_set(title="B searches")
    passages = make_search_set("live", title="C passages")
    retired = make_search_set("live", title="Retired", is_active=False)

    chosen = {
        use_case: profile_basis(use_case, [retired, pairs, searches, passages], {}).test_set.title
        for use_case in ("rfr", "oifr", "lfr")
    }

    assert chosen == {"rfr": "B searches", "oifr": "B searches", "lfr": "C passages"}


def test_of_faces_a_second_more_is_better(sign_in, official, two):
    for run, faces in zip(two, (400.0, 100.0), strict=True):
        Measurement.objects.create(
            run=run,
            metric="server_queries_per_second",
            condition="bound_ms=100",
            value=faces,
        )

    asked = {"use_case": "lfr", "weight_missed": "0"}
    board = sign_in(official).get(PAGE, asked).context["board"]

    assert board.weighed[0].words == "Faces a second as they arrive, 99% answered within 100 ms"
    assert [(row.run.submission.product.name, row.index) for row in board.rows] == [
        ("Alpha", pytest.approx(100)), ("Beta", pytest.approx(25)),
    ]  # fmt: skip
    assert [row.cells[0].text for row in board.rows] == ["400 a second", "100 a second"]


def test_searches_are_timed_at_the_gallery_that_most_were_timed_at(sign_in, official, offered):
    test_set = make_search_set()
    runs = [
        make_search_result(product=name, test_set=test_set) for name in ("Alpha", "Beta", "Gamma")
    ]
    offered()
    for run, sizes in zip(runs, ([1000, 10000], [1000, 10000], [1000, 99999]), strict=True):
        for size in sizes:
            Measurement.objects.create(
                run=run, metric="search_median_ms", condition=f"gallery={size}", value=size / 1e4
            )

    response = sign_in(official).get(PAGE, {"weight_rank1": "0", "weight_missed": "0"})

    assert response.context["board"].weighed[0].words == (
        "Median time of a search, gallery of 1,000"
    )
    assert len(response.context["board"].rows) == 3


@pytest.mark.parametrize(
    "asked",
    [{"use_case": "x"}, {"test_set": "x"}, {"protocol": "x"}, {"target": "9"}, {"page": "x"}],
)
def test_a_wrong_address_gives_a_profile_all_the_same(sign_in, official, two, asked):
    client = sign_in(official)

    assert [client.get(url, asked).status_code for url in (PAGE, CSV, API)] == [200, 200, 200]


def test_without_any_result_all_three_say_so(sign_in, official):
    client = sign_in(official)

    assert "No result has been released yet" in text_of(client.get(PAGE))
    assert client.get(API).json()["models"] == []
    assert client.get(CSV).content.decode().count("\n") == 1


def test_the_csv_and_the_api_have_what_the_page_shows(
    sign_in, official, three, test_set, rank_now, offered
):
    offered()
    rank_now(test_set)
    client, asked = sign_in(official), OIFR | {"target": TARGET}

    response, given = client.get(PAGE, asked), client.get(API, asked).json()
    rows = list(csv.DictReader(io.StringIO(client.get(CSV, asked).content.decode())))

    board = response.context["board"]
    assert [one["product"] for one in given["models"]] == [
        row.run.submission.product.name for row in board.rows
    ]
    assert given["summary"] in text_of(response)
    assert [one["weight"] for one in given["measures"]] == [0.7, 0.3]
    assert len(rows) == 2 * len(board.rows)
    assert [float(row["index"]) for row in rows[::2]] == pytest.approx(
        [one["index"] for one in given["models"]]
    )
    assert [row["measure"] for row in rows[:2]] == [one["words"] for one in given["measures"]]


def test_the_page_asks_as_often_for_many_models_as_for_few(
    sign_in, official, test_set, rank_now, offered, django_assert_max_num_queries,
    django_assert_num_queries,
):  # fmt: skip
    client = sign_in(official)
    make_result(3.0, product="Model", test_set=test_set)
    offered()
    rank_now(test_set)
    with django_assert_max_num_queries(14) as few:
        client.get(PAGE, OIFR)
    for n in range(30):
        make_result(3.0 + n / 50, product=f"Model {n:03}", test_set=test_set)
    offered()
    rank_now(test_set)

    with django_assert_num_queries(len(few)):
        response = client.get(PAGE, OIFR)

    assert len(response.context["page"].object_list) == 25
    assert len(response.content) < 400_000
