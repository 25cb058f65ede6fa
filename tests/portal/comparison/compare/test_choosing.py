"""Which models are offered on the compare page, and by what they are found."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.comparison import selectors
from portal.comparison.basis import choose_basis
from portal.comparison.compare import choosing
from portal.comparison.measured import MeasuredModel
from portal.comparison.narrowing import LICENCE_LENGTH, NOT_STATED
from portal.runs.models import ReleaseState
from tests.portal.builders import make_product, make_submission
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

COMPARE = reverse("comparison:compare")
LIST = reverse("comparison:model_list")


@pytest.fixture
def test_set():
    return make_wide_test_set()


@pytest.fixture
def result_of(test_set):
    """Make a result of a model of that name, with what its card, file and age are to be."""

    def result_of(name, *, licence="", size=1_000_000, days=1):
        product = make_product(name=name, slug=name.lower())
        made = make_submission(product=product, model_size_bytes=size)
        made.card = made.card | {"licence": licence}
        made.save()
        run = make_result(submission=made, test_set=test_set)
        run.finished_at = timezone.now() - timedelta(days=days)
        run.save()
        return run

    return result_of


def named(user, **filters):
    basis = choose_basis(selectors.test_sets_with_results(user), {})
    return [run.submission.product.name for run in choosing.offer(user, basis, filters, ()).others]


def test_a_licence_finds_the_models_whose_card_names_it(official, result_of):
    result_of("Open", licence="MIT")
    result_of("Closed", licence="Proprietary")
    result_of("Silent")

    assert named(official, licence="MIT") == ["Open"]
    assert named(official, licence=NOT_STATED) == ["Silent"]
    assert selectors.licences_with_results(official) == [
        ("MIT", "MIT"),
        ("Proprietary", "Proprietary"),
        (NOT_STATED, "Not stated"),
    ]


def test_a_licence_as_long_as_a_contract_is_chosen_by_its_beginning(official, result_of):
    result_of("Wordy", licence="All rights reserved. " * 40)

    ((key, label),) = selectors.licences_with_results(official)

    assert len(label) <= LICENCE_LENGTH
    assert named(official, licence=key) == ["Wordy"]


def test_licences_of_results_that_a_reader_may_not_see_are_not_offered(official, test_set):
    made = make_submission()
    made.card = made.card | {"licence": "Secret terms"}
    made.save()
    make_result(submission=made, test_set=test_set, release=ReleaseState.PRIVATE)

    assert selectors.licences_with_results(official) == []


def test_size_and_age_leave_out_what_is_larger_and_older(official, result_of):
    result_of("Small", size=5_000_000, days=400)
    result_of("Large", size=5_000_001, days=29)

    assert named(official, size="5") == ["Small"]
    assert named(official, measured="30") == ["Large"]
    assert named(official, size="5", measured="30") == []


def test_what_is_chosen_stays_whatever_the_filters_say(sign_in, official, result_of):
    kept, other = result_of("Kept"), result_of("Other")

    asked = {"model": str(kept.submission_id), "q": "other"}
    page = sign_in(official).get(COMPARE, asked).content.decode()

    assert f'value="{kept.submission_id}" checked' in page
    assert f'value="{other.submission_id}">' in page


def test_more_models_than_can_be_shown_are_counted(official, result_of, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_OFFERED", 2)
    runs = [result_of(name) for name in ("A", "B", "C", "D")]
    basis = choose_basis(selectors.test_sets_with_results(official), {})
    first = MeasuredModel.of(runs[0], [])

    found = choosing.offer(official, basis, {}, [first])

    assert [run.submission.product.name for run in found.others] == ["B", "C"]
    assert (len(found.chosen), found.n_left_out) == (1, 1)


def test_the_page_says_how_many_more_fit(sign_in, official, result_of, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_OFFERED", 1)
    result_of("A")
    result_of("B")

    page = sign_in(official).get(COMPARE).content.decode()

    assert "1 more fits and is not shown" in page


def test_no_model_that_fits_is_said(sign_in, official, result_of):
    result_of("A")

    page = sign_in(official).get(COMPARE, {"q": "nothing like it"}).content.decode()

    assert "No model fits" in page


@pytest.mark.parametrize("wrong", [{"size": "7"}, {"licence": "none such"}, {"measured": "x"}])
def test_a_choice_that_there_is_not_is_told_and_left_out(sign_in, official, result_of, wrong):
    result_of("A")
    result_of("B", licence="MIT")

    response = sign_in(official).get(LIST, wrong)

    assert response.status_code == 200
    assert "govuk-error-message" in response.content.decode()
    assert "A 1" in response.content.decode()


def test_a_chart_is_given_as_a_picture_with_the_pages_choice(sign_in, official, result_of):
    runs = [result_of("A"), result_of("B")]
    asked = {"model": [str(run.submission_id) for run in runs]}
    address = reverse("comparison:compare_chart", args=["chart-error-tradeoff"])

    page = sign_in(official).get(COMPARE, asked).content.decode()
    response = sign_in(official).get(address, asked)

    assert f'href="{address}?model=' in page
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")


def test_a_chart_that_there_is_not_is_not_found(sign_in, official, result_of):
    result_of("A")
    client = sign_in(official)

    for name in ("chart-error-tradeoff", "nothing"):
        assert client.get(reverse("comparison:compare_chart", args=[name])).status_code == 404
