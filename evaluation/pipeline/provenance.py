"""With what a result was made: software, machine, settings."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation import __version__
from evaluation.results import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evaluation.extraction import ChildFacts
    from evaluation.pipeline.settings import RunSettings

_CPU_INFO = Path("/proc/cpuinfo")


def provenance(
    *,
    settings: RunSettings,
    from_photographs: bool,
    child: ChildFacts,
    stage_seconds: Mapping[str, float],
    started_at: datetime,
    finished_at: datetime,
) -> Provenance:
    """Describe the machine that this runs on, and the settings of the run.

    Parameters
    ----------
    settings : RunSettings
    from_photographs : bool
        False: detector and crop quality had no part in the result and are not stated.
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
    detector = settings.detector if from_photographs else None
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
        batch_size=settings.batch_size,
        crop_quality=settings.crop_quality if from_photographs else None,
        seed=settings.seed,
        bootstrap_replicates=settings.replicates,
        detector_sha256=None if detector is None else hashlib.sha256(detector[0]).hexdigest(),
        sandbox_layers=child.layers,
        sandbox_layers_missing=child.layers_missing,
        started_at=started_at,
        finished_at=finished_at,
        stage_seconds=dict(stage_seconds),
    )


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
