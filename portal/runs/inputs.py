"""What the steps of a run read: the package, the model's files and card, and the settings."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from evaluation.card import load_card, parse_card
from evaluation.pipeline import ExtractShard, RunSettings
from evaluation.sandbox import Limits
from evaluation.testsets import open_test_set
from portal.core import store
from portal.runs import files
from portal.runs.models import EvaluationRun, Stage
from portal.submissions.execution import layer_policy

if TYPE_CHECKING:
    from evaluation.card import ModelCard
    from evaluation.testsets import TestSet as Package
    from portal.testsets.models import TestSet


class UnusableInputError(Exception):
    """A file of ours is missing or is not the one that was recorded; the text is for staff."""


def extracts_of(run: EvaluationRun) -> list[tuple[ExtractShard, Path]]:
    return [
        (ExtractShard(range(shard.first, shard.stop), shard.protocol), files.result(shard))
        for shard in run.shards.filter(stage=Stage.EXTRACT).order_by("index")
    ]


def run_settings(test_set: TestSet) -> RunSettings:
    """Return the harness's settings that are in force on this worker.

    The detector is for sets that need one: on others a result must not depend on whether this
    deployment happens to name one.
    """
    shard_seconds = int(settings.SHARD_TIME_LIMIT.total_seconds())
    return RunSettings(
        threads=settings.HARNESS_THREADS,
        throughput_seconds=settings.THROUGHPUT_SECONDS,
        limits=Limits(
            cpu_seconds=shard_seconds * settings.HARNESS_THREADS,
            max_model_bytes=settings.ASSAY_MAX_MODEL_BYTES,
        ),
        policy=layer_policy(),
        detector=_reference("ASSAY_DETECTOR") if test_set.needs_detector else None,
        recogniser=_reference("ASSAY_RECOGNISER") if "quality" in test_set.tasks else None,
    )


def settings_of(run: EvaluationRun) -> RunSettings:
    """Return the settings of a run, with the face detector that came with its model."""
    submission = run.submission
    own = submission.detector_file and _file(submission.detector_file, submission.detector_sha256)
    return replace(run_settings(run.test_set), own_detector=own or None)


def _reference(setting: str) -> tuple[bytes, ModelCard] | None:
    """Return a reference model of this deployment and its card; None where none is named."""
    model, card = getattr(settings, setting), getattr(settings, f"{setting}_CARD")
    return (Path(model).read_bytes(), load_card(Path(card))) if model else None


def package_of(run: EvaluationRun) -> Package:
    package = open_test_set(store.fetch_folder(settings.ASSAY_TEST_SETS / run.test_set.package))
    if package.sha256 != run.test_set.sha256:
        raise UnusableInputError(f"The package of {run.test_set} is not the one registered.")
    return package


def model_of(run: EvaluationRun) -> bytes:
    return _file(run.submission.model_file, run.submission.model_sha256)


def _file(below_data: str, sha256: str) -> bytes:
    content = store.fetch(settings.ASSAY_DATA / below_data, sha256=sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UnusableInputError(f"The file {below_data} is not the one received.")
    return content


def card_of(run: EvaluationRun) -> ModelCard:
    return parse_card(run.submission.card)
