"""The roadmap: what is scheduled, what waits in the tray, and dates that contradict each other."""

import pytest

from portal.core.models import AuditEvent
from portal.roadmap.models import RoadmapItem
from tests.portal.builders import make_capability, make_roadmap_item, make_user

pytestmark = pytest.mark.django_db


def entered(capability, **changes):
    fields = {
        "capability": capability.pk,
        "title": "National search",
        "outcome": "Every force searches one gallery.",
        "use_case": "rfr",
        "status": "agreed",
        "owner": "",
        "starts_on_day": "1",
        "starts_on_month": "4",
        "starts_on_year": "2027",
        "ends_on_day": "",
        "ends_on_month": "",
        "ends_on_year": "",
        "trl_now": "6",
        "trl_target": "9",
    }
    return fields | changes


def test_an_item_without_dates_waits_in_the_tray(sign_in, official):
    make_roadmap_item(title="Later")
    make_roadmap_item(title="By the end", ends_on="2028-12-31")
    make_roadmap_item(title="From spring", starts_on="2027-04-01")

    context = sign_in(official).get("/roadmap/").context

    assert [item.title for item in context["unscheduled"]] == ["Later"]
    assert {item.title for item in context["page"]} == {"By the end", "From spring"}


def test_filters_narrow_both_the_list_and_the_tray(sign_in, official):
    search = make_capability(slug="search")
    make_roadmap_item(title="A", capability=search, status="agreed", starts_on="2027-01-01")
    make_roadmap_item(title="B", capability=search, use_case="lfr", outcome="Quicker alerts")
    make_roadmap_item(title="C", use_case="lfr", status="delivered")
    client = sign_in(official)

    def found(**filters):
        context = client.get("/roadmap/", filters).context
        return {item.title for item in [*context["page"], *context["unscheduled"]]}

    assert found() == {"A", "B", "C"}
    assert found(capability="search") == {"A", "B"}
    assert found(use_case="lfr") == {"B", "C"}
    assert found(status="delivered") == {"C"}
    assert found(q="alerts") == {"B"}
    assert found(status="nonsense") == {"A", "B", "C"}


def test_a_new_item_has_an_address_its_dates_and_an_audit_event(sign_in, jsarc):
    response = sign_in(jsarc).post("/roadmap/new/", entered(make_capability()))

    assert response["Location"] == "/roadmap/national-search/"
    item = RoadmapItem.objects.get()
    assert str(item.starts_on) == "2027-04-01"
    assert item.ends_on is None
    assert AuditEvent.objects.get().verb == "roadmap_item.added"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"ends_on_day": "31", "ends_on_month": "3", "ends_on_year": "2027"},
            "The end must not be before the start.",
        ),
        ({"trl_target": "5"}, "The target level must not be below the level now."),
        ({"starts_on_day": "31", "starts_on_month": "2"}, "Enter a real date"),
        ({"title": "TAKEN"}, "Another item has this title."),
        ({"trl_now": "0"}, "greater than or equal to 1"),
        ({"outcome": ""}, "Enter"),
    ],
)
def test_what_cannot_be_taken_is_explained_and_nothing_typed_is_lost(
    sign_in, jsarc, changes, words
):
    taken = make_roadmap_item(title="Taken")
    typed = entered(taken.capability, **changes)
    page = sign_in(jsarc).post("/roadmap/new/", typed).content.decode()

    assert "There is a problem" in page
    assert words in page
    assert typed["title"] in page
    assert RoadmapItem.objects.count() == 1


def test_an_edited_item_keeps_its_address_and_says_what_changed(sign_in, jsarc):
    item = make_roadmap_item(slug="first", title="First")
    typed = entered(item.capability, title="Second", status="proposed")

    response = sign_in(jsarc).post("/roadmap/first/edit/", typed)

    assert response["Location"] == "/roadmap/first/"
    facts = AuditEvent.objects.get().facts
    assert "title" in facts["changed"]
    assert "capability" not in facts["changed"]


def test_the_form_of_an_item_starts_with_what_is_recorded(sign_in, jsarc):
    item = make_roadmap_item(starts_on="2027-04-01", trl_now=3)
    page = sign_in(jsarc).get(f"/roadmap/{item.slug}/edit/").content.decode()

    assert item.title in page
    assert 'value="2027"' in page


def test_only_people_of_government_may_own_an_item(sign_in, jsarc):
    supplier = make_user("supplier")
    typed = entered(make_capability(), owner=supplier.pk)

    assert "There is a problem" in sign_in(jsarc).post("/roadmap/new/", typed).content.decode()


def test_the_file_holds_what_the_list_holds(sign_in, official):
    make_roadmap_item(title="=cmd", use_case="lfr")
    make_roadmap_item(title="Other", use_case="rfr")

    rows = sign_in(official).get("/roadmap.csv?use_case=lfr").content.decode().splitlines()

    assert len(rows) == 2
    assert "'=cmd" in rows[1]


@pytest.mark.parametrize("n_rows", [3, 20])
def test_the_list_takes_the_same_queries_however_long(
    sign_in, official, n_rows, django_assert_num_queries
):
    capability = make_capability()
    for _ in range(n_rows):
        make_roadmap_item(capability=capability, starts_on="2027-01-01")
        make_roadmap_item(capability=capability)
    client = sign_in(official)

    with django_assert_num_queries(6):
        client.get("/roadmap/")
