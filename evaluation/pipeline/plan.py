"""How one evaluation is cut into steps that can be done apart, in any order of workers.

The plan depends on the test set only, so it can be made again at any time and is the
same. The first shard of the extraction is the canary: small, so that a model that
fails does so before much work is given out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.extraction.extract import BATCH_SIZES
from evaluation.testsets.protocols import AllPairsProtocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.testsets.protocols import Protocol
    from evaluation.testsets.types import TestSet

CANARY_SAMPLES = 32
SHARD_UNIT = max(BATCH_SIZES)


@dataclass(frozen=True, slots=True)
class CompareShard:
    """Part of one protocol.

    Attributes
    ----------
    protocol : str
        Name of the protocol.
    rows : range
        Trials of a pair list, or of all pairs (i, j), i < j, the samples i.
    """

    protocol: str
    rows: range


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one evaluation but the speed and the score.

    Attributes
    ----------
    extract : tuple of range
        Indices of samples, without gap; the first is the canary.
    compare : tuple of CompareShard
        Each needs the templates of all extract shards.
    """

    extract: tuple[range, ...]
    compare: tuple[CompareShard, ...]


def plan_run(
    test_set: TestSet,
    *,
    protocols: Sequence[str] | None = None,
    samples_per_shard: int = 256,
    rows_per_shard: int = 2048,
) -> Plan:
    """Cut an evaluation into shards.

    Parameters
    ----------
    test_set : TestSet
    protocols : sequence of str, optional
        Names of the protocols to run; all by default.
    samples_per_shard : int
        Samples of an extract shard but the canary; a multiple of 32, so that batches
        are the same however the work is cut.
    rows_per_shard : int
        Trials or samples of a compare shard.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        A size is not positive, or ``samples_per_shard`` no multiple of 32.
    TestSetError
        The test set has no protocol of that name.
    """
    if samples_per_shard <= 0 or samples_per_shard % SHARD_UNIT:
        raise ValueError(f"samples_per_shard must be a multiple of {SHARD_UNIT}")
    if rows_per_shard <= 0:
        raise ValueError("rows_per_shard must be positive")
    n_samples = len(test_set.samples)
    starts = [0, *range(CANARY_SAMPLES, n_samples, samples_per_shard)]
    ends = [*starts[1:], n_samples]
    extract = tuple(range(start, end) for start, end in zip(starts, ends, strict=True))
    compare: list[CompareShard] = []
    for protocol in chosen_protocols(test_set, protocols):
        n_rows = _n_rows(protocol, n_samples)
        compare.extend(
            CompareShard(protocol.name, range(start, min(start + rows_per_shard, n_rows)))
            for start in range(0, n_rows, rows_per_shard)
        )
    return Plan(extract, tuple(compare))


def chosen_protocols(test_set: TestSet, names: Sequence[str] | None) -> list[Protocol]:
    """Protocols of these names, in the test set's order; all where no name is given."""
    if names is None:
        return list(test_set.protocols)
    wanted = {test_set.protocol(name).name for name in names}
    return [protocol for protocol in test_set.protocols if protocol.name in wanted]


def _n_rows(protocol: Protocol, n_samples: int) -> int:
    if isinstance(protocol, AllPairsProtocol):
        return n_samples
    return int(protocol.mated.size)
