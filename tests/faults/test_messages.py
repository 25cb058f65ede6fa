"""Messages that come again after the end, and a broker's folder that is emptied."""

import os
import shutil
import signal

import pytest

from tests.faults.afterwards import assert_scored_as_if_undisturbed, between_pieces
from tests.faults.portal_process import ON_FILES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

EVENTS = "SELECT COUNT(*) FROM runs_runevent"
SEND_ALL_AGAIN = """
import django
django.setup()
from celery import current_app
from portal.runs.models import EvaluationRun, Shard
from portal.submissions.models import Submission
def send(task, **given):
    current_app.send_task(f"portal.{task}", kwargs=given, ignore_result=True)
for submission in Submission.objects.all():
    send("submissions.tasks.check_submission", submission_id=str(submission.pk))
for run in EvaluationRun.objects.all():
    send("runs.tasks.start_run", run_id=str(run.pk))
    send("runs.tasks.score_run", run_id=str(run.pk))
for shard in Shard.objects.all():
    for task in ("extract_shard", "compare_shard"):
        send(f"runs.tasks.{task}", shard_id=str(shard.pk))
"""


@ON_FILES
def test_every_message_delivered_again_after_the_end_changes_nothing(portal, undisturbed):
    worker = portal.start_worker()
    assert portal.wait_for_the_end() == "scored"
    events, messages = portal.rows(EVENTS), portal.folder / "broker" / "messages"
    again = [
        shutil.copy(taken, messages / f"0{taken.name}")
        for taken in sorted((portal.folder / "broker" / "processed").glob("*.msg"))
        if not taken.name.endswith("pidbox.msg")
    ]
    assert len(again) > 5

    portal.wait_until(lambda: not any(map(os.path.exists, again)), "all messages taken again")
    worker.send_signal(signal.SIGTERM)  # it finishes what it has taken
    assert worker.wait(60) == 0

    assert portal.rows(EVENTS) == events
    assert_scored_as_if_undisturbed(portal, undisturbed)


@ON_FILES
def test_a_brokers_folder_removed_while_work_is_queued_is_made_again(portal, undisturbed):
    worker = portal.start_worker()
    portal.wait_for("SELECT id FROM runs_shard WHERE state = 'done'", "the first piece")
    with between_pieces(portal):
        for name in ("messages", "processed"):
            for path in (portal.folder / "broker" / name).iterdir():
                path.unlink(missing_ok=True)

    assert_scored_as_if_undisturbed(portal, undisturbed)
    assert worker.returncode == -signal.SIGKILL  # ended by the test alone


def test_every_task_sent_again_after_the_end_changes_nothing(portal, undisturbed):
    worker = portal.start_worker()
    assert portal.wait_for_the_end() == "scored"
    events = portal.rows(EVENTS)

    portal.python(SEND_ALL_AGAIN)
    portal.wait_until(lambda: not portal.waiting_messages(), "all messages taken")
    worker.send_signal(signal.SIGTERM)  # it finishes what it has taken
    assert worker.wait(60) == 0

    assert portal.rows(EVENTS) == events
    assert_scored_as_if_undisturbed(portal, undisturbed)
