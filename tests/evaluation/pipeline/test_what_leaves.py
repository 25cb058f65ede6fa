"""No name of an image, a sample or a person leaves the test set with what is published of it."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from evaluation.card import Task
from evaluation.extraction import ChildFacts, Templates
from evaluation.pipeline import ExtractShard, RunSettings, compare_shard, plan_run, score_run
from evaluation.report.page import render_html
from evaluation.report.terminal import render_table
from evaluation.results import figures_of, to_json
from evaluation.testsets.protocols import (
    IdentificationProtocol,
    LeaveOneOutProtocol,
    LiveProtocol,
)

N = 96
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
SECRET = "anna"


def int32(values):
    return np.array(list(values), dtype=np.int32)


def named_after_people(test_set):
    """Give samples, files, people and an attribute of each image names that must not leave."""
    samples = tuple(
        replace(
            sample,
            sample=f"{SECRET}-{k:03d}",
            file=f"images/{SECRET}_{k}.png",
            subject=f"{SECRET} {k // 4}",
            attributes={
                "side": "left" if k // 4 % 2 else "right",
                "source": f"{SECRET}/{hashlib.sha256(bytes([k])).hexdigest()}",
                "film": f"{SECRET} {k // 4}",
            },
        )
        for k, sample in enumerate(test_set.samples)
    )
    manifest = test_set.manifest.model_copy(update={"attributes": ("side", "source", "film")})
    reference = int32(k for k in range(N // 2) if k % 4 < 2)
    rest = int32(k for k in range(N) if k not in set(reference.tolist()))
    passages = LiveProtocol("gate", "Gate", reference, rest, rest // 4, (rest % 4) / 10, ())
    searches = IdentificationProtocol("searches", "Searches", reference, rest, ())
    others = LeaveOneOutProtocol("others", "All others")
    protocols = (*test_set.protocols, searches, others, passages)
    return replace(test_set, samples=samples, manifest=manifest, protocols=protocols)


@pytest.fixture
def published(make_test_set, tiny_card, tmp_path):
    """Result, evidence, figures and reports of a run over all protocols of recognition."""
    test_set = named_after_people(make_test_set(N))
    rng = np.random.default_rng(6)
    embeddings = rng.standard_normal((N, 16)) + 1.5 * rng.standard_normal((N // 4, 16)).repeat(4, 0)
    failed = rng.random(N) < 0.1
    child = ChildFacts(0.1, 1000, ("seccomp",), ())
    reasons = tuple("no_face" if one else "" for one in failed)
    extracts = [(ExtractShard(range(N)), tmp_path / "t.npz")]
    Templates(embeddings.astype(np.float32), failed, reasons, {}, child).save(extracts[0][1])
    settings = RunSettings(replicates=20)
    comparisons = []
    for number, shard in enumerate(plan_run(test_set, task=Task.EMBEDDING).compare):
        comparisons.append((shard, tmp_path / f"c{number}.npz"))
        compare_shard(
            test_set=test_set,
            card=tiny_card,
            extracts=extracts,
            shard=shard,
            destination=comparisons[-1][1],
            settings=settings,
        )
    result = score_run(
        test_set=test_set,
        model=b"the model",
        card=tiny_card,
        extracts=extracts,
        comparisons=comparisons,
        speed=None,
        settings=settings,
        started_at=MOMENT,
        finished_at=MOMENT,
        evidence=tmp_path / "evidence.npz",
    )
    return {
        "result": to_json(result),
        "evidence": (tmp_path / "evidence.npz").read_bytes().decode("latin-1"),
        "figures": repr(list(figures_of(result))),
        "page": render_html(result),
        "terminal": render_table(result),
    }


@pytest.mark.parametrize("what", ["result", "evidence", "figures", "page", "terminal"])
def test_nobody_and_no_image_is_named(published, what):
    assert len(published[what]) > 500
    assert SECRET not in published[what].lower()


def test_groups_that_are_no_names_are_published(published):
    assert '"left"' in published["result"]
