"""Claims beside figures that are known: every verdict, every reason."""

import csv
import html
import io

import pytest
from django.urls import reverse

from portal.comparison.claims.selectors import claims_on, judged_claims
from portal.runs.models import Measurement, ReleaseState
from tests.portal.builders import make_claim, make_submission, make_supplier_user
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.search_results import ENROLLED, make_search_result

pytestmark = pytest.mark.django_db

LIST = reverse("comparison:claim_list")
CSV = reverse("comparison:claim_list_csv")
API = reverse("api:claim-verdict-list")


@pytest.fixture
def run():
    """At FMR 1e-3, 131 of 2,000 are missed: 6.55%, Wilson 5.55% to 7.72%."""
    return make_result(4.6, product="Alpha", test_set=make_wide_test_set(title="Hard faces"))


def claim_about(run, value=0.06, **overrides):
    fields = {"value": value, "test_set": "Hard faces", "product": run.submission.product}
    return make_claim(**(fields | overrides))


def verdict(user, claim):
    (found,) = judged_claims(user, [claim])
    return found


@pytest.mark.parametrize(
    ("value", "word", "said"),
    [
        (0.0554, "optimistic", "The claim of 5.54% is better than that."),
        (0.056, "reproduced", "The claim of 5.60% lies within it."),
        (0.077, "reproduced", "The claim of 7.70% lies within it."),
        (0.08, "reproduced", "That is better than the claim."),
    ],
)
def test_a_claim_is_held_against_the_whole_interval(official, run, value, word, said):
    found = verdict(official, claim_about(run, value))

    assert found.verdict == word
    assert found.sentence.startswith(
        "We measured 6.55% (95% interval 5.55% to 7.72%) of version"
        f" {run.submission.version} on Hard faces, revision 1."
    )
    assert found.sentence.endswith(said)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"test_set": "LFW"}, "We have not measured it on LFW"),
        ({"version": "9.9"}, "Version 9.9 has no released result"),
        ({"target": 0.05}, "We did not measure FNMR at FMR 5% (1 in 20)"),
        ({"target": 1e-5}, "does not hold enough evidence"),
        ({"metric": "fnir_at_fpir", "target": 0.1, "gallery_size": 80}, "We did not measure FNIR"),
        ({"metric": "eer", "target": None}, "has no interval"),
    ],
)
def test_what_cannot_be_compared_says_exactly_why(official, run, fields, said):
    found = verdict(official, claim_about(run, **fields))

    assert (found.verdict, found.run) == ("not_comparable", None)
    assert said in found.sentence


def test_a_product_without_a_released_result_is_not_comparable_for_anybody(official, jsarc, run):
    run.release = ReleaseState.PREVIEW
    run.save()

    for reader in (official, jsarc):
        said = verdict(reader, claim_about(run)).sentence
        assert "No result of this product has been released" in said


def test_the_newest_version_stands_for_a_claim_that_names_none(official, run):
    newer = make_result(
        3.0, submission=make_submission(product=run.submission.product), test_set=run.test_set
    )

    unnamed = verdict(official, claim_about(run))
    named = verdict(official, claim_about(run, version=run.submission.version))

    assert unnamed.run == newer
    assert named.run == run


def test_searches_are_compared_among_as_many_people(official):
    """40 of 400 are missed at an FPIR of 10% among 80 people."""
    run = make_search_result()
    fields = {"metric": "fnir_at_fpir", "target": 0.1, "test_set": run.test_set.slug.upper()}

    same = verdict(official, claim_about(run, 0.1, gallery_size=ENROLLED, **fields))
    other = verdict(official, claim_about(run, 0.1, gallery_size=10_000, **fields))

    assert same.verdict == "reproduced"
    assert "We did not search among 10,000 people" in other.sentence


def test_accuracy_over_folds_is_the_higher_the_better(official, run):
    """EER at 4.6 standard deviations is 1.07%; accuracy 98.93%, standard error 0.2%."""
    accuracy = Measurement.objects.get(run=run, metric="fold_accuracy").value
    fields = {"metric": "fold_accuracy", "target": None}

    high = verdict(official, claim_about(run, min(1.0, accuracy + 0.005), **fields))
    within = verdict(official, claim_about(run, accuracy + 0.003, **fields))
    low = verdict(official, claim_about(run, accuracy - 0.02, **fields))

    assert [one.verdict for one in (high, within, low)] == [
        "optimistic", "reproduced", "reproduced"
    ]  # fmt: skip
    assert low.sentence.endswith("That is better than the claim.")


def test_the_page_the_csv_and_the_api_say_the_same(sign_in, official, run):
    claim = claim_about(run, 0.01, document="Data sheet")
    client = sign_in(official)

    page = " ".join(html.unescape(client.get(LIST).content.decode()).split())
    (row,) = csv.DictReader(io.StringIO(client.get(CSV).content.decode()))
    (answer,) = client.get(API).json()["results"]

    assert "FNMR 1.00% at FMR 0.1% (1 in 1,000) on Hard faces" in page
    assert "Optimistic" in page
    assert row["verdict"] == answer["verdict"] == "optimistic"
    assert row["reason"] == answer["reason"]
    assert answer["claim"] == claim.pk
    assert answer["measured"] == pytest.approx(0.0655)


def test_the_list_is_narrowed(official, run):
    claim_about(run, document="One")
    make_claim(document="Two", metric="eer", target=None)

    found = claims_on(official, {"q": "alpha"})

    assert [one.document for one in found] == ["One"]
    assert [one.document for one in claims_on(official, {"metric": "eer"})] == ["Two"]
    assert list(claims_on(official, {"use_case": "lfr", "q": "nothing"})) == []


def test_a_supplier_reads_verdicts_on_its_own_claims_alone(sign_in, run):
    claim_about(run, 0.01)
    make_claim(test_set="Elsewhere")
    own = make_supplier_user(run.submission.product.supplier)

    page = sign_in(own).get(LIST).content.decode()

    assert "Optimistic" in page
    assert "Elsewhere" not in page


def test_the_model_s_page_shows_the_claims_of_its_version(sign_in, official, run):
    claim_about(run, 0.01)
    claim_about(run, 0.02, version="another")
    address = reverse("comparison:model_detail", args=[run.submission_id])

    page = sign_in(official).get(address).content.decode()

    assert page.count("govuk-tag--orange") == 1
    assert "Claimed against measured" in page


def test_it_asks_as_often_for_many_claims_as_for_one(
    sign_in, official, run, django_assert_max_num_queries
):
    client = sign_in(official)
    claim_about(run)
    with django_assert_max_num_queries(10) as asked:
        client.get(LIST)
    first = len(asked)
    for _ in range(10):
        claim_about(make_result(test_set=run.test_set))

    with django_assert_max_num_queries(10) as asked:
        client.get(LIST)
    assert len(asked) == first
