"""Searches of a gallery: probes against references, mated or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from evaluation.comparison import make_gallery, make_searches
from evaluation.metrics.differentials import (
    SearchesOfPeople,
    search_axis,
    search_differential_results,
    search_points,
)
from evaluation.metrics.identification_assembly import identification_result
from evaluation.metrics.identification_trials import trials_of_searches
from evaluation.metrics.search_evidence import search_evidence
from evaluation.pipeline.extracting import templates_of
from evaluation.pipeline.kinds.attributes import values_of_samples
from evaluation.pipeline.kinds.base import Kind
from evaluation.pipeline.kinds.searching import (
    ROWS_PER_SHARD,
    read_outcomes,
    wanted_of,
    write_outcomes,
)
from evaluation.testsets.protocols import IdentificationProtocol, LeaveOneOutProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.arrays import Int32Array
    from evaluation.comparison import Gallery, Searches
    from evaluation.metrics.trial_evidence import TrialEvidence
    from evaluation.pipeline.kinds.base import CompareInputs, ScoreInputs
    from evaluation.results import Document
    from evaluation.testsets.types import TestSet

GROUP_RANKS = (1, 20)
"""Lengths of the list without a threshold for which groups are measured."""


class Identification(Kind[IdentificationProtocol]):
    """Rows are searches in the order of `make_searches`."""

    rows_per_shard = ROWS_PER_SHARD

    def compare_rows(self, test_set: TestSet, protocol: IdentificationProtocol) -> int:
        """Count probes."""
        return int(protocol.probe.size)

    def compare(
        self,
        protocol: IdentificationProtocol,
        rows: range,
        destination: Path,
        inputs: CompareInputs,
    ) -> None:
        """Make a range of the searches."""
        gallery, searches = _of_protocol(protocol, inputs)
        write_outcomes(gallery, searches, rows, destination, inputs)

    def score(
        self, protocol: IdentificationProtocol, inputs: ScoreInputs
    ) -> tuple[Document | TrialEvidence, ...]:
        """Error rates for every size of the gallery, and by group for the whole one."""
        gallery, searches = _of_protocol(protocol, inputs)
        return _measured(protocol, "identification", gallery, searches, inputs)


class LeaveOneOut(Kind[LeaveOneOutProtocol]):
    """Every sample searches all others; rows are searches in the order of `make_searches`."""

    rows_per_shard = ROWS_PER_SHARD

    def compare_rows(self, test_set: TestSet, protocol: LeaveOneOutProtocol) -> int:
        """Count samples."""
        return len(test_set.samples)

    def compare(
        self,
        protocol: LeaveOneOutProtocol,
        rows: range,
        destination: Path,
        inputs: CompareInputs,
    ) -> None:
        """Make a range of the searches."""
        gallery, searches = _of_all(inputs)
        write_outcomes(gallery, searches, rows, destination, inputs)

    def score(
        self, protocol: LeaveOneOutProtocol, inputs: ScoreInputs
    ) -> tuple[Document | TrialEvidence, ...]:
        """Error rates of one gallery, which holds everybody, and by group."""
        gallery, searches = _of_all(inputs)
        return _measured(protocol, "leave_one_out", gallery, searches, inputs)


def _of_protocol(
    protocol: IdentificationProtocol, inputs: CompareInputs
) -> tuple[Gallery, Searches]:
    return _made(protocol.reference, protocol.probe, protocol.gallery_sizes, inputs)


def _of_all(inputs: CompareInputs) -> tuple[Gallery, Searches]:
    everyone = np.arange(inputs.test_set.subject_index.size, dtype=np.int32)
    return _made(everyone, everyone, (), inputs)


def _made(
    reference: Int32Array, probe: Int32Array, sizes: tuple[int, ...], inputs: CompareInputs
) -> tuple[Gallery, Searches]:
    subjects = inputs.test_set.subject_index
    gallery = make_gallery(reference, subjects, sizes=sizes, seed=inputs.settings.seed)
    return gallery, make_searches(gallery, probe, subjects)


def _measured(
    protocol: IdentificationProtocol | LeaveOneOutProtocol,
    kind: Literal["identification", "leave_one_out"],
    gallery: Gallery,
    searches: Searches,
    inputs: ScoreInputs,
) -> tuple[Document | TrialEvidence, ...]:
    test_set, settings = inputs.test_set, inputs.settings
    failed = templates_of(inputs.extracted).failed
    trials = trials_of_searches(gallery, searches, read_outcomes(inputs), test_set.subject_index)
    result = identification_result(
        protocol=protocol.name,
        title=protocol.title,
        kind=kind,
        gallery=gallery,
        failed=failed,
        trials=trials,
        wanted=wanted_of(inputs),
    )
    people = SearchesOfPeople(
        protocol=protocol.name,
        title=protocol.title,
        trials=trials[-1],
        values={
            name: [of_sample[probe] for probe in searches.probe.tolist()]
            for name, of_sample in values_of_samples(test_set).items()
        },
        failed=failed[searches.probe],
    )
    by_group = search_differential_results(
        people,
        search_points(result.galleries[-1], GROUP_RANKS),
        search_axis(result.galleries[-1]),
        seed=settings.seed,
        replicates=settings.replicates,
    )
    evidence = search_evidence(
        result.galleries[-1],
        trials[-1],
        protocol=protocol.name,
        title=protocol.title,
        seed=settings.seed,
        replicates=settings.replicates,
    )
    return (result, *evidence, *by_group)
