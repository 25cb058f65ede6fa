"""The last step: once, by whoever holds it, and nothing is left of one that did not count."""

import pytest

from portal.runs import lifecycle, reaper
from portal.runs.models import EvaluationRun, RunState
from portal.runs.recording import Outcome
from portal.runs.services import cancel_run
from tests.portal.builders import make_user
from tests.portal.runs.steps import expire, state_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_score_that_fails_is_tried_again_and_the_shards_are_kept(run, messages, harness):
    def full(_):
        raise OSError("disk full")

    harness("_score", full)
    messages.deliver_all()
    assert state_of(run) == RunState.QUEUED
    harness("_score", lambda run: Outcome("{}"))
    EvaluationRun.objects.update(nudged_at=None)

    reaper.sweep()
    messages.deliver_all()

    assert (state_of(run), run.attempt) == (RunState.SCORED, 2)
    assert set(run.shards.values_list("attempt", flat=True)) == {1}


def test_a_last_scoring_whose_worker_answers_while_the_sweep_looks_is_left_alone(
    run, messages, settings, monkeypatch
):
    settings.MAX_ATTEMPTS = 1
    while messages and messages[0][0] != "portal.runs.tasks.score_run":
        messages.deliver()
    claimed = lifecycle.claim_scoring(run.pk)
    expire(EvaluationRun.objects.filter(pk=run.pk))
    fail = reaper.fail_platform

    def renew_then_fail(*args, **fields):
        lifecycle.renew_scoring(claimed)
        return fail(*args, **fields)

    monkeypatch.setattr(reaper, "fail_platform", renew_then_fail)
    reaper.sweep()

    assert state_of(run) == RunState.SCORING


def test_a_scoring_whose_worker_is_gone_is_done_again(run, messages):
    while messages and messages[0][0] != "portal.runs.tasks.score_run":
        messages.deliver()
    messages.clear()
    lifecycle.claim_scoring(run.pk)
    expire(EvaluationRun.objects.filter(pk=run.pk))

    reaper.sweep()
    messages.deliver_all()

    assert (state_of(run), run.attempt) == (RunState.SCORED, 2)


def test_a_run_is_not_scored_before_every_shard_is_done(run, messages):
    messages.deliver()

    assert lifecycle.claim_scoring(run.pk) is None


def test_a_cancel_while_scoring_ends_cancelled_and_records_nothing(run, messages, harness):
    def cancel_meanwhile(_):
        cancel_run(run=run, by=make_user("jsarc"))
        return Outcome("{}")

    harness("_score", cancel_meanwhile)
    messages.deliver_all()

    assert state_of(run) == RunState.CANCELLED
    assert run.result_sha256 == ""
