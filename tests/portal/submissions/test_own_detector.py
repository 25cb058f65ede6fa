"""A model that comes with a face detector of its own: two files, one card, one submission."""

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.core.errors import InvalidInputError
from portal.runs.inputs import settings_of
from portal.submissions import execution
from portal.submissions.models import Submission
from portal.submissions.services import submit_model, withdraw_submission
from tests.portal.builders import make_product, make_run, make_test_set
from tests.portal.pipeline import CARD, model_file, tiny_model

pytestmark = pytest.mark.django_db(transaction=True)
DETECTOR = b"no detector at all"
OWN = {
    "name": "own",
    "task": "detection",
    "decoder": "boxes",
    "output_names": ["scores", "boxes", "points"],
    "input": {key: CARD["input"][key] for key in ("height", "width", "mean", "scale")},
}
BOTH = CARD | {"detector": OWN}


def files_in(data_folder):
    return sorted(path.name for path in (data_folder / "quarantine").glob("*"))


def sent_files():
    return {
        "model_file": SimpleUploadedFile("model.onnx", b"some bytes"),
        "detector_file": SimpleUploadedFile("finder.onnx", DETECTOR),
    }


@pytest.fixture
def product(supplier_person):
    return make_product(supplier=supplier_person.organisation.supplier)


@pytest.fixture
def client(data_folder, messages, sign_in, supplier_person):
    return sign_in(supplier_person)


@pytest.fixture
def submit(data_folder, messages, supplier_person, product):
    def submit_both(card=BOTH, detector=DETECTOR):
        file = detector and model_file(detector, "finder.onnx")
        return submit_model(
            product=product,
            card=card,
            model_file=model_file(),
            detector_file=file,
            by=supplier_person,
        )

    return submit_both


def test_both_files_are_received_and_bound_to_the_submission(submit, data_folder):
    submission = submit()

    assert submission.detector_sha256 == hashlib.sha256(DETECTOR).hexdigest()
    assert submission.detector_size_bytes == len(DETECTOR)
    assert files_in(data_folder) == [f"{submission.pk}.detector.onnx", f"{submission.pk}.onnx"]


@pytest.mark.parametrize(
    ("card", "detector", "words"),
    [(BOTH, None, "Choose its file too"), (CARD, DETECTOR, "does not describe this face detector")],
)
def test_a_card_without_its_file_and_a_file_without_its_card_are_refused(
    submit, data_folder, card, detector, words
):
    with pytest.raises(InvalidInputError, match=words) as raised:
        submit(card, detector)

    assert raised.value.field == "detector_file"
    assert files_in(data_folder) == []
    assert not Submission.objects.exists()


def test_the_form_says_that_the_detectors_file_is_missing_and_keeps_the_model(client, product):
    given = {"product": product.pk, "card": json.dumps(BOTH)} | sent_files()
    del given["detector_file"]

    text = client.post(reverse("submissions:submission_create"), given).content.decode()

    assert "Choose its file too" in text
    assert "model.onnx was received" in text


def test_a_form_with_errors_keeps_both_files(client, product, data_folder):
    where = reverse("submissions:submission_create")
    wrong = json.dumps(BOTH | {"similarity": "sideways"})
    answer = client.post(where, {"product": product.pk, "card": wrong} | sent_files())

    text = answer.content.decode()
    assert "model.onnx was received" in text
    assert "finder.onnx was received" in text
    assert len(files_in(data_folder)) == 2

    kept = {name: answer.context["form"].data[name] for name in ("received", "received_detector")}
    again = client.post(where, {"product": product.pk, "card": json.dumps(BOTH)} | kept)

    assert again.status_code == 302
    submission = Submission.objects.get()
    assert submission.model_sha256 == hashlib.sha256(b"some bytes").hexdigest()
    assert submission.detector_sha256 == hashlib.sha256(DETECTOR).hexdigest()
    assert files_in(data_folder) == [f"{submission.pk}.detector.onnx", f"{submission.pk}.onnx"]


def test_the_api_takes_both_files(client, product, data_folder):
    given = {"product": product.pk, "card": json.dumps(BOTH)} | sent_files()

    answer = client.post("/api/v1/submissions/", given)

    assert answer.status_code == 201, answer.content
    assert answer.json()["detector_sha256"] == hashlib.sha256(DETECTOR).hexdigest()
    assert len(files_in(data_folder)) == 2


def test_withdrawing_removes_both_files(submit, data_folder, supplier_person):
    withdraw_submission(submission=submit(), by=supplier_person)

    assert files_in(data_folder) == []


def test_a_refused_detector_is_checked_first_and_named(submit, monkeypatch, data_folder):
    checked = []
    honest = execution.check_model

    def noted(content, card, **more):
        checked.append(card.task.value)
        return honest(content, card, **more)

    monkeypatch.setattr(execution, "check_model", noted)
    submission = submit()
    execution.check_submission(submission_id=submission.pk)

    submission.refresh_from_db()
    assert checked == ["detection"]
    assert (submission.state, submission.failure_code) == ("rejected", "NOT-ONNX")
    assert submission.failure_sentence.startswith("Its own face detector was refused. ")
    assert files_in(data_folder) == []


def test_a_refused_model_is_not_called_a_detector(submit, supplier_person, product, monkeypatch):
    file = model_file(b"no model at all")
    submission = submit_model(product=product, card=CARD, model_file=file, by=supplier_person)
    execution.check_submission(submission_id=submission.pk)

    submission.refresh_from_db()
    assert submission.failure_code == "NOT-ONNX"
    assert "detector" not in submission.failure_sentence


def test_a_detector_that_changed_in_quarantine_is_not_run(submit, data_folder):
    submission = submit()
    (data_folder / "quarantine" / f"{submission.pk}.detector.onnx").write_bytes(b"another")

    execution.check_submission(submission_id=submission.pk)

    submission.refresh_from_db()
    assert (submission.state, submission.attempt) == ("uploaded", 1)
    assert "not the one that was received" in submission.staff_note


@pytest.mark.parametrize("has_own", [True, False])
def test_a_run_carries_the_models_own_detector(submit, data_folder, has_own):
    submission = submit() if has_own else submit(CARD, None)
    run = make_run(submission=submission, test_set=make_test_set())

    assert settings_of(run).own_detector == (DETECTOR if has_own else None)


def test_both_files_are_kept_once_both_passed(submit, data_folder, monkeypatch):
    honest = execution.check_model

    def pass_detectors(content, card, **more):
        """Let the tiny model stand for a detector: what detectors must do is tested elsewhere."""
        plain = execution.parse_card(CARD)
        return (
            honest(tiny_model(), plain, **more)
            if card.task == "detection"
            else honest(content, card, **more)
        )

    monkeypatch.setattr(execution, "check_model", pass_detectors)
    submission = submit()
    execution.check_submission(submission_id=submission.pk)

    submission.refresh_from_db()
    assert submission.state == "ready"
    assert (data_folder / submission.detector_file).read_bytes() == DETECTOR
    assert (data_folder / submission.model_file).read_bytes() == tiny_model()
    assert files_in(data_folder) == []
