"""Killing, stopping, duplicating and losing: the result is the same to the bit."""

import os
import signal

import pytest

from tests.faults.afterwards import (
    assert_scored_as_if_undisturbed,
    descendants_of,
    is_running,
)
from tests.faults.portal_process import ON_FILES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

SEND_THREE_TIMES = """
import django
django.setup()
from celery import current_app
from portal.submissions.models import Submission
task, given = "portal.submissions.tasks.check_submission", Submission.objects.get().pk
for _ in range(3):
    current_app.send_task(task, kwargs={"submission_id": str(given)}, ignore_result=True)
"""
RUNNING_SHARD = "SELECT worker FROM runs_shard WHERE state = 'running' AND stage = 'extract'"


def kill_in_the_middle_of_a_shard(portal):
    worker = portal.start_worker("first")
    portal.wait_for(f'{RUNNING_SHARD} AND "index" > 0', "an extract shard")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def messages_of(portal):
    return sorted((portal.folder / "broker" / "messages").glob("*.msg"))


def test_a_worker_killed_in_the_middle_of_a_shard_changes_nothing(portal, undisturbed):
    kill_in_the_middle_of_a_shard(portal)

    portal.start_worker("second")

    assert_scored_as_if_undisturbed(portal, undisturbed)


def test_a_killed_worker_leaves_no_process_not_even_the_models(portal):
    worker = portal.start_worker()
    portal.wait_for(RUNNING_SHARD, "an extract shard")
    portal.wait_until(lambda: len(descendants_of(worker.pid)) > 3, "a child for the model")
    processes = descendants_of(worker.pid)

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

    portal.wait_until(lambda: not any(map(is_running, processes)), "the end of all processes")


def test_a_worker_stopped_past_its_lease_and_woken_again_harms_nothing(portal, undisturbed):
    sleeper = portal.start_worker("sleeper")
    portal.wait_for(f"{RUNNING_SHARD} AND model_at_work", "a model at work")
    os.killpg(sleeper.pid, signal.SIGSTOP)

    portal.start_worker("second")
    portal.wait_for("SELECT id FROM runs_shard WHERE attempt > 1", "another attempt")
    os.killpg(sleeper.pid, signal.SIGCONT)

    assert_scored_as_if_undisturbed(portal, undisturbed)


def test_a_message_delivered_three_times_at_once_does_the_work_once(portal, undisturbed):
    portal.lose_messages()
    portal.python(SEND_THREE_TIMES)
    assert portal.waiting_messages() == 3

    portal.start_worker()

    assert_scored_as_if_undisturbed(portal, undisturbed)
    assert portal.rows("SELECT attempt FROM submissions_submission") == [(1,)]


def test_a_lost_message_is_sent_again(portal, undisturbed):
    portal.lose_messages()
    assert portal.waiting_messages() == 0

    portal.start_worker()

    assert_scored_as_if_undisturbed(portal, undisturbed)


@ON_FILES
def test_a_damaged_message_ends_no_worker(portal, undisturbed):
    for message in messages_of(portal):
        message.write_text(message.read_text()[:40])

    worker = portal.start_worker()

    assert portal.wait_for_the_end() == "scored"
    assert worker.poll() is None
    assert_scored_as_if_undisturbed(portal, undisturbed)
