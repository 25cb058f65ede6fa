"""Template pairs as in IJB-C, a tenth of its size, against InsightFace's evaluation script.

The script, from its published description: for each template in turn it picks the
template's rows, averages the rows of each medium that has several, sums the media and
brings the sum to unit length; trials are scored in blocks of 100,000 by gathering both
sides; the curve is scikit-learn's. Both begin with embeddings in memory.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
from sklearn.metrics import roc_curve

from benchmarks.rounds import Ratio, faster, forget_peak_memory, interleaved, memory_kb
from evaluation.card import Similarity
from evaluation.comparison import PairScores
from evaluation.comparison.template_pooling import pool_templates, template_scores
from evaluation.metrics.trials import trials_of_pairs
from evaluation.metrics.verification import threshold_at_fmr
from evaluation.testsets import PairProtocol, Pooling, TemplateProtocol

TEMPLATES, MEMBERS, TRIALS, DIM = 2_313, 46_938, 1_565_849, 512
TARGETS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
BLOCK = 100_000
THREADS = 2


def made_up() -> tuple[SimpleNamespace, TemplateProtocol]:
    """Random embeddings in templates of about twenty images, four to a medium."""
    random = np.random.default_rng(1)
    template = np.sort(random.integers(0, TEMPLATES, MEMBERS)).astype(np.int32)
    template[:TEMPLATES] = np.arange(TEMPLATES)
    template.sort()
    media = (np.arange(MEMBERS) // 4).astype(np.int32)
    subject = (np.arange(TEMPLATES) // 3).astype(np.int32)
    reference = random.integers(0, TEMPLATES, TRIALS).astype(np.int32)
    probe = ((reference + 1 + random.integers(0, TEMPLATES - 1, TRIALS)) % TEMPLATES).astype(
        np.int32
    )
    probe[:2_000] = np.minimum(
        reference[:2_000] // 3 * 3 + (reference[:2_000] + 1) % 3, TEMPLATES - 1
    )
    protocol = TemplateProtocol(
        "ijb",
        "IJB",
        template_names=tuple(map(str, range(TEMPLATES))),
        member_template=template,
        member_sample=np.arange(MEMBERS, dtype=np.int32),
        member_media=media,
        template_subject=subject,
        reference=reference,
        probe=probe,
        mated=subject[reference] == subject[probe],
        pooling=Pooling(normalise_first=False),
    )
    people = random.standard_normal((TEMPLATES // 3 + 1, DIM)).astype(np.float32)
    embeddings = people[subject[template]]
    embeddings += 2 * random.standard_normal((MEMBERS, DIM)).astype(np.float32)
    return SimpleNamespace(embeddings=embeddings, failed=np.zeros(MEMBERS, np.bool_)), protocol


def ours(samples: SimpleNamespace, protocol: TemplateProtocol) -> list[float]:
    """FNMR at each target."""
    trials = PairProtocol(
        protocol.name, protocol.title, protocol.reference, protocol.probe, protocol.mated
    )
    scores: PairScores = template_scores(
        pool_templates(samples, protocol),
        trials,
        similarity=Similarity.COSINE,
        rows=range(TRIALS),
        threads=THREADS,
    )
    mated, non_mated = trials_of_pairs(trials, scores, protocol.template_subject)
    thresholds = [threshold_at_fmr(non_mated.counted, max_fmr=target) for target in TARGETS]
    return (mated.counted.n_below(np.array(thresholds)) / mated.counted.n).tolist()


def published(samples: SimpleNamespace, protocol: TemplateProtocol) -> list[float]:
    """Go the script's own way to the same."""
    features = np.zeros((TEMPLATES, DIM))
    for number in range(TEMPLATES):
        rows = np.flatnonzero(protocol.member_template == number)
        of_template, media = samples.embeddings[rows], protocol.member_media[rows]
        pooled = []
        for medium in np.unique(media):
            of_medium = of_template[media == medium]
            pooled.append(of_medium.mean(axis=0) if len(of_medium) > 1 else of_medium[0])
        features[number] = np.sum(pooled, axis=0)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    scores = np.zeros(TRIALS)
    for start in range(0, TRIALS, BLOCK):
        left = features[protocol.reference[start : start + BLOCK]]
        right = features[protocol.probe[start : start + BLOCK]]
        scores[start : start + BLOCK] = np.sum(left * right, axis=-1)
    fmr, tmr, _ = roc_curve(protocol.mated, scores)
    fmr, tmr = fmr[::-1], tmr[::-1]
    return [float(1 - tmr[np.argmin(np.abs(fmr - target))]) for target in TARGETS]


WAYS: dict[str, Callable[[SimpleNamespace, TemplateProtocol], list[float]]] = {
    "ours": ours,
    "published": published,
}


def run() -> Iterator[Ratio]:
    """Yield how much faster, and with how much of the memory."""
    samples, protocol = made_up()
    seconds = interleaved(
        {name: lambda way=way: way(samples, protocol) for name, way in WAYS.items()}, rounds=5
    )
    yield faster(
        "template pairs from embeddings, times the published script's speed",
        seconds["ours"],
        seconds["published"],
        at_least=10,
    )
    share = _extra_memory("published") / max(_extra_memory("ours"), 1)
    yield Ratio("times less memory beyond embeddings and trials", (share,), at_least=4)


def _extra_memory(way: str) -> int:
    """Growth of a child's greatest memory by one way, in kB."""
    code = f"from benchmarks import ijb; print(ijb.measure({way!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def measure(way: str) -> int:
    """Growth of this process's greatest memory by one way, in kB."""
    samples, protocol = made_up()
    before = forget_peak_memory()
    WAYS[way](samples, protocol)
    return memory_kb("VmHWM") - before
