"""The whole way of a model through the real sandbox and harness, messages delivered in place."""

import json

import pytest

from portal.runs.models import Curve, EvaluationRun, Measurement, RunState
from portal.submissions.models import SubmissionState
from portal.submissions.services import submit_model
from tests.portal.builders import make_product
from tests.portal.pipeline import CARD, model_file, registered_test_set, tiny_model

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def submit(person, content=None):
    product = make_product(supplier=person.organisation.supplier)
    return submit_model(product=product, card=CARD, model_file=model_file(content), by=person)


def test_a_good_model_is_checked_accepted_and_measured(data_folder, messages, supplier_person):
    test_set = registered_test_set()
    submission = submit(supplier_person)

    messages.deliver_all()

    submission.refresh_from_db()
    assert submission.state == SubmissionState.READY
    assert not list((data_folder / "quarantine").iterdir())
    run = EvaluationRun.objects.get(submission=submission, test_set=test_set)
    assert (run.state, run.failure_code, run.staff_note) == (RunState.SCORED, "", "")
    document = json.loads((data_folder / run.result_file).read_text())
    assert document["model"]["sha256"] == submission.model_sha256
    rates = Measurement.objects.filter(run=run, metric="fnmr_at_fmr", protocol="all")
    assert rates.exists()
    assert set(Curve.objects.filter(run=run).values_list("protocol", "kind")) == {
        (protocol, kind) for protocol in ("pairs", "all") for kind in ("error_tradeoff", "scores")
    }
    moves = list(run.events.values_list("from_state", "to_state"))
    assert moves == [
        ("", "queued"),
        ("queued", "running"),
        ("running", "scoring"),
        ("scoring", "scored"),
    ]


def test_a_model_that_ignores_the_image_is_refused_with_its_code(
    data_folder, messages, supplier_person
):
    registered_test_set()
    submission = submit(supplier_person, tiny_model(constant=True))

    messages.deliver_all()

    submission.refresh_from_db()
    assert submission.state == SubmissionState.REJECTED
    assert submission.failure_code == "OUTPUT-CONSTANT"
    assert submission.failure_action
    assert not EvaluationRun.objects.exists()
    assert not list((data_folder / "quarantine").iterdir())


def test_every_message_delivered_twice_gives_the_same_result(
    data_folder, messages, supplier_person
):
    registered_test_set()
    submission = submit(supplier_person)

    messages.deliver_all(times=2)

    run = EvaluationRun.objects.get(submission=submission)
    assert run.state == RunState.SCORED
    assert run.events.count() == 4
    assert set(run.shards.values_list("attempt", flat=True)) == {1}
