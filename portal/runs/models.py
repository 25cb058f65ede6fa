"""Evaluation runs, the shards they are made of, and what they measured."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.core.states import HistoryEvent, LeasedModel, ModelWork
from portal.core.task_words import words_of
from portal.submissions.models import Submission
from portal.testsets.models import TestSet


class RunState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    SCORING = "scoring", "Scoring"
    SCORED = "scored", "Complete"
    FAILED_SUPPLIER = "failed_supplier", "Failed: the model"
    FAILED_PLATFORM = "failed_platform", "Failed: our platform"
    CANCELLED = "cancelled", "Cancelled"


RUN_MOVES: dict[str, frozenset[str]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.FAILED_PLATFORM, RunState.CANCELLED}),
    RunState.RUNNING: frozenset(
        {
            RunState.SCORING,
            RunState.QUEUED,  # the lease was lost: another attempt
            RunState.FAILED_SUPPLIER,
            RunState.FAILED_PLATFORM,
            RunState.CANCELLED,
        }
    ),
    RunState.SCORING: frozenset(
        {RunState.SCORED, RunState.QUEUED, RunState.FAILED_PLATFORM, RunState.CANCELLED}
    ),
    RunState.SCORED: frozenset(),
    RunState.FAILED_SUPPLIER: frozenset(),
    RunState.FAILED_PLATFORM: frozenset(),
    RunState.CANCELLED: frozenset(),
}
ACTIVE_RUN_STATES = [state for state, following in RUN_MOVES.items() if following]


class ReleaseState(models.TextChoices):
    PRIVATE = "private", "Not released yet"
    PREVIEW = "preview", "Shown to the supplier"
    RELEASED = "released", "Released"
    WITHHELD = "withheld", "Withheld"


RELEASE_MOVES: dict[str, frozenset[str]] = {
    ReleaseState.PRIVATE: frozenset(
        {ReleaseState.PREVIEW, ReleaseState.RELEASED, ReleaseState.WITHHELD}
    ),
    ReleaseState.PREVIEW: frozenset({ReleaseState.RELEASED, ReleaseState.WITHHELD}),
    ReleaseState.RELEASED: frozenset({ReleaseState.WITHHELD}),
    ReleaseState.WITHHELD: frozenset({ReleaseState.PREVIEW, ReleaseState.RELEASED}),
}


class EvaluationRun(LeasedModel):
    """One model version measured on one test set. A finished run never changes."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="runs")
    test_set = models.ForeignKey(TestSet, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(
        max_length=20, choices=RunState, default=RunState.QUEUED, db_index=True
    )
    release = models.CharField(
        max_length=20, choices=ReleaseState, default=ReleaseState.PRIVATE, db_index=True
    )
    preview_closes_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    queued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    failure_code = models.CharField(max_length=40, blank=True)
    failure_sentence = models.CharField(max_length=300, blank=True)
    failure_action = models.CharField(max_length=300, blank=True)
    staff_note = models.TextField(blank=True)
    result_file = models.CharField(max_length=200, blank=True)
    """Path of result.json below the data folder."""
    result_sha256 = models.CharField(max_length=64, blank=True)
    step_files_removed = models.BooleanField(default=False)
    """Of a run that has ended: the files of its steps hold templates and are not kept."""

    class Meta:
        ordering = ["-queued_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="runs_run_state_known"
            ),
            models.UniqueConstraint(
                fields=["submission", "test_set"],
                condition=Q(state__in=[*ACTIVE_RUN_STATES, RunState.SCORED]),
                name="runs_one_live_run_per_model_and_set",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE_RUN_STATES, finished_at__isnull=True)
                | (~Q(state__in=ACTIVE_RUN_STATES) & Q(finished_at__isnull=False)),
                name="runs_finished_at_iff_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.SCORED) | ~Q(result_sha256=""),
                name="runs_scored_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(release=ReleaseState.PRIVATE) | Q(state=RunState.SCORED),
                name="runs_only_scored_runs_are_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} on {self.test_set}"


EXPIRED_REASON = "the lease expired"
"""Of a move, or of no move at all, that follows from a worker that stopped answering."""


class RunEvent(HistoryEvent):
    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="events")

    class Meta(HistoryEvent.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Stage(models.TextChoices):
    """Steps of a run; what the first two are called depends on the model's task."""

    EXTRACT = "extract", "Run the model"
    COMPARE = "compare", "Compare its answers"
    SPEED = "speed", "Measure speed"

    def words(self, task: str) -> str:
        """Return what this step does with a model of ``task``."""
        said = words_of(task)
        return {Stage.EXTRACT: said.extract, Stage.COMPARE: said.compare}.get(self, self.label)


class ShardState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"


class Shard(ModelWork):
    """A piece of a run that one worker does at a time; doing it twice is harmless."""

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="shards")
    stage = models.CharField(max_length=20, choices=Stage)
    index = models.PositiveIntegerField()
    protocol = models.CharField(max_length=80, blank=True)
    first = models.PositiveIntegerField(default=0)
    stop = models.PositiveIntegerField(default=0)
    """Samples or rows ``first <= i < stop``."""
    state = models.CharField(max_length=20, choices=ShardState, default=ShardState.WAITING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    result_file = models.CharField(max_length=200, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["run", "stage", "index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "stage", "index"], name="runs_shard_once"),
            models.CheckConstraint(
                condition=Q(state__in=ShardState.values), name="runs_shard_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ShardState.DONE) | ~Q(result_sha256=""),
                name="runs_shard_done_with_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{Stage(self.stage).words(self.run.submission.task)}, piece {self.index + 1}"


class Evidence(models.TextChoices):
    SUFFICIENT = "sufficient", "Enough evidence"
    INDICATIVE = "indicative", "Indicative"
    NOT_ENOUGH = "not_enough", "Not enough evidence"


class Measurement(models.Model):
    """One printed figure of a run: a rate with its counts, or a speed.

    ``metric`` is the standard's word: fnmr_at_fmr, fmr, eer, auc, fold_accuracy,
    failure_to_enrol, offline_samples_per_second, single_stream_p90_ms ...
    """

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="measurements")
    protocol = models.CharField(max_length=80, blank=True)
    metric = models.CharField(max_length=60)
    condition = models.TextField(blank=True)
    """What else it holds for, as ``gallery=1000;rank=1``, ``blur=4`` or ``sex=female``."""
    target = models.FloatField(null=True, blank=True)
    """Target rate of an operating point: an FMR, FPIR or APCER."""
    threshold = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    errors = models.PositiveBigIntegerField(null=True, blank=True)
    trials = models.PositiveBigIntegerField(null=True, blank=True)
    failures = models.PositiveBigIntegerField(null=True, blank=True)
    method = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=20, choices=Evidence, default=Evidence.SUFFICIENT)

    class Meta:
        ordering = ["run", "protocol", "metric", "condition", "-target"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "protocol", "metric", "condition", "target"],
                name="runs_measurement_once",
            ),
            models.UniqueConstraint(
                fields=["run", "protocol", "metric", "condition"],
                condition=Q(target__isnull=True),
                name="runs_measurement_without_target_once",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True)
                | Q(low__isnull=True)
                | Q(low__lte=F("value"), high__gte=F("value")),
                name="runs_measurement_inside_its_interval",
            ),
        ]
        indexes = [models.Index(fields=["metric", "protocol", "target"])]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}"


class Curve(models.Model):
    """The points of one chart of a run, as the harness computed them."""

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="curves")
    protocol = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    """``error_tradeoff`` (threshold, fmr, fnmr, fnmr_low, fnmr_high) or ``scores``.

    The trade-off of searches and passages, in the largest gallery, has fpir and fnir instead.
    """
    points = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "protocol", "kind"], name="runs_curve_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.protocol}"
