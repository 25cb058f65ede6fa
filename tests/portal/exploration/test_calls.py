"""Calls: written as drafts, opened, and unchanged from then on but for a later last day."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.core.errors import DomainError, InvalidInputError
from portal.exploration.calls import (
    MOST_QUESTIONS,
    close_call,
    open_call,
    remove_question,
    save_call,
    save_question,
)
from portal.exploration.models import Call
from tests.portal.builders import make_call, make_capability

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=9)


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_a_call_is_written_opened_and_closed_on_its_pages(sign_in, jsarc, official):
    client = sign_in(jsarc)
    capability = make_capability()
    typed = {
        "title": "Night", "purpose": "Why", "capability": capability.pk,
        "closes_on_day": LATER.day, "closes_on_month": LATER.month, "closes_on_year": LATER.year,
    }  # fmt: skip

    client.post("/calls/new/", typed)
    asked = {"text": "Which?", "kind": "choice", "choices": "One\n\nTwo", "is_required": "on"}
    client.post("/calls/night/questions/new/", asked)

    call = Call.objects.get()
    assert call.capability == capability
    assert call.questions.get().choices == ["One", "Two"]
    assert "Draft" in words_of(client.get("/calls/night/"))
    assert sign_in(official).get("/calls/night/").status_code == 404

    client = sign_in(jsarc)
    client.post("/calls/night/open/")
    assert "Answers are taken until" in words_of(sign_in(official).get("/calls/night/"))
    client = sign_in(jsarc)
    client.post("/calls/night/close/")
    assert "it was closed on" in words_of(client.get("/calls/night/"))


def test_the_last_day_is_a_whole_day():
    call = make_call(closes_on=TODAY)

    assert call.state(TODAY) == "open"
    assert call.state(TODAY + timedelta(days=1)) == "closed"
    assert make_call("draft").state(TODAY) == "draft"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "Other"}, "only its last day"),
        ({"purpose": "Other"}, "only its last day"),
        ({"closes_on": TODAY}, "can only be moved to a later"),
    ],
)
def test_what_suppliers_have_read_stays(call, jsarc, change, said):
    with pytest.raises(DomainError, match=said):
        save_call(call=call, by=jsarc, **change)
    assert save_call(call=Call.objects.get(), by=jsarc, closes_on=LATER + timedelta(days=30))


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"closes_on": TODAY - timedelta(days=1)}, "closes_on"),
        ({"title": "NIGHT"}, "title"),
    ],
)
def test_a_past_day_and_a_taken_title_are_refused(call, jsarc, entered, field):
    with pytest.raises(InvalidInputError) as refusal:
        save_call(by=jsarc, **{"title": "New", "purpose": "p", "closes_on": LATER} | entered)
    assert refusal.value.field == field


def test_a_call_is_opened_once_and_not_after_its_day(jsarc, call):
    with pytest.raises(DomainError, match="opened already"):
        open_call(call=call, by=jsarc)
    with pytest.raises(DomainError, match="has passed"):
        open_call(call=make_call("draft", closes_on=TODAY - timedelta(days=1)), by=jsarc)
    close_call(call=call, by=jsarc)
    with pytest.raises(DomainError, match="not open"):
        close_call(call=call, by=jsarc)


def test_questions_change_while_the_call_is_a_draft_and_no_longer(jsarc, call, question):
    for change in (
        lambda: save_question(call=call, by=jsarc, text="New?"),
        lambda: save_question(call=call, question=question, by=jsarc, text="New?"),
        lambda: remove_question(question=question, by=jsarc),
    ):
        with pytest.raises(DomainError, match="stay as they are"):
            change()


def test_questions_of_a_draft_keep_their_order_and_can_go(jsarc):
    draft = make_call("draft")
    save_question(call=draft, by=jsarc, text="Second?")
    first = draft.questions.first()
    save_question(call=draft, question=first, by=jsarc, text="First?")
    assert [one.text for one in draft.questions.all()] == ["First?", "Second?"]

    remove_question(question=first, by=jsarc)
    assert [one.text for one in draft.questions.all()] == ["Second?"]


def test_a_choice_needs_two_and_a_call_has_an_end(jsarc):
    draft = make_call("draft")
    with pytest.raises(InvalidInputError, match="two different") as refusal:
        save_question(call=draft, by=jsarc, text="Which?", kind="choice", choices=["A", "A"])
    assert refusal.value.field == "choices"
    text = save_question(call=draft, by=jsarc, text="Why?", kind="text", choices=["A"])
    assert text.choices == []
    for number in range(MOST_QUESTIONS - 2):
        save_question(call=draft, by=jsarc, text=f"{number}?")
    with pytest.raises(DomainError, match=f"at most {MOST_QUESTIONS}"):
        save_question(call=draft, by=jsarc, text="One more?")


def test_an_empty_list_says_so(sign_in, official):
    make_call("draft")
    assert "There is no call yet." in sign_in(official).get("/calls/").content.decode()


def test_the_api_writes_opens_and_closes(sign_in, jsarc):
    client = sign_in(jsarc)

    def send(address, **sent):
        answer = client.post(f"/api/v1/{address}", sent, "application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    call = send("calls/", title="Night", purpose="Why", closes_on=LATER.isoformat())
    send("call-questions/", call=call["slug"], text="Which?", kind="choice", choices=["A", "B"])
    opened = send("calls/night/open/")
    closed = send("calls/night/close/")

    assert (call["state"], opened["state"], closed["state"]) == ("draft", "open", "closed")
    assert [one["choices"] for one in closed["questions"]] == [["A", "B"]]
