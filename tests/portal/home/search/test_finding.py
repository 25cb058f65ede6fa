"""What a person finds, and what nobody finds who may not see it."""

import html

import pytest

from portal.runs.models import ReleaseState, RunState
from tests.portal.builders import (
    make_answer,
    make_call,
    make_contact,
    make_evidence,
    make_field_record,
    make_framework,
    make_product,
    make_roadmap_item,
    make_run,
    make_submission,
    make_supplier,
    make_supplier_user,
    make_test_set,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier():
    """One supplier, with the word in everything of it."""
    supplier = make_supplier(legal_name="Marmalade Limited")
    product = make_product(supplier=supplier, name="Marmalade Gate")
    submission = make_submission(product=product)
    make_run(RunState.SCORED, ReleaseState.PRIVATE, submission=submission)
    make_contact(supplier=supplier, name="Mary Marmalade")
    make_framework(supplier=supplier, name="Marmalade framework")
    make_evidence(product=product, issuer="Marmalade laboratory")
    make_field_record(force="Marmalade Police", submission=submission)
    return supplier


def found(client, **asked):
    response = client.get("/search/", asked)
    assert response.status_code == 200
    return {(hit.kind, hit.title) for hit in response.context["page"].object_list}


def test_everything_is_found_by_those_who_may_see_it(sign_in, jsarc, supplier):
    make_roadmap_item(title="Marmalade search")
    call = make_call(title="Marmalade call")
    make_answer(call=call, supplier=supplier, product_name="Marmalade offer")
    make_test_set(title="Marmalade faces")

    kinds = {kind for kind, _ in found(sign_in(jsarc), q="marmelade")}

    assert kinds == {
        "Suppliers", "Products", "Models", "Assurance evidence", "Frameworks", "Contacts",
        "Test sets", "Roadmap", "Field records", "Calls to the market", "Answers to calls",
    }  # fmt: skip


def test_a_supplier_finds_its_own_alone(sign_in, supplier):
    own, other = make_supplier_user(supplier), make_supplier_user()

    assert {kind for kind, _ in found(sign_in(own), q="marmalade")} == {
        "Suppliers", "Products", "Models", "Assurance evidence", "Frameworks", "Contacts",
    }  # fmt: skip
    assert found(sign_in(other), q="marmalade") == set()


def test_an_official_does_not_find_a_model_before_its_result_is_released(
    sign_in, official, supplier
):
    client = sign_in(official)
    assert found(client, q="marmalade", kind="models") == set()

    released = make_run(
        RunState.SCORED, ReleaseState.RELEASED,
        submission=make_submission(product=supplier.products.get(), version="2.0"),
    )  # fmt: skip

    assert found(client, q="marmalade", kind="models") == {("Models", str(released.submission))}


def test_what_is_found_leads_to_a_page_that_opens(sign_in, jsarc, supplier):
    client = sign_in(jsarc)
    hits = client.get("/search/", {"q": "marmalade"}).context["page"].object_list

    assert len(hits) >= 7
    assert {client.get(hit.href).status_code for hit in hits} == {200}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "by any of their words"),
        ({"q": "zzzzzz"}, "Nothing that you may see fits all of these words."),
        ({"q": "marmalade", "kind": "nonsense"}, "Select a valid choice"),
    ],
)
def test_the_page_says_what_to_do_where_nothing_is_found(sign_in, official, supplier, asked, said):
    assert said in html.unescape(sign_in(official).get("/search/", asked).content.decode())


@pytest.mark.parametrize("n_rows", [2, 30])
def test_a_search_asks_as_often_however_much_there_is(
    sign_in, jsarc, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        make_evidence(product=make_product(supplier=make_supplier()))
    client = sign_in(jsarc)

    with django_assert_num_queries(14):
        assert len(found(client, q="limited")) > 0


def test_the_api_finds_the_same(sign_in, official, supplier):
    answer = sign_in(official).get("/api/v1/search/", {"q": "marmelade", "kind": "suppliers"})

    assert answer.json()["results"] == [
        {"kind": "Suppliers", "title": "Marmalade Limited", "said": supplier.country,
         "href": supplier.get_absolute_url()}
    ]  # fmt: skip
