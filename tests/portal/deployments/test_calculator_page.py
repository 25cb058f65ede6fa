"""The calculator as officials use it, and the same numbers over the API and as CSV."""

import csv
import html
import io

import pytest
from django.urls import reverse

from portal.runs.models import Evidence, Measurement, ReleaseState
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.search_results import ENROLLED, make_search_result, make_search_set

pytestmark = pytest.mark.django_db

PAGE = reverse("deployments:calculator")
CSV = reverse("deployments:calculator_csv")
API = reverse("api:calculation-list")


@pytest.fixture
def passages():
    return make_search_result(kind="live", product="Gate")


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_the_page_begins_with_passages_at_the_point_they_support(sign_in, official, passages):
    make_result(product="Gate", submission=passages.submission)

    response = sign_in(official).get(PAGE)

    assert response.status_code == 200
    words = words_of(response)
    # 60 false alerts of 600 passages at the target of 10%; 18,000 faces, 1.8 of the watchlist.
    assert "holds the FPIR to 10%" in words
    assert "In 18,000 faces, of which 1.8 belong to people on the watchlist" in words
    assert f"extrapolated beyond N = {ENROLLED}" in words


def test_at_the_measured_size_nothing_is_extrapolated(sign_in, official, passages):
    found = sign_in(official).get(API, {"watchlist": ENROLLED, "target": "0.1"}).json()

    at_size = next(one for one in found["outcomes"] if one["watchlist"] == ENROLLED)
    measured = Measurement.objects.get(run=passages, metric="fpir_at_fpir", target=0.1)
    assert not at_size["is_extrapolated"]
    assert at_size["fpir"] == {
        "value": measured.value, "low": measured.low, "high": measured.high
    }  # fmt: skip
    assert [one["watchlist"] for one in found["outcomes"]] == [80, 1_000, 3_000, 5_000, 10_000]
    assert all(one["is_extrapolated"] for one in found["outcomes"][1:])


def test_one_to_one_results_are_carried_over_and_say_so(sign_in, official):
    make_result(test_set=make_wide_test_set())

    words = words_of(sign_in(official).get(PAGE, {"target": "0.001", "watchlist": "100"}))

    assert "extrapolated from comparisons of two images" in words
    # 60 of 60,000: at 100 people 1 - 0.999^100 = 9.52%.
    assert "9.52%" in words


def test_the_csv_has_a_row_for_each_size(sign_in, official, passages):
    response = sign_in(official).get(CSV, {"watchlist": "250"})

    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["watchlist"] for row in rows] == ["250", "1000", "3000", "5000", "10000"]
    assert {row["measured_watchlist"] for row in rows} == {str(ENROLLED)}
    assert float(rows[0]["fpir"]) < float(rows[4]["fpir"])


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("watchlist", "0", "People on the watchlist must be a whole number from 1"),
        ("watchlist", "2.5", "People on the watchlist must be a whole number from 1"),
        ("watchlist", "many", "People on the watchlist must be a whole number from 1"),
        ("watchlist", "1" + "0" * 12, "People on the watchlist must be a whole number from 1"),
        ("faces_per_hour", "-3", "Faces an hour must be a number from 1"),
        ("hours", "", "Hours must be a number from 0.1"),
        ("hours", "nan", "Hours must be a number from 0.1"),
        ("share", "101", "(%) must be a number from 0 to 100"),
        ("threshold", "x", "Another threshold must be a number"),
    ],
)
def test_a_wrong_number_is_told_in_a_sentence_and_kept(
    sign_in, official, passages, name, typed, said
):
    client = sign_in(official)

    words = words_of(client.get(PAGE, {name: typed}))
    answer = client.get(API, {name: typed})

    assert said in words
    assert f'value="{typed}"' in words or not typed
    assert "What to expect" not in words
    assert answer.status_code == 400
    assert said in str(answer.json())


def test_numbers_may_be_typed_with_separators(sign_in, official, passages):
    assert "watchlist of 10,000" in words_of(sign_in(official).get(PAGE, {"watchlist": "10,000"}))


def test_any_threshold_of_the_curve_can_be_asked_for(sign_in, official):
    """At 2.0 a non-mated score lies above with 2.275%: of 60,000, 1,365."""
    make_result(test_set=make_wide_test_set())

    found = sign_in(official).get(API, {"threshold": "2.0", "watchlist": "1"}).json()

    # The curve's first threshold at or above 2.0 is 2.0225, where 2.156% lie above.
    assert found["threshold"] == pytest.approx(2.0225)
    assert found["outcomes"][0]["fpir"]["value"] == pytest.approx(0.02156, rel=1e-3)


def test_a_threshold_outside_the_curve_says_where_it_reaches(sign_in, official):
    make_result(test_set=make_wide_test_set())

    words = words_of(sign_in(official).get(PAGE, {"threshold": "99"}))

    assert "known for thresholds from -1.000 to 4.200" in words


def test_without_enough_evidence_nothing_is_calculated(sign_in, official):
    make_result(test_set=make_wide_test_set())

    words = words_of(sign_in(official).get(PAGE, {"target": "1e-05"}))

    assert "What to expect" not in words
    assert "The result has no rates at this threshold" in words or "not enough evidence" in words


def test_groups_are_shown_each_by_itself_with_what_cannot_be_said(sign_in, official, passages):
    common = {"run": passages, "protocol": "searches", "target": 0.1}
    where = f"gallery={ENROLLED};rank=1"
    Measurement.objects.bulk_create(
        [
            Measurement(metric="group_fpir", condition=f"{where};sex=female", value=0.2,
                        low=0.1, high=0.3, errors=60, trials=300, **common),
            Measurement(metric="group_fpir", condition=f"{where};sex=male", errors=0, trials=300,
                        evidence=Evidence.NOT_ENOUGH, **common),
            Measurement(metric="group_fpir", condition=f"{where};sex=male;age_band=old",
                        value=0.2, low=0.1, high=0.3, errors=6, trials=30, **common),
            Measurement(metric="group_fpir", condition="gallery=20;rank=1;sex=female",
                        value=0.9, low=0.8, high=1.0, errors=6, trials=30, **common),
        ]
    )  # fmt: skip

    asked = {"target": "0.1", "watchlist": ENROLLED}
    words = words_of(sign_in(official).get(PAGE, asked))

    assert "female</th>" in words
    assert "2,000" in words, "0.2 of 10,000 faces"
    assert "1,000 to 3,000" in words
    assert "Not enough evidence" in words
    assert "9,000" not in words, "the smaller gallery is another figure"


def test_the_recommended_threshold_has_rates_of_its_own(sign_in, official, passages):
    where = f"gallery={ENROLLED};rank=1"
    for metric, errors, trials in (("recommended_fpir", 6, 600), ("recommended_fnir", 100, 400)):
        Measurement.objects.create(
            run=passages, protocol="searches", metric=metric, condition=where, threshold=0.61,
            value=errors / trials, low=0.001, high=0.5, errors=errors, trials=trials,
        )  # fmt: skip

    asked = {"target": "recommended", "watchlist": ENROLLED}
    words = words_of(sign_in(official).get(PAGE, asked))

    assert "the threshold that the supplier recommends (0.610)" in words
    assert "75.00%" in words, "TPIR: 100 of 400 are missed"


@pytest.mark.parametrize("wrong", [{"model": "nonsense"}, {"test_set": "x"}, {"target": "7"},
                                   {"protocol": "none"}])  # fmt: skip
def test_a_choice_that_there_is_not_falls_back(sign_in, official, passages, wrong):
    response = sign_in(official).get(PAGE, wrong)

    assert response.status_code == 200
    assert "What to expect" in response.content.decode()


def test_what_is_not_released_is_not_offered(sign_in, official, jsarc):
    make_search_result(product="Secret", release=ReleaseState.PRIVATE)

    assert "Secret" not in sign_in(official).get(PAGE).content.decode()
    assert "Secret" in sign_in(jsarc).get(PAGE).content.decode()


def test_without_any_result_the_page_says_so(sign_in, official):
    assert "No result has been released yet" in words_of(sign_in(official).get(PAGE))


def test_it_asks_as_often_for_many_models_as_for_one(
    sign_in, official, passages, django_assert_max_num_queries
):
    client = sign_in(official)
    with django_assert_max_num_queries(20) as asked:
        client.get(PAGE, {"model": str(passages.submission_id)})
    first = len(asked)
    for number in range(5):
        make_search_result(product=f"Other {number}", test_set=make_search_set())

    with django_assert_max_num_queries(20) as asked:
        client.get(PAGE, {"model": str(passages.submission_id)})
    assert len(asked) == first
