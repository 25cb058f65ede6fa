"""Claims, faults and sweeps of runs; the harness is replaced by files of one line."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Q
from django.utils import timezone

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError, StoppedError
from portal.runs import claims, execution, files, reaper, scoring
from portal.runs.models import EvaluationRun, RunState, Shard, ShardState, Stage
from tests.portal.runs.steps import expire, raising, state_of, write_one_line

pytestmark = pytest.mark.django_db(transaction=True)


# -- order of work


def test_the_canary_goes_alone_then_the_other_templates_then_the_rest(run, messages):
    messages.deliver()
    assert [task for task, _ in messages] == ["portal.runs.tasks.extract_shard"]

    messages.deliver()
    assert [task for task, _ in messages] == ["portal.runs.tasks.extract_shard"] * 2

    messages.deliver()
    messages.deliver()
    assert sorted(task for task, _ in messages) == [
        "portal.runs.tasks.compare_shard",
        "portal.runs.tasks.measure_speed",
    ]

    messages.deliver_all()
    assert state_of(run) == RunState.SCORED
    assert run.result_sha256


def test_a_model_that_fails_in_the_canary_costs_one_shard(run, messages, harness):
    harness("extract_shard", raising(ModelFailureError(CATALOGUE["MODEL-CRASHED"])))

    messages.deliver_all()

    assert state_of(run) == RunState.FAILED_SUPPLIER
    assert run.failure_code == "MODEL-CRASHED"
    assert run.failure_sentence == CATALOGUE["MODEL-CRASHED"].sentence
    assert run.failure_action
    assert sorted(run.shards.values_list("attempt", flat=True)) == [0, 0, 0, 0, 1]


# -- faults of ours


def test_a_fault_of_ours_is_tried_three_times_and_never_blamed_on_the_supplier(
    run, messages, harness
):
    harness("extract_shard", raising(OSError(28, "No space left on device")))
    messages.deliver_all()
    assert state_of(run) == RunState.RUNNING

    for _ in range(2):
        Shard.objects.update(nudged_at=None)
        reaper.sweep()
        messages.deliver_all()

    assert state_of(run) == RunState.FAILED_PLATFORM
    assert "No space left on device" in run.staff_note
    assert "No space" not in run.failure_sentence
    assert "not at fault" in run.failure_sentence


def test_a_fault_that_passes_leaves_no_trace_in_the_outcome(run, messages, harness):
    harness("extract_shard", raising(OSError(5, "Input/output error")))
    messages.deliver_all()
    harness("extract_shard", write_one_line)
    Shard.objects.update(nudged_at=None)

    reaper.sweep()
    messages.deliver_all()

    assert (state_of(run), run.staff_note, run.failure_code) == (RunState.SCORED, "", "")


@pytest.mark.parametrize(
    ("step", "earlier", "state"),
    [("extract_shard", 1, RunState.FAILED_SUPPLIER), ("compare_shard", 4, RunState.RUNNING)],
)
def test_only_where_its_model_runs_can_a_supplier_be_blamed_for_lateness(
    run, messages, harness, settings, step, earlier, state
):
    def until_the_time_is_up(**_):
        next(one for one in threading.enumerate() if one.name == "heartbeat").join(timeout=30)
        raise StoppedError("asked to stop")

    harness(step, until_the_time_is_up)
    for _ in range(earlier):
        messages.deliver()
    settings.HEARTBEAT_EVERY = timedelta(milliseconds=1)
    settings.SHARD_TIME_LIMIT = timedelta(0)

    messages.deliver()

    assert state_of(run) == state
    assert ("It took longer than" in run.staff_note) == (state == RunState.RUNNING)


def test_a_run_that_cannot_be_planned_fails_after_three_tries(run, messages, harness):
    def unreadable(*_, **__):
        raise OSError("manifest.json is gone")

    harness("plan_run", unreadable)
    for _ in range(3):
        EvaluationRun.objects.update(nudged_at=None)
        reaper.sweep()
        messages.deliver_all()

    assert state_of(run) == RunState.FAILED_PLATFORM
    assert "manifest.json is gone" in run.staff_note


def test_photographs_without_a_detector_in_the_settings_are_our_fault(run, messages):
    run.test_set.needs_detector = True
    run.test_set.save()

    messages.deliver_all()

    assert state_of(run) == RunState.FAILED_PLATFORM
    assert "ASSAY_DETECTOR" in run.staff_note


# -- lost leases, late reports, duplicates


def test_a_shard_whose_worker_is_gone_is_done_by_another(run, messages):
    messages.deliver()
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)
    messages.clear()
    claims.claim_shard(canary.pk)
    assert reaper.sweep() == 0

    expire(Shard.objects.filter(pk=canary.pk))
    reaper.sweep()
    messages.deliver_all()

    canary.refresh_from_db()
    assert (state_of(run), canary.attempt) == (RunState.SCORED, 2)


def test_a_shard_that_loses_its_worker_three_times_fails_the_run_as_ours(run, messages):
    messages.deliver()
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)
    for _ in range(3):
        claims.claim_shard(canary.pk)
        expire(Shard.objects.filter(pk=canary.pk))
        reaper.sweep()

    assert state_of(run) == RunState.FAILED_PLATFORM
    assert "stopped answering" in run.staff_note
    assert run.events.last().by == "reaper"


def test_the_late_report_of_a_dead_attempt_changes_nothing(run, messages, data_folder):
    messages.deliver()
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)
    dead = claims.claim_shard(canary.pk)
    expire(Shard.objects.filter(pk=canary.pk))
    reaper.sweep()
    living = claims.claim_shard(canary.pk)

    late = claims.finish_shard(dead, result_file="dead", sha256="d" * 64, seconds=1.0)
    in_time = claims.finish_shard(living, result_file="living", sha256="e" * 64, seconds=1.0)

    canary.refresh_from_db()
    assert (late, in_time) == (False, True)
    assert (canary.result_file, canary.state) == ("living", ShardState.DONE)


@pytest.mark.parametrize("notices", [True, False], ids=["at a heartbeat", "when it reports"])
def test_two_workers_on_one_shard_leave_the_file_of_the_one_that_counts(
    run, messages, data_folder, monkeypatch, notices
):
    messages.deliver()
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)
    step = execution.STEPS[Stage.EXTRACT]

    def lose_the_claim_and_write_all_the_same(shard, lease):
        monkeypatch.setitem(execution.STEPS, Stage.EXTRACT, step)
        expire(Shard.objects.filter(pk=shard.pk))
        reaper.sweep()
        execution.run_shard(shard_id=shard.pk)  # the other worker
        outcome = step(shard, lease)
        lease.lost = notices
        return outcome

    monkeypatch.setitem(execution.STEPS, Stage.EXTRACT, lose_the_claim_and_write_all_the_same)
    execution.run_shard(shard_id=canary.pk)

    canary.refresh_from_db()
    assert (canary.attempt, canary.state) == (2, ShardState.DONE)
    assert [path.name for path in files.folder(run).iterdir()] == ["extract-00000.a2.npz"]


def test_a_lease_renewed_while_the_sweep_looks_is_left_alone(run, messages):
    messages.deliver()
    shard = claims.claim_shard(run.shards.get(stage=Stage.EXTRACT, index=0).pk)
    lost = Q(state=ShardState.RUNNING, lease_expires_at__lt=timezone.now())

    assert reaper._requeue_shard(shard, lost) == 0
    assert claims.renew_shard(shard)


def test_a_dead_attempt_cannot_fail_the_run(run, messages):
    messages.deliver()
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)
    dead = claims.claim_shard(canary.pk)
    expire(Shard.objects.filter(pk=canary.pk))
    reaper.sweep()

    claims.fail_supplier(dead, code="MODEL-CRASHED", sentence="s", action="a")
    claims.give_back_shard(dead, note="n")

    assert state_of(run) == RunState.RUNNING


def test_one_of_two_claims_of_a_shard_wins(run, messages):
    messages.deliver()
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)

    assert claims.claim_shard(canary.pk) is not None
    assert claims.claim_shard(canary.pk) is None


def test_files_of_two_attempts_have_two_names(run, messages):
    messages.deliver()
    shard = run.shards.select_related("run").first()
    first = files.destination(shard, "npz")
    shard.attempt += 1

    assert first != files.destination(shard, "npz")


def test_every_message_lost_is_sent_again_by_the_sweep(run, messages, settings):
    settings.NUDGE_AFTER = timedelta(0)
    for _ in range(20):
        messages.clear()
        reaper.sweep()
        if not messages:
            break
        messages.deliver_all()

    assert state_of(run) == RunState.SCORED


def test_a_stale_or_unknown_message_is_harmless(run, messages):
    messages.deliver_all()

    execution.start_run(run_id=uuid4())
    execution.run_shard(shard_id=987654321)
    scoring.score(run_id=run.pk)

    assert state_of(run) == RunState.SCORED
    assert run.events.count() == 4
