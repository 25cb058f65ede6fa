"""A run whose harness is replaced by files of one line, and what tests ask of it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from evaluation.pipeline import CompareShard, ExtractShard, Plan, StepOutput
from evaluation.storage import write_atomically
from portal.runs import execution, scoring
from portal.runs.recording import Outcome
from portal.runs.services import queue_run
from tests.portal.builders import make_submission, make_test_set

PLAN = Plan(
    extract=tuple(ExtractShard(rows) for rows in (range(32), range(32, 64), range(64, 80))),
    compare=(CompareShard("pairs", range(9)),),
)


def write_one_line(*, destination, **_):
    sha256 = write_atomically(destination, b"whole\n")
    return StepOutput(destination, sha256, 0.1)


@pytest.fixture
def harness(monkeypatch):
    """The harness's steps, to be replaced one by one."""
    monkeypatch.setattr(execution, "package_of", lambda run: object())
    monkeypatch.setattr(execution, "model_of", lambda run: b"model")
    monkeypatch.setattr(execution, "card_of", lambda run: SimpleNamespace(task="embedding"))
    monkeypatch.setattr(execution, "plan_run", lambda package, *, task: PLAN)
    for step in ("extract_shard", "compare_shard", "measure_speed"):
        monkeypatch.setattr(execution, step, write_one_line)
    monkeypatch.setattr(scoring, "_score", lambda run: Outcome("{}"))

    def replace(step, function):
        where = scoring if step == "_score" else execution
        monkeypatch.setattr(where, step, function)

    return replace


@pytest.fixture
def run(data_folder, messages, harness):
    return queue_run(submission=make_submission(), test_set=make_test_set(), by=None)


def expire(queryset):
    queryset.update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def state_of(run):
    run.refresh_from_db()
    return run.state


def raising(error):
    def step(**_):
        raise error

    return step
