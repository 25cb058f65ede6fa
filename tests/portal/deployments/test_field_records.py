"""Field records: what is entered, what is refused, and what stands beside the laboratory."""

import csv
import html
import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.core.errors import InvalidInputError
from portal.core.models import AuditEvent
from portal.deployments import beside, services
from portal.deployments.calculator import Bounded
from portal.deployments.group_lines import GroupCount, counts_of, lines_of
from portal.deployments.models import FieldRecord
from tests.portal.builders import make_field_record
from tests.portal.comparison.results import make_result, make_wide_test_set

pytestmark = pytest.mark.django_db

LIST = reverse("deployments:record_list")
NEW = reverse("deployments:record_create")
API = reverse("api:field-record-list")

MET = {
    "force": "Metropolitan Police Service",
    "place": "Live recognition, year to September 2025",
    "use_case": "lfr",
    "began_on": date(2024, 9, 1),
    "ended_on": date(2025, 9, 30),
    "system": "As reported",
    "watchlist": 16_000,
    "faces": 3_147_436,
    "true_alerts": 2_067,
    "false_alerts": 10,
    "unresolved_alerts": 0,
    "source": "Annual report",
}


def typed(**overrides):
    """What a person types into the form."""
    fields = MET | {"groups": "", "note": "", "threshold": ""} | overrides
    for name in ("began_on", "ended_on"):
        day = fields.pop(name)
        parts = {"day": day.day, "month": day.month, "year": day.year}
        fields |= {f"{name}_{part}": value for part, value in parts.items()}
    return fields


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def page_of(record):
    return reverse("deployments:record_detail", args=[record.pk])


def test_the_met_figures_are_entered_and_shown_in_both_denominators(sign_in, jsarc):
    response = sign_in(jsarc).post(NEW, typed(), follow=True)

    words = words_of(response)
    assert "has been saved" in words
    assert "10 of 3,147,436" in words
    assert "0.00032%" in words
    assert "10 of 2,077" in words
    assert "0.48%" in words
    assert AuditEvent.objects.filter(verb="field_record.created").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ended_on": date(2024, 8, 1)}, "The last day is before the first day"),
        ({"ended_on": timezone.localdate() + timedelta(days=2)}, "in the future"),
        ({"system": ""}, "Choose the model that was used, or enter the system"),
        ({"faces": 2_000}, "There are more alerts than faces"),
        ({"watchlist": 0}, "greater than or equal to 1"),
        ({"false_alerts": -1}, "greater than or equal to 0"),
        ({"faces": "many"}, "Enter a whole number"),
        ({"groups": "sex; female"}, "Line 1 of the groups is not of the form"),
        ({"groups": "\nsex; female; x"}, "Line 2 of the groups has something that is not a whole"),
        ({"groups": "sex; female; -1"}, "needs a number of false alerts, 0 or more"),
        ({"groups": "sex; female; 6\nsex; male; 5"}, "have 11 false alerts together"),
        ({"groups": "sex; female; 3; 2"}, "has more false alerts than faces"),
        ({"groups": "sex; female; 1\nsex; female; 2"}, "stands there twice"),
        ({"groups": f"sex; {'x' * 61}; 1"}, "more than 60 letters"),
        ({"groups": "sex; female; 1; 3,147,437"}, "3,147,437 faces together"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(sign_in, jsarc, wrong, said):
    words = words_of(sign_in(jsarc).post(NEW, typed(note="Kept", **wrong)))

    assert said in words
    assert "Metropolitan Police Service" in words
    assert "Kept" in words
    assert not FieldRecord.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ended_on": date(2026, 4, 1)},
        {"watchlist": 0},
        {"faces": 25},
        {"system": ""},
        {"use_case": "other"},
    ],
)
def test_the_database_refuses_it_too(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_field_record(**wrong)


def test_groups_are_read_as_they_are_written():
    text = "sex; female; 3; 120,000\n\nage; 60 and over; 0"

    counts = counts_of(text)

    assert counts == [
        GroupCount("sex", "female", 3, 120_000),
        GroupCount("age", "60 and over", 0, None),
    ]
    assert lines_of(counts) == "sex; female; 3; 120000\nage; 60 and over; 0"


def test_an_edit_shows_what_was_there_and_tells_the_trail_what_changed(sign_in, jsarc):
    record = make_field_record()
    client, address = sign_in(jsarc), reverse("deployments:record_edit", args=[record.pk])

    assert "sex; female; 3; 60000" in words_of(client.get(address))
    client.post(address, typed(false_alerts=11, groups="sex; male; 4"))

    record.refresh_from_db()
    event = AuditEvent.objects.get(verb="field_record.edited")
    assert record.false_alerts == 11
    assert [str(group) for group in record.groups.all()] == ["sex: male"]
    assert event.facts["false_alerts"] == ["5", "11"]


def test_groups_that_no_longer_fit_are_refused_without_touching_them(jsarc):
    record = make_field_record(groups=[("sex", "female", 3, None)])

    with pytest.raises(InvalidInputError, match="3 false alerts together"):
        services.save_field_record(record=record, false_alerts=2, by=jsarc)

    assert FieldRecord.objects.get(pk=record.pk).false_alerts == 5


def test_a_removed_record_is_kept_by_the_audit_trail(sign_in, jsarc):
    record = make_field_record()

    sign_in(jsarc).post(reverse("deployments:record_remove", args=[record.pk]))

    assert not FieldRecord.objects.exists()
    assert AuditEvent.objects.get(verb="field_record.removed").facts["faces"] == "100000"


def test_no_false_alert_is_printed_with_the_rule_of_three(sign_in, official):
    """None of 100,000 faces: at most 3 in 100,000, which is 0.003%."""
    record = make_field_record(false_alerts=0, groups=[("sex", "female", 0, 60_000)])

    words = words_of(sign_in(official).get(page_of(record)))

    assert "≤ 0.003%" in words
    assert "≤ 0.005%" in words, "of the 60,000 faces of the group"
    assert "no difference" not in words.lower()


def test_a_group_whose_faces_nobody_counted_has_no_rate(sign_in, official):
    record = make_field_record(groups=[("sex", "female", 3, None)])

    assert "Its faces were not counted" in words_of(sign_in(official).get(page_of(record)))


@pytest.mark.parametrize(
    ("field", "laboratory", "said"),
    [
        ((5, 100_000), (0.00001, 0.0001), beside.COMPATIBLE),
        ((500, 100_000), (0.00001, 0.0001), beside.HIGHER),
        ((5, 100_000), (0.001, 0.01), beside.LOWER),
        ((0, 100_000), (0.0001, 0.001), beside.LOWER),
    ],
)
def test_field_and_laboratory_are_compared_by_their_intervals(field, laboratory, said):
    rate = beside.independent_rate(*field)
    low, high = laboratory

    assert beside.compared(rate, Bounded((low + high) / 2, low, high)) == said


def test_a_model_that_was_measured_stands_beside_at_its_threshold(sign_in, official):
    """At threshold 4.2 the FMR is 0.0013%: among 100 people 0.13% of faces, extrapolated."""
    run = make_result(test_set=make_wide_test_set())
    record = make_field_record(submission=run.submission, threshold=4.2, watchlist=100)

    words = words_of(sign_in(official).get(page_of(record)))

    assert "Laboratory: FPIR at a watchlist of 100, extrapolated from comparisons of two" in words
    # One of 60,000 non-mated comparisons lies above: 1 - (1 - 1/60,000)^100 = 0.1665%.
    assert "0.17%" in words


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "was not measured here"),
        ({"is_measured": True, "threshold": None}, "names no threshold"),
        ({"is_measured": True, "threshold": 99.0}, "known for thresholds from"),
    ],
)
def test_what_cannot_be_compared_says_why(sign_in, official, fields, said):
    if fields.pop("is_measured", False):
        fields["submission"] = make_result(test_set=make_wide_test_set()).submission
    record = make_field_record(**fields)

    assert said in words_of(sign_in(official).get(page_of(record)))


def test_the_list_filters_pages_and_exports(sign_in, official):
    make_field_record(force="North", place="Station")
    make_field_record(force="South", use_case="rfr")
    client = sign_in(official)

    found = words_of(client.get(LIST, {"q": "north"}))
    exported = client.get(reverse("deployments:record_csv"), {"use_case": "rfr"})

    assert "North" in found
    assert "South" not in found
    (row,) = csv.DictReader(io.StringIO(exported.content.decode()))
    assert (row["force"], row["alerts"]) == ("South", "26")
    assert "No field record fits" in words_of(client.get(LIST, {"q": "nothing"}))


def test_the_list_asks_as_often_for_twenty_as_for_one(
    sign_in, official, django_assert_max_num_queries
):
    client = sign_in(official)
    make_field_record()
    with django_assert_max_num_queries(10) as asked:
        client.get(LIST)
    first = len(asked)
    for _ in range(19):
        make_field_record()

    with django_assert_max_num_queries(10) as asked:
        client.get(LIST)
    assert len(asked) == first


def test_the_api_can_what_the_pages_can(sign_in, jsarc):
    client = sign_in(jsarc)
    sent = MET | {"groups": [{"attribute": "sex", "value": "female", "false_alerts": 6}]}

    made = client.post(API, sent, content_type="application/json").json()
    address = f"{API}{made['id']}/"
    changed = client.patch(address, {"faces": 4_000_000}, content_type="application/json").json()
    refused = client.patch(address, {"faces": 4}, content_type="application/json")

    assert (made["alerts"], made["groups"][0]["faces"]) == (2_077, None)
    assert (changed["faces"], len(changed["groups"])) == (4_000_000, 1)
    assert refused.status_code == 400
    assert "more alerts than faces" in str(refused.json())
    assert client.delete(address).status_code == 204
