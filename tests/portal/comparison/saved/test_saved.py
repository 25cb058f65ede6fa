"""Comparisons kept under a name: whose they are, who finds them, and what they hold."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from portal.accounts.models import Role
from portal.comparison.models import SavedComparison
from portal.comparison.saved import services
from portal.comparison.saved.choice import choice_of
from portal.core.errors import InvalidInputError
from portal.core.models import AuditEvent
from portal.runs.models import ReleaseState
from tests.portal.builders import make_user
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

LIST = reverse("comparison:saved_list")
NEW = reverse("comparison:saved_create")
API = reverse("api:saved-comparison-list")


@pytest.fixture
def pair():
    test_set = make_wide_test_set()
    return [
        make_result(4.0, product="Alpha", test_set=test_set),
        make_result(3.0, product="Beta", test_set=test_set),
    ]


@pytest.fixture
def choice(pair):
    return choice_of(QueryDict("&".join(f"model={run.submission_id}" for run in pair)))


def kept(choice, by, name="Mine", *, is_shared=False):
    return services.save_comparison(choice=choice, name=name, is_shared=is_shared, by=by)


def test_an_official_saves_what_the_page_shows_and_opens_it_again(sign_in, official, pair, choice):
    client = sign_in(official)

    response = client.post(f"{NEW}?{choice}&q=words", {"name": "Autumn"}, follow=True)
    page = response.content.decode()

    assert "Autumn has been saved" in page
    assert f'href="{reverse("comparison:compare")}?{choice}"' in page.replace("&amp;", "&")
    for run in pair:
        assert str(run.submission) in page
    assert AuditEvent.objects.filter(verb="saved_comparison.created").count() == 1


def test_the_compare_page_hands_its_choice_to_the_form(sign_in, official, pair, choice):
    page = sign_in(official).get(f"{reverse('comparison:compare')}?{choice}").content.decode()

    assert f'href="{NEW}?{choice}"' in page.replace("&amp;", "&")


def test_only_what_belongs_to_a_comparison_is_kept(pair):
    first = pair[0].submission_id
    asked = QueryDict(
        f"model={first}&model=nonsense&model={first}&target=0.001&q=x&page=3&next=//elsewhere"
    )

    assert choice_of(asked) == f"model={first}&target=0.001"


@pytest.mark.parametrize("query", ["", "target=0.001", "model=nonsense"])
def test_nothing_chosen_is_told_and_the_name_is_not_lost(sign_in, official, query):
    page = sign_in(official).post(f"{NEW}?{query}", {"name": "Autumn"}).content.decode()

    assert "Choose at least one model" in page
    assert 'value="Autumn"' in page
    assert not SavedComparison.objects.exists()


def test_a_name_is_once_for_each_person(sign_in, official, choice):
    kept(choice, official, "Autumn")
    other = kept(choice, make_user(Role.OFFICIAL), "Autumn")

    page = sign_in(official).post(f"{NEW}?{choice}", {"name": "Autumn"}).content.decode()

    assert "You already have a comparison called Autumn" in page
    assert other.pk


def test_another_person_finds_what_is_shared_and_nothing_else(sign_in, official, choice):
    owner = make_user(Role.JSARC)
    shared, private = kept(choice, owner, "Shared", is_shared=True), kept(choice, owner, "Private")
    client = sign_in(official)

    page = client.get(LIST).content.decode()

    assert "Shared" in page
    assert "Private" not in page
    assert client.get(reverse("comparison:saved_edit", args=[private.pk])).status_code == 404
    assert client.get(reverse("comparison:saved_edit", args=[shared.pk])).status_code == 403
    assert client.post(reverse("comparison:saved_remove", args=[shared.pk])).status_code == 403
    assert SavedComparison.objects.count() == 2


def test_models_that_a_reader_may_not_see_are_counted_and_not_named(sign_in, official, pair, jsarc):
    secret = make_result(product="Secret", release=ReleaseState.PRIVATE, test_set=pair[0].test_set)
    chosen = QueryDict(f"model={pair[0].submission_id}&model={secret.submission_id}")
    kept(choice_of(chosen), jsarc, is_shared=True)

    page = sign_in(official).get(LIST).content.decode()

    assert f"{pair[0].submission} and one that you may not see" in page
    assert "Secret" not in page


def test_a_saved_comparison_is_renamed_shared_and_removed(sign_in, official, choice):
    saved = kept(choice, official)
    client = sign_in(official)
    edit = reverse("comparison:saved_edit", args=[saved.pk])

    assert 'value="Mine"' in client.get(edit).content.decode()
    client.post(edit, {"name": "Ours", "is_shared": "on"})
    saved.refresh_from_db()
    assert (saved.name, saved.is_shared, saved.choice) == ("Ours", True, choice)

    remove = reverse("comparison:saved_remove", args=[saved.pk])
    assert "Ours" in client.get(remove).content.decode()
    client.post(remove)
    assert not SavedComparison.objects.exists()


def test_a_name_that_another_of_ones_own_has_is_refused_and_both_stay(official, choice):
    first, second = kept(choice, official, "First"), kept(choice, official, "Second")

    with pytest.raises(InvalidInputError, match="already have a comparison called First"):
        services.change_saved_comparison(saved=second, name="First", is_shared=False, by=official)

    second.refresh_from_db()
    assert (first.name, second.name) == ("First", "Second")


def test_more_than_anybody_keeps_is_refused_with_what_to_do(sign_in, official, choice, monkeypatch):
    monkeypatch.setattr(services, "MOST_SAVED", 1)
    kept(choice, official)

    page = sign_in(official).post(f"{NEW}?{choice}", {"name": "Two"}).content.decode()

    assert "Remove one that you no longer need" in page


def test_the_list_asks_as_often_for_twenty_as_for_one(
    sign_in, official, choice, django_assert_num_queries
):
    client = sign_in(official)
    kept(choice, official, "First")
    with django_assert_num_queries(5) as asked:
        client.get(LIST)
    for number in range(19):
        kept(choice, official, f"Number {number}")

    with django_assert_num_queries(len(asked)):
        client.get(LIST)


def test_an_empty_list_says_what_to_do(sign_in, official):
    assert "Nothing has been saved yet" in sign_in(official).get(LIST).content.decode()


def test_the_api_can_what_the_pages_can(sign_in, official, choice):
    client = sign_in(official)

    made = client.post(API, {"name": "By API", "choice": f"{choice}&q=x"}).json()
    address = f"{API}{made['id']}/"
    changed = client.patch(address, {"is_shared": True}, content_type="application/json").json()

    assert made["choice"] == choice
    assert (changed["name"], changed["is_shared"]) == ("By API", True)
    assert [one["id"] for one in client.get(API).json()["results"]] == [made["id"]]
    assert client.delete(address).status_code == 204
    assert not SavedComparison.objects.exists()


def test_the_api_refuses_to_change_what_is_somebody_elses(sign_in, official, choice):
    shared = kept(choice, make_user(Role.OFFICIAL), is_shared=True)
    client, address = sign_in(official), f"{API}{shared.pk}/"

    assert client.get(address).status_code == 200
    assert client.patch(address, {"name": "x"}, content_type="application/json").status_code == 403
    assert client.delete(address).status_code == 403


def test_the_api_says_that_no_model_is_chosen(sign_in, official):
    response = sign_in(official).post(API, {"name": "None", "choice": "target=0.1"})

    assert response.status_code == 400
    assert "Choose at least one model" in str(response.json())
