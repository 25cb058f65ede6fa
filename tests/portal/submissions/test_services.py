"""Taking a model in: what is refused and how, and that nothing is left of what was refused."""

import errno
import io
import os

import pytest
from django.core.exceptions import PermissionDenied

from portal.core.errors import DomainError, InvalidInputError
from portal.core.models import AuditEvent
from portal.submissions import services
from portal.submissions.errors import (
    DuplicateModelError,
    DuplicateVersionError,
    InvalidCardError,
    StorageFullError,
)
from portal.submissions.files import receive
from portal.submissions.models import Submission
from portal.submissions.services import submit_model, withdraw_submission
from tests.portal.builders import make_product, make_run, make_submission, make_supplier_user
from tests.portal.pipeline import CARD, model_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submit(data_folder, messages, supplier_person):
    product = make_product(supplier=supplier_person.organisation.supplier)

    def submit_one(content=b"some bytes", *, name="model.onnx", card=CARD, **fields):
        given = {"product": product, "by": supplier_person} | fields
        return submit_model(card=card, model_file=model_file(content, name), **given)

    return submit_one


def files_in(data_folder):
    return [path for path in (data_folder / "quarantine").rglob("*") if path.is_file()]


def test_a_submission_is_bound_to_the_bytes_that_were_received(submit, data_folder, messages):
    submission = submit(b"abc")

    # SHA-256 of "abc", FIPS 180-2 appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert submission.model_sha256 == expected
    assert (data_folder / submission.model_file).read_bytes() == b"abc"
    assert messages.popleft()[1] == {"submission_id": str(submission.pk)}
    assert AuditEvent.objects.get(target_id=submission.pk).verb == "submission.created"
    assert submission.events.get().to_state == "uploaded"


def test_the_version_comes_from_the_card_where_none_is_given(submit):
    assert submit().version == "1.0"
    assert submit(b"other", version=" 2.0 ").version == "2.0"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "model.onnx", "is empty"),
        (b"bytes", "model.zip", "is not an ONNX file"),
        (b"x" * 101, "model.onnx", "larger than"),
    ],
)
def test_a_file_that_cannot_be_a_model_is_refused_and_not_kept(
    submit, settings, data_folder, content, name, words
):
    settings.ASSAY_MAX_MODEL_BYTES = 100

    with pytest.raises(InvalidInputError, match=words) as refused:
        submit(content, name=name)

    assert refused.value.field == "model_file"
    assert files_in(data_folder) == []
    assert not Submission.objects.exists()


def test_every_problem_of_a_card_is_listed(submit):
    with pytest.raises(InvalidCardError) as refused:
        submit(card={"name": "x", "task": "embedding", "input": {"channels": 2}})

    assert len(refused.value.problems) >= 1
    assert not Submission.objects.exists()


def test_a_version_cannot_be_taken_twice(submit, data_folder):
    submit(b"first")

    with pytest.raises(DuplicateVersionError, match=r"version 1\.0 already"):
        submit(b"second")

    assert Submission.objects.count() == 1
    assert len(files_in(data_folder)) == 1


def test_a_refused_version_may_be_sent_again(submit):
    first = submit(b"first")
    Submission.objects.filter(pk=first.pk).update(state="rejected", failure_code="NOT-ONNX")

    assert submit(b"second").version == first.version


def test_the_same_model_with_the_same_card_is_recognised(submit):
    submit(b"same", version="1")

    with pytest.raises(DuplicateModelError, match="already submitted as version 1"):
        submit(b"same", version="2")


def test_the_same_model_with_another_card_is_another_submission(submit):
    submit(b"same", version="1")

    assert submit(b"same", version="2", card=CARD | {"mirror": True}).version == "2"


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(submit, data_folder, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StorageFullError, match="Our storage is full"):
        submit()

    assert files_in(data_folder) == []
    assert not Submission.objects.exists()


def test_a_write_that_fails_leaves_no_file(submit, data_folder, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(services.audit, "record", fail)

    with pytest.raises(RuntimeError):
        submit()

    assert files_in(data_folder) == []
    assert not Submission.objects.exists()


def test_a_supplier_cannot_submit_for_another_suppliers_product(submit):
    with pytest.raises(PermissionDenied):
        submit(product=make_product())


def test_withdrawing_stops_runs_and_removes_the_quarantined_file(
    submit, data_folder, supplier_person
):
    submission = submit()
    run = make_run(submission=submission)

    withdraw_submission(submission=submission, by=supplier_person)

    run.refresh_from_db()
    submission.refresh_from_db()
    assert (submission.state, run.state) == ("withdrawn", "cancelled")
    assert files_in(data_folder) == []
    with pytest.raises(DomainError, match="withdrawn already"):
        withdraw_submission(submission=submission, by=supplier_person)


def test_another_suppliers_person_cannot_withdraw(db):
    with pytest.raises(PermissionDenied):
        withdraw_submission(submission=make_submission(), by=make_supplier_user())


def test_reading_stops_at_the_limit(data_folder, settings):
    settings.ASSAY_MAX_MODEL_BYTES = 1 << 20
    source = io.BytesIO(b"x" * (8 << 20))

    with pytest.raises(InvalidInputError):
        receive(source, name="model.onnx")

    assert source.tell() <= 2 << 20
