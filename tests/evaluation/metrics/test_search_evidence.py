"""The evidence of searches against searches counted one by one in plain Python."""

import math
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.metrics.identification_trials import (
    MatedSearches,
    SearchTrials,
)
from evaluation.metrics.search_evidence import search_evidence
from evaluation.metrics.trial_evidence import OperatingMode
from tests.evaluation.made_evidence import (
    N_ENROLLED,
    SEARCHED_SUBJECT,
    make_search_evidence,
    searched,
    searched_samples,
    searched_templates,
)

MODEL = {"seed": 2, "noise": 1.3, "failing": 0.1}


def outcomes():
    """Each search by definition: who is searched for, the mate's score and place, the best other.

    Minus infinity and no place: no template. People from N_ENROLLED on are not enrolled.
    """
    reference, probe = searched_samples()
    made = searched_templates(**MODEL)
    unit = made.embeddings / np.linalg.norm(made.embeddings, axis=1, keepdims=True)
    for sample in probe.tolist():
        who = int(SEARCHED_SUBJECT[sample])
        best = {
            int(SEARCHED_SUBJECT[r]): float(unit[r] @ unit[sample])
            for r in reference.tolist()
            if not made.failed[[r, sample]].any()
        }
        mine = best.pop(who, -math.inf)
        yield SimpleNamespace(
            who=who,
            score=mine,
            place=1 + sum(score >= mine for score in best.values()),
            top=max(best.values(), default=-math.inf),
        )


@pytest.fixture(scope="module")
def by_definition():
    found = list(outcomes())
    mated = [one for one in found if one.who < N_ENROLLED]
    return mated, [one for one in found if one.who >= N_ENROLLED]


@pytest.fixture(scope="module")
def evidence():
    (trials,) = make_search_evidence("able", **MODEL).trials
    return trials


def missed(one, point):
    above = one.score > -math.inf and (point.threshold is None or one.score >= point.threshold)
    return not (above and one.place <= point.rank)


def alarms(one, point):
    return one.top > -math.inf and (point.threshold is None or one.top >= point.threshold)


def by_person(evidence, errors):
    return dict(zip(evidence.subject.tolist(), errors.tolist(), strict=True))


def test_points_are_the_result_s_highest_threshold_first_and_without_one_last(evidence):
    whole = searched(2, 1.3, failing=0.1)[0].galleries[-1]

    printed = [p for p in whole.operating_points if p.threshold is not None]
    expected = [
        (p.target_fpir, p.threshold, one.rank, p.fpir, one.fnir) for p in printed for one in p.fnir
    ]
    own = whole.recommended
    expected += [(None, own.threshold, one.rank, own.fpir, one.fnir) for one in own.fnir]
    expected.sort(key=lambda point: (-point[1], point[2]))
    expected += [(None, None, one.rank, None, one.fnir) for one in whole.investigation]
    assert expected == [
        (p.target, p.threshold, p.rank, p.false_positive, p.false_negative) for p in evidence.points
    ]
    assert {p.mode for p in evidence.points} == set(OperatingMode)
    assert all((p.threshold is None) == (p.mode == "investigation") for p in evidence.points)
    assert all((p.mode == "target") == (p.target is not None) for p in evidence.points)
    assert evidence.gallery_size == N_ENROLLED


def test_errors_of_each_person_are_those_of_counting(evidence, by_definition):
    mated, others = by_definition

    for searches, counted, is_error in (
        (mated, evidence.mated, missed),
        (others, evidence.non_mated, alarms),
    ):
        assert by_person(counted, counted.trials) == Counter(one.who for one in searches)
        for k, point in enumerate(evidence.points):
            wrong = Counter(one.who for one in searches if is_error(one, point))
            assert by_person(counted, counted.errors[:, k]) == {
                who: wrong[who] for who in counted.subject.tolist()
            }


def test_the_rates_of_the_points_are_those_of_the_counts(evidence):
    for k, point in enumerate(evidence.points):
        assert point.false_negative.errors == evidence.mated.errors[:, k].sum()
        assert point.false_negative.trials == evidence.mated.trials.sum()
        if point.false_positive is not None:
            assert point.false_positive.errors == evidence.non_mated.errors[:, k].sum()
            assert point.false_positive.trials == evidence.non_mated.trials.sum()


def in_order(searches, of, subject, score):
    """Put searches into the order of the trials, by person and score."""
    left = list(searches)
    for who, held in zip(subject.tolist(), score.tolist(), strict=True):
        found = next(
            k
            for k, one in enumerate(left)
            if one.who == who and (of(one) == held or abs(of(one) - held) < 1e-6)
        )
        yield left.pop(found)


def test_decisions_are_one_bit_for_each_search_the_mated_first(evidence, by_definition):
    _, trials = searched(2, 1.3, failing=0.1)
    whole = trials[-1]
    listed, unknown = whole.mated, whole.non_mated
    mated = list(in_order(by_definition[0], lambda one: one.score, listed.subject, listed.score))
    others = list(
        in_order(by_definition[1], lambda one: one.top, unknown.subject, unknown.top_score)
    )
    n = len(mated) + len(others)

    def bits(packed):
        return np.unpackbits(packed)[:n].astype(bool).tolist()

    decided = evidence.decisions
    assert decided.n_trials == n
    assert bits(decided.mated) == [True] * len(mated) + [False] * len(others)
    assert all(bits(decided.completed))
    for point, match in zip(evidence.points, decided.match, strict=True):
        assert bits(match) == [not missed(one, point) for one in mated] + [
            alarms(one, point) for one in others
        ]


def test_a_search_with_the_threshold_s_own_score_counts_as_returned():
    result, trials = searched(2, 1.3)
    whole, searches = result.galleries[-1], trials[-1]
    (point,) = [p for p in whole.operating_points if p.target_fpir == 0.1]
    # The threshold moves onto the score of one mated search that comes first, and one unknown's.
    first = np.flatnonzero(searches.mated.rank == 1)[0]
    for score, part in (
        (searches.mated.score[first], "mated"),
        (searches.non_mated.top_score[0], "non_mated"),
    ):
        moved = point.model_copy(update={"threshold": float(score)})
        (found,) = search_evidence(
            whole.model_copy(update={"operating_points": (moved,)}),
            searches,
            protocol="p", title="P", seed=1, replicates=10,
        )  # fmt: skip
        k = [p.target for p in found.points].index(0.1)
        at = first if part == "mated" else searches.mated.score.size
        assert np.unpackbits(found.decisions.match[k])[at] == 1


def test_searches_for_enrolled_people_alone_have_no_threshold_but_the_supplier_s():
    (evidence,) = make_search_evidence("able", closed=True).trials

    assert {point.mode for point in evidence.points} == {
        OperatingMode.INVESTIGATION,
        OperatingMode.RECOMMENDED,
    }
    assert all(point.false_positive is None for point in evidence.points)
    assert not any(point.false_positives_known for point in evidence.points)
    assert evidence.non_mated.subject.size == 0
    assert evidence.non_mated.errors.shape == (0, len(evidence.points))


def test_without_a_mated_search_there_is_nothing_to_rank_by():
    result, trials = searched(1)
    nobody = np.empty(0)
    none = MatedSearches(nobody, nobody.astype(np.int64), nobody.astype(np.int64))
    bare = SearchTrials(N_ENROLLED, none, trials[-1].non_mated, 0, 0)

    assert (
        search_evidence(result.galleries[-1], bare, protocol="p", title="P", seed=1, replicates=10)
        == ()
    )
