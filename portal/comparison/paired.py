"""The chosen models on the very same comparisons, ranked with what the evidence tells apart.

The evidence of each run lies beside its result. The same people are drawn for every model,
so a difference is that of the models and not of who was in the test set.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

from evaluation.errors import ResultError
from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.ranking import SCHEMA_VERSION, At, ModelEvidence, compare_models, load_evidence
from portal.comparison.measured import distinct_names
from portal.core import store
from portal.runs.files import evidence_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.ranking import Ranking
    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import EvaluationRun

KNOWN_SECONDS = 86_400
"""A comparison of unchanging files never changes; this bounds the cache."""
MOST_BYTES = 64_000_000
"""Of all evidence together: about as much as three seconds compare, and a page may wait for."""
TOO_FEW = "Two models or more are needed."
UNKNOWN = (
    "Which differences are real cannot be said here: the evidence of single comparisons was not"
    " kept for all of these results, or it does not reach this operating point for all of them."
)
TOO_LARGE = (
    "Which differences are real is not worked out here: these results rest on too many"
    " comparisons to be ranked while a page is waited for. Choose fewer models."
)


@dataclass(frozen=True, slots=True)
class Paired:
    """The ranking, or a sentence that says why there is none."""

    ranking: Ranking | None = None
    why_not: str = ""


def paired_ranking(models: Sequence[MeasuredModel], basis: Basis) -> Paired:
    """Rank two models or more at the operating point of the basis."""
    if len(models) < 2:
        return Paired(why_not=TOO_FEW)
    key = _key(models, basis)
    known: Paired | None = cache.get(key)
    if known is None:
        known = _ranked(models, basis)
        if known.ranking:  # what is missing may be put right
            cache.set(key, known, KNOWN_SECONDS)
    return known


def evidence_file(run: EvaluationRun) -> Path:
    """Return where the evidence of a run lies: beside its result, of the same attempt.

    Raises
    ------
    OSError
        It cannot be had; without a bucket that shows when it is read.
    """
    return store.fetch(evidence_beside(settings.ASSAY_DATA / run.result_file))


def _key(models: Sequence[MeasuredModel], basis: Basis) -> str:
    parts = [str(SCHEMA_VERSION), basis.protocol.name, basis.target_key]
    parts += sorted(
        f"{model.run.pk} {model.run.result_sha256} {name} {model.run.submission.version}"
        for model, name in zip(models, distinct_names(models), strict=True)
    )
    return "paired-ranking-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _ranked(models: Sequence[MeasuredModel], basis: Basis) -> Paired:
    try:
        if sum(evidence_file(model.run).stat().st_size for model in models) > MOST_BYTES:
            return Paired(why_not=TOO_LARGE)
        compared = compare_models(
            list(map(_evidence, models, distinct_names(models))),
            protocol=basis.protocol.name,
            at=_operating_point(basis),
        )
    except (OSError, ResultError):
        return Paired(why_not=UNKNOWN)
    return Paired(compared.rankings[0])


def _operating_point(basis: Basis) -> At:
    """Return what the page shows; without anybody unknown there is no threshold to fix."""
    if not basis.is_search:
        return At(target_fmr=basis.target)
    if not basis.protocol.n_non_mated:
        return At(mode=OperatingMode.INVESTIGATION)
    return At(target_fpir=basis.target)


def _evidence(model: MeasuredModel, name: str) -> ModelEvidence:
    """Return a model's evidence under the names that the portal knows it by."""
    kept = load_evidence(evidence_file(model.run))
    names = {"model_name": name, "model_version": model.run.submission.version}
    return ModelEvidence(kept.identity.model_copy(update=names), kept.trials)
