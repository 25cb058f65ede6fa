"""The steps of an evaluation. Each reads files, writes one file whole, and forgets.

A step is a function of its arguments: repeated, given to another worker, or done in
another order it writes the same embeddings and scores. Only times differ.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from evaluation.comparison import compare_all_pairs, pair_scores
from evaluation.errors import ResultError
from evaluation.extraction import Templates, concatenate, extract_templates, load_templates
from evaluation.pipeline.children import OnStart, running_models
from evaluation.pipeline.settings import RunSettings, StepOutput
from evaluation.pipeline.speed import Speed
from evaluation.storage import atomic_path, sha256_of_file
from evaluation.testsets.protocols import AllPairsProtocol
from evaluation.throughput import measure_throughput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.pipeline.plan import CompareShard
    from evaluation.testsets.types import TestSet


def extract_shard(
    *,
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    indices: range,
    destination: Path,
    settings: RunSettings,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: OnStart | None = None,
) -> StepOutput:
    """Make the templates of one shard and write them to ``destination``.

    Parameters
    ----------
    test_set : TestSet
    model : bytes
        The ONNX file.
    card : ModelCard
    indices : range
        The shard.
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
    with running_models(test_set, model, card, settings, on_start) as running:
        templates = extract_templates(
            test_set,
            indices,
            model=running.embedding,
            card=card,
            detector=running.detector,
            batch_size=settings.batch_size,
            readers=settings.readers,
            crop_quality=settings.crop_quality,
            progress=progress,
            should_stop=should_stop,
        )
        child = running.facts()
    replace(templates, child=child).save(destination)
    return _finished(destination, started)


def compare_shard(
    *,
    test_set: TestSet,
    card: ModelCard,
    templates: Sequence[Path],
    shard: CompareShard,
    destination: Path,
) -> StepOutput:
    """Compare one shard of a protocol and write the scores to ``destination``.

    Parameters
    ----------
    test_set : TestSet
    card : ModelCard
        Says which similarity is used.
    templates : sequence of Path
        Files of all extract shards, in their order.
    shard : CompareShard
    destination : Path
        Appears whole or not at all.

    Returns
    -------
    StepOutput

    Raises
    ------
    ResultError
        A template file is missing or damaged, or they are not those of this test set.
    """
    started = time.perf_counter()
    everything = all_templates(test_set, templates)
    protocol = test_set.protocol(shard.protocol)
    with atomic_path(destination) as temporary:
        if isinstance(protocol, AllPairsProtocol):
            part = compare_all_pairs(
                everything, test_set.subject_index, shard.rows, similarity=card.similarity
            )
            part.save(temporary)
        else:
            scores = pair_scores(everything, protocol, similarity=card.similarity, rows=shard.rows)
            scores.save(temporary)
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
    with running_models(test_set, model, card, settings, on_start) as running:
        results = measure_throughput(
            running.embedding,
            card,
            test_set,
            detector=running.detector,
            batch_size=settings.batch_size,
            threads=settings.threads,
            min_seconds=settings.throughput_seconds,
            should_stop=should_stop,
        )
        child = running.facts()
    Speed(
        results=tuple(results),
        load_seconds=child.load_seconds,
        peak_memory_bytes=child.peak_memory_bytes,
    ).save(destination)
    return _finished(destination, started)


def all_templates(test_set: TestSet, paths: Sequence[Path]) -> Templates:
    """Join the files of all extract shards.

    Raises
    ------
    ResultError
        A file is missing or damaged, or they hold another number of samples.
    """
    templates = concatenate([load_templates(path) for path in paths])
    if len(templates) != len(test_set.samples):
        raise ResultError(
            f"the shards hold {len(templates)} samples and the test set {len(test_set.samples)}"
        )
    return templates


def _finished(destination: Path, started: float) -> StepOutput:
    seconds = time.perf_counter() - started
    return StepOutput(destination, sha256_of_file(destination), seconds)
