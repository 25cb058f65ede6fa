"""Home shows each role what waits for it, in a number of queries that does not grow."""

import pytest

from portal.accounts.models import Role
from tests.portal.builders import (
    make_audit_event,
    make_product,
    make_roadmap_item,
    make_run,
    make_submission,
    make_supplier,
    make_supplier_user,
    make_user,
)

pytestmark = pytest.mark.django_db


def home_of(client):
    return client.get("/").context["home"]


def figures(rows):
    return {row.text: row.number for row in rows}


def test_a_supplier_finds_their_own_submissions_and_what_to_do(sign_in):
    supplier = make_supplier(legal_name="Acme")
    mine = make_submission("rejected", product=make_product(supplier=supplier))
    make_submission()
    response = sign_in(make_supplier_user(supplier)).get("/")

    home = response.context["home"]
    assert [one.pk for one in home.submissions] == [mine.pk]
    assert mine.failure_sentence in response.content.decode()
    assert mine.failure_action in response.content.decode()
    assert "Acme" in response.content.decode()


def test_a_new_supplier_is_told_how_to_begin(sign_in):
    page = sign_in(make_supplier_user()).get("/").content.decode()

    assert "You have sent no model yet." in page


def test_a_supplier_finds_results_once_they_are_previewed(sign_in):
    supplier = make_supplier()
    runs = {
        release: make_run(
            "scored", release, submission=make_submission(product=make_product(supplier=supplier))
        )
        for release in ("private", "preview", "released", "withheld")
    }
    make_run("scored", "released")

    found = {run.pk for run in home_of(sign_in(make_supplier_user(supplier))).results}

    assert found == {runs["preview"].pk, runs["released"].pk}


def test_an_official_finds_new_results_and_the_market(sign_in, official):
    run = make_run("scored", "released")
    make_run("scored", "private")
    make_run("running")
    make_supplier(archived_at="2026-01-01T00:00Z", archived_reason="Left")
    make_roadmap_item(status="agreed")

    home = home_of(sign_in(official))

    assert [one.pk for one in home.results] == [run.pk]
    market = figures(home.market)
    assert market["Models with released results"] == 1
    assert market["Suppliers"] == market["Products"] == 3
    assert market["Products for Live (LFR)"] == 0
    assert figures(home.roadmap)["Agreed"] == 1
    assert figures(home.roadmap)["Delivered"] == 0


def test_jsarc_find_what_waits_what_failed_and_the_queue(sign_in, jsarc):
    waiting = {make_run("scored", release).pk for release in ("private", "preview")}
    make_run("scored", "released")
    failed = {make_run(state).pk for state in ("failed_supplier", "failed_platform")}
    make_run("failed_platform", finished_at="2026-01-01T00:00Z")  # long ago
    make_run("queued")
    make_submission("checking")

    home = home_of(sign_in(jsarc))

    assert {run.pk for run in home.waiting} == waiting
    assert {run.pk for run in home.failures} == failed
    queue = figures(home.queue)
    assert queue["Submissions waiting for their check"] == 1
    assert queue["Runs: Waiting"] == 1
    assert queue["Runs: Running"] == 0


def test_an_administrator_finds_people_and_the_latest_events(sign_in, administrator):
    make_user(Role.OFFICIAL)
    make_user(Role.OFFICIAL, is_active=False)
    make_audit_event(target_name="Somebody")

    home = home_of(sign_in(administrator))

    assert figures(home.people)["Home Office official"] == 1
    assert [event.target_name for event in home.events] == ["Somebody"]


@pytest.mark.parametrize(
    ("role", "n_queries"), [("jsarc", 8), ("official", 7), ("administrator", 6)]
)
@pytest.mark.parametrize("n_rows", [1, 9])
def test_home_takes_the_same_queries_however_much_there_is(
    sign_in, role, n_queries, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        make_run("scored", "released")
        make_run("scored")
        make_run("failed_platform")
        make_submission("rejected")
        make_audit_event(by=make_user())
    client = sign_in(make_user(role))

    with django_assert_num_queries(n_queries):
        client.get("/")


@pytest.mark.parametrize("n_rows", [1, 9])
def test_a_suppliers_home_takes_the_same_queries_too(sign_in, n_rows, django_assert_num_queries):
    supplier = make_supplier()
    for _ in range(n_rows):
        product = make_product(supplier=supplier)
        make_submission("rejected", product=product)
        make_run("scored", "released", submission=make_submission(product=product))
    client = sign_in(make_supplier_user(supplier))

    with django_assert_num_queries(5):
        client.get("/")
