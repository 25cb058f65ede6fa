"""Messages are nudges: sent after the commit, not too often, and a failed one is no error."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.core import queue
from portal.submissions.models import Submission
from tests.portal.builders import make_submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(
        queue, "_send_now", lambda task, arguments: messages.append((task, arguments))
    )
    return messages


def test_a_message_is_sent_only_after_the_commit(sent):
    with transaction.atomic():
        queue.send("task", row="1")
        assert sent == []

    assert sent == [("task", {"row": "1"})]


def test_a_change_that_is_rolled_back_sends_nothing(sent):
    with transaction.atomic():
        queue.send("task", row="1")
        transaction.set_rollback(True)

    assert sent == []


def test_a_row_is_nudged_once_until_its_message_may_be_lost(sent, settings):
    submission = make_submission()

    assert queue.nudge(submission, "task")
    assert not queue.nudge(submission, "task")
    Submission.objects.update(
        nudged_at=timezone.now() - settings.NUDGE_AFTER - timedelta(seconds=1)
    )
    assert queue.nudge(submission, "task")
    assert len(sent) == 2


def test_a_broker_that_is_away_is_no_error(monkeypatch):
    class Away:
        def send_task(self, *_, **__):
            raise OperationalError("connection refused")

    monkeypatch.setattr(queue, "current_app", Away())

    queue.send("task", row="1")
