"""What a kind of protocol does in a run: extra samples to extract, rows to compare, sections.

A kind is stateless. Its steps are functions of their arguments that write one file
whole; rows are cut into ranges by the plan, and files of any cut merge to the same bits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from evaluation.card import Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.extraction import Templates
    from evaluation.metrics.trial_evidence import TrialEvidence
    from evaluation.pipeline.children import OnStart
    from evaluation.pipeline.extracting import Extracted
    from evaluation.pipeline.settings import RunSettings
    from evaluation.results import Document
    from evaluation.testsets.protocols import Protocol
    from evaluation.testsets.types import TestSet

P = TypeVar("P", bound="Protocol")


@dataclass(frozen=True, slots=True)
class ExtractInputs:
    """What an extraction reads, and whom it tells.

    Attributes
    ----------
    model : bytes
        The ONNX file.
    progress : callable or None
        Called with (samples done, samples of the shard).
    should_stop : callable or None
        Asked between batches.
    on_start : callable or None
        Called with the process group of each child that is started.
    """

    test_set: TestSet
    model: bytes
    card: ModelCard
    settings: RunSettings
    progress: Callable[[int, int], None] | None = None
    should_stop: Callable[[], bool] | None = None
    on_start: OnStart | None = None


@dataclass(frozen=True, slots=True)
class CompareInputs:
    """What a comparison reads.

    Attributes
    ----------
    extracted : Extracted
        What the model gave for all samples of the test set.
    extra : Templates or None
        All of the protocol's extra rows, where its kind has any.
    """

    test_set: TestSet
    card: ModelCard
    extracted: Extracted
    extra: Templates | None
    settings: RunSettings


@dataclass(frozen=True, slots=True)
class ScoreInputs(CompareInputs):
    """What a kind's sections are made of.

    Attributes
    ----------
    comparisons : tuple of Path
        Files of all compare shards of the protocol, in order of their rows.
    """

    comparisons: tuple[Path, ...]


class Kind(ABC, Generic[P]):
    """One kind of protocol; subclasses say what it does."""

    task: ClassVar[Task] = Task.EMBEDDING
    """Which models it is for."""
    rows_per_shard: ClassVar[int] = 2048
    """Rows that one worker compares at a time, unless told otherwise."""

    def extra_rows(self, test_set: TestSet, protocol: P) -> int:
        """Rows to extract beside the samples of the test set."""
        return 0

    def extract_extra(self, protocol: P, rows: range, inputs: ExtractInputs) -> Templates:
        """Extract a range of the extra rows."""
        raise NotImplementedError(f"{type(self).__name__} has no extra rows")

    def compare_rows(self, test_set: TestSet, protocol: P) -> int:
        """Rows to compare; 0 where the score is made of the extracted samples alone."""
        return 0

    def compare(self, protocol: P, rows: range, destination: Path, inputs: CompareInputs) -> None:
        """Compare a range of rows and write the file ``destination``."""
        raise NotImplementedError(f"{type(self).__name__} has nothing to compare")

    @abstractmethod
    def score(self, protocol: P, inputs: ScoreInputs) -> tuple[Document | TrialEvidence, ...]:
        """Measure the protocol: sections of the result, and evidence for comparing models."""
