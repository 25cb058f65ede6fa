"""One-to-one protocols as kinds: their sections by group, whatever the cut into files."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from evaluation.extraction import ChildFacts, Templates
from evaluation.pipeline import CompareShard, ExtractShard, RunSettings, compare_shard
from evaluation.pipeline.kinds import ScoreInputs, kind_of
from evaluation.results import DifferentialResult, Pairing, VerificationResult

ATTRIBUTES = ("sex", "age_band", "detector_score", "camera")


@pytest.fixture
def score(make_test_set, tiny_card, tmp_path):
    """Score a protocol of 120 samples of 30 people, compared in shards that are cut."""
    rng = np.random.default_rng(3)
    plain = make_test_set(120)
    sex = rng.choice(["female", "male"], plain.n_subjects)
    samples = tuple(
        replace(
            sample,
            attributes={
                "sex": str(sex[plain.subject_index[k]]),
                "age_band": ["18-29", "30-49", ""][k % 3],
                "detector_score": f"0.{k:04d}",
                "camera": "one",
            },
        )
        for k, sample in enumerate(plain.samples)
    )
    manifest = plain.manifest.model_copy(update={"attributes": ATTRIBUTES})
    test_set = replace(plain, samples=samples, manifest=manifest)
    people = rng.standard_normal((plain.n_subjects, 16))[plain.subject_index]
    embeddings = (people + rng.standard_normal((120, 16))).astype(np.float32)
    failed = np.arange(120) % 25 == 0
    reasons = tuple("no_face" if one else "" for one in failed)
    child = ChildFacts(0.1, 1000, ("seccomp",), ())
    templates = tmp_path / "templates.npz"
    extracted = Templates(embeddings, failed, reasons, {"infer": 1.0}, child)
    extracted.save(templates)

    def run(name, n_cuts):
        protocol = test_set.protocol(name)
        n = kind_of(protocol).compare_rows(test_set, protocol)
        bounds = np.linspace(0, n, n_cuts + 1).astype(int).tolist()
        paths = []
        for start, stop in itertools.pairwise(bounds):
            paths.append(tmp_path / f"{name}-{n_cuts}-{start}.npz")
            compare_shard(
                test_set=test_set,
                card=tiny_card,
                extracts=[(ExtractShard(range(120)), templates)],
                settings=RunSettings(),
                shard=CompareShard(name, range(start, stop)),
                destination=paths[-1],
            )
        inputs = ScoreInputs(
            test_set=test_set,
            card=tiny_card,
            extracted=extracted,
            extra=None,
            settings=RunSettings(replicates=50),
            comparisons=tuple(paths),
        )
        return kind_of(protocol).score(protocol, inputs)

    return run


@pytest.mark.parametrize("name", ["pairs", "all"])
def test_groups_stand_beside_the_protocol_at_its_own_thresholds(score, name):
    sections = score(name, 1)

    (overall,) = [one for one in sections if isinstance(one, VerificationResult)]
    groups = [one for one in sections if isinstance(one, DifferentialResult)]
    shown = [p.threshold for p in overall.operating_points if p.threshold is not None]
    assert [one.attributes for one in groups] == [("sex",), ("age_band",), ("sex", "age_band")]
    for one in groups:
        assert one.protocol == name
        assert one.pairing is (Pairing.ALL_PAIRS if name == "all" else Pairing.LISTED)
        assert [at.threshold for at in one.thresholds] == (shown if one.groups else [])


@pytest.mark.parametrize("name", ["pairs", "all"])
def test_the_cut_into_files_does_not_show(score, name):
    groups = [
        [one for one in score(name, n) if isinstance(one, DifferentialResult)] for n in (1, 3)
    ]

    assert groups[0] == groups[1]
