"""How one evaluation is cut into steps that can be done apart, in any order of workers.

The plan depends on the test set and the model's task only, so it can be made again at
any time and is the same. The first shard of the extraction is the canary: small, so that
a model that fails does so before much work is given out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.extraction.extract import BATCH_SIZES
from evaluation.pipeline.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.card import Task
    from evaluation.testsets.protocols import Protocol
    from evaluation.testsets.types import TestSet

CANARY_SAMPLES = 32
SHARD_UNIT = max(BATCH_SIZES)


@dataclass(frozen=True, slots=True)
class ExtractShard:
    """Part of what is to be extracted.

    Attributes
    ----------
    rows : range
        Samples of the test set, or extra rows of a protocol.
    protocol : str
        Name of the protocol whose extra rows they are; '' for the samples themselves.
    """

    rows: range
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class CompareShard:
    """Part of one protocol.

    Attributes
    ----------
    protocol : str
        Name of the protocol.
    rows : range
        What a row is, is the kind's: a trial, a sample, a search.
    """

    protocol: str
    rows: range


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one evaluation but the speed and the score.

    Attributes
    ----------
    extract : tuple of ExtractShard
        The samples without gap, the first shard being the canary; then extra rows.
    compare : tuple of CompareShard
        Each needs all extract shards of the samples and of its own protocol.
    """

    extract: tuple[ExtractShard, ...]
    compare: tuple[CompareShard, ...]


def plan_run(
    test_set: TestSet,
    *,
    task: Task,
    protocols: Sequence[str] | None = None,
    samples_per_shard: int = 256,
    rows_per_shard: int | None = None,
) -> Plan:
    """Cut an evaluation into shards.

    Parameters
    ----------
    test_set : TestSet
    task : Task
        Of the model; protocols for other tasks are left out.
    protocols : sequence of str, optional
        Names of the protocols to run; all for the task by default.
    samples_per_shard : int
        Samples of an extract shard but the canary; a multiple of 32, so that batches
        are the same however the work is cut.
    rows_per_shard : int, optional
        Rows of a compare shard; what suits the kind of protocol by default.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        A size is not positive, or ``samples_per_shard`` no multiple of 32.
    TestSetError
        The test set has no protocol of that name, or none for models of that task.
    """
    if samples_per_shard <= 0 or samples_per_shard % SHARD_UNIT:
        raise ValueError(f"samples_per_shard must be a multiple of {SHARD_UNIT}")
    if rows_per_shard is not None and rows_per_shard <= 0:
        raise ValueError("rows_per_shard must be positive")
    n_samples = len(test_set.samples)
    canary = range(min(CANARY_SAMPLES, n_samples))
    extract = [ExtractShard(canary)]
    extract += [
        ExtractShard(rows) for rows in _cut(range(CANARY_SAMPLES, n_samples), samples_per_shard)
    ]
    compare: list[CompareShard] = []
    for protocol in chosen_protocols(test_set, protocols, task=task):
        kind, name = kind_of(protocol), protocol.name
        extra = range(kind.extra_rows(test_set, protocol))
        extract += [ExtractShard(rows, name) for rows in _cut(extra, samples_per_shard)]
        compared = range(kind.compare_rows(test_set, protocol))
        size = rows_per_shard or kind.rows_per_shard
        compare += [CompareShard(name, rows) for rows in _cut(compared, size)]
    return Plan(tuple(extract), tuple(compare))


def chosen_protocols(
    test_set: TestSet, names: Sequence[str] | None, *, task: Task
) -> list[Protocol]:
    """Protocols of these names, in the test set's order; all for the task where none is given.

    Raises
    ------
    TestSetError
        The test set has no protocol of that name, or none for models of that task.
    """
    fitting = [one for one in test_set.protocols if kind_of(one).task is task]
    if names is not None:
        wanted = {test_set.protocol(name).name for name in names}
        fitting = [protocol for protocol in fitting if protocol.name in wanted]
    if not fitting:
        message = f"there is no protocol for models whose task is {task} among those asked for"
        raise TestSetError(message, path=test_set.root)
    return fitting


def _cut(rows: range, size: int) -> Iterator[range]:
    for start in range(rows.start, rows.stop, size):
        yield range(start, min(start + size, rows.stop))
