"""With what a result was made: software, machine, settings."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation import __version__
from evaluation.card import Task
from evaluation.extraction.faces import takes_surroundings
from evaluation.pipeline.children import detector_of
from evaluation.results import Provenance
from evaluation.testsets.manifest import ImageKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evaluation.card import ModelCard
    from evaluation.extraction import ChildFacts
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.types import TestSet

_CPU_INFO = Path("/proc/cpuinfo")


def provenance(
    *,
    test_set: TestSet,
    card: ModelCard,
    settings: RunSettings,
    child: ChildFacts,
    stage_seconds: Mapping[str, float],
    started_at: datetime,
    finished_at: datetime,
) -> Provenance:
    """Describe the machine that this runs on, and the settings of the run.

    Parameters
    ----------
    test_set : TestSet
    card : ModelCard
    settings : RunSettings
        What of it had no part in the result is not stated.
    child : ChildFacts
        What the sandbox children said about their layers.
    stage_seconds : mapping of str to float
        Working time by stage.
    started_at, finished_at : datetime
        With time zone.

    Returns
    -------
    Provenance
    """
    detector = detector_of(test_set, card, settings)
    recogniser = settings.recogniser if card.task is Task.QUALITY else None
    return Provenance(
        assay_version=__version__,
        onnxruntime_version=version("onnxruntime"),
        opencv_version=version("opencv-python-headless"),
        numpy_version=version("numpy"),
        python_version=platform.python_version(),
        platform=platform.platform(),
        cpu_model=cpu_model(),
        cpu_count=os.cpu_count() or 1,
        threads=settings.threads,
        batch_size=batch_size_of(card, settings),
        crop_quality=settings.crop_quality if _aligns_photographs(test_set, card) else None,
        seed=settings.seed,
        bootstrap_replicates=settings.replicates,
        detector_sha256=None if detector is None else hashlib.sha256(detector.model).hexdigest(),
        detector_is=None if detector is None else "own" if detector.is_own else "reference",
        recogniser_sha256=None if recogniser is None else hashlib.sha256(recogniser[0]).hexdigest(),
        sandbox_layers=child.layers,
        sandbox_layers_missing=child.layers_missing,
        started_at=started_at,
        finished_at=finished_at,
        stage_seconds=dict(stage_seconds),
    )


def batch_size_of(card: ModelCard, settings: RunSettings) -> int:
    """Return how many samples a model is given at a time."""
    if card.task is Task.EMBEDDING:
        return settings.batch_size
    return 1 if card.task is Task.DETECTION else settings.score_batch_size


def _aligns_photographs(test_set: TestSet, card: ModelCard) -> bool:
    photographs = test_set.manifest.image_kind is ImageKind.PHOTOGRAPH
    return photographs and card.task is not Task.DETECTION and not takes_surroundings(card)


def cpu_model() -> str:
    """Name of this machine's processor; the architecture where the system does not say."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()
