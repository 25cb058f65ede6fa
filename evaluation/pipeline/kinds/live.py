"""Live video: every frame of every passage searched in the watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.comparison import make_gallery, make_searches
from evaluation.metrics.differentials import (
    SearchesOfPeople,
    search_axis,
    search_differential_results,
    search_points,
)
from evaluation.metrics.live import live_result, wanted_live
from evaluation.metrics.live_trials import (
    failed_passages,
    passages_in_order,
    trials_of_passages,
)
from evaluation.metrics.search_evidence import search_evidence
from evaluation.pipeline.extracting import templates_of
from evaluation.pipeline.kinds.attributes import values_together
from evaluation.pipeline.kinds.base import Kind
from evaluation.pipeline.kinds.searching import ROWS_PER_SHARD, read_outcomes, write_outcomes
from evaluation.testsets.protocols import LiveProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.comparison import Gallery, Searches
    from evaluation.metrics.trial_evidence import TrialEvidence
    from evaluation.pipeline.kinds.base import CompareInputs, ScoreInputs
    from evaluation.results import Document
    from evaluation.testsets.types import TestSet


class Live(Kind[LiveProtocol]):
    """Rows are searches for frames, in the order of `make_searches`."""

    rows_per_shard = ROWS_PER_SHARD

    def compare_rows(self, test_set: TestSet, protocol: LiveProtocol) -> int:
        """Count frames."""
        return int(protocol.frame.size)

    def compare(
        self, protocol: LiveProtocol, rows: range, destination: Path, inputs: CompareInputs
    ) -> None:
        """Search for a range of the frames."""
        gallery, searches = _made(protocol, inputs)
        write_outcomes(gallery, searches, rows, destination, inputs)

    def score(
        self, protocol: LiveProtocol, inputs: ScoreInputs
    ) -> tuple[Document | TrialEvidence, ...]:
        """Error rates per passage for every size of the watchlist, and by group."""
        gallery, searches = _made(protocol, inputs)
        test_set, settings = inputs.test_set, inputs.settings
        failed = templates_of(inputs.extracted).failed
        passages = trials_of_passages(
            protocol, gallery, searches, read_outcomes(inputs), test_set.subject_index
        )
        result = live_result(
            protocol=protocol,
            gallery=gallery,
            failed=failed,
            passages=passages,
            wanted=wanted_live(
                recommended=inputs.card.recommended_threshold,
                replicates=settings.replicates,
                seed=settings.seed,
            ),
        )
        order = passages_in_order(protocol, searches)
        together = values_together(test_set, protocol.passage, protocol.frame)
        people = SearchesOfPeople(
            protocol=protocol.name,
            title=protocol.title,
            trials=passages[-1].trials,
            values={name: [column[k] for k in order.tolist()] for name, column in together.items()},
            failed=failed_passages(protocol, failed)[order],
        )
        by_group = search_differential_results(
            people,
            search_points(result.watchlists[-1], (1,)),
            search_axis(result.watchlists[-1]),
            seed=settings.seed,
            replicates=settings.replicates,
        )
        evidence = search_evidence(
            result.watchlists[-1],
            passages[-1].trials,
            protocol=protocol.name,
            title=protocol.title,
            seed=settings.seed,
            replicates=settings.replicates,
        )
        return (result, *evidence, *by_group)


def _made(protocol: LiveProtocol, inputs: CompareInputs) -> tuple[Gallery, Searches]:
    subjects = inputs.test_set.subject_index
    gallery = make_gallery(
        protocol.reference, subjects, sizes=protocol.gallery_sizes, seed=inputs.settings.seed
    )
    return gallery, make_searches(gallery, protocol.frame, subjects)
