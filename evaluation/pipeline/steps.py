"""The steps of an evaluation. Each reads files, writes one file whole, and forgets.

A step is a function of its arguments: repeated, given to another worker, or done in
another order it writes the same embeddings and scores. Only times differ.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from evaluation.card import Task
from evaluation.errors import ResultError
from evaluation.pipeline.children import (
    OnStart,
    running_detector,
    running_models,
    running_scorer,
)
from evaluation.pipeline.extracting import EXTRACTORS, join_templates
from evaluation.pipeline.kinds import CompareInputs, ExtractInputs, kind_of
from evaluation.pipeline.measuring import speed_of
from evaluation.pipeline.settings import RunSettings, StepOutput
from evaluation.pipeline.speed import Speed
from evaluation.storage import atomic_path, sha256_of_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.extraction import ChildFacts, Templates
    from evaluation.pipeline.extracting import Extracted
    from evaluation.pipeline.plan import CompareShard, ExtractShard
    from evaluation.testsets.types import TestSet


def extract_shard(
    *,
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    shard: ExtractShard,
    destination: Path,
    settings: RunSettings,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: OnStart | None = None,
) -> StepOutput:
    """Run the model on one shard and write what it gave to ``destination``.

    Parameters
    ----------
    test_set : TestSet
    model : bytes
        The ONNX file.
    card : ModelCard
    shard : ExtractShard
    destination : Path
        Appears whole or not at all.
    settings : RunSettings
    progress : callable, optional
        Called with (samples done, samples of the shard).
    should_stop : callable, optional
        Asked between batches.
    on_start : callable, optional
        Called with the process group of each child that is started.

    Returns
    -------
    StepOutput

    Raises
    ------
    ModelFailureError
        The model's fault.
    StoppedError
        ``should_stop`` said so.
    EvaluationError
        Another fault, of the test set, the detector or this system.
    """
    started = time.perf_counter()
    inputs = ExtractInputs(
        test_set=test_set,
        model=model,
        card=card,
        settings=settings,
        progress=progress,
        should_stop=should_stop,
        on_start=on_start,
    )
    extracted: Extracted
    if shard.protocol:
        protocol = test_set.protocol(shard.protocol)
        extracted = kind_of(protocol).extract_extra(protocol, shard.rows, inputs)
    else:
        extracted = EXTRACTORS[card.task].extract(shard.rows, inputs)
    extracted.save(destination)
    return _finished(destination, started)


def compare_shard(
    *,
    test_set: TestSet,
    card: ModelCard,
    extracts: Sequence[tuple[ExtractShard, Path]],
    shard: CompareShard,
    destination: Path,
    settings: RunSettings,
) -> StepOutput:
    """Compare one shard of a protocol and write the scores to ``destination``.

    Parameters
    ----------
    test_set : TestSet
    card : ModelCard
        Says which similarity is used.
    extracts : sequence of (ExtractShard, Path)
        All extract shards and their files, in any order.
    shard : CompareShard
    destination : Path
        Appears whole or not at all.
    settings : RunSettings

    Returns
    -------
    StepOutput

    Raises
    ------
    ResultError
        A file is missing or damaged, or they are not those of this test set.
    """
    started = time.perf_counter()
    protocol = test_set.protocol(shard.protocol)
    inputs = CompareInputs(
        test_set=test_set,
        card=card,
        extracted=all_extracted(test_set, card.task, extracts),
        extra=all_extra(test_set, shard.protocol, extracts),
        settings=settings,
    )
    with atomic_path(destination) as temporary:
        kind_of(protocol).compare(protocol, shard.rows, temporary, inputs)
    return _finished(destination, started)


def measure_speed(
    *,
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    destination: Path,
    settings: RunSettings,
    should_stop: Callable[[], bool] | None = None,
    on_start: OnStart | None = None,
) -> StepOutput:
    """Measure speed in a child of its own and write the figures to ``destination``.

    Parameters
    ----------
    test_set, model, card, settings, should_stop, on_start
        As for `extract_shard`.
    destination : Path
        Appears whole or not at all.

    Returns
    -------
    StepOutput

    Raises
    ------
    ModelFailureError
        The model's fault.
    StoppedError
        ``should_stop`` said so.
    """
    started = time.perf_counter()
    speed = speed_of(test_set, model, card, settings, should_stop=should_stop, on_start=on_start)
    if speed is None:
        speed = _unmeasured(_loaded(test_set, model, card, settings, on_start))
    speed.save(destination)
    return _finished(destination, started)


def _unmeasured(child: ChildFacts) -> Speed:
    return Speed(
        results=(),
        load_seconds=child.load_seconds,
        peak_memory_bytes=child.peak_memory_bytes,
    )


def _loaded(
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    on_start: OnStart | None,
) -> ChildFacts:
    """Load a model that no sample can be given to, and ask its child about itself."""
    if card.task is Task.EMBEDDING:
        with running_models(test_set, model, card, settings, on_start) as running:
            return running.facts()
    if card.task is Task.DETECTION:
        with running_detector(model, card, settings, on_start) as detecting:
            return detecting.facts()
    with running_scorer(test_set, model, card, settings, on_start) as scoring:
        return scoring.facts()


def all_extracted(
    test_set: TestSet, task: Task, extracts: Sequence[tuple[ExtractShard, Path]]
) -> Extracted:
    """Join what a model gave for all samples of a test set.

    Raises
    ------
    ResultError
        A file is missing or damaged, or the shards leave a gap or overlap.
    """
    extracted = EXTRACTORS[task].load(_files_of("", len(test_set.samples), extracts))
    if len(extracted.reasons) != len(test_set.samples):
        raise ResultError(
            f"the shards hold {len(extracted.reasons)} samples and the test set "
            f"{len(test_set.samples)}"
        )
    return extracted


def all_extra(
    test_set: TestSet, protocol: str, extracts: Sequence[tuple[ExtractShard, Path]]
) -> Templates | None:
    """Join the extra rows of a protocol; None where its kind has none.

    Raises
    ------
    ResultError
        A file is missing or damaged, or the shards leave a gap or overlap.
    """
    found = test_set.protocol(protocol)
    n_rows = kind_of(found).extra_rows(test_set, found)
    if not n_rows:
        return None
    return join_templates(_files_of(protocol, n_rows, extracts))


def require_whole(name: str, shards: Sequence[range], n_rows: int) -> None:
    """Refuse shards, in order, that leave a gap or overlap.

    Raises
    ------
    ResultError
    """
    ends = [0, *(shard.stop for shard in shards)]
    starts = [*(shard.start for shard in shards), n_rows]
    if starts != ends:
        raise ResultError(f"the shards of {name} leave a gap or overlap")


def _files_of(
    protocol: str, n_rows: int, extracts: Sequence[tuple[ExtractShard, Path]]
) -> list[Path]:
    mine = sorted(
        ((shard.rows, path) for shard, path in extracts if shard.protocol == protocol),
        key=lambda item: item[0].start,
    )
    name = f"protocol {protocol}" if protocol else "the extraction"
    require_whole(name, [rows for rows, _ in mine], n_rows)
    return [path for _, path in mine]


def _finished(destination: Path, started: float) -> StepOutput:
    seconds = time.perf_counter() - started
    return StepOutput(destination, sha256_of_file(destination), seconds)
