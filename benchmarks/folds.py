"""LFW's protocol of 6,000 pairs in ten folds, from embeddings to accuracy and FNMR at FMR.

One rival follows the published description of InsightFace's evaluation: squared
distances of unit vectors, 400 thresholds tried one by one on nine folds and applied to
the tenth, then 4,000 thresholds for the rate at a FAR of 0.001. The other finds each
fold's best threshold with scikit-learn's ROC curve. And FNMR at a FMR over ten million
scores: by the curve of scikit-learn, and by what this project does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.interpolate import interp1d
from sklearn.metrics import roc_curve

from benchmarks.rounds import Ratio, faster, interleaved
from evaluation.arrays import BoolArray, Float32Array, FloatArray
from evaluation.card import Similarity
from evaluation.comparison import pair_scores
from evaluation.metrics.counting import NonMatedScores
from evaluation.metrics.folds import fold_accuracy
from evaluation.metrics.verification import false_non_match_rate, threshold_at_fmr

PAIRS, FOLDS, SIZE = 6000, 10, 512
FAR = 1e-3
MANY = 10_000_000
AT_LEAST = 100


def run() -> Iterator[Ratio]:
    """Compare the ten folds with both rivals, then ten million scores."""
    embeddings, mated = _pairs()
    left, right = embeddings[0::2], embeddings[1::2]
    seconds = interleaved(
        {
            "ours": partial(_ours, embeddings, mated),
            "insightface": partial(_one_threshold_after_another, left, right, mated),
            "scikit-learn": partial(_by_roc_curve, left, right, mated),
        }
    )
    name = "LFW protocol from embeddings against InsightFace's algorithm"
    yield faster(name, seconds["ours"], seconds["insightface"], at_least=AT_LEAST)
    yield faster(
        "LFW protocol from embeddings against scikit-learn",
        seconds["ours"],
        seconds["scikit-learn"],
    )
    yield _many()


def _pairs() -> tuple[Float32Array, BoolArray]:
    """Embeddings of both samples of each pair in turn, and which pairs are mated."""
    random = np.random.default_rng(1)
    mated = np.tile(np.repeat([True, False], PAIRS // FOLDS // 2), FOLDS)
    person = random.standard_normal((PAIRS, SIZE))
    other = np.where(mated[:, None], person, random.standard_normal((PAIRS, SIZE)))
    both = np.stack([person, other], axis=1) + random.standard_normal((PAIRS, 2, SIZE)) * 1.5
    return both.reshape(2 * PAIRS, SIZE).astype(np.float32), mated


def _ours(embeddings: Float32Array, mated: BoolArray) -> tuple[float, float]:
    templates: Any = SimpleNamespace(
        embeddings=embeddings, failed=np.zeros(2 * PAIRS, dtype=np.bool_)
    )
    rows = np.arange(PAIRS, dtype=np.int32)
    protocol: Any = SimpleNamespace(reference=2 * rows, probe=2 * rows + 1)
    scores = pair_scores(templates, protocol, similarity=Similarity.COSINE).scores
    fold = np.arange(PAIRS) * FOLDS // PAIRS
    accuracy = fold_accuracy(scores, mated, fold).accuracy
    threshold = threshold_at_fmr(scores[~mated], max_fmr=FAR)
    return accuracy, false_non_match_rate(scores[mated], threshold=threshold)


def _squared_distances(left: Float32Array, right: Float32Array) -> FloatArray:
    left = left / np.linalg.norm(left, axis=1, keepdims=True)
    right = right / np.linalg.norm(right, axis=1, keepdims=True)
    return np.asarray(np.sum(np.square(left - right), axis=1))


def _each_fold() -> Iterator[tuple[BoolArray, BoolArray]]:
    fold = np.arange(PAIRS) * FOLDS // PAIRS
    for k in range(FOLDS):
        yield fold != k, fold == k


def _one_threshold_after_another(
    left: Float32Array, right: Float32Array, mated: BoolArray
) -> tuple[float, float]:
    distances = _squared_distances(left, right)
    coarse, fine = np.arange(0, 4, 0.01), np.arange(0, 4, 0.001)
    accuracies, found = [], []
    for train, test in _each_fold():
        right_on_train = [
            _rates(threshold, distances[train], mated[train])[2] for threshold in coarse
        ]
        on_test = [_rates(threshold, distances[test], mated[test]) for threshold in coarse]
        accuracies.append(on_test[int(np.argmax(right_on_train))][2])
    for train, test in _each_fold():
        far = np.array([_rates(t, distances[train], mated[train])[1] for t in fine])
        threshold = 0.0
        if far.max() >= FAR:
            distinct, first = np.unique(far, return_index=True)
            threshold = float(interp1d(distinct, fine[first], kind="slinear")(FAR))
        found.append(_rates(threshold, distances[test], mated[test])[0])
    return float(np.mean(accuracies)), 1 - float(np.mean(found))


def _rates(threshold: float, distances: FloatArray, mated: BoolArray) -> tuple[float, float, float]:
    """Count matches among mated and among non-mated pairs, and right decisions of all."""
    match = distances < threshold
    true_matches = np.sum(np.logical_and(match, mated))
    false_matches = np.sum(np.logical_and(match, np.logical_not(mated)))
    true_non_matches = np.sum(np.logical_and(np.logical_not(match), np.logical_not(mated)))
    false_non_matches = np.sum(np.logical_and(np.logical_not(match), mated))
    return (
        float(true_matches / (true_matches + false_non_matches)),
        float(false_matches / (false_matches + true_non_matches)),
        float((true_matches + true_non_matches) / distances.size),
    )


def _by_roc_curve(left: Float32Array, right: Float32Array, mated: BoolArray) -> tuple[float, float]:
    scores = -_squared_distances(left, right)
    accuracies = []
    for train, test in _each_fold():
        fpr, tpr, thresholds = roc_curve(mated[train], scores[train], drop_intermediate=False)
        best = thresholds[int(np.argmax(tpr - fpr))]  # as many mated as non-mated pairs
        accuracies.append(np.mean((scores[test] >= best) == mated[test]))
    fpr, tpr, _ = roc_curve(mated, scores)
    return float(np.mean(accuracies)), 1 - float(tpr[fpr <= FAR][-1])


def _many() -> Ratio:
    random = np.random.default_rng(2)
    mated = np.arange(MANY) < MANY // 10
    scores = random.normal(np.where(mated, 0.5, 0.0), 0.15)

    def ours() -> float:
        non_mated = NonMatedScores.of(scores[~mated])
        threshold = threshold_at_fmr(non_mated, max_fmr=1e-4)
        return false_non_match_rate(scores[mated], threshold=threshold)

    def theirs() -> float:
        fpr, tpr, _ = roc_curve(mated, scores)
        return 1 - float(tpr[fpr <= 1e-4][-1])

    seconds = interleaved({"ours": ours, "scikit-learn": theirs}, rounds=3)
    name = f"FNMR at FMR over {MANY:,} scores against scikit-learn"
    return faster(name, seconds["ours"], seconds["scikit-learn"])
