"""The chosen models on the very same comparisons, ranked with what the evidence tells apart.

The evidence of each run lies beside its result. The same people are drawn for every model,
so a difference is that of the models and not of who was in the test set.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache

from evaluation.errors import ResultError
from evaluation.ranking import ModelEvidence, compare_models, load_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.ranking import Ranking
    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import EvaluationRun

KNOWN_SECONDS = 86_400
"""A comparison of unchanging files never changes; this bounds the cache."""
RESULT_PREFIX, EVIDENCE_PREFIX = "result.", "evidence."
NO_RANKING: Final = "no ranking"


def paired_ranking(models: Sequence[MeasuredModel], basis: Basis) -> Ranking | None:
    """Rank two models or more at the operating point of the basis.

    None for fewer, and where the evidence of a run was not kept or lacks the operating point.
    """
    if len(models) < 2:
        return None
    key = _key(models, basis)
    known = cache.get(key)
    if known is None:
        known = _ranking(models, basis) or NO_RANKING
        cache.set(key, known, KNOWN_SECONDS)
    return None if known == NO_RANKING else known


def evidence_file(run: EvaluationRun) -> Path:
    """Return where the evidence of a run lies: beside its result, of the same attempt."""
    result = Path(settings.ASSAY_DATA) / run.result_file
    ending = result.name.removeprefix(RESULT_PREFIX).removesuffix(".json")
    return result.with_name(f"{EVIDENCE_PREFIX}{ending}.npz")


def _key(models: Sequence[MeasuredModel], basis: Basis) -> str:
    parts = [basis.protocol.name, basis.target_key]
    parts += sorted(f"{model.run.pk} {model.run.result_sha256} {model.name}" for model in models)
    return "paired-ranking-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _ranking(models: Sequence[MeasuredModel], basis: Basis) -> Ranking | None:
    try:
        compared = compare_models(
            [_evidence(model) for model in models],
            protocol=basis.protocol.name,
            target_fmr=basis.target,
        )
    except ResultError:
        return None
    return compared.rankings[0]


def _evidence(model: MeasuredModel) -> ModelEvidence:
    """Return a model's evidence under the names that the portal knows it by."""
    kept = load_evidence(evidence_file(model.run))
    submission = model.run.submission
    names = {"model_name": submission.product.name, "model_version": submission.version}
    return ModelEvidence(kept.identity.model_copy(update=names), kept.trials)
