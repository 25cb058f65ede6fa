"""The leaderboard as CSV: one row per model, those that are not ranked with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison.leaderboard.points import point_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.leaderboard.board import Board
    from portal.comparison.leaderboard.profile_board import ProfileBoard
    from portal.comparison.leaderboard.versions import Version
    from portal.runs.models import EvaluationRun, Measurement

IDENTITY = ("supplier", "product", "version", "model_id", "model_sha256", "result_id")
BASIS = ("test_set", "test_set_revision", "protocol", "metric", "condition", "target")
RATE = ("value", "low", "high", "errors", "trials", "evidence")
BOARD_HEADER = (
    "best_rank", "worst_rank", "group", "share_of_draws_first", "rank_low", "rank_high",
    "not_ranked_because", *IDENTITY, *BASIS, *RATE,
)  # fmt: skip
VERSIONS_HEADER = (*IDENTITY, "submitted_at", "against_the_version_before", *BASIS, *RATE)
PROFILE_HEADER = (
    "use_case", "best_rank", "worst_rank", "index", "share_of_draws_first", "not_ranked_because",
    *IDENTITY, "test_set", "test_set_revision", "protocol", "measure", "weight", "metric",
    "condition", "target", *RATE,
)  # fmt: skip


def board_rows(board: Board) -> Iterator[list[object]]:
    """Yield the ranked models, best first, and then the others."""
    for row in board.rows:
        drawn = row.drawn_ranks or ("", "")
        standing = [row.best_rank, row.worst_rank, row.group, row.first, *drawn, ""]
        yield [*standing, *_identity(row.run), *_basis(board.basis), *_rate(row.rate)]
    for left in (*board.left_out, *board.earlier):
        yield [
            *[""] * 6,
            left.reason,
            *_identity(left.run),
            *_basis(board.basis),
            *_rate(left.rate),
        ]


def version_rows(versions: Sequence[Version], basis: Basis) -> Iterator[list[object]]:
    """Yield one row per version, the newest first."""
    for one in versions:
        history = [one.submitted_at.isoformat(), one.against_older]
        yield [*_identity(one.run), *history, *_basis(basis), *_rate(one.rate)]


def profile_rows(board: ProfileBoard) -> Iterator[list[object]]:
    """Yield one row per model and measure, the best models first, and then the others."""
    on = [board.basis.test_set.slug, board.basis.test_set.revision, board.basis.protocol.name]
    for row in board.rows:
        ranks = row.ranks or ("", "")
        start = [board.use_case, *ranks, row.index, row.first, "", *_identity(row.run), *on]
        for one, figure in zip(board.weighed, row.figures, strict=True):
            named = [one.words, one.weight, figure.metric, figure.condition, figure.target]
            yield [*start, *named, *_rate(figure)]
    for left in board.left_out:
        yield [board.use_case, *[""] * 4, left.reason, *_identity(left.run), *on, *[""] * 11]


def _identity(run: EvaluationRun) -> list[object]:
    model = run.submission
    product = model.product
    return [
        product.supplier.legal_name,
        product.name,
        model.version,
        model.pk,
        model.model_sha256,
        run.pk,
    ]


def _basis(basis: Basis) -> list[object]:
    test_set, point = basis.test_set, point_of(basis)
    return [
        test_set.slug,
        test_set.revision,
        point.protocol.name,
        point.metric,
        point.condition,
        point.target,
    ]


def _rate(rate: Measurement | None) -> list[object]:
    if rate is None:
        return ["", "", "", "", "", "not_measured"]
    return [rate.value, rate.low, rate.high, rate.errors, rate.trials, rate.evidence]
