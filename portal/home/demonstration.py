"""The demonstration, step by step; each step does what is missing, so a second start is quick.

A start that was broken off goes on where it was: a step that was not finished leaves nothing,
or leaves what the next start completes. What people entered or decided is never changed.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q

from fixtures.demo import load_demo, load_deployments
from fixtures.faces import DEMO_SETS, build_demo_sets
from models import build_all
from portal.accounts.models import Role
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    EvaluationRun,
    ReleaseState,
    RunState,
    Shard,
    ShardState,
)
from portal.runs.services import release_result
from portal.submissions.models import Submission, SubmissionState
from portal.submissions.selectors import UNSETTLED_STATES
from portal.submissions.services import submit_model
from portal.testsets.models import TestSet
from portal.testsets.services import register_test_set

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.demo import DemoProduct, DemoWorld

ENDED = [state for state in RunState if state not in ACTIVE_RUN_STATES]

RECOGNISER = "cnn"
"""The reference model by whose errors the demonstration judges image quality."""

_WORKER = {
    "ASSAY_THREADS": "1",  # two processes on two cores, one thread each
    "ASSAY_THROUGHPUT_SECONDS": "0.15",  # each speed is measured with the machine to itself
    "ASSAY_HEARTBEAT_SECONDS": "2",
    "ASSAY_LEASE_SECONDS": "15",  # a start that was broken off is taken up again soon
    "ASSAY_SWEEP_SECONDS": "5",
    "ASSAY_NUDGE_SECONDS": "30",
}


def worker_environment() -> dict[str, str]:
    """Return the settings of the demonstration's workers that are not those of a service.

    The recogniser's files need not be there yet: they are written before anything is submitted.
    """
    recogniser = _models_folder() / RECOGNISER
    return {
        **_WORKER,
        "ASSAY_RECOGNISER": f"{recogniser}.onnx",
        "ASSAY_RECOGNISER_CARD": f"{recogniser}.json",
    }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the evaluations of the demonstration are."""

    share: float
    runs_ended: int
    runs: int
    checks_left: int

    @property
    def is_complete(self) -> bool:
        return not self.checks_left and self.runs_ended == self.runs


def password() -> str:
    """Return the password of the demonstration's people, made at the first start."""
    path: Path = settings.ASSAY_DATA / "demo-password"
    if not path.exists():
        path.write_text(f"assay-{secrets.token_hex(4)}-demo")
        path.chmod(0o600)
    return path.read_text().strip()


def load_records() -> DemoWorld:
    """Create the demonstration's suppliers, products, people and roadmap where missing."""
    return load_demo(password=password())


def build_test_sets(progress: Callable[..., None]) -> None:
    """Draw and register the synthetic test sets that are not registered yet."""
    registered = set(TestSet.objects.values_list("package", flat=True))
    if registered.issuperset(plan.name for plan in DEMO_SETS):
        return
    settings.ASSAY_TEST_SETS.mkdir(parents=True, exist_ok=True)
    for path in build_demo_sets(settings.ASSAY_TEST_SETS, progress):
        if path.name not in registered:
            register_test_set(package=path.name, by=None)


def submit_reference_models(world: DemoWorld) -> list[Submission]:
    """Submit each reference model for its product, through the service that suppliers use."""
    missing = [each for each in world.products if _submission_of(each) is None]
    if missing:
        built = {model.name: model for model in build_all(_models_folder())}
        for each in missing:
            model = built[each.reference_model]
            submit_model(
                product=each.product,
                card=json.loads(model.card_path.read_text(encoding="utf-8")),
                model_file=model.model_path,
                by=each.submitter,
            )
    submissions = [_submission_of(each) for each in world.products]
    return [submission for submission in submissions if submission is not None]


def _models_folder() -> Path:
    folder: Path = settings.ASSAY_DATA / "demo-models"
    return folder


def _submission_of(each: DemoProduct) -> Submission | None:
    """Return the first submission of the product, whatever people did with it since."""
    return Submission.objects.filter(product=each.product).order_by("created_at").first()


def progress_of(submissions: list[Submission]) -> Progress:
    """Count what is done; every shard and every score is one piece."""
    present = Submission.objects.filter(pk__in=[each.pk for each in submissions])
    checks_left = present.filter(state__in=UNSETTLED_STATES).count()
    runs = EvaluationRun.objects.filter(submission__in=present)
    tasks = [test_set.tasks for test_set in TestSet.objects.filter(is_active=True)]
    to_come = sum(
        submission.task in of_set
        for submission in present.filter(state__in=UNSETTLED_STATES)
        for of_set in tasks
    )
    ended = runs.filter(state__in=ENDED).count()
    shards = (
        Shard.objects.filter(run__submission__in=present, run__state__in=ACTIVE_RUN_STATES)
        .values("run")
        .annotate(done=Count("pk", filter=Q(state=ShardState.DONE)), total=Count("pk"))
    )
    partly = sum(run["done"] / (run["total"] + 1) for run in shards)  # one more: the scoring
    expected = max(runs.count() + to_come, 1)
    return Progress((ended + partly) / expected, ended, runs.count(), checks_left)


def release_results(world: DemoWorld, submissions: list[Submission]) -> int:
    """Release the demonstration's results that nobody has decided on, as JSaRC would."""
    undecided = EvaluationRun.objects.filter(
        submission__in=submissions,
        submission__state=SubmissionState.READY,
        state=RunState.SCORED,
        release=ReleaseState.PRIVATE,
    )
    by = world.people[Role.JSARC]
    for run in undecided:
        release_result(run=run, by=by)
    return len(undecided)


def enter_deployments(world: DemoWorld, submissions: list[Submission]) -> None:
    """Enter what the demonstration's forces saw with its models."""
    load_deployments(submissions, by=world.people[Role.JSARC])


def failures(submissions: list[Submission]) -> list[str]:
    """Return a sentence for each check or evaluation that did not succeed."""
    refused = Submission.objects.filter(
        pk__in=[each.pk for each in submissions], state=SubmissionState.REJECTED
    )
    failed = EvaluationRun.objects.filter(
        submission__in=submissions,
        state__in=[RunState.FAILED_SUPPLIER, RunState.FAILED_PLATFORM],
    ).select_related("submission__product", "test_set")
    return [
        *(f"{each} was refused: {each.failure_sentence}" for each in refused),
        *(f"{each} failed: {each.staff_note or each.failure_sentence}" for each in failed),
    ]
