"""Oracles: passages worked out by hand, and counted frame by frame in plain Python.

Scores come from distances between whole numbers on a line, so many of them are equal.
"""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import make_gallery, make_searches, measure_searches
from evaluation.errors import EmptyTrialsError
from evaluation.metrics.live import live_result, wanted_live
from evaluation.metrics.live_alerts import alerts_at, time_to_alert
from evaluation.metrics.live_trials import (
    failed_passages,
    passages_in_order,
    trials_of_passages,
)
from evaluation.results import Evidence, IntervalMethod
from evaluation.testsets.protocols import LiveProtocol

SIMILARITY = Similarity.NEGATIVE_EUCLIDEAN


def made(positions, subjects, n_references, passage, seconds, *, sizes=(), failed=(), seed=1):
    """Samples on a line: first the references, then frames by passage and time."""
    n = len(positions)
    is_failed = np.isin(np.arange(n), failed)
    templates = SimpleNamespace(
        embeddings=np.array(positions, dtype=np.float32)[:, None], failed=is_failed
    )
    subject_index = np.array(subjects, dtype=np.int32)
    protocol = LiveProtocol(
        name="gate",
        title="Gate",
        reference=np.arange(n_references, dtype=np.int32),
        frame=np.arange(n_references, n, dtype=np.int32),
        passage=np.array(passage, dtype=np.int32),
        seconds=np.array(seconds, dtype=np.float64),
        gallery_sizes=tuple(sizes),
    )
    gallery = make_gallery(protocol.reference, subject_index, sizes=sizes, seed=seed)
    searches = make_searches(gallery, protocol.frame, subject_index)
    outcomes = measure_searches(
        templates, gallery, searches, range(protocol.frame.size), similarity=SIMILARITY
    )
    passages = trials_of_passages(protocol, gallery, searches, outcomes, subject_index)
    return SimpleNamespace(
        templates=templates,
        subject_index=subject_index,
        protocol=protocol,
        gallery=gallery,
        passages=passages,
        positions=positions,
    )


def result_of(case, **wanted):
    wanted = {"recommended": -3.0, "replicates": 60, "seed": 1, **wanted}
    return live_result(
        protocol=case.protocol,
        gallery=case.gallery,
        failed=case.templates.failed,
        passages=case.passages,
        wanted=wanted_live(**wanted),
    )


@pytest.fixture
def by_hand():
    """Watchlist: subject 0 at 0 and 100, subject 1 at 10. Five passages.

    0: subject 0, at 8 (subject 1 is nearer), 3, 1: best scores -1 (right) and -2
    1: subject 1, at 30, all frames failed
    2: subject 1, at 1, 1: nearer to subject 0, a false alert for a listed person
    3: subject 2, not listed, at 96: -4 from the second reference of subject 0
    4: subject 2, not listed, failed
    """
    return made(
        positions=[0, 100, 10, *(8, 3, 1), 30, *(1, 1), 96, 5],
        subjects=[0, 0, 1, *(0, 0, 0), 1, *(1, 1), 2, 2],
        n_references=3,
        passage=[0, 0, 0, 1, 2, 2, 3, 4],
        seconds=[0.0, 0.5, 0.75, 0.0, 0.0, 1.0, 0.0, 0.0],
        failed=(6, 10),
    )


def test_a_passage_is_found_by_its_best_frame_at_rank_one(by_hand):
    result = result_of(by_hand, recommended=-2.5)
    whole = result.watchlists[0]

    assert (whole.gallery_size, whole.n_references) == (2, 3)
    assert (whole.n_mated, whole.n_mated_failed) == (3, 1)
    assert (whole.n_non_mated, whole.n_non_mated_failed) == (2, 1)
    assert (result.n_passages, result.n_frames, result.n_frames_failed) == (5, 8, 2)
    assert result.n_passage_subjects == 3
    fnir = whole.recommended.fnir
    assert (fnir.errors, fnir.trials, fnir.failures) == (2, 3, 1)
    assert (whole.recommended.fpir.errors, whole.recommended.fpir.trials) == (0, 2)


def test_alerts_are_right_false_for_strangers_or_false_for_listed_people(by_hand):
    passages = by_hand.passages[0]

    strict = alerts_at(passages, -2.5, replicates=50, seed=1)
    loose = alerts_at(passages, -4.0, replicates=50, seed=1)  # the stranger's score is a match
    nobody = alerts_at(passages, 0.5, replicates=50, seed=1)

    assert (strict.right, strict.false_non_mated, strict.false_mated) == (1, 0, 1)
    assert (loose.right, loose.false_non_mated, loose.false_mated) == (1, 1, 1)
    per_passage, per_alert = loose.false_per_passage, loose.false_per_alert
    assert (per_passage.errors, per_passage.trials) == (2, 5)
    assert (per_alert.errors, per_alert.trials) == (2, 3)
    assert (nobody.right, nobody.false_per_passage.errors, nobody.false_per_alert) == (0, 0, None)


def test_the_alert_comes_with_the_first_frame_whose_best_candidate_is_right(by_hand):
    passages = by_hand.passages[0]

    # At -9 the mate already scores -8 in the first frame, but there another is nearer.
    assert time_to_alert(passages, -9.0).median_seconds == 0.5
    assert time_to_alert(passages, -3.0).median_seconds == 0.5
    assert time_to_alert(passages, -2.5).median_seconds == 0.75
    assert time_to_alert(passages, -0.5) is None


def test_median_and_ninety_percent_are_times_that_were_observed():
    n = 10
    case = made(
        positions=[0, 50] + [40, 0] * n,
        subjects=[0, 1] + [0, 0] * n,
        n_references=2,
        passage=np.repeat(np.arange(n), 2),
        seconds=[t for k in range(n) for t in (0.0, float(k + 1))],
    )

    timed = time_to_alert(case.passages[0], 0.0)

    assert (timed.passages, timed.median_seconds, timed.p90_seconds) == (10, 5.0, 9.0)


def test_a_tie_with_another_listed_person_counts_against_the_mate():
    case = made([0, 2, 1], [0, 1, 0], 2, [0], [0.0])

    assert result_of(case).watchlists[0].fnir_without_threshold.errors == 1
    alerts = alerts_at(case.passages[0], -2.0, replicates=10, seed=1)
    assert (alerts.right, alerts.false_mated) == (0, 1)


def random_case(seed, *, failing=0.15, sizes=(2, 5)):
    rng = np.random.default_rng(seed)
    n_subjects, n_references, n_passages = 12, 14, 30
    subjects = [*range(8), *rng.integers(0, 8, n_references - 8)]
    passage, seconds = [], []
    for number in range(n_passages):
        who, frames = int(rng.integers(0, n_subjects)), int(rng.integers(1, 5))
        subjects += [who] * frames
        passage += [number] * frames
        seconds += np.sort(rng.integers(0, 6, frames) / 4).tolist()
    positions = [
        4 * s + int(d) for s, d in zip(subjects, rng.integers(-3, 4, len(subjects)), strict=True)
    ]
    failed = np.flatnonzero(rng.random(len(subjects)) < failing)
    return made(positions, subjects, n_references, passage, seconds, sizes=sizes, failed=failed)


def candidates(case, frame, size):
    """Score of each listed subject for a frame."""
    listed, failed = set(case.gallery.subjects[:size].tolist()), case.templates.failed
    best = {}
    if failed[frame]:
        return best
    for reference in case.protocol.reference.tolist():
        subject = int(case.subject_index[reference])
        if subject in listed and not failed[reference]:
            score = -float(abs(case.positions[frame] - case.positions[reference]))
            best[subject] = max(best.get(subject, -math.inf), score)
    return best


def first_of(best):
    """The one best candidate, or None where several share the first place."""
    top = max(best.values(), default=None)
    leaders = [subject for subject, score in best.items() if score == top]
    return leaders[0] if len(leaders) == 1 else None


def watched_by_definition(case, size, threshold):
    enrolled = set(case.gallery.subjects.tolist())
    listed = set(case.gallery.subjects[:size].tolist())
    counts = dict.fromkeys(("mated", "missed", "strangers", "stranger_alerts", "wrong"), 0)
    times = []
    for number in range(int(case.protocol.passage.max()) + 1):
        rows = np.flatnonzero(case.protocol.passage == number).tolist()
        frames = [int(case.protocol.frame[row]) for row in rows]
        who = int(case.subject_index[frames[0]])
        scores = [candidates(case, frame, size) for frame in frames]
        best = {s: max(one.get(s, -math.inf) for one in scores) for s in set().union(*scores)}
        top = max(best.values(), default=-math.inf)
        if who not in enrolled:
            counts["strangers"] += 1
            counts["stranger_alerts"] += top >= threshold
        elif who in listed:
            counts["mated"] += 1
            right = first_of(best) == who and best[who] >= threshold
            counts["missed"] += not right
            others = max((s for k, s in best.items() if k != who), default=-math.inf)
            counts["wrong"] += first_of(best) != who and others >= threshold
            if right:
                times.append(
                    next(
                        float(case.protocol.seconds[row])
                        for row, one in zip(rows, scores, strict=True)
                        if first_of(one) == who and one[who] >= threshold
                    )
                )
    return counts, sorted(times)


@pytest.mark.parametrize("seed", range(6))
def test_every_size_of_watchlist_is_as_counted_frame_by_frame(seed):
    case = random_case(seed)

    result = result_of(case, recommended=-2.0)

    assert [one.gallery_size for one in result.watchlists] == [2, 5, 8]
    for one in result.watchlists:
        counts, times = watched_by_definition(case, one.gallery_size, -2.0)
        own = one.recommended
        assert (one.n_mated, own.fnir.errors) == (counts["mated"], counts["missed"])
        assert (one.n_non_mated, own.fpir.errors) == (
            counts["strangers"],
            counts["stranger_alerts"],
        )
        assert own.alerts.right == len(times) == own.time_to_alert.passages
        assert own.alerts.false_mated == counts["wrong"]
        assert own.time_to_alert.median_seconds == times[math.ceil(len(times) / 2) - 1]
        assert own.time_to_alert.p90_seconds == times[math.ceil(len(times) * 0.9) - 1]
        false = counts["wrong"] + counts["stranger_alerts"]
        assert own.alerts.false_per_passage.errors == false
        assert own.alerts.false_per_alert.trials == false + len(times)


def test_targets_below_three_passages_of_evidence_are_not_shown():
    whole = result_of(random_case(1)).watchlists[-1]

    assert whole.n_non_mated < 30
    assert all(point.evidence is Evidence.NOT_ENOUGH for point in whole.operating_points)
    assert all(point.threshold is None for point in whole.operating_points)
    assert whole.smallest_printable_fpir == 3 / whole.n_non_mated


def test_a_target_that_can_be_shown_has_threshold_rates_alerts_and_time():
    n = 60
    case = made(
        positions=[0, 1000] + [5] * 10 + [20 + k for k in range(n)],
        subjects=[0, 1] + [0] * 10 + list(range(2, n + 2)),
        n_references=2,
        passage=range(10 + n),
        seconds=[0.25] * (10 + n),
    )

    point = result_of(case).watchlists[0].operating_points[0]

    # 10% of 60 are 6: scores -20 ... -25 pass, -26 must not.
    assert point.target_fpir == 0.1
    assert point.threshold == math.nextafter(-26, 0)
    assert (point.fpir.errors, point.fpir.trials) == (6, 60)
    assert (point.fnir.errors, point.fnir.trials) == (0, 10)
    assert point.fpir.method is IntervalMethod.CLOPPER_PEARSON  # each stranger passes once
    assert point.threshold_low < point.threshold < point.threshold_high
    assert (point.alerts.right, point.alerts.false_non_mated) == (10, 6)
    assert point.time_to_alert.median_seconds == 0.25


def test_strangers_only_have_no_fnir_and_listed_people_only_no_fpir():
    strangers = made([0, 50, 60], [0, 1, 2], 1, [0, 1], [0.0, 0.0])
    listed = made([0, 50, 1, 52], [0, 1, 0, 1], 2, [0, 1], [0.0, 0.0])

    one, other = result_of(strangers).watchlists[0], result_of(listed).watchlists[0]

    assert (one.fnir_without_threshold, one.recommended.fnir, one.curve) == (None, None, None)
    assert one.recommended.fpir.trials == 2
    assert (other.operating_points, other.smallest_printable_fpir) == ((), None)
    assert (other.recommended.fpir, other.curve) == (None, None)
    assert other.recommended.fnir.errors == 0


def test_where_nothing_yields_a_template_all_are_missed_and_nobody_is_alerted():
    case = made([0, 50, 1, 52, 70], [0, 1, 0, 1, 2], 2, [0, 1, 2], [0.0] * 3, failed=range(5))

    whole = result_of(case).watchlists[0]

    assert (whole.n_subjects_failed, whole.n_mated_failed, whole.n_non_mated_failed) == (2, 2, 1)
    assert whole.fnir_without_threshold.errors == 2
    assert (whole.recommended.fpir.errors, whole.recommended.fpir.trials) == (0, 1)
    assert whole.recommended.alerts.right == whole.recommended.alerts.false_non_mated == 0


def test_no_passages_are_refused():
    case = made([0, 50, 1], [0, 1, 0], 2, [0], [0.0])
    none = np.empty(0, dtype=np.int32)
    case.protocol = LiveProtocol("gate", "Gate", case.protocol.reference, none, none, none / 1.0)

    with pytest.raises(EmptyTrialsError, match="no passages"):
        result_of(case)


def test_passages_stand_in_the_order_of_their_trials_with_their_failures():
    subjects = np.array([5, 7, 7, 5, 5], dtype=np.int32)
    frames = np.array([1, 2, 3, 4], dtype=np.int32)
    protocol = LiveProtocol(
        "gate", "Gate", np.int32([0]), frames, np.int32([0, 0, 1, 1]), np.zeros(4), ()
    )
    searches = make_searches(make_gallery(np.int32([0]), subjects, seed=1), frames, subjects)
    assert passages_in_order(protocol, searches).tolist() == [1, 0], "the mated one first"
    failed = np.array([False, True, True, True, False])
    assert failed_passages(protocol, failed).tolist() == [True, False]
