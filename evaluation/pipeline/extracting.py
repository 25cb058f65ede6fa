"""What a model gives for the samples of a test set: one extractor for each task.

An extractor reads samples, runs the model in its sandbox and returns one row per
sample, failures included. The file of a row range is written by ``save`` and read by
the task's loader; ranges joined in order give what one range over all samples gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from evaluation.card import Task
from evaluation.errors import ResultError
from evaluation.extraction import (
    ChildFacts,
    Detections,
    Templates,
    concatenate,
    extract_detections,
    extract_outputs,
    extract_templates,
    join_detections,
    load_templates,
)
from evaluation.pipeline.children import (
    running_detector,
    running_models,
    running_scorer,
    workers_of,
)

if TYPE_CHECKING:
    from evaluation.extraction import Variation
    from evaluation.pipeline.kinds.base import ExtractInputs


class Extracted(Protocol):
    """One row per sample, whatever the task.

    Attributes
    ----------
    reasons : tuple of str
        '' or why a sample gave nothing, one per row.
    stage_seconds : mapping of str to float
        Working time by stage.
    child : ChildFacts or None
        What the sandbox child said about itself.
    """

    @property
    def reasons(self) -> tuple[str, ...]: ...

    @property
    def stage_seconds(self) -> Mapping[str, float]: ...

    @property
    def child(self) -> ChildFacts | None: ...

    @property
    def output_dim(self) -> int:
        """Length of what the model gives per sample; 0 where it varies."""

    def save(self, path: Path) -> None: ...


Extract: TypeAlias = "Callable[[range, ExtractInputs], Extracted]"
Load: TypeAlias = Callable[[Sequence[Path]], Extracted]


@dataclass(frozen=True, slots=True)
class Extractor:
    """How the samples of one task are extracted, and how its files are joined."""

    extract: Extract
    load: Load


def embeddings(rows: range, inputs: ExtractInputs, variation: Variation | None = None) -> Templates:
    """Templates of a range of samples, or of a variation's rows, by the model under test."""
    settings = inputs.settings
    return extract_templates(
        inputs.test_set,
        rows,
        card=inputs.card,
        launch=partial(running_models, inputs.test_set, inputs.model, inputs.card, settings),
        workers=workers_of(inputs.test_set, inputs.model, inputs.card, settings),
        batch_size=settings.batch_size,
        crop_quality=settings.crop_quality,
        variation=variation,
        progress=inputs.progress,
        should_stop=inputs.should_stop,
        on_start=inputs.on_start,
    )


def outputs(rows: range, inputs: ExtractInputs) -> Templates:
    """Numbers that a presentation-attack or quality model gives for a range of samples."""
    settings = inputs.settings
    return extract_outputs(
        inputs.test_set,
        rows,
        card=inputs.card,
        launch=partial(running_scorer, inputs.test_set, inputs.model, inputs.card, settings),
        workers=workers_of(inputs.test_set, inputs.model, inputs.card, settings),
        batch_size=settings.score_batch_size,
        crop_quality=settings.crop_quality,
        progress=inputs.progress,
        should_stop=inputs.should_stop,
        on_start=inputs.on_start,
    )


def detections(rows: range, inputs: ExtractInputs) -> Detections:
    """Faces that a detection model finds in a range of samples."""
    return extract_detections(
        inputs.test_set,
        rows,
        launch=partial(running_detector, inputs.model, inputs.card, inputs.settings),
        workers=workers_of(inputs.test_set, inputs.model, inputs.card, inputs.settings),
        progress=inputs.progress,
        should_stop=inputs.should_stop,
        on_start=inputs.on_start,
    )


def join_templates(paths: Sequence[Path]) -> Templates:
    """Join the files of shards of templates, in their order."""
    return concatenate([load_templates(path) for path in paths])


EXTRACTORS: dict[Task, Extractor] = {
    Task.EMBEDDING: Extractor(embeddings, join_templates),
    Task.PAD: Extractor(outputs, join_templates),
    Task.QUALITY: Extractor(outputs, join_templates),
    Task.DETECTION: Extractor(detections, join_detections),
}


def templates_of(extracted: Extracted) -> Templates:
    """Return what was extracted as templates.

    Raises
    ------
    ResultError
        It is the output of a model of another task.
    """
    if not isinstance(extracted, Templates):
        raise ResultError("these are no templates")
    return extracted


def detections_of(extracted: Extracted) -> Detections:
    """Return what was extracted as detections.

    Raises
    ------
    ResultError
        It is the output of a model of another task.
    """
    if not isinstance(extracted, Detections):
        raise ResultError("these are no detections")
    return extracted
