"""The feed of a supplier: its record's versions with differences, submissions and results."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.runs.models import ReleaseState, RunState
from portal.submissions.models import SubmissionEvent
from portal.suppliers.models import Supplier
from portal.suppliers.parts.kinds import FRAMEWORK, SOURCE
from portal.suppliers.parts.saving import remove_part, save_part
from portal.suppliers.services import (
    archive_supplier,
    create_supplier,
    edit_supplier,
    record_research,
    restore_supplier,
    save_product,
)
from tests.portal.builders import (
    make_answer,
    make_field_record,
    make_product,
    make_run,
    make_source,
    make_submission,
    make_supplier,
    make_supplier_user,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(jsarc):
    return create_supplier(by=jsarc, legal_name="Acme", country="France")


def feed_of(client, supplier, **asked):
    page = client.get(reverse("home:supplier_activity", args=[supplier.slug]), asked)
    assert page.status_code == 200
    return page.context["page"].object_list


def told(client, supplier, **asked):
    return [entry.words for entry in feed_of(client, supplier, **asked)]


def test_each_change_of_the_record_is_told_with_who_and_what_differs(sign_in, official, supplier):
    ana = make_user("jsarc", name="Ana Analyst")
    edit_supplier(supplier=supplier, by=ana, country="Malta", size=Supplier.Size.SMALL)

    newest, oldest = feed_of(sign_in(official), supplier)

    assert newest.words == "Supplier “Acme” was changed"
    assert newest.who == "Ana Analyst"
    assert [(one.column, one.old, one.new) for one in newest.differences] == [
        ("Country", "France", "Malta"),
        ("Size", "Not given", "Small: 11 to 50 people"),
    ]
    assert (oldest.words, oldest.differences) == ("Supplier “Acme” was added", ())


def test_the_page_reads_as_a_sentence(sign_in, official, supplier, jsarc):
    edit_supplier(supplier=supplier, by=jsarc, country="Malta")

    page = sign_in(official).get(reverse("home:supplier_activity", args=["acme"]))

    assert "Country: from “France” to “Malta”" in html.unescape(page.content.decode())


def test_saving_what_is_there_already_makes_no_version(sign_in, official, supplier, jsarc):
    product = save_product(supplier=supplier, by=jsarc, name="Gate")
    save_product(supplier=supplier, product=product, by=jsarc, name="Gate")
    edit_supplier(supplier=supplier, by=jsarc, country="France")

    assert told(sign_in(official), supplier) == [
        "Product “Gate” was added", "Supplier “Acme” was added",
    ]  # fmt: skip


def test_what_was_removed_stays_in_the_feed(sign_in, official, supplier, jsarc):
    framework = save_part(FRAMEWORK, supplier, by=jsarc, name="Faces", reference="Lot 1")
    remove_part(FRAMEWORK, framework, by=jsarc)

    newest, before, _ = feed_of(sign_in(official), supplier)

    assert newest.words == "Framework “Faces, Lot 1” was removed"
    assert newest.who == before.who == jsarc.name
    assert before.words == "Framework “Faces, Lot 1” was added"


def test_archiving_and_putting_back_are_versions_too(sign_in, official, supplier, jsarc):
    archive_supplier(supplier=supplier, by=jsarc, reason="It has closed.")
    restore_supplier(supplier=supplier, by=jsarc)

    back, archived, _ = feed_of(sign_in(official), supplier)

    assert ("Archived reason", "Not given", "It has closed.") in [
        (one.column, one.old, one.new) for one in archived.differences
    ]
    assert ("Archived reason", "It has closed.", "Not given") in [
        (one.column, one.old, one.new) for one in back.differences
    ]


def test_a_supplier_reads_neither_research_nor_names_of_the_home_office(sign_in, supplier, jsarc):
    record_research(
        supplier=supplier, by=jsarc, confidence="low", last_researched_on=timezone.localdate()
    )
    save_part(
        SOURCE, supplier, by=jsarc, title="Secret dossier", reference="Cupboard",
        consulted_on=timezone.localdate(),
    )  # fmt: skip
    person = make_supplier_user(supplier, name="Sue Supplier")
    edit_supplier(supplier=supplier, by=person, country="Malta")

    page = sign_in(person).get(reverse("home:supplier_activity", args=[supplier.slug]))

    text = page.content.decode()
    assert not [word for word in ("Secret", "Confidence", jsarc.name) if word in text]
    assert "Sue Supplier" in text
    assert "the Home Office" in text


def test_submissions_and_released_results_are_told_in_their_order(sign_in, official, supplier):
    product = make_product(supplier=supplier, name="Gate")
    submission = make_submission(product=product, version="1.0")
    SubmissionEvent.objects.create(
        submission=submission, from_state="draft", to_state="uploaded", by="x@y.example"
    )
    SubmissionEvent.objects.create(
        submission=submission, from_state="checking", to_state="uploaded", by="reaper"
    )
    run = make_run(
        RunState.SCORED, ReleaseState.RELEASED, submission=submission,
        released_at=timezone.now() + timedelta(minutes=1),
    )  # fmt: skip

    client = sign_in(official)

    assert told(client, supplier, kind="submissions") == ["Version 1.0 of Gate was submitted"]
    (result,) = feed_of(client, supplier, kind="results")
    assert result.words == f"The result of Gate 1.0 on {run.test_set} was released"
    assert client.get(result.href).status_code == 200
    assert told(client, supplier)[0] == result.words


@pytest.mark.parametrize("release", [ReleaseState.PRIVATE, ReleaseState.PREVIEW])
def test_officials_are_not_told_of_results_that_are_not_released(
    sign_in, official, supplier, release
):
    product = make_product(supplier=supplier)
    make_run(
        RunState.SCORED, release, submission=make_submission(product=product),
        released_at=timezone.now(),
    )  # fmt: skip

    assert told(sign_in(official), supplier, kind="results") == []


def test_field_records_are_told_to_government_alone(sign_in, official, supplier):
    submission = make_submission(product=make_product(supplier=supplier))
    make_field_record(submission=submission)

    assert len(told(sign_in(official), supplier, kind="field")) == 1
    supplier_user = make_supplier_user(supplier)
    assert not [words for words in told(sign_in(supplier_user), supplier) if "field" in words]


def test_answers_to_calls_are_told_to_whom_they_are_for(sign_in, official, supplier):
    make_answer(supplier=supplier, product_name="Owl")
    make_answer(supplier=supplier, product_name="Bat", sharing="jsarc")
    make_answer("draft", supplier=supplier, product_name="Draft")

    assert [
        words.partition(" was")[0] for words in told(sign_in(official), supplier, kind="answers")
    ] == ["“Owl”"]
    own = told(sign_in(make_supplier_user(supplier)), supplier, kind="answers")
    assert len(own) == 2


def test_an_empty_part_says_so(sign_in, official, supplier):
    page = sign_in(official).get(
        reverse("home:supplier_activity", args=[supplier.slug]), {"kind": "results"}
    )
    assert "Nothing of this kind has happened yet." in page.content.decode()


def test_pages_of_the_feed_follow_one_another(sign_in, official, supplier, jsarc):
    for number in range(30):
        edit_supplier(supplier=supplier, by=jsarc, summary=f"Text {number}")
    client = sign_in(official)

    first, second = feed_of(client, supplier), feed_of(client, supplier, page=2)

    assert (len(first), len(second)) == (25, 6)
    assert [entry.differences[0].new for entry in first[:2]] == ["Text 29", "Text 28"]
    assert second[-1].words == "Supplier “Acme” was added"


def test_a_long_feed_asks_the_database_no_more_often(
    sign_in, official, supplier, jsarc, django_assert_max_num_queries
):
    client = sign_in(official)
    address = reverse("home:supplier_activity", args=[supplier.slug])
    edit_supplier(supplier=supplier, by=jsarc, summary="Text")
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for number in range(20):
        edit_supplier(supplier=supplier, by=jsarc, summary=f"Text {number}")

    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_the_api_tells_the_same(sign_in, official, supplier, jsarc):
    edit_supplier(supplier=supplier, by=jsarc, country="Malta")

    answer = sign_in(official).get(f"/api/v1/supplier-activity/{supplier.slug}/").json()

    assert answer["count"] == 2
    newest = answer["results"][0]
    assert newest["words"] == "Supplier “Acme” was changed"
    assert newest["differences"] == [{"column": "Country", "old": "France", "new": "Malta"}]


def test_another_suppliers_feed_is_not_found(sign_in, supplier):
    stranger = make_supplier_user(make_supplier())
    client = sign_in(stranger)

    assert client.get(f"/suppliers/{supplier.slug}/activity/").status_code == 404
    assert client.get(f"/api/v1/supplier-activity/{supplier.slug}/").status_code == 404


def test_a_row_that_is_made_outside_a_service_is_the_platforms(sign_in, official):
    supplier = make_supplier()
    make_source(supplier=supplier)

    assert {entry.who for entry in feed_of(sign_in(official), supplier)} == {"the platform"}
