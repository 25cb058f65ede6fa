"""Live video: every frame of every passage searched in the watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.comparison import make_gallery, make_searches
from evaluation.metrics.live import live_result, wanted_live
from evaluation.metrics.live_trials import trials_of_passages
from evaluation.pipeline.extracting import templates_of
from evaluation.pipeline.kinds.base import Kind
from evaluation.pipeline.kinds.searching import ROWS_PER_SHARD, read_outcomes, write_outcomes
from evaluation.testsets.protocols import LiveProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.comparison import Gallery, Searches
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

    def score(self, protocol: LiveProtocol, inputs: ScoreInputs) -> tuple[Document, ...]:
        """Error rates per passage for every size of the watchlist."""
        gallery, searches = _made(protocol, inputs)
        settings = inputs.settings
        result = live_result(
            protocol=protocol,
            gallery=gallery,
            failed=templates_of(inputs.extracted).failed,
            passages=trials_of_passages(
                protocol, gallery, searches, read_outcomes(inputs), inputs.test_set.subject_index
            ),
            wanted=wanted_live(
                recommended=inputs.card.recommended_threshold,
                replicates=settings.replicates,
                seed=settings.seed,
            ),
        )
        return (result,)


def _made(protocol: LiveProtocol, inputs: CompareInputs) -> tuple[Gallery, Searches]:
    subjects = inputs.test_set.subject_index
    gallery = make_gallery(
        protocol.reference, subjects, sizes=protocol.gallery_sizes, seed=inputs.settings.seed
    )
    return gallery, make_searches(gallery, protocol.frame, subjects)
