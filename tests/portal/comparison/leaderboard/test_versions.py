"""A product's versions: the rate of each, and whether the newer really differs."""

import csv
import io
import re

import pytest
from django.urls import reverse

from portal.comparison.leaderboard.versions import FIRST, NO_DIFFERENCE_KNOWN
from tests.portal.builders import make_product, make_test_set
from tests.portal.comparison.leaderboard.conftest import TARGET
from tests.portal.comparison.results import make_result

pytestmark = pytest.mark.django_db
API = reverse("api:leaderboard-versions")


def address(run, name="versions"):
    return reverse(f"comparison:{name}", args=[run.submission.product_id])


@pytest.fixture
def history(three, newer_version):
    """Poor, then a version that is far better, then one much like it."""
    better = newer_version(three[0], "2.0", number=11, seed=5, skill=0.8)
    return [three[0], better, newer_version(three[0], "3.0", number=12, seed=6, skill=0.8)]


def test_each_version_is_held_against_the_one_before(sign_in, official, history):
    response = sign_in(official).get(address(history[0]), {"target": TARGET})

    newest, middle, first = response.context["versions"]
    assert [one.run.pk for one in (newest, middle, first)] == [run.pk for run in history[::-1]]
    assert first.against_older == FIRST
    old = first.run.submission.version
    assert re.match(
        rf"Misses fewer than {old}: -\d+\.\d\d percentage points \(", middle.against_older
    )
    assert newest.against_older.startswith("Cannot be told apart from 2.0:")
    assert "Versions of Poor" in response.content.decode()


def test_without_evidence_nothing_is_said_of_a_difference(sign_in, official, three, newer_version):
    newer_version(three[0], "2.0", number=11, evidence=False)

    newest, _ = sign_in(official).get(address(three[0])).context["versions"]

    assert newest.against_older == NO_DIFFERENCE_KNOWN


def test_the_leaderboard_leads_to_the_versions_of_a_product(sign_in, official, history):
    page = sign_in(official).get(reverse("comparison:leaderboard")).content.decode()

    assert page.count("earlier version") == 1
    assert "2 earlier versions" in page
    assert address(history[0]) in page


def test_the_csv_and_the_api_have_the_same_versions(sign_in, official, history):
    client, asked = sign_in(official), {"target": TARGET}

    answer = client.get(address(history[0], "versions_csv"), asked).content.decode()
    rows = list(csv.DictReader(io.StringIO(answer)))
    given = client.get(API, asked | {"product": history[0].submission.product_id}).json()

    assert [row["version"] for row in rows] == [one["version"] for one in given]
    assert [row["against_the_version_before"] for row in rows] == [
        one["against_the_version_before"] for one in given
    ]
    assert given[1]["difference"]["p_adjusted"] < 0.05
    assert given[1]["difference"]["false_negative"]["value"] < 0
    assert given[2]["difference"] is None


def test_a_product_without_a_released_result_is_not_found(sign_in, official):
    hidden = make_result(product="Secret", release="preview")
    other = make_product()
    client = sign_in(official)

    for product in (hidden.submission.product_id, other.pk):
        for name in ("versions", "versions_csv"):
            url = reverse(f"comparison:{name}", args=[product])
            assert client.get(url).status_code == 404
        assert client.get(API, {"product": str(product)}).status_code == 404
    assert client.get(API, {"product": "nonsense"}).status_code == 404


def test_a_test_set_that_the_product_was_not_measured_on_says_so(sign_in, official, three):
    other = make_result(product="Elsewhere", test_set=make_test_set(slug="other"))

    page = sign_in(official).get(address(three[0]), {"test_set": "other"}).content.decode()

    assert other.test_set.slug == "other"
    assert "No version of this product has a released result on this test set" in page


def test_the_page_asks_as_often_for_many_versions_as_for_two(
    sign_in,
    official,
    three,
    newer_version,
    django_assert_max_num_queries,
    django_assert_num_queries,
):
    client, url = sign_in(official), address(three[0])
    newer_version(three[0], "2.0", number=20, evidence=False)
    with django_assert_max_num_queries(12) as two:
        client.get(url)
    for number in range(3, 12):
        newer_version(three[0], f"{number}.0", number=20 + number, evidence=False)

    with django_assert_num_queries(len(two)):
        assert len(client.get(url).context["versions"]) == 11
