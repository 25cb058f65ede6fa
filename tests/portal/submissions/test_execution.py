"""The check's claim and its outcomes; the sandbox itself is tested with the harness."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from evaluation.errors import SandboxUnavailableError
from portal.submissions import execution, reaper
from portal.submissions.models import Submission
from portal.submissions.services import retry_check, submit_model
from tests.portal.builders import make_product, make_user
from tests.portal.pipeline import CARD, model_file, registered_test_set

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submission(data_folder, messages, supplier_person):
    product = make_product(supplier=supplier_person.organisation.supplier)
    return submit_model(product=product, card=CARD, model_file=model_file(), by=supplier_person)


def check(submission):
    execution.check_submission(submission_id=submission.pk)
    submission.refresh_from_db()


def let_lease_expire(submission):
    past = timezone.now() - timedelta(seconds=1)
    Submission.objects.filter(pk=submission.pk).update(lease_expires_at=past)


def unavailable(*_, **__):
    raise SandboxUnavailableError("no child could be started")


def test_a_fault_of_ours_gives_the_submission_back_and_refuses_nothing(submission, monkeypatch):
    monkeypatch.setattr(execution, "check_model", unavailable)

    check(submission)

    assert (submission.state, submission.attempt, submission.failure_code) == ("uploaded", 1, "")
    assert "no child could be started" in submission.staff_note


def test_after_three_faults_staff_see_it_and_nobody_tries_again_by_himself(
    submission, monkeypatch, messages
):
    monkeypatch.setattr(execution, "check_model", unavailable)
    for _ in range(4):
        check(submission)

    assert (submission.state, submission.attempt) == ("uploaded", 3)
    messages.clear()
    Submission.objects.update(nudged_at=None)
    reaper.sweep()
    assert not messages
    assert list(execution.Submission.objects.filter(reaper.is_stuck())) == [submission]


def test_jsarc_can_try_a_stuck_check_again(submission, monkeypatch, messages):
    Submission.objects.update(attempt=3, staff_note="disk full")

    retry_check(submission=submission, by=make_user("jsarc"))
    messages.deliver_all()

    submission.refresh_from_db()
    assert (submission.state, submission.staff_note) == ("ready", "")


def test_two_deliveries_check_once(submission):
    check(submission)
    check(submission)

    assert (submission.state, submission.attempt) == ("ready", 1)


def test_a_check_under_way_is_not_begun_twice(submission, monkeypatch):
    begun = []

    def check_and_deliver_again(*_, **__):
        begun.append(1)
        execution.check_submission(submission_id=submission.pk)
        raise SandboxUnavailableError

    monkeypatch.setattr(execution, "check_model", check_and_deliver_again)
    check(submission)

    assert begun == [1]


def test_the_report_of_a_dead_attempt_changes_nothing(submission, monkeypatch):
    honest = execution.check_model

    def lose_the_lease_meanwhile(*args, **kwargs):
        let_lease_expire(submission)
        reaper.sweep()
        return honest(*args, **kwargs)

    monkeypatch.setattr(execution, "check_model", lose_the_lease_meanwhile)
    check(submission)
    assert (submission.state, submission.attempt) == ("uploaded", 1)

    monkeypatch.setattr(execution, "check_model", honest)
    check(submission)
    assert (submission.state, submission.attempt) == ("ready", 2)


def test_the_report_of_a_dead_attempt_does_not_settle_a_living_one(submission, monkeypatch):
    honest = execution.check_model

    def another_takes_over_meanwhile(*args, **kwargs):
        let_lease_expire(submission)
        reaper.sweep()
        assert execution._claim(submission.pk) is not None
        return honest(*args, **kwargs)

    monkeypatch.setattr(execution, "check_model", another_takes_over_meanwhile)
    check(submission)

    assert (submission.state, submission.attempt) == ("checking", 2)


def test_the_sweep_requeues_a_check_whose_worker_is_gone_and_leaves_a_living_one(
    submission, messages
):
    messages.clear()
    execution._claim(submission.pk)
    assert reaper.sweep() == 0

    let_lease_expire(submission)
    reaper.sweep()

    submission.refresh_from_db()
    assert (submission.state, submission.lease_expires_at) == ("uploaded", None)
    assert [task for task, _ in messages] == [execution.CHECK_TASK]
    last = submission.events.last()
    assert (last.by, last.reason) == ("reaper", "the lease expired")


def test_the_sweep_sends_a_lost_message_again_but_not_a_recent_one(submission, messages, settings):
    messages.clear()
    reaper.sweep()
    assert not messages

    Submission.objects.update(nudged_at=timezone.now() - settings.NUDGE_AFTER)
    reaper.sweep()
    reaper.sweep()

    assert len(messages) == 1


def test_a_file_that_changed_in_quarantine_is_not_run(submission, data_folder, monkeypatch):
    (data_folder / submission.model_file).write_bytes(b"something else")
    monkeypatch.setattr(execution, "check_model", lambda *_, **__: pytest.fail("it was run"))

    check(submission)

    assert submission.state == "uploaded"
    assert "not the one that was received" in submission.staff_note


def test_a_last_write_that_fails_leaves_the_check_to_be_done_again(
    submission, data_folder, monkeypatch
):
    settle = execution._settle

    def fail(*_, **__):
        raise OSError("the database went away")

    monkeypatch.setattr(execution, "_settle", fail)
    with pytest.raises(OSError, match="went away"):
        execution.check_submission(submission_id=submission.pk)
    monkeypatch.setattr(execution, "_settle", settle)
    let_lease_expire(submission)
    reaper.sweep()
    check(submission)

    assert (submission.state, submission.attempt) == ("ready", 2)
    assert [path.suffix for path in (data_folder / "quarantine").iterdir()] == []


def test_an_accepted_model_lies_under_the_name_of_its_content(submission, data_folder):
    test_set = registered_test_set()
    check(submission)

    assert submission.model_file.endswith(f"{submission.model_sha256}.onnx")
    assert (data_folder / submission.model_file).is_file()
    assert [run.test_set for run in submission.runs.all()] == [test_set]


def test_the_sweep_removes_orphans_and_keeps_what_waits(submission, data_folder, monkeypatch):
    quarantine = data_folder / "quarantine"
    gone = UUID(int=1)
    for name in (f"{gone}.onnx", f"{gone}.detector.onnx", f"{submission.pk}.detector.onnx"):
        (quarantine / name).write_bytes(b"left behind")
    reaper.sweep()
    assert len(list(quarantine.iterdir())) == 4

    monkeypatch.setattr(reaper, "KEEP_SETTLED", timedelta(0))
    reaper.sweep()

    waiting = {f"{submission.pk}.onnx", f"{submission.pk}.detector.onnx"}
    assert {path.name for path in quarantine.iterdir()} == waiting
