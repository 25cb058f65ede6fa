"""Submitting in a browser and through the API, and reading what became of it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.submissions.models import Submission
from tests.portal.builders import (
    PASSWORD,
    make_product,
    make_submission,
    make_supplier_user,
)
from tests.portal.pipeline import CARD

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/submissions/new/"


@pytest.fixture
def product(supplier_person):
    return make_product(supplier=supplier_person.organisation.supplier)


NOT_A_NUMBER = json.dumps(CARD | {"unused": float("nan")}).encode()


def test_a_form_sent_without_anything_says_what_is_missing(sign_in, supplier_person, data_folder):
    answer = sign_in(supplier_person).post(ADDRESS)

    assert "Choose the model, an .onnx file." in answer.content.decode()


@pytest.fixture
def send(data_folder, messages, sign_in, supplier_person, product):
    client = sign_in(supplier_person)

    def send_form(**fields):
        given = {
            "product": product.pk,
            "version": "",
            "model_file": SimpleUploadedFile("model.onnx", b"some bytes"),
            "card_file": SimpleUploadedFile("card.json", json.dumps(CARD).encode()),
        } | fields
        sent = {name: value for name, value in given.items() if value is not None}
        return client.post(ADDRESS, sent)

    return send_form


def files_in(data_folder):
    return [path.name for path in (data_folder / "quarantine").glob("*")]


def test_a_model_sent_by_form_is_received_and_will_be_checked(send, data_folder, messages):
    answer = send()

    submission = Submission.objects.get()
    assert answer["Location"] == reverse("submissions:submission_detail", args=[submission.pk])
    assert files_in(data_folder) == [f"{submission.pk}.onnx"]
    assert len(messages) == 1


def test_a_form_with_errors_keeps_what_was_typed_and_the_file_that_was_sent(send, data_folder):
    card = CARD | {"similarity": "sideways"}
    answer = send(card_file=None, card=json.dumps(card), version="7")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "similarity" in text
    assert "sideways" in text
    assert 'value="7"' in text
    assert "model.onnx was received" in text
    assert len(files_in(data_folder)) == 1

    kept = answer.context["form"].data["received"]
    again = send(card_file=None, model_file=None, card=json.dumps(CARD), received=kept)

    assert again.status_code == 302
    assert Submission.objects.get().model_size_bytes == len(b"some bytes")
    assert len(files_in(data_folder)) == 1


def test_a_kept_file_is_of_no_use_to_somebody_else(send, sign_in):
    kept = send(card_file=None, card="{").context["form"].data["received"]
    other = make_supplier_user()
    theirs = make_product(supplier=other.organisation.supplier)

    answer = sign_in(other).post(
        ADDRESS, {"product": theirs.pk, "card": json.dumps(CARD), "received": kept}
    )

    assert "Choose the model, an .onnx file." in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model_file": None}, "Choose the model, an .onnx file."),
        ({"card_file": None}, "Choose the model&#x27;s card, or enter it below."),
        ({"card_file": SimpleUploadedFile("c.json", b"{")}, "not readable as JSON"),
        ({"card_file": SimpleUploadedFile("c.json", b"[1]")}, "must be a JSON object"),
        ({"card_file": SimpleUploadedFile("c.json", b"[" * 60_000)}, "not readable as JSON"),
        ({"card_file": SimpleUploadedFile("c.json", NOT_A_NUMBER)}, "is not finite"),
        ({"model_file": SimpleUploadedFile("model.pt", b"torch")}, "is not an ONNX file"),
        ({"model_file": SimpleUploadedFile("model.onnx", b"")}, "empty"),
        ({"model_file": SimpleUploadedFile("model.onnx", b"x" * 200)}, "larger than"),
        ({"product": ""}, "Choose the product that the model belongs to."),
    ],
)
def test_each_mistake_is_said_where_it_was_made(send, settings, data_folder, fields, words):
    settings.ASSAY_MAX_MODEL_BYTES = 100

    answer = send(**fields)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_refused_file_leaves_nothing_in_quarantine(send, settings, data_folder):
    settings.ASSAY_MAX_MODEL_BYTES = 100
    send(model_file=SimpleUploadedFile("model.onnx", b"x" * 200))

    assert files_in(data_folder) == []


def test_the_form_asks_for_the_token_against_forgery(data_folder, messages, product):
    person = make_supplier_user(product.supplier)
    client = Client(enforce_csrf_checks=True)
    client.login(username=person.email, password=PASSWORD)

    answer = client.post(
        ADDRESS,
        {"product": product.pk, "model_file": SimpleUploadedFile("model.onnx", b"bytes")},
    )

    assert answer.status_code == 403
    assert files_in(data_folder) == []


def test_another_suppliers_product_cannot_be_chosen(send):
    answer = send(product=make_product().pk)

    assert "valid choice" in answer.content.decode()


def test_a_refusal_says_code_sentence_and_what_to_do_but_no_staff_note(sign_in):
    submission = make_submission("rejected", failure_code="NOT-ONNX", staff_note="errno 5")
    client = sign_in(submission.submitted_by)

    text = client.get(
        reverse("submissions:submission_detail", args=[submission.pk])
    ).content.decode()

    for expected in ("NOT-ONNX", submission.failure_sentence, submission.failure_action):
        assert expected in text
    assert "errno 5" not in text


def test_a_supplier_finds_their_own_submissions_alone(sign_in):
    own, other = make_submission(), make_submission()
    client = sign_in(own.submitted_by)

    text = client.get("/submissions/").content.decode()

    assert str(own) in text
    assert str(other) not in text
    detail = reverse("submissions:submission_detail", args=[other.pk])
    assert client.get(detail).status_code == 404


def test_the_list_narrows_and_an_empty_one_says_so(sign_in, jsarc):
    refused, accepted = make_submission("rejected"), make_submission()
    client = sign_in(jsarc)

    text = client.get("/submissions/", {"state": "rejected"}).content.decode()

    assert str(refused) in text
    assert str(accepted) not in text
    assert "No submissions here." in client.get("/submissions/", {"q": "nobody"}).content.decode()


@pytest.mark.parametrize(
    ("state", "status"), [("uploaded", 200), ("checking", 200), ("rejected", 286)]
)
def test_progress_is_asked_for_until_it_is_settled(sign_in, jsarc, state, status):
    submission = make_submission(state)
    address = reverse("submissions:submission_progress", args=[submission.pk])

    response = sign_in(jsarc).get(address)

    assert response.status_code == status
    assert ("HX-Refresh" in response) == (status == 286)  # the history is read anew at the end


def test_a_delayed_check_is_not_blamed_on_the_supplier(sign_in):
    submission = make_submission("uploaded", attempt=3, staff_note="disk full")

    text = (
        sign_in(submission.submitted_by)
        .get(reverse("submissions:submission_detail", args=[submission.pk]))
        .content.decode()
    )

    assert "the model is not at fault" in text
    assert "disk full" not in text


def test_withdrawing_asks_first(sign_in):
    submission = make_submission()
    client = sign_in(submission.submitted_by)
    address = reverse("submissions:submission_withdraw", args=[submission.pk])

    assert f"Withdraw {submission}?" in client.get(address).content.decode()
    client.post(address)

    submission.refresh_from_db()
    assert submission.state == "withdrawn"


def test_the_api_takes_a_model_through_the_same_service(
    data_folder, messages, sign_in, supplier_person, product
):
    client = sign_in(supplier_person)

    answer = client.post(
        "/api/v1/submissions/",
        {
            "product": product.pk,
            "card": json.dumps(CARD),
            "model_file": SimpleUploadedFile("model.onnx", b"some bytes"),
        },
    )

    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "uploaded"
    assert files_in(data_folder) == [f"{answer.json()['id']}.onnx"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"card": "{"}, "card"),
        ({"card": "[" * 60_000}, "card"),
        ({"card": json.dumps(CARD | {"description": "x" * 70_000})}, "card"),
        ({"card": NOT_A_NUMBER.decode()}, "card"),
        ({"card": json.dumps({"name": "x"})}, "card"),
        ({"model_file": SimpleUploadedFile("model.zip", b"PK")}, "model_file"),
        ({"model_file": SimpleUploadedFile("model.onnx", b"")}, "model_file"),
    ],
)
def test_the_api_names_the_field_that_is_wrong(
    data_folder, messages, sign_in, supplier_person, product, fields, field
):
    given = {
        "product": product.pk,
        "card": json.dumps(CARD),
        "model_file": SimpleUploadedFile("model.onnx", b"some bytes"),
    } | fields

    answer = sign_in(supplier_person).post("/api/v1/submissions/", given)

    assert answer.status_code == 400, answer.content
    assert list(answer.json()) == [field]
    assert files_in(data_folder) == []
