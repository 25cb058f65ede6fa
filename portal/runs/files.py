"""Where the files of a run lie: one folder per run, one name per piece and attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from portal.runs.models import ShardState

if TYPE_CHECKING:
    from pathlib import Path

    from portal.runs.models import EvaluationRun, Shard, Stage


def folder(run: EvaluationRun) -> Path:
    """Return the run's folder, which exists from then on."""
    path: Path = settings.ASSAY_DATA / "runs" / str(run.pk)
    path.mkdir(parents=True, exist_ok=True)
    return path


def destination(shard: Shard, ending: str) -> Path:
    """Name this attempt's file: a late attempt writes beside it, never over it."""
    return folder(shard.run) / f"{shard.stage}-{shard.index:05}.a{shard.attempt}.{ending}"


def result(shard: Shard) -> Path:
    """Return the file that a finished shard recorded."""
    path: Path = settings.ASSAY_DATA / shard.result_file
    return path


def results(run: EvaluationRun, stage: Stage) -> list[Path]:
    """Return the files of a stage's finished shards, in their order."""
    done = run.shards.filter(stage=stage, state=ShardState.DONE).order_by("index")
    return [result(shard) for shard in done]
