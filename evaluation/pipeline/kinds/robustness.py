"""Image conditions: the probes of a clean protocol made worse in steps.

The extra rows are the degraded probes, variant by variant: row ``v * n_probes + k`` is
probe k in variant v. The threshold is the clean protocol's, found again here from the
same templates by the same code, so it is the one that the clean protocol prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.degraded import VariantCounts, count_variant, mated_trials_of, probes_of
from evaluation.comparison.storage import load_arrays, save_arrays
from evaluation.errors import ResultError
from evaluation.extraction import Templates
from evaluation.imaging.align import ARCFACE_TEMPLATE
from evaluation.imaging.degrade import degrade
from evaluation.metrics.assembly import printable_thresholds
from evaluation.metrics.robustness import DegradedTrials, robustness_result
from evaluation.pipeline.extracting import embeddings, templates_of
from evaluation.pipeline.kinds.base import Kind
from evaluation.pipeline.kinds.based import base_of, trials_of_base
from evaluation.testsets.protocols import RobustnessProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.arrays import FloatArray, Int32Array, IntArray
    from evaluation.imaging.decode import UInt8Image
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.pipeline.kinds.base import CompareInputs, ExtractInputs, ScoreInputs
    from evaluation.pipeline.kinds.based import Base
    from evaluation.results import Document
    from evaluation.testsets.types import TestSet

_ARRAYS = (
    "targets",
    "thresholds",
    "subjects",
    "missed",
    "failures",
    "false_matches",
    "non_mated",
    "n_people",
)


class Robustness(Kind[RobustnessProtocol]):
    """One comparison shard makes all variants: they share the clean thresholds."""

    rows_per_shard = 1

    def extra_rows(self, test_set: TestSet, protocol: RobustnessProtocol) -> int:
        """Count degraded probes over all variants."""
        n_probes = probes_of(base_of(test_set, protocol), test_set.subject_index).size
        return len(variants_of(protocol)) * int(n_probes)

    def extract_extra(
        self, protocol: RobustnessProtocol, rows: range, inputs: ExtractInputs
    ) -> Templates:
        """Make templates of degraded probes."""
        probes = probes_of(base_of(inputs.test_set, protocol), inputs.test_set.subject_index)
        return embeddings(rows, inputs, DegradedProbes(inputs.test_set, protocol, probes))

    def compare_rows(self, test_set: TestSet, protocol: RobustnessProtocol) -> int:
        """Return one row, which is the whole protocol."""
        return 1

    def compare(
        self, protocol: RobustnessProtocol, rows: range, destination: Path, inputs: CompareInputs
    ) -> None:
        """Count every variant at the thresholds of the clean protocol."""
        if inputs.extra is None:
            raise ResultError(f"the degraded probes of protocol {protocol.name} are missing")
        base, subjects = base_of(inputs.test_set, protocol), inputs.test_set.subject_index
        clean = templates_of(inputs.extracted)
        mated, non_mated = _clean_trials(base, clean, inputs)
        targets = printable_thresholds(non_mated)
        thresholds = np.array(list(targets.values()))
        counts = [_clean_counts(base, clean, mated, non_mated, thresholds, inputs)]
        n_probes = probes_of(base, subjects).size
        for variant in range(len(variants_of(protocol))):
            probes = _part(inputs.extra, variant * n_probes, n_probes)
            counts.append(
                count_variant(
                    clean, probes, base, subjects, thresholds, similarity=inputs.card.similarity
                )
            )
        _save(destination, targets, counts, _subjects(base, inputs), non_mated.n_effective)

    def score(self, protocol: RobustnessProtocol, inputs: ScoreInputs) -> tuple[Document, ...]:
        """Error rates by condition and step."""
        found = load_arrays(inputs.comparisons[0], _ARRAYS)
        n_mated, n_variants = found["subjects"].size, 1 + len(variants_of(protocol))
        shape = (n_variants, found["thresholds"].size, n_mated)
        missed = np.unpackbits(found["missed"], count=int(np.prod(shape))).reshape(shape)
        result = robustness_result(
            protocol=protocol.name,
            title=protocol.title,
            base=protocol.base,
            conditions=[(one.condition.value, one.steps) for one in protocol.conditions],
            targets=list(zip(found["targets"].tolist(), found["thresholds"].tolist(), strict=True)),
            trials=DegradedTrials(
                subjects=found["subjects"],
                missed=missed.astype(np.bool_),
                failures=found["failures"],
                false_matches=found["false_matches"],
                non_mated=found["non_mated"],
                n_people=int(found["n_people"][0]),
            ),
            replicates=inputs.settings.replicates,
            seed=inputs.settings.seed,
        )
        return (result,)


class DegradedProbes:
    """Row ``v * n_probes + k`` is probe k in variant v; used by several threads at once."""

    def __init__(self, test_set: TestSet, protocol: RobustnessProtocol, probes: Int32Array) -> None:
        self._test_set = test_set
        self._variants = [
            (one.condition, step) for one in protocol.conditions for step in one.steps
        ]
        self._probes = probes

    def sample_of(self, row: int) -> int:
        """Return the sample that a row is made of."""
        return int(self._probes[row % self._probes.size])

    def change(
        self, row: int, image: UInt8Image, landmarks: FloatArray | None
    ) -> tuple[UInt8Image, FloatArray | None]:
        """Degrade an image; noise is drawn from the image's own hash and the variant.

        An aligned crop has its landmarks on the template and keeps its place: it is not
        aligned anew, whatever was done to it.
        """
        variant = row // self._probes.size
        condition, step = self._variants[variant]
        digest = self._test_set.samples[self.sample_of(row)].sha256
        seed = (int(digest[:15], 16), variant)
        if landmarks is None:
            return degrade(image, ARCFACE_TEMPLATE, condition, step, seed=seed)[0], None
        return degrade(image, landmarks, condition, step, seed=seed)


def variants_of(protocol: RobustnessProtocol) -> list[tuple[str, float]]:
    """Every condition with every step, in the order of the extra rows."""
    return [(one.condition.value, step) for one in protocol.conditions for step in one.steps]


def _clean_trials(
    base: Base, clean: Templates, inputs: CompareInputs
) -> tuple[MatedTrials, NonMatedTrials]:
    return trials_of_base(
        base,
        clean,
        inputs.test_set,
        similarity=inputs.card.similarity,
        threads=inputs.settings.threads,
    )


def _clean_counts(
    base: Base,
    clean: Templates,
    mated: MatedTrials,
    non_mated: NonMatedTrials,
    thresholds: FloatArray,
    inputs: CompareInputs,
) -> VariantCounts:
    """Count the clean trials; the totals are those of the clean protocol's own section."""
    subjects = inputs.test_set.subject_index
    probes = probes_of(base, subjects)
    as_they_are = Templates(
        clean.embeddings[probes],
        clean.failed[probes],
        tuple(clean.reasons[k] for k in probes.tolist()),
    )
    listed = count_variant(
        clean, as_they_are, base, subjects, thresholds, similarity=inputs.card.similarity
    )
    return VariantCounts(
        missed=listed.missed,
        failures=mated.counted.failures,
        false_matches=non_mated.counted.n_at_or_above(thresholds),
        non_mated=non_mated.counted.n,
    )


def _part(extra: Templates, first: int, n: int) -> Templates:
    rows = slice(first, first + n)
    return Templates(extra.embeddings[rows], extra.failed[rows], extra.reasons[rows])


def _subjects(base: Base, inputs: CompareInputs) -> IntArray:
    subjects = inputs.test_set.subject_index
    return subjects[mated_trials_of(base, subjects)[0]].astype(np.int64)


def _save(
    destination: Path,
    targets: dict[float, float],
    counts: list[VariantCounts],
    subjects: IntArray,
    n_people: int,
) -> None:
    save_arrays(
        destination,
        {
            "targets": np.array(list(targets), dtype=np.float64),
            "thresholds": np.array(list(targets.values()), dtype=np.float64),
            "subjects": subjects,
            "missed": np.packbits(np.stack([one.missed for one in counts])),
            "failures": np.array([one.failures for one in counts], dtype=np.int64),
            "false_matches": np.stack([one.false_matches for one in counts]).astype(np.int64),
            "non_mated": np.array([one.non_mated for one in counts], dtype=np.int64),
            "n_people": np.array([n_people], dtype=np.int64),
        },
    )
