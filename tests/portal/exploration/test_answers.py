"""Answers: saved and returned to, submitted, read by whom they are for, and taken up."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.core.errors import DomainError, InvalidInputError
from portal.exploration import answers
from portal.exploration.models import Answer, Call, Question
from portal.suppliers.models import Product
from portal.suppliers.services import confirm_product
from tests.portal.builders import (
    make_answer,
    make_product,
    make_supplier_user,
    make_user,
)

pytestmark = pytest.mark.django_db
NEW = "/calls/night/answers/new/"


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_a_draft_is_saved_as_far_as_it_goes_and_returned_to(sign_in, person, question):
    client = sign_in(person)

    response = client.post(NEW, {"save": "save", f"q_{question.pk}": "Half an ans"}, follow=True)

    assert "has been saved as a draft" in words_of(response)
    draft = Answer.objects.get()
    assert (draft.state, draft.replies) == ("draft", {str(question.pk): "Half an ans"})
    assert "Half an ans" in words_of(client.get(f"/answers/{draft.pk}/edit/"))


def test_an_answer_is_submitted_whole(sign_in, person, offer):
    client = sign_in(person)

    response = client.post(NEW, offer | {"submit": "submit"}, follow=True)

    assert "“Owl” has been submitted." in words_of(response)
    answer = Answer.objects.get()
    assert (answer.state, answer.for_lfr, answer.for_rfr) == ("submitted", True, False)


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("product_name", "Enter the name of the product."),
        ("summary", "Enter what it does for this call."),
        ("uses", "Select at least one use of the product."),
        ("trl_now", "Enter the technology readiness level now."),
        ("timescale", "Choose when it can be delivered."),
        ("sharing", "Choose who may read this answer."),
        ("question", "Answer the question: How is it trained?"),
    ],
)
def test_what_is_missing_is_said_beside_it_and_the_draft_is_kept(
    sign_in, person, offer, question, left_out, said
):
    typed = dict(offer)
    del typed[f"q_{question.pk}" if left_out == "question" else left_out]
    client = sign_in(person)

    response = client.post(NEW, typed | {"submit": "submit"})

    page = words_of(response)
    assert page.count(said) >= 2  # in the summary and beside the field
    draft = Answer.objects.get()
    assert draft.state == "draft"
    # and sending the page again goes on with the same draft
    again = typed | {"save": "save", "version": draft.version}
    assert client.post(f"/answers/{draft.pk}/edit/", again).status_code == 302


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"trl_now": 10}, "trl_now"),
        ({"trl_now": 6, "trl_in_18_months": 5}, "trl_in_18_months"),
        ({"timescale": "soon"}, "timescale"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    sign_in, person, offer, typed, field
):
    response = sign_in(person).post(NEW, offer | typed | {"save": "save"})

    assert field in response.context["form"].errors
    assert "Sees at night" in response.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reply", "said"),
    [
        ("number", "many", "Enter a number"),
        ("number", "inf", "Enter a number"),
        ("yes_no", "Perhaps", "Choose one of the answers."),
        ("choice", "C", "Choose one of the answers."),
        ("text", "x" * (answers.LONGEST_REPLY + 1), "must not have more than 5,000"),
    ],
)
def test_a_reply_has_to_be_of_its_kind(call, supplier, person, question, kind, reply, said):
    Question.objects.filter(pk=question.pk).update(kind=kind, choices=["A", "B"])

    with pytest.raises(InvalidInputError, match=said) as refusal:
        answers.save_answer(
            call=call, supplier=supplier, by=person, replies={str(question.pk): reply}
        )
    assert refusal.value.field == f"q_{question.pk}"


@pytest.mark.parametrize(
    ("kind", "reply"), [("number", "1,200.5"), ("yes_no", "No"), ("choice", "B")]
)
def test_replies_of_every_kind_are_kept_and_strangers_questions_are_not(
    call, supplier, person, question, kind, reply
):
    Question.objects.filter(pk=question.pk).update(kind=kind, choices=["A", "B"])

    saved = answers.save_answer(
        call=call, supplier=supplier, by=person, replies={str(question.pk): reply, "0": "x"}
    )
    assert saved.replies == {str(question.pk): reply}


def test_what_a_colleague_saved_in_between_is_not_overwritten_unseen(
    sign_in, person, supplier, call, offer
):
    answer = make_answer("draft", call=call, supplier=supplier, started_by=person)
    colleague = make_supplier_user(supplier)
    answers.save_answer(
        call=call, supplier=supplier, answer=answer, by=colleague, product_name="Theirs"
    )
    client = sign_in(person)
    address = f"/answers/{answer.pk}/edit/"

    response = client.post(address, offer | {"save": "save", "version": 0})

    assert "Somebody has saved this answer since you opened it." in words_of(response)
    assert "Sees at night" in response.content.decode()
    answer.refresh_from_db()
    assert answer.product_name == "Theirs"
    version = response.context["form"]["version"].value()
    client.post(address, offer | {"save": "save", "version": version})
    answer.refresh_from_db()
    assert answer.product_name == "Owl"


@pytest.mark.parametrize("state", ["closed", "past"])
def test_after_the_end_of_a_call_answers_stay_as_they_are(
    sign_in, person, supplier, offer, call, state
):
    answer = make_answer("draft", call=call, supplier=supplier)
    if state == "closed":
        Call.objects.update(closed_at=timezone.now())
    else:
        Call.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    client = sign_in(person)

    response = client.post(f"/answers/{answer.pk}/edit/", offer | {"submit": "submit"})

    assert "This call is closed, so its answers stay as they are." in words_of(response)
    assert "Sees at night" in response.content.decode()
    answer.refresh_from_db()
    assert answer.state == "draft"
    assert "Go on with it" not in words_of(client.get(f"/answers/{answer.pk}/"))


def test_a_change_makes_a_submitted_answer_a_draft_again(supplier, person, call):
    answer = make_answer(call=call, supplier=supplier)
    saved = answers.save_answer(
        call=call, supplier=supplier, answer=answer, by=person, summary="New"
    )
    assert saved.state == "draft"


def test_a_withdrawn_answer_can_be_submitted_again(supplier, person, call):
    answer = make_answer(call=call, supplier=supplier)
    withdrawn = answers.withdraw_answer(answer=answer, by=person)
    assert withdrawn.state == "withdrawn"
    with pytest.raises(DomainError, match="Only an answer that is submitted"):
        answers.withdraw_answer(answer=answer, by=person)

    again = answers.submit_answer(answer=withdrawn, by=person)

    assert again.state == "submitted"
    with pytest.raises(DomainError, match="submitted already"):
        answers.submit_answer(answer=again, by=person)


def test_a_supplier_gives_only_so_many_answers(supplier, person, call):
    for _ in range(answers.MOST_ANSWERS):
        answers.save_answer(call=call, supplier=supplier, by=person)
    with pytest.raises(DomainError, match="can give 20 answers"):
        answers.save_answer(call=call, supplier=supplier, by=person)


@pytest.mark.parametrize(
    ("state", "sharing", "readers"),
    [
        ("draft", "government", {"supplier"}),
        ("submitted", "government", {"supplier", "jsarc", "official"}),
        ("submitted", "jsarc", {"supplier", "jsarc"}),
        ("withdrawn", "government", {"supplier", "jsarc"}),
    ],
)
def test_an_answer_is_read_by_whom_it_is_for(sign_in, supplier, call, state, sharing, readers):
    answer = make_answer(state, call=call, supplier=supplier, sharing=sharing)
    people = {
        "supplier": make_supplier_user(supplier), "rival": make_supplier_user(),
        "jsarc": make_user("jsarc"), "official": make_user("official"),
    }  # fmt: skip

    found = set()
    for name, one in people.items():
        client = sign_in(one)
        page = client.get(f"/answers/{answer.pk}/")
        api = client.get(f"/api/v1/answers/{answer.pk}/")
        listed = answer.product_name in words_of(client.get("/calls/night/"))
        assert (page.status_code == 200) == (api.status_code == 200) == listed
        if listed:
            found.add(name)
    assert found == readers


def test_officials_read_side_by_side_what_is_for_them_and_no_marks(sign_in, official, call, jsarc):
    shown = make_answer(call=call, product_name="Owl", summary="Sees at night")
    make_answer(call=call, product_name="Bat", sharing="jsarc")
    answers.assess(
        answer=shown, by=jsarc, capability="meets", readiness="partly", timescale="unknown",
        reason="Well measured.",
    )  # fmt: skip

    page = words_of(sign_in(official).get("/calls/night/side-by-side/"))
    assert "Sees at night" in page
    assert "How is it trained?" in page
    assert "Bat" not in page
    assert "Meets the need" not in page

    page = words_of(sign_in(jsarc).get("/calls/night/side-by-side/"))
    assert "Bat" in page
    assert "Meets the need: 1" in page
    assert "Not assessed yet" in page


def test_an_assessment_is_a_persons_own_and_can_change(sign_in, jsarc, call):
    answer = make_answer(call=call)
    client = sign_in(jsarc)
    marks = {"capability": "meets", "readiness": "meets", "timescale": "not", "reason": "Good"}

    client.post(f"/answers/{answer.pk}/assess/", marks)
    client.post(f"/answers/{answer.pk}/assess/", marks | {"capability": "partly"})
    answers.assess(answer=answer, by=make_user("jsarc"), **marks)

    assert sorted(one.capability for one in answer.assessments.all()) == ["meets", "partly"]
    assert "Good" in words_of(client.get(f"/answers/{answer.pk}/"))
    response = client.post(f"/answers/{answer.pk}/assess/", {"reason": "Kept"})
    assert "Kept" in response.content.decode()
    with pytest.raises(DomainError, match="submitted can be assessed"):
        answers.assess(answer=make_answer("withdrawn"), by=jsarc, **marks)


def test_an_answer_becomes_a_candidate_product_that_is_confirmed(sign_in, jsarc, supplier, call):
    answer = make_answer(call=call, supplier=supplier, product_name="Owl", trl_now=6)
    client = sign_in(jsarc)

    response = client.post(f"/answers/{answer.pk}/take-up/", follow=True)

    product = Product.objects.get()
    assert (product.name, product.supplier, product.trl_now) == ("Owl", supplier, 6)
    assert product.use_cases == answer.use_cases
    assert "A candidate: taken from an answer to a call" in words_of(response)
    assert "Candidate" in words_of(client.get("/suppliers/acme/"))
    client.post("/products/acme/owl/confirm/")
    product.refresh_from_db()
    assert not product.is_candidate
    with pytest.raises(DomainError, match="confirmed already"):
        confirm_product(product=product, by=jsarc)


def test_what_was_taken_up_stays_as_it_is(jsarc, supplier, person, call):
    answer = make_answer(call=call, supplier=supplier)
    answers.take_up(answer=answer, by=jsarc)
    answer.refresh_from_db()

    for change, said in (
        (lambda: answers.take_up(answer=answer, by=jsarc), "taken up already"),
        (lambda: answers.withdraw_answer(answer=answer, by=person), "no longer be withdrawn"),
        (
            lambda: answers.save_answer(call=call, supplier=supplier, answer=answer, by=person),
            "so it stays as it is",
        ),
    ):
        with pytest.raises(DomainError, match=said):
            change()


def test_an_answer_that_names_a_product_that_is_there_is_not_taken_up_twice(jsarc, supplier, call):
    make_product(supplier=supplier, name="Owl")
    answer = make_answer(call=call, supplier=supplier, product_name="owl")

    with pytest.raises(DomainError, match="a product with this name"):
        answers.take_up(answer=answer, by=jsarc)
    with pytest.raises(DomainError, match="Only an answer that is submitted"):
        answers.take_up(answer=make_answer("withdrawn"), by=jsarc)


def test_the_api_saves_submits_assesses_and_takes_up(
    sign_in, person, jsarc, supplier, call, question
):
    client = sign_in(person)
    made = client.post(
        "/api/v1/answers/", {"call": "night", "supplier": "acme", "product_name": "Owl"},
        "application/json",
    ).json()  # fmt: skip
    at = f"/api/v1/answers/{made['id']}/"
    missing = client.post(f"{at}submit/").json()
    assert missing == {"summary": ["Enter what it does for this call."]}
    rest = {
        "summary": "Sees", "for_lfr": True, "trl_now": 6, "timescale": "six",
        "sharing": "government", "replies": {str(question.pk): "So"}, "version": made["version"],
    }  # fmt: skip
    saved = client.patch(at, rest, "application/json").json()
    assert client.patch(at, rest, "application/json").status_code == 409  # an old version
    assert client.post(f"{at}submit/").json()["state"] == "submitted"

    client = sign_in(jsarc)
    marks = {"capability": "meets", "readiness": "meets", "timescale": "not", "reason": "Good"}
    assert client.post(f"{at}assess/", marks, "application/json").status_code == 200
    assert [one["reason"] for one in client.get(f"{at}assessments/").json()] == ["Good"]
    product = client.post(f"{at}take_up/").json()
    assert (saved["version"], product["is_candidate"], product["name"]) == (2, True, "Owl")
    assert client.post(f"/api/v1/products/{product['id']}/confirm/").status_code == 200


@pytest.mark.parametrize("n_rows", [2, 20])
def test_pages_ask_as_often_however_many_answers(
    sign_in, jsarc, call, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        answers.assess(
            answer=make_answer(call=call), by=jsarc, capability="meets", readiness="meets",
            timescale="meets", reason="r",
        )  # fmt: skip
    client = sign_in(jsarc)

    with django_assert_num_queries(7):
        client.get("/calls/night/side-by-side/")
    with django_assert_num_queries(5):
        client.get("/calls/night/")
