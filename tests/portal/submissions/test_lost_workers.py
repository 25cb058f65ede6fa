"""A check whose worker is gone each time the model is at work ends, with the model refused."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from portal.submissions import execution, files, reaper
from portal.submissions.models import Submission, SubmissionState
from portal.submissions.services import submit_model
from tests.portal.builders import make_product
from tests.portal.pipeline import CARD, model_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(data_folder, messages, supplier_person):
    product = make_product(supplier=supplier_person.organisation.supplier)
    return submit_model(product=product, card=CARD, model_file=model_file(), by=supplier_person)


def lose(submission, *, at_work):
    held = execution._claim(submission.pk)
    execution._renew(held, at_work=at_work)
    expired = timezone.now() - timedelta(seconds=1)
    Submission.objects.filter(pk=submission.pk).update(lease_expires_at=expired)
    reaper.sweep()
    submission.refresh_from_db()


def test_a_model_that_ends_three_workers_is_refused_with_its_code(submission):
    for _ in range(settings.MAX_ATTEMPTS):
        assert submission.state == SubmissionState.UPLOADED
        lose(submission, at_work=True)

    assert submission.state == SubmissionState.REJECTED
    assert submission.failure_code == "MODEL-ENDS-WORKER"
    assert submission.failure_action
    assert not files.quarantined_file(submission.pk).exists()


def test_a_worker_lost_once_before_the_model_is_loaded_leaves_it_to_staff(submission):
    for at_work in (True, False, True):
        lose(submission, at_work=at_work)

    assert submission.state == SubmissionState.UPLOADED
    assert list(Submission.objects.filter(reaper.is_stuck())) == [submission]
