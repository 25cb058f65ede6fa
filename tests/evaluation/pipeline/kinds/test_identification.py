"""Searches and passages from stored templates to sections; oracle: embeddings compared in loops."""

import math
from dataclasses import replace

import numpy as np
import pytest

from evaluation.card import Task
from evaluation.errors import ResultError
from evaluation.extraction import ChildFacts, Templates
from evaluation.pipeline import (
    ExtractShard,
    RunSettings,
    compare_shard,
    plan_run,
    score_run,
)
from evaluation.ranking import load_evidence
from evaluation.testsets.protocols import (
    IdentificationProtocol,
    LeaveOneOutProtocol,
    LiveProtocol,
)
from tests.evaluation.pipeline.test_score import MOMENT

N = 80


def int32(values):
    return np.array(list(values), dtype=np.int32)


def protocols():
    """Samples come by fours from one person: the first ten people are to be enrolled."""
    reference = int32(k for k in range(40) if k % 4 < 2)
    rest = int32(k for k in range(N) if k not in set(reference.tolist()))
    return (
        IdentificationProtocol("searches", "Searches", reference, rest, (3, 8)),
        LeaveOneOutProtocol("others", "All others"),
        LiveProtocol("gate", "Gate", reference, rest, int32(rest // 4), (rest % 4) / 10.0, (3,)),
    )


def with_attributes(test_set):
    """Half of the people stand on the left; the last of the images of each is taken at night."""
    samples = tuple(
        replace(
            sample,
            attributes={
                "side": "left" if k // 4 % 2 else "right",
                "light": "night" if k % 4 == 3 else "day",
            },
        )
        for k, sample in enumerate(test_set.samples)
    )
    manifest = test_set.manifest.model_copy(update={"attributes": ("side", "light")})
    return replace(test_set, samples=samples, manifest=manifest)


@pytest.fixture
def case(make_test_set, tiny_card, tmp_path):
    test_set = with_attributes(replace(make_test_set(N), protocols=protocols()))
    rng = np.random.default_rng(6)
    embeddings = rng.standard_normal((N, 16)) + 1.5 * rng.standard_normal((20, 16)).repeat(4, 0)
    failed = rng.random(N) < 0.1
    embeddings[failed] = 0
    path = tmp_path / "t.npz"
    child = ChildFacts(0.1, 1000, ("seccomp",), ())
    reasons = tuple("no_face" if one else "" for one in failed)
    Templates(embeddings.astype(np.float32), failed, reasons, {}, child).save(path)
    extracts = [(ExtractShard(range(N)), path)]

    def run(*, rows_per_shard=None, settings=None, drop=None, evidence=None):
        settings = settings or RunSettings(replicates=40)
        plan = plan_run(test_set, task=Task.EMBEDDING, rows_per_shard=rows_per_shard)
        comparisons = []
        for number, shard in enumerate(plan.compare):
            destination = tmp_path / f"c{number}.npz"
            compare_shard(
                test_set=test_set,
                card=tiny_card,
                extracts=extracts,
                shard=shard,
                destination=destination,
                settings=settings,
            )
            comparisons.append((shard, destination))
        if drop is not None:
            del comparisons[drop]
        return score_run(
            test_set=test_set,
            model=b"the model",
            card=tiny_card,
            extracts=extracts,
            comparisons=comparisons,
            speed=None,
            settings=settings,
            started_at=MOMENT,
            finished_at=MOMENT,
            evidence=evidence,
        )

    run.cosine = cosines(embeddings)
    run.failed, run.subject = failed, test_set.subject_index
    return run


def cosines(embeddings):
    length = np.linalg.norm(embeddings, axis=1)
    unit = embeddings / np.where(length > 0, length, 1)[:, None]
    return unit @ unit.T


def mate_ranks(case, probes, references):
    """Rank of each mated probe's subject among all subjects; None where it is not found."""
    ranks = []
    for probe in probes:
        best, who, has_mate = {}, int(case.subject[probe]), False
        for reference in references:
            if reference == probe:
                continue
            subject = int(case.subject[reference])
            has_mate |= subject == who
            if not case.failed[[probe, reference]].any():
                best[subject] = max(best.get(subject, -math.inf), case.cosine[probe, reference])
        if has_mate:
            mine = best.get(who)
            ranks.append(None if mine is None else sum(s >= mine for s in best.values()))
    return ranks


def test_searches_of_a_gallery_are_ranked_as_in_loops(case):
    found = case().identification[0]
    probes = [k for k in range(N) if not (k < 40 and k % 4 < 2)]
    ranks = mate_ranks(case, probes, [k for k in range(40) if k % 4 < 2])

    assert (found.protocol, found.kind, found.n_probe_subjects) == (
        "searches",
        "identification",
        20,
    )
    assert [one.gallery_size for one in found.galleries] == [3, 8, 10]
    whole = found.galleries[-1]
    assert (whole.n_mated, whole.n_non_mated) == (20, 40)
    for one in whole.investigation:
        assert one.fnir.errors == sum(rank is None or rank > one.rank for rank in ranks)
    assert whole.investigation[0].fnir.failures == sum(rank is None for rank in ranks) > 0


def test_leaving_one_out_is_ranked_as_in_loops(case):
    found = case().identification[1]
    ranks = mate_ranks(case, range(N), range(N))

    assert (found.protocol, found.kind) == ("others", "leave_one_out")
    whole = found.galleries[0]
    assert (whole.gallery_size, whole.n_mated, whole.n_non_mated) == (20, N, 0)
    assert whole.investigation[0].fnir.errors == sum(rank != 1 for rank in ranks)


def test_passages_are_measured_for_every_size_of_the_watchlist(case):
    live = case().live[0]

    assert (live.protocol, live.n_passages, live.n_frames) == ("gate", 20, 60)
    assert [one.gallery_size for one in live.watchlists] == [3, 10]
    assert (live.watchlists[0].n_mated, live.watchlists[0].n_mated_left_out) == (3, 7)
    whole = live.watchlists[1]
    assert (whole.n_mated, whole.n_non_mated) == (10, 10)
    target = whole.operating_points[0]
    assert (target.target_fpir, target.threshold) == (0.1, None)  # ten passages cannot show it


def by_group(result, protocol, attribute):
    (found,) = [
        one
        for one in result.search_differentials
        if (one.protocol, one.attributes) == (protocol, (attribute,))
    ]
    return found


@pytest.mark.parametrize(("attribute", "first"), [("side", "left"), ("light", "day")])
def test_groups_of_searches_are_those_of_their_probes(case, attribute, first):
    result = case()
    found = by_group(result, "searches", attribute)
    probes = [k for k in range(N) if not (k < 40 and k % 4 < 2)]
    is_first = {k: (k // 4 % 2 == 1 if attribute == "side" else k % 4 != 3) for k in probes}
    references = [k for k in range(40) if k % 4 < 2]

    assert (found.gallery_size, found.groups[0].name) == (10, first)
    for group, own in zip(found.groups, (True, False), strict=True):
        mine = [k for k in probes if is_first[k] is own]
        assert (group.samples, group.samples_failed) == (len(mine), case.failed[mine].sum())
    at = found.thresholds[-1]
    assert (at.threshold, at.rank) == (None, 1)
    for group, own in zip(at.groups, (True, False), strict=True):
        mine = [k for k in probes if is_first[k] is own and k < 40]
        ranks = mate_ranks(case, mine, references)
        assert group.fnir.errors == sum(rank != 1 for rank in ranks)
        assert group.fnir.trials == len(mine)
    (overall,) = [one for one in result.identification if one.protocol == "searches"]
    shown = [p.threshold for p in overall.galleries[-1].operating_points if p.threshold is not None]
    assert shown == [one.threshold for one in found.thresholds if one.target_fpir is not None]


def test_the_group_of_a_passage_is_what_all_its_frames_say(case):
    result = case()
    live, found = result.live[0].watchlists[-1], by_group(result, "gate", "side")

    assert [(group.samples, group.subjects) for group in found.groups] == [(10, 10), (10, 10)]
    without = found.thresholds[-1].groups
    assert sum(group.fnir.errors for group in without) == live.fnir_without_threshold.errors
    assert sum(group.fnir.trials for group in without) == 10
    attributes = [one.attributes for one in result.search_differentials if one.protocol == "gate"]
    assert attributes == [("side",)], "frames by day and by night make a passage of neither"


def sections(result):
    return result.identification, result.live, result.search_differentials


@pytest.mark.parametrize("rows_per_shard", [7, 33])
def test_shards_and_threads_do_not_show(case, rows_per_shard):
    whole = case(settings=RunSettings(replicates=40, threads=1))
    cut = case(rows_per_shard=rows_per_shard, settings=RunSettings(replicates=40, threads=3))

    assert sections(cut) == sections(whole)


def test_another_seed_draws_other_smaller_galleries(case):
    one = case(settings=RunSettings(replicates=40, seed=1)).identification[0].galleries
    other = case(settings=RunSettings(replicates=40, seed=2)).identification[0].galleries

    assert one[0] != other[0]
    assert one[-1].cumulative_match == other[-1].cumulative_match


def test_a_missing_shard_is_refused(case):
    with pytest.raises(ResultError, match="protocol searches leave a gap or overlap"):
        case(rows_per_shard=20, drop=1)


def test_evidence_for_comparing_models_is_kept_of_the_whole_gallery(case, tmp_path):
    files = [tmp_path / name for name in ("whole.npz", "cut.npz")]
    result = case(evidence=files[0])
    case(rows_per_shard=7, evidence=files[1])

    assert files[0].read_bytes() == files[1].read_bytes()
    searches, others, gate = load_evidence(files[0]).trials
    measured = {
        "searches": (searches, result.identification[0].galleries[-1]),
        "others": (others, result.identification[1].galleries[-1]),
        "gate": (gate, result.live[0].watchlists[-1]),
    }
    for name, (evidence, overall) in measured.items():
        assert (evidence.protocol, evidence.replicates) == (name, 40)
        assert evidence.gallery_size == overall.gallery_size
        assert evidence.mated.trials.sum() == overall.n_mated
        assert evidence.non_mated.trials.sum() == overall.n_non_mated
        assert evidence.mated.errors.sum(axis=0).tolist() == [
            point.false_negative.errors for point in evidence.points
        ]
    assert {point.rank for point in gate.points} == {1}
