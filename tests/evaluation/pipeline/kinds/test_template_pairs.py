"""Trials between templates from embeddings to sections; the oracle pools and counts in loops."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from evaluation.card import Task
from evaluation.errors import EmptyTrialsError, TestSetError
from evaluation.extraction import ChildFacts, Templates
from evaluation.metrics.trial_evidence import TrialEvidence
from evaluation.pipeline import CompareShard, ExtractShard, RunSettings, compare_shard
from evaluation.pipeline.kinds import ScoreInputs, kind_of
from evaluation.results import DifferentialResult, VerificationResult
from evaluation.testsets.manifest import Pooling
from evaluation.testsets.protocols import TemplateProtocol

N_SAMPLES, N_TEMPLATES = 120, 60  # 30 people with two templates of two images each
ATTRIBUTES = ("sex", "light", "detector_score")


def make_protocol(pooling, trials):
    """Template k holds images 2k and 2k + 1: one medium of every third template, else two."""
    template = np.repeat(np.arange(N_TEMPLATES), 2).astype(np.int32)
    sample = np.arange(N_SAMPLES, dtype=np.int32)
    media = np.where(template % 3 == 0, 2 * template, sample).astype(np.int32)
    subject = (np.arange(N_TEMPLATES) // 2).astype(np.int32)
    reference, probe = np.array(trials, dtype=np.int32).reshape(-1, 2).T
    return TemplateProtocol(
        name="t",
        title="Templates",
        template_names=tuple(f"t{k}" for k in range(N_TEMPLATES)),
        member_template=template,
        member_sample=sample,
        member_media=media,
        template_subject=subject,
        reference=reference,
        probe=probe,
        mated=subject[reference] == subject[probe],
        pooling=pooling,
    )


EVERY_TRIAL = list(itertools.combinations(range(N_TEMPLATES), 2))


@pytest.fixture
def score(make_test_set, tiny_card, tmp_path):
    """Score trials between templates, compared in shards that are cut."""
    rng = np.random.default_rng(3)
    plain = make_test_set(N_SAMPLES)
    people = rng.standard_normal((30, 16))[plain.subject_index]
    embeddings = (people + 1.5 * rng.standard_normal((N_SAMPLES, 16))).astype(np.float32)
    failed = np.isin(np.arange(N_SAMPLES), [0, 1, 7, 64])  # the whole first template, and others
    embeddings[failed] = 0
    templates = tmp_path / "templates.npz"
    child = ChildFacts(0.1, 1000, ("seccomp",), ())
    reasons = tuple("no_face" if one else "" for one in failed)
    extracted = Templates(embeddings, failed, reasons, {"infer": 1.0}, child)
    extracted.save(templates)

    def run(*, pooling=None, trials=EVERY_TRIAL, cuts=1, threads=1, attributes=None):
        protocol = make_protocol(pooling or Pooling(), trials)
        samples = plain.samples
        if attributes is not None:
            samples = tuple(
                replace(sample, attributes=attributes(k)) for k, sample in enumerate(samples)
            )
        names = ATTRIBUTES if attributes else ()
        manifest = plain.manifest.model_copy(update={"attributes": names})
        test_set = replace(plain, samples=samples, manifest=manifest, protocols=(protocol,))
        settings = RunSettings(replicates=40, threads=threads)
        bounds = np.linspace(0, len(trials), cuts + 1).astype(int).tolist()
        paths = []
        for start, stop in itertools.pairwise(bounds):
            paths.append(tmp_path / f"{start}-{stop}.npz")
            compare_shard(
                test_set=test_set,
                card=tiny_card,
                extracts=[(ExtractShard(range(N_SAMPLES)), templates)],
                settings=settings,
                shard=CompareShard("t", range(start, stop)),
                destination=paths[-1],
            )
        inputs = ScoreInputs(
            test_set=test_set,
            card=tiny_card,
            extracted=extracted,
            extra=None,
            settings=settings,
            comparisons=tuple(paths),
        )
        return kind_of(protocol).score(protocol, inputs)

    run.embeddings, run.failed = embeddings, failed
    return run


def scores_by_definition(embeddings, failed, weights=None):
    """Cosine of every two templates that have an image left, by the pair of templates."""
    pooled = {}
    for template in range(N_TEMPLATES):
        media = {}
        for sample in (2 * template, 2 * template + 1):
            if not failed[sample]:
                x = embeddings[sample].astype(np.float64)
                x = x / math.hypot(*x) * (1.0 if weights is None else weights[sample])
                media.setdefault("one" if template % 3 == 0 else sample, []).append(x)
        if media:
            total = sum(sum(frames) / len(frames) for frames in media.values())
            pooled[template] = total / math.hypot(*total)
    return {
        (a, b): float(pooled[a] @ pooled[b]) for a, b in EVERY_TRIAL if a in pooled and b in pooled
    }


def highest_rejected(non_mated, n_matched):
    return sorted(non_mated, reverse=True)[n_matched]


def test_error_rates_are_those_of_pooled_templates_counted_one_by_one(score):
    result, evidence, *_ = score()
    scores = scores_by_definition(score.embeddings, score.failed)
    mated = {pair: s for pair, s in scores.items() if pair[0] // 2 == pair[1] // 2}
    non_mated = [s for pair, s in scores.items() if pair not in mated]

    assert isinstance(result, VerificationResult)
    assert isinstance(evidence, TrialEvidence)
    assert (result.protocol, result.kind) == ("t", "template_pairs")
    assert (result.n_mated, result.n_mated_failed) == (30, 1)
    assert (result.n_non_mated, result.n_subjects) == (len(non_mated), 30)
    assert result.n_non_mated_failed == 58
    assert evidence.mated.subject.tolist() == list(range(30))  # a bootstrap draws people
    assert evidence.mated.trials.tolist() == [1] * 30
    for point in result.operating_points[:2]:
        allowed = math.floor(point.target_fmr * len(non_mated))
        # The oracle's scores differ in the seventh digit: none may lie that near the threshold.
        assert point.threshold == pytest.approx(highest_rejected(non_mated, allowed), abs=1e-6)
        assert min(abs(s - point.threshold) for s in mated.values()) > 1e-6
        missed = sum(s < point.threshold for s in mated.values())
        assert point.fmr.errors == allowed
        assert (point.fnmr.errors, point.fnmr.failures) == (missed + 1, 1)


def test_neither_cuts_nor_threads_show_in_the_sections(score):
    whole, _, *groups = score(attributes=attributes)
    cut, _, *groups_cut = score(attributes=attributes, cuts=4, threads=2)

    assert cut == whole
    assert groups_cut == groups


def attributes(k):
    sex = "female" if k // 4 % 2 else "male"
    return {"sex": sex, "light": ["day", "night"][k // 2 % 2], "detector_score": f"0.{k + 1:04d}"}


def test_templates_are_grouped_by_what_all_their_images_share(score):
    def alike(k):
        return attributes(k) | {"detector_score": f"0.{k // 2 + 1:04d}"}

    _, _, *groups = score(attributes=alike)

    assert all(isinstance(one, DifferentialResult) for one in groups)
    assert [one.attributes for one in groups] == [("sex",), ("light",)]
    assert [group.samples for group in groups[0].groups] == [30, 30]


def test_images_of_a_template_that_differ_make_its_value_unknown(score):
    def mixed(k):  # in turn 0 and 1, and 1 and 2
        return attributes(k) | {"light": str(k // 2 % 2 + k % 2), "sex": "male"}

    assert score(attributes=mixed)[2:] == ()


def test_the_detectors_scores_weigh_images_where_the_protocol_says_so(score):
    weighed, *_ = score(
        pooling=Pooling(weigh_by_detector_score=True), attributes=attributes, cuts=2
    )
    weights = [float(attributes(k)["detector_score"]) for k in range(N_SAMPLES)]
    scores = scores_by_definition(score.embeddings, score.failed, weights)

    non_mated = [s for (a, b), s in scores.items() if a // 2 != b // 2]
    expected = highest_rejected(non_mated, math.floor(0.1 * len(non_mated)))
    assert weighed.operating_points[0].threshold == pytest.approx(expected, abs=1e-6)
    plain, *_ = score(attributes=attributes)
    assert plain.operating_points[0].threshold != pytest.approx(expected, abs=1e-3)


def test_a_weight_that_is_missing_is_named_with_its_line(score):
    with pytest.raises(TestSetError, match=r"samples.csv, line 2: detector_score is ''"):
        score(pooling=Pooling(weigh_by_detector_score=True))


MATED = [(a, b) for a, b in EVERY_TRIAL if a // 2 == b // 2]


@pytest.mark.parametrize(
    ("trials", "message"),
    [
        (MATED, "no non-mated comparisons"),
        ([one for one in EVERY_TRIAL if one not in MATED], "no mated comparisons"),
        ([(2, 3)], "no non-mated comparisons"),
    ],
    ids=["mated only", "non-mated only", "one subject only"],
)
def test_one_class_alone_is_refused_in_words(score, trials, message):
    with pytest.raises(EmptyTrialsError, match=message):
        score(trials=trials)


def test_it_is_for_embedding_models_and_its_rows_are_trials(make_test_set):
    protocol = make_protocol(Pooling(), EVERY_TRIAL)
    kind, test_set = kind_of(protocol), make_test_set(8)

    assert kind.task is Task.EMBEDDING
    assert kind.compare_rows(test_set, protocol) == len(EVERY_TRIAL)
    assert kind.extra_rows(test_set, protocol) == 0
