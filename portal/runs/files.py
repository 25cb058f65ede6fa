"""Where the files of a run lie: one folder per run, one name per piece and attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from portal.core import store
from portal.runs.models import ShardState

if TYPE_CHECKING:
    from pathlib import Path

    from portal.runs.models import EvaluationRun, Shard, Stage


def folder_of(run: EvaluationRun) -> Path:
    """Name the run's folder."""
    path: Path = settings.ASSAY_DATA / "runs" / str(run.pk)
    return path


def folder(run: EvaluationRun) -> Path:
    """Return the run's folder, which exists from then on."""
    path = folder_of(run)
    path.mkdir(parents=True, exist_ok=True)
    return path


def below_data(path: Path) -> str:
    """Return a path as it is stored in a row."""
    return str(path.relative_to(settings.ASSAY_DATA))


def destination(shard: Shard, ending: str) -> Path:
    """Name this attempt's file: a late attempt writes beside it, never over it."""
    return folder(shard.run) / f"{shard.stage}-{shard.index:05}.a{shard.attempt}.{ending}"


def result_of(run: EvaluationRun) -> Path:
    """Name the file of this attempt's result."""
    return folder(run) / f"result.a{run.attempt}.json"


def evidence_of(run: EvaluationRun) -> Path:
    """Name the file of the evidence behind this attempt's result."""
    return evidence_beside(result_of(run))


def kept_of(run: EvaluationRun) -> set[Path]:
    """Name what stays of a run that has ended: a scored one's result and its evidence."""
    if not run.result_file:
        return set()
    result = settings.ASSAY_DATA / run.result_file
    return {result, evidence_beside(result)}


def evidence_beside(result: Path) -> Path:
    """Name the evidence that belongs to a result, of the same attempt."""
    ending = result.name.removeprefix("result.").removesuffix(".json")
    return result.with_name(f"evidence.{ending}.npz")


def result(shard: Shard) -> Path:
    """Return where the file lies that a finished shard recorded."""
    return store.fetch(settings.ASSAY_DATA / shard.result_file, sha256=shard.result_sha256)


def is_there(shard: Shard) -> bool:
    """Whether the file that a finished shard recorded can be had."""
    try:
        return result(shard).exists()
    except FileNotFoundError:
        return False


def results(run: EvaluationRun, stage: Stage) -> list[Path]:
    """Return the files of a stage's finished shards, in their order."""
    done = run.shards.filter(stage=stage, state=ShardState.DONE).order_by("index")
    return [result(shard) for shard in done]
