"""Presentation-attack detection: who is let through that should not be, and the reverse.

A presentation is accepted as bona fide when its liveness score is at or above the
threshold. One to which the model gave no response is never accepted: an attack without
response is no APCER error, a bona fide one without response is a BPCER error, and the rates
of non-response (APNRR, BPNRR) are stated beside. All presentations stay in the denominators.

APCER is that of the worst attack species; of equally bad ones the one with the highest upper
limit, because two species without an error are not known equally well. The APCER over all
attacks together ("pooled") stands beside it, because older reports state only that; it hides a
weak species among many strong ones.

References: ISO/IEC 30107-3:2023, APCER, BPCER, APNRR and BPNRR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.counting import MatedScores, NonMatedScores
from evaluation.metrics.evidence import evidence_for_target
from evaluation.metrics.presentations import liveness_histogram, tradeoff
from evaluation.metrics.subjects import clustered_rate
from evaluation.metrics.verification import area_under_curve, equal_error_rate, most_errors
from evaluation.results import Evidence
from evaluation.results.presentation_attack import (
    AttackPoint,
    PresentationAttackResult,
    SpeciesErrors,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray
    from evaluation.metrics.presentations import Presentations
    from evaluation.results import Rate

DEFAULT_THRESHOLD = 0.5
TARGET_APCERS = (0.01, 0.05, 0.10)


def presentation_attack_result(
    presentations: Presentations,
    *,
    protocol: str,
    title: str,
    recommended_threshold: float | None,
    replicates: int,
    seed: int,
) -> PresentationAttackResult:
    """Measure one protocol.

    Parameters
    ----------
    presentations : Presentations
    protocol, title : str
    recommended_threshold : float or None
        The supplier's; 0.5 where there is none.
    replicates, seed : int
        Of the subject bootstrap, where a subject is shown more than once.

    Returns
    -------
    PresentationAttackResult
    """
    measure = _Measure(presentations, replicates, seed)
    threshold = DEFAULT_THRESHOLD if recommended_threshold is None else recommended_threshold
    species = [
        SpeciesErrors(species=name, apcer=measure.apcer(name, threshold), apnrr=measure.apnrr(name))
        for name in presentations.attack_species
    ]
    worst = max(species, key=lambda one: _how_bad(one.apcer))
    bpcer, pooled = measure.bpcer(threshold), measure.apcer(None, threshold)
    live, attacks = measure.counted()
    return PresentationAttackResult(
        protocol=protocol,
        title=title,
        n_bona_fide=int(np.count_nonzero(~presentations.attack)),
        n_attacks=int(np.count_nonzero(presentations.attack)),
        n_subjects=int(np.unique(presentations.subjects).size),
        threshold=threshold,
        is_recommended=recommended_threshold is not None,
        worst_species=worst.species,
        apcer=worst.apcer,
        bpcer=bpcer,
        acer=(worst.apcer.value + bpcer.value) / 2,
        pooled_apcer=pooled,
        pooled_acer=(pooled.value + bpcer.value) / 2,
        bpnrr=measure.bpnrr(),
        species=tuple(species),
        operating_points=tuple(
            measure.point(target, presentations.attack_species) for target in TARGET_APCERS
        ),
        pooled_points=tuple(measure.point(target, [None]) for target in TARGET_APCERS),
        eer=None if attacks is None else equal_error_rate(live, attacks).rate,
        auc=None if attacks is None else area_under_curve(live, attacks),
        det=tradeoff(presentations),
        scores=liveness_histogram(presentations),
    )


class _Measure:
    """Counts of one set of presentations at any threshold."""

    def __init__(self, presentations: Presentations, replicates: int, seed: int) -> None:
        self._all = presentations
        self._replicates, self._seed = replicates, seed
        self._rows = {name: presentations.rows_of(name) for name in presentations.attack_species}
        self._live = ~presentations.attack

    def apcer(self, species: str | None, threshold: float) -> Rate:
        """APCER of a species, or of all attacks for None."""
        return self._rate(self._of(species), self._all.scores >= threshold)

    def bpcer(self, threshold: float) -> Rate:
        failures = int(np.count_nonzero(self._all.failed & self._live))
        return self._rate(self._live, self._all.scores < threshold, failures=failures)

    def apnrr(self, species: str) -> Rate:
        rows = self._rows[species]
        n_failed = int(np.count_nonzero(self._all.failed & rows))
        return self._rate(rows, self._all.failed, failures=n_failed)

    def bpnrr(self) -> Rate:
        n_failed = int(np.count_nonzero(self._all.failed & self._live))
        return self._rate(self._live, self._all.failed, failures=n_failed)

    def point(self, target: float, species: Sequence[str | None]) -> AttackPoint:
        """BPCER at the lowest threshold at which no species exceeds the target."""
        fewest = min(int(np.count_nonzero(self._of(name))) for name in species)
        evidence = evidence_for_target(target, fewest)
        if evidence is Evidence.NOT_ENOUGH:
            return AttackPoint(target_apcer=target, evidence=evidence)
        threshold = max(self._lowest_threshold(name, target) for name in species)
        rates = {name: self.apcer(name, threshold) for name in species}
        worst = max(rates, key=lambda name: _how_bad(rates[name]))
        return AttackPoint(
            target_apcer=target,
            evidence=evidence,
            threshold=threshold,
            species=worst,
            apcer=rates[worst],
            bpcer=self.bpcer(threshold),
        )

    def counted(self) -> tuple[MatedScores, NonMatedScores | None]:
        """Bona fide presentations, those without response losing, and attacks with response."""
        made = ~self._all.failed
        live = MatedScores.of(
            self._all.scores[self._live & made],
            failures=int(np.count_nonzero(self._live & ~made)),
        )
        attacks = self._all.scores[self._all.attack & made]
        return live, NonMatedScores.of(attacks) if attacks.size else None

    def _of(self, species: str | None) -> BoolArray:
        return self._all.attack if species is None else self._rows[species]

    def _lowest_threshold(self, species: str | None, target: float) -> float:
        """Lowest threshold that meets the target; the lowest score of all where any does."""
        rows = self._of(species)
        made = np.sort(self._all.scores[rows & ~self._all.failed])
        allowed = most_errors(target, int(np.count_nonzero(rows)))
        if allowed >= made.size:
            completed = self._all.scores[~self._all.failed]
            return float(completed.min()) if completed.size else 0.0
        return float(np.nextafter(made[made.size - 1 - allowed], np.inf))

    def _rate(self, rows: BoolArray, wrong: BoolArray, *, failures: int = 0) -> Rate:
        return clustered_rate(
            wrong[rows],
            self._all.subjects[rows],
            replicates=self._replicates,
            seed=self._seed,
            failures=failures,
        )


def _how_bad(apcer: Rate) -> tuple[float, float]:
    return apcer.value, apcer.high
